"""Texts of any size in the shapes that cost most to read."""

from collections.abc import Callable
from itertools import count, takewhile
from string import ascii_lowercase

Part = str | Callable[[int], str]
"""The lines that a text goes on with: the same again and again, or another one each time, by its number."""


def _word(number: int) -> str:
    """A word that no other number has."""
    rest, letter = divmod(number, 26)
    return (_word(rest) if rest else "") + ascii_lowercase[letter]


def _clock(number: int) -> str:
    return f"{number // 60 % 24:02}:{number % 60:02}"


def _wide_table(head: str, cell: str, rows: str) -> Part:
    """A table whose first row is half of what the text is, and whose others are as short as can be."""
    return lambda number: head + cell * 3000 + "\n" + rows * 1500


SHAPES: dict[str, tuple[str, Part, str]] = {
    "entries": ("", "- 14:30 UTC: something happened here #deploy\n  and this line goes on\n", ""),
    "entries, no two alike": ("", lambda at: f"- {_clock(at)} UTC: something {_word(at)} happened here\n", ""),
    "dated, no two alike": ("", lambda at: f"2024-03-{at // 1440 % 28 + 1:02} {_clock(at)} {_word(at)}\n", ""),
    "prose": ("", "Some prose, with commas, and times all over the place in it: 14:30.\n", ""),
    "prose, no two alike": ("", lambda at: f"Some prose, with {_word(at)}, and times in it: {_clock(at)}.\n", ""),
    "short lines": ("", "1\n", ""),
    "short words, no two alike": ("", lambda at: f"{_word(at)}\n", ""),
    "one line": ("14:30 ", "x", ""),
    "one line of words": ("At 14:30 ", "word, ", ""),
    "digits": ("", "1", ""),
    "spaces": ("", " ", "14:30 x"),
    "tabs": ("", "\t", ""),
    "newlines": ("14:30 x", "\n", ""),
    "stars": ("", "*", ""),
    "bars": ("", "|", ""),
    "brackets": ("# ", "(", ""),
    "emphasis": ("", "_*", ""),
    "lone surrogates": ("14:30 ", "\ud800", ""),
    "bidi": ("", "\u202e14:30\u202d\n", ""),
    "right to left": ("", "14:30 \u062d\u062f\u062b \u0634\u064a\u0621 \u0647\u0646\u0627\n", ""),
    "marks": ("14:30 a", "\u0301", ""),
    "headings": ("", "# 14:30\n", ""),
    "days alone": ("# Outage\n", "2024-03-05\n", ""),
    "days that alternate": ("", "2024-01-01 14:30 a\n2024-06-01 14:30 b\n", ""),
    "wrong weekdays": ("", "Mon 2019-07-02 14:30 UTC a\n", "2019-07-02 14:30 PST a\n" * 100),
    "back and forth": ("", "23:00 a\n1:00 b\n", ""),
    "newest first": ("", lambda at: f"{_clock(1439 - at % 1440)} {_word(at)}\n", ""),
    "statements": ("", "all times are PDT\n", ""),
    "counted": ("T+5 x\n", "T0 ", ""),
    "moments at the end": ("", "- a 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8 i 9 j 10 k 11 l 12 14:30x\n", ""),
    "code below an entry": ("14:30 x\n", "\n```\na\n```\n", ""),
    "open fences": ("", lambda at: f"{'`' * (200 - at % 197)}a\n", ""),
    "quotes below an entry": (f"{' ' * 2000}14:30 x\n", "> a\n", ""),
    "labels in a chat": ("[9:12 AM] Ana Lopez\nhi\n[9:13 AM] Bo Chen\nhi\n", "\nImpact: x\n", ""),
    "chat": ("", "Ana Lopez  9:12 AM\nhello there\n", ""),
    "table": ("| Time | What |\n|---|---|\n", "| 14:30 | x |\n", ""),
    "table heads": ("", "| Time | What |\n|---|---|\n| 14:30 | x |\n\n", ""),
    "wide table": ("", _wide_table("|", "a|", "|\n"), ""),
    "wide csv": ("", _wide_table("time,", "a,", "14:30,b\n"), ""),
    "wide csv lines": ("", f"{'1,' * 500}\n", ""),
    "csv, no two alike": ("time,event\n", lambda at: f"2024-03-05 {_clock(at)},{_word(at)}\n", ""),
    "quotes in csv": ("time,event\n", '14:30,"""\n', ""),
    "open quote in csv": ('time,event\n14:30,"', "a\n", ""),
    "commas in csv": ("time,event\n14:30", ",", ""),
    "columns by blanks": ("", "\ntime  event  x\n14:30  a  b\n", ""),
    "json lines": (
        "",
        '{"at": "2019-07-02T14:30:00Z", "who": {"id": "1", "name": "ana"}, "text": "something happened"}\n',
        "",
    ),
    "json": ("[", '{"at": "2019-07-02T14:30:00Z", "tags": ["a", "b"], "text": "something happened"},\n', "{}]"),
    "keys of their own": ("", lambda at: f'{{"at": "2019-07-02T14:30:00Z", "text": "a b c d", "k{at}": 1}}\n', ""),
    "yaml": ("", lambda at: f"- at: 2019-07-02 14:30\n  text: {_word(at)}\n", ""),
    "yaml value": ("- at: 2019-07-02 14:30\n  x: y\n- at: 2019-07-02 14:30\n  text: |\n", "    a\n", ""),
    "mails of a thread": ("", "> On Wed, Oct 14, 2026 at 11:32 AM Ana Lopez <a@x.test> wrote:\n>> lost\n", ""),
    "braces": ("", "{\n", ""),
    "html": ("<html><body><ul>", "<li><time datetime='2019-07-02T14:30Z'>x</time> it <b>happened</b></li>\n", ""),
    "html table": ("<html><table>", "<tr><td>14:30</td><td>something happened</td></tr>\n", ""),
    "html in markdown": ("# Outage\n", "<li><b>14:30</b> a</li>\n\n- <b>14:31</b> b\n\n", ""),
    "open lists in markdown": ("# Outage\n", "<ul>\n\n14:30 a\n\n", ""),
    "deep html": ("<html>", "<table><tr><td><div>", ""),
    "wide html table": (f"<html><table><tr>{'<td>a' * 199}", "<tr><td>14:30", ""),
    "asciidoc": ("= Outage\n:toc:\n\n== Timeline\n\n", "* 14:30 something _happened_ https://x.test/a[here]\n", ""),
    "asciidoc cell": ("= Outage\n\n== Timeline\n\n|===\n|a\n", "b\n", "|===\n"),
    "restructuredtext": ("====\nSome\n====\n\n.. contents::\n\n:A: b\n", "* 14:30 it ``happened`` :ref:`x <y>`\n", ""),
    "restructuredtext cell": (".. note:: a\n\n.. list-table::\n\n   * - a\n", "       b\n", ""),
    "mediawiki": ("== Outage ==\n\n== Timeline ==\n", "* 14:30 '''it''' happened to [[a|b]] {{c|d}}\n", ""),
    "mediawiki cell": ("== Outage ==\n\n== Timeline ==\n{|\n|-\n|a\n", "b\n", "|}\n"),
    "wide jira table": ("h1. Outage\nh2. Timeline\n||a||b||\n", _wide_table("|", "a|", "|a|\n"), ""),
}
"""The beginning of each text, the line that it goes on with, and its end."""


def text(shape: str, size: int) -> str:
    """A text of about `size` bytes, or of once what it goes on with."""
    head, part, end = SHAPES[shape]
    parts = map(part, count()) if callable(part) else (part for _ in count())
    left = [size - len((head + end).encode("utf-8", "surrogatepass"))]

    def fits(more: str) -> bool:
        before, left[0] = left[0], left[0] - len(more.encode("utf-8", "surrogatepass"))
        return before > 0

    return head + "".join(takewhile(fits, parts)) + end
