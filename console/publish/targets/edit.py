"""A table of `targets.toml` changed where it stands: only the values that differ, comments and order as they were."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from console.publish.targets.text import quoted, value_text

_KEY = re.compile(r"\s*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\w\-]+)\s*([=.])\s*")
Path = tuple[str, ...]


def with_values(text: str, name: str, values: Mapping[str, Any]) -> str | None:
    """The text with these keys of the table `name` set; None where the table cannot be found.

    Values are texts, truths, lists of texts, and tables of texts. Of a table that has a heading of its own only the
    lines that differ are changed. What comes out has to be read back: a text in several lines may look like a table.
    """
    # TOML's lines end with a newline only.
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    for key, value in values.items():
        if not _set(lines, (name,), key, value):
            return None
    return "".join(lines)


def _set(lines: list[str], table: Path, key: str, value: Any) -> bool:
    if isinstance(value, Mapping) and _section(lines, (*table, key)) is not None:
        return _set_all(lines, (*table, key), value)
    section = _section(lines, table)
    if section is None:
        return False
    start, end = section
    statements = list(_statements(lines, start, end))
    own = [one for one in statements if one.key == key]
    if not own:
        at = statements[-1].end if statements else start
        if not lines[at - 1].endswith("\n"):
            lines[at - 1] += "\n"
        lines.insert(at, f"{_indent(lines[statements[-1].start]) if statements else ''}{_line(key, value)}\n")
        return True
    first = own[0]
    written = "".join(lines[first.start : first.end])
    line = f"{_indent(written)}{_line(key, value)}{_comment(written)}"
    for one in reversed(own):
        lines[one.start : one.end] = [f"{line.rstrip()}\n"] if one is first else []
    return True


def _set_all(lines: list[str], table: Path, values: Mapping[str, Any]) -> bool:
    """Make a table with a heading of its own hold these values and no others."""
    section = _section(lines, table)
    assert section is not None
    there: dict[str, Any] = {}
    for one in reversed(list(_statements(lines, *section))):
        if one.key in values:
            there |= one.value
        else:
            del lines[one.start : one.end]
    return all(_set(lines, table, key, value) for key, value in values.items() if there.get(key) != value)


class _Statement(NamedTuple):
    """A key with its value: lines from `start` up to `end`."""

    key: str
    start: int
    end: int
    value: Mapping[str, Any]


def _statements(lines: list[str], start: int, end: int) -> Iterator[_Statement]:
    at = start
    while at < end:
        found = _KEY.match(lines[at])
        after = at + 1
        if found is not None:
            # A value may go on over several lines.
            for last in range(at + 1, end + 1):
                value = _read("".join(lines[at:last]))
                if value is not None:
                    yield _Statement(next(iter(value), ""), at, last, value)
                    after = last
                    break
        at = after


def _section(lines: list[str], table: Path) -> tuple[int, int] | None:
    """The lines below a table's heading, up to the next heading."""
    heads = [at for at, line in enumerate(lines) if line.lstrip().startswith("[") and _heading(line)]
    for at, following in zip(heads, [*heads[1:], len(lines)], strict=True):
        if _heading(lines[at]) == table:
            return at + 1, following
    return None


def _heading(line: str) -> Path:
    """The names in a heading, `("status", "components")`; empty for what is none."""
    if line.lstrip().startswith("[["):
        return ()
    inner = _read(line)
    found: list[str] = []
    while inner:
        found += list(inner)[:1]
        inner = inner[found[-1]] if isinstance(inner[found[-1]], dict) else None
    return tuple(found)


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _comment(statement: str) -> str:
    """What stands behind a value, with the blanks before it; empty where there is nothing."""
    whole = _read(statement)
    for found in re.finditer("#", statement):
        before = statement[: found.start()]
        # A sign inside a text leaves that text without its end.
        if _read(before) == whole:
            blanks = before[len(before.rstrip(" \t")) :]
            return f"{blanks}{statement[found.start() :].rstrip()}" if "\n" not in statement[found.start() : -1] else ""
    return ""


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _line(key: str, value: Any) -> str:
    return f"{quoted(key)} = {value_text(value)}"
