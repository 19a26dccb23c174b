r"""The scribe's line: `[when] [marker] text… [#tag]… [@person]…`, or `[when] /word argument`.

when    -4m  -1h10m  14:32  14:32:10  2:32 pm  yesterday 23:50  2026-11-21 14:32, each also with Z, UTC or ±hh:mm
marker  !  decision   >  action taken   *  finding   ?  hypothesis   +  task   (none)  note
/word   a command; //word logs text that begins with a slash
\       before anything of these logs it as text: \-4x, \! bang
"""

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from difflib import get_close_matches
from typing import Literal

import msgspec

from console.core.language.text import MAX_NAME_CHARS, clean
from console.core.language.times import duration_short, duration_words, local_pair, parse_duration, utc
from console.core.language.when import ZONE_LETTERS, When, parse_when, readings, take_when, time_length
from console.core.refusal import Refused

Kind = Literal["note", "decision", "action", "finding", "hypothesis", "task"]

MARKERS: dict[str, Kind] = {"!": "decision", ">": "action", "*": "finding", "?": "hypothesis", "+": "task"}
"""The marker before the text, and the kind of entry that it makes; without one it is a note."""

# These read as a marker also when a letter follows at once. "*bold*" and "+x" are text.
_GLUED_MARKERS = "!>?"

# Letters with their accents and vowel signs, which \w leaves out.
_LETTERS = r"\w\u0300-\u036f\u0900-\u0eff"
_WORD_START = r"(?<![^\s(\[{\"'“‘«,;:])"
_TAG = re.compile(rf"{_WORD_START}#([^\W\d_][{_LETTERS}/.\-]*)")
_PERSON = re.compile(rf"{_WORD_START}@([^\W\d_][{_LETTERS}/.\-]*)")
_TRAILING = "-_/."

_SLASH_WORD = re.compile(r"/([^\W\d_][\w-]*)?(?=\s|$)")
# A backslash counts only before what it keeps from being read, so that \\server\share stands as it is.
_ESCAPED = re.compile(
    rf"\\(?=[!>*?+/\-\u2212–—:;,\d]|(?:yesterday|today|UTC|GMT|Z|[ap]\.?m|{ZONE_LETTERS})\b)", re.IGNORECASE
)

_BULLET = re.compile(r"[-*•–]\s+(?=\S)")
_WRAPPED_TIME = re.compile(r"(?:\*\*|__|`|\[|\()(?P<time>[^\]\)*`]{4,40}?)(?:\*\*|__|`|\]|\))[:,]?\s+")


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


class Slash(msgspec.Struct, frozen=True):
    """A command of the prompt."""

    word: str
    """One of the known commands, without its slash."""
    argument: str
    """The cleaned text behind the word, possibly empty."""
    occurred_at: datetime | None = None
    """The time before the word (`-5m /stage mitigating`), in UTC; None means now."""


def parse_line(line: str, *, now: datetime, zone: tzinfo, commands: Collection[str]) -> Line | Slash:
    """Read one line of the prompt; every text is read or refused.

    `now` is aware, times without a zone are in `zone`, `commands` are the slash words without their slash. The text
    may span lines; only its first begins with a time or a marker.
    """
    line = clean(line).strip()
    if not line:
        raise Refused("Write what happened, then press Enter.", "text")
    escaped = _ESCAPED.match(line)
    when = When(None, line) if escaped else take_when(line, now=now, zone=zone)
    if not when.rest:
        raise Refused("Write what happened after the time.", "text")
    if when.rest.startswith("/") and not when.rest.startswith("//"):
        command = _slash(when, commands)
        if command is not None:
            return command
    kind, text = _marked(when.rest)
    if not text:
        raise Refused(f"Write what happened after the {when.rest}, or \\{when.rest} to log it as text.", "text")
    if kind == "task":
        return _task(text, when.at)
    return Line(kind, text, _unique(_TAG, text, lower=True), _unique(_PERSON, text), when.at)


