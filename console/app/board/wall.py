"""The wall: the open incidents, large and read-only, for a screen that everybody sees; it turns the pages by itself."""

from datetime import datetime, timedelta

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Digits

from console.app.acts import BY_ID
from console.app.board.incidents_screen import IncidentsScreen
from console.app.registry import bar_items, bindings
from console.app.session import Session
from console.app.widgets.cell import Cell, Part, text
from console.app.widgets.countdown import STATE_GLYPH, countdown
from console.app.widgets.keybar import KeyBar
from console.core.language.text import counted, one_line
from console.core.language.times import local_pair
from console.core.language.zones import zone_letters
from console.core.log.clocks import Clock
from console.core.log.state import Incident

CARD_LINES, OTHER_LINES = 14, 4
"""The least lines of a card, and those above and below the cards. What does not fit comes on the next page."""


class WallScreen(IncidentsScreen):
    """Takes no keys but its own, keeps nothing that is typed, and writes nothing."""

    place = "wall"
    BINDINGS = bindings("wall")
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-high")]

    def __init__(self, session: Session, every: timedelta) -> None:
        """`every` is how long a page is shown where there is more than one."""
        super().__init__(session, viewer="")
        self._every = every
        self._page = 0
        self._shown_since: datetime | None = None
        """Since when the page is shown; None while it is held."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="wall-head"):
            yield Cell(id="wall-title")
            yield Cell(id="wall-clock")
            for zone in ("local", "utc"):
                yield Cell(id=f"wall-{zone}-name", classes="wall-zone")
                yield Digits(id=f"wall-{zone}", classes="wall-digits")
        yield Cell(id="wall-empty")
        yield Cell(classes="unreadable")
        self.incidents.can_focus = False
        yield self.incidents
        yield KeyBar(id="key-bar")

    def on_mount(self) -> None:
        self._shown_since = self.session.now()
        self._show_head([])

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(lambda: self._show_page(self.opened()))

    # Pages

    @property
    def _cards(self) -> int:
        """The number of cards that there is room for, at least 1."""
        return max(1, (self.size.height - OTHER_LINES) // CARD_LINES)

    def show_incidents(self, opened: list[Incident]) -> None:
        empty = self.query_one("#wall-empty", Cell)
        empty.display = not opened and self._unread == 0
        empty.show(text(("All quiet. No incident is open.", "bold"), f"\n\n{self.time_words()}"))
        self._show_page(opened)

    def tick(self, opened: list[Incident]) -> None:
        now = self.session.now()
        if self._shown_since is not None and now - self._shown_since >= self._every and self._pages(opened) > 1:
            self._turn(1)
        self.incidents.tick(now)
        if not opened:
            self.show_incidents(opened)
        self._show_head(opened)

    def _pages(self, opened: list[Incident]) -> int:
        return max(1, -(-len(opened) // self._cards))

    def _on_page(self, opened: list[Incident]) -> list[Incident]:
        first = self._page * self._cards
        return opened[first : first + self._cards]

    def _show_page(self, opened: list[Incident]) -> None:
        self._page = min(self._page, self._pages(opened) - 1)
        planned = self.planned()
        self.incidents.display = bool(opened or planned)
        self.incidents.show(self._on_page(opened), (), self.session.now(), planned=planned)
        self._show_head(opened)

    def _turn(self, pages: int) -> None:
        opened = self.opened()
        self._page = (self._page + pages) % self._pages(opened)
        if self._shown_since is not None:
            self._shown_since = self.session.now()
        self._show_page(opened)

    def act_next_page(self) -> None:
        self._turn(1)

    def act_previous_page(self) -> None:
        self._turn(-1)

    def act_hold_page(self) -> None:
        self._shown_since = self.session.now() if self._shown_since is None else None
        self._show_head(self.opened())

    # The lines above and below

    def _show_head(self, opened: list[Incident]) -> None:
        now, zone = self.session.now(), self.session.zone
        shown = len(self._on_page(opened))
        among = f", {shown} shown" if shown < len(opened) else ""
        parts: list[Part] = [(f"{len(opened)} open{among}" if opened else "no open incident", "bold"), "   "]
        if self._unread:
            parts = [("reading the log", "$muted"), "   "]
        if late := self.late:
            parts.append((f"■ {counted(late, 'thing')} overdue   ", "bold $error"))
        parts += self.link_parts()
        if hidden := self._overdue_elsewhere(opened, now):
            ref, clock = hidden
            words = f"{STATE_GLYPH['overdue']} {ref} {one_line(clock.what, 40)} {countdown(clock, now)}"
            parts.append((words, "bold $error"))
        self.query_one("#wall-title", Cell).show(text(*parts))
        self.query_one("#wall-clock", Cell).show(text((self.time_words(), "bold")))
        here, in_utc = local_pair(now, zone)
        self.set_class(in_utc is None, "-in-utc")
        names = {"local": (here, zone_letters(zone, now)), "utc": ((in_utc or here).removesuffix(" UTC"), "UTC")}
        for name, (time, label) in names.items():
            digits = self.query_one(f"#wall-{name}", Digits)
            if digits.value != time:
                digits.update(time)
            self.query_one(f"#wall-{name}-name", Cell).show(text((label, "$muted")))
        # With all of them on one page there is nothing to turn.
        turns = None if self._pages(opened) > 1 else dict.fromkeys(("next_page", "previous_page", "hold_page"))
        self.query_one(KeyBar).show_items(bar_items("wall", self.situation, turns), self._page_words(opened, now))

    def _overdue_elsewhere(self, opened: list[Incident], now: datetime) -> tuple[str, Clock] | None:
        """The incident's reference and the clock of what is longest overdue on another page; None where nothing is."""
        shown = {state.ref for state in self._on_page(opened)}
        late = [
            (clock.due_at, state.ref, clock)
            for state in self.session.ledger.calling()
            if state.ref not in shown and not state.maintenance
            for clock in self.session.ledger.owed(state, now)
            if clock.state == "overdue"
        ]
        return min(late, key=lambda row: row[:2])[1:] if late else None

    def _page_words(self, opened: list[Incident], now: datetime) -> str:
        pages = self._pages(opened)
        if pages == 1:
            return ""
        words = f"page {self._page + 1} of {pages}"
        if self._shown_since is None:
            return f"{words}, held"
        left = max(timedelta(), self._shown_since + self._every - now)
        return f"{words}, the next in {-(-left // timedelta(seconds=1))}s"

    # Keys

    def take_key(self, event: events.Key) -> bool:
        """Nothing is done by a key that is not its own, and nothing is kept for a prompt."""
        binding = self.active_bindings.get(event.key)
        act = BY_ID.get(binding.binding.id or "") if binding is not None else None
        if act is not None:
            self.act(act)
        return True

    def take_paste(self, pasted: str) -> bool:
        return True
