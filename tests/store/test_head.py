"""The head knows when a log has lost what was logged in it, and is silent about every other file."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console.core.memory.hits import wanted_of
from console.store import Log, StoreProblem, head, place
from console.store.place import Identity, backups_folder, identity
from console.store.rescue import rescue
from console.store.sqlite import BUSY_S, sqlite3
from tests.store.damaging import flip, left_by_a_killed_process
from tests.store.making import INCIDENT, entry

OpenLog = Callable[..., Log]


def lose_the_write_ahead_log(path: Path) -> None:
    Log.open(path).close()
    left_by_a_killed_process(path, 20)
    flip(path.with_name(path.name + "-wal"), 60, 1)


def test_entries_that_sqlite_drops_from_the_write_ahead_log_are_missed(open_log: OpenLog, path: Path) -> None:
    lose_the_write_ahead_log(path)
    looking = open_log(read_only=True)
    assert any("entries 1 to 20 were logged and are missing" in line for line in looking.verify())
    assert [gap.entries for gap in looking.gaps()] == [20]


@pytest.mark.parametrize("cut", [0, 32])
@pytest.mark.parametrize("index", [True, False])
def test_a_write_ahead_log_that_was_emptied_is_missed_at_once(path: Path, cut: int, index: bool) -> None:
    """Also with the index left behind, for which SQLite would wait, and without one."""
    Log.open(path).close()
    left_by_a_killed_process(path, 20)
    os.truncate(path.with_name(path.name + "-wal"), cut)
    if not index:
        path.with_name(path.name + "-shm").unlink()
    begun = time.monotonic()
    with Log.open(path, read_only=True, still=True) as looking:
        assert any("entries 1 to 20 were logged and are missing" in line for line in looking.verify())
    assert time.monotonic() - begun < BUSY_S


def test_a_log_that_has_lost_entries_goes_on_under_another_origin(open_log: OpenLog, path: Path) -> None:
    lose_the_write_ahead_log(path)
    [before] = {mark.origin for mark in head.read(path, _identity(path))}
    log = open_log()
    assert log.origin != before
    log.append([entry("new")])
    assert [gap.entries for gap in log.gaps()] == [20]
    log.close()
    again = open_log()
    assert again.origin == log.origin
    assert [gap.entries for gap in again.gaps()] == [20]


def test_what_was_lost_and_is_imported_again_is_no_longer_missed(open_log: OpenLog, path: Path, tmp_path: Path) -> None:
    first = open_log()
    first.append([entry("a"), entry("b")])
    exported = first.events(INCIDENT)
    first.close()
    os.truncate(path, 0)
    log = open_log()
    assert [gap.entries for gap in log.gaps()] == [2]
    log.import_events(exported)
    assert log.gaps() == []
    assert log.verify() == []


def test_a_file_that_was_cut_to_nothing_is_no_new_log(open_log: OpenLog, path: Path) -> None:
    first = open_log()
    first.append([entry("a")])
    first.close()
    os.truncate(path, 0)
    with pytest.raises(StoreProblem, match="is empty, and 1 entry was logged in it"):
        open_log(read_only=True)
    assert path.stat().st_size == 0
    assert [gap.entries for gap in open_log().gaps()] == [1]


def test_a_new_file_of_the_same_name_is_not_asked_for_the_old_ones_entries(open_log: OpenLog, path: Path) -> None:
    first = open_log()
    first.append([entry("a")])
    first.close()
    path.unlink()
    second = open_log()
    assert second.gaps() == []
    assert second.verify() == []


def test_a_log_that_takes_the_place_of_one_that_is_gone_says_so_once(open_log: OpenLog, path: Path) -> None:
    first = open_log()
    assert first.damage == ""
    first.append([entry("a")])
    first.close()
    path.rename(path.with_name("elsewhere.db"))
    second = open_log()
    assert "with 1 entry, is gone, and a new one is begun" in second.damage
    second.close()
    assert open_log().damage == ""


@pytest.mark.parametrize("restore", [shutil.copyfile, os.replace])
def test_a_backup_put_in_the_logs_place_is_not_asked_for_what_came_after_it(
    open_log: OpenLog, path: Path, tmp_path: Path, restore: Callable[[Path, Path], object]
) -> None:
    first = open_log()
    first.append([entry("a")])
    first.backup(tmp_path / "copy.db")
    first.append([entry("b")])
    first.close()
    restore(tmp_path / "copy.db", path)
    log = open_log()
    assert log.gaps() == []
    assert log.verify() == []
    log.append([entry("c")])
    log.close()
    os.truncate(path, 0)
    # The new file has a head of its own.
    assert sum(gap.entries for gap in open_log().gaps()) == 2


def test_a_backup_that_knows_more_is_told_of(open_log: OpenLog, path: Path, tmp_path: Path) -> None:
    first = open_log()
    first.append([entry("a")])
    first.backup(tmp_path / "old.db")
    first.append([entry("b")])
    first.backup(path.with_name("warroom-backups") / "warroom-1.db")
    first.close()
    os.replace(tmp_path / "old.db", path)
    [finding] = open_log(read_only=True).verify()
    assert "the backup warroom-1.db holds entry 2, and the log does not" in finding


def copied_and_lost(open_log: OpenLog, path: Path, spare: Path) -> str:
    """Entries a, b and c of which a backup knows all, and the log and its head only a; the origin of them."""
    log = open_log()
    log.append([entry("a")])
    log.backup(spare / "old.db")
    log.append([entry("b"), entry("c")])
    log.exit_backup(backups_folder(path))
    log.close()
    # What lies there is written over, so that it stays the same file.
    shutil.copyfile(spare / "old.db", path)
    keep = sqlite3.connect(str(path))
    keep.execute("REPLACE INTO meta VALUES('origin', ?)", (log.origin,))
    keep.execute("REPLACE INTO meta VALUES('file', ?)", (":".join(map(str, _identity(path))),))
    keep.commit()
    keep.close()
    head.path_of(path).unlink()
    return log.origin


def test_a_backup_knows_what_a_log_has_lost_together_with_its_heads(
    open_log: OpenLog, path: Path, tmp_path: Path
) -> None:
    """Until it is here again; meanwhile nothing is written in its place, and no backup pushes that one out."""
    lost = copied_and_lost(open_log, path, tmp_path)
    folder = backups_folder(path)
    for id in ("x", "y"):
        log = open_log()
        assert log.origin != lost
        assert [(gap.origin, gap.held, gap.known, gap.backup) for gap in log.gaps()] == [(lost, 1, 3, "at-exit.db")]
        log.append([entry(id)])
        for _ in range(3):
            log.exit_backup(folder, keep=1)
        with pytest.raises(StoreProblem, match="holds entries that"):
            log.renew_backups()
        log.close()
    assert len(list(path.parent.glob("*-lost?"))) == 1
    assert len(list(folder.iterdir())) == 2
    [finding] = open_log(read_only=True).verify()
    assert "the backup at-exit.db holds entries 2 to 3, and the log does not" in finding
    rescue(path, tmp_path / "rescued.db")
    os.replace(tmp_path / "rescued.db", path)
    again = open_log()
    assert again.verify() == []
    assert {event.id for event in again.events(INCIDENT)} == set("abcxy")
    again.exit_backup(folder, keep=1)
    again.renew_backups()
    assert len(list(folder.iterdir())) == 1


def test_what_was_accepted_is_told_no_more_and_what_is_lost_later_is(
    open_log: OpenLog, path: Path, tmp_path: Path
) -> None:
    copied_and_lost(open_log, path, tmp_path)
    log = open_log()
    log.accept()
    assert log.gaps() == []
    assert log.verify() == []
    log.exit_backup(backups_folder(path), keep=1)
    assert [file.name for file in backups_folder(path).iterdir()] == ["at-exit.db"]
    log.append([entry("d")])
    log.exit_backup(backups_folder(path), keep=1)
    eve = sqlite3.connect(str(path))
    eve.execute("DROP TRIGGER event_no_delete")
    eve.execute("DELETE FROM event WHERE id = 'd'")
    eve.commit()
    eve.close()
    head.forget(path)
    assert any("at-exit.db holds entry 1" in line for line in open_log(read_only=True).verify())


def test_backups_of_another_log_say_nothing_and_stay(open_log: OpenLog, path: Path) -> None:
    folder = backups_folder(path)
    first = open_log()
    first.append([entry("a")])
    first.exit_backup(folder)
    first.close()
    path.unlink()
    second = open_log()
    second.append([entry("b")])
    assert second.verify() == []
    for _ in range(2):
        second.exit_backup(folder, keep=1)
    second.renew_backups()
    assert len(list(folder.iterdir())) == 2
    assert second.verify() == []


@pytest.mark.parametrize(
    "left",
    [
        "INSERT INTO snapshot VALUES('INC-K7Q2', 3, x'00')",
        "INSERT INTO meta VALUES('sync', 'workspace 3')",
        "DROP TRIGGER outbox_no_drill; DROP TRIGGER outbox_of_update; INSERT INTO outbox(id, event, incident, origin,"
        " target, audience, due_at, payload) VALUES('m', 'gone', 'INC-K7Q2', 'o', 't', 'public', '', '{}')",
    ],
)
def test_what_else_in_the_file_has_seen_an_entry_tells_that_it_is_missing(
    open_log: OpenLog, path: Path, left: str
) -> None:
    open_log().append([entry("a"), entry("b")])
    assert open_log(read_only=True).verify() == []
    eve = sqlite3.connect(str(path))
    eve.executescript(left)
    eve.close()
    assert any("missing" in line or "there were 3" in line for line in open_log(read_only=True).verify())
    assert open_log(read_only=True).snapshot(INCIDENT) is None


def test_several_consoles_keep_one_head_also_while_one_shortens_it(
    open_log: OpenLog, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head, "_MAX_BYTES", 100)
    logs = [open_log() for _ in range(3)]
    for number in range(30):
        logs[number % 3].append([entry(f"e{number}")])
        if number % 7 == 6:
            logs[number % 2].backup(tmp_path / "copy.db")
    assert [mark.oseq for mark in head.read(path, _identity(path))] == [30]
    for log in logs:
        log.close()


def test_a_head_that_cannot_be_written_stops_nobody(open_log: OpenLog, path: Path) -> None:
    log = open_log()
    log.append([entry("a")])
    head.path_of(path).unlink()
    head.path_of(path).mkdir()
    log.append([entry("b")])
    log.close()
    assert len(open_log().events(INCIDENT)) == 2


def test_a_torn_line_of_the_head_is_passed_over(open_log: OpenLog, path: Path) -> None:
    first = open_log()
    first.append([entry("a")])
    first.append([entry("b")])
    first.close()
    file = head.path_of(path)
    file.write_bytes(file.read_bytes()[:-9] + b"\0\0\n[1]")
    assert open_log().gaps() == []


def test_a_head_grown_long_keeps_the_last_mark_alone(
    open_log: OpenLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head, "_MAX_BYTES", 100)
    log = open_log()
    for number in range(20):
        log.append([entry(f"e{number}")])
    log.close()
    assert head.path_of(path).read_bytes().count(b"\n") == 2
    assert [mark.oseq for mark in head.read(path, _identity(path))] == [20]
    assert head.path_of(path).stat().st_mode & 0o777 == 0o600


def test_a_rescue_ends_what_the_head_misses(open_log: OpenLog, path: Path, tmp_path: Path) -> None:
    lose_the_write_ahead_log(path)
    rescue(path, tmp_path / "new.db")
    assert not head.path_of(path).exists()
    saved = open_log(tmp_path / "new.db")
    assert saved.gaps() == []


TRIGGER = "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT {} ; END"
ENDLESS = "(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n)"


@pytest.mark.parametrize(
    "statements",
    [
        ["DROP TRIGGER event_no_delete"],
        ["DROP TRIGGER event_no_update", TRIGGER.format("raise(IGNORE)")],
        [f"CREATE TRIGGER slow BEFORE INSERT ON event BEGIN SELECT {ENDLESS}; END"],
        [f"CREATE TRIGGER slow AFTER INSERT ON draft BEGIN SELECT {ENDLESS}; END"],
        ['CREATE INDEX "\x1b[31m\n\'red" ON event(actor)'],
        ["CREATE VIEW extra AS SELECT 1"],
    ],
)
def test_a_file_with_other_triggers_is_read_and_never_written(
    open_log: OpenLog, path: Path, statements: list[str]
) -> None:
    first = open_log()
    first.append([entry("a")])
    eve = sqlite3.connect(str(path), isolation_level=None)
    for statement in statements:
        eve.execute(statement)
    eve.close()
    with pytest.raises(StoreProblem, match="is damaged") as caught:
        first.append([entry("b")])
    assert caught.value.reason.isprintable()
    with pytest.raises(StoreProblem, match="is damaged"):
        open_log()
    looking = open_log(read_only=True)
    assert [event.id for event in looking.events(INCIDENT)] == ["a"]
    assert any("tables are not those of a Warroom log" in line for line in looking.verify())


@pytest.mark.parametrize("table", ["event", "meta"])
def test_a_view_in_a_tables_place_is_refused_before_it_runs(open_log: OpenLog, path: Path, table: str) -> None:
    open_log().close()
    eve = sqlite3.connect(str(path), isolation_level=None)
    eve.execute(f"ALTER TABLE {table} RENAME TO kept")
    eve.execute(f"CREATE VIEW {table} AS SELECT {ENDLESS} AS value, 1 AS key, 1 AS n")
    eve.close()
    for read_only in (True, False):
        with pytest.raises(StoreProblem, match="is damaged"):
            open_log(read_only=read_only)


def _identity(path: Path) -> Identity:
    found = identity(path)
    assert found is not None
    return found


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a person's own records; a log among temporary files has no head there."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(place, "_IN_MEMORY", tmp_path / "memory")
    return tmp_path / "state"


def lose_entries_and_head(path: Path, older: Path) -> None:
    shutil.copyfile(older / path.name, path)
    head.path_of(path).unlink()


def put_older_copy_and_its_head_in_place(path: Path, older: Path) -> None:
    shutil.copyfile(older / path.name, path)
    shutil.copyfile(head.path_of(older / path.name), head.path_of(path))


def put_older_folder_in_place(path: Path, older: Path) -> None:
    shutil.rmtree(path.parent)
    os.rename(older, path.parent)


@pytest.mark.parametrize(
    "lose", [lose_entries_and_head, put_older_copy_and_its_head_in_place, put_older_folder_in_place]
)
def test_a_log_that_knows_less_than_when_it_was_last_open_here_is_told_of(
    open_log: OpenLog, path: Path, tmp_path: Path, elsewhere: Path, lose: Callable[[Path, Path], None]
) -> None:
    """Until what is missing is here again, or somebody takes the log as it is."""
    first = open_log()
    first.append([entry("a")])
    first.close()
    older = tmp_path / "older"
    shutil.copytree(path.parent, older)
    second = open_log()
    second.append([entry("b"), entry("c")])
    exported = second.events(INCIDENT)
    second.close()
    lose(path, older)
    with Log.open(path, read_only=True, still=True) as looking:
        assert [gap.entries for gap in looking.gaps()] == [2]
        assert any("entries 2 to 3 were logged and are missing" in line for line in looking.verify())
    for id in ("d", "e", "f"):
        log = open_log()
        assert log.origin != first.origin
        assert [gap.entries for gap in log.gaps()] == [2]
        log.append([entry(id)])
        log.close()
    assert len(list(path.parent.glob("*-lost?"))) <= 1
    log = open_log()
    log.import_events(exported)
    assert log.gaps() == []
    assert log.verify() == []


def test_a_log_that_was_put_there_on_purpose_is_taken_as_it_is(
    open_log: OpenLog, path: Path, tmp_path: Path, elsewhere: Path
) -> None:
    first = open_log()
    first.append([entry("a")])
    first.backup(tmp_path / "copy.db")
    first.append([entry("b")])
    first.close()
    os.replace(tmp_path / "copy.db", path)
    log = open_log()
    assert [gap.entries for gap in log.gaps()] == [1]
    log.accept()
    assert log.gaps() == []
    assert log.verify() == []
    log.close()
    assert open_log(read_only=True).verify() == []


def test_another_log_a_moved_one_and_a_rescued_one_are_not_asked_for_what_was_there_before(
    open_log: OpenLog, path: Path, tmp_path: Path, elsewhere: Path
) -> None:
    other = open_log(tmp_path / "other.db")
    other.append([entry("x", incident="INC-2222")])
    other.close()
    first = open_log()
    first.append([entry("a"), entry("b")])
    first.close()
    moved = tmp_path / "moved"
    os.rename(path.parent, moved)
    assert open_log(moved / path.name).verify() == []
    path.parent.mkdir()
    os.rename(tmp_path / "other.db", path)
    assert open_log(read_only=True).verify() == []
    log = open_log()
    assert log.verify() == []
    log.append([entry("y", incident="INC-2222")])
    log.close()
    rescue(path, tmp_path / "rescued.db")
    os.replace(tmp_path / "rescued.db", path)
    assert open_log().verify() == []


def test_nothing_is_left_of_a_log_among_temporary_files(open_log: OpenLog, tmp_path: Path, elsewhere: Path) -> None:
    open_log(tmp_path / "temporary" / "demo.db").append([entry("a")])
    assert not elsewhere.exists()


def test_a_head_elsewhere_that_cannot_be_written_stops_nobody(open_log: OpenLog, path: Path, elsewhere: Path) -> None:
    elsewhere.write_text("no folder")
    open_log().append([entry("a")])
    assert open_log().verify() == []


def test_few_heads_are_kept_elsewhere(
    open_log: OpenLog, tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head, "_MAX_ELSEWHERE", 3)
    for number in range(6):
        open_log(tmp_path / "logs" / f"{number}.db").close()
    assert len(list(elsewhere.rglob("*-head"))) == 4


@pytest.mark.parametrize(
    "damage",
    [
        "INSERT INTO entry_index(entry_index) VALUES('delete-all')",
        "DELETE FROM entry_index_data",
        "INSERT INTO entry_index(rowid, text) VALUES(99, 'more')",
        "INSERT INTO entry_index(entry_index, rowid, text) VALUES('delete', 2, 'entry b')",
        "INSERT INTO entry_index(entry_index, rowid, text) VALUES('delete', 2, 'entry b');"
        "INSERT INTO entry_index(rowid, text) VALUES(2, 'entry x')",
    ],
)
def test_a_search_index_that_is_not_that_of_the_entries_is_told_of_and_made_anew(
    open_log: OpenLog, path: Path, damage: str
) -> None:
    log = open_log()
    log.append([entry("a"), entry("b")])
    eve = sqlite3.connect(str(path))
    eve.executescript(damage)
    eve.close()
    [finding] = open_log(read_only=True).verify()
    assert finding.startswith("The search index is not that of the entries")
    log.rebuild_index()
    assert open_log(read_only=True).verify() == []
    assert [hit.id for hit in log.search(wanted_of("b")).hits] == ["b"]
