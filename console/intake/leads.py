"""Words before the times that lines begin with: a service, a host, a level, the number of a step."""

import re
from collections.abc import Sequence

from console.intake.prose import is_of_the_text
from console.intake.stamps import TimedText, is_time_label, timed_text

_MOMENT = r"[*_`\[(\"]{0,3}(?:\d{4}[-/]\d\d[-/]\d\d[T _]\d|\d{1,2}[:h]\d\d)"
_LEAD = re.compile(
    r"(?:[*_]{0,2}[\[(<]\s?(?P<boxed>[^\[\]()<>\n]{1,24})\s?[\])>][*_]{0,2}\s?[:|]?"
    r"|[*_]{0,2}(?P<named>@?[^\W\d_][\w./\[\]-]{0,24}(?:\s[\w./-]{1,16})?)(?:[*_]{0,2}\s{0,8}(?::(?!\d)|[|\u2013\u2014])|\s{1,8}-(?=\s))[*_]{0,2}"
    r"|(?P<id>(?=\S{0,23}[\d@/_])@?[^\W\d_][\w./\[\]:-]{1,24}(?:\s[\w./-]{1,16})?|[A-Z]{1,8}(?=\s\d{4}-))(?=\s))"
    rf"\s{{0,8}}(?={_MOMENT})"
)
_LINE_BEGINS = r"[ \t]{0,12}(?:(?:[-*+\u2022]|\d{1,3}[.)])[ \t]{1,4})?"
_LED_LINE = re.compile(_LINE_BEGINS + _LEAD.pattern)
_PLAIN_LINE = re.compile(_LINE_BEGINS + _MOMENT)
_LED_ENOUGH = 2


def has_leads(lines: Sequence[str]) -> bool:
    """Whether several lines have something short before their time, and fewer begin with it."""
    led = sum(1 for raw in lines if _LED_LINE.match(raw))
    return led >= _LED_ENOUGH and led > sum(1 for raw in lines if _PLAIN_LINE.match(raw))


def led_text(content: str) -> TimedText | None:
    """The stamp behind what stands before it, and the words of both; None where the line has no such beginning.

    A range with nothing but a label is that of opening hours.
    """
    lead = _LEAD.match(content)
    timed = timed_text(content[lead.end() :]) if lead and not is_of_the_text(content) else None
    if lead is None or timed is None or timed.stamp.time is None or timed.stamp.until or not timed.text:
        return None
    name = next(filter(None, lead.groups())).strip(" :")
    return timed if is_time_label(name) else timed._replace(text=f"{name}: {timed.text}")
