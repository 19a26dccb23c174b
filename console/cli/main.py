"""`warroom`: options, and the list of commands."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from itertools import pairwise
from typing import Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from console import __version__
from console.cli import streams
from console.cli.complete import Completed, references, views, zones
from console.cli.context import NO_SERVER, Shell, fail
from console.cli.output import hint
from console.cli.usage import meant_command, usage_sentence
from console.core.log.ids import reference_prefix
from console.core.log.registry import WORDS
from console.core.refusal import Problem, Refused

INTERRUPTED = 130
"""The exit status after Ctrl+C, as shells give it."""
HUNG_UP = 129
"""The same where the terminal is gone, as after SIGHUP."""


_MODULES = {
    "respond": "declare log sev stage role update task done fix hypothesis snooze undo correct redact handoff",
    "opening": "open wall help",
    "serve": "serve",
    "look": "list show clocks",
    "replay": "replay",
    "watch": "watch",
    "catchup": "catchup",
    "memory": "search history similar suggestions metrics",
    "transfer": "export demo",
    "importing": "import",
    "process": "playbook runbook",
    "drill": "drill",
    "conduct": "classify check change changed ack advice",
    "template": "template",
    "postmortem": "postmortem action actions fixes",
    "care": "doctor backup verify rescue completion",
    "targets": "target",
    "publish": "publish",
    "maintenance": "maintenance",
    "sync": "sync",
}
HOMES: Mapping[str, str] = {name: module for module, names in _MODULES.items() for name in names.split()}
"""The module of each command; the other slash words are commands by themselves (`slash_command`).

Only the module that is asked for is imported: the console opens without the others.
"""

SECTIONS: Mapping[str, str] = {
    "opening": "The console",
    "serve": "The console",
    "respond": "An incident",
    "conduct": "An incident",
    "look": "Look",
    "replay": "Look",
    "watch": "Look",
    "catchup": "Look",
    "memory": "What happened before",
    "postmortem": "Afterwards",
    "transfer": "Documents, imports, practice",
    "importing": "Documents, imports, practice",
    "targets": "Status pages and chats",
    "publish": "Status pages and chats",
    "maintenance": "Status pages and chats",
    "sync": "Several machines",
    "process": "Playbooks, runbooks, templates",
    "drill": "Documents, imports, practice",
    "template": "Playbooks, runbooks, templates",
    "care": "The file and the installation",
}
"""The heading of a module's commands in the help."""

_MEANT = "console.cli.meant"

_ADDED_BY = {"process": "conduct"}
"""A module whose commands get commands of their own from another one."""