def _slash(when: When, commands: Collection[str]) -> Slash | None:
    """The command, or None for text that begins with a path such as /var/log."""
    match = _SLASH_WORD.match(when.rest)
    if match is None:
        first = when.rest.split(maxsplit=1)[0]
        if "/" in first[1:]:
            return None
        raise _unknown(first[1:], commands)
    word = (match[1] or "").lower()
    if word not in commands:
        raise _unknown(word, commands)
    return Slash(word, when.rest[match.end() :].strip(), when.at)


def _unknown(word: str, commands: Collection[str]) -> Refused:
    if not word:
        return Refused("Write a command right after the slash, or begin with // to log text with a slash.", "command")
    shown = word if len(word) <= 32 else word[:31] + "…"
    near = sorted(known for known in commands if known.startswith(word)) or get_close_matches(word[:64], commands, n=1)
    hint = f"write /{near[0]}" if near else "press Tab after a slash for those there are"
    return Refused(f"There is no command /{shown}; {hint}, or //{shown} to log it as text.", "command")


def _marked(text: str) -> tuple[Kind, str]:
    """The kind and the text behind the marker; the text is empty when nothing stands behind it."""
    if text.startswith("//") or _ESCAPED.match(text):
        return "note", text[1:]
    kind = MARKERS.get(text[0])
    behind = text[1:]
    if kind and (not behind or behind[0].isspace() or (text[0] in _GLUED_MARKERS and behind[0].isalpha())):
        return kind, behind.strip()
    return "note", text


def _unique(pattern: re.Pattern[str], text: str, *, lower: bool = False) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for match in pattern.finditer(text):
        name = _name(match)
        names.setdefault(name.casefold(), name.lower() if lower else name)
    return tuple(names.values())


def _name(match: re.Match[str]) -> str:
    return match[1].rstrip(_TRAILING)[:MAX_NAME_CHARS]


def _task(text: str, at: datetime | None) -> Line:
    """A task: its owner is the first person; who and when at the beginning or at the end are taken out of the text.

    At the end a bare length of time counts only beside the owner, because "check the last 10m" says no time.
    """
    people = _unique(_PERSON, text)
    owner = people[0] if people else ""
    tags = _unique(_TAG, text, lower=True)
    rest, due_in, leading = _take_leading(text)
    rest, due_in = _take_trailing(rest, "" if leading else owner, due_in)
    if not rest:
        raise Refused("Write what the task is after its owner and time.", "text")
    return Line("task", rest, tags, people, at, owner, due_in)


_TOKEN = re.compile(r"(\S+)(?:\s+|$)")
# Looking for an owner at the end of a pasted log would otherwise go through all of it.
_TAIL_CHARS = 160
_AT_TOKEN = re.compile(_PERSON.pattern + r"[,:]?")


def _take_leading(text: str) -> tuple[str, timedelta | None, bool]:
    """The text without the owner and the length of time in its leading run of people; whether the owner was there."""
    kept: list[str] = []
    due_in: timedelta | None = None
    owner_seen = False
    position = 0
    for token in _TOKEN.finditer(text):
        length = _due(token[1])
        if _AT_TOKEN.fullmatch(token[1]):
            if owner_seen:
                kept.append(token[0])
            owner_seen = True
        elif length is not None and due_in is None:
            due_in = length
        else:
            break
        position = token.end()
    return ("".join(kept) + text[position:]).strip(), due_in, owner_seen


def _take_trailing(text: str, owner: str, due_in: timedelta | None) -> tuple[str, timedelta | None]:
    """Take `@owner` and a time off the end: `… @rs`, `… in 10m`, `… in 10m @rs`, `… @rs 10m`, `… 10m @rs`."""
    head, tail = text[:-_TAIL_CHARS], text[-_TAIL_CHARS:]
    at_owner = rf"\s+@{re.escape(owner)}[.,]?" if owner else r"(?!)"
    forms = [at_owner]
    if due_in is None:
        length = r"(?P<length>[0-9]+\s?[a-z][0-9a-z]*)"
        beside = rf"(?:\s+in)?\s+{length}"
        forms = [beside + at_owner, at_owner + beside, at_owner, rf"\s+in\s+{length}"]
    for form in forms:
        match = re.search(form + "$", tail, re.IGNORECASE)
        if match is None:
            continue
        taken = _due(match["length"]) if "length" in match.groupdict() else due_in
        if taken is not None or form == at_owner:
            return (head + tail[: match.start()]).rstrip(), taken
    return text, due_in


