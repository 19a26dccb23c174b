"""The work of the commands that put an incident, or its postmortem, on pages once it is over."""

from collections.abc import Collection, Sequence

from console.cli.context import Shell, fail
from console.cli.output import hint, out, say, say_row
from console.cli.retitle import SENDS
from console.core.log.event import Event
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.backfill import BackfillIncident
from console.core.subjects.public_postmortem import PublishPostmortem
from console.core.subjects.update import updates_of
from console.export.updates.announce import customer_page
from console.export.updates.redact_names import public_words_doubt
from console.library.templates import Templates
from console.publish.sending.afterwards import backfill_previews, postmortem_previews, shown_rows
from console.publish.sending.content import postmortem_there
from console.publish.sending.plan import Context, Preview
from console.publish.sending.publisher import Publisher
from console.store.ledger import Ledger


def backfill(shell: Shell, ref: str, to: Sequence[str], title: str, *, dry_run: bool) -> None:
    """Put a past incident on the pages that are named, or on all that can show it. May raise Refused."""
    shell.no_json_of(dry_run=dry_run)
    with shell.ledger(writing=not dry_run) as ledger:
        ref = ledger.resolve(ref)
        publisher, state, context = _looked_up(shell, ledger, ref)
        previews = _of(publisher, backfill_previews(state, context, title), to)
        if dry_run:
            _show(previews, context)
            return
        targets = _going(previews, named=bool(to))
        updates = updates_of(state, "public")
        _point_out(shell, public_words_doubt(state, *(update.text for update in updates)), previews)
        seen = tuple(update.id for update in updates)
        command = BackfillIncident(actor=shell.actor, targets=targets, updates=seen, public_title=title)
        tell(shell, ledger, ref, ledger.execute(ref, command, publish=publisher.afterwards(state, context)))


def postmortem(
    shell: Shell, ref: str, to: Sequence[str], text: str | None, *, accept: bool, notify: bool, dry_run: bool
) -> None:
    """Publish a text as the postmortem, or the draft with `accept`; an empty text withdraws it.

    Without either the draft is printed.
    """
    shell.no_json_of(dry_run=dry_run)
    with shell.ledger(writing=not dry_run and (accept or text is not None)) as ledger:
        ref = ledger.resolve(ref)
        publisher, state, context = _looked_up(shell, ledger, ref)
        if text is None:
            draft, complaint = customer_page(state, ledger.now(), shell.zone, templates=Templates(shell.settings))
            hint(complaint)
            if not accept and not dry_run:
                out(draft)
                hint("Nothing is published. Edit it, and publish it with --message; --accept takes it as it stands.")
                return
            text = draft
        if not text.strip():
            _withdraw(shell, ledger, publisher, state, context, to)
            return
        names = [target.name for target in context.targets] if notify else []
        previews = _of(publisher, postmortem_previews(state, context, text, names), to)
        if dry_run:
            _show(previews, context)
            return
        command = PublishPostmortem(actor=shell.actor, targets=_going(previews, named=bool(to)), text=text)
        _point_out(shell, public_words_doubt(state, text), previews)
        tell(shell, ledger, ref, ledger.execute(ref, command, publish=publisher.afterwards(state, context, names)))


def _withdraw(
    shell: Shell, ledger: Ledger, publisher: Publisher, state: Incident, context: Context, to: Sequence[str]
) -> None:
    shown = [target for target, messages in context.messages.items() if postmortem_there(messages, coming=True)]
    targets = tuple(publisher.targets.get(name).name for name in to) or tuple(shown)
    if not targets:
        fail("No page shows a postmortem from here.")
    command = PublishPostmortem(actor=shell.actor, targets=targets, text="")
    tell(shell, ledger, state.ref, ledger.execute(state.ref, command, publish=publisher.afterwards(state, context)))


def _looked_up(shell: Shell, ledger: Ledger, ref: str) -> tuple[Publisher, Incident, Context]:
    publisher = Publisher(shell.settings)
    hint(*publisher.targets.complaints)
    return publisher, ledger.state(ref), publisher.context(ledger.log, ref, ())


def _of(publisher: Publisher, previews: Sequence[Preview], to: Collection[str]) -> Sequence[Preview]:
    """Those of the targets that were named, or all. Raises Refused for a name that there is none of."""
    names = {publisher.targets.get(name).name for name in to}
    for name in sorted(names - {preview.target for preview in previews}):
        raise Refused(f"{name} gets no updates for the public, or is switched off.", "target")
    return [preview for preview in previews if not names or preview.target in names]


def _going(previews: Sequence[Preview], *, named: bool) -> tuple[str, ...]:
    """The targets that get it; ends the command where none does."""
    stops = {preview.target: next((each.says for each in preview.problems if each.stops), "") for preview in previews}
    for preview in previews:
        why = preview.why or stops[preview.target]
        if why and named:
            fail(why)
        if why:
            hint(f"{preview.target}: {why}")
    going = tuple(preview.target for preview in previews if preview.delivery and not stops[preview.target])
    if not going:
        fail("No page gets it; “warroom target list” shows the targets.")
    return going


def _point_out(shell: Shell, doubt: str, previews: Sequence[Preview]) -> None:
    """Ask about words that go to the public, and tell what else there is to look at."""
    shell.point_out(doubt)
    for preview in previews:
        for problem in preview.problems:
            if not problem.stops:
                shell.remark(preview.target, problem.says)


def _show(previews: Sequence[Preview], context: Context) -> None:
    """Print all that each page would get, letter for letter."""
    if not previews:
        hint("No target gets updates for the public; “warroom target list” shows them.")
    for number, preview in enumerate(previews):
        if number:
            out()
        say(preview.target)
        if preview.delivery is None:
            say_row("  ", preview.why)
            continue
        can = context.capabilities.get(preview.target)
        rows = shown_rows(preview.delivery, one_text=bool(can and can.one_text))
        for head, text in (*rows, *(("note", problem.says) for problem in preview.problems)):
            say_row(f"  {head:<22} ", text)


def tell(shell: Shell, ledger: Ledger, ref: str, written: Sequence[Event], *, sends: bool = True) -> None:
    """Print the words of the entries that were written, and with `sends` who sends them."""
    entries = ledger.state(ref).entries
    for entry in filter(None, (entries.get(event.id) for event in written)):
        shell.tell(entry.text)
    if sends:
        hint(SENDS)
