"""The handoff: what the next shift needs, in one Markdown page."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from console.core.clocks import Clock, open_clocks, promises
from console.core.entries import Entry
from console.core.state import Incident, timeline
from console.core.text import markdown
from console.core.times import duration_words
from console.export.timeline import entry_lines, times

LEARNED = {"decision": "Decided", "action": "Did", "finding": "Found", "fix": "Put in"}
MOST_LEARNED = 12


def handoff_markdown(
    state: Incident, now: datetime, zone: tzinfo, *, author: str = "", hours: float = 4, note: str = ""
) -> str:
    """The whole page; `hours` is how much of the timeline stands at its end, `note` the outgoing person's own words."""
    page = _Page(state, now, zone)
    sections = (
        ("", page.head(author)),
        ("From the outgoing commander", page.note(note)),
        ("Where we stand", page.paragraph()),
        ("Do next", page.next_steps()),
        ("Owed", page.owed()),
        ("Roles", page.roles()),
        ("Impact", page.impact()),
        ("Tried and learned", page.learned()),
        ("Hypotheses", page.hypotheses()),
        ("Temporary fixes", page.fixes()),
        ("Open tasks", page.tasks()),
        ("Last updates", page.updates()),
        ("Promises", page.promises()),
        (f"Timeline of the last {hours:g} hours", page.timeline(hours)),
        ("Who is here", page.contacts()),
        ("Taking over", page.taking_over()),
    )
    parts = []
    for title, lines in sections:
        body = "\n".join(lines).strip()
        if body:
            parts.append(f"## {title}\n\n{body}" if title else body)
    return "\n\n".join(parts) + "\n"


