"""Texts for the public: no name of a person, no guess, no time by which it will be over.

A sentence with one of these stays out of a draft. The person who posts may put it back in their own words; what is left
out by mistake costs less than a name on a status page.
"""

import re
from collections.abc import Collection, Iterator

import msgspec

from console.core.language.checks import check_update, public_doubt
from console.core.language.grounds import unmarked
from console.core.language.pattern import late
from console.core.language.text import clean, one_line
from console.core.log.erasure import is_redacted
from console.core.log.state import Incident
from console.core.subjects.action_item import ActionItems
from console.core.subjects.component import components_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.handoff import handoffs_of
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.role import roles_of
from console.core.subjects.task import tasks_of

NO_NAMES = frozenset(
    ("admin", "administrator", "console", "dev", "ic", "nobody", "on-call", "oncall", "ops", "root", "runner",
     "service", "sre", "support", "system", "test", "user", "warroom")
)  # fmt: skip
"""Accounts that stand in a log like people's names, and are none; they are ordinary words too."""

_SENTENCES = late(r"(?<=[.!?…;])\s+|\n+")
_SOON = late(
    r"\b(?:eta|soon|shortly|momentarily|any (?:minute|moment)"
    r"|(?:by|until|before) (?:tonight|tomorrow|noon|midnight|\d{1,2}(?::\d\d|\s*[ap]m\b|\s*o.clock))"
    r"|(?:in|within) (?:about |around |the next |less than )?\d+\s*(?:m|mins?|minutes?|h|hrs?|hours?|d|days?))\b",
    re.IGNORECASE,
)
"""Times to come that are no promised end by themselves; the draft's own next update is said apart."""

_WHY = {
    "speculation": "it is a guess",
    "eta": "it promises a time",
    "name": "it names a person",
    "machine": "it names a machine",
    "customer": "it names a customer",
}


class Public(msgspec.Struct, frozen=True):
    """A text as the public may read it, and the sentences that it had to leave out, each with its reason."""

    text: str
    left_out: tuple[tuple[str, str], ...] = ()


def public_words_doubt(state: Incident, *texts: str) -> str:
    """The fault to read once more before texts about the incident go to the public; empty without one."""
    names, components = people(state), components_of(state)
    return next(filter(None, (public_doubt(text, names, components) for text in texts)), "")


def people(state: Incident) -> set[str]:
    """Everybody who is named anywhere in an incident: who wrote, holds or held a role, owns, was mentioned."""
    return {name for name in _named(state) if name.strip() and name.casefold() not in NO_NAMES}


def _named(state: Incident) -> Iterator[str]:
    yield state.declared_by
    for entry in state.entries:
        yield entry.author
        yield from entry.people
    for register in (*roles_of(state).values(), postmortem_of(state).owner, state.title, state.impact):
        yield from (fact.by for fact in register.facts)
    for register in (*roles_of(state).values(), postmortem_of(state).owner):
        yield from (fact.value for fact in register.facts)
    yield from (task.owner for task in tasks_of(state).values())
    yield from (fix.owner for fix in fixes_of(state).values())
    yield from (item.owner for item in state.part(ActionItems).items.values())
    yield from (handoff.person for handoff in handoffs_of(state))


def publishable(text: str, names: set[str], components: Collection[str] = ()) -> Public:
    """The sentences of a text that the public may read, on one line; none of one that was redacted."""
    if is_redacted(text):
        return Public("")
    named = _pattern(names)
    kept, left = [], []
    for sentence in _SENTENCES.split(clean(text)):
        words = " ".join(sentence.split())
        if not words:
            continue
        plain = unmarked(words)
        findings = check_update(plain, "public", names, None, final=True, components=components)
        if named is not None and named.search(plain):
            left.append((words, _WHY["name"]))
        elif findings:
            left.append((words, _WHY.get(findings[0].id, "it blames a person")))
        elif _SOON.search(plain):
            left.append((words, _WHY["eta"]))
        else:
            kept.append(words)
    return Public(" ".join(kept), tuple(left))


def left_out(sentences: tuple[tuple[str, str], ...]) -> str:
    """Sentences left out of a public text, in one sentence for the person who posts it; empty when nothing was."""
    if not sentences:
        return ""
    reasons = "; ".join(f"“{one_line(text, 60)}”, because {reason}" for text, reason in dict.fromkeys(sentences))
    return f"Left out of the public text: {reasons}."


def _pattern(names: set[str]) -> re.Pattern[str] | None:
    """Any of the names as a whole word, in any case; of a name in several words also each that is long enough."""
    words = {part for name in names for part in name.split() if len(part) > 2} - {"the", "and", "von", "van"}
    wanted = sorted({name.casefold() for name in (*names, *words) if name.strip()}, key=len, reverse=True)
    if not wanted:
        return None
    return re.compile(rf"(?<!\w)@?(?:{'|'.join(map(re.escape, wanted))})(?!\w)", re.IGNORECASE)
