"""The most urgent advice, as a line above the timeline."""

from textual.content import Content

from console.app.widgets.cell import text
from console.core.advice.rules import Nudge
from console.core.language.text import one_line


def nudge_line(nudges: tuple[Nudge, ...], width: int) -> Content:
    """The most urgent advice in one line, and how many more there are."""
    first = nudges[0]
    more = f"  w {len(nudges)} pieces of advice" if len(nudges) > 1 else "  w says why"
    words = one_line(first.text, max(20, width - len(more) - 4))
    return text(("☞ ", "bold $accent"), (words, "bold"), (more, "$muted"))
