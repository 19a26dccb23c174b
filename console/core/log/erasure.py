"""Erasure: the texts of a body that a redaction erases, and which other events hold the same words."""

import re
import types
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct, structs

from console.core.language.grounds import unmarked
from console.core.language.pattern import late
from console.core.language.secrets import secret_values
from console.core.log.event import GOES_WITH, ITEM, KEPT, KEY, MENTIONED, OTHER_ID, REPLACED, TEXT, Body, Unknown

REDACTED = "[redacted]"
"""The text that versions before the marks put in the place of every text."""

TAKEN_OUT = "Words that were just redacted are taken out of what you type; read it before Enter."

_MARK = late(r"\[redacted(?: [0-9a-f]{4})?\]")

WHOLE_CHARS = 12
"""From this length on a whole text of several words is looked for in other events."""
SECRET_CHARS = 8
"""From this length on a single word with letters and digits is looked for in other events."""
HALF_CHARS = 6
"""From this length on the beginning of such a word gives it away where somebody is just typing it."""
MAX_SECRET_WORDS = 20
"""A text with more single words of that kind than this is pasted data, in which they are ids."""
MAX_OTHER_ENTRIES = 20
"""A word or text that stands in more other events of the incident than this is a name of something, not a slip."""

_WORD = late(r"[^\s\"'`()<>\[\]{},;]+")
_EDGES = ".:!?@#*_~|/\\,;\"'`()<>[]{}“”«»"
_PARTS = late(r"[=:/&?@]+")
_PIECES = late(r"[-._/:~+=]+")
_NAMED = late(r"(?<![\w.])[@#][^\W\d_][\w./-]*")
"""A person or a tag in a text, which a document leaves out or calls otherwise."""
_ESCAPED = late(r"\\([!-/:-@\[-`{-~])")
_SPACES = late(r"\s+")
_ORDINARY = late(r"INC-\w{4}|v?\d+(\.\d+)+\S*|[\d:.TZ+-]+")
"""Words with digits and letters that are no secrets: references, versions, moments."""


def is_redacted(text: str) -> bool:
    """True for a text that a redaction put there: a mark such as `[redacted 3f2a]`."""
    return _MARK.fullmatch(unmarked(text)) is not None


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
        return [text for text in strings_in(_read(body.raw)) if text and not is_redacted(text)]
    texts: list[str] = []

    def note(text: str) -> str:
        if text and not is_redacted(text):
            texts.append(text)
        return text

    exchanged(body, note)
    return texts


def telling(erased: Iterable[str]) -> set[str]:
    """The words of erased texts that give them away wherever they stand.

    A whole text of several words and `WHOLE_CHARS`, also without the people and tags that it names; what a text calls a
    password, a token or a key, unless it is an ordinary word; and each single word that looks like a secret:
    `SECRET_CHARS` long, with letters and digits, no reference, version or moment. Ordinary words, and names of people
    and components, are none, nor are those of pasted data: too much of a log would go with them.
    """
    words: set[str] = set()
    for text in erased:
        wholes = (text, *(piece.strip() for piece in _NAMED.split(text)))
        words |= {whole for whole in wholes if len(whole) >= WHOLE_CHARS and len(whole.split()) > 1}
        if not is_data(text):
            words |= _secrets(text) | {value for value in secret_values(text) if not value.isalpha()}
    return words


def ordinary_secrets(erased: Iterable[str]) -> set[str]:
    """Ordinary words that erased texts call a password, a token or a key: others may mean something else by them."""
    return {value for text in erased for value in secret_values(text) if value.isalpha()}


def is_data(text: str) -> bool:
    """True when a text has so many words that look like secrets that it is a piece of a log or a dump."""
    return len(_secrets(text)) > MAX_SECRET_WORDS


def _secrets(text: str) -> set[str]:
    # A secret may hold what otherwise ends a word.
    words = {whole.strip(_EDGES) for whole in (*text.split(), *_WORD.findall(text))}
    return {part for word in words for part in (word, *_PARTS.split(word)) if _looks_secret(part)}


def holds(body: Body, words: Collection[str]) -> bool:
    """True when a text of the body contains one of the words."""
    return any(contains(text, words) for text in texts(body))


def contains(text: str, words: Collection[str]) -> bool:
    """True when a text contains one of the words, also as documents have them: in other lines, escaped, capitalized."""
    plain = _plain(text)
    return any(_plain(word) in plain for word in words)


