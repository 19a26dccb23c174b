"""Hostile texts in every field: the short form of tests/torture/strings.py."""

from pathlib import Path

import pytest

from tests.torture.strings import tried


@pytest.mark.drawn(1, of="long forms")
def test_no_text_is_obeyed_by_a_terminal_or_a_page(tmp_path: Path) -> None:
    figures = tried(tmp_path, 200, 5, consoles=100)
    assert figures["exports"] >= 13
    assert figures["consoles"] == 1
