"""The rules of the built-in playbooks, the tests that are marked with them, and the page made of both."""

import ast
import tomllib
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


def sources() -> dict[str, Source]:
    with (Path(__file__).parent / "rules.toml").open("rb") as file:
        return msgspec.convert(tomllib.load(file), dict[str, Source])


def marked_files() -> list[Path]:
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    return [path for path in paths if "mark.rule" in path.read_text(encoding="utf-8")]


def marks() -> dict[str, list[str]]:
    """The tests of each rule, `@pytest.mark.rule("Rapid: Six phases", case="no_ic")`, in the order of files and lines:
    node ids, with a case those of that parameter. Read from their text, so that nothing is imported."""
    tests: dict[str, list[str]] = {}
    for path in marked_files():
        for test in ast.parse(path.read_text(encoding="utf-8")).body:
            for mark in getattr(test, "decorator_list", ()):
                if ast.unparse(mark).startswith("pytest.mark.rule("):
                    case = "".join(f"[{ast.literal_eval(word.value)}]" for word in mark.keywords if word.arg == "case")
                    node = f"{path.relative_to(ROOT)}::{getattr(test, 'name', '')}{case}"
                    for rule in mark.args:
                        tests.setdefault(ast.literal_eval(rule), []).append(node)
    return tests


def page() -> str:
    """docs/process-coverage.md: what stands above its first table stays, the tables are made."""
    tests = marks()
    parts = [PAGE.read_text(encoding="utf-8").partition("\n## ")[0]]
    for name, source in sources().items():
        rows = []
        for key, rule in source.rules.items():
            named = [TEXTS_TEST] if rule.text else tests.get(f"{name}: {key}", [])
            cell = "<br>".join(f"`{test}`" for test in named)
            rows.append(f"| {name} | {rule.says or key} | {rule.where} | {cell} |\n")
        parts.append(f"\n## {name}: “{source.title}”\n\n{source.about}\n\n{TESTS_HEADING}{''.join(rows)}")
    return "".join(parts)
