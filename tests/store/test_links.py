"""Links between incidents, and entries that are moved to the one they belong to: both logs tell, and stay together."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from console.core.log.clocks import open_clocks
from console.core.log.entries import Entry
from console.core.log.erasure import texts
from console.core.log.fold import fold
from console.core.refusal import Refused
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.hypothesis import JudgeHypothesis, hypotheses_of
from console.core.subjects.link import RELATIONS, LinkIncident, handled_elsewhere, links_of
from console.core.subjects.move import MoveEntry
from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import RedactEntry, Undo
from console.store import Log
from console.store.ledger import Ledger
from console.store.snapshots import core_version, pack, unpack
from tests.core.story import START, standard

SECRET = "hunter2hunter2"


class Two:
    """A person at a log with two incidents."""

    def __init__(self, log: Log) -> None:
        self.now = START
        self.ledger = Ledger(log, actor="mo", clock=lambda: self.now)
        self.first, self.second = (
            self.ledger.declare(DeclareIncident(actor="mo", title=title, severity="SEV2"), standard())
            for title in ("Checkout fails", "Payments fail")
        )

    def logs(self, ref: str, text: str, kind: str = "note", actor: str = "rs", at: datetime | None = None) -> str:
        return self.ledger.execute(ref, LogEntry(actor=actor, text=text, kind=kind, at=at))[0].id

    def entry(self, ref: str, id: str) -> Entry:
        entry = self.ledger.state(ref).entries.get(id)
        assert entry is not None
        return entry

    def texts(self, ref: str) -> list[str]:
        """The timeline behind the declaration."""
        return [entry.text for entry in self.ledger.state(ref).entries if not entry.undone][1:]

    def links(self, ref: str) -> list[tuple[str, str]]:
        return [(link.relation, link.other) for link in links_of(self.ledger.state(ref))]

    def undoes(self, ref: str, entry: str) -> None:
        self.ledger.execute(ref, Undo(actor="mo", entry=entry))

    def link(self, relation: str) -> str:
        return self.ledger.execute(self.first, LinkIncident(actor="mo", relation=relation, other=self.second))[0].id

    def move(self, entry: str) -> tuple[str, str]:
        """The ids of the move and of the copy."""
        moved = self.ledger.execute(self.first, MoveEntry(actor="mo", entry=entry, to=self.second))
        assert [event.incident for event in moved] == [self.first, self.second]
        return moved[0].id, moved[1].id

    def holds(self) -> None:
        """Assert that the state in memory is the fold of the log."""
        for ref in (self.first, self.second):
            told, state = fold(ref, self.ledger.log.events(ref)), self.ledger.state(ref)
            assert told == state
            kept = unpack(pack(state, {}, core_version() or b""))
            assert kept is not None
            assert kept[0] == told


@pytest.fixture
def two(log: Log) -> Two:
    return Two(log)


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_link_stands_on_both_sides_and_is_undone_on_both_from_either(two: Two, relation: str) -> None:
    link = two.link(relation)
    inverse = two.links(two.second)[0][0]
    assert two.links(two.first) == [(relation, two.second)]
    assert two.links(two.second) == [(inverse, two.first)]
    assert two.texts(two.second) == [f"{RELATIONS[inverse]} {two.first}"]
    with pytest.raises(Refused, match="linked already"):
        two.link(relation)

    there = two.ledger.state(two.second).entries[-1].id
    for ref, entry in ((two.first, link), (two.second, there)):
        two.undoes(ref, entry)
        assert two.links(two.first) == two.links(two.second) == []
        two.undoes(ref, entry)
        assert two.links(two.first) == [(relation, two.second)]
        assert two.links(two.second) == [(inverse, two.first)]
    two.holds()


@pytest.mark.parametrize("other", ["INC-2222", "itself"])
def test_a_link_needs_another_incident_that_is_here(two: Two, other: str) -> None:
    with pytest.raises(Refused):
        two.ledger.execute(
            two.first, LinkIncident(actor="mo", relation="related", other=other.replace("itself", two.first))
        )
    assert two.texts(two.first) == []


def test_a_drill_and_a_live_incident_stay_apart(two: Two) -> None:
    drill = DeclareIncident(actor="mo", title="A drill", severity="SEV2", drill=True)
    two.second = two.ledger.declare(drill, standard())
    with pytest.raises(Refused, match="is a drill"):
        two.link("related")
    with pytest.raises(Refused, match="is a drill"):
        two.move(two.logs(two.first, "a note"))


def test_what_two_machines_linked_apart_is_one_link(two: Two, open_log: Callable[..., Log], tmp_path: Path) -> None:
    other = open_log(tmp_path / "other.db")
    refs = (two.first, two.second)
    other.import_events([event for ref in refs for event in two.ledger.log.events(ref)])
    elsewhere = Ledger(other, actor="ana", clock=lambda: START + timedelta(minutes=1))

    link = two.link("part_of")
    elsewhere.execute(two.first, LinkIncident(actor="ana", relation="part_of", other=two.second))
    for source, target in ((two.ledger.log, other), (other, two.ledger.log)):
        target.import_events([event for ref in refs for event in source.events(ref)])

    fresh = Ledger(two.ledger.log, actor="mo", clock=lambda: START + timedelta(minutes=2))
    two.ledger = fresh
    assert two.links(two.first) == [("part_of", two.second)]
    assert two.links(two.second) == [("has_part", two.first)]
    # What another said stands when one takes their own word back.
    two.undoes(two.first, link)
    assert two.links(two.first) == [("part_of", two.second)]
    assert two.links(two.second) == [("has_part", two.first)]
    two.undoes(two.first, links_of(two.ledger.state(two.first))[0].id)
    assert two.links(two.first) == two.links(two.second) == []


def test_a_moved_entry_keeps_its_author_and_its_times_and_both_logs_tell(two: Two) -> None:
    entry = two.logs(two.first, "the pool is full #db", "finding", at=START - timedelta(minutes=9))
    two.now += timedelta(minutes=3)
    move, copy = two.move(entry)

    here, there = two.entry(two.first, entry), two.entry(two.second, copy)
    assert (here.undone, here.moved_to) == (True, two.second)
    assert two.texts(two.first) == [f"Moved to {two.second}: the pool is full #db"]
    assert (there.text, there.kind, there.author, there.occurred_at) == (
        "the pool is full #db", "finding", "rs", START - timedelta(minutes=9),
    )  # fmt: skip
    assert there.moved_from == two.first
    assert two.entry(two.first, move).author == "mo"
    with pytest.raises(Refused, match="does not stand"):
        two.move(entry)
    two.holds()


def test_a_hypothesis_goes_with_its_entry_unless_it_was_judged(two: Two) -> None:
    entry = two.logs(two.first, "the pool is full", "hypothesis")
    two.move(entry)
    assert list(hypotheses_of(two.ledger.state(two.first))) == []
    assert [each.text for each in hypotheses_of(two.ledger.state(two.second)).values()] == ["the pool is full"]

    judged = two.logs(two.first, "the disk", "hypothesis")
    two.ledger.execute(two.first, JudgeHypothesis(actor="mo", hypothesis="disk", verdict="ruled_out"))
    with pytest.raises(Refused, match="names it"):
        two.move(judged)


@pytest.mark.parametrize("named", ["the move", "the entry", "the copy"])
def test_a_move_is_undone_and_put_back_from_either_side(two: Two, named: str) -> None:
    entry = two.logs(two.first, "the pool is full")
    move, copy = two.move(entry)
    ref, id = {"the move": (two.first, move), "the entry": (two.first, entry), "the copy": (two.second, copy)}[named]

    two.undoes(ref, id)
    assert two.texts(two.first) == ["the pool is full"]
    assert two.entry(two.first, entry).moved_to == ""
    assert two.texts(two.second) == []
    if named == "the entry":
        return  # It stands: one more undo of it would take it back.
    two.undoes(ref, id)
    assert two.texts(two.first) == [f"Moved to {two.second}: the pool is full"]
    assert two.texts(two.second) == ["the pool is full"]
    two.holds()


def test_a_corrected_entry_is_moved_as_it_reads_and_goes_on_being_corrected_there(two: Two) -> None:
    entry = two.logs(two.first, "the pol is full")
    two.ledger.execute(two.first, CorrectEntry(actor="mo", entry=entry, text="the pool is full"))
    _, copy = two.move(entry)
    two.ledger.execute(two.second, CorrectEntry(actor="mo", entry=copy, text="the pool was full"))
    assert two.texts(two.second) == ["the pool was full"]


def linked(two: Two, note: str, relation: str) -> None:
    two.ledger.execute(two.first, LinkIncident(actor="mo", relation=relation, other=two.second, note=note))


def moved(two: Two, note: str, way: str) -> None:
    """An entry that was moved there, or moved and back in one of these ways, or on to a third incident."""
    entry = two.logs(two.first, note)
    move, copy = two.move(entry)
    if way in ("taken back", "once more"):
        two.undoes(two.first, move)
    if way == "once more":
        two.move(entry)
    if way == "back":
        two.ledger.execute(two.second, MoveEntry(actor="mo", entry=copy, to=two.first))
    if way == "on":
        third = two.ledger.declare(DeclareIncident(actor="mo", title="Search fails", severity="SEV2"), standard())
        two.ledger.execute(two.second, MoveEntry(actor="mo", entry=copy, to=third))


COPIED = [
    *(pytest.param(linked, relation, id=relation) for relation in RELATIONS),
    *(pytest.param(moved, way, id=way) for way in ("there", "taken back", "once more", "back", "on")),
]


@pytest.mark.parametrize("word", [SECRET, "pelicans"])
@pytest.mark.parametrize(("copied", "way"), COPIED)
def test_a_redaction_of_any_copy_reaches_them_all(
    open_log: Callable[..., Log], tmp_path: Path, copied: Callable[[Two, str, str], None], way: str, word: str
) -> None:
    """Also by an ordinary word, by which nothing else goes."""

    def written(two: Two) -> list[tuple[str, str]]:
        copied(two, word, way)
        refs = two.ledger.references()
        return [
            (ref, event.id)
            for ref in refs
            for event in two.ledger.log.events(ref)
            if any(word in text for text in texts(event.body))
        ]

    for number in count():
        two = Two(open_log(path := tmp_path / str(number) / "log.db"))
        copies = written(two)
        ref, id = copies[number]
        planned = two.ledger.log.redaction(ref, id)
        assert planned is not None
        assert set(planned.copies) == {other for other, copy in copies if copy != id}
        assert planned.elsewhere == ()
        two.ledger.execute(ref, RedactEntry(actor="mo", entry=id))
        assert all(two.entry(other, copy).redacted for other, copy in copies)
        assert two.ledger.log.verify() == []
        there = open_log(tmp_path / str(number) / "there.db")
        there.import_events([event for other in two.ledger.references() for event in two.ledger.log.events(other)])
        assert there.verify() == []
        there.close()
        two.ledger.log.close()
        assert all(word.encode() not in file.read_bytes() for file in path.parent.iterdir() if file.is_file())
        if number + 1 == len(copies):
            break


def test_closing_as_a_duplicate_names_the_other_and_owes_no_postmortem(two: Two) -> None:
    with pytest.raises(Refused):
        two.ledger.execute(two.first, MoveStage(actor="mo", stage="closed"))
    two.link("duplicate_of")
    two.ledger.execute(two.first, MoveStage(actor="mo", stage="closed"))
    state = two.ledger.state(two.first)
    assert not state.open
    assert two.texts(two.first)[-1].endswith(f"duplicate of {two.second}")
    assert handled_elsewhere(state)
    assert open_clocks(state, two.now + timedelta(days=9)) == []


def test_the_words_of_an_override_link_a_duplicate(two: Two) -> None:
    reason = f"Duplicate of {two.second}"
    two.ledger.execute(two.first, MoveStage(actor="mo", stage="closed", override=reason))
    assert two.links(two.first) == [("duplicate_of", two.second)]
    assert two.links(two.second) == [("duplicated_by", two.first)]


@pytest.mark.parametrize("named", ["last", "stage", "link"])
def test_one_undo_takes_back_a_closing_as_a_duplicate_with_both_halves_of_its_link(two: Two, named: str) -> None:
    two.ledger.execute(two.first, MoveStage(actor="mo", stage="closed", override=f"Duplicate of {two.second}"))
    stage, link = two.ledger.state(two.first).entries[-2:]
    entry = {"last": "", "stage": stage.id, "link": link.id}[named]
    two.undoes(two.first, entry)
    assert two.ledger.state(two.first).open
    assert two.links(two.first) == two.links(two.second) == []
    two.undoes(two.first, entry or stage.id)
    assert not two.ledger.state(two.first).open
    assert two.links(two.first) == [("duplicate_of", two.second)]
    assert two.links(two.second) == [("duplicated_by", two.first)]
    two.holds()


def test_an_undo_of_its_half_in_the_other_incident_opens_nothing(two: Two) -> None:
    two.ledger.execute(two.first, MoveStage(actor="mo", stage="closed", override=f"Duplicate of {two.second}"))
    half = two.ledger.state(two.second).entries[-1].id
    two.undoes(two.second, half)
    assert two.links(two.first) == two.links(two.second) == []
    assert not two.ledger.state(two.first).open
    two.undoes(two.second, half)
    assert two.links(two.first) == [("duplicate_of", two.second)]
    two.holds()
