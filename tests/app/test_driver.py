"""Input from any terminal: no byte ends the console, a paste is one text, and keys are those that were pressed."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from console.app.terminal.driver import ESCAPE_S, PASTE_S, SEQUENCE_S, Reader
from console.core.subjects.entry import EntryLogged, LogEntry
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, console, declared
from tests.app.terminal import echo, room_in_terminal, running
from tests.patience import PATIENCE_S
from tests.torture import sequences
from tests.torture.sequences import PASTE, PASTE_END

ALIVE = "\x1b[57376u"
"""F13, after which an echo has read all that came before it."""
F13 = ("key", "f13", "")


def read(*pieces: bytes | str) -> list[tuple[str, str | None] | str]:
    """The events that a reader makes of the pieces and of the silence behind them."""
    reader = Reader()
    messages = [
        message
        for piece in pieces
        for message in reader.read(piece.encode() if isinstance(piece, str) else piece)
    ]  # fmt: skip
    return [_shown(message) for message in (*messages, *reader.expire())]


def _shown(message: object) -> tuple[str, str | None] | str:
    if isinstance(message, events.Key):
        return (message.key, message.character)
    return message.text if isinstance(message, events.Paste) else type(message).__name__


# Pastes


def test_a_paste_is_one_text_whatever_is_in_it() -> None:
    chance = random.Random(7)
    pastes = [f"a{sequence}b" for sequence in sequences.KNOWN] + [sequences.random_paste(chance) for _ in range(500)]
    with echo() as shown:
        shown.types("".join(f"{PASTE}{paste}{PASTE_END}" for paste in pastes) + ALIVE)
        given = shown.reports(F13)
    assert given[:-1] == [("paste", paste) for paste in pastes]


@pytest.mark.parametrize("size", [1, 2, 5, 7])
def test_a_paste_may_come_in_pieces(size: int) -> None:
    sent = f"{PASTE}one \x1b[20{PASTE} two\x1b[201{PASTE_END}z".encode()
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    assert read(*pieces) == [f"one \x1b[20{PASTE} two\x1b[201", ("z", "z")]


def test_a_paste_that_never_closes_ends_by_silence_and_keys_are_keys_again() -> None:
    with echo() as shown:
        shown.types(f"{PASTE}half a trace\r\x1b[201")
        given = shown.reports(("paste", "half a trace\r\x1b[201"))
        shown.types("x")
        assert given + shown.reports(("key", "x", "x")) == [("paste", "half a trace\r\x1b[201"), ("key", "x", "x")]


def test_a_second_beginning_is_part_of_the_paste_and_a_lone_end_is_nothing() -> None:
    assert read(f"{PASTE}a{PASTE}b{PASTE_END}c{PASTE_END}d") == [f"a{PASTE}b", ("c", "c"), ("d", "d")]


def test_a_large_paste_costs_what_its_length_costs() -> None:
    """Each piece is looked at once: the reader keeps at most five characters of what it has read."""
    reader = Reader()
    assert list(reader.read(PASTE.encode())) == []
    for _ in range(1000):
        assert list(reader.read(b"x" * 1000 + b"\x1b[201")) == []
    (paste,) = reader.read(PASTE_END.encode())
    assert isinstance(paste, events.Paste)
    assert len(paste.text) == 1_005_000


async def test_sequences_in_a_paste_are_no_text_in_prompt_and_dialogs(tmp_path: Path) -> None:
    pasted = "load \x1b[31m14\x1b[0m\x1b]0;top\x07 now"
    async with console(tmp_path) as room:
        await room.pastes(pasted)
        assert room.line == "load 14 now"
        await room.presses("ctrl+u", "alt+t")
        room.app.post_message(events.Paste(f"{pasted}\x1b[106;5usecond line\n"))
        await room.settles()
        assert isinstance(room.app.focused, Input)
        assert room.app.focused.value == "load 14 now second line"


# Bytes


def test_no_byte_ends_an_app() -> None:
    chance = random.Random(11)
    bursts = [*(bytes([byte]) for byte in range(256)), *sequences.bursts(chance, 1000)]
    with echo() as shown:
        shown.types(b"".join(burst + ALIVE.encode() for burst in bursts) + f"{PASTE}the end{PASTE_END}".encode())
        given = shown.reports(("paste", "the end"))
    assert given.count(F13) == len(bursts)


def test_no_byte_ends_the_console(tmp_path: Path) -> None:
    with room_in_terminal(tmp_path) as (shown, *_):
        shown.types(b"\xe9\xff\xfe\x1b[9999999999u\x1b[1;9999999999999999999u\x1b[<0;99999;99999M\x00")
        shown.types("answers still")
        shown.until(b"answers still")
        shown.leaves()


@pytest.mark.parametrize(
    "sequence",
    ["[9999999999u", "[1114112u", "[55296u", "[97;9999u", "[97;;99999999999u", "[<0;99999;1M", "[12;40R", "[99~",
     "[57441u", "[97;1:3u", "[1;1;1;1;1u", "[" + "1" * 1000 + "u"],
)  # fmt: skip
def test_a_sequence_that_is_no_key_is_nothing(sequence: str) -> None:
    assert [key for key in read(f"\x1b{sequence}", "z") if key not in (("u", "u"), ("1", "1"))] == [("z", "z")]


def test_bytes_that_are_no_text_show_as_such() -> None:
    assert read(b"abc\xe9 ") == [
        *((letter, letter) for letter in "abc"),
        ("replacement_character", "�"),
        ("space", " "),
    ]
    assert read(b"\xc3", b"\xa9") == [("é", "é")]


# Keys


def test_the_keys_are_those_of_textual() -> None:
    """Sequences that mean one thing in all terminals have Textual's names."""
    assert read("aA/ ß€") == [
        ("a", "a"), ("A", "A"), ("slash", "/"), ("space", " "), ("ß", "ß"), ("euro_sign", "€")
    ]  # fmt: skip
    keys = {
        "\r": "enter", "\t": "tab", "\x7f": "backspace", "\x03": "ctrl+c", "\x1f": "ctrl+underscore",
        "\x1b[A": "up", "\x1bOB": "down", "\x1b[1;5C": "ctrl+right", "\x1b[1;4D": "alt+shift+left",
        "\x1b[H": "home", "\x1b[4~": "end", "\x1b[3;5~": "ctrl+delete", "\x1b[5~": "pageup", "\x1b[Z": "shift+tab",
        "\x1bOP": "f1", "\x1b[[B": "f2", "\x1b[1;2R": "shift+f3", "\x1b[24~": "f12", "\x1b[15;2~": "shift+f5",
        "\x1b[7$": "shift+home", "\x1b[3^": "ctrl+delete", "\x1bOd": "ctrl+left", "\x1b[c": "shift+right",
        "\x1b[97;5u": "ctrl+a", "\x1b[27u": "escape", "\x1b[13;2u": "shift+enter", "\x1b[57417u": "left",
        "\x1b\x7f": "ctrl+w", "\x1b\t": "shift+tab", "\x1b[98;4u": "alt+shift+b", "\x1b[27;5;105~": "ctrl+i",
    }  # fmt: skip
    assert {sequence: [key[0] for key in read(sequence)] for sequence in keys} == {
        sequence: [name] for sequence, name in keys.items()
    }


