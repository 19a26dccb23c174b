"""Redacting from the console: what it lists, what it takes, and that nothing of it is left in the folder."""

import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from textual import events

from console.app.dialogs.base import FormDialog
from console.app.widgets.choice_list import ChoiceList
from console.core.subjects.entry import CorrectEntry
from console.store.redact import Plan
from tests.app.driver import Room, console
from tests.memory import memory
from tests.patience import PATIENCE_S

LINES = {
    "hunter2secret": "/component hunter2secret partial",
    "hunter3secret": "/role ic hunter3secret",
    "hunter4secret": "+ @hunter4secret check it",
    "hunter5secret": "the password is hunter5secret",
    "hunter6secret": "/handoff hunter6secret note",
    "hunter7secret": "/postmortem owner hunter7secret",
}


def chooses(room: Room, act: str) -> None:
    """Choose the act for the entry whose dialog is open."""
    dialog = room.app.screen
    assert isinstance(dialog, FormDialog)
    choices = dialog.query_one("#field-act", ChoiceList)
    choices.highlighted = choices.get_option_index(act)


async def logs(room: Room, line: str) -> None:
    """Log a line, also one that holds what looks like a secret: that is asked about once."""
    await room.logs(line)
    if "looks like a secret" in room.hint:
        await room.presses("enter")


async def redacts(room: Room, entry_id: str) -> None:
    room.screen.acts.open_entry(entry_id)
    await room.pilot.pause()
    chooses(room, "redact")
    await room.settles()
    await room.presses("enter", "enter")


def left_in(folder: Path, word: str) -> bool:
    return any(word.encode() in file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_names_and_words_leave_the_room_and_every_file(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        ids = {}
        for word, line in LINES.items():
            await logs(room, line)
            ids[word] = room.last.id
        assert all(word in str(room.state.entries[:]) for word in LINES)
        for id in ids.values():
            await redacts(room, id)
        assert "secret" not in room.text()
        await room.presses("up")
        assert room.line == ""
    assert [word for word in LINES if left_in(tmp_path, word)] == []


async def test_the_text_of_the_entry_is_not_the_reason(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/component hunter2secret partial")
        await redacts(room, room.last.id)
        assert room.last.text == "redacted by mo"


async def test_what_goes_with_it_is_listed_before_enter(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("+ rotate hunter2secret")
        await logs(room, "the password is hunter2secret")
        room.screen.acts.open_entry(room.last.id)
        await room.pilot.pause()
        room.hides("Erased with it")
        chooses(room, "redact")
        await room.settles()
        room.shows("Erased with it", "task")
        await room.presses("enter", "enter")
        assert [entry.redacted for entry in room.state.entries[-2:]] == [True, True]
        room.shows("Redacted: 2 entries")


async def test_the_log_is_searched_beside_the_screen_and_enter_counts_when_all_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(tmp_path) as room:
        await logs(room, "the password is hunter2secret")
        searched, entry, log = threading.Event(), room.last.id, room.app.session.log
        plan = log.redaction

        def slow(incident: str, entry: str) -> Plan | None:
            assert threading.current_thread() is not threading.main_thread()
            assert searched.wait(PATIENCE_S)
            return plan(incident, entry)

        monkeypatch.setattr(log, "redaction", slow)
        room.screen.acts.open_entry(entry)
        await room.pilot.pause()
        for key in ("tab", "tab", "tab", "3", "enter"):
            room.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await room.until(lambda: "Looking for the same words" in room.text())
        room.hides("Enter once more")
        searched.set()
        await room.until(lambda: "Enter once more" in room.text())
        room.hides("Looking for the same words")
        await room.presses("enter")
        assert room.last.redacted


async def test_an_author_among_the_words_is_told_before_enter(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/role ic mo")
        room.screen.acts.open_entry(room.last.id)
        await room.pilot.pause()
        chooses(room, "redact")
        await room.settles()
        room.shows("authors cannot be erased")
        room.shows("IC → mo")


async def test_a_typed_redaction_names_its_entry_and_all_that_goes_along_and_asks_twice(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("the password is hunter2secret")
        await room.presses("enter")
        await room.logs("hunter2secret again")
        await room.logs("failover to db-replica-12.prod done")
        before = room.state.events
        await room.types("/redact hunter2")
        assert "opens “hunter2secret again” by mo to redact it; the last of 2 entries" in room.hint
        await room.presses("enter")
        room.shows(
            "erases “hunter2secret again” for good, and 1 more with the same words", "the password is hunter2secret"
        )
        await room.presses("enter")
        assert room.state.events == before
        room.shows("will be erased for good, here and in the log, and 1 more")
        await room.presses("enter")
        assert [entry.redacted for entry in room.state.entries[-3:]] == [True, True, False]
        await room.types("/redact last")
        assert "opens “failover to db-replica-12.prod done”" in room.hint


async def test_backups_that_still_hold_it_are_named_and_made_anew_only_when_asked(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await logs(room, "the password is hunter2secret")
        log = room.app.session.log
        backups = tmp_path / "warroom-backups"
        log.backup(backups / "at-exit.db")
        (tmp_path / "exports").mkdir()
        (tmp_path / "exports" / "page.md").write_text("**hunter2secret**", encoding="utf-8")
        await redacts(room, room.last.id)
        await room.until(lambda: "Replace the backups?" in room.text())
        room.shows("1 backup in", "at-exit.db", "page.md", "leaves them as they are")
        await room.presses("enter")
        assert left_in(backups, "hunter2secret")

        await logs(room, "the password is hunter3secret")
        log.backup(backups / "at-exit.db")
        await redacts(room, room.last.id)
        await room.until(lambda: "Replace the backups?" in room.text())
        await room.presses("1", "enter")
        await room.until(lambda: "New backup" in room.hint)
        assert not left_in(backups, "hunter")


async def test_without_backups_the_other_copies_are_named_in_a_notice() -> None:
    # In a folder whose name fits on a line of the notice.
    with TemporaryDirectory(dir=memory()) as name:
        folder = Path(name)
        (folder / "warroom.db-lost1").write_text("nothing of it", encoding="utf-8")
        (folder / "exports").mkdir()
        (folder / "exports" / "page.md").write_text("**hunter2secret**", encoding="utf-8")
        async with console(folder) as room:
            await logs(room, "the password is hunter2secret")
            await redacts(room, room.last.id)
            await room.until(lambda: "It still stands in" in room.text())
            room.shows("page.md")
            room.hides("lost1")


async def test_the_id_of_a_correction_names_its_entry(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("the pool is full")
        entry = room.last.id
        (made,) = await room.app.session.submit(
            room.ref, CorrectEntry(actor="mo", entry=entry, text="see hunter3secret")
        )
        await room.types(f"/redact {made.id}")
        assert "Enter opens “see hunter3secret” by mo to redact it" in room.hint
        await room.presses("enter")
        room.shows("see hunter3secret", "the pool is full")
        await room.presses("enter", "enter")
        assert room.last.redacted
