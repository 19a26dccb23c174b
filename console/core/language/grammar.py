r"""The scribe's line: `[when] [marker] text… [#tag]… [@person]…`, or `[when] /word argument`.

when    -4m  4m ago  14:32  14:32:10  14.32  2pm  ~14:32  at 14:32  yesterday 23:50  2026-11-21 14:32, each also with Z,
        ±hh:mm or a zone's name, in brackets or behind a bullet; it may also stand behind the marker
marker  !  decision   >  action taken   *  finding   ?  hypothesis   +  task   (none)  note
/word   a command; //word logs text that begins with a slash
\       before anything of these logs it as text: \-4x, \! bang
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from difflib import get_close_matches
from types import MappingProxyType
from typing import Literal

import msgspec

from console.core.language.grounds import unmarked
from console.core.language.lookalikes import AMOUNT
from console.core.language.names import name_key
from console.core.language.pattern import late
from console.core.language.text import MAX_NAME_CHARS, clean
from console.core.language.time_forms import LENGTH, time_form, times_inside
from console.core.language.times import format_length, local_pair, parse_duration
from console.core.language.when import Ahead, When, readings, reads_as_time, take_ahead, take_due, take_when
from console.core.language.zones import zone_at
from console.core.refusal import Refused

Kind = Literal["note", "decision", "action", "finding", "hypothesis", "task"]

MARKERS: dict[str, Kind] = {"!": "decision", ">": "action", "*": "finding", "?": "hypothesis", "+": "task"}
"""The marker before the text, and the kind of entry that it makes; without one it is a note."""

# These read as a marker also when a letter or a time follows at once. "*bold*" and "+x" are text.
_GLUED_MARKERS = "!>*?"
_EMPHASIS_END = late(r"\S\*")
_GLUED_TIME = late(r"-[0-9]|[0-9]{1,2}:[0-9]{2}")

# Letters with their accents and vowel signs, which \w leaves out.
_LETTERS = r"\w\u0300-\u036f\u0900-\u0eff"
_WORD_START = r"(?<![^\s(\[{\"'“‘«,;:])"
# "#waf/#cdn" are two; "@jo@example.social" is the address of nobody here.
_NAME = rf"[^\W\d_](?:[{_LETTERS}.\-]|/(?![#@]))*+"
_TAG = late(rf"{_WORD_START}#({_NAME}(?:[/|+&]#{_NAME})*)")
_PERSON = late(rf"{_WORD_START}@({_NAME}(?:[/|+&]@{_NAME})*)(?!@)")
_LEADING_PEOPLE = late(rf"(?:@{_NAME}(?:[/|+&]@{_NAME})*[,:]?(?:\s+|$))+")
_TRAILING = "-_/."

NOTHING_MEANT: Mapping[str, str] = MappingProxyType({})
"""No line for any other word."""

EVERYBODY = frozenset({"here", "channel", "all", "everyone"})
"""Words behind an @ that call a whole channel in a chat: no persons."""

_HEX = late(r"[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8}")
# What has the digits of a colour and is a word all the same: cafe, add, db1.
_HEX_WORD = late(r"(?=.*[ae])(?!.*(?:(.)\1\1|(..)\2\2))[a-f]+|[a-f]{2}[0-9]")

_SLASH_WORD = late(r"/([^\W\d_][\w-]*)?(?=\s|$)")
# A backslash counts only before what it keeps from being read, so that \\server\share stands as it is.
_ESCAPED = late(r"\\(?=[!>*?+/\-\u2212–—:;,|\d]|(?:yesterday|today|tomorrow|Z|[ap]\.?m)\b)", re.IGNORECASE)

_STAR = late(r"\*\s+(?=\S)")


class Line(msgspec.Struct, frozen=True):
    """An entry as the scribe wrote it."""

    kind: Kind
    text: str
    """Cleaned, not empty. Tags and people stay in it as typed; a task's owner and time at its edges are taken out."""
    tags: tuple[str, ...] = ()
    """Lower-cased, each once, in order."""
    people: tuple[str, ...] = ()
    """As typed, each once, in order; a task's owner is among them."""
    occurred_at: datetime | None = None
    """In UTC, never in the future; None means now."""
    owner: str = ""
    """Of a task: the first person named."""
    due_in: timedelta | None = None
    """Of a task: from now until its owner reports back."""
    due_at: datetime | None = None
    """Of a task, in place of `due_in`: when its owner reports back, in UTC."""