@pytest.mark.parametrize("sequence", ["\x1b[97;;97u", "\x1b[97u", "\x1b[97;65u", "\x1b[27;1;97~"])
def test_a_letter_is_a_letter_in_every_form(sequence: str) -> None:
    assert read(sequence) == [("a", "a")]


@pytest.mark.parametrize("sequence", ["\x1b[97;2;65u", "\x1b[97;2u", "\x1b[27;2;65~", "\x1b[65;2u"])
def test_so_is_a_capital(sequence: str) -> None:
    assert read(sequence) == [("A", "A")]


@pytest.mark.parametrize("sequence", ["\x1bb", "\x1b[27;3;98~", "\x1b[98;3u"])
def test_alt_and_a_letter_are_one_key_that_types_nothing(sequence: str) -> None:
    assert read(sequence) == [("alt+b", None)]
    assert read(f"{sequence}{sequence}now") == [("alt+b", None)] * 2 + [(letter, letter) for letter in "now"]


def test_alt_keys_that_arrive_in_pieces_are_themselves() -> None:
    assert read("\x1b", "b", "\x1b", "[", "9", "8;3u") == [("alt+b", None)] * 2
    assert read("\x1bB") == [("alt+shift+b", None)]
    assert read("\x1b[") == [("alt+left_square_bracket", None)]
    assert read("\x1bO") == [("alt+shift+o", None)]


