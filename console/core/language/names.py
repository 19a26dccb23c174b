"""Names of people, compared without case and marks."""

from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category, normalize

from console.core.language.grounds import unmarked
from console.core.language.pattern import late

_PAIRS = {'"': '"', "'": "'", "“": "”", "„": "“", "‘": "’", "«": "»"}

MIN_COMPARED_CHARS = 3
"""Of a name whose typing errors are looked for."""


def name_key(name: str) -> str:
    """The key that all ways to write one person's name share: `@RS`, `rs` and `Rs.`; `María` and `maria`."""
    return _name_key(unmarked(name))


@lru_cache(maxsize=4096)
def _name_key(name: str) -> str:
    letters = name.casefold()
    if not letters.isascii():
        letters = "".join(char for char in normalize("NFKD", letters) if category(char) not in ("Mn", "Cf"))
    return " ".join(letters.split()).lstrip("@").rstrip("-_/.,: ") or name


def same_name(name: str, other: str) -> bool:
    """True when both names are of one person; an empty name is of nobody, and the same as another empty one."""
    return name == other or name_key(name) == name_key(other)


def first_written(name: str, names: Iterable[str]) -> str:
    """The name as the first of `names` writes it; itself where none is the same person's."""
    key = name_key(name)
    return next((other for other in names if other and name_key(other) == key), name)


def nearly_same(name: str, other: str) -> bool:
    """True when one typing error makes one name of the other: a letter more, less or another, or two swapped.

    Names of two letters, and those that differ in a digit, are easily of two people.
    """
    key, other_key = name_key(name), name_key(other)
    if min(len(key), len(other_key)) < MIN_COMPARED_CHARS or key == other_key:
        return False
    while key and other_key and key[0] == other_key[0]:
        key, other_key = key[1:], other_key[1:]
    while key and other_key and key[-1] == other_key[-1]:
        key, other_key = key[:-1], other_key[:-1]
    if any(character.isdigit() for character in key + other_key):
        return False
    return max(len(key), len(other_key)) <= 1 or (len(key) == 2 and key == other_key[::-1])


_IN_QUOTES = "|".join(f"{opening}[^{closing}]+{closing}" for opening, closing in _PAIRS.items())
_QUOTED = late(rf"@?(?:{_IN_QUOTES})(?=\s|$)")


def quoted_length(text: str) -> int:
    """The length in characters of the name in quotes at the beginning, its quotes and @ included; 0 without one."""
    match = _QUOTED.match(text)
    return match.end() if match else 0


def unquoted(name: str) -> str:
    """The name without the quotes around it."""
    return name[1:-1].strip() if len(name) > 2 and _PAIRS.get(name[0]) == name[-1] else name
