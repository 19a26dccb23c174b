"""`warroom publish`: what is on its way to status pages and chats, sending it, and what a person decides about it."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from msgspec.structs import asdict

from console.cli import publish_after as after
from console.cli.context import Shell, fail, from_input, print_json
from console.cli.output import hint, out, say_row
from console.cli.params import command, json_in_place, json_option, length_option
from console.cli.publish_run import (
    ID_CHARS,
    Run,
    delivery_rows,
    how_to_settle,
    how_to_settle_read,
    place,
    sentence,
)
from console.cli.retitle import SENDS
from console.core.language.text import counted, one_line
from console.core.language.times import local_stamp, parse_rfc3339
from console.core.log.grounds import lost_by_update
from console.core.refusal import Refused
from console.core.subjects.update import DecidePublication, updates_of
from console.export.json.incident import standing_view
from console.export.updates.redact_names import public_words_doubt
from console.publish.provider import Capabilities, OpenThere
from console.publish.registry import provider_class
from console.publish.sending.decisions import confirmed, dropped, edited, resent, taken
from console.publish.sending.differences import Difference
from console.publish.sending.message import decode_delivery, update_of
from console.publish.sending.publisher import Publisher, open_differences
from console.publish.sending.settling import Act, Place
from console.publish.sending.settling import settle as settling
from console.publish.sending.status import Standing, against, standings
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.outbox.message import STATE_WORDS, Message
from console.store.outbox.outbox import Outbox

MAX_TEXT_CHARS = 2000


@click.group()
def publish() -> None:
    """The outbox: send, list and decide about messages to status pages and chats."""


@command(group=publish, example="--once")
@click.option("--once", is_flag=True, help="End when nothing that moves by itself is left.")
@length_option("--for", "limit", metavar="10m", help="With --once: wait so long for pages that are down.")
@click.option(
    "--dry-run",
    "rehearsal",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Send nothing; write what waits to this file, as JSON lines.",
)
@json_in_place("With --once: the messages that this run had to do with, as `warroom publish list` has them.")
def run(shell: Shell, once: bool, limit: timedelta | None, rehearsal: Path | None) -> None:
    """Send what is due; without --once until Ctrl+C, as things become due."""
    if shell.as_json and (rehearsal or not once):
        raise click.UsageError("--json tells what --once has sent; leave it out, or take --once without --dry-run")
    if rehearsal is not None:
        _rehearse(shell, rehearsal)
        return
    shell.check_writable()
    with shell.log() as log:
        sending = Run(shell, log)
        if not once:
            sending.on()
            return
        outbox = Outbox(log)
        newest, waited = outbox.newest(), {message.id for message in outbox.messages(unfinished=True)}
        left = sending.once(limit)
        if shell.as_json:
            print_json([_listed(each) for each in outbox.messages() if each.id in waited or each.n > newest])
    if left:
        fail(left)


def _rehearse(shell: Shell, rehearsal: Path) -> None:
    with shell.log(writing=False) as log:
        report = Publisher(shell.settings, dry_run=rehearsal).sender(log, shell.now).run_once()
    hint(*(f"{target}: {reason}" for target, reason in report.blocked.items()))
    hint(f"{counted(len(report.sent), 'message')} written to {rehearsal}; nothing was sent.")
    if report.blocked:
        sys.exit(1)


# Looking


@command("[ref]", group=publish, example="K7Q2")
@json_option("publishing")
def status(shell: Shell, ref: str, as_json: bool) -> None:
    """Show where each target of an incident stands, or of all that were published."""
    with shell.ledger(writing=False) as ledger:
        _print_status(shell, ledger, ledger.resolve(ref) if ref else "", as_json)


def _print_status(shell: Shell, ledger: Ledger, ref: str, as_json: bool) -> list[tuple[str, Standing]]:
    outbox, now, own = Outbox(ledger.log), ledger.now(), ledger.log.origin
    tracking = Publisher(shell.settings).tracking
    by_incident: dict[str, list[Message]] = {}
    for message in outbox.messages(ref or None):
        by_incident.setdefault(message.incident, []).append(message)
    rows = [
        (incident, standing)
        for incident, messages in by_incident.items()
        for standing in against(
            ledger.state(incident), standings(messages, outbox.placed(incident), now, own, tracking)
        )
    ]
    if as_json:
        print_json([{"ref": incident, **asdict(standing_view(standing))} for incident, standing in rows])
        return rows
    if not rows:
        hint("Nothing was published yet; an update goes to the targets of its audience (`warroom target list`).")
    wide = max((len(standing.target) for _, standing in rows), default=0)
    for incident, standing in rows:
        until = f"Next try at {local_stamp(standing.until, shell.zone, seconds=True)}." if standing.until else ""
        left = f"{standing.left} messages are left." if standing.left > 1 else ""
        text = one_line(" ".join(filter(None, (standing.says, until, left, standing.url))), MAX_TEXT_CHARS)
        say_row(f"{incident}  {standing.target:<{wide}}  {standing.where:<8} ", text)
        hint(*map(how_to_settle, standing.unsettled))
        hint(*(how_to_settle_read(standing.target, each) for each in standing.differences))
    return rows


@command("[ref]", group=publish, name="list", pages=True, example="--left")
@click.option("--left", is_flag=True, help="Only those that have not arrived.")
@json_option("publishing")
def list_(shell: Shell, ref: str, left: bool, as_json: bool) -> None:
    """List messages in the order in which they were approved: id, place, state, tries."""
    with shell.ledger(writing=False) as ledger:
        messages = Outbox(ledger.log).messages(ledger.resolve(ref) if ref else None, unfinished=left)
    if as_json:
        print_json([_listed(message) for message in messages])
        return
    if not messages:
        hint("Nothing is left." if left else "Nothing was published yet.")
    wide = max((len(place(message)) for message in messages), default=0)
    for message in messages:
        tries = f"{message.attempts} tr{'y' if message.attempts == 1 else 'ies'}"
        text = one_line(
            f"{STATE_WORDS[message.state]}, {tries}{f': {message.note}' if message.note else ''}", MAX_TEXT_CHARS
        )
        say_row(
            f"{message.id[:ID_CHARS]}  {place(message):<{wide}}  {_change(message) or _status(message):<13}  ",
            text,
        )


def _listed(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "ref": message.incident,
        "update": update_of(message.event, decode_delivery(message.payload)),
        "target": message.target,
        "audience": message.audience,
        "status": _status(message) or None,
        "change": _change(message) or None,
        "state": message.state,
        "tries": message.attempts,
        "note": message.note or None,
        "due_at": None if message.finished else message.due_at or None,
    }


def _change(message: Message) -> str:
    """Its act on what is there, such as edit; tell, of what happens beside updates; empty where it brings an update."""
    delivery = decode_delivery(message.payload)
    return delivery.change.act if delivery and delivery.change else ""


def _status(message: Message) -> str:
    delivery = decode_delivery(message.payload)
    return delivery.status if delivery else ""


@command("id", group=publish, pages=True, example="4")
@json_option("publishing")
def show(shell: Shell, id: str, as_json: bool) -> None:
    """Show one message: what it says, and the history of its tries."""
    with shell.log(writing=False) as log:
        message = _message(Outbox(log), id)
        tries = Outbox(log).tries(message.id)
    delivery = decode_delivery(message.payload)
    if as_json:
        details = {
            "text": delivery.text if delivery else None,
            "notify": delivery.notify if delivery else None,
            "components": {part.name or part.id: part.state for part in delivery.parts} if delivery else {},
            "history": [{"at": step.at, "state": step.state, "says": step.cause or None} for step in tries],
        }
        print_json({**_listed(message), **details})
        return
    state = f"{STATE_WORDS[message.state]}. {message.note}".strip()
    rows = [("message", message.id), ("place", place(message)), ("state", state)]
    if delivery is None:
        rows.append(("text", "It was erased."))
    else:
        if delivery.change:
            rows.append(("change", delivery.change.act))
        rows += [("status", delivery.status), ("title", delivery.title)]
        rows += delivery_rows(delivery, "wanted" if delivery.notify else "none")
    for head, text in rows:
        say_row(f"{head:<11} ", text)
    if tries:
        out("\nHistory")
    for step in tries:
        stamp = local_stamp(parse_rfc3339(step.at), shell.zone, seconds=True)
        say_row(f"{stamp}  {step.state:<8} ", step.cause)


@command("[ref]", group=publish, example="K7Q2")
@json_option("publishing")
def check(shell: Shell, ref: str, as_json: bool) -> None:
    """Read the pages back now, and say where one differs from what was published."""
    shell.check_writable()
    with shell.ledger() as ledger:
        incident = ledger.resolve(ref) if ref else ""
        publisher = Publisher(shell.settings)
        hint(*publisher.targets.complaints)
        sender = publisher.sender(ledger.log, shell.now)
        sender.read_back(timedelta(), incident=incident)
        rows = _print_status(shell, ledger, incident, as_json)
        hint(*(f"{target} cannot be read from here: look at what it shows." for target in sender.unreadable))
        refs = dict.fromkeys([incident] if incident else [ref for ref, _ in rows])
        states = [ledger.state(ref) for ref in refs]
    losses = [
        (state.ref, loss) for state in states for update in updates_of(state) for loss in lost_by_update(state, update)
    ]
    unread = [reason for _, reason in sorted(sender.blocked.items())]
    differing = [f"{ref} → {standing.target}: {standing.says}" for ref, standing in rows if standing.where == "differs"]
    if losses and not as_json:
        out("\nWith a source that changed")
    for ref, loss in losses if not as_json else ():
        say_row(f"{ref} {loss.where} ", loss.words)
    lost = [f"{ref} {loss.where} {loss.words}." for ref, loss in losses]
    troubles = [*unread, *differing, *lost]
    if len(troubles) > 1:
        sentences = f"{counted(len(losses), 'sentence')} with a source that changed" if losses else ""
        counts = f"{len(differing)} pages differ and {len(unread)} targets could not be read"
        fail(f"{', '.join(filter(None, (counts, sentences)))}: {troubles[0]}")
    if troubles:
        fail(troubles[0])


# What a person orders


def _message(outbox: Outbox, prefix: str) -> Message:
    """The message that is meant, or the end of the command."""
    wanted = prefix.strip().casefold()
    messages = [message for message in outbox.messages() if wanted and message.id.startswith(wanted)]
    if len(messages) > 1:
        fail(f"{len(messages)} messages begin with {wanted}; write more of the id.")
    if not messages:
        fail(f"There is no message “{one_line(prefix, 60)}”; “warroom publish list” shows those there are.")
    return messages[0]


def _decide(shell: Shell, prefix: str, decide: Callable[[Outbox, Message], DecidePublication]) -> Message:
    """Write a decision about one message into its incident's log, which the outbox obeys; the message afterwards."""
    with shell.ledger() as ledger:
        outbox = Outbox(ledger.log)
        message = _message(outbox, prefix)
        command = decide(outbox, message)
        loud = public_words_doubt(ledger.state(message.incident), command.text or "")
        shell.point_out(loud if message.audience == "public" else "")
        ledger.execute(message.incident, command)
        return _message(outbox, message.id)


