"""The plan of an update: which message goes where. Pure, so that what the person is shown is what is queued.

A component goes along when its state is another than the last message to that target said. A resolving update puts
back what this incident changed there, except what another open incident still holds.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec

from console.core.language.checks import check_update, title_doubt
from console.core.language.times import format_length
from console.core.log.erasure import is_redacted
from console.core.log.event import Event, NewEvent
from console.core.log.milestones import milestones
from console.core.log.state import Incident, Window
from console.core.refusal import Refused
from console.core.subjects.component import ComponentState, components_of
from console.core.subjects.page_settled import PageSettled
from console.core.subjects.public_title import PublicTitleSet, title_for_public
from console.core.subjects.role import roles_of
from console.core.subjects.update import PublicationSettled, Update, UpdatePosted, any_update, updates_of
from console.publish.provider import Capabilities, PageView
from console.publish.sending.content import Content, Post, should_say, tells, there, title_told, told_events
from console.publish.sending.differences import Difference
from console.publish.sending.message import (
    STATE_WORDS,
    STATUSES,
    WORSE,
    Change,
    Delivery,
    Part,
    Remote,
    Status,
    act_of,
    component_state,
    decode_delivery,
    remote_of,
    status_of,
)
from console.publish.targets.model import Target
from console.store.ledger import Publish
from console.store.outbox.message import NOTHING_PLACED, Message, Placed, Queued

KEY_BYTES = 10

_encode = msgspec.json.Encoder(order="deterministic").encode


class Choices(msgspec.Struct, frozen=True):
    """A person's decisions for one update, beyond the targets' configuration."""

    notify: bool | None = None
    """Mail subscribers on every target; None leaves it to each target. A target that is mail gets nothing by False."""
    notify_at: Mapping[str, bool] = {}
    """The same for single targets, by name."""
    skip: frozenset[str] = frozenset()
    """Targets that do not get this update."""
    restore: Mapping[str, ComponentState] = {}
    """States for components on resolve, by our name, instead of what they were before."""


class Sent(msgspec.Struct, frozen=True):
    """Components of an incident as the messages so far tell them to a target, arrived or not."""

    parts: tuple[Part, ...] = ()
    """Every component that was changed there, with its last state."""
    prior: Mapping[str, str] = {}
    """States before our first change, by the target's id; empty where they were not read."""
    foreign: tuple[Part, ...] = ()
    """Components that the page was read to name with the incident, and that it was never told of."""
    differing: frozenset[str] = frozenset()
    """The ids of those that were read to have another state than they were told: they are told again, whatever it
    is."""
    gone: bool = False
    """The incident was taken down there, or somebody deleted it: the next one names all that are not well."""


OF_THEN = timedelta(minutes=15)
"""An update so old is one of then: whoever reads it on a page takes it for news."""


class Problem(msgspec.Struct, frozen=True):
    """Something to look at before it is sent."""

    says: str
    stops: bool = False
    """The target will not take it like this."""


class Preview(msgspec.Struct, frozen=True):
    """One target's part of an update: the message that it would get, or why it gets none."""

    target: str
    audience: str
    delivery: Delivery | None
    """None when it gets nothing; `why` says the reason."""
    why: str = ""
    problems: tuple[Problem, ...] = ()
    restores_all: bool = False
    """The page sets every component of the incident to operational by itself."""
    shows: str = ""
    """The words for how bad the incident looks there then, by its worst component: `major outage, impact critical`."""
    untitled: bool = False
    """It gets nothing because the incident has no title for the public."""


def approved(previews: Iterable[Preview]) -> tuple[Preview, ...]:
    """The part of the previews that a person approves: the same later, unless a page would get something else."""
    return tuple(
        msgspec.structs.replace(each, delivery=each.delivery and _lasting(each.delivery), problems=())
        for each in previews
    )


def _lasting(delivery: Delivery | None) -> Delivery | None:
    """Without what each making of it has anew: its mark, its moment, and the reference of what is not declared yet."""
    return delivery and msgspec.structs.replace(delivery, key="", of="", incident="", at=delivery.started_at)


