"""Commands that only look: the console itself, list, show, clocks, watch."""

import queue
import sys
from datetime import datetime

import click
import msgspec

from console.cli.context import Shell, fail, known, pass_shell, print_json, stated
from console.cli.words import moment
from console.core.clocks import Clock, clocks
from console.core.events import Event, kind_of
from console.core.fold import fold
from console.core.state import Incident, timeline
from console.core.text import one_line
from console.core.times import duration_words, format_duration, local_pair, local_stamp, rfc3339
from console.export.jsonview import clock_json, incident_json, summary_json


def open_console(shell: Shell, text: str) -> None:
    """Opens the screen; without a terminal it says what to do instead."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail("The console needs a terminal; run it without a pipe, or use warroom list and warroom show.")
    ref = ""
    if text:
        with shell.ledger(writing=False) as ledger:
            ref = known(ledger, text)
    from console.app.main import PRACTICE, run_app
    from console.cli.transfer import play_practice

    while True:
        status = run_app(log_path=shell.path, actor=shell.actor, zone=shell.zone, ref=ref, read_only=shell.read_only)
        if status != PRACTICE:
            sys.exit(status)
        # Asked for on the board: the practice room, and then the board again.
        play_practice(shell, None)
        ref = ""


@click.command("open")
@click.argument("ref", default="")
@pass_shell
def open_(shell: Shell, ref: str) -> None:
    """Open the console: the board, or one incident. The word "open" may be left out."""
    open_console(shell, ref)


json_option = click.option("--json", "as_json", is_flag=True, help="JSON, as described in docs/json.md.")


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed and withdrawn ones too.")
@json_option
@pass_shell
def list_(shell: Shell, everything: bool, as_json: bool) -> None:
    """List incidents, the newest first."""
    with shell.ledger(writing=False) as ledger:
        states = [state for state in ledger.states() if everything or as_json or not state.withdrawn]
    if as_json:
        print_json([summary_json(state) for state in states])
        return
    for state in states:
        click.echo(stated(state))


@click.command()
@click.argument("ref")
@click.option("--at", "at", metavar="WHEN", help="As it was known at that moment.")
@json_option
@pass_shell
def show(shell: Shell, ref: str, at: str | None, as_json: bool) -> None:
    """Show an incident: what it is, who does what, what is owed, and the last entries."""
    then = moment(shell, at)
    with shell.ledger(writing=False) as ledger:
        found = known(ledger, ref)
        state, now = ledger.state(found), then or ledger.now()
        if then is not None:
            state = fold(found, [event for event in ledger.log.events(found) if event.recorded_at <= then])
    if state.declared_at is None:
        fail(f"{found} was not declared yet at that moment; choose a later one.")
    if as_json:
        print_json(incident_json(state, now))
    else:
        _print(shell, state, now)


def _print(shell: Shell, state: Incident, now: datetime) -> None:
    declared = state.declared_at or now
    click.echo(f"{state.ref}  {state.severity.value}  {state.stage.value}  {format_duration(now - declared)}")
    click.echo(state.title.value)
    if state.impact.value:
        click.echo(f"Impact: {state.impact.value}")
    for role in state.playbook.roles if state.playbook else ():
        click.echo(f"{role.short + ':':<9}{state.holder(role.id) or 'nobody'}")
    for clock in clocks(state, now):
        if clock.open:
            click.echo(_clock_line(shell, clock, now))
    # The zone is named once, and the date wherever the day changes.
    click.echo(f"Times in {declared.astimezone(shell.zone):%Z}")
    day = ""
    for i in timeline(state)[-20:]:
        entry = state.entries[i]
        if entry.undone:
            continue
        date, at = local_stamp(entry.occurred_at, shell.zone).split()
        if date != day:
            day = date
            click.echo(date)
        click.echo(f"{at}  {entry.kind:<10} {one_line(entry.text, 2000)}  ({entry.author})")


def _clock_line(shell: Shell, clock: Clock, now: datetime) -> str:
    left = clock.due_at - now
    words = f"overdue {duration_words(-left)}" if clock.state == "overdue" else f"in {duration_words(left)}"
    return f"{words:<18} {clock.what}, {local_pair(clock.due_at, shell.zone)[0]}, {clock.by_whom}"


@click.command("clocks")
@click.argument("ref", default="")
@json_option
@pass_shell
def clocks_(shell: Shell, ref: str, as_json: bool) -> None:
    """What is owed, of one incident or of all open ones, the most urgent first."""
    with shell.ledger(writing=False) as ledger:
        now = ledger.now()
        states = [ledger.state(known(ledger, ref))] if ref else [one for one in ledger.states() if one.open]
    rows = [(state.ref, clock) for state in states for clock in clocks(state, now)]
    rows.sort(key=lambda row: (not row[1].open, row[1].due_at))
    if as_json:
        print_json([{"ref": of, **clock_json(clock)} for of, clock in rows])
        return
    for of, clock in rows:
        if clock.open:
            click.echo(f"{of}  {_clock_line(shell, clock, now)}")


@click.command()
@click.argument("ref", default="")
@json_option
@pass_shell
def watch(shell: Shell, ref: str, as_json: bool) -> None:
    """Follow the log, a line for each new event, until Ctrl+C."""
    with shell.ledger(writing=False) as ledger:
        wanted = known(ledger, ref) if ref else ""
        news: queue.Queue[list[Event] | str] = queue.Queue()
        watcher = ledger.log.watch(news.put, on_problem=lambda problem: news.put(problem.reason))
        try:
            while True:
                found = news.get()
                if isinstance(found, str):
                    fail(found)
                ledger.absorb(found)
                for event in found:
                    if wanted in ("", event.incident):
                        click.echo(_told(shell, ledger.state(event.incident), event, as_json))
                sys.stdout.flush()
        except KeyboardInterrupt:
            pass
        finally:
            watcher.stop()


def _told(shell: Shell, state: Incident, event: Event, as_json: bool) -> str:
    """One event on one line. An undo, a correction or a judgement has no entry of its own and shows its target's."""
    entry = state.entries.get(event.id)
    shown = entry or state.entries.get(getattr(event.body, "target", "") or getattr(event.body, "task", ""))
    kind = entry.kind if entry else kind_of(event.body)
    text = shown.text if shown else ""
    if as_json:
        row = {
            "ref": event.incident,
            "id": event.id,
            "event": kind_of(event.body),
            "kind": kind,
            "occurred_at": rfc3339(event.occurred_at),
            "recorded_at": rfc3339(event.recorded_at),
            "author": event.actor,
            "text": text,
        }
        return msgspec.json.encode(row).decode()
    at, _ = local_pair(event.occurred_at, shell.zone)
    return f"{event.incident}  {at}  {kind:<10} {one_line(text, 2000)}  ({event.actor})"


COMMANDS = (open_, list_, show, clocks_, watch)
