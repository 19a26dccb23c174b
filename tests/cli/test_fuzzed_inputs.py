"""Inputs of every kind, changed by chance: the short form of tests/torture/fuzz.py."""

import subprocess
import sys

import pytest


@pytest.mark.drawn(1, of="long forms")
def test_every_input_has_a_result_or_is_refused_in_a_sentence() -> None:
    """In a process of its own, whose memory is bounded."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.torture", "fuzz", "30", "5"], capture_output=True, text=True, check=False
    )
    assert "0 tracebacks, 0 without an end" in run.stdout, run.stderr[-3000:]
