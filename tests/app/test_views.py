"""The console opened with a view in front."""

import asyncio
from collections.abc import Callable
from datetime import UTC
from functools import partial
from pathlib import Path

import pytest

from console.app.act_screen import ActScreen
from console.app.acts import BOARD_VIEWS, VIEWS
from console.app.main import Start, WarroomApp
from console.app.session import Session
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, Room, console, declared
from tests.drawing import some
from tests.torture.day import SCREENS

SHOWN: dict[str, str] = {
    "timeline": "What happened?",
    "owed": "OWED",
    "roles": "ROLES",
    "impact": "IMPACT",
    "open": "OPEN",
    "checklist": "Enter checks off",
    "playbook": "Standard incident response",
    "advice": "Advice",
    "pages": "Contacts and escalation",
    "update": "Status update of",
    "handoff": "Hand over the command of",
    "postmortem": "Action items",
    "outbox": "Nothing published yet",
    "targets": "targets",
    "registers": "Temporary fixes",
    "search": "Search all incidents",
    "history": "No incident is closed",
    "metrics": "MTTD",
    "catchup": "the whole incident",
    "similar": "Similar incidents and suggestions",
    "replay": "1 of 1 event known",
}
"""By the view: words of it that a small room without it does not show."""
TURNS = 60
"""Of the event loop, in which a screen is composed and its widgets are mounted."""


def test_every_view_is_opened_here() -> None:
    assert set(SHOWN) == set(VIEWS)


@pytest.mark.drawn(3)
@pytest.mark.parametrize("view", SHOWN)
async def test_a_room_is_opened_with_a_view_in_front(tmp_path: Path, view: str) -> None:
    async with console(tmp_path, size=(80, 24), view=view) as room:
        await room.settles()
        room.shows(SHOWN[view])
        assert room.state.events == 1


async def test_a_room_by_itself_shows_none_of_them(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        room.hides(*(words for view, words in SHOWN.items() if view != "timeline"))


async def test_the_panels_of_a_wide_room_are_shown_and_not_hidden(tmp_path: Path) -> None:
    async with console(tmp_path, view="roles") as room:
        room.shows("ROLES", "What happened?")


async def test_a_view_that_cannot_be_opened_now_says_why(tmp_path: Path) -> None:
    async with console(
        tmp_path, read_only=True, ref=declared(tmp_path / "warroom.db", Clock()), view="handoff"
    ) as room:
        room.hides("Hand over the command")
        room.shows("read-only")


async def test_who_types_already_stays_in_the_room(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "warroom.db"
    ref = declared(path, clock)
    with Log.open(path) as log:
        session = Session(Ledger(log, actor="mo", clock=clock), zone=UTC)
        session.typed_at = 1.0
        app = WarroomApp(session, Start(ref, "handoff"))
        async with app.run_test(notifications=True) as pilot:
            room = Room(app, pilot, clock, ref)
            await room.settles()
            room.shows("You were typing already", "Alt+h")
            room.hides("Hand over the command")
            await room.logs("pool is full")
            assert room.last.text == "pool is full"
        session.leave()


@pytest.mark.drawn(2)
@pytest.mark.parametrize("view", BOARD_VIEWS)
async def test_the_board_is_opened_with_a_view_in_front(tmp_path: Path, view: str) -> None:
    clock, path = Clock(), tmp_path / "warroom.db"
    declared(path, clock)
    with Log.open(path) as log:
        session = Session(Ledger(log, actor="mo", clock=clock), zone=UTC)
        app = WarroomApp(session, Start(view=view))
        async with app.run_test(notifications=True) as pilot:
            room = Room(app, pilot, clock, "")
            await room.settles()
            room.shows(SHOWN[view])
        session.leave()


async def asked_meanwhile(room: Room, act: Callable[[], object]) -> None:
    """Act, and let time pass and every screen be asked at each turn of the event loop until all is settled."""
    act()
    for _ in range(TURNS):
        room.app.ring()
        room.app.on_shown()
        for screen in room.app.screen_stack:
            if isinstance(screen, ActScreen):
                assert isinstance(screen.chosen_ref + screen.seen_entry + screen.doing, str)
        await asyncio.sleep(0)
    await room.settles()


async def test_time_passes_before_a_screen_is_composed_and_while_it_goes(tmp_path: Path) -> None:
    # The window's title is among what is shown then.
    async with console(tmp_path, environ={"TERM": "xterm-256color"}) as room:
        app = room.app
        for act in dict.fromkeys(("board", "postmortem", *some(SCREENS, 3, "screens that open"))):
            await asked_meanwhile(room, partial(app.action_act, act))
            for _ in range(2):
                await asked_meanwhile(room, partial(app.simulate_key, "escape"))
            await asked_meanwhile(room, partial(app.open_room, room.ref))
            assert app.screen is room.screen
