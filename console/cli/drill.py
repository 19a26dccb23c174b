"""Drills: list, run, end, score, check."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path

import click
from click.core import ParameterSource

from console.cli.context import NO_SERVER, PRACTICE_FILE, Shell, fail, print_json
from console.cli.output import hint, say_row
from console.cli.params import ONLY_PREPARED, command, json_in_place, json_option
from console.cli.process import check_books, own_file
from console.cli.sync import check_visible
from console.core.drill.score import Score
from console.core.drill.script import Drill
from console.core.language.text import counted
from console.core.language.times import format_length
from console.core.log.ids import reference_prefix, resolve_reference
from console.core.refusal import Refused
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.drill import MAX_SPEED, MIN_SPEED, BeginDrill, EndDrill, run_ended, run_of
from console.export.drill import drill_view, percent_words, score_lines, score_view
from console.export.json.model import PreparedView
from console.library.drills import Drills
from console.store import drills
from console.store.ledger import Ledger
from console.store.log import Log
from console.sync.replicator import Replicator, address_of

JOINED_FILE = "drills-joined.db"
"""The practice database for drills with others: what somebody practised alone is sent to nobody."""


@click.group()
def drill() -> None:
    """Drills: practice incidents with a script and a score."""


def practice_path(shell: Shell, keep: Path | None, *, joined: bool = False) -> Path:
    path = keep or shell.path.with_name(JOINED_FILE if joined else PRACTICE_FILE)
    if path.is_dir():
        raise Refused(f"{path} is a folder, not a file; name a file with --keep.", "keep")
    return path


_keep = click.option(
    "--keep",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"The practice database; else {PRACTICE_FILE} beside the log.",
)


@contextmanager
def _practice(path: Path) -> Iterator[Log | None]:
    """The practice database to read; None before the first run."""
    if not path.exists():
        yield None
        return
    with closing(Log.open(path, read_only=True, still=True)) as log:
        yield log


@command(group=drill, name="list", pages=True, example="")
@_keep
@json_option()
def list_drills(shell: Shell, keep: Path | None, as_json: bool) -> None:
    """List the drills, the built-in ones and your own, with their runs so far."""
    shelf = Drills(shell.settings)
    hint(*shelf.complaints)
    with _practice(practice_path(shell, keep)) as log:
        runs = drills.scores(log, shell.now()) if log else []
    books = shelf.usable()
    if as_json:
        print_json([drill_view(each, own_file(shelf, name), _runs_of(runs, name)) for name, each in books.items()])
        return
    indent = max(map(len, books))
    for name, each in books.items():
        mark = "  (yours)" if shelf.path(name) else ""
        say_row(
            f"{name:<{indent}}  ",
            f"{each.title}, {format_length(timedelta(seconds=each.length_s))}: {each.about}{mark}",
        )
        ran = _runs_of(runs, name)
        if ran:
            scored = ", ".join(f"{run.ref} {percent_words(run)}" for run in ran[-5:])
            say_row(" " * (indent + 2), f"{counted(len(ran), 'run')}: {scored}")


def _runs_of(runs: list[Score], name: str) -> list[Score]:
    return [run for run in runs if run.script.name == name]


@command("name", group=drill, name="run", example="bad-deploy --speed 2")
@click.option(
    "--speed", type=click.IntRange(MIN_SPEED, MAX_SPEED), default=1, show_default=True,
    help="How many minutes of the script pass in a minute; the playbook's own times stay as they are.",
)  # fmt: skip
@click.option("--controller", is_flag=True, help="Lead it: see the injects to come, give or skip them.")
@click.option("--new", is_flag=True, help="Begin another run, though one goes on.")
@_keep
@click.option(
    "--sync",
    "address",
    metavar="ADDRESS",
    default="",
    help=f"Practise with others, through the PostgreSQL database of your drills; the file is then {JOINED_FILE}.",
)
@click.option("--prepare-only", is_flag=True, help="Write the practice incident and print its reference; open nothing.")
@json_in_place("With --prepare-only: the incident and its database, as described in docs/json.md.")
def run(
    shell: Shell, name: str, speed: int, controller: bool, new: bool, keep: Path | None, address: str,
    prepare_only: bool,
) -> None:  # fmt: skip
    """Run a drill in the practice database, or go on with the run that has not ended.

    Each further person opens it with the same command, on the same file or with the same --sync. Nothing of a drill is
    ever published.
    """
    shell.check_writable()
    if shell.as_json and not prepare_only:
        raise click.UsageError(ONLY_PREPARED)
    address = address or _named_before()
    if address:
        check_visible(address)
    shelf = Drills(shell.settings)
    script = shelf.get(name)
    hint(shelf.complaint(script.name))
    if not prepare_only and not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail("The console needs a terminal; run the drill without a pipe.")
    path = practice_path(shell, keep, joined=bool(address))
    ref = _begun(shell, path, script, speed, new=new, address=address)
    if prepare_only:
        shell.done = f"The drill runs as {ref}."
        shell.tell(ref)
        if shell.as_json:
            print_json(PreparedView(ref, str(path)))
        return
    from console.app.main import Start, run_app

    status = run_app(
        log_path=path, actor=shell.actor, zone=shell.zone, config=shell.settings,
        start=Start(ref, sync=address, drill="controller" if controller else "player"),
    )  # fmt: skip
    where = f" --keep {path}" if keep or address else ""
    hint(f"warroom drill score {ref}{where} shows the score; the same command goes on with a run that has not ended.")
    sys.exit(status)


def _named_before() -> str:
    """The server that was named in front of the command. That of settings and environment joins real incidents."""
    root = click.get_current_context().find_root()
    named = root.get_parameter_source("sync") is ParameterSource.COMMANDLINE
    return str(root.params["sync"]) if named and root.params["sync"] != NO_SERVER else ""


def _begun(shell: Shell, path: Path, script: Drill, speed: int, *, new: bool, address: str) -> str:
    """The practice incident: the run of this drill that goes on, here or elsewhere, else a new one."""
    with closing(Log.open(path)) as log, ExitStack() as ending:
        ending.enter_context(_one_by_one(path))
        replicator = Replicator(log, address_of(address), shell.now, drills=True) if address else None
        if replicator is not None:
            ending.callback(replicator.close)
            replicator.turn()
        ref = _run(shell, log, script, speed, new=new)
        if replicator is not None:
            replicator.turn()
        return ref


@contextmanager
def _one_by_one(path: Path) -> Iterator[None]:
    """A context that one process on the file is in at a time: of two who begin at once, the second joins the first."""
    import fcntl

    descriptor = os.open(path.with_name(f".{path.name}.begin"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _run(shell: Shell, log: Log, script: Drill, speed: int, *, new: bool) -> str:
    ledger = Ledger(log, actor=shell.actor, clock=shell.now)
    for state in ledger.states() if not new else ():
        going = run_of(state)
        if going is not None and going.script.name == script.name and state.open and run_ended(state) is None:
            return state.ref
    declaration = DeclareIncident(actor=shell.actor, title=script.incident, severity=script.severity, drill=True)
    ref = ledger.declare(declaration, shell.playbook(script.playbook))
    ledger.execute(ref, BeginDrill(actor=shell.actor, script=script, speed=speed))
    return ref


@command("[ref]", group=drill, name="score", pages=True, example="K7Q2")
@_keep
@json_option()
def score(shell: Shell, ref: str, keep: Path | None, as_json: bool) -> None:
    """The score of a run: each rule, met or not, when, and the entry that shows it; without REF of the last run."""
    with _practice(practice_path(shell, keep)) as log:
        runs = drills.scores(log, shell.now()) if log else []
    if not runs:
        raise Refused(
            "No drill has been run yet; `warroom drill run NAME` begins one, `warroom drill list` names them."
        )
    refs = [run.ref for run in runs]
    if ref and not any(known.startswith(reference_prefix(ref)) for known in refs):
        raise Refused(f"No drill has run as {reference_prefix(ref)}; `warroom drill list` names the runs.", "ref")
    wanted = resolve_reference(ref, refs) if ref else refs[-1]
    chosen = next(run for run in runs if run.ref == wanted)
    earlier = drills.earlier(runs, chosen)
    if as_json:
        print_json(score_view(chosen, earlier))
        return
    for head, text in score_lines(chosen, earlier, shell.zone):
        say_row(head, text)


@command("[ref]", group=drill, name="end", writes=True, example="")
@click.option("--note", default="", help="Why, for the timeline.")
@_keep
def end(shell: Shell, ref: str, note: str, keep: Path | None) -> None:
    """End the run that goes on, so that its score is final; with REF one of several."""
    shell.check_writable()
    path = practice_path(shell, keep)
    with _practice(path) as log:
        going = [run.ref for run in (drills.scores(log, shell.now()) if log else ()) if run.ended_at is None]
    if not going or (len(going) > 1 and not ref):
        which = f"name one of {', '.join(going)}" if going else "`warroom drill run NAME` begins one"
        raise Refused(f"{'Several drills go on' if going else 'No drill goes on'}; {which}.", "ref")
    wanted = resolve_reference(ref, going) if ref else going[0]
    with closing(Log.open(path)) as log:
        ledger = Ledger(log, actor=shell.actor, clock=shell.now)
        events = ledger.execute(wanted, EndDrill(actor=shell.actor, note=note))
        shell.done = f"The drill {wanted} has ended."
        shell.wrote(ledger.state, events)
    shell.tell(wanted)


@command(group=drill, name="check", example="ours.toml")
@click.argument("named", metavar="[NAME|FILE]...", nargs=-1)
def check(shell: Shell, named: tuple[str, ...]) -> None:
    """Check drills: every mistake at once, each with its line and key. Without an argument all of your own."""

    def describe(script: Drill) -> str:
        counts = f"{counted(len(script.injects), 'inject')}, {counted(len(script.goals), 'goal')}"
        return f"{script.title}, {counts}, {counted(len(script.cards), 'card')}"

    check_books(Drills(shell.settings), named, describe)


COMMANDS = (drill,)