class Slash(msgspec.Struct, frozen=True):
    """A command of the prompt."""

    word: str
    """One of the known commands, without its slash."""
    argument: str
    """The cleaned text behind the word, possibly empty."""
    occurred_at: datetime | None = None
    """The time before the word (`-5m /stage mitigating`), in UTC; None means now."""


def parse_line(
    line: str, *, now: datetime, zone: tzinfo, commands: Collection[str], meant: Mapping[str, str] = NOTHING_MEANT
) -> Line | Slash:
    """Read one line of the prompt; every text is read or refused.

    `now` is aware, times without a zone are in `zone`, `commands` are the slash words without their slash, `meant`
    gives the line that is suggested for another word. The text may span lines; only its first begins with a time or a
    marker.
    """
    line = clean(line).strip()
    if not line:
        raise Refused("Write what happened, then press Enter.", "text")
    when = When(None, line) if _is_escaped(line) else take_when(line, now=now, zone=zone)
    if not when.rest:
        raise Refused("Write what happened after the time.", "text")
    # "18:30 UTC / 19:30 CET x" goes on with its text.
    goes_on = when.at is not None and re.match(r"/\s|/[0-9]{1,2}:", when.rest)
    if when.rest.startswith("/") and not when.rest.startswith("//") and not goes_on:
        command = _slash(when, commands, meant)
        if command is not None:
            return command
    kind, text = _marked(when.rest)
    if not text:
        raise Refused(f"Write what happened after the {when.rest}, or \\{when.rest} to log it as text.", "text")
    at = when.at
    if kind != "note":
        at, text = _behind_marker(kind, text, at, now, zone)
    if kind == "task":
        return read_task(text, at, now=now, zone=zone)
    return Line(kind, text, tags_in(text), people_in(text), at)


def _is_escaped(text: str) -> bool:
    if not text.startswith("\\"):
        return False
    return bool(_ESCAPED.match(text) or zone_at(text, 1) or reads_as_time(text[1:]))


def _behind_marker(
    kind: Kind, text: str, at: datetime | None, now: datetime, zone: tzinfo
) -> tuple[datetime | None, str]:
    """The time behind a marker, where none stood before it, and the text without that time."""
    if _is_escaped(text):
        return at, text[1:]
    if at is not None:
        return at, text
    when = take_when(text, now=now, zone=zone)
    if when.at is None:
        return None, text
    if kind == "task" and when.clock:
        typed = text[: len(text) - len(when.rest)].strip(" ,;:|-")
        raise Refused(
            f"Write by {typed} for when the task is due, or {typed} before the + for when it was given.", "when"
        )
    if not when.rest:
        raise Refused("Write what happened after the time.", "text")
    return when.at, when.rest


def _slash(when: When, commands: Collection[str], meant: Mapping[str, str]) -> Slash | None:
    """The command, or None for text that begins with a path such as /var/log."""
    match = _SLASH_WORD.match(when.rest)
    if match is None:
        first = when.rest.split(maxsplit=1)[0]
        if "/" in first[1:]:
            return None
        raise _unknown(first[1:], commands, meant)
    word = (match[1] or "").lower()
    if word not in commands:
        raise _unknown(word, commands, meant)
    return Slash(word, when.rest[match.end() :].strip(), when.at)


NEVER_NEAR = frozenset({"redact", "quit"})
"""Words that erase, or end the console: suggested for a word that means them, never for one that looks like them."""


_LIKE, _NEARLY = 0.7, 0.85
"""The least likeness, from 0 to 1, of a slash word and of another word that means one: "dnoe" is like done by 0.75."""


def _near(word: str, commands: list[str], meant: list[str]) -> list[str]:
    """The words that were probably meant, the most probable first."""
    begun = sorted((each for each in commands if each.startswith(word)), key=NEVER_NEAR.__contains__)
    harmless = [each for each in commands if each not in NEVER_NEAR]
    longer = [each for each in harmless if len(each) > 2 and word.startswith(each)]
    turned = [each for each in harmless if sorted(each) == sorted(word)]
    like = get_close_matches(word, harmless, n=1, cutoff=_LIKE)
    nearly = get_close_matches(word, [each for each in meant if each not in NEVER_NEAR], n=1, cutoff=_NEARLY)
    return begun or turned or longer or like or nearly


def _unknown(word: str, commands: Collection[str], meant: Mapping[str, str]) -> Refused:
    if not word:
        return Refused("Write a command right after the slash, or begin with // to log text with a slash.", "command")
    shown = word if len(word) <= 32 else word[:31] + "…"
    near = _near(word[:64], sorted(commands), sorted(meant))
    lines = [meant[word]] if word in meant else [f"/{each}" if each in commands else meant[each] for each in near]
    hint = f"write {lines[0]}" if lines else "press Tab after a slash to see the commands"
    return Refused(f"There is no command /{shown}; {hint}, or //{shown} to log it as text.", "command")


