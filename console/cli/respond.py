"""Commands that write: declare, log, and what changes an incident."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
import msgspec

from console.app.settings import exports_folder
from console.cli import streams
from console.cli.component import stated
from console.cli.context import Shell, ask, fail
from console.cli.output import hint
from console.cli.params import ahead_option, at_option, command, pairs_option
from console.core.language.checks import next_doubt, stated_next
from console.core.language.grammar import Line, Slash, command_doubt, day_and_time, left_times, long_ago_doubt
from console.core.language.time_doubt import time_doubt
from console.core.language.when import Ahead, parse_ahead
from console.core.log.command import Command, note_behind
from console.core.log.completion import slash_doubt
from console.core.log.event import Event
from console.core.log.registry import WORDS
from console.core.log.slash import command_for, correction, read_typed
from console.core.refusal import Refused
from console.core.subjects.clock import SnoozeClock
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.done import Finish
from console.core.subjects.entry import LogEntry
from console.core.subjects.handoff import AcceptHandoff, OfferHandoff
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.undo import EntryRedacted, RedactEntry, Undo
from console.core.subjects.update import PostUpdate
from console.export.erasing import others, reach, remarks, unreached
from console.store.copies import Copies, holding
from console.store.ledger import Decided, Ledger, nothing_decided
from console.store.log import Log
from console.store.outbox.outbox import Outbox

RENEW = "`warroom backup --renew` removes the backups and makes a new one."


@command("title...", writes=True, example='"Checkout errors" --sev SEV2')
@click.option("--sev", "severity", required=True, metavar="SEVERITY", help="The severity, such as SEV1.")
@click.option("--playbook", default="", help="The process to follow; else that of settings.toml, else standard.")
@click.option("--drill", is_flag=True, help="An exercise: nothing of it is ever published.")
@click.option("--retrospective", is_flag=True, help="Retrospective: no clocks, no advice, only the record.")
@at_option()
def declare(shell: Shell, playbook: str, **fields: Any) -> None:
    """Declare an incident; prints its reference and nothing else."""
    with shell.ledger() as ledger:
        command = DeclareIncident(actor=shell.actor, **fields)
        if not command.retrospective:
            shell.point_out(long_ago_doubt(command.at, ledger.now(), shell.zone))
        shell.tell(ledger.declare(command, shell.playbook(playbook)))


@command("ref text...", writes=True, example='K7Q2 "-4m ! rolled back the deploy"')
@at_option()
@click.option("--kind", help="note, finding, action, decision or hypothesis, instead of a marker.")
def log(shell: Shell, ref: str, text: str, at: datetime | None, kind: str | None) -> None:
    """Log a line, written as in the prompt; prints the entry's id. With - as TEXT: every line of the input."""
    with shell.ledger() as ledger:
        ref = ledger.resolve(ref)
        if text == "-":
            _log_input(shell, ledger, ref, at, kind)
            return
        read = read_typed(text, now=ledger.now(), zone=shell.zone)
        if at is not None and read.occurred_at is not None:
            raise Refused("The line has a time of its own; leave out --at, or the time in the line.", "at")
        shell.tell(log_line(shell, ledger, ref, text, at, kind))
        if isinstance(read, Line) and at is None:
            hint(*(f"“{time}” stays in the text." for time in left_times(read)[:1]))


