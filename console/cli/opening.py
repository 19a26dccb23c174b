"""The command that opens the console, as a screen or as lines."""

import os
import sys
from datetime import timedelta

import click

from console.cli.context import Shell, fail
from console.cli.output import out
from console.cli.params import command, length_option
from console.core.language.nearest import perhaps
from console.core.language.text import one_line
from console.core.refusal import Refused

WALL_PAGE, SHORTEST_PAGE = timedelta(seconds=20), timedelta(seconds=1)
"""The time for which a page of the wall is shown by default, and the least that can be asked for."""


def open_console(shell: Shell, text: str) -> None:
    """Opens the screen, or the mode of plain lines; without a terminal it says what to do instead."""
    view, ref = shell.view.casefold(), ""
    if view:
        check_view(view, text, plain=shell.plain)
    if text:
        with shell.ledger(writing=False) as ledger:
            try:
                ref = ledger.resolve(text)
            except Refused as refused:
                if not shell.meant:
                    raise
                sentence = f"There is no command or incident “{text}”; {shell.meant}`warroom help` lists the commands."
                raise Refused(sentence, "ref") from refused
    if shell.plain:
        from console.cli.plain import open_plain

        open_plain(shell, ref)
        return
    _check_terminal()
    from console.app.main import PRACTICE, Start, run_app

    while True:
        status = run_app(
            log_path=shell.path, actor=shell.actor, zone=shell.zone, start=Start(ref, view, sync=shell.sync),
            read_only=shell.read_only, config=shell.settings,
        )  # fmt: skip
        if status != PRACTICE:
            sys.exit(status)
        # Asked for on the board: the practice room, and then the board again.
        from console.cli.transfer import play_practice

        play_practice(shell, None)
        ref = view = ""


def check_view(name: str, ref: str, *, plain: bool) -> None:
    """Raises Refused for a view that there is not, or not there."""
    from console.app.acts import BOARD_VIEWS, VIEWS

    if name not in VIEWS:
        raise Refused(
            f"There is no view “{one_line(name, 40)}”{perhaps(name, VIEWS)}; choose one of {', '.join(VIEWS)}."
        )
    if plain:
        raise Refused("The console as lines has no views; leave out --plain or --view.")
    if not ref and name not in BOARD_VIEWS:
        raise Refused(f"The view {name} is of one incident; write warroom REF --view {name}.")


def _check_terminal() -> None:
    from console.app.terminal.served import is_served

    if not is_served(os.environ) and not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail("The console needs a terminal; run it without a pipe, or use warroom --plain, list and show.")


@command("[ref]", name="open", example="K7Q2")
@click.option("--plain", is_flag=True, help="As lines, without a screen.")
@click.option("--view", metavar="NAME", help="The view to begin with, such as handoff or postmortem.")
def open_(shell: Shell, ref: str, plain: bool, view: str | None) -> None:
    """Open the console: the board, or one incident. The word "open" may be left out."""
    shell.plain = shell.plain or plain
    shell.view = shell.view if view is None else view
    open_console(shell, ref)


@command(example="--every 30s")
@length_option("--every", metavar="20s", help="How long a page is shown where more are open than fit; else 20s.")
def wall(shell: Shell, every: timedelta | None) -> None:
    """Show the open incidents on the screen on the wall: large, read-only, turning from page to page."""
    every = WALL_PAGE if every is None else every
    if every < SHORTEST_PAGE:
        raise Refused("A page is shown for 1s at least; write for example --every 30s.", "every")
    if shell.plain:
        fail("The wall is a screen; `warroom watch` follows the log as lines.")
    _check_terminal()
    from console.app.main import Start, run_app

    status = run_app(
        log_path=shell.path, actor=shell.actor, zone=shell.zone, start=Start(wall=every), read_only=True,
        config=shell.settings,
    )  # fmt: skip
    sys.exit(status)


@command("[command...]", name="help", pages=True, example="log")
@click.pass_context
def help_(ctx: click.Context, shell: Shell, command: str) -> None:
    """The help of a command, or the list of commands: help log."""
    within = ctx.find_root()
    for name in command.split():
        known = within.command
        subcommand = known.get_command(within, name) if isinstance(known, click.Group) else None
        if subcommand is None:
            raise click.NoSuchCommand(name, ctx=within)
        within = click.Context(subcommand, info_name=name, parent=within)
    out(within.get_help())


COMMANDS = (open_, wall, help_)
