"""A real Chromium without a window, by its DevTools protocol: what the page's terminal shows, keys, requests."""

import asyncio
import base64
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.memory import memory
from tests.patience import PATIENCE_S

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOLDS_TERMINAL = """
Object.defineProperty(Object.prototype, "websocket_url", {set(url) {
  window.shown = this;
  Object.defineProperty(this, "websocket_url", {value: url, writable: true});
}})
"""
"""Begun before the page's own script, which keeps its terminal to itself."""
PAINTED = """new Promise(done => {
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
  document.readyState === "complete" ? painted() : addEventListener("load", painted);
})"""
"""A key pressed before the scripts ran, or before the first frame, goes nowhere."""
TEXT = """(() => {
  if (!window.shown) return "";
  const lines = window.shown.terminal.buffer.active;
  return [...Array(window.shown.terminal.rows).keys()].map(at => lines.getLine(at).translateToString(true)).join("\\n");
})()"""


class Browser:
    """A page in its tab."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._last = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requests: list[str] = []
        """The addresses that the page asked for."""
        self.faults: list[str] = []
        """An error of the browser or of a script in it."""

    async def listen(self) -> None:
        async for message in self._socket:
            if message.type != WSMsgType.TEXT:
                continue
            told = json.loads(message.data)
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told)
            elif told["method"] == "Network.requestWillBeSent":
                self.requests.append(told["params"]["request"]["url"])
            elif told["method"] == "Network.webSocketCreated":
                self.requests.append(told["params"]["url"])
            elif told["method"] in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.faults.append(json.dumps(told["params"]))

    async def asks(self, method: str, **params: Any) -> dict[str, Any]:
        self._last += 1
        answer = self._answers[self._last] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._last, "method": method, "params": params})
        told = await asyncio.wait_for(answer, PATIENCE_S)
        assert "result" in told, told
        result: dict[str, Any] = told["result"]
        return result

    async def opens(self, url: str) -> None:
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.asks(f"{domain}.enable")
        await self.asks("Page.addScriptToEvaluateOnNewDocument", source=HOLDS_TERMINAL)
        await self.asks("Page.navigate", url=url)
        await self.evaluates(PAINTED)

    async def evaluates(self, script: str) -> Any:
        """The value of a script; where it is a promise, what that brings."""
        told = await self.asks("Runtime.evaluate", expression=script, awaitPromise=True)
        return told["result"].get("value")

    async def text(self) -> str:
        """The text in the page's terminal."""
        return str(await self.evaluates(TEXT) or "")

    async def shows(self, words: str) -> None:
        async def until() -> None:
            while words not in await self.text():
                await asyncio.sleep(0.05)

        try:
            await asyncio.wait_for(until(), PATIENCE_S)
        except TimeoutError:
            raise AssertionError(f"{words!r} is not shown:\n{await self.text()}\n{self.faults}") from None

    async def types(self, words: str) -> None:
        """Key by key."""
        for character in words:
            await self.asks("Input.dispatchKeyEvent", type="keyDown", text=character, key=character)
            await self.asks("Input.dispatchKeyEvent", type="keyUp", key=character)

    async def presses(self, key: str, code: int, text: str = "") -> None:
        """A key by its name and Windows' number for it, as the protocol wants."""
        how = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.asks("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **how)
        await self.asks("Input.dispatchKeyEvent", type="keyUp", **how)

    async def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode((await self.asks("Page.captureScreenshot"))["data"]))


@asynccontextmanager
async def browser(url: str, size: tuple[int, int] = (1280, 800)) -> AsyncIterator[Browser]:
    """A browser of its own, with the page open; it is ended by its id."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(dir=memory(), prefix="warroom-chromium-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--remote-debugging-port=0", f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}",
            "about:blank", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            port = await asyncio.wait_for(_port(Path(profile) / "DevToolsActivePort"), PATIENCE_S)
            async with ClientSession() as session:
                tab = await asyncio.wait_for(_tab(session, port), PATIENCE_S)
                async with session.ws_connect(tab, max_msg_size=0) as socket:
                    page = Browser(socket)
                    listening = asyncio.create_task(page.listen())
                    try:
                        await page.opens(url)
                        yield page
                    finally:
                        listening.cancel()
        finally:
            process.terminate()
            await process.wait()


async def _port(file: Path) -> int:
    while True:
        written = file.read_text(encoding="utf-8") if file.exists() else ""
        if "\n" in written:
            return int(written.splitlines()[0])
        await asyncio.sleep(0.02)


async def _tab(session: ClientSession, port: int) -> str:
    """The address of the first tab, which may open later than the port does."""
    while True:
        async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            for each in await answer.json():
                if each["type"] == "page":
                    return str(each["webSocketDebuggerUrl"])
        await asyncio.sleep(0.02)
