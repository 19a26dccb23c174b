"""The full-text index over everything that people wrote."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from console.store.sqlite import sqlite3

# The index must be told exactly what it was given when a text is taken out again, also by another version of Warroom:
# so the words come from the stored JSON alone. A change here needs a migration that builds the index anew.
_NO_TEXT = frozenset(("playbook", "erased", "left", "target", "replaces", "kind", "clock", "until", "at"))
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_WORDS = re.compile(r"[^\W_]+")


def text_of(body: str) -> str:
    """The words of a stored body: every text in it except references, times and the playbook."""
    try:
        return "\n".join(_texts(_decode(body)))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return ""


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for key, item in value.items():
                if key not in _NO_TEXT and not key.endswith("_at"):
                    yield from _texts(item)


def add(connection: sqlite3.Connection, n: int, body: str) -> None:
    connection.execute("INSERT INTO entry_index(rowid, text) VALUES(?, ?)", (n, text_of(body)))


def replace(connection: sqlite3.Connection, n: int, old: str, new: str) -> None:
    """Take the words of the old body out of the index and put those of the new one in."""
    connection.execute("INSERT INTO entry_index(entry_index, rowid, text) VALUES('delete', ?, ?)", (n, text_of(old)))
    add(connection, n, new)


def forget_deleted(connection: sqlite3.Connection) -> None:
    """Rewrite the index, so that nothing of texts taken out is left in it."""
    connection.execute("INSERT INTO entry_index(entry_index) VALUES('optimize')")


def match_of(query: str) -> str:
    """The FTS5 expression for what a person typed: all the words, the last one also as the beginning of a word.

    Empty when there is no word in it.
    """
    words = _WORDS.findall(query.replace("\0", " "))
    return " ".join(f'"{word}"' for word in words) + "*" if words else ""


def phrase_of(text: str) -> str:
    """The FTS5 expression for the words of a text, one behind the other; it matches nothing without any."""
    return '"' + text.replace("\0", " ").replace('"', '""') + '"'


def find(connection: sqlite3.Connection, query: str, incident: str | None, limit: int) -> list[tuple[str, str]]:
    """The ids and incidents of at most `limit` matching events, newest first."""
    match = match_of(query)
    if not match:
        return []
    hits: list[tuple[str, str]] = connection.execute(
        "SELECT event.id, event.incident FROM entry_index JOIN event ON event.n = entry_index.rowid"
        " WHERE entry_index MATCH ?1 AND (?2 IS NULL OR event.incident = ?2)"
        " ORDER BY entry_index.rowid DESC LIMIT ?3",
        (match, incident, limit),
    ).fetchall()
    return hits
