"""Alt keys that may have been Esc and, right behind it, the first letter of a line: a terminal sends the same."""

from dataclasses import dataclass, replace

from textual import events
from textual.widget import Widget

from console.app.act_screen import SEEN_S, ActScreen
from console.app.key_queue import joined
from console.app.terminal.driver import ALT_CHARACTERS, AltKey

TOGETHER_S = 0.04
"""From an Alt key until the next key, where both came at once: no hand is as fast."""


@dataclass(frozen=True)
class _Pressed:
    letter: events.Key
    screen: ActScreen[object]
    focused: Widget | None
    acted: bool = False
    """True once it has done something that is not only named."""


class AltLetters:
    """Gives a line its first letter back where the Alt key has done nothing, or nothing yet, before the line went on.

    Where it has done something, and both came at once, nobody can tell: the screen asks before a line is written.
    """

    def __init__(self) -> None:
        self._last: _Pressed | None = None

    def meant(self, event: events.Key, screen: ActScreen[object]) -> events.Key:
        """The key that the event stands for on the screen in front."""
        last, self._last = self._last, None
        letter = None if isinstance(event, AltKey) else letter_of(event)
        if letter is not None:
            if not screen.tells_of(event.key):
                self._last = _Pressed(letter, screen, screen.focused)
        elif last is not None and event.is_printable:
            behind_s, names_act = event.time - last.letter.time, bool(screen.armed_words)
            unmoved = not last.acted and (screen, screen.focused) == (last.screen, last.focused)
            if unmoved and behind_s < (TOGETHER_S if names_act else SEEN_S):
                return joined([last.letter, event])
            if behind_s < (SEEN_S if names_act else TOGETHER_S):
                screen.follow_letter(last.letter.character or "")
        return event

    def acted(self) -> None:
        """The key has done something."""
        if self._last is not None:
            self._last = replace(self._last, acted=True)


def letter_of(event: events.Key) -> events.Key | None:
    """The key of a character that was pressed with Alt, without it; None for every other key."""
    name = event.key.removeprefix("alt+")
    character = ALT_CHARACTERS.get(event.key) or (name if len(name) == 1 and name != event.key else "")
    if not character:
        return None
    letter = events.Key(character if character.isalnum() else name, character)
    letter.time = event.time
    return letter
