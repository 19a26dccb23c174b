"""Typed or pasted text that is not logged: named until it is, kept when its console ends, never logged twice."""

import os
import random
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.widgets import TextArea

from console.app.dialogs.compose import UpdateDialog
from console.core.log.event import Event
from console.core.subjects.entry import EntryLogged, LogEntry
from console.core.subjects.update import updates_of
from console.store.log import Log
from tests.app.driver import Clock, Room, console, declared
from tests.app.terminal import Terminal, terminal
from tests.patience import PATIENCE_S

SECRET = "hunter2hunter2"
HELD_BACK = ["today 23:59 no", f"logged in with password={SECRET}", "25:59 no such time", "/at 25:61 x", "e"]
"""Lines that Enter does not log: refused, or asked about."""


@pytest.mark.drawn(2)
@pytest.mark.parametrize("line", HELD_BACK)
async def test_a_line_that_is_held_back_is_named_until_it_is_logged(tmp_path: Path, line: str) -> None:
    async with console(tmp_path) as room:
        await room.types(line)
        await room.presses("enter")
        assert room.line == line
        await room.keys_in("next line")
        await room.presses("enter")
        await room.keys_in("another one")
        assert "1 line is not logged yet: Up brings it back" in room.hint
        await room.presses("enter")
        assert [entry.text for entry in room.state.entries[1:]] == ["next line", "another one"]
        assert "1 line is not logged yet" in room.hint
        await room.presses("alt+o", "enter")
        assert "1 line is not logged yet: Up brings it back" in room.hint
        await room.presses("up")
        assert room.line == line
        await room.presses("ctrl+u")
        await room.keys_in("it is right now")
        await room.presses("enter")
        room.hides("not logged")


BEHIND_UP: dict[str, tuple[str, ...]] = {
    "edited": ("x",),
    "cleared": ("ctrl+u",),
    "entered": ("enter",),
    "entered, and cleared": ("enter", "ctrl+u"),
    "refused": ("ctrl+u", "/", "n", "o", "enter"),
    "by a line from outside": ("escape", "Z"),
    "by a slash word's key": ("escape", "m", "enter", "ctrl+u"),
    "by a completion": ("space", "@", "tab"),
    "back again": ("down",),
    "by nothing": (),
}
"""Keys and acts that take the place of a half-typed line once Up has put it aside."""


@pytest.mark.drawn(4)
@pytest.mark.parametrize("half", ["about to fail ov", "/sev SEV0 all reg", "today 23:59 no"])
@pytest.mark.parametrize("then", BEHIND_UP)
async def test_a_line_that_was_half_typed_before_up_is_never_lost(tmp_path: Path, half: str, then: str) -> None:
    async with console(tmp_path) as room:
        await room.logs("all is well")
        await room.types(half)
        if half.startswith("today"):
            # Refused, edited and not entered again.
            await room.presses("enter", "end", "t")
            half += "t"
        await room.presses("up", *BEHIND_UP[then])
        assert half in await within_reach(room)
    async with console(tmp_path, ref=room.ref) as room:
        assert half in await within_reach(room)


async def within_reach(room: Room) -> list[str]:
    """The line of the prompt, and all that Down and Up bring."""
    room.screen.prompt.input.focus()
    lines = [room.line]
    for key in ("down", "up", "up", "up", "up", "up"):
        await room.presses(key)
        lines.append(room.line)
    return lines


@pytest.mark.drawn(1)
@pytest.mark.parametrize("act", ["/sev SEV9", "/sev SEV1 again", "/Done 99 x"])
async def test_a_slash_word_that_was_not_done_is_behind_up_and_no_line_that_the_record_lacks(
    tmp_path: Path, act: str
) -> None:
    async with console(tmp_path) as room:
        await room.types(act)
        await room.presses("enter")
        assert room.line == act
        await room.keys_in("next line")
        room.hides("not logged")
        await room.presses("enter", "up", "up")
        assert (room.last.text, room.line) == ("next line", act)
    async with console(tmp_path, ref=room.ref) as room:
        # Half typed, as it was left.
        assert room.line == act
        await room.presses("escape", "m", "enter")
        assert room.line == "/impact "
        await room.presses("ctrl+u", "up")
        assert room.line == act


