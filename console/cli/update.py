"""An update from the shell with what it publishes: prepared, shown, and written in one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from console.cli.context import Shell, fail
from console.cli.output import hint, out, say, say_row
from console.cli.publish_run import delivery_rows
from console.cli.retitle import SENDS
from console.core.log.event import Event, NewEvent
from console.core.log.fold import as_if
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.component import SetComponent, components_of
from console.core.subjects.update import PostUpdate, UpdatePosted
from console.export.updates.redact_names import public_words_doubt
from console.publish.sending.plan import Choices, Context, Preview
from console.publish.sending.publisher import Publisher
from console.publish.targets.folder import Targets
from console.store.ledger import Ledger
from console.store.outbox.message import Queued


class Wanted:
    """The person's choices for publishing one update."""

    def __init__(self, notify: bool | None, only: Sequence[str], skip: Sequence[str], audience: str) -> None:
        self._notify, self._only, self._skip = notify, only, skip
        self._audience = audience.strip().lower()

    def choices(self, targets: Targets, state: Incident) -> Choices:
        """The targets that get it and their mail; of a retrospective incident only those that `--only` names.

        Says so where that leaves any out. Ends the command for a target that there is none of, or that `--only` could
        not reach.
        """
        only, skip = self._named(targets, self._only), self._named(targets, self._skip)
        for name in only:
            target = targets.get(name)
            if target.audience != self._audience:
                fail(f"{name} gets {target.audience} updates; leave it out, or write the update for that audience.")
            if not target.enabled:
                where = targets.shown_file(target.name)
                fail(f"{name} is switched off; write enabled = true in {where}, or leave it out.")
        if state.retrospective and not only and targets_of(targets, self._audience):
            backfill = f"“warroom publish backfill {state.ref}” posts its public updates with their own times"
            hint(f"{state.ref} is retrospective: the update is only logged. {backfill}.")
        left_out = {name for name in targets.names if (only or state.retrospective) and name not in only}
        return Choices(notify=self._notify, skip=frozenset(left_out | skip))

    def _named(self, targets: Targets, names: Sequence[str]) -> set[str]:
        for name in names:
            try:
                targets.get(name)
            except Refused as refused:
                # One that is broken in its file gets nothing, so it may be skipped.
                if refused.reason not in targets.complaints:
                    raise
        return {targets.known(name) for name in names}


def post(
    shell: Shell, ref: str, command: PostUpdate, components: Iterable[tuple[str, str]], wanted: Wanted, *, dry_run: bool
) -> None:
    """Write components, update and messages, all or none; prints the update's id, or with `dry_run` what would go."""
    publisher = Publisher(shell.settings)
    hint(*publisher.targets.complaints)
    with shell.ledger(writing=not dry_run) as ledger:
        ref = ledger.resolve(ref)
        choices = wanted.choices(publisher.targets, ledger.state(ref))
        update = outgoing(ledger, publisher, ref, command, components, choices)
        send(shell, ledger, update, update.events[-1].id, dry_run=dry_run)


def send(shell: Shell, ledger: Ledger, update: "Outgoing", id: str, *, dry_run: bool) -> None:
    """Write an update with its messages, all or none, and print an id; with `dry_run` what would go."""
    shell.no_json_of(dry_run=dry_run)
    if any(preview.untitled for preview in update.previews):
        fail("The internal title may name hosts or people: give the one that customers read with --title.")
    if dry_run:
        update.show()
        for target, problem in _stops(update.previews):
            fail(f"{problem}; shorten it, or leave that target out with --skip '{target}': nothing was posted.")
        return
    shell.point_out(update.loud)
    update.write(shell, ledger)
    shell.tell(id)


class Outgoing(NamedTuple):
    """An update that is not written yet, with the message that each target would get."""

    events: list[NewEvent]
    """Those of the components first, the update's last."""
    messages: Sequence[Queued]
    previews: Sequence[Preview]
    context: Context | None
    loud: str
    """The fault to read once more before its words go to the public; empty without one."""

    def show(self) -> None:
        """All that would go to each target, on stdout."""
        _show(self.previews, self.context)

    def write(self, shell: Shell, ledger: Ledger) -> list[Event]:
        """Write components, update and messages, all or none, and hint what goes where."""
        written = ledger.commit(self.events, self.messages)
        _tell(shell, self.previews, self.context)
        if self.messages:
            hint(SENDS)
        # The update is kept all the same, and what goes there can be edited.
        ids = {message.target: message.id for message in self.messages}
        for target, problem in _stops(self.previews):
            hint(f"{problem}; the update is kept: “warroom publish edit {ids[target]} --message …” shortens it.")
        return written


