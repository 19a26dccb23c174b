"""Commands that write: declare, log, and what changes an incident."""

import sys
from datetime import datetime

import click

from console.cli.component import Stated
from console.cli.context import Shell, pass_shell
from console.cli.params import WordsCommand, at_option, length, moment
from console.core.language.grammar import Line
from console.core.language.text import clean
from console.core.log.command import Command
from console.core.log.slash import command_for, read_slash, read_typed
from console.core.refusal import Refused
from console.core.subjects.clock import SnoozeClock
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.done import Finish
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.handoff import AcceptHandoff, OfferHandoff
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.undo import EntryRedacted, RedactEntry, Undo
from console.core.subjects.update import PostUpdate
from console.export.erasing import others, remarks
from console.store.ledger import Ledger


@click.command(cls=WordsCommand)
@click.argument("title", nargs=-1, required=True)
@click.option("--sev", "severity", required=True, help="The severity, such as SEV1.")
@click.option("--playbook", default="standard", show_default=True, help="The process to follow.")
@click.option("--drill", is_flag=True, help="An exercise: nothing of it is ever published.")
@click.option("--retrospective", is_flag=True, help="It is over: no clocks, no advice, only the record.")
@at_option
@pass_shell
def declare(
    shell: Shell,
    title: tuple[str, ...],
    severity: str,
    playbook: str,
    drill: bool,
    retrospective: bool,
    at: str | None,
) -> None:
    """Declare an incident; prints its reference and nothing else."""
    command = DeclareIncident(
        actor=shell.actor,
        at=moment(shell, at),
        title=" ".join(title),
        severity=severity,
        drill=drill,
        retrospective=retrospective,
    )
    with shell.ledger() as ledger:
        click.echo(ledger.declare(command, shell.playbook(playbook)))


@click.command(cls=WordsCommand)
@click.argument("ref")
@click.argument("text", nargs=-1, required=True)
@at_option
@click.option("--kind", help="note, finding, action, decision or hypothesis, instead of a marker.")
@pass_shell
def log(shell: Shell, ref: str, text: tuple[str, ...], at: str | None, kind: str | None) -> None:
    """Log a line, written as in the prompt; prints the entry's id. With - as TEXT: every line of the input."""
    when = moment(shell, at)
    with shell.ledger() as ledger:
        found = ledger.resolve(ref)
        if text == ("-",):
            _log_input(shell, ledger, found, when, kind)
        else:
            click.echo(log_line(shell, ledger, found, " ".join(text), when, kind))


def log_line(shell: Shell, ledger: Ledger, ref: str, text: str, at: datetime | None, kind: str | None = None) -> str:
    """Writes one line as the prompt would; the id of what it made. A time in the line goes before `at`."""
    now = ledger.now()
    read = read_typed(text, now=now, zone=shell.zone)
    command: Command
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
    written = ledger.execute(ref, command)
    if isinstance(command, PostUpdate):
        from console.cli.update import not_published

        not_published(shell, command.audience)
    return written[0].id


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
            click.echo(log_line(shell, ledger, ref, line, at, kind))
            sys.stdout.flush()
        except Refused as refused:
            some_refused = True
            click.echo(f"line {number}: {clean(refused.reason, multiline=False)}", err=True)
    if some_refused:
        sys.exit(1)


@click.command()
@click.argument("ref")
@click.argument("severity")
@click.option("--reason", default="", help="Why; wanted when it goes down.")
@at_option
@pass_shell
def sev(shell: Shell, ref: str, severity: str, reason: str, at: str | None) -> None:
    """Change the severity."""
    shell.run(ref, ChangeSeverity(actor=shell.actor, at=moment(shell, at), severity=severity, reason=reason))


@click.command()
@click.argument("ref")
@click.argument("stage", default="next")
@click.option("--reason", default="", help="Why, for the timeline.")
@click.option("--override", default="", help="Go through a gate that is closed, for this reason.")
@at_option
@pass_shell
def stage(shell: Shell, ref: str, stage: str, reason: str, override: str, at: str | None) -> None:
    """Move to a stage, or to the next one."""
    shell.run(
        ref,
        MoveStage(actor=shell.actor, at=moment(shell, at), stage=stage, reason=reason, override=override),
    )


