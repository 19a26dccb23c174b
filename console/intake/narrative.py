"""Moments within sentences, of a text that tells what happened in paragraphs and has no list of times."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from console.core.language.dates import weekday_at
from console.intake.clocks import COUNTED, WINDOW, about_at
from console.intake.dates import any_date
from console.intake.lines import Line, is_markup, is_rule, settings_end, take_apart, wraps
from console.intake.prose import (
    ANNOUNCES,
    TRAVELS,
    gives_hours,
    gives_length,
    is_habit,
    is_of_the_text,
    is_of_writing,
    tells_plans,
)
from console.intake.source import Source
from console.intake.stamps import (
    NEXT_DAY_WITHIN,
    OF_A_FILE,
    WORD_BEGINS,
    TimedText,
    attributes,
    begins_moment_at,
    is_long_number,
    moment_at,
    timed_text,
)

_MOST_LINES = 600
_IS_SENTENCE = re.compile(r"[\"'\u201c(\[*_>\s]{0,6}[^\W_]")
_CLOCK_LIKE = re.compile(
    r"\d\s?[:.h\u6642\u65f6\u70b9\u9ede\uc2dc]|\d\s?(?:[ap]\.?m|uhr|uur|hrs?|hours)\b|\d{4}|\d\so['\u2019]clock"
    r"|\b(?:alle|le|a\slas|\u00e0s|kl\.?)\s\d",
    re.IGNORECASE,
)
"""Signs that nearly every time of day has: a sentence without one is told without a closer look."""
_SENTENCE_ENDS = re.compile(
    r"(?:[.!?](?<![\s.(]\w.)(?<!\b(?:ca|ok|kl|St|Dr|Mr|Ms|Nr|vs|No|Mo|Di|Mi|Do|Fr|Sa|So).)(?<!\b(?:Mrs|bzw|ggf|tel|etc).)(?<!approx.)(?<![\s(]\d\d.)|(?<=[ap]\.m)\.(?=\s[A-Z]))[\"'\u201d)\]]{0,2}"
    r"\s{1,3}(?=[\"'\u201c\u201e\u00ab(\[*_]{0,3}(?:[^\Wa-z_\d]|\d{1,2}[:.h]\d\d))|;\s(?:and\s)?(?=(?:at|um|\u00e0|alle|a\slas|om)\s\d{1,2}[:.h]\d\d)|[\u3002\uff01\uff1f]"
)
_NEXT_SENTENCE = re.compile(
    r"(?:(?<=[.!?;])\s{1,3}|(?<=[.!?])\s{1,3}[-*\u2022]\s{1,3})(?=(?P<word>[^\W\d_]{0,8})(?:(?:\s[^\W\d_]{2,5})?\.?\s|(?<=\s))\d{1,2}[:.h][0-5]\d[^.,])"
)
_FIRST_WORD = re.compile(r"[^\W\d_]{0,8}")
_IS_PLAN = re.compile(
    r"[^.\d]{0,30}\b(?:planned|scheduled|upcoming|geplante?|angek\u00fcndigte?|planifi\u00e9e?|programad[oa]|planificad[oa]"
    r"|programmat[oa]|planeada|geplande?|planerad|planlagt|planowan[ae])\s.{0,80}[^.\s]\s?$",
    re.IGNORECASE,
)
"""The head of an announcement: "Planned outage of the network on 27 December"."""
_BREAK = re.compile(r"[,;:]\s")
STOP = re.compile(r"[.!?;] ")
"""The end of a sentence, or of a part of one, within a line."""
_ASIAN_DATE = re.compile(r"\d{1,4}[\u5e74\u6708]")
_HEAD_LINES = 3
SENTENCE_CHARS = 60
"""Of a line that is a sentence of a paragraph."""
_PROSE_TIME = re.compile(r"(?:on|at|by|from|between|around|since|before|after|as\sof)\s", re.IGNORECASE)
_PROSE_DAY = re.compile(r"(?:on|am|le|el|il|em|no\sdia|op|den|w\sdniu)\s", re.IGNORECASE)
_PLAIN_TIME = re.compile(r"[\s>]{0,6}[\[(*_`]{0,3}\d{1,2}[:.h]\d\d")
_LISTED_TIME = re.compile(
    r"[\s>]{0,12}(?:[-*+\u2022|]|\d{1,3}[.)])[^A-Za-z]{1,30}?(?:[A-Za-z]{3,9}[^A-Za-z]{1,12}(?:st|nd|rd|th)?[^A-Za-z]{1,12})?\d{1,2}[:.h]\d\d"
)
_LISTED_ENOUGH = 3


class Lists(NamedTuple):
    """The lists of times that the lines hold."""

    marked: bool
    """Whether points or rows of a table begin with times: sentences that begin with one are prose then."""
    plain: bool
    """Whether lines begin with times of day: sentences that begin with a day and a time are prose then."""


def lists_in(lines: Sequence[str], *, least: int = _LISTED_ENOUGH) -> Lists:
    """The lists of times that the lines hold, each of so many at least; none of the lines is of code."""
    enough = ([*islice(filter(form.match, lines), least)] for form in (_LISTED_TIME, _PLAIN_TIME))
    return Lists(*(len(times) == least for times in enough))


def is_told(line: Line, timed: TimedText) -> bool:
    """Whether the line with the time, a point of a list or none, is a sentence that nothing else sets off."""
    apart = line.level or (timed.strong and not line.content[:1].isalpha())
    return not apart and len(line.content) >= SENTENCE_CHARS and about_at(line.content[:WINDOW], 0).sure


def is_beside_list(line: Line, timed: TimedText, lists: Lists) -> bool:
    """Whether the line with the time is prose beside a list of times: it tells what the list has, or the day."""
    is_sentence = _PROSE_TIME.match(line.content) is not None and len(line.content) >= SENTENCE_CHARS
    is_day = timed.stamp.date is not None and _PROSE_DAY.match(line.content) is not None and line.content[-1] == "."
    return (is_sentence and any(lists)) or (is_day and lists.plain)


def sentences(content: str) -> list[TimedText]:
    """The sentences of a paragraph that have a time, each with those without one behind it; empty where none has."""
    read: list[TimedText] = []
    if not _IS_SENTENCE.match(content):
        return read
    before = ""
    for sentence in _split(content):
        timed = _timed_sentence(sentence)
        alone = timed_text(sentence) if timed and before else None
        if alone and alone.stamp.time and not alone.text:
            # "It is back. Mar 5, 10:40 UTC" says when behind what.
            timed = alone._replace(text=before)
        if timed:
            read.append(timed)
            before = ""
        elif read:
            read[-1] = read[-1]._replace(text=f"{read[-1].text} {sentence}")
        else:
            before = f"{before} {sentence}".strip()
    return read


def is_narrative(source: Source, *, least: int) -> bool:
    """Whether so many sentences of the text, which has no list of times, tell what happened at a time."""
    contents = [take_apart(raw).content for _, raw in islice(_joined(source), _MOST_LINES)]
    if any(map(_IS_PLAN.match, filter(None, contents[:_HEAD_LINES]))):
        return False
    prose = [content for content in contents if not content[:1].isdigit() or _ASIAN_DATE.match(content)]
    told = sum(len(sentences(content)) for content in prose)
    # What tells more of what will be than of what was is an announcement.
    plans = sum(1 for content in prose for each in _split(content) if _CLOCK_LIKE.search(each) and tells_plans(each))
    return told >= least and told > plans


def telling_points(lines: Sequence[str]) -> dict[int, TimedText]:
    """The points, by their line from 1, with a time within, in lists where most begin with a time or have one."""
    told: dict[int, TimedText] = {}
    points: list[tuple[int, Line]] = []
    for number, raw in enumerate((*lines, "."), start=1):
        line = take_apart(raw)
        if line.bullet and (not points or line.indent == points[0][1].indent):
            points.append((number, line))
        elif line.content and (line.bullet or not points or line.indent <= points[0][1].indent):
            told |= _told_points(points)
            points = [(number, line)] if line.bullet else []
    return told


def _told_points(points: Sequence[tuple[int, Line]]) -> dict[int, TimedText]:
    headed = {number for number, line in points if (timed := timed_text(line.content)) and timed.stamp.time}
    if not headed or len(headed) == len(points):
        return {}
    within = {
        number: timed for number, line in points if number not in headed and (timed := _timed_sentence(line.content))
    }
    return within if (len(headed) + len(within)) * 3 >= len(points) * 2 else {}


def alike(content: str) -> list[TimedText]:
    """The sentences of a point that each begin as the first does: "At 9:02 one. At 9:05 two."; empty for one alone."""
    if not STOP.search(content):
        return []
    word = _FIRST_WORD.match(content)
    first = word[0].casefold() if word else ""
    breaks = [match.span() for match in _NEXT_SENTENCE.finditer(content) if match["word"].casefold() == first]
    begins, ends = [0, *(end for _, end in breaks)], [*(begin for begin, _ in breaks), len(content)]
    read = [timed_text(content[begin:end]) for begin, end in zip(begins, ends, strict=True)] if breaks else []
    timed = [each for each in read if each and each.stamp.time and each.text]
    return timed if len(timed) == len(read) else []


def unwrapped(source: Source) -> Source:
    """The text with each line that breaks off within a sentence joined to those that go on with it."""
    numbers, lines = zip(*_joined(source), strict=True)
    return source._replace(lines=lines, numbers=numbers)


def _joined(source: Source) -> Iterator[tuple[int, str]]:
    parts: list[str] = []
    begun = 0
    open_line = False
    begin = settings_end(source.lines)
    for at, (raw, number) in enumerate(zip(source.lines, source.numbers, strict=True)):
        line = take_apart(raw)
        no_words = at < begin or line.level or is_markup(line.content) or is_rule(raw) or raw[:1] in "|`~"
        plain = bool(line.content) and not no_words
        if open_line and plain and not line.bullet:
            parts.append(line.content)
        else:
            if parts:
                yield begun, " ".join(parts)
            parts, begun = [raw], number
        open_line = plain and _IS_SENTENCE.match(line.content) is not None and wraps(raw, also_long=True)
    yield begun, " ".join(parts)


def _split(content: str) -> Iterator[str]:
    begin = 0
    for match in _SENTENCE_ENDS.finditer(content):
        sentence = content[begin : match.end()].strip()
        timed = timed_text(sentence) if sentence.endswith(".m.") else None
        # "On Monday at 3:54 p.m. ITS sent a mail" is one.
        if timed is None or timed.text:
            yield sentence
            begin = match.end()
    if content[begin:].strip():
        yield content[begin:].strip()


def _timed_sentence(sentence: str) -> TimedText | None:
    """The first moment of the sentence that is an event's, on the day that the sentence names, and its words."""
    if attributes(sentence) or not _CLOCK_LIKE.search(sentence) or TRAVELS.search(sentence):
        return None
    if is_of_the_text(sentence) or OF_A_FILE.match(sentence) or gives_hours(sentence) or gives_length(sentence):
        return None
    first = timed_text(sentence)
    timed, told = (first, sentence) if first and first.stamp.time and first.text else _within(sentence)
    if timed is None or (is_habit(told) and not timed.stamp.date):
        return None
    if timed.stamp.date or timed.stamp.days:
        return timed
    days = 1 if NEXT_DAY_WITHIN.search(sentence) and not timed.stamp.weekday else 0
    written = None if days else any_date(sentence)
    if timed.stamp.weekday and (written is None or written.weekday != timed.stamp.weekday):
        return timed
    return timed._replace(stamp=timed.stamp._replace(days=days, date=written, weekday=None))


def _within(sentence: str) -> tuple[TimedText | None, str]:
    """The first moment of an event within the sentence, and what the sentence says up to the break behind it."""
    for begin in WORD_BEGINS.finditer(sentence):
        at = begin.start()
        head = sentence[at : at + WINDOW]
        read = moment_at(head, 0) if begins_moment_at(head) else None
        stamp, _, end = read or (None, 0, 0)
        if stamp is None or stamp.time is None or stamp.time is COUNTED or is_long_number(stamp, sentence[:at]):
            continue
        if stamp.until and weekday_at(sentence, 0) and sentence[-1] not in ".!?":
            # "Tuesday and Friday, from 10 pm to 6 am" tells of every week.
            break
        told = about_at(head, 0).sure or stamp.zone or stamp.time.half_said or stamp.date or stamp.weekday
        if is_of_writing(sentence[:at]) or stamp.remark == "until":
            break
        if told and not head[end : end + 1].isalnum() and not ANNOUNCES.search(sentence[:at]):
            behind = _BREAK.search(sentence, at + end)
            return TimedText(stamp, sentence, None, False), sentence[: behind.start() if behind else None]
    return None, ""
