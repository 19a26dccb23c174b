"""The history: which incidents are told, and in which order."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from console.core.language.names import name_key
from console.core.language.searching import folded
from console.core.language.times import parse_duration
from console.core.memory.case import Case

_LENGTH = re.compile(r"\d+[dwhm]", re.IGNORECASE)


class Only(msgspec.Struct, frozen=True):
    """A selection of cases; an empty part asks for nothing."""

    words: tuple[str, ...] = ()
    """Folded; a case holds them all, in what it was, its cause or what stopped it."""
    severity: str = ""
    """In any case, as `SEV1`."""
    tag: str = ""
    """Folded; a tag, a team or a component begins so."""
    person: str = ""
    """The beginning of a name, as `name_key` gives it: who led, or owes an action item."""
    kind: str = ""
    """live, drill or retrospective."""
    within: timedelta | None = None
    """Declared so long ago or later."""

    def takes(self, case: Case, now: datetime) -> bool:
        if self.within is not None and case.declared_at < now - self.within:
            return False
        if self.kind not in ("", case.kind) or self.severity.upper() not in ("", case.severity.upper()):
            return False
        names = (*case.tags, *case.teams, *case.components)
        if self.tag and not any(folded(name).startswith(self.tag) for name in names):
            return False
        people = (case.commander, case.postmortem_owner, *(action.owner for action in case.actions))
        if self.person and not any(name_key(name).startswith(self.person) for name in people if name):
            return False
        if not self.words:
            return True
        held = folded(" ".join((case.ref, case.title, case.impact, case.cause, case.stopped, *names, case.severity)))
        return all(word in held for word in self.words)


def only_of(typed: str) -> Only:
    """`SEV1 #db @ana 90d drill pool`: severities, tags, people, lengths and kinds by their look, the rest is words."""
    only = Only()
    words: list[str] = []
    for word in typed.split():
        if word.startswith("#") and len(word) > 1:
            only = msgspec.structs.replace(only, tag=folded(word[1:]))
        elif word.startswith("@") and len(word) > 1:
            only = msgspec.structs.replace(only, person=name_key(word))
        elif _LENGTH.fullmatch(word) and (length := parse_duration(word)) is not None:
            only = msgspec.structs.replace(only, within=length)
        elif word.lower() in ("drill", "retrospective", "live"):
            only = msgspec.structs.replace(only, kind=word.lower())
        else:
            words.append(folded(word))
    return msgspec.structs.replace(only, words=tuple(words))


_NEVER = timedelta(seconds=-1)

ORDERS: Mapping[str, Callable[[Case], Any]] = {
    "newest": lambda case: -case.declared_at.timestamp(),
    "longest impact": lambda case: (-(case.lasted or _NEVER), -case.declared_at.timestamp()),
    "severity": lambda case: (case.rank, -case.declared_at.timestamp()),
    "open work": lambda case: (-len(case.open_actions) - len(case.open_fixes), -case.declared_at.timestamp()),
}
"""The sort key of each order of the history, by its name; the first is the default."""


def past(cases: Iterable[Case], only: Only, now: datetime, order: str = "newest") -> list[Case]:
    """The incidents that are over and that `only` takes."""
    return sorted((case for case in cases if not case.open and only.takes(case, now)), key=ORDERS[order])
