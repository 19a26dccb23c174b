"""The core knows no keys: what its sentences tell people to do is said in words, or with a slash word."""

import ast
import re
from pathlib import Path

import pytest

import console.core

CORE = Path(console.core.__file__).parent
KEY = re.compile(
    r"\([a-zA-Z]\)(?!\w)|\b[Pp]ress [a-zA-Z]\b|\bwith [b-zB-Z](?=[.;,]|$)"
    r"|[;.,] [b-zB-Z] (shows|opens|settles|states|changes|lists)\b"
)


def sentences(source: str) -> list[str]:
    """All strings of a module but its docstrings and the parts of regular expressions."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    ]


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda path: str(path.relative_to(CORE)))
def test_no_sentence_of_the_core_names_a_key(path: Path) -> None:
    keyed = [text for text in sentences(path.read_text(encoding="utf-8")) if KEY.search(text)]
    assert keyed == []


@pytest.mark.parametrize(
    "sentence",
    ["undo it (u) and go on", "Press h to hand over", "tick with c", "see them with c.", "open; c shows it."],
)
def test_a_key_in_a_sentence_is_seen(sentence: str) -> None:
    assert KEY.search(sentence)
