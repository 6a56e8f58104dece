"""The web server of `orderdesk serve`: pages that each are a desk in a process of its own.

textual-serve gives the page its terminal, and speaks with the desk behind it. Who may ask is said
here: a page of another origin could otherwise open a desk from any browser on this machine, and
read what it shows.
"""

import asyncio
import contextlib
import ipaddress
import json
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import textual_serve.app_service
from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from orderdesk.cli.errors import Usage, say
from orderdesk.cli.log import without_passwords
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.text import clean

PAGE: Final = Path(__file__).with_name("page")
STATIC: Final = Path(textual_serve.app_service.__file__).with_name("static")

LEAST: Final = 20, 10
MOST: Final = 500, 200
"""Columns and rows that a page may ask for; a desk draws each of them."""

PATIENCE: Final = 5.0
"""Seconds that a desk has to save and end when its page is gone, before it is ended."""

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


_PORTS: Final = {"http": 80, "https": 443}
"""The port that each scheme has where its URL names none."""


def listen(host: str, port: int) -> socket.socket:
    """Begin to listen at an address, at any free port for 0. Raises Usage and Unavailable."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((str(address[0]), port), family=family)
    except socket.gaierror as error:
        raise Usage(f"--host {clean(host)} is no address here: {error.strerror}") from None
    except OSError as error:
        raise Unavailable(
            "not_listening",
            f"port {port} of {clean(host)} cannot be listened at ({error.strerror}); "
            "name another with --port",
        ) from None


def pages_allowed(listening: socket.socket, public_url: str | None) -> tuple[str, ...]:
    """Give the origins whose pages may open a desk: this machine's own, and the proxy's.

    Raises Usage where others could reach the desk under a name that nobody has told, and for a
    URL that names no origin.
    """
    host, port = listening.getsockname()[:2]
    address = ipaddress.ip_address(host)
    names = ["127.0.0.1", "localhost", "[::1]"]
    if address.is_loopback:
        # The one that is listened at comes first: it is told.
        own_name = f"[{address}]" if address.version == 6 else str(address)
        names = [own_name, *(name for name in names if name != own_name)]
    own = tuple(_origin("http", name, port) for name in names)
    if public_url is not None:
        return (*own, _origin_of(public_url))
    if not address.is_loopback:
        raise Usage(
            f"--host {host} lets others reach the desk; name the proxy with TLS and a login that "
            "stands before it: --public-url https://HOST"
        )
    return own


def _origin(scheme: str, name: str, port: int | None) -> str:
    """Give an origin as browsers send it: without the port that the scheme has anyhow."""
    return f"{scheme}://{name}" + (f":{port}" if port not in (None, _PORTS[scheme]) else "")


def _origin_of(public_url: str) -> str:
    """Give the origin of the proxy's pages. Raises Usage for a URL that names none."""
    shown = clean(without_passwords(public_url))
    try:
        parts = urlsplit(public_url)
        port, name = parts.port, parts.hostname
    except ValueError:
        parts, port, name = None, None, None
    if parts is None or parts.scheme not in _PORTS or not name or parts.query:
        raise Usage(f"--public-url {shown} is no address of a page; give such as https://HOST")
    if "@" in parts.netloc:
        raise Usage(
            f"--public-url {shown} names a user, and no page's address does; leave out what "
            "stands before the @"
        )
    return _origin(parts.scheme, f"[{name}]" if ":" in name else name, port)


class ServedDesk(AppService):
    """A desk in a process of its own, behind one page."""

    async def run(self) -> None:
        """Pass on what the desk draws; close its page when it has ended, whatever ended it."""
        try:
            await super().run()
        finally:
            await self.remote_close()

    async def stop(self) -> None:
        """Let the desk save and end, or else end it."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(super().stop(), PATIENCE)
        # A desk that cannot draw any more waits for its page for ever, and its class for the desk.
        process = self._process
        if process is None or process.returncode is not None:
            return
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


class Pages:
    """What browsers are given, and a desk for each page that opens one."""

    def __init__(self, command: str, origins: Sequence[str]) -> None:
        """Take the shell's command line that opens a desk, and the origins that may ask."""
        self.command = command
        self.origins = frozenset(origins)
        self.hosts = frozenset(urlsplit(origin).netloc for origin in origins)
        self._open: set[web.WebSocketResponse] = set()

    def serve(self, listening: socket.socket) -> None:
        """Serve until a signal ends it."""
        web.run_app(self.application(), sock=listening, print=None, access_log=None)

    def application(self) -> web.Application:
        """Give the application with its four routes."""
        made = web.Application(middlewares=[self._refuse_strangers])
        made.add_routes(
            [
                web.get("/", self._page),
                web.get("/ws", self._desk),
                web.static("/page", PAGE),
                web.static("/static", STATIC),
            ]
        )
        made.on_response_prepare.append(_head)
        made.on_shutdown.append(self._close_all)
        return made

    @web.middleware
    async def _refuse_strangers(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Refuse pages of other origins, and names of this machine that nobody has told.

        A browser says where the page comes from that opens a WebSocket; who does not is none.
        """
        origin = request.headers.get("Origin", "" if request.path == "/ws" else None)
        if request.host.lower() in self.hosts and (origin is None or origin in self.origins):
            answer: web.StreamResponse = await handler(request)
            return answer
        said = clean(f"{origin or 'no page'} at {request.host}")
        say(f"refused: {said}, which is neither this machine nor the --public-url")
        raise web.HTTPForbidden(text="This page may not open a desk here; see --public-url.\n")

    async def _page(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "desk.html")

    async def _desk(self, request: web.Request) -> web.WebSocketResponse:
        """Open a desk for a page, and end it with the page."""
        page = web.WebSocketResponse(heartbeat=15)
        await page.prepare(request)

        async def close() -> None:
            await page.close()

        desk = ServedDesk(
            self.command,
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=close,
            download_manager=DownloadManager(),
        )
        self._open.add(page)
        try:
            await desk.start(*_size(request.query.get("width"), request.query.get("height")))
            async for message in page:
                if message.type is WSMsgType.TEXT:
                    await _pass_on(message.data, page, desk)
        finally:
            self._open.discard(page)
            await desk.stop()
        return page

    async def _close_all(self, application: web.Application) -> None:
        """Close every page, for the server waits for them."""
        for page in tuple(self._open):
            await page.close(code=WSCloseCode.GOING_AWAY)


async def _pass_on(said: str, page: web.WebSocketResponse, desk: AppService) -> None:
    """Let the desk have what its page says; what no page of ours says is left out."""
    try:
        words = json.loads(said)
    except ValueError:
        return
    match words:
        case ["stdin", str(keys)]:
            await desk.send_bytes(keys.encode("utf-8", "replace"))
        case ["resize", {"width": width, "height": height}]:
            await desk.set_terminal_size(*_size(width, height))
        case ["focus"]:
            await desk.focus()
        case ["blur"]:
            await desk.blur()
        case ["ping", str(sent)]:
            await page.send_json(["pong", sent])


def _size(width: Any, height: Any) -> tuple[int, int]:
    """Give columns and rows within bounds; 80 by 24 for what is no number."""
    try:
        columns, rows = int(width), int(height)
    except (TypeError, ValueError):
        return 80, 24
    return (
        min(max(columns, LEAST[0]), MOST[0]),
        min(max(rows, LEAST[1]), MOST[1]),
    )


async def _head(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
