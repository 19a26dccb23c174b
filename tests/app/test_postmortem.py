"""Stories of the postmortem's screen: from the log's drafts to a final document."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from console.app.editor import Edited
from console.app.postmortem.actions import draft_place
from console.app.postmortem.screen import PostmortemScreen
from console.app.registry import acts_of
from console.core.log.command import Command
from console.core.subjects.action_item import AddAction, action_items_of
from console.core.subjects.entry import LogEntry
from console.core.subjects.postmortem import AssignPostmortem, EditPostmortem, ReviewPostmortem, postmortem_of
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.sqlite import sqlite3
from tests.app.driver import Clock, Room, console, declared


class PostmortemRoom(Room):
    """A room whose postmortem is open."""

    @property
    def page(self) -> PostmortemScreen:
        return next(screen for screen in reversed(self.app.screen_stack) if isinstance(screen, PostmortemScreen))

    async def goes_to(self, row: str) -> None:
        self.page.choose(row)
        await self.pilot.pause()

    async def writes(self, text: str) -> None:
        """Put a text in place of what stands in the editor."""
        self.page.area.text = text
        await self.pilot.pause()

    def written(self, section: str) -> str:
        register = postmortem_of(self.state).sections.get(section)
        return register.value if register else ""

    async def until_it_shows(self, words: str) -> None:
        await self.until(lambda: words in self.text())


@asynccontextmanager
async def postmortem_screen(
    folder: Path, *, size: tuple[int, int] = (120, 36), read_only: bool = False, ref: str = "", actor: str = "mo"
) -> AsyncIterator[PostmortemRoom]:
    async with console(folder, size=size, read_only=read_only, ref=ref, actor=actor) as room:
        made = PostmortemRoom(room.app, room.pilot, room.clock, room.ref)
        await room.app.push_screen(PostmortemScreen(room.app.session, room.ref, room.app.publishing))
        await made.settles()
        yield made


async def test_a_section_that_was_saved_in_the_moment_of_a_kill_is_no_draft(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.goes_to("summary")
        await room.presses("enter")
        await room.writes("Checkout failed for an hour.")
        session = room.app.session
        submit = session.submit

        async def last_act(*given: Any, **named: Any) -> Any:
            written = await submit(*given, **named)
            session.read_only = session._drafts._read_only = True
            return written

        session.submit = last_act  # type: ignore[method-assign]
        await room.presses("ctrl+s")
        assert room.written("summary") == "Checkout failed for an hour."
    async with postmortem_screen(tmp_path, ref=room.ref) as room:
        await room.goes_to("summary")
        await room.presses("enter")
        assert room.page.area.text == "Checkout failed for an hour."
        room.hides("not saved yet")
        assert room.app.session.unlogged_draft(draft_place(room.ref, "summary")) == ""


def elsewhere(folder: Path, room: Room, actor: str, command: Command) -> None:
    """Another console on the same file writes a command."""
    with Log.open(folder / "warroom.db") as log:
        Ledger(log, actor=actor, clock=room.clock).execute(room.ref, command)


@contextmanager
def slow_disk(folder: Path) -> Iterator[None]:
    """Meanwhile another process holds the file, and what is written waits."""
    with closing(sqlite3.connect(folder / "warroom.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def test_each_section_says_what_the_log_has_for_it(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        room.shows("POSTMORTEM", "DRAFT", "owner nobody", "0 of 16 sections written", "Summary", "draft", "empty")
        room.shows("Draft from the log", "The SEV1 incident “Checkout errors” was declared on 21 November 2026")
        await room.goes_to("lessons")
        room.shows("LESSONS LEARNED", "Nobody has written this section yet", "What should another team know")
        await room.goes_to("durations")
        room.shows("Time to mitigate", "not known")


async def test_a_section_is_edited_in_place_and_saved_as_an_event(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.presses("enter")
        assert room.page.area.text.startswith("The SEV1 incident")
        room.shows("Ctrl+S save")
        await room.writes("The pool ran dry.\n\n- slowly\n- **everywhere**")
        await room.presses("ctrl+s")
        assert room.written("summary") == "The pool ran dry.\n\n- slowly\n- **everywhere**"
        room.shows("1 of 16 sections written", "• slowly", "• everywhere", "Saved.", "mo, 2026-11-21 14:00")
        assert room.last.kind == "postmortem"


@pytest.mark.parametrize("left", ["tab", "shift+tab", ""])
async def test_a_section_is_left_with_the_focus_and_its_text_is_kept(tmp_path: Path, left: str) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.goes_to("lessons")
        await room.presses("enter")
        await room.writes("Watch the pool.")
        if left:
            await room.presses(left)
            assert not room.page.editing
        else:
            await room.pilot.click("#pm-list", offset=(4, 2))
            await room.settles()
            assert room.page.editing == "trigger"
        room.shows("Not saved, and kept for you")
        await room.presses(*([] if left else ["escape"]))
        await room.goes_to("lessons")
        await room.presses("enter")
        assert room.page.area.text == "Watch the pool."
        await room.presses("ctrl+s")
        assert room.written("lessons") == "Watch the pool."


async def test_a_text_that_was_left_is_kept_and_comes_back(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.goes_to("lessons")
        await room.presses("enter")
        await room.writes("Watch the pool.")
        await room.presses("escape")
        room.shows("Not saved, and kept for you")
        assert room.written("lessons") == ""
        ref = room.ref
    async with postmortem_screen(tmp_path, ref=ref) as room:
        await room.goes_to("lessons")
        await room.presses("enter")
        assert room.page.area.text == "Watch the pool."
        room.shows("your text that was not saved yet")
        await room.presses("ctrl+s")
        assert room.written("lessons") == "Watch the pool."
        await room.presses("enter", "escape")
        room.hides("Not saved")


async def test_a_draft_is_taken_as_it_is_with_one_key(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.presses("y", "enter")
        assert room.written("summary").startswith("The SEV1 incident")
        await room.presses("y")
        room.shows("Only a draft from the log can be accepted")
        await room.presses("backspace", "enter", "ctrl+s")
        room.shows("Nothing was changed.")


async def test_enter_right_behind_a_taken_draft_edits_what_was_taken(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        with slow_disk(tmp_path):
            for key in ("y", "enter", "enter", "a", "b"):
                room.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await room.pilot.pause()
            assert room.page.editing == ""
        await room.settles()
        await room.until(lambda: room.page.area.text.endswith("ab"))
        await room.presses("ctrl+s")
        room.shows("Saved.")
        assert room.written("summary").startswith("The SEV1 incident")
        assert room.written("summary").endswith("ab")


async def test_an_empty_text_goes_back_to_the_draft(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.presses("y", "enter", "enter")
        await room.writes("")
        await room.presses("ctrl+s")
        room.shows("Reset to the draft from the log.", "Draft from the log")


async def test_what_another_console_writes_appears(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.goes_to("root_cause")
        text = "The pool had no limit."
        elsewhere(tmp_path, room, "ana", EditPostmortem(actor="ana", section="root_cause", text=text))
        await room.until_it_shows(text)
        room.shows("ana, 2026-11-21", "1 of 16 sections written")


async def test_two_who_write_the_same_section_lose_nothing(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.goes_to("root_cause")
        await room.presses("enter")
        await room.writes("It was the load.")
        command = EditPostmortem(actor="ana", section="root_cause", text="It was the pool.")
        elsewhere(tmp_path, room, "ana", command)
        await room.until_it_shows("ana has just written this section too")
        assert room.page.area.text == "It was the load."
        await room.presses("ctrl+s")
        room.shows("ana wrote this section meanwhile", "It was the pool.", "It was the load.", "≠", "twice")

        await room.presses("enter")
        assert room.page.area.text == "It was the pool.\n\nIt was the load."
        await room.writes("It was the pool under load.")
        await room.presses("ctrl+s")
        room.shows("It was the pool under load.", "Saved.")
        room.hides("twice")


async def test_blame_is_pointed_out_with_another_wording_while_one_writes(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.goes_to("root_cause")
        await room.presses("enter")
        room.shows("which condition had to be there")
        await room.writes("mo forgot to raise the limit.")
        await room.until_it_shows("▲")
        room.shows("mo", "forgot", "checklist had no step for")
        await room.writes("The limit was not in the checklist.")
        await room.until(lambda: "▲" not in room.text())


async def test_the_five_whys_ask_on_from_each_answer(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.presses("w", "enter", "ctrl+s")
        room.shows("Five whys", "Why did it happen: Checkout errors?", "Begin with the first why")
        await room.presses(*"pool", "tab")
        room.shows("Why: pool?")
        await room.presses("tab", *"limit", "ctrl+s")
        room.shows("Answer why 2, too, or empty the ones below it.")
        await room.presses(*"load", "ctrl+s")
        assert room.written("whys") == "1. pool\n2. load\n3. limit"
        room.shows("1. Why did it happen: Checkout errors? pool", "3. Why: load? limit")


async def test_an_action_item_is_added_checked_changed_and_done(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.presses("a", "enter")
        room.app.screen.query_one("#field-text", Input).value = "improve monitoring"
        await room.settles()
        room.shows("Nobody owns it.")
        await room.presses("ctrl+s")
        (item,) = action_items_of(room.state)
        assert (item.text, item.owner, item.priority) == ("improve monitoring", "", "P1")
        room.shows("ACTION ITEMS", "improve monitoring", "nobody", "1 action item open")

        await room.presses("enter", "enter", "tab", *"rs", "enter")
        assert action_items_of(room.state)[0].owner == "rs"
        await room.presses("d", "enter", "enter")
        assert action_items_of(room.state)[0].done_at is not None
        room.shows("0 action items open", "✓")
        await room.presses("d")
        room.shows("is done already")


async def test_an_overdue_action_item_is_red_with_a_shape_and_a_word(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        due = room.clock.now + timedelta(hours=1)
        elsewhere(tmp_path, room, "ana", AddAction(actor="ana", text="Add an alert on pool use", due_at=due))
        await room.until_it_shows("1 action item open")
        room.clock.passes(hours=2)
        room.page.show_state()
        await room.pilot.pause()
        room.shows("■ 1 overdue")


async def test_the_owner_and_the_way_to_final_with_what_is_missing(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.goes_to("review")
        room.shows("What a final one still lacks", "Nobody owns the postmortem.", "There is no action item.")
        await room.presses("v", "enter")
        room.shows("IN REVIEW")
        await room.presses("v", "enter")
        room.shows("A final postmortem has an owner")
        await room.presses("escape", "o", "enter", "enter")
        room.shows("owner mo")
        await room.presses("v")
        room.shows("Missing before it can be final:", "There is no action item.")
        await room.presses("enter")
        assert postmortem_of(room.state).review.value == "final"

        await room.goes_to("summary")
        await room.presses("enter")
        room.shows("The postmortem is final; v sets it back to draft")
        assert room.page.editing == ""


async def test_a_text_that_was_refused_stays_where_it_is(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.presses("enter")
        await room.writes("Too late.")
        elsewhere(tmp_path, room, "ana", AssignPostmortem(actor="ana", person="ana"))
        elsewhere(tmp_path, room, "ana", ReviewPostmortem(actor="ana", state="final"))
        await room.until(lambda: postmortem_of(room.state).review.value == "final")
        await room.presses("ctrl+s")
        room.shows("The postmortem is final", "Your text is still here.")
        assert room.page.area.text == "Too late."


async def test_the_export_writes_two_new_files_and_replaces_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with postmortem_screen(tmp_path) as room:
        await room.presses("x", "enter")
        await room.until_it_shows("Written to")
        await room.presses("x", "enter")
        stem, folder = f"{room.ref}-postmortem", tmp_path / "exports"
        assert sorted(path.name for path in folder.glob("*postmortem*")) == sorted(
            [f"{stem}.md", f"{stem}.html", f"{stem}-2.md", f"{stem}-2.html"]
        )
        assert (folder / f"{stem}.md").read_text().startswith(f"# Postmortem {room.ref}")
        assert "<svg" in (folder / f"{stem}.html").read_text()


async def test_a_read_only_console_reads_and_says_why_it_cannot_write(tmp_path: Path) -> None:
    ref = declared(tmp_path / "warroom.db", Clock())
    async with postmortem_screen(tmp_path, read_only=True, ref=ref) as room:
        for key in ("enter", "y", "w", "a", "d", "o", "v"):
            room.page.say("")
            await room.presses("backspace", key)
            room.shows("This console is read-only")


async def test_hostile_text_is_shown_as_it_is(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.goes_to("impact")
        await room.presses("enter")
        await room.writes("")
        room.page.area.post_message(events.Paste("[/x] [@click=app.quit]no[/]\x1b]52;c;eA==\x07 <b>"))
        await room.pilot.pause()
        await room.presses("ctrl+s")
        room.shows("[/x] [@click=app.quit]no[/] <b>")
        elsewhere(tmp_path, room, "[/b]", AddAction(actor="[/b]", text="[/x] [red]", owner="[@click]"))
        await room.goes_to("actions")
        await room.until_it_shows("[/x] [red]")


async def test_an_editor_needs_a_terminal_and_what_it_gave_is_saved_or_kept(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.presses("e", "enter")
        room.shows("cannot open an editor")
        path = tmp_path / "kept" / "text.md"
        path.parent.mkdir()
        path.write_text("From vim.")
        await room.page.acts.save_edited("lessons", Edited("From vim.", path), "")
        assert room.written("lessons") == "From vim."
        assert not path.exists()

        path.parent.mkdir()
        path.write_text("From vim.")
        await room.page.acts.save_edited("lessons", Edited("From vim.", path), "")
        assert path.exists()
        room.shows("your text is kept in")


@pytest.mark.parametrize("size", [(80, 24), (200, 60), (60, 15)])
async def test_every_size_is_usable(tmp_path: Path, size: tuple[int, int]) -> None:
    async with postmortem_screen(tmp_path, size=size) as room:
        room.shows("Summary", "draft", "Enter", "edit", "? help", "Esc back")
        await room.presses("enter")
        await room.writes("Words.")
        await room.presses("ctrl+s")
        assert room.written("summary") == "Words."


async def test_a_wide_screen_shows_what_happened_beside_it(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path, size=(200, 60)) as room:
        elsewhere(tmp_path, room, "ana", LogEntry(actor="ana", text="rolled back to v2.3.3"))
        await room.until_it_shows("rolled back to v2.3.3")
        room.shows("SUMMARY", "Declared SEV1: Checkout errors")


async def test_help_tells_every_key_and_escape_goes_back(tmp_path: Path) -> None:
    # What does not fit is scrolled to.
    async with postmortem_screen(tmp_path, size=(120, 40)) as room:
        await room.presses("question_mark")
        room.shows(*(act.help[:30] for act in acts_of("postmortem") if act.bar))
        await room.presses("escape", "escape")
        assert not any(isinstance(screen, PostmortemScreen) for screen in room.app.screen_stack)


async def test_the_room_says_where_two_texts_are_made_one(tmp_path: Path) -> None:
    async with postmortem_screen(tmp_path) as room:
        await room.presses("enter")
        await room.writes("It was the load.")
        elsewhere(tmp_path, room, "ana", EditPostmortem(actor="ana", section="summary", text="It was the pool."))
        await room.until_it_shows("ana has just written")
        await room.presses("ctrl+s", "escape")
        room.shows("postmortem summary: It was the pool. (ana", "P settles it")
        await room.presses("escape", "P", "enter")
        assert room.page.is_current