def _due(token: str) -> timedelta | None:
    return parse_duration(token.rstrip(",:")) or None


def render_line(line: Line, *, zone: tzinfo = UTC) -> str:
    """The line as it would be typed, with its time in full; `parse_line` reads it back to an equal Line."""
    parts = [] if line.occurred_at is None else [_exact_time(line.occurred_at, zone)]
    parts += [mark for mark, kind in MARKERS.items() if kind == line.kind]
    if line.kind == "task":
        parts += [f"@{line.owner}"] if line.owner else []
        parts += [duration_short(line.due_in)] if line.due_in is not None else []
    typed = " ".join([*parts, line.text])
    if line.kind != "note":
        return typed
    now = line.occurred_at or _LONG_AGO
    with suppress(Refused):
        if parse_line(typed, now=now, zone=zone, commands=()) == line:
            return typed
    return " ".join([*parts, "\\" + line.text])


# Any moment serves to see whether a text without a time reads as text.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _exact_time(at: datetime, zone: tzinfo) -> str:
    spec = "milliseconds" if at.microsecond else "seconds" if at.second else "minutes"
    local = at.astimezone(zone).isoformat(sep=" ", timespec=spec)
    # An offset to the second, as zones had before they were standardised, is not a form of the line.
    with suppress(Refused):
        if parse_when(local, now=at, zone=UTC) == at:
            return local
    return utc(at).isoformat(sep=" ", timespec=spec)


def describe(result: Line | Slash, now: datetime, zone: tzinfo, actor: str) -> str:
    """What Enter will do, for the line under the prompt: `logs a decision at 16:04 as mo`."""
    at = "" if result.occurred_at is None else _spoken_time(result.occurred_at, now, zone)
    if isinstance(result, Slash):
        return f"runs /{result.word}" + (f" as of{at.removeprefix(' at')}" if at else "")
    if result.kind == "task":
        back = f", back in {duration_words(result.due_in)}" if result.due_in is not None else ""
        return f"adds a task {f'for {result.owner}' if result.owner else 'without an owner'}{at}{back}"
    return f"logs {'an' if result.kind == 'action' else 'a'} {result.kind}{at} as {actor}"


def _spoken_time(at: datetime, now: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    shown, in_utc = local_pair(at, zone)
    days = (now.astimezone(zone).date() - local.date()).days
    day = {0: "", 1: " yesterday"}.get(days, f" on {local.date().isoformat()}")
    twice = len(readings(local.replace(tzinfo=None, fold=0), zone)) > 1
    return f" at {shown}{day}" + (f" ({in_utc})" if twice and in_utc else "")


def split_paste(text: str) -> list[str]:
    """A paste of several lines as lines for `parse_line`, each to be logged as an entry.

    Blank lines are dropped. A bullet is dropped only before a time, since `* ` marks a finding; bold or brackets around
    a time too. A slash at the beginning gets a backslash: what is pasted is logged, never run.
    """
    lines = (_pasted(line.strip()) for line in clean(text.removeprefix("\ufeff")).split("\n"))
    return [line for line in lines if line]


def _pasted(line: str) -> str:
    bullet = _BULLET.match(line)
    bare = line[bullet.end() :] if bullet else line
    wrapped = _WRAPPED_TIME.match(bare)
    if wrapped is not None and time_length(wrapped["time"]) == len(wrapped["time"]):
        bare = f"{wrapped['time']} {bare[wrapped.end() :]}"
    if time_length(bare):
        line = bare
    length = time_length(line)
    text = line[length:].lstrip(" ,;:\t-–—")
    if text.startswith("/"):
        return f"{line[:length]} \\{text}".lstrip()
    return line
