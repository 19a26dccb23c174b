"""Things of an incident by what people call them: a number, an id, words of their text."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Protocol, TypeVar

from console.core.language.names import quoted_length, unquoted
from console.core.language.pattern import late
from console.core.language.text import one_line
from console.core.log.command import note_behind, split
from console.core.refusal import Refused


class Worded(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...


class Numbered(Worded, Protocol):
    @property
    def number(self) -> int: ...


AnyWorded = TypeVar("AnyWorded", bound=Worded)
AnyNumbered = TypeVar("AnyNumbered", bound=Numbered)


def fitting(things: Mapping[int, AnyWorded], text: str, sign: str = "") -> list[AnyWorded]:
    """Things by number (`3`, `#3`, or with the sign), id or whole text; else by the id's beginning; else by words."""
    wanted = _bare(text)
    for test in (
        lambda number, thing: wanted in (str(number), f"{sign}{number}", thing.id),
        lambda _, thing: thing.text.lower() == wanted,
        lambda _, thing: len(wanted) > 3 and thing.id.startswith(wanted),
        lambda _, thing: holds(thing.text, wanted),
    ):
        fits = [thing for number, thing in things.items() if wanted and test(number, thing)]
        if fits:
            return fits
    # Things are named in quotes on the screen, and so here.
    bare = unquoted(wanted)
    return fitting(things, bare, sign) if bare != wanted else []


_MIN_BEGINNING_CHARS = 3
"""The fewest letters that stand for the word that they begin; of fewer a word is whole."""


def holds(text: str, words: str) -> bool:
    """True when the text has the words, the last of them also as the beginning of one.

    “ic” is in no “replica”: what few letters happen to be in was not named. Other scripts part no words.
    """
    wanted = words.strip().lower()
    if not (wanted and wanted.isascii()):
        return bool(wanted) and wanted in text.lower()
    begins = r"(?<!\w)" if wanted[0].isalnum() else ""
    ends = r"(?!\w)" if wanted[-1].isalnum() and len(wanted) < _MIN_BEGINNING_CHARS else ""
    return re.search(f"{begins}{re.escape(wanted)}{ends}", text.lower()) is not None


def _bare(text: str) -> str:
    return text.strip().lower().removeprefix("#").rstrip(".,;:! ")


_NUMBERS = late(r"(?:(?:[,&+]|and\s)?\s*#?[0-9]+[.,]?\s*)+", re.IGNORECASE)


def check_single(number: str, behind: str) -> None:
    """Refused where more numbers stand behind that of a thing: `2 and 3` is no note of the first."""
    if _bare(number).isdigit() and behind and _NUMBERS.fullmatch(behind):
        raise Refused(f"“{one_line(f'{number} {behind}', 40)}” names several; write a line for each.", "what")


def named_first(things: Mapping[int, AnyWorded], argument: str, form: str) -> tuple[str, str]:
    """The words that name a thing at the beginning of an argument, and the note about the thing behind them.

    A number, words in quotes, words and a colon, the thing's whole text, or its first word. Refused where several
    words may name it or be what is said of it.
    """
    before, note = note_behind(argument)
    if note and fitting(things, before):
        return before, note
    if length := quoted_length(argument):
        return unquoted(argument[:length]), argument[length:].strip()
    for thing in things.values():
        behind = argument[len(thing.text) :]
        if argument.lower().startswith(thing.text.lower()) and not behind[:1].isalnum():
            return thing.text, behind.strip(" ,:")
    first, rest = split(argument)
    if not rest or fitting(things, argument):
        return argument, ""
    check_single(first, rest)
    following, _ = split(rest)
    fits = [] if _bare(first).isdigit() else fitting(things, f"{first} {following}")
    if fits:
        number = next(number for number, thing in things.items() if thing is fits[0])
        says = f"“{one_line(f'{first} {following}', 40)}” may name it or be what is said of it"
        raise Refused(f"{says}; write {form.split()[0]} {number} and what is said.", "what")
    return first, rest


def which(things: Mapping[int, AnyWorded], text: str, what: str, nothing: str, field: str) -> AnyWorded:
    """The one thing that fits; refused with a list of all by their numbers, or with `nothing` where there is none."""
    fits = fitting(things, text)
    if len(fits) == 1:
        return fits[0]
    raise Refused(f"Which {what}: {listed(things)}? Use its number." if things else nothing, field)


def numbered(things: Iterable[AnyNumbered]) -> dict[int, AnyNumbered]:
    """The things by their numbers, which stay theirs when one of them is undone or over."""
    return {thing.number: thing for thing in things}


def listed(things: Mapping[int, Worded], most: int | None = None) -> str:
    """The first `most` things or all, each with its number, for a refusal."""
    return ", ".join(f"{number} {one_line(thing.text, 30)}" for number, thing in islice(things.items(), most))
