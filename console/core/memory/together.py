"""Open incidents that look like one: begun within minutes of each other, with the same names in what was found.

Rather silent than wrong: what is shared by chance at 3 a.m. is services, people and the minute. So a shared tag counts
only where it stands in a finding, a decision, a hypothesis: there it is about the matter, in a note it may be about
anything. Where it was ruled out it counts nothing, nor where most of what is open has it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import NamedTuple

from console.core.language.text import listed
from console.core.language.times import format_length
from console.core.log.milestones import milestones
from console.core.log.state import Incident
from console.core.memory.case import SORTING_TAGS, TEAM_TAG
from console.core.subjects.component import components_of
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.link import UNDER, links_of

NEAR = timedelta(minutes=15)
"""Between the beginnings of two incidents that may be one."""
FAR = timedelta(minutes=45)
"""Still so where they share more."""
ENOUGH, MORE = 1, 2
"""The number of signs that two that are near, and two that are farther apart, must share."""
_TELLING = frozenset(("finding", "decision", "hypothesis", "action", "declared", "fix", "change"))
"""Kinds of entries whose tags are about the matter."""


class Together(NamedTuple):
    """Open incidents that look like one, the oldest first."""

    refs: tuple[str, ...]
    signs: tuple[str, ...]
    """The signs that all of them share, at most three: `#db`, `checkout`."""
    apart: timedelta
    """Between the first beginning and the last."""
    opened: int
    """The number of open incidents, drills and maintenances apart."""

    @property
    def words(self) -> str:
        """`2 of 3 open look like one: #db, 4m apart`."""
        apart = format_length(self.apart) if self.apart >= timedelta(minutes=1) else "less than 1m"
        return f"{len(self.refs)} of {self.opened} open look like one: {listed(self.signs)}, {apart} apart"


def together(states: Iterable[Incident]) -> Together | None:
    """The largest group of open incidents that look like one and are not all linked; None where none do."""
    opened = sorted((state for state in states if state.open and not (state.drill or state.maintenance)), key=_began)
    signs = {state.ref: _signs(state) for state in opened}
    spread = Counter(sign for each in signs.values() for sign in each)
    # With few open the same sign in all of them is what is looked for; in many it is the house's own.
    usual = {sign for sign, count in spread.items() if count > max(3, len(opened) // 2)}
    alike = {
        frozenset((first.ref, second.ref))
        for first, second in combinations(opened, 2)
        if _alike(first, second, signs[first.ref], signs[second.ref], usual)
    }
    groups = (_group(state, opened, alike) for state in opened)
    return max(
        (
            together
            for group in groups
            if (together := _with_shared_signs(group, signs, usual, len(opened))) is not None
        ),
        key=lambda together: (len(together.refs), -together.apart),
        default=None,
    )


def _began(state: Incident) -> datetime:
    at = milestones(state)
    return at.get("impact_started") or at.get("detected") or at["declared"]


def _signs(state: Incident) -> dict[str, None]:
    """The incident's tags, and components that are not operational, in the order in which they were named."""
    signs: dict[str, None] = {}
    guesses = hypotheses_of(state)
    denied: set[str] = set()
    for entry in state.entries:
        if entry.undone or entry.redacted:
            continue
        guess = guesses.get(entry.id)
        tags = {tag.lower() for tag in entry.tags} - SORTING_TAGS
        for tag in tags:
            if tag.startswith(TEAM_TAG):
                continue
            if guess is not None and guess.verdict == "ruled_out":
                denied.add(tag)
            if entry.kind in _TELLING:
                signs[f"#{tag}"] = None
    broken = (name for name, register in components_of(state).items() if register.value not in ("", "operational"))
    signs |= dict.fromkeys(broken)
    return {sign: None for sign in signs if sign.removeprefix("#") not in denied}


def _alike(first: Incident, second: Incident, signs: dict[str, None], others: dict[str, None], usual: set[str]) -> bool:
    apart = abs(_began(second) - _began(first))
    shared = (signs.keys() & others.keys()) - usual
    return len(shared) >= (ENOUGH if apart <= NEAR else MORE) and apart <= FAR


def _group(state: Incident, opened: Sequence[Incident], alike: set[frozenset[str]]) -> list[Incident]:
    """The incident and those that look like it, and like each other."""
    group = [state]
    for other in opened:
        if other is not state and all(frozenset((member.ref, other.ref)) in alike for member in group):
            group.append(other)
    return sorted(group, key=_began)


def _with_shared_signs(
    group: list[Incident], signs: dict[str, dict[str, None]], usual: set[str], opened: int
) -> Together | None:
    if len(group) < 2 or _joined(group):
        return None
    shared = [
        sign for sign in signs[group[0].ref] if all(sign in signs[each.ref] for each in group) and sign not in usual
    ]
    if not shared:
        return None
    first, last = _began(group[0]), _began(group[-1])
    return Together(tuple(state.ref for state in group), tuple(shared[:3]), last - first, opened)


def _joined(group: Sequence[Incident]) -> bool:
    """True when links lead from each incident of the group to all others, directly or through others."""
    refs = {state.ref for state in group}
    links = {state.ref: {link.other for link in links_of(state)} & refs for state in group}
    reached, left = {group[0].ref}, [group[0].ref]
    while left:
        new = links[left.pop()] - reached
        reached |= new
        left += new
    return reached == refs


def under_parents(states: Sequence[Incident]) -> list[Incident]:
    """The incidents in their order, but each part right behind the incident that it is part of, where that is shown."""
    by_ref = {state.ref: state for state in states}
    parts: dict[str, list[Incident]] = {}
    for state in states:
        parent = parent_of(state)
        if parent in by_ref and not _within(by_ref, parent, state.ref):
            parts.setdefault(parent, []).append(state)
    inside = {state.ref for each in parts.values() for state in each}
    ordered: list[Incident] = []

    def put(state: Incident) -> None:
        ordered.append(state)
        for part in parts.get(state.ref, ()):
            put(part)

    for state in states:
        if state.ref not in inside:
            put(state)
    return ordered


def parent_of(state: Incident) -> str:
    """The incident that this one is part of, or a duplicate of; empty for none."""
    return next((link.other for link in links_of(state) if link.relation in UNDER), "")


def _within(by_ref: dict[str, Incident], ref: str, parent: str) -> bool:
    """True when an incident is part of another by whatever way; two machines may have linked them in a ring."""
    seen: set[str] = set()
    while ref in by_ref and ref not in seen:
        if ref == parent:
            return True
        seen.add(ref)
        ref = parent_of(by_ref[ref])
    return False