async def test_a_space_goes_on_with_the_line_that_was_refused_for_what_it_lacks(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("/sev SEV2")
        await room.presses("enter")
        room.shows("Say why the severity goes down")
        await room.keys_in(" one region alone")
        await room.presses("enter")
        assert room.state.severity.value == "SEV2"
        assert "one region alone" in room.last.text
        assert not room.line


async def test_a_held_back_line_that_is_mended_is_logged_once_and_waits_no_more(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("today 23:59 no")
        await room.presses("enter", "home", *["delete"] * len("today 23:59 "))
        assert room.line == "no"
        await room.presses("enter")
        assert room.last.text == "no"
        room.hides("not logged")
    async with console(tmp_path, ref=room.ref) as room:
        room.hides("not logged")


async def test_lines_and_pastes_that_wait_are_counted_together(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for line in HELD_BACK[:2]:
            await room.types(line)
            await room.presses("enter")
        await room.presses("ctrl+u")
        assert room.hint == "1 line is not logged yet: Up brings it back"
        await room.pastes("one\ntwo")
        await room.presses("escape")
        assert room.hint == "1 line and a paste of 2 lines are not logged yet: Up brings them back"
    async with console(tmp_path, ref=room.ref) as room:
        assert room.hint == "1 line and a paste of 2 lines are not logged yet: Up brings them back"
        await room.presses("up")
        assert room.line == HELD_BACK[0]
        await room.presses("up")
        room.shows("Pasted into")


@pytest.mark.parametrize("by", ["a line", "a pasted line"])
async def test_a_half_typed_line_that_was_left_makes_way_whole(tmp_path: Path, by: str) -> None:
    async with console(tmp_path) as room:
        await room.types("abc draft")
        await room.presses("escape")
        if by == "a line":
            await room.keys_in("new line after Esc")
        else:
            await room.pastes("new line after Esc")
        assert room.line == "new line after Esc"
        assert "1 line is not logged yet" in room.hint
        await room.presses("enter", "up")
        assert room.line == "abc draft"
        await room.presses("enter")
        assert [entry.text for entry in room.state.entries[1:]] == ["new line after Esc", "abc draft"]
        room.hides("not logged")


async def test_a_line_typed_into_a_list_does_not_run_into_a_half_typed_one(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("abc draft")
        await room.presses("alt+s")
        await room.keys_in("web is back")
        assert room.line == "web is back"
        await room.presses("enter", "up")
        assert room.line == "abc draft"


async def test_recalled_lines_outlive_the_console_but_for_secrets_and_what_was_redacted(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for line in ("! roll back", "ticket XK99-4411-ZZ of the vendor", "/role scribe ana", f"password={SECRET}"):
            await room.types(line)
            await room.presses(*["enter"] * (2 if SECRET in line else 1))
        await room.presses("up")
        assert SECRET in room.line
    async with console(tmp_path, ref=room.ref) as room:
        await room.presses("up")
        assert room.line == "/role scribe ana"
        await room.presses("ctrl+u")
        await room.types("/redact ticket XK99-4411-ZZ")
        await room.presses("enter", "enter", "enter")
        assert any(entry.redacted for entry in room.state.entries)
        await room.presses("up", "up")
        assert room.line == "! roll back"
    async with console(tmp_path, ref=room.ref) as room:
        await room.presses("up", "up")
        assert room.line == "! roll back"


@pytest.mark.parametrize("secret", [f"logged in with password={SECRET}", f"env:\n  password={SECRET}"])
async def test_a_secret_that_was_thrown_away_is_nowhere_in_the_file(tmp_path: Path, secret: str) -> None:
    def holds_it() -> list[str]:
        return [file.name for file in tmp_path.glob("warroom.db*") if SECRET.encode() in file.read_bytes()]

    async with console(tmp_path) as room:
        for number in range(20):
            await room.logs(f"line {number}")
        if "\n" in secret:
            await room.pastes(secret)
            await room.presses("escape", "up", "3", "enter")
        else:
            await room.types(secret)
            await room.presses("enter")
            await room.keys_in("meanwhile")
            await room.presses("enter", "up", "ctrl+u")
        await room.settles()
        room.app.session.log.save_draft("x", "").result()
    assert holds_it() == []
    async with console(tmp_path, ref=room.ref) as room:
        room.hides("not logged")
        await room.presses("up")
        assert SECRET not in room.line + room.text()


async def test_a_redaction_takes_its_words_out_of_what_waits_and_nothing_else(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types(f"password={SECRET}")
        await room.presses("enter", "enter")
        for line in (f"again password={SECRET}", "today 23:59 no"):
            await room.types(line)
            await room.presses("enter")
        await room.keys_in("all quiet")
        await room.presses("enter")
        assert "2 lines are not logged yet" in room.hint
        await room.types("/redact password")
        await room.presses("enter", "enter", "enter")
        await room.presses("up", "up")
        assert room.line == "again [redacted]"
    assert not [file for file in tmp_path.glob("warroom.db*") if SECRET.encode() in file.read_bytes()]


# Killed


def logged(db: Path, ref: str) -> list[str]:
    with Log.open(db) as log:
        events: list[Event] = log.events(ref)
    return [event.body.text for event in events if isinstance(event.body, EntryLogged)]


def until_kept(shown: Terminal, db: Path, place: str, words: str) -> None:
    """Until what is half typed is written down."""
    end = time.monotonic() + PATIENCE_S
    with Log.open(db, read_only=True) as log:
        while words not in log.drafts().get(place, ""):
            alive = shown.reads() and time.monotonic() < end
            assert alive, log.drafts()


async def lines_not_logged(folder: Path, ref: str) -> list[str]:
    """The lines that a new console has in its prompt and behind Up as not logged."""
    async with console(folder, ref=ref) as room:
        lines = [part.partition("\x1f")[0] for part in room.screen.prompt.unlogged.split("\x1e")]
        return [line for line in (room.line, *lines) if line]


@pytest.mark.drawn(2)
@pytest.mark.parametrize("seed", range(6))
async def test_a_console_that_is_killed_never_brings_back_what_is_logged(tmp_path: Path, seed: int) -> None:
    """Lines at typing speed and in bursts, and the process is gone at any moment behind an Enter."""
    chance, db = random.Random(seed), tmp_path / "warroom.db"
    ref = declared(db, Clock())
    lines = [f"entry number {number}" for number in range(8)]
    with terminal(db, ref) as shown:
        shown.until(b"What happened?")
        for line in lines[: seed % 4]:
            shown.types(line)
            shown.until(line.encode())
            until_kept(shown, db, f"prompt {ref} mo", line)
            shown.types("\r")
        shown.types("".join(f"{line}\r" for line in lines[seed % 4 :]))
        time.sleep(chance.uniform(0.0, 0.3))
        os.kill(shown.pid, signal.SIGKILL)
        shown.ends()
    on_disk = logged(db, ref)
    assert on_disk == lines[: len(on_disk)]
    left = await lines_not_logged(tmp_path, ref)
    assert not set(left) & set(on_disk)
    assert len(left) == len(set(left))


async def test_a_paste_that_was_logged_in_the_moment_of_a_kill_waits_no_more(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await _paste_without_the_end(room)
    async with console(tmp_path, ref=room.ref) as room:
        assert room.last.text == "one\ntwo"
        room.hides("not logged")


async def _paste_without_the_end(room: Room) -> None:
    await room.pastes("one\ntwo")
    _ends_with_the_next_write(room)
    await room.presses("enter")


def _ends_with_the_next_write(room: Room) -> None:
    """As if the process were gone once the next entry is on the disk: nothing of what comes after it is written."""
    session = room.app.session
    submit = session.submit

    async def last_act(*given: object, **named: object) -> list[Event]:
        written = await submit(*given, **named)  # type: ignore[arg-type]
        session.read_only = True
        session._drafts._read_only = True
        return written

    session.submit = last_act  # type: ignore[method-assign]


async def test_an_update_that_was_posted_in_the_moment_of_a_kill_is_no_draft(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.presses("alt+u")
        await _replaces_text(room, "We are looking into errors at checkout.")
        _ends_with_the_next_write(room)
        await room.presses("ctrl+s")
    async with console(tmp_path, ref=room.ref, size=(120, 40)) as room:
        assert [update.text for update in updates_of(room.state)] == ["We are looking into errors at checkout."]
        await room.presses("alt+u")
        room.hides("is back")


async def test_an_update_that_the_disk_refused_in_the_moment_of_a_kill_is_a_draft_again(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as room:
        await room.presses("alt+u")
        await _replaces_text(room, "We are looking into errors at checkout.")
        room.app.session.keep_sent(
            f"update {room.ref}",
            room.app.session.draft(f"update {room.ref}"),
            room.app.session.ledger.prepare(room.ref, LogEntry(actor="mo", text="never written")),
        )
    async with console(tmp_path, ref=room.ref, size=(120, 40)) as room:
        await room.presses("alt+u")
        room.shows("We are looking into errors at checkout.", "is back")


async def _replaces_text(room: Room, words: str) -> None:
    area = room.app.screen.query_one("#field-text", TextArea)
    area.text = words
    await room.settles()


@pytest.mark.drawn(1)
@pytest.mark.parametrize("seed", range(3))
async def test_a_console_that_is_killed_never_offers_an_update_again_that_is_posted(tmp_path: Path, seed: int) -> None:
    chance, db = random.Random(seed), tmp_path / "warroom.db"
    ref = declared(db, Clock())
    with terminal(db, ref) as shown:
        shown.until(b"What happened?")
        shown.types("\x1bu")
        shown.until(b"Status update of")
        shown.types("\t\t\t")
        shown.types("UNIQUE words. ")
        shown.until(b"UNIQUE")
        until_kept(shown, db, f"update {ref} mo", "UNIQUE words. ")
        shown.types("\x13")
        time.sleep(chance.uniform(0.0, 0.2))
        os.kill(shown.pid, signal.SIGKILL)
        shown.ends()
    async with console(tmp_path, ref=ref, size=(120, 40)) as room:
        posted = any("UNIQUE" in update.text for update in updates_of(room.state))
        await room.presses("alt+u")
        assert isinstance(room.app.screen, UpdateDialog)
        assert ("UNIQUE" in room.app.screen.values()["text"]) is not posted


@pytest.mark.parametrize("year", [1, 1969, 8923, 9999])
async def test_a_clock_that_is_years_out_is_told_and_the_line_stays(tmp_path: Path, year: int) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock) as room:
        before = clock.now
        clock.now = datetime(year, 12, 31, 23, 59, tzinfo=UTC)
        await room.types("restarted node 3")
        await room.presses("enter")
        await room.until(lambda: "clock is years out" in room.hint)
        assert room.line == "restarted node 3"
        await room.ticks(seconds=30)
        clock.now = before
        await room.presses("enter")
        await room.until(lambda: room.last.text == "restarted node 3")


async def test_what_a_key_has_done_is_said_beside_a_line_that_was_refused(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("rolled back")
        await room.logs("/nosuch thing")
        assert "/nosuch" in room.hint
        await room.presses("alt+x", "enter")
        assert room.hint.startswith("Undone: rolled back")
        assert room.line == "/nosuch thing"
