"""Commands that show the process: playbooks and runbooks, the built-in ones and a team's own."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.cells import cell_len

from console.cli.context import Shell, fail, print_json
from console.cli.output import columns, hint, out, row, say, say_row
from console.cli.params import command, json_option
from console.core.language.text import clean, counted
from console.core.playbook.model import Playbook
from console.core.playbook.runbook import Runbook
from console.core.refusal import Refused
from console.export.playbookview import PARTS, Row, outline, playbook_json, runbook_json
from console.library.playbooks import Playbooks
from console.library.runbooks import Runbooks
from console.library.shelf import Shelf
from console.library.templates import Templates

_WIDEST_HEAD = 20
"""A longer head stands on a line of its own, above its text."""

_MARKS = ("· ", "☐ ", "? ", "→ ", "$ ")

AnyBook = TypeVar("AnyBook", Playbook, Runbook)
T = TypeVar("T")


def _print_rows(rows: Iterable[Row]) -> None:
    """Rows in two columns; in a pipe each text stays on one line, with its head before it."""
    rows, width = list(rows), columns()
    column = max((size for line in rows if (size := cell_len(line.head)) <= _WIDEST_HEAD), default=0)
    for line in rows:
        head, size = line.head, cell_len(line.head)
        if size > column:
            out(row("  ", head, width))
            head, size = "", 0
        gap = " " * (column - size + (2 if column else 0))
        # What wraps goes on under the text, not under its mark.
        mark = line.text[:2] if line.text[:2] in _MARKS else ""
        out(row(f"  {head}{gap}{mark}", line.text[len(mark) :], width).rstrip())


def _print_books(shelf: Shelf[AnyBook], describe: Callable[[AnyBook], str]) -> None:
    books = shelf.usable()
    indent = max(map(len, books))
    for name, book in books.items():
        mark = "  (yours)" if shelf.path(name) else ""
        say_row(f"{name:<{indent}}  ", f"{book.title}{describe(book)}{mark}")


def own_file(shelf: Shelf[Any], name: str) -> str | None:
    """The team's own file of that name; None for a built-in one."""
    path = shelf.path(name)
    return clean(str(path), multiline=False) if path else None


def _shown(shelf: Shelf[AnyBook], name: str) -> AnyBook:
    """The book of that name; why the team's own is not used is told on stderr."""
    book = shelf.get(name)
    hint(shelf.complaint(book.name))
    return book


def check_books(
    shelf: Shelf[T],
    named: Iterable[str],
    describe: Callable[[T], str],
    lacking: Callable[[Path, T], Iterable[str]] = lambda file, book: (),
) -> None:
    """Tells of each file that it is fine, or all that is wrong with it; with exit status 1 where one is wrong.

    `describe` says in a few words what a file holds, `lacking` what it names that is not there, a sentence each.
    """
    wrong: list[str] = []
    names = list(named) or shelf.own_names
    if not names:
        say(f"You have no {shelf.what}s of your own; name a built-in one or a file to check it.")
    for name in names:
        try:
            file = shelf.meant(name)
        except Refused as refused:
            wrong.append(refused.reason)
            continue
        book, sentences = shelf.mistakes(file)
        sentences += lacking(file, book) if book is not None else ()
        wrong += sentences
        if book is not None and not sentences:
            say(f"{file}: fine: {describe(book)}")
    if wrong:
        fail(*wrong)


@click.group()
def playbook() -> None:
    """Playbooks: the built-in ones and your own; show or check one."""


@command(group=playbook, name="list", pages=True, example="")
@json_option("playbooks")
def list_playbooks(shell: Shell, as_json: bool) -> None:
    """List the playbooks that an incident can follow."""
    shelf = Playbooks(shell.settings)
    hint(*shelf.complaints)
    if not as_json:
        _print_books(shelf, lambda book: f": {', '.join(severity.name for severity in book.severities)}")
        return
    print_json(
        [
            {
                "name": name,
                "title": book.title,
                "description": book.description,
                "variant_of": book.variant_of or None,
                "file": own_file(shelf, name),
                "severities": [severity.name for severity in book.severities],
            }
            for name, book in shelf.usable().items()
        ]
    )


