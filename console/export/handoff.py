"""The handoff: what the next shift needs, in one Markdown page."""

import re
from collections.abc import Callable, Iterable, Iterator, Sized
from datetime import datetime, timedelta, tzinfo
from itertools import groupby

from console.core.language.grounds import standing_on, unmarked
from console.core.language.names import name_key, same_name
from console.core.language.text import capital, clean, counted, listed, markdown
from console.core.language.times import format_length
from console.core.log.clocks import Clock, elapsed, met_of, open_clocks
from console.core.log.conflicts import conflict_words
from console.core.log.entries import Entry
from console.core.log.milestones import impact_ended, milestones
from console.core.log.rollcall import roll_call
from console.core.log.state import Incident, taken_back_at
from console.core.log.tagged import CAUSE_TAGS, standing, tagged, untagged
from console.core.playbook.model import name_within
from console.core.subjects.action_item import open_action_items
from console.core.subjects.change import changes_in_flight, changes_of
from console.core.subjects.component import components_of, state_words
from console.core.subjects.fix import fixes_of, open_fixes
from console.core.subjects.handoff import handoffs_of, offered_handoff
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.link import link_words, links_of
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.role import holder_of
from console.core.subjects.task import open_tasks
from console.core.subjects.triage import answers_of
from console.core.subjects.update import updates_of
from console.export import handoff_process as process
from console.export.handoff_process import sentence
from console.export.timeline import (
    before_response,
    clock_time,
    entry_lines,
    hypotheses_by_verdict,
    inline,
    internal_updates,
    notes,
    promised,
    span,
    stated_zone,
    when_resolved,
)

DECIDED = "Decided"
LEARNED = {"decision": DECIDED, "action": "Did", "finding": "Found"}
MOST_LEARNED = 30
"""The number of newest findings, acts and changes that stand with the decisions, which are all there."""
LEAST_ENTRIES = 30
"""So many entries of the timeline stand on the page, however long ago they were."""
MAX_SHOWN = 200
"""Entries of the timeline, and of what was learned, in a page that is shown: the newest; more nobody reads there."""

A_YEAR_H = 8760


def handoff_markdown(
    state: Incident, now: datetime, zone: tzinfo, *, author: str = "", hours: float = 4, note: str = "",
    most: int | None = None,
) -> str:  # fmt: skip
    """The whole page; `note` is the outgoing person's own words.

    `hours` (0 to 8760) is how much of the timeline stands at its end; any other number gives the whole of it. All times
    are in `zone`, which is named once. `most` as for `handoff_pages`.
    """
    return handoff_pages(state, now, zone, author=author, hours=hours, most=most)(note)


def handoff_pages(
    state: Incident, now: datetime, zone: tzinfo, *, author: str = "", hours: float = 4, most: int | None = None
) -> Callable[[str], str]:
    """`handoff_markdown` for any note: it is typed letter by letter, and nothing else on the page follows it.

    `most` is for a page that is shown beside its file: of a long section so many of the newest entries stand there.
    """
    page = _Page(state, now, zone, most)
    shown, stretch = page.last_entries(hours)
    head, below = (
        _parts(("", page.head(author))),
        _parts(
            ("Where we stand", page.paragraph()),
            ("Changed since the last handoff", page.changed_since()),
            ("Do next", page.next_steps()),
            ("Risks" if state.phase != "over" else "Risks that were logged", page.risks()),
            ("Owed", page.owed()),
            ("Changes in flight", process.changes(state, page.at)),
            ("Roles", page.roles()),
            ("Paged", process.pages(state, page.at)),
            ("Impact", page.impact()),
            ("Tried and learned", page.learned()),
            ("Hypotheses", page.hypotheses()),
            ("Temporary fixes", page.fixes()),
            ("Open tasks", page.tasks()),
            ("Runbooks", process.runbooks(state, now, page.at)),
            ("Last updates", page.updates()),
            ("Promises", (f"- {line}" for line in promised(state, now))),
            ("Gates overridden", process.gates(state, page.at)),
            ("Afterwards", process.afterwards(state, page.at)),
            (stretch, page.timeline(shown)),
            ("Responders", page.people()),
            ("Whom to call", () if state.retrospective else process.contacts(state)),
            ("Taking over", page.taking_over()),
        ),
    )

    def with_note(note: str) -> str:
        return "\n\n".join((*head, *_parts(("From the outgoing commander", page.note(note))), *below)) + "\n"

    return with_note


