"""A card about an open incident: lines of words, each with the look it is shown in, for whatever room the card has.

A large card has the most urgent promise in large digits, what else is owed, the changes in flight and the last entries;
with less room it is four lines, or two.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len

from console.app.acts import with_keys
from console.app.widgets.big_digits import big
from console.app.widgets.cell import fitted
from console.app.widgets.countdown import STATE_GLYPH, countdown, elapsed_label, in_words
from console.app.widgets.stage_strip import stage_strip
from console.app.widgets.timeline_lines import author_words
from console.core.language.names import same_name
from console.core.language.text import counted, one_line
from console.core.language.times import (
    due_words,
    format_duration,
    format_length,
    local_stamp,
    whole_minutes,
)
from console.core.log.activity import activity, latest_entries
from console.core.log.clocks import Clock, counts_on, elapsed
from console.core.log.registry import SIGNS
from console.core.log.rollcall import unheard
from console.core.log.stages import stage_times
from console.core.log.state import Incident
from console.core.subjects.change import Change, changes_in_flight
from console.core.subjects.fix import open_fixes
from console.core.subjects.handoff import offered_handoff
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.link import UNDER, links_of
from console.core.subjects.role import holder_of
from console.core.subjects.task import open_tasks
from console.store.snapshots import Summary
from console.wrapping import wrap

Words = tuple[str, str]
"""A text and its look."""
Line = list[Words]

LOOKS = (
    "text", "strong", "muted", "faint", "stage", "badge", "urgent", "drill", "warning", "overdue", "next", "activity",
)  # fmt: skip
STRIP_LOOKS = {"passed": "muted", "present": "stage", "late": "warning", "ahead": "faint"}

SHORT_LINES, FULL_LINES, LARGE_LINES = 2, 4, 6
"""The least lines of each form: two lines, four, and the one with large digits."""
WIDE_CELLS, SLIM_CELLS = 96, 72
"""From these widths on the last entries stand beside what is owed; where it is slim, only if they had no room below."""
TALL_LINES = 14
WHICH_CELLS = 30
"""Cells that which incident it is takes at least, before anything stands beside it."""
WRAPPED_FROM_LINES = 12
"""Lines for entries from which each may take two."""
LEFT_CELLS = 34, 60
COUNTDOWN_CELLS = 11
"""Of the longest usual countdown with its sign, in a row of what is owed."""
DUE_CELLS = 40
"""From this width on a row of what is owed says until when."""
OWED_SHOWN = 3
DIGIT_LINES, LEFT_BELOW_DIGITS = 3, 2
"""Of the large digits, and the least below them for what else is owed."""
OFFERED = "⇄ Command is offered to you"
STEPS = {False: (timedelta(minutes=6), 10), True: (timedelta(minutes=3), 20)}
"""Of the activity in the last hour, narrow and wide."""
BARS = "▁▂▃▄▅▆▇█"


class Room(NamedTuple):
    """The cells that a card has."""

    width: int
    height: int

    @property
    def wide(self) -> bool:
        return self.width >= WIDE_CELLS

    @property
    def large(self) -> bool:
        """True when there is room for large digits."""
        return self.height >= LARGE_LINES

    @property
    def beside(self) -> bool:
        """True when the last entries stand beside what is owed, not below it."""
        return self.large and (self.wide or (self.width >= SLIM_CELLS and self.height < TALL_LINES))

    @property
    def left(self) -> int:
        """The width of what is owed where the last entries stand beside it."""
        least, most = LEFT_CELLS
        return min(most, max(least, self.width * 2 // 5))


_due_words = lru_cache(2048)(due_words)


class Viewer(NamedTuple):
    """The person who looks at it, and when."""

    actor: str
    now: datetime
    minute: datetime
    """The beginning of the present minute."""
    zone: tzinfo

    def due(self, at: datetime) -> str:
        """The moment at which something is due, as it is written today."""
        return _due_words(at, self.minute, self.zone)


class Elapsed(NamedTuple):
    """The length of the impact or of the incident, so far or in all. Working it out takes a walk through the log."""

    label: str
    length: timedelta
    """At the moment `at`."""
    at: datetime

    @classmethod
    def of(cls, state: Incident, now: datetime) -> "Elapsed":
        return cls(*elapsed(state, now), now)

    def words(self, now: datetime) -> Line:
        length = format_duration(self.length + (now - self.at) * counts_on(self.label))
        return [(f"{elapsed_label(self.label)} ", "muted"), (length, "strong")]


class Lasting(NamedTuple):
    """The parts of a card that change only with the state, the room or the minute."""

    which: Line
    length: Elapsed
    leader: Line
    below: list[Line]
    """Stages and activity, and what waits for an answer of whoever looks."""
    events: list[Line]
    """Changes in flight and the last entries, the newest first."""
    about: list[Line] = []
    """Impact, roles and open work: where what is owed leaves room for them."""


def lasting(state: Incident, viewer: Viewer, room: Room) -> Lasting:
    flight = changes_in_flight(state)
    which, length, leader = _which(state), Elapsed.of(state, viewer.now), _leader(state)
    if room.height < FULL_LINES:
        offered, flying = offered_to(state, viewer.actor), f"  ± {len(flight)} in flight"
        marks = [(words, "warning") for words, holds in ((f"  {OFFERED}", offered), (flying, flight)) if holds]
        which = [*filled(which, room.width - cells(marks)), *marks]
        return Lasting(which, length, leader, [[(f"{state.stage.value.upper()}  ", "stage")]], [])
    below = [_strip(state, viewer, room), *_offered(state, viewer.actor)]
    width = room.width - room.left - 3 if room.beside else room.width
    lines = room.height - 1 - len(below) - _gap(room)
    if not room.beside:
        lines -= 4 if room.large else 1
    whole = [line for change in flight for line in _flying_whole(change, viewer, width)]
    changes = [_flying(change, viewer, width) for change in flight]
    most = max(1, lines // 3)
    if len(whole) <= lines // 2:
        changes = whole
    elif len(changes) > most:
        changes[most - 1 :] = [[(f"± {len(changes) - most + 1} more changes in flight", "warning")]]
    if lines == 1 and changes:
        half = width // 2
        last = _entries(state, viewer, width - half - 3, 1)
        return Lasting(
            which, length, leader, below, [[*filled(changes[0], half), ("   ", "text"), *line] for line in last]
        )
    known = {change.id for change in flight[: len(changes)]}
    events = [*changes, *_entries(state, viewer, width, lines - len(changes), known)][:lines]
    about = _about(state, viewer, room.left) if room.beside else []
    return Lasting(which, length, leader, below, events, about)


def card(parts: Lasting, owed: Sequence[Clock], viewer: Viewer, room: Room) -> list[Line]:
    """The lines at this moment; `owed` are the open clocks, the most urgent first."""
    if room.height < FULL_LINES:
        how = [*parts.below[0], *parts.length.words(viewer.now), ("  ", "text"), *parts.leader, ("   ", "text")]
        return [parts.which, how + _owed(owed, viewer, room.width - cells(how))]
    head = [_headline(parts, parts.length.words(viewer.now), room), *parts.below]
    if not room.large:
        return [*head, _owed(owed, viewer, room.width), *parts.events]
    head += [[]] * _gap(room)
    if room.beside:
        lines = room.height - len(head)
        left = _promises(owed, viewer, room.left, lines)
        if len(left) + 1 + len(parts.about) <= lines:
            left = [*left, *([[]] * (lines - len(left) - len(parts.about))), *parts.about]
        beside = zip_longest(left, parts.events)
        return head + [[*filled(left or [], room.left), (" │ ", "faint"), *(right or [])] for left, right in beside]
    return [*head, *_promises(owed, viewer, room.width, (room.height - len(head)) // 2), [], *parts.events]


def _headline(parts: Lasting, length: Line, room: Room) -> Line:
    """The card's first line: the incident, and at its end for how long and who leads; the narrower, the less."""
    right: Line = []
    for right in ([*length, ("   ", "text"), *parts.leader], [length[-1], ("  ", "text"), *parts.leader], parts.leader):
        if room.width - cells(right) >= WHICH_CELLS:
            break
    return [*filled(parts.which, room.width - cells(right) - 2), ("  ", "text"), *right]


