"""Preview of a timeline that was read, in plain text, before anything is written."""

from collections.abc import Iterable
from datetime import tzinfo

from console.core.language.text import counted, one_line
from console.core.language.times import local_pair
from console.intake.model import ReadLine, ReadTimeline


def summary(read: ReadTimeline) -> str:
    """One line: `understood 23 entries, skipped 4 lines (line 7: There is no time on this line; 3 more)`."""
    if not read.skipped:
        return _counts(read)
    first = read.skipped[0]
    more = len(read.skipped) - 1
    return f"{_counts(read)} (line {first.number}: {first.reason.rstrip('.')}{f'; {more} more' if more else ''})"


def _counts(read: ReadTimeline) -> str:
    skipped = counted(len(read.skipped), "line") if read.skipped else "none"
    return f"understood {counted(len(read.lines), 'entry', 'entries')}, skipped {skipped}"


def preview(read: ReadTimeline, zone: tzinfo, *, width: int = 100, limit: int = 200) -> list[str]:
    """The reading as lines of at most `width` (≥ 40) characters, with the times in `zone`.

    They are the title, the entries, what was assumed, and what was skipped and why. At most `limit` entries and
    `limit` skipped lines are shown, and the number of the others is said.
    """
    shown = [read.title] if read.title else []
    shown.append(_counts(read))
    shown += _entries(read.lines[:limit], zone)
    shown += _others(len(read.lines) - limit, "entry", "entries")
    if read.assumptions:
        shown.append("assumed:")
        shown += [f"  {assumption}" for assumption in read.assumptions]
    if read.skipped:
        shown.append("skipped:")
        shown += [f"  line {skip.number}: {skip.reason} {one_line(skip.text, 60)}" for skip in read.skipped[:limit]]
        shown += _others(len(read.skipped) - limit, "line", "lines")
    return [_fit(line, width) for line in shown]


def _fit(line: str, width: int) -> str:
    """The line without line ends and within the width, its indentation kept."""
    flat = line.replace("\n", " ⏎ ").replace("\t", " ")
    if len(flat) <= width:
        return flat
    indent = len(flat) - len(flat.lstrip())
    return flat[:indent] + one_line(flat, width - indent)


def _entries(lines: Iterable[ReadLine], zone: tzinfo) -> list[str]:
    shown: list[str] = []
    day = ""
    for line in lines:
        local = line.occurred_at.astimezone(zone)
        if local.date().isoformat() != day:
            day = local.date().isoformat()
            shown.append(f"  {day}")
        here, there = local_pair(line.occurred_at, zone, seconds=bool(local.second))
        when = f"{here} ({there})" if there else here
        who = f" {line.author}:" if line.author else ""
        kind = f" {line.kind}:" if line.kind != "note" else ""
        shown.append(f"    {when}{kind}{who} {line.text}")
    return shown


def _others(count: int, singular: str, many: str) -> list[str]:
    return [f"  … {counted(count, singular, many)} more"] if count > 0 else []
