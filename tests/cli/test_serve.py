"""The console in a real browser: seen, typed into, and read-only unless told otherwise; and who is not answered."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.shell import COMMAND, Warroom, environment

if find_spec("textual_serve") is None:
    pytest.skip("the extra web is not installed here: pip install 'warroom[web]'", allow_module_level=True)

from aiohttp import ClientSession, WSServerHandshakeError

from tests.cli.browser import CHROMIUM, Browser, browser
from tests.patience import PATIENCE_S
from tests.ports import free_port

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here: apt-get install chromium")


@asynccontextmanager
async def served(db: Path, *options: str) -> AsyncIterator[str]:
    """The address of a server of its own, once it listens; it is ended as Ctrl+C does."""
    port = free_port()
    env = environment(WARROOM_DB=str(db), WARROOM_CONFIG=str(db.parent / "config"))
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "serve", "--port", str(port), *options, env=env, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        said = (await asyncio.wait_for(process.stderr.readline(), PATIENCE_S)).decode()
        assert f"127.0.0.1:{port}" in said, said
        await asyncio.wait_for(_listens(port), PATIENCE_S)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), PATIENCE_S)


async def _listens(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


@pytest.fixture
def warroom(tmp_path: Path) -> Warroom:
    return Warroom(tmp_path / "warroom.db", WARROOM_CONFIG=str(tmp_path / "config"))


async def enters(page: Browser, line: str) -> None:
    await page.types(line)
    await page.shows(line)
    await page.presses("Enter", 13, "\r")


@pytest.mark.drawn(1, of="consoles in a browser")
@needs_chromium
async def test_a_browser_shows_the_room_and_writes_nothing(warroom: Warroom) -> None:
    ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    before = warroom.json("show", ref)["entries"]
    async with served(warroom.db, ref) as url, browser(url) as page:
        await page.shows("Declared SEV1: Checkout errors")
        await page.shows("read-only")
        await enters(page, "the pool is full")
        await page.shows("This console is read-only; to write")
        # What others write is seen.
        await asyncio.to_thread(warroom.says, "log", ref, "somebody else says so")
        await page.shows("somebody else says so")
        host = url.removeprefix("http://")
        assert {asked.split("/")[2] for asked in page.requests} == {host}
        refused = [fault for fault in page.faults if '"security"' in fault or "exceptionDetails" in fault]
        assert refused == []
    texts = [entry["text"] for entry in warroom.json("show", ref)["entries"][len(before) :]]
    assert texts == ["somebody else says so"]


@pytest.mark.drawn(1, of="consoles in a browser")
@needs_chromium
async def test_keys_of_a_browser_write_where_that_is_allowed(warroom: Warroom) -> None:
    ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    async with served(warroom.db, "--writable", ref) as url, browser(url) as page:
        await page.shows("Declared SEV1: Checkout errors")
        await enters(page, "! roll back, Über-schnell")
        await page.shows("Logged at")
        await page.types("half a li")
        await page.shows("half a li")
    entries = warroom.json("show", ref)["entries"]
    assert (entries[-1]["text"], entries[-1]["kind"]) == ("roll back, Über-schnell", "decision")
    # The browser went away in the middle of a line.
    async with served(warroom.db, "--writable", ref) as url, browser(url) as page:
        await page.shows("half a li")


@pytest.mark.drawn(1, of="consoles in a browser")
@needs_chromium
async def test_what_keeps_a_console_from_beginning_is_said_in_the_browser(warroom: Warroom) -> None:
    warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    async with served(warroom.db) as url:
        warroom.db.unlink()
        async with browser(url) as page:
            await page.shows("There is no log at")


async def test_only_a_page_of_its_own_is_given_a_console(warroom: Warroom) -> None:
    warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    async with served(warroom.db, "--writable") as url, ClientSession() as session:
        async with session.get(url, headers={"Host": "rebound.example"}) as answer:
            assert answer.status == 403
        for headers in ({}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
            with pytest.raises(WSServerHandshakeError) as refused:
                await session.ws_connect(f"{url}/ws", headers=headers)
            assert refused.value.status == 403
        async with session.get(url) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "http" not in (await answer.text()).replace(url.replace("http", "ws"), "").replace("<!DOCTYPE", "")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "room.example.com"])
def test_other_machines_are_not_let_in_without_being_asked_for(warroom: Warroom, host: str) -> None:
    assert "--no-login" in warroom.fails("serve", "--host", host)


def test_mistakes_are_sentences(warroom: Warroom) -> None:
    warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    assert "--url" in warroom.fails("serve", "--url", "room.example.com")
    assert "no incident" in warroom.fails("serve", "ZZZZ").lower()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "--port" in warroom.fails("serve", "--port", str(taken.getsockname()[1]))


def test_without_the_extra_it_says_what_to_install(warroom: Warroom, tmp_path: Path) -> None:
    (tmp_path / "aiohttp.py").write_text("raise ModuleNotFoundError('No module', name='aiohttp')\n", encoding="utf-8")
    env = {**warroom.env, "PYTHONPATH": os.pathsep.join([str(tmp_path), warroom.env["PYTHONPATH"]])}
    done = subprocess.run([*COMMAND, "serve"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The browser needs the package textual-serve: pip install 'warroom[web]'.\n"
