"""An act that would have no effect is refused: no command is acknowledged twice for the same thing."""

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

import console.core.subjects
from console.core.drill.script import Debrief, Drill, Inject
from console.core.language.text import one_line
from console.core.log.acknowledgement import acknowledgement
from console.core.log.command import Command, StandsBeside
from console.core.log.decide import decide
from console.core.log.entries import Entry
from console.core.log.foretold import text_doubt
from console.core.log.state import Window
from console.core.playbook.runbook import Runbook, Step
from console.core.refusal import Refused
from console.core.subjects.action_item import AddAction, ChangeAction, FinishAction
from console.core.subjects.advice import SilenceNudge
from console.core.subjects.backfill import BackfillIncident
from console.core.subjects.change import ClaimChange, EndChange, PlanRollback
from console.core.subjects.checklist import TickItem
from console.core.subjects.clock import MeetObligation, SnoozeClock
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import ChangeTitle, DeclareIncident, DescribeImpact
from console.core.subjects.done import Finish
from console.core.subjects.drill import BeginDrill, EndDrill, GiveInject, SkipInject
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.fix import AddFix, ChangeFix
from console.core.subjects.handoff import AcceptHandoff, OfferHandoff
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.link import LinkIncident
from console.core.subjects.maintenance import AdvanceMaintenance, MoveMaintenance, PlanMaintenance
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.move import BringEntry, MoveEntry
from console.core.subjects.page import EndPage, PageSomebody
from console.core.subjects.page_settled import SettlePage
from console.core.subjects.paste import LogPaste
from console.core.subjects.playbook import ChangePlaybook
from console.core.subjects.postmortem import AssignPostmortem, EditPostmortem, ReviewPostmortem
from console.core.subjects.public_postmortem import PublishPostmortem
from console.core.subjects.public_title import SetPublicTitle
from console.core.subjects.publication import TakePublication
from console.core.subjects.role import AssignRole
from console.core.subjects.runbook import CloseRunbook, FollowRunbook
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AcknowledgeTask, AddTask, ChangeTask
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.undo import RedactEntry, Undo, quoted, undoes
from console.core.subjects.update import DecidePublication, PostUpdate, Settlement, SettlePublication
from tests.core.story import NIGHT, START, Maintenance, Story, built_in

Example = Callable[[Story], Command]


def of(kind: type[Command], **fields: Any) -> Example:
    return lambda story: kind(actor="mo", **fields)


def logged(story: Story, kind: str) -> Entry:
    return next(entry for entry in story.state.entries if entry.kind == kind)


SCRIPT = Drill("Small", "a", "i", "SEV2", 600, "b", (Inject("page", 0, "502 everywhere"),), Debrief("h"))


def in_drill(story: Story, command: Command) -> Command:
    story.tries(BeginDrill(actor="lee", script=SCRIPT))
    return command


