"""Things of an incident by what people call them: a number, an id, words of their text."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Protocol, TypeVar

from console.core.language.text import one_line
from console.core.refusal import Refused


class Worded(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...


AnyWorded = TypeVar("AnyWorded", bound=Worded)


def fitting(things: Mapping[int, AnyWorded], text: str, sign: str = "") -> list[AnyWorded]:
    """Things by number (`3`, `#3`, or with the sign), id or whole text; else by the id's beginning; else by words."""
    wanted = text.strip().lower().removeprefix("#")
    for test in (
        lambda number, thing: wanted in (str(number), f"{sign}{number}", thing.id),
        lambda _, thing: thing.text.lower() == wanted,
        lambda _, thing: len(wanted) > 3 and thing.id.startswith(wanted),
        lambda _, thing: wanted in thing.text.lower(),
    ):
        fits = [thing for number, thing in things.items() if wanted and test(number, thing)]
        if fits:
            return fits
    return []


def which(things: Iterable[AnyWorded], text: str, what: str, nothing: str, field: str) -> AnyWorded:
    """The one thing that fits, by its number in order; refused with a list of all, or with `nothing` where none is."""
    numbered = dict(enumerate(things, 1))
    fits = fitting(numbered, text)
    if len(fits) == 1:
        return fits[0]
    raise Refused(f"Which {what}: {listed(numbered)}? Use its number." if numbered else nothing, field)


def listed(things: Mapping[int, Worded], most: int | None = None) -> str:
    """The first `most` things or all, each with its number, for a refusal."""
    return ", ".join(f"{number} {one_line(thing.text, 30)}" for number, thing in islice(things.items(), most))
