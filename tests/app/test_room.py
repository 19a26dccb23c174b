"""Stories of the room: logging, refusals, drafts, two consoles on one file."""

import random
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from console.app.acts import ACTS
from console.app.dialogs.paste import PasteDialog
from console.app.registry import bindings, key_table
from console.app.widgets.cell import Cell
from console.app.widgets.panels import Panels
from console.app.widgets.timeline import Timeline
from console.core.log.decide import decide
from console.core.log.slash import SLASH_WORDS, typed_command
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.entry import LogEntry
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import START, Clock, console, declared


async def test_a_line_and_enter_is_a_logged_entry(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("first customer report")
        assert room.line == ""
        assert room.last.text == "first customer report"
        room.shows("SEV1", room.ref, "Checkout errors", "first customer report", "OWED", "ROLES", "saved")


@pytest.mark.rule("Standard: A hypothesis of the cause is formed")
async def test_markers_and_times(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for line, kind, minutes_ago in [
            ("just so", "note", 0),
            ("! roll back to v2.3.3", "decision", 0),
            ("> rollback started", "action", 0),
            ("-4m * errors fall", "finding", 4),
            ("13:50 ? the pool is too small", "hypothesis", 10),
            ("/at 13:30 deploy finished", "note", 30),
        ]:
            before = len(room.state.entries)
            await room.logs(line)
            assert len(room.state.entries) == before + 1, line
            entry = next(entry for entry in room.state.entries if entry.text and entry.text in line)
            assert (entry.kind, START - entry.occurred_at) == (kind, timedelta(minutes=minutes_ago)), line


async def test_the_hint_says_what_enter_will_do(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("-4m ! roll back")
        assert "logs a decision at 13:56, 4m ago, before the incident's first entry, as mo" in room.hint
        room.shows("logs a decision at 13:56, 4m ago, before the incident's first entry, as mo")


async def test_the_hint_names_the_moment_as_it_passes_and_a_time_that_stays(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("restarted at 13:40")
        room.shows("logs a note now, 14:00 · “13:40” stays in the text · as mo")
        room.clock.passes(minutes=2)
        room.app.pass_second()
        await room.pilot.pause()
        room.shows("logs a note now, 14:02 · “13:40” stays in the text · as mo")


async def test_slash_words(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/sev SEV0 everything fails")
        await room.logs("/role ic ana")
        await room.logs("/task @rs 10m look at the replica")
        await room.logs("/impact a third of the checkouts fail")
        assert room.state.severity.value == "SEV0"
        room.shows("SEV0", "IC ana", "look at the replica", "a third of the checkouts fail")


async def test_enter_is_answered_by_what_was_logged(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("-4m ! roll back")
        assert room.hint == "Logged at 13:56: roll back"
        await room.logs("/undo")
        assert room.hint == "Undone: roll back"
        await room.types("x")
        assert "Undone" not in room.hint


async def test_filter_takes_its_words_from_the_line(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("! no deploys #freeze")
        await room.logs("replica lag #db")
        await room.logs("/filter #db")
        room.shows("replica lag", "only #db")
        room.hides("no deploys")
        await room.logs("/filter decision")
        room.shows("no deploys")
        room.hides("replica lag")
        await room.logs("/filter off")
        room.shows("no deploys", "replica lag")


async def test_undo_takes_the_entry_that_is_selected_also_of_somebody_else(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for text in ("theirs", "theirs as well"):
            await room.app.session.submit(room.ref, LogEntry(actor="ana", text=text))
        await room.presses("escape", "up", "x")
        assert "undoes “theirs” by ana" in room.hint
        await room.presses("enter")
        assert [entry.text for entry in room.state.entries if entry.undone] == ["theirs"]


async def test_undo_is_of_the_entry_that_was_named_whatever_has_arrived(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("a mistake")
        await room.presses("alt+x")
        await room.app.session.submit(room.ref, LogEntry(actor="mo", text="meanwhile"))
        await room.presses("enter")
        assert [entry.text for entry in room.state.entries if entry.undone] == ["a mistake"]


async def test_the_answer_to_a_line_of_yesterday_names_the_day(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("15:30 the first report")
        assert "15:30 is still to come: it is taken as 15:30 yesterday, 22h ago." in room.hint
        await room.presses("enter")
        assert "Logged at 2026-11-20 15:30" in room.hint
        await room.logs("13:30 the second")
        assert "Logged at 13:30" in room.hint


async def test_escape_leaves_for_single_keys_and_i_returns(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("half a li")
        await room.presses("escape")
        assert room.screen.timeline.has_focus
        room.shows("KEYS")
        await room.presses("i", "enter")
        assert room.screen.prompt.input.has_focus
        assert room.line == "half a li"


async def test_up_brings_earlier_lines_and_down_the_one_being_typed(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("first")
        await room.logs("second")
        await room.types("third")
        await room.presses("up", "up")
        assert room.line == "first"
        await room.presses("down", "down")
        assert room.line == "third"


async def test_a_paste_of_many_lines_asks_and_logs_each_with_its_time(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("13:30 deploy finished\n- 13:32 * error rate up\n\nno time here\n")
        room.shows("An entry for each line (3)")
        await room.presses("2")
        room.shows("logs 1 finding and 2 notes; 2 with a time of their own")
        await room.presses("enter")
        texts = {entry.text: entry.occurred_at for entry in room.state.entries}
        assert START - texts["deploy finished"] == timedelta(minutes=30)
        assert START - texts["error rate up"] == timedelta(minutes=28)
        assert texts["no time here"] == START


async def test_a_paste_that_waits_is_no_obstacle_to_lines_and_a_console_that_ends_loses_neither(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("one\ntwo")
        await room.presses("escape")
        await room.logs("a line meanwhile")
        assert room.last.text == "a line meanwhile"
        await room.types("half a li")
        assert room.hint.startswith("Enter logs a note")
    async with console(tmp_path, ref=room.ref) as room:
        room.hides("Pasted into")
        assert room.line == "half a li"
        assert room.hint.startswith("Enter logs a note")
        await room.logs("ne")
        assert "A paste of 2 lines is not logged yet" in room.hint
        await room.presses("up", "enter")
        assert room.last.text == "one\ntwo"


async def test_a_paste_that_was_left_is_never_part_of_the_next(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("first of it\ntwo")
        await room.presses("escape")
        await room.pastes("three\nfour")
        room.hides("first of it")
        await room.presses("escape")
        assert "2 pastes are not logged yet" in room.hint
        await room.pastes("a word")
        assert room.line == "a word"
        await room.presses("ctrl+u", "up", "enter")
        assert room.last.text == "three\nfour"
        await room.presses("up", "enter")
        assert room.last.text == "first of it\ntwo"
        room.hides("not logged yet")


async def test_a_paste_that_is_emptied_takes_no_other_away(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for pasted in ("first of it\ntwo", "three\nfour"):
            await room.pastes(pasted)
            await room.presses("escape")
        await room.presses("up", "tab", "f7", "delete", *"new", "escape")
        assert "1 line and a paste of 2 lines are not logged yet" in room.hint
    async with console(tmp_path, ref=room.ref) as room:
        assert "1 line and a paste of 2 lines are not logged yet" in room.hint
        assert not room.line
        await room.presses("up", "enter")
        assert room.last.text == "new"
        await room.presses("up", "enter")
        assert room.last.text == "first of it\ntwo"


async def test_a_paste_is_discarded_for_good(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        before = room.state.events
        await room.pastes("one\ntwo")
        await room.presses("3")
        room.shows("discards the paste; nothing is logged")
        await room.presses("enter")
        assert "The paste is discarded" in room.hint
        assert room.state.events == before
    async with console(tmp_path, ref=room.ref) as room:
        room.hides("not logged yet")
        await room.presses("up")
        room.hides("Pasted into")


async def test_what_was_thrown_away_comes_back_with_up_until_the_console_ends(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("one\ntwo")
        await room.presses("3", "enter")
        await room.types("today 23:59 no")
        await room.presses("enter", "ctrl+u")
        room.hides("not logged")
        await room.presses("up")
        assert room.line == "today 23:59 no"
        await room.presses("up")
        room.shows("Pasted into")
        await room.presses("enter")
        assert room.last.text == "one\ntwo"


async def test_colours_of_a_log_are_no_text_and_hide_no_time(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("\x1b[31m13:30 ERROR\x1b[0m pool\n\x1b]0;host\x0713:31 \x1b[1;32mok\x1b[0m\n")
        await room.presses("2")
        room.shows("2 with a time of their own: 13:30 to 13:31")
        await room.presses("enter")
        assert [entry.text for entry in room.state.entries[-2:]] == ["ERROR pool", "ok"]
        assert "2 entries logged, 13:30 to 13:31." in room.hint


async def test_a_second_paste_with_markers_offers_to_read_them(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("first\nsecond")
        await room.presses("2")
        room.shows("logs 2 notes, now")
        await room.pastes("13:30 * error rate up")
        room.shows("An entry for each line (3), with times and markers read", "logs 3 notes, now")
        await room.presses("2")
        room.shows("logs 1 finding and 2 notes; 1 with a time of its own")
        await room.presses("enter")
        assert "error rate up" in {entry.text for entry in room.state.entries if entry.kind == "finding"}


async def test_one_undo_takes_a_paste_back(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        before = [entry.id for entry in room.state.entries]
        await room.pastes("> quoted\n! loud\nplain")
        await room.presses("3")
        room.shows("logs 3 notes, now")
        await room.presses("enter")
        assert {entry.kind for entry in room.state.entries if entry.id not in before} == {"note"}
        await room.presses("escape", "x")
        assert "undoes 3 entries logged together" in room.hint
        await room.presses("enter")
        assert "Undone: 3 entries logged together" in room.hint
        assert [entry.id for entry in room.state.entries if not entry.undone] == before


async def test_a_paste_without_times_and_markers_is_not_offered_to_be_read(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("one\ntwo")
        room.shows("An entry for each line (2), as plain text")
        room.hides("with times and markers read")


async def test_what_was_edited_in_a_paste_survives_a_restart(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("one\ntwo")
        await room.pastes("three")
        await room.presses("tab", "!")
        await room.settles()
    async with console(tmp_path, ref=room.ref) as room:
        await room.presses("up", "enter")
        assert room.last.text == "!one\ntwo\nthree"


async def test_a_line_typed_behind_one_with_a_secret_replaces_it_and_neither_is_lost(tmp_path: Path) -> None:
    line = "logged in with password=hunter2hunter2"
    async with console(tmp_path) as room:
        await room.types(line)
        await room.presses("enter")
        await room.keys_in("all quiet")
        assert "1 line is not logged yet: Up brings it back" in room.hint
        await room.presses("enter")
        assert room.last.text == "all quiet"
        assert room.hint == "Logged at 14:00: all quiet · 1 line is not logged yet"
        await room.presses("up")
        assert room.line == line


async def test_a_paste_with_a_secret_is_asked_about_once(tmp_path: Path) -> None:
    text = "env:\n  password=hunter2hunter2"
    async with console(tmp_path) as room:
        before = len(room.state.entries)
        await room.pastes(text)
        await room.presses("enter")
        assert len(room.state.entries) == before
        room.shows("looks like a secret")
        await room.presses("enter")
        assert room.last.text == text


async def test_nothing_of_a_paste_is_logged_while_a_line_of_it_cannot_be_read(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        before = len(room.state.entries)
        await room.pastes("13:30 fine\n25:59 no such time")
        await room.presses("2", "enter")
        room.shows("25:59")
        assert len(room.state.entries) == before


async def test_two_consoles_see_each_other_and_keep_the_half_typed_line(tmp_path: Path) -> None:
    clock = Clock()
    ref = declared(tmp_path / "warroom.db", clock)
    async with (
        console(tmp_path, clock=clock, ref=ref) as room,
        console(tmp_path, clock=clock, ref=ref, actor="ana") as other,
    ):
        await room.types("half a li")
        await other.logs("! roll back")
        await room.until(lambda: room.last.text == "roll back")
        assert room.line == "half a li"
        assert room.screen.prompt.input.has_focus
        room.shows("roll back")


async def test_panels_fold_into_a_line_at_80_columns(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        room.hides("OWED")
        room.shows("Checkout errors", "no IC", "internal", "p panels", "14:30   +2 ")
        await room.logs("+ @kai 4m look")
        await room.ticks(minutes=3, seconds=10)
        room.shows("▲ task of kai in 50s 14:04", "   4 more")
        await room.ticks(minutes=12)
        # All that is overdue, and what is owed next.
        room.shows("■ task of kai +11m  ■ public +10s  internal in 14m  2 more")
        await room.presses("escape", "p", "enter")
        room.shows("OWED", "ROLES")
        room.hides("+3 ")


@pytest.mark.parametrize("seed", range(3))
async def test_panels_that_unfold_show_the_present_whatever_was_done_meanwhile(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    async with console(tmp_path) as room:
        panels = room.screen.query_one(Panels)
        seen = set()
        for number in range(40):
            match rng.choice(("fold", "guide", "size", "line", "time")):
                case "fold":
                    room.screen.act_panels()
                case "guide":
                    room.screen.act_guide()
                case "size":
                    await room.pilot.resize_terminal(*rng.choice(((80, 24), (120, 36), (200, 60))))
                case "line":
                    room.screen.act_prompt()
                    await room.logs(rng.choice((f"+ @kai 4m look {number}", f"/sev SEV{number % 3} so", "! roll back")))
                case "time":
                    await room.ticks(seconds=rng.choice((1, 200)))
            await room.settles()
            seen.add(panels.display)
            if panels.display:
                shown = [cell.words for cell in panels.query(Cell)]
                room.screen.show_panels()
                assert shown == [cell.words for cell in panels.query(Cell)]
        assert seen == {False, True}


async def test_every_refusal_is_shown_whole_at_80_columns(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        lines = ["/stage closed", *(f"/{word}{rest}" for word in SLASH_WORDS for rest in ("", " xx", " xx xx 5m"))]
        reasons = set(filter(None, (refusal(room.state, line) for line in lines)))
        assert len(reasons) > 40
        for reason in reasons:
            room.screen.prompt.say(reason, error=True)
            assert " ".join(room.hint.split()) == " ".join(reason.split())


def refusal(state: Incident, line: str) -> str:
    """Why the line is refused; empty where it is not."""
    try:
        decide(state, typed_command(line, state, actor="mo", now=START, zone=UTC), START)
    except Refused as refused:
        return refused.reason
    return ""


async def test_any_size_can_be_typed_in(tmp_path: Path) -> None:
    async with console(tmp_path, size=(20, 5)) as room:
        for size in ((20, 5), (40, 10), (200, 60)):
            await room.pilot.resize_terminal(*size)
            await room.logs(f"still here at {size}")
            assert room.last.text == f"still here at {size}"


async def test_hostile_text_is_shown_as_it_is(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for text in ["[/x] [@click=app.quit]go[/]", "[red]x", "\x1b]52;c;aGk=\x07", "\u202egnp", "𝔘 👩‍🚒 ạ̈"]:
            before, title = room.state.events, room.state.title.value
            await room.logs(text)
            await room.logs(f"/impact {text}")
            await room.logs(f"/title {text}")
            await room.logs(f"/task {text}")
            page = room.text()
            assert "\x1b" not in page, ascii(text)
            assert "\u202e" not in page, ascii(text)
            assert room.state.title.value not in ("", title), ascii(text)
            assert room.state.events == before + 4, ascii(text)


@pytest.mark.rule("Standard: Anti-pattern: no updates; set a timer")
async def test_countdowns_run(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        room.shows("public in 15m00s 14:15")
        await room.ticks(minutes=5)
        room.shows("public in 10m00s 14:15")


async def test_a_read_only_console_says_so(tmp_path: Path) -> None:
    ref = declared(tmp_path / "warroom.db", Clock())
    async with console(tmp_path, ref=ref, read_only=True) as room:
        await room.logs("cannot be")
        assert room.line == "cannot be"
        assert "read-only" in room.hint


def test_a_key_means_one_thing() -> None:
    keys = [key for act in ACTS for key in act.keys.split(",") if key]
    assert len(keys) == len(set(keys))
    # End means the same in the timeline as elsewhere.
    timeline = {
        key for kind in Timeline.__mro__ for each in kind.__dict__.get("BINDINGS", ()) for key in each.key.split(",")
    }
    assert {"up", "enter"} < timeline
    assert timeline & set(keys) == {"end"}
    assert len(bindings("board")) < len(bindings("room"))


def test_the_key_table_has_every_key() -> None:
    table = key_table()
    assert all(act.title in table for act in ACTS if act.keys)


async def test_an_overdue_task_is_seen_where_the_column_is_folded(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        await room.logs("+ @ana 5m check the replica lag")
        room.hides("task of ana")
        await room.ticks(minutes=7)
        room.shows("■ task of ana +2m")
        await room.logs("+ @cy 5m look at the queue")
        await room.ticks(minutes=6)
        room.shows("■ 2 tasks +8m")


async def test_a_long_room_opens_at_its_end_and_so_does_its_bar(tmp_path: Path) -> None:
    clock = Clock()
    ref = declared(tmp_path / "warroom.db", clock)
    with Log.open(tmp_path / "warroom.db") as log:
        ledger = Ledger(log, actor="mo", clock=clock)
        for n in range(60):
            ledger.execute(ref, LogEntry(actor="mo", text=f"line {n}"))
    async with console(tmp_path, clock=clock, ref=ref) as room:
        timeline = room.screen.timeline
        assert timeline.scroll_y == timeline.max_scroll_y > 0
        assert timeline.vertical_scrollbar.position == timeline.scroll_y


ROWS = {
    "/undo": "undoes “the pool is full” by mo",
    "/undo last": "undoes “the pool is full” by mo",
    "/check": "logs: ✓ ",
    "/role scribe ana": "logs: Scribe → ana",
    "/role scribe": "opens: give a role, scribe",
    "/sev SEV9": "no severity",
    "/done 99": "task",
    "/task 5m @rs look": "logs a task: look @rs, back in 5m",
    "/task rs look at it 10m": "logs a task: rs look at it 10m · “10m” stays in the text",
    "/action add an alarm": "logs an action item: add an alarm",
    "/hypothesis the pool": "logs a hypothesis: the pool",
    "/note at 18:30 it broke": "logs a note: at 18:30 it broke · “18:30” stays in the text",
    "/fix raised it by hand": "logs a fix: raised it by hand",
    "/update public we look into it": "logs: Public #1 · Investigating: we look into it, published nowhere",
    "/update public": "opens: post a status update, public",
    "/declare SEV2 search is slow": "opens: declare an incident",
    "/correct pool is full": "opens “the pool is full” by mo to correct it",
    "/correct last": "opens “the pool is full” by mo to correct it",
    "/correct nowhere": "No entry holds these words; write /correct last",
    "/redact pool is full": "opens “the pool is full” by mo to redact it",
    "/runbook ddos": "opens the runbook “ddos”",
    "/playbook rapid it is small": "follows the playbook “rapid” from here on: it is small",
    "-5m /task": "/task takes no time in front of it",
    "-5m /runbook ddos": "/runbook takes no time in front of it",
    "/fix raise the limit @zoe": "logs a fix: raise the limit (temporary) · for zoe",
    "/silence everything": "There is no advice “everything”",
    "/correct": "opens: correct the last entry",
    "password: hunter2x9": "asks first: ",
    "sev SEV0": "asks first: “/sev SEV0” is the command; without the slash it is logged as text.",
    "help": "asks first: “/help” is the command",
    "e": "asks first: Alt+e is “Correct the last entry”; “e” alone is logged as an entry.",
}
"""Lines, each with what the row under it says that Enter does."""


async def test_the_row_under_a_line_is_what_enter_does(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("the pool is full")
        before = room.state.events
        for line, row in ROWS.items():
            await room.types(line)
            assert row in room.hint, line
            if row.startswith("asks"):
                await room.presses("enter")
                assert room.state.events == before, line
            await room.presses("ctrl+u")
            assert room.line == "", line


@pytest.mark.parametrize("way", ["plain", "read"])
async def test_pasted_lines_that_lack_their_slash_are_asked_about_as_a_typed_one_is(tmp_path: Path, way: str) -> None:
    async with console(tmp_path, size=(120, 46)) as room:
        await room.pastes("! roll back\nsev SEV0\nundo\nthe undo log is full")
        dialog = room.app.screen
        assert isinstance(dialog, PasteDialog)
        before = room.state.events
        dialog.fill({"as": way})
        await room.presses("ctrl+s")
        room.shows("“/sev SEV0” is the command; without the slash it is logged as text. So it is with 1 more line.")
        assert room.state.events == before
        await room.presses("ctrl+s")
        assert room.state.events == before + 4


@pytest.mark.parametrize("line", ["", "/undo"])
async def test_an_undo_after_a_correction_names_the_correction_and_takes_it_back(tmp_path: Path, line: str) -> None:
    async with console(tmp_path) as room:
        await room.logs("disk ful")
        await room.presses("alt+e")
        await room.keys_in("l")
        await room.presses("enter")
        assert room.hint == "Corrected: disk full"
        await room.types(line)
        if not line:
            await room.presses("alt+x")
        assert "undoes the correction “disk full” by mo: it was “disk ful”" in room.hint
        await room.presses("enter")
        assert (room.last.text, room.last.undone) == ("disk ful", False)
        assert room.hint == "Undone: the correction"


async def test_an_emoji_that_is_joined_of_two_is_typed_whole(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.keys_in("👩\u200d💻 looks into سرویس\u200cها")
        await room.presses("enter")
        assert room.last.text == "👩\u200d💻 looks into سرویس\u200cها"
