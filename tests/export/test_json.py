"""The JSON of an incident says everything, and its description everything that it says."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from console.core.playbook.runbook import Runbook, Step
from console.core.subjects.action_item import AddAction, FinishAction
from console.core.subjects.change import ClaimChange, EndChange
from console.core.subjects.checklist import TickItem
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import DescribeImpact
from console.core.subjects.done import Finish
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.link import LinkIncident
from console.core.subjects.page import EndPage, PageSomebody
from console.core.subjects.postmortem import AssignPostmortem, EditPostmortem
from console.core.subjects.role import AssignRole
from console.core.subjects.runbook import CloseRunbook, FollowRunbook
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AcknowledgeTask, AddTask
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.undo import Undo
from console.core.subjects.update import DecidePublication, PostUpdate
from console.export.json.incident import incident_view
from console.export.json.model import DifferenceView, IncidentView, PresentView, UnsettledView
from console.publish.sending.status import Standing
from scripts.json_page import page
from tests.core.story import Story

JSON_MD = (Path(__file__).parents[2] / "docs/json.md").read_text(encoding="utf-8")
MAPS = ("roles", "milestones", "durations", "components", "promises", "triage.answers", "postmortem.sections")
"""Objects whose keys are the incident's own."""
FALSE_ALARM = "False alarm: nobody was affected"
BAD_DEPLOY = Runbook(
    "bad-deploy",
    "Bad deploy",
    (Step("Find the last deploy", command="git log -3"), Step("Roll it back", detail="Wait for the graphs")),
    about="New symptoms after a deploy",
)


@pytest.fixture
def full() -> Story:
    """An incident with something of everything."""
    story = Story(source="a wiki page")
    story.at(1).does(AssignRole, role="ic", person="ana")
    story.does(AnswerTriage, answers={"core": "yes", "workaround": "no"})
    story.does(DescribeImpact, text="Nobody can pay")
    story.does(SetComponent, component="checkout", status="major")
    task = story.does(AddTask, text="check replica lag", owner="rs", due_in=timedelta(minutes=10))
    story.does(AcknowledgeTask, task=task)
    story.does(Finish, what=task)
    story.does(PageSomebody, who="lee", way="phone", contact="Database on-call")
    story.does(EndPage, page="lee", outcome="answered", note="on the way", eta_in=timedelta(minutes=10))
    story.does(AddFix, text="read-only mode", where="config", ticket="OPS-1", owner="rs")
    guess = story.does(LogEntry, text="a bad deploy", kind="hypothesis")
    story.does(JudgeHypothesis, hypothesis=guess, verdict="supported", evidence="the graphs")
    update = story.does(PostUpdate, audience="public", text="We look.", next_in=timedelta(minutes=30))
    page = {"message": "m1", "update": update, "to": "page"}
    story.does(DecidePublication, **page, decision="edited", text="We are looking.", was="We look.")
    story.at(2).does(TickItem, item="declare/2")
    story.does(FollowRunbook, runbook=BAD_DEPLOY)
    story.does(TickItem, item="runbook:bad-deploy/1", note="v2.3.4")
    first = story.does(ClaimChange, text="roll back v2.3.4", rollback="deploy it again")
    story.does(ClaimChange, text="restart the cache", despite=True, actor="rs")
    story.does(EndChange, change=first, outcome="rolled_back")
    story.does(AddAction, text="Alert on the pool", owner="mo", priority="P1", verify="pull the plug")
    finished = story.does(AddAction, text="Write it down")
    story.does(FinishAction, action=finished)
    story.does(LinkIncident, relation="caused_by", other="INC-2222", note="the same deploy")
    story.does(AssignPostmortem, person="mo")
    story.does(EditPostmortem, section="summary", text="We ran out of connections.")
    story.does(MoveStage, stage="monitoring")
    story.at(5).does(MoveStage, stage="closed", override=FALSE_ALARM)
    story.does(Undo)
    story.does(MoveStage, stage="closed", override=FALSE_ALARM)
    return story


def shown(story: Story) -> dict[str, Any]:
    standing = Standing("status", "waiting", "No connection.", story.now, "m1", 1, "https://status.example.org/1")
    shown: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(incident_view(story.state, story.now, [standing])))
    return shown


def paths(value: Any, at: str) -> set[str]:
    """The keys inside a value, `items[].by` for one of an object in a list; those of a map are its own affair."""
    if isinstance(value, list):
        return {f"[].{inner}" for one in value for inner in paths(one, at)}
    if not isinstance(value, dict) or at in MAPS:
        return set()
    found = set(value)
    for key, inner in value.items():
        deeper = paths(inner, f"{at}.{key}" if at else key)
        if deeper:
            found = found - {key} | {f"{key}{one}" if one.startswith("[]") else f"{key}.{one}" for one in deeper}
    return found