ONCE: dict[str, Example] = {
    "title": of(ChangeTitle, title="Checkout down"),
    "public title": of(SetPublicTitle, title="Some payments fail"),
    "impact": of(DescribeImpact, text="Nobody can pay"),
    "severity": of(ChangeSeverity, severity="SEV0"),
    "stage": of(MoveStage, stage="mitigating"),
    "stage, chosen before": lambda story: MoveStage(actor="mo", stage="mitigating", seen=story.state.stage.head),
    "severity, chosen before": lambda story: ChangeSeverity(
        actor="mo", severity="SEV0", seen=story.state.severity.head
    ),
    "role": of(AssignRole, role="scribe", person="lee"),
    "milestone": of(SetMilestone, milestone="detected", moment=START - timedelta(minutes=5)),
    "milestone moved": of(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=5)),
    "milestone taken away": of(SetMilestone, milestone="impact_started", moment=None),
    "snooze": of(SnoozeClock, clock="public", by=timedelta(minutes=5), reason="in a call"),
    "check": of(TickItem, item="first-five-minutes/1"),
    "uncheck": of(TickItem, item="first-five-minutes/2", done=False),
    "task changed": of(ChangeTask, task="1", owner="lee"),
    "task's time": of(ChangeTask, task="1", due_at=START + timedelta(hours=2)),
    "task acknowledged": of(AcknowledgeTask, task="1"),
    "page answered": of(EndPage, page="kim", outcome="answered", note="on the way"),
    "page without an answer": of(EndPage, page="kim", outcome="no_answer"),
    "task done": of(Finish, what="1"),
    "escalated": of(Finish, what="escalation", note="paged the DBA"),
    "escalated by its word": of(MeetObligation, clock="escalation", note="paged the DBA"),
    "fix changed": of(ChangeFix, fix="1", ticket="OPS-2"),
    "supported": of(JudgeHypothesis, hypothesis="1", verdict="supported", evidence="the index is gone"),
    "ruled out": of(JudgeHypothesis, hypothesis="1", verdict="ruled_out"),
    "component": of(SetComponent, component="checkout", status="major"),
    "change": of(ClaimChange, text="restart web", despite=True),
    "change ended": of(EndChange, change="scale up"),
    "rollback plan": of(PlanRollback, change="scale up", rollback="scale down"),
    "handoff": of(OfferHandoff, person="zoe", note="all quiet"),
    "accepted": of(AcceptHandoff, person="kai"),
    "runbook": lambda story: FollowRunbook(actor="mo", runbook=runbook("disk")),
    "runbook closed": of(CloseRunbook, runbook="ddos"),
    "triage": of(AnswerTriage, answers={"users": "30%"}),
    "advice": of(SilenceNudge, nudge="no_scribe"),
    "action item changed": of(ChangeAction, action="1", owner="lee"),
    "action item done": of(FinishAction, action="1"),
    "postmortem's owner": of(AssignPostmortem, person="lee"),
    "postmortem's section": of(EditPostmortem, section="summary", text="It was the disk."),
    "review": of(ReviewPostmortem, state="in_review"),
    "correction": lambda story: CorrectEntry(actor="mo", entry=logged(story, "note").id, text="disk is 91% full"),
    "correction taken back": lambda story: Undo(actor="mo", entry=logged(story, "note").id, was_undone=False),
    "playbook": of(ChangePlaybook),
    "drill begun": of(BeginDrill, script=SCRIPT),
    "inject given": lambda story: in_drill(story, GiveInject(actor="lee", inject="page")),
    "inject skipped": lambda story: in_drill(story, SkipInject(actor="lee", inject="page")),
    "drill ended": lambda story: in_drill(story, EndDrill(actor="lee")),
    "link": of(LinkIncident, relation="part_of", other="INC-2222"),
    "move": lambda story: MoveEntry(actor="mo", entry=logged(story, "note").id, to="INC-2222"),
    "page settled": of(SettlePage, to="page", about="title", way="left", ours="a", theirs="b", reason="it is better"),
    "settlement": lambda story: SettlePublication(
        actor="mo",
        update=story.does(PostUpdate, audience="public", text="Some checkouts fail."),
        settlements=(Settlement(to="page", way="left", reason="it was mailed"),),
        found="standing",
        seen="",
    ),
}
"""Acts that are done once: the same again is refused."""

EACH_TIME: dict[str, Example] = {
    "note": of(LogEntry, text="still 502"),
    "paste": lambda story: LogPaste(actor="mo", entries=(LogEntry(actor="mo", text="a"),), paste="p1"),
    "task": of(AddTask, text="check the disk"),
    "page": of(PageSomebody, who="kim", way="phone"),
    "fix": of(AddFix, text="rate limit"),
    "action item": of(AddAction, text="alert on the disk"),
    "update": of(PostUpdate, audience="internal", text="Still looking."),
    "undo": of(Undo),
}
"""Each of these makes a thing of its own, or goes on to the next one."""

ELSEWHERE = {
    DeclareIncident, RedactEntry, DecidePublication, TakePublication, BringEntry, BackfillIncident, PublishPostmortem,
    PlanMaintenance, MoveMaintenance, AdvanceMaintenance,
}  # fmt: skip
"""A declaration has a reference of its own; the others are decided where the log is (tests/store), and those of a
maintenance in tests/core/test_maintenance.py."""


def runbook(name: str) -> Runbook:
    return Runbook(name, name.capitalize(), steps=(Step("Look"),))


