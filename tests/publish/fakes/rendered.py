"""Markdown as a visitor reads it: the words of the page that a real renderer makes of it, without HTML of its own."""

import re

import lxml.html
from markdown_it import MarkdownIt

COMMONMARK = MarkdownIt("commonmark")
GITHUB = MarkdownIt("gfm-like", {"html": True, "linkify": False})
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BLOCKS = ("p", "li", "h1", "h2", "pre", "blockquote", "table", "hr")


def rendered(source: str, renderer: MarkdownIt = COMMONMARK) -> str:
    return words(renderer.render(source))


def words(page: str) -> str:
    """The words of a piece of HTML as they are seen: tags that are none leave nothing, and blanks run together."""
    seen: list[str] = []

    def see(element: lxml.html.HtmlElement) -> None:
        if element.tag == "br":
            seen.append("\n")
        elif element.tag in _BLOCKS and seen:
            seen.append("\n\n")
        seen.append(re.sub(r"[ \n\t]+", " ", element.text or ""))
        for child in element:
            see(child)
            seen.append(re.sub(r"[ \n\t]+", " ", child.tail or ""))

    see(lxml.html.fromstring(f"<div>{_COMMENT.sub('', page)}</div>"))
    return as_seen("".join(seen))


def as_seen(text: str) -> str:
    """A text with its blanks as any page has them."""
    lines = (re.sub(r"[ \t\N{NO-BREAK SPACE}]+", " ", line).strip() for line in text.strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
