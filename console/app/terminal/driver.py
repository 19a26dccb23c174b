"""The terminal's driver: what is typed and pasted is read here, and no byte of it ends or hangs the console."""

import asyncio
import os
import re
import selectors
import shutil
import signal
import termios
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from itertools import groupby
from threading import Event
from time import monotonic
from types import FrameType
from typing import Any
from unicodedata import name as unicode_name

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.keys import KEY_NAME_REPLACEMENTS
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from console.app.terminal.cursor import text_cursor
from console.core.language.pattern import late
from console.core.language.text import clean

ESCAPE_S = 0.05
"""Seconds after Esc for which a key still belongs to it: terminals send Alt+n as Esc and n."""
SEQUENCE_S = 0.5
"""Seconds that the rest of a sequence may take on its way; after that its beginning is dropped."""
PASTE_S = 1.0
"""Seconds for which a paste may be silent before it ends without its closing sequence."""
READ_BYTES = 1 << 16

_PUSH_TITLE, _POP_TITLE = "\x1b[22;0t", "\x1b[23;0t"
_PASTE_END = "\x1b[201~"
_TOKEN = late(
    r"(?P<paste>\x1b\[200~)"
    r"|\x1b\[(?P<csi>\[[A-E]|\d{1,2}\$|(?![M\[])[0-?]{0,64}[ -/]{0,4}[@-~])"
    r"|\x1bO(?P<ss3>[A-DFHMP-Sa-dj-y])"
    r"|(?P<begun>\x1b(?:O|\[(?:M[^\x1b]{0,2}|\[|[0-?]{0,64}[ -/]{0,4}))?\Z)"
    r"|(?P<dropped>\x1b\[(?:M[^\x1b]{3}|[0-?]+[ -/]*))"  # The mouse of an old terminal; a sequence that breaks off.
    r"|\x1b(?P<alt>[^\x1b])"
    r"|(?P<plain>.)",
    re.DOTALL,
)
_MOUSE = late(r"<(\d{1,4});(\d{1,4});(\d{1,4})([Mm])")
_SYNCHRONIZED = late(r"\?2026;[1-4]\$y")
_KEY = late(r"(\d{0,7})(?::[\d:]*)?(?:;(\d{0,3})(?::(\d?))?(?:;([\d:]*))?)?([A-Za-z~^$@])")

_SHIFT, _ALT, _CTRL = 1, 2, 4
_MODIFIERS = {_ALT: "alt", _CTRL: "ctrl", 16: "hyper", 32: "meta", _SHIFT: "shift", 8: "super"}
_RELEASED = "3"

_FUNCTION_KEYS = [f"f{number}" for number in range(1, 36)]
_ARROWS = ["left", "right", "up", "down"]
_BY_FINAL = dict(zip("DCABHFPQRS", [*_ARROWS, "home", "end", *_FUNCTION_KEYS], strict=False))
_BY_NUMBER = dict(enumerate(["home", "insert", "delete", "end", "pageup", "pagedown", "home", "end"], 1))
_BY_NUMBER |= dict(
    zip((*range(11, 16), *range(17, 22), 23, 24, 25, 26, 28, 29, *range(31, 35)), _FUNCTION_KEYS, strict=False)
)
_BY_CODE = dict(enumerate(_FUNCTION_KEYS[12:], 57376))
_BY_CODE |= dict(enumerate([*_ARROWS, "pageup", "pagedown", "home", "end", "insert", "delete"], 57417))
_KEYPAD = dict(enumerate("0123456789./*-+\r=,", 57399))
"""Kitty's codes for the characters of the keypad."""
_APPLICATION_KEYPAD = dict(zip("jkmnopqrstuvwxyM", "*+-./0123456789\r", strict=True))
_CONTROLS = {chr(number): f"ctrl+{chr(number + 96)}" for number in range(1, 27)} | {
    "\0": "ctrl+@", "\x1c": "ctrl+backslash", "\x1d": "ctrl+right_square_bracket", "\x1e": "ctrl+circumflex_accent",
    "\x1f": "ctrl+underscore", "\r": "enter", "\t": "tab", "\b": "backspace", "\x7f": "backspace", "\x1b": "escape",
    " ": "space", "\x9b": "shift+escape", "\n": "enter",
}  # fmt: skip
"""Names of keys. What is entered while a shell has the terminal, or pasted without brackets, ends in a newline."""


class AltKey(events.Key):
    """A character with Alt, told by a terminal that sends it whole: no Esc with a line right behind it."""


AltKey.handler_name = events.Key.handler_name  # Else Textual looks for `on_alt_key`.


