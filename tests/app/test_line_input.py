"""The line to type in scrolls as a plain Input does, though a keystroke lays nothing out."""

from textual.app import App, ComposeResult
from textual.widgets import Input

from console.app.widgets.line_input import AltInput


class Host(App[None]):
    def __init__(self, line: Input) -> None:
        super().__init__()
        self.line = line

    def compose(self) -> ComposeResult:
        yield self.line

    def seen(self) -> str:
        return self.line.render_line(0).text


async def story(line: Input) -> list[str]:
    """The visible part of the line through a story of typing, moving and deleting in 30 columns."""
    app, shown = Host(line), []
    async with app.run_test(size=(30, 3)) as pilot:
        line.focus()
        for keys in ("abcdefghij" * 3, "x", "yz"):
            await pilot.press(*keys)
            shown.append(app.seen())
        for key in ("home", "end", "ctrl+w", "a", "ctrl+u"):
            await pilot.press(key)
            await pilot.pause()
            shown.append(app.seen())
        line.insert_text_at_cursor("long " * 20)
        await pilot.pause()
        shown.append(app.seen())
        await pilot.resize_terminal(50, 3)
        await pilot.pause()
        shown.append(app.seen())
    return shown


async def test_it_scrolls_as_a_plain_input() -> None:
    assert await story(AltInput(compact=True)) == await story(Input(compact=True))
