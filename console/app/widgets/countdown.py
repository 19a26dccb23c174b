"""Clocks as they are shown everywhere: a sign, a length of time, and the moment beside it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from textual.content import Content

from console.app.widgets.cell import text
from console.core.language.times import format_duration
from console.core.log.clocks import Clock

STATE_STYLE = {"overdue": "bold $error", "warning": "bold $warning", "running": "", "kept": "$success", "late": ""}
STATE_GLYPH = {"overdue": "■", "warning": "▲", "running": " ", "kept": "✓", "late": "✗"}
"""A shape for each state, so that colour is never needed to tell them apart."""
SHORT = {"escalation": "escalate", "executive_notice": "exec notice", "first_public": "first public",
         "customer_message": "customers", "stability": "stable", "action_item": "action item",
         "page": "answer", "shift": "hand over"}  # fmt: skip
"""Kinds of clocks that read otherwise than they are called."""


def countdown(clock: Clock, now: datetime) -> str:
    """Time left (`4m12s`), or `+3m05s` since it was due."""
    left = clock.due_at - now
    # Rounded up, so that a countdown reaches 0s at the moment itself and counts up from there.
    if left > timedelta(0):
        return format_duration(timedelta(seconds=-(-left // timedelta(seconds=1))))
    return f"+{format_duration(left)}"


def in_words(clock: Clock, now: datetime) -> str:
    """The countdown, with `in` before the time left: `in 4m12s`, `+3m05s`."""
    words = countdown(clock, now)
    return words if words.startswith("+") else f"in {words}"


def clock_name(clock: Clock) -> str:
    """The audience or the kind of what is owed, in a word or two."""
    return SHORT.get(clock.kind, clock.audience or clock.kind)


def most_urgent(clocks: Sequence[Clock], now: datetime) -> Content:
    """The countdown of the first of the clocks, which are sorted; of a task once it presses. Empty without one."""
    clock = next((clock for clock in clocks if clock.kind != "task" or clock.state != "running"), None)
    if clock is None:
        return text()
    words = f"{STATE_GLYPH[clock.state]} {clock_name(clock)} {in_words(clock, now)}".strip()
    return text((words, STATE_STYLE[clock.state] or "not bold $muted"))


def elapsed_label(word: str) -> str:
    """The word before the length that `elapsed` gives: `open 43m` beside the time in the stage Declared."""
    return "open" if word == "declared" else word


def used_bar(clock: Clock, now: datetime, cells: int) -> tuple[str, str]:
    """The time used up from its start to its due moment, as a heavy line of at most so many cells, and a thin one for
    the rest. Full only once it is overdue, and then with an end of its own."""
    if now >= clock.due_at and clock.state == "overdue":
        return "━" * (cells - 1) + "┫", ""
    span = clock.due_at - clock.starts_at
    share = (now - clock.starts_at) / span if span > timedelta(0) else 1
    halves = min(max(0, int(share * 2 * cells)), 2 * cells - 1)
    return "━" * (halves // 2), ("╾" if halves % 2 else "") + "─" * (cells - (halves + 1) // 2)
