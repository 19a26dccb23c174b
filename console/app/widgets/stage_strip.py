"""The stages of an incident on one line: those passed, the present one with the time spent in it, and those to come."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.cells import cell_len

from console.app.widgets.cell import fitted
from console.core.language.text import one_line
from console.core.language.times import format_duration, format_length, whole_minutes
from console.core.log.stages import StageTime

Words = tuple[str, str]
"""A text and its look: passed, present, late or ahead. Late is the present stage beyond its limit."""

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_NAME_CELLS = 24


def stage_strip(stages: Sequence[StageTime], width: int) -> list[Words]:
    """As much of it as fits, the present stage always whole: all by name; fewer of those to come, whose number stands
    in their place; the first ones passed as one; else a dash for each around the present one.

    Heavy lines lead from the stages passed, thin ones to those ahead: no colour is needed to tell them apart.
    A skipped stage has no name. What it shows changes once a minute: the present stage has no length before.
    """
    form: list[Words] = []
    for form in _forms(stages):
        if sum(cell_len(words) for words, _ in form) <= width:
            return form
    return [(fitted(words, width), look) for words, look in form]


def _forms(stages: Sequence[StageTime]) -> Iterator[list[Words]]:
    """The strip in its forms, the longest first; none without a present stage."""
    at = next((place for place, stage in enumerate(stages) if stage.place == "present"), None)
    if at is None:
        return
    here, ahead = stages[at], [_name(stage) for stage in stages[at + 1 :]]
    passed = [stage for stage in stages[:at] if stage.place == "passed"]
    late = timedelta() < here.limit < here.spent
    short = f"▶ {_name(here).upper()}{' ' + _spent(here.spent) if here.spent >= _MINUTE else ''}{' ▲' if late else ''}"
    beyond = f"{short} over {format_length(here.limit)}" if late else short
    full = f"{short} over its target of {format_length(here.limit)}" if late else short
    look = "late" if late else "present"

    def named(before: Sequence[str], present: str, count: int) -> list[Words]:
        after = [*ahead[:count], *([f"{len(ahead) - count} more"] if count < len(ahead) else [])]
        return [
            *((f"{words} ━ ", "passed") for words in before),
            (present, look),
            *((f" ─ {words}", "ahead") for words in after),
        ]

    timed = [f"{_name(stage)} {_spent(stage.spent)}" for stage in passed]
    next_one = min(1, len(ahead))
    for count in range(len(ahead), next_one - 1, -1):
        yield named(timed, full, count)
    yield named(timed, beyond, next_one)
    yield named(timed, short, next_one)
    for count in range(2, len(passed) + 1):
        together = f"{count} stages {_spent(sum((stage.spent for stage in passed[:count]), timedelta()))}"
        yield named([together, *timed[count:]], short, next_one)
    yield [("━ " * at, "passed"), (short, look), (" ─" * len(ahead), "ahead")]
    yield [(short, look)]


def _name(stage: StageTime) -> str:
    return one_line(stage.title, _NAME_CELLS)


def _spent(length: timedelta) -> str:
    """The time spent, in whole minutes from one minute up; from an hour up as in a countdown."""
    return format_duration(length) if length >= _HOUR else format_length(whole_minutes(length))