def underway() -> Story:
    story = Story(drill=True)
    story.does(LogEntry, text="disk is 90% full")
    story.does(LogEntry, text="the index", kind="hypothesis")
    story.does(AddTask, text="page storage", owner="kai")
    story.does(PageSomebody, who="kim")
    story.does(AddFix, text="old host", ticket="OPS-1")
    story.does(AddAction, text="a test of the restore")
    story.does(ClaimChange, text="scale up")
    story.does(FollowRunbook, runbook=runbook("ddos"))
    story.does(AssignRole, role="ic", person="mo")
    story.does(OfferHandoff, person="kai")
    story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=9))
    story.does(TickItem, item="first-five-minutes/2")
    return story.at(1)


def twice(example: Example) -> tuple[Story, Command, list[Entry]]:
    """The command decided once, and the entries that it made."""
    story = underway()
    command, before = example(story), len(story.state.entries)
    book = built_in("rapid") if isinstance(command, ChangePlaybook) else None
    story.carries_out(command, book)
    return story, command, story.state.entries[before:]


@pytest.mark.parametrize("name", ONCE)
def test_what_is_done_is_not_done_again(name: str) -> None:
    story, command, _ = twice(ONCE[name])
    with pytest.raises(Refused) as refusal:
        decide(story.state, command, story.at(0.05).now, built_in("rapid"))
    assert refusal.value.reason.endswith(".")


@pytest.mark.parametrize("name", EACH_TIME)
def test_what_makes_a_thing_of_its_own_is_done_each_time(name: str) -> None:
    story, command, _ = twice(EACH_TIME[name])
    before = story.state
    story.carries_out(command)
    assert story.state != before


@pytest.mark.parametrize("name", ONCE | EACH_TIME)
def test_a_text_of_any_command_that_looks_like_a_slash_word_is_asked_about(name: str) -> None:
    command = (ONCE | EACH_TIME)[name](underway())
    texts = {field for field in command.__struct_fields__ if isinstance(getattr(command, field), str)} - {"actor"}
    for field in texts if not isinstance(command, LogEntry) else ():
        typed = msgspec.structs.replace(command, **{field: "/sev SEV0 all regions"})
        assert text_doubt(typed) == "“/sev” is text here, and runs nothing.", field
    assert not text_doubt(command)


def test_a_note_that_begins_with_a_slash_was_escaped_and_a_decision_was_not() -> None:
    assert not text_doubt(LogEntry(actor="mo", text="/sev SEV0"))
    assert text_doubt(LogEntry(actor="mo", text="/sev SEV0", kind="decision"))


def _kinds_of(kind: type[Command]) -> Iterator[type[Command]]:
    """All commands of the console below a class of commands."""
    for each in kind.__subclasses__():
        if each.__module__.startswith("console."):
            yield each
            yield from _kinds_of(each)


def test_every_command_says_what_twice_means() -> None:
    """A new command joins one of the tables."""
    story = underway()
    given = {type(example(story)) for example in (*ONCE.values(), *EACH_TIME.values())}
    named = {kind for kind in _kinds_of(Command) if not kind.__name__.startswith("_")}
    assert given | ELSEWHERE == named - {StandsBeside}


def test_a_verdict_that_is_turned_round_is_told_first() -> None:
    story = underway()
    story.does(JudgeHypothesis, hypothesis="1", verdict="supported")
    turned = JudgeHypothesis(actor="lee", hypothesis="1", verdict="ruled_out")
    assert turned.doubt(story.state, story.now, UTC) == "“the index” is supported by mo at 14:01."
    again = JudgeHypothesis(actor="lee", hypothesis="1", verdict="open")
    assert not again.doubt(story.state, story.now, UTC)


def test_a_due_time_is_snoozed_once() -> None:
    story = underway()
    story.does(SnoozeClock, clock="public", by=timedelta(minutes=5), reason="in a call")
    refusal = story.at(1.1).refuses(SnoozeClock, clock="public", by=timedelta(minutes=9), reason="still in it")
    assert "snoozed already" in refusal


# One act, one undo

_SAID = PostUpdate(actor="mo", audience="public", text="The work goes on until three.")

