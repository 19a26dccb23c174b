"""A list to choose from with the arrows, or with the character before each row."""

from collections.abc import Sequence

import msgspec
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from console.app.widgets.cell import text
from console.core.language.text import clean


class Choice(msgspec.Struct, frozen=True):
    """One row of a list: what it stands for, how it reads, and the digit that chooses it.

    Without a `key` of its own a row has its place in the list, up to 9.
    """

    value: str
    label: str
    key: str = ""


class ChoiceList(OptionList):
    """Rows to choose from. Characters come from its screen, which knows when they are the beginning of a line."""

    def __init__(self, choices: Sequence[Choice], *, id: str) -> None:
        super().__init__(*self._rows(choices), id=id, classes="dialog-choice", markup=False)
        self._before: int | None = None

    def _rows(self, choices: Sequence[Choice]) -> list[Option]:
        self._keys = [choice.key or (str(i) if i <= 9 else "") for i, choice in enumerate(choices, 1)]
        return [
            Option(text((f"{key or ' '} ", "bold $primary"), clean(choice.label, multiline=False)), id=choice.value)
            for key, choice in zip(self._keys, choices, strict=True)
        ]

    def put(self, choices: Sequence[Choice]) -> None:
        """Show other rows; the one of the chosen value stays chosen, else the first is."""
        chosen = self.highlighted_option
        self.set_options(self._rows(choices))
        values = [choice.value for choice in choices]
        self.highlighted = values.index(chosen.id) if chosen is not None and chosen.id in values else 0
        self._before = None

    @property
    def chose(self) -> bool:
        """Whether characters have chosen a row that may still be taken back."""
        return self._before is not None

    def choose(self, character: str) -> bool:
        """Choose the row of that character; False where none has it."""
        if character not in self._keys:
            return False
        if self._before is None:
            self._before = self.highlighted
        self.highlighted = self._keys.index(character)
        return True

    def take_back(self) -> None:
        """The characters that chose were the beginning of a line: what was chosen before is chosen again."""
        if self._before is not None:
            self.highlighted, self._before = self._before, None

    def settle(self) -> None:
        """What the characters chose is meant."""
        self._before = None