@command("[id]", group=publish, example="--all")
@click.option("--all", "everything", is_flag=True, help="All messages that wait, were refused or are doubtful.")
@json_in_place("The messages as JSON, as `warroom publish list` has them.")
def retry(shell: Shell, id: str, everything: bool) -> None:
    """Try messages now: send those waiting or refused, look for doubtful ones."""
    if everything == bool(id):
        raise click.UsageError("Name one message, or take --all", click.get_current_context())
    if not everything:
        with shell.log() as log:
            message = _message(Outbox(log), id)
            Outbox(log).retry(message.id, shell.now(), shell.actor)
            _tell_retried(shell, log, [message.id], f"{place(message)}: it is tried again.")
        return
    retried = []
    with shell.log() as log:
        outbox = Outbox(log)
        for message in outbox.messages(unfinished=True):
            if message.state in ("retry", "unknown", "ask", "dead"):
                # Another console may have moved it on meanwhile.
                with suppress(Refused):
                    outbox.retry(message.id, shell.now(), shell.actor)
                    retried.append(message.id)
        _tell_retried(shell, log, retried, f"{counted(len(retried), 'message')} to be tried again.")


def _tell_retried(shell: Shell, log: Log, ids: list[str], sentence: str) -> None:
    shell.tell(sentence)
    if shell.as_json:
        print_json([_listed(message) for message in map(Outbox(log).message, ids) if message])
    if ids:
        hint(SENDS)


