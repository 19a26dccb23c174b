"""Incidents that look like this one, and what they suggest: a suggestion becomes a hypothesis or a task with Enter."""

from collections.abc import Callable, Collection
from time import monotonic

from rich.cells import cell_len
from textual import on, work
from textual.content import Content
from textual.widgets import OptionList

from console.app.acts import with_keys
from console.app.list_screen import ListScreen
from console.app.registry import bindings
from console.app.session import Session, StateChanged
from console.app.situation import Situation
from console.app.widgets.cell import Part, fitted, text
from console.core.language.text import clean, one_line
from console.core.memory.similar import Similar
from console.core.memory.tips import Tip, command_of, is_taken, suggested
from console.core.refusal import Problem
from console.export.similar import (
    NOTHING,
    Recalled,
    lasted_words,
    recall_for_state,
    similar_rows,
    tip_evidence,
    tip_text,
)

NO_LIKENESS = "No earlier incident looks like this one yet; log what is seen, and what is supposed."
LIKE = "Looks like"
SECTIONS = {"cause": "Cause", "step": "First steps", "person": "Who knew", "mitigation": "Stopped by"}
SECTION_CELLS = 14
"""Of them the last two are for a mark at what is logged already."""
MAX_ALIKE = 5
LEAST_EVIDENCE_CELLS, WIDE_CELLS = 20, 75


class SimilarScreen(ListScreen):
    place = "similar"
    BINDINGS = bindings("similar")

    def __init__(self, session: Session, ref: str, open_room: Callable[[str], None]) -> None:
        super().__init__(session, f"Similar incidents and suggestions, {ref}")
        self._ref, self._open_room = ref, open_room
        self._recalled: Recalled = NOTHING
        self._looking = True
        self._shown_at = 0.0
        """When the rows became others; what was typed before is no answer to them."""

    @property
    def situation(self) -> Situation:
        return Situation(self.session.state(self._ref), chosen=self.list.chosen, read_only=self.read_only)

    def on_mount(self) -> None:
        self._recall()

    @work(exclusive=True, group="similar")
    async def _recall(self) -> None:
        state = self.session.state(self._ref)
        self._looking = True
        self.show_rows()
        try:
            async for recalled in self.session.recaller.answers(
                lambda memory, runbooks: recall_for_state(memory, state, runbooks)
            ):
                self._recalled = recalled
                self._put_anew()
        except Problem as problem:
            self.refuse(problem.reason)
        self._looking = False
        self._put_anew()
        if self.session.recaller.complaint:
            self.refuse(self.session.recaller.complaint)

    def _put_anew(self) -> None:
        self._shown_at = monotonic()
        self.show_rows(next(iter(self._rows), ""))

    @on(StateChanged)
    def _changed(self, event: StateChanged) -> None:
        if event.ref == self._ref:
            self.show_rows()

    # Showing

    @property
    def _rows(self) -> dict[str, Similar | Tip]:
        """By the ids of the list's rows."""
        likes = {f"like {like.case.ref}": like for like in self._recalled.similar[:MAX_ALIKE]}
        return {**likes, **{f"tip {place}": tip for place, tip in enumerate(self._recalled.tips)}}

    @property
    def _chosen(self) -> Similar | Tip | None:
        return self._rows.get(self.list.chosen)

    def show_rows(self, choose: str = "") -> None:
        """`choose` is the row to highlight; empty for the one that is."""
        section, rows, width = "", list[tuple[str, Content]](), self.row_width
        for id, row in self._rows.items():
            name = LIKE if isinstance(row, Similar) else SECTIONS[row.kind]
            taken = isinstance(row, Tip) and is_taken(row, self.session.state(self._ref))
            mark = ("✓ " if taken else "  ", "$success")
            head = text((f"{name if name != section else '':<{SECTION_CELLS - 2}}", "bold"), mark)
            section = name
            rows.append((id, head + self._row(row, width - SECTION_CELLS)))
        nothing = "Looking at what happened before …" if self._looking else NO_LIKENESS
        self.list.put(rows, nothing=text((nothing, "$muted")), choose=choose)
        self._tell()

    def _row(self, row: Similar | Tip, width: int) -> Content:
        if isinstance(row, Similar):
            case = row.case
            day = f"{self._day(row)}  " if width >= WIDE_CELLS else ""
            facts = f"  {case.severity:<5} {lasted_words(row):>9}  {day}"
            head = text((case.ref, "bold"), (facts, "$muted"))
            return head + text(fitted(one_line(case.title, 200), width - head.cell_length))
        words, evidence = fitted(tip_text(row), width), tip_evidence(row)
        left = width - cell_len(words) - 2
        behind = fitted(evidence, left) if left >= min(LEAST_EVIDENCE_CELLS, cell_len(evidence)) else ""
        return text(words, (f"  {behind}" if behind else "", "$muted"))

    def _day(self, like: Similar) -> str:
        return f"{like.case.declared_at.astimezone(self.session.zone):%Y-%m-%d}"

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        row = self._chosen
        parts: list[Part] = []
        if row is not None:
            key = with_keys("{take_tip}")
            parts += [(f" {key} ", "bold reverse"), f" {clean(self._does(row))}\n"]
        if isinstance(row, Similar):
            for label, words in similar_rows(row):
                parts += [(f"{label.capitalize()}: ", "$muted"), f"{clean(words)}\n"]
        elif row is not None:
            parts.append((clean(tip_evidence(row)), "$muted"))
        self.page.display = row is not None
        self.tell(text(*parts))

    def _does(self, row: Similar | Tip) -> str:
        """The words for what Enter does with the row, in full."""
        if isinstance(row, Similar):
            return f"opens {row.case.ref}, of {self._day(row)}"
        if is_taken(row, self.session.state(self._ref)):
            return "does nothing: it is logged already"
        return f"{'logs the hypothesis' if row.kind == 'cause' else 'adds the task'} “{suggested(row)}”"

    # Taking

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self._chosen
        if row is None or not self.could_read(self._shown_at):
            return
        if isinstance(row, Similar):
            self.dismiss(None)
            self._open_room(row.case.ref)
        elif not is_taken(row, self.session.state(self._ref)):
            self._take(row)

    @work(group="take")
    async def _take(self, tip: Tip) -> None:
        if await self.carry_out(self.session.submit(self._ref, command_of(tip, self.session.actor))):
            self.show_rows()

    def take_out(self, words: Collection[str]) -> bool:
        stray = super().take_out(words)
        self._recalled = NOTHING
        self._recall()
        return stray
