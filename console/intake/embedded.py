"""Markdown with HTML in it: lists and tables as tags, and words that stand in elements."""

import re
from collections.abc import Sequence

from console.intake.lines import Fences, fence_mark, is_markup
from console.intake.pages import page_source
from console.intake.source import Draft, Source

_INLINE = "span|font|strong|b|em|i|u|s|del|ins|mark|small|big|sub|sup|code|kbd|tt|samp|time|abbr|a"
_BLOCK = re.compile(
    r"[ >]{0,3}<(?:table|ul|ol|dl|details|summary|div|p|center|section|tr|li|dt|dd|h[1-6])(?:\s[^<>]{0,400})?>",
    re.IGNORECASE,
)
"""The beginning of a line of HTML; further in it is code."""
_HOLDS_BLANKS = re.compile(r"<(?P<end>/?)(?:table|ul|ol|dl)\b", re.IGNORECASE)
"""Elements that may hold blank lines."""
_HOLDS_LINES = re.compile(r"<(?P<end>/?)(?:table|ul|ol|dl|p|h[1-6]|summary)\b", re.IGNORECASE)
"""Elements that hold the lines up to their end, or up to a blank one."""
_MOST_BLOCK_LINES = 2000
_INLINE_AHEAD = re.compile(
    r"(?:[ \t>]{0,12}(?:[-*+]|\d{1,3}[.)])[ \t]{1,4}|[ >]{0,3})(?:\[[ xX]\][ \t])?(?::\w{2,40}:[ \t])?[*_]{0,3}"
    rf"(?:\|.{{0,400}}?)?<(?:{_INLINE})(?:\s[^<>]{{0,400}})?>",
    re.IGNORECASE,
)
"""The beginning of a line, or of a cell of a table, whose words stand in an element."""
_ELEMENT = re.compile(
    rf"<(?P<tag>{_INLINE})(?:\s[^<>]{{0,400}})?>(?P<words>(?:[^<]|<(?!/?(?P=tag)\b)){{0,4000}})</(?P=tag)>"
    r"|<img\s[^<>]{0,400}>",
    re.IGNORECASE,
)
_BREAKS = ("<br>", "<br/>", "<br />")
_BREAK = re.compile(r"<br ?/?>")
_MOST_NESTED = 4
_WORD = re.compile(r"\w")


def embedded_source(lines: Sequence[str]) -> Source | None:
    """The lines as Markdown alone, where words of it stand in HTML; None where none do."""
    if not any("<" in raw and (_BLOCK.match(raw) or _holds_elements(raw)) for raw in lines):
        return None
    fences, made = Fences(lines), Draft(len(lines))
    at, is_written_anew, are_closed = 0, False, True
    while at < len(lines):
        mark = fence_mark(lines[at])
        fence = fences.end(at, mark) if mark else None
        if fence is not None:
            written = lines[at : fence + 1]
        elif _BLOCK.match(lines[at]):
            closed = _closed(lines, at) if are_closed else None
            # Where one is never closed, none further down is looked for: that would take long.
            are_closed = closed is not None
            written = lines[at : _block_end(lines, at, closed or at + 1)]
            if not all(is_markup(raw.strip()) for raw in written if raw.strip()):
                block = page_source("\n".join(written))
                for line, number in zip(block.lines, block.numbers, strict=True):
                    made.put(line, at + number)
                at, written, is_written_anew = at + len(written), [], True
        else:
            written = [_plain(lines[at])]
            is_written_anew |= written[0] != lines[at]
        for line in written:
            made.put(line, at := at + 1)
    return made.source() if is_written_anew else None


def _closed(lines: Sequence[str], begin: int) -> int | None:
    """The line, from 0, behind the end of the lists and tables that begin on the line; None where they have none."""
    depth = 0
    for at in range(begin, min(begin + _MOST_BLOCK_LINES, len(lines))):
        depth += sum(-1 if tag["end"] else 1 for tag in _HOLDS_BLANKS.finditer(lines[at]))
        if depth <= 0:
            return at + 1
    return None


def _block_end(lines: Sequence[str], begin: int, end: int) -> int:
    """The line, from 0, behind the HTML that begins on one line and reaches `end`: lines of Markdown are none of it."""
    depth = 0
    for at in range(begin, len(lines)):
        raw = lines[at]
        if at >= end and (not raw.strip() or not (depth > 0 or raw.lstrip(" \t>").startswith("<"))):
            return at
        depth += sum(-1 if tag["end"] else 1 for tag in _HOLDS_LINES.finditer(raw))
    return len(lines)


def _holds_elements(raw: str) -> bool:
    """Whether the line begins with an element that is no block, or breaks at its end."""
    return _INLINE_AHEAD.match(raw) is not None or raw.rstrip().endswith(_BREAKS)


def _plain(raw: str) -> str:
    if "<" not in raw or not _holds_elements(raw):
        return raw
    plain = _BREAK.sub(" ", raw).rstrip()
    for _ in range(_MOST_NESTED):
        plain = _ELEMENT.sub(r"\g<words>", plain)
    # What holds no words is told as markup.
    return plain if _WORD.search(plain) else raw
