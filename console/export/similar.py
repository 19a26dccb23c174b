"""Similar incidents and suggestions: worked out for a text or an incident, in words and as JSON."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from console.core.language.text import counted, listed, one_line
from console.core.language.times import format_length
from console.core.log.state import Incident
from console.core.log.tagged import untagged
from console.core.memory.case import case_of
from console.core.memory.similar import Digest, Memory, Reason, Similar, digest, digest_of
from console.core.memory.tips import MOST_REFS, Tip, tips
from console.core.memory.traces import Trace
from console.core.playbook.model import Playbook
from console.library.runbooks import Runbooks, fits

MAX_WORDS_CHARS = 300
MOST_TYPED_CHARS = 4000
MOST_RUNBOOKS = 2
MOST_LIKE, LIKE_BY_WORDS = 2, 3
"""Incidents named while somebody types, and the rare words that one shares that has no cause in common."""
TIP_TITLES = {
    "cause": "Probable causes",
    "step": "First steps",
    "person": "Who knew",
    "mitigation": "What stopped it then",
}


class Recalled(NamedTuple):
    """The earlier incidents and the tips that help now; no tips where no runbooks were given."""

    similar: list[Similar]
    tips: list[Tip]


NOTHING = Recalled([], [])


def recall_for_text(memory: Memory, typed: str, runbooks: Runbooks | None = None) -> Recalled:
    """For what somebody wrote about an incident: its title, then what was seen, a line each."""
    lines = typed[:MOST_TYPED_CHARS].splitlines()
    traces = [Trace("title" if place == 0 else "finding", line) for place, line in enumerate(lines)]
    return _recalled(memory, digest(traces, memory.vocabulary), tuple(traces), runbooks, None, "")


def recall_for_state(memory: Memory, state: Incident, runbooks: Runbooks | None = None, typed: str = "") -> Recalled:
    """For an incident, and what somebody is about to say of it."""
    case = case_of(state)
    if case is None:
        return NOTHING
    lines = tuple(Trace("answer", line) for line in typed[:MOST_TYPED_CHARS].splitlines())
    digest = digest_of(msgspec.structs.replace(case, traces=(*case.traces, *lines)), memory.vocabulary)
    return _recalled(memory, digest, (*case.traces, *lines), runbooks, state.playbook, state.ref)


def _recalled(
    memory: Memory, digest: Digest, traces: tuple[Trace, ...], runbooks: Runbooks | None, playbook: Playbook | None,
    ref: str,
) -> Recalled:  # fmt: skip
    similar = memory.like(digest, {ref})
    if runbooks is None:
        return Recalled(similar, [])
    text = " ".join(trace.text for trace in traces if trace.part != "ruled_out")
    used = {name for like in similar[:3] for name in like.case.runbooks}
    known = runbooks.offered(playbook, [text]) if playbook is not None else list(runbooks.usable().values())
    weighed = [(fits(book, text) + (book.name in used), book) for book in known]
    fitting = [book for weight, book in sorted(weighed, key=lambda pair: -pair[0]) if weight]
    return Recalled(similar, tips(digest, similar, fitting[:MOST_RUNBOOKS], memory.vocabulary))


def reason_words(reason: Reason) -> str:
    """`Connection pool exhausted (“pool ran dry”, there “too many clients”)`, `both say “hikari”` …"""
    text = one_line(reason.text, MAX_WORDS_CHARS)
    match reason.kind:
        case "cause":
            return f"{text} (“{one_line(reason.here, 50)}”, there “{one_line(reason.there, 50)}”)"
        case "words":
            return f"both say {text}"
        case "tag":
            return f"#{text}"
        case kind:
            return f"{kind} {text}"


def similar_rows(like: Similar) -> Iterator[tuple[str, str]]:
    """Labels and words of what is known of a similar incident; nothing that nobody has said."""
    case = like.case
    for label, words in (("cause", case.cause), ("stopped by", case.stopped)):
        if words:
            yield label, untagged(one_line(words, MAX_WORDS_CHARS))
    if case.knew:
        yield "who knew", listed([one_line(name, 40) for name in case.knew])
    elif case.commander:
        yield "led by", one_line(case.commander, 40)
    yield "alike", " · ".join(map(reason_words, like.reasons))


class Likely(NamedTuple):
    """An incident that looks clearly like another."""

    ref: str
    facts: tuple[str, ...]
    """On a line each: what it was, what stopped it, how long, and who knew."""


def likeliest(recalled: Recalled) -> list[Likely]:
    """The likest incidents; of several with the same cause, in the same words, the likest."""
    likely: list[Likely] = []
    known: set[str] = set()
    for like in recalled.similar:
        case, causes = like.case, [reason.text for reason in like.reasons if reason.kind == "cause"]
        shared = sum(reason.text.count(",") + 1 for reason in like.reasons if reason.kind == "words")
        if (not causes and shared < LIKE_BY_WORDS) or (case.cause and case.cause in known):
            continue
        known.add(case.cause)
        words = [untagged(one_line(case.cause, 90)) or causes[0] if causes else one_line(case.title, 90)]
        words += [f"stopped by: {untagged(one_line(case.stopped, 90))}"] if case.stopped else []
        words += [lasted_words(like)] if case.lasted is not None or case.open else []
        words += [f"{listed([one_line(name, 30) for name in case.knew[:2]])} knew"] if case.knew else []
        likely.append(Likely(case.ref, tuple(words)))
    return likely[:MOST_LIKE]


def lasted_words(like: Similar) -> str:
    """The length of the impact, else `open` or `not known`."""
    if like.case.lasted is not None:
        return format_length(like.case.lasted)
    return "open" if like.case.open else "not known"


def tip_text(tip: Tip) -> str:
    """The suggestion of a tip, on one line."""
    return one_line(tip.text, MAX_WORDS_CHARS)


def tip_evidence(tip: Tip) -> str:
    """The evidence of a tip: `“pool ran dry” · as in INC-7RY7 and INC-K7Q2`."""
    refs = tip.refs[:MOST_REFS]
    more = counted(len(tip.refs) - len(refs), "other") if len(tip.refs) > len(refs) else ""
    words = [f"“{one_line(tip.here, 60)}”"] if tip.here else []
    words += [f"{'as in' if tip.kind == 'cause' else 'from'} {listed([*refs, *filter(None, [more])])}"] if refs else []
    words += [f"for: {tip.cause}"] if tip.cause else []
    words += [f"runbook {one_line(tip.runbook, 60)}"] if tip.runbook else []
    return " · ".join(words)
