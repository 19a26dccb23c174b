"""AsciiDoc, reStructuredText, MediaWiki, Org and Jira's markup as lines of Markdown, each on the line it came from."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from console.intake.source import Source
from console.intake.tables import Grid, csv_rows

_LOOKED_AT = 400
"""The lines of a file that tell its markup."""
_MAX_LINE_CHARS = 10_000
_MARK = re.compile(r"[*_`+=~\[<{']| \+$|:\w")


class _Lines:
    """Lines of Markdown in the making."""

    def __init__(self, length: int) -> None:
        self._length = length
        self.lines: list[str] = []
        self.numbers: list[int] = []

    def put(self, line: str, index: int) -> None:
        """Add what was made of the line of the file, from 0."""
        self.lines.append(line)
        self.numbers.append(index + 1)

    def table(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Add the rows of a table, each with its line; the first one stands where its head would."""
        width = max((len(cells) for _, cells in rows), default=0)
        for place, (index, cells) in enumerate(rows):
            if place == 0:
                cells = [*cells, *[""] * (width - len(cells))]
                self.put("", index)
            self.put("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |", index)
            if place == 0:
                self.put("|" + "---|" * width, index)
        if rows:
            self.put("", rows[-1][0])

    def source(self) -> Source:
        """All lines so far."""
        return Source(self.lines, self.numbers, self._length)


class _Markup(NamedTuple):
    signs: tuple[tuple[re.Pattern[str], int], ...]
    """What tells it, each with its weight."""

    convert: Callable[[Sequence[str], _Lines], None]


def markup_source(lines: Sequence[str]) -> Source | None:
    """The lines as Markdown, where they are of another markup; None where they are not."""
    head = lines[:_LOOKED_AT]
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
    made = _Lines(len(lines))
    _MARKUPS[best].convert(lines, made)
    return made.source()


_MARKDOWN = re.compile(r"#{1,6} \S|```|\|[ :]*-{3,}|\[[^\]]+\]\(http")


def _block_end(lines: Sequence[str], start: int, is_end: Callable[[str], object]) -> int:
    """The line, from `start` on, on which a block ends; the last one where nothing ends it."""
    return next((at for at in range(start, len(lines)) if is_end(lines[at])), len(lines))


def _starting(mark: str) -> Callable[[str], bool]:
    return lambda line: line.startswith(mark)


def _unmarked(text: str, inline: Sequence[tuple[re.Pattern[str], str]]) -> str:
    """The text without the marks of its markup; one that nobody wrote by hand stays as it is."""
    if len(text) > _MAX_LINE_CHARS or not _MARK.search(text):
        return text
    for pattern, words in inline:
        text = pattern.sub(words, text)
    return text


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _indented_end(lines: Sequence[str], start: int, indent: int) -> int:
    """Where the block ends that is indented by more than `indent`; blank lines at its end are not of it."""
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

_ADOC_HEADING = re.compile(r"(={1,6})\s+(\S.*?)(?:\s+\1)?\s*$")
_ADOC_ATTRIBUTE = re.compile(r":!?[\w-]+!?:(?:\s|$)")
_ADOC_BLOCK_ATTRIBUTES = re.compile(r"\[[^\[\]]*\]\s*$")
_ADOC_COLUMNS = re.compile(r"cols\s*=\s*\"?(?P<cols>[^\"\]]+)")
_ADOC_LIST = re.compile(r"\s*(?P<marks>\*{1,5}|\.{1,5}|-|\d{1,3}\.)\s+(?:\[[ x*]\]\s+)?(?P<text>\S.*)")
_ADOC_TERM = re.compile(r"\s*(?P<term>\S.{0,120}?):{2,4}(?:\s+(?P<text>\S.*))?$")
_ADOC_DROPPED = re.compile(
    r"//|(?:ifdef|ifndef|endif|include|image|toc|ifeval)::|={4,}\s*$|\*{4,}\s*$|_{4,}\s*$|--\s*$|<<<"
)
_ADOC_CODE = re.compile(r"(-{4,}|\.{4,}|`{3,})\S*\s*$")
_ADOC_TITLE = re.compile(r"\.(?=[^\s.])(?P<text>.*)")
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


