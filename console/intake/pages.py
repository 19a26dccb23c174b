"""HTML pages and feeds as lines of Markdown: headings, lists, tables, code and moments, without their markup."""

import re
from itertools import islice
from typing import TYPE_CHECKING

from console.intake.chat_pages import SPACE, collapsed, line_of, messages_of, text_of
from console.intake.lines import split_lines
from console.intake.source import Draft, Source
from console.intake.stamps import timed_text
from console.intake.tables import MAX_COLUMNS, Grid, cell_time

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD_CHARS = 2000
_WHOLE_PAGE = re.compile(
    r"\ufeff?\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--.{0,1500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_FEED = re.compile(r"\ufeff?\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--.{0,1500}?-->\s*)?<(?:feed|rss)\b", re.DOTALL)
_FRAGMENT = re.compile(
    r"\ufeff?\s*<(?:h[1-6]|table|div|section|article|main|p|ul|ol|dl|time|header|center)\b", re.IGNORECASE
)
_ABOUT_PAGE = re.compile(r"\b(?:posted|publish|byline|meta|updated|entry-date|post-date|dateline)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")

_LEFT_OUT = frozenset(
    ["head", "script", "style", "noscript", "template", "svg", "nav", "button", "select", "textarea", "iframe",
     "object"]
)  # fmt: skip
_BLOCKS = frozenset(
    ["p", "div", "section", "article", "main", "aside", "header", "footer", "li", "ul", "ol", "dl", "dt", "dd", "table",
     "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figure", "figcaption", "details", "summary", "address", "form",
     "fieldset", "hr", "center", "body", "tr", "thead", "tbody", "tfoot", "caption"]
)  # fmt: skip
_APART = frozenset(["p", "ul", "ol", "dl", "table", "blockquote", "article", "section", "details", "hr"])


_SETTINGS = re.compile(r"(?:---\n)?(?:[A-Za-z_]{3,20}: .{0,400}\n){1,12}(?:---\n)?\s*(?=<)")
"""The settings that a page's generator writes above it: its title, its date."""


_PUBLICATION = re.compile(r"(?:.{1,40}[.:_])?(?:date|(?:date)?published(?:_?time)?|created)", re.IGNORECASE)
"""The property of a page's head that gives the day on which it was written."""


def is_page(text: str) -> bool:
    """Whether the text is HTML: a whole page, or a part of one that has tags in most of its paragraphs."""
    settings = _SETTINGS.match(text)
    text = text[settings.end() :] if settings else text
    if _WHOLE_PAGE.match(text[:_HEAD_CHARS]):
        return True
    if not _FRAGMENT.match(text[:_HEAD_CHARS]):
        return False
    parts = [part for part in text[:20_000].split("\n\n") if part.strip()]
    return sum(1 for part in parts if _TAG.search(part)) * 5 >= len(parts) * 3


def page_source(text: str) -> Source:
    """The page as lines of Markdown."""
    page = _Page(len(split_lines(text)))
    settings = _SETTINGS.match(text)
    if settings:
        above = settings[0].rstrip().removeprefix("---\n").removesuffix("\n---").split("\n")
        for at, line in enumerate(("---", *above, "---", "")):
            page.put(line, min(max(at, 1), len(above)))
        text = "\n" * settings[0].count("\n") + text[settings.end() :]
    root = _root(text)
    if root is not None:
        for meta in () if settings else root.iterfind("head/meta"):
            if _PUBLICATION.fullmatch(meta.get("property") or meta.get("name") or meta.get("itemprop") or ""):
                for line in ("---", f"date: {collapsed(meta.get('content') or '')}", "---"):
                    page.put(line, line_of(meta))
                break
        title = root.find("head/title")
        if root.find(".//h1") is None and title is not None and (title.text or "").strip():
            page.put(f"# {collapsed(title.text or '')}", line_of(title))
        messages, zones = messages_of(root)
        for said in zones:
            page.put(said, messages[0].line)
            page.put("", messages[0].line)
        if messages:
            head = (messages[0].line, ("Time", "Author", "Message"))
            page.table([head, *((message.line, message[1:]) for message in messages)])
        else:
            page.read(root)
    return page.source()


