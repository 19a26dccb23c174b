"""Messages of a chat that a program exports as a page, found by what its classes say of their parts."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from console.intake.tables import cell_time
from console.intake.zones import zone_statement

if TYPE_CHECKING:
    from lxml.etree import _Element

SPACE = re.compile(r"\s+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MESSAGE = re.compile(
    r"(?:^|[-_ ])(?:message|msg|event-tile|chat-?item|bubble)(?:$|[-_ ](?!list|group|s\b))", re.IGNORECASE
)
_AUTHOR = re.compile(
    r"(?:^|[-_ ])(?:author|sender|user-?name|user|from-name|nick(?:name)?|display-name|name)$", re.IGNORECASE
)
_TIME = re.compile(r"(?:^|[-_ ])(?:time|date|timestamp|datetime|sent-?at)(?:$|[-_ ])", re.IGNORECASE)
_WORDS = re.compile(r"(?:^|[-_ ])(?:text|content|body|markdown-preserve|msg|description)$", re.IGNORECASE)
_NOT_SAID = re.compile(r"reply|quoted?\b|system|service|tooltip|reaction|edited", re.IGNORECASE)
_DAY_CHARS = 60
_ZONE_CHARS = 80
_LEAST_MESSAGES = 2
_NEVER_SHOWN = frozenset(["script", "style", "head", "svg", "noscript"])


class PageMessage(NamedTuple):
    """A message: the line of the file where it begins, when and by whom as the page shows it, and its words."""

    line: int
    when: str
    author: str
    words: str


@dataclass
class _Parts:
    """The parts that were found inside an element that may be a message."""

    element: "_Element"
    when: str = ""
    author: str = ""
    words: list[str] = field(default_factory=list)

    def take(self, inner: "_Parts") -> None:
        """Take over what an inner element holds that is no message by itself."""
        self.when, self.author = self.when or inner.when, self.author or inner.author
        self.words += inner.words


def messages_of(root: "_Element") -> tuple[list[PageMessage], list[str]]:
    """The messages of a chat on the page, and the lines around them that name a zone; empty for other pages.

    One that follows another of the same person names nobody; a time alone is of the day of the line above it.
    """
    from lxml import etree

    messages: list[PageMessage] = []
    zones: list[str] = []
    author = day = ""
    open_parts: list[_Parts] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if not isinstance(element.tag, str):
            continue
        names = _names(element)
        if event == "end":
            if open_parts and open_parts[-1].element is element:
                parts = open_parts.pop()
                author = parts.author or author
                if parts.when and parts.words:
                    words = "<br>".join(parts.words)
                    messages.append(PageMessage(line_of(element), parts.when, author, words))
                elif open_parts:
                    open_parts[-1].take(parts)
            continue
        if element.tag in _NEVER_SHOWN or any(map(_NOT_SAID.search, names)):
            walk.skip_subtree()
            continue
        if any(map(_TIME.search, names)) or element.tag == "time":
            when, is_day = _moment(element, day)
            if is_day:
                day = when
            elif when and open_parts:
                open_parts[-1].when = open_parts[-1].when or when
                walk.skip_subtree()
        elif open_parts and any(map(_AUTHOR.search, names)) and (name := collapsed(text_of(element))):
            open_parts[-1].author = open_parts[-1].author or name
            walk.skip_subtree()
        elif open_parts and any(map(_WORDS.search, names)) and not _has_parts(element):
            open_parts[-1].words += _lines_of(element)
            walk.skip_subtree()
        elif any(map(_MESSAGE.search, names)):
            open_parts.append(_Parts(element))
        elif not open_parts and (said := collapsed(element.text or "")) and len(said) <= _ZONE_CHARS:
            zones += [said] if zone_statement(said) else []
    is_chat = len(messages) >= _LEAST_MESSAGES and all(message.author for message in messages)
    return (messages, zones) if is_chat else ([], [])


def _names(element: "_Element") -> list[str]:
    """The classes of the element, humps and underscores as dashes."""
    return [_HUMP.sub("-", name).replace("_", "-") for name in (element.get("class") or "").split()]


def _has_parts(element: "_Element") -> bool:
    """Whether an element that may hold words holds the parts of a message."""
    names = (name for inner in element.iterdescendants() if isinstance(inner.tag, str) for name in _names(inner))
    return any(_AUTHOR.search(name) or _TIME.search(name) or _WORDS.search(name) for name in names)


def _moment(element: "_Element", day: str) -> tuple[str, bool]:
    """The moment that the element gives, with the day above it where it has none; and whether it is only a day."""
    given = (element.get("title"), element.get("datetime"), text_of(element))
    for text in (collapsed(value) for value in given if value):
        timed = cell_time(text) if len(text) <= _DAY_CHARS else None
        if timed and not timed.text and timed.stamp.time:
            return (text if timed.stamp.date or not day else f"{day} {text}"), False
        if timed and not timed.text and timed.stamp.date:
            return text, True
    return "", False


def line_of(element: "_Element") -> int:
    """The line of the file on which the element begins."""
    return int(getattr(element, "sourceline", None) or 1)


def text_of(element: "_Element") -> str:
    """All words inside the element."""
    return "".join(str(part) for part in element.itertext())


def collapsed(text: str) -> str:
    """The text with one blank for any white space."""
    return SPACE.sub(" ", text).strip()


def _lines_of(element: "_Element") -> list[str]:
    """The text of the element, with a new line only where the page breaks one."""
    from lxml import etree

    lines = [""]
    for event, part in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            lines += [""] if part.tag == "br" else []
            lines[-1] += part.text or ""
        elif part is not element:
            lines[-1] += part.tail or ""
    return [line for line in map(collapsed, lines) if line]
