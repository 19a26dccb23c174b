"""Writes docs/reference.md and README's table of keys, or manual pages, from commands, keys, settings and variables.

python scripts/reference.py [--man FOLDER]
"""

import inspect
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from textual.theme import BUILTIN_THEMES

from console import __version__
from console.app import settings
from console.app.acts import BOARD_VIEWS, BY_ID, BY_SLASH, VIEWS, Act
from console.app.lines import LINE_ACTS
from console.app.registry import SCREEN_WORDS, key_table
from console.cli.main import HOMES, warroom
from console.core.log.registry import WORDS
from console.core.log.slash import SLASH_WORDS

ROOT = Path(__file__).parents[1]
PAGE, README = ROOT / "docs/reference.md", ROOT / "README.md"

ENVIRONMENT = {
    "WARROOM_TARGET_NAME_KEY": "the key of the target NAME, in capitals, with _ for what is no letter or digit",
    "WARROOM_COMPLETE": "set by the shell's completion; nothing for you to set",
    "NO_COLOR": "set to anything: no colours",
    "TERM": "the terminal's kind; `dumb` is refused by the console and taken by `--plain`",
    "VISUAL": "your editor, for a text of several lines; before EDITOR",
    "EDITOR": "your editor",
    "TMUX": "set by tmux: a copied text is handed to it",
    "HTTPS_PROXY": "the proxy through which targets are reached; NO_PROXY names those that are reached without it",
    "XDG_DATA_HOME": "the data folder on Linux; the database is in `warroom` below it",
    "XDG_CONFIG_HOME": "the configuration folder on Linux; yours is `warroom` below it",
}
"""Variables that no option of the command names."""


