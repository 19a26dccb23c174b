"""The short form of `python -m tests.torture signals`, and what it cannot meet by chance."""

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.app.driver import Clock, declared
from tests.app.terminal import ROOT, room_in_terminal, running
from tests.cli.shell import COMMAND
from tests.patience import PATIENCE_S
from tests.torture import signals


def test_signals_while_somebody_types() -> None:
    assert "0 tracebacks" in signals.main(2, seed=3)


@pytest.mark.parametrize("plain", [True, False], ids=["lines", "room"])
def test_a_stop_by_the_shell_gives_the_terminal_back_and_the_line_is_there_again(tmp_path: Path, plain: bool) -> None:
    """Ctrl+Z and `fg` in a shell with job control."""
    db, go_on = tmp_path / "warroom.db", tmp_path / "go-on"
    ref = declared(db, Clock())
    environ = {"WARROOM_CONFIG": str(tmp_path), "WARROOM_USER": "mo", "PYTHONPATH": str(ROOT), "WARROOM_DB": str(db)}
    script = f'set -m; "$@"; echo stopped $?; while [ ! -e {go_on} ]; do sleep 0.05; done; fg >/dev/null; echo ended $?'
    command = [sys.executable, *COMMAND[1:], *(["--plain"] if plain else []), ref]
    with running(["/bin/sh", "-c", script, "sh", *command], environ) as shown:
        shown.until(b"> " if plain else b"What happened?")
        shown.types("half-a-line-x")
        shown.until(b"half-a-line-x")
        shown.types("\x1a")
        shown.until(b"stopped 148")
        assert not shown.is_raw()
        shown.seen = b""
        go_on.touch()
        shown.until(b"half-a-line-x")
        until_raw = time.monotonic() + PATIENCE_S
        while not shown.is_raw():
            assert time.monotonic() < until_raw
            shown.reads()
        shown.types(" and its end\r")
        shown.until(b"half-a-line-x and its end")
        shown.types("\x04" if plain else "\x11")
        shown.until(b"ended 0")
        assert not shown.is_raw()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
def test_ctrl_c_for_an_editor_is_the_editors(tmp_path: Path, number: signal.Signals) -> None:
    """The signal goes to all of the job, in the moment the editor is there; the console waits for it."""
    db = tmp_path / "warroom.db"
    ref = declared(db, Clock())
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\ntrap 'exit 3' INT QUIT\nkill -{number} 0\nexit 4\n")
    editor.chmod(0o755)
    environ = {"WARROOM_CONFIG": str(tmp_path), "WARROOM_USER": "mo", "PYTHONPATH": str(ROOT), "VISUAL": str(editor)}
    with running([sys.executable, "-m", "console", "--db", str(db), ref], environ) as shown:
        shown.until(b"What happened?")
        shown.types("\x1bP")
        shown.until(b"Action items")
        shown.types("e\r")
        shown.until(b"ended with status 3")
        shown.leaves()


def test_a_storm_of_resizes_keeps_the_line(tmp_path: Path) -> None:
    with room_in_terminal(tmp_path) as (shown, *_):
        shown.types("half-a-line-x")
        for size in range(500):
            shown.resizes(20 + size % 180, 5 + size % 55)
            if size % 50 == 0:
                shown.reads()
        shown.resizes(120, 36)
        shown.types(" and its end\r")
        shown.until(b"half-a-line-x and its end")
        shown.leaves()


BUSY = """
import time
from textual import timer
from console.cli.main import main

run, late = timer.Timer._run, []

class Clock:
    def get_time(self):
        time.sleep(late.pop() if late else 0)
        return time.monotonic()

async def begin(self):
    late[:] = [0.01] * 2 if self._interval < 0.01 else []
    await run(self)

timer._time, timer.Timer._run = Clock(), begin
main()
"""
"""The console on a machine that is busy whenever a short timer begins: for longer than the timer is to last."""


def test_a_resize_is_followed_on_a_machine_that_is_busy_just_then(tmp_path: Path) -> None:
    db = tmp_path / "warroom.db"
    ref = declared(db, Clock())
    environ = {"WARROOM_CONFIG": str(tmp_path), "WARROOM_USER": "mo", "PYTHONPATH": str(ROOT)}
    with running([sys.executable, "-c", BUSY, "--db", str(db), ref], environ, (30, 20)) as shown:
        shown.until(b"What happened?")
        shown.resizes(120, 36)
        shown.until(b"\x1b[36;1H")
        shown.leaves()


INTERRUPTED = """
import queue, signal, sys
from console.cli.main import main

put, moments = queue.Queue.put, iter(range(20))

def put_while_signals_come(self, item, *rest):
    if next(moments, None) is not None:
        with self.mutex:
            signal.raise_signal(signal.SIGTSTP)
            signal.raise_signal(signal.SIGCONT)
    put(self, item, *rest)

queue.Queue.put = put_while_signals_come
main()
"""
"""The console, where signals come 20 times while something is just being handed to the terminal's writer."""


def test_signals_in_the_midst_of_a_painting_wait_for_nothing_that_it_holds(tmp_path: Path) -> None:
    db = tmp_path / "warroom.db"
    ref = declared(db, Clock())
    environ = {"WARROOM_CONFIG": str(tmp_path), "WARROOM_USER": "mo", "PYTHONPATH": str(ROOT)}
    with running([sys.executable, "-c", INTERRUPTED, "--db", str(db), ref], environ) as shown:
        shown.until(b"What happened?")
        shown.types("pool is full\r")
        shown.until(b"Logged")
        shown.leaves()
