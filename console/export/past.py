"""The history of incidents in words and as JSON."""

from collections.abc import Iterator
from datetime import datetime

from console.core.language.text import counted, one_line
from console.core.language.times import rfc3339
from console.core.log.tagged import untagged
from console.core.memory.case import Case
from console.export.json.model import PastActionView, PastView

MAX_WORDS_CHARS = 300


def case_marks(case: Case) -> Iterator[str]:
    """A word for each peculiarity of an incident."""
    if case.kind != "live":
        yield "drill" if case.drill else "recorded afterwards"
    if case.elsewhere:
        yield "handled elsewhere"
    if case.relapses:
        yield "came back" if case.relapses == 1 else f"came back {case.relapses} times"


def case_rows(case: Case, now: datetime) -> Iterator[tuple[str, str]]:
    """Labels and words of what is known of an incident that is over; nothing that nobody has said."""
    for label, words in (("impact", case.impact), ("cause", case.cause), ("stopped by", case.stopped)):
        if words:
            yield label, untagged(one_line(words, MAX_WORDS_CHARS))
    owed = [
        counted(len(case.open_actions), "action item open", "action items open"),
        counted(len(case.open_fixes), "temporary fix in place", "temporary fixes in place"),
    ]
    work = " · ".join(words for words in owed if not words.startswith("0 "))
    if case.asks_postmortem or case.postmortem or case.actions:
        yield "postmortem", " · ".join(filter(None, (case.postmortem_words(now), work)))
    elif work:
        yield "owed", work


def past_view(case: Case, now: datetime) -> PastView:
    return PastView.of(
        case,
        closed_at=case.over_at,
        milestones={name: rfc3339(at) for name, at in case.at.items()},
        durations={name: int(span.length.total_seconds()) for name, span in case.spans.items()},
        actions=[PastActionView.of(action, status=action.status(now)) for action in case.actions],
    )
