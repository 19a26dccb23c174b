"""Stories of the board: what stands there, in which order, and what appears on it by itself."""

import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.geometry import Region

from console.app import reading
from console.app.board.incident_list import IncidentList, changed_cells
from console.app.board.screen import BoardScreen
from console.app.main import PRACTICE, WarroomApp, open_log
from console.app.room.screen import RoomScreen
from console.app.session import Session
from console.app.widgets.big_digits import big
from console.core.subjects.change import ClaimChange
from console.core.subjects.declaration import DeclareIncident, DescribeImpact
from console.core.subjects.entry import LogEntry
from console.core.subjects.handoff import AcceptHandoff, OfferHandoff
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.undo import Undo
from console.store import Log
from console.store.ledger import Ledger
from console.store.sqlite import sqlite3
from tests.app.driver import Clock, Room, standard_playbook

Board = Room
"""The driver reads the screen of a board as it does that of a room."""


@asynccontextmanager
async def board(folder: Path, clock: Clock | None = None, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Board]:
    """A console on the log in `folder`, once the log is read."""
    clock = clock or Clock()
    with Log.open(folder / "warroom.db") as log:
        session = Session(Ledger(log, actor="mo", clock=clock), zone=UTC)
        app = WarroomApp(session, reading_s=0.0)
        async with app.run_test(size=size) as pilot:
            seen = Board(app, pilot, clock, "")
            await pilot.pause()
            await seen.settles()
            yield seen


def declare(
    folder: Path,
    title: str,
    severity: str = "SEV1",
    *,
    clock: Clock | None = None,
    drill: bool = False,
    also: Callable[[Ledger, str], object] = lambda ledger, ref: None,
) -> str:
    """Declare an incident as another process does, with a connection of its own; its reference."""
    with Log.open(folder / "warroom.db") as log:
        ledger = Ledger(log, actor="ana", clock=clock or Clock())
        command = DeclareIncident(actor="ana", title=title, severity=severity, drill=drill)
        ref = ledger.declare(command, standard_playbook())
        also(ledger, ref)
        return ref


def withdraw(ledger: Ledger, ref: str) -> None:
    """Declared by mistake: an undo of the declaration."""
    ledger.execute(ref, Undo(actor="ana", entry=ledger.state(ref).declared_id))


def close(ledger: Ledger, ref: str) -> None:
    ledger.execute(ref, MoveStage(actor="ana", stage="closed", override="False alarm: nobody was affected"))