def _parts(*sections: tuple[str, Iterable[str]]) -> list[str]:
    """The sections in which something stands, each below its title."""
    bodies = ((title, "\n".join(lines).strip()) for title, lines in sections)
    return [f"## {title}\n\n{body}" if title else body for title, body in bodies if body]


class _Page:
    """The sections of one handoff; each yields its lines, none where there is nothing to say."""

    def __init__(self, state: Incident, now: datetime, zone: tzinfo, most: int | None) -> None:
        self.state, self.now, self.zone, self.most = state, now, zone, most
        self.entries, self.led_up = standing(state), before_response(state)
        self.escalations = {met.id for met in met_of(state) if met.clock == "escalation"}
        self.roll = {name_key(each.person): each for each in roll_call(state, now)}
        self.owing = open_clocks(state, now)
        self.clocks = [clock for clock in self.owing if clock.kind != "stability"]

    def at(self, moment: datetime) -> str:
        return clock_time(moment, self.now, self.zone)

    def head(self, author: str) -> Iterator[str]:
        state = self.state
        by = f" by {inline(clean(author))}" if author else ""
        drill = " · DRILL" if state.drill else ""
        yield f"# Handoff {state.ref}: {inline(state.title.value)}\n"
        local = self.now.astimezone(self.zone)
        stage = state.stage_title(state.stage.value)
        written = f"{local.day} {local:%B %Y}, {local:%H:%M}{by}; all times are {stated_zone(self.now, self.zone)}"
        standing = " · ".join(filter(None, (inline(state.severity.value), inline(stage))))
        yield f"**{standing}{drill}** · written {written}"

    def note(self, note: str) -> Iterator[str]:
        offered = offered_handoff(self.state)
        text = clean(note) or (offered.note if offered else "")
        if text.strip():
            yield _quoted(text)

    def paragraph(self) -> Iterator[str]:
        state, now = self.state, self.now
        declared = state.declared_at or now
        if state.retrospective:
            opening = f"“{inline(state.title.value)}” began {self.at(declared)}, as {inline(state.severity.value)}."
            yield f"{opening} This is a record that was written afterwards; nothing is owed."
            return
        leader = holder_of(state, "ic")
        is_or_was = "was" if state.phase == "over" else "is"
        title, by = inline(state.title.value), inline(state.declared_by) or "nobody named"
        ago = f"{format_length(now - declared)} ago by {by}"
        if state.planned is not None:
            window = span(state.planned.starts_at, state.planned.until, now, self.zone)
            sentences = [f"“{title}” {is_or_was} a planned maintenance, from {window}; it was planned {ago}."]
        else:
            severity = inline(state.severity.value)
            sentences = [f"“{title}” was declared {ago} and {is_or_was} {severity}.", self._hit(), *self._known()]
        rule = state.severity_rule
        current = state.stage.current
        if current:
            stage = state.stage_title(current.value)
            spent = format_length(now - current.at)
            sentences.append(
                f"It was {'closed' if state.planned is None else current.value} {spent} ago."
                if state.phase == "over"
                else f"In {inline(stage)} for {spent}."
            )
        role = inline(name_within(state.playbook, "ic")) if state.playbook else "incident commander"
        if leader:
            sentences.append(sentence(f"{capital(role)}: {inline(leader)}"))
        elif rule is None or "ic" in rule.roles:
            sentences.append(f"No {role} is assigned.")
        changing = process.in_flight(changes_in_flight(state))
        if changing:
            sentences.append(sentence(changing))
        late = [clock for clock in self.clocks if clock.state == "overdue"]
        if late:
            count = "One thing is overdue:" if len(late) == 1 else f"{len(late)} things are overdue, first of all:"
            most_urgent = sentence(f"{count} {inline(late[0].what)}")
            sentences.append(standing_on(most_urgent, *(clock.due_at for clock in late)))
        elif self.clocks:
            first = self.clocks[0]
            sentences.append(sentence(f"Next owed, in {format_length(first.due_at - now)}: {inline(first.what)}"))
        else:
            sentences.append("Nothing is owed.")
        yield " ".join(sentences)

    def _hit(self) -> str:
        """The sentence on the impact: whether it is mitigated, since when it lasts, and how long."""
        state = self.state
        at, ended, (words, length) = milestones(state), impact_ended(state), elapsed(state, self.now)
        began = at.get("impact_started")
        if words == "impact lasted" and began and ended:
            from_to = span(began, ended, self.now, self.zone)
            return f"The impact lasted {format_length(length)}, from {from_to}{when_resolved(state)}."
        if ended:
            return f"The impact stopped at {self.at(ended)}."
        since = f": since {self.at(began)}, {format_length(length)} so far" if began else ""
        return f"The impact is not mitigated{since}."

    def _known(self) -> Iterator[str]:
        """Users affected and the cause; and which of these, or of the impact's beginning, nobody has stated."""
        state, unknown = self.state, []
        if "impact_started" not in milestones(state):
            unknown.append("when the impact began")
        users = inline(answers_of(state).get("users", "").strip())
        if users:
            yield f"Users affected, by the triage: {users}."
        else:
            unknown.append("how many users are affected")
        causes = tagged(state, CAUSE_TAGS)
        guesses = [guess for _, guess in hypotheses_by_verdict(state, ("supported",))]
        if causes:
            yield sentence(f"Cause: {bare(state.words(causes[-1]))}")
        else:
            unknown.append("the cause")
        if unknown:
            yield f"Not known: {listed(unknown)}."
        if guesses and not causes:
            yield sentence(f"Supported hypothesis: {bare(guesses[-1].text)}")

    def changed_since(self) -> Iterator[str]:
        """Lines of an earlier page that were corrected, undone or redacted since; whoever read them may act on them."""
        pending = offered_handoff(self.state)
        shown = [each for each in handoffs_of(self.state) if each is not pending]
        at = max((each.accepted_at or each.at for each in shown), default=None)
        if at is None:
            return
        lines = [(when, line) for entry in self.state.entries if entry.recorded_at <= at
                 for when, line in [self._change_of(entry, at)] if line]  # fmt: skip
        lines.sort(key=lambda each: each[0])
        if len(lines) > MOST_LEARNED:
            yield f"The last {MOST_LEARNED} of {len(lines)} changes.\n"
        for _, line in lines[-MOST_LEARNED:]:
            yield standing_on(line, at)

    def _change_of(self, entry: Entry, shown: datetime) -> tuple[datetime, str]:
        """The moment of an entry's last change since `shown`, and the line for it; an empty one without a change."""
        gone, history = taken_back_at(self.state, entry.id), self.state.corrections.get(entry.id, ())
        named = f"{capital(entry.kind.replace('_', ' '))} of {self.at(entry.occurred_at)}"
        if gone is not None and gone > shown:
            if entry.redacted:
                return gone, f"- {named}: redacted at {self.at(gone)}"
            return gone, f"- {named}, undone at {self.at(gone)}: {bare(entry.text)}"
        later = [made for made in history[1:] if made.at > shown]
        if gone is not None or entry.redacted or not later:
            return shown, ""
        before = next(made for made in reversed(history) if made.at <= shown)
        now = history[-1]
        if before.text == now.text:
            return now.at, f"- {named}, corrected at {self.at(now.at)}: {bare(now.text)}, {self.at(now.occurred_at)}"
        return now.at, f"- {named}, corrected at {self.at(now.at)}: {bare(now.text)} (was: {bare(before.text)})"

    def next_steps(self) -> Iterator[str]:
        state = self.state
        if state.retrospective:
            return
        for clock in self.clocks:
            if clock.state == "overdue":
                yield f"- **{bare(clock.begun)}** has been overdue since {self.at(clock.due_at)}."
        for field, claims in conflict_words(state, self.now, self.zone):
            yield f"- Settle the conflict over {inline(field)}: {inline(claims)}."
        yield from process.next_steps(state, self.now)
        rule, book = state.severity_rule, state.playbook
        for role in rule.roles if rule else ():
            if book and book.role(role) and not holder_of(state, role):
                name = inline(name_within(book, role))
                yield f"- Fill the role of {name}; {inline(state.severity.value)} requires it."
        for fix in open_fixes(state) if state.phase != "active" else ():
            yield standing_on(sentence(f"- Remove the temporary fix: {inline(fix.text)}"), state.stage.value)
        yield from process.next_stage(state, self.now, self.at)

    def risks(self) -> Iterator[str]:
        """Entries that somebody tagged as a risk, and changes in flight without a rollback plan.

        One that was logged as a hypothesis is no risk any more once it is ruled out.
        """
        guesses = hypotheses_of(self.state)
        logged = [
            entry
            for entry in self.entries
            if not entry.redacted
            and any(tag.lower() == "risk" for tag in entry.tags)
            and (entry.id not in guesses or guesses[entry.id].verdict != "ruled_out")
        ]
        risks = [f"- {bare(self.state.words(entry))} ({inline(entry.author)})" for entry in logged]
        risks += [
            f"- No rollback plan: “{inline(change.text)}” by {inline(change.by)}."
            for change in changes_in_flight(self.state)
            if not change.rollback
        ]
        if risks or self.state.phase == "active":
            yield from risks or ["No risk was logged; the tag #risk marks an entry as one."]

    def owed(self) -> Iterator[str]:
        if not self.owing:
            yield "Nothing."
        for clock in self.owing:
            late = clock.state == "overdue"
            left = format_length(self.now - clock.due_at if late else clock.due_at - self.now)
            when = f"**overdue by {left}**" if late else f"in {left}"
            yield f"- {bare(clock.begun)}: {self.at(clock.due_at)}, {when}{self._parties(clock)}"

    def _parties(self, clock: Clock) -> str:
        own = same_name(clock.to_whom, clock.by_whom)
        to = "" if own or clock.to_whom in clock.what else f", to {inline(clock.to_whom)}"
        by = standing_on(inline(clock.by_whom), clock.to_whom if own else "")
        promised = clock.kind == "update" and any(
            update.next_at == clock.due_at for update in updates_of(self.state, clock.audience)
        )
        return f"{to}, by {by}{', promised in the last update' if promised else ''}"

    def roles(self) -> Iterator[str]:
        roles = self.state.playbook.roles if self.state.playbook else ()
        held = any(holder_of(self.state, role.id) for role in roles)
        for role in roles if held or not self.state.retrospective else ():
            holder = holder_of(self.state, role.id)
            yield f"- {inline(role.name)}: {inline(holder) or 'nobody'}{self._heard(holder)}"

    def _heard(self, person: str) -> str:
        """The words on when the person was last heard, where there is a roll call."""
        present = self.roll.get(name_key(person))
        if present is None:
            return ""
        return f", last heard {self.at(present.heard_at)}" if present.heard_at else ", not heard yet"

    def impact(self) -> Iterator[str]:
        yield markdown(self.state.impact.value) or "Not described yet."
        for name, register in components_of(self.state).items():
            if register.value:
                yield f"- {inline(name)}: {inline(state_words(self.state, register.value))}"
        for link in links_of(self.state):
            yield f"- {inline(link_words(link))}"

    def learned(self) -> Iterator[str]:
        readable = (entry for entry in self.entries if not entry.redacted)
        lessons = [(entry, lesson) for entry in readable if (lesson := self._lesson(entry))]
        newest = len([lesson for _, lesson in lessons if lesson[0] != DECIDED]) - MOST_LEARNED
        if newest > 0:
            yield f"All decisions and the last {MOST_LEARNED} others; {newest} more are in the timeline.\n"
        others, kept = 0, []
        for entry, (word, text) in lessons:
            others += word != DECIDED
            if word == DECIDED or others > newest:
                kept.append((entry, word, text))
        yield from self._left_out(kept)
        for entry, word, text in kept[self._first(kept) :]:
            yield f"- {word}, {self._spent(entry)}: {bare(text)}{' (corrected)' if entry.corrected else ''}"

    def _first(self, rows: Sized) -> int:
        """The first of the rows that stand on the page."""
        return 0 if self.most is None else max(0, len(rows) - self.most)

    def _left_out(self, rows: Sized) -> Iterator[str]:
        """Says how many do not, if any."""
        if first := self._first(rows):
            yield f"{counted(first, 'earlier line')}: only in the file.\n"

    def _spent(self, entry: Entry) -> str:
        """The moment of an entry; of a change that took a while, from when to when."""
        change, begun = changes_of(self.state).get(entry.id), self.at(entry.occurred_at)
        ended = change.ended_at if change else None
        if ended is None or unmarked(self.at(ended)) == unmarked(begun):
            return begun
        return span(entry.occurred_at, ended, self.now, self.zone)

    def _lesson(self, entry: Entry) -> tuple[str, str] | None:
        """The lesson of an entry for the next shift; judgements of hypotheses have a section of their own."""
        state = self.state
        if entry.kind in ("action", "decision") and (led_up := self.led_up(entry)):
            return led_up, entry.text
        if entry.id in changes_of(state):
            change = changes_of(state)[entry.id]
            return "Changed", f"{untagged(change.text)} ({change.ending})"
        if entry.id in fixes_of(state):
            return "Temporary fix", fixes_of(state)[entry.id].text
        closed = fixes_of(state).get(entry.about)
        if closed is not None:
            return "Temporary fix removed", closed.text
        if entry.id in self.escalations:
            return "Escalated", entry.text.removeprefix("Escalated: ")
        word = LEARNED.get(entry.kind)
        return None if word is None or entry.about else (word, entry.text)

    def hypotheses(self) -> Iterator[str]:
        for title, hypothesis in hypotheses_by_verdict(self.state, ("supported", "open", "ruled_out")):
            evidence = f" — {inline(hypothesis.evidence)}" if hypothesis.evidence else ""
            yield f"- {title}: {bare(hypothesis.text)}{evidence}"

    def fixes(self) -> Iterator[str]:
        if not open_fixes(self.state):
            yield "None in place."
        for fix in open_fixes(self.state):
            more = [f"where: {fix.where}" if fix.where else "", fix.ticket, f"owner {fix.owner}" if fix.owner else ""]
            detail = ", ".join(inline(part) for part in more if part)
            yield f"- {inline(fix.text)} (since {self.at(fix.added_at)}{', ' + detail if detail else ''})"

    def tasks(self) -> Iterator[str]:
        if not open_tasks(self.state):
            yield "None."
        for task in open_tasks(self.state):
            due = f", back at {self.at(task.due_at)}" if task.due_at else ""
            owner = f"{inline(task.owner) or 'nobody has it'}{due}{self._heard(task.owner)}"
            yield f"- Task {task.number} ({owner}): {bare(task.text)}"

    def updates(self) -> Iterator[str]:
        latest = {update.audience: update for update in updates_of(self.state)}
        if not latest:
            yield "None was posted yet."
        for update in latest.values():
            heading = f"**{update.audience.capitalize()} #{update.number}**"
            yield f"{heading}, {self.at(update.at)} by {inline(update.by)}:\n\n{_quoted(update.text)}\n"
            for target, text in update.elsewhere.items():
                yield f"{inline(target)} got a different text:\n\n{_quoted(text)}\n"

    def last_entries(self, hours: float) -> tuple[list[Entry], str]:
        """The entries of the last hours, and which stretch of the timeline they are."""
        if not 0 <= hours <= A_YEAR_H:
            return self.entries, "Timeline"
        since = self.now - timedelta(hours=hours)
        shown = [entry for entry in self.entries if entry.occurred_at >= since]
        stretch = "Timeline of the last hour" if hours == 1 else f"Timeline of the last {hours:g} hours"
        if len(shown) < LEAST_ENTRIES:
            shown, stretch = self.entries[-LEAST_ENTRIES:], f"The last {LEAST_ENTRIES} entries of the timeline"
        return shown, stretch if len(shown) < len(self.entries) else "Timeline"

    def timeline(self, shown: list[Entry]) -> Iterator[str]:
        here = stated_zone(self.now, self.zone)
        yield from self._left_out(shown)
        for offset, group in groupby(
            shown[self._first(shown) :], key=lambda entry: stated_zone(entry.occurred_at, self.zone)
        ):
            if offset != here:
                yield f"From here on all times are {offset}.\n"
                here = offset
            entries = list(group)
            known = {entry.id: "corrected" for entry in entries if entry.corrected} | notes(self.state)
            yield from entry_lines(entries, self.zone, known, internal_updates(self.state))

    def people(self) -> Iterator[str]:
        state = self.state
        rules = state.playbook.roles if state.playbook else ()
        holders = [holder_of(state, role.id) for role in rules]
        owners = [task.owner for task in open_tasks(state)] + [action.owner for action in open_action_items(state)]
        writer = postmortem_of(state).owner.value
        authors = [entry.author for entry in self.entries]
        named = [person for person in (*holders, *authors, *owners, writer) if person]
        spellings: dict[str, str] = {}
        for person in named:
            spellings.setdefault(name_key(person), person)
        for person in spellings.values():
            held = [(role, holder) for role in rules if same_name(holder := holder_of(state, role.id), person)]
            roles = [standing_on(inline(role.name).lower(), holder) for role, holder in held]
            yield f"- {inline(person)}{': ' + ', '.join(roles) if roles else ''}"

    def taking_over(self) -> Iterator[str]:
        """The line that tells the next person how to accept; none where there is no command to take."""
        state, offered = self.state, offered_handoff(self.state)
        if offered:
            command = f"`warroom handoff {state.ref} --accept`"
            yield f"{inline(offered.person)}: press `y` in the console, or run {command}. That changes the role."
        elif state.open:
            command = f"`warroom handoff {state.ref} NAME`"
            yield f"Nobody is asked yet: press `h` in the console, or run {command}. The role changes when they accept."


def bare(text: str) -> str:
    """A line of the log without the tags behind it."""
    return inline(untagged(text))


def _quoted(text: str) -> str:
    """A text as a quotation, in which its lists stay lists."""
    return "> " + "\n> ".join(_LIST_ITEM.sub("", markdown(text)).splitlines())


_LIST_ITEM = re.compile(r"^\\(?=- )", re.MULTILINE)
