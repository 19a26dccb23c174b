"""A list to choose from with the arrows, or with the character before each row."""

from collections.abc import Sequence

import msgspec
from textual import events, on
from textual.content import Content
from textual.widgets.option_list import Option

from console.app.widgets.cell import hung, text
from console.app.widgets.marked_list import MARK, MarkedList
from console.core.language.text import clean

CHOSEN = "›"
"""The mark of what is chosen in a list that does not have the focus."""


class Choice(msgspec.Struct, frozen=True):
    """One row of a list: what it stands for, how it reads, and the digit that chooses it.

    Without a `key` of its own a row has its place in the list, up to 9.
    """

    value: str
    label: str
    key: str = ""


class ChoiceList(MarkedList):
    """Rows to choose from, each to its end: what does not fit beside its digit goes on below its beginning.

    Characters come from its screen, which knows when they are the beginning of a line.
    """

    def __init__(self, choices: Sequence[Choice], *, id: str) -> None:
        self._take(choices)
        super().__init__(*self._whole_rows(), id=id, classes="dialog-choice", markup=False)
        self._before: int | None = None

    def _take(self, choices: Sequence[Choice]) -> None:
        self._choices = tuple(choices)
        self._keys = [choice.key or (str(i) if i <= 9 else "") for i, choice in enumerate(choices, 1)]

    def _whole_rows(self) -> list[Option]:
        return [Option(choice.label, id=choice.value) for choice in self._choices]

    def put(self, choices: Sequence[Choice]) -> None:
        """Show other rows; the one of the chosen value stays chosen, else the first is."""
        chosen = self.highlighted_option
        self._take(choices)
        self.set_options(self._whole_rows())
        self.show_rows()
        values = [choice.value for choice in choices]
        self.highlighted = values.index(chosen.id) if chosen is not None and chosen.id in values else 0
        self._before = None

    @property
    def mark(self) -> str:
        """The chosen row counts also while another field has the focus."""
        return MARK if self.has_focus else CHOSEN

    def on_mount(self) -> None:
        self.show_rows()

    @on(events.Resize)
    def show_rows(self) -> None:
        """Every row as it is now, in the width that there is."""
        for at, choice in enumerate(self._choices):
            words = Content(clean(choice.label, multiline=False))
            self.replace_option_prompt_at_index(at, hung(self.head(at), words, self.row_width))
        # Rows that fold otherwise need another height.
        self.refresh(layout=True)

    def head(self, at: int) -> Content:
        """The key before a row's words; blank where it has none."""
        return text((f"{self._keys[at] or ' '} ", "bold $primary"))

    def on_click(self, event: events.Click) -> None:
        """Choose the row, as its digit does; Textual's own would also confirm the form, by one press of the hand."""
        event.prevent_default()
        row = event.style.meta.get("option")
        if row is not None:
            self.put_on(row)

    def put_on(self, row: int) -> None:
        """Choose a row."""
        self.highlighted = row

    def choose(self, character: str) -> bool:
        """Choose the row of that character; False where none has it."""
        if character not in self._keys:
            return False
        if self._before is None:
            self._before = self.highlighted
        self.put_on(self._keys.index(character))
        return True

    def take_back(self) -> None:
        """The characters that chose were the beginning of a line: what was chosen before is chosen again."""
        if self._before is not None:
            self.highlighted, self._before = self._before, None

    def settle(self) -> None:
        """Keep the choice that the characters made."""
        self._before = None
