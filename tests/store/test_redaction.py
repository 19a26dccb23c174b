"""Redaction, exchange and backups: what leaves the file, and what stays provable."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from console.core.log.event import Event
from console.core.memory.hits import wanted_of
from console.core.subjects.entry import EntryCorrected
from console.core.subjects.undo import EntryRedacted, Undone
from console.store import Log, StoreProblem, redact
from console.store.sqlite import sqlite3
from tests.store.making import INCIDENT, entry, event, program

OpenLog = Callable[..., Log]
SECRET = "hunter2xyzzy"


def with_secret(log: Log) -> None:
    log.append([entry(f"filler{number}", f"text {number} " * 40) for number in range(100)])
    log.append([entry("a", f"the password is {SECRET}")])
    log.append([event("b", EntryCorrected("a", text=f"password {SECRET} of the database"))])
    log.append([event("c", EntryCorrected("b", text=f"again {SECRET}")), event("d", Undone("b"))])
    log.append([entry(f"more{number}", f"text {number} " * 40) for number in range(100)])


def bytes_of(path: Path) -> bytes:
    """Everything in the log's folder, read by a process of no log: all of them are closed."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


def test_a_redacted_text_is_gone_from_every_byte_and_the_chain_holds(open_log: OpenLog, path: Path) -> None:
    log = open_log()
    with_secret(log)
    log.save_draft("prompt", f"the password is {SECRET} and more")
    log.save_draft("other", "harmless").result()
    log.save_snapshot(INCIDENT, log.position(), SECRET.encode()).result()

    [redaction] = log.redact(event("r", EntryRedacted("a", reason="a password")))

    assert isinstance(redaction.body, EntryRedacted)
    assert set(redaction.body.erased) == {"a", "b", "c"}
    assert log.search(wanted_of(SECRET)).hits == []
    assert log.search(wanted_of("password of the database")).hits == []
    assert log.drafts() == {"other": "harmless"}
    assert log.snapshot(INCIDENT) is None
    assert len(log.events(INCIDENT)) == 205
    assert log.verify() == []
    # While the log is open its files must not be opened in this process, so they are read elsewhere.
    assert _grep(path, SECRET) == ""
    log.close()
    assert SECRET.encode() not in bytes_of(path)
    assert open_log().verify() == []


KILLED = """
import os, sys
from pathlib import Path
from console.core.subjects.undo import EntryRedacted
from console.store import Log, redact
from tests.store.making import event
redact.sweep = lambda connection: os._exit(0)
Log.open(Path(sys.argv[1])).redact(event("r", EntryRedacted("a")))
"""


