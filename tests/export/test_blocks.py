"""Typed text becomes paragraphs, lists and code, in Markdown and HTML alike, and nothing else."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from console.core.language.text import markdown
from console.export.blocks import Code, Heading, Items, Paragraph, Run, prose, to_html, to_markdown

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
KINDS = {
    *("paragraph_open", "paragraph_close", "inline", "text", "softbreak", "fence", "code_inline", "link_open"),
    *("bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close", "list_item_open"),
    *("list_item_close", "strong_open", "strong_close", "link_close"),
}
"""The elements that Markdown may make of a text: no headings, HTML, pictures, rules, quotes or tables."""
TAGS = {"p", "h3", "ul", "ol", "li", "pre", "strong", "code"}


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs == []
        self.seen.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_parts_of_a_text() -> None:
    made = prose("One\ntwo.\n\n## Then\n- a\n  goes on\n- b\n1. c\n\n```\nd\n```")
    assert made == [
        Paragraph((Run("One two."),)),
        Heading((Run("Then"),)),
        Items(((Run("a goes on"),), (Run("b"),))),
        Items(((Run("c"),),), ordered=True),
        Code("d"),
    ]


def test_marks_inside_a_line() -> None:
    (made,) = prose("Use `a*b` and **c**, see [d](https://example.org/e).")
    assert made == Paragraph(
        (Run("Use "), Run("a*b", "code"), Run(" and "), Run("c", "strong"), Run(", see "),
         Run("d", href="https://example.org/e"), Run("."))
    )  # fmt: skip
    assert to_markdown([made]) == "Use `a*b` and **c**, see [d](<https://example.org/e>)."
    assert to_html([made]).endswith("see d (https://example.org/e).</p>")


def test_a_draft_reads_as_it_was_logged() -> None:
    assert prose("- **x** `y`", plain=True) == [Items(((Run("**x** `y`"),),))]


@pytest.mark.parametrize("text", ["[a](javascript:x)", "![a](https://b)", "[a](data:x)", "<b>", "[a]: https://b"])
def test_what_could_do_something_reads_as_typed(text: str) -> None:
    assert prose(text) == [Paragraph((Run(text),))]


_PIECES = (
    "http://e/",
    "www.e.org/",
    "a@b.c",
    "<img src=x onerror=x>",
    "</p>",
    "<!--",
    "`",
    "*",
    "_",
    "\\",
    "&lt;",
    "\n",
)


_CODE_BEHIND_A_BLANK = re.compile(r"(?<!\S)(`+)(?!`).*?(?<!`)\1(?!`)")


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
@example("http://e/`<img src=x>`")
@example("`\n``<img src=x>`")
@example("`http://e/``<img src=x>`")
def test_what_github_links_by_itself_opens_no_tag(text: str) -> None:
    """An address goes on until a blank or `<` there, whatever stands in it: a backslash, a backtick."""
    reader = MarkdownIt("gfm-like", {"html": True})
    assert "<" not in markdown(text)
    for source in (to_markdown(prose(text)), markdown(text)):
        # What is code there is none behind an address, whose link takes the backtick.
        assert not re.search(r"(?:https?://|www\.|@)[^\s`]*`+[^`]*<", _CODE_BEHIND_A_BLANK.sub("", source))
        tokens = reader.parse(source)
        assert not {"html_block", "html_inline"} & {
            t.type for token in tokens for t in (token, *(token.children or ()))
        }


@given(st.text(alphabet="ab `*[]()#-1.|<>!_\\\n~&:/ht", max_size=80))
def test_any_text_gives_sound_html_and_markdown_without_headings_or_html(text: str) -> None:
    blocks = prose(text)
    assert Tags(to_html(blocks)).seen <= TAGS
    tokens = READER.parse(to_markdown(blocks))
    kinds = {child.type for token in tokens for child in (token, *(token.children or ()))}
    assert kinds <= KINDS, to_markdown(blocks)
    links = [child for token in tokens for child in token.children or () if child.type == "link_open"]
    assert all(str(link.attrs["href"]).startswith(("http://", "https://")) for link in links)
