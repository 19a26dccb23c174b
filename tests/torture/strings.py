"""Hostile texts in every field of every kind of event, and all that is made of them.

`python -m tests.torture strings [COUNT]`; COUNT texts are written, 100,000 by itself. Every export and every view of
the shell is asked of each log: no character in them that a terminal obeys, no tag or attribute in the page that is not
in one of plain words, no HTML out of the Markdown. Of some logs the console itself is opened in a terminal and each
byte that it writes is looked at, and the page is opened in Chromium, where there is one: no script of a text runs.
"""

import csv
import io
import json
import random
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from console.cli.transfer import EXPORT_FORMS
from console.core.log.event import Event
from console.core.log.registry import KINDS
from console.store.log import Log
from tests.app.terminal import terminal
from tests.cli.shell import Warroom
from tests.core.bodies import body_of
from tests.core.story import START
from tests.memory import memory
from tests.store.making import INCIDENT
from tests.store.test_erased_everywhere import ABOUT

MARK = "6661"
"""In each sequence for a terminal, so that one which came through is known from the console's own."""

FRAGMENTS = (
    f"\x1b[{MARK}m", f"\x1b[{MARK};1H", f"\x1b]52;c;{MARK}\x07", f"\x1b]0;{MARK}\x1b\\", f"\x1bP{MARK}q\x1b\\",
    f"\x9b{MARK}m", f"\x9d0;{MARK}\x9c", "\x00", "\x07", "\x08\x08\x08", "\x7f", "\r", "\r\n", "\n", "\n\n", "\t",
    "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\u2069", "\u200f", "\u200b", "\ufeff", "\ufffe",
    "e" + "\u0301" * 40, "<script>document.title='6661'</script>", "<img src=x onerror=\"document.title='6661'\">",
    "<svg onload=alert(6661)>", "\"><b id=6661>", "' onmouseover='document.title=6661",
    "</title></style></script><script>document.title=6661</script>", "<!--", "-->", "<![CDATA[", "&lt;script&gt;",
    "&#60;script&#62;", "javascript:document.title=6661", "[x](javascript:document.title=6661)",
    "![x](x\"onerror=\"document.title=6661)", "<javascript:alert(6661)>",
    "http://e/<img src=x onerror=document.title=6661>", "www.e.com/<script>6661</script>",
    "[a]: javascript:alert(6661)", "```\n", "~~~", "    indented", "# heading", "> quote", "- item", "1. item",
    "| a | b |", "---", "***", "`", "\\", "|", "[/x]", "[@click=app.quit]no[/]", "[bold]", "{{ 7 * 7 }}", "{% raw %}",
    "${x}", "%s%n", "=1+1", "+1", "-1", "@SUM(1)", "'; DROP TABLE event; --", "\u0000", "\U0001f469\u200d\U0001f467",
    "\ue0b0", "\u05e9\u05d2\u05d9\u05d0\u05d4", "a" * 300,
)  # fmt: skip

OBEYED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\ud800-\udfff]"
)
"""Characters that no output may hold: controls but newline and tab, and those that turn or hide their neighbours."""

WRITTEN_BY_THE_CONSOLE = re.compile(
    rb"\x1b\[[0-9;:?<>=$]*[A-Za-z]|\x1b\](?:0|2|22);[^\x00-\x1f\x7f]*(?:\x07|\x1b\\)|\x1b[78=>]|\x1b_.*?\x1b\\"
)

_ATTRIBUTES = {
    "a": "class href", "circle": "class cx cy r", "div": "class", "figure": "class", "html": "lang",
    "line": "class x1 x2 y1 y2",
    "meta": "charset content http-equiv name", "p": "class", "rect": "class height rx width x y", "section": "id",
    "li": "id", "svg": "aria-label class role viewbox xmlns", "text": "class text-anchor x y", "tspan": "class",
    "ol": "start",
}  # fmt: skip
_BARE = (
    "blockquote body br code dd dl dt em h1 h2 h3 h4 h5 h6 head header hr li nav pre strong style table tbody td th"
    " thead title tr ul"
)
PAGE_TAGS = {tag: set(_ATTRIBUTES.get(tag, "").split()) for tag in (*_ATTRIBUTES, *_BARE.split())}
"""The tags that the page is made of, and the names of their attributes."""

OUR_HTML = re.compile(r"\s*(<br ?/?>|<!-- .* -->|</?(details|summary|sub|sup)>)\s*")
MARKDOWN = ("handoff", "brief", "postmortem", "rca", "timeline")

VIEWS = (
    ( "show",), ( "show", "--json"), ( "clocks",), ( "advice",), ( "list", "--all"), ( "publish", "list"),
    ( "actions",), ( "fixes",),
)  # fmt: skip


class Texts:
    """Hostile texts, counted."""

    def __init__(self, chance: random.Random) -> None:
        self.count, self._chance = 0, chance

    def __call__(self) -> str:
        self.count += 1
        words = (self._chance.choice(FRAGMENTS) for _ in range(self._chance.randint(1, 4)))
        return self._chance.choice(("", " ", "word ")).join(words)


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: defaultdict[str, set[str]] = defaultdict(set)
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href")}


