"""With --read-only no command changes the log or the settings, or sends anything."""

import shlex
import socket
from pathlib import Path

import pytest

from tests.cli.shell import Warroom
from tests.cli.test_usage import commands

LASTING = {"serve", "watch"}
"""Commands that go on until somebody ends them."""
CALLED = [
    (words, args)
    for words, command in sorted(commands(), key=lambda each: each[0])
    for example in [(command.epilog or "").removeprefix("Example: warroom ")]
    if example and not LASTING & {*words}
    for args in [shlex.split(example)]
]


def test_every_command_has_an_example_that_is_tried() -> None:
    assert len(CALLED) > 60


@pytest.mark.drawn(15)
@pytest.mark.parametrize(("words", "args"), CALLED, ids=[" ".join(words) for words, _ in CALLED])
def test_nothing_is_changed_or_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], args: list[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as page:
        page.settimeout(0)
        data, config, work = (tmp_path / name for name in ("data", "config", "work"))
        (config / "targets").mkdir(parents=True)
        work.mkdir()
        monkeypatch.chdir(work)
        hook = f'provider = "webhook"\naudience = "internal"\nurl = "http://127.0.0.1:{page.getsockname()[1]}"\n'
        (config / "targets" / "page.toml").write_text(hook, encoding="utf-8")
        (config / "keys").mkdir(mode=0o700)
        (config / "keys" / "page").touch(0o600)
        (config / "keys" / "page").write_text("a-key-of-nobody", encoding="utf-8")
        warroom = Warroom(data / "warroom.db", WARROOM_CONFIG=str(config))
        ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
        warroom.says("update", ref, "--audience", "internal", "--message", "We see errors.")
        before = files(data, config)
        done = warroom.runs("--read-only", *(ref if arg == "K7Q2" else arg for arg in args))
        assert b"Traceback" not in done.stderr
        assert files(data, config) == before
        with pytest.raises(BlockingIOError):
            page.accept()


def files(*folders: Path) -> dict[str, bytes]:
    """The bytes of each file, but for those that SQLite's readers share."""
    every = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): path.read_bytes() for path in every if not path.name.endswith(("-shm", "-wal"))}
