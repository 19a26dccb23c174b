"""Rows of the log out of the bytes of a database file and its write-ahead log, past whatever no longer leads to them.

Where a page that leads to others is damaged, the file was cut, or SQLite drops what lies behind a flipped bit of the
write-ahead log, the entries still stand in their own pages. What is read here is only a candidate: the chain of hashes
says which of it is whole.

The formats are described on sqlite.org/fileformat2.html.
"""

import mmap
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from console.store import schema

_PAGE_BYTES = 4096
"""The size of a page where the file's header does not say it: SQLite's own."""
_HEADER_BYTES = 100
_WAL_HEADER = struct.Struct(">IIIIIIII")
_FRAME = struct.Struct(">IIIIII")
_LEAF = 0x0D
_NUMBER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


class _Damaged(Exception):
    """The bytes are no row."""


class _Image(NamedTuple):
    """A page as it stands in the file, or stood in a frame of the write-ahead log."""

    number: int
    content: bytes


def candidates(file: Path) -> Iterator[tuple[Any, ...]]:
    """The likely rows of the table `event`, in the order of its columns; one row may come several times."""
    main, wal = _content(file), _content(file.with_name(file.name + "-wal"))
    size, usable = _page_size(main)
    images = [_Image(at // size + 1, main[at : at + size].ljust(size, b"\0")) for at in range(0, len(main), size)]
    images += _frames(wal, size)
    pages = {image.number: image.content for image in images}
    width = len(schema.EVENT_COLUMNS)
    for image in images:
        for rowid, payload in _cells(image, usable, pages):
            with suppress(_Damaged, IndexError):
                values = _record(payload)
                if len(values) == width:
                    # The row's number stands in front of the record, and in it as nothing.
                    yield (rowid, *values[1:])


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            return mapped[:]
    except (OSError, ValueError):
        return b""  # Not there, or empty.


def _page_size(main: bytes) -> tuple[int, int]:
    """The bytes of a page, and how many of them hold content."""
    if len(main) < _HEADER_BYTES:
        return _PAGE_BYTES, _PAGE_BYTES
    size, reserved = int.from_bytes(main[16:18], "big"), main[20]
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1):
        size, reserved = _PAGE_BYTES, 0
    return size, size - reserved


def _frames(wal: bytes, size: int) -> list[_Image]:
    """The pages of the write-ahead log up to its last commit, whatever their check sums say."""
    if len(wal) < _WAL_HEADER.size:
        return []
    salts = wal[16:24]
    images: list[_Image] = []
    committed = 0
    for at in range(_WAL_HEADER.size, len(wal) - _FRAME.size - size + 1, _FRAME.size + size):
        number, commit = _FRAME.unpack_from(wal, at)[:2]
        if wal[at + 8 : at + 16] != salts:
            continue  # Of before the last time that the log was begun anew, or damaged.
        images.append(_Image(number, wal[at + _FRAME.size : at + _FRAME.size + size]))
        if commit:
            committed = len(images)
    return images[:committed]


def _cells(image: _Image, usable: int, pages: dict[int, bytes]) -> Iterator[tuple[int, bytes]]:
    """The number and the record of each row on a leaf of a table."""
    page = image.content
    head = _HEADER_BYTES if image.number == 1 else 0
    if page[head] != _LEAF:
        return
    count = int.from_bytes(page[head + 3 : head + 5], "big")
    for cell in range(min(count, usable // 4)):
        place = head + 8 + 2 * cell
        with suppress(_Damaged, IndexError):
            length, at = _varint(page, int.from_bytes(page[place : place + 2], "big"))
            rowid, at = _varint(page, at)
            yield rowid, _payload(page, at, length, usable, pages)


def _payload(page: bytes, at: int, length: int, usable: int, pages: dict[int, bytes]) -> bytes:
    most = usable - 35
    if length <= most:
        return page[at : at + length]
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    local = local if local <= most else least
    if length > len(pages) * usable:
        raise _Damaged
    parts, missing = [page[at : at + local]], length - local
    number = int.from_bytes(page[at + local : at + local + 4], "big")
    while missing > 0:
        overflow = pages.get(number)
        if overflow is None:
            raise _Damaged
        parts.append(overflow[4 : 4 + min(missing, usable - 4)])
        missing -= len(parts[-1])
        number = int.from_bytes(overflow[:4], "big")
    return b"".join(parts)


def _record(payload: bytes) -> list[Any]:
    length, at = _varint(payload, 0)
    kinds: list[int] = []
    while at < length:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Any] = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    return values


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    size = _NUMBER_BYTES.get(kind)
    if size is not None:
        end = at + size
        value: Any = int.from_bytes(payload[at:end], "big", signed=True)
    elif kind >= 12:
        end = at + (kind - 12) // 2
        value = payload[at:end]
        if kind % 2:
            value = value.decode("utf-8", "replace")
    else:
        raise _Damaged
    if end > len(payload):
        raise _Damaged
    return value, end


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and the place behind it."""
    value = 0
    for count in range(9):
        byte = data[at + count]
        if count == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + count + 1
    raise _Damaged
