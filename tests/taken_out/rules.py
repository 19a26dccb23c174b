"""The rules of docs/process-coverage.md, and the changes to the program that take each of them out."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from console.core.playbook.reader import read_playbook
from console.core.refusal import Refusal

ROOT = Path(__file__).parents[2]
HEAD = ["source", "rule", "where it works", "tests"]


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change that takes a rule, or one part of it, out of one file."""

    file: str
    """Path from the project's root."""
    find: str
    """What is taken out: it stands once in the file, or behind `after` it is the first that is taken."""
    put: str = ""
    """What stands there instead."""
    after: str = ""
    """A text that stands once in the file, before what is taken out."""


class Rule(msgspec.Struct, frozen=True):
    """One row of the page, with all that takes it out: each change by itself has to be noticed."""

    source: str
    rule: str
    place: str
    tests: tuple[str, ...]
    out: tuple[Change, ...]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: str
    out: tuple[Change, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: tuple[_Entry, ...]


def rows() -> list[list[str]]:
    """The cells of each row of the page's tables."""
    page = (ROOT / "docs/process-coverage.md").read_text(encoding="utf-8")
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("|") and not line.startswith("|---")
    ]
    return [row for row in cells if row != HEAD]


def entries(source: str) -> dict[str, tuple[Change, ...]]:
    """What takes each rule of a source out, by the rule's words; empty where nothing is written yet."""
    path = Path(__file__).parent / f"{source.lower()}.toml"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        found = msgspec.convert(tomllib.load(file), _File).rules
    return {one.rule: one.out for one in found}


def rules() -> list[Rule]:
    """Every row of the page with what takes it out."""
    out = {source: entries(source) for source in {row[0] for row in rows()}}
    return [
        Rule(source, rule, place, tuple(re.findall(r"`(tests/[^`]+)`", tests)), out[source].get(rule, ()))
        for source, rule, place, tests in rows()
    ]


def applied(change: Change, root: Path = ROOT) -> str:
    """The file's text after the change; ValueError says why the change can't be made."""
    text = (root / change.file).read_text(encoding="utf-8")
    start = 0
    if change.after:
        if text.count(change.after) != 1:
            raise ValueError(f"{change.file} has {text.count(change.after)} times {change.after!r}")
        start = text.index(change.after) + len(change.after)
    elif text.count(change.find) != 1:
        raise ValueError(f"{change.file} has {text.count(change.find)} times {change.find!r}")
    at = text.find(change.find, start)
    if at < 0:
        raise ValueError(f"{change.file} has no {change.find!r} behind {change.after!r}")
    if change.find == change.put:
        raise ValueError(f"{change.file} stays as it is")
    return text[:at] + change.put + text[at + len(change.find) :]


def faults(change: Change, text: str) -> Iterator[str]:
    """Why the changed file proves nothing: it can't be read any more, so that any test at all would notice it."""
    if change.file.endswith(".py"):
        try:
            ast.parse(text)
        except SyntaxError as error:
            yield f"{change.file} is no Python any more: {error}"
    if change.file.startswith("data/playbooks/"):
        found = read_playbook(text, Path(change.file).name, _built_in)
        if isinstance(found, Refusal):
            yield f"The playbook can't be read any more: {found.reason}"


def _built_in(name: str) -> str | None:
    path = ROOT / "data/playbooks" / f"{name}.toml"
    return path.read_text(encoding="utf-8") if path.exists() else None
