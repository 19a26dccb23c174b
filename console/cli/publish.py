"""`warroom publish`: what is on its way to status pages and chats, sending it, and what a person decides about it."""

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec.structs import asdict

from console.cli.context import Shell, fail, pass_shell, print_json
from console.cli.output import columns, hint, row
from console.cli.params import length
from console.cli.publish_run import SHOWN, Run, place, sentence
from console.core.language.text import clean, one_line
from console.core.language.times import local_stamp, parse_rfc3339
from console.core.refusal import Refused
from console.core.subjects.update import DecidePublication
from console.export.json.incident import standing_view
from console.publish.provider import Capabilities
from console.publish.registry import provider_class
from console.publish.sending.decisions import confirmed, dropped, edited, resent
from console.publish.sending.message import Delivery
from console.publish.sending.plan import decode_delivery
from console.publish.sending.publisher import Publisher
from console.publish.sending.status import Standing, standings
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.outbox.message import WORDS, Message
from console.store.outbox.outbox import Outbox

LONGEST = 2000
SENDS = "An open console sends it, or “warroom publish run --once”."

json_option = click.option("--json", "as_json", is_flag=True, help="JSON, as described in docs/publishing.md.")


@click.group()
def publish() -> None:
    """What is on its way to status pages and chats: send it, see it, decide about it."""


@publish.command()
@click.option("--once", is_flag=True, help="End when nothing that moves by itself is left.")
@click.option(
    "--for",
    "limit",
    default="",
    metavar="10m",
    help="With --once: wait so long for pages that are down.",
)
@click.option(
    "--dry-run",
    "rehearsal",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Send nothing; write what waits to this file, as JSON lines.",
)
@pass_shell
def run(shell: Shell, once: bool, limit: str, rehearsal: Path | None) -> None:
    """Send what is due; without --once until Ctrl+C, as things become due."""
    longest = length(limit, "--for 10m") if limit else None
    if rehearsal is not None:
        _rehearse(shell, rehearsal)
        return
    with shell.log() as log:
        sending = Run(shell, log)
        if not once:
            sending.on()
            return
        left = sending.once(longest)
    if left:
        fail(left)


def _rehearse(shell: Shell, rehearsal: Path) -> None:
    with shell.log(writing=False) as log:
        report = Publisher(shell.settings, dry_run=rehearsal).sender(log, shell.now).run_once()
    for target, reason in report.blocked.items():
        hint(clean(f"{target}: {reason}", multiline=False))
    count = len(report.sent)
    said = f"{count} message{'' if count == 1 else 's'} written to {rehearsal}; nothing was sent."
    hint(clean(said, multiline=False))
    if report.blocked:
        sys.exit(1)


# Looking


@publish.command()
@click.argument("ref", default="")
@json_option
@pass_shell
def status(shell: Shell, ref: str, as_json: bool) -> None:
    """Show where each target of an incident stands, or of all that were published."""
    with shell.ledger(writing=False) as ledger:
        _print_status(shell, ledger, ledger.resolve(ref) if ref else "", as_json)


def _print_status(shell: Shell, ledger: Ledger, ref: str, as_json: bool) -> list[tuple[str, Standing]]:
    found = _standings(ledger, ref)
    if as_json:
        print_json([{"ref": where, **asdict(standing_view(one))} for where, one in found])
        return found
    if not found:
        hint("Nothing was published yet; an update goes to the targets of its audience (`warroom target list`).")
    wide = max((len(one.target) for _, one in found), default=0)
    for where, one in found:
        click.echo(row(f"{where}  {one.target:<{wide}}  {one.where:<8} ", _said(shell, one), columns()))
    return found


def _standings(ledger: Ledger, ref: str) -> list[tuple[str, Standing]]:
    outbox, now = Outbox(ledger.log), ledger.now()
    by_incident: dict[str, list[Message]] = {}
    for message in outbox.messages(ref or None):
        by_incident.setdefault(message.incident, []).append(message)
    return [
        (incident, one)
        for incident, messages in by_incident.items()
        for one in standings(messages, outbox.placed(incident), now)
    ]


def _said(shell: Shell, one: Standing) -> str:
    until = f"Next try at {local_stamp(one.until, shell.zone, seconds=True)}." if one.until else ""
    left = f"{one.left} messages are left." if one.left > 1 else ""
    return clean(one_line(" ".join(filter(None, (one.says, until, left, one.url))), LONGEST), multiline=False)


