"""The postmortem as one HTML page that needs nothing else: no script, no font, no picture from anywhere."""

from datetime import datetime, tzinfo
from html import escape

from console.core.language.text import clean
from console.core.log.state import Incident
from console.export.blocks import to_html
from console.export.postmortem.document import Document, Form, document
from console.resources import style_sheet

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The browser is told that the page loads nothing but its own style."""


def page(state: Incident, now: datetime, zone: tzinfo, *, named: bool = False, form: Form = "postmortem") -> str:
    """The whole page. All text is escaped; the only links are those of its contents to its own chapters."""
    made = document(state, now, zone, named=named, form=form)
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape(clean(made.title, multiline=False))}</title>",
            f"<style>\n{style_sheet('postmortem_page.css')}</style>",
            "</head>",
            "<body>",
            _head(made),
            *(_chapter(chapter.id, chapter.title, to_html(chapter.blocks)) for chapter in made.chapters),
            "</body>",
            "</html>\n",
        )
    )


def _head(made: Document) -> str:
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(clean(value))}</dd>" for name, value in made.facts)
    remarks = "".join(f'<p class="policy">{escape(remark)}</p>' for remark in made.remarks)
    links = "".join(f'<li><a href="#{chapter.id}">{escape(chapter.title)}</a></li>' for chapter in made.chapters)
    title = escape(clean(made.title, multiline=False))
    return f"<header><h1>{title}</h1><dl>{facts}</dl>{remarks}<nav><ul>{links}</ul></nav></header>"


def _chapter(id: str, title: str, body: str) -> str:
    return f'<section id="{id}"><h2>{escape(title)}</h2>\n{body}\n</section>'
