"""The console's own colours: a dark and a light theme. `ansi-dark` and `ansi-light` come with Textual and use the
terminal's sixteen colours.

One accent for what asks for attention; `error` is red and means overdue or an urgent severity.
"""

from dataclasses import replace

from textual.theme import Theme

DARK = Theme(
    name="warroom-dark",
    primary="#6fb7ff",
    secondary="#8fb4d8",
    accent="#ffb454",
    warning="#ffb454",
    error="#ff5d6c",
    success="#7fd49b",
    foreground="#e4e7eb",
    background="#101317",
    surface="#171b21",
    panel="#20262e",
    dark=True,
    variables={"muted": "#98a2b0", "faint": "#5a6472", "input-selection-background": "#6fb7ff 35%"},
)

LIGHT = Theme(
    name="warroom-light",
    primary="#0b5cad",
    secondary="#35618c",
    accent="#9a5b00",
    warning="#9a5b00",
    error="#b3152b",
    success="#1a6e3c",
    foreground="#1b1f24",
    background="#ffffff",
    surface="#f4f6f8",
    panel="#e6eaef",
    dark=False,
    variables={"muted": "#56606d", "faint": "#8a94a1", "input-selection-background": "#0b5cad 25%"},
)


def without_colours(theme: Theme) -> Theme:
    """The theme for shades of grey: what is red has the strongest, as red by itself is among the weakest."""
    if theme.dark:
        return replace(theme, error="#ffffff", foreground="#c6c9cc")
    return replace(theme, error="#000000", foreground="#2a2e33")


CHOICES = (DARK.name, LIGHT.name, "ansi-dark", "ansi-light")
"""The themes that the theme key steps through."""

IN_SIXTEEN = {DARK.name: "ansi-dark", LIGHT.name: "ansi-light"}
"""Where the terminal has no more than sixteen colours, these stand for ours: each of ours would become the nearest of
the sixteen, and text the same as what it stands on."""

EXTRA_VARIABLES = {"muted": "ansi_bright_black", "faint": "ansi_bright_black"}
"""Our own colour names for themes that do not define them; the terminal's grey exists in every palette."""
