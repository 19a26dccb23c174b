"""The state of the link to the server, as it is shown."""

from datetime import datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from console.core.language.text import one_line
from console.core.language.times import format_length

State = Literal["connecting", "connected", "unreachable"]


class Link(NamedTuple):
    state: State
    unsent: int = 0
    """Events of this log that the server is not known to have."""
    since: datetime | None = None
    """When the oldest of them was recorded; without any, since when the server is out of reach."""
    problem: str = ""
    """Why it is out of reach, in one sentence."""
    alarms: tuple[str, ...] = ()
    """The refusals of rows of the server, a sentence each."""
    clock: str = ""
    """That this machine's clock differs from the server's, as a sentence; empty where it does not."""
    overlooked: tuple[str, ...] = ()
    """Entries with words that somebody else redacted without knowing of them, a sentence each."""

    @property
    def in_sync(self) -> bool:
        """Everything of both sides was compared, and both have it."""
        return self.state == "connected" and not self.unsent and not self.alarms

    @property
    def well(self) -> bool:
        """Nothing about it needs a person's attention."""
        return (self.in_sync and not self.overlooked) or self.state == "connecting"

    def words(self, zone: tzinfo) -> str:
        since = f" since {self.since.astimezone(zone):%H:%M}" if self.since is not None else ""
        if self.alarms:
            return "sync alarm"
        if self.overlooked:
            return f"{len(self.overlooked)} to redact"
        if self.unsent:
            return f"{self.unsent:,} unsent{since}"
        if self.state == "unreachable":
            return f"no server{since}"
        return "in sync" if self.state == "connected" else "connecting"


CLOCK_OFF = timedelta(seconds=30)
"""From how far apart on clocks are said to differ."""


def clock_words(ahead: timedelta) -> str:
    """The sentence that says what to do about a clock ahead of the server's, or behind it; empty where both agree."""
    if abs(ahead) < CLOCK_OFF:
        return ""
    apart = format_length(timedelta(seconds=round(abs(ahead).total_seconds())))
    side = "ahead of" if ahead > timedelta() else "behind"
    return f"This machine's clock is {apart} {side} the server's; set it, for entries get this machine's time."


def alarm_words(incident: str, reason: str) -> str:
    return f"{one_line(incident, 20)} {reason}; nothing of that was taken over, so compare with whoever wrote it."


def overlooked_words(incident: str, actor: str, at: datetime) -> str:
    who = one_line(actor, 40)
    return (
        f"{one_line(incident, 20)}: the entry of {at:%H:%M} UTC by {who} holds words that were redacted; redact it too."
    )
