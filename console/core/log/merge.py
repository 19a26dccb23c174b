"""The consequences of taking over events that another file wrote, in sentences, before anything is taken over."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from console.core.language.text import counted, one_line
from console.core.language.times import format_length
from console.core.log.conflicts import conflicts_of, field_words, registers_of
from console.core.log.entries import Entry
from console.core.log.event import Event
from console.core.log.state import Incident, Register
from console.core.subjects.entry import EntryCorrected
from console.core.subjects.publication import PublicationQueued, PublicationReported
from console.core.subjects.undo import EntryRedacted, Undoing, quoted

AHEAD = timedelta(minutes=10)
"""A clock that differs by less is as right as clocks are."""
_VALUE_CHARS = 60


def merge_words(before: Incident, after: Incident, new: Sequence[Event], now: datetime) -> list[str]:
    """The changes that `new` makes: entries, values, what is undone, corrected and redacted; a sentence each."""
    return [
        *_added(before, after, new),
        *_values(before, after),
        *_kinds(before, after),
        *_changed_entries(before, after),
        *_redacted(before, new),
        *_ahead(new, now),
    ]


def _added(before: Incident, after: Incident, new: Sequence[Event]) -> Iterable[str]:
    by_author: dict[str, list[Entry]] = {}
    for event in new:
        entry = after.entries.get(event.id)
        if entry is not None:
            by_author.setdefault(event.actor, []).append(entry)
    for author, entries in by_author.items():
        yield f"adds {counted(len(entries), 'entry', 'entries')} by {_name(author)}: {quoted(entries)}"
    silent = Counter((event.actor, _act(event)) for event in new if after.entries.get(event.id) is None)
    for (author, act), count in silent.items():
        yield f"adds {counted(count, *act)} by {_name(author)}"


def _act(event: Event) -> tuple[str, str]:
    """The name of an event without a line in the timeline, in the singular and in the plural."""
    match event.body:
        case EntryRedacted():
            return "redaction", "redactions"
        case EntryCorrected():
            return "correction", "corrections"
        case PublicationQueued():
            return "update to be sent to pages", "updates to be sent to pages"
        case PublicationReported(state="done" | "partly"):
            # It stops that message here, and what is sent next goes to what it names there.
            return "report that a message is on its page", "reports that a message is on its page"
        case PublicationReported():
            return "report of a message that was not sent", "reports of messages that were not sent"
    return ("undo", "undos") if isinstance(event.body, Undoing) else ("other event", "other events")


def _values(before: Incident, after: Incident) -> Iterable[str]:
    earlier = registers_of(before)
    for name, register in registers_of(after).items():
        value = earlier.get(name, Register()).value
        if register.value != value:
            by = f", by {_name(register.current.by)}" if register.current else ""
            yield f"changes {field_words(after, name)}: {_value(value)} → {_value(register.value)}{by}"
    known = {(name, first.id, last.id) for name, first, last in conflicts_of(before)}
    for name, first, last in conflicts_of(after):
        if (name, first.id, last.id) not in known:
            sides = f"{_value(first.value)} by {_name(first.by)}, {_value(last.value)} by {_name(last.by)}"
            yield f"leaves a conflict over {field_words(after, name)} to settle: {sides}"


def _kinds(before: Incident, after: Incident) -> Iterable[str]:
    if after.playbook != before.playbook:
        names = (state.playbook.name if state.playbook else "none" for state in (before, after))
        yield f"changes the playbook: {' → '.join(names)}"
    for word, so_before, so_now in (
        ("a drill", before.drill, after.drill),
        ("a record", before.retrospective, after.retrospective),
        ("withdrawn", before.withdrawn, after.withdrawn),
    ):
        if so_before != so_now:
            yield f"makes the incident {word}" if so_now else f"makes the incident no longer {word}"


def _changed_entries(before: Incident, after: Incident) -> Iterable[str]:
    pairs = [(entry, later) for entry in before.entries if (later := after.entries.get(entry.id)) is not None]
    pairs = [(entry, later) for entry, later in pairs if entry != later and not later.redacted]
    changes: tuple[tuple[str, Callable[[Entry, Entry], bool]], ...] = (
        ("undoes", lambda entry, later: later.undone and not entry.undone),
        ("puts back", lambda entry, later: entry.undone and not later.undone),
        ("corrects", lambda entry, later: _content(entry) != _content(later)),
        ("settles", lambda entry, later: entry.mark != later.mark),
    )
    for verb, is_so in changes:
        entries = [entry for entry, later in pairs if is_so(entry, later)]
        if entries:
            yield f"{verb} {counted(len(entries), 'entry', 'entries')}: {quoted(entries)}"


def _content(entry: Entry) -> tuple[object, ...]:
    return entry.kind, entry.occurred_at, entry.text, entry.tags, entry.people, entry.words


def _redacted(before: Incident, new: Sequence[Event]) -> Iterable[str]:
    erased = {id for event in new if isinstance(event.body, EntryRedacted) for id in event.body.erased}
    entries = [entry for entry in before.entries if entry.id in erased and not entry.redacted]
    if entries:
        yield f"redacts {counted(len(entries), 'entry', 'entries')} for good: {quoted(entries)}"


def _ahead(new: Sequence[Event], now: datetime) -> Iterable[str]:
    ahead = [event.recorded_at for event in new if event.recorded_at > now + AHEAD]
    if ahead:
        which = counted(len(ahead), "event was", "events were")
        until = format_length(max(ahead) - now, exact=True)
        yield f"comes from a clock ahead of this one: {which} written up to {until} from now"


def _value(text: str) -> str:
    return one_line(text, _VALUE_CHARS) or "none"


def _name(author: str) -> str:
    return one_line(author, _VALUE_CHARS)
