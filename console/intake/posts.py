"""Updates, as of status pages, whose time stands on a line of its own: below their words, or below their status."""

import re
from collections.abc import Iterator, Sequence

from console.intake.lines import is_rule, is_status, take_apart
from console.intake.stamps import TIME_LABEL, TimedText, timed_text

_POSTED = re.compile(
    r"(?:posted|updated|published|created|ver\u00f6ffentlicht|aktualisiert|publi\u00e9e?|publicado|actualizado|atualizado"
    r"|pubblicato|aggiornato|geplaatst|bijgewerkt|opublikowano|zaktualizowano|publicerad|uppdaterad|offentliggjort|opdateret|опубликовано|обновлено|опубліковано|оновлено|(?:게시|등록|작성)(?:일시?|됨)?|(?:\u6295\u7a3f|\u516c\u958b|\u66f4\u65b0)\u65e5\u6642|\u53d1\u5e03(?:\u4e8e|\u65f6\u95f4))(?:\s.{1,25}?\sago)?(?:\sby\s(?P<by>\D{1,40}?)(?=\s(?:on|at)\s|[.,:]))?(?P<field>\s(?:at|on|am|le|el|em|il|op)(?=:))?[.,:\uff1a]?"
    r"\s{0,3}(?:(?:on|at|am|le|el|em|il|op)\s)?(?=\w)",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?:[^\W\d_][^.:;!?\d]{0,38})?(?:\u65e5\u6642|\u6642\u523b|\u65f6\u95f4|\u6642\u9593|\uc77c\uc2dc|\uc2dc\uac01"
    r"|\b(?:times?|dates?|start(?:ed)?|beg[ai]nn?|end(?:ed)?|ende|anfang|zeitpunkt|d\u00e9but|fin|heure|inicio|hora|inizio|fine|ora|in\u00edcio|fim|tidspunkt|tijdstip))"
    r"\W{0,3}",
    re.IGNORECASE,
)
"""The name of a field of a form that holds a moment."""
_MAX_FIELD_CHARS = 50
_IN_BRACKETS = re.compile(r"[(\uff08][^()\uff08\uff09]{1,40}[)\uff09]")
_DIGIT = re.compile(r"\d")
_FOOTER = re.compile(r"this incident (?:affected|affects)|affected components|subscribe", re.IGNORECASE)
_MAX_TIME_CHARS = 100
_MAX_BLOCK_LINES = 15
_TITLE_LINES = 3


def time_alone(raw: str) -> TimedText | None:
    """The time that the whole line is, also behind "Posted"; None for other lines."""
    if len(raw) > _MAX_TIME_CHARS:
        return None
    line = take_apart(raw)
    # A dash before the time signs what stands above.
    if (line.bullet and raw.lstrip()[0] not in "\u2013\u2014") or line.level:
        return None
    posted = None if line.content[:1].isdigit() else _POSTED.match(line.content)
    timed = timed_text(line.content[posted.end() :] if posted else line.content)
    alone = timed and timed.stamp.time and (not timed.text or _IN_BRACKETS.fullmatch(timed.text))
    return timed if alone else None


def posted_by(raw: str) -> str | None:
    """The author of the update whose time the line is; None where nobody is named."""
    posted = _POSTED.match(take_apart(raw).content)
    return posted["by"] if posted else None


def status_above(lines: Sequence[str], time: int) -> int | None:
    """The line that names the status, such as "Resolved", whose time is the line `time`; None where there is none.

    Also the name of a field of a form, such as "Start time", where the time is a whole moment.
    """
    above = next((at for at in range(time - 1, max(time - 3, -1), -1) if lines[at].strip()), None)
    raw = "" if above is None else lines[above]
    if len(raw) > _MAX_TIME_CHARS or not (is_status(raw) or _is_field(raw)):
        return None
    timed = time_alone(lines[time])
    return above if timed and (timed.stamp.date or not _is_field(raw)) else None


def _is_field(raw: str) -> bool:
    may_be_field = len(raw) <= _MAX_FIELD_CHARS and not _DIGIT.search(raw)
    return may_be_field and _FIELD.fullmatch(raw.strip()) is not None and not TIME_LABEL.match(raw)