def test_escape_is_itself_after_a_twentieth_of_a_second() -> None:
    reader = Reader()
    assert reader.patience_s is None
    assert list(reader.read(b"\x1b")) == []
    assert reader.patience_s == ESCAPE_S <= 0.05
    assert [_shown(key) for key in reader.expire()] == [("escape", "\x1b")]
    assert [_shown(key) for key in reader.read(b"b")] == [("b", "b")]
    with echo() as shown:
        shown.types("\x1b")
        assert shown.reports(("key", "escape", "\x1b")) == [("key", "escape", "\x1b")]
        shown.types("b\x1b\x1b")
        assert shown.reports(("key", "escape", "\x1b"))[:2] == [("key", "b", "b"), ("key", "escape", "\x1b")]


def test_half_a_sequence_waits_longer_and_is_dropped() -> None:
    reader = Reader()
    assert list(reader.read(b"\x1b[1;5")) == []
    assert reader.patience_s == SEQUENCE_S < PASTE_S
    assert list(reader.expire()) == []
    assert [_shown(key) for key in reader.read(b"D")] == [("D", "D")]


# Many at once


async def test_letters_that_arrive_together_cost_one_key_and_keep_their_order(tmp_path: Path) -> None:
    """Keys among them are done where they stood: each seeded row gives the same line as when pressed one by one."""
    chance = random.Random(3)
    keys = ["left", "right", "home", "end", "backspace", "delete", "ctrl+w", "up", "space"]
    async with console(tmp_path) as room:
        for _ in range(2):
            row = [chance.choice("abcdefgh ") if chance.random() < 0.7 else chance.choice(keys) for _ in range(40)]
            row = ["space" if key == " " else key for key in row]
            await room.presses(*row)
            by_one = room.line, room.screen.prompt.input.cursor_position
            room.screen.prompt.place("")
            for key in row:
                room.app.post_message(events.Key(key, " " if key == "space" else key if len(key) == 1 else None))
            await room.settles()
            assert (room.line, room.screen.prompt.input.cursor_position) == by_one
            room.screen.prompt.place("")


def test_ten_thousand_letters_at_once_are_one_line(tmp_path: Path) -> None:
    with room_in_terminal(tmp_path) as (shown, *_):
        shown.types("word " * 2000 + "the-end-of-it")
        shown.until(b"the-end-of-it")
        shown.leaves()


# The terminal


def test_a_terminal_that_goes_without_a_signal_ends_the_console(tmp_path: Path) -> None:
    """As below a program that has no terminal of its own to be hung up."""
    db = tmp_path / "warroom.db"
    ref = declared(db, Clock())
    master, slave = os.openpty()
    environ = {**os.environ, "TERM": "xterm-256color", "WARROOM_CONFIG": str(tmp_path), "WARROOM_USER": "mo"}
    with subprocess.Popen(
        [sys.executable, "-m", "console", "--db", str(db), ref], stdin=slave, stdout=slave, stderr=slave,
        start_new_session=True, env=environ,
    ) as program:  # fmt: skip
        os.close(slave)
        seen = b""
        while b"What happened?" not in seen:
            seen += os.read(master, 65536)
        os.write(master, b"half-a-line-x")
        while b"half-a-line-x" not in seen:
            seen += os.read(master, 65536)
        os.close(master)
        assert program.wait(PATIENCE_S) == 128 + signal.SIGHUP
    with Log.open(db) as log:
        assert log.drafts()[f"prompt {ref} mo"] == "half-a-line-x"