def _adoc_text(text: str) -> str:
    return _unmarked(text, _ADOC_INLINE)


def _asciidoc(lines: Sequence[str], made: _Lines) -> None:
    index = 0
    columns = ""
    is_head = True
    goes_on = False
    while index < len(lines):
        line = lines[index].rstrip()
        heading = _ADOC_HEADING.match(line)
        code = _ADOC_CODE.match(line)
        term = _ADOC_TERM.match(line)
        entry = _ADOC_LIST.match(line)
        title = _ADOC_TITLE.match(line)
        if not line:
            made.put("", index)
            is_head = is_head and not made.lines[:-1]
            goes_on = False
        elif heading:
            made.put("#" * len(heading[1]) + " " + _adoc_text(heading[2]), index)
            is_head = heading[1] == "="
        elif _ADOC_ATTRIBUTE.match(line) or (is_head and made.lines and not line.startswith("[")):
            # Below the title stand who wrote it, and the day of its revision.
            pass
        elif line == "|===":
            end = _block_end(lines, index + 1, lambda line: line.rstrip() == "|===")
            made.table(_adoc_rows(lines, index + 1, end, columns))
            columns, index = "", end
        elif code:
            end = _block_end(lines, index + 1, _starting(code[1]))
            _fence(lines, index + 1, end, made, "  " if goes_on else "")
            index = end
        elif line == "+":
            goes_on = True
        elif _ADOC_BLOCK_ATTRIBUTES.match(line):
            stated = _ADOC_COLUMNS.search(line)
            columns = stated["cols"] if stated else columns
        elif _ADOC_DROPPED.match(line):
            pass
        elif term:
            made.put(f"- {_adoc_text(term['term'])}: {_adoc_text(term['text'] or '')}".rstrip(": "), index)
        elif entry:
            made.put("  " * (len(entry["marks"].rstrip("0123456789")) - 1) + f"- {_adoc_text(entry['text'])}", index)
        elif title:
            made.put(f"**{_adoc_text(title['text'])}**", index)
        else:
            made.put(f"  {_adoc_text(line.strip())}" if goes_on else _adoc_text(line), index)
        index += 1


def _adoc_rows(lines: Sequence[str], start: int, end: int, stated: str) -> list[tuple[int, list[str]]]:
    """The rows of a table whose cells may stand on lines of their own."""
    cells: list[tuple[int, list[str]]] = []
    width = _adoc_width(stated)
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
    texts = [_adoc_text("".join(pieces).replace("\\|", "|")) for _, pieces in cells]
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
_RST_TEXT = frozenset(
    ["note", "warning", "important", "attention", "caution", "danger", "error", "hint", "tip", "admonition", "topic"]
)
_RST_FIELD = re.compile(r":(?P<name>[\w][\w -]{0,40}):\s+(?P<text>.*)")
_RST_NUMBERED = re.compile(r"(\s*)(?:#\.|\(?\d{1,3}\))\s+(.*)")
_RST_BORDER = re.compile(r"\s*\+(?:[-=]{2,}\+)+\s*$")
_RST_RULER = re.compile(r"\s*={2,}(?:\s+={2,})+\s*$")
_RST_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r":[\w:+.-]{1,40}:`([^`<>]{1,300}?)(?:\s?<[^<>]{1,200}>)?`"), r"\1"),
    (re.compile(r"`([^`<>]{1,300}?)\s?<(https?://[^<>]{1,300})>`__?"), r"\1 (\2)"),
    (re.compile(r"``([^`]{1,400})``|`([^`]{1,300})`_{0,2}"), r"\1\2"),
    (re.compile(r"\s?\[[#*\w]{1,20}\]_"), ""),
    (re.compile(r"(?<![\w*])\*{1,2}(?=\S)([^*\n]{1,400}?)(?<=\S)\*{1,2}(?![\w*])"), r"\1"),
)


def _rst_text(text: str) -> str:
    return _unmarked(text, _RST_INLINE)


def _rst(lines: Sequence[str], made: _Lines) -> None:
    styles: list[str] = []
    index = 0
    while index < len(lines):
        taken = _rst_block(lines, index, made, styles)
        index += taken