def command_doubt(text: str) -> str:
    """The question about words for a form, or behind a slash word, that begin as a command does: they were meant for
    an empty prompt, perhaps."""
    word = text.strip().partition(" ")[0]
    return f"“{word}” is text here, and runs nothing." if len(word) > 1 and _SLASH_WORD.fullmatch(word) else ""


def _marked(text: str) -> tuple[Kind, str]:
    """The kind and the text behind the marker; the text is empty when nothing stands behind it."""
    if text.startswith("//") or _is_escaped(text):
        return "note", text[1:]
    kind, behind = MARKERS.get(text[0]), text[1:]
    if kind is None:
        return "note", text
    if not behind or behind[0].isspace():
        return kind, behind.strip()
    glued = behind[0].isalpha() or _GLUED_TIME.match(behind)
    if text[0] in _GLUED_MARKERS and glued and not (text[0] == "*" and _EMPHASIS_END.search(behind)):
        return kind, behind.strip()
    return "note", text


def tags_in(text: str) -> tuple[str, ...]:
    tags = (tag.lower() for tag in _names(_TAG, text, "#"))
    return tuple(dict.fromkeys(tag for tag in tags if not _HEX.fullmatch(tag) or _HEX_WORD.fullmatch(tag)))


def people_in(text: str) -> tuple[str, ...]:
    people: dict[str, str] = {}
    for name in _names(_PERSON, unmarked(text), "@"):
        if name.casefold() not in EVERYBODY:
            people.setdefault(name_key(name), name)
    return tuple(people.values())


def speakers_of(text: str) -> tuple[str, ...]:
    """The people whose names stand in front of a report: of `@db @web: pool full, says @ana` db and web."""
    leading = _LEADING_PEOPLE.match(unmarked(text))
    return people_in(leading[0]) if leading else ()


def _names(pattern: re.Pattern[str], text: str, sign: str) -> Iterator[str]:
    for match in pattern.finditer(text):
        for name in re.split(rf"[/|+&]{sign}", match[1]):
            yield name.rstrip(_TRAILING)[:MAX_NAME_CHARS]


def read_task(text: str, at: datetime | None, *, now: datetime, zone: tzinfo) -> Line:
    """A task: its owner is the first person; who and when at the beginning or at the end are taken out of the text.

    At the end a bare length of time counts only beside a person, because "check the last 10m" says no time.
    """
    people = people_in(text)
    owner = people[0] if people else ""
    reader = _TaskReader(owner, now, zone)
    rest = reader.take_trailing(reader.take_leading(text))
    if not rest:
        raise Refused("Write what the task is after its owner and time.", "text")
    return Line("task", rest, tags_in(text), people, at, owner, reader.due_in, reader.due_at)


def read_due_last(text: str, *, now: datetime, zone: tzinfo) -> tuple[str, Ahead | None]:
    """The text without the due moment at its end (`10m`, `in 10 min`, `by 19:20`, `at 19:20`), and that moment."""
    words = text.split()
    for place in range(max(0, len(words) - _MOST_DUE_WORDS), len(words)):
        ahead = take_ahead(" ".join(words[place:]), now=now, zone=zone)
        if ahead is not None and not ahead.rest:
            return " ".join(words[:place]), ahead
    return text.strip(), None


_MOST_DUE_WORDS = 6


# Looking for an owner at the end of a pasted log would otherwise go through all of it.
_TAIL_CHARS = 160
_AT_TOKEN = late(rf"@{_NAME}[,:]?(?:\s+|$)")
_DUE_IN = late(rf"(?P<in>in\s+)?(?P<length>{LENGTH})[,:]?(?:\s+|$)(?!of\b)", re.IGNORECASE)
_DUE_IN_LAST = late(rf"\s+(?P<in>in\s+)?(?P<length>{LENGTH})$", re.IGNORECASE)
_BY = late(r"by\s+", re.IGNORECASE)
_BY_ENDED = late(r"[,:.]?(?:\s+|$)")


