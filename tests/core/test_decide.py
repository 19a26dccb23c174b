from datetime import UTC, datetime, timedelta

import pytest

from console.core.language.times import zone
from console.core.log.command import Command
from console.core.log.conflicts import conflicts_of
from console.core.log.milestones import durations, milestones
from console.core.playbook.model import MILESTONES
from console.core.subjects.action_item import AddAction, due_moment
from console.core.subjects.clock import SnoozeClock
from console.core.subjects.done import Finish
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.handoff import AcceptHandoff, OfferHandoff, offered_handoff
from console.core.subjects.hypothesis import JudgeHypothesis, hypotheses_of
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.role import AssignRole, holder_of
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage, overrides_of
from console.core.subjects.task import AddTask, open_tasks
from console.core.subjects.undo import RedactEntry, Undo, undoes
from console.core.subjects.update import PostUpdate
from tests.core.story import START, Story


@pytest.mark.rule("Standard: Do not close too early", "Standard: Anti-pattern: closed too early")
def test_closing_waits_for_thirty_minutes_of_stability() -> None:
    story = Story("SEV1")
    assert "override" in story.refuses(MoveStage, stage="closed")
    story.does(MoveStage, stage="monitoring")
    assert "20m more" in story.at(10).refuses(MoveStage, stage="closed")
    story.meets_the_closing_gate()
    assert "one of these reasons" in story.refuses(MoveStage, stage="closed", override="we are tired")
    story.does(MoveStage, stage="closed", override="false alarm")
    assert "override: False alarm" in story.state.entries[-1].text
    assert overrides_of(story.state)[-1].unmet == ("It must be stable for 20m more",)
    assert story.state.phase == "over"


def test_closing_after_stability_needs_no_reason() -> None:
    story = Story("SEV1")
    story.does(MoveStage, stage="monitoring")
    story.meets_the_closing_gate()
    story.at(30).does(MoveStage, stage="next")
    assert story.state.stage.value == "closed"


def test_stages_follow_the_playbook() -> None:
    story = Story()
    assert "Investigating" in story.refuses(MoveStage, stage="postmortem")
    story.does(MoveStage, stage="next")
    assert story.state.stage.value == "investigating"
    assert "already investigating" in story.refuses(MoveStage, stage="inv")
    assert "no stage" in story.refuses(MoveStage, stage="xyz")


def test_a_refusal_writes_nothing() -> None:
    story = Story()
    before = len(story.events)
    story.refuses(ChangeSeverity, severity="SEV9")
    story.refuses(LogEntry, text=" \n ")
    story.refuses(LogEntry, text="x" * 300_000)
    story.refuses(AssignRole, role="pilot", person="mo")
    story.refuses(LogEntry, text="later", at=story.now + timedelta(seconds=1))
    story.refuses(PostUpdate, audience="press", text="hello")
    story.refuses(LogEntry, text="hello", actor="  ")
    assert len(story.events) == before


def test_undo_takes_back_the_actors_own_last_act_and_can_be_undone() -> None:
    story = Story()
    raised = story.does(ChangeSeverity, severity="SEV0")
    story.does(LogEntry, text="something", actor="al")
    story.does(Undo)
    assert story.state.severity.value == "SEV1"
    story.does(Undo, entry=raised)
    assert story.state.severity.value == "SEV0"


def test_a_correction_keeps_the_old_text_in_the_history() -> None:
    story = Story()
    entry = story.does(LogEntry, text="error rate 5 %", kind="finding")
    story.does(CorrectEntry, entry=entry, text="error rate 50 %", kind="finding")
    shown = story.state.entries.get(entry)
    assert shown is not None
    assert (shown.text, shown.corrected) == ("error rate 50 %", True)
    assert [correction.text for correction in story.state.corrections[entry]] == ["error rate 5 %", "error rate 50 %"]


def test_a_redaction_cannot_be_undone_and_leaves_no_text_in_the_state() -> None:
    story = Story()
    entry = story.does(LogEntry, text="the password is hunter2", kind="hypothesis")
    story.does(CorrectEntry, entry=entry, text="password hunter2", kind="hypothesis")
    story.does(RedactEntry, entry=entry, reason="a password")
    assert "hunter2" not in repr((story.state.entries[:], story.state.corrections, hypotheses_of(story.state)))
    assert "cannot be undone" in story.refuses(Undo, entry=entry)


def test_the_handoff_changes_the_role_only_with_the_yes() -> None:
    story = Story()
    story.does(AssignRole, role="ic", person="mo")
    story.does(OfferHandoff, person="al", note="replica is catching up")
    assert holder_of(story.state, "ic") == "mo"
    assert offered_handoff(story.state)
    assert "offered to al" in story.refuses(AcceptHandoff, actor="mo")
    assert "offered to al" in story.refuses(AcceptHandoff, actor="mo", person="rui")
    story.does(AcceptHandoff, actor="al")
    assert holder_of(story.state, "ic") == "al"
    assert offered_handoff(story.state) is None
    assert "No handoff is waiting" in story.refuses(AcceptHandoff, actor="al")


