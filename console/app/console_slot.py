"""A console's slot at a log: a number that no other console at the same log has meanwhile.

Half-typed lines are kept by slot, so that two consoles of one person do not overwrite each other's, and a console that
comes back after a crash takes the free slot and finds its line again. Its file holds who sits there and before which
incident, so that others see who has a console open: a slot that nobody holds says nothing, whatever its file still
holds.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from console.app.presence import Seat
from console.core.language.names import name_key

MAX_NAME_BYTES = 400
MAX_SLOTS = 64
"""Slots that are tried; a console beyond them shares the first."""


class ConsoleSlot:
    """The number of a console at a log, held by a lock on a small file; the system frees it when the process ends."""

    def __init__(self, log: Path, number: int, descriptor: int | None, person: str = "") -> None:
        self.number = number
        """1 for a console alone at its log."""
        self._log, self._person = log, person
        self._descriptor = descriptor
        self._shown: tuple[str, str] | None = None
        """The activity last shown to others."""

    @classmethod
    def take(cls, log: Path, person: str = "") -> Self:
        """The first free slot at the log, for a person. Where files cannot be locked or written, the first, shared."""
        for number in range(1, MAX_SLOTS + 1):
            try:
                descriptor = os.open(_file(log, number), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            except OSError:
                break
            if _lock(descriptor):
                slot = cls(log, number, descriptor, person)
                slot.sits_before("")
                return slot
            os.close(descriptor)
        return cls(log, 1, None)

    def sits_before(self, ref: str, doing: str = "") -> None:
        """Tell the others which incident's room is open here, none on the board, and what is done there."""
        if self._descriptor is not None and (ref, doing) != self._shown:
            self._shown = ref, doing
            record = "\n".join((" ".join(self._person.split())[: MAX_NAME_BYTES // 4], ref, doing))
            with suppress(OSError):
                # A full disk takes no name; the slot is held all the same.
                os.ftruncate(self._descriptor, 0)
                os.pwrite(self._descriptor, record.encode(), 0)

    def leave(self) -> None:
        """Give the slot up; doing so twice does nothing."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def is_free(self, number: int) -> bool:
        """True when nobody holds the slot, which then may be cleared; never of one's own."""
        if number == self.number:
            return False
        try:
            descriptor = os.open(_file(self._log, number), os.O_RDWR)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        try:
            return _lock(descriptor)
        finally:
            os.close(descriptor)

    def others(self) -> tuple[Seat, ...]:
        """The holders of the other slots, each person once for a room; nobody where files cannot be locked."""
        seats: dict[tuple[str, str], Seat] = {}
        for number in range(1, MAX_SLOTS + 1):
            if number == self.number and self._descriptor is not None:
                continue
            try:
                descriptor = os.open(_file(self._log, number), os.O_RDWR)
            except OSError:
                # Slots are made in their order.
                break
            try:
                if not _lock(descriptor):
                    record = os.pread(descriptor, MAX_NAME_BYTES, 0).decode(errors="replace").split("\n")
                    person, ref, doing, *_ = *record, "", ""
                    key = name_key(person), ref
                    if person and (doing or key not in seats):
                        seats[key] = Seat(person, ref, doing=doing)
            finally:
                os.close(descriptor)
        return tuple(seats.values())


def _file(log: Path, number: int) -> Path:
    # Its own file: opening the log itself and closing it again would cancel SQLite's locks.
    return log.with_name(f".{log.name}.seat{number}")


def _lock(descriptor: int) -> bool:
    """Lock the file, which lasts until the descriptor is closed; False where another process holds the lock."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
