"""A read-only console shows all and writes nothing: no row, no file, no request, whatever is pressed or typed."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.app.act_screen import ActScreen
from console.app.acts import BY_ID, LEAVING, VIEWS, Act
from console.app.letters import targets
from console.app.registry import WORDS, acts_of
from console.app.room.screen import RoomScreen
from console.app.situation import READ_ONLY
from console.store.log import Log
from tests.app.driver import Room, console
from tests.app.test_mouse import SCREENS
from tests.cli.shell import Warroom
from tests.drawing import some
from tests.torture.prose import prepared

LEAVES = {"back", *(act.id for act in LEAVING)}
"""Acts that leave the screen or the console; they are pressed on the way anyhow."""
PLACES = [(place, keys) for place, keys, _ in SCREENS if place not in ("form", "composer", "declaration")]


class Page:
    """A port of this machine that counts who asks."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.asked = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                asking, _ = self._socket.accept()
            except OSError:
                return
            self.asked += 1
            asking.close()

    def close(self) -> None:
        self._socket.close()


class WatchedFolder:
    """A folder with a log in which everything can be done, settings, and a message that waits for its page."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.config, self.page = folder, folder / "config", Page()
        self.ref, file = prepared()
        log = folder / "warroom.db"
        log.write_bytes(file)
        targets = self.config / "targets"
        targets.mkdir(parents=True)
        hook = f'provider = "webhook"\naudience = "internal"\nurl = "{self.page.url}"\n'
        (targets / "hook.toml").write_text(hook, encoding="utf-8")
        (self.config / "keys").mkdir(mode=0o700)
        key = self.config / "keys" / "hook"
        key.write_text("a-key-of-nobody", encoding="utf-8")
        key.chmod(0o600)
        shell = Warroom(log)
        shell.env["WARROOM_CONFIG"] = str(self.config)
        shell.says("update", self.ref, "--audience", "internal", "--message", "We see errors.")
        # Somebody else works in the log: what SQLite keeps beside it is there.
        self._writing = Log.open(log)
        self._before = self._files()

    def _files(self) -> dict[str, bytes]:
        # What readers tell each other of the places they read stands in the -shm: locks, and no row.
        return {
            str(path.relative_to(self._folder)): path.read_bytes() if path.is_file() else b""
            for path in sorted(self._folder.rglob("*"))
            if not path.name.endswith("-shm")
        }

    def assert_untouched(self) -> None:
        after = self._files()
        assert [name for name in {**self._before, **after} if self._before.get(name) != after.get(name)] == []
        assert self.page.asked == 0

    def close(self) -> None:
        self._writing.close()
        self.page.close()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedFolder]:
    watched = WatchedFolder(tmp_path)
    try:
        yield watched
    finally:
        watched.close()


async def insists(room: Room) -> None:
    """Confirm whatever was armed or opened, and leave it again."""
    await room.presses("enter", "x", "ctrl+s")
    shown = room.text()
    assert "open for reading only" not in shown, f"the log itself had to refuse:\n{shown}"
    await room.presses("escape")


@pytest.mark.drawn(2)
@pytest.mark.parametrize(("place", "keys"), PLACES, ids=[place for place, _ in PLACES])
async def test_no_act_of_any_screen_writes_or_sends(
    tmp_path: Path, watched: WatchedFolder, place: str, keys: tuple[str, ...]
) -> None:
    acts: list[Act] | None = None
    while acts is None or acts:
        # A new console where the last act has led elsewhere.
        async with console(tmp_path, ref=watched.ref, config=watched.config, read_only=True, size=(100, 30)) as room:
            await room.presses(*keys)
            screen = room.app.screen
            assert isinstance(screen, ActScreen)
            if acts is None:
                # Those of its keys, and what else can be clicked on.
                clicked = [BY_ID[target.act] for target in targets(screen) if target.act]
                closed = {act.anywhere for act in clicked if act.disabled_reason(screen.situation) == READ_ONLY}
                room.hides(*closed)
                acts = [act for act in dict.fromkeys([*acts_of(place), *clicked]) if act.id not in LEAVES]
            while acts and room.app.screen is screen:
                screen.press(acts.pop())
                await room.settles()
                if room.app.screen is not screen or screen.armed_words:
                    await insists(room)
    watched.assert_untouched()


async def test_no_line_writes_or_sends(tmp_path: Path, watched: WatchedFolder) -> None:
    lines = [f"/{word}" for word in WORDS if word != "quit"]
    lines += [
        "! rolled back", "+ @ana 5m look", "/sev SEV2", "/stage investigating", "/playbook rapid because", "/undo last",
        "/redact last", "/correct last", f"/export json {tmp_path / 'mine.json'}", "/export timeline",
    ]  # fmt: skip
    async with console(tmp_path, ref=watched.ref, config=watched.config, read_only=True) as room:
        for line in some(lines, 12, "lines of a reader"):
            await room.logs(line)
            if not isinstance(room.app.screen, RoomScreen):
                # Enter on the board, which takes the room's place, opens the room again.
                await insists(room)
            assert room.app.screen is room.screen, line
            await room.presses("ctrl+u")
    watched.assert_untouched()


@pytest.mark.drawn(3)
@pytest.mark.parametrize("view", VIEWS)
async def test_every_view_opens_or_says_that_the_console_is_read_only(
    tmp_path: Path, watched: WatchedFolder, view: str
) -> None:
    async with console(tmp_path, ref=watched.ref, config=watched.config, read_only=True, view=view) as room:
        shown = VIEWS[view].disabled_reason(room.screen.situation)
        if shown:
            assert shown == READ_ONLY
            room.shows("This console is read-only")
        else:
            assert not room.app.screen.query("Toast")
    watched.assert_untouched()
