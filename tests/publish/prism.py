"""Prism, a mock server that checks each request against a vendor's own contract. It is another program, from npm.

The contracts belong to their vendors and are no part of this project: they are looked for in the folder named by
WARROOM_CONTRACTS, or in ../shared/apis beside the project.
"""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S
from tests.ports import free_port

STARTS_S = 120
"""The first start fetches Prism from the registry."""


def contract(name: str) -> Path:
    """The vendor's contract of this name; the test is skipped where it is absent."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "apis"
    found = Path(os.environ.get("WARROOM_CONTRACTS", beside)) / name
    if not found.is_file():
        pytest.skip(f"{name} is absent: set WARROOM_CONTRACTS to the folder with the vendors' contracts")
    return found


@contextmanager
def prism(path: Path) -> Iterator[str]:
    """The base address of a Prism that serves this contract; skipped where it cannot be had."""
    npx = shutil.which("npx")
    if npx is None or shutil.which("node") is None:
        pytest.skip("Prism needs node and npx, which are absent")
    port = free_port()
    process = subprocess.Popen(
        [npx, "--yes", "@stoplight/prism-cli@5", "mock", "-h", "127.0.0.1", "-p", str(port), "--errors", str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # npx starts node: both are ended together, as one group.
        start_new_session=True,
    )
    late = threading.Timer(STARTS_S, _end, (process,))
    late.daemon = True
    late.start()
    try:
        assert process.stdout is not None
        told: list[str] = []
        for line in process.stdout:
            told.append(line)
            if "is listening" in line:
                break
        else:
            words = "".join(told[-3:]).strip() or f"nothing said for {STARTS_S} s"
            # npm says when it cannot fetch it; whatever else ends Prism is a mistake of ours.
            if process.poll() is None or late.finished.is_set() or any("npm error" in line for line in told):
                pytest.skip(f"Prism cannot be had: {words}")
            pytest.fail(f"Prism did not start: {words}")
        late.cancel()
        # What it says about each request is read, so that it never waits for a reader.
        reader = threading.Thread(target=process.stdout.read, daemon=True)
        reader.start()
        yield f"http://127.0.0.1:{port}"
    finally:
        late.cancel()
        _end(process)
        process.wait(PATIENCE_S)
        if process.stdout is not None:
            with suppress(OSError):
                process.stdout.close()


def _end(process: "subprocess.Popen[str]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
