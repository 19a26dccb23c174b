"""The terminal beside the screen: its own cursor where one types, and the title of its window."""

import re
import sys
import time
from pathlib import Path

import pytest
from textual.geometry import Offset
from textual.widgets import Input

from console.app.settings import FILE, Settings, read_settings
from console.app.terminal.cursor import text_cursor
from console.core.subjects.declaration import DeclareIncident
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, console, declared, standard_playbook
from tests.app.terminal import ROOT, Terminal, room_in_terminal, running, terminal
from tests.patience import PATIENCE_S

XTERM = {"TERM": "xterm-256color"}
PUSH, POP = b"\x1b[22;0t", b"\x1b[23;0t"


# The cursor


async def test_the_cursor_stands_behind_what_is_typed_in_prompt_and_forms(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        row = room.screen.prompt.input.region.y
        assert room.app.cursor_position == Offset(3, row)
        await room.types("h\u00e4ll\u4e16\u754c")
        assert room.app.cursor_position == Offset(3 + 4 + 4, row)
        await room.presses("left")
        assert room.app.cursor_position == Offset(3 + 4 + 2, row)
        # A refusal that takes lines of its own moves the prompt up, and nobody types meanwhile.
        await room.pilot.resize_terminal(60, 20)
        await room.settles()
        assert room.app.cursor_position == Offset(3 + 4 + 2, room.screen.prompt.input.region.y)
        await room.presses("escape")
        assert text_cursor(room.app.screen) is None
        await room.presses("t", "enter", *"look")
        field = room.app.focused
        assert isinstance(field, Input)
        assert room.app.cursor_position == field.content_region.offset + Offset(4, 0)


async def test_the_cursor_is_out_of_sight_where_its_field_is(tmp_path: Path) -> None:
    async with console(tmp_path, size=(60, 14)) as room:
        await room.presses("alt+a")
        assert text_cursor(room.app.screen) is not None
        for _ in range(4):
            await room.presses("pagedown")
        field = room.app.focused
        assert isinstance(field, Input)
        visible = room.app.screen.find_widget(field).visible_region
        assert (text_cursor(room.app.screen) is not None) == bool(visible)


def cursor_at(shown: Terminal) -> tuple[int, int] | None:
    """Where the terminal's cursor is left, as row and column from one; None while it is hidden."""
    at, visible = (1, 1), True
    for match in re.finditer(rb"\x1b\[(?:(\d+);(\d+)H|\?25([hl]))", shown.seen):
        if match[3]:
            visible = match[3] == b"h"
        else:
            at = (int(match[1]), int(match[2]))
    return at if visible else None


def until(shown: Terminal, at: tuple[int, int] | None) -> None:
    end = time.monotonic() + PATIENCE_S
    while cursor_at(shown) != at:
        alive = shown.reads() and time.monotonic() < end
        assert alive, f"the cursor is at {cursor_at(shown)}, not at {at}"


def test_the_terminals_own_cursor_is_shown_where_one_types_and_nowhere_else(tmp_path: Path) -> None:
    with room_in_terminal(tmp_path) as (shown, *_):
        until(shown, (34, 4))
        shown.types("a word")
        until(shown, (34, 10))
        shown.types("\x1b")
        until(shown, None)
        shown.types("i")
        shown.types("\r")
        until(shown, (34, 10))
        shown.leaves()
    assert cursor_at(shown) is not None


# The title


async def test_the_title_names_the_incident_and_what_is_due(tmp_path: Path) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock, environ=XTERM) as room:
        assert room.app.terminal_title == f"{room.ref} SEV1 Checkout errors — Warroom"
        await room.logs("/sev SEV2 one region")
        await room.logs("/title Login \x1b]0;x\x07 fails")
        assert room.app.terminal_title == f"{room.ref} SEV2 Login ␛]0;x␇ fails — Warroom"
        await room.logs("+ @rs 10m look at the cache")
        await room.ticks(minutes=9)
        assert room.app.terminal_title.startswith(f"look at the cache due soon · {room.ref} ")
        await room.ticks(minutes=2)
        assert room.app.terminal_title.startswith(f"look at the cache overdue · {room.ref} ")
        await room.presses("alt+o")
        assert room.app.terminal_title == "1 overdue · 1 open incident — Warroom"


async def test_a_title_can_be_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("title = false\n", encoding="utf-8")
    assert read_settings(tmp_path) == (Settings(title=False), ())
    async with console(tmp_path, config=tmp_path, environ=XTERM) as room:
        assert room.app.terminal_title == ""
    (tmp_path / FILE).write_text("title = 3\n", encoding="utf-8")
    assert "title (true or false)" in read_settings(tmp_path)[1][0]


def test_the_title_is_set_and_given_back_and_holds_no_sequence(tmp_path: Path) -> None:
    db = tmp_path / "warroom.db"
    with Log.open(db) as log:
        ledger = Ledger(log, actor="mo", clock=Clock())
        title = "Login \x1b]52;c;eA==\x07 fails"
        ref = ledger.declare(DeclareIncident(actor="mo", title=title, severity="SEV2"), standard_playbook())
    with terminal(db, ref) as shown:
        shown.until(PUSH + b"\x1b]0;")
        shown.until(f"{ref} SEV2 Login ␛]52;c;eA==␇ fails — Warroom\x07".encode())
        shown.leaves()
    assert shown.seen.count(PUSH) == shown.seen.count(POP) == 1
    assert shown.seen.index(POP) > shown.seen.rindex(b"\x1b]0;")
    assert b"\x1b]52" not in shown.seen


@pytest.mark.parametrize("settings", ["", "title = false\n"])
def test_a_terminal_without_a_title_gets_none(tmp_path: Path, settings: str) -> None:
    db = tmp_path / "warroom.db"
    ref = declared(db, Clock())
    (tmp_path / FILE).write_text(settings, encoding="utf-8")
    environ = {"WARROOM_CONFIG": str(tmp_path), "PYTHONPATH": str(ROOT), "TERM": "xterm" if settings else "linux"}
    with running([sys.executable, "-m", "console", "--db", str(db), ref], environ) as shown:
        shown.until(b"What happened?")
        shown.leaves()
    assert b"\x1b]0;" not in shown.seen
    assert PUSH not in shown.seen
    assert POP not in shown.seen


# Sixteen colours


@pytest.mark.parametrize("theme", ["warroom-dark", "warroom-light", "ansi-dark", "ansi-light"])
def test_in_sixteen_colours_no_text_has_the_colour_that_it_stands_on(tmp_path: Path, theme: str) -> None:
    db = tmp_path / "warroom.db"
    ref = declared(db, Clock())
    (tmp_path / FILE).write_text(f'theme = "{theme}"\n', encoding="utf-8")
    environ = {"WARROOM_CONFIG": str(tmp_path), "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLORTERM": ""}
    with running([sys.executable, "-m", "console", "--db", str(db), ref], environ) as shown:
        shown.until(b"What happened?")
        (codes,) = {match[1] for match in re.finditer(rb"\x1b\[([\d;]*)mWhat happened\?", shown.seen)}
        # Faint, in the terminal's own colours.
        assert codes.split(b";") == [b"2", b"39", b"49"]
        shown.types("\x1bT")
        other = "warroom-light" if theme.endswith("dark") else "warroom-dark"
        while (tmp_path / FILE).read_text(encoding="utf-8") != f'theme = "{other}"\n':
            assert shown.reads()
        shown.leaves()
