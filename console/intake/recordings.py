"""Transcripts of calls, whose times are lengths of time since a start that some line names."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice, pairwise
from typing import NamedTuple

from console.intake.source import Draft, Source
from console.intake.stamps import Stamp
from console.intake.starts import moment_in
from console.intake.tables import cell_time

_LEAST_LINES = 2
_FIRST_AT_MOST = timedelta(minutes=2)
_LAST_OF_DAY = timedelta(minutes=24)
_FIRST_CHAPTER_AT_MOST = timedelta(minutes=10)
_CHAPTERS = re.compile(
    r"^\W{0,4}(?:timestamps\sfor\b|(?:chapters|zeitmarken|kapitel(?:marken)?|chapitres|cap[i\u00ed]tulos|capitoli|\u76ee\u6b21|\u7ae0\u8282)\W*$)",
    re.IGNORECASE | re.MULTILINE,
)
"""The head of a list of the parts of a film or a call."""
_MOST_HEAD_LINES = 40
_MOST_HEAD_CHARS = 4000
_CALL = re.compile(
    r"meeting|(?<!\bon[ -])\bcall\b|recording|recorded|transcript|bridge|session|war\s?room|stream|video|audio"
    r"|besprechung|aufzeichnung|aufnahme|sitzung|anruf|konferenz|r\u00e9union|enregistrement|appel|reuni\u00f3n|grabaci\u00f3n|llamada|riunione|registrazione"
    r"|chiamata|reuni\u00e3o|grava\u00e7\u00e3o|chamada|vergadering|opname|m\u00f6te|inspelning|m\u00f8de|optagelse|spotkanie|nagranie"
    r"|\u0432\u0441\u0442\u0440\u0435\u0447\u0430|\u0437\u0430\u043f\u0438\u0441\u044c|\u4f1a\u8b70|\u4f1a\u8bae|\u9332\u753b|\u5f55\u97f3|\u5f55\u5236|\ud68c\uc758|\ub179\ud654|elapsed|since\sthe\sstart|relative\sto",
    re.IGNORECASE,
)
_CALL_ABOVE = 3
"""The word may stand on a line above the moment."""
_CLOCK = re.compile(
    r"(?P<before>[^\d\n]{0,48}?[\[(]?)(?<!UTC[+-])(?<!GMT[+-])(?P<clock>(?:\d{1,2}:)?\d{1,3}:[0-5]\d)(?![\d:]|\s?[aApP]\.?[mM]\b|\s?[A-Z]{3,4}\b)"
)
_WHOLE_LENGTH = re.compile(r"\d{1,2}:[0-5]\d:[0-5]\d(?:[.,]\d{1,6})?")
_CUE = re.compile(r"\s?(?:(\d{1,3}):)?(\d\d):(\d\d)[.,]\d{1,3}\s-->\s")
_SAID = re.compile(r"^\ufeff?(?P<clock>\d\d:\d\d:\d\d)\t\s?(?P<name>[^\t:]{1,64}):\t(?P<text>.*)")
"""A line of the chat that Zoom saves beside a recording."""
_VOICE = re.compile(r"<v(?:\.[^\s>]{1,40})?\s([^<>]{1,64})>")
_TAG = re.compile(r"</?[a-z][^<>]{0,60}>|\{\\[^{}]{1,20}\}")
_ENDS = (".", "?", "!", "\u2026", "\u3002", "\uff1f", "\uff01")


class Recording(NamedTuple):
    """A text whose times of day count from the start of a call."""

    lines: Sequence[str]
    """The lines with each such time as hours, minutes and seconds."""

    start: Stamp | None
    """None where no line names the start."""

    number: int
    """The line that names the start, from 1; 0 for none."""


def cues_source(lines: Sequence[str]) -> Source | None:
    """The cues of a WebVTT or SubRip file, or the chat of a recorded call, as a transcript; None for other texts."""
    head = list(islice(lines, _MOST_HEAD_LINES))
    if any(map(_CUE.match, head)):
        return _cues(lines)
    first = next(filter(str.strip, head), "")
    if _SAID.match(first) and sum(1 for raw in head if _SAID.match(raw)) >= _LEAST_LINES:
        made = [_SAID.sub(r"[\g<clock>] \g<name>: \g<text>", raw) for raw in lines]
        return Source(made, range(1, len(lines) + 1), len(lines), elapsed=True)
    return None


def _cues(lines: Sequence[str]) -> Source:
    made = Draft(len(lines))
    speaker = ""
    index = 0
    while index < len(lines):
        cue = _CUE.match(lines[index])
        if cue is None:
            if lines[index].strip() and not (lines[index].strip().isdecimal() or lines[index].startswith("WEBVTT")):
                made.put(lines[index].removeprefix("NOTE "), index + 1)
                made.put("", index + 1)
            index += 1
            continue
        end = next((at for at in range(index, len(lines)) if not lines[at].strip()), len(lines))
        voice = _VOICE.search(" ".join(lines[index + 1 : end]))
        words = " ".join(_TAG.sub("", raw).strip() for raw in lines[index + 1 : end])
        words = f"{voice[1]}: {words}" if voice else words
        named, _, said = words.partition(": ")
        if said and named == speaker and made.lines and made.lines[-1] and not made.lines[-1].endswith(_ENDS):
            # A sentence goes on in the next cue.
            made.lines[-1] += f" {said}"
        else:
            made.put(f"[{int(cue[1] or 0):02}:{cue[2]}:{cue[3]}] {words}", index + 1)
        speaker = named if said else ""
        index = end
    return made.source()._replace(elapsed=True)


def recording_in(lines: Sequence[str], *, elapsed: bool) -> Recording | None:
    """The transcript that the lines are; None for lines whose times are those of clocks.

    `elapsed` says that they surely count from a start, as those of subtitles do.
    """
    head = [raw[:_MOST_HEAD_CHARS] for raw in islice(lines, _MOST_HEAD_LINES)]
    chapters = _CHAPTERS.search("\n".join(head)) is not None
    if not (elapsed or chapters) and not _CALL.search("\n".join(head)):
        return None
    number, start = next(_starts(head), (0, None))
    begun = [(at, match) for at, raw in enumerate(lines) if (match := _CLOCK.match(raw))]
    if not elapsed and begun and number > begun[0][0] + 1:
        # What is said in the call is not its start.
        number, start = 0, None
    begun = [(at, match) for at, match in begun if at + 1 != number]
    lengths = [_length(match["clock"]) for _, match in begun]
    # Minutes and seconds that are no time of day: "44:10".
    odd = (match for _, match in begun if match["clock"].count(":") == 1 and _length(match["clock"]) > _LAST_OF_DAY)
    if start is None and not (elapsed or chapters) and not any(odd):
        return None
    if not elapsed:
        grows = len(lengths) >= _LEAST_LINES and all(before <= after for before, after in pairwise(lengths))
        clock = timedelta(hours=start.time.hour, minutes=start.time.minute) if start and start.time else timedelta.max
        # What begins at about nothing and only grows is no time of day of something that began later than that.
        first_at_most = _FIRST_CHAPTER_AT_MOST if chapters else _FIRST_AT_MOST
        if not grows or lengths[0] > first_at_most or clock <= lengths[0] + _FIRST_AT_MOST:
            return None
    made = list(lines)
    for at, match in begun:
        whole = _length(match["clock"]) // timedelta(seconds=1)
        clock_text = f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
        made[at] = match["before"] + clock_text + lines[at][match.end() :]
    return Recording(made, start, number)


def recording_of(source: Source, text: str) -> Recording | None:
    """The call that records tell of, whose only times are lengths since its start; None for other records."""
    cells = [cell for table in source.tables or () for row in table.rows for cell in row.cells]
    lengths = [cell for cell in cells if _WHOLE_LENGTH.fullmatch(cell)]
    head = text[:_MOST_HEAD_CHARS].split("\n")[:_MOST_HEAD_LINES]
    if len(lengths) < _LEAST_LINES or not any(map(_CALL.search, head)):
        return None
    number, start = next(_starts(head), (0, None))
    dated = start is None and any((timed := cell_time(cell)) and timed.stamp.date for cell in cells)
    return None if dated else Recording(source.lines, start, number)


def _length(clock: str) -> timedelta:
    parts = [int(part) for part in clock.split(":")]
    return timedelta(hours=parts[0] if len(parts) > 2 else 0, minutes=parts[-2], seconds=parts[-1])


def _starts(lines: Sequence[str]) -> Iterator[tuple[int, Stamp]]:
    """The lines, of a head, that tell when the call was, each with its moment."""
    for number, raw in enumerate(lines, start=1):
        near = " ".join(lines[max(number - _CALL_ABOVE, 0) : number])
        stamp = moment_in(raw) if _CALL.search(near) else None
        if stamp and stamp.time and (stamp.date or stamp.zone or stamp.time.hour):
            yield number, stamp