@command("id", group=publish, writes=True, example="4")
def resend(shell: Shell, id: str) -> None:
    """Send a doubtful message again: you looked, and it is not on the page."""
    message = _decide(shell, id, lambda outbox, message: resent(message, shell.actor))
    shell.tell(f"{place(message)}: it is sent again.")
    hint(SENDS)


@command("id", group=publish, writes=True, example="4 --url https://status.example.com/incidents/1")
@click.option("--url", default="", metavar="U", help="Where the incident is on the page.")
@click.option("--incident", default="", metavar="THEIRS", help="The incident's id there, where its address lacks it.")
def confirm(shell: Shell, id: str, url: str, incident: str) -> None:
    """Mark a doubtful message as published: you looked, and it is on the page."""

    def seen(outbox: Outbox, message: Message) -> DecidePublication:
        can: Capabilities | None = None
        with suppress(Refused):
            can = provider_class(Publisher(shell.settings).targets.get(message.target).provider).capabilities
        return confirmed(outbox, message, shell.actor, url=url, incident=incident, can=can)

    shell.tell(f"{place(_decide(shell, id, seen))}: it is on the page.")


@command("id", group=publish, writes=True, example='4 --message "Checkout fails for some users."')
@click.option("--message", metavar="T", help="The new text; - reads it from standard input.")
@click.option("--without", multiple=True, metavar="C", help="Leave this component as it is there; once for each.")
def edit(shell: Shell, id: str, message: str | None, without: tuple[str, ...]) -> None:
    """Edit a message that is not on its page, or drop components from it, and send that; the timeline records it."""
    if message is None and not without:
        fail("Say what is to be different: --message with the new text, or --without with a component.")
    text = from_input(message) if message is not None else None
    edit = _decide(shell, id, lambda outbox, message: edited(message, text, shell.actor, without))
    shell.tell(f"{place(edit)}: it is sent as you said.")
    hint(SENDS)


