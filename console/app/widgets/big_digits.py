"""Lengths and times of day in digits three lines high, for widgets that draw their own lines."""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.renderables.digits import Digits

_BOLD = Style(bold=True)


@lru_cache(256)
def big(words: str) -> tuple[str, ...]:
    """Its three lines, all of one width; what has no large form, such as a unit, stands small on the last."""
    parts = (segment.text for segment in Digits(words).render(_BOLD) if isinstance(segment, Segment))
    return tuple("".join(parts).splitlines())
