"""The score of a drill: each rule of the playbook that could be met, whether it was, when, and the entry that shows it.

Nothing is stored: the score is a function of the incident's events, and asks the same clocks, gates and advice that
the room shows. A rule that nothing called for is not counted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

import msgspec

from console.core.advice.facts import ROLL_BACK
from console.core.advice.rules import RULES, all_nudges, rule_words
from console.core.drill.conditions import since
from console.core.drill.script import Drill
from console.core.language.times import format_length
from console.core.log.clocks import Clock, Tally, clocks, promises
from console.core.log.event import Event
from console.core.log.fold import NeedsRefold, extend, fold, in_order
from console.core.log.state import Fact, Incident
from console.core.playbook.model import AUDIENCES, Playbook
from console.core.subjects.change import changes_of
from console.core.subjects.checklist import item_lists
from console.core.subjects.drill import DrillRun, DrillRuns, InjectGiven, run_ended, run_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.postmortem import postmortem_of, wants_postmortem
from console.core.subjects.role import role_of
from console.core.subjects.stage import overrides_of
from console.core.subjects.task import tasks_of
from console.core.subjects.update import updates_of

Family = Literal["role", "update", "clock", "gate", "checklist", "advice", "goal"]
Verdict = Literal["met", "late", "partly", "missed"]

POINTS: Mapping[Verdict, float] = {"met": 1.0, "late": 0.5, "partly": 0.5, "missed": 0.0}

AT_ONCE_S = 120
"""Within this, a role that the playbook wants filled at once is in time."""
HEED_S = 300
"""Within this, advice that was heeded counts as met; a checklist that was for so short a time is not counted."""
TICK_S = 60
"""The advice is asked for again so often while nothing is logged."""
MAX_DRILL_S = 24 * 3600
"""So long after its beginning a drill is over, whether or not somebody has ended it."""

DEEDS = frozenset(
    ("hasty_fix", "two_changes", "premature_closing", "eta_in_public", "speculation", "no_next_promised", "red_flag")
)
"""Advice about what was done or said: heeding it mends that, and never makes it a rule that was met."""

NOT_SCORED = frozenset(("no_ic", "missing_role", "no_scribe", "update_late", "task_silent", "long_shift", "situation"))
"""Advice about what roles and clocks are scored for, and what only asks whether a word means what it may."""


class Rule(msgspec.Struct, frozen=True):
    """A rule that could be met in this run."""

    id: str
    """The same in every run, such as `role:ic` or `advice:hasty_fix`."""
    family: Family
    text: str
    verdict: Verdict
    due_at: datetime | None = None
    at: datetime | None = None
    """When it was met, last where it was several times; of a rule that was missed, what called for it."""
    entry: str = ""
    """The id of the entry that shows it; empty where nothing was logged."""
    detail: str = ""
    said: str = ""
    """That entry's text; empty without one."""

    @property
    def points(self) -> float:
        return POINTS[self.verdict]


class Score(msgspec.Struct, frozen=True):
    ref: str
    script: Drill
    speed: int
    begun_at: datetime
    ended_at: datetime | None
    """None while the drill goes on: what is not due yet is not counted."""
    rules: tuple[Rule, ...]

    @property
    def points(self) -> float:
        return sum(rule.points for rule in self.rules)

    @property
    def percent(self) -> int | None:
        """Of the points that could be had, rounded down; None where there was none to have."""
        return int(100 * self.points / len(self.rules)) if self.rules else None

    def verdicts(self) -> dict[str, Verdict]:
        return {rule.id: rule.verdict for rule in self.rules}


def score_of(ref: str, events: Iterable[Event], now: datetime) -> Score | None:
    """The score of an incident's drill by its events, to its end or to `now`; None where it follows no drill."""
    watch = _Watch()
    state, end = watch.follow(ref, in_order(events), now)
    run, book = run_of(state), state.playbook
    if run is None or book is None:
        return None
    over = run_ended(state) is not None
    maker = _Rules(state, book, run, end, over, watch)
    return Score(ref, run.script, run.speed, run.at, end if over else None, tuple(maker.all()))


