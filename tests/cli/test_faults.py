"""Whatever a user can cause ends in one sentence and the right exit status."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.shell import COMMAND, Warroom, environment


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("log", "REF", "25:99 x"), "no time of day"),
        (("log", "REF", "x", "--at", "+4m"), "time"),
        (("log", "REF", "/nosuch x"), "no command /nosuch"),
        (("log", "REF", "x", "--kind", "rumour"), "kind"),
        (("log", "REF", ""), "Write what happened"),
        (("log", "0000", "x"), "no incident"),
        (("log", "??", "x"), "not an incident's reference"),
        (("log", b"\xff", "x"), "not an incident's reference"),
        (("sev", "REF", "SEV9"), "no severity"),
        (("stage", "REF", "nowhere"), "no stage"),
        (("role", "REF", "king", "mo"), "no role"),
        (("done", "REF", "nothing such"), "task"),
        (("snooze", "REF", "public", "soon", "why"), "not a length of time"),
        (("undo", "REF", "zzzz"), "entry"),
        (("show", "REF", "--at", "yesterday 10:00"), "not declared yet"),
        (("declare", "x", "--sev", "SEV1", "--playbook", "../x"), "no playbook"),
        (("export", "REF", "json", "-o", "/nonexistent/x"), "cannot be written"),
        (("import", "/nonexistent/x"), "cannot be read"),
        (("import", "/"), "cannot be read"),
        (("backup", "/dev/null/x"), ""),
        ((), "needs a terminal"),
        (("K7Q2",), "needs a terminal"),
        (("demo",), "needs a terminal"),
        (("--tz", "Mars/Base", "show", "REF"), "no time zone"),
        (("--as", " \n", "log", "REF", "x"), "who you are"),
        (("--read-only", "log", "REF", "x"), "reading only"),
        (("--db", "~nobody-of-this-name/x", "list"), "no home folder"),
        (("--db", "/", "list"), "is a folder"),
        (("--db", b"/tmp/\xff/x.db", "--read-only", "list"), "no log"),
    ],
)
def test_one_sentence(warroom: Warroom, ref: str, args: tuple[str | bytes, ...], said: str) -> None:
    assert said in warroom.fails(*(ref if arg == "REF" else arg for arg in args))


@pytest.mark.parametrize(
    "args", [("nosuch", "x"), ("log",), ("declare", "x"), ("export", "K7Q2", "pdf"), ("--nosuch",)]
)
def test_wrong_usage(warroom: Warroom, args: tuple[str, ...]) -> None:
    done = warroom.runs(*args)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_an_entry_that_is_too_long_is_refused_and_a_long_one_kept(warroom: Warroom, ref: str) -> None:
    assert warroom.fails("log", ref, "-", stdin="x" * 300_000).startswith("line 1: ")
    warroom.says("log", ref, "x" * 100_000)
    assert max(len(text) for _, text in warroom.entries(ref)) == 100_000


def test_a_file_that_is_not_a_database(warroom: Warroom) -> None:
    warroom.db.write_text("not a database, but long enough to be read as the head of one" * 40)
    assert "not a Warroom log" in warroom.fails("list")


def test_no_home_folder(tmp_path: Path) -> None:
    env = {key: value for key, value in environment(HOME="").items() if not key.startswith("XDG")}
    done = subprocess.run([*COMMAND, "list"], env=env, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "no home folder" in done.stderr


def test_a_broken_playbook_is_named_with_its_line(warroom: Warroom, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "playbooks"
    folder.mkdir(parents=True)
    (folder / "ours.toml").write_text('name = "ours"\ntitle = \n')
    said = warroom.fails("--config", str(tmp_path / "config"), "declare", "x", "--sev", "1", "--playbook", "ours")
    assert "ours.toml" in said
    assert "line 2" in said


def test_hostile_text_reaches_the_screen_as_pictures(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, b"\x1b]52;c;aGk=\x07 [/x] \xe2\x80\xaeabc \xff")
    shown = warroom.says("show", ref)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[/x]" in shown


def test_a_reader_that_leaves_is_no_error(warroom: Warroom, ref: str) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        done = subprocess.run(
            [*COMMAND, "show", ref, "--json"], env=warroom.env, stdout=gone, stderr=subprocess.PIPE, check=False
        )
    assert done.stderr == b""


def test_a_pipe_gets_no_colour(warroom: Warroom, ref: str) -> None:
    for args in (("list",), ("show", ref), ("clocks",), ("doctor",), ("export", ref, "handoff"), ("--help",)):
        assert "\x1b" not in warroom.says(*args)
