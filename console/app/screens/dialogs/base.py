"""What every dialog shares: a title, fields, a sentence when something is wrong; Esc leaves, Enter goes on."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.core.refusal import Refusal
from console.core.text import clean

T = TypeVar("T")


class Choice(msgspec.Struct, frozen=True):
    """One row of a list: what it stands for and how it reads."""

    value: str
    label: str


class Field(msgspec.Struct, frozen=True):
    """A field of a form: a line to type in, or with `choices` a list to choose from."""

    id: str
    label: str
    value: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()


Values = dict[str, str]


class FormDialog(ModalScreen[T | None], Generic[T]):
    """A form that ends in a command or any other value.

    `build` gets the fields' values and gives the result, or a refusal that is shown while everything typed stays.
    `preview`, where given, is shown below the fields and follows every change.
    """

    BINDINGS = [
        Binding("escape", "leave", "Cancel", show=False),
        Binding("ctrl+s", "confirm", "Confirm", show=False),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        build: Callable[[Values], T | Refusal],
        *,
        note: str = "",
        preview: Callable[[Values], str] | None = None,
        keys: str = "Enter to go on · Esc to leave it as it is",
    ) -> None:
        super().__init__()
        self._title, self._fields, self._build, self._note = title, tuple(fields), build, note
        self._preview, self._keys = preview, keys

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Static(Content(clean(self._title, multiline=False)), classes="dialog-title")
            if self._note:
                yield Static(Content(clean(self._note)), classes="dialog-note")
            for field in self._fields:
                yield Static(Content(field.label), classes="dialog-label")
                if field.choices:
                    rows = [Option(Content(clean(one.label, multiline=False)), id=one.value) for one in field.choices]
                    yield OptionList(*rows, id=f"field-{field.id}", classes="dialog-choice", markup=False)
                else:
                    yield Input(clean(field.value, multiline=False), placeholder=field.hint, id=f"field-{field.id}")
            if self._preview is not None:
                yield Static(id="dialog-preview", markup=False)
            yield Static(id="dialog-problem", markup=False)
            yield Static(Content(self._keys), classes="dialog-keys")

    def on_mount(self) -> None:
        for field in self._fields:
            if field.choices:
                index = next((i for i, one in enumerate(field.choices) if one.value == field.value), 0)
                self.query_one(f"#field-{field.id}", OptionList).highlighted = index
        if self._fields:
            self.query_one(f"#field-{self._fields[0].id}").focus()
        self._show_preview()

    def values(self) -> Values:
        """What stands in the fields now."""
        found: Values = {}
        for field in self._fields:
            if field.choices:
                index = self.query_one(f"#field-{field.id}", OptionList).highlighted or 0
                found[field.id] = field.choices[index].value
            else:
                found[field.id] = self.query_one(f"#field-{field.id}", Input).value
        return found

    def _show_preview(self) -> None:
        if self._preview is not None:
            self.query_one("#dialog-preview", Static).update(Content(clean(self._preview(self.values()))))

    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    def changed(self) -> None:
        self._show_preview()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def entered(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        """Enter goes to the next field that is still empty, else it confirms."""
        event.stop()
        widget = event.input if isinstance(event, Input.Submitted) else event.option_list
        ids = [f"field-{field.id}" for field in self._fields]
        here = ids.index(widget.id or "")
        for id in ids[here + 1 :]:
            other = self.query_one(f"#{id}")
            if isinstance(other, Input) and not other.value.strip() and not self._optional(id):
                other.focus()
                return
        self.action_confirm()

    def _optional(self, id: str) -> bool:
        return next(field.hint.startswith("optional") for field in self._fields if f"field-{field.id}" == id)

    def action_confirm(self) -> None:
        result = self._build(self.values())
        if isinstance(result, Refusal):
            self.query_one("#dialog-problem", Static).update(Content(result.reason))
            if any(field.id == result.field for field in self._fields):
                self.query_one(f"#field-{result.field}").focus()
            return
        self.dismiss(result)

    def action_leave(self) -> None:
        self.dismiss(None)
