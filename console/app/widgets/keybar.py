"""The last line: the keys that matter now. Composed once, so that hours of use leave nothing behind."""

from collections.abc import Sequence

from textual.content import Content

from console.app.registry import BarItem
from console.app.widgets.cell import LaidCell, Part, item_lines, pressable, text


class KeyLine(LaidCell):
    """Keys, or what Enter would do to what is named there, never broken inside an item."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(item_lines, id=id, classes=classes)


class KeyBar(KeyLine):
    """The keys of a screen, dimmed where of no use now. Those that do not fit go from the right, help and quit last."""

    def show_items(self, items: Sequence[BarItem], lead: str = "") -> None:
        width = (self.size.width or self.app.size.width) - 2
        used = len(lead) + 2 if lead else 0
        last = items[-2:]
        reserve = sum(len(item.key) + len(item.word) + 3 for item in last)
        kept: list[BarItem] = []
        for item in items[:-2]:
            size = len(item.key) + len(item.word) + 3
            if used + size + reserve > width:
                continue
            used += size
            kept.append(item)
        parts: list[Part] = [(lead, "$muted"), "  "] if lead else []
        for item in [*kept, *last]:
            key, word = ("$faint", "$faint") if item.why else ("bold $primary", "$muted")
            parts += [pressable(item.act, (item.key, key), " ", (item.word, word)), "  "]
        self.show(text(*parts))


def key_line(items: Sequence[BarItem]) -> Content:
    """The last line of a dialog: all keys, what cannot be done now dimmed."""
    parts: list[Part] = []
    for item in items:
        words = f"{item.key.replace('Ctrl+', '^')} {item.word}".strip()
        parts += [" · " if parts else "", pressable(item.act, (words, "$faint") if item.why else words)]
    return text(*parts)