def feed_source(text: str) -> Source | None:
    """The entries of a feed of Atom or RSS: what each says, with its moments, or with that of its publication."""
    from lxml import etree

    if not _FEED.match(text[:_HEAD_CHARS]):
        return None
    page = _Page(len(split_lines(text)))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    title = None if root is None else next(root.iter("{*}title"), None)
    if title is not None and title.text:
        page.put(f"# {collapsed(title.text)}", line_of(title))
    for item in () if root is None else root.iter("{*}entry", "{*}item"):
        title_of, number = collapsed(_text_in(item, "title")), line_of(item)
        published = _text_in(item, "published", "pubDate", "updated", "date")
        inner = page_source(_text_in(item, "content", "encoded", "description", "summary"))
        words = [line for line in inner.lines if line.strip()]
        if any((timed := timed_text(line.lstrip("- *"))) and timed.stamp.time for line in words):
            # The day of publication tells the year of the moments inside.
            timed = timed_text(published)
            day = timed.stamp.date if timed else None
            shown = f"{day.year}-{day.month:02}-{day.day:02}" if day and day.year else published
            for line in ("", f"## {title_of} ({shown})", "", *inner.lines):
                page.put(line, number)
        elif published:
            page.put(f"- {published} {title_of}: {' '.join(words)}".rstrip(" :"), number)
    return page.source()


def _text_in(item: "_Element", *names: str) -> str:
    """The text of the first of the elements below that has any."""
    inner = (text_of(child).strip() for name in names for child in item.iterchildren(f"{{*}}{name}"))
    return next(filter(None, inner), "")


def _root(text: str) -> "_Element | None":
    from lxml import etree

    # Never over the network; a tree that goes too deep is cut by the parser.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


