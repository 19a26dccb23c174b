"""Gates: each need holds the incident back until it is met, opens when it is, and can be passed with a reason."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from console.core.log.milestones import NEEDED
from console.core.playbook.gates import gate, missing
from console.core.playbook.model import Gate, Playbook
from console.core.subjects.change import Changes, ClaimChange, EndChange
from console.core.subjects.checklist import TickItem
from console.core.subjects.done import Finish
from console.core.subjects.fix import AddFix
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.postmortem import AssignPostmortem
from console.core.subjects.stage import MoveStage, overrides_of
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.undo import Undo
from console.core.subjects.update import PostUpdate
from tests.core.story import START, Story, built_in, standard

pytestmark = pytest.mark.rule

BOOKS = ("standard", "rapid", "p-levels", "sev4", "checklist")
FALSE_ALARM = "False alarm: nobody was affected"


def over(book: Playbook) -> str:
    return next(stage.name for stage in book.stages if stage.phase == "over")


def stable(book: Playbook) -> str:
    return next(stage.name for stage in book.stages if stage.phase == "stable")


def needs(story: Story, stage: str = "closed") -> list[str]:
    return [gap.need for gap in missing(story.state, stage, story.now)]


def watching(severity: str = "SEV1", **declared: Any) -> Story:
    """Half an hour of stability is over, and all that closing asks for is done."""
    story = Story(severity, **declared)
    story.does(MoveStage, stage=stable(story.book), override="to the watch")
    story.at(30)
    for name in NEEDED:
        story.does(SetMilestone, milestone=name, moment=START)
    for one in story.book.gates:
        for place in range(1, len(getattr(story.book.checklist(one.checklist), "items", ())) + 1):
            story.does(TickItem, item=f"{one.checklist}/{place}")
    story.does(AssignPostmortem, person="al")
    return story


# --- in every playbook


@pytest.mark.parametrize("name", BOOKS)
def test_a_change_in_flight_holds_closing_back_in_every_playbook(name: str) -> None:
    book = built_in(name)
    story = watching(book.severities[0].name, book=book)
    change = story.does(ClaimChange, text="drain db-3", rollback="undrain it")
    assert needs(story, over(book)) == ["change"]
    assert "“drain db-3” (mo)" in gate(story.state, over(book), story.now)
    story.refuses(MoveStage, stage=over(book))
    ended = story.does(EndChange, outcome="done")
    assert needs(story, over(book)) == []
    story.does(Undo, entry=ended)
    assert story.state.part(Changes).changes[change].in_flight
    story.does(MoveStage, stage=over(book), override="the change goes on as a project")
    assert overrides_of(story.state)[-1].unmet == ("A production change is in flight",)


def test_a_change_in_flight_holds_back_no_other_stage() -> None:
    story = Story("SEV1")
    story.does(ClaimChange, text="drain db-3")
    assert needs(story, "monitoring") == needs(Story("SEV1"), "monitoring")


# --- each need, both ways --------------------------------------------------------------------------------------------


@pytest.mark.rule("Standard: When to close: four conditions")
@pytest.mark.parametrize("name", BOOKS)
def test_with_everything_done_the_way_to_closing_is_free_in_every_playbook(name: str) -> None:
    book = built_in(name)
    story = watching(book.severities[0].name, book=book)
    assert missing(story.state, over(book), story.now) == ()
    assert gate(story.state, over(book), story.now) == ""
    story.does(MoveStage, stage=over(book))
    assert story.state.phase == "over"
    assert overrides_of(story.state)[1:] == ()


@pytest.mark.rule("Standard: When to close: four conditions")
@pytest.mark.rule("Rapid: Temporary fixes are noted", "Rapid: After the fix", case="rapid")
@pytest.mark.rule("P-levels: Recovery: smoke tests, metrics of the last hour", case="p-levels")
@pytest.mark.rule("Checklist: 5 Resolve: fix, and metrics back at their baseline", case="checklist")
@pytest.mark.parametrize("name", BOOKS)
def test_nothing_done_closes_the_gate_in_every_playbook(name: str) -> None:
    book = built_in(name)
    story = Story(book.severities[0].name, book=book)
    story.does(MoveStage, stage=stable(book), override="to the watch")
    story.does(AddFix, text="cache bypass")
    assert set(needs(story, over(book))) == {"stable", "fixes", "milestones", "postmortem_owner", "checklist"}
    said = story.refuses(MoveStage, stage=over(book))
    assert "or override with one of these reasons: False alarm" in said.partition(" Also: ")[0]
    assert "it must be stable for 30m more" in said.lower()


@pytest.mark.rule("Standard: 30 minutes of stability before closing")
def test_stability_is_watched_to_the_last_minute() -> None:
    story = watching()
    assert needs(story.at(29.9)) == ["stable"]
    assert "stable for 1m more" in story.refuses(MoveStage, stage="closed")
    assert needs(story.at(30)) == []


def test_a_relapse_starts_the_watch_again() -> None:
    story = watching()
    story.does(MoveStage, stage="investigating")
    story.at(40).does(MoveStage, stage="monitoring")
    assert needs(story.at(69)) == ["stable"]
    assert needs(story.at(70)) == []


@pytest.mark.rule("Standard: 30 minutes of stability before closing")
def test_an_incident_that_was_never_watched_is_not_stable() -> None:
    story = Story(stage="detected").at(60)
    (first, *_) = missing(story.state, "closed", story.now)
    assert (first.need, first.way) == ("stable", "go to monitoring first")


@pytest.mark.rule("Rapid: Temporary fixes are noted", "Rapid: After the fix")
def test_a_temporary_fix_in_place_closes_the_gate_until_it_is_removed() -> None:
    story = watching()
    story.does(AddFix, text="cache bypass")
    assert needs(story) == ["fixes"]
    assert "A temporary fix is still in place: “cache bypass”; remove with /done" in story.refuses(
        MoveStage, stage="closed"
    )
    removed = story.does(Finish, what="cache bypass")
    assert needs(story) == []
    story.does(Undo, entry=removed)
    assert needs(story) == ["fixes"]


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_milestone_closes_the_gate(name: str) -> None:
    story = watching()
    story.does(SetMilestone, milestone=name, moment=None)
    (found,) = missing(story.state, "closed", story.now)
    assert found.what == f"Milestones: {name.replace('_', ' ')} is missing"
    story.does(SetMilestone, milestone=name, moment=START)
    assert needs(story) == []


def test_milestones_out_of_order_close_the_gate() -> None:
    story = watching()
    story.does(SetMilestone, milestone="mitigated", moment=story.now)
    (found,) = missing(story.state, "closed", story.now)
    assert found.what == "Milestones: resolved is before mitigated"
    story.does(SetMilestone, milestone="resolved", moment=story.now)
    assert needs(story) == []


def test_the_cause_may_be_found_after_the_impact_was_stopped() -> None:
    story = watching()
    story.does(SetMilestone, milestone="identified", moment=story.now)
    assert needs(story) == []


@pytest.mark.rule("Checklist: Mistake: no postmortem, so it happens again")
def test_a_postmortem_without_owner_closes_the_gate() -> None:
    story = watching()
    story.does(AssignPostmortem, person="nobody")
    assert needs(story) == ["postmortem_owner"]
    story.does(AssignPostmortem, person="rs")
    assert needs(story) == []


def test_what_customers_saw_needs_an_owner_where_the_playbook_wants_that() -> None:
    def lacks_owner(story: Story) -> bool:
        return "postmortem_owner" in needs(story)

    story = Story("P1", book=built_in("p-levels")).at(1)
    assert not lacks_owner(story)
    told = story.does(PostUpdate, audience="public", text="Checkout fails.", next_in=timedelta(minutes=30))
    assert lacks_owner(story)
    story.does(Undo, entry=told)
    assert not lacks_owner(story)
    for visible, lacks in (("yes", True), ("no", False), ("unsure", False)):
        story.does(AnswerTriage, answers={"visible": visible})
        assert lacks_owner(story) is lacks
    story.does(AnswerTriage, answers={"visible": "yes"})
    story.does(AssignPostmortem, person="rs")
    assert not lacks_owner(story)


@pytest.mark.rule("Standard: SEV2: postmortem optional, recommended for a new kind of failure")
def test_where_no_postmortem_is_wanted_nobody_has_to_own_it() -> None:
    story = watching("SEV2")
    story.does(AssignPostmortem, person="nobody")
    assert needs(story) == []


@pytest.mark.rule("Standard: Closing criteria")
def test_an_item_left_open_closes_the_gate_and_is_named() -> None:
    story = watching()
    story.does(TickItem, item="closing/3", done=False)
    assert needs(story) == ["checklist"]
    assert "Not checked off in “Closing”: No open reports from customers" in gate(story.state, "closed", story.now)
    story.does(TickItem, item="closing/3")
    assert needs(story) == []


@pytest.mark.rule("Standard: SEV3: a ticket and no alert")
def test_a_ticket_closes_without_a_gate() -> None:
    story = Story("SEV3")
    story.does(MoveStage, stage="monitoring")
    story.does(AddFix, text="cache bypass")
    story.does(MoveStage, stage="closed")
    assert story.state.phase == "over"


def test_back_in_time_an_incident_recorded_afterwards_is_not_watched() -> None:
    story = Story(retrospective=True)
    story.does(MoveStage, stage="monitoring")
    assert "stable" not in needs(story)


# --- the way ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOOKS)
def test_forward_back_and_the_playbooks_own_skips_are_free_and_nothing_else(name: str) -> None:
    book = built_in(name)
    for here in book.stages:
        story = Story(book.severities[-1].name, book=book, stage=here.name)
        after = book.after(here.name)
        allowed = {*here.next, *([after.name] if after else [])}
        for there in book.stages:
            if there.name != here.name:
                assert ("way" not in needs(story, there.name)) is (there.name in allowed), (here.name, there.name)


@pytest.mark.rule("Standard: Stable: go on to closing; unstable: back to investigation")
def test_unstable_goes_back_to_investigating_without_a_word() -> None:
    story = Story()
    story.does(MoveStage, stage="monitoring")
    story.does(MoveStage, stage="investigating")
    assert overrides_of(story.state) == ()


def test_another_way_takes_a_reason_that_stays_visible() -> None:
    story = Story()
    assert "From Declared the playbook goes to Investigating, Mitigating, Resolving or Monitoring" in story.refuses(
        MoveStage, stage="detected"
    )
    story.does(MoveStage, stage="detected", override="declared by mistake")
    (passed,) = overrides_of(story.state)
    assert (passed.stage, passed.reason, passed.by) == ("detected", "declared by mistake", "mo")
    assert "(override: declared by mistake; 1 condition not met)" in story.state.entries[-1].text


@pytest.mark.rule("Standard: Do not close too early")
def test_a_jump_to_closing_meets_the_same_gate() -> None:
    story = Story()
    assert needs(story)[:2] == ["way", "stable"]
    assert "takes one of these reasons" in story.refuses(MoveStage, stage="closed", override="we are tired")
    story.does(MoveStage, stage="closed", override=FALSE_ALARM)
    assert "It has not been watched for stability yet" in overrides_of(story.state)[-1].unmet


# --- overrides -------------------------------------------------------------------------------------------------------


def early() -> Story:
    story = Story()
    story.does(MoveStage, stage="monitoring")
    story.at(10).meets_the_closing_gate()
    return story


@pytest.mark.rule("Standard: Do not close too early")
@pytest.mark.parametrize("given", ["", "   ", "we are tired", "alarm", "9", "it looks fine"])
def test_closing_early_takes_no_other_reason_than_those_given(given: str) -> None:
    assert early().refuses(MoveStage, stage="closed", override=given)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("1", FALSE_ALARM),
        ("false alarm", FALSE_ALARM),
        (FALSE_ALARM, FALSE_ALARM),
        (f"{FALSE_ALARM}, a test of the pager", f"{FALSE_ALARM}, a test of the pager"),
        ("2", "Duplicate of another incident"),
        ("Duplicate of another incident: INC-K7Q3", "Duplicate of another incident: INC-K7Q3"),
        ("Duplicate of INC-K7Q3", "Duplicate of another incident: INC-K7Q3"),
        ("duplicate of inc k7q3, same pool", "Duplicate of another incident: INC-K7Q3, same pool"),
        ("Handled under INC-K7Q3 from here on", "Handled under another incident from here on: INC-K7Q3"),
        ("Handled under INC-K7Q3: same pool", "Handled under another incident from here on: INC-K7Q3: same pool"),
    ],
)
def test_a_given_reason_is_taken_by_number_beginning_or_with_more_words(given: str, kept: str) -> None:
    story = early()
    story.does(MoveStage, stage="closed", override=given)
    assert overrides_of(story.state)[-1].reason == kept
    assert overrides_of(story.state)[-1].unmet == ("It must be stable for 20m more",)


def test_what_is_not_about_stability_takes_any_reason() -> None:
    story = watching()
    story.does(AddFix, text="cache bypass")
    story.does(MoveStage, stage="closed", override="it stays until Monday")
    assert overrides_of(story.state)[-1].unmet == ("A temporary fix is still in place",)


def test_a_reason_where_nothing_is_missing_is_no_override() -> None:
    story = watching()
    story.does(MoveStage, stage="closed", override=FALSE_ALARM)
    assert all(override.stage != "closed" for override in overrides_of(story.state))


def test_undoing_the_move_takes_the_override_back() -> None:
    story = early()
    moved = story.does(MoveStage, stage="closed", override="1")
    story.does(Undo, entry=moved)
    assert story.state.stage.value == "monitoring"
    assert overrides_of(story.state) == ()
    assert needs(story) == ["stable"]


def test_a_playbook_without_gates_still_waits_for_stability() -> None:
    book = msgspec.structs.replace(standard(), gates=())
    story = Story(book=book)
    story.does(MoveStage, stage="monitoring")
    assert needs(story) == ["stable"]
    assert needs(story.at(30)) == []
    free = msgspec.structs.replace(book, stability_s=0)
    other = Story(book=free)
    other.does(MoveStage, stage="monitoring")
    assert needs(other) == []


def test_a_gate_stands_where_the_playbook_puts_it() -> None:
    book = msgspec.structs.replace(standard(), gates=(Gate("mitigating", ("checklist",), "declare"),))
    story = Story(book=book)
    assert needs(story, "mitigating") == ["checklist"]
    assert needs(story, "investigating") == []
    low = Story("SEV2", book=book)  # the list is for SEV0 and SEV1
    assert needs(low, "mitigating") == []


def test_after_closing_the_postmortem_stage_is_open() -> None:
    story = watching()
    story.does(MoveStage, stage="closed")
    story.does(AddFix, text="left behind")
    story.does(MoveStage, stage="postmortem")
    story.does(MoveStage, stage="closed")
    assert story.state.stage.value == "closed"
