"""Decisions about what comes after the fire: the postmortem, its review, the action items."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from console.core import commands as do
from console.core import events as ev
from console.core.decide_base import Decision, line, name, one, words
from console.core.find import find_action
from console.core.language.text import check_length, clean
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.review import REVIEW, SECTIONS
from console.core.subjects.postmortem import postmortem_of


def _assign(state: Incident, command: do.AssignPostmortem, at: datetime, now: datetime) -> Decision:
    person = name(command.person)
    person = "" if person.lower() in ("nobody", "none", "-") else person
    if person == postmortem_of(state).owner.value and not postmortem_of(state).owner.conflict:
        raise Refused(f"The postmortem's owner is already {person or 'nobody'}; name another person.", "person")
    return one(ev.PostmortemAssigned(person, postmortem_of(state).owner.head), at)


def _edit(state: Incident, command: do.EditPostmortem, at: datetime, now: datetime) -> Decision:
    section = command.section.strip().lower().replace(" ", "_").replace("-", "_")
    if section not in SECTIONS:
        raise Refused(f"There is no section “{clean(command.section)}”: use {', '.join(SECTIONS)}.", "section")
    text = clean(command.text).strip()
    check_length(text, "A section")
    register = postmortem_of(state).sections.get(section)
    if text == (register.value if register else "") and not (register and register.conflict):
        raise Refused("Nothing was changed; edit the section, or leave it.", "text")
    if postmortem_of(state).review.value == "final":
        raise Refused("The postmortem is final; set it back to draft before you change it.", "section")
    seen = (register.head if register else "") if command.seen is None else command.seen
    return one(ev.PostmortemEdited(section, text, seen), at)


def _review(state: Incident, command: do.ReviewPostmortem, at: datetime, now: datetime) -> Decision:
    wanted = command.state.strip().lower().replace(" ", "_").replace("-", "_")
    if wanted not in REVIEW:
        raise Refused("A postmortem is draft, in-review or final.", "state")
    if wanted == (postmortem_of(state).review.value or "draft") and not postmortem_of(state).review.conflict:
        raise Refused(f"The postmortem is {wanted.replace('_', ' ')} already.", "state")
    if wanted == "final" and not postmortem_of(state).owner.value:
        raise Refused("A final postmortem has an owner; name one with /postmortem owner NAME.", "state")
    return one(ev.PostmortemReviewed(wanted, postmortem_of(state).review.head), at)


def _add(state: Incident, command: do.AddAction, at: datetime, now: datetime) -> Decision:
    text = words(command.text, "An action item")
    assert state.playbook is not None
    priority = _priority(state.playbook, command.priority)
    due = command.due_at
    rule = next((rule for rule in state.playbook.actions if rule.name == priority), None)
    if due is None and rule is not None and rule.due_s:
        due = at + timedelta(seconds=rule.due_s)
    return one(ev.ActionAdded(text, name(command.owner), priority, due, line(command.verify)), at)


def _change(state: Incident, command: do.ChangeAction, at: datetime, now: datetime) -> Decision:
    item = find_action(state, command.action)
    assert state.playbook is not None
    text = None if command.text is None else words(command.text, "An action item")
    priority = None if command.priority is None else _priority(state.playbook, command.priority)
    owner = None if command.owner is None else name(command.owner)
    verify = None if command.verify is None else line(command.verify)
    if (text, owner, priority, command.due_at, verify) == (None,) * 5:
        raise Refused("Say what changes: the text, the owner, the priority, the date or how it is verified.", "text")
    return one(ev.ActionChanged(item.id, text, owner, priority, command.due_at, verify), at)


def _priority(book: Playbook, text: str) -> str:
    wanted = text.strip().upper()
    known = [rule.name for rule in book.actions] or ["P0", "P1", "P2"]
    if wanted and wanted not in known:
        raise Refused(f"There is no priority “{clean(text)}”: use {', '.join(known)}.", "priority")
    return wanted


def _finish(state: Incident, command: do.FinishAction, at: datetime, now: datetime) -> Decision:
    item = find_action(state, command.action)
    return one(ev.ActionDone(item.id, line(command.note)), at)


HANDLERS: dict[type[do.Command], Callable[[Incident, Any, datetime, datetime], Decision]] = {
    do.AssignPostmortem: _assign,
    do.EditPostmortem: _edit,
    do.ReviewPostmortem: _review,
    do.AddAction: _add,
    do.ChangeAction: _change,
    do.FinishAction: _finish,
}
