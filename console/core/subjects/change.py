"""Production changes: claimed before they are made, ended when they are over."""

import re
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from console.core.language.text import one_line
from console.core.log.asked import Asked, Read, Word, form, split
from console.core.log.command import Command
from console.core.log.deciding import Decide, Decision, line, proposed, words
from console.core.log.event import Body
from console.core.log.fields import Mention, Ref, Text
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident
from console.core.refusal import Refused


class ChangeClaimed(Body, frozen=True):
    """Somebody is about to change production, and says so before; `rollback` is how it is taken back."""

    text: Text
    rollback: Text = ""
    despite: tuple[Mention, ...] = ()
    """Changes of others that were in flight, and known to be."""


class ChangeEnded(Body, frozen=True):
    change: Ref
    outcome: Annotated[str, Literal["done", "rolled_back", "failed"]] = "done"
    note: Text = ""


OUTCOMES = {"done": "done", "rolled_back": "rolled back", "failed": "failed"}
"""How a change may end, with the words for it."""


class Change(msgspec.Struct, frozen=True):
    """A change of production: claimed before it is made, ended when it is over."""

    id: str
    text: str
    rollback: str
    by: str
    at: datetime
    despite: tuple[str, ...] = ()
    ended_at: datetime | None = None
    outcome: str = ""
    """done, rolled_back or failed."""

    @property
    def in_flight(self) -> bool:
        return self.ended_at is None


class Changes(Part):
    changes: dict[str, Change] = {}


def changes_of(state: Incident) -> dict[str, Change]:
    """All production changes, by their id."""
    return state.part(Changes).changes


def changes_in_flight(state: Incident) -> list[Change]:
    """Changes of production that are under way."""
    return [change for change in changes_of(state).values() if change.in_flight]


class ClaimChange(Command, frozen=True, kw_only=True):
    """A change of production, before it is made. `despite` goes on although somebody else's is in flight."""

    text: str
    rollback: str = ""
    despite: bool = False


class EndChange(Command, frozen=True, kw_only=True):
    """Without `change`: the actor's own, or the only one in flight."""

    change: str = ""
    outcome: str = "done"
    note: str = ""


def find_change(state: Incident, text: str, actor: str) -> Change:
    """A change in flight by words of it; without any the actor's own, or the only one."""
    flying = changes_in_flight(state)
    wanted = text.strip().lower()
    if not flying:
        raise Refused("No change is in flight; claim one with /change TEXT before you make it.", "change")
    own = [one for one in flying if one.by == actor]
    for found in (
        [one for one in flying if wanted and (one.id == wanted or wanted in one.text.lower())],
        own if not wanted else [],
        flying if not wanted else [],
    ):
        if len(found) == 1:
            return found[0]
    listed = ", ".join(f"{one_line(one.text, 30)} ({one.by})" for one in flying)
    raise Refused(f"Which change: {listed}? Use words of it.", "change")


def _claimed(fold: Folding, body: ChangeClaimed) -> None:
    event = fold.event
    change = Change(event.id, body.text, body.rollback, event.actor, event.occurred_at, body.despite)
    fold.part(Changes).changes[change.id] = change
    rollback = f" (back: {body.rollback})" if body.rollback else ""
    fold.entry("change", f"Change: {body.text}{rollback}", moves=True, words=body.text)


def _ended(fold: Folding, body: ChangeEnded) -> None:
    known = fold.part(Changes).changes
    change = known.get(body.change)
    if change is None:
        return fold.unknown("the end of a change that is not in this log")
    known[change.id] = msgspec.structs.replace(change, ended_at=fold.event.occurred_at, outcome=body.outcome)
    outcome = OUTCOMES.get(body.outcome, body.outcome)
    fold.mark(change.id, outcome)
    fold.entry("change", f"Change {outcome}: {change.text}", body.note, moves=True, about=change.id)


def _claim_change(state: Incident, command: ClaimChange, at: datetime, now: datetime) -> Decision:
    text = words(command.text, "A change")
    others = [change for change in changes_in_flight(state) if change.by != command.actor]
    if others and not command.despite:
        told = ", ".join(f"{change.by} has “{one_line(change.text, 40)}” in flight" for change in others)
        raise Refused(f"{told}; wait for it, or claim yours all the same with /change ! TEXT.", "despite")
    return proposed(ChangeClaimed(text, line(command.rollback), tuple(change.id for change in others)), at)


def _end_change(state: Incident, command: EndChange, at: datetime, now: datetime) -> Decision:
    change = find_change(state, command.change, command.actor)
    outcome = command.outcome.strip().lower().replace(" ", "_").replace("-", "_")
    if outcome not in OUTCOMES:
        raise Refused("A change ends as done, rolled-back or failed.", "outcome")
    return proposed(ChangeEnded(change.id, outcome, line(command.note)), at)


_BACK = re.compile(r"\s*\b(?:roll)?back:\s*", re.IGNORECASE)


def _read_change(asked: Asked, argument: str) -> Read:
    despite = argument.startswith("!")
    text, *back = _BACK.split(argument.removeprefix("!").strip(), maxsplit=1)
    if not text.strip():
        raise form(WORDS["change"], "A change needs words")
    rollback = back[0].strip() if back else ""
    return ClaimChange(actor=asked.actor, at=asked.at, text=text.strip(" ;,"), rollback=rollback, despite=despite)


def _read_changed(asked: Asked, argument: str) -> Read:
    before, _, note = argument.partition(":")
    first, rest = split(before.strip())
    outcome = first.lower().replace("_", "-")
    if outcome not in ("done", "rolled-back", "failed"):
        outcome, rest = "done", before.strip()
    return EndChange(actor=asked.actor, at=asked.at, change=rest, outcome=outcome, note=note.strip())


KINDS: dict[str, type[Body]] = {
    "change_claimed": ChangeClaimed,
    "change_ended": ChangeEnded,
}
SIGNS = {"change": ""}
FOLDS = {ChangeClaimed: _claimed, ChangeEnded: _ended}
CORRECTABLE = (ChangeClaimed,)
DECISIONS: dict[type[Command], Decide] = {ClaimChange: _claim_change, EndChange: _end_change}
WORDS: dict[str, Word] = {
    "change": Word("/change [!] TEXT [back: how it is taken back]", _read_change),
    "changed": Word("/changed [rolled-back|failed] [words of the change] [: note]", _read_changed),
}