CHANGED_MEANWHILE = "What goes out has changed meanwhile; read it again."


def check_shown(shown: Iterable[Preview], now: Iterable[Preview]) -> None:
    """Refuse what a page would not get as it was shown."""
    if approved(now) != approved(shown):
        raise Refused(CHANGED_MEANWHILE)


def as_shown(shown: Publish, now: Publish) -> Publish:
    """The messages as they are made now, refused where what was shown would make others."""

    def messages(events: Sequence[NewEvent]) -> Sequence[Queued]:
        going = now(events)
        if _approved_messages(going) != _approved_messages(shown(events)):
            raise Refused(CHANGED_MEANWHILE)
        return going

    return messages


def _approved_messages(messages: Iterable[Queued]) -> list[tuple[str, Delivery | None]]:
    return [(each.target, _lasting(decode_delivery(each.payload))) for each in messages]


class Context(NamedTuple):
    """The facts behind a plan, beside the incident's own state."""

    targets: tuple[Target, ...]
    capabilities: Mapping[str, Capabilities] = {}
    """By the targets' names; a target whose provider cannot be loaded has none."""
    sent: Mapping[str, Sent] = {}
    """By the targets' names."""
    others: tuple[Incident, ...] = ()
    """The other open incidents."""
    messages: Mapping[str, tuple[Message, ...]] = {}
    """The incident's messages so far, in their order, by the targets' names."""
    link: str = ""
    """The address at which the public reads about the incident; empty while it is not known."""
    read: Mapping[str, tuple[Difference, ...]] = {}
    """The differences of the targets from the incident's messages when they were read last, by the targets' names."""
    read_at: Mapping[str, datetime] = {}
    """When that was; without those that were not read since their last message."""

    def as_read(self, target: str) -> "Context":
        """With the components on a target as they were read there, instead of as they were told."""
        sent = self.sent.get(target, Sent())
        differing_parts = {part.id: part for each in self.read.get(target, ()) for part in each.parts}
        differing = frozenset(differing_parts)
        parts = tuple(differing_parts.pop(part.id, part) for part in sent.parts)
        read = msgspec.structs.replace(sent, parts=parts, foreign=tuple(differing_parts.values()), differing=differing)
        return self._replace(sent={**self.sent, target: read})

    def as_gone(self, target: str) -> "Context":
        """With the incident no longer on a target."""
        sent = self.sent.get(target, Sent())
        return self._replace(sent={**self.sent, target: msgspec.structs.replace(sent, gone=True)})


def queued(event: str, target: str, audience: str, delivery: Delivery) -> Queued:
    """A delivery as a message to be queued with its update; without a marker it gets a new one."""
    marked = msgspec.structs.replace(delivery, key=delivery.key or os.urandom(KEY_BYTES).hex())
    return Queued(marked.key, event, target, audience, marked.at, _encode(marked).decode())


def sent_so_far(messages: Iterable[Message], placed: Mapping[str, Placed]) -> dict[str, Sent]:
    """For each target, what an incident's messages tell it, in their order; a dropped one tells nothing."""
    sent: dict[str, dict[str, Part]] = {}
    to: dict[str, list[Message]] = {}
    for message in messages:
        to.setdefault(message.target, []).append(message)
        parts = sent.setdefault(message.target, {})
        # One that cannot be read says nothing of components; the sender puts it to a person.
        if message.state != "dropped" and (delivery := decode_delivery(message.payload)):
            parts.update((part.id, part) for part in delivery.parts)
    for target, on_page in placed.items():
        parts = sent.setdefault(target, {})
        for part in on_page.parts:
            if state := component_state(part.state):
                # What was put there by a message that was erased since.
                parts.setdefault(part.id, Part(part.id, state))
    return {
        target: Sent(
            tuple(parts.values()),
            {part.id: part.prior for part in placed.get(target, NOTHING_PLACED).parts if part.prior},
            gone=title_told(to.get(target, ())) is None,
        )
        for target, parts in sent.items()
    }