def test_a_storm_of_sizes_ends_in_the_last() -> None:
    with echo() as shown:
        for columns in range(20, 220):
            shown.resizes(columns, 30)
        shown.resizes(101, 31)
        shown.reports(("size", "101", "31"))
        shown.types("x")
        assert shown.reports(("key", "x", "x"))[-1] == ("key", "x", "x")


CHANGING = """
import fcntl, os, struct, termios
from tests.app.echo import Echo
size_of = os.get_terminal_size
def changing(*fd):
    size = size_of(*fd)
    if size.columns == 50:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 31, 101, 0, 0))
    return size
os.get_terminal_size = changing
Echo().run()
"""
"""An echo whose terminal gets another size just as somebody has read that it has 50 columns."""


def test_a_size_that_changes_while_it_is_read_is_told_last() -> None:
    with running([sys.executable, "-c", CHANGING], {}) as shown:
        shown.reports(("ready",))
        shown.resizes(50, 30)
        shown.reports(("size", "101", "31"))
        shown.types("x")
        assert ("size", "50", "30") not in shown.reports(("key", "x", "x"))


SHELL = """
import os, signal, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.executable, sys.argv[1:])
os.waitpid(pid, os.WUNTRACED)
os.tcsetpgrp(0, os.getpgrp())
sys.stdout.write("stopped %d\\n" % pid)
sys.stdout.flush()
sys.stdin.readline()
os.tcsetpgrp(0, pid)
os.killpg(pid, signal.SIGCONT)
os.waitpid(pid, 0)
"""
"""A shell, as a job needs it: it takes the terminal back when the job stops, and `fg` at the first line typed."""


def test_a_stopped_console_gives_the_terminal_to_the_shell_and_takes_it_again() -> None:
    with echo(sys.executable, "-c", SHELL) as shown:
        shown.types("\x1a")
        assert shown.reports(("key", "ctrl+z", "\x1a"))
        assert shown.is_raw()
        shown.until(b"\x1b[?2004h")
        os.killpg(os.tcgetpgrp(shown.master), signal.SIGTSTP)
        shown.until(b"stopped")
        assert not shown.is_raw()
        assert shown.seen.rindex(b"\x1b[?1049l") > shown.seen.rindex(b"\x1b[?1049h")
        shown.types("fg\n")
        shown.until(b"\x1b[?2004h", times=2)
        assert shown.is_raw()
        shown.types(f"{PASTE}\x1b[A{PASTE_END}x")
        given = shown.reports(("key", "x", "x"))
        assert [report for report in given if report[0] != "size"] == [("paste", "\x1b[A"), ("key", "x", "x")]


def test_ctrl_z_stops_the_console_and_fg_brings_it_back_with_its_line(tmp_path: Path) -> None:
    db = tmp_path / "warroom.db"
    ref = declared(db, Clock())
    environ = {"WARROOM_CONFIG": str(tmp_path), "WARROOM_USER": "mo"}
    command = [sys.executable, "-c", SHELL, sys.executable, "-m", "console", "--db", str(db), ref]
    with running(command, environ) as shown:
        shown.until(b"What happened?")
        shown.types("! rolled back\r")
        shown.until(b"Logged")
        shown.types("half-a-line-x\x1a")
        shown.until(b"stopped")
        with Log.open(db) as log:
            written = log.events(ref)[-1].body
            assert isinstance(written, EntryLogged)
            assert written.text == "rolled back"
            Ledger(log, actor="lee", clock=Clock()).execute(ref, LogEntry(actor="lee", text="written meanwhile"))
        shown.seen = b""
        shown.types("fg\n")
        shown.until(b"written meanwhile")
        shown.types("-and-on")
        shown.until(b"half-a-line-x-and-on")


def test_without_a_shell_to_go_to_a_console_does_not_stop() -> None:
    """As in a terminal window that runs nothing else: a console that stopped there could never go on."""
    with echo() as shown:
        shown.until(b"\x1b[?2004h")
        os.kill(shown.pid, signal.SIGTSTP)
        shown.until(b"\x1b[?2004h", times=2)
        shown.types("x")
        given = shown.reports(("key", "x", "x"))
        assert [report for report in given if report[0] == "key"] == [("key", "x", "x")]