@publish.command("list")
@click.argument("ref", default="")
@click.option("--left", is_flag=True, help="Only those that have not arrived.")
@json_option
@pass_shell
def list_(shell: Shell, ref: str, left: bool, as_json: bool) -> None:
    """List messages in the order in which they were approved: id, place, state, tries."""
    with shell.ledger(writing=False) as ledger:
        found = Outbox(ledger.log).messages(ledger.resolve(ref) if ref else None, unfinished=left)
    if as_json:
        print_json([_listed(one) for one in found])
        return
    if not found:
        hint("Nothing is left." if left else "Nothing was published yet.")
    wide = max((len(place(one)) for one in found), default=0)
    for one in found:
        head = f"{one.id[:SHOWN]}  {place(one):<{wide}}  {_status(one):<13}  "
        tries = f"{one.attempts} tr{'y' if one.attempts == 1 else 'ies'}"
        text = one_line(f"{WORDS[one.state]}, {tries}{f': {one.note}' if one.note else ''}", LONGEST)
        click.echo(row(head, clean(text, multiline=False), columns()))


def _listed(one: Message) -> dict[str, Any]:
    return {
        "id": one.id,
        "ref": one.incident,
        "update": one.event,
        "target": one.target,
        "audience": one.audience,
        "status": _status(one) or None,
        "state": one.state,
        "tries": one.attempts,
        "note": one.note or None,
        "due_at": None if one.finished else one.due_at or None,
    }


def _delivery(one: Message) -> Delivery | None:
    """None for a message whose text was erased, or is damaged."""
    try:
        return decode_delivery(one.payload) if one.payload else None
    except msgspec.DecodeError:
        return None


def _status(one: Message) -> str:
    delivery = _delivery(one)
    return delivery.status if delivery else ""


@publish.command()
@click.argument("id")
@json_option
@pass_shell
def show(shell: Shell, id: str, as_json: bool) -> None:
    """Show one message: what it says, and the history of its tries."""
    with shell.log(writing=False) as log:
        one = _one(Outbox(log), id)
        tries = Outbox(log).tries(one.id)
    delivery = _delivery(one)
    if as_json:
        what = {
            "text": delivery.text if delivery else None,
            "notify": delivery.notify if delivery else None,
            "components": {part.name or part.id: part.state for part in delivery.parts} if delivery else {},
            "history": [{"at": each.at, "state": each.state, "says": each.cause or None} for each in tries],
        }
        print_json({**_listed(one), **what})
        return
    rows = [("message", one.id), ("place", place(one)), ("state", f"{WORDS[one.state]}. {one.note}".strip())]
    if delivery is None:
        rows.append(("text", "It was erased."))
    else:
        parts = ", ".join(f"{part.name or part.id} → {part.state}" for part in delivery.parts)
        rows += [("status", delivery.status), ("title", delivery.title)]
        rows += [("text" if not n else "", line) for n, line in enumerate(delivery.text.split("\n"))]
        rows += [("components", parts or "none change"), ("mail", "wanted" if delivery.notify else "none")]
    for what_, text in rows:
        click.echo(row(f"{what_:<11} ", clean(text, multiline=False), columns()))
    for n, each in enumerate(tries):
        click.echo("\nHistory" if not n else "", nl=not n)
        stamp = local_stamp(parse_rfc3339(each.at), shell.zone, seconds=True)
        click.echo(row(f"{stamp}  {each.state:<8} ", clean(each.cause, multiline=False), columns()))


@publish.command()
@click.argument("ref", default="")
@json_option
@pass_shell
def check(shell: Shell, ref: str, as_json: bool) -> None:
    """Read the pages back now, and say where one differs from what was published."""
    with shell.ledger() as ledger:
        incident = ledger.resolve(ref) if ref else ""
        publisher = Publisher(shell.settings)
        for complaint in publisher.targets.complaints:
            hint(complaint)
        sender = publisher.sender(ledger.log, shell.now)
        sender.read_back(timedelta(), only=incident)
        found = _print_status(shell, ledger, incident, as_json)
    unread = [reason for _, reason in sorted(sender.blocked.items())]
    differing = [f"{where} → {one.target}: {one.says}" for where, one in found if one.where == "differs"]
    troubles = [*unread, *differing]
    if len(troubles) > 1:
        fail(f"{len(differing)} pages differ and {len(unread)} targets could not be read: {troubles[0]}")
    if troubles:
        fail(troubles[0])


# What a person orders