def plan(
    state: Incident,
    update: NewEvent | Event,
    context: Context,
    choices: Choices = Choices(),
) -> tuple[Queued, ...]:
    """The messages of an update, complete; none for a drill and for events that are no updates.

    `state` is the incident's before the update.
    """
    shown = previews(state, update, context, choices)
    return tuple(
        queued(update.id, preview.target, preview.audience, preview.delivery) for preview in shown if preview.delivery
    )


ACTS: dict[str, Literal["edit", "remove", "take down"]] = {
    "changed": "edit",
    "removed": "remove",
    "taken_down": "take down",
}
"""The page's act for a decision about an update that is there."""
_ACTS_READ = {**ACTS, "left_off": ACTS["removed"]}
"""The act that was read there, for a decision that accepts it."""


def plan_change(
    before: Incident,
    after: Incident,
    event: NewEvent | Event,
    context: Context,
) -> tuple[Queued, ...]:
    """The messages of a decision that changes what is on a page, about an update or the title; none where nothing is
    changed there.

    `before` and `after` are the states without the decision and with it. Nobody is mailed.
    """
    if before.drill:
        return ()
    match event.body:
        case PublicationSettled():
            return _settled(before, after, event, event.body, context)
        case PublicTitleSet():
            title = event.body.title
            targets = [target for target, was in _titled(context) if was != title and _can(context, target).renames]
            return tuple(_change_message(after, event, target, context, Change("rename"), title) for target in targets)
        case PageSettled():
            return _page_settled(after, event, event.body, context)
    return ()


def plan_taken(
    state: Incident,
    event: NewEvent | Event,
    context: Context,
    target_name: str,
    read: Difference,
) -> Queued:
    """The message of an update that was read on a page and is taken over from there: nothing is sent."""
    target, messages = _target(context, target_name), context.messages[target_name]
    remotes = (remote_of(message.remote) for message in reversed(messages) if message.state == "done")
    incident = next((remote for remote in remotes if remote and remote.incident_id), Remote(""))
    delivery = Delivery(
        key="",
        incident=state.ref,
        title=title_for(state, target.audience, messages),
        status=read.status or status_told(messages) or STATUSES[0],
        text=read.theirs,
        at=event.occurred_at,
        started_at=_started(state, event.occurred_at),
        notify=False,
        severity=state.severity.value,
        window=state.planned,
    )
    remote = msgspec.json.encode(msgspec.structs.replace(incident, update_id=read.which)).decode()
    message = queued(event.id, target.name, target.audience, delivery)
    return msgspec.structs.replace(message, there=remote, update_id=read.which, due_at=event.recorded_at)


def no_adoption(state: Incident, context: Context, name: str) -> str:
    """The reason why an incident opened by hand on a target cannot be taken as this one; empty where it can."""
    target, messages = _target(context, name), context.messages.get(name, ())
    if state.drill:
        return "This is a drill; nothing of it is published."
    if not _can(context, target).adopts:
        return f"{name} cannot take over an incident that was opened there by hand."
    if title_told(message for message in messages if message.state == "done") is not None:
        return f"{state.ref} is on {name} already, and its updates go there."
    left = _left(messages)
    if any(message.state in ("sending", "unknown", "ask") or act_of(message.payload) == "adopt" for message in left):
        return f"Something is on its way to {name}; look again once it has arrived."
    return ""


def _left(messages: Iterable[Message]) -> list[Message]:
    return [message for message in messages if not message.finished]