class _TaskReader:
    """Takes owner and due moment off the beginning and the end of a task's words."""

    def __init__(self, owner: str, now: datetime, zone: tzinfo) -> None:
        self._now, self._zone = now, zone
        # Among the people at the end.
        self._at_owner = re.compile(
            rf"\s+@{re.escape(owner)}(?:[.,]?$|(?=(?:\s+@{_NAME})+[.,]?$))" if owner else "(?!)", re.IGNORECASE
        )
        self.owner_taken = False
        self.due_in: timedelta | None = None
        self.due_at: datetime | None = None

    @property
    def _due(self) -> bool:
        return self.due_in is not None or self.due_at is not None

    def take_leading(self, text: str) -> str:
        """The text without the owner and the due moment in its leading run of people."""
        kept, position = "", 0
        while position < len(text):
            person = _AT_TOKEN.match(text, position)
            end = None if person or self._due else self._leading_due(text, position)
            if person and people_in(person[0]):
                kept += person[0] if self.owner_taken else ""
                self.owner_taken, end = True, person.end()
            if end is None:
                break
            position = end
        return (kept + text[position:]).strip()

    def take_trailing(self, text: str) -> str:
        """The text without owner and due moment at its end: `… @rs`, `… in 10m`, `… by 19:20 @rs`, `… @rs 10m`."""
        head, tail = text[:-_TAIL_CHARS], text[-_TAIL_CHARS:]
        rest = tail if self.owner_taken else self._at_owner.sub("", tail)
        if not self._due:
            rest = self._without_due(rest, beside_owner=rest != tail)
        if not self.owner_taken:
            rest = self._at_owner.sub("", rest)
        return (head + rest).strip()

    def _leading_due(self, text: str, position: int) -> int | None:
        """The end of the due moment at the position; None without one."""
        match = _DUE_IN.match(text, position)
        length = parse_duration(match["length"]) if match else None
        # "5 s latency" is an amount.
        if match and length and (match["in"] or " " not in match["length"] or length >= timedelta(minutes=1)):
            self.due_in = length
            return match.end()
        by = _BY.match(text, position)
        due = take_due(text[by.end() :], now=self._now, zone=self._zone) if by else None
        ended = _BY_ENDED.match(text, by.end() + due[1]) if by and due else None
        if due is None or ended is None:
            return None
        self.due_at = due[0]
        return ended.end()

    def _without_due(self, tail: str, *, beside_owner: bool) -> str:
        match = _DUE_IN_LAST.search(tail)
        length = parse_duration(match["length"]) if match else None
        if match and length and (match["in"] or beside_owner or self._at_owner.search(tail[: match.start()])):
            self.due_in = length
            return tail[: match.start()]
        *_, by = [None, *re.finditer(r"\s+by\s+", tail, re.IGNORECASE)]
        written = tail[by.end() :].rstrip(".") if by else ""
        due = take_due(written, now=self._now, zone=self._zone) if written else None
        if by is None or due is None or due[1] < len(written):
            return tail
        self.due_at = due[0]
        return tail[: by.start()]


def what_stays(line: Line) -> str:
    """`“4:40”, “@dana” stay in the text`: what may be meant as a time, and the second person of a task; else empty."""
    people = [f"@{name}" for name in line.people[1:2] if line.kind == "task"]
    words = [f"“{word}”" for word in (*left_times(line)[:1], *people)]
    return f"{', '.join(words)} {'stays' if len(words) == 1 else 'stay'} in the text" if words else ""


def left_times(line: Line) -> tuple[str, ...]:
    """The words that look like a time and stay in the text of the entry."""
    lengths = _LENGTH_INSIDE.findall(line.text) if line.kind == "task" and not (line.due_in or line.due_at) else ()
    return tuple(dict.fromkeys((*times_inside(line.text), *lengths)))


# Of a task without a due moment: what may have been meant as one.
_LENGTH_INSIDE = late(
    r"(?:(?<![\w.:/-])|(?<!\S)[-+~])(?:[0-9]{1,5}\s?(?:minutes?|mins?|m|hours?|hrs?|h|days?|d)|[0-9]{1,2}h[0-9]{1,2}"
    r"|[0-9]{1,3}['’′]|noon|midnight|tonight|tomorrow|EO[BD]|COB|end of (?:day|business)"
    r"|(?:half|quarter) (?:past|to) \w+|next (?:hour|week)"
    rf"|(?:in|within) (?:{AMOUNT}|a quarter of an|the(?: next)?) (?:minutes?|mins?|hours?)"
    r"|(?:at|by|until|till|before|on) (?:[0-9]{1,4}(?=[.,;]?$)|(?:mon|tues|wednes|thurs|fri|satur|sun)day))"
    r"(?![\w/%-]|\s(?:ago|of)\b)",
    re.IGNORECASE,
)