@command("id", group=publish, writes=True, example='4 --edit "Card payments fail for some customers."')
@click.option("--edit", metavar="T", help="The page says this in its place; nobody is mailed. - reads it from stdin.")
@click.option("--remove", is_flag=True, help="The page no longer has the update.")
@click.option("--take-down", is_flag=True, help="The page no longer has the incident; the next update opens a new one.")
@click.option("--correct", metavar="T", help="Another update corrects it; - reads it from standard input.")
@click.option("--status", metavar="S", help="With --correct: its status; default: that of the last update that stands.")
@click.option("--again", is_flag=True, help="The page gets it once more, where it is gone and stands here.")
@click.option("--ours", is_flag=True, help="The page gets our words, title or status.")
@click.option("--theirs", is_flag=True, help="The log takes over what the page says.")
@click.option("--leave", metavar="REASON", help="The page keeps it.")
def settle(
    shell: Shell, id: str, edit: str | None, remove: bool, take_down: bool, correct: str | None, status: str | None,
    again: bool, ours: bool, theirs: bool, leave: str | None,
) -> None:  # fmt: skip
    """Decide what becomes of an update on its page, or of a difference that was read there."""
    given: dict[Act, bool] = {
        "changed": edit is not None,
        "removed": remove,
        "taken_down": take_down,
        "corrected": correct is not None,
        "sent": again,
        "left": leave is not None,
        "renamed": ours,
        "taken": theirs,
    }
    ways = [way for way in given if given[way]]
    if len(ways) != 1 or (status is not None and correct is None):
        raise click.UsageError(
            "Say one of --edit, --remove, --take-down, --correct, --again, --ours, --theirs and --leave"
        )
    text = from_input(edit if edit is not None else correct or "")
    with shell.ledger() as ledger:
        difference = _difference(shell, ledger, id)
        message = None if difference else _message(Outbox(ledger.log), id)
        ref, target = difference[:2] if difference else (message.incident, message.target) if message else ("", "")
        update = update_of(message.event, decode_delivery(message.payload)) if message else ""
        state, publisher = ledger.state(ref), Publisher(shell.settings)
        others = [other for other in ledger.states() if other.open and not other.withdrawn and other.ref != ref]
        context = publisher.context(ledger.log, ref, others, maintenance=state.maintenance)
        open_ = next((each for each in open_differences(ledger.log, state)
                      if (each.target, each.update) == (target, update)), None)  # fmt: skip
        if difference is not None:
            there = publisher.place_read(context, state, target, difference[2])
        elif open_ is not None:
            there = publisher.place(context, state, open_)
        else:
            there = publisher.place_on(context, state, target, update)
        way = _way(ways[0], there)
        command = settling(state, [(there, way)], shell.actor, text=text, reason=leave or "", status=status or "")
        read = there if difference else None
        shell.point_out(public_words_doubt(state, text) if there.audience == "public" else "")
        written = ledger.execute(ref, command, publish=publisher.settling(state, context, command, read))
        after.tell(shell, ledger, ref, written, sends=ways[0] not in ("left", "taken"))


