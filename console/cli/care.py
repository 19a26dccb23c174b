"""Commands that look after the installation and the file: doctor, backup, verify, completion."""

import os
import platform
import shutil
import sys
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from console import __version__
from console.cli.context import Shell, fail, pass_shell, print_json
from console.core.playbook_file import read_playbook
from console.core.refusal import Refusal
from console.resources import resource_path
from console.store.log import Log
from console.store.problems import StoreProblem


def _checks(shell: Shell) -> list[tuple[bool, str, str]]:
    size = shutil.get_terminal_size((0, 0))
    rows = [
        (True, "warroom", __version__),
        (sys.version_info >= (3, 11), "python", platform.python_version()),
        (bool(shell.actor), "you", shell.actor or "nobody: start with --as NAME"),
        (True, "zone", str(shell.zone)),
        (
            size.columns >= 80 or not sys.stdout.isatty(),
            "terminal",
            f"{os.environ.get('TERM', 'none')} {size.columns}×{size.lines}",
        ),
    ]
    for path in sorted(resource_path("playbooks").glob("*.toml")):
        found = read_playbook(path.read_text(encoding="utf-8"), path.name)
        rows.append(
            (
                not isinstance(found, Refusal),
                f"playbook {path.stem}",
                found.reason if isinstance(found, Refusal) else found.title,
            )
        )
    try:
        with Log.open(shell.path, read_only=shell.read_only) as log:
            rows.append((True, "database", str(log.path)))
            rows.append((True, "SQLite", f"{log.sqlite_version}, journal {log.journal_mode}"))
            rows.append((True, "incidents", str(len(log.incidents()))))
    except StoreProblem as problem:
        rows.append((False, "database", problem.reason))
    return rows


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@pass_shell
def doctor(shell: Shell, as_json: bool) -> None:
    """Check the installation: versions, the database, the zone, the playbooks."""
    rows = _checks(shell)
    if as_json:
        print_json([{"ok": ok, "what": what, "found": found} for ok, what, found in rows])
    else:
        for ok, what, found in rows:
            click.echo(f"{'ok' if ok else '! '}  {what:<18} {found}")
    if not all(ok for ok, _, _ in rows):
        sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_shell
def backup(shell: Shell, file: Path) -> None:
    """Write a whole copy of the database while others go on working."""
    with shell.log() as log:
        log.backup(file)
    click.echo(f"wrote {file}", err=True)


@click.command()
@pass_shell
def verify(shell: Shell) -> None:
    """Check the file's structure and the chain of hashes over every entry."""
    if not shell.path.exists():
        fail(f"There is no database at {shell.path}; declare an incident first, or name one with --db.")
    with shell.log(writing=False) as log:
        found = log.verify()
    if found:
        for sentence in found:
            click.echo(sentence, err=True)
        sys.exit(1)
    click.echo("clean")


@click.command()
@click.argument("shell_name", metavar="SHELL", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(ctx: click.Context, shell_name: str) -> None:
    """Print the completion script; bash: eval "$(warroom completion bash)"."""
    cls = get_completion_class(shell_name)
    root = ctx.find_root().command
    if cls is not None:
        click.echo(cls(root, {}, "warroom", "_WARROOM_COMPLETE").source())


COMMANDS = (doctor, backup, verify, completion)
