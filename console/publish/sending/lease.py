"""The name of a sender, told from every other process ever run here, and whether it still can send.

The lease itself lies in the log's file. What a killed sender left half done may be looked for at once; what a stopped
one left half done may not, because it would go on where it stopped.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def me() -> str:
    """A name for a sender of this process: boot, process namespace, process id, its start, and a mark of its own."""
    return "/".join((*_process(), secrets.token_hex(3)))


def alive(holder: str) -> bool | None:
    """A holder's process still runs, or is stopped; None where this machine cannot tell."""
    boot, space, pid, start = [*holder.split("/"), "", "", "", ""][:4]
    this_process = _process()
    if not pid.isdecimal() or not (boot and this_process[0]):
        return None
    if boot != this_process[0]:
        return False  # The machine was started anew since.
    if space != this_process[1]:
        return None  # Processes of another container cannot be seen from this one.
    if start:
        return _start_of(pid) == start
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return None
    return None  # Somebody has that number, perhaps somebody else.


def same_process(holder: str) -> bool:
    return tuple(holder.split("/")[:4]) == _process()


def _process() -> tuple[str, str, str, str]:
    space = ""
    with suppress(OSError):
        space = str(os.stat(_PROC / "self/ns/pid").st_ino)
    return (_boot(), space, str(os.getpid()), _start_of("self"))


def _boot() -> str:
    with suppress(OSError):
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return os.uname().nodename.replace("/", "-")


def _start_of(pid: str) -> str:
    """The moment at which a process began, by the kernel's clock; empty where there is none, or it has ended."""
    try:
        # The name in parentheses may hold anything; of what follows it the state is the first and the start the 20th.
        fields = (_PROC / pid / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if len(fields) < 20 or fields[0] in "ZX" else fields[19]
