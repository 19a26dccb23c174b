"""A key that the room names is one that works where the person is: in the prompt, with the prompt focused."""

import re
from pathlib import Path

import pytest

from console.app.acts import ACTS, BY_ID
from console.app.main import WarroomApp
from console.app.registry import alt_key
from console.core.subjects.handoff import OfferHandoff
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from tests.app.driver import Room, console
from tests.app.test_no_keys import LETTER

_ALT = re.compile(r"Alt\+(\S)")


def named_acts(rows: list[str]) -> set[str]:
    """The ids of the acts whose Alt keys stand in the rows, each of which has to be one of the room's."""
    shown = {key for row in rows for key in _ALT.findall(row)}
    by_key = {act.anywhere.removeprefix("Alt+"): act.id for act in ACTS if act.alt_keys}
    assert shown <= {*by_key}
    return {by_key[key] for key in shown}


def rows_without_key_bar(room: Room) -> list[str]:
    return room.text().splitlines()[:-1]


async def crowd(room: Room) -> None:
    """A conflict, an offered role and advice: what names a key."""
    seen = room.state.severity.head
    for actor, severity in (("mo", "SEV0"), ("ana", "SEV2")):
        command = ChangeSeverity(actor=actor, severity=severity, reason="as seen", seen=seen)
        await room.app.session.submit(room.ref, command)
    await room.app.session.submit(room.ref, AssignRole(actor="rs", role="ic", person="rs"))
    await room.app.session.submit(room.ref, OfferHandoff(actor="rs", person="mo"))
    await room.settles()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("filtered", [False, True])
async def test_every_key_on_the_screen_works_as_it_is_named_with_the_prompt_focused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], filtered: bool
) -> None:
    async with console(tmp_path, size=size) as room:
        await crowd(room)
        if filtered:
            await room.logs("/filter nothing-like-it")
        assert room.screen.prompt.input.has_focus
        rows = rows_without_key_bar(room)
        assert {row: letters for row in rows if (letters := LETTER.findall(_ALT.sub("", row)))} == {}
        acts = named_acts(rows)
        assert {"accept", "severity"} <= acts
        done: list[str] = []
        monkeypatch.setattr(WarroomApp, "action_act", lambda _, id: done.append(id))
        for act in sorted(acts):
            await room.presses(alt_key(BY_ID[act].alt_keys[0]))
            assert done.pop() == act
            assert room.line == ""


async def test_a_handoff_to_somebody_else_names_no_key(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/role ic mo")
        await room.logs("/handoff ana")
        room.shows("offered to ana, not accepted yet")
        room.hides("Alt+y")


async def test_the_guide_names_the_keys_that_work_where_the_focus_is(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+shift+c")
        room.shows("Enter checks off · ^Y copies")
        await room.presses("escape")
        room.screen.prompt.input.focus()
        await room.settles()
        room.hides("Enter checks off")
        room.shows("Alt+c next item · Alt+b runbooks · Alt+C hides it")


@pytest.mark.parametrize("key", ["alt+question_mark", "alt+slash"])
async def test_signs_work_with_alt_in_the_prompt_too(tmp_path: Path, key: str) -> None:
    async with console(tmp_path) as room:
        await room.types("half a line")
        await room.presses(key)
        room.shows("KEYS OUTSIDE" if "question" in key else "Enter keeps the filter")
        await room.presses("escape")
        assert room.line == "half a line"
