"""Decisions about an update's messages stand in the log: who, where, from what to what."""

import pytest

from console.core.log.erasure import is_redacted
from console.core.refusal import Refused
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import (
    DecidePublication,
    PostUpdate,
    Settlement,
    SettlePublication,
    Way,
    any_update,
    updates_of,
)
from tests.core.story import Story

WORDS = "We are looking into failed payments."
SHORTER = "We look into payments."


def posted() -> tuple[Story, str]:
    """An incident with one public update."""
    story = Story()
    return story, story.does(PostUpdate, audience="public", text=WORDS, status="investigating")


def decides(story: Story, update: str, decision: str, text: str = "", was: str = WORDS, **more: object) -> str:
    return story.does(
        DecidePublication, actor="al", message="m1", update=update, to="page", decision=decision,
        text=text, was=was, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Update #1 · Investigating · 14:00 UTC\n\nWe see errors.", "We see errors."),
        ("INC-K7Q2 update #1 · Declared · 15:00 (14:00 UTC)\n\nWe see errors.", "We see errors."),
        ("INC-K7Q2 executive update #1 · SEV1 · Declared · 14:00 UTC\n\nWe see errors.", "We see errors."),
        ("Our #1 priority is checkout.\nMore at 15:00.", "Our #1 priority is checkout.\nMore at 15:00."),
        ("Update #1: checkout fails\nMore at 15:00.", "Update #1: checkout fails\nMore at 15:00."),
        ("Update #1 · Checkout fails · 14:00 UTC\n\nMore.", "Update #1 · Checkout fails · 14:00 UTC\n\nMore."),
        ("Update #10 · 14:00 UTC\n\nWe see errors.", "Update #10 · 14:00 UTC\n\nWe see errors."),
        ("Update #1 · Investigating · 14:00 UTC", "Update #1 · Investigating · 14:00 UTC"),
    ],
)
def test_of_an_update_the_timeline_leaves_out_only_what_its_entry_says_already(text: str, shown: str) -> None:
    story = Story()
    update = story.does(PostUpdate, audience="public", text=text)
    entry = story.state.entries.get(update)
    assert entry is not None
    assert entry.text.partition(": ")[2] == shown
    assert updates_of(story.state)[0].text == text


def test_other_words_for_one_page_stand_in_the_timeline_with_those_they_replace() -> None:
    story, update = posted()
    decides(story, update, "edited", f"  {SHORTER}\x1b ")
    entry = story.state.entries[-1]
    assert (entry.kind, entry.author) == ("publication", "al")
    assert entry.text == f"Public #1 goes to page in other words: {SHORTER}␛ (instead of: {WORDS})"
    [kept] = updates_of(story.state)
    assert kept.text == WORDS
    assert kept.elsewhere == {"page": f"{SHORTER}␛"}
    decides(story, update, "edited", WORDS, was=f"{SHORTER}␛")
    assert updates_of(story.state)[0].elsewhere == {}


@pytest.mark.parametrize(
    ("decision", "doubtful", "said"),
    [
        ("dropped", False, "Public #1 is not sent to page: dropped"),
        ("dropped", True, "Public #1 is not sent to page: dropped, though it may be on the page"),
        ("resent", False, "Public #1 is not on page: sent again"),
        ("confirmed", False, "Public #1 is on page: seen there"),
    ],
)
def test_what_else_is_decided_stands_there_too(decision: str, doubtful: bool, said: str) -> None:
    story, update = posted()
    decides(story, update, decision, doubtful=doubtful)
    assert story.state.entries[-1].text == said
    assert [publication.decision for publication in updates_of(story.state)[0].publications] == [decision]


def test_a_text_that_is_dropped_went_nowhere() -> None:
    story, update = posted()
    decides(story, update, "edited", SHORTER)
    decides(story, update, "dropped")
    assert updates_of(story.state)[0].elsewhere == {}


def test_an_edit_needs_other_words_and_an_update() -> None:
    story, update = posted()
    asked = {"message": "m1", "update": update, "to": "page", "decision": "edited", "was": WORDS}
    assert "needs a text" in story.refuses(DecidePublication, **asked, text=" \n")
    assert "Nothing was changed" in story.refuses(DecidePublication, **asked, text=f" {WORDS}")
    assert "at most 256 kB" in story.refuses(DecidePublication, **asked, text="x" * 300_000)
    assert "not in the incident's log" in story.refuses(DecidePublication, **{**asked, "update": "e99"}, text="x")


