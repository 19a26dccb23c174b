"""The incidents of the board: a card for each open one, as large as there is room for, the others one line each.

One widget that draws its own lines, so that a second that passes repaints only the cells in which something counts, and
so that two hundred incidents cost what two do.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import accumulate
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip

from console.app.board.card import (
    FULL_LINES,
    LOOKS,
    SHORT_LINES,
    Lasting,
    Line,
    Room,
    Viewer,
    card,
    cells,
    closed,
    filled,
    lasting,
    planned,
)
from console.app.widgets.line_list import LineList
from console.core.log.clocks import Clock
from console.core.log.state import Incident
from console.store.snapshots import Summary

HEADING = "CLOSED AND IMPORTED"
PLANNED = "PLANNED MAINTENANCE"
MOST_PLANNED_LINES = 4
"""Of the height, lines that planned maintenances take from the cards."""
BEFORE = 2
"""Columns before an incident's words: the bar and a blank; one more blank stands behind them."""
Owed = Callable[[Incident, datetime], Sequence[Clock]]


class _Row(NamedTuple):
    ref: str
    shown: Incident | Summary | str
    """Of a planned maintenance one line; a heading is its words."""
    line: bool = False
    """It is a planned maintenance, which has no card."""

    @property
    def card(self) -> Incident | None:
        """The incident that has a card."""
        return self.shown if isinstance(self.shown, Incident) and not self.line else None


class _Drawn(NamedTuple):
    """The lines of an open incident, and what they were made from."""

    state: Incident
    viewer: Viewer
    age: int
    room: Room
    lasting: Lasting
    edge: str
    lines: list[Line]


def _age(state: Incident, now: datetime) -> int:
    """Whole minutes since the declaration: where the head counts one more, the first stage does, too."""
    return (now - (state.declared_at or now)) // timedelta(minutes=1)


