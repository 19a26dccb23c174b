"""Commands that look after the installation and the file: doctor, backup, verify, rescue, completion."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from console import __version__
from console.app.settings import preferred_playbook
from console.app.terminal.clipboard import Clipboard
from console.cli.context import Shell, fail, print_json
from console.cli.output import alarm, columns, hint, out, row
from console.cli.params import command, json_in_place, json_option
from console.core.language.text import clean, counted, one_line
from console.core.language.times import local_stamp, set_back_words
from console.core.log.command import holder
from console.export.json.model import BackupView, CheckView, LossView, RescueView, VerifyView
from console.library.concepts import vocabulary
from console.library.playbooks import Playbooks
from console.library.runbooks import Runbooks
from console.library.templates import Templates
from console.store import place
from console.store.log import Log
from console.store.problems import StoreProblem
from console.store.rescue import free_name
from console.store.rescue import rescue as rescue_log
from console.sync.link import clock_words
from console.sync.problem import SyncProblem
from console.sync.replicator import address_of

TMUX_S = 2.0
"""Seconds for which an answer of tmux is waited for."""


def _checks(shell: Shell) -> list[tuple[bool, str, str]]:
    rows = [
        (True, "warroom", __version__),
        (sys.version_info >= (3, 11), "python", platform.python_version()),
        (bool(holder(shell.actor)), "you", holder(shell.actor) or "nobody: start with --as NAME"),
        (True, "zone", str(shell.zone)),
        _terminal(),
        *_focus(),
        *_settings(shell),
        (True, "your own files", str(shell.settings or "nowhere: no home folder; name one with --config")),
        *_library(shell),
        *_templates(shell),
    ]
    rows += _targets(shell)
    rows += _server(shell)
    path = shell.path
    if not path.exists():
        return [*rows, (True, "database", f"{path}, not there yet: the first incident makes it")]
    try:
        with Log.open(path, read_only=True, still=True) as log:
            rows.append((True, "database", str(log.path)))
            rows.append((True, "SQLite", f"{log.sqlite_version}, journal {log.journal_mode}"))
            rows.append((True, "incidents", str(len(log.incidents()))))
            if back := set_back_words(log.latest_written(), shell.now(), shell.zone):
                rows.append((False, "clock", back))
            wrong = log.verify()
            more = f" ({len(wrong) - 1} more: `warroom verify`)" if len(wrong) > 1 else ""
            rows.append((not wrong, "entries", f"{wrong[0]}{more}" if wrong else "whole"))
            rows.append((True, "copies", _copies(place.backups_folder(log.path), shell.zone)))
    except StoreProblem as problem:
        rows.append((False, "database", problem.reason))
    return rows


def _targets(shell: Shell) -> list[tuple[bool, str, str]]:
    """The age of each target's last proof; one that was never tried fails when it is needed."""
    from console.publish.targets.folder import Targets
    from console.publish.targets.proofs import Proofs, proof_words

    proofs, now = Proofs(shell.settings), shell.now()
    enabled = [target for target in Targets(shell.settings).all() if target.enabled]
    return [(True, f"target {one_line(target.name, 20)}", proof_words(proofs.of(target), now)) for target in enabled]


def _terminal() -> tuple[bool, str, str]:
    if columns() is None:
        return True, "terminal", "none: the output goes elsewhere"
    size = shutil.get_terminal_size()
    small = size.columns < 80 or size.lines < 24
    words = f"{os.environ.get('TERM', 'unknown')}, {size.columns}×{size.lines}"
    return not small, "terminal", f"{words}; the console wants 80×24" if small else words


def _focus() -> Iterator[tuple[bool, str, str]]:
    """The row about tmux, which may not tell that one looks away; every other terminal does when it is asked to."""
    if not os.environ.get("TMUX"):
        return
    try:
        command = ["tmux", "show-options", "-gv", "focus-events"]
        answer = subprocess.run(command, capture_output=True, check=True, timeout=TMUX_S).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return
    supported = "tmux tells when you look away"
    yield (
        True,
        "focus",
        supported if answer == b"on" else f"{supported} only with `set -g focus-events on` in .tmux.conf",
    )