class _Spell(msgspec.Struct):
    """A time in which a piece of advice stood."""

    begun: datetime
    called_by: str
    """The entry after which it stood; empty where time alone brought it."""
    ended: datetime | None = None
    heeded_by: str = ""
    """The entry of somebody that ended it; empty where time ended it, an inject, or the closing of the incident."""


class _Watch:
    """The advice and the checklists that stood in the course of a run."""

    def __init__(self) -> None:
        self.spells: dict[str, list[_Spell]] = {}
        self.offered: dict[str, datetime] = {}
        """The checklists that were for that moment at some time, with the first."""

    def follow(self, ref: str, events: Sequence[Event], now: datetime) -> tuple[Incident, datetime]:
        """The state at the end of the run and that end, or those of `now`."""
        state, at = Incident(ref), now
        for place, event in enumerate(events):
            if place:
                self._wait(state, at, event.recorded_at)
            at = event.recorded_at
            before = state.phase
            try:
                state = extend(state, (event,))
            except NeedsRefold:
                state = fold(ref, events[: place + 1])
            closes = state.phase == "over" and before != "over"
            heeded = "" if closes or isinstance(event.body, InjectGiven) else event.id
            self._see(state, at, event.id, heeded)
            run = run_of(state)
            if run_ended(state) is not None or (run and at > run.at + timedelta(seconds=MAX_DRILL_S)):
                return state, at
        run = run_of(state)
        end = min(now, run.at + timedelta(seconds=MAX_DRILL_S)) if run else at
        self._wait(state, at, end)
        return state, max(at, end)

    def _wait(self, state: Incident, since: datetime, until: datetime) -> None:
        """See what time alone brings and ends; the last look is the one just before what comes next."""
        at = since + timedelta(seconds=TICK_S)
        while at < until and at < since + timedelta(seconds=MAX_DRILL_S):
            self._see(state, at)
            at += timedelta(seconds=TICK_S)
        if until > since:
            self._see(state, until)

    def _see(self, state: Incident, at: datetime, called_by: str = "", heeded_by: str = "") -> None:
        standing = {nudge.id for nudge in all_nudges(state, at)}
        for id in standing:
            spells = self.spells.setdefault(id, [])
            if not spells or spells[-1].ended is not None:
                spells.append(_Spell(at, called_by))
        for id, spells in self.spells.items():
            if id not in standing and spells[-1].ended is None:
                spells[-1].ended, spells[-1].heeded_by = at, heeded_by
        for each in item_lists(state, at):
            if each.now:
                self.offered.setdefault(each.id, at)


