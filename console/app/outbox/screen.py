"""The outbox: each message with its tries and answers, and what a person may do about it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import msgspec
from textual import on, work
from textual.content import Content
from textual.widgets import OptionList

from console.app.act_screen import Armed
from console.app.dialogs.base import form_of
from console.app.dialogs.find import ConfirmDialog
from console.app.dialogs.settle import SettleDialog
from console.app.list_screen import ListScreen
from console.app.outbox.dialogs import ConfirmThereDialog, EditDialog
from console.app.publishing import Publishing
from console.app.registry import bindings
from console.app.session import Session
from console.app.situation import Situation
from console.app.widgets.cell import Part, fitted, keyed, text
from console.core.language.names import same_name
from console.core.language.text import clean, one_line
from console.core.language.times import local_pair, parse_rfc3339
from console.core.log.command import Command
from console.core.refusal import Problem
from console.core.subjects.update import DecidePublication
from console.export.updates.redact_names import public_words_doubt
from console.publish.sending.decisions import dropped, edited, resent, taken, there
from console.publish.sending.message import Delivery, Remote, decode_delivery, remote_of, update_of
from console.publish.sending.plan import as_shown
from console.publish.sending.publisher import open_differences
from console.publish.sending.settling import Place
from console.publish.sending.status import against
from console.store.ledger import Publish
from console.store.outbox.message import ORDERS, STATE_WORDS, Message, Try
from console.store.outbox.outbox import Outbox
from console.store.problems import StoreProblem

EVERY_S = 1.0
SIGNS = {
    "pending": ("…", "$primary"),
    "sending": ("…", "$primary"),
    "done": ("✓", "$success"),
    "retry": ("▲", "bold $warning"),
    "unknown": ("▲", "bold $warning"),
    "ask": ("?", "bold $warning"),
    "dead": ("■", "bold $warning"),
    "dropped": ("–", "$muted"),
}
EMPTY = "Nothing published yet: {update} posts an update, {targets} sets up a target."


class OutboxScreen(ListScreen):
    """The messages of one incident, or of all; what is highlighted is told below."""

    place = "outbox"
    BINDINGS = bindings("outbox")
    bar_words = {"targets": "setup", "help": None}

    def __init__(self, session: Session, publishing: Publishing, ref: str = "") -> None:
        super().__init__(session, f"Published  {ref}".rstrip())
        self._publishing, self._ref = publishing, ref
        self._messages: list[Message] = []
        self._tries: dict[str, list[Try]] = {}
        self._read_once = False

    @property
    def situation(self) -> Situation:
        message = self._chosen
        own = self.session.log.origin
        why = {order: message.refusal(order, own) for order in ORDERS} if message else {}
        if message is not None and _delivery(message) is None:
            why["edited"] = "The text of this message was erased."
        elif (delivery := _delivery(message)) and delivery.change:
            why["edited"] = "A change of what is there is dropped, and decided again."
        return Situation(
            read_only=self.session.read_only, chosen=message.id if message else "", orders=why,
            differing=message is not None and message.state == "done",
        )  # fmt: skip

    def on_mount(self) -> None:
        # A notice of before would lie over what was answered.
        self.app.clear_notifications()
        self.read()
        self.set_interval(EVERY_S, self.read)

    @work(exclusive=True, group="outbox")
    async def read(self) -> None:
        """Look at the outbox, in a thread; what is highlighted stays so."""
        try:
            messages, tries = await asyncio.to_thread(self._read)
        except StoreProblem as problem:
            self.refuse(problem.reason)
            return
        if (messages, tries) != (self._messages, self._tries) or not self._read_once:
            self._messages, self._tries, self._read_once = messages, tries, True
            self.show_rows()

    def act_update(self) -> None:
        """Of the room below."""
        self.act_leave()
        self.app.call_later(self.app.run_action, "act('update')")

    def _read(self) -> tuple[list[Message], dict[str, list[Try]]]:
        histories = Outbox(self.session.log).histories(self._ref or None)
        # The newest first: what needs somebody is mostly there.
        messages = [message for message, _ in reversed(histories)]
        return messages, {message.id: tries for message, tries in histories}

    def show_rows(self) -> None:
        width = self.row_width
        rows = ((message.id, self._row(message, width)) for message in self._messages)
        self.list.put(rows, nothing=keyed(EMPTY, "$muted"))
        self.list.focus()
        self._tell()

    def _row(self, message: Message, width: int) -> Content:
        sign, style = SIGNS[message.state]
        words = _words(_delivery(message))
        ref = "" if self._ref else f"{message.incident}  "
        elsewhere = f" at {fitted(message.author, 12).strip()}'s console" if self._is_elsewhere(message) else ""
        head = f"{ref}{fitted(message.target, 18)}  {STATE_WORDS[message.state]}{elsewhere}  "
        return text((f"{sign} ", style), (head, "bold"), (fitted(words, max(10, width - len(head) - 4)), "$muted"))

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        message = self._chosen
        parts: list[Part] = []
        if message is not None:
            if message.note:
                parts.append((f"{clean(message.note)}\n\n", "bold"))
            delivery = _delivery(message)
            if delivery is not None:
                mails = "subscribers are mailed" if delivery.notify else "nobody is mailed"
                states = ", ".join(f"{part.name or part.id} {part.state}" for part in delivery.parts)
                parts.append(" · ".join(filter(None, (delivery.title, delivery.status, mails, states))) + "\n")
                parts.append((f"{clean(delivery.text)}\n\n", "$muted"))
            for tried in self._tries.get(message.id, []):
                sign, style = SIGNS[tried.state]
                at = local_pair(parse_rfc3339(tried.at), self.session.zone)[0]
                parts += [
                    (f"{at} {sign} ", style),
                    f"{STATE_WORDS[tried.state]}",
                    (f"  {clean(tried.cause)}\n", "$muted"),
                ]
        self.page.set_class(message is not None, "-some")
        self.tell(text(*parts))

    @property
    def _chosen(self) -> Message | None:
        id = self.list.chosen
        return next((message for message in self._messages if message.id == id), None)

    def _is_elsewhere(self, message: Message) -> bool:
        """Another console is to send it."""
        return not message.finished and message.origin != self.session.log.origin

    # Orders

    def _arm(self, verb: str, do: Callable[[Message], object]) -> Armed | None:
        """An order about the message that is highlighted now, named by its target and how it begins."""
        message = self._chosen
        if message is None:
            return None
        delivery = _delivery(message)
        words = f": “{one_line(delivery.text, 40)}”" if delivery else ""
        return Armed(f"{verb} to {message.target}{words}", lambda: do(message))

    def arm_retry_message(self) -> Armed | None:
        return self._arm("retries the message", self._retry)

    def arm_resend_message(self) -> Armed | None:
        return self._arm("resends the message", partial(self._decide, resent))

    def arm_drop_message(self) -> Armed | None:
        return self._arm("drops the message", partial(self._decide, dropped))

    @work
    async def _retry(self, message: Message) -> None:
        retry = Outbox(self.session.log).retry
        await self._order(asyncio.to_thread(retry, message.id, self.session.now(), self.session.actor))

    @work
    async def _decide(self, decide: Callable[[Message, str], DecidePublication], message: Message) -> None:
        """Write a decision into the incident's log, which the outbox obeys."""
        await self._order(self.session.submit(message.incident, decide(message, self.session.actor)))

    async def _order(self, order: Awaitable[object]) -> None:
        await self.carry_out(order)
        self._publishing.wake()
        self.read()

    def _left(self, answer: object) -> None:
        """A form was left, with its answer on the disk, or with None."""
        if answer is not None:
            self.say("")
            self._publishing.wake()
            self.read()

    def act_edit_message(self) -> None:
        message = self._chosen
        delivery = _delivery(message)
        if message is None or delivery is None:
            return

        async def send(posted: tuple[str, tuple[str, ...]]) -> None:
            # While the dialog is open, so that a text outlives a refusal: the message may have been sent meanwhile.
            await self.session.submit(message.incident, edited(message, posted[0], self.session.actor, posted[1]))

        def loud(words: str) -> str:
            state = self.session.state(message.incident)
            return public_words_doubt(state, words) if message.audience == "public" else ""

        components = [part.name for part in delivery.parts]
        dialog = EditDialog(message.id, message.target, delivery.text, components, loud)
        dialog.send, dialog.memory = send, self.session.form_memory
        self.app.push_screen(dialog, self._left)

    def act_settle(self) -> None:
        """Settle the highlighted update, which is on its page; also one that stands."""
        message = self._chosen
        if message is None:
            return
        ref, publisher = message.incident, self._publishing.publisher()
        update = update_of(message.event, _delivery(message))

        settled: Place | None = None
        shown: Callable[..., Publish]

        def make() -> SettleDialog:
            nonlocal settled, shown
            state, context = self.session.state(ref), self._publishing.settling_context(publisher, ref)
            open_ = [each for each in open_differences(self.session.log, state)
                     if (each.update, each.target) == (update, message.target)]  # fmt: skip
            standings = against(state, publisher.standings(self.session.log, ref, self.session.now()))
            read = [each for standing in standings if standing.target == message.target
                    for each in standing.differences if each.which == update or each.about == "incident"]  # fmt: skip
            if read:
                place = publisher.place_read(context, state, message.target, read[0])
                why = read[0].says
            elif open_:
                place, why = publisher.place(context, state, open_[0]), open_[0].says
            else:
                place = publisher.place_on(context, state, message.target, update)
                why = "It stands in the log, and went to the page."
            settled, shown = place, partial(publisher.settling, state, context)
            return SettleDialog(self.session.here(ref), [place], why)

        async def send(command: Command) -> None:
            context = self._publishing.settling_context(publisher, ref)
            messages = publisher.settling(self.session.state(ref), context, command, settled)
            await self.session.submit(ref, command, publish=as_shown(shown(command, settled), messages))

        try:
            self.app.push_screen(form_of(self.session, ref, make, send), self._left)
        except Problem as problem:
            self.refuse(problem.reason)

    @work
    async def act_take_message(self) -> None:
        """Ask first: whoever was to send it may only be slow."""
        message = self._chosen
        if message is None:
            return
        author, target = message.author, message.target
        seats = [seat for seat in self.session.seats if same_name(seat.person, author)]
        warning = (
            f"{author} has a console open on {seats[0].machine or 'this machine'}: ask them first. " if seats else ""
        )
        dialog = ConfirmDialog(
            f"Take the message to {target} over from {author}?",
            f"this console looks for it on {target}, and sends it if it is not there",
            "leaves it to them",
            f"{warning}Only once the console that is to send it is closed or lost.",
        )
        if await self.app.push_screen_wait(dialog):
            try:
                command = taken(Outbox(self.session.log), message, self.session.actor)
            except Problem as problem:
                self.refuse(problem.reason)
                return
            await self._order(self.session.submit(message.incident, command))

    def act_confirm_message(self) -> None:
        message = self._chosen
        if message is None:
            return

        def confirmed(remote: Remote | None) -> None:
            if remote is not None:
                self._decide(lambda message, actor: there(message, remote, actor), message)

        self.app.push_screen(ConfirmThereDialog(message.target, _remote(message, self.session)), confirmed)


def _delivery(message: Message | None) -> Delivery | None:
    """The delivery that was to be sent; None where its text was erased."""
    return decode_delivery(message.payload) if message is not None else None


def _words(delivery: Delivery | None) -> str:
    """A line with the text of a message, or with its act on an update that is there."""
    if delivery is None:
        return "its text was erased"
    words = f"{delivery.status}: {one_line(delivery.text, 200)}"
    match delivery.change and delivery.change.act:
        case "edit":
            return f"edits an update there, {words}"
        case "remove":
            return "removes an update there"
        case "take down":
            return "takes the incident down there"
        case "rename":
            return f"new title there: {delivery.title}"
        case "adopt":
            return f"adopts the incident there: {delivery.title}"
        case "tell":
            return f"tells: {one_line(delivery.text, 200)}"
    return words


def _remote(message: Message, session: Session) -> Remote | None:
    """The target's own names for the incident, from an earlier message; None where none has told them."""
    try:
        placed = Outbox(session.log).placed(message.incident).get(message.target)
    except StoreProblem:
        # The dialog then asks for it.
        return None
    with suppress(msgspec.DecodeError):
        return remote_of(placed.remote) if placed else None
    return None