class Reader:
    """Turns bytes into messages. An unfinished sequence is kept until its rest comes, or until `expire`."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self._begun = ""
        """A sequence, or the closing one of a paste, that is not whole yet."""
        self._pasted: list[str] | None = None
        """The pieces of a paste that goes on."""
        self._mouse_at = (0, 0)

    @property
    def patience_s(self) -> float | None:
        """Seconds for which the terminal may be silent before `expire`; None while nothing is begun."""
        if self._pasted is not None:
            return PASTE_S
        if not self._begun:
            return None
        return SEQUENCE_S if len(self._begun) > 2 else ESCAPE_S

    def read(self, data: bytes) -> Iterator[Message]:
        """The messages that the bytes stand for; a paste is one message, whatever is in it."""
        text = self._begun + self._decode(data)
        self._begun = ""
        at = 0
        while at < len(text):
            if self._pasted is not None:
                end = text.find(_PASTE_END, at)
                if end < 0:
                    self._begun = next(
                        _PASTE_END[:size] for size in range(5, -1, -1) if text.endswith(_PASTE_END[:size], at)
                    )
                    self._pasted.append(text[at : len(text) - len(self._begun)])
                    return
                self._pasted.append(text[at:end])
                at = end + len(_PASTE_END)
                yield self._end_of_paste()
                continue
            token = _TOKEN.match(text, at)
            assert token is not None, "any character is a token"
            at = token.end()
            yield from self._messages(token.lastgroup or "", token[token.lastgroup or 0])

    def expire(self) -> Iterator[Message]:
        """Nothing more has come: Esc was the key itself, a paste ends, half a sequence is dropped."""
        begun, self._begun = self._begun, ""
        if self._pasted is not None:
            self._pasted.append(begun)
            yield self._end_of_paste()
        elif len(begun) == 2:
            yield _key(begun[1], _ALT)
        elif begun == "\x1b":
            yield _key(begun)

    def _end_of_paste(self) -> events.Paste:
        pasted, self._pasted = "".join(self._pasted or ()), None
        return events.Paste(pasted)

    def _messages(self, kind: str, body: str) -> Iterator[Message]:
        match kind:
            case "plain":
                yield _key(body)
            case "alt" if body in "\t\x7f":  # The Linux console's Shift+Tab; Alt+Backspace takes a word.
                yield events.Key("shift+tab" if body == "\t" else "ctrl+w", None)
            case "alt":
                yield _key(body, _ALT)
            case "begun":
                self._begun = body
            case "paste":
                self._pasted = []
            case "ss3" if body in _APPLICATION_KEYPAD:
                yield _key(_APPLICATION_KEYPAD[body])
            case "ss3" if body in "abcd":
                yield _named(_BY_FINAL[body.upper()], _CTRL)
            case "ss3":
                yield _named(_BY_FINAL[body])
            case "csi":
                yield from self._sequence(body)

    def _sequence(self, body: str) -> Iterator[Message]:
        if body == "I":
            yield events.AppFocus()
        elif body == "O":
            yield events.AppBlur()
        elif _SYNCHRONIZED.fullmatch(body):
            yield TerminalSupportsSynchronizedOutput()
        elif mouse := _MOUSE.fullmatch(body):
            *numbers, state = mouse.groups()
            yield self._mouse(*map(int, numbers), pressed=state == "M")
        elif body[0] == "[":
            yield _named(_FUNCTION_KEYS["ABCDE".index(body[1])])
        elif key := _KEY.fullmatch(body):
            for each in _keys(*(part or "" for part in key.groups())):
                yield AltKey(each.key, None) if each.key in ALT_CHARACTERS else each

    def _mouse(self, buttons: int, column: int, row: int, *, pressed: bool) -> events.MouseEvent:
        x, y = max(0, column - 1), max(0, row - 1)
        moved = (x - self._mouse_at[0], y - self._mouse_at[1])
        self._mouse_at = (x, y)
        button = 0 if buttons & 64 else (buttons + 1) & 3
        kind: type[events.MouseEvent]
        if buttons & 64:
            kind = (events.MouseScrollUp, events.MouseScrollDown, events.MouseScrollLeft, events.MouseScrollRight)[
                buttons & 3
            ]
        elif buttons & 32 or button == 0:
            kind = events.MouseMove
        else:
            kind = events.MouseDown if pressed else events.MouseUp
        shift, meta, ctrl = bool(buttons & 4), bool(buttons & 8), bool(buttons & 16)
        return kind(None, x, y, *moved, button, shift, meta, ctrl, screen_x=x, screen_y=y)


def _keys(code: str, modifiers: str, event: str, text: str, final: str) -> Iterator[events.Key]:
    """The key of `CSI code ; modifiers : event ; text final`; none for a number that is no key of ours."""
    held = max(0, int(modifiers or 1) - 1)
    number = int(code or 1)
    if event == _RELEASED:
        return
    if final == "~" and number == 27 and text.isdigit():  # xterm's modifyOtherKeys has the character last.
        number, text, final = int(text), "", "u"
    if final == "u" and text:
        yield from (_key(chr(int(part))) for part in text.split(":") if part and _is_character(int(part)))
    elif final == "u" and number in _BY_CODE:
        yield _named(_BY_CODE[number], held)
    elif final == "u":
        character = _KEYPAD.get(number) or (chr(number) if _is_character(number) else "")
        if character in ("\b", "\t", "\r", "\x1b", "\x7f") or character >= " ":
            yield _key(character, held)
    elif final == "Z":
        yield _named("tab", held | _SHIFT)
    elif final in _BY_FINAL:
        if code in ("", "1"):
            yield _named(_BY_FINAL[final], held)
        elif not modifiers and number <= 8:  # tmux
            yield _named(_BY_FINAL[final], number - 1)
    elif final in "abcd" and not code:
        yield _named(_BY_FINAL[final.upper()], _SHIFT)
    elif final in "~^$@" and number in _BY_NUMBER:
        yield _named(_BY_NUMBER[number], held | {"~": 0, "^": _CTRL, "$": _SHIFT, "@": _CTRL | _SHIFT}[final])


def _is_character(number: int) -> bool:
    """True when Unicode has a character of this number; kitty's own codes lie in its private area."""
    return number < 0xD800 or 0xF8FF < number <= 0x10FFFF


