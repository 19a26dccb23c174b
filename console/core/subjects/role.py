"""Roles: who commands, who writes, who speaks."""

import re
from collections.abc import Sequence
from datetime import datetime

from console.core.language.names import first_written, name_key, nearly_same, same_name
from console.core.language.pattern import late
from console.core.language.text import listed, one_line
from console.core.language.times import parse_duration
from console.core.log.command import (
    Command,
    Decision,
    Offering,
    SlashContext,
    Word,
    holder,
    is_nobody,
    newer_than,
    proposed,
    recipient,
    split,
)
from console.core.log.event import Body, Key, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, People, Register
from console.core.playbook.model import Playbook, find_role
from console.core.refusal import Refused


class RoleAssigned(Body, frozen=True):
    """`person` is empty when the role is given up."""

    role: Key
    person: Text
    replaces: Replaced = ""

    def apply(self, fold: Folding) -> None:
        fold.states_in(fold.part(Roles).holders, self.role, self.person, self.replaces)
        fold.entry("role", f"{role_name(fold.state, self.role)} → {self.person or 'nobody'}")


class Roles(Part):
    holders: dict[str, Register] = {}


def roles_of(state: Incident) -> dict[str, Register]:
    """The present and earlier holders of each role, by the role's id."""
    return state.part(Roles).holders


def role_of(state: Incident, role: str) -> Register:
    """The present and earlier holders of a role."""
    return roles_of(state).get(role, Register())


def holder_of(state: Incident, role: str) -> str:
    """The holder of the role; empty when nobody has it."""
    return role_of(state, role).value


MAX_PERSON_CHARS = 40
ME = ("me", "myself", "i")
"""Names that mean whoever types them."""
_NO_NAME = late("[\u2400-\u2426\u23ce]")
"""The pictures that stand for control characters and line breaks."""
_SEVERAL = late(r"[,;]|\s[&+/@]|\s(?:and|or)\s", re.IGNORECASE)
_NOBODYS = frozenset({"in", "by", "at", "to", "for", "from", "on", "of", "the", "and", "is", "next", "then", "with"})
"""Words that lead to a name, or away from one."""
_CLOCK = late(r"[0-9]{1,2}[:.][0-9]{2}")
_MANY_WORDS = 4
"""So many words are more often a sentence than a name; a name of so many is asked about."""


def known_name(state: Incident, name: str, actor: str) -> str:
    """A person's name as the incident first wrote it; itself where it is new, or empty; the actor's for `me`."""
    if not name:
        return ""
    if len(name) > MAX_PERSON_CHARS or _NO_NAME.search(name):
        raise Refused(f"“{one_line(name, 24)}” is not a name; write the person's name alone.", "person")
    if is_nobody(name):
        raise Refused(f"“{name}” is the name of no person; write the person's name.", "person")
    name = actor if name_key(name) in ME else name
    key, people = name_key(name), state.part(People)
    return first_written(name, (*_responders(state), people.named.get(key, ""), people.authors.get(key, "")))


def one_person(state: Incident, name: str, actor: str) -> str:
    """As `known_name`; refused where a new name is plainly not that of one person: `ana and bob`, `ana 10m`, `""`."""
    person = known_name(state, name, actor)
    if not person or name_key(person) in _known(state) or person == actor:
        return person
    book = state.playbook
    if book and name_key(person) in {name_key(each) for role in book.roles for each in role.names}:
        raise Refused(f"“{one_line(person, 24)}” is a role; write the person's name.", "person")
    words = person.split()
    timed = any(parse_duration(word) or _CLOCK.fullmatch(word) for word in words)
    wordless = name_key(person) in _NOBODYS or not any(char.isalpha() for char in person)
    if _SEVERAL.search(person) or timed or wordless:
        raise Refused(f"“{one_line(person, 24)}” is not a name; write the name of one person alone.", "person")
    return person


def _known(state: Incident) -> dict[str, str]:
    """The people of the incident, by what the ways to write each name have in common."""
    people = state.part(People)
    return {name_key(each): each for each in (*people.authors.values(), *people.named.values(), *_responders(state))}


def _responders(state: Incident) -> list[str]:
    """Whoever declared the incident, and all who had a role."""
    return [state.declared_by, *(fact.value for register in roles_of(state).values() for fact in register.facts)]


def name_doubt(state: Incident, name: str, actor: str) -> str:
    """The question about a name that is new in the incident: one typing error away from a known one, that one with more
    words behind it, or of many words; else empty."""
    known, wanted = _known(state), name_key(name)
    if not name or wanted in (*known, name_key(actor), *ME):
        return ""
    near = sorted(each for key, each in known.items() if nearly_same(name, each) or wanted.startswith(f"{key} "))
    if near:
        return f"“{one_line(name, 30)}” is a new name; known {_listed(near)}."
    return f"“{one_line(name, 40)}” is taken as one name." if len(name.split()) >= _MANY_WORDS else ""


def _listed(names: Sequence[str]) -> str:
    shown = [one_line(each, 30) for each in names[:3]]
    return f"{'is' if len(shown) == 1 else 'are'} {listed(shown)}"


def role_name(state: Incident, role: str) -> str:
    """The role's short name in the incident's playbook, else its id."""
    rule = state.playbook.role(role) if state.playbook else None
    return rule.short if rule else role


class AssignRole(Command, frozen=True, kw_only=True):
    gives_to = ("person",)
    role: str
    person: str
    seen: str | None = None

    def newer(self, state: Incident) -> str:
        return newer_than(role_of(state, self.role), self.seen)

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        assert state.playbook is not None
        role = find_role(state.playbook, self.role)
        person = one_person(state, holder(self.person), self.actor)
        register = role_of(state, role.id)
        if same_name(person, register.value) and not register.conflict:
            raise Refused(f"{role.short} is already {person or 'nobody'}; name another person.", "person")
        return proposed(RoleAssigned(role.id, person, register.head if self.seen is None else self.seen), at)


def _role_and_person(book: Playbook | None, argument: str) -> tuple[str, str]:
    """The role, by the longest of its names that the argument begins with, and what is behind; else the first word."""
    names = {name: role.id for role in book.roles for name in role.names} if book else {}
    begun = [name for name in names if re.match(rf"{re.escape(name)}(?!\w)", argument, re.IGNORECASE)]
    if not begun:
        return split(argument)
    longest = max(begun, key=len)
    return names[longest], argument[len(longest) :].lstrip(" ,")


def _read_role(context: SlashContext, argument: str) -> Command:
    role, person = _role_and_person(context.state.playbook, argument)
    person = recipient(person)
    if not person:
        book = context.state.playbook
        raise context.incomplete("Name the role and the person", role=find_role(book, role).id if book and role else "")
    return AssignRole(actor=context.actor, at=context.at, role=role, person=person)


def _read_ic(context: SlashContext, argument: str) -> Command:
    return AssignRole(actor=context.actor, at=context.at, role="ic", person=recipient(argument))


SIGNS = {"role": "•"}


def _ids(known: Offering) -> list[str]:
    return [role.id for role in known.state.playbook.roles] if known.state.playbook else []


WORDS: dict[str, Word] = {
    "role": Word("/role ic NAME", _read_role, offers=(_ids, lambda known: known.people())),
    "ic": Word("/ic NAME", _read_ic, "Name the person", (lambda known: known.people(),)),
}