def _settings(shell: Shell) -> Iterator[tuple[bool, str, str]]:
    """The rows about the person's settings: the problems in them, and what comes of the rest."""
    # Reads Textual, which no other command needs.
    from console.app.preferences import read_preferences

    preferences = read_preferences(shell.settings)
    yield from ((False, "settings", problem) for problem in preferences.problems)
    yield True, "clipboard", Clipboard(preferences.settings.clipboard, os.environ).description
    yield True, "colours", preferences.theme
    if own := preferences.keymap.keys:
        yield True, "keys", f"{counted(len(own), 'act', 'acts')} with keys of your own"


def _library(shell: Shell) -> Iterator[tuple[bool, str, str]]:
    """The built-in playbooks and runbooks and the person's own, each read as it would be in an incident."""
    for books in (Playbooks(shell.settings), Runbooks(shell.settings)):
        yield from ((False, f"{books.what}s", sentence) for sentence in books.trouble)
        for name in books.names:
            complaint = books.complaint(name)
            yield not complaint, f"{books.what} {name}", complaint or books.get(name).title
    words, complaint = vocabulary(shell.settings)
    yield not complaint, "classes of causes", complaint or f"{len(words.concepts)}"


def _templates(shell: Shell) -> Iterator[tuple[bool, str, str]]:
    """The texts of updates and others: your own, each filled in from an example, and the built-in ones."""
    from console.export.updates.example import faults

    templates = Templates(shell.settings)
    wrong: list[str] = []
    # The built-in ones can be filled in whatever there is: to try them takes longer than all else here.
    if names := templates.own_names():
        wrong = faults(templates, names, Playbooks(shell.settings).default(preferred_playbook(shell.settings)))
    yield from ((False, "templates", sentence) for sentence in wrong)
    if not wrong:
        own = sum(templates.own(name) is not None for name in templates.names())
        yield True, "templates", f"{len(templates.names())}, {own} of them your own" if own else "the built-in ones"


def _server(shell: Shell) -> Iterator[tuple[bool, str, str]]:
    """The rows about the server that joins machines: whether it answers, and whether it has the same time."""
    if not shell.sync:
        return
    try:
        address = address_of(shell.sync)
        # Reads psycopg, which may not be there.
        from console.sync.server import Server

        with closing(Server(address)) as server:
            yield True, "server", f"{address.name}, workspace {server.workspace}"
            wrong = clock_words(shell.now() - server.now())
            yield not wrong, "clock", wrong or "that of the server"
    except SyncProblem as problem:
        yield False, "server", problem.reason


def _copies(folder: Path, zone: tzinfo) -> str:
    """The row about the copies: where they lie, and when the newest was made."""
    try:
        newest = max((path.stat().st_mtime for path in folder.glob("*.db")), default=0.0)
    except OSError as error:
        return f"{folder} ({error.strerror or error})"
    if not newest:
        return f"{folder}, none yet; an open console makes one each hour, and so does warroom backup FILE"
    return f"{folder}, the newest of {local_stamp(datetime.fromtimestamp(newest, UTC), zone)}"


@command(example="")
@json_option()
def doctor(shell: Shell, as_json: bool) -> None:
    """Check the installation: versions, the database, the zone, your own files."""
    rows = _checks(shell)
    if as_json:
        print_json([CheckView(ok=ok, what=topic, found=result) for ok, topic, result in rows])
    else:
        indent = max(len(topic) for _, topic, _ in rows) + 1
        for ok, topic, result in rows:
            mark = "ok" if ok else alarm("! ")
            line = row(f"    {topic:<{indent}}", clean(result, multiline=False), columns())
            out(f"{mark}{line[2:]}")
    if not all(ok for ok, _, _ in rows):
        sys.exit(1)


@contextmanager
def _existing_log(shell: Shell, *, writing: bool = False) -> Iterator[Log]:
    """The log, for reading unless it is to be written, so that a read-only disk does not stand in the way; never a new
    one."""
    if not shell.path.exists():
        fail(f"There is no database at {shell.path}; declare an incident first, or name one with --db.")
    with shell.log(writing=writing) as log:
        yield log


