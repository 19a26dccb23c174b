"""TOML files read, and changed where they stand: a person's comments and order stay."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.core.language import toml
from console.files import Unfit, read_bounded

MAX_BYTES = 1_000_000
"""A file beyond this is none of ours."""


class Unreadable(Exception):
    """A file that is there and cannot be read; its text is a sentence for a person."""


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """A file's text and what it says. Raises Unreadable."""
    try:
        raw = read_bounded(path, MAX_BYTES)
    except Unfit as unfit:
        raise Unreadable(f"{path} {unfit}; no target in it can be used.") from unfit
    except OSError as error:
        raise Unreadable(f"{path} cannot be read ({error.strerror or error}); no target in it can be used.") from error
    try:
        text = raw.decode("utf-8-sig")
        return text, toml.read_toml(text)
    except ValueError as error:
        raise Unreadable(f"{path} is not valid TOML: {error}; correct that line.") from error


def toml_text(values: Mapping[str, Any]) -> str:
    """A new file's text; tables stand at its end."""
    import tomlkit

    return tomlkit.dumps(values)


def changed_text(text: str, values: Mapping[str, Any]) -> str:
    """The text with these keys set; of a table only the entries that differ are written anew."""
    import tomlkit
    from tomlkit.items import AbstractTable

    document = tomlkit.parse(text)
    for key, value in values.items():
        table = document.get(key)
        if not isinstance(value, Mapping):
            document[key] = value
        elif isinstance(table, AbstractTable):
            for entry in [entry for entry in table if entry not in value]:
                del table[entry]
            for entry, content in value.items():
                if table.get(entry) != content:
                    table[entry] = content
        else:
            # Keys with a dot, between which others may stand.
            document.pop(key, None)
            document[key] = value
    return document.as_string()
