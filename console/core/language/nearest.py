"""The name that was probably meant by one that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is written most like this one; empty where none is close."""
    return next(iter(get_close_matches(name, list(known), 1)), "")


def perhaps(name: str, known: Iterable[str]) -> str:
    """The nearest name as the end of a sentence; empty where none is close."""
    close = nearest(name, known)
    return f", perhaps “{close}” is meant" if close else ""
