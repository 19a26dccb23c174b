"""The start from which a text counts its times: "T0 = 14:00 UTC", "started 14:00 UTC"."""

import re
from datetime import timedelta

from console.intake.clocks import COUNTED, WINDOW
from console.intake.stamps import SIGN, WORD_BEGINS, Stamp, TimedText, moment_at, timed_text

_COUNTED_LINE = re.compile(
    r"[\n|,;\t](?:"
    rf"(?<=\n)[^\w\n+-]{{0,8}}(?:[-*]\s+)?\W{{0,4}}(?:[TH]0?\s?(?:{SIGN}|(?:plus|minus)\s)\s?\d|T0\b|\+\s?\d)"
    r"|(?<!\n)\s?(?:T\s?)?\+\s?\d|\s?(?:T\s?\+|\u0394t?)(?:\s?\([^()\n]{1,20}\))?\s?[|,;\t]"
    r"|[ \t]{0,8}(?:time[ \t])?(?i:offset|elapsed|relative|delta|"
    r"min(?:ute[ns]?|s)?[ \t](?:after|since|from|nach|seit)[ \t](?:the[ \t])?\w{1,20})(?![^|,;\t\n(]*[^|,;\t\n( ]))"
)
"""With the end of the line above: a search is fastest with a set of characters at its beginning."""
_BEGINNINGS = (
    r"start(?:ed|s|ing)?(?:_(?:at|time))?|began|begin(?:s|n|ning)?|onset|begonnen|aanvang|d\u00e9but|in[i\u00ed]cio|inizio|pocz\u0105tek"
    r"|ba\u015flang\u0131\u00e7|\u043d\u0430\u0447\u0430\u043b\u043e|\u767a\u751f|\u958b\u59cb|\u53d1\u751f|\u5f00\u59cb|\uc2dc\uc791"
)
_START = re.compile(
    r"\b(?:(?P<t0>T\s?[+-]?\s?(?:0{1,2}(?::00)?(?!\d|:\d|\s?[hms](?:\b|in|our|ec))|\u2080)|T[\s-]?zero|zero\shour|h?ora\s(?:cero|zero)|stunde\snull"
    r"|heure\sz\u00e9ro|H-hour|T(?=\s?=\s|:\s\d|\sis\s\d)|(?<=\()T(?=\)))"
    rf"|{_BEGINNINGS})\b"
    r"[ \t:=()*_`,|\uff1a\uff1d]{0,6}"
    r"(?:(?:is|was|at|time|on|of|the|incident|outage|impact)\b[ \t:=(*_`]{0,6}){0,4}(?=[\w~@]|$)",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?:T\s?(?:[+-]?\s?[0\u2080]|zero)?|zero\shour|H-hour)[*_`]{0,3}\s?"
    r"(?:=|:[*_`]{0,3}\s?(?=\d)|\s(?:is|was|ist|war|est|es|\u00e8|\u00e9|means)\b)",
    re.IGNORECASE,
)

_ONLY_START = re.compile(
    rf"\W*(?:(?:the|incident|outage|impact|event|of)\W){{0,3}}(?:{_BEGINNINGS})(?:\W(?:of|the|incident|outage|impact|event)){{0,3}}\W*",
    re.IGNORECASE,
)


def is_only_start(text: str) -> bool:
    """Whether the words say no more than that something started."""
    return _ONLY_START.fullmatch(text) is not None


def names_start(content: str) -> bool:
    """Whether the line names the start that others count from: "Start of impact (T0): 18:37 UTC"."""
    starts = _START.finditer(content[:WINDOW])
    return any(
        match["t0"] and (content[: match.start()].strip("*_`") or _SAYS.match(content, match.start()))
        for match in starts
    )


_ZERO = Stamp(None, COUNTED, None, "", "", after=timedelta())
_BARE = re.compile(r"[*_`]{0,3}T(?=[*_`]{0,3}\s?(?::[*_`]{0,3}\s|[\u2013\u2014|-]\s)\s?[^\W\d])")
"""The start by its letter alone, before what happened then: "T: queue stops"."""

_APART = re.compile(r"(?:\s[\u2013\u2014|-]|:)\s{1,3}\W{0,3}$")


def at_start(content: str) -> TimedText | None:
    """The line as of what happened at the start that it names: "T0 = 14:00 UTC: queue stops", "T: queue stops"."""
    bare = _BARE.match(content)
    says = None if bare else _SAYS.match(content)
    begin = bare.end() if bare else says.end() if says else 0
    timed = timed_text(f"T0{content[begin:]}" if bare else content[begin:]) if begin else None
    # "T0 = 14:00 UTC, when it broke" says no more of it.
    between = content[begin : -len(timed.text)] if timed and timed.text else ""
    labelled = says and ":" in says[0] and between.rstrip()[-1:].isalnum()
    apart = not between or labelled or _APART.search(between)
    return timed._replace(stamp=_ZERO) if timed and apart else None


def counts_from_start(text: str) -> bool:
    """Whether lines or cells of the text count their times from a start."""
    return _COUNTED_LINE.search(f"\n{text}") is not None


def start_in(text: str) -> Stamp | None:
    """The moment that the text names as its start: "T0 = 14:00 UTC" before "started 14:00 UTC"."""
    started: Stamp | None = None
    for line in text.split("\n"):
        beside: list[Stamp | None] = []
        for match in _START.finditer(line):
            stamp = _time_at(line, match.end())
            if stamp is None and match["t0"]:
                # The moment may stand before the name of the start; it is the same for all names on the line.
                beside = beside or [moment_in(line)]
                stamp = beside[0]
            if stamp and match["t0"]:
                return stamp._replace(after=None)
            started = started or stamp
    return started


def moment_in(line: str) -> Stamp | None:
    """The first moment with a time of day that stands anywhere in the line."""
    starts = (at.start() for at in WORD_BEGINS.finditer(line[:WINDOW]))
    return next(filter(None, (_time_at(line, start) for start in starts)), None)


def _time_at(line: str, position: int) -> Stamp | None:
    """The moment there, with a time of day that is not counted."""
    read = moment_at(line[position : position + WINDOW], 0)
    return read[0] if read and read[0].time and read[0].time is not COUNTED else None