def plan_adopted(
    after: Incident,
    event: NewEvent | Event,
    context: Context,
    there: PageView | None,
    other: str,
) -> Queued:
    """The message of a decision about an incident that was opened on a page by hand: it is ours from now on, or, where
    another of ours has it, no longer.

    `there` is the incident as it was read, `other` our incident that has it, if there is one. Where a message of ours
    waits, it is ours at once, and without our marker: that message would open another. Raises Refused.
    """
    body = event.body
    assert isinstance(body, PageSettled), "nothing else decides about an incident there"
    target = _target(context, body.to)
    if body.way == "removed":
        return _let_go(after, event, body, context)
    if why := no_adoption(after, context, target.name):
        raise Refused(why)
    if other:
        raise Refused(f"{other} has this incident on {target.name} already; choose another one.")
    if there is None or there.gone:
        raise Refused(f"{target.name} does not have this incident any more; choose another one.")
    message = _change_message(after, event, target, context, Change("adopt", body.which), body.theirs)
    names = {id: name for name, id in target.components.items()}
    down = (part for part in there.parts if part.state != "operational")
    parts = tuple(msgspec.structs.replace(part, name=names.get(part.id, part.name)) for part in down)
    delivery = decode_delivery(message.payload)
    assert delivery is not None, "it was made just now"
    delivery = msgspec.structs.replace(delivery, parts=parts, status=there.status or delivery.status)
    waits = _left(context.messages.get(target.name, ()))
    at_once = msgspec.json.encode(Remote(body.which)).decode() if waits else None
    return msgspec.structs.replace(message, payload=_encode(delivery).decode(), there=at_once)


def keeping_title(context: Context) -> list[str]:
    """The targets with the incident that cannot change its title there."""
    return [target.name for target, _ in _titled(context) if not _can(context, target).renames]


def _titled(context: Context) -> Iterator[tuple[Target, str]]:
    """The targets that have the incident under a title for the public, with that title."""
    for target in context.targets:
        title = title_told(context.messages.get(target.name, ()))
        if target.enabled and target.audience == "public" and title is not None:
            yield target, title


def _can(context: Context, target: Target) -> Capabilities:
    return context.capabilities.get(target.name, Capabilities())


def _page_settled(after: Incident, event: NewEvent | Event, body: PageSettled, context: Context) -> tuple[Queued, ...]:
    """The message of a decision about what a page says beyond our updates; none where it is left there."""
    if body.about == "incident":
        return (_let_go(after, event, body, context),) if body.way == "gone" else ()
    changes = {"ours": Change("rename"), "removed": Change("remove", body.which, was=body.theirs)}
    change = changes.get(body.way)
    if change is None:
        return ()
    target = _target(context, body.to)
    return (_change_message(after, event, target, context, change, body.ours),)


def _let_go(after: Incident, event: NewEvent | Event, body: PageSettled, context: Context) -> Queued:
    """The message by which an incident there is ours no longer; nothing is sent."""
    message = _change_message(
        after, event, _target(context, body.to), context, Change("take down", body.which), body.theirs
    )
    return msgspec.structs.replace(message, there="")


def _target(context: Context, name: str) -> Target:
    target = next((each for each in context.targets if each.name == name), None)
    if target is None:
        raise Refused(f"There is no target {name} any more; leave what is there, with the reason.", "way")
    return target


def _change_message(
    after: Incident, event: NewEvent | Event, target: Target, context: Context,
    change: Change, title: str,
) -> Queued:  # fmt: skip
    """The message of a change on a page that is about none of our updates. Without a `title` the incident keeps its."""
    messages = context.messages.get(target.name, ())
    delivery = Delivery(
        key="",
        incident=after.ref,
        title=title or title_for(after, target.audience, messages),
        status=status_told(messages) or STATUSES[0],
        text="",
        at=event.occurred_at,
        started_at=_started(after, event.occurred_at),
        notify=False,
        severity=after.severity.value,
        of=event.id,
        change=change,
        window=after.planned,
    )
    for problem in does_not_fit(delivery, target, _can(context, target)):
        if problem.stops and change.act == "rename":
            raise Refused(problem.says, "title")
    return msgspec.structs.replace(queued(event.id, target.name, target.audience, delivery), due_at=event.recorded_at)


def _started(state: Incident, else_at: datetime) -> datetime:
    """Since when the incident lasts; from when on a maintenance does."""
    if state.planned is not None:
        return state.planned.starts_at
    return milestones(state).get("impact_started") or state.declared_at or else_at


