"""Wrong usage, told in one sentence: what is wrong and what would be right."""

from difflib import get_close_matches

import click


def usage_sentence(error: click.UsageError) -> str:
    """The sentence for a command line that cannot be read; without an end of line."""
    ctx = error.ctx
    path = ctx.command_path if ctx else "warroom"
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


def unknown_command(name: str, known: list[str]) -> str:
    """The sentence for a word that is neither a command nor an incident's reference."""
    close = get_close_matches(name, known, n=1)
    meant = f"did you mean `warroom {close[0]}`? " if close else ""
    return f"There is no command “{name}”; {meant}`warroom --help` lists them."


def _no_option(name: str, ctx: click.Context | None, path: str) -> str:
    root = ctx.find_root() if ctx else None
    options = [param for param in root.command.get_params(root) if isinstance(param, click.Option)] if root else []
    names = {name for option in options for name in option.opts if name not in ("--help", "-h")}
    if root is not None and root is not ctx and name in names:
        command = path.removeprefix(f"{root.command_path} ")
        return f"The option {name} goes before the command: `warroom {name} … {command}`."
    return f"There is no option {name}; `{path} --help` lists those there are."


def _usage(ctx: click.Context) -> str:
    """The arguments in their order and the options that must be there, as one would type them."""
    words = [ctx.command_path]
    for param in ctx.command.get_params(ctx):
        if isinstance(param, click.Argument):
            words.append(param.make_metavar(ctx).removesuffix("..."))
        elif isinstance(param, click.Option) and param.required:
            words.append(f"{param.opts[-1]} {param.metavar or 'TEXT'}")
    return " ".join(words)