def _one(outbox: Outbox, prefix: str) -> Message:
    """The message that is meant, or the end of the command."""
    wanted = prefix.strip().casefold()
    found = [one for one in outbox.messages() if wanted and one.id.startswith(wanted)]
    if len(found) > 1:
        fail(f"{len(found)} messages begin with {wanted}; write more of the id.")
    if not found:
        fail(f"There is no message “{one_line(prefix, 60)}”; “warroom publish list” shows those there are.")
    return found[0]


def _decide(shell: Shell, prefix: str, decide: Callable[[Outbox, Message], DecidePublication]) -> Message:
    """Write a decision about one message into its incident's log, which the outbox obeys; the message afterwards."""
    with shell.ledger() as ledger:
        outbox = Outbox(ledger.log)
        found = _one(outbox, prefix)
        ledger.execute(found.incident, decide(outbox, found))
        return _one(outbox, found.id)


@publish.command()
@click.argument("id", default="")
@click.option("--all", "everything", is_flag=True, help="All that wait, were refused or are doubtful.")
@pass_shell
def retry(shell: Shell, id: str, everything: bool) -> None:
    """Try now: what waits or was refused is sent, what is doubtful is looked for."""
    if everything == bool(id):
        raise click.UsageError("Name one message, or take --all", click.get_current_context())
    if not everything:
        with shell.log() as log:
            one = _one(Outbox(log), id)
            Outbox(log).retry(one.id, shell.now(), shell.actor)
        click.echo(f"{place(one)}: it is tried again.")
        hint(SENDS)
        return
    with shell.log() as log:
        count = _retry_all(shell, log)
    click.echo(f"{count} message{'' if count == 1 else 's'} to be tried again.")
    if count:
        hint(SENDS)


def _retry_all(shell: Shell, log: Log) -> int:
    outbox, count = Outbox(log), 0
    for one in outbox.messages(unfinished=True):
        if one.state in ("retry", "unknown", "ask", "dead"):
            # Another console may have moved it on meanwhile.
            with suppress(Refused):
                outbox.retry(one.id, shell.now(), shell.actor)
                count += 1
    return count


@publish.command()
@click.argument("id")
@pass_shell
def resend(shell: Shell, id: str) -> None:
    """You have looked, and it is not there: send a doubtful message once more."""
    one = _decide(shell, id, lambda outbox, found: resent(found, shell.actor))
    click.echo(f"{place(one)}: it is sent again.")
    hint(SENDS)


@publish.command()
@click.argument("id")
@click.option("--url", default="", metavar="U", help="Where the incident is on the page.")
@click.option("--incident", default="", metavar="THEIRS", help="The incident's id there, where its address lacks it.")
@pass_shell
def confirm(shell: Shell, id: str, url: str, incident: str) -> None:
    """You have looked, and it is there: a doubtful message is done."""

    def seen(outbox: Outbox, found: Message) -> DecidePublication:
        can = _capabilities(shell, found.target)
        return confirmed(outbox, found, shell.actor, url=url, incident=incident, can=can)

    click.echo(f"{place(_decide(shell, id, seen))}: it is there.")


def _capabilities(shell: Shell, target: str) -> Capabilities | None:
    try:
        return provider_class(Publisher(shell.settings).targets.get(target).provider).capabilities
    except Refused:
        return None


@publish.command()
@click.argument("id")
@click.option("--message", metavar="T", help="The new text; - reads it from standard input.")
@click.option("--without", multiple=True, metavar="C", help="Leave this component as it is there; once for each.")
@pass_shell
def edit(shell: Shell, id: str, message: str | None, without: tuple[str, ...]) -> None:
    """Give a message that is not on its page another text or less components, and send that; the timeline tells it."""
    if message is None and not without:
        fail("Say what is to be different: --message with the new text, or --without with a component.")
    text = sys.stdin.buffer.read(1_000_000).decode("utf-8", "replace") if message == "-" else message
    one = _decide(shell, id, lambda outbox, found: edited(found, text, shell.actor, without))
    click.echo(f"{place(one)}: it is sent as you said.")
    hint(SENDS)


@publish.command()
@click.argument("id")
@pass_shell
def drop(shell: Shell, id: str) -> None:
    """Give a message up; those behind it go on."""
    one = _decide(shell, id, lambda outbox, found: dropped(found, shell.actor))
    click.echo(f"{place(one)}: dropped. {sentence(one.note)}".rstrip())


COMMANDS = (publish,)
