"""The running timeline: a line-by-line widget that costs the same with a hundred entries and a hundred thousand."""

import asyncio
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, tzinfo
from itertools import accumulate
from threading import Event
from time import sleep
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from console.app.acts import BY_ID, with_keys
from console.app.widgets.cell import ACT, fitted
from console.app.widgets.line_list import LineList
from console.app.widgets.timeline_lines import GUTTER, NONE_ARRIVED, Arrived, entry_strips, height, heights
from console.app.widgets.timeline_model import (
    CHUNK,
    Filter,
    Pause,
    Rows,
    Shows,
    TimelineModel,
    days_of,
    in_time,
    no_pause,
)
from console.core.language.times import due_words
from console.core.log.entries import Entries, Entry

EMPTY = "Nothing logged yet. Type what happened and press Enter."
NO_MATCH = "Nothing matches this filter. Press {find} to change it."
AT_ONCE = 2_000
"""Entries that are chosen and laid out at once: within a few milliseconds."""
PAINTED_S = 0.05
"""By when a key has been painted."""
CACHED_ROWS = 256
"""Rows kept as drawn; a screen shows a few dozen at a time."""


class Place(NamedTuple):
    """The place of a view in the timeline."""

    chosen: str
    """The id of the entry under the cursor; empty for none."""
    top: str
    """The id of the entry at the top; empty where the end is followed."""
    above: int
    """Its lines above the view."""
    following: bool
    """The view stays at the end of the timeline."""


class Left(NamedTuple):
    """The entry at which somebody left the timeline: a rule stands below it, once something came behind it."""

    entry: str
    """The id of the last one that they knew, in the order in which things happened."""
    words: str
    """On the rule."""


class _Superseded(Exception):
    """Something else was chosen while entries were gone through."""