def test_the_reason_of_a_stage_is_kept_also_where_no_gate_is_overridden() -> None:
    story = Story()
    story.does(MoveStage, stage="investigating", override="payment workers are slow")
    assert "payment workers are slow" in story.state.entries[-1].text


def test_an_acceptance_that_somebody_else_records_says_who() -> None:
    story = Story()
    story.does(OfferHandoff, person="al")
    story.does(AcceptHandoff, actor="mo", person="Al")
    assert holder_of(story.state, "ic") == "al"
    assert story.state.entries[-1].author == "mo"
    assert story.state.entries[-1].text.endswith("handoff accepted (recorded by mo)")


def test_blind_changes_of_one_value_are_a_conflict_until_it_is_stated_again() -> None:
    story = Story()
    seen = story.state.severity.head
    story.does(ChangeSeverity, severity="SEV0")
    story.does(ChangeSeverity, severity="SEV2", seen=seen, actor="al", reason="few are hit")
    ((field, first, second),) = conflicts_of(story.state)
    assert (field, first.value, second.value) == ("severity", "SEV0", "SEV2")
    story.does(ChangeSeverity, severity="SEV0")
    assert not conflicts_of(story.state)


def test_tasks_are_found_by_number_and_words() -> None:
    story = Story()
    story.does(AddTask, text="check replica lag")
    story.does(AddTask, text="check the cache")
    assert "matches tasks 1, 2" in story.refuses(Finish, what="check")
    story.does(Finish, what="cache")
    story.does(Finish, what="1")
    assert open_tasks(story.state) == []
    assert "no open task" in story.refuses(Finish, what="3")


def test_a_task_that_is_done_is_known_by_its_number() -> None:
    story = Story()
    story.does(AddTask, text="check the replica")
    story.does(AddTask, text="check the 1 that is left")
    story.does(Finish, what="1")
    assert story.refuses(Finish, what="1") == "Task 1 is done already by mo, 0s ago: check the replica."


@pytest.mark.parametrize(
    ("begins", "named"),
    [
        (AddTask, ("1", "check the replica", "replica")),
        (AddFix, ("check the replica", "replica")),
        (AddAction, ("A1", "check the replica", "replica")),
    ],
)
def test_what_is_done_already_says_who_did_it_and_when(begins: type[Command], named: tuple[str, ...]) -> None:
    story = Story()
    story.does(begins, text="check the replica")
    story.does(begins, text="call the bank")
    story.at(2).does(Finish, actor="ana", what="replica")
    story.at(6.5)
    for words in named:
        assert "done already by ana, 4m ago" in story.refuses(Finish, what=words)
    story.does(Undo, entry=story.state.entries[-1].id)
    story.does(Finish, what="replica")


def test_a_hypothesis_that_was_judged_so_already_says_by_whom() -> None:
    story = Story()
    story.does(LogEntry, kind="hypothesis", text="the pool is full")
    story.at(2).does(JudgeHypothesis, actor="ana", hypothesis="1", verdict="supported")
    refusal = story.at(3).refuses(JudgeHypothesis, hypothesis="1", verdict="supported")
    assert "is supported already by ana, 1m ago" in refusal


def test_a_due_moment_that_was_written_is_the_one_that_stands() -> None:
    story = Story()
    story.at(1.5).does(AddTask, text="check", owner="rs", due_at=START + timedelta(minutes=20))
    story.does(AddTask, text="ask @rs", owner="rs", due_in=timedelta(minutes=5))
    story.does(AddTask, text="go on", due_at=START + timedelta(hours=19))
    story.does(AddTask, text="clean up", due_at=START + timedelta(days=21))
    words = [entry.text for entry in story.state.entries if entry.kind == "task"]
    assert words == [
        "check @rs, back by 14:20 UTC",
        "ask @rs, back in 5m",
        "go on, back by 2026-11-22 09:00 UTC",
        "clean up, back by 2026-12-12 14:00 UTC",
    ]