def log_line(shell: Shell, ledger: Ledger, ref: str, text: str, at: datetime | None, kind: str | None = None) -> str:
    """Writes one line as the prompt would; the id of what it made. A time in the line goes before `at`."""
    now = ledger.now()
    read = read_typed(text, now=now, zone=shell.zone)
    command: Command
    if kind is not None and (isinstance(read, Slash) or read.kind not in ("note", kind.strip().lower())):
        own = "is a command" if isinstance(read, Slash) else f"has the marker of a {read.kind}"
        raise Refused(f"The line {own}; leave out --kind, or that.", "kind")
    if isinstance(read, Line) and kind is not None:
        command = LogEntry(
            actor=shell.actor,
            at=read.occurred_at or at,
            text=read.text,
            kind=kind.strip().lower(),
            tags=read.tags,
            people=read.people,
        )
    else:
        command = command_for(read, ledger.state(ref), actor=shell.actor, now=now, zone=shell.zone, at=at)
    shell.point_out(time_doubt(text, now=now, zone=shell.zone))
    if isinstance(read, Slash):
        shell.point_out(command_doubt(read.argument))
    else:
        shell.point_out(slash_doubt(read, ledger.state(ref), shell.actor))
    if isinstance(command, PostUpdate):
        from console.cli.update import log_unpublished

        return log_unpublished(shell, ledger, ref, command)
    return shell.execute(ledger, ref, command)[0].id


_EXAMPLES: Mapping[str, str] = {
    "assign": "2 rs",
    "component": "checkout partial",
    "escalate": "database on-call",
    "ic": "ana",
    "impact": "30 % of checkouts fail",
    "link": "part of QX3M",
    "milestone": "mitigated 14:32",
    "move": "last to QX3M",
    "note": "asked the vendor",
    "reopen": "1",
    "rollback-plan": "restore the snapshot of 14:00",
    "round": "@db pool full / @web 20 % 5xx / @net ok",
    "ruled-out": "1 no errors before the deploy",
    "silence": "no-scribe only staff is affected",
    "supported": "1 the pool is full",
    "ticket": "1 OPS-12",
    "title": "Checkout fails in EU",
    "uncheck": "first-five-minutes/2",
}
"""Words behind the reference in the example of each slash word."""


def slash_command(word: str) -> click.Command:
    """The command of a slash word that has none of its own: `warroom assign K7Q2 2 rs` writes `/assign 2 rs`."""

    text = f"As {WORDS[word].form} in the prompt; prints the entry's id."

    @command("ref [text...]", name=word, writes=True, help=text, example=f"K7Q2 {_EXAMPLES.get(word, '')}".strip())
    @at_option()
    def write(shell: Shell, ref: str, text: str, at: datetime | None) -> None:
        with shell.ledger() as ledger:
            shell.tell(log_line(shell, ledger, ledger.resolve(ref), f"/{word} {text}".strip(), at))

    return write


def _log_input(shell: Shell, ledger: Ledger, ref: str, at: datetime | None, kind: str | None) -> None:
    """Logs each line of the input; one that is refused is told on stderr, and the others are logged all the same.

    Each line is committed, and its id printed, before the next is read: a reader of the ids loses nothing.
    """
    some_refused = False
    for number, raw in enumerate(iter(sys.stdin.buffer.readline, b""), start=1):
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if not line.strip():
            continue
        try:
            shell.tell(log_line(shell, ledger, ref, line, at, kind))
            sys.stdout.flush()
        except Refused as refused:
            some_refused = True
            hint(f"line {number}: {refused.reason}")
        except OSError as error:
            if not streams.of_output(error):
                raise
            fail(f"Line {number} is logged, but its id cannot be written; the lines behind it are not logged.")
    if some_refused:
        sys.exit(1)


@command("ref severity", writes=True, example='K7Q2 SEV1 --reason "all regions"')
@click.option("--reason", default="", help="The reason; required when the severity goes down.")
@at_option()
def sev(shell: Shell, ref: str, **fields: Any) -> None:
    """Change the severity."""
    shell.do(ref, ChangeSeverity(actor=shell.actor, **fields))


@command("ref [stage=next]", writes=True, example="K7Q2 next")
@click.option("--reason", default="", help="The reason, for the timeline.")
@click.option("--override", default="", help="Override the gate, for this reason.")
@at_option()
def stage(shell: Shell, ref: str, **fields: Any) -> None:
    """Move to a stage, or to the next one."""
    shell.do(ref, MoveStage(actor=shell.actor, **fields))


