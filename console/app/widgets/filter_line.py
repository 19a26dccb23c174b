"""The line above the timeline that filters it while one types."""

from collections.abc import Collection
from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from console.app.widgets.cell import Cell, text
from console.app.widgets.line_input import KeyedInput
from console.app.widgets.timeline import Timeline
from console.app.widgets.timeline_model import filter_of
from console.core.language.text import counted, one_line
from console.core.log.erasure import without

TOPIC, FIELD = "filter", "typed"
"""Where a filter that was not kept is found again, among the texts of forms that were left."""


def hits_words(timeline: Timeline) -> str:
    """`12 of 340 entries`"""
    if timeline.searching:
        return "searching …"
    return f"{timeline.hits:,} of {counted(len(timeline.entries), 'entry', 'entries')}"


class FilterLine(Horizontal):
    """A field that is shown while somebody types in it. Enter keeps the filter, Esc brings the one of before back.

    Whoever goes elsewhere meanwhile keeps what is seen.
    """

    class Changed(Message):
        """It has been opened, or left."""

    def __init__(self, timeline: Timeline, memory: dict[str, dict[str, str]]) -> None:
        """`memory` holds what was typed in forms that were left."""
        super().__init__(id="filter-line")
        self._timeline, self._memory = timeline, memory
        self._before = timeline.filter, timeline.place
        self._back: Widget | None = None
        self.input = KeyedInput(
            {
                "enter": partial(self._leave, kept=True),
                "escape": partial(self._leave, kept=False),
                "up": partial(timeline.scroll_relative, y=-1, animate=False),
                "down": partial(timeline.scroll_relative, y=1, animate=False),
                "pageup": partial(timeline.scroll_page, -1),
                "pagedown": partial(timeline.scroll_page, 1),
            },
            id="filter",
            placeholder="words, #tag, @person, decision",
        )

    def compose(self) -> ComposeResult:
        yield Cell(id="filter-sign")
        yield self.input
        yield Cell(id="filter-hits")

    def on_mount(self) -> None:
        self.display = False
        self.query_one("#filter-sign", Cell).show(text(("Only", "bold $accent")))

    def act_find(self) -> None:
        """Begin to filter; what was typed the last time stands there, and typing replaces it."""
        if not self.display:
            self._before, self._back = (self._timeline.filter, self._timeline.place), self.screen.focused
            self.display = True
            typed = self._timeline.filter.typed or self._memory.get(TOPIC, {}).get(FIELD, "")
            with self.input.prevent(Input.Changed):
                self.input.value = typed
            self._filter()
        self.input.focus()
        self.input.action_select_all()
        self.post_message(self.Changed())

    def show_hits(self) -> None:
        """Show how many entries the filter shows."""
        if self.display:
            self.query_one("#filter-hits", Cell).show(text((hits_words(self._timeline), "$muted")))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._filter()

    def _filter(self) -> None:
        typed = self.input.value
        self._memory[TOPIC] = {FIELD: typed}
        if not typed.strip():
            del self._memory[TOPIC]
        if (chosen := filter_of(typed)) != self._timeline.filter:
            self._timeline.filter = chosen
        self.show_hits()

    @on(events.DescendantBlur)
    def _left(self) -> None:
        if self.display:
            self._close()

    def _leave(self, *, kept: bool) -> None:
        before, place = self._before
        if kept:
            self._memory.pop(TOPIC, None)
        else:
            self._timeline.choose(self._timeline.chosen._replace(filter=before), place)
        self._close()
        if self._back is not None:
            self._back.focus()

    def _close(self) -> None:
        self.display = False
        with self.input.prevent(Input.Changed):
            self.input.value = ""
        self.post_message(self.Changed())

    def take_out(self, words: Collection[str]) -> bool:
        """Take words that a redaction erased out of what filters; whether any stood there."""
        before = self._timeline.filter.typed, self.input.value
        left = tuple(one_line(without(typed, words), len(typed)) for typed in before)
        if left == before:
            return False
        self._timeline.filter = filter_of(left[0])
        self.input.value = left[1]
        return True
