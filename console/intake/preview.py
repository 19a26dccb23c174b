"""Preview of a timeline that was read, in plain text, before anything is written."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from rich.cells import cell_len

from console.core.language.text import counted, one_line
from console.intake.model import ReadLine, ReadTimeline
from console.intake.zones import zone_label
from console.wrapping import chars_within, wrap

_TEXT_SHARE = 0.6
"""Of the width: number, time and text of an entry; the rest has the source."""


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


def preview(
    read: ReadTimeline, source: Sequence[str], zone: tzinfo, *, width: int = 100, limit: int = 200
) -> list[str]:
    """The reading as lines of at most `width` (≥ 40) characters, with the times in `zone`.

    They are the title, what was assumed, each entry beside its lines of `source`, and what was skipped and why. At most
    `limit` entries and `limit` skipped lines are shown, and the number of the others is said.
    """
    shown = [read.title] if read.title else []
    shown.append(_counts(read))
    if read.assumptions:
        shown.append("assumed:")
        for clause in read.assumptions:
            first, *rest = wrap(_flat(clause), width - 4)
            shown += [f"  {first}", *(f"    {line}" for line in rest)]
    if read.lines:
        shown.append(f"as read, times in {zone_label(zone)}, beside the source:")
        shown += entry_rows(read.lines[:limit], source, zone, width=width)
        shown += _others(len(read.lines) - limit, "entry", "entries")
    if read.skipped:
        shown.append("skipped:")
        shown += [f"  line {skip.number}: {skip.reason} {one_line(skip.text, 60)}" for skip in read.skipped[:limit]]
        shown += _others(len(read.skipped) - limit, "line", "lines")
    return [_fit(line, width) for line in shown]


def _flat(text: str) -> str:
    return text.replace("\n", " ⏎ ").replace("\t", " ")


def _fit(line: str, width: int) -> str:
    """The line without line ends and within the width, its indentation kept."""
    flat = _flat(line)
    if len(flat) <= width:
        return flat
    indent = len(flat) - len(flat.lstrip())
    return flat[:indent] + one_line(flat, width - indent)


def entry_rows(lines: Iterable[ReadLine], source: Sequence[str], zone: tzinfo, *, width: int) -> list[str]:
    """Each entry with its time in `zone`, its kind, author and text, beside the numbers and words of its lines.

    A day stands above its entries.
    """
    rows: list[str] = []
    day = ""
    left = int(width * _TEXT_SHARE)
    for line in lines:
        local = line.occurred_at.astimezone(zone)
        if local.date().isoformat() != day:
            day = local.date().isoformat()
            rows.append(f"  {day}")
        written = " ".join(source[number - 1].strip() for number in line.numbers)
        understood = _cells(f"    {_when(local)}  {who_and_what(line)}", left)
        rows.append(f"{understood} │ {line.numbers[0]}: {one_line(written, max(width - left - 10, 10))}")
    return rows


def _when(local: datetime) -> str:
    return local.time().isoformat(timespec="seconds" if local.second else "minutes")


def who_and_what(line: ReadLine) -> str:
    """The kind, the author and the text: `decision by Ana Lopez: roll back`."""
    kind = "" if line.kind == "note" else line.kind
    author = line.author or ""
    who = f"{kind} by {author}" if kind and author else kind or author
    return f"{who}: {line.text}" if who else line.text


def _cells(text: str, width: int) -> str:
    """The text on one line in exactly so many cells of a terminal, a cut one ending in `…`."""
    flat = _flat(text)
    cut = chars_within(flat, width)
    if cut < len(flat):
        flat = flat[: chars_within(flat, width - 1)] + "…"
    return flat + " " * (width - cell_len(flat))


def _others(count: int, singular: str, many: str) -> list[str]:
    return [f"  … {counted(count, singular, many)} more"] if count > 0 else []
