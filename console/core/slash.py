"""Slash words of the prompt that are commands of the core, and their arguments.

The same words serve the prompt, the practice incident and the shell's commands. A word's argument is read here; what it
comes to is `decide`'s business.
"""

import re
from collections.abc import Callable
from datetime import datetime, tzinfo

from console.core import commands as do
from console.core import slash_process
from console.core.language.grammar import Line
from console.core.language.times import parse_duration
from console.core.language.when import parse_when
from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES
from console.core.slash_base import SLASH_WORDS, Asked, Read, duration, form, split

_TICKET = re.compile(r"\b[A-Z][A-Z0-9]+-\d+\b")


def read_slash(
    word: str, argument: str, state: Incident, *, actor: str, at: datetime | None, now: datetime, zone: tzinfo
) -> do.Command:
    """The command behind `/word argument`; a refusal that shows the form where the argument does not fit it.

    `at` is the time written before the word. Raises KeyError for a word that is not in `SLASH_WORDS`, or is `at`,
    which the prompt reads itself.
    """
    return _READERS[word](Asked(state, actor, at, now, zone), argument.strip())


def command_of(line: Line, *, actor: str, at: datetime | None = None) -> do.Command:
    """The command for a scribe's line that was read; `at` replaces the line's own time where it has none."""
    moment = line.occurred_at or at
    if line.kind == "task":
        return do.AddTask(actor=actor, at=moment, text=line.text, owner=line.owner, due_in=line.due_in)
    return do.LogEntry(actor=actor, at=moment, text=line.text, kind=line.kind, tags=line.tags, people=line.people)


def _sev(asked: Asked, argument: str) -> Read:
    name, reason = split(argument)
    if not name:
        raise form("sev", "Name the severity")
    return do.ChangeSeverity(actor=asked.actor, at=asked.at, severity=name, reason=reason.lstrip(":— "))


def _stage(asked: Asked, argument: str) -> Read:
    before, override, reason = argument.partition("!")
    name, rest = split(before.strip())
    if override and not reason.strip():
        raise form("stage", "Give the reason behind the !")
    return do.MoveStage(
        actor=asked.actor, at=asked.at, stage=name or "next", reason=rest, override=reason.strip() if override else ""
    )


def _role(asked: Asked, argument: str) -> Read:
    role, person = split(argument)
    if not person:
        raise form("role", "Name the role and the person")
    return do.AssignRole(actor=asked.actor, at=asked.at, role=role, person=person)


def _update(asked: Asked, argument: str) -> Read:
    audience, text = split(argument)
    if audience.lower() not in AUDIENCES or not text:
        raise form("update", "Name the audience, then the text")
    found = re.match(r"next\s+(\S+)\s*", text, re.IGNORECASE)
    next_in = parse_duration(found[1]) if found else None
    if found and next_in is not None:
        text = text[found.end() :]
    return do.PostUpdate(actor=asked.actor, at=asked.at, audience=audience, text=text, next_in=next_in)


def _task(asked: Asked, argument: str) -> Read:
    owner, due, words = "", None, argument.split()
    while words and (words[0].startswith("@") or (due is None and duration(words[0]) is not None)):
        first = words.pop(0)
        if first.startswith("@"):
            owner = first[1:]
        else:
            due = duration(first)
    if not words:
        raise form("task", "A task needs words")
    return do.AddTask(actor=asked.actor, at=asked.at, text=" ".join(words), owner=owner, due_in=due)


def _assign(asked: Asked, argument: str) -> Read:
    words = argument.split()
    if len(words) < 2:
        raise form("assign", "Name the task and the person")
    due = duration(words[2]) if len(words) > 2 else None
    return do.ChangeTask(actor=asked.actor, at=asked.at, task=words[0], owner=words[1], due_in=due)


def _done(asked: Asked, argument: str) -> Read:
    what, _, note = argument.partition(":")
    if not what.strip():
        raise form("done", "Name what is done")
    return do.Finish(actor=asked.actor, at=asked.at, what=what.strip(), note=note.strip())