def _gap(room: Room) -> int:
    """Blank lines below the head."""
    return int(room.height > LARGE_LINES + 1)


def closed(summary: Summary, zone: tzinfo) -> Line:
    """One line about an incident that is over."""
    when = local_stamp(summary.declared_at, zone) if summary.declared_at else ""
    return [(f"{summary.ref}  {summary.severity:<6}{when}  ", "muted"), (one_line(summary.title, 200), "text")]


def planned(state: Incident, owed: Sequence[Clock], now: datetime, zone: tzinfo) -> Line:
    """One line about a planned maintenance: when it begins or should end, and what it is."""
    window = state.planned
    clock = next((clock for clock in owed if clock.kind in ("begin", "complete")), None)
    if window is None or clock is None:
        return [(f"{state.ref}  ", "muted"), (one_line(state.title.value, 200), "text")]
    length = format_length(whole_minutes(abs(clock.due_at - now)))
    verb = "begins" if clock.kind == "begin" else "ends"
    look = {"overdue": "overdue", "warning": "warning"}.get(clock.state, "muted")
    left = f"overdue {length}" if clock.state == "overdue" else f"{verb} in {length}"
    when = f"{due_words(window.starts_at, now, zone)} to {due_words(window.until, window.starts_at, zone)}"
    return [
        (f"{state.ref}  ", "muted"), (f"{left:<16}  ", look), (f"{when:<18}  ", "text"),
        (one_line(state.title.value, 200), "text"),
    ]  # fmt: skip


