"""The last line: the keys that matter now. Composed once, so that hours of use leave nothing behind."""

from collections.abc import Sequence

from textual.content import Content

from console.app.widgets.cell import Cell, Part, text


class KeyBar(Cell):
    """`show_items` takes (key, word, why not); what cannot be done now is dimmed. Items that do not fit are left
    out from the right, help and quit last."""

    def show_items(self, items: Sequence[tuple[str, str, str]], lead: str = "") -> None:
        width = (self.size.width or self.app.size.width) - 2
        used = len(lead) + 2 if lead else 0
        last = items[-2:]
        reserve = sum(len(key) + len(word) + 3 for key, word, _ in last)
        kept: list[tuple[str, str, str]] = []
        for key, word, why in items[:-2]:
            size = len(key) + len(word) + 3
            if used + size + reserve > width:
                continue
            used += size
            kept.append((key, word, why))
        parts: list[Part] = [(lead, "$muted"), "  "] if lead else []
        for key, word, why in [*kept, *last]:
            parts += [(key, "$faint" if why else "bold $primary"), " ", (word, "$faint" if why else "$muted"), "  "]
        self.show(text(*parts))


def key_line(items: Sequence[tuple[str, str, str]]) -> Content:
    """The last line of a dialog: all keys, what cannot be done now dimmed."""
    parts: list[Part] = []
    for key, word, why in items:
        words = f"{key.replace('Ctrl+', '^')} {word}".strip()
        parts += [" · " if parts else "", (words, "$faint") if why else words]
    return text(*parts)
