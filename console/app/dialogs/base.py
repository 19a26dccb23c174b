"""The base of every dialog: a title, fields, and a last line that says in full what Enter will do."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from time import monotonic
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from rich.cells import cell_len
from rich.style import Style
from textual import events, on
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static, TextArea

from console.app.act_screen import MAX_SHOWN_CHARS, ActScreen
from console.app.acts import BY_ID
from console.app.editor import UNCHANGED, Edited, edit
from console.app.here import Here
from console.app.registry import act_of_alt_key, bindings
from console.app.session import Session, StateChanged
from console.app.terminal.cursor import OWN_CURSOR, unpainted
from console.app.widgets.cell import Cell, LaidCell, fitted, hanging_lines, item_lines, pressable, text
from console.app.widgets.choice_list import Choice, ChoiceList
from console.app.widgets.keybar import KeyLine
from console.app.widgets.line_input import AltInput
from console.core.language.grammar import command_doubt
from console.core.language.secrets import secret_doubt
from console.core.language.text import SHAPELESS, clean, clean_paste, one_line, shortened
from console.core.log.erasure import TAKEN_OUT, without
from console.core.log.state import Incident
from console.core.refusal import Problem, Refused

T = TypeVar("T")

Values = dict[str, str]

CHANGED = "Somebody changed this meanwhile; open the form again to see it as it is now."

SHOWS_ANEW = "shows this form as it is now"

LABEL_GAP = 2
"""Cells between a label and its field."""


def always(values: Values) -> bool:
    """A field's `shown` by default: it is always on the screen."""
    return True


Send = Callable[[T], Awaitable[object]]
"""Does what a dialog gives. Raises a Problem, which the dialog shows."""


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
    """Typing replaces the value that stands there, as for a time, rather than going on from its end."""
    fresh: bool = False
    """The value that the field begins with is in no log yet, such as a pasted text."""
    secret: bool = False
    """True where the field takes the key of a target, which is kept apart from everything else."""
    shown: Callable[[Values], bool] = always
    """Tells from the values of the fields whether this field is on the screen."""


class Carried(NamedTuple):
    """The state that a form made anew takes over from the one before it."""

    values: Values
    focus: str
    """The id of the widget that had the focus."""
    reason: str
    """The reason for which Enter was refused."""
    told_at: float


class AltLine(NamedTuple):
    """A text that came at once with an Alt key, whose letter may have begun it: it was a line for the prompt then."""

    letter: str
    field: Input | TextArea
    before: str
    """The text that stood in the field."""

    @property
    def words(self) -> str:
        """The line; empty where nothing of it is left in the field."""
        typed = _text_of(self.field).removeprefix(self.before)
        return f"{self.letter}{typed}" if typed.strip() else ""


def _text_of(field: Input | TextArea) -> str:
    return field.value if isinstance(field, Input) else field.text


def edit_outside(app: App[Any], text: str, name: str, guide: str) -> Edited:
    """`edit` in the console's terminal, which is the editor's meanwhile. Raises Refused."""
    edited, refused = None, Refused("This terminal cannot open an editor; edit the text here.")
    try:
        with app.suspend():
            # Caught in here, since Textual does not take the terminal back after an exception.
            try:
                edited = edit(text, name, guide)
            except Refused as why:
                refused = why
    except SuspendNotSupported:
        pass
    if edited is None:
        raise refused
    return edited