def describe(result: Line | Slash, now: datetime, zone: tzinfo, actor: str, *, early: bool = False) -> str:
    """The effect of Enter, for the line under the prompt: `logs a decision now, 19:06, as mo`.

    `early` says that its moment lies before the incident's first entry.
    """
    if isinstance(result, Slash):
        if result.occurred_at is None:
            return f"runs /{result.word}"
        return f"runs /{result.word} as of {_spoken_time(result.occurred_at, now, zone).removeprefix('at ')}"
    at = _spoken_time(result.occurred_at or now, now, zone)
    before = ", before the incident's first entry" if early else ""
    stays = what_stays(result)
    # What may not be meant stands before what may be cut where there are few columns.
    stays = f" · {stays}" if stays else ""
    if result.kind != "task":
        by = f"{' ·' if stays else ','} as {actor}"
        return f"logs {'an' if result.kind == 'action' else 'a'} {result.kind} {at}{before}{stays}{by}"
    due = result.due_at
    if result.due_in is not None:
        due = (result.occurred_at or now) + result.due_in
    back = f"{' ·' if stays else ','} back by {day_and_time(due, now, zone)}, {_in(due - now)}" if due else ""
    return f"adds a task {f'for {result.owner}' if result.owner else 'without an owner'} {at}{before}{stays}{back}"


_LONG_BACK = timedelta(hours=12)


def far_off(line: Line, now: datetime, zone: tzinfo, *, early: bool = False) -> bool:
    """True when the line's time may not be the one meant: long ago, `early` as in `describe`, or due another day."""
    at = line.occurred_at or now
    due_on = line.due_at.astimezone(zone).date() if line.due_at else None
    return early or _is_long_ago(at, now) or due_on not in (None, now.astimezone(zone).date())


def _is_long_ago(at: datetime, now: datetime) -> bool:
    return now - at > _LONG_BACK


def long_ago_doubt(at: datetime | None, now: datetime, zone: tzinfo, what: str = "It began") -> str:
    """The question about a moment that would make a line `far_off`, `what` being what it is of; empty without one."""
    if at is None or not _is_long_ago(at, now):
        return ""
    return f"{what} at {day_and_time(at, now, zone)}, {_rounded(now - at)} ago."


def _spoken_time(at: datetime, now: datetime, zone: tzinfo) -> str:
    """`now, 19:06`, or `at 18:57, 9m ago`."""
    spoken = day_and_time(at, now, zone)
    return f"now, {spoken}" if now - at < timedelta(seconds=1) else f"at {spoken}, {_rounded(now - at)} ago"


def day_and_time(at: datetime, now: datetime, zone: tzinfo) -> str:
    """`18:57`, or `22:54 yesterday`; the date where that is none of the days around."""
    local = at.astimezone(zone)
    shown, in_utc = local_pair(at, zone)
    days = (now.astimezone(zone).date() - local.date()).days
    day = {0: "", 1: " yesterday", -1: " tomorrow"}.get(days, f" on {local.date().isoformat()}")
    twice = len(readings(local.replace(tzinfo=None, fold=0), zone)) > 1
    return shown + day + (f" ({in_utc})" if twice and in_utc else "")


def _in(delta: timedelta) -> str:
    return f"in {_rounded(delta)}" if delta > timedelta(0) else f"{_rounded(delta)} ago"


def _rounded(delta: timedelta) -> str:
    """A length of time without its seconds from a minute on, without its minutes from a day on."""
    exact = timedelta(hours=1) if abs(delta) >= timedelta(days=1) else timedelta(minutes=1)
    return format_length(abs(delta) - abs(delta) % exact or delta, exact=True)


def split_paste(text: str) -> list[str]:
    """A paste of several lines as lines for `parse_line`, each to be logged as an entry.

    Blank lines are dropped. A bullet is dropped only before a time, since `* ` marks a finding; bold or brackets around
    a time too. A slash at the beginning gets a backslash: what is pasted is logged, never run.
    """
    lines = (_pasted(line.strip()) for line in clean(text.removeprefix("\ufeff")).split("\n"))
    return [line for line in lines if line]


def _pasted(line: str) -> str:
    star = _STAR.match(line)
    bare = line[star.end() :] if star else line
    form = time_form(bare)
    if form is None:
        return f"\\{line}" if line.startswith("/") else line
    typed, behind = bare[form.start : form.stop], bare[form.end :]
    text = behind.lstrip(" ,;:|\t-–—")
    if text.startswith("/"):
        return f"{typed} \\{text}"
    return typed + (" " if behind[:1].isalnum() else "") + behind