@command("ref role name...", writes=True, example="K7Q2 ic ana")
@at_option()
def role(shell: Shell, ref: str, role: str, name: str, at: datetime | None) -> None:
    """Give a role to a person; "nobody" takes it away."""
    if not name.strip():
        raise Refused("Name the person, or write nobody to take the role away.", "person")
    with shell.incident(ref) as (ledger, state):
        shell.do_in(ledger, state.ref, shell.reads(ledger, state, "role", f"{role} {name}", at=at))


@command("ref", writes=True, example='K7Q2 --audience internal --message "Rolling back." --next 30m')
@click.option("--audience", required=True, metavar="AUDIENCE", help="internal, public or executive.")
@click.option("--message", "text", required=True, help="The update's text.")
@click.option("--status", default="", help="investigating, identified, monitoring or resolved; else the stage's.")
@ahead_option("--next", "promise", metavar="30m", help="Promise the next update after this time, or at 14:32.")
@click.option("--final", is_flag=True, help="Promise no further update.")
@pairs_option(
    "--component",
    "components",
    read=stated,
    metavar="NAME=STATE",
    help="Set a component first: operational, degraded, partial, major or maintenance.",
)
@click.option(
    "--notify/--no-notify", default=None, help="Whether subscribers are mailed; else as each target is configured."
)
@click.option("--title", "public_title", default="", metavar="T", help="What status pages call it from now on.")
@click.option("--only", multiple=True, metavar="TARGET", help="Publish to this target only.")
@click.option("--skip", multiple=True, metavar="TARGET", help="Leave this target out.")
@click.option("--dry-run", is_flag=True, help="Show what would go where; write nothing.")
@at_option()
def update(
    shell: Shell, ref: str, components: tuple[tuple[str, str], ...], notify: bool | None, only: tuple[str, ...],
    skip: tuple[str, ...], dry_run: bool, promise: Ahead | None, **fields: Any,
) -> None:  # fmt: skip
    """Post a status update to an audience, and publish it to the targets of that audience; prints its id."""
    from console.cli.update import Wanted, post

    text, final, now = fields["text"], fields["final"], shell.now()
    stated = None if promise or final else stated_next(text, now=now, zone=shell.zone)
    next_in, next_at = (promise or stated or (None, None))[:2]
    command = PostUpdate(actor=shell.actor, next_in=next_in, next_at=next_at, **fields)
    at = next_at or (now + next_in if next_in else None)
    if stated and at:
        hint(
            f"The next {command.audience} update is promised for {day_and_time(at, now, shell.zone)}, as the text says."
        )
    doubts = next_doubt(text, at, now=now, zone=shell.zone), command.text_doubt()
    shell.point_out(" ".join(filter(None, doubts)))
    post(shell, ref, command, components, Wanted(notify, only, skip, command.audience), dry_run=dry_run)


@command("ref text...", writes=True, example='K7Q2 "@rs 10m check replica lag"')
@click.option("--owner", default="", help="Who does it.")
@ahead_option("--due", metavar="10m", help="When they report back: 10m, or 14:32.")
def task(shell: Shell, ref: str, text: str, owner: str, due: Ahead | None) -> None:
    """Add a task, as in the prompt: "@rs 10m check replica lag"; prints its id."""
    with shell.incident(ref) as (ledger, state):
        command = shell.reads(ledger, state, "task", text, owner=owner)
        if due and isinstance(command, AddTask):
            if command.due_in or command.due_at:
                raise Refused("The text says when it is due; leave that out, or --due.", "due")
            command = msgspec.structs.replace(command, due_in=due.length, due_at=due.moment)
        shell.tell(shell.execute(ledger, state.ref, command)[0].id)


@command("ref what...", writes=True, example='K7Q2 2 --note "no lag"')
@click.option("--note", default="", help="The result; or after a colon, as in the prompt.")
def done(shell: Shell, ref: str, what: str, note: str) -> None:
    """Mark a task (number, id or words), a temporary fix or something owed ("escalation") as done."""
    named, outcome = note_behind(what)
    if note and outcome:
        raise Refused("A note stands behind the colon; leave that out, or --note.", "note")
    shell.do(ref, Finish(actor=shell.actor, what=named, note=note or outcome))


