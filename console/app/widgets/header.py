"""The lines at the top of the room: which incident, what is owed most urgently, and the stages."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from console.app.widgets.cell import Cell, Part, fitted, pressable, text
from console.app.widgets.countdown import STATE_GLYPH, STATE_STYLE, clock_name, elapsed_label, in_words
from console.app.widgets.panels import pressable_clock
from console.app.widgets.stage_strip import stage_strip
from console.core.language.text import one_line
from console.core.language.times import due_words, format_duration, format_length, local_pair, whole_minutes
from console.core.language.zones import zone_letters
from console.core.log.clocks import Clock, elapsed, promises
from console.core.log.stages import stage_times
from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES
from console.core.subjects.role import holder_of

WRONG_CHARS = 14
"""Of what is wrong on a page, on a narrow screen."""

BRIEF_FROM = timedelta(minutes=10)
"""From this time left on its seconds make room for more, where there is little."""


def badge_style(state: Incident) -> str:
    """Red only for severities that the playbook calls urgent."""
    rule = state.severity_rule
    return "bold $background on $error" if rule is not None and rule.urgent else "bold $on-pale on $secondary"


STAGE_STYLE = {"passed": "$muted", "present": "bold $background on $primary", "late": "bold $on-pale on $warning",
               "ahead": "$faint"}  # fmt: skip


def stages_line(state: Incident, now: datetime, width: int) -> Content:
    """The stages on one line; the present one stands out, whole at any width."""
    parts: list[Part] = []
    for words, look in stage_strip(stage_times(state, now), width - 2):
        parts.append((f" {words} " if look in ("present", "late") else words, STAGE_STYLE[look]))
    return pressable("stage", *parts)


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
        yield Cell(id="stage-line")

    @property
    def width(self) -> int:
        """In cells; foreseen until it is laid out."""
        return max(18, self.size.width or self.app.size.width - 2)

    def show(
        self, state: Incident, owed: Sequence[Clock], now: datetime, sync: str, wrong: Sequence[Part] = (), *,
        well: bool, folded: bool,
    ) -> None:  # fmt: skip
        """`owed` are the open clocks. `sync` says how the file is doing; `well` is false when it needs attention.
        `wrong` says what is wrong on a page. `folded` says that no panel shows all that is owed."""
        width = self.width
        # Where it is narrow the title needs the room more, and the second line has some.
        saved: list[Part] = [("  ", ""), (sync, "$muted" if well else "bold $warning")]
        roomy = width >= 98
        standing = text(self._standing(state, now, width), *(saved if roomy else ()))
        badge = ("maintenance", "MAINTENANCE") if state.maintenance else ("severity", state.severity.value or "?")
        ref = state.ref if width >= 30 else state.ref.rpartition("-")[2]
        drill: list[Part] = [(" DRILL ", "bold $background on $accent"), " "] if state.drill and width >= 44 else []
        known = text(pressable(badge[0], (f" {badge[1]} ", badge_style(state))), " ", *drill, (ref, "bold"), "  ")
        title = fitted(one_line(state.title.value, 200), max(0, width - known.cell_length - standing.cell_length - 2))
        self.query_one("#incident", Cell).show(text(known, (title, "bold")))
        self.query_one("#elapsed", Cell).show(standing)
        time = text(self._time(now, width), *(saved if not roomy and (width >= 60 or not well) else ()))
        self.query_one("#time", Cell).show(time)
        # What is overdue comes first, and has its room on the narrowest screen.
        failed = text("  ", *wrong) if wrong else text()
        failed = failed if width >= 70 else failed[:WRONG_CHARS]
        owes = self._owed(state, owed, now, width - time.cell_length - failed.cell_length, folded)
        self.query_one("#owed-line", Cell).show(text(owes.rstrip(), failed))
        stages = text() if state.withdrawn else stages_line(state, now, width)
        line = self.query_one("#stage-line", Cell)
        line.show(stages)
        line.set_class(bool(stages), "-some")

    def _time(self, now: datetime, width: int) -> Content:
        """The time of day in the viewer's zone and, where that is not UTC and there is room, in UTC."""
        here, in_utc = local_pair(now, self._zone)
        if width < 48:
            return text("")
        zone = zone_letters(self._zone, now) if in_utc else "UTC"
        beside = f" {zone}" + (f" {in_utc}" if in_utc and width >= 98 else "")
        return text(("  ", ""), (here, "bold"), (beside, "$muted"))

    def _standing(self, state: Incident, now: datetime, width: int) -> Content:
        """The impact's length so far or in all, the IC, and the stage if it has no line. The narrower, the less."""
        if state.withdrawn:
            return text(("WITHDRAWN  ", "bold $warning"))
        named = state.stage_title(state.stage.value) if state.maintenance else state.stage.value
        opens = "maintenance" if state.maintenance else "stage"
        stage: list[Part] = [pressable(opens, (named.upper(), "bold $primary")), "  "]
        # A low terminal has no line to spare for them.
        parts: list[Part] = stage if width >= 50 and not self.screen.has_class("-tall") else []
        if state.declared_at is not None:
            words, length = elapsed(state, now)
            parts += [f"{elapsed_label(words)} " if width >= 60 else "", (format_duration(length), "bold")]
        if width >= 34:
            holder = holder_of(state, "ic")
            # A maintenance asks for no roles.
            none = ("nobody", "$muted" if state.maintenance else "bold $warning")
            leads = (fitted(holder, 16), "bold") if holder else none
            parts += ["  ", pressable("role", "IC ", leads)]
        return text(*parts)

    def _owed(self, state: Incident, running: Sequence[Clock], now: datetime, width: int, folded: bool) -> Content:
        tally = self._tally(state, now)
        if not running and not tally:
            return text(("retrospective: nothing is owed" if state.retrospective else "nothing is owed", "$muted"))
        shown: list[tuple[str, Clock]] = []
        for audience in AUDIENCES:
            shown += [(clock_name(clock), clock) for clock in running if clock.audience == audience][:1]
        escalations = [clock for clock in running if clock.kind == "escalation"]
        rest = [clock for clock in running if not clock.audience and clock.kind not in ("escalation", "task")]
        shown += [(clock_name(clock), clock) for clock in (*escalations, *rest)]
        # A task has its row in the column; one that is nearly due or overdue must be seen without it, too.
        pressing = [clock for clock in running if clock.kind == "task" and clock.state != "running"]
        if pressing:
            # Beside the panels it is called as there; without them whose it is says more in as many letters.
            owner = fitted(one_line(pressing[0].by_whom, 30), 10)
            task = (f"task of {owner}" if owner else "task") if folded else fitted(one_line(pressing[0].what, 80), 24)
            name = f"{len(pressing)} tasks" if len(pressing) > 1 else task
            shown.append((name, pressing[0]))
        shown.sort(key=lambda pair: pair[1].due_at)
        row, count = self._row(shown, now, width, tally, folded, tight=False)
        overdue = sum(clock.state == "overdue" for _, clock in shown)
        if count < min(overdue + 1, len(shown)):
            row, _ = self._row(shown, now, width, tally, folded, tight=True)
        return row

    def _row(
        self, shown: Sequence[tuple[str, Clock]], now: datetime, width: int, tally: Content, folded: bool, *,
        tight: bool,
    ) -> tuple[Content, int]:  # fmt: skip
        """The row of the clocks owed, as far as they fit, and the number of those.

        Where it is `tight` what is overdue makes room for what is owed next: whole minutes are enough.
        """
        parts: list[Part] = []
        used, gap = 0, "  " if tight else "   "
        for place, (name, clock) in enumerate(shown):
            glyph, length = STATE_GLYPH[clock.state].strip(), in_words(clock, now)
            if tight and clock.state == "overdue":
                length = f"+{format_length(whole_minutes(now - clock.due_at))}"
            elif tight and clock.due_at - now >= BRIEF_FROM:
                length = f"in {format_length(whole_minutes(clock.due_at - now))}"
            words = f"{glyph + ' ' if glyph else ''}{(tight and clock.audience) or name} {length}"
            due = f" {due_words(clock.due_at, now, self._zone)}" if width >= 40 and not tight else ""
            # What is overdue comes before the record of what was kept; where it is narrow, what is owed next does too.
            beside = 0 if clock.state == "overdue" or width < 70 else tally.cell_length
            others = self._others(shown[place + 1 :] if folded else ())
            if used + len(words) + len(due) + len(gap) + max(beside, others.cell_length) > width and used:
                if folded:
                    parts += [self._others(shown[place:], width - used), gap]
                    used = sum(text(part).cell_length for part in parts)
                break
            look = STATE_STYLE[clock.state] or ("bold" if not used else "")
            parts += [pressable_clock(clock, (words, look), (due, "$muted")), gap]
            used += len(words) + len(due) + len(gap)
        else:
            place = len(shown)
        return text(*parts, tally) if used + tally.cell_length <= width else text(*parts), place

    def _others(self, hidden: Sequence[tuple[str, Clock]], room: int = 0) -> Content:
        """The number of clocks owed but not shown, marked as the most urgent of them; in words where there is room."""
        if not hidden:
            return text("")
        worst = min((clock.state for _, clock in hidden), key=("overdue", "warning", "running").index)
        words = f"{STATE_GLYPH[worst]} +{len(hidden)}".strip()
        return pressable(
            "panels", (f"{words.replace('+', '')} more" if len(words) + 4 <= room else words, STATE_STYLE[worst])
        )

    def _tally(self, state: Incident, now: datetime) -> Content:
        parts: list[Part] = []
        tallies = promises(state, now).values()
        for name, style in (("kept", "$success"), ("late", "$warning"), ("missed", "$warning")):
            if count := sum(getattr(tally, name) for tally in tallies):
                parts += [" ", (f"{count} {name}", style)]
        return text(("updates", "$muted"), *parts) if parts else text("")
