"""Advice about people: who is missing, who does too much, who should be called."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from console.core.advice.facts import RECENT_S, TEXT_CHARS, Advice, Facts, escalate, phrase
from console.core.language.names import name_key, same_name
from console.core.language.pattern import late
from console.core.language.text import listed, one_line
from console.core.log.clocks import Clock
from console.core.log.entries import Entry
from console.core.log.rollcall import unheard
from console.core.log.state import Incident
from console.core.playbook.model import callee_within, name_within
from console.core.subjects.change import changes_in_flight
from console.core.subjects.page import Page, last_pages, next_callee
from console.core.subjects.playbook import playbook_changes
from console.core.subjects.role import holder_of, role_name, roles_of
from console.core.subjects.task import open_tasks, tasks_of

TECHNICAL = late(
    r"\b(?:check|look (?:at|into)|debug|investigate|restart|reboot|deploy|fix|patch|query|profile|trace|tail|grep|ssh"
    r"|reproduce|test|run|roll(?: |-)?back|revert|scale|fail ?over|compile|bisect|diagnose|logs?|drain|flush)\b",
    re.IGNORECASE,
)
"""Words of work on the system itself, which a commander hands to others."""

HANDS_ON = 3
"""So many findings and actions of the commander within half an hour are debugging."""

_CALLED = late(
    r"\b(?:called|calling|paged|paging|pinged|asked|woke|woken|phoned|joins|joined|brought in|escalated)\b",
    re.IGNORECASE,
)
_CALL = late(r"\b(?:call|page|ping|ask|wake|phone|bring in|escalate)\b", re.IGNORECASE)
_DOING = frozenset(("action", "decision", "task", "change"))


def no_ic(facts: Facts) -> Advice | None:
    since = _wanted(facts, "ic")
    role = facts.book.role("ic")
    if facts.phase == "over" or since is None or facts.commander or role is None:
        return None
    return Advice(f"No {_named(facts, 'ic')} is assigned.", "role", "/role ic ")


def missing_role(facts: Facts) -> Advice | None:
    """The commander and the scribe have advice of their own."""
    if facts.phase == "over":
        return None
    others = [role for role in facts.book.roles if role.id not in ("ic", "scribe")]
    missing = [role for role in others if _wanted(facts, role.id) and not holder_of(facts.state, role.id)]
    if not missing:
        return None
    names = listed([_named(facts, role.id) for role in missing], "or")
    return Advice(f"No {names} is assigned.", "role", f"/role {missing[0].id} ")


def no_scribe(facts: Facts) -> Advice | None:
    if facts.phase == "over" or _wanted(facts, "scribe") is None or holder_of(facts.state, "scribe"):
        return None
    if facts.recent:
        why = "Without a scribe the handoff and the postmortem miss what was said."
        return Advice(f"No {_named(facts, 'scribe')} is assigned.", "role", "/role scribe ", why)
    return Advice("Nobody keeps the record.", "role", "/role scribe ")


def _named(facts: Facts, role: str) -> str:
    """The role as the team calls it, within a sentence."""
    return name_within(facts.book, role)


def _wanted(facts: Facts, role: str) -> datetime | None:
    """Since when the role should have been filled, by the severity; None while there is time, or it is not asked."""
    allowed = facts.severity.roles.get(role)
    if allowed is None:
        return None
    since = facts.declared
    for fact in reversed(facts.severities):
        rule = facts.book.severity(fact.value)
        if rule is None or role not in rule.roles:
            break
        since = fact.at
    due = since + timedelta(seconds=allowed)
    return due if facts.now >= due else None


def ic_debugging(facts: Facts) -> Advice | None:
    """Only where the severity asks for more people than a commander: elsewhere one person does it all."""
    ic, state = facts.commander, facts.state
    if facts.phase != "active" or not ic or "ic" not in facts.severity.roles or len(facts.severity.roles) < 2:
        return None
    hands_on = f"{role_name(state, 'ic')} is hands-on:"
    change = next((change for change in changes_in_flight(state) if same_name(change.by, ic)), None)
    if change is not None:
        return Advice(f"{hands_on} {ic} has a change in flight, {one_line(change.text, 40)}.", "task", "/task ")
    task = next((task for task in open_tasks(state) if same_name(task.owner, ic) and TECHNICAL.search(task.text)), None)
    if task is not None:
        return Advice(f"{hands_on} {ic} has a task, {one_line(task.text, 40)}.", "prompt", f"/assign {task.number} ")
    if same_name(holder_of(state, "tech"), ic):
        return Advice(f"{hands_on} {ic} has the role of {_named(facts, 'tech')}, too.", "role", "/role tech ")
    written = [entry for entry in facts.recent if entry.kind in ("finding", "action")]
    own = [entry for entry in written if same_name(entry.author, ic) and not entry.people]
    # Where the commander keeps the record, or nobody else writes, the lines tell of what others did.
    scribe = holder_of(state, "scribe")
    keeps = same_name(scribe, ic) or (not scribe and all(same_name(entry.author, ic) for entry in written))
    if len(own) >= HANDS_ON and not keeps:
        return Advice(f"{hands_on} {len(own)} findings and actions by {ic} lately.", "task", "/task ")
    return None


def span_of_control(facts: Facts) -> Advice | None:
    """Those with a role, an open task or a change in flight, shared out among commander, deputy and tech lead."""
    state, most = facts.state, facts.book.span_of_control
    if not most or facts.phase == "over" or not facts.commander:
        return None
    leads = {name_key(holder): holder for role in ("ic", "deputy", "tech") if (holder := holder_of(state, role))}
    people = [role.value for role in roles_of(state).values()] + [task.owner for task in open_tasks(state)]
    people += [change.by for change in changes_in_flight(state)]
    workers = len({name_key(person) for person in people if person} - leads.keys())
    if -(-workers // len(leads)) <= most:
        return None
    free = [id for id in ("deputy", "tech") if facts.book.role(id) and not holder_of(state, id)]
    text = f"{workers} people report to {listed(sorted(leads.values()))}; the limit is {most}."
    return Advice(text, "role", f"/role {free[0]} " if free else "/role ")


def severity_rose(facts: Facts) -> Advice | None:
    """Until somebody is called in: escalation, a role given, a handoff."""
    severities = facts.severities
    if facts.phase != "active" or not facts.watched or len(severities) < 2:
        return None
    before, last = severities[-2:]
    now, then = (facts.book.severity_index(fact.value) for fact in (last, before))
    if last.id in {edition.id for edition in playbook_changes(facts.state)} or min(now, then) < 0 or now >= then:
        return None
    given = [fact.at for role in roles_of(facts.state).values() for fact in role.facts if fact.value]
    if any(moment >= last.at for moment in (*given, *facts.met("escalation"))):
        return None
    to = facts.ladder("severity_rose")
    return escalate(facts, f"Raised to {last.value}, no responders added: escalate to {to}.")


def expert_needed(facts: Facts) -> Advice | None:
    """By the words of the title, the impact and the last half hour, until a line says that the expert is called."""
    if facts.phase != "active" or not facts.watched:
        return None
    state, fresh = facts.state, facts.now - facts.declared <= timedelta(seconds=RECENT_S)
    texts = [*([state.title.value, state.impact.value] if fresh else []), facts.recent_words]
    for contact in facts.book.contacts_for(facts.severity.name):
        if any(holder_of(state, role.id) for role in facts.book.roles if same_name(role.name, contact.name)):
            continue
        topics = [topic.lower() for topic in contact.topics]
        topic = next(filter(None, (phrase(text, topics) for text in texts)), "")
        if not topic:
            continue
        handles = [
            word.strip(",.;()").lower() for word in f"{contact.reach} {contact.usually}".split() if word.startswith("@")
        ]
        names = [contact.name.lower(), *handles]
        if not any(
            phrase(entry.text[:TEXT_CHARS], names) or (_calls(entry) and phrase(entry.text[:TEXT_CHARS], topics))
            for entry in facts.back
        ):
            text = f"Page {contact.name} for “{topic}”: nobody has been paged."
            return Advice(text, "page", f"/page {contact.name}{f' by {contact.reach}' if contact.reach else ''}")
    return None


def page_unanswered(facts: Facts) -> Advice | None:
    """Until somebody else is paged, or answers."""
    page = unanswered_page(facts.state, facts.clocks) if facts.phase != "over" else None
    if page is None:
        return None
    missing = {"declined": f"{page.text} declined", "no_answer": f"{page.text} did not answer"}.get(page.outcome, "")
    words = missing or f"{page.text} has not answered in {facts.lasts(page.at)}"
    following = next_callee(facts.state)
    return Advice(f"{words}: page {callee_within(following) or 'somebody else'}.", "page", f"/page {following}")


def unanswered_page(state: Incident, clocks: Iterable[Clock]) -> Page | None:
    """The page that nobody answered in time, or that was declined, after which nothing else came of any."""
    overdue = {clock.target: clock.due_at for clock in clocks if clock.kind == "page" and clock.state == "overdue"}
    pages = last_pages(state)
    for page in pages:
        since = page.ended_at if page.outcome in ("declined", "no_answer") else overdue.get(page.id)
        others = [other for other in pages if other is not page]
        if since and not any(since <= (other.ended_at or other.at) for other in others):
            return page
    return None


def _calls(entry: Entry) -> bool:
    """The line tells that somebody was, or is being, called."""
    text = entry.text[:TEXT_CHARS]
    return bool(_CALLED.search(text) or (entry.kind in _DOING and _CALL.search(text)))


def long_shift(facts: Facts) -> Advice | None:
    shift = next(iter(facts.overdue("shift")), None)
    if shift is None:
        return None
    return Advice(f"{shift.by_whom} has commanded for {facts.lasts(shift.starts_at)}.", "handoff", "/handoff ")


def not_heard(facts: Facts) -> Advice | None:
    """People missed twice in the roll call, the longest silent first."""
    missing = unheard(facts.state, facts.now)
    if not missing:
        return None
    silent = listed([f"{each.person} for {facts.lasts(each.since)}" for each in missing[:3]])
    more = f", and {len(missing) - 3} more" if len(missing) > 3 else ""
    return Advice(f"Not heard: {silent}{more}.", "round", f"/round @{missing[0].person} ")


def task_silent(facts: Facts) -> Advice | None:
    """An open task whose owner neither wrote nor was named since it was due."""
    if facts.phase == "over":
        return None
    for clock in facts.overdue("task"):
        task = tasks_of(facts.state).get(clock.target)
        if task is None:
            continue
        since = [entry for entry in facts.back if task.owner and entry.recorded_at >= clock.due_at]
        if not any(same_name(task.owner, name) for entry in since for name in (entry.author, *entry.people)):
            text, late = one_line(task.text, 40), facts.lasts(clock.due_at)
            subject = (
                f"{task.owner} has not reported back on “{text}”, due" if task.owner else f"“{text}” has no owner; due"
            )
            return Advice(f"{subject} {late} ago.", "done", f"/done {task.number}: ")
    return None
