"""Cases that are kept beside the log: always what the log says now, and gone with what is erased."""

from collections.abc import Callable
from pathlib import Path

import pytest

from console.core.log.event import Event
from console.core.memory.case import Case, case_of
from console.core.memory.concepts import Concept, Concepts, Vocabulary
from console.core.memory.similar import digest_of
from console.core.subjects.declaration import IncidentDeclared, TitleChanged
from console.core.subjects.entry import EntryCorrected, EntryLogged
from console.core.subjects.undo import EntryRedacted, EntryUndone
from console.library.concepts import vocabulary
from console.store import Log, cases, rows
from console.store.snapshots import load
from console.store.sqlite import sqlite3
from tests.core.story import standard
from tests.store.conftest import make_older
from tests.store.making import INCIDENT, START, event

SECRET = "swordfish8"
OTHER = "INC-AAAA"


def declared(log: Log) -> None:
    log.append([
        event("d", IncidentDeclared("Slow", "SEV1", "declared", standard())),
        event("s", EntryLogged("action", f"restart {SECRET} #stopped", tags=("stopped",)), minute=3),
        event("o", IncidentDeclared("Other", "SEV2", "declared", standard()), incident=OTHER, minute=9),
    ])  # fmt: skip


def told(log: Log) -> dict[str, Case]:
    found = {case.ref: case for case in cases.every(log)}
    log.transact(lambda connection: None)  # What is kept is kept behind the scenes.
    return found


def arrives_late(log: Log) -> None:
    """From another machine, whose clock stands before all that is here."""
    body = EntryLogged("finding", "the disk was full #cause", tags=("cause",))
    log.import_events([Event("late", INCIDENT, "elsewhere", 1, 1, "rs", START, START, body)])


CHANGES: dict[str, Callable[[Log], object]] = {
    "a line": lambda log: log.append([event("n", EntryLogged("note", "more", tags=("db",)))]),
    "a title": lambda log: log.append([event("n", TitleChanged("Checkout is slow"))]),
    "an undo": lambda log: log.append([event("u", EntryUndone("s"))]),
    "an undo of the declaration": lambda log: log.append([event("u", EntryUndone("d"))]),
    "a correction": lambda log: log.append([event("c", EntryCorrected("s", text="fail over"))]),
    "a late arrival": arrives_late,
    "a redaction": lambda log: log.redact(event("r", EntryRedacted("s"))),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_kept_case_is_never_one_of_before(log: Log, path: Path, change: Callable[[Log], object]) -> None:
    declared(log)
    assert told(log)[INCIDENT].stopped == f"restart {SECRET} #stopped"
    assert cases.kept(log).missing == {}
    change(log)
    looked = cases.kept(log)
    assert list(looked.missing) == [INCIDENT]
    assert list(looked.known) == [OTHER]
    anew = case_of(load(log, INCIDENT).state)
    assert told(log).get(INCIDENT) == anew
    with Log.open(path, read_only=True) as another:
        assert cases.kept(another).known[INCIDENT].case == anew


def test_a_redaction_takes_the_words_out_of_the_file(path: Path) -> None:
    with Log.open(path) as log:
        declared(log)
        told(log)
        log.redact(event("r", EntryRedacted("s")))
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())


def test_a_case_told_before_a_redaction_is_not_kept_after_it(log: Log) -> None:
    declared(log)
    missing = cases.kept(log).missing
    states = {INCIDENT: load(log, INCIDENT).state}
    log.redact(event("r", EntryRedacted("s")))
    cases.make(log, {INCIDENT: missing[INCIDENT]}, states, lambda ref: None)
    assert INCIDENT in cases.kept(log).missing


@pytest.mark.parametrize("statement", ["told = x'00'", "told = substr(told, 1, 30)", "heads = 'x'"])
def test_a_damaged_case_is_told_anew(path: Path, statement: str) -> None:
    with Log.open(path) as log:
        declared(log)
        whole = told(log)
    broken = sqlite3.connect(str(path), isolation_level=None)
    broken.execute(f"UPDATE told SET {statement}")
    broken.close()
    with Log.open(path) as log:
        assert set(cases.kept(log).missing) == {INCIDENT, OTHER}
        assert told(log) == whole