@command("ref text...", writes=True, example='K7Q2 "pool doubled" --ticket OPS-12')
@click.option("--where", default="", help="Where it is in place.")
@click.option("--ticket", default="", help="The ticket that removes it.")
@click.option("--owner", default="", help="Who removes it.")
def fix(shell: Shell, ref: str, text: str, where: str, **options: Any) -> None:
    """Register a temporary fix; prints its id. Ticket and @owner may stand at an end of its text."""
    with shell.incident(ref) as (ledger, state):
        command = shell.reads(ledger, state, "fix", text, **options)
        if where:
            command = msgspec.structs.replace(command, where=where)
        shell.tell(shell.execute(ledger, state.ref, command)[0].id)


@command("ref text...", writes=True, example='K7Q2 "the pool is full"')
@click.option("--verdict", metavar="VERDICT", help="Judge the one that TEXT names: supported, ruled-out or open.")
@click.option("--evidence", default="", help="With --verdict: what shows it.")
def hypothesis(shell: Shell, ref: str, text: str, verdict: str | None, evidence: str) -> None:
    """Log a hypothesis, or judge one by its number, id or words; prints the id of what was written."""
    command: Command = (
        LogEntry(actor=shell.actor, text=text, kind="hypothesis")
        if verdict is None
        else JudgeHypothesis(actor=shell.actor, hypothesis=text, verdict=verdict, evidence=evidence)
    )
    shell.tell(shell.run(ref, command)[0].id)


@command("ref clock by [why...]", writes=True, example="K7Q2 public 10m waiting for legal")
@click.option("--reason", default="", help="The reason it can wait; or after the time, as in the prompt.")
def snooze(shell: Shell, ref: str, clock: str, by: str, why: str, reason: str) -> None:
    """Snooze a due time once, for a reason: snooze K7Q2 public 10m waiting for legal."""
    ahead = parse_ahead(by, "by", now=shell.now(), zone=shell.zone)
    shell.do(
        ref, SnoozeClock(actor=shell.actor, clock=clock, by=ahead.length, until=ahead.moment, reason=reason or why)
    )


@command("ref [entry]", writes=True, example="K7Q2")
@click.option(
    "--with-dependents", "dependents", is_flag=True, help="Undo the entries that name it as well, such as a task's end."
)
def undo(shell: Shell, ref: str, **fields: Any) -> None:
    """Undo your last act, or an entry; again on the same entry puts it back.

    ENTRY is its id, or words that only it holds.
    """
    try:
        with shell.ledger() as ledger:
            incident = ledger.resolve(ref)
            shell.do_in(ledger, incident, Undo(actor=shell.actor, **fields))
            _tell_of_pages(ledger, incident)
    except Refused as refused:
        if refused.field != "dependents":
            raise
        why = refused.reason.rpartition("; write /undo")[0]
        raise Refused(f"{why}; add --with-dependents to undo all.", refused.field) from refused


@command("ref entry text...", writes=True, example='K7Q2 last "* error rate is 21 %"')
@at_option("When it happened, in place of what stands there: -4m, 14:32, yesterday 23:50.")
def correct(shell: Shell, ref: str, entry: str, text: str, at: datetime | None) -> None:
    """Correct an entry; what it said before stays in the log.

    ENTRY is its id, "last" for your last one, or words that only it holds. TEXT is written as in the prompt: a time and
    a marker in front of it are the entry's new ones.
    """
    with shell.incident(ref, writing=True) as (ledger, state):
        command = correction(state, entry, text, actor=shell.actor, now=ledger.now(), zone=shell.zone, at=at)
        shell.do_in(ledger, state.ref, command)
        _tell_of_pages(ledger, state.ref)