class _Page(Draft):
    """A page in the making."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._words: list[str] = []
        self._line = 1
        self._prefix = ""
        self._lists = 0
        self._bold = 0
        self._is_bold: bool | None = None
        self._is_broken = False
        """Whether the line in the making goes on in the block of the line above."""

        self._term = ""
        self._grid: Grid | None = None
        self._cell: list[str] | None = None
        self._spans = ("", "")

    def read(self, root: "_Element") -> None:
        """Add all that stands below the element."""
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if tag in _LEFT_OUT or _is_footnote(element, tag) or not self._begin(element, tag):
                    walk.skip_subtree()
                else:
                    self._say(element.text)
            else:
                self._end(tag)
                self._say(element.tail)
        self._flush()

    def _begin(self, element: "_Element", tag: str) -> bool:
        """Take up an element; False where all of it was taken."""
        if tag in ("b", "strong"):
            self._bold += 1
        elif tag == "br":
            self._break(line_of(element))
        elif moment := _moment(element, tag):
            self._say(moment)
            return False
        elif tag == "pre":
            self._code(element)
            return False
        elif self._grid is not None:
            self._begin_in_table(self._grid, element, tag)
        elif tag == "table" and element.find(".//tr") is not None and element.find(".//table") is None:
            # One in which another table stands lays the page out.
            self._flush()
            self._grid = Grid()
        elif tag in _BLOCKS or tag in ("td", "th"):
            self._flush()
            if tag in _APART and not self._lists:
                self.put("", line_of(element))
            self._line = line_of(element)
            if tag in ("ul", "ol"):
                self._lists += 1
            elif tag == "li":
                self._prefix = "  " * max(0, self._lists - 1) + "- "
            elif tag == "dd":
                self._prefix = f"- {self._term}: " if self._term else "  "
                self._term = ""
            elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
                self.put("", self._line)
                self._prefix = "#" * int(tag[1]) + " "
        return True

    def _begin_in_table(self, grid: Grid, element: "_Element", tag: str) -> None:
        if tag == "tr":
            grid.begin_row(line_of(element))
        elif tag == "caption":
            # It may give the day.
            for words in ("", f"**{collapsed(text_of(element))}**", ""):
                self.put(words, line_of(element))
        elif tag in ("td", "th") and grid.rows:
            self._cell = []
            self._spans = (element.get("rowspan") or "", element.get("colspan") or "")
        elif tag in _BLOCKS and self._cell:
            self._cell.append("\n")

    def _end(self, tag: str) -> None:
        if tag in ("b", "strong"):
            self._bold = max(0, self._bold - 1)
        elif self._grid is not None:
            if tag == "table":
                self._table(self._grid.end())
                self._grid = None
            elif tag in ("td", "th") and self._cell is not None:
                lines = (collapsed(line) for line in "".join(self._cell).split("\n"))
                self._grid.add("<br>".join(filter(None, lines)), *self._spans)
                self._cell = None
        elif tag == "dt":
            self._term = collapsed("".join(self._words)).rstrip(":")
            self._words = []
            self._is_bold = None
        elif tag in _BLOCKS or tag in ("td", "th"):
            held = bool(self._words)
            self._flush()
            self._is_broken = False
            if tag in ("ul", "ol"):
                self._lists = max(0, self._lists - 1)
            if tag == "li":
                self._prefix = ""
            # A block that holds no words itself held others, which belong together.
            if not self._lists and (not held or tag in _APART or tag[0] == "h"):
                self.put("", self._line)

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if self._grid is not None:
            if self._cell is not None:
                self._cell.append(SPACE.sub(" ", text))
            return
        if text.strip():
            self._is_bold = bool(self._bold) if self._is_bold is None else self._is_bold and bool(self._bold)
        if self._words or text.strip():
            self._words.append(SPACE.sub(" ", text))

    def _break(self, line: int) -> None:
        if self._cell is not None:
            self._cell.append("\n")
            return
        self._flush()
        self._line = line
        self._is_broken = True

    def _flush(self) -> None:
        """End the line in the making."""
        text = collapsed("".join(self._words))
        self._words = []
        is_bold, self._is_bold = self._is_bold, None
        if not text:
            return
        is_broken, self._is_broken = self._is_broken, False
        above = cell_time(self.lines[-1]) if is_broken and self.lines and len(self.lines[-1]) <= 60 else None
        if above and above.stamp.time and not above.text:
            self.lines[-1] += f" {text}"
            return
        if is_bold and not self._prefix:
            text = f"**{text}**"
        self.put(self._prefix + text, self._line)
        indent = len(self._prefix) - len(self._prefix.lstrip(" "))
        self._prefix = " " * (indent + 2) if self._lists else ""

    def _code(self, element: "_Element") -> None:
        text = text_of(element).strip("\n")
        line = line_of(element)
        if self._cell is not None:
            self._cell.append("\n" + text + "\n")
            return
        self._flush()
        indent = self._prefix if self._prefix.isspace() else "  " * self._lists
        for offset, code in enumerate(("```", *text.split("\n"), "```")):
            self.put(indent + code, line + max(0, offset - 1))

    def _table(self, rows: list[tuple[int, list[str]]]) -> None:
        if 1 < max((len(cells) for _, cells in rows), default=0) <= MAX_COLUMNS:
            self.table(rows)
        else:
            for line, cells in rows:
                self.put(" ".join(cells), line)


def _is_footnote(element: "_Element", tag: str) -> bool:
    """Whether the element only leads to a note or to a place of the same page."""
    if tag != "a" or not (element.get("href") or "").startswith("#"):
        return False
    text = collapsed(text_of(element)).strip("[]()^*†¶#§ ")
    return not text or text.isdigit() or cell_time(text) is not None


_MOMENT_KEYS = (
    *("datetime", "title", "data-time", "data-datetime", "data-timestamp", "data-date", "data-ts", "data-utc"),
    "aria-label",
)


def _moment(element: "_Element", tag: str) -> str:
    """The moment that the element shows, in its machine form where the words say less; empty where it shows none.

    The words may only say how long ago it was, or the time of day, as in exported chats.
    """
    is_time = tag == "time" or (element.get("datetime") is not None and tag not in ("ins", "del"))
    values = ((element.get(key) or "").strip() for key in _MOMENT_KEYS) if is_time or not len(element) else ()
    stated = [value for value in values if 0 < len(value) <= 40]
    if not (is_time or stated):
        return ""
    text = collapsed(text_of(element))
    shown = cell_time(text) if len(text) <= 80 else None
    written = shown.stamp if shown and not shown.text else None
    if written and written.date:
        # The day on which a page was published is not the moment of what stands below it.
        above = [element, *islice(element.iterancestors(), 3)] if written.time is None else []
        is_published = any(at.tag == "header" or _ABOUT_PAGE.search(at.get("class") or "") for at in above)
        if is_published or (written.date.year and written.time and written.zone):
            return text
    for value in stated if is_time or written else ():
        timed = cell_time(value)
        if timed and not timed.text and timed.stamp.date and timed.stamp.time and (is_time or timed.stamp.zone):
            return value
    return (text or next(iter(stated), "")) if is_time else ""


def plain_words(text: str) -> str:
    """The words of a cell that holds a piece of HTML."""
    return "\n".join(line.removeprefix("- ") for line in page_source(text).lines if line.strip())