class Commands(click.Group):
    """Commands by name; anything else that looks like a reference opens the console on that incident."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*HOMES, *WORDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands and cmd_name in HOMES:
            home = HOMES[cmd_name]
            if home in _ADDED_BY:
                import_module(f"console.cli.{_ADDED_BY[home]}")
            for command in import_module(f"console.cli.{home}").COMMANDS:
                self.add_command(command)
        elif cmd_name not in self.commands and cmd_name in WORDS:
            from console.cli.respond import slash_command

            self.add_command(slash_command(cmd_name))
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        unknown = bool(args) and self.get_command(ctx, args[0]) is None
        if unknown and _like_reference(args[0]) and self._are_options(ctx, args[1:]):
            ctx.meta[_MEANT] = meant_command(args[0], ctx)
            return super().resolve_command(ctx, ["open", *args])
        if unknown:
            raise click.NoSuchCommand(args[0], ctx=ctx)
        return super().resolve_command(ctx, args)

    def _are_options(self, ctx: click.Context, args: list[str]) -> bool:
        """True when only options of the console, with their values, follow a reference."""
        command = self.get_command(ctx, "open")
        assert command is not None
        options = (param for param in command.params if isinstance(param, click.Option) and not param.is_flag)
        take_value = {name for option in options for name in option.opts}
        return all(arg.startswith("-") or before in take_value for before, arg in pairwise(["", *args]))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what a person must be told ends it with the sentence and exit status 1."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            fail(problem.reason)
        except OSError as error:
            shell = ctx.obj
            if not isinstance(shell, Shell) or not (shell.written or shell.done) or not streams.of_output(error):
                raise
            if shell.done:
                fail(f"{shell.done} The output cannot be written.")
            fail(f"It is logged, but the output cannot be written; `warroom show {shell.written}` shows it.")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under headings; the words of the prompt with their forms."""
        width = max(map(len, self.list_commands(ctx)))
        for title in dict.fromkeys(SECTIONS.values()):
            names = [name for name, home in HOMES.items() if SECTIONS[home] == title]
            with formatter.section(title):
                commands = [(name, self.get_command(ctx, name)) for name in names]
                formatter.write_dl(
                    [(name.ljust(width), each.get_short_help_str(200)) for name, each in commands if each]
                )
        with formatter.section("As in the prompt"):
            formatter.write_dl([(name.ljust(width), WORDS[name].form) for name in sorted(WORDS.keys() - HOMES.keys())])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands, and incidents that may stand in their place."""
        items = super().shell_complete(ctx, incomplete)
        return items if incomplete.startswith("-") else [*items, *references(ctx, None, incomplete)]


def _like_reference(text: str) -> bool:
    try:
        reference_prefix(text)
    except Refused:
        return False
    return True


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", envvar="WARROOM_DB", metavar="PATH", help="The database file.")
@click.option("--as", "actor", envvar="WARROOM_USER", metavar="NAME", help="Who you are; else the login name.")
@click.option(
    "--tz", envvar="WARROOM_TZ", metavar="ZONE", type=Completed(zones), help="The zone of times; else the machine's."
)
@click.option(
    "--sync", envvar="WARROOM_SYNC", metavar="ADDRESS", help="The PostgreSQL server that joins machines; off for none."
)
@click.option("--read-only", is_flag=True, help="Change nothing and send nothing.")
@click.option("--plain", is_flag=True, help="The console as lines: for screen readers, TERM=dumb and slow links.")
@click.option("--view", metavar="NAME", type=Completed(views), help="The view to begin with, such as targets.")
@click.option(
    "--config", envvar="WARROOM_CONFIG", metavar="FOLDER", help="The folder of your settings, playbooks and templates."
)
@click.version_option(__version__, "-V", "--version", prog_name="warroom")
@click.pass_context
def warroom(
    ctx: click.Context, db: str | None, actor: str | None, tz: str | None, sync: str | None, read_only: bool,
    plain: bool, view: str | None, config: str | None,
) -> None:  # fmt: skip
    """Run an incident: declare, log, assign, count down, hand off.

    Without a command, or with an incident's reference, it opens the console.
    """
    ctx.obj = Shell(db, actor, tz, read_only, config)
    ctx.obj.plain, ctx.obj.view, ctx.obj.meant = plain, view or "", ctx.meta.get(_MEANT, "")
    ctx.obj.check()
    ctx.obj.sync_option = sync
    if sync and sync != NO_SERVER and ctx.get_parameter_source("sync") is ParameterSource.COMMANDLINE:
        from console.cli.sync import check_visible

        check_visible(sync)
    if ctx.invoked_subcommand is None:
        from console.cli.opening import open_console

        open_console(ctx.obj, "")


def main() -> None:
    """The entry point: nothing that a user can cause ends in a traceback."""
    if sys.platform == "win32":
        fail("Warroom runs on Linux and macOS; on Windows use WSL.")
    streams.prepare()
    try:
        status = warroom.main(prog_name="warroom", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.UsageError as error:
        hint(usage_sentence(error))
        sys.exit(error.exit_code)
    except click.ClickException as error:
        fail(error.format_message())
    except click.Abort:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone; point stdout elsewhere so that the interpreter's last flush is silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except UnicodeEncodeError:
        fail("The file's name is not valid text; choose another name.")
    except OSError as error:
        if streams.is_gone(error):
            streams.leave_terminal()
            sys.exit(HUNG_UP)
        fail(streams.trouble(error))
