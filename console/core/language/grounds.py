"""Marks in a text for its sources, which it carries while a document is drafted a second time to be cited.

A mark stands behind the first letter of each sentence of a value: digits of base 16 and an end, all of them of a
private-use area, which name a ground. It goes wherever the text goes: into a template, a list, a longer sentence.
Moments and lengths of time carry theirs beside them, and put them into the text that is made of them. Only
`console.core.log.grounds` makes marked values, for a draft that nobody sees. In every other text the functions here
have nothing to do.
"""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Self, SupportsIndex, TypeVar, cast

import msgspec

from console.core.language.pattern import late

_FIRST_DIGIT, _END = 0x10FF10, "\U0010ff20"
_MARK = late(f"[{chr(_FIRST_DIGIT)}-{chr(_FIRST_DIGIT + 15)}]+{_END}")
_SIGN = late(f"[{chr(_FIRST_DIGIT)}-{_END}]")
SENTENCE_END = r"(?<=[.!?…])(?=\s(?!\())"
"""Where a sentence ends within a line; what follows in brackets belongs to it, as the author of an entry does."""
_FIRST_LETTER = late(rf"(?:\A|\n|{SENTENCE_END})[^\n.!?…]*?[^\W\d_]")
"""The first letter of a sentence: no bullet, number or other sign before it is parted from what follows it."""
_SENTENCE = late(rf"[^\n]+?(?:{SENTENCE_END}|(?=\n)|\Z)")

P = ParamSpec("P")


def mark(number: int) -> str:
    """The mark of a ground, by its number in a table of them."""
    return "".join(chr(_FIRST_DIGIT + int(digit, 16)) for digit in f"{number:x}") + _END


def unmarked(text: str) -> str:
    """The text without marks."""
    if isinstance(text, Marked):
        return text.plain
    return text if text.isascii() else _MARK.sub("", text)


def unforged(text: str) -> str:
    """A person's text in which nothing can be taken for a mark; it is as long as before."""
    return text if text.isascii() else _SIGN.sub("\ufffd", text)


def marks_of(*values: object) -> str:
    """The marks that the values carry, each once."""
    marks: dict[str, None] = {}
    for value in values:
        if isinstance(value, Moment | Length):
            marks |= dict.fromkeys(_MARK.findall(value.marks))
        elif isinstance(value, str) and not value.isascii():
            marks |= dict.fromkeys(_MARK.findall(value))
    return "".join(marks)


def standing_on(text: str, *values: object) -> str:
    """The text, which was chosen by these values and stands on what they stand on."""
    marks = marks_of(*values)
    return Marked.of(text, marks) if marks else text


def keeping_marks(function: Callable[Concatenate[str, P], str]) -> Callable[Concatenate[str, P], str]:
    """A function of a text that goes by its characters: it gets the text without marks, and its result has them."""

    @wraps(function)
    def kept(text: str, /, *args: P.args, **kwargs: P.kwargs) -> str:
        if text.isascii() or not (marks := marks_of(text)):
            return function(text, *args, **kwargs)
        result = function(unmarked(text), *args, **kwargs)
        before, after = read(text), sentences(unmarked(result))
        if len(before) != len(after) or len(after) < 2 or len(result) != len(unmarked(result)):
            return Marked.of(result, marks)
        # As many sentences as before: each keeps its own.
        pieces, last = [], 0
        for (_, numbers), (begin, end) in zip(before, after, strict=True):
            pieces += [result[last:begin], Marked.of(result[begin:end], "".join(map(mark, numbers)))]
            last = end
        return Marked.of("".join((*pieces, result[last:])), "")

    return kept


class Marked(str):
    """A text with marks in it, which compares, sorts and hashes without them."""

    plain: str

    @classmethod
    def of(cls, text: str, marks: str) -> Self:
        """The text with the marks in each of its sentences; those that it has already stay where they are."""
        letters, count = _FIRST_LETTER.subn(lambda begins: begins[0] + marks, str.__str__(text))
        marked = cls(letters if count else text[:1] + marks + text[1:])
        marked.plain = unmarked(text)
        return marked

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.plain == unmarked(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.plain)

    def __lt__(self, other: str) -> bool:
        return self.plain < unmarked(other)

    def __le__(self, other: str) -> bool:
        return self.plain <= unmarked(other)

    def __gt__(self, other: str) -> bool:
        return self.plain > unmarked(other)

    def __ge__(self, other: str) -> bool:
        return self.plain >= unmarked(other)

    def __len__(self) -> int:
        return len(self.plain)

    def __contains__(self, part: object) -> bool:
        return isinstance(part, str) and unmarked(part) in self.plain

    def _remade(self, text: str) -> "Marked":
        return Marked.of(text, marks_of(self))

    def lower(self) -> "Marked":
        return self._remade(self.plain.lower())

    def upper(self) -> "Marked":
        return self._remade(self.plain.upper())

    def casefold(self) -> "Marked":
        return self._remade(self.plain.casefold())

    def capitalize(self) -> "Marked":
        return self._remade(self.plain.capitalize())

    def replace(self, old: str, new: str, count: SupportsIndex = -1, /) -> "Marked":
        return self._remade(self.plain.replace(unmarked(old), new, count))

    def strip(self, chars: str | None = None, /) -> "Marked":
        return self._remade(self.plain.strip(chars))

    def startswith(self, *given: Any) -> bool:
        return self.plain.startswith(*given)

    def endswith(self, *given: Any) -> bool:
        return self.plain.endswith(*given)

    def partition(self, between: str, /) -> tuple[str, str, str]:
        first, separator, rest = self.plain.partition(between)
        return (self._remade(first), separator, self._remade(rest))