@click.command()
@click.argument("ref")
@click.argument("role")
@click.argument("name", nargs=-1, required=True)
@at_option
@pass_shell
def role(shell: Shell, ref: str, role: str, name: tuple[str, ...], at: str | None) -> None:
    """Give a role to a person; "nobody" takes it away."""
    shell.run(ref, AssignRole(actor=shell.actor, at=moment(shell, at), role=role, person=" ".join(name)))


@click.command()
@click.argument("ref")
@click.option("--audience", required=True, help="internal, public or executive.")
@click.option("--message", required=True, help="The update's text.")
@click.option("--status", default="", help="investigating, identified, monitoring or resolved; else the stage's.")
@click.option("--next", "next_in", metavar="30m", help="Promise the next update after this time.")
@click.option("--final", is_flag=True, help="Promise no further update.")
@click.option(
    "--component",
    "components",
    multiple=True,
    type=Stated(),
    metavar="NAME=STATE",
    help="Set a component first: operational, degraded, partial, major or maintenance.",
)
@click.option(
    "--notify/--no-notify", default=None, help="Whether subscribers are mailed; else as each target is configured."
)
@click.option("--only", multiple=True, metavar="TARGET", help="Publish to this target only.")
@click.option("--skip", multiple=True, metavar="TARGET", help="Leave this target out.")
@click.option("--dry-run", is_flag=True, help="Show what would go where; write nothing.")
@at_option
@pass_shell
def update(
    shell: Shell,
    ref: str,
    audience: str,
    message: str,
    status: str,
    next_in: str | None,
    final: bool,
    components: tuple[tuple[str, str], ...],
    notify: bool | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    dry_run: bool,
    at: str | None,
) -> None:
    """Post a status update to an audience, and publish it to the targets of that audience; prints its id."""
    from console.cli.update import Wanted, post

    command = PostUpdate(
        actor=shell.actor,
        at=moment(shell, at),
        audience=audience,
        text=message,
        status=status,
        next_in=length(next_in, "--next 30m"),
        final=final,
    )
    post(shell, ref, command, components, Wanted(notify, only, skip, audience), dry_run=dry_run)


@click.command(cls=WordsCommand)
@click.argument("ref")
@click.argument("text", nargs=-1, required=True)
@click.option("--owner", default="", help="Who does it.")
@click.option("--due", metavar="10m", help="When they come back.")
@pass_shell
def task(shell: Shell, ref: str, text: tuple[str, ...], owner: str, due: str | None) -> None:
    """Add a task, as in the prompt: "@rs 10m check replica lag"; prints its id."""
    with shell.ledger() as ledger:
        found = ledger.resolve(ref)
        now = ledger.now()
        command = read_slash(
            "task", " ".join(text), ledger.state(found), actor=shell.actor, at=None, now=now, zone=shell.zone
        )
        if isinstance(command, AddTask):
            due_in = length(due, "--due 10m") or command.due_in
            command = AddTask(actor=shell.actor, text=command.text, owner=owner or command.owner, due_in=due_in)
        click.echo(ledger.execute(found, command)[0].id)


@click.command(cls=WordsCommand)
@click.argument("ref")
@click.argument("what", nargs=-1, required=True)
@click.option("--note", default="", help="What came of it; or behind a colon, as in the prompt.")
@pass_shell
def done(shell: Shell, ref: str, what: tuple[str, ...], note: str) -> None:
    """Say that a task (number, id or words), a temporary fix or something owed ("escalation") is done."""
    named, _, said = " ".join(what).partition(":")
    shell.run(ref, Finish(actor=shell.actor, what=named.strip(), note=note or said.strip()))


@click.command(cls=WordsCommand)
@click.argument("ref")
@click.argument("text", nargs=-1, required=True)
@click.option("--where", default="", help="Where it has to be removed again.")
@click.option("--ticket", default="", help="The ticket that removes it.")
@click.option("--owner", default="", help="Who removes it.")
@pass_shell
def fix(shell: Shell, ref: str, text: tuple[str, ...], where: str, ticket: str, owner: str) -> None:
    """Register a temporary fix; prints its id."""
    command = AddFix(actor=shell.actor, text=" ".join(text), where=where, ticket=ticket, owner=owner)
    click.echo(shell.run(ref, command)[0].id)