def _settled(
    before: Incident,
    after: Incident,
    event: NewEvent | Event,
    body: PublicationSettled,
    context: Context,
) -> tuple[Queued, ...]:
    """The message of a decision about an update that is on a page."""
    update = any_update(before, body.update)
    acts = _ACTS_READ if body.read else ACTS
    if update is None or body.way not in (*acts, "sent"):
        return ()
    target = _target(context, body.to)
    messages = context.messages.get(target.name, ())
    events = told_events(messages)
    post = next((each for each in there(messages, coming=True) if each.update == update.id), None)
    wanted = should_say(after, target.name, [*events, event.id])
    status = _page_status(wanted.status)
    can = _can(context, target)
    parts: tuple[Part, ...] = ()
    # The same words again are about the status and the components there.
    state = [each for each in context.read.get(target.name, ()) if each.about == "state" and _same(post, body)]
    lost = any(each.about == "incident" for each in context.read.get(target.name, ()))
    if body.read:
        parts = tuple(part for each in state for part in each.parts)
    elif body.way == "sent" and can.states and (lost or context.sent.get(target.name, Sent()).gone):
        parts, _ = _parts(after, status, target, can, context.as_gone(target.name), Choices())
    elif can.status_follows and can.states and (state or status != status_told(messages)):
        parts, _ = _parts(after, status, target, can, context.as_read(target.name) if state else context, Choices())
    elif not can.states:
        parts = _parts_told(messages, update.id)
    change = Change(
        acts[body.way],
        post.remote.update_id if post and post.remote else "",
        _page_status(body.status or update.status),
        (post.text if post else None) or "",
    ) if body.way != "sent" else None  # fmt: skip
    delivery = Delivery(
        key="",
        incident=after.ref,
        title=title_for(after, update.audience, messages),
        status=status,
        text=_words(wanted, update) if body.way == "sent" else body.text,
        # A change keeps the moment of its update: some pages know it by that.
        at=update.at if change else event.occurred_at,
        started_at=_started(after, update.at),
        notify=False,
        parts=parts,
        severity=after.severity.value,
        of=update.id,
        change=change,
        window=after.planned,
        alone=can.one_message,
    )
    for problem in does_not_fit(delivery, target, can):
        if problem.stops:
            raise Refused(problem.says, "text")
    message = queued(event.id, target.name, update.audience, delivery)
    there_already = "" if body.read and change else None
    return (msgspec.structs.replace(message, due_at=event.recorded_at, there=there_already),)


def _same(post: Post | None, body: PublicationSettled) -> bool:
    return post is not None and body.way == "changed" and body.text == post.text


def _words(wanted: Content, update: Update) -> str:
    """The text due on the page for an update, by the log."""
    return next((each.text or "" for each in wanted.updates if each.update == update.id), update.text)


def _page_status(status: str) -> Status:
    """A status that pages know; one that they do not is the first, which says least."""
    return status_of(status) or STATUSES[0]


def status_told(messages: Iterable[Message]) -> Status | None:
    """The status that the target was told last; None where that was erased."""
    last = [message for message in messages if message.state != "dropped"][-1:]
    delivery = decode_delivery(last[0].payload) if last else None
    return delivery.status if delivery else None


def _parts_told(messages: Iterable[Message], update: str) -> tuple[Part, ...]:
    """The components that the update's own message told: on a chat they are part of its words."""
    deliveries = (decode_delivery(message.payload) for message in messages if message.event == update)
    return next((delivery.parts for delivery in deliveries if delivery), ())


def previews(
    state: Incident,
    update: NewEvent | Event,
    context: Context,
    choices: Choices = Choices(),
) -> tuple[Preview, ...]:
    """A preview for each target of the update's audience, in the order of the configuration."""
    body = update.body
    if not isinstance(body, UpdatePosted):
        return ()
    own_targets = (target for target in context.targets if target.enabled and target.audience == body.audience)
    return tuple(_preview(state, update, body, target, context, choices) for target in own_targets)


