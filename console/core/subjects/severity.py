"""The severity of an incident."""

from datetime import datetime

from console.core.language.text import clean
from console.core.log.asked import Asked, Read, Word, form, split
from console.core.log.command import Command
from console.core.log.deciding import Decide, Decision, proposed
from console.core.log.event import Body
from console.core.log.fields import Key, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident
from console.core.playbook.model import find_severity
from console.core.refusal import Refused


class SeverityChanged(Body, frozen=True):
    """`replaces` is the event whose value its writer saw; another one there now means a conflict."""

    severity: Key
    reason: Text = ""
    replaces: Replaced = ""


class ChangeSeverity(Command, frozen=True, kw_only=True):
    severity: str
    reason: str = ""
    seen: str | None = None
    """The statement that the person saw when choosing; None: the current one."""


def _severity(fold: Folding, body: SeverityChanged) -> None:
    before = fold.state.severity.value
    fold.states("severity", body.severity, body.replaces)
    fold.entry("severity", f"Severity {before} → {body.severity}", body.reason)


def _change_severity(state: Incident, command: ChangeSeverity, at: datetime, now: datetime) -> Decision:
    assert state.playbook is not None
    severity = find_severity(state.playbook, command.severity)
    seen = state.severity.head if command.seen is None else command.seen
    if severity.name == state.severity.value and seen == state.severity.head and not state.severity.conflict:
        raise Refused(f"The severity is already {severity.name}; choose another one.", "severity")
    book = state.playbook
    if book.severity_index(severity.name) > book.severity_index(state.severity.value) and not command.reason.strip():
        raise Refused("Say why the severity goes down; the next shift will ask.", "reason")
    return proposed(SeverityChanged(severity.name, clean(command.reason).strip(), seen), at)


def _read_sev(asked: Asked, argument: str) -> Read:
    name, reason = split(argument)
    if not name:
        raise form(WORDS["sev"], "Name the severity")
    return ChangeSeverity(actor=asked.actor, at=asked.at, severity=name, reason=reason.lstrip(":— "))


KINDS: dict[str, type[Body]] = {
    "severity_changed": SeverityChanged,
}
SIGNS = {"severity": "▲"}
FOLDS = {SeverityChanged: _severity}
DECISIONS: dict[type[Command], Decide] = {ChangeSeverity: _change_severity}
WORDS: dict[str, Word] = {
    "sev": Word("/sev SEV1 [reason]", _read_sev),
}
