"""Files and folders that may not be read, written or entered, each way for each of them, and what commands say of it.

`python -m tests.torture permissions [EVERY]` tries all ways, or one of EVERY. Nobody asks root for permissions: where
it is started by root it starts itself anew without that privilege, by `setpriv` of Linux. Whatever may not be done is
said in a sentence, nothing else comes of it, and what was acknowledged is there once the permissions are as before.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from itertools import groupby, product
from pathlib import Path

from console.app.main import open_log
from console.core.refusal import Problem
from console.resources import resource_path
from console.store.log import Log
from tests.cli.shell import Warroom
from tests.store.damaging import left_by_a_killed_process

FILES = (
    "data/warroom.db", "data/warroom.db-head", "data/warroom.db-wal", "data/warroom.db-shm", "data",
    "config/settings.toml", "config/targets/page.toml", "config/playbooks/own.toml", "config/targets",
    "config/playbooks", "config", "data/warroom-backups", "exports", "state/warroom/log", "state", "cache", "temporary",
)  # fmt: skip
"""The log, what lies beside it, the settings, the folders of copies and exports, the second head."""
MODES = (0o000, 0o444, 0o555, 0o222)
COMMANDS = (
    ("list",), ("show", "{ref}"), ("log", "{ref}", "a line"), ("task", "{ref}", "look at db-2"), ("verify",),
    ("doctor",),
    ("backup", "--renew"), ("backup", "{folder}/copy.db", "--yes"), ("redact", "{ref}", "last"), ("search", "pool"),
    ("export", "{ref}", "timeline", "-o", "{folder}/exports/t.md"), ("playbook", "check"), ("target", "list"),
    ("target", "add", "more", "--provider", "webhook", "--url", "https://127.0.0.1:9/y"), ("publish", "run", "--once"),
    ("rescue", "{folder}/data/warroom.db", "-o", "{folder}/rescued.db"), ("verify", "--accept", "--rebuild-index"),
)  # fmt: skip
WITHOUT = "-dac_override,-dac_read_search"
"""The privileges by which root is not asked."""
POWERLESS = ["setpriv", f"--inh-caps={WITHOUT}", f"--bounding-set={WITHOUT}"]


class Tried:
    """A folder with a log and all that belongs to it, put back before each case."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.whole = folder / "here", folder / "whole"
        for name in ("temporary", "cache", "exports", "data"):
            (self.folder / name).mkdir(parents=True)
        places = {"WARROOM_CONFIG": "config", "HOME": ".", "XDG_DATA_HOME": "data", "TMPDIR": "temporary"}
        places |= {"XDG_STATE_HOME": "state", "XDG_CACHE_HOME": "cache"}
        self.db = self.folder / "data" / "warroom.db"
        self.warroom = Warroom(self.db, **{name: str(self.folder / place) for name, place in places.items()})
        self.ref = self.warroom.says("declare", "Checkout errors", "--sev", "SEV1")
        self.warroom.says("log", self.ref, "the pool is full")
        self.warroom.says("target", "add", "page", "--provider", "webhook", "--url", "https://127.0.0.1:9/x")
        self.warroom.says("backup", "--renew")
        config = self.folder / "config"
        (config / "playbooks").mkdir()
        shutil.copyfile(resource_path("playbooks") / "standard.toml", config / "playbooks" / "own.toml")
        (config / "settings.toml").write_text(f'exports = "{self.folder / "exports"}"\n')
        self.figures: Counter[str] = Counter()

    def keep(self, *, killed: bool) -> None:
        """Take what is there now for whole; a process was `killed` with the log open."""
        if killed:
            left_by_a_killed_process(self.db, 3)
        shutil.rmtree(self.whole, ignore_errors=True)
        shutil.copytree(self.folder, self.whole)

    def case(self, name: str, mode: int) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.whole, self.folder)
        path = self.folder / name
        if not path.exists():
            return
        before = path.stat().st_mode
        path.chmod(mode)
        logged = []
        try:
            for args in COMMANDS:
                what = f"{name} with {mode:o}, {' '.join(args)}"
                said = self._runs(what, *(arg.format(ref=self.ref, folder=self.folder) for arg in args))
                logged += said.split() if args[0] == "log" else []
            with suppress(Problem):
                log, _ = open_log(self.db, read_only=False)
                log.close()
        finally:
            path.chmod(before)
        with Log.open(self.db, read_only=True) as log:
            assert log.verify() == [], f"{name} with {mode:o}: {log.verify()}"
            assert all(log.event(id) for id in logged), f"{name} with {mode:o}"
            assert [event.id for event in log.events(self.ref)][1:2], f"{name} with {mode:o}"
        self.figures["ways"] += 1
        self.figures["acknowledged"] += len(logged)

    def _runs(self, what: str, *args: str) -> str:
        done = self.warroom.runs(*args)
        err = done.stderr.decode()
        assert "Traceback" not in err, f"{what}: {err}"
        assert done.returncode in (0, 1, 2), f"{what}: {done.returncode} {err}"
        refused = done.returncode and not done.stdout
        assert not refused or (err.count("\n") == 1 and err.endswith(".\n")), f"{what}: {err!r}"
        self.figures["commands"] += 1
        self.figures["refused"] += done.returncode != 0
        return done.stdout.decode()


def tried(folder: Path, every: int, first: int = 0) -> Counter[str]:
    places = Tried(folder)
    ways = [(killed, name, mode) for killed in (False, True) for name, mode in product(FILES, MODES)]
    for killed, cases in groupby(ways[first::every], key=lambda way: way[0]):
        places.keep(killed=killed)
        for _, name, mode in cases:
            places.case(name, mode)
    return places.figures


def is_asked() -> bool:
    """True when permissions count for this process."""
    with tempfile.NamedTemporaryFile() as file:
        os.chmod(file.name, 0)
        return not os.access(file.name, os.R_OK)


def main(every: int = 1, first: int = 0) -> str:
    if not is_asked():
        command = [*POWERLESS, sys.executable, "-m", "tests.torture", "permissions", str(every), str(first)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    started = time.perf_counter()
    # On a disk: a log in memory has no second head.
    with tempfile.TemporaryDirectory() as folder:
        figures = tried(Path(folder), every, first)
    return (
        f"permissions: {figures['ways']:,} ways, {figures['commands']:,} commands ({figures['refused']:,} refused in a"
        f" sentence): 0 tracebacks, 0 of {figures['acknowledged']:,} acknowledged lost;"
        f" {time.perf_counter() - started:.0f} s"
    )
