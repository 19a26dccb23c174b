"""How people appear in a postmortem: by what they did in the incident, so that nobody reads it as a verdict on them.

Whoever held a role at a moment appears as that role, everybody else as a numbered responder. Owners of action items
and of the document itself appear by name, because they are to be asked.
"""

import re
from datetime import datetime

from console.core.language.grounds import keeping_marks, unmarked
from console.core.language.names import name_key, same_name
from console.core.log.entries import Entry
from console.core.log.state import Fact, Incident
from console.core.playbook.model import Role
from console.core.subjects.action_item import ActionItems
from console.core.subjects.fix import fixes_of
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.role import roles_of
from console.core.subjects.task import tasks_of
from console.export.timeline import standing

POLICY = (
    "People appear by their role at that moment, not by name: a postmortem looks for what let a mistake happen. "
    "Owners of action items are named, and names that somebody wrote into a line without an @ stand as written."
)


def names_of(state: Incident) -> set[str]:
    """Every person that the log names: authors, holders of roles, owners, and who is mentioned with an @."""
    names = {fact.value for register in roles_of(state).values() for fact in register.facts}
    for things in (tasks_of(state), fixes_of(state), state.part(ActionItems).items):
        names |= {thing.owner for thing in things.values()}
    for entry in state.entries:
        names.update((entry.author, *entry.people))
    return set(map(unmarked, names | {postmortem_of(state).owner.value})) - {""}


class People:
    """Names as they are, or (`named` false) as roles and numbered responders."""

    def __init__(self, state: Incident, *, named: bool = False) -> None:
        self._state, self._named = state, named
        self._numbers: dict[str, int] = {}
        for entry in standing(state):
            if not self._role(entry.author, entry.recorded_at):
                self._number(entry.author)
        # The longest first, so that no name is taken for the beginning of another one.
        self._known = sorted(names_of(state), key=len, reverse=True)
        names = "|".join(re.escape(name) for name in self._known)
        # A name in free text may be an everyday word; only where the console itself put it is it surely a person.
        self._mention = re.compile(rf"(?<![\w.])@({names})(?!\w)") if names else None
        self._placed = re.compile(rf"(→ |over to |acknowledged by |item \d+: [^,]*, )({names})(?![\w.])")

    def called(self, person: str, at: datetime) -> str:
        """The document's name for somebody who did something at a moment: `the incident commander`, `responder 2`."""
        role = self._role(person, at)
        if self._named or not person or role is None:
            return self.short(person, at)
        return f"the {role.name if role.name.isupper() else role.name[:1].lower() + role.name[1:]}"

    def short(self, person: str, at: datetime) -> str:
        """The same for the end of a line of the timeline: `IC`, `responder 2`."""
        if self._named or not person:
            return person or "nobody"
        role = self._role(person, at)
        return role.short if role else f"responder {self._number(person)}"

    def sentence(self, entry: Entry) -> str:
        """The text of an entry as the document shows it."""
        return keeping_marks(self._sentence)(entry.text, entry)

    def _sentence(self, text: str, entry: Entry) -> str:
        if self._named or not self._known:
            return text
        if entry.kind == "role" and " → " in text:
            role, _, person = text.partition(" → ")
            return text if person == "nobody" else f"{role} assigned"

        def label(mention: re.Match[str]) -> str:
            return f"{mention[1]}{self.short(mention[2], entry.occurred_at)}"

        if entry.kind in ("task", "handoff", "action_item", "postmortem"):
            text = self._placed.sub(label, text)
        return self.masked(text, entry.occurred_at)

    def masked(self, text: str, at: datetime) -> str:
        """Text with every `@name` of a known person replaced; other words stay as they were written."""
        if self._named or self._mention is None:
            return text
        mention = self._mention
        return keeping_marks(lambda text: mention.sub(lambda match: self.short(match[1], at), text))(text)

    def _role(self, person: str, at: datetime) -> Role | None:
        """The first role, in the playbook's order, that the person held then."""
        book = self._state.playbook
        for role in book.roles if book else ():
            register = roles_of(self._state).get(role.id)
            if register and same_name(_value_at(register.facts, at), person):
                return role
        return None

    def _number(self, person: str) -> int:
        return self._numbers.setdefault(name_key(person), len(self._numbers) + 1)


def _value_at(facts: tuple[Fact, ...], at: datetime) -> str:
    return next((fact.value for fact in reversed(facts) if fact.at <= at), "")
