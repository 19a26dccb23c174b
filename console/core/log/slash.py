"""The command behind a line that somebody typed: at the prompt, to the shell, or in a script."""

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo

from console.core.language.grammar import NOTHING_MEANT, Line, Slash, parse_line
from console.core.language.text import one_line
from console.core.log.command import Command, SlashContext, key
from console.core.log.registry import WORDS
from console.core.log.state import Incident
from console.core.playbook.model import MILESTONES
from console.core.refusal import Incomplete, Refused
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.task import AddTask
from console.core.subjects.undo import entry_named

SLASH_WORDS: dict[str, str] = {name: word.form for name, word in WORDS.items()} | {"at": "/at 14:32 TEXT"}
"""Each word with its form; the prompt reads `at` itself."""


def read_slash(
    word: str, argument: str, state: Incident, *, actor: str, at: datetime | None, now: datetime, zone: tzinfo
) -> Command:
    """The command behind `/word argument`; a refusal that shows the form where the argument does not fit it.

    `at` is the time written before the word. Raises KeyError for a word that is not in `SLASH_WORDS`, or is `at`,
    which the prompt reads itself.
    """
    form, read, needs, _ = WORDS[word]
    context, argument = SlashContext(form, state, actor, at, now, zone), argument.strip()
    if needs and not argument:
        raise context.malformed(needs)
    return read(context, argument)


def read_typed(
    line: str, *, now: datetime, zone: tzinfo, words: Collection[str] = SLASH_WORDS,
    meant: Mapping[str, str] = NOTHING_MEANT,
) -> Line | Slash:  # fmt: skip
    """Read a line; `/at 14:32 line` is the line as of that time. Raises Refused where it cannot be read.

    `words` are the slash words that are known, without their slash; `meant` gives the line to suggest for another word.
    """
    read = parse_line(line, now=now, zone=zone, commands=words, meant=meant)
    while isinstance(read, Slash) and read.word == "at" and read.argument:
        argument = read.argument
        read = parse_line(argument, now=now, zone=zone, commands=words, meant=meant)
        if read.occurred_at is None:
            raise Refused(_no_time(argument), "when")
    return read


def _no_time(argument: str) -> str:
    first, _, rest = argument.partition(" ")
    if key(first) in MILESTONES:
        return f"“{first}” is a milestone; write /milestone {key(first)} {rest.strip() or '14:32'}."
    return f"“{one_line(first, 32)}” is not a time; write {SLASH_WORDS['at']}."


def command_for(
    read: Line | Slash, state: Incident, *, actor: str, now: datetime, zone: tzinfo, at: datetime | None = None
) -> Command:
    """The command behind a line that was read; `at` is its moment where the line names none. May raise Refused."""
    if isinstance(read, Line):
        return command_of(read, actor=actor, at=at)
    if read.word == "at":
        raise Refused(f"Write the time, then what happened: {SLASH_WORDS['at']}.")
    written = read.occurred_at
    try:
        command = read_slash(read.word, read.argument, state, actor=actor, at=written or at, now=now, zone=zone)
    except Incomplete as incomplete:
        if written is None:
            raise
        # Its form would go on without the time.
        raise Refused(incomplete.reason, incomplete.field) from incomplete
    if written is not None and command.at != written:
        raise Refused(no_time_before(read.word, WORDS[read.word].form), "when")
    return command


def no_time_before(word: str, form: str) -> str:
    """The refusal of a time in front of a slash word that has no use for it."""
    return f"/{word} takes no time in front of it; write {form}."


def typed_command(
    line: str, state: Incident, *, actor: str, now: datetime, zone: tzinfo, at: datetime | None = None
) -> Command:
    """The command behind a line as it was typed, to the prompt, the shell or a script. May raise Refused."""
    return command_for(read_typed(line, now=now, zone=zone), state, actor=actor, now=now, zone=zone, at=at)


def correction(
    state: Incident, entry: str, text: str, *, actor: str, now: datetime, zone: tzinfo, at: datetime | None = None
) -> CorrectEntry:
    """The correction of an entry, by its id, `last` or words of it, to what the prompt would make of the text.

    A time and a marker in front of it are the entry's new ones. Raises Refused.
    """
    corrected = entry_named(state, entry, actor, "correct")
    # An update is what people read elsewhere, and no line of the scribe's.
    line = None if corrected.kind == "update" else read_typed(text, now=now, zone=zone)
    if not isinstance(line, Line):
        return CorrectEntry(actor=actor, entry=corrected.id, text=text, at=at)
    kind = line.kind if line.kind != "note" else None
    moment = line.occurred_at or at
    return CorrectEntry(
        actor=actor, entry=corrected.id, text=line.text, kind=kind, at=moment, tags=line.tags, people=line.people
    )


def command_of(line: Line, *, actor: str, at: datetime | None = None) -> Command:
    """The command for a scribe's line that was read; `at` replaces the line's own time where it has none."""
    moment = line.occurred_at or at
    if line.kind == "task":
        owner, due_in, due_at = line.owner, line.due_in, line.due_at
        return AddTask(actor=actor, at=moment, text=line.text, owner=owner, due_in=due_in, due_at=due_at)
    return LogEntry(actor=actor, at=moment, text=line.text, kind=line.kind, tags=line.tags, people=line.people)
