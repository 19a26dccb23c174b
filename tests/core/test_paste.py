"""A paste is logged in one write, and one undo saves the mapping of it back; whatever happens in between."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.log.codec import decode_body, encode_body
from console.core.log.decide import decide
from console.core.log.entries import Entry
from console.core.log.event import Event, Unknown
from console.core.log.fold import fold
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.entry import LogEntry
from console.core.subjects.paste import LogPaste
from console.core.subjects.task import AddTask, Tasks
from console.core.subjects.undo import EntriesUndone, RedactEntry, Undo
from tests.core.story import Story


def pasted(story: Story, *texts: str, paste: str = "p1") -> list[str]:
    """The ids of the entries of a paste by mo; the last is a task."""
    entries: list[LogEntry | AddTask] = [LogEntry(actor="mo", text=text) for text in texts]
    entries.append(AddTask(actor="mo", text="look at it"))
    story.does(LogPaste, entries=tuple(entries), paste=paste)
    return [event.id for event in story.events[-len(entries) :]]


def standing(state: Incident) -> set[str]:
    return {entry.id for entry in state.entries if not (entry.undone or entry.redacted)}


def entry(state: Incident, id: str) -> Entry:
    shown = state.entries.get(id)
    assert shown is not None
    return shown


def test_all_of_a_paste_is_written_or_nothing() -> None:
    story = Story()
    entries = (LogEntry(actor="mo", text="fine"), LogEntry(actor="mo", text=" "))
    with pytest.raises(Refused):
        decide(story.state, LogPaste(actor="mo", entries=entries, paste="p"), story.now)


@given(place=st.integers(-1, 3))
def test_one_undo_takes_a_paste_back_and_its_undo_puts_it_back(place: int) -> None:
    """By no entry, or by whichever of its entries."""
    story = Story()
    story.does(LogEntry, text="before")
    before = standing(story.state)
    ids = pasted(story, "one", "two", "three")
    chosen = "" if place < 0 else ids[place]
    story.does(Undo, entry=chosen)
    assert isinstance(story.events[-1].body, EntriesUndone)
    assert standing(story.state) == before
    assert not story.state.part(Tasks).tasks
    story.does(Undo, entry=ids[place])
    assert standing(story.state) == before | set(ids)
    assert len(story.state.part(Tasks).tasks) == 1
    story.does(Undo, entry=chosen)
    assert standing(story.state) == before


def test_a_task_of_a_paste_takes_along_what_names_it_only_when_asked_to() -> None:
    story = Story()
    ids = pasted(story, "one")
    story.says("/done 1", actor="al")
    assert "also undoes" in story.refuses(Undo, entry=ids[0])
    story.does(Undo, entry=ids[0], dependents=True)
    assert standing(story.state) == {story.state.declared_id}


def test_two_undos_of_a_paste_that_were_written_apart_count_as_one() -> None:
    story = Story()
    ids = pasted(story, "one", "two")
    seen = story.state
    for origin in ("here", "there"):
        story._write(decide(seen, Undo(actor="mo", entry=ids[0]), story.now), "mo", origin)
    assert standing(story.state) == {story.state.declared_id}
    story.does(Undo, entry=ids[1])
    assert standing(story.state) == {story.state.declared_id, *ids}
    assert fold(story.state.ref, story.events) == story.state


def test_a_paste_of_what_others_said_has_their_names() -> None:
    story = Story()
    entries = (LogEntry(actor="ana", text="no cache"), LogEntry(actor="bo", text="restarting"))
    proposals = decide(story.state, LogPaste(actor="mo", entries=entries, paste="p"), story.now)
    assert [proposal.author for proposal in proposals] == ["ana", "bo"]


def test_a_redacted_entry_of_a_paste_stays_redacted_while_the_others_are_undone() -> None:
    story = Story()
    ids = pasted(story, "the password is hunter2hunter2", "two")
    story.does(RedactEntry, entry=ids[0])
    story.does(Undo, entry=ids[1])
    assert story.events[-1].body == EntriesUndone(tuple(ids[1:]))
    shown = entry(story.state, ids[0])
    assert (shown.redacted, shown.undone, "hunter2" in repr(story.state.entries[:])) == (True, False, False)
    assert standing(story.state) == {story.state.declared_id}


def test_another_paste_is_left_alone() -> None:
    story = Story()
    first, second = pasted(story, "one", paste="p1"), pasted(story, "two", paste="p2")
    story.does(Undo, entry=second[0])
    assert standing(story.state) == {story.state.declared_id, *first}


def test_a_version_that_does_not_know_the_kind_keeps_it_as_it_stands() -> None:
    raw = encode_body(EntriesUndone(("a", "b")))
    assert decode_body("entries_undone", raw) == EntriesUndone(("a", "b"))
    assert decode_body("entries_undone_later", raw) == Unknown("entries_undone_later", raw)


@given(st.data())
def test_any_interleaving_of_undos_folds_the_same(data: Any) -> None:
    """Undos of pastes, of single entries and of undos, redactions and lines; decided on old states too."""
    story = Story()
    seen = [story.state]
    for step in range(data.draw(st.integers(1, 9))):
        state = data.draw(st.sampled_from(seen))
        kind = data.draw(st.sampled_from(("paste", "undo", "undo", "redact", "line")))
        origin = data.draw(st.sampled_from(("here", "there")))
        chosen = data.draw(st.sampled_from(state.entries[:])).id
        if kind == "paste":
            pasted(story, f"one {step}", f"two {step}", paste=f"p{step}")
        elif kind == "line":
            story.does(LogEntry, text=f"line {step}")
        elif kind == "redact":
            story.tries(RedactEntry(actor="mo", entry=chosen))
        elif chosen != state.declared_id:
            try:
                decision = decide(state, Undo(actor="mo", entry=chosen, dependents=True), story.now)
            except Refused:
                continue
            story._write(decision, "mo", origin)
        seen.append(story.state)
    shuffled: list[Event] = story.events[:]
    random.Random(len(shuffled)).shuffle(shuffled)
    assert fold(story.state.ref, shuffled) == story.state
