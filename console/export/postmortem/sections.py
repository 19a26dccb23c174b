"""The parts that a postmortem is put together from: people's sections, and what the log alone gives."""

from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import datetime, tzinfo
from functools import cached_property
from itertools import groupby

import msgspec

from console.core.language.grounds import unmarked
from console.core.language.text import first_of, one_line
from console.core.language.times import format_length, parse_rfc3339
from console.core.log.clocks import met_of
from console.core.log.entries import Entry
from console.core.log.milestones import by_declaration, contradictions, durations, milestones, milestones_set
from console.core.log.state import Incident
from console.core.log.tagged import standing, untagged
from console.core.subjects.action_item import ActionItem, action_items_of
from console.core.subjects.change import changes_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.postmortem import SECTIONS, postmortem_of
from console.core.subjects.stage import overrides_of
from console.export.blocks import (
    Block,
    Heading,
    Items,
    Paragraph,
    Picture,
    Remark,
    Run,
    Table,
    Words,
    prose,
    strong,
    words,
)
from console.export.postmortem.diagram import mermaid, svg
from console.export.postmortem.drafts import GUIDE, drafts
from console.export.postmortem.metrics import (
    BY_DECLARATION,
    awaited,
    began,
    ended,
    last_moment,
    measures,
    worst_severity,
)
from console.export.postmortem.names import People
from console.export.postmortem.whys import answers, question
from console.export.story import spells
from console.export.timeline import (
    KIND_WORDS,
    beginning,
    clock_time,
    hypotheses_by_verdict,
    internal_updates,
    promised,
    span,
    stated_zone,
    when_resolved,
)
from console.export.updates.wording import day

DRAFT = "Draft from the log: nobody has gone over this section yet."
EMPTY = "Nobody has written this section yet."

MOST_ENTRIES = 600
"""A timeline of more entries leaves out its notes, then whatever is not a turning point."""
MAX_ENTRY_CHARS = 500
"""Characters of an entry that stand in the timeline; pasted logs and traces are cut."""
MOST_TICKS = 3
"""The most items of checklists checked off in a row that are named; the rest is counted."""
TICK = "✓ "

_TURNING = ("declared", "severity", "stage", "decision", "action", "fix", "change", "role", "update", "milestone")


def review_of(state: Incident) -> str:
    """The state of the review: draft, in review or final."""
    return (postmortem_of(state).review.value or "draft").replace("_", " ")


