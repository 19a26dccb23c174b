"""The rules of the built-in playbooks, the tests that are marked with them, and the page made of both."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/process-coverage.md"
TEXTS_TEST = "tests/export/test_playbookview.py::test_the_rows_tell_all_that_the_playbook_says"
TESTS_HEADING = "| source | rule | where it works | tests |\n|---|---|---|---|\n"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    where: str
    """The parts of the console in which it works."""
    says: str = ""
    """The rule in full, where its name is shorter."""
    text: bool = False
    """It is a text of the playbook and no more: the test that finds every text on the screen holds it."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    about: str
    playbooks: tuple[str, ...]
    rules: dict[str, Rule]


class Mark(msgspec.Struct, frozen=True):
    """One rule on one test: `@pytest.mark.rule("Rapid: Six phases", case="no_ic")`."""

    rule: str
    test: str
    """Its node id; with a case, only the test of that parameter."""


def sources() -> dict[str, Source]:
    with (Path(__file__).parent / "rules.toml").open("rb") as file:
        return msgspec.convert(tomllib.load(file), dict[str, Source])


def marks() -> list[Mark]:
    """Every mark on a test, in the order of files and lines; read from their text, so that nothing is imported."""
    return [mark for path in marked_files() for mark in _marks_in(path)]


def marked_files() -> list[Path]:
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    return [path for path in paths if "mark.rule" in path.read_text(encoding="utf-8")]


def _marks_in(path: Path) -> Iterator[Mark]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for decorator in node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ():
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.rule":
                assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                cases = [ast.literal_eval(keyword.value) for keyword in decorator.keywords if keyword.arg == "case"]
                case = f"[{cases[0]}]" if cases else ""
                for rule in decorator.args:
                    yield Mark(ast.literal_eval(rule), f"{path.relative_to(ROOT)}::{node.name}{case}")


def page() -> str:
    """docs/process-coverage.md: what stands above its first table stays, the tables are made."""
    tests: dict[str, list[str]] = {}
    for mark in marks():
        tests.setdefault(mark.rule, []).append(f"`{mark.test}`")
    parts = [PAGE.read_text(encoding="utf-8").partition("\n## ")[0]]
    for name, source in sources().items():
        rows = []
        for key, rule in source.rules.items():
            named = [f"`{TEXTS_TEST}`"] if rule.text else tests.get(f"{name}: {key}", [])
            rows.append(f"| {name} | {rule.says or key} | {rule.where} | {'<br>'.join(named)} |\n")
        parts.append(f"\n## {name}: “{source.title}”\n\n{source.about}\n\n{TESTS_HEADING}{''.join(rows)}")
    return "".join(parts)
