"""Entries from another file that arrive late are marked as late, and only those that somebody may have read past."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import LogEntry
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import START, standard_playbook


class File:
    """A log with a clock of its own."""

    def __init__(self, path: Path, actor: str) -> None:
        self.now = START
        self.log = Log.open(path)
        self.ledger = Ledger(self.log, actor=actor, clock=lambda: self.now)

    def at(self, minutes: float) -> "File":
        self.now = START + timedelta(minutes=minutes)
        return self

    def logs(self, ref: str, text: str, ago: float = 0) -> None:
        at = self.now - timedelta(minutes=ago) if ago else None
        self.ledger.execute(ref, LogEntry(actor=self.ledger.actor, at=at, text=text))

    def takes(self, other: "File", ref: str) -> None:
        """All that the other has, at this moment of this file's clock."""
        self.log.import_events(other.log.events(ref), at=self.now)

    def late(self, ref: str) -> dict[str, datetime]:
        """When late entries arrived, by their words."""
        arrived = self.log.late_arrivals(ref)
        return {event.body.text: arrived[event.id] for event in self.log.events(ref) if event.id in arrived}  # type: ignore[attr-defined]  # Notes.


@pytest.fixture
def pair(tmp_path: Path) -> tuple[File, File, str]:
    """Two files that have the same declaration."""
    ana, rs = File(tmp_path / "ana.db", "ana"), File(tmp_path / "rs.db", "rs")
    ref = ana.ledger.declare(DeclareIncident(actor="ana", title="Checkout", severity="SEV1"), standard_playbook())
    rs.takes(ana, ref)
    return ana, rs, ref


def test_what_lands_before_something_that_was_here_is_late_since_its_arrival(pair: tuple[File, File, str]) -> None:
    ana, rs, ref = pair
    rs.at(5).logs(ref, "offline at five")
    rs.at(25).logs(ref, "offline at twenty-five")
    ana.at(20).logs(ref, "read at twenty")
    ana.at(30).takes(rs, ref)
    assert ana.late(ref) == {"offline at five": ana.now}


def test_what_comes_at_once_is_not_late_though_two_typed_at_the_same_moment(pair: tuple[File, File, str]) -> None:
    ana, rs, ref = pair
    rs.at(5).logs(ref, "typed first")
    ana.at(5.05).logs(ref, "typed a little later")
    ana.at(5.1).takes(rs, ref)
    assert not ana.late(ref)


def test_what_tells_of_earlier_but_comes_at_once_is_not_late(pair: tuple[File, File, str]) -> None:
    ana, rs, ref = pair
    ana.at(9).logs(ref, "read at nine")
    rs.at(10).logs(ref, "of an earlier moment", ago=8)
    ana.takes(rs, ref)
    ana.at(10.1).takes(rs, ref)
    assert not ana.late(ref)


def test_nothing_is_late_in_a_log_that_only_now_gets_all_of_it_in_whatever_pieces(
    pair: tuple[File, File, str], tmp_path: Path
) -> None:
    ana, rs, ref = pair
    ana.at(10).logs(ref, "ten")
    rs.at(5).logs(ref, "five")
    new = File(tmp_path / "new.db", "kim").at(60)
    new.takes(ana, ref)
    new.at(60.5).takes(rs, ref)
    assert not new.late(ref)
    rs.at(30).logs(ref, "thirty")
    ana.at(70).logs(ref, "seventy")
    new.at(70).takes(ana, ref)
    new.at(75).takes(rs, ref)
    assert set(new.late(ref)) == {"thirty"}


def test_an_arrival_stays_what_it_was_when_the_same_comes_again(pair: tuple[File, File, str]) -> None:
    ana, rs, ref = pair
    rs.at(5).logs(ref, "five")
    ana.at(20).logs(ref, "twenty")
    ana.at(30).takes(rs, ref)
    ana.at(40).takes(rs, ref)
    assert ana.late(ref) == {"five": START + timedelta(minutes=30)}
    assert ana.log.verify() == []


def test_the_states_on_both_sides_are_the_same_all_the_same(pair: tuple[File, File, str]) -> None:
    """When something arrived is no part of the log, and of no state."""
    ana, rs, ref = pair
    rs.at(5).logs(ref, "five")
    ana.at(20).logs(ref, "twenty")
    ana.at(30).takes(rs, ref)
    rs.at(31).takes(ana, ref)
    assert ana.late(ref).keys() != rs.late(ref).keys()
    here, there = (Ledger(each.log, actor="mo", clock=lambda: START).state(ref) for each in (ana, rs))
    assert here == there