def _fix(asked: Asked, argument: str) -> Read:
    ticket = _TICKET.search(argument)
    owner = next((word[1:] for word in argument.split() if len(word) > 1 and word.startswith("@")), "")
    where = re.search(r"\bin ([\w./-]+\.\w+|[\w-]+/[\w./-]+)", argument)
    # Ticket and owner stand in their own columns; in the text each would be read twice.
    own = {ticket[0] if ticket else "", f"@{owner}"}
    text = " ".join(word for word in argument.split() if word not in own)
    return do.AddFix(
        actor=asked.actor,
        at=asked.at,
        text=text or argument,
        ticket=ticket[0] if ticket else "",
        owner=owner,
        where=where[1] if where else "",
    )


def _hypothesis(asked: Asked, argument: str) -> Read:
    return do.LogEntry(actor=asked.actor, at=asked.at, text=argument, kind="hypothesis")


def _judge(word: str, verdict: str) -> Callable[[Asked, str], Read]:
    def read(asked: Asked, argument: str) -> Read:
        which, evidence = split(argument)
        if not which:
            raise form(word, "Name the hypothesis")
        return do.JudgeHypothesis(
            actor=asked.actor, at=asked.at, hypothesis=which, verdict=verdict, evidence=evidence.lstrip(": ")
        )

    return read


def _snooze(asked: Asked, argument: str) -> Read:
    clock, rest = split(argument)
    length, reason = split(rest)
    by = parse_duration(length)
    if by is None or not reason:
        raise form("snooze", "Snoozing needs a clock, a time and a reason")
    return do.SnoozeClock(actor=asked.actor, clock=clock, by=by, reason=reason)


def _undo(asked: Asked, argument: str) -> Read:
    entry = argument.removesuffix("!").strip()
    return do.Undo(actor=asked.actor, entry=entry, dependents=argument.endswith("!"))


def _title(asked: Asked, argument: str) -> Read:
    return do.ChangeTitle(actor=asked.actor, at=asked.at, title=argument)


def _impact(asked: Asked, argument: str) -> Read:
    return do.DescribeImpact(actor=asked.actor, at=asked.at, text=argument)


def _component(asked: Asked, argument: str) -> Read:
    name, _, status = argument.rpartition(" ")
    if not name:
        raise form("component", "Name the component and its state")
    return do.SetComponent(actor=asked.actor, at=asked.at, component=name, status=status)


def _milestone(asked: Asked, argument: str) -> Read:
    name, when = split(argument)
    if not when:
        return do.SetMilestone(actor=asked.actor, milestone=name, moment=asked.at or asked.now)
    if when.lower() in ("none", "-"):
        return do.SetMilestone(actor=asked.actor, milestone=name, moment=None)
    moment = parse_when(when, now=asked.now, zone=asked.zone)
    return do.SetMilestone(actor=asked.actor, milestone=name, moment=moment)


def _handoff(asked: Asked, argument: str) -> Read:
    person, note = split(argument)
    if not person:
        raise form("handoff", "Name the person who takes over")
    return do.OfferHandoff(actor=asked.actor, at=asked.at, person=person, note=note.lstrip(": "))


def _accept(asked: Asked, argument: str) -> Read:
    return do.AcceptHandoff(actor=asked.actor, at=asked.at)


def _redact(asked: Asked, argument: str) -> Read:
    entry, reason = split(argument)
    if not entry:
        raise form("redact", "Name the entry")
    return do.RedactEntry(actor=asked.actor, entry=entry, reason=reason)


_READERS: dict[str, Callable[[Asked, str], Read]] = {
    **slash_process.READERS,
    "sev": _sev,
    "stage": _stage,
    "role": _role,
    "update": _update,
    "task": _task,
    "assign": _assign,
    "done": _done,
    "fix": _fix,
    "hypothesis": _hypothesis,
    "supported": _judge("supported", "supported"),
    "ruled-out": _judge("ruled-out", "ruled_out"),
    "reopen": _judge("reopen", "open"),
    "snooze": _snooze,
    "undo": _undo,
    "title": _title,
    "impact": _impact,
    "component": _component,
    "milestone": _milestone,
    "handoff": _handoff,
    "accept": _accept,
    "redact": _redact,
}

__all__ = ["SLASH_WORDS", "command_of", "read_slash"]
