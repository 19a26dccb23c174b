"""Processes of their own that need not import the program first: each is forked off one that has done so.

That one is started when it is first asked for, and ends with the process of the tests. Elsewhere than on Linux and
macOS there is none, nor are there tests that ask for it.
"""

import fcntl
import multiprocessing
import os
import pty
import runpy
import struct
import sys
import termios
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

READY = multiprocessing.get_context("forkserver")
READY.set_forkserver_preload(
    [
        *("console.cli.opening", "console.cli.plain", "console.app.terminal.driver", "console.app.room.screen"),
        *("console.app.board.screen", "console.app.publishing", "console.store.log", "tests.publish.sending"),
    ]
)


STREAMS = (("stdin", "r", "strict"), ("stdout", "w", "strict"), ("stderr", "w", "backslashreplace"))
"""As Python opens them: name, mode, and what becomes of a character that cannot be written."""


def in_a_terminal(
    module: str, args: Sequence[str], environ: Mapping[str, str], size: tuple[int, int]
) -> tuple[ForkServerProcess, int]:
    """`python -m MODULE ARGS` in a pseudo-terminal of so many columns and rows: the process, and the other end."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    there, begun = READY.Pipe(duplex=False)
    process = READY.Process(target=_in_a_terminal, args=(os.ttyname(slave), begun, module, [*args], {**environ}))
    process.start()
    begun.close()
    with there:
        # The terminal would be gone if nobody had it open.
        there.recv_bytes()
    os.close(slave)
    return process, master


def _in_a_terminal(tty: str, begun: Connection, module: str, args: list[str], environ: dict[str, str]) -> None:
    os.setsid()
    terminal = os.open(tty, os.O_RDWR)
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for stream in range(len(STREAMS)):
        os.dup2(terminal, stream)
    os.close(terminal)
    begun.send_bytes(b"")
    begun.close()
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(environ.get("PWD", "."))
    for stream, (name, mode, errors) in enumerate(STREAMS):
        file = open(stream, mode, 1, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115  # Open to the end.
        setattr(sys, name, file)
        setattr(sys, f"__{name}__", file)
    sys.argv = [module, *args]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