def test_a_moment_in_an_entry_stands_in_the_zone_of_whoever_reads_it() -> None:
    story, berlin, la = Story(), zone("Europe/Berlin"), zone("America/Los_Angeles")
    due = START + timedelta(minutes=40)
    story.at(1.5).does(AddTask, text="check by 14:40 UTC", due_at=due)
    story.does(SnoozeClock, clock="public", until=due, reason="the vendor calls at 14:40 UTC")
    story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(hours=23))
    story.does(AddAction, text="review", due_at=due_moment("2026-12-01", story.now, la))
    story.does(AddAction, text="alert", due_at=due)
    assert [[entry.text_in(each) for entry in story.state.entries[1:]] for each in (UTC, berlin, la)] == [
        [f"check by 14:40 UTC, back by {task}", f"First public post snoozed to {task}: the vendor calls at 14:40 UTC",
         f"Impact started at {start}", f"review, due {day}", f"alert, due {task}"]
        for task, start, day in (
            ("14:40", "2026-11-20 15:00", "2026-12-02 07:59"),
            ("15:40", "2026-11-20 16:00", "2026-12-02 08:59"),
            ("06:40", "2026-11-20 07:00", "2026-12-01"),
        )
    ]  # fmt: skip
    assert story.state.entries[1].text == "check by 14:40 UTC, back by 14:40 UTC"


def test_a_snooze_names_the_task_the_fix_or_the_action_item_that_waits() -> None:
    story = Story()
    due = START + timedelta(minutes=5)
    for command, text in ((AddTask, "check the pool"), (AddAction, "alert on it")):
        thing = story.does(command, text=text, due_at=due)
        kind = "task" if command is AddTask else "action_item"
        story.does(SnoozeClock, clock=f"{kind}:{thing}", by=timedelta(minutes=5), reason="busy")
        assert f"“{text}” snoozed to 14:10 UTC: busy" in story.state.entries[-1].text


@pytest.mark.rule("Sev4: Postmortem: head, summary, impact, timeline")
def test_milestones_come_from_stages_and_from_hand() -> None:
    story = Story()
    story.at(10).does(MoveStage, stage="mitigating")
    story.at(20).does(MoveStage, stage="monitoring")
    story.does(SetMilestone, milestone="impact started", moment=START - timedelta(minutes=9))
    at = milestones(story.state)
    assert list(at) == ["impact_started", "acknowledged", "declared", "identified", "resolved"]
    assert durations(story.state)["time_to_resolve"].length == timedelta(minutes=29)
    story.does(MoveStage, stage="investigating")
    assert "resolved" not in milestones(story.state)


MEASURES = {
    "impact_lasted": (("impact_started",), ("mitigated", "resolved")),
    "time_to_detect": (("impact_started",), ("detected", "declared")),
    "time_to_acknowledge": (("detected",), ("acknowledged",)),
    "time_to_mitigate": (("impact_started", "detected", "declared"), ("mitigated",)),
    "time_to_resolve": (("impact_started", "detected", "declared"), ("resolved", "closed")),
}


MINUTES = {"impact_started": -9, "detected": -5, "acknowledged": 1, "mitigated": 20, "resolved": 40}
"""After the declaration; it is closed with the ninetieth."""


@pytest.mark.rule
@pytest.mark.parametrize(
    ("measure", "begin", "end"),
    [(one, begin, end) for one, (begins, ends) in MEASURES.items() for begin in begins for end in ends],
)
def test_a_measure_begins_and_ends_with_the_first_milestones_that_are_known(measure: str, begin: str, end: str) -> None:
    begins, ends = MEASURES[measure]
    story = Story("SEV3").at(90)
    if end == "closed":
        story.does(MoveStage, stage="closed", override="duplicate")
    for one in (*begins[begins.index(begin) :], *ends[ends.index(end) :]):
        if one in MINUTES:
            story.does(SetMilestone, milestone=one, moment=START + timedelta(minutes=MINUTES[one]))
    at, span = milestones(story.state), durations(story.state)[measure]
    assert (span.begins, span.ends, span.length) == (begin, end, at[end] - at[begin])


def test_milestones_that_contradict_each_other_are_told_before_they_are_set() -> None:
    story = Story().at(60)
    story.does(SetMilestone, milestone="impact_started", moment=START)

    def doubt(milestone: str, moment: datetime) -> str:
        return SetMilestone(actor="mo", milestone=milestone, moment=moment).doubt(story.state, story.now, UTC)

    assert doubt("resolved", START - timedelta(hours=6)) == "Milestones contradict: resolved is before declared."
    year = timedelta(days=365)
    assert "declared is 365 days after impact started" in doubt("impact_started", START - year)
    assert doubt("resolved", START + timedelta(minutes=50)) == ""
    backdated = MoveStage(actor="mo", stage="monitoring", at=START - timedelta(hours=6))
    assert "Milestones contradict: resolved is before declared." in backdated.doubt(story.state, story.now, UTC)
    assert "contradict" not in MoveStage(actor="mo", stage="monitoring").doubt(story.state, story.now, UTC)
    story.does(SetMilestone, milestone="resolved", moment=START - timedelta(hours=6))
    # What is known already is advice, and no question of the next one.
    assert doubt("mitigated", START + timedelta(minutes=40)) == "Milestones contradict: resolved is before mitigated."
    assert "time_to_resolve" not in durations(story.state)


