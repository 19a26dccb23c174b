"""An incident whose updates are posted, taken back and put right on one page, as a console does it."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from console.core.log.command import Command
from console.core.log.event import Event, NewEvent
from console.core.log.state import Incident
from console.core.subjects.backfill import BackfillIncident
from console.core.subjects.entry import CorrectEntry
from console.core.subjects.maintenance import AdvanceMaintenance, MoveMaintenance
from console.core.subjects.page_settled import SettlePage
from console.core.subjects.public_postmortem import PublishPostmortem
from console.core.subjects.public_title import SetPublicTitle, title_for_public
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import PostUpdate, SettlePublication, Way
from console.publish.provider import Capabilities, Provider
from console.publish.sending.content import Unsettled, should_say, there, told_events
from console.publish.sending.differences import Difference, decoded
from console.publish.sending.plan import Choices, Context, sent_so_far
from console.publish.sending.publisher import Publisher, open_differences
from console.publish.sending.sender import Sender
from console.publish.sending.settling import Act, Place, place_on, settle
from console.publish.sending.status import Standing, against, standings
from console.publish.targets.model import Target
from console.store import Log
from console.store.ledger import Ledger
from console.store.outbox.message import Message, Queued
from console.store.outbox.outbox import Outbox
from tests.core.story import START
from tests.publish.making import REF, TARGET, Clock

PUBLISHED = PostUpdate | SettlePublication | SettlePage | SetPublicTitle | AdvanceMaintenance | MoveMaintenance
"""The commands of which pages are told."""
Make = Callable[[], Provider]


class Revised:
    """One incident, its page, and the person and the sender between them."""

    def __init__(self, log: Log, kind: str, provider: type[Provider], clock: Clock, ref: str = REF) -> None:
        self.log, self.kind, self.provider, self.ref, self.clock = log, kind, provider, ref, clock
        self.publisher = Publisher(None)
        self.components: dict[str, str] = {}
        """Our names of components to the page's ids."""
        self.ledger = Ledger(log, actor="mo", clock=clock)
        self.box = Outbox(log)

    @property
    def state(self) -> Incident:
        return self.ledger.state(self.ref)

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(self.box.messages(self.ref))

    @property
    def can(self) -> Capabilities:
        caps = self.provider.capabilities
        return caps.for_maintenance if self.state.maintenance else caps

    def context(self) -> Context:
        target = Target(TARGET, self.kind, components=self.components)
        messages = self.messages
        placed = self.box.placed(self.ref)
        by_target = {TARGET: messages} if messages else {}
        read = {name: decoded(there.differs or "") or () for name, there in placed.items()}
        can = {TARGET: self.can}
        return Context((target,), can, sent_so_far(messages, placed), messages=by_target, read=read)

    def does(self, command: Command, read: Place | None = None, *, notify: bool = False) -> list[Event]:
        """With `read` it is about a difference that was read on the page."""

        def publish(events: Sequence[NewEvent]) -> Sequence[Queued]:
            if read is not None or isinstance(command, SettlePublication | SettlePage):
                return self.publisher.settling(self.state, self.context(), command, read)(events)
            return self.publisher.publish(self.state, self.context(), Choices(notify=notify))(events)

        self.clock.sleep(1)
        return (
            self.ledger.execute(self.ref, command, publish=publish)
            if isinstance(command, PUBLISHED)
            else self.ledger.execute(self.ref, command)
        )

    def logs(self, text: str, status: str, minute: int) -> str:
        """Log a public update past the pages, at a minute after the beginning; its id."""
        at = START + timedelta(minutes=minute)
        command = PostUpdate(actor="mo", at=at, audience="public", text=text, status=status)
        return self.ledger.execute(self.ref, command)[0].id

    def goes_afterwards(self, command: BackfillIncident | PublishPostmortem, *, notify: bool = False) -> str:
        """The id of the decision."""
        self.clock.sleep(1)
        publish = self.publisher.afterwards(self.state, self.context(), (TARGET,) if notify else ())
        return self.ledger.execute(self.ref, command, publish=publish)[0].id

    def backfills(self) -> str:
        return self.goes_afterwards(BackfillIncident(actor="mo", targets=(TARGET,)))

    def publishes_postmortem(self, text: str, *, notify: bool = False) -> str:
        return self.goes_afterwards(PublishPostmortem(actor="mo", targets=(TARGET,), text=text), notify=notify)

    def posts(self, text: str, status: str = "investigating", *, notify: bool = False) -> str:
        """The update's id."""
        command = PostUpdate(actor="mo", audience="public", text=text, status=status)
        return self.does(command, notify=notify)[0].id

    def retitles(self, title: str) -> None:
        self.does(SetPublicTitle(actor="mo", title=title))

    def undoes(self, update: str) -> None:
        self.does(Undo(actor="mo", entry=update, dependents=True))

    def corrects(self, update: str, text: str) -> None:
        self.does(CorrectEntry(actor="mo", entry=update, text=text))

    def redacts(self, update: str) -> None:
        self.does(RedactEntry(actor="mo", entry=update))

    @property
    def open(self) -> tuple[Unsettled, ...]:
        return open_differences(self.log, self.state)

    def place(self, each: Unsettled) -> Place:
        return self.publisher.place(self.context(), self.state, each)

    def settles(self, way: Way | None = None, text: str = "") -> Act:
        """Decide about the first difference, in the way that is meant first where none is given."""
        place = self.place(self.open[0])
        chosen = way or place.ways[0]
        words = text if self.open[0].corrected else text or "Corrected."
        self.does(settle(self.state, [(place, chosen)], "mo", text=words, reason="It is right."))
        return chosen

    def place_read(self, each: Difference) -> Place:
        return self.publisher.place_read(self.context(), self.state, TARGET, each)

    def settles_read(self, way: Act | None = None, text: str = "", about: str = "") -> Act:
        """Settle the first difference that was read on the page, or the one about this."""
        each = next(each for each in self.standing.differences if about in ("", each.about))
        place = self.place_read(each)
        chosen = way or place.ways[0]
        command = settle(self.state, [(place, chosen)], "mo", text=text, reason="It is right.")
        self.does(command, place)
        return chosen

    def changes(self, update: str, way: Way, text: str = "") -> None:
        """Decide about an update that is on the page, whether it differs or not."""
        place = place_on(self.state, TARGET, update, self.messages, self.can)
        self.does(settle(self.state, [(place, way)], "mo", text=text))

    @property
    def standing(self) -> Standing:
        tracking = [TARGET] if self.can.tracks_status else []
        known = standings(self.messages, self.box.placed(self.ref), self.clock(), tracking=tracking)
        [standing] = against(self.state, known)
        return standing

    def should_say(self) -> tuple[list[str | None], str]:
        """The texts of the updates that the page should show by the log, in their order, and the status.

        Of what a person left there it is what the page was told.
        """
        content = should_say(self.state, TARGET, told_events(self.messages))
        on_page = {said.update: said.text for said in there(self.messages)}
        texts = [on_page.get(said.update) if said.kept else said.text for said in content.updates]
        return texts, content.status

    @property
    def title(self) -> str:
        """The title that the page should have."""
        return title_for_public(self.state) or self.state.title.value


def sender(log: Log, make: Make, clock: Clock) -> Sender:
    return Sender(log, lambda target: make(), clock, jitter=lambda: 0.0, wait=clock.sleep)


def sends(sender: Sender, clock: Clock, most: int = 200) -> None:
    """Send until nothing moves by itself; what is refused is sent again, as its person would once it is well."""
    for _ in range(most):
        report = sender.run_once()
        if report.next_at is None:
            return
        clock.now = max(clock.now, report.next_at)
    raise AssertionError("it never comes to rest")
