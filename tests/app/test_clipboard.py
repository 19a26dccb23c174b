"""Copied texts, exports and the ways out of the console: where they go, and what is said of it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from console.app.main import run_app
from console.app.settings import read_settings
from console.app.terminal.clipboard import NOT_SENT, SENT, Clipboard, understood
from tests.app.driver import console


def tool(folder: Path, name: str, script: str) -> None:
    """A program on PATH that stands for the platform's."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    return {"PATH": f"{folder}:/usr/bin:/bin", **more}


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The surroundings of a program in a tmux of its own, as tmux comes."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    socket = tmp_path / "s"
    command = ["tmux", "-S", str(socket), "-f", "/dev/null"]
    subprocess.run([*command, "new-session", "-d", "-s", "room", "sh"], check=True)
    try:
        yield {"PATH": os.environ["PATH"], "TMUX": f"{socket},1,0", "TERM": "xterm-256color"}
    finally:
        subprocess.run([*command, "kill-server"], check=True)


def test_under_tmux_a_text_is_in_its_buffer(tmux: dict[str, str]) -> None:
    assert Clipboard("auto", tmux).send("we are looking – ünd") == ""
    shown = subprocess.run(["tmux", "show-buffer"], env=tmux, check=True, capture_output=True)
    assert shown.stdout.decode() == "we are looking – ünd"


def test_the_platforms_tool_takes_the_text_where_it_is_there(tmp_path: Path) -> None:
    tool(tmp_path, "xclip", f"cat > {tmp_path}/taken")
    assert Clipboard("auto", {"PATH": f"{tmp_path}:/bin"}).send("the page\n") == ""
    assert (tmp_path / "taken").read_text() == "the page\n"


def test_a_tool_that_fails_gives_way_to_the_next(tmp_path: Path) -> None:
    tool(tmp_path, "wl-copy", "exit 1")
    tool(tmp_path, "xsel", f"cat > {tmp_path}/taken")
    assert Clipboard("auto", surroundings(tmp_path)).send("words") == ""
    assert (tmp_path / "taken").read_text() == "words"


def test_behind_ssh_the_persons_terminal_is_asked_and_no_tool_of_this_machine(tmp_path: Path) -> None:
    tool(tmp_path, "xclip", "cat > /dev/null")
    way = Clipboard("auto", {"PATH": str(tmp_path), "SSH_CONNECTION": "a 1 b 2"})
    assert not way.commands
    assert way.asks_terminal


def test_the_setting_chooses_and_what_it_cannot_mean_is_told(tmp_path: Path) -> None:
    assert Clipboard("command tee x", {}).commands == [["tee", "x"]]
    assert Clipboard("off", {}).words == NOT_SENT
    assert Clipboard("osc52", {"TMUX": "x"}).words == SENT
    assert "there is no tmux" in Clipboard("tmux", {"PATH": str(tmp_path)}).send("x")
    assert not understood("command ")
    assert not understood("command '")
    (tmp_path / "settings.toml").write_text('clipboard = "clouds"\nexports = 3\n')
    settings, problems = read_settings(tmp_path)
    assert (settings.clipboard, settings.exports) == ("auto", "")
    assert ["clipboard" in problems[0], "exports" in problems[1]] == [True, True]


async def test_the_console_hands_the_handoff_over_and_says_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, config, pages = tmp_path / "elsewhere", tmp_path / "config", tmp_path / "pages"
    elsewhere.mkdir()
    config.mkdir()
    tool(config, "keep", f"cat > {tmp_path}/taken")
    (config / "settings.toml").write_text(f'clipboard = "command {config}/keep"\nexports = "{pages}"\n')
    monkeypatch.chdir(elsewhere)
    async with console(tmp_path, config=config, size=(200, 40)) as room:
        await room.presses("escape", "h", "enter")
        assert not pages.exists()
        room.shows(f"writes pages/{room.ref}-handoff-20261121-1400.md")
        await room.presses("enter")
        await room.until(lambda: pages.exists() and bool(list(pages.iterdir())))
        await room.settles()
        room.shows("it is sent to the")
        page = next(pages.iterdir())
        await room.until(lambda: (tmp_path / "taken").exists() and bool((tmp_path / "taken").read_text()))
        assert (tmp_path / "taken").read_text() == page.read_text()
    assert not list(elsewhere.iterdir())


async def test_an_export_without_a_path_goes_beside_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    async with console(tmp_path) as room:
        await room.logs("/export timeline")
        path = tmp_path / "exports" / f"{room.ref}-timeline.md"
        await room.until(path.exists)
        await room.until(lambda: str(path) in room.hint)
        await room.logs("/export timeline typed.md")
        await room.until((elsewhere / "typed.md").exists)
        log, pipe = room.screen.session.log.path, elsewhere / "pipe"
        os.mkfifo(pipe)
        # Nobody reads the pipe: the console would wait for that for ever, and write over itself at the terminal.
        for own in (
            log, Path(f"{log}-wal"), log.with_name(f"{log.stem}-backups") / "new.md", pipe, Path("/dev/stdout"),
        ):  # fmt: skip
            await room.logs(f"/export timeline {own}")
            assert "name" in room.hint


async def test_ctrl_c_says_how_to_leave_and_does_nothing_else(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        before = len(room.state.entries)
        await room.types("half typed")
        await room.presses("ctrl+c")
        room.shows("leaves, nothing typed is lost")
        assert room.line == "half typed"
        for keys in (("escape",), ("t",), ("escape", "question_mark")):
            await room.presses(*keys)
            room.app.clear_notifications()
            await room.presses("ctrl+c")
            await room.settles()
            room.shows("leaves, nothing typed is lost")
        assert len(room.state.entries) == before


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_move_its_cursor_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], term: str
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(os, "isatty", lambda descriptor: True)
    path = tmp_path / "warroom.db"
    assert run_app(log_path=path, actor="mo", zone=UTC) == 1
    printed = capsys.readouterr()
    assert "warroom --plain" in printed.err
    assert not printed.out
    assert not path.exists()
