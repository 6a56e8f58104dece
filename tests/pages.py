"""The desk in a browser for tests: `orderdesk serve`, a page that speaks with it, and Chromium.

Nothing sleeps: each wait ends with what it waits for, or with a deadline that is far away.
"""

import asyncio
import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pyte

from tests.terminal import DEADLINE, PRIVATE

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")


@contextlib.contextmanager
def served(*arguments: str, room: Path) -> Iterator[str]:
    """Run `orderdesk serve` at a free port with these arguments; give its address."""
    said = room / "serve.txt"
    with said.open("w+") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "orderdesk", *arguments, "serve", "order-entry", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "ORDERDESK_PIN": "1234"},
        )
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            words.write(line)
            found = re.search(r"http://\S+", line)
            assert found is not None, line
            yield found[0]
        finally:
            process.terminate()
            process.communicate(timeout=DEADLINE)


class Page:
    """A page of 80 by 24 as textual.js speaks for it, with its screen."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._socket = socket

    async def say(self, *words: Any) -> None:
        """Send what the page says."""
        await self._socket.send_str(json.dumps(words))

    async def type(self, keys: str) -> None:
        """Type these keys in one go."""
        await self.say("stdin", keys)

    async def wait_for(self, text: str) -> None:
        """Draw until the text is on the screen. Raises TimeoutError with the screen in it."""
        try:
            async with asyncio.timeout(DEADLINE):
                while text not in self.text():
                    message = await self._socket.receive()
                    if message.type is not aiohttp.WSMsgType.BINARY:
                        raise TimeoutError(message)
                    self._stream.feed(PRIVATE.sub(b"", message.data))
        except TimeoutError as error:
            raise TimeoutError(f"waited in vain for {text!r} {error}\n{self.text()}") from None

    async def wait_for_end(self) -> None:
        """Draw until the desk closes the page."""
        async with asyncio.timeout(DEADLINE):
            while (await self._socket.receive()).type is aiohttp.WSMsgType.BINARY:
                pass

    def text(self) -> str:
        """Give the screen as it stands."""
        return "\n".join(line.rstrip() for line in self.screen.display)


@contextlib.asynccontextmanager
async def page(address: str, origin: str | None = None) -> AsyncIterator[Page]:
    """Open a desk as a page does, or as one of another origin would."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(
            f"{address}/ws?width=80&height=24", origin=address if origin is None else origin
        ) as socket,
    ):
        opened = Page(socket)
        await opened.say("focus")
        yield opened


class Chromium:
    """A headless Chromium on one page, driven through its DevTools."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.asked_for: list[str] = []
        """The address of everything that the page has asked for."""

    async def do(self, method: str, **named: Any) -> Any:
        """Let it do something; give its answer."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": named})
        async with asyncio.timeout(DEADLINE):
            while True:
                said = await self._socket.receive_json()
                if said.get("method") == "Network.requestWillBeSent":
                    self.asked_for.append(said["params"]["request"]["url"])
                if said.get("id") == number:
                    return said["result"]

    async def value(self, script: str) -> Any:
        """Give what a script in the page comes to."""
        return (await self.do("Runtime.evaluate", expression=script))["result"].get("value")

    async def wait_until(self, script: str) -> None:
        """Ask until a script in the page is true."""
        async with asyncio.timeout(DEADLINE):
            while not await self.value(script):
                pass

    async def press(self, key: str, code: int) -> None:
        """Press and let go a key by its name and Windows key code."""
        for kind in ("rawKeyDown", "keyUp"):
            await self.do(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code
            )

    async def type(self, *fields: str) -> None:
        """Type texts, each with Enter behind it, key by key."""
        for field in fields:
            for letter in field:
                await self.do("Input.dispatchKeyEvent", type="char", text=letter)
            await self.press("Enter", 13)


@contextlib.asynccontextmanager
async def chromium(room: Path) -> AsyncIterator[Chromium]:
    """Run a headless Chromium with nothing of anybody's in it."""
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *"--headless --no-sandbox --disable-gpu --disable-quic --no-first-run".split(),
        *"--disable-background-networking --disable-component-update --disable-sync".split(),
        "--remote-debugging-port=0",
        f"--user-data-dir={room}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(DEADLINE):
            found = None
            while found is None:
                line = (await process.stderr.readline()).decode()
                assert line, "Chromium has ended"
                found = re.search(r"ws://([^/]+)/", line)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://{found[1]}/json") as listed:
                tab = next(each for each in await listed.json() if each["type"] == "page")
            async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                yield Chromium(socket)
    finally:
        process.terminate()
        await process.communicate()
