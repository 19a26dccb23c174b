"""The slash words and their forms, and what their readers share."""

from datetime import datetime, timedelta, tzinfo

from console.core import commands as do
from console.core.language.times import parse_duration
from console.core.log.state import Incident
from console.core.refusal import Refused

SLASH_WORDS: dict[str, str] = {
    "sev": "/sev SEV1 [reason]",
    "stage": "/stage [next or a stage] [! reason to override the gate]",
    "role": "/role ic NAME",
    "update": "/update internal|public|executive [next 30m] TEXT",
    "task": "/task [@name] [10m] TEXT",
    "assign": "/assign TASK NAME [10m]",
    "done": "/done TASK, fix or what is owed [: note]",
    "fix": "/fix TEXT of the temporary fix [in FILE] [TICKET-1] [@owner]",
    "hypothesis": "/hypothesis TEXT",
    "supported": "/supported HYPOTHESIS [evidence]",
    "ruled-out": "/ruled-out HYPOTHESIS [evidence]",
    "reopen": "/reopen HYPOTHESIS",
    "ticket": "/ticket FIX TICKET [@owner]",
    "ack": "/ack TASK",
    "change": "/change [!] TEXT [back: how it is taken back]",
    "changed": "/changed [rolled-back|failed] [words of the change] [: note]",
    "check": "/check [ITEM] [: note]",
    "uncheck": "/uncheck ITEM",
    "snooze": "/snooze public 10m REASON",
    "silence": "/silence ADVICE [reason]",
    "undo": "/undo [entry] [! with what names it]",
    "title": "/title TEXT",
    "impact": "/impact TEXT",
    "component": "/component NAME operational|degraded|partial|major|maintenance",
    "milestone": "/milestone mitigated 14:32",
    "handoff": "/handoff NAME [note]",
    "accept": "/accept",
    "postmortem": "/postmortem owner NAME | draft | in-review | final | SECTION TEXT",
    "action": "/action [P0] [@owner] [14d or 2026-12-01] TEXT [verify: how one sees it]",
    "redact": "/redact ENTRY [reason]",
    "at": "/at 14:32 TEXT",
}
"""Each word with its form, as shown in help and in refusals."""


class Asked:
    """What surrounds one slash line: who typed it, when, and the state it is about."""

    def __init__(self, state: Incident, actor: str, at: datetime | None, now: datetime, zone: tzinfo) -> None:
        self.state, self.actor, self.at, self.now, self.zone = state, actor, at, now, zone


Read = do.Command


def form(word: str, why: str = "") -> Refused:
    return Refused(f"{why or 'Something is missing'}: write {SLASH_WORDS[word]}.")


def split(argument: str) -> tuple[str, str]:
    first, _, rest = argument.partition(" ")
    return first, rest.strip()


def duration(word: str) -> timedelta | None:
    return parse_duration(word) if word[:1].isdigit() else None
