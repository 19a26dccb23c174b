"""The board's lines about an incident: words, each with the look it is shown in."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

from console.app.widgets.countdown import STATE_GLYPH, countdown
from console.core.language.text import one_line
from console.core.language.times import due_words, format_duration, local_pair, local_stamp
from console.core.log.clocks import Clock, elapsed
from console.core.log.entries import Entry
from console.core.log.state import Incident
from console.core.subjects.role import holder_of
from console.store.snapshots import Summary

Words = tuple[str, str]
"""A text and its look: text, strong, muted, stage, badge, urgent, drill, warning or overdue."""

FULL_LINES, SHORT_LINES = 4, 2
OWED_SHOWN = 3


class Lasting(NamedTuple):
    """The parts of a line that change only with the state or the day."""

    which: list[Words]
    stage: Words
    leader: list[Words]
    latest: list[Words]


def lasting(state: Incident, today: date, zone: tzinfo) -> Lasting:
    holder = holder_of(state, "ic")
    leader = [("IC ", "muted"), (holder, "strong")] if holder else [("no IC", "warning")]
    return Lasting(_which(state), (f"{state.stage.value.upper()}  ", "stage"), leader, _latest(state, today, zone))


def full(
    state: Incident, lasting_words: Lasting, owed: Sequence[Clock], now: datetime, zone: tzinfo, width: int
) -> list[list[Words]]:
    """Four lines: which incident; how it stands and who leads; what is owed first; what happened last."""
    return [lasting_words.which, _how(state, lasting_words, now), _owed(owed, now, zone, width), lasting_words.latest]


def short(
    state: Incident, lasting_words: Lasting, owed: Sequence[Clock], now: datetime, zone: tzinfo, width: int
) -> list[list[Words]]:
    """Two lines: which incident; how it stands, who leads, and what is owed first."""
    how = _how(state, lasting_words, now)
    room = width - sum(cell_len(words) for words, _ in how) - 3
    return [lasting_words.which, [*how, ("   ", "text"), *_owed(owed, now, zone, room)]]


def closed(summary: Summary, zone: tzinfo) -> list[Words]:
    """One line about an incident that is over."""
    when = local_stamp(summary.declared_at, zone) if summary.declared_at else ""
    return [(f"{summary.ref}  {summary.severity:<6}{when}  ", "muted"), (one_line(summary.title, 200), "text")]


def _latest(state: Incident, today: date, zone: tzinfo) -> list[Words]:
    """What happened last, with its date unless that is today."""
    entry = last_entry(state)
    if entry is None:
        return []
    at, _ = local_pair(entry.occurred_at, zone)
    if entry.occurred_at.astimezone(zone).date() != today:
        at = local_stamp(entry.occurred_at, zone)
    return [(f"{at} ", "muted"), (one_line(entry.text_in(zone), 300), "text")]


def last_entry(state: Incident) -> Entry | None:
    """What happened last among the entries that stand; None when there is none.

    Looked for from the end of the log, and no further than where everything was written before that moment.
    """
    latest: Entry | None = None
    for position in range(len(state.entries) - 1, -1, -1):
        entry = state.entries[position]
        if latest is not None and entry.recorded_at < latest.occurred_at:
            break
        if not entry.undone and (latest is None or entry.occurred_at > latest.occurred_at):
            latest = entry
    return latest


def _which(state: Incident) -> list[Words]:
    rule = state.severity_rule
    badge = "urgent" if rule is not None and rule.urgent else "badge"
    drill = [(" DRILL ", "drill"), (" ", "text")] if state.drill else []
    return [
        (f" {state.severity.value} ", badge), (" ", "text"), *drill,
        (f"{state.ref}  {one_line(state.title.value, 200)}", "strong"),
    ]  # fmt: skip


def _how(state: Incident, lasting_words: Lasting, now: datetime) -> list[Words]:
    label, length = elapsed(state, now)
    return [lasting_words.stage, (f"{label} ", "text"), (f"{format_duration(length)}  ", "strong"),
            *lasting_words.leader]  # fmt: skip


@lru_cache(512)
def _named(what: str) -> str:
    return one_line(what, 24)


def _owed(owed: Sequence[Clock], now: datetime, zone: tzinfo, width: int) -> list[Words]:
    """As many clocks as there is room for, whole; the most urgent one in any case."""
    words: list[Words] = []
    used = 0
    for clock in owed[:OWED_SHOWN]:
        glyph = STATE_GLYPH[clock.state].strip()
        gap = "   " if words else ""
        clock_words = f"{gap}{glyph + ' ' if glyph else ''}{_named(clock.what)} {countdown(clock, now)}"
        due = f" {due_words(clock.due_at, now, zone)}"
        used += cell_len(clock_words) + len(due)
        if words and used > width:
            break
        words.append((clock_words, clock.state if clock.state in ("warning", "overdue") else "text"))
        words.append((due, "muted"))
    return words or [("nothing is owed", "muted")]
