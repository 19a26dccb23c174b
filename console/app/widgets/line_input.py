"""A line to type in that leaves Alt keys to the screen around it."""

from textual import events
from textual.widgets import Input


class AltInput(Input):
    """An Alt key is a command here, never text.

    Terminals send Alt+n as Esc and n, and Textual hands on the n with it, which a plain Input would insert.
    """

    def on_key(self, event: events.Key) -> None:
        if "alt+" in event.key:
            event.prevent_default()
