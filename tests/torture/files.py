"""Files that a console reads beside its log, each of them as something else: cut, binary, endless, a pipe, a folder.

`python -m tests.torture files [EVERY]` tries every kind of each file, or one of EVERY, by itself all of them. Whatever
lies there: each command does its work or says why not in a sentence, none waits, and none takes memory without end.
"""

import os
import random
import shutil
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import chdir
from itertools import product
from pathlib import Path

from console.resources import resource_path
from tests.cli.shell import Warroom
from tests.memory import memory
from tests.torture.fuzz import bounded

COPY = "warroom-backups/warroom-20260101T000000Z-0001.db"
FILES = (
    "config/settings.toml", "config/targets/page.toml", "config/targets.toml", "config/targets.removed.toml",
    "config/proofs.json", "config/keys/page", "config/playbooks/standard.toml", "config/playbooks/own.toml",
    "config/runbooks/own.md", "config/drills/own.toml", "config/templates/update-public.md.j2", "config/concepts.toml",
    "warroom.db", "warroom.db-head", "warroom.db-wal", "warroom.db-shm", "warroom.db-journal", "warroom.db-lost1", COPY,
    "warroom-backups", "warroom.db.console-1", "rehearsal.jsonl", "exports", "config/playbooks", "config/targets",
    "config/keys", "config/templates", "config",
)  # fmt: skip
COMMANDS = (
    ("list",), ("log", "{ref}", "a line"), ("doctor",), ("verify",), ("playbook", "check"), ("template", "check"),
    ("drill", "check"), ("target", "list"), ("target", "check", "page"), ("target", "check", "file"),
    ("target", "remove", "page"), ("publish", "run", "--once"), ("redact", "{ref}", "last"), ("backup", "--renew"),
    ("similar", "{ref}"), ("export", "{ref}", "postmortem"), ("declare", "Search is slow", "--sev", "SEV1"),
)  # fmt: skip
HUGE_BYTES = 20_000_000_000
"""Of a file with holes: nobody may read all of it."""


def _socket(path: Path) -> None:
    # The whole path may be longer than a socket's may be.
    with chdir(path.parent), socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


def _huge(path: Path, before: bytes) -> None:
    path.write_bytes(before)
    os.truncate(path, HUGE_BYTES)


KINDS: dict[str, Callable[[Path, bytes], object]] = {
    "empty": lambda path, before: path.write_bytes(b""),
    "cut": lambda path, before: path.write_bytes(before[: len(before) // 2]),
    "binary": lambda path, before: path.write_bytes(random.Random(1).randbytes(5000)),
    "zeros": lambda path, before: path.write_bytes(bytes(5000)),
    "huge": _huge,
    "many lines": lambda path, before: path.write_bytes(b"a = 1\n" * 2_000_000),
    "one line": lambda path, before: path.write_bytes(b"a" * 900_000),
    "nested TOML": lambda path, before: path.write_bytes(b"a = " + b"[" * 300_000),
    "nested JSON": lambda path, before: path.write_bytes(b'{"a": ' * 100_000),
    "sequences": lambda path, before: path.write_bytes(b"\x1b]52;c;aGk=\x07 = '\x1b[31m'\n"),
    "pipe": lambda path, before: os.mkfifo(path),
    "socket": lambda path, before: _socket(path),
    "folder": lambda path, before: path.mkdir(),
    "link to itself": lambda path, before: path.symlink_to(path.name),
    "link to nothing": lambda path, before: path.symlink_to("nowhere"),
    "link to zeros": lambda path, before: path.symlink_to("/dev/zero"),
}
"""The things put in a file's place."""


class Tried:
    """A folder with a log and all that belongs to it, put back before each case."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.whole = folder / "data", folder / "whole"
        config = self.folder / "config"
        self.warroom = Warroom(
            self.folder / "warroom.db", WARROOM_CONFIG=str(config), HOME=str(self.folder), XDG_DATA_HOME=str(folder)
        )
        self.ref = self.warroom.says("declare", "Checkout errors", "--sev", "SEV1")
        self.warroom.says("log", self.ref, "the pool is full")
        self.warroom.says("target", "add", "page", "--provider", "webhook", "--url", "https://127.0.0.1:9/x")
        lines = f"path={self.folder / 'rehearsal.jsonl'}"
        self.warroom.says("target", "add", "file", "--provider", "file", "--option", lines)
        for kind, name in (
            ("playbooks", "standard.toml"),
            ("playbooks", "own.toml"),
            ("runbooks", "own.md"),
            ("drills", "own.toml"),
        ):
            (config / kind).mkdir(exist_ok=True)
            known = resource_path(kind) / name
            model = known if known.exists() else min(resource_path(kind).glob(f"*{Path(name).suffix}"))
            shutil.copyfile(model, config / kind / name)
        (config / "settings.toml").write_text(f'exports = "{self.folder / "exports"}"\n')
        self.warroom.says("backup", "--renew")
        shutil.copytree(self.folder, self.whole)
        self.figures: Counter[str] = Counter()

    def case(self, name: str, kind: str) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.whole, self.folder)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_bytes() if path.is_file() else b"a = 1\n"
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        KINDS[kind](path, before)
        for args in COMMANDS:
            with bounded():
                done = self.warroom.runs(*(arg.format(ref=self.ref) for arg in args))
            err = done.stderr.decode()
            what = f"{name} as {kind}, {' '.join(args)}: {err}"
            assert "Traceback" not in err, what
            assert done.returncode in (0, 1), what
            assert b"\x1b" not in done.stderr + done.stdout, what
            assert not done.returncode or err.strip().endswith(".") or done.stdout, what
            self.figures["commands"] += 1
            self.figures["refused"] += done.returncode
        self.figures["files"] += 1


def tried(folder: Path, every: int, first: int = 0) -> Counter[str]:
    log = Tried(folder)
    for name, kind in list(product(FILES, KINDS))[first::every]:
        log.case(name, kind)
    return log.figures


def main(every: int = 1) -> str:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        figures = tried(Path(folder), every)
    return (
        f"files: {figures['files']:,} files in place of others, {figures['commands']:,} commands"
        f" ({figures['refused']:,} refused in a sentence): 0 tracebacks, 0 without an end;"
        f" {time.perf_counter() - started:.0f} s"
    )
