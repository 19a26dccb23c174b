"""The script of the practice incident, and what a broken script is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.core.language.grammar import Line, Slash, parse_line
from console.core.refusal import Refused
from console.samples.script import Script, Step, read_script

DEMO = Path(__file__).parents[2] / "data" / "samples" / "demo.toml"
COMMANDS = ("role", "stage", "sev", "update", "done", "supported", "ruled-out", "fix")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo() -> Script:
    return read_script(DEMO.read_text(encoding="utf-8"))


def typed(step: Step) -> Line | Slash:
    ids = {"attack": "k3v9", "rule": "p7q2", "profile": "t4x8", "rollback": "w5z1"}
    return parse_line(step.typed(ids), now=NOW, zone=UTC, commands=COMMANDS)


def past(script: Script) -> list[Step]:
    return [step for step in script.steps if step.after <= script.opens_after]


def test_every_line_of_the_demo_can_be_typed(demo: Script) -> None:
    assert all(typed(step) for step in demo.steps)


def test_the_demo_opens_in_the_middle(demo: Script) -> None:
    before = past(demo)

    assert 0.6 <= len(before) / len(demo.steps) <= 0.75
    assert 18 <= len(before) <= 30
    assert [step.line for step in before if step.line.startswith("/stage")][-1] == "/stage mitigating"
    assert demo.declared_after < demo.opens_after


def test_the_demo_opens_with_work_to_do(demo: Script) -> None:
    lines = [step.line for step in past(demo)]

    assert not any(line.startswith("/role comms") for line in lines)
    assert sum(line.startswith("/ruled-out {attack}") for line in lines) == 1
    assert sum(line.startswith("/supported {rule}") for line in lines) == 1
    assert sum(line.startswith("/fix ") for line in lines) == 1
    tasks = [read for step in past(demo) if isinstance(read := typed(step), Line) and read.kind == "task"]
    assert [task.owner for task in tasks] == ["dee", "cy"]
    assert sum(line.startswith("/done ") for line in lines) == 1


def test_the_public_update_is_due_in_four_minutes_and_the_internal_one_later(demo: Script) -> None:
    """At SEV0 the standard playbook asks for an update every 15 minutes."""
    posted = {step.line.split()[1]: step.after for step in past(demo) if step.line.startswith("/update")}

    due_in = {audience: after + timedelta(minutes=15) - demo.opens_after for audience, after in posted.items()}
    assert due_in["public"] == timedelta(minutes=4)
    assert due_in["internal"] == timedelta(minutes=9)
    assert due_in["executive"] == timedelta(minutes=7)


def test_the_published_times_of_the_demo(demo: Script) -> None:
    when = {step.line[:24]: f"{demo.started_at + step.after:%H:%M}" for step in demo.steps}

    assert demo.started_at == datetime(2019, 7, 2, 13, 42, tzinfo=UTC)
    assert when["* First page: the synthet"[:24]] == "13:45"
    assert when["! Use the global kill: t"] == "14:02"
    assert when["> The firewall is off wo"] == "14:07"
    assert when["* Traffic and CPU are ba"] == "14:09"
    assert when["> The firewall is on aga"] == "14:52"
    assert [f"{demo.started_at + s.after:%H:%M}" for s in demo.steps if s.line.startswith("/update public")] == [
        "13:52",
        "14:15",
        "14:57",
    ]


def test_ids_are_put_in_by_name() -> None:
    assert Step("+1m", "ana", "/done {task} and {other}").typed({"task": "k3", "other": "p7"}) == "/done k3 and p7"
    with pytest.raises(KeyError):
        Step("+1m", "ana", "/done {task}").typed({})


GOOD = """
title = "Outage"
severity = "SEV1"
playbook = "standard"
started_at = 2019-07-02T13:42:00Z
declared = "+1m"
declared_by = "ana"
opens = "+5m"
source = { title = "A", publisher = "B", url = "https://example.org" }
people = [{ handle = "ana", does = "incident commander" }]
steps = [{ t = "+0m", as = "ana", line = "* error", makes = "one" }, { t = "+2m", as = "ana", line = "/done {one}" }]
"""


def test_a_good_script_is_read() -> None:
    script = read_script(GOOD)

    assert [(step.after, step.who) for step in script.steps] == [(timedelta(), "ana"), (timedelta(minutes=2), "ana")]


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ('title = "Outage"', "title = Outage", "line 2"),
        ('title = "Outage"', "", "title"),
        (
            'as = "ana", line = "* error"',
            'as = "bo", line = "* error"',
            "bo, who types step 1, is not among its people",
        ),
        ('t = "+2m"', 't = "2m"', "$.steps[1].t"),
        ('t = "+2m"', 't = "+2 weeks"', "not a time since the start"),
        ('t = "+0m"', 't = "+3m"', "step 2 (+2m) stands after a later one"),
        ("{one}", "{two}", "no step before step 2 makes two"),
        ('line = "* error"', 'line = " "', "step 1 has no line"),
        ('declared_by = "ana"', 'declared_by = "bo"', "bo declares it and is not among its people"),
        ('opens = "+5m"', 'opens = "+30s"', "it opens before it is declared"),
        ("13:42:00Z", "13:42:00", "started_at needs a zone"),
        ('opens = "+5m"', 'opens = "+5m"\nclosing = 1', "closing"),
    ],
)
def test_a_broken_script_is_refused_with_its_reason(right: str, wrong: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_script(GOOD.replace(right, wrong))
    assert reason in refused.value.reason
    assert refused.value.reason.endswith(".")
