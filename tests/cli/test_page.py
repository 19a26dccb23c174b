"""Text on a terminal of 80 columns, and into a pipe."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.cli.output import row
from tests.cli.shell import COMMAND, ROOT, Warroom

WIDTH = 80
TITLE = "決済が失敗する 🔥 and a title that goes on and on until it is longer than one line of the terminal can be"


def on_a_terminal(warroom: Warroom, *args: str) -> list[str]:
    """The lines that a terminal of 80 columns gets, with their colours."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    env = {key: value for key, value in warroom.env.items() if key not in ("COLUMNS", "LINES", "NO_COLOR")}
    env["TERM"] = "xterm-256color"
    shown = b""
    with subprocess.Popen([*COMMAND, *args], env=env, stdin=subprocess.DEVNULL, stdout=slave) as running:
        os.close(slave)
        while piece := _read(master):
            shown += piece
    os.close(master)
    assert running.returncode == 0
    return shown.decode().replace("\r\n", "\n").splitlines()


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # Linux says so when the other end is closed.
        return b""


@pytest.fixture
def busy(warroom: Warroom) -> str:
    ref = warroom.says("declare", TITLE, "--sev", "SEV1", "--at", "-2h")
    warroom.says("log", ref, "-", stdin=f"! {TITLE}\n* {'x' * 200}\n+ @rs 10m {TITLE}\n/impact {TITLE}\n/fix {TITLE}\n")
    return ref


@given(st.text(st.sampled_from("ab 決🔥é"), max_size=200), st.integers(0, 30))
def test_no_line_is_wider_than_the_terminal_and_no_word_is_lost(text: str, indent: int) -> None:
    lines = row("h" * indent, text, WIDTH).split("\n")

    assert all(cell_len(line) <= WIDTH for line in lines)
    assert all(line[:indent] == " " * indent for line in lines[1:])
    assert "".join(line[indent:] for line in lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("command", ["list", "show", "clocks"])
def test_a_terminal_of_80_columns_gets_lines_of_80_cells(warroom: Warroom, busy: str, command: str) -> None:
    lines = on_a_terminal(warroom, command, *([busy] if command == "show" else []))
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]

    assert len(plain) > 1
    assert max(cell_len(line) for line in plain) <= WIDTH
    # What is overdue is said in words and coloured besides; a list is not the place for it.
    assert any("\x1b[31m" in line for line in lines) == (command != "list")


def test_a_pipe_gets_a_line_for_each_thing_without_colour(warroom: Warroom, busy: str) -> None:
    assert len(warroom.says("list").splitlines()) == 1
    shown = warroom.says("show", busy)
    assert "\x1b" not in shown
    assert len(re.findall(rf"^.*{re.escape(TITLE)}.*$", shown, re.MULTILINE)) >= 5


def test_a_record_of_long_ago_lasts_as_long_as_what_it_tells(warroom: Warroom) -> None:
    ref = warroom.says("import", "--yes", str(ROOT / "data/samples/cloudflare-2019-07-02.md"))
    head, _, after = warroom.says("show", ref).splitlines()[:3]

    assert head == f"{ref}  SEV2  declared  spans 1h26m  record"
    assert after == ""
    assert warroom.says("list").endswith("(record)")
