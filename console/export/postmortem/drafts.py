"""Drafts of the postmortem's sections, out of the log, as text to go on from.

A draft is made of what was logged and nothing else: no guesses, no names. Lines that somebody tagged during the
incident go to their sections (`TAGS`).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from itertools import pairwise

from console.core.language.grounds import keeping_marks, standing_on, unmarked
from console.core.language.text import capital, clean
from console.core.language.times import format_length
from console.core.log.clocks import clocks, promises
from console.core.log.entries import Entry
from console.core.log.grounds import Cited, Traced, event_of
from console.core.log.milestones import durations, impact_ended, milestones, relapsed_at
from console.core.log.state import Incident
from console.core.log.tagged import CAUSE_TAGS, STOPPED_TAGS, standing, tagged
from console.core.playbook.model import name_within
from console.core.playbook.triage import named_answers
from console.core.subjects.change import changes_of
from console.core.subjects.component import components_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.link import handled_elsewhere, link_words, links_of
from console.core.subjects.postmortem import SECTIONS, postmortem_of
from console.core.subjects.role import roles_of
from console.core.subjects.runbook import runbooks_of
from console.core.subjects.triage import answers_of
from console.core.subjects.update import updates_of
from console.export.postmortem.metrics import Measure, began, ended, last_moment, measures, worst_severity
from console.export.postmortem.names import People
from console.export.timeline import before_response, clock_time, logged_word, span, times, times_span, when_resolved

TAGS: dict[str, tuple[str, ...]] = {
    "root_cause": CAUSE_TAGS,
    "impact": ("impact",),
    "trigger": ("trigger",),
    "detection": ("detection",),
    "contributing": ("contributing",),
    "made_worse": ("worse",),
    "went_well": ("well",),
    "went_poorly": ("poorly",),
    "lucky": ("lucky",),
    "faster": ("faster",),
    "temporary_fix": STOPPED_TAGS,
    "permanent_fix": ("permanent", "lasting"),
    "lessons": ("lesson", "lessons"),
}
"""Tags that put a line of the timeline into a section's draft."""

GUIDE: dict[str, str] = {
    "summary": "What happened, whom it hit, how long, what ended it: one paragraph for a reader from elsewhere.",
    "impact": "How many users, for how long, and what they could not do; revenue, data and promises lost, in figures.",
    "trigger": "What set it off, and what led up to it: which change, load or failure, and since when did it wait?",
    "detection": "Who or what noticed it? Were alert, person and severity right, and what would notice it sooner?",
    "root_cause": "The technical explanation: which condition had to be there for this to happen at all?",
    "whys": "Begin with what users saw and ask why of each answer, until the answer is something you can change.",
    "contributing": "What had to come together: load, timing, missing tests, a lost guard, a ticket left open?",
    "made_worse": "What made it longer or larger than it had to be, the response included.",
    "went_well": "What helped, so that you keep it: an alert, a runbook, a decision, a tool?",
    "went_poorly": "Where did the system and the process let people down?",
    "lucky": "What kept it from being worse that nobody had planned?",
    "faster": "What would halve the time to detect, to decide or to mitigate?",
    "temporary_fix": "What stopped the impact, where it still is in place, and who takes it out again.",
    "permanent_fix": "What makes the cause impossible, how it was tested, and the rollback plan.",
    "lessons": "What should another team know, so that it need not learn this the same way?",
    "links": "Where is the evidence: graphs, tickets, pull requests, the channel, incidents of the same cause?",
}
"""The question that each section answers, for the person who writes it."""

MAX_LINES = 12
"""The most lines that a draft takes over from one source; the timeline has the rest."""


def draft_section(state: Incident, section: str, *, zone: tzinfo = UTC) -> str:
    """The draft of one of `SECTIONS`, in the small Markdown that `blocks.prose` reads; empty where the log is silent.

    Raises KeyError for a section that does not exist.
    """
    if section not in SECTIONS:
        raise KeyError(section)
    return _Drafts(state, zone, named=False).of(section) if state.declared_at is not None else ""


def drafts(state: Incident, *, zone: tzinfo = UTC, named: bool = False, on_page: bool = False) -> dict[str, str]:
    """`draft_section` of all sections, reading the log once; `named` keeps people's names.

    `on_page` leaves the zone out, for a page that names it once: a text that is stored is read in other zones too.
    """
    if state.declared_at is None:
        return dict.fromkeys(SECTIONS, "")
    by_section = _Drafts(state, zone, named, on_page)
    return {section: by_section.of(section) for section in SECTIONS}


