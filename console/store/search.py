"""The full-text index over everything that people wrote."""

from collections.abc import Iterable
from typing import Any

import msgspec

from console.core.language.searching import Term, unspaced
from console.core.log.erasure import strings_in
from console.store.sqlite import sqlite3

# The index must be told exactly what it was given when a text is taken out again, also by another version of Warroom:
# so the words come from the stored JSON alone. A change here needs a migration that builds the index anew. A drill's
# script is left out, so that nobody finds what is still to come.
_NO_TEXT = frozenset(("playbook", "script", "erased", "left", "target", "replaces", "kind", "clock", "until", "at"))
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def text_of(body: str) -> str:
    """The words of a stored body: every text in it except references, times, the playbook and a drill's script."""
    try:
        return "\n".join(strings_in(_decode(body), lambda key: key in _NO_TEXT or key.endswith("_at")))
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return ""


def add(connection: sqlite3.Connection, n: int, body: str) -> None:
    connection.execute("INSERT INTO entry_index(rowid, text) VALUES(?, ?)", (n, text_of(body)))


def replace(connection: sqlite3.Connection, n: int, old: str, new: str) -> None:
    """Take the words of the old body out of the index and put those of the new one in."""
    connection.execute("INSERT INTO entry_index(entry_index, rowid, text) VALUES('delete', ?, ?)", (n, text_of(old)))
    add(connection, n, new)


def forget_deleted(connection: sqlite3.Connection) -> None:
    """Rewrite the index, so that nothing of texts taken out is left in it."""
    connection.execute("INSERT INTO entry_index(entry_index) VALUES('optimize')")


def match_of(terms: Iterable[Term]) -> str:
    """The FTS5 expression for all of these terms; empty where the index can find none of them."""
    found_by_index = (term for term in terms if not unspaced(term))
    return " ".join(phrase_of(" ".join(term.words)) + "*" * term.begun for term in found_by_index)


def phrase_of(text: str) -> str:
    """The FTS5 expression for the words of a text, one behind the other; it matches nothing without any."""
    return '"' + text.replace("\0", " ").replace('"', '""') + '"'