def _preview(
    state: Incident,
    update: NewEvent | Event,
    body: UpdatePosted,
    target: Target,
    context: Context,
    choices: Choices,
) -> Preview:
    status = status_of(body.status)
    why = _why_not(state, target, status, choices, _can(context, target))
    begun = not all(map(tells, context.messages.get(target.name, ())))
    untitled = "" if why or begun else untitled_because(state, body.audience)
    if why or untitled or status is None:
        return Preview(target.name, target.audience, None, why or untitled, untitled=bool(untitled))
    can = _can(context, target)
    parts, problems = _parts(state, status, target, can, context, choices)
    delivery = Delivery(
        key="",
        incident=state.ref,
        title=title_for(state, body.audience, context.messages.get(target.name, ())),
        status=status,
        text=body.text,
        at=update.occurred_at,
        started_at=_started(state, update.occurred_at),
        window=state.planned,
        alone=can.one_message,
        notify=can.is_mail
        or choices.notify_at.get(target.name, target.notify if choices.notify is None else choices.notify),
        parts=parts,
        severity=state.severity.value,
        link=context.link if can.links else "",
    )
    if state.planned is not None:
        problems += _problems_of_maintenance(state.planned, target, can, context)
        hints = (*does_not_fit(delivery, target, can), *problems, *wording(state, body.text, body.audience))
        return Preview(target.name, target.audience, delivery, "", hints)
    worst = _worst(parts, context.as_read(target.name).sent[target.name])
    if can.states and not can.links and status != "resolved" and worst == "operational":
        problems.insert(0, Problem(f"No component is down: {target.name} shows them all as operational."))
    if update.recorded_at - update.occurred_at >= OF_THEN:
        ago = format_length(update.recorded_at - update.occurred_at)
        problems.insert(0, Problem(f"It is dated {ago} ago, and {target.name} shows it as of now."))
    if can.always_mails_updates and target.name in context.sent and not delivery.notify:
        problems.insert(0, Problem(f"{target.name} mails every update to all subscribers; this cannot be turned off."))
    written = wording(state, body.text, body.audience, body.next_at, final=body.final or status == "resolved")
    hints = (*does_not_fit(delivery, target, can), *problems, *written)
    shows = ", ".join(filter(None, (STATE_WORDS[worst], can.impacts.get(worst) and f"impact {can.impacts[worst]}")))
    restores_all = can.restores_all and delivery.final
    return Preview(target.name, target.audience, delivery, "", hints, restores_all, shows if can.states else "")


def _problems_of_maintenance(window: Window, target: Target, can: Capabilities, context: Context) -> Iterator[Problem]:
    if can.maintenance_says:
        yield Problem(f"{target.name}: {can.maintenance_says}")
    before = window_told(context.messages.get(target.name, ()))
    if before not in (None, window) and not can.moves:
        yield Problem(f"{target.name} cannot move a window: it keeps the old one there; change it on the page itself.")


def window_told(messages: Iterable[Message]) -> Window | None:
    """The window that a target was told last."""
    deliveries = (decode_delivery(message.payload) for message in messages if message.state != "dropped")
    return next((each.window for each in reversed([*deliveries]) if each and each.window), None)


def _worst(parts: Iterable[Part], sent: Sent) -> ComponentState:
    """The worst state of the incident's components on a target, once a message with these has arrived."""
    states = {part.id: part.state for part in (*sent.parts, *parts)}.values()
    return max(states, key=WORSE.index, default="operational")


def title_for(state: Incident, audience: str, messages: Iterable[Message] = ()) -> str:
    """The incident's title on a target with updates for that audience, to which these messages went."""
    given = title_for_public(state) if audience == "public" else ""
    told_there = title_told(messages) or ""
    return given or ("" if is_redacted(told_there) else told_there) or state.title.value