def test_cases_of_another_core_are_told_anew(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    declared(log)
    told(log)
    monkeypatch.setattr(cases, "core_version", lambda: b"another version!")
    assert len(cases.kept(log).missing) == 2


def test_a_log_that_is_only_read_keeps_nothing_and_tells_all(path: Path) -> None:
    with Log.open(path) as log:
        declared(log)
    with Log.open(path, read_only=True) as log:
        assert [case.ref for case in cases.every(log)] == [OTHER, INCIDENT]
        assert len(cases.kept(log).missing) == 2


def test_a_log_of_an_earlier_version_is_told_as_it_stands(path: Path) -> None:
    with Log.open(path) as log:
        declared(log)
    make_older(path, 3)
    for read_only in (True, False):
        with Log.open(path, read_only=read_only) as log:
            assert [case.ref for case in cases.every(log)] == [OTHER, INCIDENT]


def test_what_is_in_memory_is_not_read_again(log: Log) -> None:
    declared(log)
    missing = cases.kept(log).missing
    known = {ref: cases.KeptCase(heads, None) for ref, heads in missing.items()}
    assert cases.kept(log, known) == (known, {})
    log.append([event("n", EntryLogged("note", "more"))])
    assert list(cases.kept(log, known).missing) == [INCIDENT]


def test_the_heads_are_the_last_events_of_every_origin(log: Log) -> None:
    body = EntryLogged("note", "x")
    declared(log)
    log.import_events([
        Event(f"{origin}{incident}{oseq}", incident, origin, oseq, 10 * oseq, "rs", START, START, body)
        for origin in ("one", "two", "zed") for incident in (INCIDENT, OTHER, "INC-ZZZZ") for oseq in (1, 2)
    ])  # fmt: skip
    grouped = "SELECT incident, origin, max(oseq), hash FROM event GROUP BY incident, origin ORDER BY 1, 2"
    wanted: dict[str, list[str]] = {}
    for incident, origin, oseq, hashed in log.select(grouped):
        wanted.setdefault(incident, []).append(f"{origin} {oseq} {hashed}")
    assert len(wanted[INCIDENT]) == 4
    assert log.query(rows.heads) == {incident: ", ".join(heads) for incident, heads in wanted.items()}
    for incident in wanted:
        [(ref, heads)] = log.query(lambda connection, ref=incident: rows.heads(connection, ref)).items()  # type: ignore[misc]  # The default binds it.
        assert (ref, heads) == (incident, ", ".join(wanted[incident]))
    assert log.query(lambda connection: rows.heads(connection, "INC-NONE")) == {}


def test_a_digest_is_made_once_for_each_vocabulary_and_kept_with_its_case(log: Log) -> None:
    declared(log)
    built_in, _ = vocabulary(None)
    told(log)
    without = cases.kept(log).known
    made = cases.digests(log, without, built_in)
    log.transact(lambda connection: None)
    kept = cases.kept(log).known
    assert kept == made != without
    assert cases.digests(log, kept, built_in) == kept
    of = kept[INCIDENT]
    assert of.case is not None
    assert cases.digest_in(of) == digest_of(of.case, built_in)
    other = Vocabulary([Concepts((Concept("fish", signs=("swordfish8",)),))])
    assert cases.digest_in(cases.digests(log, kept, other)[INCIDENT]).concepts.keys() == {"fish"}


def test_a_redaction_takes_the_words_out_of_the_digest(path: Path) -> None:
    with Log.open(path) as log:
        declared(log)
        told(log)
        cases.digests(log, cases.kept(log).known, vocabulary(None)[0])
        log.transact(lambda connection: None)
        log.redact(event("r", EntryRedacted("s")))
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
