"""Writes that fail in turn, in a shell and in a room: the short form of tests/torture/writes.py."""

import shutil
import sys

import pytest

from tests.drawing import Draw
from tests.torture.writes import main


@pytest.mark.drawn(1, of="long forms")
@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="the library that fails a write needs Linux and cc"
)
def test_whatever_write_fails_nothing_is_lost_and_one_sentence_says_so() -> None:
    assert "0 lost, 0 tracebacks" in main(every=29 if Draw.all else 71)
