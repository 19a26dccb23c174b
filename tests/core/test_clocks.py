from datetime import UTC, timedelta
from typing import Any

import pytest

from console.core.log.clocks import clocks, closing, counts_on, elapsed, open_clocks, over_since, promises
from console.core.log.foretold import would_log
from console.core.subjects.checklist import TickItem
from console.core.subjects.clock import SnoozeClock
from console.core.subjects.done import Finish
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix, fixes_of
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.postmortem import AssignPostmortem
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.undo import Undo
from console.core.subjects.update import PostUpdate
from tests.core.story import START, Story

pytestmark = pytest.mark.rule


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@pytest.mark.rule("Standard: Cadence: SEV0 15 min, SEV1 30 min")
def test_first_updates_are_owed_by_the_cadence_from_the_declaration() -> None:
    story = Story("SEV1")
    assert story.minutes_left("update:internal") == 30
    assert Story("SEV0").minutes_left("update:internal") == 15
    assert not Story("SEV2").has_clock("update:internal")


def test_the_first_words_to_an_audience_are_owed_once() -> None:
    story = Story("SEV1")
    assert story.minutes_left("first_public") == 15
    assert not story.has_clock("update:public")
    story.at(14).does(SnoozeClock, clock="public", by=minutes(10), reason="legal reads it")
    assert story.minutes_left("first_public") == 11
    story.at(20).does(PostUpdate, audience="public", text="Some checkouts fail.")
    assert story.minutes_left("update:public") == 30
    assert promises(story.state, story.now)["public"].kept == 1
    assert promises(story.state, story.now)["public"].late == 0


@pytest.mark.rule("Sev4: Update every 15 to 30 minutes")
@pytest.mark.parametrize(("after", "state"), [(0, "running"), (24.9, "running"), (25, "warning"), (30, "overdue")])
def test_a_clock_runs_warns_and_is_overdue(after: float, state: str) -> None:
    assert Story("SEV1").at(after).clock("update:internal").state == state


def test_an_update_starts_the_next_clock_of_its_audience_only() -> None:
    story = Story("SEV1").at(10)
    story.does(PostUpdate, audience="public", text="Some checkouts fail.")
    assert story.minutes_left("update:public") == 30
    assert story.minutes_left("update:internal") == 20


def test_a_promise_comes_before_the_cadence() -> None:
    story = Story("SEV1").at(10)
    story.does(PostUpdate, audience="public", text="Some checkouts fail.", next_in=minutes(45))
    assert story.minutes_left("update:public") == 45


def test_a_final_update_owes_no_other() -> None:
    story = Story("SEV1")
    story.does(PostUpdate, audience="public", text="All is well.", final=True)
    assert not story.has_clock("update:public")


@pytest.mark.rule("Standard: SEV0: updates every 15 minutes")
def test_raising_the_severity_shortens_the_clock_at_once() -> None:
    story = Story("SEV1").at(5)
    story.does(ChangeSeverity, severity="SEV0")
    assert story.minutes_left("update:internal") == 10


def test_a_severity_raised_late_leaves_five_minutes() -> None:
    story = Story("SEV2").at(120)
    story.does(ChangeSeverity, severity="SEV1")
    assert story.minutes_left("update:internal") == 5


def test_undoing_an_update_brings_its_clock_back() -> None:
    story = Story("SEV1").at(10)
    posted = story.does(PostUpdate, audience="internal", text="Wrong incident.")
    story.does(Undo, entry=posted)
    assert story.minutes_left("update:internal") == 20


def test_snoozing_moves_one_due_moment_once() -> None:
    story = Story("SEV1").at(28)
    story.does(SnoozeClock, clock="internal", by=minutes(10), reason="the vendor calls back")
    assert story.minutes_left("update:internal") == 12
    story.at(30).does(PostUpdate, audience="internal", text="Still failing.")
    assert story.minutes_left("update:internal") == 30


def test_promises_are_counted_kept_late_and_missed() -> None:
    story = Story("SEV1")
    story.at(14).does(PostUpdate, audience="public", text="one")
    story.at(60).does(PostUpdate, audience="public", text="two")
    story.at(100).does(MoveStage, stage="closed", override="duplicate")
    tally = promises(story.state, story.now)
    assert (tally["public"].kept, tally["public"].late, tally["public"].missed) == (1, 1, 1)
    assert (tally["internal"].kept, tally["internal"].late, tally["internal"].missed) == (0, 0, 1)


