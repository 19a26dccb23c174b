"""Screens in tests without what only costs time: nobody sleeps, and a style sheet is parsed once in a process."""

import selectors
from collections.abc import Iterator
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.parse import parse
from textual.css.tokenizer import Token

from tests.app.resting import RestingSelector, rest


class ParsedOnce:
    """Textual's parser of style sheets, which keeps the rules of each text, place and set of colours."""

    def __init__(self) -> None:
        self._last: dict[str, list[Token]] = {}
        self._colours: dict[object, int] = {}
        self._number = 0
        self._rules: dict[object, list[RuleSet]] = {}

    def __call__(
        self, scope: str, css: str, read_from: tuple[str, str], variable_tokens: dict[str, list[Token]], **how: Any
    ) -> list[RuleSet]:
        if variable_tokens is not self._last:
            self._last = variable_tokens
            colours = tuple((name, *(token.value for token in tokens)) for name, tokens in variable_tokens.items())
            self._number = self._colours.setdefault(colours, len(self._colours))
        key = (scope, css, read_from, self._number, *sorted(how.items()))
        if key not in self._rules:
            self._rules[key] = list(parse(scope, css, read_from, variable_tokens=variable_tokens, **how))
        return self._rules[key]


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selectors, "DefaultSelector", RestingSelector)
        patch.setattr("textual.app.wait_for_idle", rest)
        patch.setattr("textual.pilot.wait_for_idle", rest)
        patch.setattr("textual.css.stylesheet.parse", ParsedOnce())
        yield
