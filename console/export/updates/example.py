"""An incident with something of everything, and the values that each template is filled from.

Templates are checked against it before an incident does: a misspelt name shows when the template is written, not when
the update is due.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from console.core.log.command import Command
from console.core.log.decide import decide
from console.core.log.event import Event
from console.core.log.fold import apply
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.subjects.change import ClaimChange
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import DeclareIncident, DescribeImpact
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.role import AssignRole
from console.core.subjects.task import AddTask
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.update import PostUpdate
from console.export.updates.announce import channel_name
from console.export.updates.context import Facts, Teller
from console.library.templates import Templates

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
NOW = START + timedelta(minutes=24)

_STORY: tuple[tuple[float, Command], ...] = (
    (1, AssignRole(actor="ana", role="ic", person="ana")),
    (2, DescribeImpact(actor="ana", text="A third of all checkouts fail")),
    (2, SetComponent(actor="ana", component="Checkout", status="partial")),
    (3, SetMilestone(actor="ana", milestone="impact_started", moment=START - timedelta(minutes=4))),
    (3, AnswerTriage(
        actor="ana", answers={"symptoms": "“Payment failed” after the last step", "workaround": "Pay by invoice"}
    )),
    (4, LogEntry(actor="bo", text="Error rate from 5 to 20 %", kind="finding")),
    (5, PostUpdate(actor="ana", audience="internal", text="Checkouts fail.", next_in=timedelta(minutes=30))),
    (5, PostUpdate(actor="ana", audience="public", text="Checkouts fail.", next_in=timedelta(minutes=30))),
    (5, PostUpdate(actor="ana", audience="executive", text="Checkouts fail.")),
    (6, LogEntry(actor="bo", text="The payment service times out", kind="hypothesis")),
    (7, LogEntry(actor="bo", text="The last deploy", kind="hypothesis")),
    (8, LogEntry(actor="bo", text="An attack", kind="hypothesis")),
    (9, JudgeHypothesis(actor="bo", hypothesis="2", verdict="supported", evidence="it began with it")),
    (10, JudgeHypothesis(actor="bo", hypothesis="3", verdict="ruled_out", evidence="traffic is as usual")),
    (11, LogEntry(actor="bo", text="Only version 2.3.4 is affected", kind="finding")),
    (12, LogEntry(actor="ana", text="Roll back", kind="decision")),
    (13, AddTask(actor="ana", text="Check the replica's lag", owner="cy", due_in=timedelta(minutes=15))),
    (14, AddFix(actor="cy", text="The payment queue is paused", where="config", ticket="OPS-1", owner="cy")),
    (15, ClaimChange(actor="cy", text="Roll back to 2.3.3", rollback="deploy 2.3.4")),
)  # fmt: skip


def example(playbook: Playbook) -> Incident:
    """The example 24 minutes after its declaration; what the playbook does not allow is left out of it."""
    state = Incident("INC-K7Q2")
    declare = DeclareIncident(actor="ana", title="Checkout errors", severity=playbook.severities[0].name)
    number = 0
    for minutes, command in ((0.0, declare), *_STORY):
        now = START + timedelta(minutes=minutes)
        try:
            decided = decide(state if number else None, command, now, playbook)
        except Refused:
            continue
        for change in decided:
            number += 1
            id, hlc = f"e{number}", number << 16
            event = Event(id, state.ref, "here", number, hlc, command.actor, change.occurred_at, now, change.body)
            state = apply(state, event)
    return state


def example_values(state: Incident, template: str) -> Facts:
    """Values for a template, the postmortem's excepted; a team's own is public where its name says so."""
    teller = Teller(state, NOW, UTC)
    if "public" in template or "customer" in template:
        return teller.public(promised=timedelta(minutes=30))
    values = teller.internal(promised=timedelta(minutes=30))
    if template == "first-status":
        values |= {"said": "SEV1: Checkout errors."}
    if template == "announcement":
        values |= {"said": "We are investigating.", "entered": "14:00 UTC"}
    if template == "brief":
        values |= {"channel": channel_name(state)}
    return values


def values_of(playbook: Playbook, template: str) -> str:
    """The names of the values that a template of an update can hold, as a list in words."""
    return ", ".join(sorted(example_values(example(playbook), template)))


def filled_in(templates: Templates, state: Incident, name: str) -> tuple[str, str]:
    """A template filled from an example, and a sentence when it could not be (else empty)."""
    if "postmortem" in name or "rca" in name:
        from console.export.postmortem.document import filled

        return filled(state, NOW, UTC, templates, name)
    return templates.render(name, example_values(state, name))


def faults(templates: Templates, names: Iterable[str], playbook: Playbook) -> list[str]:
    """Mistakes in the templates of these names, a sentence each; empty when all can be filled in."""
    state = example(playbook)
    complaints = (filled_in(templates, state, name)[1] for name in names)
    return [complaint for complaint in complaints if complaint]
