"""The stages of an incident on one line: those passed, the present one with the time spent in it, and those to come."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.cells import cell_len

from console.app.widgets.cell import fitted
from console.core.language.text import one_line
from console.core.language.times import format_length
from console.core.log.stages import StageTime

Words = tuple[str, str]
"""A text and its look: passed, present, late or ahead. Late is the present stage beyond its limit."""

_MINUTE = timedelta(minutes=1)
_NAME_CELLS = 24


def stage_strip(stages: Sequence[StageTime], width: int) -> list[Words]:
    """As much of it as fits: all stages by name, else the neighbours, else a dash for each around the present one.

    Heavy lines lead from the stages passed, thin ones to those ahead: no colour is needed to tell them apart.
    A skipped stage has no name. What it shows changes once a minute.
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
    named, timed = [_name(stage) for stage in passed], [f"{_name(stage)} {_spent(stage.spent)}" for stage in passed]
    late = timedelta() < here.limit < here.spent
    short = f"▶ {_name(here).upper()}{' ' + _spent(here.spent) if here.spent else ''}{' ▲' if late else ''}"
    full = f"{short} target {format_length(here.limit)}" if late else short
    look = "late" if late else "present"
    for before, present, after in ((timed, full, ahead), (named, full, ahead), (named, short, ahead)):
        yield [
            *((f"{words} ━ ", "passed") for words in before),
            (present, look),
            *((f" ─ {words}", "ahead") for words in after),
        ]
    yield [("━ " * at, "passed"), (short, look), (" ─" * len(ahead), "ahead")]
    yield [(short, look)]


def _name(stage: StageTime) -> str:
    return one_line(stage.title, _NAME_CELLS)


def _spent(length: timedelta) -> str:
    """In whole minutes from one minute up."""
    return format_length(length - length % _MINUTE if length >= _MINUTE else length)
