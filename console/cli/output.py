"""Text on a person's terminal: its width, colour, and columns that wrap under themselves.

Into a pipe every row stays one line without colour, so that scripts may cut it up.
"""

import io
import os
import re
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial, wraps
from typing import Any, TextIO

import click
from rich.cells import cell_len

from console.core.language.pattern import late
from console.core.language.text import clean
from console.wrapping import wrap

_NARROWEST = 30
"""A text column of fewer cells is left to the terminal to wrap."""


def columns(stream: TextIO | None = None) -> int | None:
    """The number of columns that a stream, by default standard output, has; None into a pipe or a file."""
    return shutil.get_terminal_size((80, 24)).columns if (stream or sys.stdout).isatty() else None


def alarm(text: str) -> str:
    """The text in the colour of alarm, where colour is wanted and seen; its words must say it too."""
    return click.style(text, fg="red", bold=True) if _has_colour() else text


def _has_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


_ALARM = late("|".join(re.escape(clean(code)) for code in click.style("x", fg="red", bold=True).split("x")))


def out(text: object = "", *, nl: bool = True) -> None:
    """Print on standard output; what a terminal would obey is shown, but for the colour of alarm."""
    shown = clean(str(text))
    if _has_colour():
        shown = _ALARM.sub(lambda code: code[0].replace("␛", "\x1b"), shown)
    click.echo(shown, nl=nl)


class _Held(io.StringIO):
    """A buffer of output for a terminal, before it is shown."""

    def isatty(self) -> bool:
        return True


def through_pager(function: Callable[..., None]) -> Callable[..., None]:
    """The function, whose output goes through the program that $PAGER names where it is longer than the terminal."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        if not (os.environ.get("PAGER") and sys.stdout.isatty() and sys.stdin.isatty()):
            function(*args, **kwargs)
            return
        lines = shutil.get_terminal_size((80, 24)).lines
        with redirect_stdout(_Held()) as held:
            try:
                function(*args, **kwargs)
            finally:
                text = held.getvalue()
                with redirect_stdout(sys.__stdout__):
                    show = click.echo_via_pager if text.count("\n") >= lines else partial(click.echo, nl=False)
                    show(text, color=_has_colour())

    return run


def say(text: str) -> None:
    out(clean(text, multiline=False))


def hint(*sentences: str) -> None:
    """Prints them on stderr, a line each, so that what is piped on stays as it is; an empty one is passed over."""
    for sentence in filter(None, sentences):
        click.echo(row("", clean(sentence, multiline=False), columns(sys.stderr)), err=True)


def say_row(head: str, text: str) -> None:
    out(row(head, clean(text, multiline=False), columns()))


def row(head: str, text: str, width: int | None) -> str:
    """`head` and `text` as one row of at most `width` cells a line; what does not fit goes on under the text."""
    indent = cell_len(head)
    if width is None or width - indent < _NARROWEST:
        return head + text
    return head + ("\n" + " " * indent).join(line.rstrip() for line in wrap(text, width - indent))