def untitled_because(state: Incident, audience: str) -> str:
    """The reason why the internal title is not public; empty where there is a public one, or nothing is wrong."""
    if audience != "public" or title_for_public(state) or not title_doubt(state.title.value, people(state)):
        return ""
    return "It has no public title yet, and the internal one may name hosts or people: write one."


def people(state: Incident) -> set[str]:
    return {fact.value for register in roles_of(state).values() for fact in register.facts if fact.value}


def _why_not(state: Incident, target: Target, status: Status | None, choices: Choices, can: Capabilities) -> str:
    if state.drill:
        return "This is a drill; nothing of it is published."
    if target.name in choices.skip:
        return "It is left out this time."
    if can.is_mail and choices.notify_at.get(target.name, choices.notify) is False:
        return "It is mail, and nobody is to be mailed."
    if status is None:
        return "The update has no status that a page knows: choose investigating, identified, monitoring or resolved."
    if state.maintenance and not can.plans:
        return f"{target.name} shows no planned maintenances."
    if status in STATUSES and status not in target.statuses:
        return f"{target.name} does not get updates with the status {status}."
    return ""


def does_not_fit(delivery: Delivery, target: Target, can: Capabilities) -> Iterable[Problem]:
    texts = (("title", delivery.title, can.title_limit), ("text", can.wording(delivery), can.text_limit))
    for field, text, limit in texts:
        if limit and len(text) > limit:
            yield Problem(f"The {field} has {len(text):,} characters; {target.name} takes {limit:,}.", stops=True)
    if hidden := [char for char in can.may_hide if char in delivery.text]:
        yield Problem(
            f"{target.name} may hide words behind “{''.join(hidden)}”; look at the page, or write them plainly."
        )


def wording(
    state: Incident, text: str, audience: str = "public", next_at: datetime | None = None, *, final: bool = True
) -> Iterable[Problem]:
    for finding in check_update(text, audience, people(state), next_at, final=final, components=components_of(state)):
        yield Problem(f"{finding.text} {finding.suggestion}".strip())


def _parts(
    state: Incident,
    status: str,
    target: Target,
    can: Capabilities,
    context: Context,
    choices: Choices,
) -> tuple[tuple[Part, ...], list[Problem]]:
    """The components whose state the message changes, and what is to be said about them."""
    if state.maintenance:
        return _parts_of_maintenance(state, status, target, can, context)
    sent = context.sent.get(target.name, Sent())
    last = {part.id: part for part in sent.parts}
    ids = {name.casefold(): id for name, id in target.components.items()}
    names = {id: name for name, id in target.components.items()}
    problems: list[Problem] = []
    parts: dict[str, Part] = {}
    for name, value in _components(state).values():
        id = ids.get(name.casefold(), "" if can.states else name)
        new_state = component_state(value)
        known = last.get(id, Part(id, "operational")).state
        same = new_state == known and id not in sent.differing and not (sent.gone and known != "operational")
        if id and new_state and not same:
            parts[id] = Part(id, new_state, name)
        elif not id and new_state not in (None, "operational"):
            problems.append(Problem(f"{target.name} has no component for {name}; map it in the target."))
    for part in sent.foreign:
        parts.setdefault(part.id, Part(part.id, "operational", part.name))
    if status == "resolved":
        parts = {}
        for part in last.values():
            name = part.name or names.get(part.id, part.id)
            holder = _holder(context.others, name, target.audience)
            if holder and can.states_apart:
                problems.append(Problem(f"{name} is held by {holder.ref} too: the page shows it as that one says."))
            elif holder:
                more = (
                    " resolving on the page sets it to operational anyway" if can.restores_all else " it stays as it is"
                )
                problems.append(Problem(f"{name} is held by {holder.ref} too:{more}."))
                continue
            prior = "" if can.states_apart else sent.prior.get(part.id, "")
            goal = _goal(name, prior, state, choices)
            if goal != "operational":
                problems.append(Problem(f"{name} goes back to {goal}, as it was before this incident."))
            if goal != part.state or part.id in sent.differing:
                parts[part.id] = Part(part.id, goal, name)
    elif can.states and not can.states_apart:
        problems += filter(None, (_better_than(context.others, part, target.audience) for part in parts.values()))
    lacking = [part for part in parts.values() if can.states and part.state not in can.states]
    problems += [Problem(f"{target.name} has no state {part.state} for {part.name}.") for part in lacking]
    return tuple(part for part in parts.values() if part not in lacking), problems


