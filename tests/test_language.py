"""The words of the field: phrases that nobody outside the project says stand nowhere that a person reads."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.strings import Nodes, Text, nodes_of
from scripts.strings import texts as texts_listed

ROOT = Path(__file__).parents[1]

REPLACED: dict[str, str] = {
    r"change of production|changes of production": "production change",
    r"(?:how it|what|is|was|be) taken back\b": "rollback plan, undone",
    r"\bmove(?:s|d)? (?:a|one) due moment": "snooze",
    r"\bsnoozed update\b": "Internal update snoozed to 09:42",
    r"\btick(?:s|ed|ing)?\b": "check off",
    r"\bcan says what\b": "CAN report",
    r"no promises, the next one named": "no ETA promised, next update stated",
    r"for real\?": "Type: live / drill / retrospective",
    r"decides, also": "has the final say",
    r"all debugging to others, to": "delegates debugging",
    r"\bcommands and (?:makes|has|leads)\b": "IC is hands-on",
    r"with no way back:": "change without a rollback plan",
    r"both hands in the system": "heads-down",
    r"is a case for": "Page Database on-call: nobody has been paged",
    r"\bis its time\b": "In Declared for 18m (target 10m)",
    r"with the same crew": "no responders added",
    r"states it again": "settles it",
    r"\bmine goes on\b": "proceed anyway",
    r"\btheir yes\b": "waiting for rs to accept",
    r"the next stage is (?:closed|{)": "Next: close the incident",
    r"go past a gate|may be passed for|gate to \S+ was passed|gates passed": "override, accepted reasons",
    r"\bhow one sees\b": "verified by",
    r"\bname inc-|this is over\b": "quote INC-K7Q2, this is resolved",
    r"\bcalled for by\b": "trigger",
    r"\bwritten {?[\w()]+}? later": "logged 4m later",
    r"(?:everything|all) that the process asks for": "nothing to flag",
    r"\bchoose of\b": "choose one of",
    r"\bless components\b": "fewer components",
    r"(?:public|internal|no|yes) is usual": "default: public",
    r"\bcalled as its (?:file|folder)": "named after its file",
    r"\bic taken over\b": "Incident commander: maya",
    r"impact has been stopped": "mitigated",
    r"what you have to do": "you don't need to do anything",
    r"\blast step:": "say what was done, as the log has it",
    r"\bundo it \(\w\)": "keys come from the registry",
    r"\btaken back\b": "undone, rolled back",
    r"\bno one\b": "nobody",
    r"\bno (?:good )?way around\b|\bway around it\b": "workaround",
    r"\bmakeshift": "temporary fix",
    r"\bbegins? anew\b": "start over",
    r"\b(?:users|customers) (?:is|are|were) (?:no longer )?hit\b": "affected",
    r"\bsame crew\b": "no responders added",
    r"(?:with no|without a) way back\b": "without a rollback plan",
    r"\bfor a yes\b|\btheir yes\b": "waiting to be accepted",
    r"” is no (?:toml|pair|state|date|time|answer|length of time)\b": "is not a …",
    r"\ball debugging\b": "delegate debugging",
    r"\b(?:the )?defaults? holds?\b": "the default is used",
    r"\btrouble of its own\b": "a server error",
    r"\bpassed with a reason\b|\bgo through a gate\b": "override",
    r"\bthe severity that (?:it|they) comes? to\b": "the suggested severity",
}
"""Each phrase with what is said in its place."""


Told = list[tuple[Path, str]]


def _strings(nodes: Nodes) -> Iterator[str]:
    """All strings of a module, docstrings included."""
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.fixture(scope="module")
def read() -> tuple[Told, list[Text]]:
    """All strings of the code, and the list of all texts: to parse each module is most of the work for both."""
    told: Told = []

    def parsed(file: Path) -> Nodes:
        nodes = nodes_of(file)
        told.extend((file, text) for text in _strings(nodes))
        return nodes

    listed = [*texts_listed(parsed)]
    return told, listed


def _lines() -> Iterator[tuple[Path, str]]:
    """The lines of pages and data."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    # Samples are what other people wrote; a label that ticks is one that counts seconds.
    data = (file for file in (ROOT / "data").rglob("*") if file.is_file() and "samples" not in file.parts)
    for file in (*pages, *sorted(data)):
        if file.name != "benchmarks.md":
            yield from ((file, line) for line in file.read_text(encoding="utf-8").splitlines())


ASKING = frozenset({"What", "How", "Which", "Where", "Why", "When", "Who"})
"""The words of a question: a docstring that begins with one says what to ask, and not what the thing is."""


ASKING_OF_A_VALUE = frozenset({"What", "How", "Which"})
"""Below a value, "When it was read" is a moment, and "Why it is refused" a reason."""

DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

_ASKING = re.compile(rf'"""\s*(?:{"|".join(sorted(ASKING))})\b')
"""The beginning of such a docstring, and of some other texts."""


def _asking_docstrings(file: Path, asking: frozenset[str]) -> Iterator[str]:
    """Those of values, and those of modules, classes and functions that begin with one of the words `asking`."""
    source = file.read_text(encoding="utf-8")
    if not _ASKING.search(source):
        return
    tree = ast.parse(source)
    own = {id(node.body[0]) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            words = node.value.value.split()
            if words and words[0] in (asking if id(node) in own else ASKING_OF_A_VALUE):
                yield f"{file.relative_to(ROOT)}: {' '.join(words)[:100]}"


def test_a_docstring_says_what_a_thing_is_or_gives() -> None:
    # A test's own docstring may be a sentence about what it holds.
    folders = dict.fromkeys(("console", "scripts", "benchmarks"), ASKING) | {"tests": frozenset[str]()}
    files = ((file, asking) for folder, asking in folders.items() for file in sorted((ROOT / folder).rglob("*.py")))
    assert not [line for file, asking in files for line in _asking_docstrings(file, asking)]


WORDS_OF_CODE = frozenset({"tick", "ticks", "ticked", "checklist tick runbook item step"})
"""Ids and what people may search an act by: nobody reads them."""


def test_phrases_are_said_in_the_field_s_words(read: tuple[Told, list[Text]]) -> None:
    assert not [phrase for phrase in REPLACED if re.search(r"(?<!\\)[A-Z]", phrase)]
    texts = [(file, text) for file, text in (*read[0], *_lines()) if text not in WORDS_OF_CODE]
    # All of them below each other in small letters: to search there takes a fraction of the time.
    joined = "\n".join(text for _, text in texts).lower()
    for phrase in REPLACED:
        # A search for letters is far quicker than one for the boundary before them.
        if re.search(phrase.removeprefix(r"\b"), joined):
            pattern = re.compile(phrase, re.IGNORECASE)
            left = [f"{file.relative_to(ROOT)}: {text[:120]}" for file, text in texts if pattern.search(text)]
            assert not left, f"say “{REPLACED[phrase]}”"


def test_the_list_of_texts_has_what_people_read_and_no_code(read: tuple[Told, list[Text]]) -> None:
    listed = {text.text for text in read[1]}
    for shown in (
        "Assess the severity",
        "The incident has that title already",
        "Change the severity.",
        "Delegate debugging.",
        "# Database outage",
    ):
        assert any(shown.partition("{")[0] in text for text in listed), shown
    assert not [text for text in listed if text.startswith(("SELECT ", "bold ", "alt+"))]