def _key(character: str, held: int = 0) -> events.Key:
    """The key of a character, which is its text unless something else than Shift is held."""
    typed = not held & (_ALT | _CTRL | 8 | 16 | 32)
    if typed and held & _SHIFT and len(character.upper()) == 1:
        character = character.upper()
    if character in _CONTROLS:
        name = _CONTROLS[character]
        if typed and (not held & _SHIFT or character == " "):
            return events.Key(name, character)
    elif character.isalnum():
        name = character
    else:
        name = unicode_name(character, character).lower().replace("-", "_").replace(" ", "_")
        name = KEY_NAME_REPLACEMENTS.get(name, name)
    if typed and character not in _CONTROLS:
        return events.Key(name, character)
    if len(name) == 1 and name.isupper():
        name, held = name.lower(), held | _SHIFT
    elif not character.isalpha() and character not in _CONTROLS:
        held &= ~_SHIFT  # The character says it already.
    return _named(name, held)


def _named(name: str, held: int = 0) -> events.Key:
    """A key that has no text, with the modifiers that are held."""
    return events.Key("+".join([*(word for bit, word in _MODIFIERS.items() if held & bit), name]), None)


ALT_CHARACTERS = {_key(chr(number), _ALT).key: chr(number) for number in range(ord("!"), 0x7F)}
"""The characters of ASCII by the names of their keys with Alt."""


class Ended(Event):
    """Set once nothing is to be read any more; a selector wakes up for it, so that nobody looks for it in between."""

    def __init__(self) -> None:
        super().__init__()
        self._wakes, self._woken = os.pipe()

    def fileno(self) -> int:
        return self._wakes

    def set(self) -> None:
        if not self.is_set():
            super().set()
            os.write(self._woken, b"!")

    def clear(self) -> None:
        if self.is_set():
            os.read(self._wakes, 1)
            super().clear()

    def __del__(self) -> None:
        os.close(self._wakes)
        os.close(self._woken)


def read_until(
    ended: Ended,
    fileno: int,
    hand_on: Callable[[Iterator[Message]], None],
    typed: Callable[[bytes], Iterable[bytes]] = lambda data: (data,),
) -> None:
    """Read keys and pastes until the console ends or lets go; `typed` gives what of the bytes was typed.

    Once nobody is at the other end, that is said as the kernel says it: by SIGHUP.
    """
    reader = Reader()
    with selectors.SelectSelector() as selector:
        selector.register(fileno, selectors.EVENT_READ)
        selector.register(ended, selectors.EVENT_READ)
        last = monotonic()
        while not ended.is_set():
            patience_s = reader.patience_s
            left_s = None if patience_s is None else max(0.0, last + patience_s - monotonic())
            ready = [key.fileobj for key, _ in selector.select(left_s)]
            if fileno in ready:
                try:
                    data = os.read(fileno, READ_BYTES)
                except OSError:
                    data = b""
                if not data:
                    os.kill(os.getpid(), signal.SIGHUP)
                    return
                last = monotonic()
                for part in typed(data):
                    hand_on(reader.read(part))
            elif patience_s is not None and monotonic() - last >= patience_s:
                hand_on(reader.expire())
    hand_on(reader.expire())


