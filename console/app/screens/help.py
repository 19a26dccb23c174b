"""Every key, marker and slash word, with the reason where one cannot be used now."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.app.widgets.cell import Part, padded, text

KEY_WIDTH = 26


class HelpScreen(ModalScreen[None]):
    """Scrolls with the arrow keys; Esc, q or ? closes it."""

    BINDINGS = [Binding("escape,q,question_mark", "leave", "Close", show=False)]

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog"):
            yield Static(Content("Help · Esc closes, arrows scroll"), classes="dialog-title")
            yield Static(Content("\n").join(self._lines()))

    def _lines(self) -> list[Content]:
        lines = []
        for keys, words, why_not in self._rows:
            if not words and not why_not and not keys.startswith("/"):
                lines += [text(""), text((keys.upper(), "bold $muted"))]
                continue
            reason: list[Part] = [("  not now: " + why_not, "$warning")] if why_not else []
            gap = padded(keys, KEY_WIDTH) if len(keys) < KEY_WIDTH else keys + "  "
            lines.append(text((gap, "$faint" if why_not else "bold"), (words, "$faint" if why_not else ""), *reason))
        return lines

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        self.dismiss(None)
