"""Every command where a file may not be read, written or entered: the short form of tests/torture/permissions.py."""

import os
import shutil

import pytest

from tests.drawing import Draw
from tests.torture.permissions import POWERLESS, main

EVERY = 31


@pytest.mark.drawn(1, of="long forms")
@pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which(POWERLESS[0]) is None,
    reason="root is not asked for permissions, and setpriv is not there",
)
def test_whatever_may_not_be_read_or_written_a_sentence_says_so_and_nothing_is_lost() -> None:
    figures = main(1) if Draw.all else main(EVERY, Draw.seed % EVERY)
    assert "0 tracebacks, 0 of" in figures