def _rst_block(lines: Sequence[str], index: int, made: _Lines, styles: list[str]) -> int:
    """Add what begins on the line; the number of lines that it takes."""
    line = lines[index].rstrip()
    below = lines[index + 1].rstrip() if index + 1 < len(lines) else ""
    if _RST_ADORNMENT.match(line) and index + 2 < len(lines) and below.strip() and lines[index + 2].rstrip() == line:
        _rst_heading(below.strip(), line[0] * 2, index + 1, made, styles)
        return 3
    if line and not line[0].isspace() and _RST_ADORNMENT.match(below) and len(below) >= min(len(line), 3):
        _rst_heading(line, below[0], index, made, styles)
        return 2
    if _RST_BORDER.match(line):
        end = _block_end(lines, index, lambda line: not line.strip().startswith(("+", "|")))
        made.table(_rst_grid(lines, index, end))
        return end - index
    if _RST_RULER.match(line):
        end = _block_end(lines, index + 1, lambda line: not line.strip())
        made.table(_rst_simple(lines, index, end))
        return end - index
    directive = _RST_DIRECTIVE.match(line)
    if directive:
        return _rst_directive(lines, index, directive, made)
    if line.endswith("::") and line.strip() != "::":
        made.put(_rst_text(line[:-1]), index)
    elif line.strip() != "::":
        field = _RST_FIELD.match(line)
        numbered = _RST_NUMBERED.match(line)
        if field:
            line = f"{field['name']}: {field['text']}"
        elif numbered:
            line = f"{numbered[1]}- {numbered[2]}"
        elif line.lstrip().startswith("| "):
            line = line.replace("| ", "", 1)
        made.put(_rst_text(line), index)
    if line.endswith("::"):
        start = _block_end(lines, index + 1, lambda line: bool(line.strip()))
        end = _indented_end(lines, start, _indent(line))
        if end > start:
            _fence(lines, start, end, made, lines[start][: _indent(lines[start])])
            return end - index
    return 1


def _rst_heading(text: str, style: str, index: int, made: _Lines, styles: list[str]) -> None:
    if style not in styles:
        styles.append(style)
    made.put("#" * min(6, styles.index(style) + 1) + " " + _rst_text(text), index)


def _rst_directive(lines: Sequence[str], index: int, directive: re.Match[str], made: _Lines) -> int:
    indent = len(directive["indent"] or directive["empty"] or "")
    name = directive["name"] or ""
    end = max(index + 1, _indented_end(lines, index + 1, indent))
    content = index + 1
    while content < end and _RST_FIELD.match(f"{lines[content].strip()} "):
        content += 1
    if name in _RST_CODE:
        _fence(lines, content, end, made, " " * indent)
    elif name == "list-table":
        made.table(_rst_list_table(lines, content, end))
    elif name == "csv-table":
        head = next((lines[at].split(":header:")[1] for at in range(index, content) if ":header:" in lines[at]), "")
        rows = [(at, lines[at]) for at in range(content, end) if lines[at].strip()]
        rows = [(index, head), *rows] if head else rows
        made.table([(at, _csv_cells(line)) for at, line in rows])
    elif name in _RST_TEXT:
        made.put(" " * indent + _rst_text(directive["rest"] or ""), index)
        for at in range(index + 1, end):
            made.put(_rst_text(lines[at]), at)
    return end - index


def _csv_cells(line: str) -> list[str]:
    tight = re.sub(r",\s+(?=\")", ",", line.strip())
    return [cell.strip() for row in csv_rows([tight], 0, 1, ",") for cell in row.cells]


def _rst_list_table(lines: Sequence[str], start: int, end: int) -> list[tuple[int, list[str]]]:
    rows: list[_PiecedRow] = []
    for at in range(start, end):
        text = lines[at].strip()
        if text == "* -" or text.startswith("* - "):
            rows.append((at, [[_rst_text(text[4:])]]))
        elif text.startswith("- ") or text == "-":
            if rows:
                rows[-1][1].append([_rst_text(text[2:])])
        elif text and rows:
            rows[-1][1][-1].append(_rst_text(text))
    return _pieced_together(rows)


