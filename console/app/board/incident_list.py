"""The incidents of the board: open ones with what they owe, the others one line each.

One widget that draws its own lines, so that a second that passes repaints only the lines in which something counts, and
so that two hundred incidents cost what two do.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.app.board.incident_lines import FULL_LINES, SHORT_LINES, Lasting, Words, closed, full, lasting, short
from console.app.widgets.cell import fitted
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


class _Told(NamedTuple):
    """The lines of an open incident, and what they were made from."""

    state: Incident
    moment: tuple[datetime, bool, int]
    """When, whether briefly, and for how many columns."""
    today: date
    lasting: Lasting
    lines: list[list[Words]]


class IncidentList(ScrollView, can_focus=True):
    """Open incidents take four lines and a blank one, or two lines each where they would not all be in view."""

    COMPONENT_CLASSES = {
        "incident-list--text",
        "incident-list--strong",
        "incident-list--muted",
        "incident-list--stage",
        "incident-list--badge",
        "incident-list--urgent",
        "incident-list--drill",
        "incident-list--warning",
        "incident-list--overdue",
        "incident-list--edge",
        "incident-list--open",
        "incident-list--cursor",
        "incident-list--cursor-edge",
    }
    DEFAULT_CSS = """
    IncidentList {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .incident-list--strong { text-style: bold; }
        & > .incident-list--muted { color: $text-muted; }
        & > .incident-list--stage { color: $primary; text-style: bold; }
        & > .incident-list--badge { color: $background; background: $secondary; text-style: bold; }
        & > .incident-list--urgent { color: $background; background: $error; text-style: bold; }
        & > .incident-list--drill { color: $background; background: $accent; text-style: bold; }
        & > .incident-list--warning { color: $warning; text-style: bold; }
        & > .incident-list--overdue { color: $error; text-style: bold; }
        & > .incident-list--edge { color: $panel; }
        & > .incident-list--open { background: $surface; }
        & > .incident-list--cursor { background: $panel; }
        & > .incident-list--cursor-edge { color: $primary; }
    }
    """
    BINDINGS = [
        Binding("up,k", "cursor(-1)", "Up", show=False),
        Binding("down,j", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    class Chosen(Message):
        """An incident was opened."""

        def __init__(self, ref: str) -> None:
            super().__init__()
            self.ref = ref

    def __init__(self, owed: Owed, zone: tzinfo, *, id: str | None = None) -> None:
        """`owed` gives an incident's open clocks at this moment, the most urgent first."""
        super().__init__(id=id)
        self._owed, self._zone = owed, zone
        self._now: datetime | None = None
        self._rows: list[_Row] = []
        self._lines: list[tuple[int, int]] = []
        """For each line of the whole list its row, and which of the row's lines it is; -1 for a blank one."""
        self._tops: list[int] = []
        self._brief = False
        self.selected = ""
        """The reference under the cursor; empty when there is none."""
        self._told: dict[str, _Told] = {}
        self._styles: dict[tuple[str, str], Style] = {}
        """By what lies under the words and by their look."""

    def show(self, opened: Iterable[Incident], over: Iterable[Summary], now: datetime) -> None:
        """Show these, in this order. The cursor stays on its incident."""
        before = self._place(self.selected)
        rows = [_Row(state.ref, state) for state in opened]
        ended = [_Row(summary.ref, summary) for summary in over]
        self._rows = [*rows, *([_Row("", None)] if ended else []), *ended]
        self._now = now
        self._told = {row.ref: self._told[row.ref] for row in rows if row.ref in self._told}
        if self._rows and self._place(self.selected) is None:
            # What was under the cursor has gone: whatever took its place is next.
            row = min(before or 0, len(self._rows) - 1)
            self.selected = self._rows[row].ref or self._rows[row - 1 if row else 1].ref
        self._lay_out()

    def tick(self, now: datetime) -> None:
        """Time has passed: repaint the lines that look different now."""
        self._now = now
        first, shown = self.scroll_offset.y, self.scrollable_content_region.size
        changed: dict[int, set[int]] = {}
        for y, (place, part) in enumerate(self._lines[first : first + shown.height]):
            if place not in changed:
                changed[place] = self._changed(self._rows[place])
            if part in changed[place]:
                self.refresh(Region(0, y, shown.width, 1))

    def _changed(self, row: _Row) -> set[int]:
        """Which of the row's lines read differently now."""
        if not isinstance(row.shown, Incident):
            return set()
        drawn = self._told.get(row.ref)
        before = drawn.lines if drawn is not None else []
        return {part for part, line in enumerate(self._words_of(row)) if part >= len(before) or before[part] != line}

    # Layout

    def _lay_out(self) -> None:
        opened = sum(isinstance(row.shown, Incident) for row in self._rows)
        height = self.scrollable_content_region.height
        self._brief = 0 < height < opened * (FULL_LINES + 1)
        size = SHORT_LINES if self._brief else FULL_LINES
        lines: list[tuple[int, int]] = []
        self._tops = []
        for place, row in enumerate(self._rows):
            self._tops.append(len(lines))
            if isinstance(row.shown, Incident):
                lines += [(place, part) for part in range(size)]
                lines += [] if self._brief else [(place, -1)]
            else:
                lines.append((place, 0))
        self._lines = lines
        self.virtual_size = Size(self.scrollable_content_region.width, len(lines))
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()
        self.refresh()

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        line = y + self.scroll_offset.y
        place, part = self._lines[line] if line < len(self._lines) else (-1, -1)
        if part < 0:
            return Strip.blank(width, self._style("text", "text"))
        row = self._rows[place]
        chosen = row.ref != "" and row.ref == self.selected and self.has_focus
        ground = "cursor" if chosen else "open" if isinstance(row.shown, Incident) else "text"
        segments = [Segment("▌ " if row.ref else "  ", self._style(ground, "cursor-edge" if chosen else "edge"))]
        left = width - EDGES
        for text, style_name in self._words_of(row)[part]:
            fits = fitted(text, left)
            segments.append(Segment(fits, self._style(ground, style_name)))
            left -= cell_len(fits)
            if fits != text or left <= 0:
                break
        segments.append(Segment(" " * (left + 1), self._style(ground, "text")))
        return Strip(segments, width)

    def _style(self, ground: str, style_name: str) -> Style:
        known = self._styles.get((ground, style_name))
        if known is None:
            known = self.rich_style
            for name in (ground, style_name):
                known += self.get_component_rich_style(f"incident-list--{name}", partial=True)
            self._styles[ground, style_name] = known
        return known

    def _words_of(self, row: _Row) -> list[list[Words]]:
        """The row's lines at this moment."""
        if isinstance(row.shown, Incident) and self._now is not None:
            return self._tell(row.shown, self._now).lines
        return [closed(row.shown, self._zone)] if isinstance(row.shown, Summary) else [[(HEADING, "muted")]]

    def _tell(self, state: Incident, now: datetime) -> _Told:
        width = self.scrollable_content_region.width - EDGES
        drawn, moment = self._told.get(state.ref), (now, self._brief, width)
        same = drawn is not None and drawn.state is state
        if drawn is not None and same and drawn.moment == moment:
            return drawn
        today = now.astimezone(self._zone).date()
        # What lasts takes a walk through the log: once for each state.
        lasting_words = (
            drawn.lasting if drawn is not None and same and drawn.today == today else lasting(state, today, self._zone)
        )
        lines = (short if self._brief else full)(state, lasting_words, self._owed(state), now, width)
        drawn = self._told[state.ref] = _Told(state, moment, today, lasting_words, lines)
        return drawn

    # The cursor

    def _place(self, ref: str) -> int | None:
        return next((place for place, row in enumerate(self._rows) if row.ref and row.ref == ref), None)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def action_cursor(self, step: int) -> None:
        place = self._place(self.selected)
        if place is None:
            return
        place += step
        # The heading is passed over.
        heading = 0 <= place < len(self._rows) and not self._rows[place].ref
        self._move(place + step if heading else place)

    def action_page(self, step: int) -> None:
        place = self._place(self.selected)
        if place is not None:
            line = self._tops[place] + step * max(1, self.scrollable_content_region.height - 1)
            self._move(self._lines[min(max(0, line), len(self._lines) - 1)][0])

    def action_edge(self, last: int) -> None:
        self._move(len(self._rows) - 1 if last else 0)

    def _move(self, place: int) -> None:
        if not 0 <= place < len(self._rows):
            return
        self.selected = self._rows[place].ref or self.selected
        top = self._tops[place]
        bottom = self._tops[place + 1] if place + 1 < len(self._tops) else len(self._lines)
        self.scroll_to_region(Region(0, top, 1, bottom - top), animate=False, force=True)
        self.refresh()

    def action_choose(self) -> None:
        if self.selected:
            self.post_message(self.Chosen(self.selected))

    def on_click(self, event: events.Click) -> None:
        line = event.y + self.scroll_offset.y
        if line < len(self._lines) and self._rows[self._lines[line][0]].ref:
            self.selected = self._rows[self._lines[line][0]].ref
            self.refresh()
            self.action_choose()