@click.command(cls=WordsCommand)
@click.argument("ref")
@click.argument("text", nargs=-1, required=True)
@click.option("--verdict", metavar="VERDICT", help="Judge the one that TEXT names: supported, ruled-out or open.")
@click.option("--evidence", default="", help="With --verdict: what shows it.")
@pass_shell
def hypothesis(shell: Shell, ref: str, text: tuple[str, ...], verdict: str | None, evidence: str) -> None:
    """Log a hypothesis, or judge one by its number, id or words; prints the id of what was written."""
    words = " ".join(text)
    command: Command = (
        LogEntry(actor=shell.actor, text=words, kind="hypothesis")
        if verdict is None
        else JudgeHypothesis(actor=shell.actor, hypothesis=words, verdict=verdict, evidence=evidence)
    )
    click.echo(shell.run(ref, command)[0].id)


@click.command(cls=WordsCommand)
@click.argument("ref")
@click.argument("clock")
@click.argument("by")
@click.argument("why", nargs=-1)
@click.option("--reason", default="", help="Why it can wait; or behind the time, as in the prompt.")
@pass_shell
def snooze(shell: Shell, ref: str, clock: str, by: str, why: tuple[str, ...], reason: str) -> None:
    """Move one due moment once, for a reason: snooze K7Q2 public 10m waiting for legal."""
    amount = length(by, "10m")
    if amount is not None:
        command = SnoozeClock(actor=shell.actor, clock=clock, by=amount, reason=reason or " ".join(why))
        shell.run(ref, command)


@click.command()
@click.argument("ref")
@click.argument("entry", default="")
@click.option("--with-dependents", is_flag=True, help="Undo the entries that name it as well, such as a task's end.")
@pass_shell
def undo(shell: Shell, ref: str, entry: str, with_dependents: bool) -> None:
    """Undo your last act, or the entry with this id; again on the same entry puts it back."""
    shell.run(ref, Undo(actor=shell.actor, entry=entry, dependents=with_dependents))


@click.command()
@click.argument("ref")
@click.argument("entry")
@click.option("--reason", default="", help="Why, without the secret.")
@click.option("--dry-run", is_flag=True, help="Show what else would be erased; erase nothing.")
@pass_shell
def redact(shell: Shell, ref: str, entry: str, reason: str, dry_run: bool) -> None:
    """Erase an entry's text for good, and the same words elsewhere in the incident; prints what else went.

    Backups made before still hold it.
    """
    with shell.ledger(writing=not dry_run) as ledger:
        found = ledger.resolve(ref)
        state = ledger.state(found)
        events = ledger.prepare(found, RedactEntry(actor=shell.actor, entry=entry, reason=reason))
        target = events[0].body
        planned = ledger.log.redaction(found, target.target) if isinstance(target, EntryRedacted) else None
        ledger.check_erasable(events)
        if not dry_run:
            ledger.commit(events)
        if planned is not None:
            for line in others(state, planned, shell.zone):
                click.echo(line)
            for sentence in remarks(planned):
                click.echo(sentence, err=True)


@click.command()
@click.argument("ref")
@click.argument("name", default="")
@click.option("--role", default="ic", show_default=True, help="The role to hand over.")
@click.option("--note", default="", help="What the next person must know.")
@click.option("--accept", is_flag=True, help="Say yes to the handoff that waits.")
@pass_shell
def handoff(shell: Shell, ref: str, name: str, role: str, note: str, accept: bool) -> None:
    """Offer a role to somebody, or accept the offer."""
    command: Command = (
        AcceptHandoff(actor=shell.actor)
        if accept
        else OfferHandoff(actor=shell.actor, person=name, role=role, note=note)
    )
    shell.run(ref, command)


COMMANDS = (declare, log, sev, stage, role, update, task, done, fix, hypothesis, snooze, undo, redact, handoff)
