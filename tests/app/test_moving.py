"""A line that was logged in the wrong incident is moved from the prompt; both rooms tell."""

from pathlib import Path

from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.link import links_of
from tests.app.driver import console, standard_playbook


async def test_an_entry_is_moved_named_before_enter_and_comes_back_with_one_undo(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        session = room.app.session
        payments = DeclareIncident(actor="mo", title="Payments fail", severity="SEV2")
        other = await session.declare(payments, standard_playbook())
        await room.logs("* the pool is full")

        await room.types(f"/move last to {other}")
        assert f"Enter moves “the pool is full” by mo to {other}" in room.hint
        await room.presses("enter")
        room.shows("the pool is full  moved to", f"Moved to {other}: the pool is full")
        there = session.state(other).entries[-1]
        assert (there.text, there.kind, there.moved_from) == ("the pool is full", "finding", room.ref)

        await room.logs("/undo last")
        assert not room.state.entries[1].undone
        assert session.state(other).entries[-1].undone


async def test_a_link_is_named_before_enter_and_stands_in_the_panels_of_both(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        session = room.app.session
        payments = DeclareIncident(actor="mo", title="Payments fail", severity="SEV2")
        other = await session.declare(payments, standard_playbook())

        await room.presses("escape", "J", "enter")
        assert room.line == "/link "
        await room.types(f"part of {other}: same deploy")
        assert f"Part of {other}: same deploy" in room.hint
        await room.presses("enter")
        room.shows("LINKED INCIDENTS", f"Part of {other}: same deploy")
        assert [(link.relation, link.other) for link in links_of(session.state(other))] == [("has_part", room.ref)]


async def test_what_is_refused_stays_in_the_prompt_with_its_reason(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        payments = DeclareIncident(actor="mo", title="Payments fail", severity="SEV2")
        other = await room.app.session.declare(payments, standard_playbook())
        for line in ("/link part of INC-0000", "/move last to INC-0000"):
            await room.logs(line)
            assert room.line == line
            room.shows("There is no incident INC-0000 here")
        await room.logs(f"/move last to {other}")
        room.shows("nothing of yours to move")