def _difference(shell: Shell, ledger: Ledger, prefix: str) -> tuple[str, str, Difference] | None:
    """The difference that was read on a page, by its id: the incident, the target, and itself; None for none."""
    wanted, outbox = prefix.strip().casefold(), Outbox(ledger.log)
    refs = dict.fromkeys(message.incident for message in outbox.messages())
    for ref in refs if wanted else ():
        known = Publisher(shell.settings).standings(ledger.log, ref, ledger.now())
        if not any(standing.where == "differs" or standing.messages for standing in known):
            continue
        for standing in against(ledger.state(ref), known):
            for each in standing.differences:
                if each.id(standing.target).startswith(wanted):
                    return ref, standing.target, each
    return None


def _way(option: Act, place: Place) -> Act:
    """The way of a place that an option means."""
    means: dict[Act, tuple[Act, ...]] = {
        "left": ("left_off", "left"),
        "sent": ("sent", "anew"),
        "renamed": ("renamed", "changed", "corrected"),
    }
    return next((way for way in means.get(option, ()) if way in place.ways), option)


@command("ref target [their_id]", group=publish, example="K7Q2 status 01FCNDV6P870EA6S7TK1DSYDG0")
@click.option("--new", is_flag=True, help="Leave it to another incident of ours that has it, too; open a new one.")
@json_option("publishing")
def adopt(shell: Shell, ref: str, target: str, their_id: str, new: bool, as_json: bool) -> None:
    """Have updates go to an incident that was opened on a page by hand; without THEIR_ID, list the open ones."""
    if new and their_id:
        raise click.UsageError("--new opens one of its own; leave out THEIR_ID")
    shell.as_json = as_json
    with shell.ledger(writing=bool(their_id) or new) as ledger:
        publisher, log = Publisher(shell.settings), ledger.log
        hint(*publisher.targets.complaints)
        state, name = ledger.state(ledger.resolve(ref)), publisher.targets.get(target).name
        context, view = publisher.context(log, state.ref, (), maintenance=state.maintenance), None
        if new:
            command = publisher.letting_go(log, state, context, name, shell.actor)
        else:
            there = publisher.open_there(log, state, context, name)
            if not their_id:
                _print_open(there, name, as_json)
                return
            chosen = next((each for each in there if each.id == their_id), None)
            if chosen is None:
                unknown = f"{name} has no open incident “{one_line(their_id, 60)}” that is not known here"
                fail(f"{unknown}; “warroom publish adopt {state.ref} {name}” lists those there are.")
            command, view = publisher.adopting(name, chosen, shell.actor)
        publish = publisher.adopted(log, state, context, command, view)
        after.tell(shell, ledger, state.ref, ledger.execute(state.ref, command, publish=publish))


