"""Tips for an incident: suggestions out of what it speaks of, incidents that look like it, and runbooks that fit.

Each says what it stands on. None is a fact: whoever takes one logs it as a hypothesis or as a task.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from console.core.language.names import name_key
from console.core.language.text import listed
from console.core.log.command import Command
from console.core.log.state import Incident
from console.core.log.tagged import untagged
from console.core.memory.concepts import Vocabulary
from console.core.memory.similar import LEAST_CLEAR, Digest, Similar
from console.core.memory.traces import SUGGESTED
from console.core.playbook.runbook import Runbook
from console.core.subjects.entry import LogEntry
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.task import AddTask, tasks_of

MOST_CAUSES, MOST_STEPS, MOST_PEOPLE, MOST_MITIGATIONS = 4, 5, 5, 4
STEPS_OF_A_RUNBOOK = 2
MOST_REFS = 3
"""Incidents that are named as what a tip stands on."""
LEAST_SHARE = 0.2
"""A cause that weighs less than this part of the first one is not worth a look."""


class Tip(msgspec.Struct, frozen=True):
    """Something to suppose, to do, or somebody to ask."""

    kind: str
    """cause, step, person or mitigation."""
    text: str
    here: str = ""
    """The words of the incident that it stands on."""
    refs: tuple[str, ...] = ()
    """The incidents that it stands on, the likest first."""
    cause: str = ""
    """Of a step, the class of causes that it is for."""
    runbook: str = ""
    """The name of the runbook that it stands on."""


def tips(digest: Digest, similar: Sequence[Similar], runbooks: Iterable[Runbook], vocabulary: Vocabulary) -> list[Tip]:
    """Causes, steps, people and mitigations, of each kind the likeliest first.

    `runbooks` are those that fit, the best first.
    """
    causes = _causes(digest, similar, vocabulary)
    steps = [
        Tip("step", vocabulary.concepts[id].look, cause=cause.text)
        for id, cause in causes
        if vocabulary.concepts[id].look
    ]
    first = [Tip("step", step.text, runbook=book.name) for book in runbooks for step in book.steps[:STEPS_OF_A_RUNBOOK]]
    # The first thing to look at, what the runbook says, then what else it may be.
    steps = [*steps[:1], *first[:STEPS_OF_A_RUNBOOK], *steps[1:]][:MOST_STEPS]
    return [*(cause for _, cause in causes), *steps, *_people(similar), *_mitigations(similar)]


def suggested(tip: Tip) -> str:
    """The text of what is logged when somebody takes it: it says that it was suggested, and by what."""
    incidents = listed(tip.refs[:MOST_REFS]) if tip.refs else ""
    match tip.kind:
        case "cause":
            return f"{tip.text} {SUGGESTED}{f', as in {incidents}' if incidents else ''})"
        case "person":
            return f"Ask {tip.text} {SUGGESTED}, knew {incidents})"
        case "mitigation":
            return f"Consider: {tip.text} {SUGGESTED}, it stopped {incidents})"
    runbook = f", runbook {tip.runbook}" if tip.runbook else ""
    return f"{tip.text} {SUGGESTED}{runbook})"


def command_of(tip: Tip, actor: str) -> Command:
    """The command that logs a tip: a cause as a hypothesis, all else as a task."""
    if tip.kind == "cause":
        return LogEntry(actor=actor, text=suggested(tip), kind="hypothesis")
    return AddTask(actor=actor, text=suggested(tip))


def is_taken(tip: Tip, state: Incident) -> bool:
    """True where somebody has logged it already."""
    text = suggested(tip)
    known = hypotheses_of(state) if tip.kind == "cause" else tasks_of(state)
    return any(text == each.text for each in known.values())


def _causes(digest: Digest, similar: Sequence[Similar], vocabulary: Vocabulary) -> list[tuple[str, Tip]]:
    weights: defaultdict[str, float] = defaultdict(float)
    refs: defaultdict[str, list[str]] = defaultdict(list)
    most = max(digest.concepts.values(), default=1.0)
    for id, clear in digest.concepts.items():
        if clear >= LEAST_CLEAR:
            weights[id] += clear / most
    for like in similar:
        for place, id in enumerate(like.concepts):
            weights[id] += like.score / (1 + place)
            refs[id].append(like.case.ref)
    known = [id for id in weights if id not in digest.denied and id in vocabulary.concepts]
    ranked = sorted(known, key=lambda id: (-weights[id], id))[:MOST_CAUSES]
    return [
        (id, Tip("cause", vocabulary.concepts[id].name, digest.spoken.get(id, ""), tuple(refs[id])))
        for id in ranked
        if weights[id] >= LEAST_SHARE * weights[ranked[0]]
    ]


def _people(similar: Sequence[Similar]) -> list[Tip]:
    """The people who found the cause or stopped the impact there, those of the likest incidents first."""
    names: dict[str, str] = {}
    refs: defaultdict[str, list[str]] = defaultdict(list)
    for like in similar:
        for name in like.case.knew:
            names.setdefault(name_key(name), name)
            refs[name_key(name)].append(like.case.ref)
    return [Tip("person", name, refs=tuple(refs[key])) for key, name in names.items()][:MOST_PEOPLE]


def _mitigations(similar: Sequence[Similar]) -> list[Tip]:
    refs: defaultdict[str, list[str]] = defaultdict(list)
    for like in similar:
        if like.case.stopped:
            refs[untagged(like.case.stopped)].append(like.case.ref)
    return [Tip("mitigation", text, refs=tuple(seen_in)) for text, seen_in in refs.items()][:MOST_MITIGATIONS]
