"""The metrics: how fast, how often, which promises were kept, what came again, over a period that keys move."""

import asyncio
import re
from collections.abc import Iterable

from textual import on, work
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from console.app.look_back import LookBack
from console.app.registry import bindings
from console.app.session import Session, StateChanged
from console.app.widgets.cell import text
from console.core.language.text import clean
from console.core.memory.case import Case
from console.core.memory.metrics import BY, Metrics, metrics_of
from console.core.memory.period import USUAL_DAYS, Period, last_days, moved, quarter
from console.core.refusal import Problem
from console.export.metrics.lines import metrics_lines

LENGTHS = (f"{USUAL_DAYS} days", "quarter", "365 days")
"""The lengths of the period; one key goes from each to the next."""


class MetricsScreen(LookBack[None]):
    place = "metrics"
    title_words = "Metrics"
    BINDINGS = bindings("metrics")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._by = ""
        self._length = 0
        self._period = self._first_period()
        self._left = -1
        """Incidents still to be read; -1 before anybody has looked."""

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(Static(id="metrics-text", markup=False), id="metrics-body")

    def on_mount(self) -> None:
        self.query_one("#metrics-body").focus()
        self._read()

    def _first_period(self) -> Period:
        now, zone = self._session.now(), self._session.zone
        length = LENGTHS[self._length]
        return quarter("this", now, zone) if length == "quarter" else last_days(int(length.split()[0]), now, zone)

    # Reading

    @on(StateChanged)
    @work(exclusive=True, group="metrics")
    async def _read(self) -> None:
        try:
            await self._session.cases.read(self._show_left)
        except Problem as problem:
            self.refuse(problem.reason)

    def _show_left(self, left: int) -> None:
        self._left = left
        self.show_rows()

    # Showing

    @property
    def figures(self) -> Metrics:
        session = self._session
        return metrics_of(session.cases.cases, self._period, session.now(), session.zone, self._by)

    def show_rows(self) -> None:
        width = max(30, self.query_one("#metrics-body", VerticalScroll).scrollable_content_region.width)
        session = self._session
        lines = metrics_lines(session.cases.cases, self.figures, session.now(), session.zone, width, drawn=True)
        first, *others = map(_line, lines)
        self.query_one("#metrics-text", Static).update(Content("\n").join([first.stylize("bold"), *others]))
        reading = f"reading {self._left} incidents" if self._left > 0 else "reading" if self._left else ""
        self.count(", ".join(filter(None, (reading, f"by {self._by}" if self._by else ""))))

    # Keys

    def act_earlier(self) -> None:
        self._move(-1)

    def act_later(self) -> None:
        self._move(1)

    def _move(self, steps: int) -> None:
        period = moved(self._period, steps, self._session.zone)
        if period.start > self._session.now():
            self.refuse("Nothing has been declared after that yet.")
            return
        self.say("")
        self._period = period
        self.show_rows()

    def act_group_metrics(self) -> None:
        names = ("", *BY)
        self._by = names[(names.index(self._by) + 1) % len(names)]
        self.show_rows()

    def act_period_length(self) -> None:
        self._length = (self._length + 1) % len(LENGTHS)
        self._period = self._first_period()
        self.show_rows()

    @work
    async def act_export_review(self) -> None:
        """Write the review of the period, by what it is shown by now."""
        words, well = await asyncio.to_thread(_write, self._session, self._session.cases.cases, self.figures)
        self.say(words, error=not well)


_DRAWN = re.compile(r"[\u2588-\u258f●]+")


def _line(words: str) -> Content:
    line = text(clean(words, multiline=False))
    for drawn in _DRAWN.finditer(line.plain):
        line = line.stylize("$primary", drawn.start(), drawn.end())
    return line


def _write(session: Session, cases: list[Case], figures: Metrics) -> tuple[str, bool]:
    # What makes pages is read when one is made.
    from console.app.exports import write_review

    return write_review(cases, figures, session)
