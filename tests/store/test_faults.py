"""Faults of files, disks and other programs: one sentence, nothing lost, nothing broken."""

import os
import select
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.core.memory.hits import wanted_of
from console.core.subjects.undo import EntryUndone
from console.store import Log, StoreProblem, default_path, schema
from console.store.place import network_type, refuse_network
from console.store.sqlite import journal_for, sqlite3
from tests.patience import PATIENCE_S
from tests.store.conftest import make_older
from tests.store.making import INCIDENT, LOCKER, entry, event, program

OpenLog = Callable[..., Log]
NOBODY = 65534


def refused(open_log: OpenLog, where: Path | None = None, *, read_only: bool = False) -> str:
    """The one sentence with which opening fails."""
    with pytest.raises(StoreProblem) as caught:
        open_log(where, read_only=read_only)
    reason = caught.value.reason
    assert reason.endswith(".")
    assert "\n" not in reason
    return reason


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte, where this user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_refuses_the_entry_and_takes_it_once_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with Log.open(small_disk / "data" / "warroom.db") as log:
        log.append([entry("before")])
        # Written until nothing more fits.
        with pytest.raises(OSError, match="No space"):
            ballast.write_bytes(b"x" * 2_000_000)
        failed = _append_until_refused(log)
        assert "full" in failed[1].reason
        kept = len(log.events(INCIDENT))
        ballast.unlink()
        log.append([entry(failed[0])])
        assert len(log.events(INCIDENT)) == kept + 1
        assert log.verify() == []


