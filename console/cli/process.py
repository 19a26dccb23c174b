"""Commands that show the process: playbooks and runbooks, the built-in ones and a team's own."""

from collections.abc import Iterable
from pathlib import Path

import click
from rich.cells import cell_len

from console.cli.context import Shell, fail, pass_shell, print_json
from console.cli.output import columns, hint, row
from console.core.language.text import clean
from console.core.playbook.model import Playbook
from console.core.playbook.runbook import Runbook
from console.core.refusal import Refused
from console.export.playbookview import PARTS, Row, outline, playbook_json, runbook_json
from console.library.playbooks import Playbooks
from console.library.runbooks import Runbooks

_WIDEST_HEAD = 20
"""A longer head stands on a line of its own, above its text."""

_MARKS = ("· ", "☐ ", "? ", "→ ", "$ ")

json_option = click.option("--json", "as_json", is_flag=True, help="JSON, as described in docs/playbooks.md.")


def _complain(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        hint(sentence)


def _print_rows(rows: Iterable[Row], indent: int = 2) -> None:
    """Rows in two columns; in a pipe each text stays on one line, with its head before it."""
    rows, width = list(rows), columns()
    heads = [cell_len(one.head) for one in rows if cell_len(one.head) <= _WIDEST_HEAD]
    column = max(heads, default=0)
    for one in rows:
        size = cell_len(one.head)
        head = one.head
        if size > column:
            click.echo(row(" " * indent, head, width))
            head, size = "", 0
        gap = " " * (indent + column - size + (2 if column else 0))
        # What wraps goes on under the text, not under its mark.
        mark = one.text[:2] if one.text[:2] in _MARKS else ""
        click.echo(row(f"{' ' * indent}{head}{gap[indent:]}{mark}", one.text[len(mark) :], width).rstrip())


@click.group()
def playbook() -> None:
    """Playbooks: the built-in ones and your own; show or check one."""


@playbook.command("list")
@json_option
@pass_shell
def list_playbooks(shell: Shell, as_json: bool) -> None:
    """List the playbooks that an incident can follow."""
    books = Playbooks(shell.settings)
    _complain(books.complaints)
    found = books.usable().items()
    if as_json:
        print_json([_listed(books, name, one) for name, one in found])
        return
    indent = max(len(name) for name, _ in found)
    for name, one in found:
        mark = "  (yours)" if books.path(name) else ""
        severities = ", ".join(each.name for each in one.severities)
        click.echo(row(f"{name:<{indent}}  ", f"{one.title}: {severities}{mark}", columns()))


def _listed(books: Playbooks, name: str, one: Playbook) -> dict[str, object]:
    path = books.path(name)
    return {
        "name": name,
        "title": one.title,
        "description": one.description,
        "variant_of": one.variant_of or None,
        "file": clean(str(path), multiline=False) if path else None,
        "severities": [each.name for each in one.severities],
    }


@playbook.command("show")
@click.argument("name")
@click.argument("part", required=False, type=click.Choice(PARTS), metavar="[PART]")
@json_option
@pass_shell
def show_playbook(shell: Shell, name: str, part: str | None, as_json: bool) -> None:
    """Show a playbook, or one PART of it, such as severities, stages or checklists."""
    books = Playbooks(shell.settings)
    one = books.get(name)
    _complain(filter(None, [books.complaint(one.name)]))
    if as_json:
        view = playbook_json(one)
        print_json(view if part in (None, "about") else view[part])
        return
    if part is None:
        click.echo(row("", f"{one.title} ({one.name})", columns()))
    sections = [section for section in outline(one) if part in (None, section.id)]
    for section in sections:
        if part is None:
            click.echo(f"\n{section.title}")
        _print_rows(section.rows)
    if not sections:
        hint(f"The playbook {one.name} has no {str(part).replace('_', ' ')}.")


@playbook.command("check")
@click.argument("files", metavar="FILE", nargs=-1, required=True, type=click.Path(path_type=Path))
@pass_shell
def check_playbook(shell: Shell, files: tuple[Path, ...]) -> None:
    """Check playbooks of yours: every mistake with its line and key."""
    books, runbooks = Playbooks(shell.settings), Runbooks(shell.settings)
    wrong = []
    for file in files:
        try:
            one = books.read(file)
            _check_runbooks(one, file, runbooks)
        except Refused as refused:
            wrong.append(refused.reason)
            continue
        count = f"{len(one.severities)} severities, {len(one.stages)} stages, {len(one.checklists)} checklists"
        click.echo(clean(f"{file}: fine: {one.title}, {count}", multiline=False))
    _end(wrong)


def _check_runbooks(one: Playbook, file: Path, runbooks: Runbooks) -> None:
    for name in one.runbooks:
        try:
            runbooks.get(name)
        except Refused:
            known = ", ".join(runbooks.names)
            sentence = f"{file.name}, key runbooks: there is no runbook “{name}”; choose of {known}."
            raise Refused(sentence) from None


def _end(wrong: list[str]) -> None:
    """Exit status 1 where something is wrong, with a sentence for each file."""
    for sentence in wrong[:-1]:
        hint(clean(sentence, multiline=False))
    if wrong:
        fail(wrong[-1])


@click.group()
def runbook() -> None:
    """Runbooks: steps for known kinds of trouble."""


@runbook.command("list")
@json_option
@pass_shell
def list_runbooks(shell: Shell, as_json: bool) -> None:
    """List the runbooks, the built-in ones and your own."""
    books = Runbooks(shell.settings)
    _complain(books.complaints)
    found = books.usable().items()
    if as_json:
        print_json(
            [
                {
                    "name": name,
                    "title": one.title,
                    "about": one.about,
                    "steps": len(one.steps),
                    "file": _file(books, name),
                }
                for name, one in found
            ]
        )
        return
    indent = max(len(name) for name, _ in found)
    for name, one in found:
        mark = "  (yours)" if books.path(name) else ""
        click.echo(row(f"{name:<{indent}}  ", f"{one.title}, {_steps(one)}{mark}", columns()))


def _steps(one: Runbook) -> str:
    return "1 step" if len(one.steps) == 1 else f"{len(one.steps)} steps"


def _file(books: Runbooks, name: str) -> str | None:
    path = books.path(name)
    return clean(str(path), multiline=False) if path else None


@runbook.command("show")
@click.argument("name")
@json_option
@pass_shell
def show_runbook(shell: Shell, name: str, as_json: bool) -> None:
    """Show a runbook's steps and their commands, which are there to be copied."""
    books = Runbooks(shell.settings)
    one = books.get(name)
    _complain(filter(None, [books.complaint(one.name)]))
    if as_json:
        print_json(runbook_json(one))
        return
    width = columns()
    click.echo(row("", one.title, width))
    for line in one.about.splitlines():
        click.echo(row("", line, width))
    for number, step in enumerate(one.steps, 1):
        if step.group:
            click.echo(f"\n{step.group}")
        elif number == 1:
            click.echo()
        click.echo(row(f"{number:>3}  ", step.text, width))
        for line in step.detail.splitlines():
            click.echo(row("     ", line, width))
        # A command is never wrapped: it must be whole when it is copied.
        for line in step.command.splitlines():
            click.echo(f"     $ {line}" if line else "")


@runbook.command("check")
@click.argument("files", metavar="FILE", nargs=-1, required=True, type=click.Path(path_type=Path))
@pass_shell
def check_runbook(shell: Shell, files: tuple[Path, ...]) -> None:
    """Check runbooks of yours: every mistake with its line."""
    books = Runbooks(shell.settings)
    wrong = []
    for file in files:
        try:
            one = books.read(file)
        except Refused as refused:
            wrong.append(refused.reason)
        else:
            click.echo(clean(f"{file}: fine: {one.title}, {_steps(one)}", multiline=False))
    _end(wrong)


COMMANDS = (playbook, runbook)
