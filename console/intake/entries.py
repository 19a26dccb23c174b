"""Commands that log what was read."""

from datetime import datetime, tzinfo

from console.core.language.grammar import Line, parse_line
from console.core.subjects.entry import LogEntry
from console.intake.model import ReadLine


def log_entry(line: ReadLine, actor: str, now: datetime, zone: tzinfo) -> LogEntry:
    """The command that logs the entry by its author; by `actor` where the text names none."""
    # A word in front keeps what the text begins with from being read as a time or a marker once more.
    words = parse_line(f"note {line.text}", now=now, zone=zone, commands=())
    return LogEntry(
        actor=line.author or actor,
        at=line.occurred_at,
        text=line.text,
        kind=line.kind,
        tags=words.tags if isinstance(words, Line) else (),
        people=words.people if isinstance(words, Line) else (),
    )
