"""The name that was probably meant by one that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """The only known name that begins with this one, else the one that is written most like it; empty without one."""
    names = list(known)
    begun = [each for each in names if each.startswith(name)]
    return begun[0] if name and len(begun) == 1 else next(iter(get_close_matches(name, names, 1)), "")


def perhaps(name: str, known: Iterable[str]) -> str:
    """The nearest name as the end of a sentence; empty where none is close."""
    close = nearest(name, known)
    return f", perhaps “{close}” is meant" if close else ""
