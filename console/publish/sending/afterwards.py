"""The plan of what goes to pages once an incident is over: the incident itself, where it was not there, and the
postmortem's public part. Pure, so that what the person is shown is what is queued."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal

import msgspec

from console.core.language.text import listed
from console.core.log.event import Event, NewEvent
from console.core.log.milestones import milestones
from console.core.log.state import Incident, Register
from console.core.refusal import Refused
from console.core.subjects.backfill import IncidentBackfilled
from console.core.subjects.component import components_of
from console.core.subjects.public_postmortem import (
    PostmortemPublished,
    PostmortemWithdrawn,
    postmortem_due,
)
from console.core.subjects.update import Update, any_update, updates_of
from console.publish.provider import Capabilities
from console.publish.sending.content import postmortem_there, there
from console.publish.sending.message import (
    STATUSES,
    Change,
    Delivery,
    Part,
    Past,
    Status,
    component_state,
    in_one_text,
)
from console.publish.sending.plan import (
    Context,
    Preview,
    Problem,
    does_not_fit,
    queued,
    status_told,
    title_for,
    untitled_because,
    wording,
)
from console.publish.targets.model import Target
from console.store.outbox.message import Message, Queued

Act = Literal["backfill", "postmortem", "withdraw"]


def plan_afterwards(
    after: Incident, event: NewEvent | Event, context: Context, notify: Iterable[str] = ()
) -> tuple[Queued, ...]:
    """The message of a decision about a past incident; none for any other event.

    `after` is the state with the decision; `notify` names the targets that mail the postmortem. Raises Refused.
    """
    match event.body:
        case IncidentBackfilled(to=to, updates=updates):
            posted = [update for id in updates if (update := any_update(after, id))]
            preview = _backfill(after, _named(context, to), context, posted)
        case PostmortemPublished(to=to, text=text):
            preview = _postmortem(after, _named(context, to), context, text, to in notify)
        case PostmortemWithdrawn(to=to):
            preview = _withdrawal(after, _named(context, to), context)
        case _:
            return ()
    stopping = next((problem.says for problem in preview.problems if problem.stops), "")
    if preview.delivery is None or stopping:
        raise Refused(preview.why or stopping)
    # A past incident ends at its last update, whatever the moment is at which that was decided.
    at = preview.delivery.at if preview.delivery.past else event.occurred_at
    delivery = msgspec.structs.replace(preview.delivery, of=event.id, at=at)
    message = queued(event.id, preview.target, preview.audience, delivery)
    return (msgspec.structs.replace(message, due_at=event.recorded_at),)


def _named(context: Context, to: str) -> Target:
    target = next((each for each in context.targets if each.name == to and each.enabled), None)
    if target is None:
        raise Refused(f"There is no target {to} that is switched on; “warroom target list” shows them.", "target")
    return target


# A past incident


def backfill_previews(state: Incident, context: Context, title: str = "") -> tuple[Preview, ...]:
    """A preview for each page for the public of what it would get of a past incident, or why it gets nothing.

    `title` is a public title that is given with it, else empty.
    """
    updates = updates_of(state, "public")
    return tuple(_backfill(state, target, context, updates, title.strip()) for target in _public(context))


def _public(context: Context) -> Iterator[Target]:
    return (target for target in context.targets if target.enabled and target.audience == "public")


def _backfill(state: Incident, target: Target, context: Context, updates: list[Update], title: str = "") -> Preview:
    can = context.capabilities.get(target.name, Capabilities())
    why = _no_backfill(target, can, context, updates)
    untitled = "" if why or title else untitled_because(state, target.audience)
    if why or untitled:
        return Preview(target.name, target.audience, None, why or untitled, untitled=bool(untitled))
    past, unmapped = _past(state, updates, target, can)
    delivery = _delivery(state, "backfill", past[-1].text)
    began = min(delivery.started_at, past[0].at)
    title = title or delivery.title
    delivery = msgspec.structs.replace(delivery, title=title, at=past[-1].at, started_at=began, past=past)
    each = [in_one_text(past)] if can.one_text else [each.text for each in past]
    problems = [
        problem
        for text in each
        for problem in does_not_fit(msgspec.structs.replace(delivery, text=text), target, can)
    ]  # fmt: skip
    if unmapped and not can.one_text:
        problems.append(Problem(f"{target.name} has no component for {listed(unmapped)}; map it in the target."))
    if can.backfill_says:
        problems.append(Problem(f"{target.name}: {can.backfill_says}"))
    problems += (problem for text in each for problem in wording(state, text))
    return Preview(target.name, target.audience, delivery, "", tuple(dict.fromkeys(problems)))


def _no_backfill(target: Target, can: Capabilities, context: Context, updates: list[Update]) -> str:
    """The reason why a page does not get a past incident, whatever it is called; empty where it may."""
    if not can.backfills:
        return f"{target.name} shows what it gets at the moment at which that is sent, never earlier."
    messages = context.messages.get(target.name, ())
    if there(messages, coming=True) or any(not message.finished for message in messages):
        return f"{target.name} has this incident already, or is about to."
    return "" if updates else "It has no public update."


def _past(
    state: Incident, updates: list[Update], target: Target, can: Capabilities
) -> tuple[tuple[Past, ...], list[str]]:
    """The updates as the page gets them, and components that it does not know."""
    ids = {name.casefold(): id for name, id in target.components.items()}
    registers = components_of(state)
    unmapped = [name for name in registers if can.states and name.casefold() not in ids]
    past: list[Past] = []
    status: Status = STATUSES[0]
    before: dict[str, Part] = {}
    for update in updates:
        status = next((known for known in STATUSES if known == update.status), status)
        parts = {
            id: Part(id, value, name)
            for name, register in registers.items()
            if (id := ids.get(name.casefold(), "")) and (value := component_state(_then(register, update.at)))
            and (not can.states or value in can.states)
        }  # fmt: skip
        changed = tuple(
            part for part in parts.values() if part != before.get(part.id, Part(part.id, "operational", part.name))
        )
        past.append(Past(update.id, status, update.text, update.at, changed))
        before |= parts
    return tuple(past), unmapped


def _then(register: Register, at: datetime) -> str:
    """The value that was in force at a moment."""
    return next((fact.value for fact in reversed(register.in_force) if fact.at <= at), "")


def _delivery(state: Incident, act: Act, text: str) -> Delivery:
    began = milestones(state).get("impact_started") or state.declared_at or datetime.min.replace(tzinfo=UTC)
    return Delivery(
        key="",
        incident=state.ref,
        title=title_for(state, "public"),
        status="resolved",
        text=text,
        at=began,
        started_at=began,
        notify=False,
        severity=state.severity.value,
        change=Change(act, status="resolved"),
    )


def shown_rows(delivery: Delivery, *, one_text: bool) -> list[tuple[str, str]]:
    """Title, texts with their moments, and mail of what a page gets: each line behind its head, which may be empty."""
    rows = [("title", delivery.title)]
    if delivery.past and not one_text:
        for past in delivery.past:
            head = f"{past.at:%Y-%m-%d %H:%M} UTC"
            lines = f"{past.status}: {past.text}".split("\n")
            rows += [("" if number else head, line) for number, line in enumerate(lines)]
    else:
        lines = (in_one_text(delivery.past) if delivery.past else delivery.text).split("\n")
        rows += [("" if number else "text", line) for number, line in enumerate(lines)]
    return [*rows, ("mail", "mails subscribers" if delivery.notify else "mails nobody")]


# The postmortem


def postmortem_difference(state: Incident, target: str, messages: Iterable[Message]) -> str:
    """The sentence that says how the postmortem on a page differs from what was decided; empty where it does not."""
    shown = postmortem_there(messages, coming=True)
    if shown is not None and (shown.text is None or shown.text != postmortem_due(state, target)):
        return "The page still shows a postmortem that was redacted here: publish another one, or withdraw it."
    return ""


def postmortem_previews(
    state: Incident, context: Context, text: str, notify: Iterable[str] = ()
) -> tuple[Preview, ...]:
    """A preview for each page for the public of what it would show as the postmortem, or why it shows none."""
    mailing = set(notify)
    return tuple(_postmortem(state, target, context, text, target.name in mailing) for target in _public(context))


def _postmortem(state: Incident, target: Target, context: Context, text: str, notify: bool) -> Preview:
    can = context.capabilities.get(target.name, Capabilities())
    messages = context.messages.get(target.name, ())
    why = ""
    if not can.postmortems:
        why = f"{target.name} shows no postmortems."
    elif can.reads and not there(messages, coming=True):
        why = f"{target.name} does not have this incident: put it there first."
    elif (
        (shown := postmortem_there(messages, coming=True)) and shown.text == text and not _another_read(target, context)
    ):
        why = f"{target.name} has this very postmortem already; change the text."
    if why:
        return Preview(target.name, target.audience, None, why)
    delivery = _delivery(state, "postmortem", text)
    delivery = msgspec.structs.replace(
        delivery, status=status_told(messages) or "resolved", notify=notify and can.mails
    )
    problems = [Problem(f"{target.name}: {can.postmortem_says}")] if can.postmortem_says else []
    if notify and not can.mails:
        problems.append(Problem(f"{target.name} mails nobody."))
    return Preview(target.name, target.audience, delivery, "", (*problems, *wording(state, text)))


def _another_read(target: Target, context: Context) -> bool:
    """Somebody has changed the postmortem on the page itself, by when that was read last."""
    return any(each.about == "postmortem" for each in context.read.get(target.name, ()))


def _withdrawal(state: Incident, target: Target, context: Context) -> Preview:
    messages = context.messages.get(target.name, ())
    if postmortem_there(messages, coming=True) is None:
        return Preview(target.name, target.audience, None, f"{target.name} shows no postmortem from here.")
    delivery = _delivery(state, "withdraw", "")
    return Preview(
        target.name, target.audience, msgspec.structs.replace(delivery, status=status_told(messages) or "resolved")
    )
