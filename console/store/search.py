"""The full-text index over everything that people wrote."""

from collections.abc import Iterable
from contextlib import closing
from hashlib import blake2b
from typing import Any

import msgspec

from console.core.language.searching import Term, unspaced
from console.core.log.erasure import strings_in
from console.store.sqlite import sqlite3

# The index must be told exactly what it was given when a text is taken out again, also by another version of Warroom:
# so the words come from the stored JSON alone. A change here needs a migration that builds the index anew. A drill's
# script is left out, so that nobody finds what is still to come.
_NO_TEXT = frozenset(("playbook", "script", "erased", "left", "target", "replaces", "kind", "clock", "until", "at"))
CREATE_INDEX_SQL = (
    "CREATE VIRTUAL TABLE entry_index USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')"
)
_BATCH_ROWS = 5_000
"""Rows whose words are held in memory at once while the index is compared with them."""
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


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the index anew of the entries, in the caller's transaction."""
    connection.execute("INSERT INTO entry_index(entry_index) VALUES('delete-all')")
    for n, body in connection.execute("SELECT n, body FROM event"):
        add(connection, n, body)


def holds_the_entries(connection: sqlite3.Connection) -> bool:
    """True when each word of each entry stands at its place in the index, and nothing else; reads all of both.

    The connection must not be used for writing afterwards.
    """
    (apart,) = connection.execute(
        "SELECT EXISTS(SELECT n FROM event EXCEPT SELECT id FROM entry_index_docsize)"
        " OR EXISTS(SELECT id FROM entry_index_docsize EXCEPT SELECT n FROM event)"
    ).fetchone()
    return not apart and _sum_of(connection) == _sum_of_entries(connection)


def _sum_of_entries(connection: sqlite3.Connection) -> int:
    """The sum of an index that holds exactly the words of the entries."""
    total = 0
    bodies = connection.execute("SELECT n, body FROM event")
    while some := bodies.fetchmany(_BATCH_ROWS):
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
            fresh.execute(CREATE_INDEX_SQL)
            fresh.execute("BEGIN")
            for n, body in some:
                add(fresh, n, body)
            total += _sum_of(fresh)
    return total % _SUM_LIMIT


_SUM_LIMIT = 1 << 64
_PLACE = "(doc * 31 + 1) * (offset * 37 + 1) % 999999937"
"""A number of a word's entry and of its place in it; small enough for the sum of all not to be too large for SQLite."""


def _sum_of(connection: sqlite3.Connection) -> int:
    """A number that differs where a word, its place or its entry does; those of an index's parts add up to its own."""
    # A temporary table, which SQLite counts as writing.
    connection.execute("PRAGMA query_only = OFF")
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'entry_index', 'instance')")
    connection.execute("PRAGMA query_only = ON")
    sums = connection.execute(f"SELECT term, sum({_PLACE}) FROM temp.words GROUP BY term")
    return sum(_number_of(term) * int(places) for term, places in sums) % _SUM_LIMIT


def _number_of(term: str) -> int:
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogateescape"), digest_size=8).digest())


def match_of(terms: Iterable[Term]) -> str:
    """The FTS5 expression for all of these terms; empty where the index can find none of them."""
    found_by_index = (term for term in terms if not any(map(unspaced, term.words)))
    return " ".join(phrase_of(" ".join(term.words)) + "*" * term.begun for term in found_by_index)


def phrase_of(text: str) -> str:
    """The FTS5 expression for the words of a text, one behind the other; it matches nothing without any."""
    return '"' + text.replace("\0", " ").replace('"', '""') + '"'