class IncidentList(LineList):
    """Open incidents share the height. Where that is too little for cards of four lines, all but the selected one fold
    to two lines."""

    class_prefix = "incident-list"
    COMPONENT_CLASSES = {
        f"incident-list--{name}" for name in (*LOOKS, "open", "cursor", "edge", "edge-warning", "edge-overdue", "here")
    }

    def __init__(self, owed: Owed, zone: tzinfo, actor: str, *, id: str | None = None) -> None:
        """`owed` gives an incident's open clocks at a moment, the most urgent first; `actor` is who looks."""
        self._styles: dict[tuple[str, str], Style] = {}
        super().__init__(id=id)
        self._owed, self._zone, self._actor = owed, zone, actor
        self._now: datetime | None = None
        self._rows: list[_Row] = []
        self._selected = ""
        self._is_put = False
        """The cursor stays where it is: somebody put it there, or all incidents have been shown."""
        self._drawn: dict[str, _Drawn] = {}
        self._lines: dict[int, list[Line]] = {}
        """The lines of planned maintenances as they were painted, by their rows."""

    @property
    def selected(self) -> str:
        return self._selected

    def show(
        self, opened: Iterable[Incident], over: Iterable[Summary], now: datetime, *, whole: bool = True,
        planned: Iterable[Incident] = (),
    ) -> None:  # fmt: skip
        """Show these, in this order, `planned` maintenances below the open incidents; `whole` says that no more are
        being read.

        The cursor begins on the first and stays on its incident.
        """
        before = self.selected_row
        rows = [_Row(state.ref, state) for state in opened]
        ended = [_Row(summary.ref, summary) for summary in over]
        below = [_Row(state.ref, state, line=True) for state in planned]
        self._rows = [*rows, *([_Row("", PLANNED)] if below else []), *below]
        self._rows += [*([_Row("", HEADING)] if ended else []), *ended]
        self._lines = {}
        self._now = now
        self._drawn = {row.ref: self._drawn[row.ref] for row in rows if row.ref in self._drawn}
        if self._rows and not self._is_put:
            self._selected = self._rows[0].ref or self._rows[1].ref
        self._is_put = self._is_put or whole
        if self._rows and self.selected_row is None:
            # What was under the cursor has gone: whatever took its place is next.
            row = min(before or 0, len(self._rows) - 1)
            self._selected = self._rows[row].ref or self._rows[row - 1 if row else 1].ref
        self._lay_out()

    def tick(self, now: datetime) -> None:
        """Time has passed: repaint the cells that look different now."""
        self._now = now
        first, shown = self.scroll_offset.y, self.scrollable_content_region.size
        regions: list[Region] = []
        for place in range(self.row_at(first) if self.total else 0, len(self._rows)):
            top = self.tops[place] - first
            if top >= shown.height:
                break
            row = self._rows[place]
            if row.line and self._words_of(place, shown.width)[0] != self._lines.get(place):
                regions.append(Region(0, top, shown.width, 1))
            before = self._drawn.get(row.ref)
            if row.card is None or before is None:
                continue
            after = self._draw(place, row.card, now, shown.width)
            if after.edge != before.edge or len(after.lines) != len(before.lines):
                regions.append(Region(0, top, shown.width, self.end_of(place) - self.tops[place]))
                continue
            for part, lines in enumerate(zip(before.lines, after.lines, strict=True)):
                start, end = changed_cells(*lines)
                if start < end and 0 <= top + part < shown.height:
                    regions.append(Region(BEFORE + start, top + part, min(end, shown.width) - start, 1))
        if regions:
            self.refresh(*regions)

    # Layout

    def _lay_out(self) -> None:
        opened = sum(row.card is not None for row in self._rows)
        sizes = [1] * len(self._rows)
        if opened:
            lines = sum(row.line for row in self._rows)
            sizes[:opened] = self._card_heights(opened, lines, len(self._rows) - opened - lines - (lines > 0))
        *self.tops, self.total = accumulate(sizes, initial=0)
        self.virtual_size = Size(self.scrollable_content_region.width, self.total)
        self.refresh()

    def _card_heights(self, opened: int, planned: int, others: int) -> list[int]:
        """Lines of each open incident, a blank one behind each card included."""
        height = self.scrollable_content_region.height
        # Of planned maintenances the next ones stay in view, with their heading.
        height -= min(planned + 1, MOST_PLANNED_LINES) if planned else 0
        # Of those that are over some stay in view.
        height -= min(others, max(2, height // 8)) if others else 0
        share, left = divmod(height, opened)
        if share > FULL_LINES:
            return [share + (place < left) for place in range(opened)]
        chosen = max(FULL_LINES + 1, height - SHORT_LINES * (opened - 1))
        at = self.selected_row if self.selected_row is not None and self.selected_row < opened else 0
        return [chosen if place == at else SHORT_LINES for place in range(opened)]

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        line = y + self.scroll_offset.y
        if line >= self.total:
            return Strip.blank(width, self._style_on("text", "text"))
        place = self.row_at(line)
        row, part = self._rows[place], line - self.tops[place]
        words, edge = self._words_of(place, width)
        if part >= len(words):
            return Strip.blank(width, self._style_on("text", "text"))
        chosen = row.ref != "" and row.ref == self.selected and self.has_focus
        if row.line:
            self._lines[place] = words
        ground = "cursor" if chosen else "open" if row.card is not None else "text"
        bar = f"{'█' if chosen else '▌'} " if row.ref else "  "
        edge = "here" if chosen and edge == "edge" else edge
        shown: Line = [(bar, edge), *filled(words[part], width - BEFORE - 1), (" ", "text")]
        return Strip([Segment(text, self._style_on(ground, look)) for text, look in shown], width)

    def _style_on(self, ground: str, look: str) -> Style:
        """The style of words on a ground: looked up for each piece of each line that is painted."""
        style = self._styles.get((ground, look))
        if style is None:
            style = self._styles[ground, look] = self.rich_style + self.style_of(ground) + self.style_of(look)
        return style

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles = {}

    def _words_of(self, place: int, width: int) -> tuple[list[Line], str]:
        """The row's lines at this moment, and the look of its edge."""
        row = self._rows[place]
        if row.card is not None and self._now is not None:
            drawn = self._draw(place, row.card, self._now, width)
            return drawn.lines, drawn.edge
        if isinstance(row.shown, Incident) and self._now is not None:
            owed = self._owed(row.shown, self._now)
            return [planned(row.shown, owed, self._now, self._zone)], _edge_of(owed)
        return [
            closed(row.shown, self._zone) if isinstance(row.shown, Summary) else [(str(row.shown), "muted")]
        ], "edge"

    def _draw(self, place: int, state: Incident, now: datetime, width: int) -> _Drawn:
        height = self.end_of(place) - self.tops[place]
        # The blank line that parts cards; folded ones do without.
        room = Room(width - BEFORE - 1, height - (height > SHORT_LINES))
        known = self._drawn.get(state.ref)
        if known is not None and (known.state is not state or known.room != room):
            known = None
        if known is not None and known.viewer.now == now:
            return known
        viewer = Viewer(self._actor, now, now.replace(second=0, microsecond=0), self._zone)
        # What lasts takes a walk through the log.
        lasts = known is not None and known.viewer.minute == viewer.minute and known.age == _age(state, now)
        parts = known.lasting if known is not None and lasts else lasting(state, viewer, room)
        owed = self._owed(state, now)
        edge = _edge_of(owed)
        lines = card(parts, owed, viewer, room)[: room.height]
        drawn = self._drawn[state.ref] = _Drawn(state, viewer, _age(state, now), room, parts, edge, lines)
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
            self._is_put = True
            self._selected = self._rows[row].ref or self._selected
            self._lay_out()
            self.show_row(row)

    @property
    def pressable_lines(self) -> Sequence[int]:
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        rows = zip(self.tops, self._rows, strict=True)
        return [line - top for line, row in rows if row.ref and 0 <= line - top < height]

    def on_click(self, event: events.Click) -> None:
        self.press_line(event.y)

    def press_line(self, y: int) -> None:
        line = y + self.scroll_offset.y
        # On the wall nothing is chosen.
        if self.can_focus and line < self.total and (ref := self._rows[self.row_at(line)].ref):
            self._selected = ref
            self.refresh()
            self.action_choose()


def _edge_of(owed: Sequence[Clock]) -> str:
    """The look of an incident's edge, by the most urgent of what it owes."""
    return next((f"edge-{clock.state}" for clock in owed if clock.state in ("overdue", "warning")), "edge")


def changed_cells(before: Line, after: Line) -> tuple[int, int]:
    """The first cell in which the lines differ and the one behind the last; no cells where they are equal."""
    if before == after:
        return 0, 0
    pairs = enumerate(zip(before, after, strict=False))
    same = next((place for place, (old, new) in pairs if old != new), min(len(before), len(after)))
    least = min(len(before), len(after)) - same
    tail = 0
    while tail < least and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    start = cells(before[:same])
    old, new = (cells(line[same : len(line) - tail]) for line in (before, after))
    return start, start + (new if old == new else max(old, new) + cells(after[len(after) - tail :]))
