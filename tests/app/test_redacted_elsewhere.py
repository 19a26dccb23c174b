"""Another console redacts while this one has the same words half typed: they are taken out, here and in every file."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from console.app.dialogs.base import FormDialog
from console.app.postmortem.screen import PostmortemScreen
from console.app.widgets.cell import LaidCell
from console.core.subjects.entry import LogEntry
from console.core.subjects.undo import RedactEntry
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, Room, console, declared
from tests.app.test_redacting import left_in

SECRET = "hunter2secret"
WHOLE = "the vault opens with four blue keys"
Typed = Callable[[Room], Awaitable[None]]


async def in_the_prompt(room: Room) -> None:
    await room.types(f"we lost {SECRET}, rotate it")


async def in_part(room: Room) -> None:
    await room.types(f"we lost {SECRET[:9]}")


async def in_other_words_around_it(room: Room) -> None:
    await room.types(f"again: {WHOLE.capitalize()}")


async def put_aside(room: Room) -> None:
    """The line waits behind one that a key has begun."""
    await room.types(f"we lost {SECRET}")
    await room.presses("alt+x")


async def in_a_paste_that_waits(room: Room) -> None:
    await room.pastes(f"13:30 deploy\n13:31 token={SECRET}")
    await room.presses("escape")


async def in_a_form(room: Room) -> None:
    await room.presses("alt+t")
    assert isinstance(room.app.focused, Input)
    room.app.focused.value = f"rotate {SECRET}"
    await room.settles()


async def in_a_form_that_was_left(room: Room) -> None:
    await in_a_form(room)
    await room.presses("escape")


async def in_an_update(room: Room) -> None:
    await room.presses("alt+u")
    room.app.screen.query_one("#field-text", TextArea).text = f"We rotate {SECRET}."
    await room.settles()


async def in_an_update_that_was_left(room: Room) -> None:
    await in_an_update(room)
    await room.presses("escape")


async def in_the_form_of_the_entry_itself(room: Room) -> None:
    room.screen.acts.open_entry(next(entry.id for entry in room.state.entries if SECRET in entry.text))
    await room.settles()


async def in_a_section_of_the_postmortem(room: Room) -> None:
    await room.app.push_screen(PostmortemScreen(room.app.session, room.ref, room.app.publishing))
    await room.settles()
    screen = room.app.screen
    assert isinstance(screen, PostmortemScreen)
    screen.edit("summary")
    screen.area.text = f"It began when {SECRET} was pasted."
    await room.settles()


async def in_a_section_that_was_left(room: Room) -> None:
    await in_a_section_of_the_postmortem(room)
    await room.presses("escape")


EVERYWHERE = [
    in_the_prompt, in_part, in_other_words_around_it, put_aside, in_a_paste_that_waits, in_a_form,
    in_a_form_that_was_left, in_an_update, in_an_update_that_was_left, in_the_form_of_the_entry_itself,
    in_a_section_of_the_postmortem, in_a_section_that_was_left,
]  # fmt: skip


def writes(folder: Path, ref: str, *texts: str) -> list[str]:
    """Entries of somebody else; their ids."""
    with Log.open(folder / "warroom.db") as log:
        ledger = Ledger(log, actor="al", clock=Clock())
        return [ledger.execute(ref, LogEntry(actor="al", text=text))[0].id for text in texts]


def redacts(folder: Path, ref: str, ids: list[str]) -> None:
    with Log.open(folder / "warroom.db") as log:
        ledger = Ledger(log, actor="al", clock=Clock())
        for id in ids:
            ledger.execute(ref, RedactEntry(actor="al", entry=id))


@pytest.mark.drawn(3)
@pytest.mark.parametrize("typed", EVERYWHERE, ids=lambda typed: typed.__name__)
async def test_what_is_half_typed_loses_the_words_and_no_file_has_them(tmp_path: Path, typed: Typed) -> None:
    ref = declared(tmp_path / "warroom.db", Clock())
    ids = writes(tmp_path, ref, f"the password is {SECRET}", WHOLE)
    async with console(tmp_path, ref=ref) as room:
        await typed(room)
        redacts(tmp_path, ref, ids)
        await room.until(lambda: all(room.state.entries.get(id).redacted for id in ids))  # type: ignore[union-attr]
        await room.settles()
        room.hides(SECRET, SECRET[:9], WHOLE, WHOLE.capitalize())
        for screen in room.app.screen_stack:
            values = [field.value for field in screen.query(Input).results(Input)]
            values += [area.text for area in screen.query(TextArea).results(TextArea)]
            assert not any("hunter2" in value or "blue keys" in value for value in values)
        assert "hunter2" not in str(room.app.session.form_memory)
    assert not left_in(tmp_path, "hunter2")
    assert not left_in(tmp_path, "lue keys")


async def test_the_rest_of_the_line_stays_and_is_told(tmp_path: Path) -> None:
    ref = declared(tmp_path / "warroom.db", Clock())
    ids = writes(tmp_path, ref, f"the password is {SECRET}")
    async with console(tmp_path, ref=ref) as room:
        await in_the_prompt(room)
        redacts(tmp_path, ref, ids)
        await room.until(lambda: SECRET not in room.line)
        assert room.line == "we lost [redacted], rotate it"
        assert "taken out of what you type" in room.hint
    async with console(tmp_path, ref=ref) as room:
        assert room.line == "we lost [redacted], rotate it"


async def test_a_form_that_shows_what_was_erased_is_left_and_keeps_what_was_typed(tmp_path: Path) -> None:
    ref = declared(tmp_path / "warroom.db", Clock())
    ids = writes(tmp_path, ref, f"the password is {SECRET}")
    async with console(tmp_path, ref=ref) as room:
        await room.presses("alt+h")
        assert isinstance(room.app.screen, FormDialog)
        await room.keys_in("rs")
        assert SECRET in room.app.screen.query_one("#dialog-preview", LaidCell).whole.plain
        redacts(tmp_path, ref, ids)
        await room.until(lambda: room.app.screen is room.screen)
        await room.presses("alt+h")
        assert SECRET not in room.app.screen.query_one("#dialog-preview", LaidCell).whole.plain
        assert isinstance(room.app.focused, Input)
        assert room.app.focused.value == "rs"


async def test_a_redaction_of_other_words_leaves_what_is_typed(tmp_path: Path) -> None:
    ref = declared(tmp_path / "warroom.db", Clock())
    ids = writes(tmp_path, ref, "the error rate is up")
    async with console(tmp_path, ref=ref) as room:
        await room.types("the error rate of checkout")
        redacts(tmp_path, ref, ids)
        await room.until(lambda: bool(room.state.entries[-1].redacted))
        await room.settles()
        assert room.line == "the error rate of checkout"