class DialogText(TextArea):
    """Several lines to write in. Enter begins a line; nothing that a terminal obeys can be pasted into it."""

    def on_mount(self) -> None:
        self.cursor_blink = not self.app.has_class(OWN_CURSOR)

    def on_unmount(self) -> None:
        self.app.theme_changed_signal.unsubscribe(self)

    def watch(self, obj: DOMNode, attribute_name: str, callback: Callable[..., Any], init: bool = True) -> None:
        """As of any widget, but the app's theme is told by its signal.

        The app keeps who watches its theme until that changes, and with it each form that was closed.
        """
        if obj is self.app and attribute_name == "theme":
            self.app.theme_changed_signal.subscribe(self, lambda theme: callback())
        else:
            super().watch(obj, attribute_name, callback, init)

    def get_component_rich_style(self, *names: str, partial: bool = False, default: Style | None = None) -> Style:
        if unpainted(self, names):
            # Changes nothing; an empty one would be taken for none given.
            return Style(blink=False)
        return super().get_component_rich_style(*names, partial=partial, default=default)

    def on_key(self, event: events.Key) -> None:
        if "alt+" in event.key:
            event.prevent_default()
        elif event.character in SHAPELESS:
            event.stop()
            event.prevent_default()
            self.replace(event.character, *self.selection)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(clean_paste(event.text), *self.selection)

    def edit_outside(self, name: str, guide: str) -> str:
        """Edit the text in the person's own editor; what came of it, in a sentence.

        What comes back stands here as if it had been typed. The editor's file is called `name`, and shows `guide`.
        """
        self.focus()
        try:
            edited = edit_outside(self.app, self.text, name, guide)
        except Refused as refused:
            return refused.reason
        changed = edited.text != self.text.strip()
        if changed:
            self.replace(clean_paste(edited.text), (0, 0), self.document.end, maintain_selection_offset=False)
        edited.discard()
        return "Your editor's text is here, not sent; undoing brings back the earlier one." if changed else UNCHANGED


class Basis(NamedTuple, Generic[T]):
    """The state that a form was made by, and the way to make it anew when that has changed."""

    here: Here
    state: Callable[[], Incident]
    """The state as it is by now."""
    make: "Callable[[], FormDialog[T]]"
    """Makes the form by the state as it is. Raises a Problem where that allows none any more."""

    @property
    def is_behind(self) -> bool:
        """Something has been logged since the form was made."""
        return self.state() is not self.here.state

    def overtaken(self, result: T) -> str:
        """The sentence on what was stated meanwhile of what the result states anew; empty without one."""
        return self.here.overtaken(result, self.state())


