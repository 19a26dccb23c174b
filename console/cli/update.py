"""An update from the shell with what it publishes: prepared, shown, and written in one transaction."""

from collections.abc import Iterable, Sequence

import click

from console.cli.context import Shell, fail
from console.cli.output import columns, hint, row
from console.core.language.text import clean
from console.core.log.event import Event, NewEvent
from console.core.log.fold import extend
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.component import SetComponent, components_of
from console.core.subjects.update import PostUpdate
from console.publish.sending.plan import Choices, Context, Preview
from console.publish.sending.publisher import Publisher
from console.publish.targets.folder import Targets
from console.store.ledger import Ledger
from console.store.outbox.message import Queued

SENDS = "An open console sends it, or “warroom publish run --once”."


class Wanted:
    """What the person said about publishing one update."""

    def __init__(self, notify: bool | None, only: Sequence[str], skip: Sequence[str], audience: str) -> None:
        self._notify, self._only, self._skip = notify, only, skip
        self._audience = audience.strip().lower()

    def choices(self, targets: Targets) -> Choices:
        """Ends the command for a target that there is none of, or that `--only` could not reach."""
        only, skip = self._named(targets, self._only), self._named(targets, self._skip)
        for one in only:
            target = targets.get(one)
            if target.audience != self._audience:
                fail(f"{one} gets {target.audience} updates; leave it out, or write the update for that audience.")
            if not target.enabled:
                where = targets.shown_file(target.name)
                fail(f"{one} is switched off; write enabled = true in {where}, or leave it out.")
        left_out = {one for one in targets.names if only and one not in only}
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
    shell: Shell,
    ref: str,
    command: PostUpdate,
    components: Iterable[tuple[str, str]],
    wanted: Wanted,
    *,
    dry_run: bool,
) -> None:
    """Write components, update and messages, all or none; prints the update's id, or with `dry_run` what would go."""
    publisher = Publisher(shell.settings)
    for complaint in publisher.targets.complaints:
        hint(complaint)
    choices = wanted.choices(publisher.targets)
    with shell.ledger(writing=not dry_run) as ledger:
        found = ledger.resolve(ref)
        events, state = _prepared(ledger, found, command, components)
        context = _context(publisher, ledger, found)
        previews = publisher.preview(state, events, context, choices) if context else ()
        if dry_run:
            _show(previews, context)
            _refuse(previews)
            return
        messages = publisher.publish(state, context, choices)(events) if context else ()
        click.echo(ledger.commit(events, messages)[-1].id)
    _tell(previews, context)
    if messages:
        hint(SENDS)
    _warn(previews, messages)


def not_published(shell: Shell, audience: str) -> None:
    """Says so where an update was logged as a line, past the targets that get the updates of its audience."""
    mine = [one.name for one in Targets(shell.settings).all() if one.enabled and one.audience == audience.lower()]
    if mine:
        names = ", ".join(mine)
        hint(clean(f"It is logged, and not published to {names}: only “warroom update” does that.", multiline=False))


def _context(publisher: Publisher, ledger: Ledger, ref: str) -> Context | None:
    """None where nothing could go anywhere: other incidents are not read for nothing."""
    if not publisher.publishes:
        return None
    others = [one for one in ledger.states() if one.open and not one.withdrawn and one.ref != ref]
    return publisher.context(ledger.log, ref, others)


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
    update = ledger.prepare(ref, command)
    return [*changes, *update], _as_if(state, changes)


def _as_if(state: Incident, events: Iterable[NewEvent]) -> Incident:
    """The state as it will be once the events are written."""
    hlc = state.head[0] + 1
    written = (
        Event(one.id, one.incident, "", n, hlc + n, one.actor, one.occurred_at, one.recorded_at, one.body)
        for n, one in enumerate(events)
    )
    return extend(state, written)


def _warn(previews: Sequence[Preview], messages: Sequence[Queued]) -> None:
    """Says what a target will not take as it is. The update is kept all the same, and what goes there can be edited."""
    ids = {one.target: one.id for one in messages}
    for one in previews:
        for problem in one.problems if one.delivery else ():
            if problem.stops:
                said = problem.says.rstrip(".")
                hint(f"{said}; the update is kept: “warroom publish edit {ids[one.target]} --message …” shortens it.")


def _refuse(previews: Sequence[Preview]) -> None:
    """Ends the command when a target would not take the update: nothing was written."""
    for one in previews:
        for problem in one.problems if one.delivery else ():
            if problem.stops:
                said = problem.says.rstrip(".")
                fail(f"{said}; shorten it, or leave that target out with --skip '{one.target}': nothing was posted.")


def _tell(previews: Sequence[Preview], context: Context | None) -> None:
    """On stderr, a line for each target: what goes there, or why nothing does, and what to look at."""
    for one in previews:
        hint(clean(f"{one.target}: {_summary(one, context)}", multiline=False))
        for problem in one.problems if one.delivery else ():
            hint(clean(f"{one.target}: {problem.says}", multiline=False))


def _summary(one: Preview, context: Context | None) -> str:
    if one.delivery is None:
        return one.why
    parts = [f"{part.name or part.id} {part.state}" for part in one.delivery.parts]
    return f"{', '.join([one.delivery.status, *parts, _mail(one, context)])}."


def _mail(one: Preview, context: Context | None) -> str:
    can = context.capabilities.get(one.target) if context else None
    mails = one.delivery is not None and one.delivery.notify and (can is None or can.mails)
    return "mails subscribers" if mails else "mails nobody"


def _show(previews: Sequence[Preview], context: Context | None) -> None:
    """On stdout, for each target, all that would go there."""
    if not previews:
        hint("No target gets this update: there is none for its audience; `warroom target list` shows them.")
    width = columns()
    for number, one in enumerate(previews):
        delivery = one.delivery
        click.echo(("\n" if number else "") + clean(f"{one.target} ({one.audience})", multiline=False))
        if delivery is None:
            click.echo(row("  ", one.why, width))
            continue
        parts = ", ".join(f"{part.name or part.id} → {part.state}" for part in delivery.parts)
        rows = [("title", delivery.title), ("status", delivery.status)]
        rows += [("text" if not n else "", line) for n, line in enumerate(delivery.text.split("\n"))]
        rows += [("components", parts or "none change"), ("mail", _mail(one, context))]
        if one.restores_all:
            rows.append(("note", "The page sets every component of the incident to operational by itself."))
        rows += [("note", problem.says) for problem in one.problems]
        for what, text in rows:
            click.echo(row(f"  {what:<11} ", clean(text, multiline=False), width))
