"""Commands of the shell and what a person writes behind one: text that may begin with a dash, times, lengths."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from glob import glob
from itertools import pairwise
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from console.cli.complete import Completed, references, values_of
from console.cli.context import Shell, pass_shell
from console.cli.output import through_pager
from console.cli.usage import DASHES
from console.core.language.pattern import late
from console.core.language.time_doubt import day_doubt
from console.core.language.times import parse_duration
from console.core.language.when import parse_ahead, parse_since, parse_when
from console.core.refusal import Refused

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
ONLY_PREPARED = "--json tells what --prepare-only wrote; leave it out, or add that"


_LIKE_OPTION = late(r"--\w")


class StrictCommand(click.Command):
    """A command that takes no option, and no end of the line, for another option's value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = self.takes_value(ctx)
        if ctx.resilient_parsing and args and takes_value.get(args[-1]):
            # Completion asks for the values of the last option; all before it is read.
            args = args[:-1]
        typed = args[: args.index("--")] if "--" in args else args
        for arg, value in pairwise([*typed, "--"]):
            if takes_value.get(arg) and value in (*takes_value, "--") and not ctx.resilient_parsing:
                raise click.BadOptionUsage(arg, f"The option {arg} needs a value", ctx)
        if twice := self._given_twice(ctx, typed):
            raise click.BadOptionUsage(twice, f"The option {twice} is given twice", ctx)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def _given_twice(self, ctx: click.Context, typed: Sequence[str]) -> str:
        """An option with one value that has several, of which only the last would count; empty where there is none."""
        single = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        single = [option for option in single if not (option.is_flag or option.multiple or option.count)]
        names = {name: option.name for option in single for name in (*option.opts, *option.secondary_opts)}
        given = [name for arg in typed if (name := arg.partition("=")[0]) in names]
        seen: set[str | None] = set()
        for name in given:
            if names[name] in seen:
                return name
            seen.add(names[name])
        return ""

    def takes_value(self, ctx: click.Context) -> dict[str, bool]:
        """The options by their names, and whether each takes a value."""
        options = (param for param in self.get_params(ctx) if isinstance(param, click.Option))
        return {name: not option.is_flag for option in options for name in (*option.opts, *option.secondary_opts)}


