"""The search over all incidents: results while one types, and Enter opens the room at what was found."""

import asyncio
from collections.abc import Collection, Sequence
from typing import NamedTuple

from textual import on, work
from textual.content import Content
from textual.widgets import OptionList

from console.app.look_back import LookFor
from console.app.registry import bindings
from console.app.session import Session, StateChanged
from console.app.situation import Situation
from console.app.widgets.cell import fitted, padded, text
from console.app.widgets.marked_list import MARK
from console.app.widgets.row_list import RowList
from console.core.language.searching import excerpt, spans_of
from console.core.language.text import clean, counted, one_line
from console.core.language.times import local_stamp
from console.core.log.registry import SIGNS
from console.core.memory.hits import Hit, Wanted, wanted_of
from console.core.refusal import Problem
from console.store.find import NOTHING, Found, Superseded

BEHIND_KEY_S = 0.05
"""From a key until its search begins: whoever goes on typing needs no results of half a word."""
MAX_HITS = 100
ABOUT = (
    "Words that an entry holds, #tag, @person, “words next to each other”; ! before them for decisions, > * ? + alike."
)
NO_HITS = "No entry holds that. Try fewer words, or the beginning of one."


class Chosen(NamedTuple):
    """The entry to open."""

    ref: str
    entry: str


class HitList(RowList, can_focus=False):
    """Its bar is moved from the field above it, and is seen without the focus."""

    @property
    def mark(self) -> str:
        return MARK

    @property
    def page_rows(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)

    def step(self, rows: int) -> None:
        """Move the bar by so many rows, at most to the first or the last."""
        if self.highlighted is not None:
            self.highlighted = min(max(0, self.highlighted + rows), self.option_count - 1)


class SearchScreen(LookFor[Chosen]):
    """Gives the entry to open, or None."""

    place = "search"
    title_words = "Search all incidents"
    placeholder = "words, #tag, @person"
    BINDINGS = bindings("search")
    AUTO_FOCUS = "#search-line"

    def __init__(self, session: Session, typed: str = "") -> None:
        """`typed` is what to look for first; empty for what was looked for the last time."""
        super().__init__(session)
        self._first = typed or self.kept
        self._results: Found = NOTHING
        self._wanted: Wanted | None = None
        """The search under way; None before the first."""
        self._shown: Wanted | None = None
        """The search that the results answer."""
        self._looking = False

    def make_rows(self) -> HitList:
        return HitList(id="search-list", markup=False)

    @property
    def rows(self) -> HitList:
        return self.query_one(HitList)

    @property
    def situation(self) -> Situation:
        return Situation(chosen=self.rows.chosen)

    def on_mount(self) -> None:
        self.begin(self._first)
        self.show_rows()
        self.show_answer()

    # Looking

    @on(StateChanged)
    def _changed(self) -> None:
        """Search anew: the log has changed."""
        self._shown = None
        self.show_answer()

    def show_answer(self) -> None:
        """Look for what stands in the field, once the look that is under way has ended."""
        self._wanted = wanted_of(self.line.value)
        self._show_count()
        if not self._looking:
            self._looking = True
            self._search()

    @work(group="search")
    async def _search(self) -> None:
        """Look in a thread, on a connection of its own, until the results are those of what was typed last."""
        log, problem = self._session.log, ""
        try:
            while self._wanted != self._shown or problem:
                problem = ""
                await asyncio.sleep(BEHIND_KEY_S)
                wanted = self._wanted
                assert wanted is not None

                def superseded(search: Wanted = wanted) -> bool:
                    return self._wanted != search

                try:
                    hits = await asyncio.to_thread(log.search, wanted, MAX_HITS, superseded)
                except Superseded:
                    continue
                except Problem as trouble:
                    hits, problem = NOTHING, trouble.reason
                self._results, self._shown = hits, wanted
                self.refuse(problem)
                self.show_rows()
                if problem:
                    break
        finally:
            self._looking = False

    def _show_count(self) -> None:
        words = ""
        if self._wanted is not None and self._wanted != self._shown:
            words = "searching …"
        elif self._wanted is not None and not self._wanted.empty:
            more = ", and older ones" if self._results.more else ""
            words = f"{counted(len(self._results.hits), 'entry', 'entries')}{more}"
        self.count(words)

    # Showing

    def show_rows(self) -> None:
        wanted, width = self._shown, self.rows.row_width
        nothing = text((ABOUT if wanted is None or wanted.empty else NO_HITS, "$muted"))
        rows = ((str(place), self._row(hit, width)) for place, hit in enumerate(self._results.hits))
        self.rows.put(rows, nothing=nothing, choose="0")
        self._show_count()
        self._tell()

    def _row(self, hit: Hit, width: int) -> Content:
        """Moment, incident, sign and the words around the first that was looked for, on one line."""
        incident = self._results.incidents.get(hit.ref)
        title = f"{padded(one_line(incident.title, 80), 28)}  " if incident is not None and width >= 110 else ""
        stamp, sign = local_stamp(hit.at, self._session.zone), SIGNS.get(hit.kind) or "·"
        head = text((f"{stamp}  ", "$muted"), (f"{hit.ref}  ", "bold"), (title, "$muted"), (f"{sign} ", "$accent"))
        return head + _words(hit, self._shown, width - head.cell_length)

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        hit = self._highlighted
        words = None
        if hit is not None:
            incident = self._results.incidents.get(hit.ref)
            title = (
                f"  {incident.severity}  {one_line(incident.title, 200)}{'  drill' if incident.drill else ''}"
                if incident is not None
                else ""
            )
            stamp, mark = local_stamp(hit.at, self._session.zone), _MARKS.get(hit.mark, "")
            by = f"{hit.kind.replace('_', ' ')} by {one_line(hit.author, 40)}, {stamp}{mark}"
            shown = clean(hit.text)
            whole = _bold(text(shown), spans_of(self._shown.terms if self._shown is not None else (), shown))
            words = text((f"{hit.ref}{title}", "bold"), (f"\n{by}\n", "$muted"), whole)
        self.tell_row(words)

    # Choosing

    @property
    def _highlighted(self) -> Hit | None:
        chosen = self.rows.chosen
        return self._results.hits[int(chosen)] if chosen and int(chosen) < len(self._results.hits) else None

    def choose(self) -> None:
        """Open what is highlighted, unless it answers something else than what stands in the field."""
        hit = self._highlighted
        if self._wanted != self._shown:
            self.refuse("Still searching; press Enter again.")
        elif hit is not None:
            self.dismiss(Chosen(hit.ref, hit.id))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.choose()

    def take_out(self, words: Collection[str]) -> bool:
        stray = super().take_out(words)
        self._results, self._shown = NOTHING, None
        self.show_rows()
        self.show_answer()
        return stray


_MARKS = {"undone": ", undone", "corrected": ", corrected since"}


def _words(hit: Hit, wanted: Wanted | None, width: int) -> Content:
    """The hit's words on a line of at most `width` cells, those that were looked for in bold."""
    whole = clean(hit.text)
    shown, places = excerpt(whole, spans_of(wanted.terms if wanted is not None else (), whole), max(8, width))
    cut = fitted(shown, width)
    words = text((cut, "strike $muted" if hit.mark == "undone" else ""))
    return _bold(words, [(start, end) for start, end in places if end <= len(cut)])


def _bold(words: Content, places: Sequence[tuple[int, int]]) -> Content:
    for start, end in places:
        words = words.stylize("bold $accent", start, end)
    return words
