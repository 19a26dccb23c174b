"""Every key, marker and slash word, with the reason where one cannot be used now."""

import textwrap
from collections.abc import Sequence
from itertools import pairwise

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.app.popup import Popup
from console.app.registry import Row, bindings
from console.app.widgets.cell import padded, text

MAX_KEYS_CELLS = 34
"""A longer form has a line of its own, and what it does stands below."""


class HelpScreen(Popup[None]):
    """Scrolls with the arrow keys; Esc, q or ? closes it."""

    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (12, "-low")]
    place = "help"
    BINDINGS = bindings("help")
    bar_words = {"leave": "closes"}

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content("Help"), classes="dialog-title")
            with VerticalScroll(id="help-body"):
                yield Static(id="help-text")
            yield self.keys()

    def on_mount(self) -> None:
        self.query_one("#help-body").focus()

    def show_rows(self) -> None:
        width = max(20, self.query_one("#help-body").scrollable_content_region.width)
        self.query_one("#help-text", Static).update(Content("\n").join(page(self._rows, width)))


def page(rows: Sequence[Row], width: int) -> list[Content]:
    """The rows as lines of at most `width` cells; under each heading the second column is aligned."""
    heads = [i for i, (form, *rest) in enumerate(rows) if not (any(rest) or form.startswith("/"))]
    lines: list[Content] = []
    for start, end in pairwise([*heads, len(rows)]):
        lines += [text(""), text((rows[start][0].upper(), "bold $muted"))]
        section = rows[start + 1 : end]
        longest = max((len(keys) for keys, _, _ in section if len(keys) <= min(MAX_KEYS_CELLS, width // 3)), default=8)
        for row in section:
            lines += _row(row, longest + 2, width)
    return lines[1:]


def _row(row: Row, indent: int, width: int) -> list[Content]:
    keys, words, why_not = row
    wrapped = [(line, "$faint" if why_not else "") for line in textwrap.wrap(words, max(10, width - indent))]
    if why_not:
        wrapped += [(line, "$warning") for line in textwrap.wrap(f"Not now: {why_not}", max(10, width - indent))]
    style = "$faint" if why_not else "bold"
    if len(keys) + 2 > indent:
        folded = textwrap.wrap(keys, width, subsequent_indent="  ")
        return [*(text((line, style)) for line in folded), *(text(" " * indent, part) for part in wrapped)]
    if not wrapped:
        return [text((keys, style))]
    first, *rest = wrapped
    return [text((padded(keys, indent), style), first), *(text(" " * indent, part) for part in rest)]
