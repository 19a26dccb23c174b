"""Screens over all incidents of the log: a head with a count, and for those with a field rows and a page below it."""

from collections.abc import Collection, Iterable
from time import monotonic
from typing import Protocol, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from console.app.popup import SayingPopup
from console.app.session import Session
from console.app.widgets.cell import Cell, text
from console.app.widgets.line_input import KeyedInput
from console.core.language.text import one_line
from console.core.log.erasure import without

T = TypeVar("T")
TYPED = "typed"
"""The field whose text is found again, among the texts of forms that were left."""


class LookBack(SayingPopup[T]):
    """Its widgets' ids begin with the name of the place: `#history-count`."""

    title_words = ""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id=self.place):
            with Horizontal(classes="look-head"):
                yield Static(f"{self.title_words} ", classes="dialog-title", markup=False)
                yield Cell(id=f"{self.place}-count", classes="look-count")
            yield from self.body()
            yield Cell(id=f"{self.place}-say", classes="look-say")
            yield self.keys()

    def body(self) -> Iterable[Widget]:
        """The widgets between the head and the keys."""
        raise NotImplementedError

    def count(self, words: str) -> None:
        """Say beside the title how much is shown, or what is waited for."""
        self.query_one(f"#{self.place}-count", Cell).show(text((words, "$muted")))

    def inform(self, words: str) -> None:
        self.say(words)


class Rows(Protocol):
    """A list whose bar is moved from the field above it."""

    @property
    def page_rows(self) -> int: ...

    def step(self, rows: int) -> None: ...


class LookFor(LookBack[T]):
    """With a field whose text is kept for the next time, and a page that tells of the highlighted row."""

    placeholder = ""
    _opened_at = 0.0

    def on_mount(self) -> None:
        self._opened_at = monotonic()

    def body(self) -> Iterable[Widget]:
        rows = self.make_rows()
        yield KeyedInput(
            {
                "enter": self._entered,
                "escape": self.act_leave,
                "up": lambda: self.rows.step(-1),
                "down": lambda: self.rows.step(1),
                "pageup": lambda: self.rows.step(-self.rows.page_rows),
                "pagedown": lambda: self.rows.step(self.rows.page_rows),
            },
            id=f"{self.place}-line",
            placeholder=self.placeholder,
        )
        yield rows
        yield VerticalScroll(
            Static(id=f"{self.place}-text", markup=False), id=f"{self.place}-page", classes="look-page", can_focus=False
        )

    def make_rows(self) -> Widget:
        """The list, with the id of the place."""
        raise NotImplementedError

    @property
    def rows(self) -> Rows:
        raise NotImplementedError

    @property
    def line(self) -> KeyedInput:
        return self.query_one(KeyedInput)

    @property
    def kept(self) -> str:
        """The text of the last time."""
        return self._session.form_memory.get(self.place, {}).get(TYPED, "")

    def begin(self, words: str) -> None:
        """Put words into the field, selected: the next letter replaces them."""
        with self.line.prevent(Input.Changed):
            self.line.value = words
        self.line.action_select_all()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._session.form_memory[self.place] = {TYPED: self.line.value}
        if not self.line.value.strip():
            del self._session.form_memory[self.place]
        self.show_answer()

    def show_answer(self) -> None:
        """Show what the field asks for."""
        raise NotImplementedError

    def _entered(self) -> None:
        # One that was typed ahead is the end of a line that was meant for a prompt.
        if self.could_read(self._opened_at):
            self.choose()

    def choose(self) -> None:
        """Give the highlighted row."""
        raise NotImplementedError

    def tell_row(self, words: Content | None) -> None:
        """Tell of the highlighted row; None where there is none."""
        self.query_one(f"#{self.place}-page").set_class(words is not None, "-some")
        self.query_one(f"#{self.place}-text", Static).update(words or "")
        self.show_keys()

    def take_out(self, words: Collection[str]) -> bool:
        stray = super().take_out(words)
        before = self.line.value
        self.line.value = one_line(without(before, words), len(before) + 20)
        return self.line.value != before or stray