AFTER = "After the mitigation (confirm that it lasts)"
"""Before what may be a permanent fix, which nobody marked as one."""
WORSE = "May have made it worse (confirm)"
"""Before a change that may have made it worse, which nobody said of it."""


def cited_section(state: Incident, traced: Traced, section: str, *, zone: tzinfo = UTC) -> Cited:
    """The sources of the sentences of a section's draft, and of those that its written text took from one.

    `traced` is the incident of `state` with marks.
    """
    part = postmortem_of(state)
    cited = traced.cited(lambda marked, now: draft_section(marked, section, zone=zone))
    for fact in part.section(section).standing:
        cited = cited.kept(fact.value, part.stands_on.get(fact.id, ()))
    return cited


def logged_since(state: Incident, section: str) -> list[Entry]:
    """The entries that were logged after a section was written, but for those about the postmortem itself."""
    register = postmortem_of(state).section(section)
    fact = register.current if register.value else None
    place = state.entries.position(fact.id) if fact else None
    about = ("postmortem", "action_item", "clock")
    later = () if place is None else state.entries[place + 1 :]
    return [entry for entry in later if not entry.undone and entry.kind not in about]


def offered(state: Incident, cited: Cited, section: str) -> list[str]:
    """Sentences of a section's draft that stand on what was logged after its text was written, and are not in it."""
    since = {entry.id for entry in logged_since(state, section)}
    written = postmortem_of(state).section(section).value
    return [
        sentence
        for sentence, grounds in cited.by_sentence.items()
        if sentence not in written and any(event_of(ground) in since for ground in grounds)
    ]


_REACH = ("users", "revenue", "data_loss", "breach", "workaround", "who", "visible")
"""Questions of the triage whose answers say how far it reached."""

_TO_MITIGATION = ("impact_started", "detected", "declared", "identified", "mitigated")
_LINK = re.compile(r"https?://[^\s<>()\"]+|\bINC-[0-9A-HJKMNP-TV-Z]{4}\b")

_SORTING = re.compile(rf"\s*#(?:{'|'.join(tag for tags in TAGS.values() for tag in tags)})\b(?![-\w])", re.IGNORECASE)
_AS_CHANGE = re.compile(r"^Change(?: done)?: ")
_WAY_BACK = re.compile(r" \(rollback plan: [^()]*\)$")
_LAST_TAGS = re.compile(r"(?:\s+#[^\W\d_][\w/.-]*)+$")


@keeping_marks
def _untagged(text: str) -> str:
    """Text on one line, without the tags at its end and those that sort it."""
    return _LAST_TAGS.sub("", " ".join(_SORTING.sub("", text).split()))


@keeping_marks
def _change_alone(text: str) -> str:
    return _WAY_BACK.sub("", _AS_CHANGE.sub("", text))


def _sentence(text: str) -> str:
    text = capital(text.strip())
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def _confirm(measure: Measure) -> str:
    return f" (confirm: {measure.unsaid})" if measure.unsaid else ""


def _after(taken: timedelta) -> str:
    return f"after {format_length(taken)}" if taken else "at once"


