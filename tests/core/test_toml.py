"""TOML that is made to cost much more than its length, or to end the program."""

import tracemalloc

import pytest

from console.core.language.toml import MAX_KEY_PARTS, read_toml

HOSTILE = {
    "a key of many parts": "a." * 20_000 + "a = 1",
    "a table of many parts": "[" + "a." * 20_000 + "a]",
    "in quotes": '"a" . ' * 20_000 + "a = 1",
    "in an inline table": "x = {" + "a." * 20_000 + "a = 1}",
    "many lists in one another": "x = " + "[" * 50_000,
    "many tables in one another": "x = " + "{a = " * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_costs_more_than_its_length_is_refused_in_words(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=f"more than {MAX_KEY_PARTS} parts in line 1|nested too deep"):
            read_toml(text)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("text", ["-" * 500_000, "'" * 200_000, '"a' * 100_000, "a.b.c\n" * 50_000])
def test_what_is_no_long_key_is_looked_at_once(text: str) -> None:
    """These end at all; a look from each character on would take minutes."""
    with pytest.raises(ValueError, match=r"\(at "):
        read_toml(text)


def test_texts_with_many_dots_are_no_keys() -> None:
    dots = "see www.status.example.org/a.b.c, e.g. v1.2.3 … " * 50 + "..." * 50
    assert read_toml(f'x = "{dots}"\na.b.c = 1') == {"x": dots, "a": {"b": {"c": 1}}}
