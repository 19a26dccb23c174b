"""`warroom sync`: one room on several machines, through a PostgreSQL server."""

import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FrameType

import click

from console.cli.context import Shell, fail, print_json
from console.cli.output import hint, out
from console.cli.params import command, json_in_place, json_option
from console.cli.stopping import handling
from console.core.language.text import counted
from console.core.refusal import Refused
from console.export.json.model import ServerView, SyncView
from console.sync.link import Link
from console.sync.replicator import Replicator, address_of
from console.sync.schema import DEFAULT_WORKSPACE, setup_sql


@click.group()
def sync() -> None:
    """One room on several machines, through a PostgreSQL server."""


def check_visible(address: str) -> None:
    """Refuse a password in a command line, which everybody on the machine can read in the list of processes."""
    if address_of(address).has_password:
        raise Refused(
            "Others on this machine can read a password in a command; put it into ~/.pgpass, or all into WARROOM_SYNC."
        )


@command("[address]", group=sync, example="postgresql://postgres@db.example.com/warroom --workspace payments")
@click.option(
    "--workspace", metavar="NAME", default=DEFAULT_WORKSPACE, show_default=True, help="The team; each sees its own."
)
@click.option("--dry-run", is_flag=True, help="Print the SQL, and connect to nothing.")
@json_in_place("What is ready as JSON, as described in docs/json.md.")
def init(shell: Shell, address: str, workspace: str, dry_run: bool) -> None:
    """Make the tables and a workspace's role, as an administrator of the server; again it changes nothing."""
    sql = setup_sql(workspace)
    shell.no_json_of(dry_run=dry_run)
    if dry_run:
        out(sql, nl=False)
        return
    shell.check_writable()
    if address:
        check_visible(address)
    server = address_of(address or _address(shell))
    from console.sync.server import set_up

    set_up(server, workspace)
    ready, role = f"The workspace {workspace} is ready on {server.name}", f"warroom_{workspace}"
    if shell.as_json:
        shell.done = f"{ready}."
        print_json(ServerView(server.name, workspace, role))
    else:
        hint(f"{ready}; who is to be in it: GRANT {role} TO name;")


def _address(shell: Shell) -> str:
    if not shell.sync:
        fail("No server is set; name one with --sync, in WARROOM_SYNC, or as sync in settings.toml.")
    return shell.sync


@contextmanager
def _replicator(shell: Shell, *, telling: bool = False, joins: bool = False) -> Iterator[Replicator]:
    def tell(link: Link) -> None:
        if telling:
            hint(link.words(shell.zone), link.problem, *link.alarms, *link.overlooked, link.clock)

    address = address_of(_address(shell))
    with shell.log() as log, closing(Replicator(log, address, shell.now, tell, joins=joins)) as replicator:
        yield replicator


@command(group=sync, example="--once")
@click.option("--once", is_flag=True, help="End when nothing is unsent and all is pulled.")
@click.option("--join", is_flag=True, help="Also where the workspace has no incident in common with this log.")
@json_in_place("With --once: how log and server stand then, as `warroom sync status` has it.")
def run(shell: Shell, once: bool, join: bool) -> None:
    """Send and pull without a console, until Ctrl+C: on a jump host, in a container, from cron."""
    if shell.as_json and not once:
        raise click.UsageError("--json tells how --once ended; leave it out, or add that")
    shell.check_writable()
    with _replicator(shell, telling=not once, joins=join) as replicator:
        if not once:

            def ended(number: int, frame: FrameType | None) -> None:
                """Stop once the work under way has come to its end; a second Ctrl+C does not wait for it."""
                signal.signal(signal.SIGINT, signal.default_int_handler)
                replicator.stop()

            with handling(ended, signal.SIGINT, signal.SIGTERM):
                replicator.run()
            return
        replicator.turn()
        link, workspace = replicator.link, replicator.workspace
    if shell.as_json:
        print_json(_view(shell, link, workspace))
    if link.alarms:
        fail(*link.alarms)
    hint("" if shell.as_json else link.words(shell.zone), *link.overlooked, link.clock)


@command(group=sync, example="")
@json_option()
def status(shell: Shell, as_json: bool) -> None:
    """Compare with the server and change nothing; exit status 0 when both have everything."""
    with _replicator(shell) as replicator:
        missing = replicator.count_missing()
        link, workspace = replicator.link, replicator.workspace
    if as_json:
        print_json(_view(shell, link, workspace, missing))
    else:
        name = address_of(_address(shell)).name
        out(f"{name}{f', workspace {workspace}' if workspace else ''}: {_in_words(link, missing, shell)}")
        hint(link.problem, *link.alarms, link.clock)
    if missing or not link.in_sync:
        sys.exit(1)


def _view(shell: Shell, link: Link, workspace: str, missing: int = 0) -> SyncView:
    in_sync = link.in_sync and not missing
    state = "alarm" if link.alarms else "in_sync" if in_sync else link.state if link.state != "connected" else "behind"
    return SyncView(
        server=address_of(_address(shell)).name, workspace=workspace, state=state, unsent=link.unsent,
        unsent_since=link.since if link.unsent else None, missing=missing, problem=link.problem,
        alarms=list(link.alarms), clock=link.clock,
    )  # fmt: skip


def _in_words(link: Link, missing: int, shell: Shell) -> str:
    words = link.words(shell.zone)
    more = f"{counted(missing, 'event')} to pull" if missing else ""
    return more if link.in_sync and missing else ", ".join(filter(None, (words, more)))


COMMANDS = (sync,)