# Which incident, how it stands, who leads


def _which(state: Incident) -> Line:
    rule = state.severity_rule
    badge = "urgent" if rule is not None and rule.urgent else "badge"
    drill = [(" DRILL ", "drill"), (" ", "text")] if state.drill else []
    above = next((link for link in links_of(state) if link.relation in UNDER), None)
    part = [(f"└ {above.words[:1].lower()}{above.words[1:]}  ", "muted")] if above is not None else []
    return [
        *part, (f" {state.severity.value} ", badge), (" ", "text"), *drill,
        (f"{state.ref}  {one_line(state.title.value, 200)}", "strong"),
    ]  # fmt: skip


def _leader(state: Incident) -> Line:
    holder = holder_of(state, "ic")
    leader = [("IC ", "muted"), (fitted(holder, 16), "strong")] if holder else [("no IC", "warning")]
    offered = offered_handoff(state)
    if offered is not None and offered.role == "ic":
        leader.append((f" ⇄ {fitted(offered.person, 12)}", "warning"))
    return leader


def _offered(state: Incident, actor: str) -> list[Line]:
    """The line about a handoff that waits for an answer of whoever looks; empty where none does."""
    if not offered_to(state, actor):
        return []
    return [[(with_keys(f"{OFFERED}: open the incident, {{accept}} accepts."), "warning")]]


def offered_to(state: Incident, actor: str) -> bool:
    """True while a handoff waits for this person to accept it."""
    offered = offered_handoff(state)
    return offered is not None and same_name(offered.person, actor)


def _strip(state: Incident, viewer: Viewer, room: Room) -> Line:
    busy = _activity(state, viewer, room.wide) if room.width >= SLIM_CELLS else []
    strip = stage_strip(stage_times(state, viewer.now), room.width - cells(busy) - 2)
    return filled([(words, STRIP_LOOKS[look]) for words, look in strip], room.width - cells(busy)) + busy


