"""A person's own settings: colours, bells, folders, the playbook.

A small TOML file, which may be missing or broken.

theme = "warroom-light"
bell = "overdue"       # both (the default), overdue, or off
desktop = true         # tell of overdue clocks through the terminal too; false is the default
clipboard = "auto"     # auto (the default), tmux, osc52, off, or "command" and a program that reads the text
exports = "~/exports"  # the folder of exports and handoff pages; default: exports beside the data
title = false          # leave the title of the terminal's window alone; true is the default
playbook = "payments"  # the playbook of an incident that is declared without naming one; default: standard
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from console.app.clipboard import understood
from console.core.language.text import clean
from console.core.language.toml import read_toml
from console.files import Unfit, read_bounded, write_whole

Bell = Literal["both", "overdue", "off"]
BELLS: tuple[Bell, ...] = ("both", "overdue", "off")
FILE = "settings.toml"
MAX_BYTES = 100_000
"""A larger settings file is not read."""


class Settings(msgspec.Struct, frozen=True):
    """What the file says, or the defaults."""

    theme: str = ""
    """Empty for the console's own dark one."""
    bell: Bell = "both"
    """Ring when a clock begins to warn and when it goes over, only when it goes over, or never."""
    desktop: bool = False
    """Whether a clock that goes over is also told through the terminal's desktop notification."""
    clipboard: str = "auto"
    """auto, tmux, osc52, off, or `command …` with a program that reads the text."""
    exports: str = ""
    """The folder of exports and handoff pages; empty for `exports` beside the data."""
    title: bool = True
    """Whether the title of the terminal's window says which incident is open, and what is due."""
    playbook: str = ""
    """The playbook of an incident that is declared without naming one; empty for `standard`."""


def read_settings(folder: Path) -> tuple[Settings, str]:
    """The settings in a folder and, where they cannot be read as they should, a sentence about it (else empty).

    What is wrong falls back to its default; what is right beside it counts.
    """
    path = folder / FILE
    try:
        table = read_toml(read_bounded(path, MAX_BYTES).decode("utf-8"))
    except FileNotFoundError:
        return Settings(), ""
    except OSError as error:
        return Settings(), f"{path} cannot be read ({error.strerror or error}); the defaults are used."
    except Unfit as unfit:
        return Settings(), f"{path} {unfit}; the defaults are used."
    except ValueError:
        return Settings(), f"{path} is not valid TOML; the defaults are used until it is corrected."
    values = {name: table[name] for name, (fits, _) in _SETTINGS.items() if name in table and fits(table[name])}
    wrong = [words for name, (_, words) in _SETTINGS.items() if name in table and name not in values]
    problem = f"{path}: {' and '.join(wrong)} cannot be read; the default is used." if wrong else ""
    for name in {"theme", "playbook"} & values.keys():
        values[name] = clean(values[name], multiline=False)
    return Settings(**values), problem


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


_SETTINGS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "theme": (_is_text, "theme"),
    "bell": (BELLS.__contains__, "bell (both, overdue or off)"),
    "desktop": (_is_switch, "desktop (true or false)"),
    "clipboard": (
        lambda value: isinstance(value, str) and understood(value),
        "clipboard (auto, tmux, osc52, off or command …)",
    ),
    "exports": (_is_text, "exports (a folder)"),
    "title": (_is_switch, "title (true or false)"),
    "playbook": (_is_text, "playbook (its name in quotes)"),
}
"""Each setting with what its value must be, and how it is named where that is not so."""


def preferred_playbook(config: Path | None) -> str:
    """The playbook that the settings in a folder name; empty where they name none."""
    return read_settings(config)[0].playbook if config is not None else ""


def write_theme(folder: Path, theme: str) -> str:
    """Remember a theme's name, leaving every other line of the file as it is; why not, else an empty sentence.

    A file that is no TOML is left alone, since its owner may be in the middle of it.
    """
    path = folder / FILE
    line = f'theme = "{theme}"'
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = read_bounded(path, MAX_BYTES).decode("utf-8") if path.exists() else ""
        read_toml(text)
        changed, count = re.subn(r"(?m)^theme\s*=.*$", line, text, count=1)
        # In front, where no table's heading can claim it.
        # Whoever keeps their settings elsewhere has a link here.
        write_whole(path.resolve(), changed if count else f"{line}\n{text}")
    except Unfit as unfit:
        return f"The colours cannot be remembered: {path} {unfit}."
    except OSError as error:
        return f"The colours cannot be remembered in {path} ({error.strerror or error})."
    except ValueError:
        return f"The colours cannot be remembered: {path} is not valid TOML."
    return ""


def exports_folder(config: Path | None, log: Path) -> Path:
    """Where the console writes exports and handoff pages: by the settings in a folder, else beside the log."""
    settings = read_settings(config)[0] if config is not None else Settings()
    try:
        return log.parent / Path(settings.exports or "exports").expanduser()
    except RuntimeError:
        # A person without a home.
        return log.parent / "exports"
