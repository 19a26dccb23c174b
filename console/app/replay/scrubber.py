"""The scrubber: where a replay is, beside the stages, the severities and the decisions of the incident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import NamedTuple

from textual import events
from textual.binding import Binding
from textual.message import Message

from console.app.replay.axis import Axis
from console.app.widgets.cell import Cell, Part, padded, text
from console.core.language.text import one_line
from console.core.language.times import local_stamp
from console.core.log.replay import Replay
from console.core.log.state import Incident, Register

LABEL_CELLS = 10
"""In front of each line."""
LEAST_NAME_CELLS = 5
"""In fewer a name says nothing."""


class Span(NamedTuple):
    """A value that was in force from one moment on."""

    since: datetime
    name: str
    urgent: bool = False


class Course(NamedTuple):
    """The course of an incident, as its scrubber draws it."""

    axis: Axis
    stages: Sequence[Span]
    severities: Sequence[Span]
    decisions: Sequence[float]
    """The places of the decisions along the axis, from 0 to 1, rounded to thousandths: a screen has fewer cells."""

    @classmethod
    def of(cls, replay: Replay, whole: Incident, end: datetime) -> "Course":
        """`whole` is the incident as it stands in the end; each value counts from when it was known."""
        book = whole.playbook

        def spans(register: Register, named: "dict[str, tuple[str, bool]]") -> list[Span]:
            known = ((replay.known_at(fact.id) or fact.at, fact.value) for fact in register.facts)
            return [Span(at, *named.get(value, (value, False))) for at, value in sorted(known)]

        stages = {rule.name: (rule.title, False) for rule in book.stages} if book else {}
        severities = {rule.name: (rule.name, rule.urgent) for rule in book.severities} if book else {}
        decided = (entry.id for entry in whole.entries if entry.kind == "decision" and not entry.undone)
        axis = Axis(replay.steps, end)
        return cls(
            axis,
            spans(whole.stage, stages),
            spans(whole.severity, severities),
            sorted({round(axis.share(at), 3) for id in decided if (at := replay.known_at(id)) is not None}),
        )


class Scrubber(Cell, can_focus=True):
    """Four lines: the moment, the stages, the severities, and how far the replay is. A click goes to a moment."""

    @dataclass
    class Chosen(Message):
        """A moment was clicked."""

        at: datetime

    @dataclass
    class Sped(Message):
        """It is to play faster (1) or slower (-1)."""

        step: int

    BINDINGS = [Binding("up", "speed(1)", "Faster", show=False), Binding("down", "speed(-1)", "Slower", show=False)]

    def __init__(self, zone: tzinfo, *, id: str) -> None:
        super().__init__(id=id)
        self._zone = zone
        self._course: Course | None = None

    def show_reading(self, words: str) -> None:
        """Say what it waits for."""
        self.show(text((f" {words}", "$muted"), "\n\n\n"))

    def show_course(self, course: Course, at: datetime, words: str) -> None:
        """Show where the replay is; `words` say how it plays."""
        self._course = course
        width = self._cells
        here = round(course.axis.share(at) * (width - 1))
        stamp = f" {local_stamp(at, self._zone, seconds=True)} "
        moment = text((stamp, "bold $background on $accent"), (f"  {words}", ""))
        lines = [
            moment,
            text((padded("stage", LABEL_CELLS), "$muted"), *self._band(course.stages, at, width)),
            text((padded("severity", LABEL_CELLS), "$muted"), *self._band(course.severities, at, width)),
            text((padded("decisions", LABEL_CELLS), "$muted"), *self._track(course, here, width)),
        ]
        self.show(text(*(part for line in lines for part in (line, "\n")))[:-1])

    @property
    def _cells(self) -> int:
        """The cells of the axis."""
        return max(20, (self.content_size.width or self.app.size.width - 2) - LABEL_CELLS)

    def _band(self, spans: Sequence[Span], at: datetime, width: int) -> Iterable[Part]:
        """A value in the cells in which it was in force; the one in force stands out."""
        assert self._course is not None
        places = [round(self._course.axis.share(span.since) * (width - 1)) for span in spans]
        if places[:1] != [0]:
            yield (" " * (places[0] if places else width), "")
        now = max((number for number, span in enumerate(spans) if span.since <= at), default=-1)
        for number, (begin, end) in enumerate(pairwise([*places, width])):
            span = spans[number]
            style = "$error" if span.urgent else "$primary" if number == now else "$muted"
            style = f"{style} bold reverse" if number == now else style
            if end > begin:
                name = one_line(span.name, 40) if end - begin >= LEAST_NAME_CELLS else ""
                yield (padded(f"▏{name}", end - begin), style)

    def _track(self, course: Course, here: int, width: int) -> Iterable[Part]:
        marked = {round(share * (width - 1)) for share in course.decisions}
        for place in range(width):
            sign = "●" if place == here else "!" if place in marked else "━" if place < here else "─"
            yield (sign, "$accent" if place <= here else "$faint")

    def action_speed(self, step: int) -> None:
        self.post_message(self.Sped(step))

    def on_click(self, event: events.Click) -> None:
        place = event.x - self.gutter.left - LABEL_CELLS
        if self._course is not None and event.y > 0 and 0 <= place < self._cells:
            event.stop()
            self.post_message(self.Chosen(self._course.axis.moment(place / (self._cells - 1))))
