"""A real browser for pages: Debian's chromium, driven through its DevTools protocol."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

CHROMIUM = shutil.which("chromium")

_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)


@dataclass(slots=True)
class Page:
    """One tab: runs JavaScript in it and returns what comes out."""

    socket: ClientWebSocketResponse
    _numbers: Any = field(default_factory=lambda: count(1))

    async def run(self, script: str) -> Any:
        """Return the value of the expression; a promise is awaited."""
        result = await self.command(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return what the browser answers to a command of its DevTools protocol."""
        number = next(self._numbers)
        await self.socket.send_json({"id": number, "method": method, "params": parameters})
        async for message in self.socket:
            answer = json.loads(message.data)
            if answer.get("id") == number:
                result: dict[str, Any] = answer["result"]
                return result
        raise AssertionError("the browser went away")

    async def looks(self, width: int, height: int, scheme: str = "light") -> None:
        """Show the page on a screen of this size, in a light or dark room."""
        await self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 700,
        )
        feature = {"name": "prefers-color-scheme", "value": scheme}
        await self.command("Emulation.setEmulatedMedia", features=[feature])

    async def until(self, script: str, *, seconds: float = 40) -> Any:
        """Return the first true value of the expression, looking again and again."""
        async with asyncio.timeout(seconds):
            while True:
                if found := await self.run(script):
                    return found
                await asyncio.sleep(0.05)

    async def has_text(self, text: str) -> None:
        """Return when the page shows the text."""
        await self.until(f"document.body?.innerText.includes({json.dumps(text)})")


@asynccontextmanager
async def opened(url: str, profile: Path) -> AsyncIterator[Page]:
    """Open the page in a browser of its own, with an empty profile, gone at the end."""
    assert CHROMIUM is not None
    browser = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *_QUIET,
        f"--user-data-dir={profile}",
        url,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with ClientSession() as http:
            where = await _debugger(http, profile, lambda tab: tab["url"].startswith(url))
            async with http.ws_connect(where, max_msg_size=0) as socket:
                yield Page(socket)
    finally:
        browser.kill()
        await browser.wait()


async def _debugger(
    http: ClientSession, profile: Path, wanted: Callable[[dict[str, Any]], bool]
) -> str:
    """Return where the tab takes commands; chromium writes its port into its profile when it is ready."""
    word = profile / "DevToolsActivePort"
    async with asyncio.timeout(60):
        while True:
            if word.exists() and (port := word.read_text().split("\n")[0]):
                async with http.get(f"http://127.0.0.1:{port}/json") as response:
                    for tab in await response.json(content_type=None):
                        if tab["type"] == "page" and wanted(tab):
                            return str(tab["webSocketDebuggerUrl"])
            await asyncio.sleep(0.05)