def outgoing(
    ledger: Ledger, publisher: Publisher, ref: str, command: PostUpdate, components: Iterable[tuple[str, str]],
    choices: Choices,
) -> Outgoing:  # fmt: skip
    """Decide an update with the components that it sets first. May raise Refused."""
    events, state = _prepared(ledger, ref, command, components)
    return goes_out(ledger, publisher, state, events, choices)


def goes_out(
    ledger: Ledger, publisher: Publisher, state: Incident, events: list[NewEvent], choices: Choices
) -> Outgoing:
    """The update's events, with the message for each target; `state` is the incident before them."""
    updates = (event.body for event in events if isinstance(event.body, UpdatePosted))
    loud = public_words_doubt(state, *(update.text for update in updates if update.audience == "public"))
    if not publisher.publishes:
        return Outgoing(events, (), (), None, loud)
    others = [other for other in ledger.states() if other.open and not other.withdrawn and other.ref != state.ref]
    planned = state.maintenance or state.declared_at is None
    context = publisher.context(ledger.log, state.ref, others, maintenance=planned)
    messages = publisher.publish(state, context, choices)(events)
    return Outgoing(events, messages, publisher.preview(state, events, context, choices), context, loud)


def targets_of(targets: Targets, audience: str) -> list[str]:
    """The names of the targets that get the updates of an audience."""
    audience = audience.strip().lower()
    return [target.name for target in targets.all() if target.enabled and target.audience == audience]


def log_unpublished(shell: Shell, ledger: Ledger, ref: str, command: PostUpdate) -> str:
    """Write an update as a line, past the targets that get those of its audience, which is hinted; its id."""
    is_public = command.audience.strip().lower() == "public"
    shell.point_out(public_words_doubt(ledger.state(ref), command.text) if is_public else "")
    written = shell.execute(ledger, ref, command)
    names = targets_of(Targets(shell.settings), command.audience)
    if names:
        hint(f"It is logged, and not published to {', '.join(names)}: only “warroom update” does that.")
    return written[-1].id


def _prepared(
    ledger: Ledger, ref: str, command: PostUpdate, components: Iterable[tuple[str, str]]
) -> tuple[list[NewEvent], Incident]:
    """All events, the update's last, and the state before it."""
    state = ledger.state(ref)
    changes: list[NewEvent] = []
    for name, value in components:
        register = components_of(state).get(name)
        if register is not None and register.value == value:
            continue
        change = SetComponent(actor=command.actor, at=command.at, component=name, status=value)
        changes += ledger.prepare(ref, change)
    return [*changes, *ledger.prepare(ref, command)], as_if(state, changes)


def _stops(previews: Sequence[Preview]) -> Iterator[tuple[str, str]]:
    """Targets that will not take the update as it is, and why, as the beginning of a sentence."""
    for preview in previews:
        for problem in preview.problems if preview.delivery else ():
            if problem.stops:
                yield preview.target, problem.says.rstrip(".")


def _tell(shell: Shell, previews: Sequence[Preview], context: Context | None) -> None:
    """Tell on stderr, in a line for each target, what goes there, or why nothing does, and what to look at."""
    for preview in previews:
        if preview.delivery is None:
            hint(f"{preview.target}: {preview.why}")
            continue
        parts = [f"{part.name or part.id} {part.state}" for part in preview.delivery.parts]
        summary = ", ".join([preview.delivery.status.replace("_", " "), *parts, _mail(preview, context)])
        for text in (f"{summary}.", *(problem.says for problem in preview.problems)):
            shell.remark(preview.target, text)


def _mail(preview: Preview, context: Context | None) -> str:
    can = context.capabilities.get(preview.target) if context else None
    mails = preview.delivery is not None and preview.delivery.notify and (can is None or can.mails or can.is_mail)
    return "mails subscribers" if mails else "mails nobody"


def _show(previews: Sequence[Preview], context: Context | None) -> None:
    """Print for each target all that would go there."""
    if not previews:
        hint("No target gets this update: there is none for its audience; `warroom target list` shows them.")
    for number, preview in enumerate(previews):
        delivery = preview.delivery
        if number:
            out()
        say(f"{preview.target} ({preview.audience})")
        if delivery is None:
            say_row("  ", preview.why)
            continue
        rows = [("title", delivery.title), ("status", delivery.status.replace("_", " "))]
        rows += [("window", delivery.window.words)] if delivery.window else []
        rows += delivery_rows(delivery, _mail(preview, context))
        if preview.shows:
            rows.append(("shows", preview.shows))
        if preview.restores_all:
            rows.append(("note", "The page sets every component of the incident to operational by itself."))
        rows += [("note", problem.says) for problem in preview.problems]
        for head, text in rows:
            say_row(f"  {head:<11} ", text)
