"""AsciiDoc, reStructuredText, MediaWiki, Org and Jira's markup as lines of Markdown, each on the line it came from."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from console.core.language.text import one_line
from console.intake.dates import date_set
from console.intake.lines import front_matter
from console.intake.model import Skipped
from console.intake.source import Draft, Source
from console.intake.tables import Grid, csv_rows
from console.intake.zones import zone_statement

_LOOKED_AT = 400
"""The lines of a file that tell its markup."""
_SETTINGS_LINES = 40
"""The lines of a file among which its settings stand."""
_MAX_LINE_CHARS = 10_000
_MAX_SHOWN_CHARS = 400
NOT_READ = "This line is not part of the text, such as a comment or a setting."
_TIME = re.compile(r"(?<!\d)\d{1,2}:[0-5]\d(?!\d)")
_MARK = re.compile(r"[*_`+=~\[<{']| \+$|:\w|::")


Inline = Sequence[tuple[re.Pattern[str], str]]
"""The marks within a line, each with the words that take its place."""


class _Lines(Draft):
    """Lines of Markdown in the making, each from a line of the file that is counted from 0."""

    def __init__(self, length: int, inline: Inline) -> None:
        super().__init__(length)
        self._inline = inline
        self.margin = ""
        """The indent of the lines up to the next blank one, since they go on with a point."""
        self.columns = ""
        """The columns that were stated for the next table, as written; empty without any."""
        self.styles: list[str] = []
        """The styles of headings so far, the highest level first."""
        self.set_aside: list[Skipped] = []
        """The lines with a time that are left out."""

    def text(self, words: str) -> str:
        """The words without the marks of the markup; what nobody wrote by hand stays as it is."""
        if len(words) > _MAX_LINE_CHARS or not _MARK.search(words):
            return words
        for pattern, plain in self._inline:
            words = pattern.sub(plain, words)
        return words

    def put(self, line: str, number: int) -> None:
        """Add what was made of the line of the file."""
        super().put(line, number + 1)

    def leave_out(self, line: str, number: int) -> None:
        """Tell of a line of the file that is left out, where it has a time."""
        if _TIME.search(line):
            self.set_aside.append(Skipped(number + 1, one_line(line, _MAX_SHOWN_CHARS), NOT_READ))

    def source(self) -> Source:
        return super().source()._replace(set_aside=self.set_aside)


Block = Callable[[re.Match[str], Sequence[str], int, _Lines], int]
"""Adds what begins on the line, from 0, that was matched; gives the number of lines that it takes."""


class _Markup(NamedTuple):
    signs: tuple[tuple[re.Pattern[str], int], ...]
    """The patterns that tell the markup, each with its weight."""

    inline: Inline
    blocks: tuple[tuple[re.Pattern[str], Block], ...]
    """The beginnings of lines, each with what begins there; the first one counts, and without one it is a text."""

    setting: re.Pattern[str] | None = None
    """A line of the settings that a document begins with: its name and its value."""


def markup_source(lines: Sequence[str]) -> Source | None:
    """The lines as Markdown, where they are of another markup; None where they are not."""
    _, begin = front_matter(lines)
    head = lines[begin : begin + _LOOKED_AT]
    first = next((line for line in head if line.strip()), "")
    if _MARKDOWN.match(first):
        return None
    markdown = sum(1 for line in head if _MARKDOWN.match(line)) * 2
    starts = [line[:400] for line in head]
    weights = [
        sum(weight for line in starts for sign, weight in markup.signs if sign.search(line)) for markup in _MARKUPS
    ]
    best = max(range(len(_MARKUPS)), key=lambda place: weights[place])
    if weights[best] < 4 or weights[best] <= markdown:
        return None
    markup = _MARKUPS[best]
    made = _Lines(len(lines), markup.inline)
    for index, line in enumerate(lines[:begin]):
        made.put(line, index)
    settings = _settings(markup, lines) if begin == 0 else []
    for line, index in settings:
        made.put(line, index)
    placed = {index for _, index in settings}
    index = begin
    while index < len(lines):
        line = lines[index].rstrip() if index not in placed else ""
        begun = next(((match, block) for form, block in markup.blocks if (match := form.match(line))), None)
        index += begun[1](begun[0], lines, index, made) if begun else _text(line, index, made)
    return made.source()


def _settings(markup: _Markup, lines: Sequence[str]) -> list[tuple[str, int]]:
    """The settings in the head of a document that give a day or a zone, as front matter, each with its line from 0."""
    matches = [markup.setting.match(line) if markup.setting else None for line in lines[:_SETTINGS_LINES]]
    settings = [(f"{match['name']}: {match['value']}", index) for index, match in enumerate(matches) if match]
    telling = [(line, index) for line, index in settings if _gives_day(line) or zone_statement(line)]
    return [("---", telling[0][1]), *telling, ("---", telling[-1][1])] if telling else []


def _gives_day(setting: str) -> bool:
    return any(date_set(setting, of_incident=of_incident) for of_incident in (True, False))


_MARKDOWN = re.compile(r"#{1,6} \S|```|\|[ :]*-{3,}|\[[^\]]+\]\(http")


def _block_end(lines: Sequence[str], start: int, is_end: Callable[[str], object]) -> int:
    """The line, from `start` on, on which a block ends; the last one where nothing ends it."""
    return next((at for at in range(start, len(lines)) if is_end(lines[at])), len(lines))


def _text(line: str, index: int, made: _Lines) -> int:
    made.put(made.margin + made.text(line.strip() if made.margin else line), index)
    return 1


def _blank(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
    made.put("", index)
    made.margin = ""
    return _dropped(match, lines, index, made)


def _dropped(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
    made.leave_out(lines[index], index)
    return 1


def _line(written: Callable[[re.Match[str], _Lines], str]) -> Block:
    """A block of one line, as it is written in Markdown."""

    def block(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
        words = written(match, made)
        made.put(words, index)
        return 1 if words else _dropped(match, lines, index, made)

    return block


@_line
def _heading(match: re.Match[str], made: _Lines) -> str:
    marks = match["marks"]
    # A star begins a point of Org as well, below the title of the file.
    level = int(marks) if marks.isdigit() else min(len(marks) + ("*" in marks), 6)
    return f"{'#' * level} {made.text(match['text'])}"


@_line
def _point(match: re.Match[str], made: _Lines) -> str:
    return "  " * max(len(match["marks"].rstrip("0123456789")) - 1, 0) + f"- {made.text(match['text'])}"


def _bars(bar: str, ruler: str) -> Block:
    """A table whose cells stand between bars, a row on each line, without the lines that hold the ruler."""

    def block(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
        end = _block_end(lines, index, lambda below: not below.lstrip().startswith("|"))
        rows = [at for at in range(index, end) if ruler not in lines[at]]
        cells = [(at, re.split(bar, lines[at].strip().strip("|"))) for at in rows]
        made.table([(at, [made.text(cell.strip()) for cell in row]) for at, row in cells])
        return end - index

    return block


def _code(end: Callable[[re.Match[str]], Callable[[str], object]], margin: str = "") -> Block:
    """Code up to the line that the end tells; a tag may be closed on the line on which it is opened."""

    def block(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
        last = _block_end(lines, index if match[0].lstrip().startswith("<") else index + 1, end(match))
        _fence(lines, index + 1, last, made, made.margin or margin or lines[index][: _indent(lines[index])])
        return last + 1 - index

    return block


def _table(end: str, rows: Callable[[Sequence[str], int, int, _Lines], list[tuple[int, list[str]]]]) -> Block:
    """A table up to the line that begins with the end."""

    def block(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
        last = _block_end(lines, index + 1, lambda line: line.strip().startswith(end))
        made.table(rows(lines, index + 1, last, made))
        made.columns = ""
        return last + 1 - index

    return block


def _caption(words: str, index: int, made: _Lines) -> None:
    """Add the caption of a table as a paragraph above it: it may give the day."""
    for line in ("", words, ""):
        made.put(line, index)


_EMPTY = (re.compile(r"$"), _blank)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _indented_end(lines: Sequence[str], start: int, indent: int) -> int:
    """The end of the block that is indented by more than `indent`; blank lines at its end are not of it."""
    end = _block_end(lines, start, lambda line: bool(line.strip()) and _indent(line) <= indent)
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end


def _fence(lines: Sequence[str], start: int, end: int, made: _Lines, indent: str = "") -> None:
    """Add the lines from `start` up to `end` as code, whose marks stand on its first and its last line."""
    filled = [at for at in range(start, end) if lines[at].strip()]
    if not filled:
        return
    made.put(f"{indent}```", filled[0])
    for at in range(filled[0], filled[-1] + 1):
        made.put(lines[at], at)
    made.put(f"{indent}```", filled[-1])


# AsciiDoc

_ADOC_HEADING = re.compile(r"(?P<marks>={1,6})\s+(?P<text>\S.*?)(?:\s+(?P=marks))?\s*$")
_ADOC_TITLE = re.compile(r"(?P<marks>=)\s+(?P<text>\S.*?)(?:\s+=)?\s*$")
_ADOC_ATTRIBUTE = re.compile(r":(?P<name>!?[\w-]+!?):(?:\s+(?P<value>.*)|$)")
_ADOC_BLOCK_ATTRIBUTES = re.compile(r"\[[^\[\]]*\]\s*$")
_ADOC_COLUMNS = re.compile(r"cols\s*=\s*\"?(?P<cols>[^\"\]]+)")
_ADOC_LIST = re.compile(r"\s*(?P<marks>\*{1,5}|\.{1,5}|-|\d{1,3}\.)\s+(?:\[[ x*]\]\s+)?(?P<text>\S.*)")
_ADOC_TERM = re.compile(r"\s*(?P<term>\S.{0,120}?):{2,4}(?:\s+(?P<text>\S.*))?$")
_ADOC_DROPPED = re.compile(
    r"//|(?:ifdef|ifndef|endif|include|image|toc|ifeval)::|={4,}\s*$|\*{4,}\s*$|_{4,}\s*$|--\s*$|<<<"
)
_ADOC_CODE = re.compile(r"(-{4,}|\.{4,}|`{3,})\S*\s*$")
_ADOC_BLOCK_TITLE = re.compile(r"\.(?=[^\s.])(?P<text>.*)")
_ADOC_CELL = re.compile(r"(?:(?:^|(?<=\s))(?:\d{1,2}\*|[\d.]{1,5}\+)?[<^>.]{0,3}[adehlmsv]?)?(?<!\\)\|")
_ADOC_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:link:)?(https?://[^\s\[\]]{1,200})\[([^\[\]]{1,200}?)(?:\^|,[^\[\]]{0,80})?\]"), r"\2 (\1)"),
    (re.compile(r"(?:link:)?(https?://[^\s\[\]]{1,200})\[\]"), r"\1"),
    (re.compile(r"xref:[^\s\[\]]{1,200}\[([^\[\]]{1,200})\]|<<[^<>,]{1,200},([^<>]{1,200})>>"), r"\1\2"),
    (re.compile(r"footnote(?:ref)?:\w{0,40}\[([^\[\]]{0,400})\]"), r" (\1)"),
    (re.compile(r"(?<![\w*])\*{1,2}(?=\S)([^*\n]{1,400}?)(?<=\S)\*{1,2}(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_{1,2}(?=\S)([^_\n]{1,400}?)(?<=\S)_{1,2}(?![\w_])"), r"\1"),
    (re.compile(r"(?<![\w`])[`+]{1,3}(?=\S)([^`\n]{1,400}?)(?<=\S)[`+]{1,3}(?![\w`])"), r"\1"),
    (re.compile(r"\s\+$"), ""),
)


def _adoc_title(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
    """A title and what stands straight below it: who wrote it, and the day of its revision."""
    _heading(match, lines, index, made)
    end = _block_end(lines, index + 1, lambda line: not line.strip() or line.startswith("[") or _TIME.match(line))
    for at in range(index + 1, end):
        made.leave_out(lines[at], at)
    return end - index


def _adoc_goes_on(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
    made.margin = "  "
    return 1


def _adoc_attributes(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
    stated = _ADOC_COLUMNS.search(match[0])
    made.columns = stated["cols"] if stated else made.columns
    return 1


def _adoc_rows(lines: Sequence[str], start: int, end: int, made: _Lines) -> list[tuple[int, list[str]]]:
    """The rows of a table whose cells may stand on lines of their own."""
    cells: list[tuple[int, list[str]]] = []
    width = _adoc_width(made.columns)
    for index in range(start, end):
        line = lines[index].rstrip()
        parts = _ADOC_CELL.split(line)
        width = width or len(parts) - 1
        if len(parts) > 1:
            cells += [(index, [part.strip()]) for part in parts[1:]]
            parts = parts[:1]
        if cells and parts[0].strip() and cells[-1][0] != index:
            pieces = cells[-1][1]
            joint = "<br>" if pieces[-1].endswith(" +") else " "
            pieces[-1] = pieces[-1].removesuffix(" +")
            pieces += [joint, parts[0].strip()]
    if width < 1 or width > 60:
        return []
    texts = [made.text("".join(pieces).replace("\\|", "|")) for _, pieces in cells]
    return [(cells[place][0], texts[place : place + width]) for place in range(0, len(cells), width)]


def _adoc_width(stated: str) -> int:
    """The number of columns that `cols` states, as in `1,4` or `3*`; 0 where it states none."""
    width = 0
    for part in filter(None, stated.split(",")):
        times = part.strip().split("*")[0]
        width += int(times) if "*" in part and times.isdecimal() and len(times) < 3 else 1
    return width


# reStructuredText

_RST_ADORNMENT = re.compile(r"([=\-~^\"'`#*+:._])\1{2,200}\s*$")
_RST_DIRECTIVE = re.compile(r"(?P<indent>\s*)\.\.\s(?:(?P<name>[\w-]+)::\s*(?P<rest>.*)|.*)|(?P<empty>\s*)\.\.$")
_RST_CODE = frozenset(["code", "code-block", "sourcecode", "parsed-literal", "literalinclude", "highlight"])
_RST_DROPPED = frozenset(
    ["image", "figure", "raw", "include", "math", "toctree", "contents", "sectnum", "meta", "index", "graphviz",
     "mermaid", "uml", "plantuml", "youtube", "iframe"]
)  # fmt: skip
"""The directives whose body is no text; that of the others is read."""
_RST_FIELD = re.compile(r"^:(?P<name>[\w][\w -]{0,40}):\s+(?P<value>.*)")
_RST_NUMBERED = re.compile(r"^(\s*)(?:#\.|\(?\d{1,3}\))\s+(?=.)")
_RST_LINE = re.compile(r"^(\s*)\|\s")
_RST_BORDER = re.compile(r"\s*\+(?:[-=]{2,}\+)+\s*$")
_RST_RULER = re.compile(r"\s*={2,}(?:\s+={2,})+\s*$")
_RST_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r":[\w:+.-]{1,40}:`([^`<>]{1,300}?)(?:\s?<[^<>]{1,200}>)?`"), r"\1"),
    (re.compile(r"`([^`<>]{1,300}?)\s?<(https?://[^<>]{1,300})>`__?"), r"\1 (\2)"),
    (re.compile(r"``([^`]{1,400})``|`([^`]{1,300})`_{0,2}"), r"\1\2"),
    (re.compile(r"\s?\[[#*\w]{1,20}\]_"), ""),
    (re.compile(r"(?<![\w*])\*{1,2}(?=\S)([^*\n]{1,400}?)(?<=\S)\*{1,2}(?![\w*])"), r"\1"),
)


def _rst_block(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
    line = match[0]
    below = lines[index + 1].rstrip() if index + 1 < len(lines) else ""
    if _RST_ADORNMENT.match(line) and index + 2 < len(lines) and below.strip() and lines[index + 2].rstrip() == line:
        _rst_heading(below.strip(), line[0] * 2, index + 1, made)
        return 3
    if line and not line[0].isspace() and _RST_ADORNMENT.match(below) and len(below) >= min(len(line), 3):
        _rst_heading(line, below[0], index, made)
        return 2
    if _RST_BORDER.match(line):
        end = _block_end(lines, index, lambda line: not line.strip().startswith(("+", "|")))
        made.table(_grid(lines, index, end, made))
        return end - index
    if _RST_RULER.match(line):
        end = _block_end(lines, index + 1, lambda line: not line.strip())
        made.table(_rst_simple(lines, index, end, made))
        return end - index
    directive = _RST_DIRECTIVE.match(line)
    if directive:
        return _rst_directive(lines, index, directive, made)
    if line.endswith("::") and line.strip() != "::":
        made.put(made.text(line[:-1]), index)
    elif line.strip() != "::":
        line = _RST_LINE.sub(r"\1", _RST_FIELD.sub(r"\g<name>: \g<value>", _RST_NUMBERED.sub(r"\1- ", line)), count=1)
        made.put(made.text(line), index)
    if line.endswith("::"):
        start = _block_end(lines, index + 1, lambda line: bool(line.strip()))
        end = _indented_end(lines, start, _indent(line))
        if end > start:
            _fence(lines, start, end, made, lines[start][: _indent(lines[start])])
            return end - index
    return 1


def _rst_heading(text: str, style: str, index: int, made: _Lines) -> None:
    if style not in made.styles:
        made.styles.append(style)
    made.put("#" * min(6, made.styles.index(style) + 1) + " " + made.text(text), index)


def _rst_directive(lines: Sequence[str], index: int, directive: re.Match[str], made: _Lines) -> int:
    indent = len(directive["indent"] or directive["empty"] or "")
    name = directive["name"] or ""
    end = max(index + 1, _indented_end(lines, index + 1, indent))
    content = index + 1
    while content < end and _RST_FIELD.match(f"{lines[content].strip()} "):
        content += 1
    if name in _RST_CODE:
        _fence(lines, content, end, made, " " * indent)
    elif name in ("list-table", "csv-table", "table") and (caption := made.text(directive["rest"] or "")):
        _caption(caption, index, made)
    if name == "list-table":
        made.table(_rst_list_table(lines, content, end, made))
    elif name == "csv-table":
        head = next((lines[at].split(":header:")[1] for at in range(index, content) if ":header:" in lines[at]), "")
        rows = [(at, lines[at]) for at in range(content, end) if lines[at].strip()]
        rows = [(index, head), *rows] if head else rows
        tight = [(at, re.sub(r",\s+(?=\")", ",", line.strip())) for at, line in rows]
        made.table([(at, [cell.strip() for cell in next(csv_rows([line], 0, 1, ",")).cells]) for at, line in tight])
    elif name and name not in (*_RST_CODE, *_RST_DROPPED):
        if name != "table":
            made.put(" " * indent + made.text(directive["rest"] or ""), index)
        end = content
    elif name not in _RST_CODE:
        content = end
        made.leave_out(lines[index], index)
    for at in range(index + 1, content):
        made.leave_out(lines[at], at)
    return end - index


def _rst_list_table(lines: Sequence[str], start: int, end: int, made: _Lines) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for at in range(start, end):
        text = lines[at].strip()
        if text == "* -" or text.startswith("* - "):
            rows.append((at, [made.text(text[4:])]))
        elif rows and (text.startswith("- ") or text == "-"):
            rows[-1][1].append(made.text(text[2:]))
        elif text and rows:
            rows[-1][1][-1] = f"{rows[-1][1][-1]} {made.text(text)}".strip()
    return rows


_BARS = str.maketrans("\u2502\u2503\u2551", "|||")
_RULER = re.compile(r"(?=.{0,400}?[-=\u2500-\u256c][+\u252c-\u256c][-=\u2500-\u256c])\s*[-=+|\u2500-\u256c]+\s*")
"""A line across a table, as it is drawn in reStructuredText, and by database shells and other programs."""
_RULERS_OF_HEAD = 3
"""Of a table with lines only around its head and its rows."""


def _grid(lines: Sequence[str], start: int, end: int, made: _Lines) -> list[tuple[int, list[str]]]:
    """The rows of a table that lines are drawn through: below each row, or only below its head."""
    rulers = {at for at in range(start, end) if _RULER.fullmatch(lines[at])}
    frame = "" if any(lines[at].strip()[0] in "-\u2500" for at in rulers) else "|"
    filled = [at for at in range(start, end) if at not in rulers]
    rows = [(at, lines[at].translate(_BARS).strip().strip(frame).split("|")) for at in filled]
    return _joined(made, [(at, cells, at - 1 in rulers) for at, cells in rows], by_first=len(rulers) <= _RULERS_OF_HEAD)


def _joined(
    made: _Lines, rows: Iterable[tuple[int, Sequence[str], bool]], *, by_first: bool
) -> list[tuple[int, list[str]]]:
    """The rows whose cells go on in the rows below; those begin that say so, or `by_first` have a first cell."""
    pieced: list[tuple[int, list[list[str]]]] = []
    for at, cells, begins in rows:
        if begins or not pieced or (by_first and cells[0].strip()):
            pieced.append((at, [[] for _ in cells]))
        for pieces, cell in zip(pieced[-1][1], cells, strict=False):
            pieces.append(cell.strip())
    joined = ((at, [made.text(" ".join(filter(None, pieces))) for pieces in row]) for at, row in pieced)
    return [(at, cells) for at, cells in joined if any(cells)]


def drawn_source(lines: Sequence[str]) -> Source | None:
    """The text with the tables that are drawn in it as those of Markdown; None for a text without any."""
    may_be = ((at, raw) for at, raw in enumerate(lines) if "+" in raw or not raw.isascii())
    rulers = {at for at, raw in may_be if len(raw) <= _MAX_LINE_CHARS and _RULER.fullmatch(raw)}
    if not rulers:
        return None
    made = _Lines(len(lines), ())
    index = 0
    while index < len(lines):
        end = _block_end(lines, index, lambda line: "|" not in line.translate(_BARS) and not _RULER.fullmatch(line))
        rows = _grid(lines, index, end, made) if rulers.intersection(range(index, end)) else []
        if len(rows) > 1:
            made.table(rows)
        else:
            end = max(end, index + 1)
            for at in range(index, end):
                made.put(lines[at], at)
        index = end
    return made.source()


def _rst_simple(lines: Sequence[str], start: int, end: int, made: _Lines) -> list[tuple[int, list[str]]]:
    starts = [match.start() for match in re.finditer(r"=+", lines[start])]
    stops = [*starts[1:], None]
    filled = [at for at in range(start, end) if set(lines[at].rstrip()) - set("= -")]
    rows = [(at, [lines[at][begin:stop] for begin, stop in zip(starts, stops, strict=True)]) for at in filled]
    return _joined(made, [(at, cells, False) for at, cells in rows], by_first=True)


# MediaWiki

_WIKI_HEADING = re.compile(r"\s*(?P<marks>={1,6})\s*(?P<text>[^=].*?)\s*(?P=marks)\s*$")
_WIKI_LIST = re.compile(r"\s*(?P<marks>[*#:;]{1,8})\s*(?P<text>\S.*)")
_WIKI_TABLE = re.compile(r"\s*\{\|")
_WIKI_SPAN = re.compile(r"(row|col)span\s?=\s?[\"']?(\d{1,4})")
_WIKI_CODE = re.compile(r"\s*<(?P<tag>pre|syntaxhighlight|source)\b[^<>]*>(?P<rest>.*)", re.IGNORECASE)
_WIKI_DROPPED = re.compile(
    r"\s*(?:\[\[(?:Category|File|Image|Kategorie|Catégorie):|__[A-Z]+__|\{\{[^{}]{0,400}\}\}\s*$)", re.IGNORECASE
)
_WIKI_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!--.{0,300}?-->|<ref[^<>]{0,80}/>|<ref[^<>]{0,80}>.{0,300}?</ref>"), ""),
    (re.compile(r"<br\s?/?>"), " "),
    (re.compile(r"</?(?:code|nowiki|tt|small|big|span|u|s|b|i|kbd|var|samp|sub|sup|div|center)\b[^<>]*>"), ""),
    (re.compile(r"'{2,5}"), ""),
    (re.compile(r"\[\[(?:[^\[\]|]{0,200}\|)?([^\[\]|]{0,200})\]\]"), r"\1"),
    (re.compile(r"\[(https?://[^\s\[\]]{1,400})\s{1,4}([^\[\]]{1,200})\]"), r"\2 (\1)"),
    (re.compile(r"\[(https?://[^\s\[\]]{1,400})\]"), r"\1"),
    (re.compile(r"\{\{(?:[^{}|]{0,200}\|){0,20}([^{}|]{0,200})\}\}"), r"\1"),
)


@_line
def _wiki_entry(match: re.Match[str], made: _Lines) -> str:
    marks, text = match["marks"], made.text(match["text"])
    if marks.startswith(";"):
        return f"- {text.replace(' : ', ': ', 1)}"
    return "  " * len(marks) + text if marks[-1] == ":" else "  " * (len(marks) - 1) + f"- {text}"


def _wiki_rows(lines: Sequence[str], start: int, end: int, made: _Lines) -> list[tuple[int, list[str]]]:
    grid = Grid()
    is_new = True
    for at in range(start, end):
        line = lines[at].strip()
        if line.startswith("|-"):
            is_new = True
        elif line.startswith("|+"):
            _caption(made.text(line[2:]).strip(), at, made)
        elif line.startswith(("|", "!")):
            if is_new or not grid.rows:
                grid.begin_row(at)
            is_new = False
            for cell in re.split(r"\|\||!!" if line[0] == "!" else r"\|\|", line[1:]):
                # A cell may begin with its style.
                style, bar, rest = cell.partition("|")
                is_styled = bool(bar) and "=" in style and "[[" not in style
                spans = dict(_WIKI_SPAN.findall(style)) if is_styled else {}
                text = made.text(rest if is_styled else cell).strip()
                grid.add(text, spans.get("row", ""), spans.get("col", ""))
        elif line:
            grid.go_on(f"<br>{made.text(line.lstrip('*# '))}")
    return grid.end()


# Jira's markup

_JIRA_HEADING = re.compile(r"\s*h(?P<marks>[1-6])\.\s+(?P<text>.*)")
_JIRA_CODE = re.compile(r"\s*\{(?P<name>code|noformat)(?::[^{}]*)?\}\s*$")
_JIRA_LIST = re.compile(r"\s*(?P<marks>[*#-]{1,6})\s+(?P<text>.*)")
_JIRA_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\{\{([^{}\n]{1,200})\}\}"), r"\1"),
    (re.compile(r"\{(?:color|panel|quote|info|note|warning|tip|anchor)(?::[^{}]*)?\}"), ""),
    (re.compile(r"\[([^\[\]|]{1,200})\|(https?://[^\[\]|]{1,400})\]"), r"\1 (\2)"),
    (re.compile(r"\[~([^\[\]]{1,80})\]"), r"@\1"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,200}?)(?<=\S)\*(?![\w*])"), r"\1"),
)


# Org

_ORG_STAMP = re.compile(r"[<\[](\d{4}-\d\d-\d\d(?:\s[^\W\d]{2,10}\.?)?(?:\s\d{1,2}:\d\d(?:-\d{1,2}:\d\d)?)?)[>\]]")
_ORG_HEADING = re.compile(r"(?P<marks>\*{1,8})\s+(?:[A-Z]{4,10}\s)?(?:\[#[A-C]\]\s)?(?P<text>.*?)(?:\s+:[\w:@]+:)?\s*$")
_ORG_BLOCK = re.compile(r"\s*#\+begin_(?P<name>(?!quote)\w+)", re.IGNORECASE)
_ORG_DRAWER = re.compile(r"\s*:(?:PROPERTIES|LOGBOOK):\s*$")
_ORG_NOTED = re.compile(
    r"\s*-\s(?:Note\staken\son|(?P<what>(?:State|Rescheduled|Refiled|New\sdeadline|Removed|Not\sscheduled)\b.*?)(?:\son)?)"
    r"\s+(?P<stamp>\[\d{4}-\d\d-\d\d[^\[\]]*\])\s*(?:\\\\)?\s*$"
)
_BAR = re.compile(r"\s*\|")
_ORG_KEYWORD = re.compile(r"\s*#\+(?P<name>\w+):?\s*(?P<value>.*)")
_ORG_PLANNING = re.compile(r"\s*(?:DEADLINE|SCHEDULED|CLOSED|CLOCK):\s")
_ORG_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\[\[([^\[\]]{1,400})\]\[([^\[\]]{1,200})\]\]"), r"\2 (\1)"),
    (re.compile(r"\[\[([^\[\]]{1,400})\]\]"), r"\1"),
    (re.compile(r"(?<!\w)[=~](?=\S)([^=~\n]{1,200}?)(?<=\S)[=~](?!\w)"), r"\1"),
    (_ORG_STAMP, r"[\1]"),
    (re.compile(r"\]--\["), " \u2013 "),
    (re.compile(r"(?<=\s)::(?=\s)"), ":"),
)


def _org_drawer(match: re.Match[str], lines: Sequence[str], index: int, made: _Lines) -> int:
    """Leave out a drawer of properties; the notes and states of a log begin with their stamp, as entries do."""
    end = _block_end(lines, index + 1, lambda below: below.strip() == ":END:")
    for at in range(index + 1, end if "LOGBOOK" in match[0] else index + 1):
        noted = _ORG_NOTED.match(lines[at])
        if noted:
            made.put(f"- {noted['stamp']} {made.text(noted['what'] or '').strip()}".rstrip(), at)
        elif lines[at].strip() and not _ORG_PLANNING.match(lines[at]):
            made.put(made.text(lines[at]), at)
        else:
            made.leave_out(lines[at], at)
    return end + 1 - index


_MARKUPS = (
    _Markup(
        (
            (re.compile(r"^\s*#\+[A-Za-z_]+:?(?:\s|$)"), 3),
            (re.compile(r"^\s*:(?:PROPERTIES|LOGBOOK|END):$"), 2),
            (re.compile(r"^\*{2,8}\s"), 1),
            (_ORG_STAMP, 1),
        ),
        _ORG_INLINE,
        (
            (_ORG_BLOCK, _code(lambda match: re.compile(rf"\s*#\+end_{match['name']}", re.IGNORECASE).match)),
            (
                _ORG_KEYWORD,
                _line(lambda word, made: f"# {made.text(word['value'])}" if word["name"].casefold() == "title" else ""),
            ),
            (_ORG_HEADING, _heading),
            (_ORG_DRAWER, _org_drawer),
            (_BAR, _bars(r"\|", "-+-")),
            (_ORG_PLANNING, _dropped),
        ),
        re.compile(r"\s*#\+(?!title)(?P<name>\w+):\s*(?P<value>.*)", re.IGNORECASE),
    ),
    _Markup(
        (
            (re.compile(r"^\s*h[1-6]\.\s"), 3),
            (re.compile(r"^\|\|.*\|\|\s*$"), 3),
            (re.compile(r"\{(?:code|noformat|panel|color|quote)(?::[^{}]*)?\}"), 2),
            (re.compile(r"\{\{[^{}|]+\}\}|\[[^\[\]|]+\|https?:"), 1),
        ),
        _JIRA_INLINE,
        (
            (_JIRA_HEADING, _heading),
            (_JIRA_CODE, _code(lambda match: re.compile(rf"\s*\{{{match['name']}\}}").match, "  ")),
            (_BAR, _bars(r"\|{1,2}", "\n")),
            (_JIRA_LIST, _point),
        ),
    ),
    _Markup(
        (
            (re.compile(r"^\s*\.\.\s[\w-]+::"), 3),
            # A small letter begins the names of pictures, too: ":fire: 09:12 …".
            (re.compile(r"^:[A-Z][\w -]{0,40}:\s"), 2),
            (re.compile(r"^:(?:date|modified|tags|category|slug|authors?|summary|status|lang):\s"), 1),
            (_RST_BORDER, 2),
            (_RST_RULER, 2),
            (re.compile(r":[a-z]+:`[^`]+`|``[^`]+``"), 1),
            (re.compile(r"[^\s:]::\s*$"), 1),
            (re.compile(r"^[~^\"]{4,}$"), 1),
            (re.compile(r"`[^`<>]+<http[^<>]+>`_"), 2),
        ),
        _RST_INLINE,
        ((re.compile(r".*"), _rst_block),),
        _RST_FIELD,
    ),
    _Markup(
        (
            (re.compile(r"^=\s+\S[^=]*$"), 4),
            (re.compile(r"^={2,6}\s+\S[^=]*$"), 2),
            (re.compile(r"^\|===\s*$"), 3),
            (re.compile(r"^\[(?:source|cols|options|NOTE|WARNING|%|\.)"), 2),
            (re.compile(r"^\S.{0,80}::(?:\s\S|$)"), 1),
            (re.compile(r"https?://[^\s\[\]]+\[[^\]]+\]"), 1),
        ),
        _ADOC_INLINE,
        (
            _EMPTY,
            (_ADOC_TITLE, _adoc_title),
            (_ADOC_HEADING, _heading),
            (_ADOC_ATTRIBUTE, _dropped),
            (re.compile(r"\|===$"), _table("|===", _adoc_rows)),
            (_ADOC_CODE, _code(lambda match: re.compile(re.escape(match[1])).match)),
            (re.compile(r"\+$"), _adoc_goes_on),
            (_ADOC_BLOCK_ATTRIBUTES, _adoc_attributes),
            (_ADOC_DROPPED, _dropped),
            (
                _ADOC_TERM,
                _line(lambda term, made: f"- {made.text(term['term'])}: {made.text(term['text'] or '')}".rstrip(": ")),
            ),
            (_ADOC_LIST, _point),
            (_ADOC_BLOCK_TITLE, _line(lambda title, made: f"**{made.text(title['text'])}**")),
        ),
        _ADOC_ATTRIBUTE,
    ),
    _Markup(
        (
            (re.compile(r"^={2,6}\s*[^=]+?\s*={2,6}\s*$"), 3),
            (re.compile(r"^\{\|"), 3),
            (re.compile(r"^\|-\s*$"), 1),
            (re.compile(r"'{2,3}[^']+'{2,3}"), 1),
            (re.compile(r"\[\[[^\]\[]+\]\]"), 1),
            (re.compile(r"^\{\{\w|^\}\}"), 1),
            (re.compile(r"\[https?://[^\s\[\]]+\s[^\]]+\]"), 1),
        ),
        _WIKI_INLINE,
        (
            (_WIKI_HEADING, _heading),
            (_WIKI_TABLE, _table("|}", _wiki_rows)),
            (_WIKI_CODE, _code(lambda match: re.compile(f"</{match['tag']}>", re.IGNORECASE).search, "  ")),
            (_WIKI_DROPPED, _blank),
            (_WIKI_LIST, _wiki_entry),
        ),
    ),
)