@command("name", group=playbook, name="show", pages=True, example="standard stages")
@click.argument("part", required=False, type=click.Choice(PARTS), metavar="[PART]")
@json_option("playbooks")
def show_playbook(shell: Shell, name: str, part: str | None, as_json: bool) -> None:
    """Show a playbook, or one PART of it, such as severities, stages or checklists."""
    book = _shown(Playbooks(shell.settings), name)
    if as_json:
        view = playbook_json(book)
        print_json(view if part in (None, "about") else view[part])
        return
    if part is None:
        say_row("", f"{book.title} ({book.name})")
    sections = [section for section in outline(book) if part in (None, section.id)]
    for section in sections:
        if part is None:
            out(f"\n{section.title}")
        _print_rows(section.rows)
    if not sections:
        hint(f"The playbook {book.name} has no {str(part).replace('_', ' ')}.")


@command(group=playbook, name="check", example="ours.toml")
@click.argument("named", metavar="[NAME|FILE]...", nargs=-1)
def check_playbook(shell: Shell, named: tuple[str, ...]) -> None:
    """Check playbooks: every mistake at once, each with its line and key, and what would be right.

    Without an argument it checks all of your own.
    """

    def describe(book: Playbook) -> str:
        severities = counted(len(book.severities), "severity", "severities")
        stages, checklists = counted(len(book.stages), "stage"), counted(len(book.checklists), "checklist")
        return f"{book.title}, {severities}, {stages}, {checklists}"

    check_books(Playbooks(shell.settings), named, describe, partial(_lost_files, shell))


def _lost_files(shell: Shell, file: Path, book: Playbook) -> Iterator[str]:
    """A sentence for each runbook and template that a playbook names and that is not there."""
    runbooks = Runbooks(shell.settings).names
    templates = Templates(shell.settings).names()
    shown = clean(file.name, multiline=False)
    for name in book.runbooks:
        if name not in runbooks:
            yield f"{shown}, key runbooks: there is no runbook “{name}”; choose one of {', '.join(runbooks)}."
    for text, name in book.templates.items():
        if name not in templates:
            yield f"{shown}, key templates.{text}: there is no template “{name}”; choose one of {', '.join(templates)}."


@click.group()
def runbook() -> None:
    """Runbooks: steps for known kinds of trouble."""


@command(group=runbook, name="list", pages=True, example="")
@json_option("playbooks")
def list_runbooks(shell: Shell, as_json: bool) -> None:
    """List the runbooks, the built-in ones and your own."""
    shelf = Runbooks(shell.settings)
    hint(*shelf.complaints)
    if not as_json:
        _print_books(shelf, _steps)
        return
    print_json(
        [
            {
                "name": name,
                "title": book.title,
                "about": book.about,
                "steps": len(book.steps),
                "file": own_file(shelf, name),
            }
            for name, book in shelf.usable().items()
        ]
    )


def _steps(book: Runbook) -> str:
    return f", {counted(len(book.steps), 'step')}"


@command("name", group=runbook, name="show", pages=True, example="bad-deploy")
@json_option("playbooks")
def show_runbook(shell: Shell, name: str, as_json: bool) -> None:
    """Show a runbook's steps and their commands, which are there to be copied."""
    book = _shown(Runbooks(shell.settings), name)
    if as_json:
        print_json(runbook_json(book))
        return
    say_row("", book.title)
    for line in book.about.splitlines():
        say_row("", line)
    for number, step in enumerate(book.steps, 1):
        if step.group:
            out(f"\n{step.group}")
        elif number == 1:
            out()
        say_row(f"{number:>3}  ", step.text)
        for line in step.detail.splitlines():
            say_row("     ", line)
        # A command is never wrapped: it must be whole when it is copied.
        for line in step.command.splitlines():
            out(f"     $ {line}" if line else "")


@command(group=runbook, name="check", example="ours.md")
@click.argument("named", metavar="[NAME|FILE]...", nargs=-1)
def check_runbook(shell: Shell, named: tuple[str, ...]) -> None:
    """Check runbooks: every mistake with its line. Without an argument it checks all of your own."""
    check_books(Runbooks(shell.settings), named, lambda book: f"{book.title}{_steps(book)}")


COMMANDS = (playbook, runbook)
