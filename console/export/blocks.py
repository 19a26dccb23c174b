"""Pieces of a document that can be written as Markdown or as HTML, so that both say the same and escape alike.

Text that people typed comes in as runs or through `prose`, which knows a small part of Markdown: paragraphs, lists,
headings, fenced code, `code`, **bold** and links. Everything else in it reads as typed.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from console.core.language.text import clean
from console.export.timeline import inline


class Run(msgspec.Struct, frozen=True):
    """Words in one style; a link's `href` is http or https."""

    text: str
    style: Literal["", "strong", "em", "code"] = ""
    href: str = ""


Words = tuple[Run, ...]


class Paragraph(msgspec.Struct, frozen=True):
    words: Words


class Heading(msgspec.Struct, frozen=True):
    """A heading within a section."""

    words: Words


class Items(msgspec.Struct, frozen=True):
    items: tuple[Words, ...]
    ordered: bool = False


class Table(msgspec.Struct, frozen=True):
    head: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]


class Code(msgspec.Struct, frozen=True):
    text: str


class Remark(msgspec.Struct, frozen=True):
    """A sentence of the document about itself, set apart from what people wrote."""

    words: Words


class Picture(msgspec.Struct, frozen=True):
    """The same picture twice: Mermaid for Markdown, and a whole `<svg>` element for HTML."""

    mermaid: str
    svg: str


Block = Paragraph | Heading | Items | Table | Code | Remark | Picture


def words(*parts: str | Run) -> Words:
    return tuple(Run(part) if isinstance(part, str) else part for part in parts)


def strong(text: str) -> Run:
    return Run(text, "strong")


_HREF = re.compile(r"https?://[^\s<>]+")
_ROUND_BULLET = re.compile(r"^(\s*)•(?=\s)", re.MULTILINE)


# Reading what people typed


class _Reader(MarkdownIt):
    """The part of Markdown that people's texts are read with; an address stays as it was typed."""

    def __init__(self) -> None:
        super().__init__("zero")
        self.enable(["heading", "list", "fence", "newline", "backticks", "emphasis", "link"])
        self.inline.ruler.before("link", "picture", _picture)

    def validateLink(self, url: str) -> bool:
        return _HREF.fullmatch(url) is not None

    def normalizeLink(self, url: str) -> str:
        return url


def _picture(state: StateInline, silent: bool) -> bool:
    """Takes the sign of a picture for text, so that no link begins in it."""
    if not state.src.startswith("![", state.pos):
        return False
    if not silent:
        state.pending += "!["
    state.pos += 2
    return True


def prose(text: str, *, plain: bool = False) -> list[Block]:
    """The blocks of a text that a person wrote. `plain` leaves all marks inside lines as they were typed."""
    blocks: list[Block] = []
    lists: list[bool] = []
    """Of each list around, whether it is numbered; lists in lists read as one."""
    tokens = _Reader().parse(_ROUND_BULLET.sub(r"\1-", clean(text)))
    for before, token in zip([None, *tokens], tokens, strict=False):
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                if not lists:
                    blocks.append(Items((), token.tag == "ol"))
                lists.append(token.tag == "ol")
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "fence":
                blocks.append(Code(token.content.removesuffix("\n")))
            case "inline":
                spans = (Run(" ".join(token.content.split())),) if plain else _spans(token.children or [])
                last = blocks[-1] if blocks else None
                if before and before.type == "heading_open":
                    blocks.append(Heading(spans) if token.content else Paragraph(words(before.markup)))
                elif not lists:
                    blocks.append(Paragraph(spans))
                elif isinstance(last, Items) and last.ordered == lists[-1]:
                    blocks[-1] = Items((*last.items, spans), last.ordered)
                else:
                    blocks.append(Items((spans,), lists[-1]))
    return [block for block in blocks if not isinstance(block, Items) or block.items]


def _spans(tokens: Iterable[Token]) -> Words:
    runs: list[Run] = []
    style: Literal["", "strong"] = ""
    href = ""
    for token in tokens:
        text = ""
        match token.type, token.markup:
            case "strong_open", "**":
                style = "strong"
            case "strong_close", "**":
                style = ""
            case "link_open", _:
                href = str(token.attrs["href"])
            case "link_close", _:
                href = ""
            case "code_inline", _ if not href:
                runs.append(Run(token.content, "code"))
            case "softbreak" | "hardbreak", _:
                text = " "
            case _:
                text = token.content or token.markup
        if text and runs and runs[-1].style == style and runs[-1].href == href:
            runs[-1] = Run(runs[-1].text + text, style, href)
        elif text:
            runs.append(Run(text, style, href))
    return tuple(runs) or (Run(""),)


