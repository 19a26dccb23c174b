"""Text on a person's terminal: its width, colour, and columns that wrap under themselves.

Into a pipe every row stays one line without colour, so that scripts may cut it up.
"""

import os
import shutil
import sys

import click
from rich.cells import cell_len

_NARROWEST = 30
"""A text column of fewer cells is left to the terminal to wrap."""


def columns() -> int | None:
    """How many columns standard output has; None into a pipe or a file."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else None


def alarm(text: str) -> str:
    """The text in the colour of alarm, where colour is wanted and seen; its words must say it too."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else click.style(text, fg="red", bold=True)


def hint(sentence: str) -> None:
    """Says what to do where there is nothing to show: on stderr, so that what is piped on stays empty."""
    click.echo(sentence, err=True)


def row(head: str, text: str, width: int | None) -> str:
    """`head` and `text` as one row of at most `width` cells a line; what does not fit goes on under the text."""
    indent = cell_len(head)
    if width is None or width - indent < _NARROWEST:
        return head + text
    return head + ("\n" + " " * indent).join(_wrap(text, width - indent))


def _wrap(text: str, room: int) -> list[str]:
    """The text in lines of at most `room` cells, broken at blanks, and inside words that are longer than a line."""
    lines, line, used = [], "", 0
    for word in text.split(" "):
        size = cell_len(word)
        if line and used + 1 + size <= room:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line:
            lines.append(line.rstrip())
        while size > room:
            fits = _fits(word, room)
            lines.append(word[:fits])
            word = word[fits:]
            size = cell_len(word)
        line, used = word, size
    return [*lines, line]


def _fits(word: str, room: int) -> int:
    """How many characters of the word take at most `room` (≥ 2) cells."""
    used = 0
    for place, char in enumerate(word):
        used += cell_len(char)
        if used > room:
            return place
    return len(word)