def _rst_grid(lines: Sequence[str], start: int, end: int) -> list[tuple[int, list[str]]]:
    rows: list[_PiecedRow] = []
    is_new = True
    for at in range(start, end):
        text = lines[at].strip()
        if text.startswith("+"):
            is_new = True
            continue
        parts = [part.strip() for part in text.strip("|").split("|")]
        if is_new:
            rows.append((at, [[part] for part in parts]))
        else:
            for pieces, part in zip(rows[-1][1], parts, strict=False):
                pieces.append(part)
        is_new = False
    return [(at, list(map(_rst_text, cells))) for at, cells in _pieced_together(rows) if any(cells)]


def _rst_simple(lines: Sequence[str], start: int, end: int) -> list[tuple[int, list[str]]]:
    starts = [match.start() for match in re.finditer(r"=+", lines[start])]
    rows: list[_PiecedRow] = []
    for at in range(start, end):
        line = lines[at].rstrip()
        if _RST_RULER.match(line) or set(line) <= set("= -"):
            continue
        stops = [*starts[1:], len(line) + 1]
        cells = [_rst_text(line[begin:stop].strip()) for begin, stop in zip(starts, stops, strict=True)]
        if cells[0] or not rows:
            rows.append((at, [[cell] for cell in cells]))
        else:
            for pieces, cell in zip(rows[-1][1], cells, strict=True):
                pieces.append(cell)
    return _pieced_together(rows)


_PiecedRow = tuple[int, list[list[str]]]
"""The line of a row, and the pieces of each cell, which may go over many lines."""


def _pieced_together(rows: Sequence[_PiecedRow]) -> list[tuple[int, list[str]]]:
    return [(at, [" ".join(filter(None, pieces)) for pieces in cells]) for at, cells in rows]


# MediaWiki

_WIKI_HEADING = re.compile(r"(={1,6})\s*(?P<text>[^=].*?)\s*\1\s*$")
_WIKI_LIST = re.compile(r"(?P<marks>[*#:;]{1,8})\s*(?P<text>.*)")
_WIKI_SPAN = re.compile(r"(row|col)span\s?=\s?[\"']?(\d{1,4})")
_WIKI_CODE = re.compile(r"<(?P<tag>pre|syntaxhighlight|source)\b[^<>]*>(?P<rest>.*)", re.IGNORECASE)
_WIKI_DROPPED = re.compile(
    r"\[\[(?:Category|File|Image|Kategorie|Catégorie):|__[A-Z]+__|\{\{[^{}]{0,400}\}\}\s*$", re.IGNORECASE
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


def _wiki_text(text: str) -> str:
    return _unmarked(text, _WIKI_INLINE)


def _mediawiki(lines: Sequence[str], made: _Lines) -> None:
    index = 0
    while index < len(lines):
        line = lines[index].strip()
        heading = _WIKI_HEADING.match(line)
        code = _WIKI_CODE.match(line)
        entry = _WIKI_LIST.match(line)
        if heading:
            made.put("#" * len(heading[1]) + " " + _wiki_text(heading["text"]), index)
        elif line.startswith("{|"):
            end = _block_end(lines, index + 1, lambda line: line.strip().startswith("|}"))
            made.table(_wiki_rows(lines, index + 1, end))
            index = end
        elif code:
            end = _block_end(lines, index, re.compile(f"</{code['tag']}>", re.IGNORECASE).search)
            _fence(lines, index + 1, end, made, "  ")
            index = end
        elif _WIKI_DROPPED.match(line):
            made.put("", index)
        elif entry and entry["text"]:
            made.put(_wiki_entry(entry), index)
        else:
            made.put(_wiki_text(line), index)
        index += 1


def _wiki_entry(entry: re.Match[str]) -> str:
    marks, text = entry["marks"], _wiki_text(entry["text"])
    if marks.startswith(";"):
        return f"- {text.replace(' : ', ': ', 1)}"
    bullet = "" if marks[-1] == ":" else "- "
    return "  " * (len(marks) - (0 if marks[-1] == ":" else 1)) + bullet + text


def _wiki_rows(lines: Sequence[str], start: int, end: int) -> list[tuple[int, list[str]]]:
    grid = Grid()
    is_new = True
    for at in range(start, end):
        line = lines[at].strip()
        if line.startswith("|-"):
            is_new = True
        elif line.startswith(("|", "!")) and not line.startswith("|+"):
            if is_new or not grid.rows:
                grid.begin_row(at)
            is_new = False
            for cell in re.split(r"\|\||!!" if line[0] == "!" else r"\|\|", line[1:]):
                # A cell may begin with its style.
                style, bar, rest = cell.partition("|")
                is_styled = bool(bar) and "=" in style and "[[" not in style
                spans = dict(_WIKI_SPAN.findall(style)) if is_styled else {}
                text = _wiki_text(rest if is_styled else cell).strip()
                grid.add(text, spans.get("row", ""), spans.get("col", ""))
        elif line:
            grid.go_on(f"<br>{_wiki_text(line.lstrip('*# '))}")
    return grid.end()


# Jira's markup

_JIRA_HEADING = re.compile(r"\s*h(?P<level>[1-6])\.\s+(?P<text>.*)")
_JIRA_CODE = re.compile(r"\s*\{(?P<name>code|noformat)(?::[^{}]*)?\}\s*$")
_JIRA_LIST = re.compile(r"(?P<marks>[*#-]{1,6})\s+(?P<text>.*)")
_JIRA_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\{\{([^{}\n]{1,200})\}\}"), r"\1"),
    (re.compile(r"\{(?:color|panel|quote|info|note|warning|tip|anchor)(?::[^{}]*)?\}"), ""),
    (re.compile(r"\[([^\[\]|]{1,200})\|(https?://[^\[\]|]{1,400})\]"), r"\1 (\2)"),
    (re.compile(r"\[~([^\[\]]{1,80})\]"), r"@\1"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,200}?)(?<=\S)\*(?![\w*])"), r"\1"),
)


