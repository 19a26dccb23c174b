"""Slash words of the process: changes, checklists, advice, postmortem, action items."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, tzinfo

from console.core import commands as do
from console.core.language.times import to_ms
from console.core.review import REVIEW
from console.core.slash_base import Asked, Read, duration, form, split

_BACK = re.compile(r"\s*\b(?:roll)?back:\s*", re.IGNORECASE)
_VERIFY = re.compile(r"\s*\bverify:\s*", re.IGNORECASE)


def _ticket(asked: Asked, argument: str) -> Read:
    words = argument.split()
    if len(words) < 2:
        raise form("ticket", "Name the temporary fix and its ticket")
    owner = next((word[1:] for word in words[1:] if word.startswith("@")), None)
    rest = [word for word in words[1:] if not word.startswith("@")]
    ticket = rest[0] if rest else None
    return do.ChangeFix(actor=asked.actor, at=asked.at, fix=words[0], ticket=ticket, owner=owner)


def _ack(asked: Asked, argument: str) -> Read:
    if not argument:
        raise form("ack", "Name the task")
    return do.AcknowledgeTask(actor=asked.actor, at=asked.at, task=argument)


def _change(asked: Asked, argument: str) -> Read:
    despite = argument.startswith("!")
    text, *back = _BACK.split(argument.removeprefix("!").strip(), maxsplit=1)
    if not text.strip():
        raise form("change", "A change needs words")
    rollback = back[0].strip() if back else ""
    return do.ClaimChange(actor=asked.actor, at=asked.at, text=text.strip(" ;,"), rollback=rollback, despite=despite)


def _changed(asked: Asked, argument: str) -> Read:
    before, _, note = argument.partition(":")
    first, rest = split(before.strip())
    outcome = first.lower().replace("_", "-")
    if outcome not in ("done", "rolled-back", "failed"):
        outcome, rest = "done", before.strip()
    return do.EndChange(actor=asked.actor, at=asked.at, change=rest, outcome=outcome, note=note.strip())


def _check(done: bool) -> Callable[[Asked, str], Read]:
    def read(asked: Asked, argument: str) -> Read:
        # A runbook's step has a colon in its name, as in runbook:ddos/1.
        item, _, note = argument.partition(": ")
        if not done and not item.strip():
            raise form("uncheck", "Name the item")
        return do.TickItem(actor=asked.actor, at=asked.at, item=item.strip(), done=done, note=note.strip())

    return read


def _silence(asked: Asked, argument: str) -> Read:
    nudge, reason = split(argument)
    if not nudge:
        raise form("silence", "Name the advice")
    return do.SilenceNudge(actor=asked.actor, nudge=nudge, reason=reason)


def _postmortem(asked: Asked, argument: str) -> Read:
    first, rest = split(argument)
    word = first.lower().replace("_", "-")
    if word == "owner" and rest:
        return do.AssignPostmortem(actor=asked.actor, at=asked.at, person=rest)
    if word.replace("-", "_") in REVIEW and not rest:
        return do.ReviewPostmortem(actor=asked.actor, at=asked.at, state=word)
    if first and rest:
        return do.EditPostmortem(actor=asked.actor, section=first, text=rest)
    raise form("postmortem", "Say what of the postmortem")


def _action(asked: Asked, argument: str) -> Read:
    text, *seen = _VERIFY.split(argument, maxsplit=1)
    priority, owner, due, words = "", "", None, text.split()
    while words:
        first = words[0]
        if not priority and re.fullmatch(r"[Pp]\d", first):
            priority = first.upper()
        elif not owner and len(first) > 1 and first.startswith("@"):
            owner = first[1:]
        elif due is None and (found := due_moment(first, asked.now, asked.zone)) is not None:
            due = found
        else:
            break
        words.pop(0)
    if not words:
        raise form("action", "An action item needs words")
    return do.AddAction(
        actor=asked.actor,
        text=" ".join(words),
        owner=owner,
        priority=priority,
        due_at=due,
        verify=seen[0].strip() if seen else "",
    )


def due_moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """When something is due: `14d`, `36h`, or a date, which means the end of that day where the viewer is."""
    length = duration(text)
    if length is not None:
        return now + length
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return to_ms(datetime.combine(day, time(23, 59, 59), tzinfo=zone).astimezone(UTC))


READERS: dict[str, Callable[[Asked, str], Read]] = {
    "ticket": _ticket,
    "ack": _ack,
    "change": _change,
    "changed": _changed,
    "check": _check(True),
    "uncheck": _check(False),
    "silence": _silence,
    "postmortem": _postmortem,
    "action": _action,
}
