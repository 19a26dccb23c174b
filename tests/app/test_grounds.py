"""The key that shows what a sentence stands on: in the composer, on the handoff's page, in the postmortem."""

from pathlib import Path

import pytest

from console.app.dialogs.grounds import GroundsScreen
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.update import updates_of
from tests.app.driver import console
from tests.app.test_postmortem import postmortem_screen

FINDING = "a third of the checkouts fail since the deploy"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_posted_draft_keeps_what_its_sentences_stand_on(tmp_path: Path, size: tuple[int, int]) -> None:
    async with console(tmp_path, size=size) as room:
        await room.logs(f"* {FINDING}")
        finding = room.last
        await room.presses("escape", "u", "1")
        room.app.screen.query_one("#field-text").focus()
        await room.presses("ctrl+l")
        assert isinstance(room.app.screen, GroundsScreen)
        row = next(n for n, sentence in enumerate(room.app.screen.sentences) if FINDING in sentence)
        await room.presses(*["down"] * row)
        room.shows("The sources of each sentence", f"mo: {FINDING}", "log", "template")

        await room.presses("escape", "ctrl+s")
        (update,) = updates_of(room.state)
        assert any(finding.id in ids.split() for ids in update.stands_on)

        await room.presses("i", "enter")
        await room.logs(f"/undo {finding.id}")
        await room.presses("alt+w")
        assert "stands on an entry that was undone" in " ".join(room.text().split())


async def test_what_somebody_changes_in_a_draft_is_theirs(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.logs(f"* {FINDING}")
        await room.presses("escape", "u", "1")
        room.hides("sentence is yours")
        room.app.screen.query_one("#field-text").focus()
        await room.presses("ctrl+home", *"Our ")
        room.shows("1 sentence is yours; ^L shows")
        await room.presses("ctrl+l")
        room.shows("Yours: you wrote or changed it")
        await room.presses("escape", "ctrl+s")
        (update,) = updates_of(room.state)
        assert update.stands_on[0] == ""
        assert any(update.stands_on)


async def test_the_handoffs_page_shows_what_it_stands_on(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 36)) as room:
        await room.logs("/role ic ana")
        await room.presses("escape", "h", "enter")
        await room.presses("ctrl+l")
        assert isinstance(room.app.screen, GroundsScreen)
        row = next(n for n, sentence in enumerate(room.app.screen.sentences) if "commander: ana" in sentence)
        await room.presses(*["down"] * row)
        room.shows("mo: IC → ana")


async def test_a_section_taken_from_its_draft_tells_what_lost_its_ground(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as postmortem:
        await postmortem.goes_to("root_cause")
        await postmortem.presses("ctrl+l")
        postmortem.shows("The text is empty.")
        await postmortem.presses("escape")
    async with console(tmp_path, ref=postmortem.ref) as room:
        await room.logs(f"* {FINDING} #cause")
        finding = room.last
    async with postmortem_screen(tmp_path, ref=room.ref) as postmortem:
        await postmortem.goes_to("root_cause")
        await postmortem.presses("y", "enter")
        part = postmortem_of(postmortem.state)
        (ids,) = part.stands_on[part.sections["root_cause"].head]
        assert finding.id in ids.split()
    async with console(tmp_path, ref=room.ref) as room:
        await room.logs(f"/undo {finding.id}")
        await room.logs("* the queue was never drained #cause")
    async with postmortem_screen(tmp_path, ref=room.ref) as postmortem:
        await postmortem.goes_to("root_cause")
        postmortem.shows("stands on an entry that was undone", "1 entry was logged since: ^L shows")
        await postmortem.presses("ctrl+l")
        postmortem.shows("▲ changed", "▲ undone since", "+ new", "the queue was never drained")