class _Drafts:
    """Makes the drafts: a section has a method of its name that gives its lines, else what is tagged for it."""

    def __init__(self, state: Incident, zone: tzinfo, named: bool, on_page: bool = False) -> None:
        self.state, self.zone, self.on_page = state, zone, on_page
        self.people = People(state, named=named)
        self.at = milestones(state)
        self.end = last_moment(state)
        # What was promised for after closing is judged by what was logged since: a draft does not change by waiting.
        self.logged_until = max([self.end, *(entry.occurred_at for entry in state.entries if not entry.undone)])
        self.began, self.ended = began(state), ended(state)
        start = self.began or state.declared_at
        assert start is not None
        self.start = start
        self.entries = [entry for entry in standing(state) if not entry.redacted]

    def of(self, section: str) -> str:
        lines = getattr(self, section, partial(self.tagged, section))()
        return clean("\n".join(lines)).strip()

    def when(self, moment: datetime) -> str:
        """The time, with its day where that is not the day on which it began."""
        if self.on_page:
            return clock_time(moment, self.start, self.zone)
        local = moment.astimezone(self.zone)
        if local.date() == self.start.astimezone(self.zone).date():
            return times(moment, self.zone)
        return f"{local.day} {local:%B}, {times(moment, self.zone)}"

    def text(self, entry: Entry) -> str:
        """The entry on one line, without the tags that only sort it."""
        return _untagged(self.people.sentence(entry))

    def act(self, entry: Entry) -> str:
        """The act itself, without the words that make it a change in the timeline, or its way back."""
        text = self.text(entry)
        return _change_alone(text) if entry.kind == "change" else text

    def line(self, text: str) -> str:
        """Other text of the log on one line."""
        return _untagged(self.people.masked(text))

    def tagged(self, section: str, word: str = "") -> Iterator[str]:
        for entry in tagged(self.state, TAGS.get(section, ()))[:MAX_LINES]:
            yield f"- {word}{self.text(entry)} ({logged_word(entry)}{self.when(entry.occurred_at)})"

    @property
    def supported(self) -> list[tuple[str, str]]:
        """Hypotheses that held, with their evidence."""
        return [
            (self.line(hypothesis.text), self.line(hypothesis.evidence))
            for hypothesis in hypotheses_of(self.state).values()
            if hypothesis.verdict == "supported"
        ]

    def last_act(self) -> Entry | None:
        """The last act before the impact was stopped; whether it stopped it, nobody said."""
        mitigated = impact_ended(self.state)
        acts = ("action", "fix", "change")
        entries = [
            entry for entry in self.entries if entry.kind in acts and mitigated and entry.occurred_at <= mitigated
        ]
        return entries[-1] if entries else None

    def summary(self) -> Iterator[str]:
        state, took = self.state, durations(self.state)
        local = self.start.astimezone(self.zone)
        title = self.line(state.title.value)
        began = "began" if self.start != state.declared_at else "was declared"
        sentences = [
            f"The {worst_severity(state)} incident “{title}” {began} on {local.day} {local:%B %Y} at "
            f"{f'{local:%H:%M}' if self.on_page else times(self.start, self.zone)}."
        ]
        impact = self.line(state.impact.value)
        # In its writer's own tense, which was the present.
        sentences += [f"The impact as described: “{impact.rstrip('.')}”."] if impact else []
        if "time_to_detect" in took and "detected" in self.at:
            sentences.append(f"It was noticed {_after(took['time_to_detect'].length)}.")
        if "impact_lasted" in took:
            lasted = format_length(took["impact_lasted"].length)
            sentences.append(
                f"The impact lasted {lasted}, until it was resolved."
                if when_resolved(state)
                else f"The impact was stopped after {lasted}."
            )
        elif "time_to_mitigate" in took:
            late = took["time_to_mitigate"]
            sentences.append(f"The impact was stopped {format_length(late.length)} after it was {late.begins}.")
        if "impact_lasted" in took or "time_to_mitigate" in took:
            marked, by = tagged(state, STOPPED_TAGS)[-1:], self.last_act()
            if marked:
                sentences.append(_sentence(f"Stopped by: {self.act(marked[0])}"))
            elif by:
                last = _sentence(f"Last action before: {self.act(by).rstrip('.')} (confirm)")
                sentences.append(standing_on(last, impact_ended(state)))
        if relapse := relapsed_at(state):
            sentences.append(f"It had come back at {self.when(relapse)}.")
        if "time_to_resolve" in took and state.phase == "over" and not handled_elsewhere(state):
            end = took["time_to_resolve"]
            sentences.append(f"It was {end.ends} after {format_length(end.length)}.")
        causes = [f"Cause: {self.text(entry)}" for entry in tagged(state, CAUSE_TAGS)]
        guesses = [f"Supported hypothesis (confirm): {text}" for text, _ in self.supported]
        sentences += [_sentence(words) for words in (causes or guesses)[-1:]]
        yield " ".join(sentences)

    def impact(self) -> Iterator[str]:
        lines = [*self._reach(), *self.tagged("impact")]
        yield from lines
        if lines and not answers_of(self.state).get("users", "").strip() and not tagged(self.state, TAGS["impact"]):
            yield "- Users and requests affected: not known"

    def _reach(self) -> Iterator[str]:
        """The lines on how far the impact reached, as the log has it."""
        state = self.state
        if state.impact.value:
            yield f"- What: {self.line(state.impact.value)}"
        lasted = durations(state).get("impact_lasted")
        if lasted:
            begins, ends = self.at[lasted.begins], self.at[lasted.ends]
            day = self.when(begins).removesuffix(times(begins, self.zone))
            stored = f"{day}{times_span(begins, ends, self.zone)}"
            stretch = span(begins, ends, self.start, self.zone) if self.on_page else stored
            yield f"- How long: {format_length(lasted.length)}, from {stretch}{when_resolved(state)}"
        answers = {id: (name, text) for id, name, text in named_answers(state.playbook, answers_of(state))}
        for name, text in (answers[id] for id in _REACH if id in answers):
            if text.strip():
                yield f"- {capital(name)}: {self.line(text)}, as answered when it was classified"
        worst = {"major": "out", "partial": "out in part", "degraded": "degraded"}
        for component, register in components_of(state).items():
            seen = {fact.value for fact in register.facts}
            how = next((words for status, words in worst.items() if status in seen), "")
            if how:
                yield f"- Component: {component}, {how}"
        public = updates_of(state, "public")
        if public:
            times_told = {1: "once", 2: "twice"}.get(len(public), f"{len(public)} times")
            yield standing_on(f"- Customers were told {times_told} in public", *(update.at for update in public))

    def root_cause(self) -> Iterator[str]:
        yield from self.tagged("root_cause")
        for text, evidence in self.supported:
            yield f"- Supported hypothesis (confirm): {text}{f' ({evidence})' if evidence else ''}"

    def trigger(self) -> Iterator[str]:
        yield from self.tagged("trigger", "Trigger: ")
        changed = answers_of(self.state).get("changed", "")
        if changed.strip():
            yield f"- Changed before it: {self.line(changed)}"
        acts = [entry for entry in self.entries if entry.kind in ("action", "note")]
        words_before = before_response(self.state)
        led_up = [(words, entry) for entry in acts if (words := words_before(entry))]
        for words, entry in led_up[:MAX_LINES]:
            yield f"- {words}, {self.when(entry.occurred_at)}: {self.text(entry)}"

    def detection(self) -> Iterator[str]:
        state, start, seen = self.state, self.at.get("impact_started"), self.at.get("detected")
        yield from self.tagged("detection")
        if seen:
            late = f"{format_length(seen - start)} after the impact began" if start and start <= seen else ""
            yield f"- Detected at {self.when(seen)}, {late or 'when the impact began is not known'}"
        else:
            yield "- Detected: not known"
        begin, end = min(filter(None, (seen, start)), default=None), self.at.get("declared")
        for first in [
            entry
            for entry in self.entries
            if begin and end and entry.kind == "finding" and not entry.about and begin <= entry.occurred_at <= end
        ][:1]:
            yield f"- First finding, {self.when(first.occurred_at)}: {self.text(first)}"
        severities = state.severity.in_force
        if state.declared_at and severities:
            by = self.people.short(state.declared_by)
            yield f"- Declared at {self.when(state.declared_at)} as {severities[0].value}, by {by}"
        for before, after in pairwise(severities):
            yield f"- Severity {before.value} → {after.value} at {self.when(after.at)}"

    def made_worse(self) -> Iterator[str]:
        state = self.state
        for change in changes_of(state).values():
            if change.outcome in ("failed", "rolled_back"):
                came = f"{self.line(change.text)}: {self.line(change.ending)}"
                yield f"- {WORSE}, a change of {self.when(change.at)}: {came}"
            if change.despite:
                yield f"- {WORSE}, {self.when(change.at)}: two changes at the same time: {self.line(change.text)}"
        for before, after in pairwise(state.stage.facts):
            book = state.playbook
            if book and 0 <= book.stage_index(after.value) < book.stage_index(before.value):
                stages = " to ".join(state.stage_title(fact.value) for fact in (before, after))
                yield f"- It came back: from {stages} again at {self.when(after.at)}"
        yield from self.tagged("made_worse")

    def went_well(self) -> Iterator[str]:
        yield from self.tagged("went_well")
        state = self.state
        for measure in measures(state):
            if measure.target and measure.taken is not None and not measure.missed:
                within = f"within the target of {format_length(measure.target)}{_confirm(measure)}"
                yield standing_on(f"- {measure.name}: {format_length(measure.taken)}, {within}", state.severity.value)
        tallies = promises(state, self.logged_until)
        kept = sum(tally.kept for tally in tallies.values())
        if kept and not any(tally.late or tally.missed for tally in tallies.values()):
            yield f"- {kept} of {kept} promised updates came in time"
        for kind, what in (("first_public", "The first public post"), ("executive_notice", "The executive notice")):
            if any(clock.kind == kind and clock.state == "kept" for clock in clocks(state, self.end)):
                yield f"- {what} came in time"

    def went_poorly(self) -> Iterator[str]:
        yield from self.tagged("went_poorly")
        state = self.state
        for measure in measures(state):
            if measure.target and measure.taken is not None and measure.missed:
                target = f"the target was {format_length(measure.target)}{_confirm(measure)}"
                yield standing_on(f"- {measure.name}: {format_length(measure.taken)}; {target}", state.severity.value)
        for audience, tally in promises(state, self.logged_until).items():
            counts = [f"{count} {word}" for count, word in ((tally.late, "late"), (tally.missed, "missed")) if count]
            if counts:
                yield f"- Promised {audience} updates: {', '.join(counts)}, {tally.kept} in time"
        for kind, what in (("first_public", "The first public post"), ("executive_notice", "The executive notice")):
            if any(clock.kind == kind and clock.state in ("late", "overdue") for clock in clocks(state, self.end)):
                yield f"- {what} came late or not at all"
        yield from self._without_commander()
        yield from self._quiet()

    def _quiet(self) -> Iterator[str]:
        """Times without an entry that nobody had been told of: the last update promised the next one earlier."""
        state, declared, over = self.state, self.at.get("declared"), self.ended or self.end
        limit = timedelta(seconds=state.playbook.quiet_s if state.playbook else 0)
        if not limit or state.retrospective or not declared:
            return
        promised = [(update.at, update.next_at) for update in updates_of(state) if update.next_at]
        moments = [entry.occurred_at for entry in standing(state) if declared <= entry.occurred_at <= over]
        for before, after in pairwise(moments):
            if after - before > limit and not any(at <= before and after <= until for at, until in promised):
                yield f"- Nothing was logged for {format_length(after - before)} from {self.when(before)}"

    def faster(self) -> Iterator[str]:
        yield from self.tagged("faster")
        at, over = self.at, self.at.get("mitigated")
        names = [name for name in _TO_MITIGATION if name in at and over and at[name] <= over]
        steps = pairwise(sorted(names, key=lambda name: at[name]))
        parts = [f"{format_length(at[end] - at[begin])} until {end}" for begin, end in steps if at[begin] < at[end]]
        if "impact_started" in names and len(parts) > 1:
            yield f"- Where the time went: {', '.join(parts)}"

    def _without_commander(self) -> Iterator[str]:
        state, declared = self.state, self.at.get("declared")
        rule, register = state.severity_rule, roles_of(state).get("ic")
        if declared is None or rule is None or "ic" not in rule.roles or state.retrospective:
            return
        taken = next((fact.at for fact in register.facts if fact.value), None) if register else None
        waited = (taken or self.end) - declared
        if waited > timedelta(seconds=max(rule.roles["ic"], 300)):
            title = name_within(state.playbook, "ic") if state.playbook else "incident commander"
            yield standing_on(f"- No {title} for {format_length(waited)} after the declaration", state.severity.value)

    def temporary_fix(self) -> Iterator[str]:
        for fix in fixes_of(self.state).values():
            more = [f"in {fix.where}" if fix.where else "", fix.ticket]
            gone = f"removed {self.when(fix.removed_at)}" if fix.removed_at else "still in place"
            detail = ", ".join(part for part in (*more, f"since {self.when(fix.added_at)}", gone) if part)
            yield f"- {self.line(fix.text)} ({detail})"
        yield from self.tagged("temporary_fix", "Stopped the impact: ")
        by = None if tagged(self.state, STOPPED_TAGS) else self.last_act()
        if by is not None and by.kind != "fix":
            last = f"- Last action before the impact stopped (confirm), {self.when(by.occurred_at)}: {self.act(by)}"
            yield standing_on(last, impact_ended(self.state))

    def permanent_fix(self) -> Iterator[str]:
        yield from self.tagged("permanent_fix")
        state = self.state
        spells = state.stage.facts
        for here, after in zip(spells, [*spells[1:], None], strict=True):
            rule = state.playbook.stage(here.value) if state.playbook else None
            if rule is None or not rule.fixing:
                continue
            for entry in self.entries:
                within = here.at <= entry.occurred_at and (after is None or entry.occurred_at < after.at)
                if within and entry.kind == "action":
                    yield standing_on(f"- {AFTER}, {self.when(entry.occurred_at)}: {self.text(entry)}", here.value)
        for change in changes_of(state).values():
            mitigated = self.at.get("mitigated")
            if change.outcome == "done" and mitigated and change.at > mitigated:
                yield standing_on(f"- {AFTER}, {self.when(change.at)}: {self.line(change.text)}", mitigated)

    def lessons(self) -> Iterator[str]:
        yield from self.tagged("lessons")

    def links(self) -> Iterator[str]:
        for link in links_of(self.state):
            yield f"- {self.line(link_words(link))}"
        for runbook in runbooks_of(self.state).values():
            yield f"- Runbook “{runbook.runbook.title}”, opened {self.when(runbook.at)}"
        addresses: dict[str, Entry] = {}
        for entry in self.entries:
            for address in _LINK.findall(unmarked(entry.text)):
                addresses.setdefault(address.rstrip(".,;:!?"), entry)
        for address, entry in addresses.items():
            if address != self.state.ref:
                yield standing_on(f"- {address}, {self.when(entry.occurred_at)}", entry.text)
