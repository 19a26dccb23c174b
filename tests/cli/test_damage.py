"""A damaged log: one sentence, what is left of it, and a way out; and a look that changes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.store.log import Log
from console.store.sqlite import sqlite3
from tests.cli.shell import ROOT, Warroom
from tests.store.damaging import flip, left_by_a_killed_process
from tests.store.making import INCIDENT

CUT_OFF = """
import os, sys
from console.store.sqlite import sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
for number in range(200):
    connection.execute("INSERT INTO draft VALUES(?, zeroblob(4000) || '')", (f"key {number}",))
os._exit(0)
"""
"""Ends in the middle of a write, with a journal that whoever opens the file next has to roll back."""


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file()
    }


def declared(warroom: Warroom) -> str:
    ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    warroom.says("log", ref, "rolled back to 41")
    return ref


def prepared(warroom: Warroom, state: str) -> str:
    """A log in one of the states in which a look at it may find it; gives an incident of it."""
    ref = declared(warroom)
    if state == "left by a killed process":
        left_by_a_killed_process(warroom.db, 3)
    elif state == "left without its index":
        left_by_a_killed_process(warroom.db, 3)
        warroom.db.with_name(warroom.db.name + "-shm").unlink()
    elif state in ("with a rollback journal", "cut off in a write"):
        connection = sqlite3.connect(str(warroom.db), isolation_level=None)
        connection.execute("REPLACE INTO meta VALUES('journal', 'delete')")
        connection.execute("PRAGMA journal_mode = delete")
        connection.close()
    if state == "cut off in a write":
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", CUT_OFF, str(warroom.db)], env=environment, cwd=ROOT, check=True)
        assert warroom.db.with_name(warroom.db.name + "-journal").stat().st_size
    return ref


STATES = (
    "closed", "left by a killed process", "left without its index", "with a rollback journal", "cut off in a write",
)  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_a_look_changes_no_file(warroom: Warroom, tmp_path: Path, state: str) -> None:
    ref = prepared(warroom, state)
    before = contents(tmp_path)
    assert warroom.says("verify") == "clean"
    for args in (("show", ref), ("list",), ("--read-only", "list"), ("clocks",), ("export", ref, "timeline")):
        assert "Checkout errors" in warroom.says(*args) or args[0] == "clocks"
    assert "whole" in warroom.here("doctor")[1]
    assert contents(tmp_path) == before


def test_a_look_sees_what_an_open_console_has_written(warroom: Warroom) -> None:
    ref = declared(warroom)
    with Log.open(warroom.db):
        warroom.says("log", ref, "news")
        assert "news" in warroom.says("show", ref)
        assert warroom.says("verify") == "clean"


def test_the_doctor_makes_no_database(warroom: Warroom) -> None:
    assert "the first incident makes it" in warroom.here("doctor")[1]
    assert not warroom.db.exists()


def test_a_rescue_says_what_is_lost_and_where_the_rest_is(warroom: Warroom, tmp_path: Path) -> None:
    ref = declared(warroom)
    warroom.says("log", ref, "errors are back")
    content = warroom.db.read_bytes()
    warroom.db.write_bytes(content.replace(b"back to 41", b"back to 43"))
    before = warroom.db.read_bytes()
    status, out, err = warroom.here("rescue", str(warroom.db))
    new = warroom.db.with_name(f"{warroom.db.stem}-rescued{warroom.db.suffix}")
    assert (status, out) == (0, f"{new}\n")
    assert f"{ref}, written by" in err
    assert "entry 2 is lost." in err
    assert "Saved 2 entries" in err
    assert warroom.db.read_bytes() == before
    saved = Warroom(new)
    assert saved.says("verify") == "clean"
    assert "errors are back" in saved.says("show", ref)
    assert new.stat().st_mode & 0o777 == 0o600


def test_a_rescue_of_a_damaged_log_says_that_consoles_close_before_a_file_is_put_in_its_place(warroom: Warroom) -> None:
    declared(warroom)
    warroom.db.write_bytes(warroom.db.read_bytes().replace(b"back to 41", b"back to 43"))
    err = warroom.here("rescue", str(warroom.db))[2]
    assert f"To put it in the place of {warroom.db}, first close every console" in err
    assert "sound" not in err


def test_a_rescue_of_a_sound_log_in_use_says_so_and_puts_nothing_in_its_place(warroom: Warroom) -> None:
    ref = declared(warroom)
    with Log.open(warroom.db):
        status, out, err = warroom.here("rescue", str(warroom.db))
        assert status == 0
        assert f"{warroom.db} is sound and needs no rescue" in err
        assert "in the place of" not in err
        assert "errors" in Warroom(Path(out.strip())).says("show", ref)
        assert warroom.says("verify") == "clean"


def test_a_damaged_declaration_is_saved_as_it_reads(warroom: Warroom) -> None:
    ref = declared(warroom)
    warroom.db.write_bytes(warroom.db.read_bytes().replace(b"Checkout errors", b"Checkout er\xf2ors"))
    err = warroom.here("rescue", str(warroom.db))[2]
    assert f"{ref}: the declaration is damaged" in err
    saved = Warroom(warroom.db.with_name(f"{warroom.db.stem}-rescued{warroom.db.suffix}"))
    assert saved.says("verify") == "clean"
    assert "rolled back to 41" in saved.says("show", ref)


def test_a_rescue_of_what_is_no_log_is_refused(warroom: Warroom, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("nothing")
    assert "No entry of" in warroom.fails("rescue", str(tmp_path / "notes"))
    assert "no log" in warroom.fails("rescue", str(tmp_path / "nowhere"))


def test_verify_misses_what_sqlite_drops(warroom: Warroom) -> None:
    declared(warroom)
    left_by_a_killed_process(warroom.db, 20)
    flip(warroom.db.with_name(warroom.db.name + "-wal"), 60, 1)
    status, out, err = warroom.here("verify")
    assert (status, out) == (1, "")
    assert f"{INCIDENT}, written by" in err
    assert "entries 1 to 20 were logged and are missing" in err


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET value = 'two' WHERE key = 'schema_version'",
        "UPDATE meta SET value = '-1' WHERE key = 'schema_version'",
        "DELETE FROM meta",
        "DROP TRIGGER event_no_delete",
        "CREATE TRIGGER quiet BEFORE INSERT ON event BEGIN SELECT raise(IGNORE); END",
    ],
)
def test_a_file_that_is_not_as_warroom_makes_it_is_refused_in_a_sentence(warroom: Warroom, statement: str) -> None:
    ref = declared(warroom)
    connection = sqlite3.connect(str(warroom.db), isolation_level=None)
    connection.execute(statement)
    connection.close()
    assert "is damaged" in warroom.fails("log", ref, "news")
    assert warroom.here("verify")[0] == 1
    assert warroom.here("doctor")[0] == 1
    assert "warroom rescue" in warroom.fails("log", ref, "news")


def test_a_disk_that_cannot_be_read_is_no_damaged_log(warroom: Warroom, tmp_path: Path) -> None:
    # SQLite answers to both in the same words; another program that reads the file meets the disk's error again.
    declared(warroom)
    content = warroom.db.read_bytes()
    warroom.db.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    assert "is damaged" in warroom.fails("list")
    program = tmp_path / "bin" / "cat"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "cat: $2: Input/output error" >&2\nexit 1\n')
    program.chmod(0o755)
    warroom.env["PATH"] = f"{program.parent}:{os.environ['PATH']}"
    for command in (("list",), ("verify",)):
        assert "reports an error (Input/output error)" in warroom.fails(*command)


def test_what_is_missing_is_told_until_somebody_takes_the_log_as_it_is(warroom: Warroom) -> None:
    declared(warroom)
    left_by_a_killed_process(warroom.db, 3)
    flip(warroom.db.with_name(warroom.db.name + "-wal"), 60, 1)
    status, _, err = warroom.here("verify")
    assert status == 1
    assert "were logged and are missing" in err
    assert "warroom verify --accept" in err
    assert warroom.says("verify", "--accept") == "clean"
    assert warroom.says("verify") == "clean"


def test_a_search_index_is_made_anew_and_nothing_else_is_changed(warroom: Warroom) -> None:
    ref = declared(warroom)
    eve = sqlite3.connect(str(warroom.db))
    eve.execute("INSERT INTO entry_index(entry_index) VALUES('delete-all')")
    eve.commit()
    eve.close()
    status, _, err = warroom.here("verify")
    assert (status, err.count("\n")) == (1, 1)
    assert "warroom verify --rebuild-index" in err
    before = warroom.json("show", ref)["entries"]
    assert warroom.here("--read-only", "verify", "--rebuild-index")[0] == 1
    assert warroom.says("verify", "--rebuild-index") == "clean"
    assert "rolled back" in warroom.says("search", "rolled")
    assert warroom.json("show", ref)["entries"] == before
