"""The values that texts are filled from: an incident's state in plain words, each under a name that templates use.

Everything is a text, a number, a yes or no, or a list of these, cleaned and on one line. What the public may not read
is not among the values of a public text at all, so that no template can say it by mistake. docs/templates.md describes
each value; a test holds it to this file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from heapq import nlargest
from itertools import pairwise
from typing import NamedTuple

from console.core.language.checks import title_doubt
from console.core.language.grounds import standing_on
from console.core.language.times import format_length
from console.core.log.clocks import Clock, elapsed, met_of, open_clocks, over_since
from console.core.log.conflicts import conflicts_of, field_words, settled_in_the_room, value_words
from console.core.log.entries import Entry
from console.core.log.milestones import durations, impact_ended, milestones
from console.core.log.state import Fact, Incident
from console.core.log.tagged import CAUSE_TAGS, tagged, untagged
from console.core.playbook.model import Severity
from console.core.subjects.change import changes_in_flight, changes_of
from console.core.subjects.component import components_of
from console.core.subjects.fix import fixes_of, open_fixes
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.link import handled_elsewhere
from console.core.subjects.postmortem import wants_postmortem
from console.core.subjects.public_title import public_title
from console.core.subjects.role import holder_of
from console.core.subjects.task import open_tasks, tasks_of
from console.core.subjects.triage import answers_of
from console.core.subjects.update import next_number, updates_of
from console.export.timeline import clock_time, noticed_at, span, times
from console.export.updates.redact_names import people, publishable
from console.export.updates.wording import dated, day, doing, moment, plain, status

Facts = dict[str, object]
Say = Callable[[str], str]
MAX_THINGS = 8
"""The most things that a list holds: the newest findings and acts, the most urgent debts."""


class Thing(NamedTuple):
    """Something that was found or done."""

    at: datetime
    text: str
    who: str
    what: str
    """Found, Done, Decided, Temporary fix, or Temporary fix (removed); of a change Done, Rolled back or Failed."""


class Teller:
    """Makes the values of one incident at one moment; `say` makes a person's text fit for where it will stand.

    `promised` is the time to the next update; a `final` one promises none.
    """

    def __init__(self, state: Incident, now: datetime, zone: tzinfo, say: Say = plain) -> None:
        self.state, self.now, self.zone, self.say = state, now, zone, say
        self.left_out: list[tuple[str, str]] = []
        """Sentences that `public` kept back, each with the reason."""
        self.for_public = False

    def at(self, moment_: datetime | None) -> str:
        """A moment: with its zone for the public, else in the zone that `time` names."""
        if moment_ is None:
            return ""
        if self.for_public:
            return moment(moment_, self.now, self.zone, utc_first=True)
        return clock_time(moment_, self.now, self.zone)

    def _period(self, began: datetime | None, ended: datetime | None, dates: bool) -> str:
        """The period of the impact, as it goes on behind a verb: `from 13:42 to 14:09 UTC`, `until 14:09 UTC`.

        With `dates`, for a text that is read later, `on 2 July 2019 from 13:42 to 14:09 UTC`.
        """
        if ended is None:
            return f"beginning on {self._dated(began)}" if began and dates else ""
        if began is None or "impact_lasted" not in durations(self.state):
            return f"until {self._dated(ended) if dates else self.at(ended)}"
        zone = UTC if self.for_public else self.zone
        first, last = began.astimezone(zone), ended.astimezone(zone)
        if not dates:
            words = span(began, ended, self.now, zone)
        elif first.date() == last.date():
            words = f"{first:%H:%M} to {last:%H:%M}"
        else:
            words = f"{day(first)}, {first:%H:%M} to {day(last)}, {last:%H:%M}"
        if self.for_public:
            local = [at.astimezone(self.zone) for at in (began, ended)]
            words += " UTC"
            if local[1].utcoffset():
                words += f" ({local[0]:%H:%M} to {local[1]:%H:%M} {local[1]:%Z})"
        return f"on {day(first)} from {words}" if dates and first.date() == last.date() else f"from {words}"

    def _dated(self, at: datetime) -> str:
        return dated(at, self.zone, utc_first=self.for_public)

    def line(self, text: str) -> str:
        """A line of the timeline."""
        return self.say(untagged(text))

    def public(self, audience: str = "public", promised: timedelta | None = None, final: bool = False) -> Facts:
        """Values for a text that leaves the house: no names, no guesses, no time by which it will be over."""
        self.for_public = True
        names, silent = people(self.state), plans_no_public_update(self.state)
        components = list(components_of(self.state))

        def safe(text: str) -> str:
            if silent and text.strip():
                self.left_out.append((text, "the playbook plans no public update"))
                return ""
            checked = publishable(text, names, components)
            self.left_out += checked.left_out
            return checked.text

        return self._common(audience, promised, final, safe)

    def internal(self, audience: str = "internal", promised: timedelta | None = None, final: bool = False) -> Facts:
        """Values for a text among colleagues: all of the public ones, in full, and who, what and why besides."""
        state, say, line = self.state, self.say, self.line
        since = updates_of(state, audience)[-1].at if updates_of(state, audience) else None
        # A judgement is a finding too, and stands with its hypothesis; so does what was marked as the cause.
        causes = tagged(state, CAUSE_TAGS)
        stated = causes[-1].id if causes else ""
        by_entry = hypotheses_of(state)
        findings = self._newest("finding", lambda entry: entry.about not in by_entry and entry.id != stated)
        # What was done before anybody noticed belongs to what is known, not to the response.
        noticed = noticed_at(state)
        led_up = [act for act in self._newest("action") if act.occurred_at < noticed]
        learned = [Thing(finding.occurred_at, finding.text, finding.author, "Found") for finding in findings]
        learned += [Thing(act.occurred_at, standing_on(act.text, noticed), act.author, "Found") for act in led_up]
        learned.sort(key=lambda thing: thing.at)
        clocks = [clock for clock in open_clocks(state, self.now) if clock.kind != "stability"]
        rule = state.severity_rule
        hypotheses = by_entry.values()
        supported = [hypothesis for hypothesis in hypotheses if hypothesis.verdict == "supported"]
        return self._common(audience, promised, final, lambda text: text) | {
            "ic": say(holder_of(state, "ic")),
            "declared_by": say(state.declared_by),
            "severity_meaning": say(rule.meaning) if rule else "",
            "stage_goal": say(state.stage_rule.goal) if state.stage_rule else "",
            "roles": [
                {"role": say(role.name), "person": say(holder_of(state, role.id)), "leads": role.id == "ic"}
                for role in (state.playbook.roles if state.playbook else ())
            ],
            "changed": self._things(self._moves(), since),
            "learned": self._things(learned, since),
            "findings": self._things(learned, None),
            "more_findings": max(self._count("finding") - MAX_THINGS, 0),
            "done": self._things(self._acts(), since),
            "decided": [line(entry.text) for entry in self._newest("decision")],
            "more_decided": max(self._count("decision") - MAX_THINGS, 0),
            "failed": self._things([act for act in self._acts() if act.what in ("Failed", "Rolled back")], None),
            "severity_changes": [
                f"{before.value} → {after.value}, {self.at(after.at)}"
                for before, after in pairwise(state.severity.in_force)
                if before.value != after.value
            ][-MAX_THINGS:],
            "in_hand": list(self._in_hand()),
            "changes": [
                {"text": line(change.text), "who": say(change.by), "rollback": say(change.rollback)}
                for change in changes_in_flight(state)
            ],
            "tasks": [
                {"number": task.number, "text": line(task.text), "who": say(task.owner), "due": self.at(task.due_at)}
                for task in open_tasks(state)[:MAX_THINGS]
            ],
            "needs": list(self._needs(clocks))[:MAX_THINGS],
            "escalations": list(self._escalations(clocks)),
            "cause": line(state.words(causes[-1])) if causes else "",
            "supported": [line(guess.text) for guess in supported][-MAX_THINGS:],
            "evidence": say(supported[-1].evidence) if supported else "",
            "suspected": [line(guess.text) for guess in hypotheses if guess.verdict == "open"][-MAX_THINGS:],
            "ruled_out": [line(guess.text) for guess in hypotheses if guess.verdict == "ruled_out"][-MAX_THINGS:],
            "fixes": [
                {"text": line(fix.text), "where": say(fix.where), "ticket": say(fix.ticket), "who": say(fix.owner)}
                for fix in open_fixes(state)[-MAX_THINGS:]
            ],
            "owed": [self._owed(clock) for clock in clocks[:MAX_THINGS]],
            "target": self._target(rule),
            "escalate_to": say(state.playbook.escalate_to) if state.playbook else "",
        }

    def _common(self, audience: str, promised: timedelta | None, final: bool, safe: Say) -> Facts:
        state, now, say = self.state, self.now, self.say
        at = milestones(state)
        began, ended = at.get("impact_started"), impact_ended(state)
        components = {name: register.value for name, register in components_of(state).items() if register.value}
        parts = [
            # Whether it is said to be affected still hangs on the end of the impact.
            {"name": standing_on(say(name), ended), "state": say(value), "label": say(_LABELS.get(value, value))}
            for name, value in ((safe(name), value) for name, value in components.items())
            if name
        ]
        own = state.title.value
        if self.for_public:
            own = public_title(state).value or (own if not title_doubt(own, ()) else "")
        title = say(safe(own)) or self._unnamed(components, safe)
        impact = say(safe(state.impact.value))
        answers = answers_of(state)
        word, elsewhere = status(state), handled_elsewhere(state)
        last = next(reversed(updates_of(state, audience)), None)
        return {
            "ref": state.ref,
            "drill": state.drill,
            "title": title,
            "impact": impact,
            # A public text says it otherwise once it is mitigated.
            "issue": standing_on(impact or title, ended) if self.for_public else impact or title,
            "severity": say(state.severity.value),
            "stage": say(state.stage_title(state.stage.value)),
            "status": word,
            "status_title": "Handled elsewhere" if elsewhere else word.capitalize() or "Reported",
            "doing": doing(state),
            "workaround": say(safe(_descriptive(answers.get("workaround", "")))),
            "symptoms": say(safe(_descriptive(answers.get("symptoms", "")))),
            "components": parts,
            # A page that is told of the end puts them back; its text must not say otherwise.
            "affected": [part for part in parts if part["state"] != "operational"] if word != "resolved" else [],
            "audience": audience,
            "number": next_number(state, audience),
            "previous": {"number": last.number, "time": self.at(last.at), "text": self.say(last.text)} if last else "",
            "time": self.at(now) if self.for_public else times(now, self.zone),
            "date": f"{now.astimezone(self.zone):%Y-%m-%d}",
            "declared_at": self.at(state.declared_at),
            "since": self.at(began),
            "lasted": self._lasted(began, ended),
            "elapsed": self._elapsed(),
            "began": self._dated(began) if began else "",
            "ended": self._ended(began, ended),
            "period": self._period(began, ended, False),
            "dated_period": self._period(began, ended, True),
            "until": self.at(ended),
            "next_update": self.at(now + promised) if promised and not final else "",
            "final": final,
            "apology": bool(state.severity_rule and state.severity_rule.customer_message_s),
            "review": wants_postmortem(state),
        }

    def _unnamed(self, components: dict[str, str], safe: Say) -> str:
        """The title where nothing of it may be said."""
        names = [name for name in map(safe, components) if name]
        return f"A problem with {self.say(', '.join(names))}" if names else "A problem with our service"

    def _newest(self, kind: str, fits: Callable[[Entry], bool] = lambda entry: True) -> list[Entry]:
        """The newest entries of a kind that stand, oldest first."""
        entries = self._by_kind.get(kind, ())
        # Mostly the last ones: what comes behind them takes no place of theirs.
        places = (place for place in range(len(entries) - 1, -1, -1) if fits(entries[place]))
        newest = nlargest(MAX_THINGS, ((entries[place].occurred_at, place) for place in places))
        return [entries[place] for _, place in reversed(newest)]

    @cached_property
    def _by_kind(self) -> Mapping[str, Sequence[Entry]]:
        """The entries that are neither undone nor redacted, in one walk through the log: it may be long."""
        by_kind: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.state.entries:
            if not (entry.undone or entry.redacted):
                by_kind[entry.kind].append(entry)
        return by_kind

    def _count(self, kind: str) -> int:
        """The number of entries of a kind that are neither undone nor redacted."""
        return len(self._by_kind.get(kind, ()))

    def _in_hand(self) -> Iterator[str]:
        """Clauses on what is under way or holds for now, without technical detail."""
        state = self.state
        changes, fixes = changes_of(state).values(), fixes_of(state).values()
        if count := len(changes_in_flight(state)):
            words = "A production change is" if count == 1 else f"{count} production changes are"
            moments = [moment for change in changes for moment in (change.at, change.ended_at)]
            yield standing_on(f"{words} being made", *moments)
        if count := len(open_fixes(state)):
            words = "A temporary fix is" if count == 1 else f"{count} temporary fixes are"
            yield standing_on(f"{words} in place", *(at for fix in fixes for at in (fix.added_at, fix.removed_at)))
        guesses = hypotheses_of(state).values()
        if any(guess.verdict == "supported" for guess in guesses) and not tagged(state, CAUSE_TAGS):
            judged = [guess.judged_at for guess in guesses if guess.verdict == "supported"]
            yield standing_on("A cause is supported, and not confirmed yet", *judged)

    def _acts(self) -> list[Thing]:
        """Acts in their order: actions, decisions, finished tasks and changes, temporary fixes put in."""
        state, noticed = self.state, noticed_at(self.state)
        acts = [
            Thing(entry.occurred_at, entry.text, entry.author, what)
            for kind, what in (("action", "Done"), ("decision", "Decided"))
            for entry in self._newest(kind)
            if entry.occurred_at >= noticed
        ]
        tasks = tasks_of(state).values()
        acts += [Thing(task.done_at, task.text, task.done_by, "Done") for task in tasks if task.done_at]
        acts += [
            Thing(
                change.ended_at,
                f"{untagged(change.text)}: {change.note}" if change.note else change.text,
                change.by,
                change.outcome.replace("_", " ").capitalize(),
            )
            for change in changes_of(state).values()
            if change.ended_at
        ]
        for fix in fixes_of(state).values():
            what = standing_on("Temporary fix (removed)", fix.removed_at) if fix.removed_at else "Temporary fix"
            acts.append(Thing(fix.added_at, fix.text, fix.by, what))
        return sorted(acts, key=lambda thing: thing.at)

    def _moves(self) -> list[Thing]:
        """New severities and stages, and escalations, in their order."""
        state = self.state

        def move(what: str, name: Callable[[str], str], before: Fact, after: Fact) -> Thing:
            words = f"{what} {name(before.value)} → {name(after.value)}"
            return Thing(after.at, standing_on(words, before.value, after.value), after.by, "Changed")

        moves = [
            move(what, name, before, after)
            for what, register, name in (("Severity", state.severity, str), ("Stage", state.stage, state.stage_title))
            for before, after in pairwise(register.in_force)
            if before.value != after.value
        ]
        escalations = {met.id for met in met_of(state) if met.clock == "escalation"}
        for entry in self._newest("clock", lambda entry: entry.id in escalations):
            moves.append(Thing(entry.occurred_at, state.words(entry), entry.author, "Changed"))
        return sorted(moves, key=lambda thing: thing.at)

    def _things(self, things: list[Thing], since: datetime | None) -> list[Facts]:
        """The newest, oldest first; with `since` only later ones."""
        return [
            {"text": self.line(thing.text), "time": self.at(thing.at), "who": self.say(thing.who), "what": thing.what}
            for thing in [thing for thing in things if since is None or thing.at > since][-MAX_THINGS:]
        ]

    def _target(self, rule: Severity | None) -> str:
        """The resolution target of the severity; empty where it sets no time."""
        if rule is None or not rule.resolution_s or self.state.declared_at is None:
            return ""
        target = self.state.declared_at + timedelta(seconds=rule.resolution_s)
        return standing_on(self.at(target), rule.name) + (" (passed)" if target < self.now else "")

    def _lasted(self, began: datetime | None, ended: datetime | None) -> str:
        """The length of time that the impact lasted, or lasts; empty where its start or its end is not known."""
        lasted = durations(self.state).get("impact_lasted")
        if lasted:
            return format_length(lasted.length)
        lasts = began and ended is None and over_since(self.state) is None and self.now >= began
        return format_length(self.now - began) if began and lasts else ""

    def _elapsed(self) -> str:
        words, length = elapsed(self.state, self.now)
        behind = {"impact": " so far", "declared": " ago"}.get(words, "")
        return f"{words} {format_length(length)}{behind}"

    def _ended(self, began: datetime | None, ended: datetime | None) -> str:
        if began and ended and began.astimezone(self.zone).date() == ended.astimezone(self.zone).date():
            return moment(ended, ended, self.zone, utc_first=self.for_public)
        return self._dated(ended) if ended else ""

    def _owed(self, clock: Clock) -> Facts:
        late = clock.state == "overdue"
        left = format_length(self.now - clock.due_at if late else clock.due_at - self.now)
        return {
            "what": self.say(clock.what),
            "who": self.say(clock.by_whom),
            "due": self.at(clock.due_at),
            "left": left,
            "overdue": late,
        }

    def _needs(self, clocks: list[Clock]) -> Iterator[str]:
        """Things that somebody has to see to, the most pressing first."""
        state, say = self.state, self.say
        rule, book = state.severity_rule, state.playbook
        if state.phase == "over" or rule is None or book is None:
            return
        for id in rule.roles:
            role = book.role(id)
            if role and not holder_of(state, id):
                yield standing_on(f"{say(role.name)}: nobody yet", state.severity.value)
        yield from self._escalations(clocks)
        for clock in clocks:
            if clock.state == "overdue" and clock.kind != "escalation":
                late = format_length(self.now - clock.due_at)
                yield f"{say(clock.begun)}: overdue by {late} ({say(clock.by_whom)})"
        for task in open_tasks(state):
            if not task.owner:
                yield f"Somebody for task {task.number}: {say(task.text)}"
        for field, *statements in conflicts_of(state):
            if not settled_in_the_room(field):
                before, last = (say(value_words(field, fact.value, self.now, self.zone)) for fact in statements)
                yield f"A decision on {say(field_words(state, field))}: {before} or {last}"

    def _escalations(self, clocks: list[Clock]) -> Iterator[str]:
        """The line about an escalation that is overdue; none where there is none."""
        state = self.state
        if state.phase == "over" or state.severity_rule is None or state.playbook is None:
            return
        if any(clock.state == "overdue" and clock.kind == "escalation" for clock in clocks):
            yield f"Escalation to {self.say(state.playbook.escalate_to) or 'the next level'}: no progress for too long"


def plans_no_public_update(state: Incident) -> bool:
    """True when the playbook sets public updates to never, as for break-ins, and a time for them nowhere."""
    severities = state.playbook.severities if state.playbook else ()
    times_set = [severity.update_s["public"] for severity in severities if "public" in severity.update_s]
    return bool(times_set) and not any(times_set)


def _descriptive(answer: str) -> str:
    """An answer that describes something; a bare yes, no or unsure describes nothing."""
    return "" if answer.strip().lower().rstrip(".!") in _BARE else answer


_LABELS = {"degraded": "degraded performance", "partial": "partial outage", "major": "major outage"}
"""The words of a public text for a component's state."""

_BARE = frozenset(
    ("", "yes", "y", "true", "1", "no", "n", "none", "false", "0", "unsure", "not sure", "unknown", "maybe", "?")
)  # fmt: skip
