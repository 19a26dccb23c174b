"""benchmarks/results.json: of each benchmark its last run, with the day, the machine and every row."""

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from benchmarks.result import Result
from console.store.sqlite import sqlite3

FILE = Path(__file__).with_name("results.json")
PACKAGES = ("textual", "rich", "msgspec")


class Run(msgspec.Struct):
    """One benchmark's last run."""

    date: str
    machine: str
    versions: dict[str, str]
    load: float
    """Processes that wanted a processor in the minute before its end; this one is among them."""
    rows: list[Result]


def read() -> dict[str, Run]:
    """By the benchmark's name."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Run]) if FILE.exists() else {}


def record(name: str, rows: Iterable[Result]) -> Run:
    """Put a benchmark's run in place of its last one."""
    run = Run(f"{datetime.now(UTC):%Y-%m-%d}", machine(), versions(), round(os.getloadavg()[0], 2), list(rows))
    runs = {**read(), name: run}
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(runs), indent=1) + b"\n")
    return run


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{package: version(package) for package in PACKAGES},
    }