def _parts_of_maintenance(
    state: Incident, status: str, target: Target, can: Capabilities, context: Context
) -> tuple[tuple[Part, ...], list[Problem]]:
    """All components that the maintenance is about, each with the state that it has at this stage: before it begins and
    once it is over they are as well as they were."""
    ids = {name.casefold(): id for name, id in target.components.items()}
    problems: list[Problem] = []
    parts: list[Part] = []
    for name, value in _components(state).values():
        id = ids.get(name.casefold(), "" if can.states else name)
        new_state = component_state(value) if status == "in_progress" else "operational"
        holder = _holder(context.others, name, target.audience) if status != "scheduled" else None
        if not id:
            problems.append(Problem(f"{target.name} has no component for {name}; map it in the target."))
        elif holder and not can.states_apart:
            problems.append(Problem(f"{name} is held by {holder.ref} too: it stays as it is."))
        elif can.states and new_state:
            parts.append(Part(id, new_state if new_state in can.states else "operational", name))
        elif new_state and status != "scheduled":
            # Among people only what changes is told.
            parts.append(Part(id, new_state, name))
    return tuple(parts), problems


def _goal(name: str, prior: str, state: Incident, choices: Choices) -> ComponentState:
    """The state that a component goes back to: as chosen, else as this incident says it is well, else as found."""
    chosen = {ours.casefold(): goal for ours, goal in choices.restore.items()}.get(name.casefold())
    _, state_here = _components(state).get(name.casefold(), ("", ""))
    before = "operational" if state_here == "operational" else prior
    return component_state(chosen or before) or "operational"


def _holder(others: Iterable[Incident], name: str, audience: str) -> Incident | None:
    """An open incident that holds a component and has not told this audience that it is over."""
    for other in others:
        if other.drill or not other.open or (other.maintenance and other.stage.value == "scheduled"):
            continue
        updates = updates_of(other, audience)
        if updates and updates[-1].status in ("resolved", "completed", "cancelled"):
            continue
        if _components(other).get(name.casefold(), ("", ""))[1] not in ("", "operational"):
            return other
    return None


def held_elsewhere(others: tuple[Incident, ...], names: Iterable[str], audience: str) -> Iterator[str]:
    """Of components with these names those that another open incident holds, too, each in a sentence."""
    for name in names:
        if holder := _holder(others, name, audience):
            state = component_state(_components(holder)[name.casefold()][1])
            says = STATE_WORDS[state] if state else "something else"
            yield f"{holder.ref} holds {name} too, and says {says}."


def _better_than(others: Iterable[Incident], part: Part, audience: str) -> Problem | None:
    """That another open incident says worse of a component, which has one state on the page."""
    holder = _holder(others, part.name, audience)
    theirs = component_state(_components(holder)[part.name.casefold()][1]) if holder else None
    if holder is None or theirs is None or WORSE.index(theirs) <= WORSE.index(part.state):
        return None
    return Problem(f"{part.name} is held by {holder.ref} too: {STATE_WORDS[theirs]}; the page shows what is sent last.")


def _components(state: Incident) -> dict[str, tuple[str, str]]:
    """Name and state of each component, by its folded name: written in two ways it is one, and the last word counts.

    One whose name was erased is nothing that a page could know.
    """
    states: dict[str, tuple[datetime, str, str]] = {}
    for name, register in components_of(state).items():
        fact = register.current
        if (
            fact is not None
            and not is_redacted(name)
            and (name.casefold() not in states or states[name.casefold()][0] <= fact.at)
        ):
            states[name.casefold()] = (fact.at, name, fact.value)
    return {key: (name, value) for key, (_, name, value) in states.items()}
