"""The postmortem as one HTML page that needs nothing else: no script, no font, no picture from anywhere."""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from hashlib import sha256
from html import escape

from console.core.language.grounds import SENTENCE_END, numbers_in, unmarked
from console.core.language.text import clean
from console.core.log.event import Event
from console.core.log.grounds import event_of, is_event, traced
from console.core.log.state import Incident
from console.export.blocks import to_html
from console.export.postmortem.document import Document, Form, document
from console.resources import style_sheet

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The browser is told that the page loads nothing but its own style."""


def page(state: Incident, now: datetime, zone: tzinfo, *, named: bool = False, form: Form = "postmortem") -> str:
    """The whole page. All text is escaped; the only links are those of its contents to its own chapters."""
    return whole_page(document(state, now, zone, named=named, form=form))


def whole_page(made: Document, *, style: str = "postmortem_page.css", script: str = "") -> str:
    """A document as a page of its own; `page` of any other document. `script` is the only one that may run in it."""
    runs = f"; script-src {script_digest(script)}" if script else ""
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}{runs}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape(clean(made.title, multiline=False))}</title>",
            f"<style>\n{style_sheet(style)}</style>",
            "</head>",
            "<body>",
            _head(made),
            *(_chapter(chapter.id, chapter.title, to_html(chapter.blocks)) for chapter in made.chapters),
            *([f"<script>{script}</script>"] if script else ()),
            "</body>",
            "</html>\n",
        )
    )


def script_digest(script: str) -> str:
    """The source of a page's own script, as its policy names it."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def linked_page(
    log: Sequence[Event], ref: str, now: datetime, zone: tzinfo, *, named: bool = False, form: Form = "postmortem"
) -> str:
    """The page of an incident's events, with each sentence linked to the lines of the timeline that it stands on."""
    marked = traced(ref, log, now)
    whole = page(marked.state, marked.now, zone, named=named, form=form)
    before, opening, rest = whole.partition('<section id="timeline">')
    timeline, closing, after = rest.partition("</section>")
    anchored: set[str] = set()

    def line(item: re.Match[str]) -> str:
        ids = [event_of(ground) for number in numbers_in(item[0]) if is_event(ground := marked.grounds[number])]
        if not ids or ids[0] in anchored or not _ANCHOR.fullmatch(ids[0]):
            return item[0]
        anchored.add(ids[0])
        return f'<li id="entry-{ids[0]}">{item[1]}</li>'

    def element(item: re.Match[str]) -> str:
        sentences = (f"{sentence}{links(numbers_in(sentence))}" for sentence in _SENTENCE_END.split(item[3]))
        return f"<{item[1]}{item[2]}>{''.join(sentences)}</{item[1]}>"

    def links(numbers: Iterable[int]) -> str:
        ids = dict.fromkeys(event_of(marked.grounds[number]) for number in numbers)
        entries = map(marked.state.entries.get, ids)
        cited = sorted(
            (entry for entry in entries if entry and entry.id in anchored), key=lambda entry: entry.occurred_at
        )
        return "".join(
            f' <a class="stands-on" href="#entry-{entry.id}">{entry.occurred_at.astimezone(zone):%H:%M}</a>'
            for entry in cited
        )

    timeline = _LINE.sub(line, timeline)
    linked = (_ELEMENT.sub(element, before), opening, timeline, closing, _ELEMENT.sub(element, after))
    return unmarked("".join(linked))


_LINE = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_ELEMENT = re.compile(r"<(p|li|td|dd)((?: [^>]*)?)>(.*?)</\1>", re.DOTALL)
_SENTENCE_END = re.compile(SENTENCE_END)
_ANCHOR = re.compile(r"[0-9A-Za-z_-]+")


def _head(made: Document) -> str:
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(clean(value))}</dd>" for name, value in made.facts)
    remarks = "".join(f'<p class="policy">{escape(remark)}</p>' for remark in made.remarks)
    links = "".join(f'<li><a href="#{chapter.id}">{escape(chapter.title)}</a></li>' for chapter in made.chapters)
    title = escape(clean(made.title, multiline=False))
    return f"<header><h1>{title}</h1><dl>{facts}</dl>{remarks}<nav><ul>{links}</ul></nav></header>"


def _chapter(id: str, title: str, body: str) -> str:
    return f'<section id="{id}"><h2>{escape(title)}</h2>\n{body}\n</section>'
