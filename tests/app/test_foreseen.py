"""The row under a line and Enter say the same: what it refuses is not done, what it foretells is what is written."""

from pathlib import Path

import pytest

from console.app.registry import WORDS
from tests.app.driver import console
from tests.app.forms import prepare
from tests.core.test_meant import ARGUMENTS
from tests.drawing import some

LEAVE = {"quit", "theme", "board", "history", "metrics", "registers", "targets", "search", "help", "declare", "drill"}
"""Words that write nothing to the incident and lead elsewhere."""


def lines() -> list[str]:
    """Each word alone, with what it takes, with a word too many, and with a time in front of it."""
    forms = ("/{} {}", "/{}", "/{} {} zebra", "-5m /{}", "-5m /{} {}", "/{} ! 🦓")
    words = [word for word in WORDS if word not in LEAVE]
    return list(dict.fromkeys(form.format(word, ARGUMENTS.get(word, "")).strip() for word in words for form in forms))


async def test_what_the_row_says_is_what_enter_does(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await prepare(room)
        home = room.app.screen
        for line in some(lines(), 25, "lines of the prompt"):
            room.screen.prompt.input.focus()
            await room.types(line)
            hint, before = room.hint, {entry.id for entry in room.state.entries}
            await room.presses("enter")
            new = [entry for entry in room.state.entries if entry.id not in before]
            if not hint.startswith("Enter "):
                assert (room.line, new, room.app.screen) == (line, [], home), (line, hint)
            elif hint.startswith("Enter logs: "):
                assert new, (line, hint)
                zone = room.app.session.zone
                assert hint.startswith(f"Enter logs: {'; '.join(entry.text_in(zone) for entry in new)}"), (line, hint)
            elif hint.startswith(("Enter asks first", "Enter opens", "Enter needs more")):
                assert not new, (line, hint)
            while room.app.screen is not home:
                await room.presses("escape")
            await room.presses("ctrl+u")


@pytest.mark.parametrize(
    "line",
    ["/link part of INC-ZZZZ", "/move last to INC-ZZZZ", "/replay 99:99", "/jump yesterday", "/jump 2026-13-01 10:00"],
)
async def test_the_row_says_what_will_be_refused(tmp_path: Path, line: str) -> None:
    async with console(tmp_path) as room:
        await room.logs("disk full")
        before = room.state.events
        await room.types(line)
        foretold = room.hint
        assert not foretold.startswith("Enter ")
        await room.presses("enter")
        assert (room.line, room.state.events) == (line, before)
        assert foretold.split("  ·  ")[0] in room.hint