def without(text: str, words: Collection[str]) -> str:
    """A text that somebody is typing, with `REDACTED` for the words, and for one of them that is typed in part."""
    for word in sorted(words, key=len, reverse=True):
        pattern = r"\s+".join(map(re.escape, _SPACES.split(word.strip())))
        text = re.sub(pattern, REDACTED, text, flags=re.IGNORECASE)

    def half(typed: re.Match[str]) -> str:
        begun = typed[0].strip(_EDGES)
        is_part = len(begun) >= HALF_CHARS and re.search(r"\d", begun) and any(word.startswith(begun) for word in words)
        return typed[0].replace(begun, REDACTED) if is_part else typed[0]

    return _WORD.sub(half, text)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", _ESCAPED.sub(r"\1", text).replace("&lt;", "<")).strip().casefold()


def _looks_secret(word: str) -> bool:
    if len(word) < SECRET_CHARS or _ORDINARY.fullmatch(word):
        return False
    # What is put together of words and of numbers, such as `db-replica-12.prod` or `TICKET-1234`, names a thing.
    mixed = [piece for piece in _PIECES.split(word) if re.search(r"[^\W\d]", piece) and re.search(r"\d", piece)]
    return len(mixed) > 2 or any(len(piece) >= SECRET_CHARS for piece in mixed)


def _read(raw: str) -> object:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return raw


def strings_in(value: object, leaves_out: Callable[[str], bool] = lambda key: False) -> Iterator[str]:
    """Every text in decoded JSON, but for what stands under keys that are left out."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings_in(item, leaves_out)
        case dict():
            for key, item in value.items():
                if not leaves_out(key):
                    yield from strings_in(item, leaves_out)


Change = Callable[[str], str]
Exchange = Callable[[Any, Change], Any]
"""A value with each of its texts given to a function, and what that gives in its place."""

_STEP = late(r"^(runbook:)(.+)(/\d+)$", re.DOTALL)
_PLAIN = (bool, int, datetime)


# Texts in the fields of a body


@cache
def exchange(hint: Any) -> Exchange | None:
    """The function that exchanges the texts in a value of this type; None where the type can hold none.

    Raises TypeError for a type that does not say what its strings mean.
    """
    if hint in _PLAIN:
        return None
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _meant(*args)
    if origin in (Union, types.UnionType) and len(args) == 2 and type(None) in args:
        return _optional(exchange(next(arg for arg in args if arg is not type(None))))
    if origin is tuple and len(args) == 2 and args[1] is ...:
        return _many(exchange(args[0]))
    if origin is dict:
        return _keyed(exchange(args[0]), exchange(args[1]))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _fields(hint)
    raise TypeError(f"{hint!r} does not say whether it is a Text, a Ref, a Key or a word of ours")


def _meant(base: Any, meaning: Any) -> Exchange | None:
    if meaning in (GOES_WITH, REPLACED, MENTIONED, OTHER_ID, KEY, KEPT):
        return None
    if meaning is TEXT and base is str:
        return lambda value, change: change(value)
    if meaning is ITEM and base is str:
        return lambda value, change: _STEP.sub(lambda step: f"{step[1]}{change(step[2])}{step[3]}", value)
    if get_origin(meaning) is Literal and base is str:
        words = ("", *get_args(meaning))
        # A word that is none of ours may be anything.
        return lambda value, change: value if value in words else change(value)
    raise TypeError(f"{meaning!r} is no meaning of a {base!r}")


def _optional(inner: Exchange | None) -> Exchange | None:
    return inner and (lambda value, change: None if value is None else inner(value, change))


def _many(inner: Exchange | None) -> Exchange | None:
    return inner and (lambda value, change: tuple(inner(item, change) for item in value))


def _keyed(key: Exchange | None, inner: Exchange | None) -> Exchange | None:
    if key is not None:
        raise TypeError("a text cannot be a key: two that are erased would become one")
    return inner and (lambda value, change: {key: inner(item, change) for key, item in value.items()})


def _fields(struct: type[Struct]) -> Exchange | None:
    known = {name: exchange(hint) for name, hint in get_type_hints(struct, include_extras=True).items()}
    texts = {name: inner for name, inner in known.items() if inner is not None}

    def changed(value: Any, change: Change) -> Any:
        return structs.replace(value, **{name: inner(getattr(value, name), change) for name, inner in texts.items()})

    return changed if texts else None


def exchanged(body: Body, change: Change) -> Body:
    """The body with each of its texts given to `change`, and what that gives in its place; all else stays.

    Of a body that this version cannot read only its place in the fold is left: nobody knows what is a text in it.
    """
    if isinstance(body, Unknown):
        return Unknown(body.kind, msgspec.json.encode({"saw": body.saw}).decode() if body.saw else "{}", saw=body.saw)
    exchanging = exchange(type(body))
    changed: Body = body if exchanging is None else exchanging(body, change)
    return changed
