"""Finding entries by their words: which are found, in which order, and what is said of them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.log.event import NewEvent
from console.core.memory.hits import Hit, wanted_of
from console.core.subjects.declaration import IncidentDeclared, TitleChanged
from console.core.subjects.entry import EntryCorrected, EntryLogged
from console.core.subjects.fix import FixAdded
from console.core.subjects.hypothesis import HypothesisJudged
from console.core.subjects.task import TaskAdded, TaskDone
from console.core.subjects.undo import EntriesUndone, EntryUndone
from console.core.subjects.update import UpdatePosted
from console.store import Log
from console.store.find import RANKED, Superseded
from tests.core.story import standard
from tests.store.making import INCIDENT, START, event

OTHER = "INC-AAAA"


def found(log: Log, typed: str, **asked: str) -> list[Hit]:
    return log.search(wanted_of(typed, **asked)).hits  # type: ignore[arg-type]  # By keyword.


def ids(log: Log, typed: str, **asked: str) -> list[str]:
    return [hit.id for hit in found(log, typed, **asked)]


def note(
    id: str, text: str, kind: str = "note", *, incident: str = INCIDENT, actor: str = "mo",
    tags: tuple[str, ...] = (), people: tuple[str, ...] = (),
) -> NewEvent:  # fmt: skip
    return replace(event(id, EntryLogged(kind, text, tags, people), incident=incident), actor=actor)


def test_the_best_stands_first(log: Log) -> None:
    log.append([
        event("title", IncidentDeclared("Pool exhausted", "SEV1", "declared", standard()), incident=OTHER),
        note("far", "the pool was looked at, and in the end nothing of it was exhausted"),
        note("near", "a long line about many other things, in which the pool exhausted all it had, as was seen"),
        note("cause", "pool exhausted #cause", "finding", tags=("cause",)),
        note("begun", "the pool is exhaustedly documented"),
    ])  # fmt: skip
    assert ids(log, "pool exhausted") == ["title", "cause", "near", "far", "begun"]


def test_an_entry_is_told_as_it_stands_now(log: Log) -> None:
    log.append([
        note("a", "the replica lags"),
        event("a2", EntryCorrected("a", text="the standby lags")),
        note("b", "the replica is fine"),
        event("b2", EntryUndone("b")),
        note("c", "the replica is back"),
        event("c2", EntryUndone("c")),
        event("c3", EntryUndone("c2")),
    ])  # fmt: skip
    assert [(hit.id, hit.text, hit.mark) for hit in found(log, "replica")] == [
        ("c", "the replica is back", ""),
        ("a", "the replica lags", "corrected"),
        ("b", "the replica is fine", "undone"),
    ]
    assert [(hit.id, hit.text, hit.mark) for hit in found(log, "standby")] == [("a", "the standby lags", "")]
    assert [hit.id for hit in found(log, "lags")] == ["a"]


def test_what_goes_with_an_undone_entry_is_undone(log: Log) -> None:
    log.append([
        event("t", TaskAdded("look at the graphs", owner="rs")),
        event("d", TaskDone("t", "the graphs are flat")),
        event("u", EntriesUndone(("t",))),
        note("h", "a bad disk", "hypothesis"),
        event("j", HypothesisJudged("h", "ruled_out", "its graphs are clean")),
    ])  # fmt: skip
    assert {hit.id: (hit.kind, hit.mark) for hit in found(log, "graphs")} == {
        "t": ("task", "undone"),
        "d": ("task", "undone"),
        "j": ("finding", ""),
    }


def test_each_hit_has_its_incident(log: Log) -> None:
    log.append([
        event("i", IncidentDeclared("Slow", "SEV2", "declared", standard(), drill=True)),
        event("i2", TitleChanged("Checkout is slow")),
        note("a", "pool"),
    ])  # fmt: skip
    assert log.search(wanted_of("pool")).incidents == {INCIDENT: ("Checkout is slow", "SEV2", True)}


def test_tags_people_kinds_and_times_narrow_it_down(log: Log) -> None:
    log.append([
        note("a", "pool at its limit #db", tags=("db",)),
        note("b", "the db pool is fine", "finding", actor="María"),
        note("c", "raise the pool for @ana", "decision", people=("ana",)),
        event("d", UpdatePosted("internal", "The pool is being raised")),
        note("e", "pool", incident=OTHER),
    ])  # fmt: skip
    assert ids(log, "pool #db") == ["a"]
    assert ids(log, "pool @maria") == ids(log, "pool", by="Mar") == ["b"]
    assert ids(log, "pool @ana") == ["c"]
    assert ids(log, "! pool") == ids(log, "pool", kind="decision") == ["c"]
    assert ids(log, "pool", kind="update") == ["d"]
    assert ids(log, "", kind="update") == ["d"]
    assert ids(log, "pool", incident=OTHER) == ["e"]
    assert ids(log, "@maria") == ["b"]
    assert not log.search(wanted_of("pool", since=START.replace(year=START.year + 50))).hits
    assert set(ids(log, "pool")) == {"a", "b", "c", "d", "e"}
    assert len(log.search(wanted_of("pool", since=START)).hits) == 5


def test_a_corrected_kind_is_what_is_asked_for(log: Log) -> None:
    log.append([note("a", "restart the pool"), event("a2", EntryCorrected("a", kind="decision"))])
    assert ids(log, "pool", kind="decision") == []
    log.append([event("a3", EntryCorrected("a", text="restart the pool now"))])
    assert ids(log, "pool", kind="decision") == ["a"]


def test_what_a_correction_or_a_verdict_says_is_found_by_the_kind_of_its_line(log: Log) -> None:
    log.append([event("a", FixAdded("pool doubled")), event("a2", EntryCorrected("a", text="limit raised"))])
    log.append(
        [note("b", "the pool is full", "hypothesis"), event("b2", HypothesisJudged("b", "supported", "a heap dump"))]
    )
    assert ids(log, "raised", kind="fix") == ["a"]
    assert ids(log, "heap dump", kind="finding") == ["b2"]


def test_words_of_scripts_without_spaces_are_found_inside(log: Log) -> None:
    log.append([note("a", "昨日のデータベース障害"), note("b", "database")])
    assert ids(log, "障害") == ["a"]
    assert ids(log, "データ 障害") == ["a"]
    assert ids(log, "停電") == []
    log.append([note("c", "Database 大障害")])
    assert ids(log, '"database 障害"') == ["c"]


def test_of_very_many_the_newest_are_ranked(log: Log) -> None:
    log.append([note(f"n{number}", "pool") for number in range(RANKED + 1)])
    looked = log.search(wanted_of("pool"), limit=5)
    assert looked.more
    assert len(looked.hits) == 5
    assert not log.search(wanted_of("pool", incident=OTHER)).more


def test_nobody_waits_for_what_was_superseded(log: Log) -> None:
    log.append([note("a", "pool")])
    with pytest.raises(Superseded):
        log.search(wanted_of("pool"), stop=lambda: True)


SIGNS = ['"', "*", "NEAR(", "OR", "-", "^", ":", "é", "障", "'", "#", "@", "\0", "\ud800"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.lists(st.sampled_from(SIGNS)).map(" ".join))
def test_any_text_may_be_looked_for(log: Log, typed: str) -> None:
    log.append([note("a", "plain words")])
    assert all(hit.id == "a" for hit in found(log, typed))
