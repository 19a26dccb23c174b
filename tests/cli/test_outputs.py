"""Files that a person names: what belongs to Warroom is never written over, whatever it is called."""

import os
from pathlib import Path

import pytest

from tests.cli.shell import Warroom

OWN = {
    "the log": "warroom.db",
    "the log's WAL": "warroom.db-wal",
    "its shared memory": "warroom.db-shm",
    "its journal": "warroom.db-journal",
    "another case of it": "WARROOM.DB-wal",
    "what a console keeps beside it": "warroom.db.console-1",
    "the log by way of another folder": "sub/../warroom.db",
    "a hard link to the log": "hard.db",
    "a link to the log": "link.db",
    "a link to a file": "link.md",
    "a link to nothing": "nowhere.md",
    "a link in a linked folder": "folder/warroom.db",
    "a backup": "warroom-backups/at-exit.db",
    "a new file among the backups": "warroom-backups/new.db",
    "the settings": "config/settings.toml",
    "a target": "config/targets/page.toml",
    "a folder": "sub",
    "another log": "other.db",
    "a log that another one would roll back into": "gone.db",
    "another log's WAL": "other.db-wal",
    "another log's journal": "other.db-JOURNAL",
    "a new file in a linked folder of settings": "others/new.md",
}

FREE = ("WARROOM.DB-wal", "warroom.db.console-1")
"""Names that are nobody's as long as nothing lies there: a new log may be made, only no document of this one."""


@pytest.fixture
def shell(tmp_path: Path) -> Warroom:
    warroom = Warroom(tmp_path / "warroom.db", WARROOM_CONFIG=str(tmp_path / "config"))
    warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    for folder in ("sub", "warroom-backups", "config/targets"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("warroom-backups/at-exit.db", "config/settings.toml", "config/targets/page.toml", "a.md"):
        (tmp_path / file).write_text("kept")
    (tmp_path / "hard.db").hardlink_to(tmp_path / "warroom.db")
    (tmp_path / "link.db").symlink_to(tmp_path / "warroom.db")
    (tmp_path / "link.md").symlink_to(tmp_path / "a.md")
    (tmp_path / "nowhere.md").symlink_to(tmp_path / "b.md")
    (tmp_path / "folder").symlink_to(tmp_path)
    (tmp_path / "others").symlink_to(tmp_path / "config/targets")
    Warroom(tmp_path / "other.db").says("declare", "Another one", "--sev", "SEV1")
    (tmp_path / "gone.db-journal").write_bytes(b"what was there before")
    return warroom


def contents(folder: Path) -> dict[str, bytes]:
    """But for what SQLite makes and takes away itself whenever a log is read."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.endswith(("-wal", "-shm")))
    return {str(file): file.read_bytes() for file in files}


@pytest.mark.parametrize("output", OWN.values(), ids=OWN.keys())
def test_a_file_of_its_own_is_refused_and_stays(shell: Warroom, tmp_path: Path, output: str) -> None:
    before = contents(tmp_path)
    ref = shell.json("list")[0]["ref"]
    file = str(tmp_path / output)
    commands: list[tuple[str, ...]] = [
        ("export", ref, "json", "--yes", "-o", file),
        ("metrics", "--review", file, "--yes"),
        ("backup", file, "--yes"),
    ]
    if output not in FREE:
        commands += [("rescue", str(shell.db), "-o", file), ("demo", "--prepare-only", "--keep", file)]
    for command in commands:
        assert "name" in shell.fails(*command)
    assert contents(tmp_path) == before
    assert shell.says("verify") == "clean"


def test_a_copy_asks_before_it_replaces_a_file_and_is_nobody_else_s_to_read(shell: Warroom, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    shell.says("backup", str(file))
    made = os.stat(file).st_ino
    assert "add --yes to replace it" in shell.fails("backup", str(file))
    assert os.stat(file).st_ino == made
    shell.says("backup", str(file), "--yes")
    assert os.stat(file).st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["warroom.db-wal", "warroom.db-shm", "warroom.db-journal", "warroom.db-head"])
def test_no_log_is_made_at_a_name_that_sqlite_takes_for_a_part_of_another(shell: Warroom, name: str) -> None:
    """Also while a console is open, whose write-ahead log may be empty."""
    file = shell.db.with_name(name)
    file.unlink(missing_ok=True)
    for made in (False, True):
        if made:
            file.write_bytes(b"")
        said = shell.fails("--db", str(file), "declare", "Search is slow", "--sev", "SEV2")
        assert f"belongs to {shell.db}" in said
        assert not file.exists() or not file.stat().st_size
