"""The sources of each sentence of a text: entries, rules of the playbook, the clock, or the words of its writer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from textual import on
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList

from console.app.list_screen import ListScreen
from console.app.registry import bindings
from console.app.session import Session
from console.app.widgets.cell import Part, fitted, text
from console.core.language.grounds import sentences
from console.core.language.text import clean, one_line
from console.core.language.times import local_pair
from console.core.log.grounds import ABSENCE, CLOCK, RULE, Cited, event_of, is_event, losses_of
from console.core.log.state import Incident
from console.store.problems import StoreProblem

Draft = Callable[[Incident, datetime], str]
Cite = Callable[[str, int, datetime, Draft], None]
"""Opens the screen about a text, at the sentence of a character; the text was begun from that draft of that moment."""

MAX_ENTRY_CHARS = 300
"""Of an entry that a sentence stands on."""


def citing(session: Session, ref: str, screen: Callable[[], Screen[Any]]) -> Cite:
    """The function that opens the screen of grounds for texts of an incident, over the screen that is shown."""

    async def show(words: str, place: int, now: datetime, draft: Draft) -> None:
        try:
            cited = (await session.traced(ref, now)).cited(draft)
        except StoreProblem as problem:
            screen().notify(problem.reason, severity="error", markup=False)
            return
        screen().app.push_screen(GroundsScreen(session, ref, words, cited, place))

    def cite(words: str, place: int, now: datetime, draft: Draft) -> None:
        screen().run_worker(show(words, place, now, draft))

    return cite


class GroundsScreen(ListScreen):
    """The sentences of one text; below the list stands what the highlighted one stands on."""

    place = "grounds"
    BINDINGS = bindings("grounds")

    def __init__(
        self, session: Session, ref: str, words: str, cited: Cited, place: int = 0, offered: Sequence[str] = ()
    ) -> None:
        """`place` is a character of the text, whose sentence is highlighted first; `offered` may be added to it."""
        super().__init__(session, "The sources of each sentence")
        self._ref, self._cited = ref, cited
        words = clean(words)
        spans = sentences(words)
        self._offered = offered
        self.sentences = [*(words[begin:end] for begin, end in spans), *offered]
        self._first = next((number for number, (_, end) in enumerate(spans) if place <= end), 0)

    def on_mount(self) -> None:
        self.list.focus()

    def show_rows(self) -> None:
        rows = ((str(number), self._row(sentence)) for number, sentence in enumerate(self.sentences))
        self.list.put(rows, nothing="The text is empty.", choose="" if self.list.chosen else str(self._first))
        self._tell()

    def _row(self, sentence: str) -> Content:
        grounds = self._cited.grounds(sentence)
        word, style = ("▲ changed", "bold $warning") if losses_of(self._state, grounds or ()) else _kind(grounds)
        if sentence in self._offered:
            word, style = "+ new", "bold $primary"
        return text((f"{word:<10}", style), fitted(one_line(sentence, 400), self.row_width - 10))

    @property
    def _state(self) -> Incident:
        return self.session.state(self._ref)

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        if not self.list.chosen:
            return
        sentence = self.sentences[int(self.list.chosen)]
        parts: list[Part] = [(f"{sentence}\n", "bold")]
        grounds = self._cited.grounds(sentence)
        if sentence in self._offered:
            parts.append("Logged since the section was written, and not in it: add it, or leave it.\n")
        if grounds is None:
            parts.append("Yours: you wrote or changed it, so it stands on no entry.\n")
        elif not grounds:
            parts.append("The template's own words.\n")
        losses = losses_of(self._state, grounds or ())
        ids = dict.fromkeys(map(event_of, grounds or ()))
        entries = [entry for id in ids if (entry := self._state.entries.get(id)) is not None]
        for entry in sorted(entries, key=lambda entry: entry.occurred_at):
            # A correction has no entry of its own: the one that it corrects stands here.
            loss = losses.get(entry.id, "")
            mark: list[Part] = [(f"  ▲ {loss} since", "bold $warning")] if loss else []
            at = local_pair(entry.occurred_at, self.session.zone)[0]
            words = one_line(entry.text, MAX_ENTRY_CHARS)
            parts += [(f"{at:<10}", "$primary"), (f"{entry.author}: ", "bold"), words, *mark, "\n"]
        for ground in grounds or ():
            if not is_event(ground):
                kind, _ = _kind((ground,))
                says = _SAYS.get(ground, ground.removeprefix(RULE))
                parts += [(f"{kind:<10}", "$primary"), f"{says}\n"]
        self.tell(text(*parts))


_SAYS = {CLOCK: "the time at which it was drafted", ABSENCE: "the log does not say it"}


def _kind(grounds: tuple[str, ...] | None) -> tuple[str, str]:
    """The kind of a source in a word, and its colour."""
    if grounds is None:
        return "yours", "bold $accent"
    if any(map(is_event, grounds)):
        return "log", "$success"
    if any(ground.startswith(RULE) for ground in grounds):
        return "playbook", "$primary"
    if CLOCK in grounds:
        return "clock", "$primary"
    return ("not known", "$muted") if ABSENCE in grounds else ("template", "$muted")
