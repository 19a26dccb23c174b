"""A person's settings as the console uses them: checked colours and keys, and what is wrong with the others."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from console.app.keymap import Keymap, read_keymap
from console.app.settings import FILE, MAX_NAME_CHARS, Settings, read_settings
from console.app.themes import DARK, known_themes
from console.core.language.nearest import perhaps
from console.core.language.text import one_line


class Preferences(NamedTuple):
    """Settings as they can be used, and a sentence for each that cannot."""

    settings: Settings
    theme: str
    """The name of a theme that there is."""
    keymap: Keymap
    problems: Sequence[str]


def read_preferences(folder: Path | None) -> Preferences:
    """The preferences of the settings in a folder; the defaults where there is none."""
    settings, faults = read_settings(folder) if folder is not None else (Settings(), ())
    theme, problems = DARK.name, list(faults)
    if settings.theme in known_themes():
        theme = settings.theme
    elif settings.theme:
        near = perhaps(settings.theme, known_themes()) or f"; choose one of {', '.join(known_themes())}"
        problems.append(f"{FILE}: there is no theme “{one_line(settings.theme, MAX_NAME_CHARS)}”{near}.")
    keymap = read_keymap(settings.keys)
    problems += [f"{FILE}, {problem}" for problem in keymap.problems]
    return Preferences(settings, theme, keymap, problems)