def test_a_redaction_whose_process_was_killed_before_it_swept_is_swept_by_the_next(
    open_log: OpenLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = open_log()
    with_secret(log)
    log.close()
    program(KILLED, path).communicate()
    sweep, swept = redact.sweep, list[bool]()

    def noted(connection: sqlite3.Connection) -> bool:
        swept.append(sweep(connection))
        return swept[-1]

    monkeypatch.setattr(redact, "sweep", noted)
    for _ in range(3):
        with open_log() as following:
            assert isinstance(following.event("r"), Event)
    assert swept == [True]
    assert SECRET.encode() not in bytes_of(path)


def test_a_repeated_redaction_changes_nothing(log: Log) -> None:
    with_secret(log)
    first = log.redact(event("r", EntryRedacted("a")))
    assert log.redact(event("r", EntryRedacted("a"))) == first
    log.redact(event("r2", EntryRedacted("a")))
    assert log.verify() == []


def test_a_redaction_that_is_appended_with_other_events_erases_too(log: Log) -> None:
    with_secret(log)
    log.append([entry("x"), event("r", EntryRedacted("a"))])
    assert log.search(wanted_of(SECRET)).hits == []
    assert log.verify() == []


def test_an_unknown_entry_cannot_be_redacted(log: Log) -> None:
    with pytest.raises(StoreProblem, match="no entry"):
        log.redact(event("r", EntryRedacted("nothing")))
    assert log.events(INCIDENT) == []


def test_a_state_folded_before_a_redaction_is_not_saved_after_it(log: Log) -> None:
    log.append([entry("a", SECRET)])
    position = log.position()
    log.redact(event("r", EntryRedacted("a")))
    log.save_snapshot(INCIDENT, position, SECRET.encode()).result()
    assert log.snapshot(INCIDENT) is None


def test_an_export_comes_back_the_same_in_another_file(log: Log, open_log: OpenLog, tmp_path: Path) -> None:
    with_secret(log)
    log.redact(event("r", EntryRedacted("a")))
    exported = log.events(INCIDENT)
    other = open_log(tmp_path / "other.db")
    assert other.import_events(exported) == len(exported)
    assert other.events(INCIDENT) == exported
    assert other.import_events(exported) == 0
    assert other.search(wanted_of("filler99")).hits == []
    assert [hit.id for hit in other.search(wanted_of("text 99")).hits] == ["more99", "filler99"]
    assert other.verify() == []
    assert log.import_events(exported) == 0


def test_a_search_is_answered_while_the_file_is_written_anew(path: Path) -> None:
    """As after a redaction, which leaves nothing in free pages; each search has a connection that has read nothing."""
    with Log.open(path) as log:
        log.append([entry(str(number), f"text {number}") for number in range(300)])
        redacting = threading.Event()

        def search() -> int:
            count = 0
            while not redacting.is_set():
                with Log.open(path, read_only=True) as reading:
                    assert [hit.id for hit in reading.search(wanted_of("text 99")).hits] == ["99"]
                count += 1
            return count

        with ThreadPoolExecutor() as threads:
            searches = [threads.submit(search) for _ in range(3)]
            for _ in range(150):
                log.run_as_writer(lambda connection: connection.execute("VACUUM"))
            redacting.set()
            assert all(done.result() for done in searches)


def test_an_import_erases_what_it_redacts_and_never_brings_it_back(log: Log, open_log: OpenLog, tmp_path: Path) -> None:
    with_secret(log)
    before = log.events(INCIDENT)
    other = open_log(tmp_path / "other.db")
    other.import_events(before)
    log.redact(event("r", EntryRedacted("a")))
    assert other.import_events(log.events(INCIDENT)) == 1
    assert other.search(wanted_of(SECRET)).hits == []
    assert other.import_events(before) == 0
    assert log.import_events(before) == 0
    assert other.events(INCIDENT) == log.events(INCIDENT)
    assert other.verify() == []


def test_an_import_that_contradicts_the_log_changes_nothing(log: Log, open_log: OpenLog, tmp_path: Path) -> None:
    log.append([entry("a"), entry("b"), entry("c")])
    a, b, c = log.events(INCIDENT)
    other = open_log(tmp_path / "other.db")
    with pytest.raises(StoreProblem, match="missing"):
        other.import_events([a, c])
    assert other.events(INCIDENT) == []
    other.import_events([a])
    for forged, reason in (
        (_replaced(a, actor="eve"), "another content"),
        (_replaced(b, oseq=1), "in the place of"),
        (_replaced(b, hlc=1), "before one"),
    ):
        with pytest.raises(StoreProblem, match=reason):
            other.import_events([forged])
    assert other.events(INCIDENT) == [a]


def test_a_backup_is_whole_and_writes_under_another_origin(log: Log, open_log: OpenLog, tmp_path: Path) -> None:
    log.append([entry("a")])
    target = tmp_path / "backups" / "copy.db"
    log.backup(target)
    log.backup(target)
    assert [file.name for file in target.parent.iterdir()] == ["copy.db"]
    assert target.stat().st_mode & 0o777 == 0o600
    copy = open_log(target)
    assert copy.events(INCIDENT) == log.events(INCIDENT)
    assert copy.origin != log.origin
    with pytest.raises(StoreProblem, match="belongs to the log"):
        log.backup(log.path)
    with pytest.raises(StoreProblem):
        log.backup(target / "below" / "a-file.db")


def test_hourly_backups_keep_a_few(log: Log, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(10, 17):
        old = folder / f"warroom-202611{day}T000000Z.db"
        old.write_bytes(b"")
        os.utime(old, (0, 0))
    made = log.hourly_backup(folder, keep=3)
    assert made is not None
    assert sorted(file.name for file in folder.iterdir())[-1] == made.name
    assert len(list(folder.iterdir())) == 3
    assert log.hourly_backup(folder, keep=3) is None


def test_copies_of_a_clock_that_ran_ahead_push_none_of_now_out(log: Log, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for year in range(2090, 2095):
        (folder / f"warroom-{year}0101T000000Z.db").write_bytes(b"")
        (folder / f"warroom-{year}0101T000000Z-0002.db").write_bytes(b"")
        os.utime(folder / f"warroom-{year}0101T000000Z-0002.db", (4e9, 4e9))
    made = []
    for _ in range(3):
        copy = log.hourly_backup(folder, keep=3)
        assert copy is not None
        made.append(copy.name)
        os.utime(copy, (0, 0))
    assert sorted(file.name for file in folder.iterdir()) == sorted(made)


def test_the_triggers_let_only_a_named_scrub_through(log: Log, path: Path) -> None:
    log.append([entry("a"), entry("b")])
    log.redact(event("r", EntryRedacted("a")))
    eve = sqlite3.connect(str(path), isolation_level=None)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        eve.execute("UPDATE event SET body = '{}', salt = NULL WHERE id = 'b'")
    eve.execute("UPDATE event SET body = '{}', salt = NULL WHERE id = 'a'")
    eve.close()
    assert any("gone without a redaction" in line for line in log.verify())


def _grep(path: Path, text: str) -> str:
    source = (
        "import sys; from pathlib import Path\n"
        "for file in Path(sys.argv[1]).parent.iterdir():\n"
        "    if sys.argv[2].encode() in file.read_bytes(): print(file.name)\n"
    )
    return program(source, path, text).communicate()[0]


def _replaced(event: Event, **changes: object) -> Event:
    return msgspec.structs.replace(event, **changes)
