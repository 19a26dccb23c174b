"""Rows of which any number may be chosen, with Space or with the digit before each."""

from collections.abc import Iterable, Sequence

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message

from console.app.dialogs.base import Choice, ChoiceList
from console.app.widgets.cell import text
from console.core.language.text import clean


class CheckList(ChoiceList):
    BINDINGS = [Binding("space", "choose", "Choose or not", show=False)]

    class Toggled(Message):
        """A row is chosen now, or no longer."""

        def __init__(self, control: "CheckList") -> None:
            super().__init__()
            self._control = control

        @property
        def control(self) -> "CheckList":
            return self._control

    def __init__(self, choices: Sequence[Choice], chosen: Iterable[str], *, id: str) -> None:
        super().__init__(choices, id=id)
        self._choices, self._chosen = tuple(choices), set(chosen)

    def on_mount(self) -> None:
        self._show()

    @property
    def chosen(self) -> list[str]:
        """The values that are chosen, in the order of the rows."""
        return [choice.value for choice in self._choices if choice.value in self._chosen]

    @chosen.setter
    def chosen(self, values: Iterable[str]) -> None:
        self._chosen = set(values)
        self._show()
        self.post_message(self.Toggled(self))

    def _show(self) -> None:
        for at in range(len(self._choices)):
            self.replace_option_prompt_at_index(at, self._row(at))

    def _row(self, at: int) -> Content:
        choice, key = self._choices[at], self._keys[at]
        sign = ("✓ ", "bold $success") if choice.value in self._chosen else ("– ", "$muted")
        return text((f"{key or ' '} ", "bold $primary"), sign, clean(choice.label, multiline=False))

    def action_choose(self) -> None:
        if self.highlighted is not None:
            self.chosen = self._chosen ^ {self._choices[self.highlighted].value}

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in self._keys and "alt+" not in event.key:
            event.stop()
            event.prevent_default()
            self.highlighted = self._keys.index(event.character)
            self.action_choose()
