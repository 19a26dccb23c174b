"""The publisher of a console or a command: the team's targets, their keys, and the log's outbox."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from console.core.language.times import parse_rfc3339
from console.core.log.command import Command
from console.core.log.event import NewEvent
from console.core.log.fold import as_if
from console.core.log.state import Incident
from console.core.refusal import Problem, Refused
from console.core.subjects.entry import EntryCorrected
from console.core.subjects.maintenance import MaintenanceAdvanced, MaintenanceMoved
from console.core.subjects.page_settled import PageSettled, SettlePage
from console.core.subjects.public_title import PublicTitleSet
from console.core.subjects.update import PostUpdate, PublicationSettled, SettlePublication, UpdatePosted
from console.publish.provider import Capabilities, OpenThere, PageView, Provider
from console.publish.registry import provider_class
from console.publish.sending.afterwards import plan_afterwards
from console.publish.sending.content import Unsettled, title_told, unsettled
from console.publish.sending.differences import Difference, decoded, seen, still_open
from console.publish.sending.message import Known, Remote, remote_of
from console.publish.sending.plan import (
    Choices,
    Context,
    Preview,
    held_elsewhere,
    no_adoption,
    plan,
    plan_adopted,
    plan_change,
    plan_taken,
    previews,
    sent_so_far,
)
from console.publish.sending.sender import Sender, Synced
from console.publish.sending.settling import Place, place_of, place_on, place_read
from console.publish.sending.status import Standing, messages_by_target, standings
from console.publish.targets.connect import connect
from console.publish.targets.folder import Targets
from console.publish.targets.keys import Keys
from console.publish.targets.model import Target
from console.store.log import Log
from console.store.outbox.message import NOTHING_PLACED, Placed, Queued
from console.store.outbox.outbox import Outbox


class Offer(NamedTuple):
    """An incident that is open on a target and that no incident of ours knows."""

    target: str
    there: OpenThere


class ToSettle(NamedTuple):
    """One thing that pages say other than the log."""

    places: list[Place]
    says: str
    """The difference in a sentence."""

    @property
    def read(self) -> Place | None:
        """The place, where it was read there rather than folded from the log."""
        return self.places[0] if self.places[0].difference else None


def open_differences(log: Log, state: Incident) -> tuple[Unsettled, ...]:
    """The open differences between pages and log, about which nobody has decided yet; reads the outbox."""
    outbox = Outbox(log)
    by_target, placed = messages_by_target(outbox.messages(state.ref)), outbox.placed(state.ref)
    read = {target: decoded(place.differs or "") or () for target, place in placed.items()}
    return tuple(
        each for target in by_target for each in unsettled(state, target, by_target[target], seen(read.get(target, ())))
    )


def _address(target: Target, placed: Mapping[str, Placed], can: Mapping[str, Capabilities]) -> str:
    """The address of the incident on a target, else of the target itself; empty where neither is known."""
    if target.audience != "public" or target.name not in can or can[target.name].links:
        return ""
    remote = remote_of(placed.get(target.name, NOTHING_PLACED).remote)
    address = (remote.url if remote else "") or (target.url if can[target.name].link else "")
    return address if address.startswith("https://") else ""


def _able(target: Target) -> Capabilities | None:
    """None where its provider is of another version."""
    with suppress(Refused):
        return provider_class(target.provider).capabilities
    return None


WITH_UPDATE = (MaintenanceAdvanced, MaintenanceMoved, PublicTitleSet)


def _given(state: Incident, events: Sequence[NewEvent]) -> Incident:
    """The incident before an update, with what counts for that although it is written with it: its title, the step of
    a maintenance, and of a new one all of its plan."""
    new = state.declared_at is None
    given = [event for event in events if new or isinstance(event.body, WITH_UPDATE)]
    given = [event for event in given if not isinstance(event.body, UpdatePosted)]
    return as_if(state, given) if given else state


class Publisher:
    """The targets as their file says at this moment; make a new one to see a changed file."""

    def __init__(self, folder: Path | None, *, dry_run: Path | None = None) -> None:
        """`folder` is the configuration folder. With `dry_run` what would be sent is written to that file instead."""
        self.targets = Targets(folder)
        self._keys, self._dry_run = Keys(folder), dry_run

    @property
    def publishes(self) -> bool:
        """There is a target to which something could go."""
        return any(target.enabled for target in self.targets.all())

    @property
    def tracking(self) -> Collection[str]:
        """The targets that give an incident the status that it should have."""
        return {target.name for target in self.targets.all() if (can := _able(target)) and can.tracks_status}

    def context(self, log: Log, ref: str, others: Iterable[Incident], *, maintenance: bool = False) -> Context:
        """The context of a plan for the incident, or the maintenance; reads the outbox. `others` are the other open
        incidents."""
        outbox, targets = Outbox(log), tuple(self.targets.all())
        can: dict[str, Capabilities] = {}
        for target in targets:
            if capabilities := _able(target):
                can[target.name] = capabilities.for_maintenance if maintenance else capabilities
        messages, placed = outbox.messages(ref), outbox.placed(ref)
        link = next(filter(None, (_address(target, placed, can) for target in targets)), "")
        sent = sent_so_far(messages, placed)
        read = {target: decoded(place.differs or "") or () for target, place in placed.items()}
        read_at = {name: parse_rfc3339(place.read_at) for name, place in placed.items() if place.differs is not None}
        return Context(targets, can, sent, tuple(others), messages_by_target(messages), link, read, read_at)

    def place(self, context: Context, state: Incident, each: Unsettled) -> Place:
        """The ways to settle an update there; of a removed target only those that need no target."""
        place = place_of(state, each, context.capabilities.get(each.target, Capabilities()))
        return place._replace(read_at=context.read_at.get(each.target))

    def place_on(self, context: Context, state: Incident, target: str, update: str) -> Place:
        """The ways that an update has which is on a page, whether it differs or not. Raises Refused where it is not."""
        can = context.capabilities.get(target, Capabilities())
        place = place_on(state, target, update, context.messages.get(target, ()), can)
        return place._replace(read_at=context.read_at.get(target))

    def to_settle(self, state: Incident, context: Context, standings: Iterable[Standing]) -> ToSettle | None:
        """The first difference to settle between the targets and the log: an update that differs on any target, the
        newest of several; else what was read on one."""
        standings = list(standings)
        if open_ := [each for standing in standings for each in standing.unsettled]:
            update = max(open_, key=lambda each: state.entries.position(each.update) or 0).update
            here = [each for each in open_ if each.update == update]
            return ToSettle([self.place(context, state, each) for each in here], here[0].says)
        for standing in standings:
            for each in standing.differences:
                place = self.place_read(context, state, standing.target, each)
                return ToSettle([place], f"{standing.target}: {each.says}")
        return None

    def place_read(self, context: Context, state: Incident, target: str, each: Difference) -> Place:
        """The ways to settle a difference that was read there."""
        can = context.capabilities.get(target, Capabilities())
        place = place_read(state, target, each, context.messages.get(target, ()), can)
        mapped = next((known.components for known in context.targets if known.name == target), {})
        names = {id: name for name, id in mapped.items()}
        held = tuple(
            held_elsewhere(context.others, [names.get(part.id, part.name) for part in each.parts], place.audience)
        )
        return place._replace(read_at=context.read_at.get(target), names=names, held=held)

    def settling(
        self, state: Incident, context: Context, command: Command, read: Place | None = None
    ) -> Callable[[Sequence[NewEvent]], Sequence[Queued]]:
        """The messages of a decision about what is on pages; with `read`, about a difference that was read there.

        A correction goes only where it was meant. Refused where the page was read anew meanwhile, or told something.
        """
        if read is not None and read.difference is not None:
            self._check_read(state, context, read, read.difference)
            if isinstance(command, PostUpdate):
                taken = read.difference
                return lambda events: [plan_taken(state, event, context, read.target, taken) for event in events]
        settlements = command.settlements if isinstance(command, SettlePublication) else ()
        corrected = {each.to for each in settlements if each.way == "corrected"}
        for name in corrected:
            context = context.as_read(name)
        others = frozenset(target.name for target in context.targets if target.name not in corrected)
        # A correction of a mail is another one: the form said so.
        mails = {name: True for name in corrected if context.capabilities.get(name, Capabilities()).is_mail}
        return self.publish(state, context, Choices(notify=False, notify_at=mails, skip=others))

    def _check_read(self, state: Incident, context: Context, place: Place, read: Difference) -> None:
        messages = context.messages.get(place.target, ())
        if not all(message.finished for message in messages):
            raise Refused(f"Something is on its way to {place.target}; look again once it has arrived.")
        known = context.read.get(place.target, ())
        updates = unsettled(state, place.target, messages, seen(known))
        tracks = context.capabilities.get(place.target, Capabilities()).tracks_status
        if read not in still_open(state, place.target, messages, known, updates, tracks_status=tracks):
            raise Refused(f"{place.target} was read anew, or settled, meanwhile; look at it again.")

    def retitling(self, state: Incident, context: Context) -> Callable[[Sequence[NewEvent]], Sequence[Queued]]:
        """The messages of a new public title, where the incident is on a page already."""
        return self.publish(state, context, Choices())

    def preview(
        self, state: Incident, events: Sequence[NewEvent], context: Context, choices: Choices
    ) -> tuple[Preview, ...]:
        """A preview for each target, of events that are not written yet."""
        given = _given(state, events)
        return tuple(preview for event in events for preview in previews(given, event, context, choices))

    def publish(
        self, state: Incident, context: Context, choices: Choices
    ) -> Callable[[Sequence[NewEvent]], Sequence[Queued]]:
        """Make the messages of an update, of a title, or of what was decided about one that is there, in the
        transaction that writes it.

        `state` is the one before it.
        """

        def messages(events: Sequence[NewEvent]) -> Sequence[Queued]:
            given = _given(state, events)
            changes = any(isinstance(event.body, PublicationSettled | PublicTitleSet | PageSettled) for event in events)
            # A correction that goes with it changes neither what is sent nor its title.
            added = [event for event in events if not isinstance(event.body, EntryCorrected)]
            after = as_if(state, added) if changes else state
            return [
                message
                for event in events
                for message in (*plan(given, event, context, choices), *plan_change(state, after, event, context))
            ]

        return messages

    def afterwards(
        self, state: Incident, context: Context, notify: Collection[str] = ()
    ) -> Callable[[Sequence[NewEvent]], Sequence[Queued]]:
        """The messages of what goes to pages once the incident is over; `notify` names those that mail it."""

        def messages(events: Sequence[NewEvent]) -> Sequence[Queued]:
            after = as_if(state, events)
            return [message for event in events for message in plan_afterwards(after, event, context, notify)]

        return messages

    def open_there(self, log: Log, state: Incident, context: Context, name: str) -> tuple[OpenThere, ...]:
        """The incidents that are open on a target and that no incident of ours knows. Asks the page; raises Problem."""
        if why := no_adoption(state, context, name):
            raise Refused(why)
        outbox, open_there = Outbox(log), self.connect(name).open_there()
        return tuple(each for each in open_there if not each.marked and not outbox.incident_with(name, each.id))

    def offers(self, log: Log, state: Incident, context: Context, name: str) -> tuple[list[Offer], str]:
        """The same of one target of several, and why there are none where it could be asked at all."""
        try:
            return [Offer(name, each) for each in self.open_there(log, state, context, name)], ""
        except Problem as problem:
            asks = context.capabilities.get(name, Capabilities()).adopts
            return [], problem.reason if asks else ""

    def adopting(self, name: str, theirs: OpenThere, by: str) -> tuple[SettlePage, PageView]:
        """The command that makes an incident there ours, and that incident as the page shows it, which is asked; raises
        Problem."""
        view = self.connect(name).read(Known(Remote(theirs.id)))
        title = view.title or theirs.title
        return SettlePage(actor=by, to=name, about="incident", way="adopted", which=theirs.id, theirs=title), view

    def letting_go(self, log: Log, state: Incident, context: Context, name: str, by: str) -> SettlePage:
        """The command that leaves an incident there to another of ours that had it first. Raises Refused."""
        outbox = Outbox(log)
        remote = remote_of(outbox.placed(state.ref).get(name, NOTHING_PLACED).remote)
        theirs = remote.incident_id if remote else ""
        if not theirs or not outbox.incident_with(name, theirs, state.ref):
            raise Refused(f"No other incident of ours has the one of {state.ref} on {name}.")
        title = title_told(context.messages.get(name, ())) or ""
        return SettlePage(actor=by, to=name, about="incident", way="removed", which=theirs, theirs=title)

    def adopted(
        self, log: Log, state: Incident, context: Context, command: SettlePage, view: PageView | None = None
    ) -> Callable[[Sequence[NewEvent]], Sequence[Queued]]:
        """The message of one of these, in the transaction that writes it; `view` is the incident on the page."""
        other = Outbox(log).incident_with(command.to, command.which)

        def messages(events: Sequence[NewEvent]) -> Sequence[Queued]:
            after = as_if(state, events)
            return [plan_adopted(after, event, context, view, other) for event in events]

        return messages

    def connect(self, name: str) -> Provider:
        """A target's provider, ready to send."""
        target = self.targets.get(name)
        if not target.enabled:
            where = self.targets.shown_file(target.name)
            raise Refused(f"{name} is switched off; write enabled = true in {where} to send what waits.")
        key = self._keys.get(name)
        return connect(target, key, dry_run=self._dry_run)

    def sender(self, log: Log, clock: Callable[[], datetime], holder: str = "", synced: Synced | None = None) -> Sender:
        """A console that makes a sender for each turn gives each the same `holder`, made once by `lease.me`."""
        return Sender(log, self.connect, clock, holder, synced=synced, dry=self._dry_run is not None)

    def standings(self, log: Log, ref: str, now: datetime) -> tuple[Standing, ...]:
        """The standing of each target of an incident; reads the outbox."""
        outbox = Outbox(log)
        return standings(outbox.messages(ref), outbox.placed(ref), now, log.origin, self.tracking)
