"""Copies of a log that a redaction does not reach: backups, copies of a damaged log, rescued logs, exports."""

import mmap
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import NamedTuple

import msgspec

from console.core.language.text import markdown
from console.core.log.erasure import telling
from console.store import place
from console.store.redact import Plan

_LINE_CHARS = 80
_LOCAL_CHARS = 500
"""A longer text is spread over pages of a log, where its words need not stand one behind the other."""


class Copies(NamedTuple):
    """Files that still hold what a redaction erased."""

    backups: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.backups or self.others)


def holding(log: Path, plan: Plan, exports: Path | None) -> Copies:
    """The copies of a log, and the files in the folder of its exports, that hold the texts of a plan.

    Whatever cannot be read is passed over. Looked for by bytes: no copy is opened as a log.
    """
    words = sorted({form for text in (*plan.gone, *telling(plan.gone)) for form in _forms(text)})
    needles = [word.encode("utf-8", "surrogatepass") for word in words]
    long = any(len(text) > _LOCAL_CHARS for text in plan.gone)
    ids = [id.encode() for id in plan.left]

    def is_copy(file: Path) -> bool:
        return _holds(file, ids, log) and (long or _holds(file, needles, log))

    own = {log.name, *(f"{log.name}{ending}" for ending in place.COMPANIONS)}
    beside = [file for file in _files(log.parent) if file.name.startswith(log.stem) and file.name not in own]
    written = _files(exports) if exports is not None else ()
    return Copies(
        tuple(file for file in _files(place.backups_folder(log)) if is_copy(file)),
        (*(file for file in beside if is_copy(file)), *(file for file in written if _holds(file, needles, log))),
    )


def _forms(text: str) -> Iterator[str]:
    """The beginning of the longest line of a text, as logs and exports may have it: a document cuts what is long."""
    line = " ".join(max(text.splitlines(), key=len, default="").split())[:_LINE_CHARS]
    for form in (line, line[:1].swapcase() + line[1:]):
        yield from (form, msgspec.json.encode(form).decode()[1:-1], markdown(form), escape(form))


def _files(folder: Path) -> Sequence[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.is_file())
    except OSError:
        return ()


def _holds(file: Path, needles: Iterable[bytes], log: Path) -> bool:
    """True when one of the byte strings stands in a file, which is never the log itself: that must not be opened."""
    with suppress(OSError, ValueError):
        if place.identity(file) == place.identity(log):
            return False
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode) or not about.st_size:
                return False
            with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as content:
                return any(content.find(needle) >= 0 for needle in needles if needle)
        finally:
            os.close(descriptor)
    return False
