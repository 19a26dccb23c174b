"""Where each target of an incident stands, as lines of the panel and as a word for the strip."""

from datetime import datetime

from textual.content import Content

from console.app.widgets.cell import Part, fitted, text
from console.publish.sending.status import Standing

LOOKS = {
    "in sync": ("✓", "$success"),
    "sending": ("…", "$primary"),
    "waiting": ("▲", "bold $warning"),
    "failed": ("■", "bold $error"),
    "asking": ("?", "bold $error"),
    "differs": ("≠", "bold $warning"),
    "nothing": ("–", "$muted"),
}
"""A shape and a colour for each, so that colour is never needed."""

ATTENTION = ("failed", "asking", "differs", "waiting")


def standing_lines(standings: tuple[Standing, ...], now: datetime, width: int) -> list[Content]:
    """A line for each target, and under it why it is not in sync."""
    found = []
    for one in standings:
        sign, style = LOOKS[one.where]
        parts: list[Part] = [(f"{sign} ", style), (fitted(one.target, 18), "bold"), "  "]
        parts.append((where_words(one, now), style if one.where in ATTENTION else "$muted"))
        if one.left > 1:
            parts.append((f"  {one.left} to go", "$muted"))
        found.append(text(*parts))
        if one.says and one.where in ATTENTION:
            found.append(text((f"  {fitted(one.says, width - 2)}", "$muted")))
    if any(one.where in ATTENTION for one in standings):
        found.append(text(("O", "bold $primary"), ("  shows why, and what to do", "$muted")))
    return found


def where_words(one: Standing, now: datetime) -> str:
    """`in sync`, `waits 1:20`, `failed`, `is it there?`, `page differs`."""
    if one.where == "waiting":
        left = max(0, round((one.until - now).total_seconds())) if one.until else 0
        return f"waits {left // 60}:{left % 60:02}" if left else "waits"
    return {"asking": "is it there?", "differs": "page differs", "nothing": "dropped"}.get(one.where, one.where)


def alarm(standings: tuple[Standing, ...]) -> list[Part]:
    """For the strip: what of publishing needs somebody, or waits."""
    order = ("failed", "asking", "differs", "waiting")
    wrong = sorted((one for one in standings if one.where in order), key=lambda one: order.index(one.where))
    if not wrong:
        return []
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    sign, style = LOOKS[wrong[0].where]
    return [(f"{sign} {fitted(wrong[0].target, 14)}{more}: O", style), "  "]
