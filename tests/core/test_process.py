"""The process as a team goes through it: checklists, runbooks, tasks, changes, fixes, hypotheses, the postmortem."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from console.core.log.clocks import clocks
from console.core.log.decide import decide
from console.core.log.slash import read_slash
from console.core.log.state import Incident
from console.core.playbook.runbook import Runbook, Step
from console.core.refusal import Refused
from console.core.subjects.action_item import ActionItems, AddAction, ChangeAction, open_action_items
from console.core.subjects.advice import SilenceNudge
from console.core.subjects.change import ClaimChange, EndChange, PlanRollback, changes_in_flight, changes_of
from console.core.subjects.checklist import TickItem, find_item, item_lists, missing_items, next_item
from console.core.subjects.fix import fixes_of, open_fixes
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.postmortem import SECTIONS, EditPostmortem, ReviewPostmortem, postmortem_of
from console.core.subjects.runbook import CloseRunbook, FollowRunbook, open_runbooks, runbooks_of
from console.core.subjects.silence import silenced
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AcknowledgeTask, tasks_of
from console.core.subjects.tick import ticked
from console.core.subjects.undo import RedactEntry, Undo
from tests.core.story import START, Story, built_in, standard

pytestmark = pytest.mark.rule

DDOS = Runbook("ddos", "DDoS attack", (Step("Limit the rate"), Step("Block addresses", command="iptables -L")))


def shown(story: Story) -> list[str]:
    """Lists that are for now, as their ids."""
    return [list.id for list in item_lists(story.state, story.now) if list.now]


# --- checklists ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "stage", "minute", "there", "absent"),
    [
        ("SEV1", "declared", 0, {"first-five-minutes", "declare"}, {"assessment", "all-hands", "containment"}),
        ("SEV0", "declared", 1, {"first-five-minutes", "declare", "all-hands"}, {"assessment"}),
        ("SEV1", "declared", 5, {"assessment"}, {"first-five-minutes", "containment"}),
        ("SEV1", "investigating", 15, {"containment"}, {"assessment"}),
        ("SEV1", "investigating", 30, set(), {"containment"}),
        ("SEV2", "declared", 1, {"first-five-minutes"}, {"declare"}),
        ("SEV2", "investigating", 6, set(), {"assessment"}),
        ("SEV1", "mitigating", 60, {"ladder"}, {"fix"}),
        ("SEV1", "resolving", 60, {"fix", "temporary-fixes"}, {"ladder", "closing"}),
        ("SEV1", "monitoring", 60, {"closing", "recovery", "temporary-fixes"}, {"fix"}),
        ("SEV1", "closed", 90, {"after-closing", "postmortem"}, {"closing"}),
        ("SEV3", "closed", 90, {"after-closing"}, {"postmortem"}),
    ],
)
def test_a_list_is_for_its_stage_its_severity_and_its_minutes(
    severity: str, stage: str, minute: float, there: set[str], absent: set[str]
) -> None:
    story = Story(severity, stage=stage).at(minute)
    assert there <= set(shown(story))
    assert not absent & set(shown(story))
    assert absent <= {list.id for list in item_lists(story.state, story.now)}  # all can be opened all the same


def test_what_was_begun_in_the_first_minutes_stays_until_it_is_done() -> None:
    story = Story().at(1)
    story.does(TickItem)
    assert "first-five-minutes" in shown(story.at(20))
    for item in missing_items(story.state, "first-five-minutes", story.now):
        story.does(TickItem, item=item.id)
    assert "first-five-minutes" not in shown(story)


def test_ticking_goes_item_by_item_and_says_by_whom_and_when() -> None:
    story = Story().at(1)
    for place in (1, 2):
        following = next_item(story.state, story.now)
        assert following is not None
        assert following[1].id == f"first-five-minutes/{place}"
        story.does(TickItem, actor="al")
    done = ticked(story.state, "first-five-minutes/2")
    assert done is not None
    assert (done.by, done.at) == ("al", story.now)
    assert story.state.entries[-1].text == "✓ Said what changed recently"


def test_an_item_is_found_by_number_words_or_id_and_opened_again() -> None:
    story = Story().at(1)
    story.does(TickItem, item="3")
    assert ticked(story.state, "first-five-minutes/3")
    story.does(TickItem, item="what is broken", note="the checkout")
    assert ticked(story.state, "first-five-minutes/1")
    assert "checked off already, by mo" in story.refuses(TickItem, item="3")
    story.does(TickItem, item="first-five-minutes/3", done=False)
    assert ticked(story.state, "first-five-minutes/3") is None
    assert "nothing to uncheck" in story.refuses(TickItem, item="3", done=False)
    assert "There is no item" in story.refuses(TickItem, item="feed the cat")
    assert "matches" in story.refuses(TickItem, item="customers")


def test_undoing_a_tick_opens_the_item() -> None:
    story = Story().at(1)
    tick = story.does(TickItem)
    story.does(Undo, entry=tick)
    assert ticked(story.state, "first-five-minutes/1") is None


def test_of_a_ladder_the_first_rung_that_holds_is_enough() -> None:
    story = Story(stage="mitigating").at(60)
    ladder = next(list for list in item_lists(story.state, story.now) if list.id == "ladder")
    assert (ladder.ladder, ladder.open) == (True, True)
    story.does(TickItem, item="ladder/2")
    assert not next(list for list in item_lists(story.state, story.now) if list.id == "ladder").open
    assert next_item(story.state, story.now) is None
    with pytest.raises(Refused):
        find_item(story.state, "", story.now)


# --- runbooks --------------------------------------------------------------------------------------------------------


def test_a_runbook_is_opened_beside_the_timeline_and_ticked_step_by_step() -> None:
    story = Story().at(1)
    opened = story.does(FollowRunbook, runbook=DDOS)
    assert story.state.entries[-1].text == "Runbook opened: DDoS attack"
    assert shown(story)[0] == "runbook:ddos"
    following = next_item(story.state, story.now)
    assert following is not None
    assert following[1].id == "runbook:ddos/1"
    story.does(TickItem)
    story.does(TickItem, item="runbook:ddos/2", note="12 networks")
    assert story.state.entries[-1].text == "✓ Block addresses: 12 networks"
    assert "open already" in story.refuses(FollowRunbook, runbook=DDOS)
    story.does(Undo, entry=opened)
    assert list(runbooks_of(story.state).values()) == []


def test_a_runbook_is_ticked_by_those_who_follow_it_and_by_others_only_by_name() -> None:
    story = Story().at(1)
    story.does(FollowRunbook, actor="al", runbook=DDOS)
    story.does(TickItem, actor="mo")
    assert ticked(story.state, "first-five-minutes/1")
    story.does(TickItem, actor="al")
    assert ticked(story.state, "runbook:ddos/1")
    story.does(TickItem, actor="mo", item="runbook:ddos/1", done=False)
    story.does(TickItem, actor="mo", item="runbook:ddos/1")
    story.does(TickItem, actor="mo")
    assert ticked(story.state, "runbook:ddos/2")  # who has ticked a step of it follows it


def test_the_incident_keeps_the_runbook_as_it_was_opened() -> None:
    story = Story()
    story.does(FollowRunbook, runbook=DDOS)
    newer = msgspec.structs.replace(DDOS, steps=(*DDOS.steps, Step("Call the provider")))
    assert len(next(iter(runbooks_of(story.state).values())).runbook.steps) == 2
    story.does(FollowRunbook, runbook=newer)
    assert len(next(iter(runbooks_of(story.state).values())).runbook.steps) == 3


def test_a_closed_runbook_is_passed_over_and_keeps_what_was_checked_off() -> None:
    story = Story().at(1)
    story.does(FollowRunbook, runbook=DDOS)
    story.does(TickItem)
    closing = story.does(CloseRunbook, runbook="ddos")
    assert story.state.entries[-1].text == f"Runbook closed: DDoS attack, 1 of {len(DDOS.steps)} steps not checked off"
    assert open_runbooks(story.state) == {}
    assert ticked(story.state, "runbook:ddos/1")
    following = next_item(story.state, story.now)
    assert following is not None
    assert following[0].id != "runbook:ddos"
    assert item_lists(story.state, story.now)[-1].id == "runbook:ddos"
    assert "runbook:ddos" not in shown(story)
    assert "is closed" in story.refuses(TickItem, item="runbook:ddos/2")
    assert "No runbook is open" in story.refuses(CloseRunbook, runbook="ddos")
    story.does(Undo, entry=closing)
    assert list(open_runbooks(story.state)) == ["ddos"]
    following = next_item(story.state, story.now)
    assert following is not None
    assert following[1].id == "runbook:ddos/2"


def test_a_closed_runbook_is_opened_again_with_its_checks() -> None:
    story = Story().at(1)
    opened = story.does(FollowRunbook, runbook=DDOS)
    for _ in DDOS.steps:
        story.does(TickItem)
    story.does(CloseRunbook)
    assert story.state.entries[-1].text == f"Runbook closed: DDoS attack, all {len(DDOS.steps)} steps done"
    again = story.does(FollowRunbook, runbook=DDOS)
    assert list(open_runbooks(story.state)) == ["ddos"]
    assert ticked(story.state, "runbook:ddos/1")
    story.does(Undo, entry=again)
    assert open_runbooks(story.state) == {}
    story.does(Undo, entry=opened, dependents=True)
    assert runbooks_of(story.state) == {}


def test_a_runbook_is_closed_by_name_title_or_a_part_and_of_several_one_is_named() -> None:
    story = Story().at(1)
    story.does(FollowRunbook, runbook=DDOS)
    story.does(FollowRunbook, runbook=msgspec.structs.replace(DDOS, name="disk", title="Full disk"))
    refusal = story.refuses(CloseRunbook)
    assert "ddos" in refusal
    assert "disk" in refusal
    assert "“smoke” is not an open runbook" in story.refuses(CloseRunbook, runbook="smoke")
    story.does(CloseRunbook, runbook="full")
    assert list(open_runbooks(story.state)) == ["ddos"]
    story.does(CloseRunbook, runbook="DDoS attack")
    assert open_runbooks(story.state) == {}


def test_a_closing_is_of_the_opening_that_its_writer_saw() -> None:
    story = Story().at(1)
    story.does(FollowRunbook, runbook=DDOS)
    closing = decide(story.state, CloseRunbook(actor="rs"), story.now)
    newer = msgspec.structs.replace(DDOS, steps=(*DDOS.steps, Step("Call the provider")))
    reopened = story.does(FollowRunbook, runbook=newer)
    story.arrives(closing, "rs")
    assert story.state.entries[-1].text.startswith("Runbook closed: DDoS attack")
    assert open_runbooks(story.state)["ddos"].runbook == newer
    story.does(Undo, entry=reopened)
    assert open_runbooks(story.state) == {}


def test_a_redacted_opening_leaves_no_title_in_its_closing() -> None:
    story = Story().at(1)
    opened = story.does(FollowRunbook, runbook=DDOS)
    story.does(CloseRunbook)
    story.does(RedactEntry, entry=opened)
    assert "DDoS" not in " ".join(entry.text for entry in story.state.entries)
    assert story.state.entries[-1].kind != "unknown"
    assert open_runbooks(story.state) == {}


# --- tasks -----------------------------------------------------------------------------------------------------------


def test_a_task_is_given_acknowledged_and_done() -> None:
    story = Story()
    task = story.says("+ @rs 10m check replica lag")
    assert (tasks_of(story.state)[task].owner, story.minutes_left(f"task:{task}")) == ("rs", 10)
    acknowledged = story.at(1).says("/ack 1", "rs")
    assert tasks_of(story.state)[task].acknowledged_at == story.now
    assert "acknowledged already" in story.refuses(AcknowledgeTask, task="1")
    story.does(Undo, entry=acknowledged)
    assert tasks_of(story.state)[task].acknowledged_at is None
    story.says("/assign 1 al 20m")
    assert (tasks_of(story.state)[task].owner, story.minutes_left(f"task:{task}")) == ("al", 20)
    story.says("/done 1: no lag", "al")
    assert tasks_of(story.state)[task].done_by == "al"
    assert story.clock(f"task:{task}").state == "kept"


# --- changes of production -------------------------------------------------------------------------------------------


def test_a_second_change_by_somebody_else_warns_before_it_is_logged() -> None:
    story = Story()
    first = story.says("/change roll back to v2.3.3 back: deploy v2.3.4 again", "al")
    assert (changes_of(story.state)[first].rollback, changes_in_flight(story.state)[0].by) == (
        "deploy v2.3.4 again",
        "al",
    )
    before = len(story.events)
    warning = story.refuses(ClaimChange, actor="rs", text="restart db-2")
    assert "al has “roll back to v2.3.3” in flight" in warning
    assert len(story.events) == before
    second = story.says("/change ! restart db-2", "rs")
    assert changes_of(story.state)[second].despite == (first,)
    story.says("/changed", "al")
    story.says("/changed failed: it hangs", "rs")
    assert [change.outcome for change in changes_of(story.state).values()] == ["done", "failed"]
    assert "No change is in flight" in story.refuses(EndChange)


def test_ones_own_second_change_and_one_after_the_other_need_no_warning() -> None:
    story = Story()
    story.says("/change drain db-2", "al")
    story.says("/change restart db-2", "al")
    assert "Which change" in story.refuses(EndChange, actor="al")
    story.says("/changed rolled-back drain", "al")
    story.says("/changed restart", "al")
    story.says("/change undrain db-2", "rs")
    assert [change.despite for change in changes_of(story.state).values()] == [(), (), ()]


def test_undoing_the_end_of_a_change_puts_it_back_in_flight() -> None:
    story = Story()
    story.says("/change drain db-2")
    ended = story.says("/changed")
    assert changes_in_flight(story.state) == []
    story.does(Undo, entry=ended)
    assert len(changes_in_flight(story.state)) == 1


def test_a_rollback_plan_is_added_to_a_change_in_flight_and_goes_when_it_is_undone() -> None:
    story = Story()
    drain = story.says("/change drain db-2", "al")
    story.says("/change restart db-2", "al")
    assert "Which change" in story.refuses(PlanRollback, actor="al", rollback="undrain it")
    added = story.says("/rollback-plan drain: undrain it", "rs")
    assert changes_of(story.state)[drain].rollback == "undrain it"
    assert story.state.entries[-1].text == "Rollback plan of “drain db-2”: undrain it"
    assert "already" in story.refuses(PlanRollback, change=drain, rollback="undrain it")
    assert "A rollback plan needs words" in story.refuses(PlanRollback, change=drain, rollback=" ")
    story.does(Undo, entry=added)
    assert changes_of(story.state)[drain].rollback == ""
    story.says("/changed drain", "al")
    story.says("/rollback-plan run: kubectl rollout undo", "al")
    assert changes_in_flight(story.state)[0].rollback == "run: kubectl rollout undo"


def test_a_change_that_has_ended_is_never_taken_for_the_other_one_in_flight() -> None:
    story = Story()
    drain = story.says("/change drain db-2", "al")
    story.says("/change restart db-2", "al")
    story.says("/changed drain", "rs")
    assert "“drain db-2” has ended already: done." in story.refuses(EndChange, actor="al", change=drain)
    assert [change.text for change in changes_in_flight(story.state)] == ["restart db-2"]


# --- temporary fixes -------------------------------------------------------------------------------------------------


def test_a_temporary_fix_outlives_the_incident_until_it_is_removed() -> None:
    story = Story("SEV1")
    fix = story.says("/fix cache bypass in checkout/cart.py CHK-812 @al")
    known = fixes_of(story.state)[fix]
    assert (known.where, known.ticket, known.owner) == ("checkout/cart.py", "CHK-812", "al")
    assert known.text == "cache bypass in checkout/cart.py"
    story.says("/ticket 1 CHK-900 @rs")
    assert (fixes_of(story.state)[fix].ticket, fixes_of(story.state)[fix].owner) == ("CHK-900", "rs")
    story.says("/stage monitoring")
    story.at(30).meets_the_closing_gate()
    story.says("/stage closed ! it stays until Monday")
    assert story.clock(f"fix:{fix}").state == "running"
    assert story.at(60 * 24 * 3).clock(f"fix:{fix}").state == "overdue"
    removed = story.says("/done cache: the deploy of Monday has the fix")
    assert open_fixes(story.state) == []
    story.does(Undo, entry=removed)
    assert [fix.ticket for fix in open_fixes(story.state)] == ["CHK-900"]


# --- hypotheses ------------------------------------------------------------------------------------------------------


def test_a_hypothesis_is_open_until_evidence_judges_it() -> None:
    story = Story()
    first = story.says("? the deploy of 14:30")
    second = story.says("/hypothesis a full disk")
    story.says("/ruled-out 2 40 % free")
    judged = story.says("/supported 1 errors began with it")
    found = hypotheses_of(story.state)
    assert (found[first].verdict, found[first].evidence) == ("supported", "errors began with it")
    assert (found[second].verdict, found[second].judged_by) == ("ruled_out", "mo")
    story.says("/reopen disk")
    assert hypotheses_of(story.state)[second].verdict == "open"
    story.does(Undo, entry=judged)
    assert hypotheses_of(story.state)[first].verdict == "open"


def test_reopen_without_a_hypothesis_names_the_way_back_of_a_closed_incident() -> None:
    story = Story()
    with pytest.raises(Refused) as before:
        story.says("/reopen")
    assert "/stage" not in before.value.reason
    story.does(MoveStage, stage="closed", override="false alarm")
    with pytest.raises(Refused) as closed:
        story.says("/reopen")
    assert "or /stage investigating to reopen the incident" in closed.value.reason
    with pytest.raises(Refused) as told:
        story.says("/reopen it came back")
    assert told.value.reason == closed.value.reason
    story.says("/stage investigating")
    assert story.state.phase == "active"


# --- another playbook ------------------------------------------------------------------------------------------------


def test_changing_the_playbook_is_an_event_and_finds_the_like_severity_and_stage() -> None:
    story = Story("SEV1")
    story.says("/stage mitigating")
    changed = story.follows(built_in("p-levels"))
    state = story.state
    assert state.playbook is not None
    assert (state.playbook.name, state.severity.value, state.phase) == ("p-levels", "P1", "active")
    rule = state.stage_rule
    assert rule is not None
    assert rule.status == "identified"
    story.does(Undo, entry=changed)
    assert (story.state.playbook, story.state.severity.value, story.state.stage.value) == (
        standard(),
        "SEV1",
        "mitigating",
    )


def test_a_change_to_the_same_playbook_or_an_unknown_severity_is_refused() -> None:
    story = Story()
    with pytest.raises(Refused):
        story.follows(built_in("standard"))
    with pytest.raises(Refused):
        story.follows(built_in("rapid"), severity="P7")
    with pytest.raises(Refused):
        story.follows(built_in("rapid"), stage="dancing")
    assert isinstance(story.follows(built_in("rapid"), severity="SEV-2", stage="contain"), str)
    assert (story.state.severity.value, story.state.stage.value) == ("SEV-2", "contain")


# --- the postmortem --------------------------------------------------------------------------------------------------


def closed() -> Story:
    story = Story("SEV1")
    story.says("/stage monitoring")
    story.at(30).meets_the_closing_gate()
    story.says("/stage closed")
    return story


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_is_written_undone_and_given_back_to_the_log(section: str) -> None:
    story = closed()
    written = story.says(f"/postmortem {section} In our own words.")
    assert postmortem_of(story.state).sections[section].value == "In our own words."
    story.does(Undo, entry=written)
    assert section not in postmortem_of(story.state).sections
    story.does(EditPostmortem, section=section, text="Again.")
    story.does(EditPostmortem, section=section, text="")
    assert postmortem_of(story.state).sections[section].value == ""
    assert "Nothing was changed" in story.refuses(EditPostmortem, section=section, text="")


def test_a_postmortem_goes_from_draft_to_final_and_is_then_kept() -> None:
    story = closed()
    assert "no section" in story.refuses(EditPostmortem, section="gossip", text="x")
    story.says("/postmortem in-review")
    story.says("/postmortem final")
    assert story.clock("postmortem").state == "kept"
    assert "The postmortem is final" in story.refuses(EditPostmortem, section="summary", text="x")
    story.says("/postmortem draft")
    story.says("/postmortem summary It is better now.")
    assert "draft already" in story.refuses(ReviewPostmortem, state="draft")
    assert "draft, in-review or final" in story.refuses(ReviewPostmortem, state="perfect")


def test_a_final_postmortem_has_an_owner() -> None:
    story = closed()
    story.says("/postmortem owner nobody")
    assert "has an owner" in story.refuses(ReviewPostmortem, state="final")
    story.says("/postmortem owner rs")
    story.says("/postmortem final")
    assert story.clock("postmortem").by_whom == "rs"


def test_an_action_item_has_priority_owner_date_and_a_way_to_see_it() -> None:
    story = closed()
    added = story.says("/action P0 @al 14d Add an alert for errors over 5 % verify: it fires in the game day")
    item = story.state.part(ActionItems).items[added]
    assert (item.priority, item.owner, item.text) == ("P0", "al", "Add an alert for errors over 5 %")
    assert (item.verify, item.due_at) == ("it fires in the game day", story.now + timedelta(days=14))
    assert story.at(60 * 24 * 15).clock(f"action_item:{added}").state == "overdue"
    story.does(ChangeAction, action="1", owner="rs", priority="P1")
    assert (story.state.part(ActionItems).items[added].owner, story.state.part(ActionItems).items[added].priority) == (
        "rs",
        "P1",
    )
    done = story.says("/done A1: merged")
    assert open_action_items(story.state) == []
    story.does(Undo, entry=done)
    assert len(open_action_items(story.state)) == 1
    assert "no priority “P7”" in story.refuses(AddAction, text="x", priority="P7")


def test_an_action_without_a_date_gets_that_of_its_priority() -> None:
    story = closed()
    added = story.does(AddAction, text="Test the restore", priority="P1")
    assert story.state.part(ActionItems).items[added].due_at == story.now + timedelta(days=14)
    free = story.does(AddAction, text="Tidy up")
    assert story.state.part(ActionItems).items[free].due_at is None


# --- advice ----------------------------------------------------------------------------------------------------------


def test_advice_is_silenced_by_name_once_with_its_reason_in_the_timeline() -> None:
    story = Story()
    story.says("/silence no-ic a team of two")
    assert silenced(story.state, "no_ic")
    assert not silenced(story.state, "quiet")
    assert story.state.entries[-1].text == "Advice silenced: no ic: a team of two"
    assert "silenced already" in story.refuses(SilenceNudge, nudge="no_ic")
    assert "Name the advice" in story.refuses(SilenceNudge, nudge=" ")


def test_a_silence_takes_the_time_at_the_head_of_its_line() -> None:
    story = Story().at(10)
    story.says(f"{START + timedelta(minutes=6):%H:%M} /silence no-ic a team of two")
    silence = story.state.entries[-1]
    assert silence.text == "Advice silenced: no ic: a team of two"
    assert silence.occurred_at == START + timedelta(minutes=6)


# --- slash words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "argument"),
    [
        ("ticket", "1"),
        ("ack", ""),
        ("change", ""),
        ("change", "! "),
        ("uncheck", ""),
        ("silence", ""),
        ("postmortem", ""),
        ("postmortem", "owner"),
        ("postmortem", "summary"),
        ("action", ""),
        ("action", "P0 @al 14d"),
        ("assign", "1"),
        ("stage", "closed !"),
    ],
)
def test_a_slash_word_without_what_it_needs_shows_its_form(word: str, argument: str) -> None:
    with pytest.raises(Refused) as read:
        read_slash(word, argument, Story().state, actor="mo", at=None, now=START, zone=UTC)
    assert f"/{word}" in read.value.reason


def test_a_due_day_ends_where_the_reader_is() -> None:
    read = read_slash("action", "2026-12-01 Test it", Incident("x"), actor="mo", at=None, now=START, zone=UTC)
    assert isinstance(read, AddAction)
    assert read.due_at == datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)


def test_after_the_incident_only_its_register_still_runs() -> None:
    story = closed()
    story.says("/action P0 @al 14d Add an alert for errors over 5 %")
    kinds = {clock.kind for clock in clocks(story.state, story.now) if clock.open}
    assert kinds == {"postmortem", "customer_message", "action_item"}
