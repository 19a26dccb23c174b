"""Writing and reading one log."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from console.core.log.event import Event, Unknown
from console.core.memory.hits import wanted_of
from console.store import Log, StoreProblem, rows
from console.store.sqlite import sqlite3
from tests.store.making import INCIDENT, START, entry, event

OpenLog = Callable[..., Log]


def test_what_was_appended_is_read_back_the_same_after_opening_again(open_log: OpenLog, path: Path) -> None:
    first = open_log()
    written = first.append([entry("a", "error rate 5 → 20 %"), entry("b", minute=1)])
    first.close()

    second = open_log()
    assert second.events(INCIDENT) == written
    assert [one.oseq for one in written] == [1, 2]
    assert second.origin == first.origin
    assert second.verify() == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_repeated_append_writes_nothing_and_gives_what_stands_there(log: Log) -> None:
    [first] = log.append([entry("a", "the first try")])
    again = log.append([entry("a", "another wording"), entry("b")])
    assert again[0] == first
    assert [event.oseq for event in log.events(INCIDENT)] == [1, 2]


def test_all_events_of_an_append_are_written_or_none(log: Log) -> None:
    with pytest.raises(UnicodeEncodeError):
        log.append([entry("a"), entry("b", "a lone surrogate \ud800")])
    assert log.events(INCIDENT) == []
    log.append([entry("c")])
    assert log.verify() == []


def test_queued_appends_keep_their_order(log: Log) -> None:
    futures = [log.append_later([entry(str(number))]) for number in range(50)]
    assert [future.result()[0].oseq for future in futures] == list(range(1, 51))


def test_closing_writes_what_is_queued(open_log: OpenLog) -> None:
    first = open_log()
    futures = [first.append_later([entry(str(number))]) for number in range(20)]
    first.close()
    assert all(future.done() for future in futures)
    assert len(open_log().events(INCIDENT)) == 20
    with pytest.raises(StoreProblem, match="closed"):
        first.append([entry("late")])


def test_the_logical_clock_follows_others_but_not_one_that_is_far_ahead(log: Log) -> None:
    [first] = log.append([entry("mine")])
    log.import_events(
        [
            _foreign(log, "near", oseq=1, hlc=_hlc(5)),
            _foreign(log, "far", oseq=2, hlc=_hlc(60)),
        ]
    )
    [after] = log.append([entry("after", minute=1)])
    assert first.hlc == _hlc(0)
    assert after.hlc == _hlc(5) + 1
    assert [event.id for event in log.events(INCIDENT)] == ["mine", "near", "after", "far"]


def test_a_clock_that_was_set_back_does_not_change_the_order_of_our_own(log: Log) -> None:
    log.append([entry("wrong clock", minute=600), entry("clock mended", minute=0)])
    assert [event.id for event in log.events(INCIDENT)] == ["wrong clock", "clock mended"]


def test_reading_on_from_a_position_gives_what_came_after_it(log: Log) -> None:
    log.append([entry("a")])
    position = log.position()
    log.append([entry("b"), entry("c", incident="INC-AAAA")])
    events, after = log.query(lambda connection: rows.since(connection, position))
    assert [event.id for event in events] == ["b", "c"]
    assert log.query(lambda connection: rows.since(connection, after)) == ([], after)
    assert [event.id for event in log.events(INCIDENT, after=position)] == ["b"]
    assert log.incidents() == ["INC-AAAA", INCIDENT]


def test_an_event_of_a_newer_version_is_kept_as_it_is(log: Log) -> None:
    log.append([event("a", Unknown("drone_sent", '{"text":"to the data centre"}'))])
    [kept] = log.events(INCIDENT)
    assert kept.body == Unknown("drone_sent", '{"text":"to the data centre"}')
    assert log.search(wanted_of("centre")).hits[0].id == "a"


@pytest.mark.parametrize("query", ['"', "a OR", "NEAR(", "*", "col:x", "'; DROP TABLE event", "-", "(", "\0", "^x"])
def test_search_takes_any_text(log: Log, query: str) -> None:
    log.append([entry("a", "plain words")])
    assert log.search(wanted_of(query)).hits == []


def test_search_finds_all_the_words_and_the_beginning_of_the_last(log: Log) -> None:
    log.append([entry("a", "Rolled back v2.3.4 in Zürich"), entry("b", "rolled on", incident="INC-AAAA")])
    assert [hit.id for hit in log.search(wanted_of("rolled")).hits] == ["b", "a"]
    assert [hit.id for hit in log.search(wanted_of("zurich rol")).hits] == ["a"]
    assert [hit.id for hit in log.search(wanted_of("v2.3.4")).hits] == ["a"]
    assert [hit.id for hit in log.search(wanted_of("rolled", incident=INCIDENT)).hits] == ["a"]
    assert log.search(wanted_of("rolled forward")).hits == []


def test_drafts_and_snapshots_are_kept(open_log: OpenLog) -> None:
    first = open_log()
    first.append([entry("a")])
    for text in ("-4m", "-4m ! roll", "-4m ! rolling back"):
        first.save_draft("prompt", text)
    first.save_draft("other", "x")
    first.save_draft("other", "")
    first.save_snapshot(INCIDENT, first.position(), b"folded")
    first.close()
    second = open_log()
    assert second.drafts() == {"prompt": "-4m ! rolling back"}
    assert "other" not in second.drafts()
    assert second.snapshot(INCIDENT) == (1, b"folded")


def test_nothing_can_be_changed_or_deleted_behind_the_log(log: Log, path: Path) -> None:
    log.append([entry("a")])
    other = sqlite3.connect(str(path), isolation_level=None)
    for statement in (
        "DELETE FROM event",
        "UPDATE event SET actor = 'eve'",
        "UPDATE event SET body = '{}', salt = NULL",
        "UPDATE event SET n = 7",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement)
    other.close()
    assert log.verify() == []


def _hlc(minutes: int) -> int:
    return (int(START.timestamp()) + minutes * 60) * 1000 << 16


def _foreign(log: Log, event_id: str, *, oseq: int, hlc: int) -> Event:
    new = entry(event_id)
    return Event(event_id, INCIDENT, "f" * 16, oseq, hlc, "jo", new.occurred_at, new.recorded_at, new.body)


def test_a_draft_reads_as_it_was_left_before_the_disk_has_it(log: Log) -> None:
    for text in ("half a li", "half a line", ""):
        log.save_draft("prompt", text)
        assert log.drafts().get("prompt", "") == text