@pytest.mark.parametrize("owner", ["", "soc"])
def test_a_postmortem_that_somebody_took_on_is_owed_also_where_another_incident_goes_on(owner: str) -> None:
    story = Story("SEV1").at(30)
    if owner:
        story.does(AssignPostmortem, person=owner)
    story.does(MoveStage, stage="closed", override="Handled under another incident from here on")

    owed = [clock.by_whom for clock in open_clocks(story.state, story.now) if clock.kind == "postmortem"]

    assert owed == ([owner] if owner else [])


@pytest.mark.parametrize(
    ("last", "counts"),
    [
        ({"next_in": minutes(15)}, (0, 0, 1)),  # customers were told 14:24, and it is closed at 14:19
        ({"next_in": None}, (0, 0, 0)),  # told nothing: only the cadence would ask for one later
        ({"final": True}, (0, 0, 0)),
    ],
)
def test_closing_keeps_no_promise_by_itself(last: dict[str, Any], counts: tuple[int, int, int]) -> None:
    story = Story("SEV2").at(9)
    story.does(PostUpdate, audience="public", text="We are looking into it.", **last)
    owed = [clock.key for clock in closing(story.state, story.now)[1]]
    story.at(19).does(MoveStage, stage="closed", override="duplicate")
    assert owed == [clock.key for clock in open_clocks(story.state, story.now) if clock.kind == "update"]
    early = promises(story.state, story.now)["public"]
    assert (early.kept, early.late, early.missed) == (0, 0, 0)
    tally = promises(story.at(25).state, story.now)["public"]
    assert (tally.kept, tally.late, tally.missed) == counts


def test_a_stage_tells_which_milestone_it_sets_and_that_the_impact_counts_on() -> None:
    def says(stage: str) -> str:
        return would_log(story.state, MoveStage(actor="mo", stage=stage, override="as seen"), story.now, UTC)

    story = Story("SEV3", stage="investigating")
    assert says("mitigating") == "logs: Stage → Mitigating: as seen; sets the milestone identified"
    assert says("resolving").endswith("; sets the milestone mitigated")
    assert "milestone" not in says("closed")
    story.at(5).does(MoveStage, stage="resolving", override="rolled back")
    assert says("monitoring").endswith("; sets the milestone resolved")
    assert says("investigating").endswith("; the impact is ongoing again")


def test_those_who_were_promised_more_are_owed_a_last_word_after_closing() -> None:
    story = Story("SEV2").at(5)
    for audience in ("internal", "public"):
        story.does(PostUpdate, audience=audience, text="We look into it.", next_in=minutes(15))
    story.does(PostUpdate, audience="executive", text="It fails.")
    story.at(9).does(MoveStage, stage="closed", override="duplicate")
    for audience in ("internal", "public"):
        assert story.clock(f"update:{audience}").what == f"final {audience} update"
        assert story.minutes_left(f"update:{audience}") == 11
    assert not story.has_clock("update:executive")
    story.at(12).does(PostUpdate, audience="public", text="It is handled elsewhere.")
    story.at(21)
    assert not story.has_clock("update:public")
    assert story.clock("update:internal").state == "overdue"
    tallies = promises(story.state, story.now)
    assert (tallies["public"].kept, tallies["public"].missed) == (1, 0)
    assert tallies["internal"].missed == 1


def test_the_public_is_owed_the_end_though_no_time_was_promised() -> None:
    story = Story("SEV2").at(5)
    story.does(PostUpdate, audience="public", text="We look into it.")
    story.at(9).does(MoveStage, stage="closed", override="duplicate")
    assert story.minutes_left("update:public") == 30
    story.does(PostUpdate, audience="public", text="Over.")
    assert not story.has_clock("update:public")


@pytest.mark.rule("Standard: Closing sets the status page to resolved")
@pytest.mark.parametrize(
    ("stage", "status", "owed"),
    [
        ("investigating", "", True),
        ("investigating", "identified", True),
        ("investigating", "monitoring", True),
        ("investigating", "resolved", False),
        ("detected", "", False),
    ],
)
def test_the_public_is_owed_the_end_of_what_it_was_told_goes_on(stage: str, status: str, owed: bool) -> None:
    story = Story("SEV2", stage=stage).at(5)
    story.does(PostUpdate, audience="public", text="We look into it.", status=status)
    story.at(9).does(MoveStage, stage="closed", override="duplicate")
    assert story.has_clock("update:public") is owed