def _activity(state: Incident, viewer: Viewer, wide: bool) -> Line:
    """The entries of the last hour as bars, and how many they are."""
    counts = activity(state, viewer.now, *STEPS[wide])
    total, most = sum(counts), max(counts)
    bars = "".join(BARS[-(-count * (len(BARS) - 1) // most) if count else 0] for count in counts)
    words = f" {counted(total, 'entry', 'entries')} last hour" if wide else f" {total}/h"
    return [(bars, "activity" if total else "faint"), (words, "muted")]


# What is owed


@lru_cache(512)
def _named(what: str, width: int) -> str:
    return one_line(what, width)


def _owed(owed: Sequence[Clock], viewer: Viewer, width: int) -> Line:
    """As many clocks as there is room for, whole; the most urgent one in any case."""
    words: Line = []
    used = 0
    for clock in owed[:OWED_SHOWN]:
        glyph = STATE_GLYPH[clock.state].strip()
        gap = "   " if words else ""
        clock_words = f"{gap}{glyph + ' ' if glyph else ''}{_named(clock.what, 24)} {countdown(clock, viewer.now)}"
        due = f" {viewer.due(clock.due_at)}"
        used += cell_len(clock_words) + len(due)
        if words and used > width:
            break
        words.append((clock_words, clock.state if clock.state in ("warning", "overdue") else "text"))
        words.append((due, "muted"))
    return words or [("nothing is owed", "muted")]


_URGENT = {"overdue": "■ OVERDUE", "warning": "▲ DUE SOON", "running": "NEXT"}


def _promises(owed: Sequence[Clock], viewer: Viewer, width: int, lines: int) -> list[Line]:
    """The most urgent promise in large digits, and below it the others; at most so many lines."""
    if not owed:
        return [[("nothing is owed", "muted")]]
    # What is only waited for comes behind what somebody has to do.
    first = next((clock for clock in owed if clock.kind != "stability"), owed[0])
    look = first.state if first.state in ("warning", "overdue") else "next"
    others = [clock for clock in owed if clock is not first]
    left = lines - 1 - DIGIT_LINES
    if left < LEFT_BELOW_DIGITS:
        # Each by its name comes before one of them in large digits.
        shown = owed if len(owed) <= lines else owed[: lines - 1]
        return [*_rows(with_next(shown, owed), viewer, width, names_next=True), *_more(len(owed) - len(shown))]
    beside: list[Words] = [(f"{'was due' if first.state == 'overdue' else 'due'} {viewer.due(first.due_at)}", "text")]
    people = (("to", first.to_whom), ("by", first.by_whom))
    digits_of = big(countdown(first, viewer.now))
    beside += [(fitted(f"{word} {one_line(who, 80)}", width - cell_len(digits_of[0]) - 3), "text")
               for word, who in people if who]  # fmt: skip
    lines_of_clock: list[Line] = [[(f"{_URGENT[first.state]}  ", look), (_named(first.what, 80), "strong")]]
    for digits, words in zip(digits_of, [*beside, ("", "text"), ("", "text")], strict=False):
        lines_of_clock.append([(digits, look), ("   ", "text"), words])
    if len(others) < left:
        lines_of_clock.append([])
    shown = others if len(others) <= left else others[: left - 1]
    rows = _rows(with_next(shown, others), viewer, width, names_next=first.state == "overdue")
    return [*lines_of_clock, *rows, *_more(len(others) - len(shown))]


def with_next(shown: Sequence[Clock], owed: Sequence[Clock]) -> list[Clock]:
    """Those shown; what is owed next stands last where all of them are overdue."""
    following = next((clock for clock in owed if clock.state != "overdue"), None)
    return [*shown[:-1], following] if shown and following and following not in shown else [*shown]


def _more(hidden: int) -> list[Line]:
    return [[(f"and {hidden} more owed", "muted")]] if hidden else []


def _rows(owed: Sequence[Clock], viewer: Viewer, width: int, *, names_next: bool) -> list[Line]:
    """A clock a line: sign, countdown, what, by whom, and until when; the first that is not overdue says `next`."""
    rows: list[Line] = []
    following = next((clock for clock in owed if clock.state != "overdue"), None) if names_next else None
    for clock in owed:
        look = clock.state if clock.state in ("warning", "overdue") else "text"
        words = f"next {countdown(clock, viewer.now)}" if clock is following else in_words(clock, viewer.now)
        left = f"{STATE_GLYPH[clock.state]} {words}".strip().rjust(COUNTDOWN_CELLS) + "  "
        # The name needs the room more than the moment, which the countdown tells.
        due = f" {viewer.due(clock.due_at)}" if width >= DUE_CELLS else ""
        room = width - len(left) - len(due)
        name = fitted(_named(clock.what, 80), room)
        by = f"  {one_line(clock.by_whom, 30)}" if clock.by_whom else ""
        by = by if cell_len(name) + cell_len(by) <= room else ""
        name_cells = filled([(name, look), (by, "muted")], room)
        rows.append([(left, look if look != "text" else "strong"), *name_cells, (due, "muted")])
    return rows


# What is known, and what happened


def _about(state: Incident, viewer: Viewer, width: int) -> list[Line]:
    rows = [("Impact", words) for words in wrap(one_line(state.impact.value, 200), width - 8)[:3] if words]
    rows = [(label if not place else "", words) for place, (label, words) in enumerate(rows)]
    roles = state.playbook.roles if state.playbook else ()
    held = [f"{role.short} {fitted(holder, 16)}" for role in roles if (holder := holder_of(state, role.id))]
    rows += [("Roles", words) for words in (" · ".join(held),) if words]
    silent = [f"{fitted(each.person, 16)} {each.words(viewer.now)}" for each in unheard(state, viewer.now)]
    rows += [("Silent", words) for words in (" · ".join(silent),) if words]
    guesses = [guess for guess in hypotheses_of(state).values() if guess.verdict == "open"]
    counts = ((open_tasks(state), "task", ""), (open_fixes(state), "temporary fix", "temporary fixes"),
              (guesses, "hypothesis", "hypotheses"))  # fmt: skip
    work = " · ".join(counted(len(each), *words) for each, *words in counts if each)
    rows += [("Open", work)] if work else []
    return [[(f"{label:<8}", "muted"), (fitted(words, width - 8), "text")] for label, words in rows]


_MINUTE = timedelta(minutes=1)


def _flying_whole(change: Change, viewer: Viewer, width: int) -> list[Line]:
    """One line, or two where its words would be cut: which hosts are changed must be read."""
    line, words = _flying(change, viewer, width), one_line(change.text, 200)
    (head, look), (shown, _), by = line
    return [line] if shown == words else [[(head.rstrip(), look), by], [(fitted(words, width), "strong")]]


def _flying(change: Change, viewer: Viewer, width: int) -> Line:
    minutes = max(viewer.now - change.at, timedelta()) // _MINUTE
    since = format_length(minutes * _MINUTE) if minutes else "<1m"
    plan = "" if change.rollback else ", no rollback plan"
    head, tail = f"± IN FLIGHT {since}  ", f"  {one_line(change.by, 16)}{plan}"
    words = fitted(one_line(change.text, 200), max(8, width - cell_len(head) - cell_len(tail)))
    return [(head, "warning"), (words, "strong"), (tail, "text" if change.rollback else "warning")]


def _entries(state: Incident, viewer: Viewer, width: int, lines: int, known: Collection[str] = ()) -> list[Line]:
    """The last entries, the newest first, with times in one column; each in two lines where there are many.

    Those whose ids are `known` stand elsewhere.
    """
    if lines <= 0:
        return []
    latest = [entry for entry in latest_entries(state, lines + len(known)) if entry.id not in known][:lines]
    stamps = [viewer.due(entry.occurred_at) for entry in latest]
    column = max(map(len, stamps), default=0)
    rows: list[Line] = []
    for entry, stamp in zip(latest, stamps, strict=True):
        head = [(f"{stamp:>{column}} ", "muted"), (f"{SIGNS.get(entry.kind, '') or ' '} ", "strong")]
        author = f"  {author_words(entry.kind, one_line(entry.author, 16))}"
        room = width - cells(head)
        words = one_line(entry.text_in(viewer.zone), 400)
        if cell_len(words) + cell_len(author) <= room or lines < WRAPPED_FROM_LINES:
            rows.append([*head, (fitted(words, room - cell_len(author)), "text"), (author, "faint")])
            continue
        first, *more = wrap(words, room)
        rest = fitted(" ".join(more), room - cell_len(author))
        rows.append([*head, (first, "text")])
        rows.append([(" " * cells(head), "text"), (rest, "text"), (author if rest else author.strip(), "faint")])
    return rows[:lines]


# Words in cells


def cells(line: Line) -> int:
    """The width of the line in cells."""
    return sum([cell_len(words) for words, _ in line])


def _trimmed(line: Line, width: int) -> Line:
    """As much of the line as fits, with `…` where it was cut."""
    kept: Line = []
    for words, look in line:
        fits = fitted(words, width)
        kept.append((fits, look))
        width -= cell_len(fits)
        if fits != words or width <= 0:
            break
    return kept


def filled(line: Line, width: int) -> Line:
    """The line in exactly so many cells."""
    used = cells(line)
    if used >= width:
        line = _trimmed(line, width)
        used = cells(line)
    return [*line, (" " * (width - used), "text")]
