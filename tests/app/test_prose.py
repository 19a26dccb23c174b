"""Text in lines: every word is there, and none is wider than the screen."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.app.widgets.prose import page, wrapped
from console.core.language.text import clean
from console.export.blocks import Run, prose, words

TEXT = "The pool ran dry:\n\n- **slowly**, so that nobody saw it for a long time\n- `everywhere`\n\n```\ncode\n```"


def test_items_go_on_under_their_own_words() -> None:
    lines = page(prose(TEXT), 24).plain.split("\n")
    assert lines == [
        "The pool ran dry:", "", "• slowly, so that nobody", "  saw it for a long time", "• everywhere", "", "  code",
    ]  # fmt: skip


def test_styles_stay_with_their_words() -> None:
    (line,) = wrapped(words("a ", Run("b c", "strong"), " d"), 40)
    assert line.plain == "a b c d"
    assert [line.plain[span.start : span.end] for span in line.spans if span.style == "bold"] == ["b c"]


@given(st.text(max_size=80), st.integers(4, 30))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, width: int) -> None:
    lines = list(wrapped(words(text), width))
    assert all(cell_len(line.plain) <= width for line in lines)
    assert "".join("".join(line.plain.split()) for line in lines) == "".join(clean(text, multiline=False).split())
