"""Alt keys that may have been Esc and, right behind it, the first letter of a line: a terminal sends the same."""

from dataclasses import dataclass

from textual import events
from textual.widget import Widget

from console.app.act_screen import SEEN_S, ActScreen
from console.app.key_queue import joined
from console.app.terminal.driver import ALT_CHARACTERS


@dataclass(frozen=True)
class _Pressed:
    letter: events.Key
    screen: ActScreen[object]
    focused: Widget | None


class AltLetters:
    """Gives a line its first letter back where the Alt key has done nothing before the line went on."""

    def __init__(self) -> None:
        self._last: _Pressed | None = None

    def meant(self, event: events.Key, screen: ActScreen[object]) -> events.Key:
        """The key that the event stands for on the screen in front."""
        last, self._last = self._last, None
        letter = letter_of(event)
        if letter is not None and not screen.tells_of(event.key):
            self._last = _Pressed(letter, screen, screen.focused)
        elif last is not None and event.is_printable and (screen, screen.focused) == (last.screen, last.focused):
            return joined([last.letter, event]) if event.time < last.letter.time + SEEN_S else event
        return event

    def acted(self) -> None:
        """The key has done something: it was no letter."""
        self._last = None


def letter_of(event: events.Key) -> events.Key | None:
    """The key of a character that was pressed with Alt, without it; None for every other key."""
    name = event.key.removeprefix("alt+")
    character = ALT_CHARACTERS.get(event.key) or (name if len(name) == 1 and name != event.key else "")
    if not character:
        return None
    letter = events.Key(character if character.isalnum() else name, character)
    letter.time = event.time
    return letter