def _print_open(there: Sequence[OpenThere], target: str, as_json: bool) -> None:
    if as_json:
        print_json([{"id": each.id, "title": each.title, "status": each.status} for each in there])
        return
    if not there:
        hint(f"{target} has no open incident that is not known here.")
    wide = max((len(each.id) for each in there), default=0)
    for each in there:
        say_row(f"{each.id:<{wide}}  {each.status or '':<13}  ", one_line(each.title, MAX_TEXT_CHARS))


_to_option = click.option("--to", multiple=True, metavar="TARGET", help="This page only; once for each.")


# Once it is over


@command("ref", group=publish, writes=True, example="K7Q2 --to status")
@_to_option
@click.option("--title", default="", metavar="T", help="What status pages call the incident from now on.")
@click.option("--dry-run", is_flag=True, help="Show what each page would get, or why it gets nothing; write nothing.")
def backfill(shell: Shell, ref: str, to: tuple[str, ...], title: str, dry_run: bool) -> None:
    """Put a past incident on pages, with its public updates at their moments; nobody is mailed."""
    after.backfill(shell, ref, to, title, dry_run=dry_run)


@command("ref", group=publish, writes=True, example="K7Q2 --message -")
@_to_option
@click.option("--message", metavar="T", help="What customers read; - reads it from standard input.")
@click.option("--accept", is_flag=True, help="Take the draft as it stands.")
@click.option("--withdraw", is_flag=True, help="Take the postmortem off the pages that show it.")
@click.option("--notify", is_flag=True, help="Mail subscribers, where the page can; default: nobody.")
@click.option("--dry-run", is_flag=True, help="Show what each page would get, or why it gets nothing; write nothing.")
def postmortem(
    shell: Shell, ref: str, to: tuple[str, ...], message: str | None, accept: bool, withdraw: bool, notify: bool,
    dry_run: bool,
) -> None:  # fmt: skip
    """Publish the postmortem's public part, change it or withdraw it; without a text, print the draft of it."""
    if sum((message is not None, accept, withdraw)) > 1:
        raise click.UsageError("Give one of --message, --accept and --withdraw.")
    text = from_input(message) if message is not None else None
    after.postmortem(shell, ref, to, "" if withdraw else text, accept=accept, notify=notify, dry_run=dry_run)


@command("id", group=publish, writes=True, example="4")
def take(shell: Shell, id: str) -> None:
    """Take over a message that another console is to send, once that one is gone; it is looked for first."""
    with shell.ledger() as ledger:
        outbox = Outbox(ledger.log)
        message = _message(outbox, id)
        ledger.execute(message.incident, taken(outbox, message, shell.actor))
        message = _message(outbox, message.id)
    shell.tell(f"{place(message)}: {message.author}'s console no longer sends it, this one does.")
    hint(SENDS)


@command("id", group=publish, writes=True, example="4")
def drop(shell: Shell, id: str) -> None:
    """Drop a message; those behind it are sent."""
    message = _decide(shell, id, lambda outbox, message: dropped(message, shell.actor))
    shell.tell(f"{place(message)}: dropped. {sentence(message.note)}".rstrip())


COMMANDS = (publish,)
