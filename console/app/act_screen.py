"""A screen whose keys are acts of the registry, and where prose is never taken for them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from time import monotonic
from types import MappingProxyType
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual import events, on
from textual.content import Content
from textual.message import Message
from textual.messages import Prune
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from console.app.acts import BY_ID, Act, shown_key, shown_key_of
from console.app.compositor import PartCompositor
from console.app.letters import Letter, Target, act_at, label_place, lettered, targets
from console.app.registry import acts_of, bar_items
from console.app.situation import Situation
from console.app.widgets.cell import Cell, pressable, text
from console.app.widgets.choice_list import ChoiceList
from console.app.widgets.keybar import KeyLine, key_line
from console.app.widgets.line_list import LineList
from console.core.language.text import one_line
from console.core.log.erasure import without

T = TypeVar("T")
SEEN_S = 0.5
"""From a key's act or choice being shown until the key is no longer taken for the first letter of a line.

Whoever types a line, however slowly, has typed its next letter by then; whoever reads what a key did has not.
"""
MAX_SHOWN_CHARS = 60
"""Of a line that is kept for the prompt, which only has to be recognised."""


@dataclass
class ProseKept(Message):
    """A line that was typed where no field took it."""

    line: str
    lead: str = ""
    """Keys before the line that were seen to do something."""


@dataclass
class Declaring(Message):
    """An incident is to be declared; `words` are a severity and a title as they were typed behind /declare."""

    words: str


class Planning(Message):
    """A maintenance is to be planned."""


@dataclass
class Searching(Message):
    """Words are to be looked for in all incidents."""

    words: str


@dataclass
class Replaying(Message):
    """The incident is to be shown as it was at a moment."""

    at: datetime


class Shown(Message):
    """A screen has come to the front."""


class Armed(NamedTuple):
    """An act that Enter does: in words that name what it is done to, and how."""

    words: str
    do: Callable[[], object]


def performer_of(name: str, performers: tuple[object, ...]) -> Callable[[], object] | None:
    """The method of that name of the first performer that has it."""
    return next((method for each in performers if (method := getattr(each, name, None)) is not None), None)


class ActScreen(Screen[T], Generic[T]):
    """Asks each act whether it can be done now, says why where it cannot, and else does it."""

    place: ClassVar[str]
    """The screen's place in the registry."""
    bar_words: Mapping[str, str | None] = {"help": None}
    """The words of the key bar in place of the registry's, by act; None leaves a key out."""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-slim"), (100, "-wide")]
    key_time = 0.0
    """When the key or click that it deals with was read from the terminal, by `time.monotonic`."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """A screen of Textual's own is painted whole when the focus moves; both widgets paint themselves anew anyhow."""

    holds_notices: ClassVar[bool] = False
    """True where notices wait until the screen is left, since its words have to be read."""
    _opener = ""
    """The keys that opened the screen."""
    stray = ""
    """The characters typed outside a field since the last other key."""
    _prose = False
    """True once the stray characters are a line, and no longer an act or a choice."""
    _lead = ""
    """The characters before the line that were seen to do something."""
    _acted_at = 0.0
    """When what the characters do was shown; 0 where they do nothing."""
    _armed: Armed | None = None
    _letters: Mapping[str, Sequence[Target]] = MappingProxyType({})
    """The targets that can be pressed, by letter; empty while no letters are shown."""
    _letters_at = 0.0
    """When they were shown, by `time.monotonic`."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = PartCompositor()

    async def on_compose(self) -> None:
        """Set the classes of its size before its widgets are styled; set later, everything is styled twice."""
        for length, points in zip(self.app.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True):
            fitting = [name for least, name in sorted(points or ()) if least <= length]
            self.add_class(*fitting[-1:], update=False)

    @on(Prune)
    def end_workers(self) -> None:
        """End its workers before its widgets are removed; Textual ends them afterwards, when they find no widgets."""
        self.workers.cancel_node(self)

    @property
    def is_current(self) -> bool:
        """True while any part of the screen is seen. Textual counts, and paints, also one that is covered."""
        covers = takewhile(lambda screen: screen is not self, reversed(self.app.screen_stack))
        return super().is_current and all(screen.styles.background.a < 1 for screen in covers)

    @property
    def read_only(self) -> bool:
        """True for a console that writes nothing."""
        return bool(getattr(self.app, "read_only", False))

    @property
    def situation(self) -> Situation:
        return Situation(read_only=self.read_only)

    @property
    def chosen_ref(self) -> str:
        """The incident that its acts are about; empty where there is none."""
        return ""

    @property
    def seen_entry(self) -> str:
        """The id of the entry that is visibly selected; empty where there is none."""
        return ""

    @property
    def doing(self) -> str:
        """The activity of whoever has it open, a key of `DOING` in `app/presence.py`; else empty."""
        return self.place

    @property
    def performers(self) -> tuple[object, ...]:
        """The parts that do acts of this screen."""
        return ()

    def tells_of(self, key: str) -> bool:
        """True for a key that does no act here and is answered all the same."""
        return self.shows_letters

    def act(self, act: Act) -> None:
        """Do an act, or say why it cannot be done; one that writes at once is armed, and Enter does it."""
        why = act.disabled_reason(self.situation)
        if why:
            self.refuse(why)
        elif act.writes:
            self.arm(act)
        else:
            self.perform(act)

    def perform(self, act: Act) -> None:
        """Do an act that can be done."""
        method = performer_of(f"act_{act.id}", (self, *self.performers, self.app))
        if method is None:
            raise LookupError(f"nobody does the act {act.id}")
        method()

    def on_click(self, event: events.Click) -> None:
        """A key that is pressed with the mouse, on the line of keys or wherever one is named, does its act."""
        self.hide_letters()
        act = BY_ID.get(self.pressed_at(*event.screen_offset))
        if act is not None:
            event.stop()
            self.press(act)

    def press(self, act: Act) -> None:
        """Do what a click on an act's key or on its words does."""
        key = act.keys.split(",")[0] or (shown_key(act) if act.shown_keys else "")
        is_letter = len(shown_key_of(key)) == 1 and shown_key_of(key).isprintable()
        # A list or a field answers it itself, as it does the Esc that a sentence names; a letter would be text there.
        if key and not (is_letter or (act.keys and act in acts_of(self.place))):
            # Sent by the app: what a screen sends never comes up beyond it.
            self.app.call_later(self.app.simulate_key, key)
            return
        typed, prose, lead = self.stray, self._prose, self._lead
        self.forget_typed()
        if prose:
            self.keep_prose(typed, lead)
        self.act(act)

    def pressed_at(self, x: int, y: int) -> str:
        """The act whose key stands at that place of the screen; empty for none."""
        return act_at(self, x, y)

    # Letters on everything that can be pressed

    @property
    def shows_letters(self) -> bool:
        """True while the next key chooses among the letters, and is no text."""
        return bool(self._letters)

    def act_letters(self) -> None:
        self._letters = lettered(targets(self), shown_key_of(BY_ID["letters"].keys.split(",")[0]))
        self._letters_at = monotonic()
        self.mount(*(
            Letter(letter, label_place(self, target, letter))
            for letter, places in self._letters.items() for target in places
        ))  # fmt: skip

    def hide_letters(self) -> None:
        """Take the letters away; the next key is like any other."""
        if self._letters:
            self._letters = {}
            self.query(Letter).remove()

    def on_resize(self, event: events.Resize) -> None:
        self.hide_letters()
        if event.size == self._compositor.size:
            # It is what has just been laid out that says so; Textual's own would lay all out once more.
            event.prevent_default()

    def on_state_changed(self) -> None:
        self.hide_letters()

    def on_screen_suspend(self) -> None:
        self.hide_letters()

    def _take_letter(self, event: events.Key) -> None:
        """A key while letters are shown."""
        character = (event.character or "") if event.is_printable and "alt+" not in event.key else ""
        if character and self.key_time < self._letters_at + SEEN_S:
            # Nobody has found a letter so fast: it is text, as is the key that shows the letters where that is one.
            typed = self.stray + character
            self.hide_letters()
            self.forget_typed()
            self.go_on_with(typed, "")
        elif character in self._letters:
            # They are shown until it is done, so that what is typed behind it waits.
            self.call_later(self._go_to, character)
        else:
            self.hide_letters()
            self.forget_typed()

    def _go_to(self, letter: str) -> None:
        """Do what a click on something that has the letter does, unless all that had it has gone or moved."""
        targets = self._letters.get(letter, ())
        still = (each for each in targets if each.widget.is_attached and self.pressed_at(*each.place) == each.act)
        target = next(still, None)
        self.hide_letters()
        self.forget_typed()
        if target is None:
            return
        act = BY_ID.get(target.act)
        if act is not None:
            self.press(act)
            front = self.app.screen
            if act.at_once and front is not self and isinstance(front, ActScreen):
                front.begin_with(letter)
        elif isinstance(target.widget, LineList) and target.widget.pressable_lines:
            target.widget.press_line(target.place.y - target.widget.region.y)
        else:
            target.widget.focus()

    def run(self, id: str) -> None:
        """Do an act that is asked for by other means than its keys."""
        self.act(BY_ID[id])

    def refuse(self, reason: str) -> None:
        """Say why an act cannot be done."""
        self.app.notify(reason, severity="warning")

    def inform(self, words: str) -> None:
        """Say something that answers a key."""
        self.app.notify(words)

    def take_out(self, words: Collection[str]) -> bool:
        """Take words that a redaction erased out of what is half typed here; whether any stood there."""
        before, self.stray = self.stray, without(self.stray, words)
        return self.stray != before

    # What has to be seen on every screen

    def on_screen_resume(self) -> None:
        self.post_message(Shown())

    def attend(self, attended: bool, *, steps_back: bool) -> None:
        """React to the terminal's window gaining or losing the focus; `steps_back` says whether the screen may dim."""

    def pass_second(self) -> None:
        """Show what is different a second later."""

    def show_owed(self, ref: str, words: Content) -> None:
        """Show the incident's most urgent countdown, where the screen lies over the one that has it."""

    def show_alarm(self, words: Content) -> None:
        """A line above everything else, for as long as it says something."""
        if not self.children:
            # Not composed yet: it is asked for again when the screen comes to the front.
            return
        cell = next(self.query_children("#alarm").results(Cell), None)
        if cell is None and words:
            cell = Cell(id="alarm")
            self.mount(cell, before=0)
        if cell is not None:
            cell.display = bool(words)
            cell.show(words)

    # Characters where no field takes them

    def arm(self, act: Act) -> None:
        """Name the act; Enter does it to what is named, whatever has arrived meanwhile.

        `arm_ID` of a performer names what it would be done to, or refuses.
        """
        method = performer_of(f"arm_{act.id}", (self, *self.performers, self.app))
        armed = method() if method is not None else Armed(act.title, lambda: self.perform(act))
        if isinstance(armed, Armed):
            self._armed, self._acted_at = armed, monotonic()
            self.show_typed()

    @property
    def armed_words(self) -> str:
        """The act that Enter would do; empty while none is armed."""
        return self._armed.words if self._armed is not None else ""

    @property
    def writing(self) -> bool:
        """True while a field has the focus, and takes the characters."""
        return isinstance(self.focused, Input | TextArea)

    def take_key(self, event: events.Key) -> bool:
        """Deal with a key before the focus and the bindings get it; True where that was done.

        A character outside a field only arms its act, opens a list, or chooses in the list that has the focus. The
        next one shows that it was the beginning of a line, which goes to the prompt as it was typed.
        """
        if self.shows_letters:
            self._take_letter(event)
            return True
        if event.is_printable and "alt+" not in event.key and not self.writing:
            self._character(event.character or "", event.key)
            return True
        armed, typed, prose, lead = self._armed, self.stray, self._prose, self._lead
        if event.key == "backspace" and typed and not self.writing:
            self.stray = typed[:-1]
            self._prose = self._prose and bool(self.stray)
            self._lead, self._acted_at, self._armed = self._lead if self.stray else "", 0.0, None
            self.show_typed()
            return True
        if isinstance(self.focused, ChoiceList):
            self.focused.settle()
        self.forget_typed()
        if prose:
            self.keep_prose(typed, lead)
            return event.key == "enter"
        if armed is not None and event.key == "enter":
            armed.do()
            return True
        return armed is not None and event.key == "escape"

    @property
    def reading_s(self) -> float:
        """The least time that a person takes to read what is shown, in seconds."""
        return float(getattr(self.app, "reading_s", 0.0))

    def could_read(self, shown_at: float) -> bool:
        """True when the key at hand was pressed once a person could have read what was shown at that moment.

        One that was typed ahead, or that bounced, is no answer to a question.
        """
        return self.key_time > shown_at + self.reading_s

    def take_paste(self, pasted: str) -> bool:
        """Keep a paste for the prompt, as one text; False where a field has the focus, which takes it."""
        self.hide_letters()
        # A key by itself that has done something is no word's beginning: nobody types the first letter of a paste.
        typed = "" if self._acted_at and not self._prose else self._lead + self.stray
        if isinstance(self.focused, ChoiceList):
            self.focused.settle()
        self.forget_typed()
        if self.writing:
            return False
        self.paste_prose(typed + pasted)
        return True

    def paste_prose(self, pasted: str) -> None:
        """A paste where no field takes it."""
        self.app.post_message(ProseKept(pasted))

    def _character(self, character: str, key: str) -> None:
        """One more character that no field takes."""
        options = self.focused if isinstance(self.focused, ChoiceList) else None
        if self._prose or (options is not None and self._armed is None and options.choose(character)):
            self.stray += character
            self._acted_at = monotonic()
        elif self.stray not in ("", self._opener):
            if options is not None:
                options.take_back()
            self._begin_prose(character)
            return
        else:
            self._act_of(character, key)
            return
        self.show_typed()

    def _act_of(self, character: str, key: str) -> None:
        """Arm the act of a bare key, or open its list; without one it is the beginning of a line."""
        typed = self.stray + character
        binding = self.active_bindings.get(key)
        act = BY_ID.get(binding.binding.id or "") if binding is not None else None
        if act is None:
            self._begin_prose(character)
            return
        why = act.disabled_reason(self.situation)
        if not why and act.at_once:
            self.forget_typed()
            self.perform(act)
        front = self.app.screen
        if front is not self and isinstance(front, ActScreen):
            front.begin_with(typed)
            return
        self.stray = typed
        if why:
            self.refuse(why)
        elif not act.at_once:
            self.arm(act)

    def begin_with(self, character: str) -> None:
        """The keys that opened this screen may be the beginning of a line."""
        self.stray = self._opener = character
        self._acted_at = monotonic()

    def follow_letter(self, letter: str) -> None:
        """The next character came at once with the Alt key of a letter: that may have begun the line, too."""
        if self.shows_letters or not self.writing:
            self.begin_with(letter)

    def _begin_prose(self, character: str) -> None:
        """The character shows that a line has begun: with those before it, unless these were seen to do something."""
        seen = self._acted_at and self.key_time >= self._acted_at + SEEN_S
        self._lead, typed = (self.stray, character) if seen else ("", self.stray + character)
        self._armed, self._acted_at = None, 0.0
        self.stray, self._prose = typed, True
        self.take_prose(typed, self._lead)

    def go_on_with(self, typed: str, lead: str) -> None:
        """Take over a line that began on a screen above this one."""
        if self.writing:
            self.keep_prose(typed, lead)
        else:
            self.stray, self._prose, self._lead = typed, True, lead
            self.take_prose(typed, lead)

    def take_prose(self, typed: str, lead: str) -> None:
        """A line has begun where no field takes it; by default it is shown, and kept for the room that comes next.

        `lead` are the characters before it that were seen to do something.
        """
        self.show_typed()

    def keep_prose(self, typed: str, lead: str) -> None:
        """Keep a line for the prompt of the room that is in front next."""
        self.app.post_message(ProseKept(typed, lead))

    def forget_typed(self) -> None:
        """Forget the typed characters: they have been dealt with."""
        if self.stray or self._armed is not None:
            self.stray, self._lead, self._prose, self._armed, self._acted_at = "", "", False, None, 0.0
            self.show_typed()

    def typed_line(self) -> Content | None:
        """The words for what Enter does with the characters typed outside a field; None while there are none."""
        if self._prose:
            words = one_line(self.stray, MAX_SHOWN_CHARS)
            return text(
                (f" {words} ", "bold reverse"), (" is kept for the prompt; Enter does nothing else", "$warning")
            )
        if self._armed is not None:
            enter, words = pressable("go_on", (" Enter ", "bold reverse")), f" {self._armed.words}"
            return text(enter, (words, "bold $accent"), (f"  ·  {BY_ID['cancel'].label} cancels", "$muted"))
        return None

    def show_typed(self) -> None:
        """Name what Enter would do, in place of the line of keys."""
        self.show_keys()

    # The line of keys at the bottom of a dialog

    def keys(self) -> KeyLine:
        """The last line of a dialog; `show_keys` fills it, first of all when the screen is mounted."""
        return KeyLine(classes="dialog-keys")

    def on_mount(self) -> None:
        self.show_keys()

    def show_keys(self) -> None:
        """All keys, those greyed whose act cannot be done now."""
        words = self.typed_line() or key_line(bar_items(self.place, self.situation, self.bar_words))
        for line in self.query(".dialog-keys").results(KeyLine):
            line.show(words)
