"""A screen over the room shows what another console writes, without a key."""

import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import console.app as console_app
from console.app.act_screen import ActScreen
from console.app.dialogs.base import FormDialog
from console.core.log.command import Command
from console.core.subjects.action_item import AddAction, FinishAction
from console.core.subjects.fix import AddFix
from console.core.subjects.page import PageSomebody
from console.core.subjects.postmortem import EditPostmortem
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.update import PostUpdate
from tests.app.driver import Room, console

CLOSED = MoveStage(actor="ana", stage="closed", override="False alarm")
FOLLOWS: dict[str, tuple[str, Command, str]] = {
    "advice": ("alt+w", CLOSED, "Name its owner"),
    "catchup": ("alt+l", AddFix(actor="ana", text="pool doubled"), "pool doubled"),
    "history": ("alt+shift+h", CLOSED, "1 incident, newest first"),
    "metrics": ("alt+shift+m", PostUpdate(actor="ana", audience="internal", text="We look."), "1 in time"),
    "pages": ("alt+shift+e", PageSomebody(actor="ana", who="kim", way="phone"), "kim"),
    "playbook": ("alt+v", MoveStage(actor="ana", stage="mitigating"), "Resolving"),
    "postmortem": ("alt+shift+p", EditPostmortem(actor="ana", section="summary", text="A disk."), "1 of 16 sections"),
    "registers": ("alt+shift+f", AddFix(actor="ana", text="pool doubled"), "pool doubled"),
    "replay": ("alt+shift+v", AddFix(actor="ana", text="pool doubled"), "pool doubled"),
}
"""By the screen's place: the key that opens it, what somebody else writes then, and words that tell of it."""

APART = {
    "board", "wall", "room", "drill", "outbox", "targets", "similar", "search", "help", "grounds", "components",
}  # fmt: skip
"""Screens with stories of their own, or that show nothing of what can change."""


def places() -> set[str]:
    """The place of every screen that is no form."""
    for module in pkgutil.walk_packages(console_app.__path__, f"{console_app.__name__}."):
        import_module(module.name)
    found, waiting = set[str](), list[type](ActScreen.__subclasses__())
    while waiting:
        kind = waiting.pop()
        if not issubclass(kind, FormDialog):
            waiting += kind.__subclasses__()
            found |= {vars(kind)["place"]} if "place" in vars(kind) else set()
    return found


def test_every_screen_is_in_one_of_the_tables() -> None:
    assert places() == {*FOLLOWS, *APART}


@pytest.mark.parametrize("place", FOLLOWS)
async def test_a_screen_shows_what_somebody_else_writes(tmp_path: Path, place: str) -> None:
    key, other, words = FOLLOWS[place]
    async with console(tmp_path) as room:
        await room.presses(key)
        front = room.app.screen
        assert isinstance(front, ActScreen)
        assert front.place == place
        assert words not in popup(room)
        await room.app.session.submit(room.ref, other)
        await room.settles()
        assert words in popup(room), room.text()


def popup(room: Room) -> str:
    """The rows that the screen in front shows by itself; of one that covers the room all of them."""
    dialogs = room.app.screen.query(".dialog")
    if not dialogs:
        return room.text()
    region = dialogs.first().region
    return "\n".join(line[region.x : region.right] for line in room.lines()[region.y : region.bottom])


def row(room: Room, words: str) -> str:
    return next(line for line in popup(room).splitlines() if words in line)


async def test_a_row_that_is_chosen_stays_so_while_others_come_and_go(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for text in ("alarm on the pool", "test of the restore"):
            await room.app.session.submit(room.ref, AddAction(actor="mo", text=text))
        await room.presses("alt+shift+f", "down")
        assert "▌□" in row(room, "test of the restore")
        await room.app.session.submit(room.ref, AddFix(actor="ana", text="pool doubled"))
        await room.settles()
        assert "▌□" in row(room, "test of the restore")
        await room.app.session.submit(room.ref, FinishAction(actor="ana", action="1"))
        await room.settles()
        assert "alarm on the pool" not in popup(room)
        assert "▌□" in row(room, "test of the restore")


async def test_advice_that_somebody_has_heeded_is_gone(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+w")
        assert "No incident commander" in popup(room)
        await room.app.session.submit(room.ref, AssignRole(actor="ana", role="ic", person="ana"))
        await room.settles()
        assert "No incident commander" not in popup(room)