def _jira_text(text: str) -> str:
    return _unmarked(text, _JIRA_INLINE)


def _jira(lines: Sequence[str], made: _Lines) -> None:
    index = 0
    while index < len(lines):
        line = lines[index].strip()
        heading, code, entry = (form.match(line) for form in (_JIRA_HEADING, _JIRA_CODE, _JIRA_LIST))
        if heading:
            made.put("#" * int(heading["level"]) + " " + _jira_text(heading["text"]), index)
        elif code:
            end = _block_end(lines, index + 1, re.compile(rf"\s*\{{{code['name']}\}}").match)
            _fence(lines, index + 1, end, made, "  ")
            index = end
        elif line.startswith("|"):
            end = _block_end(lines, index, lambda below: not below.strip().startswith("|"))
            rows = [(at, re.split(r"\|{1,2}", lines[at].strip().strip("|"))) for at in range(index, end)]
            made.table([(at, [_jira_text(cell.strip()) for cell in cells]) for at, cells in rows])
            index = end - 1
        elif entry:
            made.put("  " * (len(entry["marks"]) - 1) + "- " + _jira_text(entry["text"]), index)
        else:
            made.put(_jira_text(line), index)
        index += 1


# Org

_ORG_STAMP = re.compile(r"[<\[](\d{4}-\d\d-\d\d(?:\s[^\W\d]{2,10}\.?)?(?:\s\d{1,2}:\d\d(?:-\d{1,2}:\d\d)?)?)[>\]]")
_ORG_HEADING = re.compile(r"(?P<stars>\*{1,8})\s+(?:[A-Z]{4,10}\s)?(?:\[#[A-C]\]\s)?(?P<text>.*?)(?:\s+:[\w:@]+:)?\s*$")
_ORG_KEYWORD = re.compile(r"\s*#\+(?P<name>\w+):?\s*(?P<value>.*)")
_ORG_PLANNING = re.compile(r"\s*(?:DEADLINE|SCHEDULED|CLOSED|CLOCK):\s")
_ORG_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\[\[([^\[\]]{1,400})\]\[([^\[\]]{1,200})\]\]"), r"\2 (\1)"),
    (re.compile(r"\[\[([^\[\]]{1,400})\]\]"), r"\1"),
    (re.compile(r"(?<!\w)[=~](?=\S)([^=~\n]{1,200}?)(?<=\S)[=~](?!\w)"), r"\1"),
    (_ORG_STAMP, r"[\1]"),
    (re.compile(r"\]--\["), " \u2013 "),
)


