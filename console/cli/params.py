"""Reading what a person writes behind a command: text that may begin with a dash, times, lengths of time."""

from datetime import datetime, timedelta

import click

from console.cli.context import Shell, fail
from console.core.language.times import parse_duration
from console.core.language.when import parse_when


class WordsCommand(click.Command):
    """A command whose last argument is free text: `log K7Q2 "-4m ! rolled back"` needs no `--` before the text.

    Only the command's own long options count as options, wherever they stand, and `-h` only before the first word. All
    else is text, as is everything behind `--`.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = {
            name: not option.is_flag
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
            for name in option.opts
            if name.startswith("--")
        }
        options: list[str] = []
        words: list[str] = []
        rest = list(args)
        while rest:
            arg = rest.pop(0)
            name = arg.partition("=")[0]
            if arg == "--":
                words += rest
                break
            if arg == "-h" and not words:
                options.append(arg)
            elif name in takes_value:
                options.append(arg)
                if takes_value[name] and "=" not in arg and rest:
                    options.append(rest.pop(0))
            else:
                words.append(arg)
        return super().parse_args(ctx, [*options, "--", *words])


def moment(shell: Shell, text: str | None) -> datetime | None:
    """The `--at` of a command."""
    return None if text is None else parse_when(text, now=shell.now(), zone=shell.zone)


def length(text: str | None, example: str) -> timedelta | None:
    if text is None:
        return None
    found = parse_duration(text)
    if found is None:
        fail(f"“{text}” is not a length of time; write for example {example}.")
    return found


at_option = click.option("--at", "at", metavar="WHEN", help="When it happened: -4m, 14:32, yesterday 23:50.")