class FormDialog(ActScreen[T | None], ModalScreen[T | None], Generic[T]):
    """A form that ends in a command or any other value. Enter confirms from every field, Ctrl+S also from a text.

    `build` gets the fields' values and gives the result, or a refusal that is shown while everything typed stays: a
    field that it names gets the focus. It does nothing else. `says` names in full what Enter will do with the result;
    `preview`, where given, is shown below the fields. Both follow every change. `doubts` gives what has to be read
    before a second Enter, such as that something is erased for good; empty where one is enough. What looks like a
    secret in any free text is asked about in the same way.

    What was typed outlives Esc: the next dialog of the same `topic` begins with it.
    """

    remembers = True
    """Texts outlive Esc in `memory`, not in a draft of its own."""
    asks_about_secrets = True
    """True where what is typed will be written somewhere, and is checked for secrets first."""
    asks_about_commands = True
    """True where a text that begins with a slash word is asked about: it was perhaps meant for the prompt."""
    remembers_choices = False
    """True where choices outlive Esc, too, since they mean the same the next time."""
    begins_another = False
    """True where the form begins an incident: the countdown in its head is another's, whose reference stands there."""
    fits_labels = True
    """The column of labels is as wide as the longest of them; else the style sheet says how wide."""
    holds_notices = True
    place = "form"
    BINDINGS = bindings("form")
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (12, "-low"), (30, "-tall")]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        build: Callable[[Values], T],
        says: Callable[[T], str],
        *,
        topic: str = "",
        note: str = "",
        preview: Callable[[Values], str | Content] | None = None,
        doubts: Callable[[T], str] = lambda result: "",
    ) -> None:
        super().__init__()
        self._title, self._fields, self._build, self._note = title, tuple(fields), build, note
        self._preview, self._words, self._doubts = preview, says, doubts
        if preview is not None:
            self.bar_words = {"page_down": "scrolls"}
        if not any(field.lines for field in fields):
            self.bar_words = {**self.bar_words, "text_editor": None}
        self._doubted = ""
        """The doubt that was shown; Enter again goes on in spite of it."""
        self._doubted_at = 0.0
        self.topic = f"{type(self).__name__} {topic or title}"
        self.memory: dict[str, Values] = {}
        """The values typed in dialogs that were left, by topic; given by whoever opens dialogs."""
        self.send: Send[T] | None = None
        """Given by the opener: awaited with the result before the dialog closes, so that what was typed stays in it
        until it is done. What it refuses is shown, and Enter tries again."""
        self.basis: Basis[T] | None = None
        """Given by the opener of a form that follows its incident's log."""
        self.given: Values = {}
        """Given by the opener: what was typed already, by the fields that it belongs to."""
        self._opened_at = 0.0
        self._typed_ahead: bool | None = None
        """True when the first character was typed before anybody could read the form; None until there is one."""
        self._alt_line: AltLine | None = None
        self._carried: Carried | None = None
        self.resting = asyncio.Event()
        """Set but while something is being sent: keys that were typed behind it wait for its end."""
        self.resting.set()
        self.refused = ""
        """The refusal that Enter met; it stands in the last line until something is another."""
        self._true_no_more = ""
        """The reason to refuse that no longer holds."""
        self._shown_for: object = None
        """The basis from which the preview and the last line were last worked out."""
        self._recalled = False
        self._owed = Content()
        """The most urgent countdown of the incident that the form lies over."""
        self._done: T | None = None
        self.problem = ""
        """The sentence that says what is wrong; empty while nothing is."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Cell(id="dialog-head", classes="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                if self._note:
                    yield Static(Content(clean(self._note)), classes="dialog-note")
                for field in self._fields:
                    yield from self._field(field)
                if self._preview is not None:
                    yield LaidCell(hanging_lines, id="dialog-preview")
            yield Static(id="dialog-problem", markup=False)
            yield Cell(id="dialog-enter")
            yield self.keys()

    def _field(self, field: Field) -> ComposeResult:
        # Classes, since the order of children is looked at anew each time that something is styled.
        first = " -first" if field is self._fields[0] and not self._note else ""
        if field.choices:
            yield Static(Content(field.label), classes=f"dialog-label{first}", id=f"label-{field.id}")
            choices = ChoiceList(field.choices, id=f"field-{field.id}")
            choices.set_class(field is self._fields[-1] and self._preview is None, "-last")
            yield choices
            return
        if field.lines:
            yield Static(Content(field.label), classes=f"dialog-label{first}")
            area = DialogText(clean(field.value), id=f"field-{field.id}", soft_wrap=True, compact=True)
            area.styles.height = field.lines
            yield area
            return
        with Horizontal(classes="dialog-row", id=f"row-{field.id}"):
            label = Static(Content(field.label), classes="dialog-label")
            if self.fits_labels:
                label.styles.width = LABEL_GAP + max(
                    cell_len(each.label) for each in self._fields if not (each.choices or each.lines)
                )
            yield label
            yield AltInput(
                clean(field.value, multiline=False),
                placeholder=field.hint,
                id=f"field-{field.id}",
                select_on_focus=field.replace,
                # The last line says what is wrong; being valid would be a class, for which it is styled anew.
                validate_on=(),
                compact=True,
            )

    def on_mount(self) -> None:
        # A toast would lie over the last line, which has to be read before Enter.
        self.app.clear_notifications()
        for field in self._fields:
            if field.choices:
                index = next((i for i, choice in enumerate(field.choices) if choice.value == field.value), 0)
                self.query_one(f"#field-{field.id}", ChoiceList).highlighted = index
        self._opened_at = monotonic()
        self.fill(self.given)
        if self._fields:
            missing = [field for field in self._fields if field.id not in self.given] if self.given else []
            # Words before choices.
            missing.sort(key=lambda field: bool(field.choices))
            self.query_one(f"#field-{(missing or [self.first_field])[0].id}").focus()
        if self._carried is None:
            self._remember()
        else:
            self._recalled = True
            self.fill(self._carried.values)
            self.tell(f"{self._carried.reason} Nothing you typed is lost.")
            for widget in self.query(f"#{self._carried.focus}") if self._carried.focus else ():
                widget.focus()
        self._show_preview()
        self._fit()
        self.call_after_refresh(self._begin_at_top)

    @property
    def first_field(self) -> Field:
        """The field that has the focus first."""
        return self._fields[0]

    def _begin_at_top(self) -> None:
        """The note and the label above the first field are in view, unless they leave no room for it."""
        body = self.query_one("#dialog-body", VerticalScroll)
        body.scroll_home(animate=False)
        if self.focused is not None and self.focused.virtual_region.bottom > body.size.height:
            self.focused.scroll_visible(animate=False)

    @on(events.Resize)
    def _fit(self) -> None:
        """Title, problem, last line and keys are always in view; the fields between them scroll."""
        tiny, low = self.size.height < 12, self.size.height < 30
        width = self._width
        self._show_head()
        problem = len(Content(self.problem).wrap(width)) + (not tiny) if self.problem else 0
        says = len(Content(self.query_one("#dialog-enter", Cell).words).wrap(width))
        keys = 1 if tiny else len(item_lines(self.query_one(KeyLine).whole, width))
        rest = (1 if tiny else 4 if low else 6) + any(cell.display for cell in self.query_children("#alarm"))
        self.query_one("#dialog-body").styles.max_height = max(1, self.size.height - rest - problem - says - keys)

    @property
    def _width(self) -> int:
        """The width of what stands in its frame, in cells."""
        # The whole of a narrow screen; its frame takes six cells.
        return max(10, (self.size.width if self.size.width < 100 else min(100, self.size.width * 9 // 10)) - 6)

    def _show_head(self) -> None:
        """Show the title, and behind it the most urgent countdown: the form may lie over all of them."""
        owed = self._owed if self._width >= 40 else text()
        title = fitted(clean(self._title, multiline=False), self._width - owed.cell_length - 2)
        gap = " " * (self._width - cell_len(title) - owed.cell_length)
        self.query_one("#dialog-head", Cell).show(text(title, gap, owed))

    def show_owed(self, ref: str, words: Content) -> None:
        self._owed = text((f"{ref} ", "not bold $muted"), words) if words and self.begins_another else words
        if self.query("#dialog-head"):
            self._show_head()

    def show_alarm(self, words: Content) -> None:
        super().show_alarm(words)
        if self.query("#dialog-enter"):
            self._fit()

    def on_screen_resume(self) -> None:
        # A screen that lay over the dialog while it was done kept it from closing.
        if self._done is not None:
            self.dismiss(self._done)

    # The fields

    def values(self) -> Values:
        """The values that stand in the fields now, by the field's id."""
        values: Values = {}
        for field in self._fields:
            widget = self.query_one(f"#field-{field.id}")
            if isinstance(widget, ChoiceList):
                values[field.id] = field.choices[widget.highlighted or 0].value
            elif isinstance(widget, TextArea):
                values[field.id] = widget.text
            elif isinstance(widget, Input):
                values[field.id] = widget.value
        return values

    def fill(self, values: Values) -> None:
        """Put values into the fields that have them."""
        for field in self._fields:
            widget, value = self.query_one(f"#field-{field.id}"), values.get(field.id)
            if value is None:
                continue
            if isinstance(widget, ChoiceList):
                widget.highlighted = next((at for at, row in enumerate(field.choices) if row.value == value), 0)
            elif isinstance(widget, TextArea):
                widget.load_text(value)
            elif isinstance(widget, Input):
                widget.value = value

    def offer(self, id: str, choices: tuple[Choice, ...]) -> None:
        """Other choices for a field; the one that is chosen stays so where it is among them."""
        place = next(place for place, field in enumerate(self._fields) if field.id == id)
        if self._fields[place].choices != choices:
            field = msgspec.structs.replace(self._fields[place], choices=choices)
            self._fields = (*self._fields[:place], field, *self._fields[place + 1 :])
            self.query_one(f"#field-{id}", ChoiceList).put(choices)

    @property
    def _remembered(self) -> list[Field]:
        return [field for field in self._fields if self.remembers_choices or not field.choices]

    @on(OptionList.OptionHighlighted)
    def _remember(self) -> None:
        """Bring back what was typed in a dialog that was left, once the same is chosen as there: selected, so that
        typing replaces it."""
        typed, values = self.memory.get(self.topic, {}), self.values()
        chosen = [field.id for field in self._fields if field.choices and not self.remembers_choices]
        if self._recalled or any(typed.get(id, values[id]) != values[id] for id in chosen):
            return
        texts = {
            field.id: typed[field.id]
            for field in self._remembered
            if field.id in typed and (not field.choices or typed[field.id] in {row.value for row in field.choices})
        }
        untouched = all(values[field.id] == clean(field.value) for field in self._remembered if not field.choices)
        if texts and untouched:
            self._recalled = True
            self.fill(texts)
            for line in self.query(AltInput):
                line.select_on_focus = True
                if line.has_focus:
                    line.action_select_all()
            self.tell(f"What you typed before is back; {BY_ID['begin_anew'].label} starts over.")

    def act_text_editor(self) -> None:
        """The text area that has the focus, else the first one, in the person's own editor."""
        areas = list(self.query(DialogText))
        if not areas or not self.resting.is_set():
            self.tell(
                "It is being saved; wait a moment." if areas else "An editor is for text areas; this form has none."
            )
            return
        area = next((area for area in areas if area.has_focus), areas[0])
        name = (area.id or "").removeprefix("field-")
        label = next(field.label for field in self._fields if field.id == name)
        # The sentence is to outlast the change of the text, which takes away the doubt that was shown before.
        self._changed_mind()
        self.tell(area.edit_outside(name, f"{label}. {self._title}\nWhat you save comes back into the form, not sent."))
        # Whoever comes back from an editor has read the form; keys from before that have an earlier time.
        self._opened_at = monotonic() - self.reading_s

    @on(StateChanged)
    def _say_what_changed(self) -> None:
        """Say that somebody has changed what the form shows, and mark the rows that are in force now."""
        opened = self._done is None and self.resting.is_set() and bool(self.query("#dialog-enter"))
        basis = self.basis
        if basis is None or not opened or not basis.is_behind:
            return
        try:
            form = basis.make()
        except Problem as problem:
            words = problem.reason
        else:
            words = "" if form.shown == self.shown else CHANGED
            for field, new in zip(self._fields, form._fields, strict=False):
                if [row.value for row in field.choices] == [row.value for row in new.choices]:
                    self.offer(field.id, new.choices)
            try:
                words = basis.overtaken(self._build(self.values())) or words
            except Refused as refused:
                if (lacking := self.so_far()) is not None:
                    words = basis.overtaken(lacking) or words
                # The last line says why Enter would be refused, as long as that is so.
                self._true_no_more = "" if self._refuses_still(basis, refused.reason) else refused.reason
                self._show_preview()
        if words not in ("", self.problem):
            # What was asked before stands there no more, and is asked anew.
            self._changed_mind()
            self.tell(words)
            self.changed()

    @property
    def shown(self) -> object:
        """The words that the form, as it was made, shows of the incident, but for those of its rows."""
        rows = ((field.label, field.value, [row.value for row in field.choices]) for field in self._fields)
        return self._title, self._note, self.entries_read, [*rows]

    @property
    def entries_read(self) -> int:
        """The number of entries that a page below the fields was drawn from: drawing it takes too long to be done with
        each one that comes."""
        return 0

    def so_far(self) -> T | None:
        """The result as if nothing were lacking; None where the form cannot tell it."""
        return None

    def outdated(self, state: Incident) -> str:
        """The change since it was made of what the form shows to be read, in a sentence; empty without one."""
        return ""

    def act_begin_anew(self) -> None:
        """Every field as it was when the form opened."""
        self.memory.pop(self.topic, None)
        self.fill({field.id: field.value for field in self._fields})
        self.tell("")
        self._show_preview()

    def tell(self, words: str) -> None:
        """Show a sentence above the last line; an empty one takes it away."""
        self.problem = words = self._fitted(words)
        cell = self.query_one("#dialog-problem", Static)
        cell.update(Content(clean(words)))
        cell.set_class(bool(words), "-some")
        self._fit()

    def _fitted(self, words: str) -> str:
        """A sentence for below the fields, of a very long one its beginning and its end: the keys stay in view."""
        size = self.app.size
        return shortened(words, max(40, size.width * max(2, size.height // 4))) if words else ""

    inform = tell

    def refuse(self, reason: str) -> None:
        self.tell(reason)

    def _basis(self, values: Values) -> object:
        """The facts that the preview and the last line of every form follow; whoever changes another one shows them."""
        says = (self._doubted, self.refused, self._typed_ahead, self._alt_line, isinstance(self.focused, TextArea))
        return values, says, self.app.size

    def _show_preview(self) -> None:
        values = self.values()
        self._shown_for = self._basis(values)
        for field in self._fields:
            if field.shown is not always:
                shown = field.shown(values)
                for widget in self.query(f"#label-{field.id}, #field-{field.id}, #row-{field.id}"):
                    widget.display = shown
        self._show_enter(values)
        if self._preview is not None:
            preview = self._preview(values)
            words = preview if isinstance(preview, Content) else Content(clean(preview))
            cell = self.query_one("#dialog-preview", LaidCell)
            cell.show(words)
            cell.display = bool(words)

    def _show_enter(self, values: Values) -> None:
        key = BY_ID["confirm"].label if isinstance(self.focused, TextArea) else BY_ID["go_on"].label
        try:
            result = self._build(values)
            says = self._words(result)
            doubt = self._doubt(result)
            says = self._fitted(f"asks first, then {says}" if doubt and doubt != self._doubted else says)
            words = text(pressable("confirm", (f" {key} ", "bold reverse")), f" {says}")
        except Refused as refused:
            why = self._fitted(SHOWS_ANEW if refused.reason == self._true_no_more else refused.reason)
            style = "bold $warning" if refused.reason == self.refused else "$warning"
            words = text(pressable("confirm", (f" {key} ", "reverse")), (f" {why}", style))
        self.query_one("#dialog-enter", Cell).show(words)
        self._fit()

    # Above `changed`, which shows what this has taken back.
    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    @on(TextArea.Changed)
    def _changed_mind(self) -> None:
        if self._doubted:
            # Enter once more would ask anew.
            self.tell("")
        self._doubted = self.refused = ""

    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    @on(TextArea.Changed)
    @on(events.DescendantFocus)
    @on(events.Resize)
    def changed(self) -> None:
        """Bring the preview and the last line up to date; fields tell of themselves also while the form opens."""
        if self._basis(self.values()) != self._shown_for:
            self._show_preview()

    def take_out(self, words: Collection[str]) -> bool:
        """Take erased words out of the fields; a form that was opened with them or shows them is closed."""
        stray = super().take_out(words)
        if not self.query("#dialog-enter"):
            # Not composed yet.
            return stray
        values = self.values()
        typed = {id: without(value, words) for id, value in values.items()}
        fields = tuple(msgspec.structs.replace(field, value=without(field.value, words)) for field in self._fields)
        shown = [
            self._title,
            self._note,
            *(cell.whole.plain for cell in self.query("#dialog-preview").results(LaidCell)),
        ]
        opened_with = fields != self._fields or any(without(text, words) != text for text in shown)
        self._fields = fields
        if typed != values:
            self.fill({id: value for id, value in typed.items() if value != values[id]})
            self.tell(TAKEN_OUT)
        if opened_with and self.resting.is_set() and self.is_active:
            self.leave()
        return stray or typed != values or opened_with

    # Leaving

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def entered(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        """Enter confirms."""
        event.stop()
        self.act_confirm()

    def act_confirm(self) -> None:
        if not self.resting.is_set() or (self._carried and not self.could_read(self._carried.told_at)):
            return
        try:
            result = self._build(self.values())
        except Refused as refused:
            basis = self.basis
            if basis is not None and basis.is_behind and not self._refuses_still(basis, refused.reason):
                self._go_on_anew(basis, "Something was logged since you opened this form.")
                return
            # The last line says it already, and now aloud.
            self.refused = refused.reason
            self.tell("")
            if any(field.id == refused.field for field in self._fields):
                self.query_one(f"#field-{refused.field}").focus()
            self.changed()
            return
        doubt = self._doubt(result)
        if doubt and doubt != self._doubted:
            self._doubted, self._doubted_at = doubt, monotonic()
            self.changed()
            self.tell(f"{doubt} {BY_ID['go_on'].label} once more does it.")
            return
        if doubt and not self.could_read(self._doubted_at):
            return
        if self.send is None:
            self.memory.pop(self.topic, None)
            self.dismiss(result)
        else:
            self.resting.clear()
            self.run_worker(self._send(self.send, result))

    def _refuses_still(self, basis: Basis[T], reason: str) -> bool:
        """True where the form that the state makes now refuses for the same reason."""
        values = self.values()
        try:
            form = basis.make()
            if {field.id for field in form._fields} == values.keys():
                form._build(values)
        except Problem as problem:
            return problem.reason == reason
        return False

    def tells_of(self, key: str) -> bool:
        return super().tells_of(key) or act_of_alt_key(key) is not None

    def take_key(self, event: events.Key) -> bool:
        if act := act_of_alt_key(event.key):
            leave = BY_ID["cancel"].label
            self.tell(
                f"{act.anywhere} is “{act.title}” in the room; {leave} leaves this form, and keeps what you typed."
            )
            return True
        # What goes on in a form was entered to be done, and a text that stands there is of another line: what is typed
        # behind either is the next one, perhaps.
        if event.is_printable and self._typed_ahead is None:
            field = self.focused
            goes_on = isinstance(field, Input | TextArea) and _text_of(field) and field.selection.is_empty
            self._typed_ahead = bool(self.given or goes_on) and not self.could_read(self._opened_at)
        return super().take_key(event)

    def follow_letter(self, letter: str) -> None:
        field = self.focused
        if isinstance(field, Input | TextArea):
            self._alt_line = AltLine(letter, field, "" if field.selected_text else _text_of(field))
        else:
            super().follow_letter(letter)

    def _doubt(self, result: T) -> str:
        """The sentences that have to be read before a second Enter; empty where the first one is enough."""
        texts = self._typed_texts() if self.asks_about_secrets else []
        secret = next(filter(None, map(secret_doubt, texts)), "")
        commands = map(command_doubt, texts) if self.asks_about_commands else ()
        ahead = "You typed this before the form could be read." if self._typed_ahead else ""
        line = self._alt_line.words if self._alt_line else ""
        if line:
            shown = one_line(line, MAX_SHOWN_CHARS)
            ahead = f"“{shown}” came at once, as a line does; {BY_ID['cancel'].label} keeps it for the prompt."
        return " ".join(filter(None, (secret, *commands, ahead, self._doubts(result))))

    def _typed_texts(self) -> list[str]:
        """Free texts that somebody typed here, or that are in no log yet."""
        values = self.values()
        free = [field for field in self._fields if not (field.choices or field.secret)]
        return [values[field.id] for field in free if field.fresh or self._is_typed(field, values)]

    async def _send(self, send: Send[T], result: T) -> None:
        basis = self.basis
        try:
            # Nobody states anew what somebody else has stated since, or what was seen and is so no more.
            if basis is not None and (words := basis.overtaken(result) or self.outdated(basis.state())):
                raise Refused(words)
            await send(result)
        except Problem as problem:
            if basis is not None and isinstance(problem, Refused) and self.is_active:
                self._go_on_anew(basis, problem.reason)
            else:
                self.tell(f"{problem.reason} Nothing you typed is lost; Enter tries again.")
        else:
            self.memory.pop(self.topic, None)
            self._done = result
            # Behind this worker's own end, which leaving the screen would cut off.
            self.call_later(self._close)
        finally:
            self.resting.set()

    def _go_on_anew(self, basis: Basis[T], reason: str) -> None:
        """Go on in the form as the state makes it now; where it makes none any more, say so and keep what was typed."""
        try:
            form = basis.make()
        except Problem as problem:
            reasons = dict.fromkeys((reason, problem.reason))
            self.tell(" ".join((*reasons, "Nothing you typed is lost.")))
            return
        form.carry_on(self, reason)
        # Behind this worker's own end, which leaving the screen would cut off.
        self.call_later(self._give_way_to, form)

    def _give_way_to(self, form: "FormDialog[T]") -> None:
        """Change to the form. Whoever handed on what that returns would wait in this screen for its own end."""
        self.app.switch_screen(form)

    def carry_on(self, before: "FormDialog[T]", reason: str) -> None:
        """Begin with what stands in the form before this one, whose act was refused since the state had changed."""
        values = before.carried()
        fields = {field.id: field for field in self._fields}
        for old in before._fields:
            chosen = next((row for row in old.choices if row.value == values.get(old.id)), None)
            offered = fields[old.id].choices if old.id in fields else ()
            if chosen is None or chosen.value in {row.value for row in offered}:
                continue
            # What is no longer offered stays chosen, and is refused: no other act takes its place.
            if old.id in fields:
                fields[old.id] = msgspec.structs.replace(fields[old.id], choices=(chosen, *offered))
            elif chosen != old.choices[0]:
                fields[old.id] = msgspec.structs.replace(old, choices=(chosen,))
        self._fields = tuple(fields.values())
        focus = (before.focused.id or "") if before.focused is not None else ""
        self._carried = Carried(values, focus, reason, monotonic())

    def carried(self) -> Values:
        """The values that a form made anew takes over: those that were typed, and all that are chosen."""
        values = self.values()
        return {field.id: values[field.id] for field in self._fields if field.choices or self._is_typed(field, values)}

    def _is_typed(self, field: Field, values: Values) -> bool:
        return values[field.id] != clean(field.value)

    def _close(self) -> None:
        if self.is_active and self._done is not None:
            self.dismiss(self._done)

    def act_page_up(self) -> None:
        self._page(-1)

    def act_page_down(self) -> None:
        self._page(1)

    def _page(self, way: int) -> None:
        """Scroll by what is seen of the fields beside what stays in view."""
        body = self.query_one("#dialog-body", VerticalScroll)
        docked = sum(part.outer_size.height for part in body.children if part.styles.dock != "none")
        body.scroll_relative(y=way * max(1, body.size.height - docked), animate=False)

    def act_cancel(self) -> None:
        if not self.resting.is_set():
            self.tell("It is being saved; wait a moment.")
            return
        if self._alt_line and (line := self._alt_line.words):
            before, self._alt_line = self._alt_line, None
            self.fill({(before.field.id or "").removeprefix("field-"): before.before})
            self.leave_for(line, "")
            return
        self.leave()

    def leave(self) -> None:
        """Close it; what was typed is kept for the next dialog of the same topic."""
        self.keep_typed()
        self.dismiss(None)

    def keep_typed(self) -> None:
        """Remember what was typed, if anything was."""
        if not self.query("#dialog-enter"):
            # Not composed yet.
            return
        values = self.values()
        if self.remembers and any(values.get(field.id) != clean(field.value) for field in self._remembered):
            self.memory[self.topic] = self.kept(values)

    def kept(self, values: Values) -> Values:
        """The values that come back when the form is opened again."""
        return values

    def take_prose(self, typed: str, lead: str) -> None:
        """A list takes no line: the dialog is left, and the line goes on where its opener takes it."""
        if not self.resting.is_set():
            super().take_prose(typed, lead)
            return
        self.forget_typed()
        self.leave_for(typed, lead)

    def leave_for(self, typed: str, lead: str) -> None:
        """Leave the dialog for a line that goes on below it."""
        stack = self.app.screen_stack
        below = stack[stack.index(self) - 1]
        self.leave()
        if isinstance(below, ActScreen):
            self.app.call_later(below.go_on_with, typed, lead)


def form_of(
    session: Session,
    ref: str,
    make: Callable[[], FormDialog[T]],
    send: Send[T] | None = None,
    given: Values | None = None,
) -> FormDialog[T]:
    """A form about an incident. `make` makes it by the state as it is, also anew when that has changed before Enter.

    It closes once `send` has done what it gives; without, its maker sees to that.
    """

    def made() -> FormDialog[T]:
        here, form = session.here(ref), make()
        form.memory, form.basis = session.form_memory, Basis(here, lambda: session.state(ref), made)
        form.send, form.given = send or form.send, given or {}
        return form

    return made()