class Parts:
    """The parts of one document by their ids; each yields its blocks, none where there is nothing to say."""

    TITLES = {
        **SECTIONS,
        "durations": "Durations",
        "severities": "Time at each severity",
        "promises": "Promised updates",
        "hypotheses": "Hypotheses tried",
        "changes": "Production changes",
        "gates": "Gates overridden",
    }

    def __init__(self, state: Incident, now: datetime, zone: tzinfo, named: bool) -> None:
        self.state, self.now, self.zone, self.named = state, now, zone, named
        self.people = People(state, named=named)
        start = began(state) or state.declared_at
        assert start is not None
        self.start = start

    def part(self, id: str) -> Iterator[Block]:
        """A section by its id, or a part that the log alone gives, which has its method. Raises AttributeError."""
        if id in SECTIONS:
            return self.section(id)
        blocks: Iterator[Block] = getattr(self, id)()
        return blocks

    @cached_property
    def drafts(self) -> dict[str, str]:
        """The draft of each section as it stands here, from the log."""
        return drafts(self.state, zone=self.zone, named=self.named, on_page=True)

    @cached_property
    def stored_drafts(self) -> dict[str, str]:
        """The same to be stored."""
        return drafts(self.state, zone=self.zone)

    @cached_property
    def without_zone(self) -> dict[str, str]:
        """The lines that a draft is stored with, each as it stands on this page, which names its zone once."""
        stored = self.stored_drafts
        on_page = self.drafts if not self.named else drafts(self.state, zone=self.zone, on_page=True)
        return {
            unmarked(line): bare
            for section in stored
            for line, bare in zip(stored[section].split("\n"), on_page[section].split("\n"), strict=True)
        }

    def at(self, moment: datetime) -> str:
        return clock_time(moment, self.start, self.zone)

    def facts(self) -> Iterator[tuple[str, str]]:
        state = self.state
        local = self.start.astimezone(self.zone)
        lasted = durations(state).get("impact_lasted")
        worst = worst_severity(state)
        rule = state.playbook.severity(worst) if state.playbook else None
        meaning = f" ({rule.meaning})" if rule else ""
        lowered = f", {state.severity.value} in the end" if worst != state.severity.value else ""
        yield "Date", f"{day(local)}; all times are {stated_zone(self.start, self.zone)}"
        at = milestones(state)
        when = span(at[lasted.begins], at[lasted.ends], self.start, self.zone) if lasted else ""
        open_end = "not over yet" if awaited(state, "impact_lasted") else "not known"
        yield "Impact lasted", f"{format_length(lasted.length)}, {when}{when_resolved(state)}" if lasted else open_end
        yield "Severity", f"{worst}{meaning}{lowered}"
        yield "Responders", self.people.responders()
        yield "Author", postmortem_of(state).owner.value or "nobody yet"
        review = postmortem_of(state).review.current
        final = review is not None and review.value == "final"
        yield "Review", f"{review_of(state)}{f', {day(review.at.astimezone(self.zone))}' if review and final else ''}"
        if state.drill:
            yield "Drill", "an exercise; no customer was affected"
        if state.source:
            yield "Recorded from", state.source

    # What people write

    def section(self, id: str) -> Iterator[Block]:
        register = postmortem_of(self.state).section(id)
        if both := register.conflict:
            yield Remark(words("Two people wrote this section without seeing each other's text; both stand here."))
            for fact in both:
                yield Heading(words(f"As {self.people.short(fact.by)} wrote it, {self.at(fact.at)}"))
                yield from self._read(id, self._without_zone(fact.value), plain=False)
        elif register.value:
            yield from self._read(id, self._without_zone(register.value), plain=False)
            if id == "temporary_fix":
                yield from self.fixes()
        else:
            draft = self.drafts[id]
            if draft:
                yield Remark(words(DRAFT))
                yield from self._read(id, draft, plain=True)
            else:
                yield Remark(words(f"{EMPTY} {GUIDE[id]}"))

    def _without_zone(self, text: str) -> str:
        return "\n".join(self.without_zone.get(unmarked(line), line) for line in text.split("\n"))

    def _read(self, id: str, text: str, *, plain: bool) -> Iterator[Block]:
        whys = answers(text) if id == "whys" else []
        if whys:
            titles = [question(whys, number, self.people.masked(self.state.title.value)) for number in range(len(whys))]
            items = zip(titles, whys, strict=True)
            yield Items(tuple(words(strong(why), f" {answer}") for why, answer in items), ordered=True)
        else:
            yield from prose(text, plain=plain)

    # What the log alone gives

    def durations(self) -> Iterator[Block]:
        unsaid = {"acknowledged": f", {BY_DECLARATION}"} if by_declaration(self.state) else {}
        reached = sorted(milestones(self.state).items(), key=lambda item: item[1])
        rows = [(name.replace("_", " ").capitalize(), f"{self.at(at)}{unsaid.get(name, '')}") for name, at in reached]
        yield from _table(("Milestone", "At"), rows)
        faults = contradictions(milestones(self.state)).values()
        if faults:
            yield Remark(words(f"Milestones contradict: {', '.join(faults)}."))
        lengths = []
        for measure in measures(self.state):
            unknown = "not yet" if awaited(self.state, measure.id) else "not known"
            taken = format_length(measure.taken) if measure.taken is not None else unknown
            taken += f", {measure.unsaid}" if measure.unsaid and measure.taken is not None else ""
            aim = f"{format_length(measure.target)}{', missed' if measure.missed else ''}" if measure.target else "–"
            lengths.append((measure.name, measure.span, strong(taken), aim))
        yield from _table(("Measure", "From, to", "Took", "Target"), lengths)

    def severities(self) -> Iterator[Block]:
        """The table of the time that each severity was in force, up to the end or as far as the log goes."""
        rows, over = [], ended(self.state)
        for spell in spells(self.state.severity.in_force, over or last_moment(self.state)):
            if spell.end > spell.start:
                until = "in force" if over is None and spell.end == last_moment(self.state) else self.at(spell.end)
                rows.append((spell.name, self.at(spell.start), until, format_length(spell.end - spell.start)))
        yield from _table(("Severity", "From", "To", "For"), rows)

    def promises(self) -> Iterator[Block]:
        yield from _items([words(line) for line in promised(self.state, self.now)])

    def picture(self) -> Iterator[Block]:
        yield Picture(mermaid(self.state, self.zone), svg(self.state, self.zone))

    def timeline(self) -> Iterator[Block]:
        passed_over = ("postmortem", "action_item", "clock")
        escalations = {met.id for met in met_of(self.state) if met.clock == "escalation"}
        entries = [
            entry for entry in self._at_their_moment() if entry.kind not in passed_over or entry.id in escalations
        ]
        whole = len(entries)
        for kept in (lambda entry: entry.kind != "note", lambda entry: entry.kind in _TURNING):
            if len(entries) > MOST_ENTRIES:
                entries = [entry for entry in entries if kept(entry)]
        entries = entries[-MOST_ENTRIES:]
        if len(entries) < whole:
            yield Remark(words(f"{len(entries)} of {whole} entries stand here; the timeline's export has them all."))
        # One author's name behind every line would tell nothing.
        alone = len({entry.author for entry in entries}) < 2
        reports = internal_updates(self.state)
        here = stated_zone(self.start, self.zone)
        for offset, group in groupby(entries, key=lambda entry: stated_zone(entry.occurred_at, self.zone)):
            if offset != here:
                yield Paragraph(words(f"From here on all times are {offset}."))
                here = offset
            for date, of_day in groupby(group, key=lambda entry: entry.occurred_at.astimezone(self.zone).date()):
                yield Heading(words(f"{date:%A} {date.day} {date:%B %Y}"))
                runs = groupby(of_day, key=lambda entry: entry.author if _ticked(entry) else entry.id)
                yield Items(tuple(self._reported(list(run), reports, alone) for _, run in runs))

    def _at_their_moment(self) -> list[Entry]:
        """The entries that stand; a milestone that was set by hand at its moment, one that was set anew not at all."""
        moments = {
            register.current.id: (name, parse_rfc3339(register.value))
            for name, register in milestones_set(self.state).items()
            if register.current and register.value
        }
        entries = []
        for entry in standing(self.state):
            if entry.id in moments:
                name, at = moments[entry.id]
                entries.append(msgspec.structs.replace(entry, occurred_at=at, text=name.replace("_", " ").capitalize()))
            elif entry.kind != "milestone":
                entries.append(entry)
        return sorted(entries, key=lambda entry: entry.occurred_at)

    def _reported(self, run: list[Entry], reports: Set[str], alone: bool) -> Words:
        """One line of the timeline: an entry, or items that one person checked off in a row."""
        entry = run[0]
        if len(run) > 1:
            items = [one_line(entry.text.removeprefix(TICK), 100) for entry in run]
            text = f"{TICK}{first_of(items, MOST_TICKS, '; ')}"
        else:
            text = "[redacted]" if entry.redacted else self.people.sentence(entry)
            text = beginning(text) if entry.id in reports else one_line(text, MAX_ENTRY_CHARS)
        kind = (strong(f"{KIND_WORDS[entry.kind]}:"), " ") if entry.kind in KIND_WORDS else ()
        mark: tuple[str | Run, ...] = (" — ", Run(entry.mark, "em")) if entry.mark else ()
        # What the author was when it was written: a scribe takes down what happened before there was one.
        by = "" if alone else f" ({self.people.short(entry.author)})"
        return words(f"{entry.occurred_at.astimezone(self.zone):%H:%M} ", *kind, text, *mark, by)

    def hypotheses(self) -> Iterator[Block]:
        rows = []
        for title, hypothesis in hypotheses_by_verdict(self.state, ("supported", "ruled_out", "open")):
            evidence = f" — {hypothesis.evidence}" if hypothesis.evidence else ""
            text = self.people.masked(f"{untagged(hypothesis.text)}{evidence}")
            rows.append(words(strong(f"{title}:"), f" {text}"))
        yield from _items(rows)

    def changes(self) -> Iterator[Block]:
        rows = []
        for change in changes_of(self.state).values():
            outcome = self.people.masked(change.ending) if change.outcome else "still under way"
            rows.append((self.at(change.at), self.people.masked(change.text), outcome, change.rollback or "–"))
        yield from _table(("At", "Change", "Outcome", "Rollback plan"), rows)

    def gates(self) -> Iterator[Block]:
        rows = []
        for override in overrides_of(self.state):
            unmet = f" Despite: {'; '.join(text.rstrip('.') for text in override.unmet)}." if override.unmet else ""
            by = f"{self.people.short(override.by)}, {self.at(override.at)}"
            stage = self.state.stage_title(override.stage)
            rows.append(words(strong(f"{stage}:"), f" {self.people.masked(override.reason)} ({by}).{unmet}"))
        yield from _items(rows)

    def fixes(self) -> Iterator[Block]:
        rows = []
        for fix in fixes_of(self.state).values():
            gone = f"removed {self.at(fix.removed_at)}" if fix.removed_at else "in place"
            text, owner = self.people.masked(fix.text), self.people.short(fix.owner)
            rows.append((text, fix.where or "–", fix.ticket or "–", owner, gone))
        yield from _table(("Temporary fix", "Where", "Ticket", "Owner", "Now"), rows)

    def actions(self) -> Iterator[Block]:
        items = by_priority(self.state)
        if not items:
            yield Remark(words("No action item yet. Without one the same can happen again."))
        yield from self._action_table(items, priority=True)

    def actions_by_priority(self) -> Iterator[Block]:
        items = by_priority(self.state)
        if not items:
            yield from self.actions()
        meanings = {rule.name: rule.meaning for rule in (self.state.playbook.actions if self.state.playbook else ())}
        for priority, group in groupby(items, key=lambda item: item.priority):
            meaning = f": {meanings[priority]}" if meanings.get(priority) else ""
            yield Heading(words(f"{priority or 'Without a priority'}{meaning}"))
            yield from self._action_table(group, priority=False)

    def _action_table(self, items: Iterable[ActionItem], *, priority: bool) -> Iterator[Block]:
        rows = []
        for item in items:
            first = (str(item.number), item.priority or "–") if priority else (str(item.number),)
            last = (item.owner or "nobody", item.due_in(self.zone), item.verify or "–", status_of(item, self.now))
            rows.append((*first, item.text, *last))
        head = ("No.", "Priority") if priority else ("No.",)
        yield from _table((*head, "Action", "Owner", "Due", "Verified by", "Status"), rows)


def _table(head: tuple[str, ...], rows: Sequence[Sequence[str | Run]]) -> Iterator[Block]:
    if rows:
        yield Table(head, tuple(tuple(words(cell) for cell in row) for row in rows))


def _items(items: Sequence[Words]) -> Iterator[Block]:
    if items:
        yield Items(tuple(items))


def by_priority(state: Incident) -> list[ActionItem]:
    """The action items that stand, the most urgent priority first; those without one last."""
    order = {rule.name: i for i, rule in enumerate(state.playbook.actions if state.playbook else ())}
    last = len(order)
    return sorted(action_items_of(state), key=lambda item: (order.get(item.priority, last), item.priority, item.number))


def status_of(item: ActionItem, now: datetime) -> str:
    """done, overdue or open."""
    if item.done_at is not None:
        return "done"
    return "overdue" if item.due_at is not None and item.due_at < now else "open"


def _ticked(entry: Entry) -> bool:
    return entry.kind == "check" and entry.text.startswith(TICK) and not entry.redacted
