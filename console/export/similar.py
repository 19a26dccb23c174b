"""Similar incidents and suggestions: worked out for a text or an incident, in words and as JSON."""

from collections.abc import Iterator
from typing import NamedTuple

from console.core.language.text import counted, listed, one_line
from console.core.language.times import format_length
from console.core.log.state import Incident
from console.core.log.tagged import untagged
from console.core.memory.case import case_of
from console.core.memory.similar import Digest, Memory, Reason, Similar, digest, digest_of
from console.core.memory.tips import Tip, tips
from console.core.memory.traces import Trace, traces_of
from console.core.playbook.model import Playbook
from console.export.json.model import ReasonView, SimilarView, TipView
from console.library.runbooks import Runbooks, fits

MAX_WORDS_CHARS = 300
MOST_TYPED_CHARS = 4000
MOST_RUNBOOKS = 2
MOST_REFS = 3
TIP_TITLES = {
    "cause": "Probable causes",
    "step": "First steps",
    "person": "Who knew",
    "mitigation": "What stopped it then",
}


class Recalled(NamedTuple):
    """What happened before that helps now."""

    similar: list[Similar]
    tips: list[Tip]


def recall_for_text(memory: Memory, typed: str, runbooks: Runbooks, playbook: Playbook | None = None) -> Recalled:
    """For what somebody wrote about an incident: its title, then what was seen, a line each."""
    lines = typed[:MOST_TYPED_CHARS].splitlines()
    traces = [Trace("title" if place == 0 else "finding", line) for place, line in enumerate(lines)]
    return _recalled(memory, digest(traces, memory.vocabulary), traces, runbooks, playbook, "")


def recall_for_state(memory: Memory, state: Incident, runbooks: Runbooks) -> Recalled:
    case = case_of(state)
    if case is None:
        return Recalled([], [])
    of = digest_of(case, memory.vocabulary)
    return _recalled(memory, of, traces_of(state), runbooks, state.playbook, state.ref)


def _recalled(
    memory: Memory, of: Digest, traces: list[Trace] | tuple[Trace, ...], runbooks: Runbooks, playbook: Playbook | None,
    ref: str,
) -> Recalled:  # fmt: skip
    similar = memory.like(of, {ref})
    text = " ".join(trace.text for trace in traces if trace.part != "ruled_out")
    used = {name for like in similar[:3] for name in like.case.runbooks}
    known = runbooks.offered(playbook, [text]) if playbook is not None else list(runbooks.usable().values())
    weighed = [(fits(book, text) + (book.name in used), book) for book in known]
    fitting = [book for weight, book in sorted(weighed, key=lambda pair: -pair[0]) if weight]
    return Recalled(similar, tips(of, similar, fitting[:MOST_RUNBOOKS], memory.vocabulary))


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
    yield "alike", " · ".join(map(reason_words, like.reasons))
    for label, words in (("cause", case.cause), ("stopped by", case.stopped)):
        if words:
            yield label, untagged(one_line(words, MAX_WORDS_CHARS))
    if case.knew:
        yield "who knew", listed([one_line(name, 40) for name in case.knew])
    elif case.commander:
        yield "led by", one_line(case.commander, 40)


def lasted_words(like: Similar) -> str:
    """How long the impact lasted, or that it goes on."""
    if like.case.lasted is not None:
        return format_length(like.case.lasted)
    return "open" if like.case.open else "not known"


def tip_text(tip: Tip) -> str:
    """What it suggests, on one line."""
    return one_line(tip.text, MAX_WORDS_CHARS)


def tip_evidence(tip: Tip) -> str:
    """What it stands on: `“pool ran dry” · as in INC-7RY7 and INC-K7Q2`."""
    refs = tip.refs[:MOST_REFS]
    more = counted(len(tip.refs) - len(refs), "other") if len(tip.refs) > len(refs) else ""
    words = [f"“{one_line(tip.here, 60)}”"] if tip.here else []
    words += [f"{'as in' if tip.kind == 'cause' else 'from'} {listed([*refs, *filter(None, [more])])}"] if refs else []
    words += [f"for: {tip.cause}"] if tip.cause else []
    words += [f"runbook {one_line(tip.runbook, 60)}"] if tip.runbook else []
    return " · ".join(words)


def similar_view(like: Similar) -> SimilarView:
    case = like.case
    return SimilarView.of(
        case,
        score=like.score,
        reasons=tuple(ReasonView.of(reason) for reason in like.reasons),
        lasted_s=case.lasted.total_seconds() if case.lasted is not None else None,
    )


def tip_view(tip: Tip) -> TipView:
    return TipView.of(tip)
