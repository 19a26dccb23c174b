"""A person's or a team's own settings: colours, keys, bells, folders, the playbook.

A small TOML file, which may be missing or broken.

theme = "dracula"      # warroom-dark (the default), warroom-light, ansi-dark, ansi-light, or any theme of Textual's
bell = "overdue"       # both (the default), overdue, or off
desktop = true         # tell of overdue clocks through the terminal too; false is the default
clipboard = "auto"     # auto (the default), tmux, osc52, off, or "command" and a program that reads the text
exports = "~/exports"  # the folder of exports and handoff pages; default: exports beside the data
title = false          # leave the title of the terminal's window alone; true is the default
playbook = "payments"  # the playbook of an incident that is declared without naming one; default: standard
sync = "postgresql://mo@db.example.com/warroom"  # the server that joins several machines; the password: ~/.pgpass

[keys]                 # other keys, by the act; the rest keep their default ones
change = "k"           # a letter or a sign; with Alt it works from the prompt, too
component = "f5"       # or f1 to f12, or "ctrl+" and a letter
find = ["f", "/"]      # several
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from console.app.terminal.clipboard import understood
from console.core.language.nearest import perhaps
from console.core.language.text import clean, one_line
from console.core.language.toml import read_toml
from console.files import Unfit, read_bounded, write_whole

Bell = Literal["both", "overdue", "off"]
FILE = "settings.toml"
MAX_BYTES = 100_000
MAX_NAME_CHARS = 40
"""Of a wrong name that is shown."""
"""A larger settings file is not read."""


class Settings(msgspec.Struct, frozen=True):
    """The settings as the file gives them, or the defaults."""

    theme: str = ""
    """Empty for the console's own dark one."""
    bell: Bell = "both"
    """Ring when a clock begins to warn and when it goes over, only when it goes over, or never."""
    desktop: bool = False
    """A clock that goes over is also told through the terminal's desktop notification."""
    clipboard: str = "auto"
    """auto, tmux, osc52, off, or `command …` with a program that reads the text."""
    exports: str = ""
    """The folder of exports and handoff pages; empty for `exports` beside the data."""
    title: bool = True
    """The title of the terminal's window says which incident is open, and what is due."""
    playbook: str = ""
    """The playbook of an incident that is declared without naming one; empty for `standard`."""
    sync: str = ""
    """The address of the PostgreSQL server that joins several machines; empty for none."""
    keys: Mapping[str, str | Sequence[str]] = {}
    """By the act's id, the key or keys that are to do it; not checked yet."""


def read_settings(folder: Path) -> tuple[Settings, tuple[str, ...]]:
    """The settings in a folder, and a sentence about each of them that cannot be read as it should.

    What is wrong falls back to its default; what is right beside it counts.
    """
    path = folder / FILE
    try:
        table = read_toml(read_bounded(path, MAX_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return Settings(), ()
    except OSError as error:
        return Settings(), (f"{path} cannot be read ({error.strerror or error}); the defaults are used.",)
    except Unfit as unfit:
        return Settings(), (f"{path} {unfit}; the defaults are used.",)
    except ValueError:
        return Settings(), (f"{path} is not valid TOML; the defaults are used until it is corrected.",)
    values: dict[str, Any] = {}
    problems = []
    for name, value in table.items():
        if name not in _SETTINGS:
            unknown = f"{one_line(name, MAX_NAME_CHARS)}”{perhaps(name, _SETTINGS)}"
            problems.append(f"{FILE}: there is no setting “{unknown}.")
            continue
        try:
            read = msgspec.convert({name: value}, Settings)
        except msgspec.ValidationError:
            read = None
        if read is None or not understood(read.clipboard):
            problems.append(f"{FILE}: {name}{_SETTINGS[name]} cannot be read; the default is used.")
        else:
            values[name] = getattr(read, name)
    for name in {"theme", "playbook"} & values.keys():
        values[name] = clean(values[name], multiline=False)
    return Settings(**values), tuple(problems)


_SETTINGS = {
    "theme": "",
    "bell": " (both, overdue or off)",
    "desktop": " (true or false)",
    "clipboard": " (auto, tmux, osc52, off or command …)",
    "exports": " (a folder)",
    "title": " (true or false)",
    "playbook": " (its name in quotes)",
    "sync": " (the address of a server)",
    "keys": " (a table: an act, =, and its key in quotes)",
}
"""Each setting with what its value must be, for where it is something else."""


def preferred_playbook(config: Path | None) -> str:
    """The playbook that the settings in a folder name; empty where they name none."""
    return read_settings(config)[0].playbook if config is not None else ""


def preferred_server(config: Path | None) -> str:
    """The address of the server that the settings in a folder name; empty where they name none."""
    return read_settings(config)[0].sync if config is not None else ""


def write_theme(folder: Path, theme: str) -> str:
    """Remember a theme's name, leaving every other line of the file as it is; why not, else an empty sentence.

    A file that is no TOML is left alone, since its owner may be in the middle of it.
    """
    path = folder / FILE
    line = f'theme = "{theme}"'
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = read_bounded(path, MAX_BYTES).decode("utf-8-sig") if path.exists() else ""
        read_toml(text)
        # In front of the tables, which may have a key of that name, too.
        table = re.search(r"(?m)^\s*\[", text)
        end = table.start() if table else len(text)
        changed, count = re.subn(r"(?m)^theme\s*=.*$", line, text[:end], count=1)
        # Whoever keeps their settings elsewhere has a link here.
        write_whole(path.resolve(), changed + text[end:] if count else f"{line}\n{text}")
    except Unfit as unfit:
        return f"The colours cannot be remembered: {path} {unfit}."
    except OSError as error:
        return f"The colours cannot be remembered in {path} ({error.strerror or error})."
    except ValueError:
        return f"The colours cannot be remembered: {path} is not valid TOML."
    return ""


def exports_folder(config: Path | None, log: Path) -> Path:
    """The folder for exports and handoff pages: by the settings in a folder, else beside the log."""
    settings = read_settings(config)[0] if config is not None else Settings()
    try:
        return log.parent / Path(settings.exports or "exports").expanduser()
    except RuntimeError:
        # A person without a home.
        return log.parent / "exports"
