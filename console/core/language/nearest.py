"""The name that was probably meant by one that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches

LIKENESS = 0.65
"""The share of two names that must be alike: at 0.6, `reason` would be like `json`."""
MIN_BEGINNING_CHARS = 3


def nearest(name: str, known: Iterable[str]) -> str:
    """The only known name that begins with this one, else the one that is written most like it, else the longest with
    which this one begins, as `severity` does with `sev`; empty without one."""
    names = list(known)
    begun = [each for each in names if each.startswith(name)]
    if name and len(begun) == 1:
        return begun[0]
    shorter = sorted((each for each in names if name.startswith(each) and len(each) >= MIN_BEGINNING_CHARS), key=len)
    return next(iter(get_close_matches(name, names, 1, LIKENESS)), shorter[-1] if shorter else "")


def perhaps(name: str, known: Iterable[str]) -> str:
    """The nearest name as the end of a sentence; empty where none is close."""
    close = nearest(name, known)
    return f", perhaps “{close}” is meant" if close else ""