class _Rules:
    """The rules of one run; one method for each family."""

    def __init__(
        self, state: Incident, book: Playbook, run: DrillRun, end: datetime, over: bool, watch: _Watch
    ) -> None:
        self.state, self.book, self.run, self.end, self.over, self.watch = state, book, run, end, over, watch

    def all(self) -> Iterator[Rule]:
        for rule in self._every():
            shown = self.state.entries.get(rule.entry)
            yield msgspec.structs.replace(rule, said=shown.text if shown else "")

    def _every(self) -> Iterator[Rule]:
        yield from self.roles()
        yield from self.updates()
        yield from self.clocks()
        yield from self.gates()
        yield from self.checklists()
        yield from self.advice()
        yield from self.goals()

    def roles(self) -> Iterator[Rule]:
        """Each role that a severity in force asked for, from the first that did."""
        for role in self.book.roles:
            wanted = next(filter(None, (self._wanted(fact, role.id) for fact in self.state.severity.in_force)), None)
            if wanted is None:
                continue
            called, allowed = wanted
            due = called.at + timedelta(seconds=allowed or AT_ONCE_S)
            given = next((fact for fact in role_of(self.state, role.id).facts if fact.value), None)
            text = f"{role.name} named {f'within {_length(allowed)}' if allowed else 'at once'}"
            yield from self._dated(
                f"role:{role.id}", "role", text, due, given.at if given else None,
                given.id if given else called.id, given.value if given else "",
            )  # fmt: skip

    def _wanted(self, fact: Fact, role: str) -> tuple[Fact, int] | None:
        rule = self.book.severity(fact.value)
        return None if rule is None or role not in rule.roles else (fact, rule.roles[role])

    def updates(self) -> Iterator[Rule]:
        """The promises to each audience, as the room counts them; of an open incident also what is overdue."""
        tallies, owed = promises(self.state, self.end), clocks(self.state, self.end)
        for audience in AUDIENCES:
            overdue = [
                clock for clock in owed
                if clock.kind in ("update", "first_public", "executive_notice")
                and clock.audience == audience and clock.state == "overdue"
            ]  # fmt: skip
            tally = tallies[audience]
            counts = Tally(tally.kept, tally.late, tally.missed if self._closed else len(overdue))
            last = next(reversed(updates_of(self.state, audience)), None)
            yield from self._several(
                f"update:{audience}", "update", f"{audience.capitalize()} updates as promised", counts,
                last.at if last else None, last.id if last else self.state.declared_id,
            )  # fmt: skip

    @property
    def _closed(self) -> bool:
        return self.state.phase == "over"

    def clocks(self) -> Iterator[Rule]:
        """First words, the resolution target, tasks and pages."""
        owed, entries = clocks(self.state, self.end), self.state.entries
        for kind, text in (
            ("first_public", "First public post"), ("executive_notice", "Executive notice"),
            ("resolution", "Resolution target"),
        ):  # fmt: skip
            clock = next((clock for clock in owed if clock.kind == kind), None)
            if clock is None:
                continue
            shown = next((entry.id for entry in entries if entry.occurred_at == clock.kept_at and not entry.undone), "")
            within = f"{text} within {_length((clock.due_at - clock.starts_at).total_seconds())}"
            yield from self._dated(f"clock:{kind}", "clock", within, clock.due_at, clock.kept_at, shown)
        for kind, text in (("task", "Tasks reported back in time"), ("page", "Pages answered in time")):
            of_kind = [clock for clock in owed if clock.kind == kind and (clock.kept_at or clock.due_at <= self.end)]
            late = sum(clock.state == "late" for clock in of_kind)
            kept = sum(clock.state == "kept" for clock in of_kind)
            last = max((clock for clock in of_kind if clock.kept_at), key=_kept, default=None)
            shown = last.target if last else next((clock.target for clock in of_kind), "")
            yield from self._several(
                f"clock:{kind}", "clock", text, Tally(kept, late, len(of_kind) - kept - late),
                last.kept_at if last else None, shown,
            )  # fmt: skip

    def gates(self) -> Iterator[Rule]:
        """Each stage that was entered through a gate, or past one."""
        passed = {override.id: override for override in overrides_of(self.state)}
        guarded = {
            gate.stage for gate in self.book.gates
            if not gate.severities or self.state.severity.value in gate.severities
        }  # fmt: skip
        for stage, fact in {fact.value: fact for fact in self.state.stage.facts[1:]}.items():
            override = passed.get(fact.id)
            if stage in guarded or override is not None:
                text = f"{self.state.stage_title(stage)} entered with all that its gate asks for"
                detail = f"overridden: {override.reason}" if override else ""
                yield Rule(
                    f"gate:{stage}", "gate", text, "missed" if override else "met", None, fact.at, fact.id, detail
                )

    def checklists(self) -> Iterator[Rule]:
        lists = {each.id: each for each in item_lists(self.state, self.end)}
        for rule in self.book.checklists:
            offered = self.watch.offered.get(rule.id)
            if offered is None or not (lists[rule.id].ticked or self.end - offered >= timedelta(seconds=HEED_S)):
                continue
            done = sorted((item.done for item in lists[rule.id].items if item.done), key=lambda fact: fact.at)
            whole = bool(done) and (rule.ordered or len(done) == len(rule.items))
            verdict: Verdict = "met" if whole else "partly" if done else "missed"
            due = (self.state.declared_at or self.end) + timedelta(seconds=rule.until_s) if rule.until_s else None
            if whole and due and done[-1].at > due:
                verdict = "late"
            detail = f"{len(done)} of {len(rule.items)} checked off"
            last = done[-1] if done else None
            yield Rule(
                f"checklist:{rule.id}", "checklist", f"Checklist “{rule.title}”", verdict, due,
                last.at if last else offered, last.id if last else "", detail,
            )  # fmt: skip

    def advice(self) -> Iterator[Rule]:
        """Advice that stood, by how it was heeded; and advice that never had to be given, though it might have been."""
        for id in RULES:
            if id in NOT_SCORED or id in self.book.nudges_off:
                continue
            text, grace = rule_words(self.book, id), timedelta(seconds=HEED_S)
            spells = self.watch.spells.get(id, [])
            # What came up just now may still be heeded.
            spells = [each for each in spells if each.ended or self.end - each.begun >= grace]
            if not spells and id not in self.watch.spells and (shown := self._kept_to(id)):
                yield Rule(f"advice:{id}", "advice", text, "met", None, self._at(shown), shown, "kept to throughout")
            unheeded = next((each for each in spells if not each.heeded_by), None)
            if unheeded is not None:
                stood = _length(((unheeded.ended or self.end) - unheeded.begun).total_seconds())
                yield Rule(
                    f"advice:{id}", "advice", text, "missed", unheeded.begun + grace, unheeded.begun,
                    unheeded.called_by, f"not followed for {stood}",
                )  # fmt: skip
            elif spells:
                longest = max(spells, key=lambda each: (each.ended or self.end) - each.begun)
                lasted = (longest.ended or self.end) - longest.begun
                yield Rule(
                    f"advice:{id}", "advice", text, "met" if lasted <= grace and id not in DEEDS else "late",
                    longest.begun + grace,
                    longest.ended, longest.heeded_by, f"followed after {_length(lasted.total_seconds())}",
                )  # fmt: skip

    def _kept_to(self, id: str) -> str:
        """The entry that shows that a rule was kept to from the beginning; empty where nothing called for it."""
        find = _KEPT_TO.get(id)
        return (find(self.state, self.book) or "") if find else ""

    def _at(self, entry: str) -> datetime | None:
        shown = self.state.entries.get(entry)
        return shown.occurred_at if shown else None

    def goals(self) -> Iterator[Rule]:
        given = self.state.part(DrillRuns).given
        for goal in self.run.script.goals:
            after = given.get(goal.after)
            if goal.after and after is None:
                continue
            due = (after.at if after else self.run.at) + self.run.lasts(goal.within_s)
            shown = since(self.state, goal.done)
            # What is left undone when the drill ends is missed, also before its minute.
            if shown is None and self.over:
                due = min(due, self.end)
            yield from self._dated(
                f"goal:{goal.id}", "goal", goal.text, due, shown.at if shown else None,
                shown.entry if shown else after.id if after else self.run.id, goal.why,
            )  # fmt: skip

    def _dated(
        self, id: str, family: Family, text: str, due: datetime, at: datetime | None, entry: str, detail: str = ""
    ) -> Iterator[Rule]:
        """A rule with a moment by which it is to be met; none while there is time."""
        if at is not None:
            yield Rule(id, family, text, "met" if at <= due else "late", due, at, entry, detail)
        elif due <= self.end:
            yield Rule(id, family, text, "missed", due, None, entry, detail)

    def _several(
        self, id: str, family: Family, text: str, counts: Tally, at: datetime | None, entry: str
    ) -> Iterator[Rule]:
        """A rule that is met several times."""
        of_each = ((counts.kept, "in time"), (counts.late, "late"), (counts.missed, "missing"))
        detail = ", ".join(f"{count} {word}" for count, word in of_each if count)
        verdict: Verdict = "missed" if counts.missed else "late" if counts.late else "met"
        if detail:
            yield Rule(id, family, text, verdict, None, at, entry, detail)


