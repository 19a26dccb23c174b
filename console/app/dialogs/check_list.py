"""Rows of which any number may be chosen, with Space or with the digit before each."""

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.message import Message

from console.app.widgets.cell import text
from console.app.widgets.choice_list import Choice, ChoiceList


class CheckList(ChoiceList):
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
        self._chosen = set(chosen)
        self._chosen_before: frozenset[str] | None = None

    @property
    def chosen(self) -> list[str]:
        """The values that are chosen, in the order of the rows."""
        return [choice.value for choice in self._choices if choice.value in self._chosen]

    @chosen.setter
    def chosen(self, values: Iterable[str]) -> None:
        self._chosen = set(values)
        self.show_rows()
        self.post_message(self.Toggled(self))

    def head(self, at: int) -> Content:
        sign = ("✓ ", "bold $success") if self._choices[at].value in self._chosen else ("– ", "$muted")
        return text(super().head(at), sign)

    def choose(self, character: str) -> bool:
        """Choose a row or no longer: that of the character, with Space the highlighted one."""
        if character == " " and self.highlighted is not None:
            row = self.highlighted
        elif character in self._keys:
            row = self._keys.index(character)
        else:
            return False
        if self._chosen_before is None:
            self._chosen_before = frozenset(self._chosen)
        self.put_on(row)
        return True

    def put_on(self, row: int) -> None:
        """Choose a row, or no longer."""
        self.highlighted = row
        self.chosen = self._chosen ^ {self._choices[row].value}

    def take_back(self) -> None:
        if self._chosen_before is not None:
            self.chosen, self._chosen_before = self._chosen_before, None

    def settle(self) -> None:
        self._chosen_before = None
