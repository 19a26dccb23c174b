"""The standing of each target of an incident, as lines of the panel and as a word for the strip."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from textual.content import Content

from console.app.acts import BY_ID
from console.app.widgets.cell import Part, fitted, text
from console.core.language.times import format_duration
from console.publish.sending.content import Unsettled
from console.publish.sending.status import Standing

LOOKS = {
    "sent": ("✓", "$success"),
    "in sync": ("✓", "$success"),
    "sending": ("…", "$primary"),
    "waiting": ("▲", "bold $warning"),
    "failed": ("■", "bold $warning"),
    "asking": ("?", "bold $warning"),
    "differs": ("≠", "bold $warning"),
    "behind": ("▲", "bold $warning"),
    "nothing": ("–", "$muted"),
}
"""A shape and a colour for each, so that colour is never needed."""

STATE_WORDS = {
    "asking": "is it there?",
    "differs": "page differs",
    "behind": "no final update",
    "nothing": "not there",
}
"""States with words of their own."""

LONG_AGO = timedelta(minutes=10)
"""A page of an open incident is read twice in that time, where it can be."""

ATTENTION = ("failed", "asking", "differs", "behind", "waiting")
"""The states that need somebody, the most urgent first."""


def standing_lines(standings: tuple[Standing, ...], now: datetime, width: int) -> list[Content]:
    """A line for each target, and under it why it is not in sync."""
    lines = []
    for standing in standings:
        sign, style = LOOKS[standing.where]
        parts: list[Part] = [(f"{sign} ", style), (fitted(standing.target, 18), "bold"), "  "]
        parts.append((where_words(standing, now), style if standing.where in ATTENTION else "$muted"))
        if standing.left > 1:
            parts.append((f"  {standing.left} to go", "$muted"))
        lines.append(text(*parts))
        if standing.says and standing.where in ATTENTION:
            # The target's name stands above it, and the end decides.
            says = f"{_shortly(standing.unsettled)} here".capitalize() if standing.unsettled else standing.says
            lines.append(text((f"  {fitted(says, width - 2)}", "$muted")))
    if any(standing.unsettled or standing.differences for standing in standings):
        lines.append(
            text((BY_ID["settle"].anywhere, "bold $primary"), ("  decides what becomes of it there", "$muted"))
        )
    elif any(standing.where in ATTENTION and standing.where != "behind" for standing in standings):
        lines.append(text((BY_ID["outbox"].anywhere, "bold $primary"), ("  shows why, and what to do", "$muted")))
    return lines


def where_words(standing: Standing, now: datetime) -> str:
    """`sent`, `in sync`, `waits 1:20`, `failed`, `is it there?`, `page differs`, `no final update`, `not there`.

    `in sync 40m00s ago` where the page was not read for long."""
    if standing.where == "waiting":
        left = max(0, round((standing.until - now).total_seconds())) if standing.until else 0
        return f"waits {left // 60}:{left % 60:02}" if left else "waits"
    if standing.where == "in sync" and standing.read_at and now - standing.read_at >= LONG_AGO:
        return f"in sync {format_duration(now - standing.read_at)} ago"
    return STATE_WORDS.get(standing.where, standing.where)


def alarm(standings: tuple[Standing, ...]) -> list[Part]:
    """The strip's words on publishing that needs somebody, or waits."""
    wrong = [standing for where in ATTENTION for standing in standings if standing.where == where]
    if not wrong:
        return []
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    sign, style = LOOKS[wrong[0].where]
    unsettled = [each for standing in standings for each in standing.unsettled]
    if unsettled and wrong[0].where == "differs":
        shown = f"{sign} {fitted(wrong[0].target, 14)} {_shortly(unsettled)}: {BY_ID['settle'].anywhere}"
        return [(shown, style), "  "]
    if wrong[0].differences:
        return [(f"{sign} {fitted(wrong[0].target, 14)} differs{more}: {BY_ID['settle'].anywhere}", style), "  "]
    became = {"waiting": "waits"}.get(wrong[0].where, STATE_WORDS.get(wrong[0].where, wrong[0].where))
    return [(f"{sign} {fitted(wrong[0].target, 14)} {became}{more}: {BY_ID['outbox'].anywhere}", style), "  "]


def _shortly(unsettled: Sequence[Unsettled]) -> str:
    """`still shows update #2, undone`, and how many more."""
    first, *others = unsettled
    number = first.name.rpartition(" ")[2]
    more = f" and {len(others)} more" if others else ""
    if first.edited and first.found != "standing":
        return f"shows update {number}{more} in other words, {first.found}"
    match first.why:
        case "missing":
            return f"lacks update {number}{more}, which stands"
        case "other words":
            return f"has update {number}{more} in {'the old' if first.corrected else 'other'} words than"
    return f"still shows update {number}{more}, {first.found}"
