"""Slash words of the prompt, from what stands behind them to a command; and the scribe's line to one."""

from datetime import datetime, tzinfo

from console.core.language.grammar import Line
from console.core.log.asked import Asked
from console.core.log.command import Command
from console.core.log.registry import WORDS
from console.core.log.state import Incident
from console.core.subjects.entry import LogEntry
from console.core.subjects.task import AddTask

SLASH_WORDS: dict[str, str] = {name: word.form for name, word in WORDS.items()} | {"at": "/at 14:32 TEXT"}
"""Each word with its form; the prompt reads `at` itself."""


def read_slash(
    word: str, argument: str, state: Incident, *, actor: str, at: datetime | None, now: datetime, zone: tzinfo
) -> Command:
    """The command behind `/word argument`; a refusal that shows the form where the argument does not fit it.

    `at` is the time written before the word. Raises KeyError for a word that is not in `SLASH_WORDS`, or is `at`,
    which the prompt reads itself.
    """
    return WORDS[word].read(Asked(state, actor, at, now, zone), argument.strip())


def command_of(line: Line, *, actor: str, at: datetime | None = None) -> Command:
    """The command for a scribe's line that was read; `at` replaces the line's own time where it has none."""
    moment = line.occurred_at or at
    if line.kind == "task":
        return AddTask(actor=actor, at=moment, text=line.text, owner=line.owner, due_in=line.due_in)
    return LogEntry(actor=actor, at=moment, text=line.text, kind=line.kind, tags=line.tags, people=line.people)
