"""Texts of the prompt that are not known to be in the log: those that wait there, and those on their way."""

from collections.abc import Callable, Sequence

from console.app.drafts import EVENT_ID
from console.app.registry import WORDS
from console.core.language.text import counted
from console.store.redact import TEXTS_APART


class Unlogged:
    """A line, or a paste of several, that is not known to be in the log."""

    def __init__(self, text: str, event_id: str = "") -> None:
        self.text = text
        self.event_id = event_id
        """Of the event that is to log the text; empty until that is decided."""

    def becomes(self, text: str) -> None:
        """Replace the words; no event logs the new ones yet."""
        if text != self.text:
            self.text, self.event_id = text, ""


def is_line(text: str) -> bool:
    """True when the prompt can take the text."""
    return "\n" not in text


def is_act(text: str) -> bool:
    """True for a slash word that does something; one that only gives the time of a line is a line."""
    word = text.strip().partition(" ")[0].lower()
    return is_line(text) and word.startswith("/") and word != "/at" and word[1:] in WORDS


class UnloggedTexts:
    """The unlogged texts of one prompt."""

    def __init__(self) -> None:
        self.waiting: list[Unlogged] = []
        """The texts that are not on their way, the newest last."""
        self.sent: list[Unlogged] = []
        """Lines that were entered and are not known to be on the disk yet."""

    def named(self, words: str, among: Sequence[Unlogged] | None = None) -> Unlogged:
        """The unlogged text with these words, among all or some; a new one where there is none."""
        known = (*self.waiting, *self.sent) if among is None else among
        return next((each for each in known if each.text == words), None) or Unlogged(words)

    def wait(self, waits: Unlogged) -> None:
        """Add the text as the newest that waits."""
        self.take(waits)
        self.waiting.append(waits)

    def take(self, waits: Unlogged) -> None:
        """Take the text from those that wait."""
        if waits in self.waiting:
            self.waiting.remove(waits)

    def send(self, waits: Unlogged) -> None:
        """Move the text to those that are being sent."""
        self.take(waits)
        self.sent.append(waits)

    def forget_emptied(self) -> None:
        """Drop pastes that were emptied and left."""
        self.waiting = [each for each in self.waiting if each.text.strip()]

    def draft(self, without: Unlogged | None) -> str:
        """The texts as a draft, without the given one."""
        return TEXTS_APART.join(
            f"{each.text}{EVENT_ID}{each.event_id}" if each.event_id else each.text
            for each in dict.fromkeys((*self.waiting, *self.sent))
            if each is not without and each.text.strip()
        )

    def bring_back(self, draft: str, is_logged: Callable[[str], bool]) -> None:
        """Let the texts of a draft wait again, but for those that were logged all the same."""
        for part in draft.split(TEXTS_APART):
            words, _, event_id = part.partition(EVENT_ID)
            if not (event_id and is_logged(event_id)):
                self.waiting.append(Unlogged(words, event_id))

    def words(self, beside: Unlogged | None) -> tuple[str, str]:
        """The words for the texts that wait beside the one in the line, and for the way to them; empty for none."""
        waiting = [each.text.strip() for each in self.waiting if each is not beside and each.text.strip()]
        pastes = [each for each in waiting if not is_line(each)]
        lines = len(waiting) - len(pastes)
        words = [counted(lines, "line")] if lines else []
        if len(pastes) > 1:
            words.append(f"{len(pastes)} pastes")
        elif pastes:
            words.append(f"{'a' if words else 'A'} paste of {len(pastes[0].splitlines())} lines")
        if not words:
            return "", ""
        single = len(waiting) == 1
        return f"{' and '.join(words)} {'is' if single else 'are'} not logged yet", (
            f"Up brings {'it' if single else 'them'} back"
        )