class Laid(NamedTuple):
    """Rows laid out at a width."""

    width: int
    sizes: "array[int]"
    """The lines of each entry that is shown, in log order and without its day line."""
    days: set[int]
    """Rows that begin a day: the line of its date is their first."""
    rule: int
    """The row above which somebody left, with the rule that says so as its first line; -1 for none."""
    tops: "array[int]"
    """The first line of each row."""
    total: int
    """The number of all lines."""

    @classmethod
    def of(
        cls, rows: Rows, width: int, zone: tzinfo, pause: Pause = no_pause, arrived: Arrived = NONE_ARRIVED,
        left: Left | None = None, near: int | None = None,
    ) -> "Laid":  # fmt: skip
        """Lay rows out: all, or `AT_ONCE` around the row `near`, where the others are taken for a line each.

        So are all before the first layout of the screen, when nobody sees anything.
        """
        held, shown = rows.entries[:], rows.places
        sizes = array("B", b"\1") * len(held)
        first, end = (0, len(shown)) if near is None else (max(0, near - AT_ONCE // 2), near + AT_ONCE // 2)
        for start in range(first, end if width else first, CHUNK):
            pause()
            places = shown[start : min(start + CHUNK, end)]
            lines = heights([held[place] for place in places], text_width(width), zone, arrived)
            for place, size in zip(places, lines, strict=True):
                sizes[place] = size
        days = set(days_of(rows, zone))
        pause()
        rule = rule_row(rows, left)
        tops = stacked(shown, sizes, (*days, rule))
        total = tops.pop()
        return cls(width, sizes, days, rule, tops, total)


def rule_row(rows: Rows, left: Left | None) -> int:
    """The first row behind the entry at which somebody left; -1 where nothing came there."""
    entries, places = rows.entries, rows.places
    place = entries.position(left.entry) if left is not None else None
    if place is None:
        return -1
    order = in_time(entries)
    row = bisect_right(places, order(place), key=order)
    return row if row < len(places) else -1


def stacked(
    places: "array[int]", sizes: "array[int]", heads: Iterable[int], first: int = 0, top: int = 0
) -> "array[int]":
    """The first lines of row `first`, which is `top`, and of all behind it; then the line behind the last one.

    `heads` are rows with a line of a day or a rule above them.
    """
    lines = [sizes[place] for place in places[first:]]
    for head in heads:
        if head >= first:
            lines[head - first] += 1
    return array("I", accumulate(lines, initial=top))


def text_width(width: int) -> int:
    """Cells for the text of an entry in a timeline of that width."""
    return max(8, max(20, width) - GUTTER)


class Timeline(LineList):
    """Newest at the bottom; follows the end until somebody scrolls up."""

    class_prefix = "timeline"
    COMPONENT_CLASSES = {
        f"timeline--{name}"
        for name in (
            "time", "rule", "sign", "sign-finding", "sign-action", "sign-decision", "sign-hypothesis", "sign-task",
            "strong", "struck", "redacted", "tag", "person", "author", "mark-good", "arrived", "cursor", "cursor-edge",
            "day", "below", "left",
        )
    }  # fmt: skip
    BINDINGS = [Binding("escape", "to_end", "The newest entry", show=False)]

    class FilterChanged(Message):
        """Another filter is on, or none, or undone entries are hidden or shown."""

    def __init__(self, zone: tzinfo, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._model = TimelineModel(zone)
        self.tops: array[int] = array("I")
        self._sizes: array[int] = array("B")
        """The lines of each entry that is shown, in log order and without its day line."""
        self._days: set[int] = set()
        """Rows that begin a day: the line of its date is their first."""
        self._left: Left | None = None
        self._rule = -1
        """The row with the rule above it; -1 for none."""
        self._laid_width = -1
        self._guessed = False
        """True while rows far from the view are taken for a line each."""
        self.chosen = Shows()
        """The choice of entries to be shown; the one that is shown stands in the model."""
        self._arrived = NONE_ARRIVED
        self._cursor = -1
        self.following = True
        self._below: list[str] = []
        """Ids of entries that came while somebody had scrolled up, and that have not been in view yet."""
        self._cache: LRUCache[tuple[object, ...], tuple[Entry, list[Strip]]] = LRUCache(CACHED_ROWS)
        self._grounds: dict[str, Style] = {}
        """The style below all lines, by the theme: every node above has a part in it."""

    @property
    def filter(self) -> Filter:
        """The one that is chosen; in a long incident it is in force once what it shows is found."""
        return self.chosen.filter

    @filter.setter
    def filter(self, filter: Filter) -> None:
        self.choose(self.chosen._replace(filter=filter))

    @property
    def hidden(self) -> int:
        """The number of undone entries that are not shown."""
        return self._model.hidden

    @property
    def searching(self) -> bool:
        """True while the chosen entries are being found."""
        return self.chosen != self._model.shows

    @property
    def hits(self) -> int:
        """The number of entries that are shown."""
        return len(self._model.places)

    @property
    def entries(self) -> Entries:
        """All entries, shown or not."""
        return self._model.entries

    def toggle_undone(self) -> None:
        """Hide the entries that are undone, or show them; what is read stays where it is."""
        self.choose(self.chosen._replace(hides_undone=not self.chosen.hides_undone))

    @property
    def place(self) -> Place:
        """The place of the view."""
        return Place(self.selected, *self._anchor(), self.following)

    def choose(self, shows: Shows, place: Place | None = None) -> None:
        """Show other entries, and go back to a place; else what is read stays where it is.

        Many are gone through in another thread. No key waits for that, and the next choice ends it.
        """
        self.chosen = shows
        self.workers.cancel_group(self, "choose")
        if len(self._model.entries) <= AT_ONCE:
            rows = shows.rows(self._model.entries, self._model.every)
            laid = Laid.of(rows, self._width, self._model.zone, arrived=self._arrived, left=self._left)
            self._take(rows, laid, place)
        else:
            self.run_worker(self._find(shows, place), group="choose")
        self.post_message(self.FilterChanged())

    async def _find(self, shows: Shows, place: Place | None) -> None:
        ended, zone, arrived, left = Event(), self._model.zone, self._arrived, self._left

        def pause() -> None:
            if ended.is_set():
                raise _Superseded
            # Lets the screen's thread go first: it would wait for five milliseconds.
            sleep(0)

        def find(entries: Entries, every: "array[int]", width: int) -> tuple[Rows, Laid]:
            rows = shows.rows(entries, every, pause)
            return rows, Laid.of(rows, width, zone, pause, arrived, left)

        # The key that chose is painted first, and one that follows fast has nothing to end.
        await asyncio.sleep(PAINTED_S)
        try:
            while True:
                entries, width = self._model.entries, self._width
                rows, laid = await asyncio.to_thread(find, entries, self._model.every[:], width)
                newest = self._model.entries
                few = newest.grew_from(entries) and len(newest) - len(entries) <= AT_ONCE
                if few and width == self._width:
                    break
        finally:
            ended.set()
        self._take(rows, laid, place)
        self.post_message(self.FilterChanged())

    def _take(self, rows: Rows, laid: "Laid", place: Place | None) -> None:
        """Show these rows, and what has come since they were found."""
        newest, place = self._model.entries, place or self.place
        self._model.take(rows)
        self._guessed = False
        self._lay(laid)
        if newest is not rows.entries:
            self._lay_out(self._model.extend(newest), (), place)
        self._follow(place.following)
        self._cursor = -1
        self._keep_place(place)

    @property
    def selected(self) -> str:
        return self._model.entry(self._cursor).id if 0 <= self._cursor < len(self._model.places) else ""

    @property
    def selected_row(self) -> int | None:
        return self._cursor if 0 <= self._cursor < len(self.tops) else None

    def show(self, entries: Entries, arrived: Arrived = NONE_ARRIVED) -> None:
        """Takes a new version of the entries, at most `AT_ONCE` of them one by one."""
        self._arrived = arrived
        old, place = self._model.entries, self.place
        far = abs(len(entries) - len(old)) > AT_ONCE
        rows = [] if entries.grew_from(old) else self._model.changed(entries) if old else None
        if far or rows is None:
            self._model.set(entries)
            self._begin(place.top)
        else:
            before = [self._model.places[row] for row in rows]
            first = self._cut(entries) if len(entries) < len(old) else self._model.extend(entries)
            self._lay_out(first, map(self._model.row_of, before), place)
        self._keep_place(place)
        if not self.following:
            self._below += [entry.id for entry in entries[len(old) :]]
            self._forget_seen()

    def leave(self, left: Left | None) -> None:
        """Show where somebody left; None shows no rule. What is read stays where it is."""
        place, self._left = self.place, left
        self._stack(len(self._model.places))
        self._keep_place(place)

    def _cut(self, entries: Entries) -> int:
        """Take over a version that lacks the last entries; the first row that stands elsewhere now."""
        del self._sizes[len(entries) :]
        return self._model.cut(entries)

    def go_to(self, moment: datetime) -> None:
        """Brings the first entry at or after a moment to the top."""
        if self._model.places:
            self._cursor = self._model.first_at(moment)
            if self._guessed:
                self._begin(self.selected)
            self.following = False
            self.scroll_to(y=self.tops[self._cursor], animate=False, force=True)
            self.refresh()

    def go_to_entry(self, id: str) -> bool:
        """Select an entry and bring it into view; whether it is among those that are shown."""
        place = self._model.entries.position(id)
        row = -1 if place is None else self._model.row_of(place)
        if not 0 <= row < len(self.tops):
            return False
        if self._guessed:
            self._begin(id)
        self.move(row)
        # In the middle, so that what led up to it and what came of it are seen.
        self.scroll_to(y=self.tops[row] - self.scrollable_content_region.height // 2, animate=False, force=True)
        return True

    # Layout: `_sizes` holds the lines of every entry in log order, `tops` the first line of every row

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _begin(self, top: str) -> None:
        """Lay every row out: at opening, after a change of width, and when rows changed places.

        Of many those around the entry `top`, or at the end where that is empty, are laid out at once, the others in
        another thread.
        """
        rows, zone, row = self._model.rows, self._model.zone, self._row_of_top(top)
        self._guessed = len(rows.places) > AT_ONCE
        near = (len(rows.places) if row is None else row) if self._guessed else None
        self._lay(Laid.of(rows, self._width, zone, arrived=self._arrived, left=self._left, near=near))
        finds = any(worker.node is self and worker.is_running for worker in self.workers)
        if self._guessed and self._width and not finds:
            self.run_worker(self._find(self.chosen, None), group="choose")

    def _lay(self, laid: "Laid") -> None:
        self._laid_width, self._sizes, self._days, self._rule, self.tops, self.total = laid
        self._resized_to(Size(max(20, self._laid_width), self.total))

    def _lay_out(self, first: int | None, rows: Iterable[int], place: Place) -> None:
        """Takes in new entries, the first of which stands in row `first`, and rows whose entries changed."""
        if self.scrollable_content_region.width != self._laid_width:
            self._begin(place.top)
            return
        inner, model = text_width(self._laid_width), self._model
        self._sizes.extend(
            height(entry, inner, model.zone, self._arrived) if model.shows.takes(entry) else 0
            for entry in model.entries[len(self._sizes) :]
        )
        start = len(model.places) if first is None else first
        for row in rows:
            size = height(model.entry(row), inner, model.zone, self._arrived)
            if size != self._sizes[model.places[row]]:
                self._sizes[model.places[row]] = size
                start = min(start, row)
        if first is not None:
            # A row in the middle can make or move a day line at itself and at the row behind it.
            self._days = {day for day in self._days if day < first}.union(model.days(first))
        self._stack(start)

    def _stack(self, first: int) -> None:
        """The first lines of row `first` and of all behind it."""
        before, self._rule = self._rule, rule_row(self._model.rows, self._left)
        if before != self._rule:
            first = min(row for row in (first, before, self._rule) if row >= 0)
        top = self.end_of(first - 1) if first else 0
        self.tops[first:] = stacked(self._model.places, self._sizes, (*self._days, self._rule), first, top)
        self.total = self.tops.pop()
        self._resized_to(Size(max(20, self._laid_width), self.total))

    def _resized_to(self, size: Size) -> None:
        """All lines together have another size; only where the scrollbar comes or goes is the screen laid out anew."""
        room = self.scrollable_content_region.height
        if size.width == self.virtual_size.width and min(size.height, self.virtual_size.height) > room > 0:
            self.set_reactive(Timeline.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        else:
            self.virtual_size = size
        self.refresh()

    # Place: the end is followed, or the entry at the top stays where it is

    def _anchor(self) -> tuple[str, int]:
        """The entry at the top of the view, and how many of its lines are above it."""
        line = self.scroll_offset.y
        if self.following or not self.tops:
            return "", 0
        row = self.row_at(line)
        return self._model.entry(row).id, line - self.tops[row]

    def _keep_place(self, place: Place) -> None:
        """The cursor stays on the entry that it was on, and the view where it was."""
        if place.chosen:
            position = self._model.position_of(place.chosen)
            # The cursor on the newest entry stays on the newest.
            end = len(self._model.places) - 1
            self._cursor = -1 if position is None else end if self.following else position
        if self.following:
            self._keep_end()
        else:
            self._stay(place.top, place.above)

    def _row_of_top(self, top: str) -> int | None:
        """The row of the entry at the top of the view, else the one that follows; None where it is unknown."""
        row = self._model.position_of(top)
        return self._model.position_behind(top) if row is None else row

    def _stay(self, top: str, above: int) -> None:
        row = self._row_of_top(top)
        if row is not None:
            above = above if self._model.entry(row).id == top else 0
            line = min(self.tops[row] + above, self.end_of(row) - 1)
            self.scroll_to(y=line, animate=False, force=True, immediate=True)

    def _keep_end(self) -> None:
        if self.following:
            self.scroll_end(animate=False, force=True, immediate=True, x_axis=False)

    def _follow(self, following: bool) -> None:
        self.following = following
        if following:
            self._below = []

    @property
    def held(self) -> bool:
        """True while lines stand below the view, which stays where it is whatever comes."""
        return not self.following and self._end_of_view < self.total

    @property
    def _end_of_view(self) -> int:
        """The line below the view."""
        return self.scroll_offset.y + self.scrollable_content_region.height

    def _forget_seen(self) -> None:
        """Only entries that end below the view, or where the banner lies over it, are still to be announced."""
        end = self._end_of_view - self.held
        rows = [(id, self._model.position_of(id)) for id in self._below]
        self._below = [id for id, row in rows if row is not None and self.end_of(row) > end]

    def on_resize(self, event: events.Resize) -> None:
        if self.scrollable_content_region.width != self._laid_width:
            place = self.place
            self._begin(place.top)
            self._stay(place.top, place.above)
        self._keep_end()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._cache.clear()
        self._grounds.clear()

    def watch_show_vertical_scrollbar(self, shown: bool) -> None:
        """A bar that appears after the end was gone to stands at the end, too; Textual moves only one that is seen."""
        if shown:
            self.vertical_scrollbar.position = self.scroll_y

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self.is_mounted and self.total > self.scrollable_content_region.height:
            at_end = new_value >= self.max_scroll_y - 1
            if at_end or new_value < old_value:
                self._follow(at_end)
            if self._below:
                self._forget_seen()

    def render_line(self, y: int) -> Strip:
        return self._banner() if self._is_banner(y) else self._line(y)

    def _is_banner(self, y: int) -> bool:
        return y == self.scrollable_content_region.height - 1 and y > 0 and self.held

    def _banner(self) -> Strip:
        """The banner in the last line's place: the time of the held view, the entries below, and the way to them."""
        model, width = self._model, self.scrollable_content_region.width
        last = model.entry(self.row_at(self._end_of_view - 2)).occurred_at
        words = f" ‖ held at {due_words(last, model.entry(-1).occurred_at, model.zone)}"
        words += f" · {len(self._below)} new below" if self._below else ""
        words += f" · {BY_ID['newest'].label} returns"
        style = self._ground + self.style_of("below")
        return Strip([Segment(fitted(words, width), style)]).adjust_cell_length(width, style)

    @property
    def _ground(self) -> Style:
        theme = self.app.theme
        if theme not in self._grounds:
            self._grounds[theme] = self.rich_style
        return self._grounds[theme]

    def _line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        line = y + self.scroll_offset.y
        if not self._model.places:
            filters = not self._model.shows.filter.empty
            message = "" if line else with_keys(NO_MATCH) if filters else EMPTY
            press = Style(meta={ACT: "find"} if message and filters else None)
            line_strip = Strip([Segment(f" {message}", self.style_of("author") + press)])
            return line_strip.adjust_cell_length(width).apply_style(self._ground)
        row = self.row_at(line) if line < self.total else -1
        strips = self._row(row, width)[line - self.tops[row] :] if row >= 0 else []
        # A paint can come between a change of width and the layout that follows it.
        return strips[0] if strips else Strip.blank(width, self._ground)

    def _row(self, row: int, width: int) -> list[Strip]:
        entry = self._model.entry(row)
        cursor = row == self._cursor and self.has_focus
        words = self._left.words if self._left is not None and row == self._rule else ""
        key = (entry.id, row in self._days, words, width, cursor, self.app.theme)
        known = self._cache.get(key)
        if known is not None and known[0] is entry:
            return known[1]
        strips = entry_strips(entry, width, self._model.zone, self.style_of, cursor=cursor, arrived=self._arrived)
        if words:
            strips = [self._ruled(f" ── {words} ", "", width, "left"), *strips]
        if row in self._days:
            strips = [self._day(row, width), *strips]
        # With the ground's style, so that a line stays the same strip: each strip keeps what was made of it.
        strips = [strip.apply_style(self._ground) for strip in strips]
        self._cache[key] = (entry, strips)
        return strips

    def _day(self, row: int, width: int) -> Strip:
        local = self._model.entry(row).occurred_at.astimezone(self._model.zone)
        head, tail = f" ── {local:%a} {local.day} {local:%b} {local:%Y} ", f" {local.tzname() or 'UTC'} ──"
        return self._ruled(head, tail, width, "day")

    def _ruled(self, head: str, tail: str, width: int, style: str) -> Strip:
        line = head + "─" * max(0, width - len(head) - len(tail)) + tail
        return Strip([Segment(line, self.style_of(style))]).adjust_cell_length(width)

    def on_focus(self) -> None:
        if self._cursor < 0 and self._model.places:
            self._cursor = len(self._model.places) - 1

    def action_cursor(self, step: int) -> None:
        self.move((self._cursor if self._cursor >= 0 else len(self._model.places) - 1) + step)

    def action_page(self, step: int) -> None:
        target = self.tops[max(0, self._cursor)] + step * self.scrollable_content_region.height if self.tops else 0
        self.move(self.row_at(max(0, target)))

    def scroll_page(self, step: int) -> None:
        """A page back (-1) or on (1); no row is selected."""
        self.scroll_relative(y=step * max(1, self.scrollable_content_region.height - 1), animate=False, immediate=True)

    def move(self, row: int) -> None:
        if self.tops:
            self._cursor = min(max(0, row), len(self.tops) - 1)
            self._follow(self._cursor == len(self.tops) - 1)
            self.show_row(self._cursor)

    def action_to_end(self) -> None:
        """Back to the end, without a filter."""
        if not self.filter.empty:
            self.filter = Filter()
        self.go_to_end()

    def go_to_end(self) -> None:
        """Back to the newest entry that is shown."""
        self._cursor = -1
        self._follow(True)
        self._keep_end()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        if self._is_banner(event.y):
            self.go_to_end()
            return
        line = event.y + self.scroll_offset.y
        if line >= self.total:
            return
        row = self.row_at(line)
        if row == self._cursor and event.chain > 1:
            self.action_choose()
        else:
            self.move(row)