class KeyDriver(Driver):
    """A driver whose messages come from a thread of its own, the keys of one reading together."""

    app: App[Any]
    loop: asyncio.AbstractEventLoop
    exit_event: Event

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.app, self.loop = app, asyncio.get_running_loop()
        self.exit_event = self.ended = Ended()

    def hand_on(self, messages: Iterator[Message]) -> None:
        for are_keys, run in groupby(messages, lambda message: isinstance(message, events.Key)):
            if are_keys:  # Together: a hop to the app's thread for each costs more than all that is done with it.
                self.loop.call_soon_threadsafe(self._post, list(run))
            else:
                for message in run:
                    self.process_message(message)

    def _post(self, messages: list[Message]) -> None:
        for message in messages:
            self.app.post_message(message)

    def send_message(self, message: Message) -> None:
        self.loop.call_soon_threadsafe(self.app.post_message, message)


class TerminalDriver(KeyDriver, LinuxDriver):
    """Textual's driver for Linux and macOS, with the console's own reader and job control."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.is_suspended = False
        """True while an editor or the shell has the terminal."""
        self._will_stop = False
        """True from a request to stop until its end."""
        self._title = ""
        """The title set since the terminal was taken."""
        self._shows_cursor: bool | None = None
        """True while the cursor is shown; None while the terminal is not ours."""
        signal.signal(signal.SIGTSTP, self.stopped)
        signal.signal(signal.SIGCONT, self.continued)

    def run_input_thread(self) -> None:
        read_until(self.ended, self.fileno, self.hand_on)

    # The terminal's title and its own cursor

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        signal.signal(signal.SIGWINCH, self.resized)
        self._title, self._shows_cursor = "", False

    def stop_application_mode(self) -> None:
        self._shows_cursor = None
        if self._title:
            super().write(_POP_TITLE)
            self._title = ""
        super().stop_application_mode()

    def _dressed(self, painted: str) -> str:
        """The painted output, with the window's title where it has changed, and the cursor where text goes.

        The cursor is out of sight meanwhile: it would be seen wherever the terminal is just painting.
        """
        hidden = "\x1b[?25l" if self._shows_cursor else ""
        screens = self.app.screen_stack
        self._shows_cursor = bool(screens) and text_cursor(screens[-1]) is not None
        shown = "\x1b[?25h" if self._shows_cursor else ""
        return f"{hidden}{self._titled()}{painted}{shown}"

    def _titled(self) -> str:
        """The sequence that sets a changed title; before the first one also that which saves the terminal's own."""
        before, self._title = self._title, clean(getattr(self.app, "terminal_title", ""), multiline=False)
        if self._title in ("", before):
            return ""
        return f"{'' if before else _PUSH_TITLE}\x1b]0;{self._title}\x07"

    # Job control

    def suspend_application_mode(self) -> None:
        super().suspend_application_mode()
        self.is_suspended = True

    def resume_application_mode(self) -> None:
        try:
            termios.tcgetattr(self.fileno)
        except termios.error:  # The terminal went away meanwhile.
            return
        self.is_suspended = False
        super().resume_application_mode()
        self.send_message(self.SignalResume())

    def write(self, data: str) -> None:
        # Nobody takes it while the writer's thread is stopped, and its queue is short.
        if not self.is_suspended:
            super().write(data if self._shows_cursor is None else self._dressed(data))

    def resized(self, number: int, frame: FrameType | None) -> None:
        """The handler of SIGWINCH.

        Textual's own reads the size at once: where the next signal interrupts it, the older size is told last.
        """
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._tell_size)

    def _tell_size(self) -> None:
        size = Size(*shutil.get_terminal_size())
        self.app.post_message(events.Resize(size, size))

    # A signal's handler interrupts whatever the main thread does, and may not wait for a lock that the thread holds,
    # such as that of the queue of paintings.

    def stopped(self, number: int, frame: FrameType | None) -> None:
        """The handler of SIGTSTP."""
        if self.is_suspended or self.loop.is_closed():
            self._stop()
        elif not self._will_stop:
            self._will_stop = True
            self.loop.call_soon_threadsafe(self._stop_and_come_back)

    def continued(self, number: int, frame: FrameType | None) -> None:
        """The handler of SIGCONT: unless the console stopped by itself the shell has had the terminal unannounced."""
        if not self.is_suspended and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._take_terminal_back)

    def _stop(self) -> None:
        """Stop with all of the job, as `make` above the console is part of it.

        Where no shell waits for the job the kernel lets it run on, and the console comes back at once.
        """
        with getattr(self.app, "between_writes", nullcontext)():
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            os.killpg(0, signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, self.stopped)

    def _stop_and_come_back(self) -> None:
        if self.is_suspended:
            self._stop()
        else:
            self.suspend_application_mode()
            self._stop()
            self.resume_application_mode()
        self._will_stop = False

    def _take_terminal_back(self) -> None:
        if not self.is_suspended:
            self.suspend_application_mode()
            self.resume_application_mode()
