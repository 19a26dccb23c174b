"""Reading a timeline of a megabyte, of whatever shape; goal: at most twice what ten texts of a tenth of its size take.

`python -m benchmarks.intake`. A cost that grows as the square of the text would be ten times the floor.
"""

import time
from datetime import UTC, date, datetime

from benchmarks.result import Result
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MEGABYTE = 1_000_000

SHAPES: dict[str, tuple[str, ...]] = {
    "entries": ("", "- 14:30 UTC: something happened here #deploy\n  and this line goes on\n"),
    "prose": ("", "Some prose, with commas, and times all over the place in it: 14:30.\n"),
    "short lines": ("", "1\n"),
    "one line": ("14:30 ", "x"),
    "digits": ("", "1"),
    "spaces": ("", " ", "14:30 x"),
    "stars": ("", "*"),
    "bars": ("", "|"),
    "table": ("| Time | What |\n|---|---|\n", "| 14:30 | x |\n"),
    "quotes in csv": ("time,event\n", '14:30,"""\n'),
    "open quote in csv": ('time,event\n14:30,"', "a\n"),
    "commas in csv": ("time,event\n14:30", ","),
    "headings": ("", "# 14:30\n"),
    "brackets": ("# ", "("),
    "statements": ("", "all times are PDT\n"),
    "back and forth": ("", "23:00 a\n1:00 b\n"),
    "lone surrogates": ("14:30 ", "\ud800"),
    "bidi": ("", "\u202e14:30\u202d\n"),
    "emphasis": ("", "_*"),
    "json lines": (
        "",
        '{"at": "2019-07-02T14:30:00Z", "who": {"id": "1", "name": "ana"}, "text": "something happened"}\n',
    ),
    "json": ("[", '{"at": "2019-07-02T14:30:00Z", "tags": ["a", "b"], "text": "something happened"},\n', "{}]"),
    "html": ("<html><body><ul>", "<li><time datetime='2019-07-02T14:30Z'>x</time> it <b>happened</b></li>\n"),
    "html table": ("<html><table>", "<tr><td>14:30</td><td>something happened</td></tr>\n"),
    "asciidoc": ("= Outage\n:toc:\n\n== Timeline\n\n", "* 14:30 something _happened_ https://x.test/a[here]\n"),
    "restructuredtext": ("====\nSome\n====\n\n.. contents::\n\n:A: b\n", "* 14:30 it ``happened`` :ref:`x <y>`\n"),
    "mediawiki": ("== Outage ==\n\n== Timeline ==\n", "* 14:30 '''it''' happened to [[a|b]] {{c|d}}\n"),
}
"""How each text begins, what it goes on with, and how it ends."""


def text(shape: str, size: int) -> str:
    """A text of about `size` bytes."""
    head, more, *end = SHAPES[shape]
    return head + more * (size // len(more.encode("utf-8", "surrogatepass"))) + "".join(end)


def seconds(whole: str) -> float:
    begin = time.perf_counter()
    read_timeline(whole, now=NOW, zone=UTC, base_date=date(2019, 7, 2))
    return time.perf_counter() - begin


def run() -> list[Result]:
    results = []
    for shape in SHAPES:
        tenth = text(shape, MEGABYTE // 10)
        floor = sum(seconds(tenth) for _ in range(10))
        ours = seconds(text(shape, MEGABYTE))
        results.append(Result(f"read a megabyte: {shape}", ours * 1000, floor * 1000, "ms", "ten tenths", 2.0))
    return results


if __name__ == "__main__":
    for result in run():
        print(result.line())
