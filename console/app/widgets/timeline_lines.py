"""One entry of the timeline as lines of the screen: time, sign, rule, and the text under its own column."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.app.widgets.cell import fitted
from console.core.language.pattern import late
from console.core.language.text import clean
from console.core.language.times import arrival_words, format_length
from console.core.log.entries import Entry
from console.core.log.registry import SIGNS
from console.wrapping import chars_within, wrap

GUTTER = 12
"""Columns beside the text: a blank, HH:MM, a blank, the sign, a blank, the rule and a blank; a blank behind it."""
MAX_LINES = 6
"""Lines of one entry in the timeline; its details show the rest."""
UPDATE_LINES = 2
"""Those of an update, with its author: who reads the timeline knows that it was posted, and reads what led to it."""

BOLD = frozenset(("decision", "stage", "severity", "declared", "role", "handoff"))
StyleOf = Callable[[str], Style]

_PLAIN = late("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2013\u2014\u2018-\u201d\u2026\u2190-\u2199]*")
"""Printable ASCII, Latin letters, quotes, dashes and arrows: what most entries are made of."""


Arrived = Mapping[str, datetime]
"""When entries of other machines arrived late, by their ids."""
NONE_ARRIVED: Arrived = MappingProxyType({})


def author_words(kind: str, author: str) -> str:
    """The author of an entry, behind its text: the name alone, except where the text ends with a name itself."""
    return f"by {author}" if kind == "role" else author


def suffix(entry: Entry, zone: tzinfo = UTC, arrived: Arrived = NONE_ARRIVED) -> str:
    """The remarks behind the text: what became of the entry, and who wrote it."""
    remarks = [entry.mark] if entry.mark else []
    if entry.undone:
        remarks.append(f"moved to {entry.moved_to}" if entry.moved_to else "undone")
    if entry.moved_from:
        remarks.append(f"moved from {entry.moved_from}")
    if entry.corrected:
        remarks.append(f"edited by {clean(entry.edited_by, multiline=False)}" if entry.edited_by else "edited")
    if entry.late:
        # Cut off, as in the row under the line that logged it.
        minutes = (entry.recorded_at - entry.occurred_at) // timedelta(minutes=1)
        remarks.append(f"logged {format_length(timedelta(minutes=minutes))} later")
    if entry.id in arrived:
        remarks.append(f"arrived {arrival_words(arrived[entry.id], entry.occurred_at, zone)}")
    remarks.append(author_words(entry.kind, clean(entry.author, multiline=False)))
    return " · ".join(remarks)


def heights(entries: Iterable[Entry], width: int, zone: tzinfo, arrived: Arrived = NONE_ARRIVED) -> list[int]:
    """`height` of each: a hundred thousand are counted whenever a long room is opened or gets another width."""
    return [
        # Most entries stand on one line; these words say so without a call.
        1
        if (text := entry.text).isascii()
        and len(text) + len(entry.author) + 2 <= width
        and text.isprintable()
        and entry.author.isascii()
        and entry.kind != "role"
        and not (entry.mark or entry.undone or entry.corrected or entry.late or entry.moment or entry.moved_from)
        and entry.id not in arrived
        else height(entry, width, zone, arrived)
        for entry in entries
    ]


def height(entry: Entry, width: int, zone: tzinfo, arrived: Arrived = NONE_ARRIVED) -> int:
    """Lines the entry takes when its text column is `width` cells wide; as many as `body` gives."""
    text = entry.text_in(zone)
    marked = entry.mark or entry.undone or entry.corrected or entry.late or entry.moved_from or entry.id in arrived
    tail = suffix(entry, zone, arrived) if marked else author_words(entry.kind, entry.author)
    if not (_is_plain(text) and _is_plain(tail)) or "  " in text or text[:1] == " " or text[-1:] == " ":
        return len(body(entry, width, zone, arrived)[0])
    # Counting is ten times as quick as wrapping, and all entries are counted when a room is opened or resized.
    start, left, lines = 0, len(text), 1
    while left > width:
        cut = text.rfind(" ", start, start + width + 1)
        if cut < 0:
            return len(body(entry, width, zone, arrived)[0])
        lines, left, start = lines + 1, left - (cut + 1 - start), cut + 1
    if lines > MAX_LINES:
        return len(body(entry, width, zone, arrived)[0])
    all_lines = lines if left + 2 + len(tail) <= width else lines + 1
    return min(all_lines, UPDATE_LINES) if entry.kind == "update" else all_lines


def _is_plain(text: str) -> bool:
    """True when every character takes one cell and is shown as it is."""
    return (text.isascii() and text.isprintable()) or _PLAIN.fullmatch(text) is not None


def body(entry: Entry, width: int, zone: tzinfo, arrived: Arrived = NONE_ARRIVED) -> tuple[list[str], str]:
    """The text's lines, and the suffix when it stands behind the last one (else it is a line of its own).

    Empty lines are left out, and of a long text the rest: a pasted log must not push everything else off the screen,
    nor an update, which is long as a rule.
    """
    lines = [line for line in wrap(clean(entry.text_in(zone)), width) if line.strip()] or [""]
    tail = suffix(entry, zone, arrived)
    beside = cell_len(lines[-1]) + 2 + cell_len(tail) <= width
    if entry.kind == "update" and len(lines) + (not beside) > UPDATE_LINES:
        tail = f"more: Enter · {tail}"
        cut = " ".join(lines[UPDATE_LINES - 1 :])
        return [*lines[: UPDATE_LINES - 1], fitted(cut, width - 2 - cell_len(tail))], tail[:width]
    if len(lines) > MAX_LINES:
        more = f"… {len(lines) - MAX_LINES + 1} more lines: Enter"
        lines = [*lines[: MAX_LINES - 1], more[: chars_within(more, width)]]
        beside = cell_len(lines[-1]) + 2 + cell_len(tail) <= width
    return (lines, tail) if beside else ([*lines, ""], tail[:width])


def entry_strips(
    entry: Entry, width: int, zone: tzinfo, style_of: StyleOf, *, cursor: bool, arrived: Arrived = NONE_ARRIVED
) -> list[Strip]:
    """All lines of an entry, each exactly `width` cells; `style_of` gives the style of a component class."""
    inner = max(8, width - GUTTER)
    base = style_of("cursor") if cursor else Style.null()
    lines, tail = body(entry, inner, zone, arrived)
    came_late = entry.id in arrived
    sign = "⟲" if (entry.late or came_late) and entry.kind == "note" else SIGNS.get(entry.kind) or " "
    text_style = base + _text_style(entry, style_of)
    strips = []
    for i, line in enumerate(lines):
        at = f"{entry.occurred_at.astimezone(zone):%H:%M}" if i == 0 else "     "
        segments = [
            Segment("▌" if cursor else " ", base + style_of("cursor-edge")),
            Segment(f"{at} ", base + style_of("time")),
            Segment(f"{sign if i == 0 else ' '} ", base + style_of(_sign_class(entry))),
            Segment("│", base + style_of("rule")),
        ]
        segments += [Segment(" ", base), *_words(line, text_style, base, style_of, entry)]
        if i == len(lines) - 1:
            gap = "  " if line else ""
            good = entry.mark in ("done", "supported", "removed")
            mark = "arrived" if came_late else "mark-good" if good else "author"
            segments.append(Segment(gap + tail, base + style_of(mark)))
        strips.append(Strip(segments).adjust_cell_length(width, base))
    return strips


def _text_style(entry: Entry, style_of: StyleOf) -> Style:
    if entry.redacted:
        return style_of("redacted")
    if entry.undone or entry.mark == "ruled out":
        return style_of("struck")
    return style_of("strong") if entry.kind in BOLD else Style.null()


def _sign_class(entry: Entry) -> str:
    if entry.kind in ("finding", "action", "decision", "hypothesis", "task"):
        return f"sign-{entry.kind}"
    return "sign-task" if entry.kind == "change" else "sign"


def _words(line: str, style: Style, base: Style, style_of: StyleOf, entry: Entry) -> list[Segment]:
    """The line with its #tags dimmed and its @people in their colour."""
    if entry.redacted or ("#" not in line and "@" not in line):
        return [Segment(line, style)]
    segments, plain = [], ""
    for i, word in enumerate(line.split(" ")):
        gap = " " if i else ""
        if len(word) > 1 and word[0] in "#@":
            name = word.rstrip(",.;:!?)")
            segments.append(Segment(plain + gap, style))
            segments.append(Segment(name, base + style_of("tag" if word[0] == "#" else "person")))
            plain = word[len(name) :]
        else:
            plain += gap + word
    return [*segments, Segment(plain, style)]
