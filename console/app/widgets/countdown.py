"""Clocks as they are shown everywhere: a sign, a length of time, and the moment beside it."""

from datetime import datetime, timedelta

from console.core.language.times import format_duration
from console.core.log.clocks import Clock

STATE_STYLE = {"overdue": "bold $error", "warning": "bold $warning", "running": "", "kept": "$success", "late": ""}
STATE_GLYPH = {"overdue": "■", "warning": "▲", "running": " ", "kept": "✓", "late": "✗"}
"""A shape for each state, so that colour is never needed to tell them apart."""


def countdown(clock: Clock, now: datetime) -> str:
    """Time left (`4m12s`), or `+3m05s` since it was due."""
    left = clock.due_at - now
    # Rounded up, so that a countdown reaches 0s at the moment itself and counts up from there.
    if left > timedelta(0):
        return format_duration(timedelta(seconds=-(-left // timedelta(seconds=1))))
    return f"+{format_duration(left)}"