def test_a_message_may_go_without_a_component_and_its_words_stay() -> None:
    story, update = posted()
    decides(story, update, "edited", WORDS, without=("checkout", " search\x1b"))
    assert story.state.entries[-1].text == "Public #1 goes to page without checkout, search␛"
    assert updates_of(story.state)[0].publications[0].without == ("checkout", "search␛")
    assert updates_of(story.state)[0].elsewhere == {}
    decides(story, update, "edited", SHORTER, without=("checkout",))
    said = f"Public #1 goes to page without checkout in other words: {SHORTER} (instead of: {WORDS})"
    assert story.state.entries[-1].text == said


def test_a_decision_is_answered_by_another_decision_and_not_by_an_undo() -> None:
    story, update = posted()
    made = decides(story, update, "edited", SHORTER)
    assert "decide again in the outbox" in story.refuses(Undo, entry=made)
    assert "decide again in the outbox" in story.refuses(Undo, actor="al")
    # The update itself can still be taken back.
    story.does(Undo, entry=update)
    assert updates_of(story.state) == []


def test_messages_of_an_incident_that_was_none_are_still_decided_about() -> None:
    story, update = posted()
    story.does(Undo, entry=update)
    story.does(Undo, entry=story.state.declared_id)
    decides(story, update, "dropped")
    undone = any_update(story.state, update)
    assert undone is not None
    assert undone.publications[0].decision == "dropped"


def test_who_erases_an_update_erases_its_other_words() -> None:
    story, update = posted()
    decides(story, update, "edited", "The password is hunter2.")
    decides(story, update, "dropped")
    story.does(RedactEntry, entry=update)
    reworded, dropped = story.state.entries[2:4]
    assert (reworded.redacted, dropped.redacted) == (True, False)
    assert is_redacted(updates_of(story.state)[0].publications[0].text)
    assert "hunter2" not in repr(story.state)


def test_who_erases_other_words_alone_keeps_the_update() -> None:
    story, update = posted()
    made = decides(story, update, "edited", "The password is hunter2.")
    story.does(RedactEntry, entry=made)
    assert "hunter2" not in repr(story.state)
    assert updates_of(story.state)[0].text == WORDS


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("changed", "Public #1 on page is changed to: Some payments fail."),
        ("removed", "Public #1 is removed from page"),
        ("taken_down", "The incident is taken off page, with Public #1 in it"),
        ("sent", "Public #1 is sent to page again"),
        ("left", "Public #1 is left on page: Some payments fail."),
        ("left_off", "Public #1 is left off page: Some payments fail."),
    ],
)
def test_what_becomes_of_an_update_on_a_page_stands_in_the_log(way: Way, said: str) -> None:
    story, update = posted()
    story.does(Undo, entry=update)
    settlement = Settlement(to="page", way=way, text=SHORTER, reason=SHORTER)
    given = {"update": update, "settlements": (settlement,), "found": "undone"}
    story.does(SettlePublication, **given, seen="")
    assert story.state.entries[-1].text == said.replace("Some payments fail.", SHORTER)
    kept = any_update(story.state, update)
    assert kept is not None
    made = kept.settled("page")
    assert made is not None
    assert (made.decision, made.found) == (way, "undone")
    with pytest.raises(Refused, match="look at it again"):
        # Somebody else was faster.
        story.does(SettlePublication, **given, seen="")
    with pytest.raises(Refused, match="look at it again"):
        story.does(SettlePublication, **{**given, "found": "standing"})
    with pytest.raises(Refused, match="decide again"):
        story.does(Undo, entry=made.id)


def test_a_correction_is_an_update_that_is_posted_with_the_decision() -> None:
    story, update = posted()
    story.does(Undo, entry=update)
    settlement = Settlement(to="page", way="corrected")
    with pytest.raises(Refused, match="Write the update"):
        story.does(SettlePublication, update=update, settlements=(settlement,), found="undone")
    correction = PostUpdate(actor="al", audience="public", text=SHORTER, status="monitoring")
    story.does(SettlePublication, update=update, settlements=(settlement,), found="undone", correction=correction)
    assert [each.text for each in updates_of(story.state, "public")] == [SHORTER]
    assert story.state.entries[-1].text == "Public #1 on page is corrected by #2"
