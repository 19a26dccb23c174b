"""The base of every dialog: a title, fields, a sentence when something is wrong; Esc leaves, Enter goes on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec
from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from console.app.act_screen import ActScreen
from console.app.registry import bindings
from console.app.widgets.cell import text
from console.app.widgets.line_input import AltInput
from console.core.language.text import clean, clean_paste
from console.core.refusal import Problem, Refused

T = TypeVar("T")

Values = dict[str, str]

Send = Callable[[T], Awaitable[object]]
"""Does what a dialog gives. Raises a Problem, which the dialog shows."""


class Choice(msgspec.Struct, frozen=True):
    """One row of a list: what it stands for, how it reads, and the digit that chooses it.

    Without a `key` of its own a row has its place in the list, up to 9.
    """

    value: str
    label: str
    key: str = ""


class Field(msgspec.Struct, frozen=True):
    """A field of a form: a line to type in, or with `choices` a list to choose from."""

    id: str
    label: str
    value: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    lines: int = 0
    """More than one line to write in, this many on the screen."""
    replace: bool = False
    """Whether typing replaces the value that stands there, as for a time, rather than going on from its end."""


class ChoiceList(OptionList):
    """Rows to choose from with the arrows or with the digit before each."""

    def __init__(self, choices: Sequence[Choice], *, id: str) -> None:
        self._keys = [choice.key or (str(i) if i <= 9 else "") for i, choice in enumerate(choices, 1)]
        rows = [
            Option(text((f"{key or ' '} ", "bold $primary"), clean(choice.label, multiline=False)), id=choice.value)
            for key, choice in zip(self._keys, choices, strict=True)
        ]
        super().__init__(*rows, id=id, classes="dialog-choice", markup=False)

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in self._keys and "alt+" not in event.key:
            event.stop()
            event.prevent_default()
            self.highlighted = self._keys.index(event.character)


class DialogText(TextArea):
    """Several lines to write in. Enter begins a line; nothing that a terminal obeys can be pasted into it."""

    def on_key(self, event: events.Key) -> None:
        if "alt+" in event.key:
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(clean_paste(event.text), *self.selection)


class FormDialog(ActScreen[T | None], ModalScreen[T | None], Generic[T]):
    """A form that ends in a command or any other value.

    `build` gets the fields' values and gives the result, or a refusal that is shown while everything typed stays.
    `preview`, where given, is shown below the fields and follows every change. `keys` are words for the line of keys,
    by the act, in place of the registry's.
    """

    place = "form"
    BINDINGS = bindings("form")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-slim"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (12, "-low"), (30, "-tall")]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        build: Callable[[Values], T],
        *,
        note: str = "",
        preview: Callable[[Values], str | Content] | None = None,
        keys: Mapping[str, str | None] | None = None,
    ) -> None:
        super().__init__()
        self._title, self._fields, self._build, self._note = title, tuple(fields), build, note
        self._preview = preview
        self.bar_words = keys or {}
        self.send: Send[T] | None = None
        """Given by the opener: awaited with the result before the dialog closes, so that what was typed stays in it
        until it is done. What it refuses is shown, and Enter tries again."""
        self.resting = asyncio.Event()
        """Set but while something is being sent: keys that were typed behind it wait for its end."""
        self.resting.set()
        self._done: T | None = None
        self.problem = ""
        """The sentence that says what is wrong; empty while nothing is."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(clean(self._title, multiline=False)), classes="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                if self._note:
                    yield Static(Content(clean(self._note)), classes="dialog-note")
                for field in self._fields:
                    yield from self._field(field)
                if self._preview is not None:
                    yield Static(id="dialog-preview", markup=False)
            yield Static(id="dialog-problem", markup=False)
            yield self.keys()

    def _field(self, field: Field) -> ComposeResult:
        if field.choices:
            yield Static(Content(field.label), classes="dialog-label")
            yield ChoiceList(field.choices, id=f"field-{field.id}")
            return
        if field.lines:
            yield Static(Content(field.label), classes="dialog-label")
            area = DialogText(clean(field.value), id=f"field-{field.id}", soft_wrap=True, compact=True)
            area.styles.height = field.lines
            yield area
            return
        with Horizontal(classes="dialog-row"):
            yield Static(Content(field.label), classes="dialog-label")
            yield AltInput(
                clean(field.value, multiline=False),
                placeholder=field.hint,
                id=f"field-{field.id}",
                select_on_focus=field.replace,
                compact=True,
            )

    whole = False
    """Whether notices of before are taken away: what stands at the bottom has to be seen before Enter."""

    def on_mount(self) -> None:
        if self.whole:
            self.app.clear_notifications()
        for field in self._fields:
            if field.choices:
                index = next((i for i, choice in enumerate(field.choices) if choice.value == field.value), 0)
                self.query_one(f"#field-{field.id}", ChoiceList).highlighted = index
        if self._fields:
            self.query_one(f"#field-{self._fields[0].id}").focus()
        self._show_preview()
        self._fit()
        # The note and the label above the first field are in view, where focus alone would begin with the field.
        self.call_after_refresh(self.query_one("#dialog-body").scroll_home, animate=False)

    @on(events.Resize)
    def _fit(self) -> None:
        """Title, problem and keys are always in view; the fields between them scroll."""
        tiny = self.size.height < 12
        problem = -(-cell_len(self.problem) // max(10, self.size.width - 14)) + (not tiny) if self.problem else 0
        rest = 2 if tiny else 7
        self.query_one("#dialog-body").styles.max_height = max(1, self.size.height - rest - problem)

    def on_screen_resume(self) -> None:
        # A screen that lay over the dialog while it was done kept it from closing.
        if self._done is not None:
            self.dismiss(self._done)

    def values(self) -> Values:
        """What stands in the fields now."""
        values: Values = {}
        for field in self._fields:
            if field.choices:
                index = self.query_one(f"#field-{field.id}", ChoiceList).highlighted or 0
                values[field.id] = field.choices[index].value
            elif field.lines:
                values[field.id] = self.query_one(f"#field-{field.id}", TextArea).text
            else:
                values[field.id] = self.query_one(f"#field-{field.id}", Input).value
        return values

    def tell(self, words: str) -> None:
        """Show a sentence above the keys; an empty one takes it away."""
        self.problem = words
        cell = self.query_one("#dialog-problem", Static)
        cell.update(Content(clean(words)))
        cell.set_class(bool(words), "-some")
        self._fit()

    def _show_preview(self) -> None:
        if self._preview is not None:
            shown = self._preview(self.values())
            words = shown if isinstance(shown, Content) else Content(clean(shown))
            cell = self.query_one("#dialog-preview", Static)
            cell.update(words)
            cell.display = bool(words)

    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    @on(TextArea.Changed)
    def changed(self, event: Input.Changed | OptionList.OptionHighlighted | TextArea.Changed) -> None:
        """Something in a field is another; the preview follows."""
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
        self.act_confirm()

    def _optional(self, id: str) -> bool:
        return next(field.hint.startswith("optional") for field in self._fields if f"field-{field.id}" == id)

    def act_confirm(self) -> None:
        if not self.resting.is_set():
            return
        try:
            result = self._build(self.values())
        except Refused as refused:
            self.tell(refused.reason)
            if any(field.id == refused.field for field in self._fields):
                self.query_one(f"#field-{refused.field}").focus()
            return
        if self.send is None:
            self.dismiss(result)
        else:
            self.resting.clear()
            self.run_worker(self._send(self.send, result))

    async def _send(self, send: Send[T], result: T) -> None:
        try:
            await send(result)
        except Problem as problem:
            self.tell(f"{problem.reason} Nothing here is lost; Enter tries again.")
        else:
            self._done = result
            # Behind this worker's own end, which leaving the screen would cut off.
            self.call_later(self._close)
        finally:
            self.resting.set()

    def _close(self) -> None:
        if self.is_active and self._done is not None:
            self.dismiss(self._done)

    def act_page_up(self) -> None:
        self.query_one("#dialog-body", VerticalScroll).scroll_page_up(animate=False)

    def act_page_down(self) -> None:
        self.query_one("#dialog-body", VerticalScroll).scroll_page_down(animate=False)

    def act_cancel(self) -> None:
        if not self.resting.is_set():
            self.tell("It is being written just now; wait a moment.")
        else:
            self.dismiss(None)
