"""A damaged log: what is whole of it is saved, and what is missing is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from console.core.log.event import Unreadable
from console.core.subjects.entry import EntryLogged
from console.core.subjects.undo import EntryRedacted
from console.store import Log, StoreProblem
from console.store.rescue import rescue
from console.store.sqlite import sqlite3
from tests.store.damaging import flip, left_by_a_killed_process
from tests.store.making import INCIDENT, entry, event

OpenLog = Callable[..., Log]


def texts(path: Path) -> list[str]:
    with Log.open(path, read_only=True) as log:
        assert log.verify() == []
        bodies = [event.body for event in log.events(INCIDENT)]
    return [body.text.split(" word")[0].strip() for body in bodies if isinstance(body, EntryLogged)]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix == ".db" or "-wal" in file.name}


@pytest.mark.parametrize("began_before", [True, False])
def test_entries_behind_a_flipped_bit_of_the_write_ahead_log_are_saved(
    open_log: OpenLog, path: Path, tmp_path: Path, began_before: bool
) -> None:
    if began_before:
        # Else the tables themselves stand in the write-ahead log.
        open_log().close()
    left_by_a_killed_process(path, 20)
    flip(path.with_name(path.name + "-wal"), 60, 1)
    before = bytes_of(path.parent)
    rescued = rescue(path, tmp_path / "new.db")
    assert bytes_of(path.parent) == before
    assert (rescued.entries, rescued.moved, rescued.losses) == (20, 0, ())
    assert texts(tmp_path / "new.db") == [f"entry {number}" for number in range(20)]


def test_entries_are_saved_also_after_the_log_was_written_again(open_log: OpenLog, path: Path, tmp_path: Path) -> None:
    open_log().close()
    left_by_a_killed_process(path, 20)
    flip(path.with_name(path.name + "-wal"), 60, 1)
    open_log().close()
    again = open_log()
    again.append([entry("later", "later on")])
    again.close()
    kept = path.with_name(path.name + "-lost1")
    assert kept.stat().st_mode & 0o777 == 0o600
    open_log().close()
    assert not path.with_name(path.name + "-lost2").exists()
    rescued = rescue(path, tmp_path / "new.db")
    assert (rescued.entries, rescued.moved, rescued.losses) == (21, 0, ())
    assert sorted(texts(tmp_path / "new.db")) == sorted([*(f"entry {number}" for number in range(20)), "later on"])


def test_what_is_lost_is_named_and_what_follows_it_is_kept_under_a_new_origin(
    open_log: OpenLog, path: Path, tmp_path: Path
) -> None:
    first = open_log()
    first.append([entry(f"e{number}", f"entry number {number}") for number in range(10)])
    first.close()
    content = path.read_bytes()
    path.write_bytes(content.replace(b"entry number 4", b"entry nUmber 4"))
    rescued = rescue(path, tmp_path / "new.db")
    [loss] = rescued.losses
    assert (loss.incident, loss.origin, loss.numbers) == (INCIDENT, first.origin, (5,))
    assert loss.sentence.endswith(": entry 5 is lost.")
    assert (rescued.entries, rescued.moved) == (9, 5)
    assert texts(tmp_path / "new.db") == [f"entry number {number}" for number in range(10) if number != 4]
    saved = open_log(tmp_path / "new.db")
    assert {event.origin for event in saved.events(INCIDENT)} == {first.origin, saved.origin}
    assert [each.id for each in saved.events(INCIDENT)] == [f"e{number}" for number in range(10) if number != 4]
    assert saved.append([entry("next")])[0].oseq == 6
    assert saved.verify() == []


def test_a_backup_gives_what_the_file_has_lost(open_log: OpenLog, path: Path, tmp_path: Path) -> None:
    first = open_log()
    first.append([entry("a", "the first entry"), entry("b", "the second entry")])
    first.backup(path.with_name("warroom-backups") / "warroom-1.db")
    first.append([entry("c", "the third entry")])
    first.close()
    path.write_bytes(path.read_bytes().replace(b"the first", b"the fiRst"))
    rescued = rescue(path, tmp_path / "new.db")
    assert (rescued.entries, rescued.from_backups, rescued.moved, rescued.losses) == (3, 1, 0, ())


def test_entries_of_a_file_whose_first_page_is_gone_are_saved(open_log: OpenLog, path: Path, tmp_path: Path) -> None:
    first = open_log()
    first.append([entry(f"e{number}", f"entry {number} " + "word " * 900) for number in range(40)])
    first.close()
    content = bytearray(path.read_bytes())
    content[:4096] = b"\xa5" * 4096
    path.write_bytes(content)
    rescue(path, tmp_path / "new.db")
    assert texts(tmp_path / "new.db") == [f"entry {number}" for number in range(40)]


def test_a_redacted_text_stays_erased_also_where_a_backup_holds_it(
    open_log: OpenLog, path: Path, tmp_path: Path
) -> None:
    first = open_log()
    first.append([entry("a", "password hunter2secret"), entry("b", "all well")])
    first.backup(path.with_name("warroom-backups") / "warroom-1.db")
    first.redact(event("r", EntryRedacted("a", "")))
    first.close()
    path.write_bytes(path.read_bytes().replace(b"all well", b"all weLl"))
    rescue(path, tmp_path / "new.db")
    assert b"hunter2secret" not in (tmp_path / "new.db").read_bytes()
    with Log.open(tmp_path / "new.db") as saved:
        assert [each.id for each in saved.events(INCIDENT)] == ["a", "b", "r"]
        assert saved.verify() == []


def test_a_file_in_which_nothing_is_whole_makes_no_new_log(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"x" * 9000)
    with pytest.raises(StoreProblem, match="No entry of"):
        rescue(tmp_path / "notes.db", tmp_path / "new.db")
    assert not list(tmp_path.glob("new*"))


def test_a_rescue_never_writes_over_a_file(open_log: OpenLog, path: Path, tmp_path: Path) -> None:
    open_log().append([entry("a")])
    (tmp_path / "new.db").write_text("mine")
    with pytest.raises(StoreProblem, match="there already"):
        rescue(path, tmp_path / "new.db")
    assert (tmp_path / "new.db").read_text() == "mine"


def test_drafts_are_taken_along(open_log: OpenLog, path: Path, tmp_path: Path) -> None:
    first = open_log()
    first.append([entry("a")])
    first.save_draft("prompt INC-K7Q2 mo", "half a line").result()
    first.close()
    rescue(path, tmp_path / "new.db")
    assert open_log(tmp_path / "new.db").drafts() == {"prompt INC-K7Q2 mo": "half a line"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET body = '{\"kind\": ' WHERE id = 'b'",
        "UPDATE event SET occurred_at = '0001-01-01T00:00:00Z' WHERE id = 'b'",
        "UPDATE event SET occurred_at = '9999-12-31T23:59:59-12:00' WHERE id = 'b'",
        "UPDATE event SET recorded_at = '2026-11-21T14:30:00' WHERE id = 'b'",
        "UPDATE event SET body = CAST(x'7bff7d' AS TEXT), actor = CAST(x'ff' AS TEXT) WHERE id = 'b'",
    ],
)
def test_an_entry_that_cannot_be_read_does_not_hide_the_others(open_log: OpenLog, path: Path, statement: str) -> None:
    first = open_log()
    first.append([entry(name) for name in "abc"])
    first.close()
    eve = sqlite3.connect(str(path), isolation_level=None)
    (trigger,) = eve.execute("SELECT sql FROM sqlite_schema WHERE name = 'event_no_update'").fetchone()
    eve.execute("DROP TRIGGER event_no_update")
    eve.execute(statement)
    eve.execute(trigger)
    eve.close()
    log = open_log()
    assert [event.id for event in log.events(INCIDENT)] == ["a", "b", "c"]
    assert log.verify() != []
    unreadable = [event.id for event in log.events(INCIDENT) if isinstance(event.body, Unreadable)]
    assert unreadable == (["b"] if "body" in statement else [])
