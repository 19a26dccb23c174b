"""Temporary fixes, which somebody has to remove again."""

import re
from datetime import datetime

import msgspec

from console.core.language.pattern import late
from console.core.language.text import clean
from console.core.log.command import (
    Command,
    Decision,
    Offering,
    SlashContext,
    Word,
    line,
    name,
    proposed,
    unless_none,
    words,
)
from console.core.log.event import Body, Ref, Text
from console.core.log.find import numbered, which
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part
from console.core.refusal import Refused
from console.core.subjects.role import one_person


class FixAdded(Body, frozen=True):
    """A temporary fix that somebody has to remove again."""

    text: Text
    where: Text = ""
    ticket: Text = ""
    owner: Text = ""

    def apply(self, fold: Folding) -> None:
        event = fold.event
        number, at = fold.number("fix"), event.occurred_at
        fix = Fix(event.id, number, self.text, self.where, self.ticket, self.owner, at, event.actor)
        fold.part(Fixes).fixes[fix.id] = fix
        ticket = f", {self.ticket}" if self.ticket else ""
        fold.names(self.owner)
        fold.entry("fix", f"{self.text} (temporary{ticket})", moves=True, words=self.text)


class FixChanged(Body, frozen=True):
    """None keeps what stood there."""

    fix: Ref
    where: Text | None = None
    ticket: Text | None = None
    owner: Text | None = None

    def apply(self, fold: Folding) -> None:
        changes = {"where": self.where, "ticket": self.ticket, "owner": self.owner}
        fix = fold.amended(fold.part(Fixes).fixes, self.fix, "a change of a temporary fix", **changes)
        if fix is not None:
            fold.names(self.owner or "")
            given = [f"{name} {value}" for name, value in changes.items() if value]
            fold.entry("fix", f"Temporary fix, {', '.join(given) or 'changed'}: {fix.text}")


class FixRemoved(Body, frozen=True):
    fix: Ref
    note: Text = ""

    def apply(self, fold: Folding) -> None:
        at, fixes = fold.event.occurred_at, fold.part(Fixes).fixes
        fix = fold.amended(fixes, self.fix, "the removal of a temporary fix", removed_at=at)
        if fix is not None:
            fold.mark(fix.id, "removed")
            fold.entry("fix", f"Temporary fix removed: {fix.text}", self.note, moves=True, about=fix.id)


class Fix(msgspec.Struct, frozen=True):
    id: str
    number: int
    text: str
    where: str
    ticket: str
    owner: str
    added_at: datetime
    by: str
    removed_at: datetime | None = None


class Fixes(Part):
    fixes: dict[str, Fix] = {}


def fixes_of(state: Incident) -> dict[str, Fix]:
    """All temporary fixes, by their id."""
    return state.part(Fixes).fixes


def open_fixes(state: Incident) -> list[Fix]:
    return [fix for fix in fixes_of(state).values() if fix.removed_at is None]


class AddFix(Command, frozen=True, kw_only=True):
    begins = "temporary fix"
    gives_to = ("owner",)
    text: str
    where: str = ""
    ticket: str = ""
    owner: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        text = words(self.text, "A temporary fix")
        where, ticket = clean(self.where, multiline=False), clean(self.ticket, multiline=False)
        return proposed(FixAdded(text, where, ticket, one_person(state, name(self.owner), self.actor)), at)


class ChangeFix(Command, frozen=True, kw_only=True):
    gives_to = ("owner",)
    fix: str
    where: str | None = None
    ticket: str | None = None
    owner: str | None = None

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        fix = find_fix(state, self.fix)
        if (self.where, self.ticket, self.owner) == (None,) * 3:
            raise Refused("Say what changes: where it is, its ticket, or its owner.", "ticket")
        where, ticket = unless_none(line, self.where), unless_none(line, self.ticket)
        owner = None if self.owner is None else one_person(state, name(self.owner), self.actor)
        if where in (None, fix.where) and ticket in (None, fix.ticket) and owner in (None, fix.owner):
            raise Refused("The temporary fix says that already; write what has changed.", "ticket")
        return proposed(FixChanged(fix.id, where, ticket, owner), at)


def find_fix(state: Incident, text: str) -> Fix:
    """A temporary fix that is still in place, by its number in order, the beginning of its id, or words of its text."""
    nothing = "There is no temporary fix in place; register one with /fix."
    return which(numbered(open_fixes(state)), text, "temporary fix", nothing, "fix")


_TICKET = (
    r"(?:ticket:?\s+)?\(?(?!(?:UTF|SHA|AES|RSA|MD|ISO|RFC|CVE|TLS|SSL|HTTP|SEV|INC)-)(?P<ticket>[A-Z][A-Z0-9]+-\d+)\)?"
)
"""A ticket; `UTF-8` and the like are none."""
_OWNER = r"(?:owner:?\s+)?@(?P<owner>[^\W\d_][\w.-]*\w|[^\W\d_])"
_EDGES = tuple(
    late(pattern) for what in (_TICKET, _OWNER) for pattern in (rf"(?:^|\s){what}[.,;]?$", rf"^{what}[,;:]?(?:\s|$)")
)
_DANGLING = late(r"(?:^|\s)(?:to|by|with|in|at|of|for|from|on|is|use|and|or|see|ask|asked|told|as)$", re.IGNORECASE)
"""A word that wants another one behind it."""
_PLACE = late(r"\bin ([\w./-]+\.\w+|[\w-]+/[\w./-]+)")


def _read_fix(context: SlashContext, argument: str) -> Command:
    where = next(iter(_PLACE.findall(argument)), "")
    # Ticket and owner stand in their own columns; in the text each would be read twice.
    text, given = _without_edges(argument.strip())
    return AddFix(actor=context.actor, at=context.at, text=text, where=where, **given)


def _without_edges(text: str) -> tuple[str, dict[str, str]]:
    """The text without a ticket and an owner at its beginning and its end, and these.

    Those that its sentence needs, as in `move it to UTF-8`, stay.
    """
    given: dict[str, str] = {}
    for edge in (*_EDGES, *_EDGES):
        match = edge.search(text)
        if match and not given.keys() & match.groupdict().keys():
            rest = (text[: match.start()] or text[match.end() :]).strip(" ,;")
            if rest and not _DANGLING.search(text[: match.start()]):
                text, given = rest, given | match.groupdict()
    return text, given


def _numbers(known: Offering) -> list[str]:
    return [str(fix.number) for fix in open_fixes(known.state)]


def _read_ticket(context: SlashContext, argument: str) -> Command:
    owned = re.search(rf"(?:^|\s){_OWNER}[.,]?$", argument)
    words = (argument[: owned.start()] if owned else argument).split()
    if len(words) + bool(owned) < 2:
        raise context.malformed("Name the temporary fix and its ticket")
    ticket = words.pop() if len(words) > 1 else None
    owner = owned["owner"] if owned else None
    return ChangeFix(actor=context.actor, at=context.at, fix=" ".join(words), ticket=ticket, owner=owner)


SIGNS = {"fix": "#"}
CORRECTABLE = (FixAdded,)
WORDS: dict[str, Word] = {
    "fix": Word("/fix TEXT of the temporary fix [in FILE] [TICKET-1] [@owner]", _read_fix),
    "ticket": Word("/ticket FIX TICKET [@owner]", _read_ticket, offers=(_numbers,)),
}
