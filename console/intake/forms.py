"""Forms of a file: each becomes the lines or the rows that one reader reads."""

import re

from console.intake import markups, own, pages, records
from console.intake.commits import commits_source
from console.intake.lines import split_lines
from console.intake.source import Source

_JSON_START = re.compile(r"\ufeff?\s{0,400}[\[{]")
_TRACK = re.compile(r"^(?P<text>.{1,4000}?)\s{0,4}\{\{<\s?track\s\"(?P<when>[^\"]{4,40})\"\s?>\}\}\s*$")
"""The moment of an update of cState, which stands behind its words."""

_PRIORITY = re.compile(r"<\d{1,3}>(?:1\s(?=\d{4}-))?(?=[\dA-Z])")
"""What syslog writes before the time of a line."""

_ARCHIVE_START = re.compile(r"\ufeff?\s{0,400}\{\s{0,400}\"format\"\s{0,40}:")


def is_archive(text: str) -> bool:
    """Whether the text begins as the JSON export of an incident does, which holds its whole log."""
    return _ARCHIVE_START.match(text) is not None


def _line(raw: str) -> str:
    if "{{<" in raw:
        return _TRACK.sub(r"\g<when> \g<text>", raw)
    return _PRIORITY.sub("", raw, count=1) if raw[:1] == "<" and raw[1:2].isdigit() else raw


def source_of(text: str) -> Source:
    """The text in the form that it has."""
    if _JSON_START.match(text):
        source = records.source_of(text)
        if source:
            return source
    if pages.is_page(text):
        return own.trimmed(pages.page_source(text))
    if pages.is_feed(text):
        return pages.feed_source(text)
    lines = [_line(raw) for raw in split_lines(text)]
    if lines[0].removeprefix("\ufeff") == own.CSV_HEAD:
        return own.csv_source(lines)
    source = commits_source(lines) or markups.markup_source(lines)
    return source or own.trimmed(Source(lines, range(1, len(lines) + 1), len(lines)))
