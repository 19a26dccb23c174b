"""Whom to call, in the room: contacts and the path of escalation, who was paged when, and the answer."""

from pathlib import Path

from console.core.subjects.page import EndPage, PageSomebody, last_pages
from tests.app.driver import Room, console


def outcomes(room: Room) -> dict[str, str]:
    return {page.text: page.outcome for page in last_pages(room.state)}


async def test_one_key_shows_whom_to_call_and_enter_pages_them(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("escape", "E")
        room.shows("CONTACTS", "Database on-call", "PATH OF ESCALATION", "The lead of the team")
        await room.presses("enter")
        await room.until(lambda: "Enter logs: Paged Database on-call" in " ".join(room.text().split()))
        await room.presses(*"lee", "tab", *"phone", "enter")
        assert room.last.text == "Paged lee (Database on-call) by phone"
        await room.ticks(minutes=4)
        await room.presses("escape", "E")
        room.shows("lee paged 4m ago by phone, no answer yet")
        room.hides("page them next")


async def test_enter_on_who_is_waited_for_logs_the_answer(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/page Database on-call by pager")
        await room.presses("escape", "E", "enter", *"on the way", "tab", *"10m", "enter")
        assert "Database on-call answered the page, ETA" in room.last.text
        assert room.last.text.endswith(": on the way")
        await room.presses("escape", "E")
        room.shows("answered just now, ETA")


async def test_the_next_on_the_path_is_marked_once_nobody_answered_in_time(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/role ic ana")
        await room.logs("/page @bo by phone")
        await room.presses("escape", "E")
        room.hides("page them next")
        await room.ticks(minutes=6)
        await room.until(lambda: "page them next" in room.text())
        room.shows("☞ No progress after 30 minutes", "paged 6m ago by phone, no answer yet")


async def test_the_advice_opens_the_form_filled_in(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/role ic ana")
        await room.logs("/page @bo by phone")
        await room.logs("/no-answer bo")
        room.shows("☞ bo did not answer: page the lead of the team")
        await room.presses("escape", "w", "enter")
        await room.until(lambda: "Page somebody" in room.text())
        await room.presses("enter")
        assert room.last.text.startswith("Paged the lead of the team that owns the service")
        room.hides("bo did not answer")


async def test_what_another_console_logs_stands_in_the_open_list(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("escape", "E", "down")
        await room.app.session.submit(room.ref, PageSomebody(actor="al", who="kim", way="chat"))
        await room.ticks(seconds=1)
        await room.until(lambda: "ALSO PAGED" in room.text())
        await room.app.session.submit(room.ref, EndPage(actor="al", page="kim", outcome="declined"))
        await room.ticks(seconds=1)
        await room.until(lambda: "declined just now" in room.text())
        # The row that was chosen still is.
        await room.presses("enter")
        await room.until(lambda: "Paged Network on-call" in room.text())


async def test_a_line_typed_over_the_list_is_kept_for_the_prompt(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        events = room.state.events
        await room.presses("escape", "E")
        await room.keys_in("page the dba now")
        await room.presses("enter", "escape")
        assert room.line.endswith("page the dba now")
        assert room.state.events == events


async def test_a_read_only_console_shows_whom_to_call_and_logs_nothing(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as room:
        await room.presses("escape", "E")
        room.shows("Database on-call")
        await room.presses("enter")
        room.shows("read-only")
        assert outcomes(room) == {}
