"""The red line on every screen: overdue promises of other open incidents, for as long as there are any."""

from textual.content import Content

from console.app.session import Session
from console.app.widgets.cell import pressable, text
from console.app.widgets.countdown import STATE_GLYPH, countdown
from console.core.language.text import one_line


def overdue_elsewhere(session: Session, ref: str) -> Content:
    """The longest overdue of all that call for attention but `ref`, and how many more; empty where nothing is."""
    late = [
        (clock.due_at, state.ref, clock)
        for state in session.calling()
        if state.ref != ref
        for clock in session.ledger.owed(state)
        if clock.state == "overdue"
    ]
    if not late:
        return text("")
    _, other, clock = min(late, key=lambda row: row[:2])
    more = f", {len(late) - 1} more overdue" if len(late) > 1 else ""
    words = f" {STATE_GLYPH['overdue']} {other}: {one_line(clock.what, 40)} {countdown(clock, session.now())}{more} "
    return pressable("board", (words, "bold $background on $error"), ("  the board shows all", "$muted"))
