"""Wrong usage, told in one sentence: what is wrong and what would be right."""

import click

from console.core.language.nearest import nearest

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
"""Before the name of an option: as people write them, and as programs for texts make one of two."""


def usage_sentence(error: click.UsageError) -> str:
    """The sentence for a command line that cannot be read; without an end of line."""
    ctx = error.ctx
    path = ctx.command_path if ctx else "warroom"
    if isinstance(error, click.NoSuchCommand) and ctx:
        meant = meant_command(error.command_name, ctx)
        return f"There is no command “{error.command_name}”; {meant}`{path} --help` lists them."
    if isinstance(error, click.NoSuchOption):
        return _no_option(error.option_name, ctx, path)
    if isinstance(error, click.MissingParameter) and ctx and error.param:
        name = error.param.make_metavar(ctx) if isinstance(error.param, click.Argument) else error.param.opts[-1]
        return f"`{path}` needs {name.removesuffix('...')}: write {_usage(ctx)}; `{path} --help` says more."
    sentence = error.format_message()
    if isinstance(error, click.BadParameter) and error.param:
        name = f"{error.param.opts[-1]}: " if isinstance(error.param, click.Option) else ""
        message = error.message.replace("a valid float", "a number").replace("a valid integer", "a whole number")
        sentence = f"{name}{message}"
    return f"{sentence.rstrip('.')}; `{path} --help` says what it takes."


def meant_command(name: str, ctx: click.Context) -> str:
    """A question after the nearest command of the context's group; empty where none is near."""
    known = ctx.command.list_commands(ctx) if isinstance(ctx.command, click.Group) else []
    option = f"--{name.casefold()}"
    close = option if option in _options(ctx) else _other_word(name.casefold(), ctx) or nearest(name.casefold(), known)
    return f"did you mean `{ctx.command_path} {close}`? " if close else ""


def _other_word(name: str, ctx: click.Context) -> str:
    """The command that people mean by another word, as in the prompt: `undo REF declaration` for withdraw."""
    if ctx.parent is not None:
        return ""
    # Read when a command is not known: nothing else on the command line needs the prompt's words.
    from console.app.lines import MEANT

    line = MEANT.get(name, "").partition(" !")[0]
    command, _, argument = line.partition(" ")
    return f"{command[1:]} REF {argument}".removesuffix(" REF ") if line.startswith("/") else ""


def _no_option(name: str, ctx: click.Context | None, path: str) -> str:
    root = ctx.find_root() if ctx else None
    if ctx is None or root is None:
        return f"There is no option {name}; `{path} --help` lists those there are."
    if root is not ctx and name in _options(root):
        command = path.removeprefix(f"{root.command_path} ")
        return f"The option {name} goes before the command: `warroom {name} … {command}`."
    if name in _options(ctx):
        return f"Write {name} and its value as words of their own, or `--` before text that begins so."
    close = nearest(name.lstrip(DASHES).casefold(), [option.lstrip("-") for option in _options(ctx)])
    meant = f"did you mean --{close}? " if close else ""
    text = any(isinstance(param, click.Argument) and param.nargs == -1 for param in ctx.command.params)
    behind = " Write `--` before text that begins so." if text else ""
    return f"There is no option {name}; {meant}`{path} --help` lists those there are.{behind}"


def _options(ctx: click.Context) -> list[str]:
    """The options of the context's command, but for that of its help."""
    options = (param for param in ctx.command.get_params(ctx) if isinstance(param, click.Option))
    return [name for option in options for name in option.opts if name not in ("--help", "-h")]


def _usage(ctx: click.Context) -> str:
    """The arguments in their order and the options that must be there, as one would type them."""
    words = [ctx.command_path]
    for param in ctx.command.get_params(ctx):
        if isinstance(param, click.Argument):
            words.append(param.make_metavar(ctx).removesuffix("..."))
        elif isinstance(param, click.Option) and param.required:
            words.append(f"{param.opts[-1]} {param.metavar or 'TEXT'}")
    return " ".join(words)