class Moment(datetime):
    """A moment that knows what it stands on."""

    marks: str

    @classmethod
    def of(cls, at: datetime, marks: str) -> Self:
        moment = cls(
            at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, at.tzinfo, fold=at.fold
        )  # fmt: skip
        moment.marks = marks_of(marks, getattr(at, "marks", ""))
        return moment

    def __add__(self, length: timedelta) -> "Moment":
        return Moment.of(self.bare + length, marks_of(self, length))

    __radd__ = __add__

    def __sub__(self, other: datetime | timedelta) -> Any:
        return _with_marks(self.bare - (other.bare if isinstance(other, Moment) else other), marks_of(self, other))

    def __rsub__(self, other: datetime) -> Any:
        return _with_marks(other - self.bare, marks_of(self, other))

    @property
    def bare(self) -> datetime:
        """The moment alone."""
        return datetime.combine(self.date(), self.timetz())

    def astimezone(self, tz: tzinfo | None = None) -> "Moment":
        return Moment.of(self.bare.astimezone(tz), self.marks)

    def replace(self, *given: Any, **changes: Any) -> "Moment":
        return Moment.of(self.bare.replace(*given, **changes), self.marks)

    def __format__(self, form: str) -> str:
        return Marked.of(self.bare.__format__(form), self.marks)


class Length(timedelta):
    """A length of time that knows what it stands on."""

    marks: str


def _with_marks(value: datetime | timedelta, marks: str) -> Moment | Length:
    if isinstance(value, datetime):
        return Moment.of(value, marks)
    length = Length(value.days, value.seconds, value.microseconds)
    length.marks = marks
    return length


V = TypeVar("V")


def bare(value: V) -> V:
    """The value without marks in it, for a picture, which has no sentences."""
    changed: Any = value
    if isinstance(value, str):
        changed = unmarked(value)
    elif isinstance(value, Moment):
        changed = value.bare
    elif isinstance(value, tuple):
        changed = tuple(map(bare, value))
    elif isinstance(value, msgspec.Struct):
        changed = msgspec.structs.replace(
            value, **{name: bare(getattr(value, name)) for name in value.__struct_fields__}
        )  # fmt: skip
    return cast(V, changed)


# Reading


def sentences(text: str) -> list[tuple[int, int]]:
    """The beginnings and ends of a text's sentences: none goes beyond its line."""
    spans = []
    for sentence in _SENTENCE.finditer(text):
        words = sentence[0]
        begin = sentence.start() + len(words) - len(words.lstrip())
        end = sentence.end() - (len(words) - len(words.rstrip()))
        if begin < end:
            spans.append((begin, end))
    return spans


def numbers_in(text: str) -> list[int]:
    """The numbers of the grounds that are marked in a text, each once, in their order."""
    return list(dict.fromkeys(map(_number, _MARK.findall(text))))


def _number(sign: str) -> int:
    return int("".join(f"{ord(digit) - _FIRST_DIGIT:x}" for digit in sign[:-1]), 16)


def own_sentences(text: str, draft: str) -> list[str]:
    """The sentences of a text that its draft does not have."""
    drafted = {draft[begin:end] for begin, end in sentences(draft)}
    return [text[begin:end] for begin, end in sentences(text) if text[begin:end] not in drafted]


def read(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """The sentences of a marked text without their marks, each with the numbers of its grounds."""
    pieces, places, length, last = [], [], 0, 0
    for sign in _MARK.finditer(text):
        pieces.append(text[last : sign.start()])
        length += sign.start() - last
        places.append((length - 1, _number(sign[0])))
        last = sign.end()
    plain = "".join((*pieces, text[last:]))
    numbered: list[tuple[str, tuple[int, ...]]] = []
    place = 0
    for begin, end in sentences(plain):
        numbers: dict[int, None] = {}
        while place < len(places) and places[place][0] < end:
            numbers[places[place][1]] = None
            place += 1
        numbered.append((plain[begin:end], tuple(numbers)))
    return numbered