def test_a_file_that_may_not_grow_refuses_the_entry(log: Log) -> None:
    # The same answer of SQLite where no disk can be mounted: the writing connection is told to grow no further.
    def limit(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    log.run_as_writer(limit)
    assert "full" in _append_until_refused(log)[1].reason
    assert log.verify() == []


def test_a_file_on_a_read_only_disk_can_be_read_and_copied_but_not_written(
    small_disk: Path, open_log: OpenLog, tmp_path: Path
) -> None:
    path = small_disk / "warroom.db"
    with Log.open(path) as log:
        log.append([entry("a")])
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert "read-only" in refused(open_log, path)
    reading = open_log(path, read_only=True)
    assert [event.id for event in reading.events(INCIDENT)] == ["a"]
    assert [hit.id for hit in reading.search(wanted_of("entry")).hits] == ["a"]
    assert reading.verify() == []
    with pytest.raises(StoreProblem, match="reading only"):
        reading.append([entry("b")])
    reading.backup(tmp_path / "copy.db")
    reading.close()
    assert [event.id for event in open_log(tmp_path / "copy.db").events(INCIDENT)] == ["a"]


def open_to_all(folder: Path) -> None:
    """Others may enter the folder, and those of pytest's above it that were nobody else's."""
    for each in (folder, *list(folder.parents)[:3]):
        if not each.stat().st_mode & 0o005:
            each.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("mode", [0o500, 0o555])
def test_a_folder_or_file_of_somebody_else_is_refused(tmp_path: Path, mode: int) -> None:
    # Root passes over permissions, so another user tries.
    path = tmp_path / "warroom.db"
    with Log.open(path) as log:
        log.append([entry("a")])
    open_to_all(tmp_path)
    path.chmod(0o444)
    tmp_path.chmod(mode)
    source = (
        "import os, sys; from pathlib import Path; from console.store import Log, StoreProblem\n"
        f"os.setegid({NOBODY}); os.seteuid({NOBODY})\n"
        "try: Log.open(Path(sys.argv[1]))\n"
        "except StoreProblem as problem: print(problem.reason)\n"
    )
    said = program(source, path).communicate()[0]
    assert "read-only" in said or "may not write" in said
    assert said.count("\n") == 1


FOLLOWS = f"""
import os, sys
from pathlib import Path
from console.store import Log
os.setegid({NOBODY}); os.seteuid({NOBODY})
with Log.open(Path(sys.argv[1]), read_only=True) as log:
    log.watch(lambda events: [print(event.id, len(log.events(event.incident)), flush=True) for event in events])
    print("looks", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_who_may_only_read_a_file_that_nobody_has_open_sees_what_is_written_later(tmp_path: Path) -> None:
    path = tmp_path / "warroom.db"
    with Log.open(path) as log:
        log.append([entry("a")])
    open_to_all(tmp_path)
    path.chmod(0o644)
    looks = program(FOLLOWS, path)
    assert looks.stdout is not None
    assert looks.stdout.readline() == "looks\n"
    # Twice somebody comes, writes, and goes again.
    for at, name in enumerate("bc", 2):
        with Log.open(path) as log:
            log.append([entry(name)])
            assert select.select([looks.stdout], [], [], PATIENCE_S)[0], "it sees nothing"
            assert looks.stdout.readline() == f"{name} {at}\n"
    looks.communicate("\n")


def test_an_entry_waits_for_another_programs_lock(log: Log, path: Path) -> None:
    locker = program(LOCKER, path)
    assert locker.stdout is not None
    assert locker.stdout.readline() == "locked\n"
    waiting = [log.append_later([entry(name)]) for name in "ab"]
    assert log.events(INCIDENT) == []
    locker.communicate("\n")
    assert [future.result()[0].oseq for future in waiting] == [1, 2]


def test_an_entry_is_refused_when_the_lock_is_held_too_long(log: Log, path: Path) -> None:
    log.run_as_writer(lambda connection: connection.execute("PRAGMA busy_timeout = 100"))
    locker = program(LOCKER, path)
    assert locker.stdout is not None
    locker.stdout.readline()
    with pytest.raises(StoreProblem, match="locked"):
        log.append([entry("a")])
    locker.communicate("\n")
    assert log.append([entry("a")])[0].oseq == 1


@pytest.mark.parametrize(
    "content", [b"not a database at all\n" * 100, b"\0" * 5000, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_file_that_is_not_a_database_is_refused_and_left_alone(
    open_log: OpenLog, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert "not a Warroom log" in refused(open_log, path)
    assert path.read_bytes() == content


def test_somebody_elses_database_is_refused(open_log: OpenLog, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(str(path))
    other.execute("CREATE TABLE mine(x)")
    other.close()
    before = path.read_bytes()
    assert "not a Warroom log" in refused(open_log, path)
    assert path.read_bytes() == before


def test_a_damaged_file_is_told_in_a_sentence(open_log: OpenLog, path: Path) -> None:
    first = open_log()
    first.append([entry(str(number), "x" * 500) for number in range(200)])
    first.close()
    content = bytearray(path.read_bytes())
    # Everything after the pages that hold the schema.
    content[40 * 4096 :] = b"\xa5" * (len(content) - 40 * 4096)
    path.write_bytes(content)
    log = open_log()
    assert log.verify() != []
    assert 0 < len(log.events(INCIDENT)) < 200
    assert "is damaged" in log.damage
    with pytest.raises(StoreProblem, match=f"The log {path} is damaged"):
        log.backup(path.with_name("copy.db"))
    assert not path.with_name("copy.db").exists()


def test_one_changed_byte_is_found(open_log: OpenLog, path: Path) -> None:
    first = open_log()
    first.append([entry("a", "rolled back"), entry("b")])
    first.close()
    content = path.read_bytes()
    assert b"rolled back" in content
    path.write_bytes(content.replace(b"rolled back", b"rolled Back"))
    [finding] = open_log().verify()
    assert "its text is not the one that was written" in finding


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE event SET actor = 'eve' WHERE oseq = 2", "fields are not those"),
        ("DELETE FROM event WHERE oseq = 2", "1 entries before it are missing"),
        ("UPDATE event SET salt = NULL, body = '{}' WHERE oseq = 2", "gone without a redaction"),
        ("UPDATE event SET hlc = 1 WHERE oseq = 2", "stands before"),
    ],
)
def test_tampering_past_the_triggers_is_found(log: Log, path: Path, statement: str, finding: str) -> None:
    log.append([entry("a"), entry("b"), entry("c")])
    eve = sqlite3.connect(str(path), isolation_level=None)
    eve.execute("DROP TRIGGER event_no_update")
    eve.execute("DROP TRIGGER event_no_delete")
    eve.execute(statement)
    eve.close()
    assert any(finding in line for line in log.verify())


def test_a_newer_format_is_refused_for_reading_and_writing(open_log: OpenLog, path: Path) -> None:
    open_log().close()
    newer = sqlite3.connect(str(path), isolation_level=None)
    newer.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (str(schema.NEWEST + 1),))
    newer.close()
    assert "newer Warroom" in refused(open_log)
    assert "newer Warroom" in refused(open_log, read_only=True)


def test_a_log_of_before_the_index_of_changes_is_searched_as_it_stands(open_log: OpenLog, path: Path) -> None:
    with open_log() as log:
        log.append([entry("a", "the pool ran dry"), event("u", EntryUndone("a"))])
    make_older(path, 3)
    for read_only in (True, False):
        [hit] = open_log(read_only=read_only).search(wanted_of("pool")).hits
        assert (hit.id, hit.mark) == ("a", "undone")


def test_symbolic_links_are_refused(open_log: OpenLog, tmp_path: Path) -> None:
    open_log(tmp_path / "real.db").close()
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    (tmp_path / "dangling.db").symlink_to(tmp_path / "nowhere.db")
    (tmp_path / "real.db-wal").symlink_to(tmp_path / "elsewhere")
    assert "symbolic link" in refused(open_log, tmp_path / "link.db")
    assert "symbolic link" in refused(open_log, tmp_path / "dangling.db")
    assert "symbolic link" in refused(open_log, tmp_path / "real.db")
    assert not (tmp_path / "nowhere.db").exists()


def test_places_without_a_log_are_told_apart(open_log: OpenLog, tmp_path: Path) -> None:
    assert "no log" in refused(open_log, tmp_path / "none.db", read_only=True)
    assert "not a file" in refused(open_log, tmp_path)
    (tmp_path / "plain").write_text("")
    assert refused(open_log, tmp_path / "plain" / "warroom.db")
    assert not (tmp_path / "none.db").exists()


def test_without_a_home_folder_the_default_asks_for_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/srv/mo")
    assert default_path() == Path("/srv/mo/warroom/warroom.db")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "")
    with pytest.raises(StoreProblem, match="--db"):
        default_path()


def test_network_file_systems_are_known_by_the_list_of_mounts() -> None:
    mounts = (
        "/dev/sda / ext4 rw 0 0\n"
        "srv:/home /home nfs4 rw 0 0\n"
        "tmpfs /home/mo/local tmpfs rw 0 0\n"
        "//srv/x /mnt/my\\040share cifs rw 0 0\n"
        "mo@host: /mnt/ssh fuse.sshfs rw 0 0\n"
        "/dev/fuse /mnt/disk fuseblk rw 0 0\n"
    )
    found = {
        name: network_type(Path(name), mounts)
        for name in (
            "/var/lib",
            "/home/mo",
            "/homework",
            "/home/mo/local/x",
            "/mnt/my share/x",
            "/mnt/ssh",
            "/mnt/disk",
        )
    }
    assert found == {
        "/var/lib": None,
        "/home/mo": "nfs4",
        "/homework": None,
        "/home/mo/local/x": None,
        "/mnt/my share/x": "cifs",
        "/mnt/ssh": "fuse.sshfs",
        "/mnt/disk": None,
    }


def test_a_log_on_a_network_file_system_is_refused_with_the_way_out(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nsrv:/x {tmp_path} nfs4 rw 0 0\n")
    with pytest.raises(StoreProblem, match=r"network file system \(nfs4\).* on that machine by ssh\."):
        refuse_network(tmp_path / "warroom.db", mounts)
    refuse_network(Path("/elsewhere/warroom.db"), mounts)


@pytest.mark.parametrize(
    ("version", "journal"),
    [
        ((3, 40, 1), ("delete", "EXTRA")),
        ((3, 44, 5), ("delete", "EXTRA")),
        ((3, 44, 6), ("wal", "FULL")),
        ((3, 45, 0), ("delete", "EXTRA")),
        ((3, 50, 6), ("delete", "EXTRA")),
        ((3, 50, 7), ("wal", "FULL")),
        ((3, 51, 2), ("delete", "EXTRA")),
        ((3, 51, 3), ("wal", "FULL")),
        ((3, 53, 4), ("wal", "FULL")),
        ((4, 0, 0), ("wal", "FULL")),
    ],
)
def test_the_journal_is_one_that_the_sqlite_version_keeps_safe(
    version: tuple[int, ...], journal: tuple[str, str]
) -> None:
    assert journal_for(version) == journal


def test_a_file_that_an_old_sqlite_has_used_keeps_the_journal_that_is_safe_there(open_log: OpenLog, path: Path) -> None:
    first = open_log()
    first.append([entry("a")])
    first.close()
    old = sqlite3.connect(str(path), isolation_level=None)
    old.execute("INSERT OR IGNORE INTO meta(key, value) VALUES('journal', 'delete')")
    old.close()
    log = open_log()
    assert log.journal_mode == "delete"
    told = threading.Event()
    log.watch(lambda events: told.set())
    other = open_log()
    other.append([entry("b")])
    assert told.wait(PATIENCE_S)
    assert log.verify() == []


def _append_until_refused(log: Log) -> tuple[str, StoreProblem]:
    for number in range(1000):
        try:
            log.append([entry(f"n{number}", "x" * 1000)])
        except StoreProblem as problem:
            return f"n{number}", problem
    raise AssertionError("a thousand entries found room")
