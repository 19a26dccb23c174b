"""The two lines at the top of the room: which incident, and what is owed most urgently."""

from datetime import datetime, timedelta, tzinfo

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from console.app.widgets.cell import Cell, Part, fitted, text
from console.core.language.text import one_line
from console.core.language.times import format_duration, local_pair
from console.core.log.clocks import Clock, clocks, over_since, promises
from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES
from console.core.subjects.role import holder_of

STATE_STYLE = {"overdue": "bold $error", "warning": "bold $warning", "running": "", "kept": "$success", "late": ""}
STATE_GLYPH = {"overdue": "■", "warning": "▲", "running": " ", "kept": "✓", "late": "✗"}
"""A shape for each state, so that colour is never needed to tell them apart."""

SHORT = {"escalation": "escalate", "executive_notice": "exec notice", "first_public": "first public",
         "customer_message": "customers", "stability": "stable in", "action_item": "action item"}  # fmt: skip
"""Kinds of clocks that read otherwise than they are called."""


def countdown(clock: Clock, now: datetime) -> str:
    """Time left (`04:12`), or `+03:05` since it was due."""
    left = clock.due_at - now
    # Rounded up, so that a countdown reaches 00:00 at the moment itself and counts up from there.
    if left > timedelta(0):
        return format_duration(timedelta(seconds=-(-left // timedelta(seconds=1))))
    return f"+{format_duration(left)}"


def badge_style(state: Incident) -> str:
    """Red only for severities that the playbook calls urgent."""
    rule = state.severity_rule
    return "bold $background on $error" if rule is not None and rule.urgent else "bold $background on $secondary"


class RoomHeader(Vertical):
    """Above the timeline; `show` at each second and each change."""

    def __init__(self, zone: tzinfo, *, id: str) -> None:
        super().__init__(id=id)
        self._zone = zone

    def compose(self) -> ComposeResult:
        with Horizontal(id="who-line"):
            yield Cell(id="incident")
            yield Cell(id="elapsed")
        with Horizontal(id="owed-row"):
            yield Cell(id="owed-line")
            yield Cell(id="time")

    def show(self, state: Incident, now: datetime, sync: str, well: bool = True) -> None:
        """`sync` says how the file is doing; `well` is false when it needs attention."""
        width = max(20, self.size.width or self.app.size.width) - 2
        elapsed = self._elapsed(state, now, sync if width >= 60 or not well else "", well, width)
        who = state.severity.value or "?"
        ref = state.ref if width >= 30 else state.ref.rpartition("-")[2]
        drill: list[Part] = [(" DRILL ", "bold $background on $accent"), " "] if state.drill and width >= 44 else []
        known = text((f" {who} ", badge_style(state)), " ", *drill, (ref, "bold"), "  ")
        title = fitted(one_line(state.title.value, 200), max(0, width - known.cell_length - elapsed.cell_length - 2))
        self.query_one("#incident", Cell).show(text(known, (title, "bold")))
        self.query_one("#elapsed", Cell).show(elapsed)
        time = self._time(now, width)
        self.query_one("#time", Cell).show(time)
        self.query_one("#owed-line", Cell).show(self._owed(state, now, width - time.cell_length))

    def _time(self, now: datetime, width: int) -> Content:
        """The time of day in the viewer's zone and, where that is not UTC and there is room, in UTC."""
        here, in_utc = local_pair(now, self._zone)
        if width < 48:
            return text("")
        beside = f" {in_utc}" if in_utc and width >= 98 else "" if in_utc else " UTC"
        return text(("  ", ""), (here, "bold"), (beside, "$muted"))

    def _elapsed(self, state: Incident, now: datetime, sync: str, well: bool, width: int) -> Content:
        """Stage, time since the declaration, who commands, and how the file is doing; the narrower, the less."""
        parts: list[Part] = [(f"{state.stage.value.upper()}  ", "bold $primary")] if width >= 50 else []
        if state.declared_at is not None:
            ended = over_since(state)
            # The stage beside it says that it is closed; the title needs the room more.
            words = "closed after " if ended and width >= 98 else "after " if ended and width >= 60 else ""
            parts += [words, (format_duration((ended or now) - state.declared_at), "bold")]
        if width >= 34:
            holder = holder_of(state, "ic")
            parts += ["  IC ", (fitted(holder, 16), "bold") if holder else ("nobody", "bold $warning")]
        if sync:
            parts += ["  ", (sync, "$muted" if well else "bold $warning")]
        return text(*parts)

    def _owed(self, state: Incident, now: datetime, width: int) -> Content:
        known = clocks(state, now)
        parts: list[Part] = []
        if not known:
            words = "imported record: nothing is owed" if state.retrospective else "nothing is owed"
            return text((words, "$muted"))
        running = [clock for clock in known if clock.open]
        shown: list[tuple[str, Clock]] = []
        for audience in AUDIENCES:
            shown += [(audience, clock) for clock in running if clock.audience == audience][:1]
        escalations = [clock for clock in running if clock.kind == "escalation"]
        rest = [clock for clock in running if not clock.audience and clock.kind not in ("escalation", "task")]
        shown += [(SHORT.get(clock.kind, clock.kind), clock) for clock in (*escalations, *rest)]
        # A task has its row in the column; one that is overdue must be seen without it, too.
        late = [clock for clock in running if clock.kind == "task" and clock.state == "overdue"]
        if late:
            owner = fitted(one_line(late[0].by_whom, 30), 10)
            name = f"{len(late)} tasks" if len(late) > 1 else f"task of {owner}" if owner else "task"
            shown.append((name, late[0]))
        shown.sort(key=lambda pair: pair[1].due_at)
        used = 0
        tally = self._tally(state, now)
        for name, clock in shown:
            glyph = STATE_GLYPH[clock.state].strip()
            words = f"{glyph + ' ' if glyph else ''}{name} {countdown(clock, now)}"
            # What is overdue comes before the record of what was kept.
            beside = 0 if clock.state == "overdue" else tally.cell_length
            if used + len(words) + 3 + beside > width and used:
                break
            parts += [(words, STATE_STYLE[clock.state] or ("bold" if not used else "")), "   "]
            used += len(words) + 3
        return text(*parts, tally) if used + tally.cell_length <= width else text(*parts)

    def _tally(self, state: Incident, now: datetime) -> Content:
        parts: list[Part] = []
        for name, style in (("kept", "$success"), ("late", "$warning"), ("missed", "$warning")):
            if count := sum(getattr(tally, name) for tally in promises(state, now).values()):
                parts += [" ", (f"{count} {name}", style)]
        return text(("promises", "$muted"), *parts) if parts else text("")
