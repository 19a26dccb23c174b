"""Keys in the sentences of the console come from the registry: a keymap or a new key leaves none of them behind."""

import ast
import re
from pathlib import Path

import pytest

import console.app
from console.app.acts import BY_ID
from tests.core.test_no_keys import sentences

APP = Path(console.app.__file__).parent
REGISTRY = {"acts.py", "registry.py"}
"""Where the keys are given."""

OF_FIELDS = {"Enter", "Space"}
"""Answered by fields and lists themselves, which no keymap moves."""

_LABELS = {label for act in BY_ID.values() if act.keys for label in act.label.split(" or ")}
_WORDS = sorted(label for label in _LABELS - OF_FIELDS if len(label) > 1)
NAMED = re.compile(
    rf"(?<!\w)(?!Left (?:empty|off|on|out)\b)(?:{'|'.join(map(re.escape, _WORDS))}|\^[A-Z]|(?:Ctrl|Alt)\+\w)(?!\w)"
)
LETTER = re.compile(r"(?<![\w'’“^{#@/<.:%+-])[b-hj-zB-HJ-Z](?![\w'’}:=+-])")
"""A letter that stands for itself and is no word of English."""
PROSE = re.compile(r"^[A-Za-z] [a-z]|[a-z]{2} ")


def named_keys(sentence: str) -> list[str]:
    """The keys that a sentence spells out."""
    letters = LETTER.findall(sentence) if PROSE.search(sentence) else []
    return [*NAMED.findall(sentence), *letters]


@pytest.mark.parametrize(
    "path",
    sorted(path for path in APP.rglob("*.py") if path.name not in REGISTRY),
    ids=lambda path: str(path.relative_to(APP)),
)
def test_no_sentence_spells_a_key_out(path: Path) -> None:
    assert {text: keys for text in sentences(path.read_text(encoding="utf-8")) if (keys := named_keys(text))} == {}


@pytest.mark.parametrize("path", sorted(APP.rglob("*.py")), ids=lambda path: str(path.relative_to(APP)))
def test_no_key_is_named_before_a_team_has_given_its_own(path: Path) -> None:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    constants = (node for node in body if isinstance(node, ast.Assign | ast.AnnAssign))
    named = [
        ast.unparse(node)
        for constant in constants
        for node in ast.walk(constant)
        if (isinstance(node, ast.Name) and node.id == "with_keys")
        or (isinstance(node, ast.Attribute) and node.attr in ("label", "anywhere", "bare", "keys", "alt_keys"))
    ]
    assert named == []


@pytest.mark.parametrize(
    ("sentence", "keys"),
    [
        ("There is no runbook “x”; b shows what there is.", ["b"]),
        ("Nothing matches this filter. Press f to change it.", ["f"]),
        ("w says why", ["w"]),
        ("Ctrl+S saves, Esc leaves", ["Ctrl+S", "Esc"]),
        ("is back; ^R drafts it again.", ["^R"]),
        ("Alt+y shows the page", ["Alt+y"]),
        ("PgDn scrolls", ["PgDn"]),
        ("Left shows the page before", ["Left"]),
        ("Left empty, nothing is sent", []),
        ("{runbook} opens a runbook, Alt+{accept} accepts, Enter edits it", []),
        ("It’s a line; I type “/done 2”", []),
    ],
)
def test_a_key_in_a_sentence_is_seen(sentence: str, keys: list[str]) -> None:
    assert named_keys(sentence) == keys