def spoil(path: Path, ref: str) -> None:
    """Damage an incident's declaration on the disk."""
    connection = sqlite3.connect(str(path))
    with connection:
        (trigger,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'event_no_update'").fetchone()
        connection.execute("DROP TRIGGER event_no_update")
        connection.execute("UPDATE event SET occurred_at = 'once' WHERE incident = ?", (ref,))
        connection.execute(trigger)
    connection.close()


def order(seen: Board, *words: str) -> list[str]:
    """The words in the order in which they stand on the screen, from the top."""
    page = seen.text()
    return sorted(words, key=page.index)


async def test_an_empty_board_offers_to_declare_and_to_practise(tmp_path: Path) -> None:
    async with board(tmp_path) as seen:
        seen.shows(
            "All quiet",
            "Press d Enter to declare",
            "Press p Enter to step into a practice incident",
            "no open incident",
        )
        await seen.presses("d", "enter")
        seen.shows("Declare an incident")


async def test_p_ends_this_console_for_the_practice(tmp_path: Path) -> None:
    async with board(tmp_path) as seen:
        await seen.pilot.press("p", "enter")
        await seen.pilot.pause()
    assert seen.app.return_code == PRACTICE


async def test_an_incident_shows_what_it_is_who_leads_what_it_owes_and_what_happened_last(tmp_path: Path) -> None:
    clock = Clock()

    def also(ledger: Ledger, ref: str) -> None:
        ledger.execute(ref, LogEntry(actor="ana", text="node 3 restarted", kind="action"))

    ref = declare(tmp_path, "Checkout errors", clock=clock, also=also)
    clock.passes(minutes=10, seconds=5)
    async with board(tmp_path, clock) as seen:
        seen.shows("1 open", "SEV1", ref, "Checkout errors", "▶ DECLARED 10m", "open 10m05s", "no IC")
        seen.shows("NEXT  first public post", "due 14:15", "to public", *big("4m55s"))
        seen.shows("14:00 › node 3 restarted  ana", "2 entries last hour")
        await seen.ticks(minutes=6)
        seen.shows("■ OVERDUE  first public post", "1 thing overdue", "was due 14:15", "╺╋╸")


async def test_the_worst_stands_first_then_the_newest_and_drills_last(tmp_path: Path) -> None:
    clock = Clock()
    for title, severity, drill in (
        ("Old and bad", "SEV1", False), ("Practising", "SEV0", True), ("Slow", "SEV3", False), ("New", "SEV1", False),
    ):  # fmt: skip
        declare(tmp_path, title, severity, clock=clock, drill=drill)
        clock.passes(minutes=1)
    async with board(tmp_path, clock) as seen:
        titles = ("Old and bad", "Practising", "Slow", "New")
        assert order(seen, *titles) == ["New", "Old and bad", "Slow", "Practising"]
        seen.shows("4 open", "DRILL")


async def test_what_is_overdue_stands_above_what_owes_nothing_yet_whatever_the_severity(tmp_path: Path) -> None:
    clock = Clock()
    declare(tmp_path, "Slow", "SEV2", clock=clock)
    clock.passes(minutes=58)
    declare(tmp_path, "Worse and new", "SEV1", clock=clock)
    async with board(tmp_path, clock) as seen:
        assert order(seen, "Slow", "Worse and new") == ["Slow", "Worse and new"]
        seen.shows("overdue")


async def test_the_cursor_begins_on_the_most_urgent_incident_whichever_is_read_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One at a time.
    monkeypatch.setattr(reading, "SLICE_S", 0.0)
    refs = [declare(tmp_path, f"number {n}", severity) for n, severity in enumerate(("SEV3", "SEV1", "SEV2"))]
    async with board(tmp_path) as seen:
        assert seen.app.screen.query_one(IncidentList).selected == refs[1]
        await seen.presses("enter")
        seen.shows("number 1")


async def test_a_cursor_that_is_moved_while_incidents_are_read_stays(tmp_path: Path) -> None:
    refs = [declare(tmp_path, f"number {n}", severity) for n, severity in enumerate(("SEV3", "SEV1"))]
    async with board(tmp_path) as seen:
        listed, ledger = seen.app.screen.query_one(IncidentList), seen.app.session.ledger
        states = {ref: ledger.state(ref) for ref in refs}
        anew = IncidentList(ledger.owed, UTC, "mo")
        await seen.app.screen.mount(anew)
        anew.show([states[refs[0]]], [], seen.clock(), whole=False)
        anew.move(0)
        anew.show([states[refs[1]], states[refs[0]]], [], seen.clock())
        assert (listed.selected, anew.selected) == (refs[1], refs[0])


async def test_a_worse_severity_moves_an_incident_up_under_a_still_cursor(tmp_path: Path) -> None:
    declare(tmp_path, "Bad", "SEV1")
    ref = declare(tmp_path, "Slow", "SEV3")
    async with board(tmp_path) as seen:
        listed = seen.app.screen.query_one(IncidentList)
        await seen.presses("down")
        assert listed.selected == ref
        raised = ChangeSeverity(actor="ana", severity="SEV0", reason="all of it is down")
        await seen.app.session.submit(ref, raised)
        await seen.settles()
        assert order(seen, "Bad", "Slow") == ["Slow", "Bad"]
        assert listed.selected == ref


async def test_what_another_process_declares_appears_without_taking_the_cursor(tmp_path: Path) -> None:
    first = declare(tmp_path, "Slow search", "SEV3")
    async with board(tmp_path) as seen:
        declare(tmp_path, "Checkout errors", "SEV0")
        await seen.until(lambda: "Checkout errors" in seen.text())
        seen.shows("2 open", "Slow search")
        assert seen.app.screen.query_one(IncidentList).selected == first


async def test_enter_opens_the_chosen_room_and_q_comes_back_to_it(tmp_path: Path) -> None:
    declare(tmp_path, "Bad", "SEV1")
    ref = declare(tmp_path, "Slow", "SEV3")
    async with board(tmp_path) as seen:
        await seen.presses("down", "enter")
        assert isinstance(seen.app.screen, RoomScreen)
        assert seen.app.screen.ref == ref
        below = seen.app.screen_stack[-2]
        assert isinstance(below, BoardScreen)
        assert not below.is_current, "a board that nobody sees would paint the room anew each second"
        await seen.presses("escape", "q", "enter")
        assert isinstance(seen.app.screen, BoardScreen)
        assert seen.app.screen.query_one(IncidentList).selected == ref


@pytest.mark.parametrize("lines", [("payments fail",), ("payments fail", "since ten", "no, since nine")])
async def test_lines_typed_on_the_board_wait_in_the_room_that_is_opened_next(
    tmp_path: Path, lines: tuple[str, ...]
) -> None:
    declare(tmp_path, "Bad", "SEV1")
    async with board(tmp_path) as seen:
        for line in lines:
            await seen.presses(*line, "enter")
            assert isinstance(seen.app.screen, BoardScreen)
        # The second Enter was meant for nothing that is in the room.
        await seen.presses("enter", "enter")
        room = seen.app.screen
        assert isinstance(room, RoomScreen)
        assert room.state.entries[-1].text == "Declared SEV1: Bad"
        if len(lines) > 1:
            await seen.presses("up")
        else:
            assert room.prompt.line == lines[0]
        await seen.presses("enter")
        assert room.state.entries[-1].text == "\n".join(lines)
        # Typed here once more it is a line like any other.
        await seen.presses(*lines[0], "enter")
        assert [entry.text for entry in room.state.entries[-2:]] == ["\n".join(lines), lines[0]]


async def test_closed_incidents_stand_below_and_open_too(tmp_path: Path) -> None:
    ref = declare(tmp_path, "Over and done", also=withdraw)
    closed = declare(tmp_path, "Yesterday's", also=close)
    async with board(tmp_path) as seen:
        seen.shows("All quiet", "CLOSED AND IMPORTED", closed, "Yesterday's")
        seen.hides(ref)
        await seen.presses("enter")
        assert isinstance(seen.app.screen, RoomScreen)
        assert seen.app.screen.ref == closed


async def test_an_incident_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    good = declare(tmp_path, "Checkout errors")
    bad = declare(tmp_path, "Slow search")
    spoil(tmp_path / "warroom.db", bad)
    async with board(tmp_path) as seen:
        seen.shows("2 open", good, "Checkout errors", bad, "Slow search", "damaged;")
        assert seen.app.return_code is None


async def test_what_the_file_has_lost_stands_on_the_board_at_every_opening(tmp_path: Path) -> None:
    ref = declare(tmp_path, "Checkout errors")
    os.truncate(tmp_path / "warroom.db", 0)
    for _ in range(2):
        async with board(tmp_path) as seen:
            seen.shows("1 logged entry is missing from this file", ref)


async def test_a_file_that_is_not_safe_to_write_is_opened_for_reading(tmp_path: Path) -> None:
    ref = declare(tmp_path, "Checkout errors")
    connection = sqlite3.connect(str(tmp_path / "warroom.db"))
    with connection:
        connection.execute("DROP TRIGGER event_no_delete")
    connection.close()
    log, reason = open_log(tmp_path / "warroom.db", read_only=False)
    with log:
        assert log.read_only
        assert "event_no_delete is missing" in reason
        session = Session(Ledger(log, actor="mo", clock=Clock()), zone=UTC, read_only=True)
        session.damage = reason
        app = WarroomApp(session, reading_s=0.0)
        async with app.run_test(size=(120, 36)) as pilot:
            seen = Board(app, pilot, Clock(), "")
            await pilot.pause()
            await seen.settles()
            seen.shows(ref, "Checkout errors", "event_no_delete")


async def test_damage_to_a_kept_state_is_never_seen(tmp_path: Path) -> None:
    def also(ledger: Ledger, ref: str) -> None:
        for n in range(250):
            ledger.execute(ref, LogEntry(actor="ana", text=f"line {n}"))

    ref = declare(tmp_path, "Checkout errors", also=also)
    async with board(tmp_path) as seen:
        seen.shows(ref, "line 249")
    kept = sqlite3.connect(str(tmp_path / "warroom.db"))
    with kept:
        assert kept.execute("UPDATE snapshot SET state = zeroblob(length(state))").rowcount == 1
    kept.close()
    async with board(tmp_path) as seen:
        seen.shows(ref, "line 249")


def heights(seen: Board) -> list[int]:
    """The lines of each card, the blank one behind it included."""
    listed = seen.app.screen.query_one(IncidentList)
    return [listed.end_of(row) - top for row, top in enumerate(listed.tops)]


async def test_one_incident_fills_the_screen_a_few_share_it_and_of_many_the_selected_one_is_larger(
    tmp_path: Path,
) -> None:
    declare(tmp_path, "First", "SEV2")
    async with board(tmp_path) as seen:
        (whole,) = heights(seen)
        assert whole == seen.app.screen.query_one(IncidentList).size.height
        for title in ("Second", "Third"):
            declare(tmp_path, title, "SEV2")
        await seen.until(lambda: "3 open" in seen.text())
        assert sum(heights(seen)) == whole
        assert max(heights(seen)) - min(heights(seen)) <= 1
        for number in range(9):
            declare(tmp_path, f"More {number}", "SEV2")
        await seen.until(lambda: "12 open" in seen.text())
        listed = seen.app.screen.query_one(IncidentList)
        at = listed.selected_row
        assert at is not None
        assert heights(seen) == [2] * at + [whole - 2 * 11] + [2] * (11 - at)
        await seen.presses("home", "down")
        assert heights(seen)[1] == whole - 2 * 11


async def test_a_card_says_what_is_in_flight_who_leads_and_what_they_know(tmp_path: Path) -> None:
    clock = Clock()

    def also(ledger: Ledger, ref: str) -> None:
        ledger.execute(ref, AssignRole(actor="ana", role="ic", person="rs"))
        ledger.execute(ref, DescribeImpact(actor="ana", text="a fifth of the payments fail"))
        clock.passes(minutes=4)
        ledger.execute(ref, MoveStage(actor="ana", stage="investigating"))
        ledger.execute(ref, ClaimChange(actor="lee", text="roll back checkout", rollback="deploy it again"))
        ledger.execute(ref, ClaimChange(actor="kim", text="drain eu-west", despite=True))

    declare(tmp_path, "Checkout errors", clock=clock, also=also)
    for _ in range(8):
        declare(tmp_path, "Another", "SEV3", clock=clock)
    clock.passes(minutes=6)
    async with board(tmp_path, clock) as seen:
        seen.shows("± IN FLIGHT 6m  roll back checkout  lee", "± IN FLIGHT 6m  drain eu-west  kim, no rollback plan")
        seen.shows("IC rs", "Declared 4m ━ ▶ INVESTIGATING 6m ─ Mitigating", "a fifth of the payments fail")
        await seen.presses("down")
        seen.shows("± 2 in flight", "INVESTIGATING  open 10m00s  IC rs")


async def test_a_small_card_names_what_is_owed_and_all_of_a_change(tmp_path: Path) -> None:
    clock = Clock()

    def also(ledger: Ledger, ref: str) -> None:
        text = "Roll back the driver on web-1 to web-40"
        ledger.execute(ref, ClaimChange(actor="lee", text=text, rollback="deploy it again"))
        ledger.execute(ref, AddTask(actor="ana", text="watch the error rate", owner="rui", due_in=timedelta(minutes=5)))

    declare(tmp_path, "Checkout errors", clock=clock, also=also)
    for _ in range(2):
        declare(tmp_path, "Another", clock=clock)
    clock.passes(minutes=20)
    async with board(tmp_path, clock, size=(80, 24)) as seen:
        seen.shows("■ +5m00s  first public post", "■ +15m00s  watch the error rate", "next 10m00s  ", "more owed")
        seen.shows("± IN FLIGHT 20m  lee", "│ Roll back the driver on web-1 to web-40")


async def test_what_is_offered_to_whoever_sits_here_stands_in_front(tmp_path: Path) -> None:
    clock = Clock()
    declare(tmp_path, "Worse", "SEV0", clock=clock)

    def also(ledger: Ledger, ref: str) -> None:
        ledger.execute(ref, OfferHandoff(actor="ana", person="mo"))

    ref = declare(tmp_path, "Slow", "SEV3", clock=clock, also=also)
    async with board(tmp_path, clock) as seen:
        assert order(seen, "Slow", "Worse") == ["Slow", "Worse"]
        seen.shows("⇄ Command is offered to you: open the incident, Alt+y accepts.", "no IC ⇄ mo")
        await seen.app.session.submit(ref, AcceptHandoff(actor="mo"))
        await seen.settles()
        assert order(seen, "Slow", "Worse") == ["Worse", "Slow"]
        seen.hides("offered to you")


async def test_a_click_on_a_card_opens_that_one(tmp_path: Path) -> None:
    declare(tmp_path, "Bad", "SEV1")
    ref = declare(tmp_path, "Slow", "SEV3")
    async with board(tmp_path) as seen:
        await seen.pilot.click(IncidentList, offset=(40, heights(seen)[0] + 5))
        await seen.settles()
        assert isinstance(seen.app.screen, RoomScreen)
        assert seen.app.screen.ref == ref


@pytest.mark.drawn
@pytest.mark.parametrize("size", [(30, 8), (40, 12), (80, 24), (95, 30), (200, 60)])
@pytest.mark.parametrize("count", [1, 7])
async def test_a_card_has_room_at_every_size(tmp_path: Path, size: tuple[int, int], count: int) -> None:
    clock = Clock()
    for number in range(count):
        declare(tmp_path, f"Number {number} 電話" * 5, "SEV1", clock=clock)
    clock.passes(minutes=50)
    async with board(tmp_path, clock, size) as seen:
        seen.shows("■", "SEV1", "INC-", "no IC")
        listed = seen.app.screen.query_one(IncidentList)
        width = listed.scrollable_content_region.width
        assert {listed.render_line(line).cell_length for line in range(listed.size.height)} == {width}


def test_only_cells_that_changed_are_painted_anew() -> None:
    before = [("▶ MITIGATING  ", "stage"), ("4m12s", "strong"), (" 15:04", "muted")]
    assert changed_cells(before, before) == (0, 0)
    assert changed_cells(before, [before[0], ("4m11s", "strong"), before[2]]) == (14, 19)
    assert changed_cells(before, [before[0], ("4m12s", "overdue"), before[2]]) == (14, 19)
    assert changed_cells(before, [before[0], ("+0s", "overdue"), before[2]]) == (14, 25)
    assert changed_cells([], before) == (0, 25)
    assert changed_cells([("aa", "text"), ("a", "text")], [("a", "text"), ("a", "text")]) == (0, 3)


async def test_a_second_paints_no_more_than_what_counts(tmp_path: Path) -> None:
    clock = Clock()
    declare(tmp_path, "Checkout errors", clock=clock)
    clock.passes(seconds=5)
    async with board(tmp_path, clock) as seen:
        listed = seen.app.screen.query_one(IncidentList)
        lines = [listed.render_line(line).text for line in range(listed.size.height)]
        painted: list[Region] = []
        with patch.object(listed, "refresh", lambda *regions, **how: painted.extend(regions)):
            clock.passes(seconds=1)
            listed.tick(clock.now)
        now = [listed.render_line(line).text for line in range(listed.size.height)]
        differing = {
            (column, line)
            for line, (old, new) in enumerate(zip(lines, now, strict=True))
            for column, pair in enumerate(zip(old, new, strict=True))
            if pair[0] != pair[1]
        }
        assert differing
        assert all(any(region.contains(*cell) for region in painted) for cell in differing)
        assert sum(region.area for region in painted) < listed.size.area / 20


async def test_twenty_incidents_fit_in_two_lines_each_and_the_rest_scrolls(tmp_path: Path) -> None:
    for n in range(20):
        declare(tmp_path, f"Number {n:02}", "SEV2")
    async with board(tmp_path, size=(80, 24)) as seen:
        seen.shows("20 open", "escalate, no progress 30m00s 14:30")
        shown = [n for n in range(20) if f"Number {n:02}" in seen.text()]
        assert len(shown) >= 9
        await seen.presses("end")
        assert [n for n in range(20) if f"Number {n:02}" in seen.text()] != shown


class SlowLog(Log):
    """A log on a disk that answers when the story says so."""

    answers = threading.Event()

    def incidents(self) -> list[str]:
        self.answers.wait()
        return super().incidents()


async def test_a_slow_disk_keeps_nobody_from_the_board(tmp_path: Path) -> None:
    declare(tmp_path, "Checkout errors")
    SlowLog.answers.clear()
    with SlowLog.open(tmp_path / "warroom.db") as log:
        app = WarroomApp(Session(Ledger(log, actor="mo", clock=Clock()), zone=UTC), reading_s=0.0)
        async with app.run_test(size=(120, 36)) as pilot:
            seen = Board(app, pilot, Clock(), "")
            seen.shows("Warroom", "reading the log", "? help")
            seen.hides("All quiet", "Checkout errors")
            SlowLog.answers.set()
            await seen.settles()
            seen.shows("1 open", "Checkout errors")
            seen.hides("reading")
