"""Forms of a file: each becomes the lines or the rows that one reader reads."""

import re

from console.intake import markups, own, pages, records
from console.intake.lines import split_lines
from console.intake.source import Source

_JSON_START = re.compile(r"\ufeff?\s{0,400}[\[{]")
_TRACK = re.compile(r"^(?P<text>.{1,4000}?)\s{0,4}\{\{<\s?track\s\"(?P<when>[^\"]{4,40})\"\s?>\}\}\s*$")
"""The moment of an update of cState, which stands behind its words."""

_ARCHIVE_START = re.compile(r"\ufeff?\s{0,400}\{\s{0,400}\"format\"\s{0,40}:")


def is_archive(text: str) -> bool:
    """Whether the text begins as the JSON export of an incident does, which holds its whole log."""
    return _ARCHIVE_START.match(text) is not None


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
    lines = [_TRACK.sub(r"\g<when> \g<text>", line) if "{{<" in line else line for line in split_lines(text)]
    if lines[0].removeprefix("\ufeff") == own.CSV_HEAD:
        return own.csv_source(lines)
    source = markups.markup_source(lines)
    return source or own.trimmed(Source(lines, range(1, len(lines) + 1), len(lines)))
