"""The one place that picks the SQLite module.

It is `pysqlite3`, whose SQLite is free of the WAL faults of older ones, where that is installed and the standard module
elsewhere. Two modules on one file in one process would cancel each other's locks, so everything else imports the
module, and its exceptions, from here.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The same interface; pysqlite3 has no types.
    import sqlite3
else:
    try:
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["BUSY_S", "journal_for", "sqlite3"]

BUSY_S = 10.0
"""Seconds that a write waits for another process's write before it is given up."""

_WAL_MENDED = (3, 51, 3)
_WAL_BACKPORTS = ((3, 44, 6), (3, 50, 7))


def journal_for(version: tuple[int, ...]) -> tuple[str, str]:
    """The journal mode and the `synchronous` level that are safe with an SQLite version (three numbers).

    Versions 3.7.0 to 3.51.2, the backports 3.44.6 and 3.50.7 excepted, can corrupt a WAL file when two processes
    write or checkpoint at the same moment (sqlite.org/wal.html, "the WAL-reset bug").
    """
    release = version[:3]
    backported = any(release[:2] == fixed[:2] and release >= fixed for fixed in _WAL_BACKPORTS)
    return ("wal", "FULL") if release >= _WAL_MENDED or backported else ("delete", "EXTRA")
