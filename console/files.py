"""Files that are written whole or not at all."""

import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

MAX_NAMES_TRIED = 1000
"""The number of names that `write_new` tries in a folder before it goes to the next."""


class Unfit(Exception):
    """A file that is no text of ours; its words go on behind the file's name: "is not a file"."""


def read_bounded(path: Path, max_bytes: int) -> bytes:
    """The bytes of a file, and of nothing that would be waited for or read without end, as a pipe or a device.

    Raises Unfit for those and for a longer file, OSError.
    """
    # Without waiting for the other end of a pipe; what was opened is what is looked at.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unfit("is not a file")
        with open(descriptor, "rb", closefd=False) as file:
            raw = file.read(max_bytes + 1)
    finally:
        os.close(descriptor)
    if len(raw) > max_bytes:
        raise Unfit(f"is larger than {max_bytes // 1024} kB")
    return raw


@contextmanager
def replacing(path: Path, mode: int = 0o600) -> Iterator[Path]:
    """An empty file beside `path`, which takes its place when the block ends without an error.

    Whoever reads `path`, also after a crash, finds the old content or the new one. The file has `mode` (less the
    umask) from its first byte on; a link at `path` is replaced, not followed. Raises OSError.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode))
    try:
        yield unfinished
        _flush(unfinished, os.O_RDWR)
        os.replace(unfinished, path)
        # A folder that takes files and shows none cannot be opened.
        with suppress(PermissionError):
            _flush(path.parent, os.O_RDONLY)
    finally:
        unfinished.unlink(missing_ok=True)


def write_whole(path: Path, text: str, mode: int = 0o666) -> None:
    """Write a person's file whole or not at all, with the mode of the one there, else `mode` less the umask.

    A link to a file is replaced; a device or a pipe, such as /dev/stdout, is written into as it stands. Raises OSError.
    """
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    kept = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    with replacing(path, mode if kept is None else kept & mode) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
        if kept is not None:
            unfinished.chmod(kept)


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
    for number in range(1, MAX_NAMES_TRIED):
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


def _flush(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