# Markdown


def to_markdown(blocks: Sequence[Block]) -> str:
    return "\n\n".join(_block_md(block) for block in blocks)


def _block_md(block: Block) -> str:
    match block:
        case Paragraph(words=runs):
            return words_md(runs) or "&nbsp;"
        case Heading(words=runs):
            return f"**{' '.join(inline(run.text) for run in runs)}**"
        case Remark(words=runs):
            return f"> *{' '.join(inline(run.text) for run in runs)}*"
        case Items(items=items, ordered=ordered):
            return "\n".join(
                f"{f'{n}.' if ordered else '-'} {words_md(item) or '&nbsp;'}" for n, item in enumerate(items, 1)
            )
        case Table(head=head, rows=rows):
            lines = [
                [inline(title) for title in head],
                ["---"] * len(head),
                *([words_md(c) for c in row] for row in rows),
            ]
            return "\n".join(f"| {' | '.join(line)} |" for line in lines)
        case Code(text=text):
            fence = _fence(text, 3)
            return f"{fence}text\n{text}\n{fence}"
        case Picture(mermaid=mermaid):
            return f"```mermaid\n{mermaid.rstrip()}\n```"


def words_md(runs: Words) -> str:
    """Words on one line of Markdown, also of a table."""
    line = ""
    for run in runs:
        if run.style == "code" and "<" in run.text and line[-1:].strip():
            # GitHub links an address with the backtick behind it, and then reads a tag where the code was.
            line += " "
        line += _run_md(run)
    return line.strip()


def _fence(text: str, least: int) -> str:
    """More backticks than stand together anywhere in the text."""
    return "`" * max(least, *(len(ticks) + 1 for ticks in re.findall(r"`+", text)), 0)


def _run_md(run: Run) -> str:
    text = run.text
    if run.style == "code":
        code = " ".join(text.split())
        fence = _fence(code, 1)
        pad = " " if "`" in (code[:1], code[-1:]) else ""
        return f"{fence}{pad}{code.replace('|', chr(92) + '|')}{pad}{fence}"
    # `inline` drops white space at both ends, which between two runs is meant.
    lead, tail = " " * (text[:1].isspace()), " " * (text[-1:].isspace() and bool(text.strip()))
    body = inline(text)
    if run.href:
        target = run.href.replace("|", "%7C").replace("\\", "%5C")
        return f"{lead}[{body}](<{target}>){tail}"
    mark = {"strong": "**", "em": "*"}.get(run.style, "")
    return f"{lead}{mark}{body}{mark}{tail}" if body else lead


# HTML


def to_html(blocks: Sequence[Block]) -> str:
    return "\n".join(_block_html(block) for block in blocks)


def _block_html(block: Block) -> str:
    match block:
        case Paragraph(words=runs):
            return f"<p>{words_html(runs)}</p>"
        case Heading(words=runs):
            return f"<h3>{words_html(runs)}</h3>"
        case Remark(words=runs):
            return f'<p class="remark">{words_html(runs)}</p>'
        case Items(items=items, ordered=ordered):
            tag = "ol" if ordered else "ul"
            rows = "".join(f"<li>{words_html(item)}</li>" for item in items)
            return f"<{tag}>{rows}</{tag}>"
        case Table(head=head, rows=rows):
            top = "".join(f"<th>{escape(title)}</th>" for title in head)
            body = "".join(f"<tr>{''.join(f'<td>{words_html(cell)}</td>' for cell in row)}</tr>" for row in rows)
            return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
        case Code(text=text):
            return f"<pre>{escape(clean(text))}</pre>"
        case Picture(svg=svg):
            return f'<figure class="wide">{svg}</figure>'


def words_html(runs: Words) -> str:
    """Words as HTML. A link's address stands in words: the page points nowhere outside itself."""
    parts = []
    for run in runs:
        text = escape(clean(run.text))
        if run.href:
            text = f"{text} ({escape(run.href)})"
        tag = run.style
        parts.append(f"<{tag}>{text}</{tag}>" if tag else text)
    return "".join(parts)
