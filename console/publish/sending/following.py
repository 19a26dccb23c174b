"""Following: what a target is told beside updates, when an incident's stage, severity or roles change. Pure.

It goes by the states before and after a command, not by the kinds of its events: so an undo and a conflict that is
settled are told as well, and what changes nothing is not.
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from console.core.log.event import Event, NewEvent
from console.core.log.milestones import milestones
from console.core.log.state import Incident
from console.core.subjects.public_title import PublicTitleSet, title_for_public
from console.core.subjects.role import role_name, roles_of
from console.core.subjects.update import PublicationSettled, UpdatePosted
from console.publish.provider import Capabilities
from console.publish.sending.message import OCCASIONS, STATUSES, Change, Delivery, Happened, Occasion, status_of
from console.publish.sending.plan import Context, queued
from console.publish.targets.model import Target
from console.store.outbox.message import Queued


def occasions(before: Incident, after: Incident) -> tuple[Occasion, ...]:
    """Everything that is another now; of a declaration that alone. Nothing of a drill, nor of a record of the past."""
    if after.drill or after.retrospective or after.declared_at is None:
        return ()
    if before.declared_at is None:
        return (Occasion("declared"),)
    return tuple(_changes(before, after))


def _changes(before: Incident, after: Incident) -> Iterator[Occasion]:
    if is_over(before) != is_over(after):
        yield Occasion("closed", "closed" if is_over(after) else "open")
    if before.stage.value != after.stage.value:
        yield Occasion("stage", after.stage.value, before.stage.value)
    if before.severity.value != after.severity.value:
        yield Occasion("severity", after.severity.value, before.severity.value)
    had, have = roles_of(before), roles_of(after)
    for role in dict.fromkeys((*had, *have)):
        was_held, held = (register.value if register else "" for register in (had.get(role), have.get(role)))
        if was_held != held:
            yield Occasion("role", role=role, name=held)


def is_over(state: Incident) -> bool:
    """It was closed, or its declaration was undone."""
    return state.withdrawn or state.phase == "over"


def plan_following(
    before: Incident, after: Incident, events: Sequence[NewEvent | Event], context: Context
) -> tuple[Queued, ...]:
    """One message for each target that follows, of what it asked for; `events` are those of one incident between both
    states, in one transaction."""
    happened = occasions(before, after)
    return tuple(
        replace(queued(_brings(events).id, target.name, target.audience, delivery), shared=False)
        for target in context.targets
        if target.enabled
        and context.capabilities.get(target.name, Capabilities()).follows
        and (delivery := _delivery(after, events, happened, target))
    )


def _brings(events: Sequence[NewEvent | Event]) -> NewEvent | Event:
    """The event under which it is told: a target has one message of an event, and an update has its own."""
    own = (UpdatePosted, PublicationSettled, PublicTitleSet)
    return next((event for event in events if not isinstance(event.body, own)), events[0])


def _delivery(
    after: Incident, events: Sequence[NewEvent | Event], happened: Sequence[Occasion], target: Target
) -> Delivery | None:
    chosen = tuple(occasion for kind in OCCASIONS for occasion in happened if occasion.of == kind in target.events)
    if not chosen:
        return None
    first = _brings(events)
    rule = after.stage_rule
    public = target.audience == "public"
    return Delivery(
        key="",
        incident=after.ref,
        # The internal one never goes to the public by itself.
        title=title_for_public(after) if public else after.title.value,
        status=status_of(after.stage.value if after.maintenance else rule.status if rule else "") or STATUSES[0],
        text="; ".join(_word(after, occasion) for occasion in chosen),
        at=first.occurred_at,
        started_at=milestones(after).get("impact_started") or after.declared_at or first.occurred_at,
        notify=False,
        severity=after.severity.value,
        change=Change("tell"),
        window=after.planned,
        happened=Happened(chosen, after.stage.value, is_over(after), "" if public else first.actor),
    )


def _word(after: Incident, occasion: Occasion) -> str:
    match occasion.of:
        case "declared":
            return f"Declared, {after.severity.value}"
        case "closed":
            return "Closed" if occasion.value == "closed" else "Open again"
        case "stage":
            return f"Stage: {after.stage_title(occasion.value)}"
        case "severity":
            return f"Severity: {occasion.value}"
    return f"{role_name(after, occasion.role)}: {occasion.name or 'nobody'}"