def _kept(clock: Clock) -> datetime:
    assert clock.kept_at is not None
    return clock.kept_at


def _length(seconds: float) -> str:
    return format_length(timedelta(seconds=int(seconds)))


# Where advice could have been needed


def _last_change(state: Incident, book: Playbook) -> str:
    return next(reversed(changes_of(state)), "")


def _change_of_several(state: Incident, book: Playbook) -> str:
    changes = changes_of(state)
    return next(reversed(changes), "") if len({change.by for change in changes.values()}) > 1 else ""


def _rolled_back(state: Incident, book: Playbook) -> str:
    backs = (change.id for change in changes_of(state).values() if ROLL_BACK.search(change.text))
    return next(backs, "") if book.roll_back_first else ""


def _last_update(*audiences: str) -> Callable[[Incident, Playbook], str]:
    def find(state: Incident, book: Playbook) -> str:
        posted = [update for audience in audiences for update in updates_of(state, audience)]
        return max(posted, key=lambda update: update.at).id if posted else ""

    return find


def _moved_on(state: Incident, book: Playbook) -> str:
    """The last update, where the stage or the severity changed before it."""
    changed = [*state.stage.facts[1:], *state.severity.in_force[1:]]
    after_change = [update for update in updates_of(state) if changed and update.at >= changed[0].at]
    return after_change[-1].id if after_change else ""