def posts(lines: Sequence[str], times: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The lines, from 0, of each update's beginning and of its time, in a text whose times stand below the words."""
    next_line = lines[times[-1] + 1 : times[-1] + 2] if times else []
    if not times or any(raw.strip() and not _FOOTER.match(raw.strip()) for raw in next_line):
        return
    starts = [_start(lines, at, floor + 1) for floor, at in zip([-1, *times], times, strict=False)]
    pairs = list(zip(starts, times, strict=True))
    below = [raw for raw in lines[times[-1] + 1 :][:_MAX_BLOCK_LINES] if raw.strip() and not _FOOTER.match(raw.strip())]
    only_statuses = below and all(status_above(lines, at) == start for start, at in pairs)
    above = {"\n".join(lines[start:at]).strip() for start, at in pairs}
    is_label = len(above) == 1 and all(words.endswith(":") for words in above)
    is_bare = any(start == at for start, at in pairs)
    posted = _POSTED.match(lines[times[0]].strip())
    # "Posted on: 5 March 2024" by itself is a field of the text's head.
    is_post = posted is not None and not posted["field"]
    if not (only_statuses or is_label or is_bare) and (
        len(times) > 1 or is_status(lines[starts[0]].strip()) or is_post
    ):
        yield from pairs


def post_heads(lines: Sequence[str], times: Sequence[int]) -> frozenset[int]:
    """The lines, from 0, that say above each update when it was posted; empty where any stands elsewhere."""

    def is_head(at: int) -> bool:
        above, below = (lines[at - 1] if at else "").strip(), lines[at + 1 : at + 2]
        apart = not above or take_apart(above).level > 0
        return apart and bool("".join(below).strip()) and _POSTED.match(lines[at].strip()) is not None

    return frozenset(times) if len(times) > 1 and all(map(is_head, times)) else frozenset()


def _start(lines: Sequence[str], time: int, floor: int) -> int:
    """The first line of the words above the time, not above `floor`; the time's own where none stand there."""
    start = time
    for at in range(time - 1, max(floor, time - _MAX_BLOCK_LINES) - 1, -1):
        raw = lines[at].strip()
        line = take_apart(raw)
        if is_status(raw):
            return at
        if not raw and start == time and not _POSTED.match(lines[time].strip()):
            status = _status_above(lines, at, floor)
            return time if status is None else status
        timed = timed_text(line.content) if _DIGIT.search(raw) else None
        if line.level or raw.startswith(("|", "```", "~~~")) or is_rule(raw) or timed:
            break
        if raw and (lines[at + 1].strip() or start == time):
            start = at
    return start


def _status_above(lines: Sequence[str], blank: int, floor: int) -> int | None:
    """The line that names the status of the words above a blank line; None where no words stand between."""
    words = False
    for at in range(blank - 1, max(floor, blank - _MAX_BLOCK_LINES) - 1, -1):
        raw = lines[at].strip()
        if is_status(raw) and not words:
            return _title_above(lines, at, floor)
        if is_status(raw):
            return at
        if is_rule(raw) or take_apart(raw).level or (_DIGIT.search(raw) and timed_text(take_apart(raw).content)):
            return None
        words = words or bool(raw)
    return None


def _title_above(lines: Sequence[str], status: int, floor: int) -> int | None:
    """The line of a title by itself above a status; None for sentences, which belong to the time above them."""
    above = [at for at in range(max(floor, status - _TITLE_LINES), status) if lines[at].strip()]
    raw = lines[above[-1]].strip() if above else ""
    alone = raw and not lines[status - 1].strip() and not lines[above[-1] - 1].strip()
    is_title = alone and len(raw) <= _MAX_TIME_CHARS and raw[-1].isalnum() and take_apart(raw)[1:3] == (0, False)
    return above[-1] if is_title and not (is_status(raw) or timed_text(raw)) else None


def goes_on_to(lines: Sequence[str], index: int, time: int) -> bool:
    """True when nothing but paragraphs stands from the line to the one that is the next time."""
    between = lines[index:time] if time - index <= _MAX_BLOCK_LINES else ["---"]
    parts = [take_apart(raw) for raw in between if raw.strip()]
    apart = any(is_rule(raw) or raw.startswith(("|", "```", "~~~")) for raw in between)
    return not apart and not any(part.level or part.bullet for part in parts)
