"""A line to type in that leaves Alt keys to the screen around it."""

from collections.abc import Callable, Mapping

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.widgets import Input

from console.app.terminal.cursor import OWN_CURSOR, unpainted
from console.core.language.text import SHAPELESS, clean_paste


class AltInput(Input):
    """An Alt key is a command here, never text.

    Terminals send Alt+n as Esc and n, and Textual hands on the n with it, which a plain Input would insert.
    """

    virtual_size = Reactive(Size(0, 0), layout=False)
    """The text grows inside the line: nothing on the screen moves, so no keystroke needs a layout of all of it."""

    def on_mount(self) -> None:
        self.cursor_blink = not self.app.has_class(OWN_CURSOR)

    def get_component_rich_style(self, *names: str, partial: bool = False, default: Style | None = None) -> Style:
        if unpainted(self, names):
            return Style.null()
        return super().get_component_rich_style(*names, partial=partial, default=default)

    def on_key(self, event: events.Key) -> None:
        if "alt+" in event.key:
            event.prevent_default()
        elif event.character in SHAPELESS:
            event.prevent_default()
            event.stop()
            self.insert_text_at_cursor(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """All of it, on the one line; what a terminal would obey is shown instead."""
        event.stop()
        event.prevent_default()
        self.replace(clean_paste(event.text, multiline=False), *sorted(self.selection))

    def watch_value(self, value: str) -> None:
        # Textual leaves the first text where it begins; of a long one neither end nor cursor would be seen.
        if self.cursor_position == len(value):
            self.scroll_to_region(Region(self.virtual_size.width - 1, 0, 1, 1), force=True, animate=False)


class KeyedInput(AltInput):
    """A line in which some keys mean something else than in a form.

    They are answered as the key is read and not through bindings, whose way is longer than that of letters: keys that
    arrive together, as over a slow connection, must do what they would have done one by one.
    """

    def __init__(self, keys: Mapping[str, Callable[[], None]], *, id: str, placeholder: str) -> None:
        """`keys` says what each key by Textual's name does."""
        super().__init__(id=id, compact=True, select_on_focus=False, validate_on=(), placeholder=placeholder)
        self._keys = keys

    def on_key(self, event: events.Key) -> None:
        does = self._keys.get(event.key)
        if does is not None:
            event.stop()
            event.prevent_default()
            does()
