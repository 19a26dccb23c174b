"""docs/process-coverage.md: no empty cell, and every test that it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/process-coverage.md").read_text(encoding="utf-8")
HEAD = ["source", "rule", "where it works", "tests"]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith("|---")
]
RULES = [row for row in ROWS if row != HEAD]
NAMED = sorted({test for row in RULES for test in re.findall(r"`(tests/[^`]+)`", row[-1])})
SOURCES = {"Standard": 60, "Rapid": 50, "P-levels": 35, "Sev4": 20, "Checklist": 25}
"""The sources, and how many rules each has at least."""


@cache
def written_in(path: str) -> dict[str, str]:
    """The source of each test in a file, with its decorators, as pytest would collect it by name."""
    text = (ROOT / path).read_text(encoding="utf-8")
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            found[node.name] = text
    return found


def test_every_source_has_its_table_and_no_row_an_empty_cell() -> None:
    for row in RULES:
        assert len(row) == len(HEAD), row
        assert all(len(cell) > 2 for cell in row), row
        assert row[0] in SOURCES, row
    for source, least in SOURCES.items():
        assert sum(row[0] == source for row in RULES) >= least, source


def test_no_rule_stands_twice() -> None:
    rules = [(row[0], row[1]) for row in RULES]
    assert sorted(rules) == sorted(set(rules))


@pytest.mark.parametrize("named", NAMED)
def test_a_named_test_exists(named: str) -> None:
    path, _, name = named.partition("::")
    name, _, case = name.partition("[")
    assert (ROOT / path).is_file()
    assert name in written_in(path)
    # A case is one of those that the file writes out.
    assert not case or f'"{case.rstrip("]")}"' in written_in(path)[name]


def test_every_row_names_a_test() -> None:
    assert [row for row in RULES if not re.search(r"`tests/\S+::test_\w+", row[-1])] == []
