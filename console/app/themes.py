"""The console's own colours, a dark and a light theme, and Textual's other themes made readable.

`ansi-dark` and `ansi-light` come with Textual and use the terminal's sixteen colours. One accent for what asks for
attention; `error` is red and means overdue or an urgent severity.
"""

from collections.abc import Iterable
from dataclasses import replace

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

TEXT_CONTRAST = 4.5
"""At least, of a text with what it stands on (WCAG 2.2, 1.4.3)."""
DIM_CONTRAST = 3.0
"""At least, of rules, edges, and keys that cannot be pressed now (WCAG 2.2, 1.4.11)."""
CHOSEN, CHOSEN_ELSEWHERE, SELECTED = 0.11, 0.06, 0.35
"""Parts of the primary colour in the ground of a chosen row, of one whose list has no focus, and of selected text."""

INKS = ("primary", "secondary", "accent", "warning", "error", "success", "foreground")
GROUNDS = ("background", "surface", "panel")
FIELD = 0.12
"""Part of the primary colour in the ground of the field that has the focus; the style sheets say the same."""
_STEPS = 50


def contrast(color: Color, other: Color) -> float:
    """The contrast ratio of two opaque colours, 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(color), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(theme: Theme) -> Theme:
    """The theme with the console's own colour names, and with each colour of a text as far towards black or white as
    it has to be read on every ground; a theme in which all can be read keeps its colours."""
    generated = theme.to_color_system().generate()
    colors = {name: Color.parse(getattr(theme, name) or generated[name]) for name in (*INKS, *GROUNDS)}
    plain, panel = [colors[name] for name in GROUNDS], colors["panel"]
    primary = colors["primary"] = _legible(colors["primary"], plain, TEXT_CONTRAST, dark=theme.dark)
    grounds = [*plain, panel.blend(primary, CHOSEN), colors["surface"].blend(primary, FIELD)]
    muted = theme.variables.get("muted") or colors["foreground"].blend(colors["background"], 0.35).hex
    faint = theme.variables.get("faint") or colors["foreground"].blend(colors["background"], 0.65).hex
    inks = {name: _legible(colors[name], grounds, TEXT_CONTRAST, dark=theme.dark) for name in INKS}
    names = {
        "muted": _legible(Color.parse(muted), grounds, TEXT_CONTRAST, dark=theme.dark).hex.lower(),
        "faint": _legible(Color.parse(faint), grounds, DIM_CONTRAST, dark=theme.dark).hex.lower(),
        "on-pale": colors["background"].hex.lower(),
        "chosen": panel.blend(primary, CHOSEN).hex.lower(),
        "chosen-elsewhere": panel.blend(primary, CHOSEN_ELSEWHERE).hex.lower(),
        "input-selection-background": primary.with_alpha(SELECTED).css,
    }
    made = replace(theme, variables={**theme.variables, **names})
    for name, color in {**inks, **{name: colors[name] for name in GROUNDS}}.items():
        setattr(made, name, color.hex.lower())
    return made


def _legible(ink: Color, grounds: Iterable[Color], least: float, *, dark: bool) -> Color:
    """The ink, as little lighter on dark grounds and darker on light ones as it takes; at the utmost white or black."""
    end = Color(255, 255, 255) if dark else Color(0, 0, 0)
    steps = (ink.blend(end, step / _STEPS) for step in range(_STEPS))
    return next((color for color in steps if all(contrast(color, ground) >= least for ground in grounds)), end)


DARK = Theme(
    name="warroom-dark",
    primary="#6fb7ff",
    secondary="#8fb4d8",
    accent="#ffb454",
    warning="#ffb454",
    error="#ff6d7a",
    success="#7fd49b",
    foreground="#e4e7eb",
    background="#101317",
    surface="#171b21",
    panel="#20262e",
    dark=True,
    variables={
        "muted": "#98a2b0",
        "faint": "#777f8b",
        "chosen": "#283544",
        "on-pale": "#101317",
        "chosen-elsewhere": "#242e3a",
        "input-selection-background": "rgba(111,183,255,0.35)",
    },
)

LIGHT = Theme(
    name="warroom-light",
    primary="#0b5cad",
    secondary="#35618c",
    accent="#8a5100",
    warning="#8a5100",
    error="#b3152b",
    success="#196b3a",
    foreground="#1b1f24",
    background="#ffffff",
    surface="#f4f6f8",
    panel="#e6eaef",
    dark=False,
    variables={
        "muted": "#545e6a",
        "faint": "#717984",
        "chosen": "#cddae7",
        "on-pale": "#ffffff",
        "chosen-elsewhere": "#d8e1eb",
        "input-selection-background": "rgba(11,92,173,0.35)",
    },
)


def without_colours(theme: Theme) -> Theme:
    """The theme for shades of grey: what is red has the strongest, as red by itself is among the weakest."""
    if theme.dark:
        return replace(theme, error="#ffffff", foreground="#c6c9cc")
    return replace(theme, error="#000000", foreground="#2a2e33")


CHOICES = (DARK.name, LIGHT.name, "ansi-dark", "ansi-light")
"""The themes that the theme key steps through, beside the one that the settings name."""


def known_themes() -> list[str]:
    """The names of all themes that the settings may name."""
    return [*dict.fromkeys((*CHOICES, *BUILTIN_THEMES))]


def theme_named(name: str) -> Theme:
    """The theme of that name, which is one of `known_themes`."""
    ours = next((theme for theme in (DARK, LIGHT) if theme.name == name), None)
    theme = ours or BUILTIN_THEMES[name]
    return theme if ours or theme.ansi else readable(theme)


def in_sixteen(name: str) -> str:
    """The name of the theme to use for another where the terminal has no more than sixteen colours: each other colour
    would become the nearest of the sixteen, and text the same as what it stands on."""
    theme = theme_named(name)
    return name if theme.ansi else "ansi-dark" if theme.dark else "ansi-light"


EXTRA_VARIABLES = {"muted": "ansi_bright_black", "faint": "ansi_bright_black", "chosen": "ansi_default",
                   "chosen-elsewhere": "ansi_default", "on-pale": "ansi_black"}  # fmt: skip
"""Our own colour names for themes that do not define them; the terminal's grey exists in every palette, and its black
is read on its cyan and yellow, where its own text is not."""
