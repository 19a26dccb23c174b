"""Logs of version control: git's, Mercurial's and Subversion's, as rows with a time, an author and words."""

import re
from collections.abc import Sequence

from console.intake.source import Source, Table
from console.intake.tables import Row

_START = re.compile(r"(?:[*|/\\ ]{0,8})(?:commit\s[0-9a-f]{7,64}\b|changeset:\s+\d+:[0-9a-f]|r\d+\s\|\s(?P<svn>.*))")
_ON_ONE_LINE = re.compile(
    r"(?:[*|/\\ ]{0,8})[0-9a-f]{7,40}\s?(?P<bar>[|;\t]|-)\s?"
    r"(?P<when>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|\s?[+-]\d\d:?\d\d)?)\s?(?P=bar)\s?"
    r"(?P<author>[^|;\t]{1,60}?)\s?(?P=bar)\s?(?P<text>\S.*)"
)
"""A commit as `git log --pretty='%h | %ai | %an | %s'` writes it."""
_FIELD = re.compile(
    r"(?P<name>[A-Z][A-Za-z]{2,11}|user|date|summary|branch|tag|parent|bookmark|files|description):\s+(?P<value>.*)"
)
_MAIL = re.compile(r"\s*<[^<>]*>\s*$")
_RULE = re.compile(r"-{20,}\s*$")


def commits_source(lines: Sequence[str]) -> Source | None:
    """The commits of a log; None for other texts."""
    first = next((line for line in lines[:5] if line.strip() and not _RULE.match(line)), "")
    starts = [at for at, line in enumerate(lines) if _START.match(line)] if _START.match(first) else []
    rows = [_row(lines, start, end) for start, end in zip(starts, [*starts[1:], len(lines)], strict=False)]
    rows = _rows_of_a_line(lines) if _ON_ONE_LINE.match(first) else rows
    return (
        Source(lines, range(1, len(lines) + 1), len(lines), [Table(("time", "author", "text"), rows)]) if rows else None
    )


def _rows_of_a_line(lines: Sequence[str]) -> list[Row]:
    """Commits of a line each; none where most lines are none."""
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        commit = _ON_ONE_LINE.match(line)
        if commit:
            rows.append(Row((commit["when"], commit["author"].strip(), commit["text"].strip()), (number,)))
        elif line.strip() and rows:
            (when, author, text), numbers = rows[-1]
            rows[-1] = Row((when, author, f"{text}\n{line.strip()}"), (*numbers, number))
    return rows if len(rows) * 2 >= sum(1 for line in lines if line.strip()) else []


def _row(lines: Sequence[str], start: int, end: int) -> Row:
    head = _START.match(lines[start])
    parts = head["svn"].split(" | ") if head and head["svn"] else []
    fields = {"author": parts[0], "date": parts[1].partition(" (")[0]} if len(parts) > 1 else {}
    words: list[str] = []
    numbers = [start + 1]
    for at in range(start + 1, end):
        raw = lines[at].rstrip()
        field = _FIELD.match(raw) if not (words or parts) else None
        if field:
            fields.setdefault(field["name"].casefold(), field["value"])
        elif not _RULE.match(raw):
            words.append(raw.strip())
        if raw and not _RULE.match(raw):
            numbers.append(at + 1)
    author = _MAIL.sub("", fields.get("author") or fields.get("user") or "")
    text = "\n".join([*filter(None, [fields.get("summary", "")]), *words]).strip()
    moment = fields.get("date") or fields.get("authordate") or ""
    return Row((moment, author, re.sub(r"\n{2,}", "\n", text)), tuple(numbers))