@command("ref entry", writes=True, example='K7Q2 last --reason "a password"')
@click.option("--reason", default="", help="The reason, without the secret.")
@click.option("--dry-run", is_flag=True, help="Show what else would be erased; erase nothing.")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@click.option("--renew-backups", is_flag=True, help="Replace the backups that still hold it.")
def redact(shell: Shell, ref: str, entry: str, reason: str, dry_run: bool, yes: bool, renew_backups: bool) -> None:
    """Erase an entry's text for good, and the same words elsewhere in the incident; prints what else went.

    ENTRY is its id, "last" for your last one, or words that only it holds.

    Names the backups and other copies of the log that still hold it.
    """
    shell.no_json_of(dry_run=dry_run)
    with shell.incident(ref, writing=not dry_run) as (ledger, state):
        command = RedactEntry(actor=shell.actor, entry=entry, reason=reason)
        _, copies = erase(shell, ledger, state.ref, command, dry_run=dry_run, agreed=yes or not sys.stdin.isatty())
        if copies.backups and not dry_run:
            _renew_backups(ledger.log, agreed=renew_backups)


def erase(
    shell: Shell, ledger: Ledger, ref: str, command: RedactEntry, *, dry_run: bool = False, agreed: bool = True,
    decided: Decided = nothing_decided,
) -> tuple[list[Event], Copies]:  # fmt: skip
    """Write a redaction and print what went with it; its event, and the copies that still hold what it erased.

    Where nobody has `agreed` the same is printed first, and asked.
    """
    events, copies = ledger.prepare(ref, command), Copies()
    target = events[0].body
    planned = ledger.log.redaction(ref, target.target) if isinstance(target, EntryRedacted) else None
    ledger.check_erasable(events)
    state = ledger.state(ref)
    if planned is not None and isinstance(target, EntryRedacted):
        along = others(state, planned, shell.zone)
        limits = (reach(state, target.target, planned, shell.zone), *remarks(planned))
        if not (agreed or dry_run):
            hint(*along, *limits)
            ask("Erase it?")
    if not dry_run:
        decided(events)
    written = [] if dry_run else ledger.commit(events)
    if planned is not None:
        for line in along:
            shell.tell(line)
        copies = holding(ledger.log.path, planned, exports_folder(shell.settings, ledger.log.path))
        hint(*limits, *unreached(copies))
    if written:
        _tell_of_pages(ledger, ref)
    return written, copies


def _tell_of_pages(ledger: Ledger, ref: str) -> None:
    """Hint at the pages that still show what was undone or redacted."""
    if Outbox(ledger.log).messages(ref):
        # Whoever publishes nothing does not wait for what publishing loads.
        from console.cli.publish_run import tell_of_pages

        tell_of_pages(ledger, ref)


def _renew_backups(log: Log, *, agreed: bool) -> None:
    """Make the backups anew where somebody agrees to it; where nobody can be asked, say what does it."""
    if not (agreed or sys.stdin.isatty()):
        hint(RENEW)
    elif agreed or click.confirm("Remove the backups and make a new one?", err=True):
        hint(f"wrote {log.renew_backups()}, and removed the backups before it")


@command("ref [name]", writes=True, example='K7Q2 ana --note "rollback is halfway"')
@click.option("--role", default="ic", show_default=True, help="The role to hand over.")
@click.option("--note", default="", help="What the next person must know.")
@click.option("--accept", is_flag=True, help="Accept the handoff that waits; NAME records it for another person.")
def handoff(shell: Shell, ref: str, name: str, role: str, note: str, accept: bool) -> None:
    """Offer a role to somebody, or accept the offer."""
    offer = OfferHandoff(actor=shell.actor, person=name, role=role, note=note)
    shell.do(ref, AcceptHandoff(actor=shell.actor, person=name) if accept else offer)


COMMANDS = (
    declare, log, sev, stage, role, update, task, done, fix, hypothesis, snooze, undo, correct, redact, handoff
)  # fmt: skip
