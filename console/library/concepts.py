"""The classes of causes: those that travel with the program, and what a team adds in its configuration folder."""

from functools import lru_cache
from pathlib import Path

import msgspec

from console.core.language.text import clean
from console.core.language.toml import read_toml
from console.core.memory.concepts import Concepts, Vocabulary
from console.core.refusal import Refused
from console.library.shelf import text_of
from console.resources import resource_path

FILE = "concepts.toml"


def vocabulary(config_folder: Path | None) -> tuple[Vocabulary, str]:
    """The vocabulary, and why the team's own file is not in it; empty where it is, or where there is none."""
    own = config_folder / FILE if config_folder is not None else None
    if own is None or not own.exists():
        return _built_in(), ""
    try:
        read = _read(own)
        try:
            return Vocabulary((_built_in_file(), read)), ""
        except Refused as refused:
            raise Refused(f"{clean(str(own), multiline=False)}: {refused.reason}") from refused
    except Refused as refused:
        return _built_in(), f"{refused.reason} Until then only the built-in classes are used."


@lru_cache(maxsize=1)
def _built_in_file() -> Concepts:
    return _read(resource_path(FILE))


@lru_cache(maxsize=1)
def _built_in() -> Vocabulary:
    return Vocabulary((_built_in_file(),))


def _read(path: Path) -> Concepts:
    """A file of classes. Raises Refused with a sentence that names the file."""
    shown = clean(str(path), multiline=False)
    try:
        return msgspec.convert(read_toml(text_of(path)), Concepts)
    except msgspec.ValidationError as error:
        raise Refused(
            f"{shown} is no list of classes of causes; mend it: {clean(str(error), multiline=False)}."
        ) from error
    except ValueError as error:
        raise Refused(f"{shown} is not valid TOML; mend it: {clean(str(error), multiline=False)}.") from error