def _org_text(text: str) -> str:
    return _unmarked(text, _ORG_INLINE)


def _org(lines: Sequence[str], made: _Lines) -> None:
    index = 0
    while index < len(lines):
        line = lines[index].rstrip()
        keyword = _ORG_KEYWORD.match(line)
        heading = _ORG_HEADING.match(line)
        name = keyword["name"].casefold() if keyword else ""
        if name.startswith("begin_") and name != "begin_quote":
            end = _block_end(lines, index + 1, re.compile(rf"\s*#\+end_{name[6:]}", re.IGNORECASE).match)
            _fence(lines, index + 1, end, made, line[: _indent(line)])
            index = end
        elif keyword:
            made.put(f"# {_org_text(keyword['value'])}" if name == "title" else "", index)
        elif heading:
            made.put("#" * min(len(heading["stars"]) + 1, 6) + " " + _org_text(heading["text"]), index)
        elif line.strip() in (":PROPERTIES:", ":LOGBOOK:"):
            index = _block_end(lines, index + 1, lambda below: below.strip() == ":END:")
        elif line.lstrip().startswith("|"):
            end = _block_end(lines, index, lambda below: not below.lstrip().startswith("|"))
            rows = [(at, lines[at].strip().strip("|").split("|")) for at in range(index, end) if "-+-" not in lines[at]]
            made.table([(at, [_org_text(cell.strip()) for cell in cells]) for at, cells in rows])
            index = end - 1
        elif not _ORG_PLANNING.match(line):
            made.put(_org_text(line.replace(" :: ", ": ", 1)), index)
        index += 1


_MARKUPS = (
    _Markup(
        (
            (re.compile(r"^\s*#\+[A-Za-z_]+:?(?:\s|$)"), 3),
            (re.compile(r"^\s*:(?:PROPERTIES|LOGBOOK|END):$"), 2),
            (re.compile(r"^\*{1,8}\s"), 1),
            (_ORG_STAMP, 1),
        ),
        _org,
    ),
    _Markup(
        (
            (re.compile(r"^\s*h[1-6]\.\s"), 3),
            (re.compile(r"^\|\|.*\|\|\s*$"), 3),
            (re.compile(r"\{(?:code|noformat|panel|color|quote)(?::[^{}]*)?\}"), 2),
            (re.compile(r"\{\{[^{}|]+\}\}|\[[^\[\]|]+\|https?:"), 1),
        ),
        _jira,
    ),
    _Markup(
        (
            (re.compile(r"^=\s+\S[^=]*$"), 3),
            (re.compile(r"^={2,6}\s+\S[^=]*$"), 2),
            (re.compile(r"^\|===\s*$"), 3),
            (_ADOC_ATTRIBUTE, 1),
            (re.compile(r"^\[(?:source|cols|options|NOTE|WARNING|%|\.)"), 2),
            (re.compile(r"^\S.{0,80}::(?:\s\S|$)"), 1),
            (re.compile(r"https?://[^\s\[\]]+\[[^\]]+\]"), 1),
        ),
        _asciidoc,
    ),
    _Markup(
        (
            (re.compile(r"^\s*\.\.\s[\w-]+::"), 3),
            (re.compile(r"^:[A-Z][\w ]{0,30}:\s"), 1),
            (_RST_BORDER, 2),
            (_RST_RULER, 2),
            (re.compile(r":[a-z]+:`[^`]+`|``[^`]+``"), 1),
            (re.compile(r"[^\s:]::\s*$"), 1),
            (re.compile(r"^[~^\"]{4,}$"), 1),
            (re.compile(r"`[^`<>]+<http[^<>]+>`_"), 2),
        ),
        _rst,
    ),
    _Markup(
        (
            (re.compile(r"^={2,6}\s*[^=]+?\s*={2,6}\s*$"), 3),
            (re.compile(r"^\{\|"), 3),
            (re.compile(r"'{2,3}[^']+'{2,3}"), 1),
            (re.compile(r"\[\[[^\]\[]+\]\]"), 1),
            (re.compile(r"^\{\{\w|^\}\}"), 1),
            (re.compile(r"\[https?://[^\s\[\]]+\s[^\]]+\]"), 1),
        ),
        _mediawiki,
    ),
)