def _mitigated(state: Incident, book: Playbook) -> str:
    stages = ((fact.id, book.stage(fact.value)) for fact in state.stage.facts)
    return next((id for id, stage in stages if stage and stage.milestone == "mitigated"), "")


def _stage_left(state: Incident, book: Playbook) -> str:
    facts = state.stage.facts
    limited = any((rule := book.stage(fact.value)) and rule.limit_s for fact in facts[:-1])
    return facts[-1].id if limited else ""


def _closed(state: Incident, book: Playbook) -> str:
    over = (fact.id for fact in state.stage.facts if (rule := book.stage(fact.value)) and rule.phase == "over")
    return next(over, "") if book.stability_s else ""


def _delegated(state: Incident, book: Playbook) -> str:
    """The last task that a commander, where there are more people than one, gave to another."""
    commanders = {fact.value for fact in role_of(state, "ic").facts}
    given = (task.id for task in reversed(tasks_of(state).values()) if task.owner and task.owner not in commanders)
    return next(given, "") if commanders else ""


def _owned(state: Incident, book: Playbook) -> str:
    owner = postmortem_of(state).owner.current
    return owner.id if owner and owner.value and wants_postmortem(state) else ""


def _raised(state: Incident, book: Playbook) -> str:
    ranks = [(book.severity_index(fact.value), fact.id) for fact in state.severity.in_force]
    return next((id for (before, _), (rank, id) in pairwise(ranks) if rank < before), "")


_KEPT_TO: Mapping[str, Callable[[Incident, Playbook], str]] = {
    "hasty_fix": _last_change,
    "two_changes": _change_of_several,
    "roll_back_first": _rolled_back,
    "fixing_first": _mitigated,
    "change_left_open": _last_change,
    "premature_closing": _closed,
    "severity_rose": _raised,
    "eta_in_public": _last_update("public"),
    "speculation": _last_update(*AUDIENCES),
    "milestone_update": _moved_on,
    "no_next_promised": _last_update("internal", "public"),
    "stage_too_long": _stage_left,
    "ic_debugging": _delegated,
    "fix_without_ticket": lambda state, book: next(reversed(fixes_of(state)), ""),
    "no_postmortem_owner": _owned,
}
"""Of the advice that a run might have needed: the entry that shows that it did not."""