class _Page:
    """The sections of one handoff; each yields its lines, none where there is nothing to say."""

    def __init__(self, state: Incident, now: datetime, zone: tzinfo) -> None:
        self.state, self.now, self.zone = state, now, zone
        self.entries = [state.entries[i] for i in timeline(state) if not state.entries[i].undone]
        self.clocks = [one for one in open_clocks(state, now) if one.kind != "stability"]

    def at(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone)
        same = local.date() == self.now.astimezone(self.zone).date()
        return times(moment, self.zone) if same else f"{local:%a} {local.day} {local:%b} {times(moment, self.zone)}"

    def head(self, author: str) -> Iterator[str]:
        state = self.state
        by = f" by {markdown(author)}" if author else ""
        drill = " · DRILL" if state.drill else ""
        yield f"# Handoff {state.ref}: {markdown(state.title.value)}"
        yield ""
        local = self.now.astimezone(self.zone)
        stage = state.stage_rule.title if state.stage_rule else state.stage.value
        written = f"{local.day} {local:%B %Y}, {times(self.now, self.zone)}"
        yield f"**{state.severity.value} · {stage}{drill}** · written {written}{by}"

    def note(self, note: str) -> Iterator[str]:
        offered = self.state.offered
        text = note or (offered.note if offered else "")
        if text.strip():
            yield "> " + "\n> ".join(markdown(text).splitlines())

    def paragraph(self) -> Iterator[str]:
        state, now = self.state, self.now
        declared = state.declared_at or now
        leader = state.holder("ic")
        said = [f"“{markdown(state.title.value)}” was declared {duration_words(now - declared)} ago"]
        said[0] += f" by {markdown(state.declared_by)} and is {state.severity.value}."
        rule = state.severity_rule
        if rule:
            said.append(rule.meaning)
        current = state.stage.current
        if current:
            stage = state.stage_rule.title.lower() if state.stage_rule else current.value
            said.append(f"It has been {stage} for {duration_words(now - current.at)}.")
        said.append(f"{markdown(leader)} is incident commander." if leader else "Nobody is incident commander.")
        late = [one for one in self.clocks if one.state == "overdue"]
        if late:
            said.append(f"{len(late)} {'thing is' if len(late) == 1 else 'things are'} overdue: {late[0].what} first.")
        elif self.clocks:
            first = self.clocks[0]
            said.append(f"Next owed is the {markdown(first.what)}, in {duration_words(first.due_at - now)}.")
        yield " ".join(said)

    def next_steps(self) -> Iterator[str]:
        state = self.state
        for one in self.clocks:
            if one.state == "overdue":
                yield f"- **{markdown(one.what)}** is overdue since {self.at(one.due_at)}."
        for field, before, last in state.conflicts():
            said = [f"{markdown(one.by)} says {markdown(one.value)}" for one in (before, last)]
            yield f"- Settle the {field}: {', '.join(said)}."
        rule = state.severity_rule
        for role in rule.roles if rule and state.playbook else ():
            found = state.playbook.role(role) if state.playbook else None
            if found and not state.holder(role):
                yield f"- Find a {found.name.lower()}; {state.severity.value} wants one."
        after = state.playbook.after(state.stage.value) if state.playbook else None
        if after and state.phase != "over":
            yield f"- The next stage is {after.title.lower()}."
        for fix in state.open_fixes if state.phase != "active" else ():
            yield f"- Remove the temporary fix: {markdown(fix.text)}."

    def owed(self) -> Iterator[str]:
        if not self.clocks:
            yield "Nothing."
        for one in self.clocks:
            late = one.state == "overdue"
            left = duration_words(self.now - one.due_at if late else one.due_at - self.now)
            when = f"**overdue by {left}**" if late else f"in {left}"
            yield f"- {markdown(one.what)}: {self.at(one.due_at)}, {when}{self._parties(one)}"

    def _parties(self, clock: Clock) -> str:
        to = f", to {markdown(clock.to_whom)}" if clock.to_whom and clock.to_whom not in clock.what else ""
        promised = clock.kind == "update" and any(
            one.next_at == clock.due_at for one in self.state.live_updates(clock.audience)
        )
        return f"{to}, by {markdown(clock.by_whom)}{', promised in the last update' if promised else ''}"

    def roles(self) -> Iterator[str]:
        for role in self.state.playbook.roles if self.state.playbook else ():
            yield f"- {role.name}: {markdown(self.state.holder(role.id)) or 'nobody'}"

    def impact(self) -> Iterator[str]:
        yield markdown(self.state.impact.value) or "Not described yet."
        for name, register in self.state.components.items():
            if register.value:
                yield f"- {markdown(name)}: {register.value}"

    def learned(self) -> Iterator[str]:
        found = [one for one in self.entries if one.kind in LEARNED and not one.redacted]
        if len(found) > MOST_LEARNED:
            yield f"The last {MOST_LEARNED} of {len(found)}; the rest is in the timeline."
            yield ""
        for one in found[-MOST_LEARNED:]:
            yield f"- {LEARNED[one.kind]}, {self.at(one.occurred_at)}: {_line(one)}"

    def hypotheses(self) -> Iterator[str]:
        for verdict, title in (("supported", "Supported"), ("open", "Open"), ("ruled_out", "Ruled out")):
            for one in self.state.live_hypotheses:
                if one.verdict == verdict:
                    evidence = f" — {markdown(one.evidence)}" if one.evidence else ""
                    yield f"- {title}: {markdown(one.text)}{evidence}"

    def fixes(self) -> Iterator[str]:
        if not self.state.open_fixes:
            yield "None in place."
        for fix in self.state.open_fixes:
            more = [f"where: {fix.where}" if fix.where else "", fix.ticket, f"owner {fix.owner}" if fix.owner else ""]
            detail = ", ".join(markdown(one) for one in more if one)
            yield f"- {markdown(fix.text)} (since {self.at(fix.added_at)}{', ' + detail if detail else ''})"

    def tasks(self) -> Iterator[str]:
        if not self.state.open_tasks:
            yield "None."
        for task in self.state.open_tasks:
            due = f", back at {self.at(task.due_at)}" if task.due_at else ""
            yield f"- {task.number}. {markdown(task.text)}: {markdown(task.owner) or 'nobody'}{due}"

    def updates(self) -> Iterator[str]:
        latest = {one.audience: one for one in self.state.live_updates()}
        if not latest:
            yield "None was posted yet."
        for one in latest.values():
            yield f"**{one.audience.capitalize()} #{one.number}**, {self.at(one.at)} by {markdown(one.by)}:"
            yield ""
            yield "> " + "\n> ".join(markdown(one.text).splitlines())
            yield ""

    def promises(self) -> Iterator[str]:
        for audience, tally in promises(self.state, self.now).items():
            if tally.kept or tally.late or tally.missed:
                yield f"- {audience}: {tally.kept} kept, {tally.late} late, {tally.missed} missed"

    def timeline(self, hours: float) -> Iterator[str]:
        since = self.now - timedelta(hours=hours)
        yield from entry_lines((one for one in self.entries if one.occurred_at >= since), self.zone)

    def contacts(self) -> Iterator[str]:
        state = self.state
        people = dict.fromkeys(one.author for one in self.entries)
        people |= dict.fromkeys(task.owner for task in state.open_tasks if task.owner)
        rules = state.playbook.roles if state.playbook else ()
        for person in people:
            roles = [role.name.lower() for role in rules if state.holder(role.id) == person]
            yield f"- {markdown(person)}{': ' + ', '.join(roles) if roles else ''}"
        if state.playbook and state.playbook.escalate_to:
            yield f"- Escalation: {markdown(state.playbook.escalate_to)}"

    def taking_over(self) -> Iterator[str]:
        offered = self.state.offered
        who = f"{markdown(offered.person)}: " if offered else ""
        yes = f"press `y` in the console, or run `warroom handoff {self.state.ref} --accept`."
        yield f"{who}{yes if who else yes.capitalize()} The role changes with your yes."


def _line(entry: Entry) -> str:
    return " ".join(markdown(entry.text).split())
