"""Pieces of a document that can be written as Markdown or as HTML, so that both say the same and escape alike.

Text that people typed comes in as runs or through `prose`, which knows a small part of Markdown: paragraphs, lists,
headings, fenced code, `code`, **bold** and links. Everything else in it reads as typed.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

import msgspec

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
    """What the document says about itself, set apart from what people wrote."""

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


# Reading what people typed

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_BULLET = re.compile(r"\s*[-*•]\s+(.*)")
_NUMBER = re.compile(r"\s*\d{1,3}[.)]\s+(.*)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+([^\s#].*?)(?:\s+#+)?\s*")
_SPAN = re.compile(
    r"(?P<ticks>`+)(?P<code>(?:[^`\n]|(?<!`)`+(?!`))+?)(?P=ticks)(?!`)"
    r"|\*\*(?P<strong>[^*\n]+)\*\*"
    r"|(?<!!)\[(?P<label>[^\[\]\n]+)\]\((?P<href>https?://[^\s()<>]+)\)"
)


def prose(text: str, *, plain: bool = False) -> list[Block]:
    """The blocks of a text that a person wrote. `plain` leaves all marks inside lines as they were typed."""
    blocks: list[Block] = []
    gathered: list[str] = []
    kind = ""

    def flush() -> None:
        nonlocal kind
        if gathered and kind == "paragraph":
            blocks.append(Paragraph(_spans(" ".join(gathered), plain)))
        elif gathered:
            blocks.append(Items(tuple(_spans(item, plain) for item in gathered), kind == "numbers"))
        gathered.clear()
        kind = ""

    lines = iter(clean(text).split("\n"))
    for line in lines:
        fence = _FENCE.match(line)
        bullet, number, heading = _BULLET.fullmatch(line), _NUMBER.fullmatch(line), _HEADING.fullmatch(line)
        if fence:
            flush()
            blocks.append(Code("\n".join(_until(lines, fence[1]))))
        elif not line.strip():
            flush()
        elif heading:
            flush()
            blocks.append(Heading(_spans(heading[1], plain)))
        elif bullet or number:
            found, wanted = (bullet, "bullets") if bullet else (number, "numbers")
            if kind != wanted:
                flush()
                kind = wanted
            gathered.append(found[1].strip() if found else "")
        elif gathered and (kind == "paragraph" or line[:1] in " \t"):
            # A list's item goes on in lines that are indented under it.
            if kind == "paragraph":
                gathered.append(line.strip())
            else:
                gathered[-1] += f" {line.strip()}"
        else:
            flush()
            kind = "paragraph"
            gathered.append(line.strip())
    flush()
    return blocks


def _until(lines: Iterable[str], fence: str) -> Iterable[str]:
    for line in lines:
        if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            return
        yield line


def _spans(text: str, plain: bool) -> Words:
    if plain:
        return (Run(text),)
    runs: list[Run] = []
    end = 0
    for found in _SPAN.finditer(text):
        if found.start() > end:
            runs.append(Run(text[end : found.start()]))
        if found["code"] is not None:
            runs.append(Run(found["code"].strip() or found["code"], "code"))
        elif found["strong"] is not None:
            runs.append(strong(found["strong"]))
        else:
            runs.append(Run(found["label"], href=found["href"]))
        end = found.end()
    if end < len(text) or not runs:
        runs.append(Run(text[end:]))
    return tuple(runs)


# Markdown


def to_markdown(blocks: Sequence[Block]) -> str:
    return "\n\n".join(_block_md(block) for block in blocks)


def _block_md(block: Block) -> str:
    match block:
        case Paragraph(words=said):
            return _first(words_md(said))
        case Heading(words=said):
            return f"**{' '.join(inline(run.text) for run in said)}**"
        case Remark(words=said):
            return f"> *{' '.join(inline(run.text) for run in said)}*"
        case Items(items=items, ordered=ordered):
            return "\n".join(
                f"{f'{n}.' if ordered else '-'} {_first(words_md(item))}" for n, item in enumerate(items, 1)
            )
        case Table(head=head, rows=rows):
            lines = [[inline(one) for one in head], ["---"] * len(head), *([words_md(c) for c in row] for row in rows)]
            return "\n".join(f"| {' | '.join(line)} |" for line in lines)
        case Code(text=text):
            longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
            fence = "`" * max(3, longest + 1)
            return f"{fence}text\n{text}\n{fence}"
        case Picture(mermaid=mermaid):
            return f"```mermaid\n{mermaid.rstrip()}\n```"


def words_md(said: Words) -> str:
    """Words on one line of Markdown, also of a table."""
    return "".join(_run_md(run) for run in said).strip()


def _run_md(run: Run) -> str:
    text = run.text
    if run.style == "code":
        longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
        fence = "`" * (longest + 1)
        pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
        return f"{fence}{pad}{' '.join(text.split()).replace('|', chr(92) + '|')}{pad}{fence}"
    # `inline` drops white space at both ends, which between two runs is meant.
    lead, tail = " " * (text[:1].isspace()), " " * (text[-1:].isspace() and bool(text.strip()))
    body = inline(text)
    if run.href:
        target = run.href.replace("|", "%7C").replace("\\", "%5C")
        return f"{lead}[{body}](<{target}>){tail}"
    mark = {"strong": "**", "em": "*"}.get(run.style, "")
    return f"{lead}{mark}{body}{mark}{tail}" if body else lead


def _first(line: str) -> str:
    """A line that begins no block by its first characters, which `inline` sees only at the start of its own text."""
    return line or "&nbsp;"


# HTML


def to_html(blocks: Sequence[Block]) -> str:
    return "\n".join(_block_html(block) for block in blocks)


def _block_html(block: Block) -> str:
    match block:
        case Paragraph(words=said):
            return f"<p>{words_html(said)}</p>"
        case Heading(words=said):
            return f"<h3>{words_html(said)}</h3>"
        case Remark(words=said):
            return f'<p class="remark">{words_html(said)}</p>'
        case Items(items=items, ordered=ordered):
            tag = "ol" if ordered else "ul"
            rows = "".join(f"<li>{words_html(item)}</li>" for item in items)
            return f"<{tag}>{rows}</{tag}>"
        case Table(head=head, rows=rows):
            top = "".join(f"<th>{escape(one)}</th>" for one in head)
            body = "".join(f"<tr>{''.join(f'<td>{words_html(cell)}</td>' for cell in row)}</tr>" for row in rows)
            return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
        case Code(text=text):
            return f"<pre>{escape(clean(text))}</pre>"
        case Picture(svg=svg):
            return f'<figure class="wide">{svg}</figure>'


def words_html(said: Words) -> str:
    """Words as HTML. A link's address stands in words: the page points nowhere outside itself."""
    parts = []
    for run in said:
        text = escape(clean(run.text))
        if run.href:
            text = f"{text} ({escape(run.href)})"
        tag = run.style
        parts.append(f"<{tag}>{text}</{tag}>" if tag else text)
    return "".join(parts)
