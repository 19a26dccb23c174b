"""Erasure: the texts of a body that a redaction erases, and which other events hold the same words."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from console.core.log.codec import exchanged
from console.core.log.event import Body, Unknown

REDACTED = "[redacted]"
"""What versions before the marks put in the place of every text."""

_MARK = re.compile(r"\[redacted(?: [0-9a-f]{4})?\]")

WHOLE_CHARS = 12
"""From this length on a whole text of several words is looked for in other events."""
SECRET_CHARS = 8
"""From this length on a single word with letters and digits is looked for in other events."""
MOST_WORDS = 20
"""A text with more single words of that kind than this is pasted data, in which they are ids."""
MOST_OTHERS = 20
"""A word or text that stands in more other events of the incident than this is a name of something, not a slip."""

_WORD = re.compile(r"[^\s\"'`()<>\[\]{},;]+")
_EDGES = ".:!?@#*_~|/\\,;\"'`()<>[]{}“”«»"
_PARTS = re.compile(r"[=:/&?@]+")
_ORDINARY = re.compile(r"INC-\w{4}|v?\d+(\.\d+)+\S*|[\d:.TZ+-]+")
"""What has digits and letters and is no secret: references, versions, moments."""


def is_redacted(text: str) -> bool:
    """Whether a redaction put the text there: a mark such as `[redacted 3f2a]`."""
    return _MARK.fullmatch(text) is not None


class Marks:
    """Marks for the texts of one redaction: the same for equal texts, another for others. Give it to `exchanged`.

    `randbytes` is `os.urandom`'s shape; what it gives must not depend on the texts.
    """

    def __init__(self, randbytes: Callable[[int], bytes]) -> None:
        self._randbytes = randbytes
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()

    def __call__(self, text: str) -> str:
        if not text or is_redacted(text):
            return text
        if text not in self._given:
            mark = f"[redacted {self._randbytes(2).hex()}]"
            # Past so many texts in one redaction it matters more that it ends.
            while mark in self._taken and len(self._taken) < 2**15:
                mark = f"[redacted {self._randbytes(2).hex()}]"
            self._taken.add(mark)
            self._given[text] = mark
        return self._given[text]


def texts(body: Body) -> list[str]:
    """The texts of a body that a redaction would erase, in their order; marks of redactions are not among them."""
    if isinstance(body, Unknown):
        return [text for text in _strings(_read(body.raw)) if text and not is_redacted(text)]
    found: list[str] = []

    def note(text: str) -> str:
        if text and not is_redacted(text):
            found.append(text)
        return text

    exchanged(body, note)
    return found


def telling(erased: Iterable[str]) -> set[str]:
    """Which words of erased texts give them away wherever they stand.

    A whole text of several words and `WHOLE_CHARS`, and each single word that looks like a secret: `SECRET_CHARS` long,
    with letters and digits, no reference, version or moment. Ordinary words, and names of people and components, are
    none, nor are those of pasted data: too much of a log would go with them.
    """
    found: set[str] = set()
    for text in erased:
        if len(text) >= WHOLE_CHARS and len(text.split()) > 1:
            found.add(text)
        if not is_data(text):
            found |= _secrets(text)
    return found


def is_data(text: str) -> bool:
    """Whether a text has so many words that look like secrets that it is a piece of a log or a dump."""
    return len(_secrets(text)) > MOST_WORDS


def _secrets(text: str) -> set[str]:
    # A secret may hold what otherwise ends a word.
    words = {whole.strip(_EDGES) for whole in (*text.split(), *_WORD.findall(text))}
    return {part for word in words for part in (word, *_PARTS.split(word)) if _looks_secret(part)}


def holds(body: Body, words: Sequence[str]) -> bool:
    """Whether a text of the body contains one of the words."""
    return any(word in text for text in texts(body) for word in words)


def _looks_secret(word: str) -> bool:
    return (
        len(word) >= SECRET_CHARS
        and any(char.isalpha() for char in word)
        and any(char.isdigit() for char in word)
        and _ORDINARY.fullmatch(word) is None
    )


def _read(raw: str) -> object:
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return raw


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _strings(item)
        case dict():
            for item in value.values():
                yield from _strings(item)
