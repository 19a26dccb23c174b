"""Words before the times of lines: a service, a host, a level, the number of a step, or much of what a program logs."""

import re
from collections.abc import Sequence

from console.intake.lines import is_code, take_apart, wraps
from console.intake.prose import is_about_the_text, is_of_the_text
from console.intake.stamps import OF_A_FILE, TIME_LABEL, UNIX_TIME, TimedText, moment_at, timed_text

_MOMENT = (
    r"[*_`\[(\"]{0,3}(?:\d{4}[-/]\d\d[-/]\d\d[T _]\d|\d{1,2}[:h]\d\d|\d\d?[/.-]\d\d?[/.-]\d{4}\s"
    r"|[A-Z][a-z]{2}\s{1,2}\d\d?\s\d\d:)"
)
_LEAD = re.compile(
    r"(?:[*_]{0,2}[\[(<]\s?(?P<boxed>[^\[\]()<>\n]{1,24})\s?[\])>][*_]{0,2}\s?[:|]?"
    r"|[*_]{0,2}(?P<named>@?[^\W\d_][\w./\[\]-]{0,24}(?:\s(?!\d+/)[\w./-]{1,16})?)(?:[*_]{0,2}\s{0,8}(?::(?!\d)|[|\u2013\u2014])|\s{1,8}-(?=\s))[*_]{0,2}"
    r"|(?P<id>(?=\S{0,23}[\d@/_])(?!\S{0,23}\d{4}-\d\d-\d\d)@?[^\W\d_][\w./\[\]:-]{1,24}(?:\s[\w./-]{1,16})?|[A-Z]{1,8}(?=\s\d{4}-|\s\d\d?/\d\d?/))(?=\s))"
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
    return timed if TIME_LABEL.match(name) else timed._replace(text=f"{name}: {timed.text}")


_WITHIN = re.compile(
    r"(?:\d{4}([-/.])\d\d\1\d\d[T _]|(?:[A-Z][a-z]{2},?\s{1,2})?[A-Z][a-z]{2}\s{1,2}\d{1,2},?\s(?:\d{4}\s)?"
    r"|\d{1,2}/[^\W\d_]{3,9}\.?/\d{4}[:\s]"
    r"|\d{1,2}([/.])\d{1,2}\2\d{4},?\s)\d{1,2}:\d\d:\d\d|(?<=\s)1\d{9}(?=\s)"
)
"""A day with a time to the second, as programs write it, or the seconds since 1970."""
_OF_A_VALUE = "=\"'`/.-_"
"""Characters before a moment that make it a value, or a part of a name."""
_MARKUP = ("<", "|", "#", ">", "*")
_MOST_BEFORE = 240
_LEAST_COUNTED = 3
_GAPS = re.compile(r"\s{2,}")


def has_moments_within(lines: Sequence[str]) -> bool:
    """Whether the lines are those of a log whose moment stands further back: nearly all have one, to the second."""
    apart = [take_apart(raw) for raw in lines if not raw[:1].isspace()]
    contents = [line.content for line in apart if not line.level]
    found, missing = 0, 0
    counted: set[int] = set()
    for content in contents:
        timed = moment_within(content)
        found += timed is not None
        missing += timed is None and not is_code(content)
        if missing * 4 >= len(contents):
            return False
        if timed and timed.stamp.zone is UNIX_TIME:
            counted.add(len(_before(content)))
    # A long number that is not always the same word is an id.
    is_id = counted and (len(contents) < _LEAST_COUNTED or len(counted) > 1)
    return found > 3 * missing and not is_id


def _before(content: str) -> list[str]:
    """The words before the moment within."""
    within = _WITHIN.search(content)
    return content[: within.start()].split() if within else []


def moment_within(content: str, *, most_before: int | None = None) -> TimedText | None:
    """The exact moment behind the first words of a line of a log, and all its words; None for prose, values, fields.

    No more than `most_before` words stand before it then, and no label.
    """
    moments = list(_WITHIN.finditer(content[:_MOST_BEFORE]))
    if not moments or content.startswith(_MARKUP) or OF_A_FILE.match(content) or is_about_the_text(content):
        return None
    for match in moments:
        before, read = content[: match.start()], moment_at(content[match.start() :], 0)
        if read is None or not before.strip() or before[-1] in _OF_A_VALUE or before[-1].isalnum():
            continue
        if most_before is not None and (len(before.split()) > most_before or before.rstrip()[-1] in ":,;"):
            return None
        behind = content[match.start() + read[2] :].lstrip("])>: ")
        if wraps(before, also_long=False) or not behind.strip(" .") or is_of_the_text(content):
            return None
        return TimedText(read[0], _GAPS.sub("  ", f"{before.rstrip('[(<|: ')} {behind}"), None, False)
    return None