def page_of(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    tags.close()
    return tags


def write(path: Path, data: st.DataObject, texts: Texts) -> None:
    """A log with an event of each kind, every text of it hostile."""
    first = ("incident_declared", "entry_logged", "update_posted")
    kinds = [*first, *(kind for kind in KINDS if kind not in (*first, "entry_redacted", "undone"))]
    bodies = {kind: data.draw(body_of(KINDS[kind], texts, ABOUT)) for kind in kinds}
    events = [
        Event(kind, INCIDENT, "elsewhere", place, place, "mo", START, START, body)
        for place, (kind, body) in enumerate(bodies.items(), start=1)
    ]
    with Log.open(path) as log:
        log.import_events(events)


class Tried:
    """The documents made of one log after another, and how often."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.figures = folder, Counter[str]()
        self.pages: list[Path] = []

    def shell(self, path: Path) -> Warroom:
        return Warroom(path, WARROOM_CONFIG=str(self.folder / "config"))

    def look(self, path: Path) -> None:
        """Ask for each export and view."""
        shell = self.shell(path)
        for export in EXPORT_FORMS:
            status, out, err = shell.here("export", INCIDENT, export)
            assert status in (0, 1), f"{export}: {err}"
            self._harmless(export, out + err)
            if not status:
                self._form(export, out)
            self.figures["exports"] += 1
        for view in VIEWS:
            more = () if view[0] in ("list", "publish", "actions", "fixes") else (INCIDENT,)
            status, out, err = shell.here(view[0], *more, *view[1:])
            assert status in (0, 1), f"{view}: {err}"
            self._harmless(" ".join(view), out + err)
            self.figures["views"] += 1

    def _harmless(self, what: str, out: str) -> None:
        assert "Traceback" not in out, f"{what}: {out}"
        found = OBEYED.search(out)
        assert found is None, f"{what}: {found[0]!r} in {out[max(0, found.start() - 60) : found.end() + 60]!r}"

    def _form(self, export: str, out: str) -> None:
        if export == "json":
            json.loads(out)
        elif export == "csv":
            for row in csv.reader(io.StringIO(out)):
                for cell in row:
                    assert not cell.startswith(("=", "+", "-", "@")), f"csv: {cell!r} starts a formula"
        elif export == "html":
            page = page_of(out)
            assert page.tags.keys() <= PAGE_TAGS.keys(), page.tags.keys() - PAGE_TAGS.keys()
            for tag, names in page.tags.items():
                assert names <= PAGE_TAGS[tag], f"{tag}: {names - PAGE_TAGS[tag]}"
            assert all(
                link.startswith(("#", "http://", "https://", "data:image/", "mailto:")) for link in page.links
            ), page.links
            file = self.folder / f"page{self.figures['pages']}.html"
            file.write_text(out, encoding="utf-8")
            self.pages = [*self.pages[-199:], file]
            self.figures["pages"] += 1
        elif export in MARKDOWN:
            html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(out)
            raw = [
                token.content for block in html for token in (block, *(block.children or ())) if "html" in token.type
            ]
            assert all(
                re.fullmatch(r"\s*(<br ?/?>|<!-- .* -->|</?(details|summary|sub|sup)>)\s*", tag) for tag in raw
            ), f"{export}: {raw}"

    def opened(self, path: Path) -> None:
        """The console on this log, in a terminal, from view to view."""
        with terminal(path, INCIDENT, size=(200, 60)) as shown:
            shown.until(INCIDENT.encode())
            for keys in ("\x1bw", "\x1b", "\x1b", "\x1b[A", "\r", "\x1b", "\x1b", "q"):
                shown.types(keys)
                for _ in range(3):
                    shown.reads()
            shown.types("\x11")
            shown.ends()
        sequences = WRITTEN_BY_THE_CONSOLE.findall(shown.seen)
        through = [sequence for sequence in sequences if sequence.startswith(b"\x1b[") and MARK.encode() in sequence]
        assert not through, f"a sequence came through: {through}"
        # A title is text between two bytes that begin it and one or two that end it.
        titles = b" ".join(
            sequence[2:].rstrip(b"\x07\x1b\\") for sequence in sequences if sequence.startswith(b"\x1b]")
        )
        left = titles + WRITTEN_BY_THE_CONSOLE.sub(b"", shown.seen)
        self._harmless("the console", left.decode(errors="surrogateescape").replace("\r", ""))
        self.figures["consoles"] += 1
        self.figures["bytes of the screen"] += len(shown.seen)

    def browsed(self, chromium: str) -> None:
        """The newest pages, in a browser that runs scripts."""
        for file in self.pages[:: max(1, len(self.pages) // 20)]:
            command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", file.as_uri()]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
            title = re.search(r"<title>(.*?)</title>", done.stdout, re.DOTALL)
            assert title is not None, file
            assert title[1].strip() != MARK, f"{file}: a script ran"
            assert 'id="6661"' not in done.stdout, f"{file}: a tag came through"
            self.figures["pages in Chromium"] += 1


def tried(folder: Path, count: int, number: int, *, consoles: int, browser: str | None = None) -> Counter[str]:
    """So many texts; every `consoles`-th log is opened in a terminal, and some pages in the browser."""
    log, texts = Tried(folder), Texts(random.Random(number))
    path = folder / "log.sqlite"

    drawn = settings(max_examples=1, phases=[Phase.generate], deadline=None, database=None)

    @drawn
    @given(st.data())
    def write_one(data: st.DataObject) -> None:
        write(path, data, texts)

    while texts.count < count:
        for file in folder.glob("log.sqlite*"):
            file.unlink()
        seed(number := number + 1)(write_one)()
        log.look(path)
        if log.figures["logs"] % consoles == 0:
            log.opened(path)
        log.figures["logs"] += 1
    if browser:
        log.browsed(browser)
    log.figures["texts"] = texts.count
    return log.figures


def main(count: int = 100_000, number: int = 1) -> str:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        figures = tried(Path(folder), count, number, consoles=20, browser=shutil.which("chromium"))
    said = ", ".join(f"{figures[name]:,} {name}" for name in sorted(figures))
    return f"strings: {said}: 0 obeyed, 0 tags, 0 tracebacks; {time.perf_counter() - started:.0f} s"