def described(heading: str) -> set[str]:
    """The fields that the table under a heading names."""
    section = JSON_MD.split(f"{heading}\n")[1].split("\n#")[0]
    rows = re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(.+?)`", row)}


def test_every_field_is_described_and_every_description_has_its_field(full: Story) -> None:
    found = shown(full)
    # A conflict takes two writers who have not seen each other.
    found["conflicts"] = [{"field": "severity", "values": ["SEV1", "SEV2"]}]
    # No built-in playbook has a roll call.
    found["roll_call"] = [dict.fromkeys(PresentView.__struct_fields__)]
    # What differs on a page is read out of its messages.
    found["publishing"][0]["unsettled"] = [dict.fromkeys(UnsettledView.__struct_fields__)]
    found["publishing"][0]["differences"] = [dict.fromkeys(DifferenceView.__struct_fields__)]
    assert described("## `show --json`") == set(found)
    for name, value in found.items():
        inner = {path.removeprefix("[].") for path in paths(value, name)}
        if inner:
            assert described(f"### `{name}`") == inner, name


def test_the_page_has_the_tables_of_the_contract() -> None:
    assert page(JSON_MD) == JSON_MD, "make it anew: make reference"


def test_what_is_shown_keeps_the_types_of_the_contract(full: Story) -> None:
    jsonschema.validate(shown(full), msgspec.json.schema(IncidentView))
    jsonschema.validate(shown(Story()), msgspec.json.schema(IncidentView))


def test_a_checklist_says_who_ticked_what_and_when(full: Story) -> None:
    lists = {checklist["id"]: checklist for checklist in shown(full)["checklists"]}

    assert list(lists) == [one.id for one in (full.state.playbook.checklists if full.state.playbook else ())]
    assert lists["declare"]["title"] == "Declaring"
    assert lists["declare"]["stages"] == ["declared"]
    assert not lists["declare"]["now"]
    assert lists["declare"]["items"][1] == {
        "id": "declare/2",
        "text": "The incident commander is named",
        "done": True,
        "by": "mo",
        "at": "2026-11-21T14:02:00.000Z",
    }
    assert [item["done"] for item in lists["declare"]["items"]] == [False, True, False, False]
    assert lists["ladder"]["ladder"]


def test_a_checklist_is_for_now_in_its_stage() -> None:
    lists = {checklist["id"]: checklist["now"] for checklist in shown(Story())["checklists"]}

    assert lists["declare"]
    assert not lists["closing"]


def test_a_runbook_shows_its_steps(full: Story) -> None:
    (runbook,) = shown(full)["runbooks"]

    assert (runbook["name"], runbook["opened_by"]) == ("bad-deploy", "mo")
    assert [(step["id"], step["done"], step["by"]) for step in runbook["steps"]] == [
        ("runbook:bad-deploy/1", True, "mo"),
        ("runbook:bad-deploy/2", False, None),
    ]
    assert (runbook["steps"][0]["command"], runbook["steps"][1]["detail"]) == ("git log -3", "Wait for the graphs")


def test_changes_are_in_flight_until_they_have_ended(full: Story) -> None:
    first, second = shown(full)["changes"]

    assert (first["in_flight"], first["outcome"]) == (False, "rolled_back")
    assert first["rollback"] == "deploy it again"
    assert (second["in_flight"], second["outcome"], second["by"]) == (True, None, "rs")
    assert second["despite"] == [first["id"]]


def test_a_passed_gate_is_shown_with_its_reason_once(full: Story) -> None:
    (override,) = shown(full)["overrides"]

    assert (override["stage"], override["reason"], override["by"]) == ("closed", FALSE_ALARM, "mo")
    assert "A temporary fix is still in place" in override["unmet"]


def test_triage_and_postmortem(full: Story) -> None:
    found = shown(full)

    assert found["triage"]["answers"] == {"core": "yes", "workaround": "no"}
    assert found["triage"]["suggested"] == "SEV1"
    assert found["postmortem"] == {
        "needed": True,
        "owner": "mo",
        "review": "draft",
        "sections": {"summary": "We ran out of connections."},
    }
    assert [(action["number"], action["priority"], action["done_by"]) for action in found["actions"]] == [
        (1, "P1", None),
        (2, None, "mo"),
    ]


def test_a_closed_runbook_says_when_and_by_whom_and_keeps_its_checks() -> None:
    story = Story().at(2)
    story.does(FollowRunbook, runbook=BAD_DEPLOY)
    story.does(TickItem, item="runbook:bad-deploy/1")
    assert shown(story)["runbooks"][0]["closed_at"] is None
    story.at(5).does(CloseRunbook, actor="rs")
    book = shown(story)["runbooks"][0]
    assert (book["closed_at"], book["closed_by"]) == ("2026-11-21T14:05:00.000Z", "rs")
    assert book["steps"][0]["done"]


def test_what_was_undone_is_gone() -> None:
    story = Story()
    for command, fields in (
        (ClaimChange, {"text": "roll back"}),
        (FollowRunbook, {"runbook": BAD_DEPLOY}),
        (AddAction, {"text": "Alert on the pool"}),
        (AssignPostmortem, {"person": "mo"}),
        (AnswerTriage, {"answers": {"core": "yes"}}),
        (TickItem, {"item": "declare/1"}),
    ):
        before = shown(story)
        story.does(command, **fields)
        assert shown(story) != before
        story.does(Undo)
        assert {**shown(story), "entries": []} == {**before, "entries": []}, command