def test_a_last_update_before_closing_keeps_the_promise() -> None:
    story = Story("SEV2").at(9)
    story.does(PostUpdate, audience="public", text="We are looking into it.", next_in=minutes(15))
    assert [clock.due_at for clock in closing(story.state, story.now)[1]] == [START + minutes(24)]
    story.at(18).does(PostUpdate, audience="public", text="All is well again.", final=True)
    assert closing(story.state, story.now) == ([], [])
    story.at(19).does(MoveStage, stage="closed", override="duplicate")
    assert promises(story.state, story.now)["public"].missed == 0


def test_the_impact_counts_from_its_start_until_it_is_mitigated() -> None:
    story = Story("SEV1").at(10)
    assert elapsed(story.state, story.now) == ("declared", minutes(10))
    story.does(SetMilestone, milestone="impact_started", moment=START - minutes(5))
    assert elapsed(story.state, story.now) == ("impact", minutes(15))
    story.at(20).does(MoveStage, stage="resolving", override="rolled back")
    story.at(30).does(MoveStage, stage="monitoring")
    assert elapsed(story.at(60).state, story.now) == ("impact lasted", minutes(25))
    story.does(MoveStage, stage="investigating", override="it is back")
    assert elapsed(story.at(70).state, story.now) == ("impact", minutes(75))
    story.does(SetMilestone, milestone="mitigated", moment=START + minutes(65))
    assert elapsed(story.state, story.now) == ("impact lasted", minutes(70))


def test_what_is_said_to_count_on_grows_with_each_minute_and_nothing_else() -> None:
    story, seen = Story("SEV1").at(10), set()
    for change in (
        None,
        SetMilestone(actor="mo", milestone="impact_started", moment=START - minutes(5)),
        SetMilestone(actor="mo", milestone="mitigated", moment=START + minutes(5)),
        MoveStage(actor="mo", stage="closed", override="duplicate"),
    ):
        if change is not None:
            story.carries_out(change)
        (word, length), (later_word, later) = (elapsed(story.state, story.now + minutes(more)) for more in (0, 1))
        assert word == later_word
        assert counts_on(word) == (later > length)
        seen.add(word)
    assert len(seen) == 3


@pytest.mark.rule("Standard: SEV0: executives within 15 minutes")
def test_the_executive_notice_is_owed_in_fifteen_minutes_and_kept_by_an_update() -> None:
    story = Story("SEV0").at(10)
    assert story.minutes_left("executive_notice") == 5
    story.does(PostUpdate, audience="executive", text="Checkout is down.")
    assert story.clock("executive_notice").state == "kept"


def test_the_executive_notice_can_be_a_phone_call() -> None:
    story = Story("SEV0").at(20)
    story.does(Finish, what="executive notice", note="called")
    assert story.clock("executive_notice").state == "late"


@pytest.mark.rule("Standard: Escalate after 30 minutes without progress")
def test_thirty_minutes_without_progress_call_for_escalation() -> None:
    story = Story("SEV1").at(20)
    story.does(LogEntry, text="error rate 20 %", kind="finding")
    assert story.minutes_left("escalation") == 30
    story.at(25).does(LogEntry, text="still waiting")
    story.does(TickItem, item="")
    assert story.minutes_left("escalation") == 25
    assert story.at(50).clock("escalation").state == "overdue"
    story.does(Finish, what="escalation")
    assert story.minutes_left("escalation") == 30


@pytest.mark.rule(
    "Standard: 30 minutes of stability before closing",
    "Standard: Stable: go on to closing; unstable: back to investigation",
)
def test_stability_starts_again_after_a_relapse() -> None:
    story = Story("SEV1")
    story.does(MoveStage, stage="monitoring")
    assert story.at(29).minutes_left("stability") == 1
    story.does(MoveStage, stage="investigating")
    assert not story.has_clock("stability")
    story.at(40).does(MoveStage, stage="monitoring")
    assert story.minutes_left("stability") == 30
    assert story.at(70).clock("stability").state == "kept"


def test_a_task_has_its_own_clock_until_it_is_done() -> None:
    story = Story("SEV1")
    task = story.does(AddTask, text="check replica lag", owner="rs", due_in=minutes(10))
    assert story.clock(f"task:{task}").by_whom == "rs"
    story.now += timedelta(milliseconds=707)
    due = START + minutes(20)
    assert story.clock(f"task:{story.does(AddTask, text='call the vendor', due_at=due)}").due_at == due
    story.at(12).does(Finish, what="1")
    assert story.clock(f"task:{task}").state == "late"
    still_open = [clock for clock in clocks(story.state, story.now) if clock.open]
    assert open_clocks(story.state, story.now) == still_open