@pytest.mark.parametrize("milestone", MILESTONES)
@pytest.mark.parametrize("known", [(), ("acknowledged", "identified"), ("resolved",)])
def test_a_milestone_of_the_day_before_is_asked_about_where_it_lies_before_all_that_is_known(
    milestone: str, known: tuple[str, ...]
) -> None:
    """Shortly after midnight 14:32 is yesterday's, whatever other milestones there are."""
    story = Story().at(30)
    for other in known:
        story.does(SetMilestone, milestone=other, moment=START + timedelta(minutes=20))
    asked = SetMilestone(actor="mo", milestone=milestone, moment=START - timedelta(hours=13))
    doubt = asked.doubt(story.state, story.now, UTC)
    assert "before" in doubt.lower()
    past = Story(retrospective=True).at(30)
    assert "declaration" not in asked.doubt(past.state, past.now, UTC)


def test_undoing_the_declaration_withdraws_the_incident() -> None:
    story = Story()
    story.does(Undo, entry=story.state.declared_id)
    assert not story.state.open
    assert "undone" in story.refuses(LogEntry, text="hello")


def test_an_undo_takes_back_the_correction_that_was_made_last_and_not_its_entry() -> None:
    story = Story()
    entry = story.does(LogEntry, text="placement restrats")
    story.at(1).does(CorrectEntry, entry=entry, text="placement restarts")
    correction = story.at(2).does(CorrectEntry, entry=entry, text="placement restarts at 50%")
    words = undoes(story.state, Undo(actor="mo"), story.now)
    assert words == "undoes the correction “placement restarts at 50%” by mo: it was “placement restarts”"
    story.at(3).does(Undo)
    assert (story.state.entries[-1].text, story.state.entries[-1].undone) == ("placement restarts", False)
    assert correction not in [made.id for made in story.state.corrections[entry]]
    story.at(4).does(LogEntry, text="another")
    story.at(5).does(Undo)
    assert [each.undone for each in story.state.entries[-2:]] == [False, True]
    story.at(6).does(Undo)
    assert (story.state.entries[-2].text, story.state.entries[-2].corrected) == ("placement restrats", False)
    story.at(7).does(Undo)
    assert story.state.entries[-2].undone


def test_an_undo_names_its_entry_by_words_and_its_refusals_name_what_the_prompt_takes() -> None:
    story = Story()
    entry = story.says("the pool is full")
    story.says("/task drain another pool")
    task = story.state.entries[-1].id
    story.says("/done 1")
    story.says("/undo pool is")
    assert next(each for each in story.state.entries if each.id == entry).undone
    story.says("/undo pool is")
    assert not next(each for each in story.state.entries if each.id == entry).undone
    taken_along = story.refuses(Undo, entry="drain another pool")
    assert "/undo drain another pool ! " in taken_along
    refusals = [story.refuses(Undo, entry=words) for words in ("3", "pool", "drain another", "no such words")] + [
        taken_along
    ]
    assert not [refusal for refusal in refusals if "warroom" in refusal or "--" in refusal]
    story.says("/undo drain another pool !")
    assert next(each for each in story.state.entries if each.id == task).undone


def test_somebody_elses_correction_is_not_mine_to_undo() -> None:
    story = Story()
    entry = story.does(LogEntry, text="mine")
    story.at(1).does(CorrectEntry, entry=entry, text="ours", actor="lee")
    story.at(2).does(Undo)
    assert story.state.entries[-1].undone


def test_a_milestone_is_called_as_it_is_shown_and_stated_once() -> None:
    story = Story()
    story.at(10).says("/milestone impact started 14:05")
    assert milestones(story.state)["impact_started"] == START + timedelta(minutes=5)
    again = story.refuses(SetMilestone, milestone="impact_started", moment=START + timedelta(minutes=5))
    assert again == "Impact started stands at that time already; write another time."
    story.says("/milestone impact-started 14:06")
    assert milestones(story.state)["impact_started"] == START + timedelta(minutes=6)


def test_a_verdict_is_not_repeated_without_new_evidence() -> None:
    story = Story()
    story.says("? the pool is used up")
    story.does(JudgeHypothesis, hypothesis="1", verdict="ruled_out")
    again = story.refuses(JudgeHypothesis, hypothesis="1", verdict="ruled-out")
    assert again == "“the pool is used up” is ruled out already by mo, 0s ago; write what shows it."
    story.does(JudgeHypothesis, hypothesis="1", verdict="ruled_out", evidence="40 of 100 in use")


@pytest.mark.parametrize("name", ["Traceback (most recent call last): File run.py", "bob␛[31m"])
def test_what_is_no_name_is_given_nothing(name: str) -> None:
    story = Story()
    assert "is not a name; write the person's name alone." in story.refuses(AssignRole, role="ic", person=name)
    assert "is not a name" in story.refuses(AddTask, text="check", owner=name)
