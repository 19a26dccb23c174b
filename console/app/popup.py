"""A screen that lies over another, and is left without a result."""

from collections.abc import Awaitable
from typing import Generic, TypeVar

from textual import events, on
from textual.screen import ModalScreen

from console.app.act_screen import ActScreen
from console.app.widgets.cell import Cell, text
from console.core.language.text import clean
from console.core.refusal import Problem

T = TypeVar("T")


class Popup(ActScreen[T | None], ModalScreen[T | None], Generic[T]):
    """Gives None when it is left."""

    def show_rows(self) -> None:
        """Show what depends on the width; called once that is known, and whenever it changes."""

    @on(events.Resize)
    def _show_after_layout(self) -> None:
        self.call_after_refresh(self.show_rows)

    def act_leave(self) -> None:
        self.dismiss(None)


class SayingPopup(Popup[T]):
    """With a line above its keys, the cell `#PLACE-say`."""

    def say(self, words: str, *, error: bool = False) -> None:
        """Show a sentence above the keys; an empty one takes it away."""
        cell = self.query_one(f"#{self.place}-say", Cell)
        cell.show(text((clean(words), "$warning" if error else "")))
        cell.set_class(bool(words), "-some")

    def refuse(self, reason: str) -> None:
        self.say(reason, error=True)

    async def carry_out(self, order: Awaitable[object]) -> bool:
        """Wait for what was asked for, and say where it is refused; whether it was done."""
        try:
            await order
        except Problem as problem:
            self.refuse(problem.reason)
            return False
        self.say("")
        return True
