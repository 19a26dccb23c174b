"""Words in lines: keys that break only between each other, and bullets whose words stand below each other."""

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from console.app.acts import HEADINGS
from console.app.registry import bar_items
from console.app.situation import Situation
from console.app.widgets.cell import LaidCell, hanging_lines, item_lines
from console.app.widgets.keybar import key_line


@pytest.mark.parametrize("place", HEADINGS)
def test_a_line_of_keys_never_breaks_between_a_key_and_its_word(place: str) -> None:
    line = key_line(bar_items(place, Situation()))
    items = line.plain.split(" · ")
    for width in range(10, 130):
        lines = item_lines(line, width)
        assert [item for each in lines for item in each.plain.split(" · ")] == items or any(
            len(item) > width for item in items
        )
        assert all(each.cell_length <= width for each in lines)


def test_what_is_longer_than_a_line_is_broken_and_what_follows_it_stays_whole() -> None:
    armed = Content(" Enter  undoes “Handing IC over to ana” by mo  ·  Esc cancels")
    assert [line.plain for line in item_lines(armed, 50)] == [
        " Enter  undoes “Handing IC over to ana” by mo", "Esc cancels",
    ]  # fmt: skip
    assert [line.plain.strip() for line in item_lines(armed, 30)] == [
        "Enter  undoes “Handing IC", "over to ana” by mo", "Esc cancels",
    ]  # fmt: skip


@pytest.mark.parametrize("bullet", ["- ", "· ", "  ▲ ", "□ ", "12. ", "> "])
def test_a_bullet_goes_on_below_its_words(bullet: str) -> None:
    lines = [line.plain for line in hanging_lines(Content(f"Missing:\n{bullet}aaa bbb ccc\n\nlast words"), 12)]
    hung = " " * len(bullet)
    assert lines == ["Missing:", f"{bullet}aaa bbb", f"{hung}ccc", "", "last words"]


async def test_only_new_lines_are_laid_out_anew() -> None:
    """A page of a thousand lines below a field: a letter typed there changes one of them."""
    laid_out: list[str] = []

    def lines(content: Content, width: int) -> list[Content]:
        laid_out.append(content.plain)
        return hanging_lines(content, width)

    class Page(App[None]):
        def compose(self) -> ComposeResult:
            yield LaidCell(lines)

    async with Page().run_test() as pilot:
        cell = pilot.app.query_one(LaidCell)
        cell.show(Content("# Handoff\n> the cache\n- 14:02 pool is full"))
        await pilot.pause()
        laid_out.clear()
        cell.show(Content("# Handoff\n> the caches\n- 14:02 pool is full"))
        await pilot.pause()
        assert laid_out == ["> the caches"]
        assert cell.words == "# Handoff\n> the caches\n- 14:02 pool is full"
        assert not cell.show(Content("# Handoff\n> the caches\n- 14:02 pool is full"))
        cell.text_select_all()
        assert pilot.app.screen.get_selected_text() == cell.words
