"""Foretelling a command: the texts of the entries that it would write, and the doubts about it."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo

import msgspec

from console.core.language.grammar import Line, command_doubt, left_times, people_in
from console.core.language.names import name_key
from console.core.language.text import one_line
from console.core.language.time_doubt import length_doubt
from console.core.language.times import format_length
from console.core.log.command import Command
from console.core.log.decide import decide
from console.core.log.entries import Entries, Entry
from console.core.log.event import REPLACED, Body, Event, id_fields, ids_in
from console.core.log.fold import extend
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.subjects.entry import LogEntry
from console.core.subjects.link import linked
from console.core.subjects.role import name_doubt
from console.core.subjects.task import AddTask
from console.core.subjects.undo import Undoing
from console.core.subjects.update import Settlement

_AFTER_ALL_MS = 1 << 62


def foretold(state: Incident, command: Command, now: datetime) -> list[Entry]:
    """The entries that the command would add if it were written now. Raises Refused where it would be.

    Not for an undo, a correction or a redaction, which change what is there.
    """
    events = [
        Event(f"foretold {n}", state.ref, "foretold", n, _AFTER_ALL_MS, command.actor, each.occurred_at, now, each.body)
        for n, each in enumerate(decide(state, command, now), 1)
    ]
    # The entries of before are left out: a list that others share must not grow by what is only foretold.
    return list(extend(msgspec.structs.replace(state, entries=Entries()), events).entries)


def would_log(state: Incident, command: Command, now: datetime, zone: tzinfo) -> str:
    """`logs: Severity SEV1 → SEV0`, for the last line of a form; the kind of what begins with somebody's own words is
    named, `logs an action item: add an alarm`."""
    entries = foretold(state, command, now)
    own = str(getattr(command, "text", "")).strip()
    kind = entries[0].kind.replace("_", " ") if own and len(entries) == 1 and entries[0].text.startswith(own) else ""
    named = f" {'an' if kind[0] in 'aeiou' else 'a'} {kind}" if kind else ""
    line = Line("note", own)
    if isinstance(command, AddTask):
        line = Line("task", own, due_in=command.due_in, due_at=command.due_at)
    words = "; ".join(entry.text_in(zone) for entry in entries)
    unnamed = [name for name in command.named if name and name_key(name) not in name_key(words)]
    goes_to = f" · for {', '.join(unnamed)}" if unnamed else ""
    left = left_times(line) if kind else ()
    stays = f" · “{left[0]}” stays in the text" if left else ""
    return f"logs{named}: {words}{goes_to}{stays}"


def doubt_of(state: Incident, command: Command, now: datetime, zone: tzinfo, playbook: Playbook | None = None) -> str:
    """The warnings to read before the command is written, as sentences; empty without any, or where it would be
    refused. Such as about a name that is a typing error away from somebody's."""
    with suppress(Refused):
        decide(state, command, now, playbook)
        names = (name_doubt(state, name, command.actor) for name in _people(command))
        doubts = command.doubt(state, now, zone), _goes_on(command), _handled_elsewhere(state, command), *names
        return " ".join(filter(None, doubts))
    return ""


def _handled_elsewhere(state: Incident, command: Command) -> str:
    """The question about a line for an incident that is closed as a duplicate, where nobody looks any more."""
    others = linked(state, "duplicate_of") if not state.open and isinstance(command, LogEntry | AddTask) else ()
    return f"{state.ref} is closed as a duplicate of {others[0]}, where this may belong." if others else ""


def overtaken(
    seen: Incident, state: Incident, command: Command, now: datetime, zone: tzinfo, playbook: Playbook | None = None
) -> str:
    """The statement made since a person saw the incident, of what the command states anew or was drafted from, or the
    undo of what it is about, in a sentence; empty without one, or where the command would be refused."""
    if newer := command.newer(state) or command.outdated(seen, state):
        return newer
    with suppress(Refused):
        for then, new in zip(decide(seen, command, now, playbook), decide(state, command, now, playbook), strict=False):
            if undone := _undone_since(seen, state, new.body):
                return undone
            head = getattr(new.body, "replaces", "")
            if head == getattr(then.body, "replaces", ""):
                continue
            unseen = [entry for id in head.split() if seen.entries.get(id) is None and (entry := state.entries.get(id))]
            if not unseen:
                return "What stood here was undone meanwhile."
            return f"{unseen[-1].author} logged “{one_line(unseen[-1].text_in(zone), 80)}” meanwhile."
    return ""


def _undone_since(seen: Incident, state: Incident, body: Body) -> str:
    """The sentence on an entry that the body is about and that was undone since it was seen; an undo says it itself."""
    if isinstance(body, Undoing):
        return ""
    about = [id for named in id_fields(type(body)) if named.role is not REPLACED for id in ids_in(body, named.field)]
    for before, entry in ((seen.entries.get(id), state.entries.get(id)) for id in about):
        if before is not None and entry is not None and entry.undone and not before.undone:
            return f"“{one_line(entry.text, 60)}” was undone meanwhile."
    return ""


def _goes_on(command: Command) -> str:
    """The question about a length of time behind which the text goes on with a smaller one; empty where it does not."""
    values = [getattr(command, field) for field in command.__struct_fields__]
    lengths = [format_length(value, exact=True) for value in values if isinstance(value, timedelta)]
    texts = [getattr(command, field, "") for field in ("text", "reason", "note")]
    return next(filter(None, (length_doubt(length, text) for length in lengths for text in texts if text)), "")


def _people(command: Command) -> Sequence[str]:
    """Whom the command gives something to, and everybody whom a text of it names with an @, each once."""
    people: dict[str, str] = {}
    for each in _with_parts(command):
        for name in (*each.named, *(name for text in _texts(each) for name in people_in(text))):
            people.setdefault(name_key(name), name)
    return tuple(people.values())


def text_doubt(command: Command) -> str:
    """The question about a text of the command that begins as a slash word does; empty without one. A note of such a
    text was escaped, and so meant."""
    meant = (each for each in _with_parts(command) if not (isinstance(each, LogEntry) and each.kind == "note"))
    return next(filter(None, (command_doubt(text) for each in meant for text in _texts(each))), "")


def texts_of(command: Command) -> Iterator[str]:
    """Whatever a person said in the command, but who they are."""
    return (text for each in _with_parts(command) for text in _texts(each))


def _with_parts(command: Command) -> Iterator[Command]:
    """The command, and those that it is made of."""
    yield command
    for part in _values(command):
        if isinstance(part, Command):
            yield from _with_parts(part)


def _texts(command: Command) -> Iterator[str]:
    for part in _values(command):
        if isinstance(part, Settlement):
            yield from (part.text, part.reason)
        elif isinstance(part, str):
            yield part


def _values(command: Command) -> Iterator[object]:
    for field in command.__struct_fields__:
        value = "" if field == "actor" else getattr(command, field)
        yield from value if isinstance(value, tuple) else value.values() if isinstance(value, dict) else (value,)
