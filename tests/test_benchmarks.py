"""The terminal that the benchmarks look at."""

from benchmarks.terminal import Terminal

HALVES = r"""
import os, tty
tty.setraw(0)  # No echo between the halves.
os.write(1, b"ready\xe2\x94")
os.read(0, 1)
os.write(1, b"\x82 word")
os.read(0, 1)
"""


def test_a_character_that_comes_in_two_reads_is_read_as_it_was_painted() -> None:
    with Terminal(["-c", HALVES]) as shown:
        shown.until("ready")
        sent = shown.send("\r")
        assert shown.until("│ word") > sent
