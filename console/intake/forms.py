"""Forms of a file: each becomes the lines or the rows that one reader reads."""

import re
from collections.abc import Callable

from console.intake import markups, own, pages, records
from console.intake.commits import commits_source
from console.intake.embedded import embedded_source
from console.intake.lines import split_lines
from console.intake.listed import yaml_source
from console.intake.recordings import cues_source
from console.intake.source import Source

_JSON_START = re.compile(r"\ufeff?\s{0,400}[\[{]")


def _traced(entry: re.Match[str]) -> str:
    text, clock, bias, month, day, year = entry.groups()
    east = -int(bias or 0)
    zone = f"{'-' if east < 0 else '+'}{abs(east) // 60:02}:{abs(east) % 60:02}" if bias else ""
    return f"{year}-{int(month):02}-{int(day):02}T{clock}{zone} {text.strip()}"


_WRITTEN_ANEW: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    # The moment of an update of cState, behind its words; that of one of another page, in its element.
    (re.compile(r"^(.{1,4000}?)\s{0,4}\{\{<\s?track\s\"([^\"]{4,40})\"\s?>\}\}\s*$"), r"\2 \1"),
    (
        re.compile(
            r"^\s{0,12}<[A-Z][\w.]{0,40}\s[^<>]{0,200}?\b(?:date|time|datetime|timestamp|when|at)=\{?[\"']"
            r"(\d[^\"'<>{}]{7,40})[\"'][^<>]{0,200}>"
        ),
        r"\1 ",
    ),
    # The priority that syslog writes before the time of a line.
    (re.compile(r"^<\d{1,3}>(?:1\s(?=\d{4}-))?(?=[\dA-Z])"), ""),
    # Linux's audit counts from 1970.
    (re.compile(r"^((?:node=\S{1,80} )?type=\w{1,40}) msg=audit\((1\d{9}(?:\.\d{3})?):\d{1,9}\): "), r"\2 \1 "),
    # A log of Microsoft's Configuration Manager; the bias is minutes from the local time to UTC.
    (
        re.compile(
            r"^<!\[LOG\[(.*)\]LOG\]!><time=\"(\d\d:\d\d:\d\d\.\d{1,6})([+-]\d{1,3})?\" date=\"(\d\d?)-(\d\d?)-(\d{4}).*"
        ),
        _traced,
    ),
    # The head that Kubernetes and other programs write: level, month and day, time.
    (re.compile(r"^[IWEF](0[1-9]|1[0-2])([0-3]\d) (\d\d:\d\d:\d\d\.\d{1,6})\s+"), r"\1-\2 \3 "),
    # The moment that a shell's history has before a command, or on the line above it.
    (re.compile(r"^(?:: (?=1\d{9}:\d{1,7};)|#(?=1\d{9}$))(1\d{9})(?::\d{1,7};)?"), r"\1 "),
]
"""Beginnings of lines in which a moment is hard to see, each with what it is read as."""
_PAIR = re.compile(
    r"(?:^|(?<=\s))(?P<key>@?[A-Za-z_][\w.-]{0,40})=(?:\"(?P<quoted>(?:[^\"\\]|\\.){0,4000})\"|(?P<bare>\S{0,400}))"
)
_TIME_KEYS = ("ts", "time", "timestamp", "@timestamp", "datetime", "date", "at", "t")
_TEXT_KEYS = ("msg", "message", "event", "text")

_ARCHIVE_START = re.compile(r"\ufeff?\s{0,400}\{\s{0,400}\"format\"\s{0,40}:")


def is_archive(text: str) -> bool:
    """Whether the text begins as the JSON export of an incident does, which holds its whole log."""
    return _ARCHIVE_START.match(text) is not None


_MAY_BE_LOG = re.compile(r"[={\n](?:(?<==)|(?<=\{)\{<|(?<=\n)(?:<\d|<!\[LOG\[|[IWEF]\d{4} |(?:: |#)1\d{9}))")
"""Signs of all the lines that `_line` writes anew, behind the end of the line above."""


def _line(raw: str) -> str:
    for form, anew in _WRITTEN_ANEW:
        if form.match(raw):
            return form.sub(anew, raw, count=1).rstrip()
    return _pairs(raw) if "=" in raw[:60] else raw


def _pairs(raw: str) -> str:
    """A line of keys and values, as programs log them, with its moment first and then its words."""
    pairs = {match["key"]: match for match in _PAIR.finditer(raw[:8000])}
    when = next((pairs[key] for key in _TIME_KEYS if key in pairs), None)
    words = next((pairs[key] for key in _TEXT_KEYS if key in pairs), None)
    if when is None or words is None or raw[: min(when.start(), words.start())].count("=") < 1 < when.start():
        return raw
    rest = raw
    for match in sorted((when, words), key=lambda match: -match.start()):
        rest = rest[: match.start()] + rest[match.end() :]
    said = (words["quoted"] or words["bare"] or "").replace('\\"', '"')
    return f"{when['quoted'] or when['bare']} {said} {' '.join(rest.split())}".rstrip()


def source_of(text: str) -> Source:
    """The text in the form that it has."""
    if _JSON_START.match(text):
        source = records.source_of(text)
        if source:
            return source
    if pages.is_page(text):
        return own.trimmed(pages.page_source(text))
    source = pages.feed_source(text) or records.xml_source(text)
    if source:
        return source
    lines = split_lines(text)
    if _MAY_BE_LOG.search(f"\n{text}"):
        lines = [_line(raw) if _MAY_BE_LOG.search(f"\n{raw}") else raw for raw in lines]
    if lines[0].removeprefix("\ufeff") == own.CSV_HEAD:
        return own.csv_source(lines)
    source = cues_source(lines) or commits_source(lines) or yaml_source(lines) or markups.markup_source(lines)
    source = source or markups.drawn_source(lines) or embedded_source(lines)
    return source or own.trimmed(Source(lines, range(1, len(lines) + 1), len(lines)))