def commands(group: click.Group, path: str, ctx: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Each command below a group with its whole name, those below it behind it."""
    for name in group.list_commands(ctx):
        if group is warroom and name in WORDS and name not in HOMES:
            continue
        command = group.get_command(ctx, name)
        assert command is not None
        below = click.Context(command, info_name=name, parent=ctx)
        yield f"{path} {name}", command, below
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}", below)


def options(command: click.Command, ctx: click.Context) -> list[tuple[str, str]]:
    """The options of a command, each with its help."""
    own = (parameter for parameter in command.params if isinstance(parameter, click.Option))
    return [record for parameter in own if (record := parameter.get_help_record(ctx)) is not None]


def help_of(command: click.Command) -> str:
    """A command's help without its line breaks, one paragraph a line."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def usage(command: click.Command, ctx: click.Context, path: str) -> str:
    """The form of a command."""
    return " ".join([path, *command.collect_usage_pieces(ctx)])


def page() -> str:
    """docs/reference.md."""
    ctx = click.Context(warroom, info_name="warroom")
    changeable = (act for act in BY_ID.values() if act.default_keys or not act.shown_keys)
    lines = [
        "# Settings, environment and commands",
        "",
        "Made by `python scripts/reference.py` from the program itself.",
        "",
        "## Settings",
        "",
        "`settings.toml` in the configuration folder (`warroom doctor` names it). Each key may be missing; one that",
        "cannot be read is told, and its default is used.",
        "",
        "```toml",
        *(settings.__doc__ or "").split("\n\n", 2)[2].strip().splitlines(),
        "```",
        "",
        f"The themes of Textual are: {', '.join(f'`{name}`' for name in sorted(BUILTIN_THEMES))}.",
        "Where one of their colours could not be read on its ground, the console shows it lighter or darker.",
        "",
        "## Acts and their keys",
        "",
        "For `[keys]` in the settings. A letter or a sign works outside the prompt, where it only names what it",
        "does until Enter is pressed, and with Alt everywhere. A key that is given twice, that edits a text, or that",
        "would be text where the act belongs is refused with a sentence at start and by `warroom doctor`; the others",
        "still count. Two acts may swap their keys. Esc, Enter, Tab, the arrows and the page keys keep their meaning.",
        "",
        *_table([(act.id, _act(act)) for act in changeable], "act", "key and act"),
        "## Views",
        "",
        "For `--view`, as in `warroom K7Q2 --view handoff`: what the console begins with. Without an incident it takes",
        f"those of the board, as in `warroom --view targets`: {', '.join(BOARD_VIEWS)}.",
        "",
        *_table(
            [(name, f"{act.title}. {act.help}") for name, act in VIEWS.items()], "view", "its act"
        ),
        "## Environment",
        "",
        "| variable | holds |",
        "|---|---|",
    ]  # fmt: skip
    for parameter in warroom.params:
        if isinstance(parameter, click.Option) and parameter.envvar:
            lines.append(f"| `{parameter.envvar}` | as `{parameter.opts[0]}`: {parameter.help} |")
    lines += [f"| `{name}` | {words} |" for name, words in ENVIRONMENT.items()]
    lines += ["", "## Commands", "", help_of(warroom), "", *_table(options(warroom, ctx)), ""]
    lines += ["Options of `warroom` itself stand before the command. Each command has `--help`.", ""]
    for path, command, below in commands(warroom, "warroom", ctx):
        heading = "####" if path.count(" ") > 1 else "###"
        lines += [
            f"{heading} `{usage(command, below, path)}`",
            "",
            help_of(command),
            "",
            *_table(options(command, below)),
        ]
    lines += [
        "",
        "## Slash words",
        "",
        'As they are written in the prompt, in `warroom log REF "/…"` and with `--plain`. Words of the second table',
        "belong to the screens. A word of the first without a command of its own above is one, too:",
        "`warroom WORD REF …` logs what the word does.",
        "",
    ]
    logged = [(form, _does(word)) for word, form in sorted(SLASH_WORDS.items())]
    screens = [(form, _does(word)) for word, form in sorted(SCREEN_WORDS.items())]
    tables = [*_table(logged, "word", "does"), *_table(screens, "word", "does")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join([*lines, *tables])) + "\n"


def _does(word: str) -> str:
    """The title of what a slash word does."""
    lines = (line.title for line in LINE_ACTS if line.line.split()[0] == f"/{word}")
    return BY_SLASH[word].title if word in BY_SLASH else next(lines, "")


def _act(act: Act) -> str:
    """An act's keys and its title."""
    keys = " or ".join(f"`{key}`" for key in act.label.split(" or ") if key)
    return f"{keys or 'no key'}: {act.title}"


def _table(rows: list[tuple[str, str]], first: str = "option", second: str = "does") -> list[str]:
    shown = [(left.replace("|", "\\|"), right.replace("|", "\\|")) for left, right in rows]
    return (
        [f"| {first} | {second} |", "|---|---|", *(f"| `{left}` | {right} |" for left, right in shown), ""]
        if rows
        else []
    )


def manual(day: str) -> dict[str, str]:
    """The manual pages by their file's name: one for warroom, one for each of its commands."""
    ctx = click.Context(warroom, info_name="warroom")
    listed = list(commands(warroom, "warroom", ctx))
    pages = {
        "warroom.1": _manual("warroom", warroom, ctx, day, [path for path, _, _ in listed if path.count(" ") == 1])
    }
    for path, command, below in listed:
        inner = [other for other, _, _ in listed if other.startswith(f"{path} ")]
        pages[f"{path.replace(' ', '-')}.1"] = _manual(path, command, below, day, inner)
    return pages


def _manual(path: str, command: click.Command, ctx: click.Context, day: str, others: list[str]) -> str:
    name = path.replace(" ", "-")
    first, _, rest = help_of(command).partition("\n\n")
    lines = [
        f'.TH "{name.upper()}" 1 "{day}" "Warroom {__version__}" "Warroom"',
        ".SH NAME", f"{_roff(name)} \\- {_roff(first.rstrip('.'))}",
        ".SH SYNOPSIS", f".B {_roff(path)}", _roff(" ".join(command.collect_usage_pieces(ctx))),
        ".SH DESCRIPTION", _roff(first), *(f".PP\n{_roff(paragraph)}" for paragraph in rest.split("\n\n") if paragraph),
    ]  # fmt: skip
    if options(command, ctx):
        lines += [".SH OPTIONS", *(f".TP\n.B {_roff(left)}\n{_roff(right)}" for left, right in options(command, ctx))]
    if others:
        lines += [".SH SEE ALSO", ", ".join(f"{_roff(other.replace(' ', '-'))}(1)" for other in others)]
    return "\n".join(lines) + "\n"


def readme(text: str) -> str:
    """README with its table of the room's keys as it is now."""
    before, rest = text.split("<!-- keys -->\n")
    return f"{before}<!-- keys -->\n{key_table()}<!-- /keys -->{rest.partition('<!-- /keys -->')[2]}"


def _roff(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    if "--man" in sys.argv:
        folder = Path(sys.argv[sys.argv.index("--man") + 1])
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in manual(datetime.now(UTC).date().isoformat()).items():
            (folder / file).write_text(text, encoding="utf-8")
    else:
        PAGE.write_text(page(), encoding="utf-8")
        README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