JOINED: dict[str, Example] = {
    "MoveStage.decide": of(MoveStage, stage="closed", override="Duplicate of INC-2222"),
    "EndDrill.decide": ONCE["drill ended"],
    "LogPaste.decide": lambda story: LogPaste(
        actor="mo", entries=(LogEntry(actor="mo", text="a"), AddTask(actor="mo", text="b")), paste="p1"
    ),
    "PostUpdate.decide_in": of(
        PostUpdate, audience="public", text="We look into it.", public_title="Some payments fail"
    ),
    "MoveMaintenance.decide": of(
        MoveMaintenance, window=Window(NIGHT.starts_at, NIGHT.until + timedelta(hours=1)), update=_SAID
    ),
    "AdvanceMaintenance.decide": of(AdvanceMaintenance, stage="in_progress", update=_SAID),
}
"""Decisions that may come to several events, which one undo takes back together."""

_EACH_PAGE = "A decision about a page cannot be undone; each page has its own."
APART = {
    "plan_maintenance": "Its declaration can only be withdrawn, and what was told of it is settled by itself.",
    "RedactEntry.decide": "What is erased is gone: a redaction cannot be undone.",
    "SettlePublication.decide": _EACH_PAGE,
    "PublishPostmortem.decide": _EACH_PAGE,
    "BackfillIncident.decide": _EACH_PAGE,
    "_put_back": "It undoes each undo of the act, and is nothing that is undone.",
}
"""Those whose events are undone one by one, and why."""


def several() -> Iterator[str]:
    """The decisions that may come to more than one event."""
    for file in Path(console.core.subjects.__file__).parent.glob("*.py"):
        tree = ast.parse(file.read_text())
        owners: list[ast.Module | ast.ClassDef] = [
            tree,
            *(node for node in tree.body if isinstance(node, ast.ClassDef)),
        ]
        for owner in owners:
            for made in (node for node in owner.body if isinstance(node, ast.FunctionDef)):
                decides = isinstance(made.returns, ast.Name) and made.returns.id == "Decision"
                returned = [node.value for node in ast.walk(made) if isinstance(node, ast.Return)]
                if decides and any(map(_is_several, returned)):
                    yield f"{owner.name}.{made.name}" if isinstance(owner, ast.ClassDef) else made.name


def _is_several(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Tuple):
        return len(value.elts) > 1
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "tuple"


def test_every_act_of_several_events_says_whether_one_undo_takes_it_back() -> None:
    """A new one joins one of the tables."""
    assert sorted(several()) == sorted(JOINED | APART)


def before(name: str) -> Story:
    """A story in which such an act is possible."""
    return Maintenance().at(1) if "Maintenance" in name else underway()


@pytest.mark.parametrize("name", JOINED)
def test_one_act_is_taken_back_and_put_back_by_one_undo(name: str) -> None:
    story = before(name)
    command = JOINED[name](story)
    known = [entry.id for entry in story.state.entries]
    story.carries_out(command)
    made = [entry.id for entry in story.state.entries if entry.id not in known]
    assert len(made) > 1
    story.does(Undo, actor=command.actor)
    assert {entry.id for entry in story.state.entries if entry.undone} == {*made}
    for id in made:
        story.does(Undo, entry=id)
        assert not any(entry.undone for entry in story.state.entries)
        story.does(Undo, entry=id)
        assert {entry.id for entry in story.state.entries if entry.undone} == {*made}


@pytest.mark.parametrize("name", JOINED)
def test_an_undo_of_one_act_names_it_by_what_it_began_with(name: str) -> None:
    story = before(name)
    command = JOINED[name](story)
    known = len(story.state.entries)
    story.carries_out(command)
    first, *others = story.state.entries[known:]
    pasted = isinstance(command, LogPaste)
    for entry in (first, *others):
        words = undoes(story.state, Undo(actor="mo", entry=entry.id), story.now)
        if pasted:
            assert words == f"undoes {len(others) + 1} entries logged together"
        else:
            assert words == f"undoes “{one_line(first.text, 60)}” by {first.author}, and with it {quoted(others)}"
    story.does(Undo, entry=others[-1].id)
    told = acknowledgement(story.state, story.events[-1:], UTC)
    assert told.startswith("Undone: 2 entries logged together" if pasted else f"Undone: {first.text[:20]}")
    assert pasted or told.endswith(f", and with it {quoted(others)}")
