"""docs/process-coverage.md: no empty cell, and every test that it names exists."""

import ast
from functools import cache

import pytest

from tests.taken_out.rules import HEAD, ROOT, applied, entries, rows, rules

RULES = rules()
NAMED = sorted({test for rule in RULES for test in rule.tests})
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
    for row in rows():
        assert len(row) == len(HEAD), row
        assert all(len(cell) > 2 for cell in row), row
        assert row[0] in SOURCES, row
    for source, least in SOURCES.items():
        assert sum(rule.source == source for rule in RULES) >= least, source


def test_no_rule_stands_twice() -> None:
    named = [(rule.source, rule.rule) for rule in RULES]
    assert sorted(named) == sorted(set(named))


@pytest.mark.parametrize("named", NAMED)
def test_a_named_test_exists(named: str) -> None:
    path, _, name = named.partition("::")
    name, _, case = name.partition("[")
    assert (ROOT / path).is_file()
    assert name in written_in(path)
    # A case is one of those that the file writes out.
    assert not case or f'"{case.rstrip("]")}"' in written_in(path)[name]


def test_every_rule_names_a_test() -> None:
    assert [rule for rule in RULES if not all("::test_" in test for test in rule.tests) or not rule.tests] == []


@pytest.mark.parametrize("source", SOURCES)
def test_every_rule_can_be_taken_out(source: str) -> None:
    """Whether the tests notice it takes minutes: `python -m tests.taken_out`. Here: that it can still be asked."""
    of_source = [rule for rule in RULES if rule.source == source]
    assert [rule.rule for rule in of_source if not rule.out] == []
    assert set(entries(source)) == {rule.rule for rule in of_source}
    for rule in of_source:
        for change in rule.out:
            assert applied(change)
