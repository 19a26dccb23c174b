"""The colours: every text is read on its ground, and states are told apart by every eye and never by colour alone."""

from collections.abc import Iterator
from itertools import combinations
from math import dist
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from rich.console import Console
from rich.text import Text
from textual.color import Color
from textual.screen import ModalScreen

from console.app.settings import FILE
from console.app.themes import DARK, DIM_CONTRAST, LIGHT, TEXT_CONTRAST, contrast, known_themes, readable, theme_named
from console.app.widgets.countdown import STATE_GLYPH, STATE_STYLE
from tests.app.driver import Room, console
from tests.torture.prose import prepared

OURS = (DARK.name, LIGHT.name)
OTHERS = [name for name in known_themes() if name not in OURS and not theme_named(name).ansi]
SCREENS = [(), ("alt+s",), ("alt+u",), ("alt+shift+c",), ("alt+w",), ("alt+question_mark",), ("alt+shift+p",)]
"""Keys from the prompt to each of the screens that together show every style."""
DRAWN = "▌▔▁▂▃▄▅▆▇█▀▊▎│─╭╮╰╯━"
"""The characters of edges, rules, bars and borders."""

EYES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Linear RGB as such an eye sees it: Machado, Oliveira and Fernandes 2009, table 1, severity 1.0."""
APART = 10.0
"""At least, of two states in CIELAB; 2.3 is just noticeable."""


class StyledConsole(Console):
    """Gives a picture's words with their colours."""

    def export_svg(self, **how: Any) -> str:
        return self.export_text(styles=True)


def painted(room: Room) -> Iterator[tuple[str, Color, Color]]:
    """Words of the screen in front with their colour and their ground; what a dialog covers is left out."""
    screen = room.app.screen
    box = screen.query_one(".dialog").region if isinstance(screen, ModalScreen) else screen.region
    with patch("textual.app.Console", StyledConsole):
        rows = room.app.export_screenshot(simplify=True).split("\n")
    for row in rows[box.y : box.bottom]:
        line = Text.from_ansi(row)[box.x : box.right]
        for span in line.spans:
            style, words = span.style, line.plain[span.start : span.end].strip()
            if words and not isinstance(style, str) and style.color is not None and style.bgcolor is not None:
                pair = (Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
                yield words, *(reversed(pair) if style.reverse else pair)


@pytest.mark.parametrize("theme", [*OURS, *(pytest.param(each, marks=pytest.mark.drawn(1)) for each in OTHERS)])
async def test_every_text_is_read_on_its_ground(tmp_path: Path, theme: str) -> None:
    (tmp_path / FILE).write_text(f'theme = "{theme}"\n', encoding="utf-8")
    ref, file = prepared()
    (tmp_path / "warroom.db").write_bytes(file)
    pale: set[tuple[str, str, float]] = set()
    async with console(tmp_path, ref=ref, config=tmp_path) as room:
        faint = Color.parse(room.app.theme_variables["faint"])
        for keys in SCREENS if theme in OURS else SCREENS[:3]:
            await room.presses(*keys)
            for words, ink, ground in painted(room):
                dim = ink == faint or all(character in DRAWN for character in words)
                if contrast(ink, ground) < (DIM_CONTRAST if dim else TEXT_CONTRAST):
                    pale.add((words, f"{ink.hex} on {ground.hex}", round(contrast(ink, ground), 2)))
            while room.app.screen is not room.screen:
                await room.presses("escape")
            room.screen.remove_class("-guide")
            room.screen.prompt.input.focus()
    assert pale == set()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_our_own_colours_need_no_change(theme: Any) -> None:
    assert readable(theme) == theme


def seen(color: Color, eye: str) -> tuple[float, float, float]:
    """A colour in CIELAB as an eye sees it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    if eye:
        linear = [min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in EYES[eye]]
    red, green, blue = linear
    xyz = (
        (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047,
        0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
        (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eye", ["", *EYES])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_states_are_told_apart_by_every_eye(theme: Any, eye: str) -> None:
    states = {"calm": theme.foreground, "warning": theme.warning, "overdue": theme.error, "kept": theme.success}
    near = {
        f"{one} and {other}": round(distance, 1)
        for one, other in combinations(states, 2)
        if (distance := _distance(states[one], states[other], eye)) < APART
    }
    assert near == {}


def _distance(one: str, other: str, eye: str) -> float:
    return dist(seen(Color.parse(one), eye), seen(Color.parse(other), eye))


def test_no_state_is_told_by_colour_alone() -> None:
    assert len(set(STATE_GLYPH.values())) == len(STATE_GLYPH)
    assert set(STATE_STYLE) == set(STATE_GLYPH)
