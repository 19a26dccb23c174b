"""The red line on every screen: overdue promises of other open incidents, for as long as there are any."""

from datetime import datetime

from textual.content import Content

from console.app.bells import marked_ref
from console.app.widgets.cell import pressable, text
from console.app.widgets.countdown import STATE_GLYPH, countdown
from console.core.language.text import one_line
from console.store.ledger import Ledger


def overdue_elsewhere(ledger: Ledger, ref: str, now: datetime) -> Content:
    """The longest overdue of all that call for attention but `ref`, and how many more; empty where nothing is."""
    late = [
        (clock.due_at, marked_ref(state), clock)
        for state in ledger.calling()
        if state.ref != ref
        for clock in ledger.owed(state, now)
        if clock.state == "overdue"
    ]
    if not late:
        return text("")
    _, other, clock = min(late, key=lambda row: row[:2])
    more = f", {len(late) - 1} more overdue" if len(late) > 1 else ""
    words = f" {STATE_GLYPH['overdue']} {other}: {one_line(clock.what, 40)} {countdown(clock, now)}{more} "
    return pressable("board", (words, "bold $background on $error"), ("  the board shows all", "$muted"))
