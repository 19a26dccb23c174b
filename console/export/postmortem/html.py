"""The postmortem as one HTML page that needs nothing else: no script, no font, no picture from anywhere."""

from datetime import datetime, tzinfo
from html import escape

from console.core.language.text import clean
from console.core.log.state import Incident
from console.export.blocks import to_html
from console.export.postmortem.document import Document, Form, document

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What the page may load, said to the browser itself: nothing but its own style."""

_STYLE = """
:root{color-scheme:light dark;--fg:#1b1f24;--bg:#fff;--soft:#56606d;--line:#d5dae1;--panel:#f4f6f8;--accent:#0b5cad}
@media (prefers-color-scheme:dark){:root{--fg:#e4e7eb;--bg:#101317;--soft:#98a2b0;--line:#2b333d;--panel:#171b21;
--accent:#6fb7ff}}
body{margin:0 auto;max-width:62rem;padding:2rem 1.25rem 4rem;background:var(--bg);color:var(--fg);
font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.2rem 0 .4rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0 0 1rem}
dt{color:var(--soft)}dd{margin:0}
.remark,.policy{color:var(--soft);font-style:italic}
.remark{border-left:3px solid var(--line);padding-left:.75rem}
nav ul{columns:2;padding-left:1.1rem;margin:.5rem 0 0}
a{color:var(--accent)}
.wide{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;min-width:60%}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600}
code,pre{font:14px/1.45 ui-monospace,monospace;background:var(--panel)}
code{padding:.1em .3em}pre{padding:.75rem;overflow-x:auto}
li{margin:.2rem 0}
svg{width:100%;min-width:44rem;height:auto}
@media print{nav{display:none}body{max-width:none}}
"""


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
            f"<style>{_STYLE}</style>",
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