class WordsCommand(StrictCommand):
    """A command whose last argument is free text: `log K7Q2 "-4m ! rolled back"` needs no `--` before the text.

    Only the command's own long options count as options, wherever they stand, and `-h` only before the first word. What
    begins like a long option and is none is refused, as is one with other dashes before its name, so that a misspelt
    `--drill` declares no real incident. All else is text, as is everything behind `--`.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = {name: takes for name, takes in self.takes_value(ctx).items() if name.startswith("--")}
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
            elif not ctx.resilient_parsing and (
                _LIKE_OPTION.match(arg) or (name[:1] in DASHES and f"--{name.lstrip(DASHES)}" in takes_value)
            ):
                raise click.NoSuchOption(name.split()[0], ctx=ctx)
            else:
                words.append(arg)
        return super().parse_args(ctx, [*options, "--", *words])


def command(
    arguments: str = "", *, group: click.Group | None = None, name: str | None = None, help: str | None = None,
    writes: bool = False, pages: bool = False, example: str | None = None,
) -> Callable[[Callable[..., None]], click.Command]:  # fmt: skip
    """Makes a command of a function that takes the shell first, then the arguments and options by their names.

    `arguments` are written as in its usage, `ref [item=next] text...`: those in brackets may be left out. A last one
    with dots is free text, given to the function as one text. One that writes takes `--json`; what one prints that
    `pages` goes through $PAGER. `example` is what stands behind its name in a command line that its help shows.
    """

    def made(function: Callable[..., None]) -> click.Command:
        callback = pass_shell(through_pager(function) if pages else function)
        if writes:
            callback = json_in_place("What was written as JSON, an event a line, as in docs/json.md.")(callback)
        for word in reversed(arguments.split()):
            argument, _, default = word.strip("[]").partition("=")
            if argument.endswith("..."):
                bare = argument.removesuffix("...")
                click.argument(bare, nargs=-1, required=word == argument, callback=_joined)(callback)
            else:
                complete = references if argument == "ref" else None
                more: dict[str, Any] = {"default": default, "callback": _written} if word.startswith("[") else {}
                click.argument(argument, shell_complete=complete, **more)(callback)
        cls = WordsCommand if "..." in arguments else StrictCommand
        command = (group.command if group else click.command)(name, cls=cls, help=help)(callback)
        if example is not None:
            path = " ".join(filter(None, ("warroom", group.name if group else "", command.name, example)))
            command.epilog = f"Example: {path}"
        for param in command.params:
            values = values_of(command, param, group.name or "" if group else "")
            if values and isinstance(param.type, click.types.StringParamType):
                param.type = Completed(values)
        return command

    return made


def json_in_place(help: str) -> Callable[[Decorated], Decorated]:
    """`--json` of a command that writes or changes something: JSON takes the place of its sentences."""

    def note(ctx: click.Context, param: click.Parameter, as_json: bool) -> None:
        ctx.ensure_object(Shell).as_json = as_json

    return click.option("--json", is_flag=True, help=help, expose_value=False, callback=note)


def _written(ctx: click.Context, param: click.Parameter, word: str) -> str:
    # What a script gives of a variable that is not set would do what stands for nothing written: go to the next stage.
    if ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE and not word.strip():
        raise _empty(param)
    return word


def _empty(param: click.Parameter) -> click.UsageError:
    return click.UsageError(f"{param.human_readable_name.upper()} is empty; write it, or leave it out")


def _joined(ctx: click.Context, param: click.Parameter, words: tuple[str, ...]) -> str:
    # `log K7Q2 * disk full` without quotes: what came are the names of the files here.
    names = set(glob("*")) if len(words) > 1 else set()
    if len(names) > 1 and names in (set(words[: len(names)]), set(words[1 : len(names) + 1])):
        raise click.UsageError("The shell has put the names of your files in the place of *; put the text in quotes")
    text = " ".join(words)
    if words and not text.strip() and not param.required:
        raise _empty(param)
    return text


def json_option(page: str = "json") -> Callable[[Decorated], Decorated]:
    return click.option("--json", "as_json", is_flag=True, help=f"JSON, as described in docs/{page}.md.")


def at_option(
    help: str = "When it happened: -4m, 14:32, yesterday 23:50.", *, asks: bool = True
) -> Callable[[Decorated], Decorated]:
    """`--at`, given to the function as a moment; None where it is left out. Readers are asked nothing."""
    callback = _read_with(parse_when, day_doubt if asks else None)
    return click.option("--at", metavar="WHEN", help=help, callback=callback)


Read = TypeVar("Read")


def _read_with(
    read: Callable[..., Read], doubts: Callable[..., str] | None = None
) -> Callable[[click.Context, click.Parameter, str | None], Read | None]:
    """An option's callback, which reads its text by the shell's moment and zone; None where it is left out."""

    def value(ctx: click.Context, param: click.Parameter, text: str | None) -> Read | None:
        shell = ctx.ensure_object(Shell)
        if text is None:
            return None
        moment = read(text, now=shell.now(), zone=shell.zone)
        shell.point_out(doubts(text, now=shell.now(), zone=shell.zone) if doubts else "")
        return moment

    return value


def length_option(*names: str, metavar: str, help: str) -> Callable[[Decorated], Decorated]:
    """An option for a length of time, of which `metavar` is an example; None where it is left out."""

    def read(ctx: click.Context, param: click.Parameter, text: str | None) -> timedelta | None:
        length = parse_duration(text) if text is not None else None
        if text is not None and length is None:
            raise Refused(f"“{text}” is not a length of time; write for example {names[0]} {metavar}.")
        return length

    return click.option(*names, metavar=metavar, help=help, callback=read)


def pairs_option(
    name: str, dest: str, *, read: Callable[[str], tuple[str, str]], metavar: str, help: str
) -> Callable[[Decorated], Decorated]:
    """An option of two texts in one, which may be given more than once; `read` raises BadParameter."""

    def pairs(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        return tuple(map(read, texts))

    return click.option(name, dest, multiple=True, metavar=metavar, help=help, callback=pairs)


def ahead_option(*names: str, metavar: str, help: str) -> Callable[[Decorated], Decorated]:
    """An option for a moment that has not come, as a length or a time of day; None where it is left out."""
    read, doubts = partial(parse_ahead, field=""), partial(day_doubt, due=True)
    return click.option(*names, metavar=metavar, help=help, callback=_read_with(read, doubts))


def since_option(help: str) -> Callable[[Decorated], Decorated]:
    """`--since`, given to the function as a moment: a length before now, a date, or a moment; None where left out."""
    return click.option("--since", metavar="WHEN", help=help, callback=_read_with(parse_since))
