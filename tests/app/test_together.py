"""The board says which open incidents look like one, and links them by a key; parts stand below their parent."""

from pathlib import Path

from console.app.board.screen import BoardScreen
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import LogEntry
from console.core.subjects.link import links_of
from console.store import Log
from console.store.ledger import Ledger
from tests.app.driver import Clock, Room, standard_playbook
from tests.app.test_board import board


def two_of_three(folder: Path, clock: Clock) -> list[str]:
    """Three open incidents; the first and the last are about the database."""
    refs = []
    with Log.open(folder / "warroom.db") as log:
        ledger = Ledger(log, actor="mo", clock=clock)
        for title, tag in (("Checkout fails", "db"), ("Mails are late", "mail"), ("Search is slow", "db")):
            ref = ledger.declare(DeclareIncident(actor="mo", title=title, severity="SEV2"), standard_playbook())
            ledger.execute(ref, LogEntry(actor="mo", text=f"found it #{tag}", kind="finding", tags=(tag,)))
            clock.passes(minutes=2)
            refs.append(ref)
    return refs


def order(seen: Room) -> list[str]:
    screen = seen.app.screen
    assert isinstance(screen, BoardScreen)
    return [state.ref for state in screen.opened()]


async def test_what_looks_like_one_is_told_at_the_top_and_linked_by_a_key(tmp_path: Path) -> None:
    clock = Clock()
    first, other, last = two_of_three(tmp_path, clock)
    async with board(tmp_path, clock) as seen:
        await seen.until(lambda: "look like one" in seen.text())
        assert "2 of 3 open look like one: #db, 4m apart  J links them" in seen.lines()[1]

        await seen.presses("J")
        seen.shows("Checkout fails", f"links {last}: part of {first}")
        await seen.presses("enter")
        await seen.until(lambda: "look like one" not in seen.text())

        state = seen.app.session.state
        assert [(link.relation, link.other) for link in links_of(state(last))] == [("part_of", first)]
        assert [(link.relation, link.other) for link in links_of(state(first))] == [("has_part", last)]
        assert order(seen).index(last) == order(seen).index(first) + 1
        seen.shows(f"└ part of {first}")
        assert other in order(seen)


async def test_the_key_says_so_where_nothing_looks_like_one(tmp_path: Path) -> None:
    async with board(tmp_path) as seen:
        seen.hides("look like one")
        await seen.presses("J")
        assert isinstance(seen.app.screen, BoardScreen)
