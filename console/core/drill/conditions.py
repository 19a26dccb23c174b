"""The moment since when a condition of a drill has held of an incident, if it holds."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from console.core.advice.facts import SPOKEN
from console.core.drill.script import Condition
from console.core.log.state import Fact, Incident
from console.core.subjects.change import changes_of
from console.core.subjects.component import components_of
from console.core.subjects.drill import DrillRuns
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.page import pages_of
from console.core.subjects.role import role_of
from console.core.subjects.update import updates_of

ANY = "any"


class Shown(NamedTuple):
    """The moment from which something has held, and the entry that shows it."""

    at: datetime
    entry: str


def since(state: Incident, condition: Condition) -> Shown | None:
    """Since when all of the condition has held; None where it does not. An empty one holds since the declaration."""
    shown = [min(moments, default=None) for moments in _each(state, condition)]
    if not all(shown):
        return None
    return max(filter(None, shown), default=Shown(state.declared_at or datetime.min, state.declared_id))


def _each(state: Incident, condition: Condition) -> Iterator[Iterable[Shown]]:
    """Of each thing that is given, the moments at which it was done."""
    facts, changes = state.severity.in_force, changes_of(state).values()
    if condition.raised and facts:
        yield _rated(state, facts[0].value, higher=True)
    if condition.severity:
        yield _rated(state, condition.severity, higher=False)
    if condition.stage and state.playbook is not None:
        place = state.playbook.stage_index(condition.stage)
        yield (_shown(fact) for fact in state.stage.facts if state.playbook.stage_index(fact.value) >= place)
    if condition.role:
        yield (_shown(fact) for fact in role_of(state, condition.role).facts if fact.value)
    if condition.component:
        yield (
            _shown(fact)
            for name, register in components_of(state).items()
            for fact in register.facts
            if fact.value != "operational" and condition.component.casefold() in (ANY, name.casefold())
        )
    if condition.update:
        yield (Shown(update.at, update.id) for update in updates_of(state, condition.update))
    if condition.change:
        yield (Shown(change.at, change.id) for change in changes if named(change.text, condition.change))
    if condition.ended:
        ended = (change for change in changes if change.ended_at and change.outcome != "failed")
        yield (Shown(change.ended_at, change.id) for change in ended
               if change.ended_at and named(change.text, condition.ended))  # fmt: skip
    if condition.logged:
        given = {record.id for record in state.part(DrillRuns).given.values()}
        yield (
            Shown(entry.recorded_at, entry.id)
            for entry in state.entries
            if entry.kind in SPOKEN and not entry.undone and entry.id not in given
            and named(entry.text, condition.logged)
        )  # fmt: skip
    if condition.paged:
        pages = pages_of(state).values()
        yield (Shown(page.at, page.id) for page in pages if condition.paged == ANY or page.calls(condition.paged))
    if condition.ruled_out:
        yield (
            Shown(guess.judged_at, guess.id)
            for guess in hypotheses_of(state).values()
            if guess.verdict == "ruled_out" and guess.judged_at and named(guess.text, condition.ruled_out)
        )
    if condition.inject:
        record = state.part(DrillRuns).given.get(condition.inject)
        yield [Shown(record.at, record.id)] if record else []


def _shown(fact: Fact) -> Shown:
    return Shown(fact.at, fact.id)


def _rated(state: Incident, severity: str, *, higher: bool) -> Iterator[Shown]:
    """The moments at which the severity was this one or a higher one, or only a `higher` one."""
    book = state.playbook
    if book is None:
        return
    most = book.severity_index(severity) - higher
    for fact in state.severity.in_force:
        if 0 <= book.severity_index(fact.value) <= most:
            yield _shown(fact)


def named(text: str, words: Iterable[str]) -> bool:
    """True when one of the words begins a word of the text, in any case; of several words each, in their order."""
    return any(re.search(rf"(?<!\w){re.escape(word)}", text, re.IGNORECASE) for word in words if word)
