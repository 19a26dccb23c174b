"""The severity of an incident."""

from datetime import datetime

from console.core.language.text import clean
from console.core.log.command import Command, Decision, Offering, Word, into, newer_than, proposed
from console.core.log.event import Body, Key, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Register
from console.core.playbook.model import find_severity
from console.core.refusal import Refused


class SeverityChanged(Body, frozen=True):
    """`replaces` names what its writer saw; of several that nobody has replaced the highest severity counts."""

    severity: Key
    reason: Text = ""
    replaces: Replaced = ""

    def apply(self, fold: Folding) -> None:
        before = self._seen(fold.state.severity)
        fold.states("severity", self.severity, self.replaces)
        fold.entry("severity", f"Severity {before} → {self.severity}", self.reason)

    def _seen(self, register: Register) -> str:
        """The severity that the writer saw: another console may have stated one meanwhile, which stands."""
        saw = {fact.id: fact.value for fact in register.facts if fact.id in self.replaces.split()}
        in_force = register.current
        if in_force is None or in_force.id in saw:
            return register.value
        return next(reversed(saw.values()), register.value)


class ChangeSeverity(Command, frozen=True, kw_only=True):
    of_incidents = True
    severity: str
    reason: str = ""
    seen: str | None = None
    """The statement that the person saw when choosing; None: the current one."""

    def newer(self, state: Incident) -> str:
        return newer_than(state.severity, self.seen)

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        assert state.playbook is not None
        severity = find_severity(state.playbook, self.severity)
        seen = state.severity.head if self.seen is None else self.seen
        if severity.name == state.severity.value and not state.severity.conflict:
            raise Refused(f"The severity is already {severity.name}; choose another one.", "severity")
        book = state.playbook
        if book.severity_index(severity.name) > book.severity_index(state.severity.value) and not self.reason.strip():
            raise Refused("Say why the severity goes down; the next shift will ask.", "reason")
        return proposed(SeverityChanged(severity.name, clean(self.reason).strip(), seen), at)


SIGNS = {"severity": "▲"}


def _names(known: Offering) -> list[str]:
    return [severity.name for severity in known.state.playbook.severities] if known.state.playbook else []


WORDS: dict[str, Word] = {
    "sev": Word("/sev SEV1 [reason]", into(ChangeSeverity, "severity", "reason"), "Name the severity", (_names,)),
}
