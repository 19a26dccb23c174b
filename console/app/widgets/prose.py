"""Longer text on the screen: read in lines that wrap under their own column, and written in an area of its own."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message

from console.app.dialogs.base import DialogText
from console.app.registry import bindings
from console.app.widgets.cell import Part, padded, text
from console.core.language.text import clean
from console.export.blocks import Block, Code, Heading, Items, Paragraph, Picture, Remark, Run, Table, Words

STYLES = {"": "", "strong": "bold", "em": "italic", "code": "$secondary"}
MIN_CELLS = 16
"""A column of fewer cells is not made narrower; it is cut by the screen."""


def page(blocks: Sequence[Block], width: int) -> Content:
    """The blocks in lines of at most `width` cells, an empty line between them."""
    lines: list[Content] = []
    for block in blocks:
        if lines and not isinstance(block, Picture):
            lines.append(text(""))
        lines += _lines(block, max(MIN_CELLS, width))
    return Content("\n").join(lines)


def _lines(block: Block, width: int) -> Iterator[Content]:
    match block:
        case Paragraph(words=styled):
            yield from wrapped(styled, width)
        case Heading(words=styled):
            yield from wrapped(tuple(Run(run.text, "strong") for run in styled), width)
        case Remark(words=styled):
            yield from wrapped(styled, width, style="$muted italic")
        case Items(items=items, ordered=ordered):
            for number, item in enumerate(items, 1):
                yield from wrapped(item, width, lead=(f"{number}. " if ordered else "• ", "$muted"))
        case Code(text=code):
            for line in code.split("\n"):
                yield text(("  ", ""), (clean(line, multiline=False), "$secondary"))
        case Table(head=head, rows=rows):
            yield from _table(head, rows, width)
        case Picture():
            return


def wrapped(styled: Words, width: int, *, lead: tuple[str, str] = ("", ""), style: str = "") -> Iterator[Content]:
    """Styled words in lines; lines after the first begin under the first word, behind `lead`."""
    shown = Content.assemble(*((_shown(run), style or STYLES[run.style]) for run in styled))
    for line in shown.wrap(max(1, width - cell_len(lead[0]))):
        yield text(lead, line.rstrip())
        lead = (" " * cell_len(lead[0]), "")


def _shown(run: Run) -> str:
    return clean(run.text, multiline=False) + (f" ({run.href})" if run.href else "")


def _table(head: Sequence[str], rows: Sequence[Sequence[Words]], width: int) -> Iterator[Content]:
    cells = [["".join(clean(run.text, multiline=False) for run in cell) for cell in row] for row in rows]
    sizes = [max(cell_len(cell) for cell in column) for column in zip(head, *cells, strict=True)]
    # What does not fit is taken from the widest column.
    while sum(sizes) + 2 * len(sizes) > width and max(sizes) > 8:
        sizes[sizes.index(max(sizes))] -= 1
    yield text(*((f"{padded(title, size)}  ", "$muted") for title, size in zip(head, sizes, strict=True)))
    for row, styled in zip(cells, rows, strict=True):
        parts: list[Part] = []
        for cell_words, size, cell in zip(row, sizes, styled, strict=True):
            parts.append((f"{padded(cell_words, size)}  ", STYLES[cell[0].style] if cell else ""))
        yield text(*parts)


class ProseArea(DialogText):
    """A text to write. Ctrl+S saves it, Esc leaves it."""

    BINDINGS = bindings("section")

    class Saved(Message):
        """Ctrl+S: the text is wanted in the log."""

    class Left(Message):
        """Esc: the text is to be kept, and the list wanted."""

    def on_key(self, event: events.Key) -> None:
        if event.key in ("ctrl+s", "escape"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Saved() if event.key == "ctrl+s" else self.Left())
