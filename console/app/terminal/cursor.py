"""The text cursor, where the terminal's own one is put: screen readers and input methods follow that."""

from typing import Any

from textual.errors import NoWidget
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

OWN_CURSOR = "-terminal-cursor"
"""The class of an app whose fields paint no cursor of theirs, since the terminal shows its own there."""


def unpainted(field: Widget, names: tuple[str, ...]) -> bool:
    """True for a cursor of the field that the terminal shows too: inverted twice, a cell looks plain."""
    return field.app.has_class(OWN_CURSOR) and bool({"input--cursor", "text-area--cursor"}.intersection(names))


def text_cursor(screen: Screen[Any]) -> Offset | None:
    """The place of the next character; None where nobody types, or where it is not to be seen."""
    field = screen.focused
    if not isinstance(field, Input | TextArea):
        return None
    at = field.cursor_screen_offset
    if isinstance(field, Input) and field.cursor_at_end:
        # Textual means the cell behind it.
        at -= Offset(1, 0)
    try:
        seen = screen.find_widget(field).visible_region
    except NoWidget:
        # Not laid out yet.
        return None
    return at if seen.contains_point(at) else None
