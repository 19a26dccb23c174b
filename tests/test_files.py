"""Files that are written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from console.files import Unfit, read_bounded, replacing, write_whole


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError), replacing(path) as unfinished:
        unfinished.with_name("folder").write_text("half")
    assert path.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "folder"]


def test_until_the_block_ends_the_old_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_whole(path, "old")
    with replacing(path) as unfinished:
        assert mode(unfinished) == 0o600
        unfinished.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_mode_is_what_the_caller_says_less_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", "x")
        write_whole(tmp_path / "b", "x", 0o600)
    finally:
        os.umask(before)
    assert (mode(tmp_path / "a"), mode(tmp_path / "b")) == (0o640, 0o600)


def test_a_link_is_replaced_and_never_followed(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    file, link = tmp_path / "far" / "a", tmp_path / "a"
    file.write_text("old")
    link.symlink_to(file)
    write_whole(link, "new")
    assert (link.is_symlink(), link.read_text(), file.read_text()) == (False, "new", "old")


@pytest.mark.parametrize("kept", [0o600, 0o640, 0o666, 0o755])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, kept: int) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    file.chmod(kept)
    write_whole(file, "new")
    assert (mode(file), file.read_text()) == (kept, "new")


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, "text")
        assert os.read(reader, 10) == b"text"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_nothing_is_read_without_end(tmp_path: Path) -> None:
    """Each would be waited for, or fill the memory."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "long").write_bytes(b"x" * 5000)
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name, why in (
        ("pipe", "not a file"),
        ("zero", "not a file"),
        ("long", "larger than 4 kB"),
        (".", "not a file"),
    ):
        with pytest.raises(Unfit, match=why):
            read_bounded(tmp_path / name, 4096)
    assert len(read_bounded(tmp_path / "long", 5000)) == 5000