@command(example="copy.db")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--yes", is_flag=True, help="Replace the file without asking.")
@click.option("--renew", is_flag=True, help="Instead of FILE: one new copy in place of all that consoles have made.")
@json_in_place("The copy as JSON, as described in docs/json.md.")
def backup(shell: Shell, file: Path | None, yes: bool, renew: bool) -> None:
    """Write a whole copy of the database while others go on working."""
    if (file is None) != renew:
        raise click.UsageError("Name a file, or write --renew")
    if file is not None:
        shell.check_output(file, replace=yes)
    with _existing_log(shell) as log:
        if file is not None:
            log.backup(file)
        else:
            file = log.renew_backups()
    if shell.as_json:
        shell.done = f"Wrote {file}."
        print_json(BackupView(str(file)))
    else:
        hint(f"wrote {file}")


@command(example="")
@click.option("--rebuild-index", is_flag=True, help="First make the index of the search anew of the entries.")
@click.option("--accept", is_flag=True, help="First take the log as it is: what is missing now is told no more.")
@json_option()
def verify(shell: Shell, rebuild_index: bool, accept: bool, as_json: bool) -> None:
    """Check the file's structure, the chain of hashes over every entry, its search, and that nothing is missing."""
    if rebuild_index or accept:
        with _existing_log(shell, writing=True) as log:
            if rebuild_index:
                log.rebuild_index()
            if accept:
                log.accept()
    with closing(Log.open(shell.path, read_only=True, still=True)) as log:
        wrong = log.verify()
        missing = log.gaps() if wrong else ()
    if as_json:
        print_json(VerifyView(not wrong, wrong))
    if missing:
        wrong.append(f"`warroom rescue {log.path}` looks for them; `warroom verify --accept` takes the log as it is.")
    if wrong:
        fail(*wrong)
    if not as_json:
        out("clean")


@command(example="warroom.db")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The new log; else one beside the file.")
@json_in_place("What was saved and what is lost, as described in docs/json.md.")
def rescue(shell: Shell, file: Path, output: Path | None) -> None:
    """Save what is whole of a damaged log into a new log; the damaged file stays as it is."""
    saved_to = output or free_name(file)
    place.refuse_taken(saved_to, file, shell.settings)
    sound = _is_sound(file)
    rescued = rescue_log(file, saved_to)
    hint(*(loss.sentence for loss in rescued.losses))
    for incident in rescued.doubtful:
        hint(f"{incident}: the declaration is damaged and was saved as it reads now; check its title and severity.")
    for incident in rescued.undeclared:
        hint(f"{incident}: the declaration is lost, and without it the console does not show the rest.")
    if rescued.from_backups:
        hint(f"{_entries(rescued.from_backups)} came from the backups.")
    if rescued.moved:
        hint(f"{_entries(rescued.moved)} behind what is lost now stand under the new log's origin.")
    if sound:
        hint(f"{file} is sound and needs no rescue: go on with it, and delete {saved_to}, a copy of it.")
    else:
        hint(f"Saved {_entries(rescued.entries)} in {saved_to}; open it with --db.")
        hint(f"To put it in the place of {file}, first close every console; move its -wal and -shm away, too.")
    shell.done = f"The new log is {saved_to}."
    shell.tell(saved_to)
    if shell.as_json:
        lost = [LossView(loss.incident, loss.origin, loss.numbers) for loss in rescued.losses]
        print_json(
            RescueView(
                str(saved_to), sound, rescued.entries, rescued.from_backups, rescued.moved, rescued.doubtful,
                rescued.undeclared, lost,
            )
        )  # fmt: skip


def _is_sound(file: Path) -> bool:
    """True when `warroom verify` would call the log clean."""
    try:
        with closing(Log.open(file, read_only=True, still=True)) as log:
            return not log.verify()
    except StoreProblem:
        return False


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


@click.command(epilog="Example: warroom completion bash")
@click.argument("shell_name", metavar="SHELL", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(ctx: click.Context, shell_name: str) -> None:
    """Print the completion script; bash: eval "$(warroom completion bash)"."""
    cls = get_completion_class(shell_name)
    root = ctx.find_root().command
    if cls is not None:
        out(cls(root, {}, "warroom", "_WARROOM_COMPLETE").source())


COMMANDS = (doctor, backup, verify, rescue, completion)
