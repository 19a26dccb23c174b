"""The incidents of the board: open ones with what they owe, the others one line each.

One widget that draws its own lines, so that a second that passes repaints only the lines in which something counts, and
so that two hundred incidents cost what two do.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, tzinfo
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip

from console.app.board.incident_lines import FULL_LINES, SHORT_LINES, Lasting, Words, closed, full, lasting, short
from console.app.widgets.cell import fitted
from console.app.widgets.line_list import LineList
from console.core.log.clocks import Clock
from console.core.log.state import Incident
from console.store.snapshots import Summary

HEADING = "CLOSED AND IMPORTED"
EDGES = 3
"""Columns beside an incident's words: the bar, a blank, and a blank at the end."""
Owed = Callable[[Incident], Sequence[Clock]]


class _Row(NamedTuple):
    ref: str
    shown: Incident | Summary | None
    """None for the heading above what is over."""


class _Drawn(NamedTuple):
    """The lines of an open incident, and what they were made from."""

    state: Incident
    moment: tuple[datetime, bool, int]
    """When, whether briefly, and for how many columns."""
    today: date
    lasting: Lasting
    lines: list[list[Words]]


class IncidentList(LineList):
    """Open incidents take four lines and a blank one, or two lines each where they would not all be in view."""

    class_prefix = "incident-list"
    COMPONENT_CLASSES = {
        f"incident-list--{name}"
        for name in (
            "text", "strong", "muted", "stage", "badge", "urgent", "drill", "warning", "overdue", "edge", "open",
            "cursor", "cursor-edge",
        )
    }  # fmt: skip

    def __init__(self, owed: Owed, zone: tzinfo, *, id: str | None = None) -> None:
        """`owed` gives an incident's open clocks at this moment, the most urgent first."""
        super().__init__(id=id)
        self._owed, self._zone = owed, zone
        self._now: datetime | None = None
        self._rows: list[_Row] = []
        self._brief = False
        self._selected = ""
        self._drawn: dict[str, _Drawn] = {}

    @property
    def selected(self) -> str:
        return self._selected

    def show(self, opened: Iterable[Incident], over: Iterable[Summary], now: datetime) -> None:
        """Show these, in this order. The cursor stays on its incident."""
        before = self.selected_row
        rows = [_Row(state.ref, state) for state in opened]
        ended = [_Row(summary.ref, summary) for summary in over]
        self._rows = [*rows, *([_Row("", None)] if ended else []), *ended]
        self._now = now
        self._drawn = {row.ref: self._drawn[row.ref] for row in rows if row.ref in self._drawn}
        if self._rows and self.selected_row is None:
            # What was under the cursor has gone: whatever took its place is next.
            row = min(before or 0, len(self._rows) - 1)
            self._selected = self._rows[row].ref or self._rows[row - 1 if row else 1].ref
        self._lay_out()

    def tick(self, now: datetime) -> None:
        """Time has passed: repaint the lines that look different now."""
        self._now = now
        first, shown = self.scroll_offset.y, self.scrollable_content_region.size
        changed: dict[int, set[int]] = {}
        for line in range(first, min(first + shown.height, self.total)):
            place = self.row_at(line)
            if place not in changed:
                changed[place] = self._changed(self._rows[place])
            if line - self.tops[place] in changed[place]:
                self.refresh(Region(0, line - first, shown.width, 1))

    def _changed(self, row: _Row) -> set[int]:
        """Which of the row's lines read differently now."""
        if not isinstance(row.shown, Incident):
            return set()
        drawn = self._drawn.get(row.ref)
        before = drawn.lines if drawn is not None else []
        return {part for part, line in enumerate(self._words_of(row)) if part >= len(before) or before[part] != line}

    # Layout

    def _lay_out(self) -> None:
        opened = sum(isinstance(row.shown, Incident) for row in self._rows)
        height = self.scrollable_content_region.height
        self._brief = 0 < height < opened * (FULL_LINES + 1)
        size = SHORT_LINES if self._brief else FULL_LINES + 1
        sizes = (size if isinstance(row.shown, Incident) else 1 for row in self._rows)
        *self.tops, self.total = accumulate(sizes, initial=0)
        self.virtual_size = Size(self.scrollable_content_region.width, self.total)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        line = y + self.scroll_offset.y
        plain = self.rich_style
        if line >= self.total:
            return Strip.blank(width, plain)
        place = self.row_at(line)
        row, part = self._rows[place], line - self.tops[place]
        lines = self._words_of(row)
        if part >= len(lines):
            return Strip.blank(width, plain)
        chosen = row.ref != "" and row.ref == self.selected and self.has_focus
        ground = plain + self.style_of("cursor" if chosen else "open" if isinstance(row.shown, Incident) else "text")
        edge = self.style_of("cursor-edge" if chosen else "edge")
        segments = [Segment("▌ " if row.ref else "  ", ground + edge)]
        left = width - EDGES
        for words, style_name in lines[part]:
            fits = fitted(words, left)
            segments.append(Segment(fits, ground + self.style_of(style_name)))
            left -= cell_len(fits)
            if fits != words or left <= 0:
                break
        segments.append(Segment(" " * (left + 1), ground))
        return Strip(segments, width)

    def _words_of(self, row: _Row) -> list[list[Words]]:
        """The row's lines at this moment."""
        if isinstance(row.shown, Incident) and self._now is not None:
            return self._tell(row.shown, self._now).lines
        return [closed(row.shown, self._zone)] if isinstance(row.shown, Summary) else [[(HEADING, "muted")]]

    def _tell(self, state: Incident, now: datetime) -> _Drawn:
        width = self.scrollable_content_region.width - EDGES
        drawn, moment = self._drawn.get(state.ref), (now, self._brief, width)
        if drawn is not None and drawn.state is not state:
            drawn = None
        if drawn is not None and drawn.moment == moment:
            return drawn
        today = now.astimezone(self._zone).date()
        # What lasts takes a walk through the log: once for each state.
        lasting_words = drawn.lasting if drawn and drawn.today == today else lasting(state, today, self._zone)
        lines = (short if self._brief else full)(state, lasting_words, self._owed(state), now, self._zone, width)
        drawn = self._drawn[state.ref] = _Drawn(state, moment, today, lasting_words, lines)
        return drawn

    # The cursor

    @property
    def selected_row(self) -> int | None:
        """The row under the cursor."""
        return next((place for place, row in enumerate(self._rows) if row.ref and row.ref == self._selected), None)

    def action_cursor(self, step: int) -> None:
        if self.selected_row is not None:
            place = self.selected_row + step
            # The heading is passed over.
            heading = 0 <= place < len(self._rows) and not self._rows[place].ref
            self.move(place + step if heading else place)

    def action_page(self, step: int) -> None:
        if self.selected_row is not None:
            line = self.tops[self.selected_row] + step * max(1, self.scrollable_content_region.height - 1)
            self.move(self.row_at(min(max(0, line), self.total - 1)))

    def move(self, row: int) -> None:
        if 0 <= row < len(self._rows):
            self._selected = self._rows[row].ref or self._selected
            self.show_row(row)

    def on_click(self, event: events.Click) -> None:
        line = event.y + self.scroll_offset.y
        if line < self.total and (ref := self._rows[self.row_at(line)].ref):
            self._selected = ref
            self.refresh()
            self.action_choose()
