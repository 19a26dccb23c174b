"""Similar incidents in the console: below the forms as one types, and on a screen whose suggestions are taken."""

import sys
from pathlib import Path

import pytest

from console.app.dialogs.declare import DeclareDialog
from console.app.dialogs.process import ClassifyDialog
from console.app.similar.screen import SimilarScreen
from console.core.subjects.entry import LogEntry
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.task import tasks_of
from console.store.ledger import Ledger
from tests.app.driver import Room, console
from tests.app.test_board import declare

CAUSE = "Connection pool exhausted"


def pool(folder: Path) -> str:
    """An earlier incident."""

    def also(ledger: Ledger, ref: str) -> None:
        lines = (
            ("finding", "the pool of connections ran dry", "cause"),
            ("action", "rolled back the driver", "stopped"),
        )
        for kind, text, tag in lines:
            ledger.execute(ref, LogEntry(actor="rs", text=f"{text} #{tag}", kind=kind, tags=(tag,)))

    return declare(folder, "Profile pages hang", "SEV2", also=also)


async def opens_similar(room: Room) -> SimilarScreen:
    await room.presses("alt+shift+a")
    screen = room.app.screen
    assert isinstance(screen, SimilarScreen)
    await room.until(lambda: bool(screen.list.chosen))
    return screen


async def test_the_form_of_a_declaration_says_what_it_looks_like_as_one_types(tmp_path: Path) -> None:
    ref = pool(tmp_path)
    async with console(tmp_path) as room:
        await room.presses("alt+shift+d")
        form = room.app.screen
        assert isinstance(form, DeclareDialog)
        await room.keys_in("checkout fails, too many clients at the database")
        await room.until(lambda: any(f"Looks like {ref}" in line for line in room.lines()))
        room.shows("the pool of connections ran dry", "stopped by: rolled back", "rs knew")
        form.query_one("#field-title").value = "xyzzy"  # type: ignore[attr-defined]  # A field of the form.
        await room.until(lambda: not any("Looks like" in line for line in room.lines()))


async def test_the_triage_says_it_of_the_incident_and_its_answers(tmp_path: Path) -> None:
    ref = pool(tmp_path)
    async with console(tmp_path) as room:
        await room.presses("alt+shift+s")
        assert isinstance(room.app.screen, ClassifyDialog)
        await room.settles()
        room.hides("Looks like")
        await room.keys_in("the pool is exhausted")
        await room.until(lambda: any(f"Looks like {ref}" in line for line in room.lines()))


async def test_a_cause_becomes_a_hypothesis_and_what_stopped_it_a_task(tmp_path: Path) -> None:
    ref = pool(tmp_path)
    async with console(tmp_path) as room:
        await room.logs("* too many clients at the database")
        screen = await opens_similar(room)
        room.shows("Looks like", ref, "Profile pages hang", f"Enter  opens {ref}, of 2026-")
        screen.list.choose("tip 0")
        await room.until(lambda: f"Enter  logs the hypothesis “{CAUSE} (suggested, as in {ref})”" in room.text())
        await room.presses("enter")
        await room.until(lambda: [each.text for each in hypotheses_of(room.state).values()] == [
            f"{CAUSE} (suggested, as in {ref})"
        ])  # fmt: skip
        await room.until(lambda: "it is logged already" in room.text())
        await room.presses("enter")
        assert len(hypotheses_of(room.state)) == 1
        await room.presses("end", "enter")
        await room.until(lambda: [each.text for each in tasks_of(room.state).values()] == [
            f"Consider: rolled back the driver (suggested, it stopped {ref})"
        ])  # fmt: skip


async def test_enter_on_an_incident_opens_it(tmp_path: Path) -> None:
    ref = pool(tmp_path)
    async with console(tmp_path) as room:
        await room.logs("* too many clients at the database")
        screen = await opens_similar(room)
        assert screen.list.chosen == f"like {ref}"
        await room.presses("enter")
        await room.until(lambda: room.screen.ref == ref)


async def test_where_nothing_is_alike_it_says_so(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/similar")
        await room.until(lambda: "No earlier incident looks like this one yet" in room.text())


async def test_the_room_says_in_a_quiet_moment_what_it_looks_like(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "markdown_it", raising=False)
    ref = pool(tmp_path)
    async with console(tmp_path, quiet_s=0.01) as room:
        await room.logs("a note")
        await room.settles()
        room.hides("LOOKS LIKE")
        await room.logs("* too many clients at the database")
        await room.until(lambda: "LOOKS LIKE" in room.text())
        room.shows(f"≈ {ref}  Alt+A tells more", "the pool of connections ran dry", "stopped by: rolled back the")
        assert "markdown_it" not in sys.modules, "a runbook was read, though nobody asked for what it says"
        # It may hold words that were erased, until it is compared again.
        room.app.session.recaller.pause_s = 3600.0
        room.screen.take_out(["ran dry"])
        await room.until(lambda: "LOOKS LIKE" not in room.text())


async def test_on_a_small_screen_a_line_names_it_until_the_incident_is_over(tmp_path: Path) -> None:
    ref = pool(tmp_path)
    async with console(tmp_path, size=(80, 24), quiet_s=0.01) as room:
        await room.logs("* too many clients at the database")
        await room.until(lambda: f"≈ like {ref}" in room.text())
        await room.logs("/stage closed ! False alarm: nobody was affected")
        await room.presses("enter")  # It asks first: closing drops what is owed.
        await room.until(lambda: "≈ like" not in room.text())


async def test_nothing_is_compared_while_somebody_types(tmp_path: Path) -> None:
    pool(tmp_path)
    async with console(tmp_path) as room:
        await room.logs("* too many clients at the database")
        room.screen.likeness.compare_when_quiet()
        await room.settles()
        room.hides("LOOKS LIKE")
        room.app.session.recaller.pause_s = 0.01
        room.screen.likeness.compare_when_quiet()
        await room.until(lambda: "LOOKS LIKE" in room.text())
