"""A letter on everything of a screen that can be pressed: the letter does what a click on it does."""

from collections.abc import Iterable, Iterator
from string import ascii_letters, digits
from typing import Any, NamedTuple

from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from console.app.acts import BY_ID, shown_key_of
from console.app.widgets.cell import ACT, text
from console.app.widgets.line_list import LineList


class Target(NamedTuple):
    """A thing that can be pressed, with the cell where it begins."""

    place: Offset
    widget: Widget
    act: str
    """Empty where it takes the focus, or opens its row."""


class Letter(Static):
    """A letter over the cell that it is shown on. It stands in a layer of its own, so that nothing moves for it."""

    def __init__(self, letter: str, place: Offset) -> None:
        super().__init__(text(letter), markup=False)
        self.styles.offset = (place.x, place.y)


def _widget_at(screen: Screen[Any], x: int, y: int) -> tuple[Widget, Region] | None:
    """The widget that is seen at that cell but for the letters, and its region; None where none is."""
    return next((each for each in screen.get_widgets_at(x, y) if not isinstance(each[0], Letter)), None)


def _line(widget: Widget, region: Region, y: int) -> Strip:
    lines = widget.render_lines(Region(0, y - region.y, region.width, 1))
    return lines[0] if lines else Strip([])


def act_at(screen: Screen[Any], x: int, y: int) -> str:
    """The act that a click there does; empty for none."""
    if (seen := _widget_at(screen, x, y)) is None:
        return ""
    widget, region = seen
    return next((act for start, end, act in _runs(widget, region, y) if start <= x < end), "")


def _runs(widget: Widget, region: Region, y: int) -> Iterator[tuple[int, int, str]]:
    """The pieces of a widget's line, with the act that each does."""
    start = region.x
    for segment in _line(widget, region, y):
        end = start + segment.cell_length
        yield start, end, str(segment.style.meta.get(ACT, "")) if segment.style else ""
        start = end


def targets(screen: Screen[Any]) -> Iterator[Target]:
    """Everything that can be pressed: what takes the focus, then what does an act, of one widget each act once."""
    for widget in screen.focus_chain:
        rows = widget.pressable_lines if isinstance(widget, LineList) else ()
        for row in rows or (0,):
            place = widget.region.offset + Offset(0, row)
            if (seen := _widget_at(screen, *place)) and seen[0] is widget:
                yield Target(place, widget, "")
    for widget in screen.walk_children(Widget):
        shown = widget.region.intersection(screen.region)
        known: set[str] = {""}
        for y in range(shown.y, shown.bottom) if not widget.children else ():
            for start, end, act in _runs(widget, widget.region, y):
                if act not in known:
                    # A part of it may lie under something else, or outside the view.
                    cells = (x for x in range(start, end) if (seen := _widget_at(screen, x, y)) and seen[0] is widget)
                    if (first := next(cells, None)) is not None:
                        known.add(act)
                        yield Target(Offset(first, y), widget, act)


def lettered(targets: Iterable[Target], own_key: str) -> dict[str, list[Target]]:
    """The targets by their letter: an act has that of its key, the same wherever it stands; the others what is left.

    `own_key` shows the letters, and is none of them.
    """
    letters: dict[str, list[Target]] = {}
    of_act: dict[str, str] = {}
    others: list[Target] = []
    for target in targets:
        keys = BY_ID[target.act].keys.split(",") if target.act else []
        own = (key for key in map(shown_key_of, keys) if len(key) == 1 and key not in (own_key, *letters))
        letter = of_act.get(target.act) or next(own, "")
        if letter:
            of_act[target.act] = letter
            letters.setdefault(letter, []).append(target)
        else:
            others.append(target)
    free = (key for key in digits[1:] + ascii_letters if key not in (own_key, *letters))
    for target, letter in zip(others, list(free), strict=False):
        letters[letter] = [target]
    return letters


def label_place(screen: Screen[Any], target: Target, letter: str) -> Offset:
    """The place of a target's letter: where it hides nothing, or else where the target begins."""
    x, y = target.place
    for place in (x, x - 1):
        seen = _widget_at(screen, place, y) if place >= 0 else None
        if seen is not None:
            widget, region = seen
            character = _line(widget, region, y).crop(place - region.x, place - region.x + 1).text
            if character == letter or not character.strip():
                return Offset(place, y)
    return target.place