def test_closing_ends_the_clocks_of_the_tasks_given_before_it_and_one_given_since_has_its_own() -> None:
    story = Story("SEV1")
    before = story.does(AddTask, text="check replica lag", owner="rs", due_in=minutes(10))
    story.at(5).does(MoveStage, stage="closed", override="false alarm")
    since = story.does(AddTask, text="write to the vendor", owner="rs", due_in=minutes(10))
    assert not story.has_clock(f"task:{before}")
    assert story.clock(f"task:{since}").by_whom == "rs"


@pytest.mark.rule("Standard: The postmortem is scheduled within 48 hours")
def test_after_closing_the_postmortem_and_the_message_are_owed() -> None:
    story = Story("SEV1")
    story.does(AddFix, text="cache bypass", ticket="CHK-812")
    story.does(MoveStage, stage="monitoring")
    story.meets_the_closing_gate()
    story.at(31).does(MoveStage, stage="closed", override="the fix stays until Monday's release")
    assert story.minutes_left("postmortem") == 48 * 60
    assert story.minutes_left("customer_message") == 24 * 60
    assert not story.has_clock("update:public")
    assert any(one.kind == "fix" for one in map(story.clock, [f"fix:{id}" for id in fixes_of(story.state)]))


def test_it_is_over_since_it_was_closed_whatever_stage_came_after() -> None:
    story = Story("SEV1")
    assert over_since(story.state) is None
    story.at(30).does(MoveStage, stage="closed", override="False alarm: nobody was affected")
    story.at(600).does(MoveStage, stage="postmortem")
    assert over_since(story.state) == START + minutes(30)
    story.at(610).does(MoveStage, stage="closed")
    assert over_since(story.state) == START + minutes(30)


def test_a_retrospective_incident_owes_nothing() -> None:
    story = Story("SEV0", retrospective=True).at(600)
    assert not story.has_clock("update:public")
    assert promises(story.state, story.now)["public"].missed == 0


def test_the_shift_clock_starts_with_the_commander() -> None:
    story = Story("SEV1").at(10)
    story.does(AssignRole, role="ic", person="mo")
    assert story.clock("shift").starts_at == START + minutes(10)


def test_closing_drops_exactly_the_words_that_it_no_longer_owes() -> None:
    for minute in (5, 16, 40):
        for told in ({}, {"next_in": minutes(15)}, {"final": True}):
            story = Story("SEV0")
            for audience in ("internal", "executive") if told else ():
                story.at(2).does(PostUpdate, audience=audience, text="It fails.", **told)
            dropped, owed = closing(story.at(minute).state, story.now)
            before = {clock.key for clock in open_clocks(story.state, story.now) if clock.audience}
            running = {clock.key for clock in open_clocks(story.state, story.now) if clock.kind == "update"}
            story.does(MoveStage, stage="closed", override="False alarm: nobody was affected")
            after = {clock.key: clock.due_at for clock in open_clocks(story.state, story.now) if clock.audience}
            assert after == {clock.key: clock.due_at for clock in owed}
            # An update that only the cadence asks for, and that is not overdue, nobody was told of.
            gone = before - after.keys()
            assert {clock.key for clock in dropped} <= gone
            assert gone - {clock.key for clock in dropped} <= running


@pytest.mark.rule("Standard: SEV0: executives within 15 minutes")
def test_a_notice_that_came_late_or_never_counts_among_the_promises() -> None:
    late = Story("SEV0").at(20)
    late.does(Finish, what="executive notice", note="called")
    assert promises(late.state, late.now)["executive"].late == 1
    story = Story("SEV0").at(40)
    story.does(MoveStage, stage="closed", override="False alarm: nobody was affected")
    assert promises(story.state, story.now)["executive"].missed == 1
    early = Story("SEV0").at(5)
    early.does(MoveStage, stage="closed", override="False alarm: nobody was affected")
    assert promises(early.state, early.now)["executive"].missed == 0
    both = Story("SEV1").at(5)
    both.does(PostUpdate, audience="public", text="We look into it.")
    assert promises(both.state, both.now)["public"].kept == 1
    slow = Story("SEV1").at(20)
    slow.does(PostUpdate, audience="public", text="We look into it.")
    assert (promises(slow.state, slow.now)["public"].kept, promises(slow.state, slow.now)["public"].late) == (0, 1)
