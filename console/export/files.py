"""Files that a person keeps: written whole or not at all."""

import os
from collections.abc import Sequence
from pathlib import Path

MOST_NAMES = 1000
"""How many names `write_new` tries in a folder before it goes to the next."""


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place and rename it, so that a full disk leaves an old file whole. Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")  # A device or a pipe, such as /dev/stdout.
        return
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def write_new(folders: Sequence[Path], stem: str, suffix: str, text: str) -> Path:
    """Write a file that was not there before, in the first of the folders that takes it; where it lies.

    A taken name gets a number (`stem-2.md`). Raises the last folder's OSError when none takes it.
    """
    failed = OSError("no folder was named")
    for folder in folders:
        try:
            return _write_in(folder, stem, suffix, text)
        except OSError as error:
            failed = error
    raise failed


def _write_in(folder: Path, stem: str, suffix: str, text: str) -> Path:
    for number in range(1, MOST_NAMES):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}.{suffix}"
        try:
            file = path.open("x", encoding="utf-8")
        except FileExistsError:
            continue
        try:
            with file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path
    raise FileExistsError(0, "too many files of that name", str(folder))
