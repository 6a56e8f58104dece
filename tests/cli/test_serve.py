"""`orderdesk serve`: desks in a browser, and who may open one."""

import asyncio
import socket
import sys
from pathlib import Path
from typing import cast

import aiohttp
import pytest

from orderdesk.cli.asked import Asked
from orderdesk.cli.browser import listen, pages_allowed
from orderdesk.cli.errors import Usage
from orderdesk.cli.serve import desk_command
from orderdesk.domain.errors import NotFound, Unavailable
from orderdesk.domain.orders import OrderView
from orderdesk.services import people
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from tests.cli.conftest import Program
from tests.pages import CHROMIUM, chromium, page, served
from tests.processes import until

F9 = "\x1b[20~"
ORDER = ("acme", "4500", "p1", "12", "p2", "3")


@pytest.fixture
def with_pin(sqlite_url: str) -> str:
    """Give the small company, whose clerk has the PIN 1234, and the others none."""
    desk = Desk(sqlite_url, "clerk").open()
    desk.run(people.set_pin, "clerk", people.hash_pin("1234"))
    desk.close()
    return sqlite_url


def placed(url: str) -> OrderView | None:
    desk = Desk(url, "clerk").open()
    try:
        return desk.read(show, "SO-000001")
    except NotFound:
        return None
    finally:
        desk.close()


def is_typed(order: OrderView | None) -> bool:
    assert order is not None
    assert (order.customer, order.buyer_po, order.entered_by) == ("ACME", "4500", "clerk")
    assert [(line.product, f"{line.ordered:f}") for line in order.lines] == [
        ("P1", "12"),
        ("P2", "3"),
    ]
    return True


def test_an_order_typed_in_one_burst_into_a_page(with_pin: str, tmp_path: Path) -> None:
    async def morning(address: str) -> None:
        async with page(address) as opened:
            await opened.wait_for("SIGN IN")
            await opened.type("clerk\r1234\r")
            await opened.wait_for("ORDER ENTRY")
            await opened.type("\r".join(ORDER) + "\r" + F9 + F9)
            await opened.wait_for("SO-000001 placed")

    with served("--db", with_pin, room=tmp_path) as address:
        asyncio.run(morning(address))
    assert is_typed(placed(with_pin))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("\r", "PIN is empty; type the PIN of 'clerk'"),
        ("1235\r", "the PIN of user 'clerk' is wrong; "),
        ("\x1b[Zclerk2\r\r", "user 'clerk2' has no PIN"),
    ],
)
def test_a_pin_is_needed_whoever_was_named(
    with_pin: str, tmp_path: Path, keys: str, said: str
) -> None:
    async def tries(address: str) -> None:
        async with page(address) as opened:
            await opened.wait_for("SIGN IN")
            await opened.type(keys)
            await opened.wait_for(said)

    with served("--db", with_pin, "--user", "clerk", room=tmp_path) as address:
        asyncio.run(tries(address))


def test_pages_of_other_origins_and_names_open_no_desk(with_pin: str, tmp_path: Path) -> None:
    async def refused(address: str) -> list[int]:
        port = address.rpartition(":")[2]
        seen = []
        for origin in ("http://evil.example", f"http://evil.example:{port}", "null", ""):
            with pytest.raises(aiohttp.WSServerHandshakeError) as error:
                async with page(address, origin):
                    pass
            seen.append(error.value.status)
        async with aiohttp.ClientSession() as session:
            headers = {"Host": f"evil.example:{port}"}
            async with session.get(address, headers=headers) as answer:
                seen.append(answer.status)
        return seen

    with served("--db", with_pin, room=tmp_path) as address:
        assert asyncio.run(refused(address)) == [403] * 5


def test_the_page_names_the_login_proxy_and_loads_from_nowhere_else(
    with_pin: str, tmp_path: Path
) -> None:
    async def read(address: str) -> tuple[str, str]:
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            return await answer.text(), answer.headers["Content-Security-Policy"]

    with served("--db", with_pin, room=tmp_path) as address:
        text, policy = asyncio.run(read(address))
    assert "belongs behind a proxy with TLS and a login" in text
    assert "://" not in text
    assert "default-src 'none'; script-src 'self'; connect-src 'self'" in policy


def test_what_is_no_word_of_a_page_harms_nothing_and_a_desk_that_ends_closes_its_page(
    with_pin: str, tmp_path: Path
) -> None:
    async def noise(address: str) -> None:
        async with page(address) as opened:
            for words in (("resize", {"width": -4, "height": 10**9}), ("stdin", 4), (), ("x", {})):
                await opened.say(*words)
            await opened.say("stdin", "a\ud800")
            await opened.say("resize", {"width": 80, "height": 24})
            await opened.wait_for("SIGN IN")
            await opened.type("\x1b[24~")
            await opened.wait_for_end()

    with served("--db", with_pin, room=tmp_path) as address:
        asyncio.run(noise(address))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: its page was not typed into")
def test_chromium_types_an_order(with_pin: str, tmp_path: Path) -> None:
    async def morning(address: str) -> list[str]:
        async with chromium(tmp_path / "chromium") as browser:
            await browser.do("Network.enable")
            await browser.do("Page.navigate", url=address)
            await browser.wait_until(
                "document.body.classList.contains('-first-byte') && "
                "document.activeElement.className === 'xterm-helper-textarea'"
            )
            await browser.type("clerk", "1234", *ORDER)
            await browser.press("F9", 120)
            await browser.press("F9", 120)
            await asyncio.to_thread(until, lambda: placed(with_pin) is not None, "the order")
            return browser.asked_for

    with served("--db", with_pin, room=tmp_path) as address:
        asked_for = asyncio.run(morning(address))
    assert is_typed(placed(with_pin))
    assert f"{address}/static/js/textual.js" in asked_for
    assert [url for url in asked_for if not url.startswith((address, "data:", "blob:"))] == []


def test_only_this_machine_s_pages_and_the_proxy_s_are_allowed() -> None:
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        own = [f"http://{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")]
        assert list(pages_allowed(listening, None)) == own
        assert pages_allowed(listening, "https://Desk.example/x")[-1] == "https://desk.example"
        for wrong in ("desk.example", "ftp://desk.example", "https://", "https://desk.example?a"):
            with pytest.raises(Usage, match="is no address of a page"):
                pages_allowed(listening, wrong)
        for wrong in ("https://desk.example:https", "https://[desk.example"):
            with pytest.raises(Usage, match="is no address of a page"):
                pages_allowed(listening, wrong)
        with pytest.raises(Usage, match=r"names a user.*leave out what stands before the @") as no:
            pages_allowed(listening, "https://pat:geheim@desk.example")
        assert "geheim" not in no.value.message
    with listen("0.0.0.0", 0) as everywhere:
        with pytest.raises(Usage, match="--public-url"):
            pages_allowed(everywhere, None)
        assert "https://desk.example" in pages_allowed(everywhere, "https://desk.example")


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://desk.example:443", "https://desk.example"),
        ("http://desk.example:80/desk", "http://desk.example"),
        ("https://desk.example:80", "https://desk.example:80"),
        ("https://Desk.example:8443", "https://desk.example:8443"),
        ("https://[::1]:443/", "https://[::1]"),
    ],
)
def test_an_origin_has_the_port_that_browsers_send(public_url: str, origin: str) -> None:
    with listen("127.0.0.1", 0) as listening:
        assert pages_allowed(listening, public_url)[-1] == origin


class At:
    """Stands for a socket that listens where no test may: at the ports of the web."""

    def __init__(self, host: str, port: int) -> None:
        self._name = host, port

    def getsockname(self) -> tuple[str, int]:
        return self._name


@pytest.mark.parametrize(
    ("host", "port", "first"),
    [
        ("127.0.0.1", 80, "http://127.0.0.1"),
        ("127.0.0.2", 8000, "http://127.0.0.2:8000"),
        ("::1", 8000, "http://[::1]:8000"),
    ],
)
def test_the_address_that_is_listened_at_is_allowed_and_told_first(
    host: str, port: int, first: str
) -> None:
    pages = pages_allowed(cast("socket.socket", At(host, port)), None)
    assert pages[0] == first
    assert len(set(pages)) == len(pages) == (4 if host == "127.0.0.2" else 3)


def test_a_port_that_is_taken_and_a_host_that_is_none_are_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable, match=f"port {port} of 127.0.0.1 .* --port"):
            listen("127.0.0.1", port)
    with pytest.raises(Usage, match="is no address here"):
        listen("999.1.1.1", 0)


def test_each_desk_is_opened_as_it_was_asked_for() -> None:
    asked = Asked(db="a b.db", user="o'hara", read_only=True, no_color=True)
    command = desk_command(asked, "queues")
    assert command.endswith("open queues")
    if sys.platform != "win32":
        assert "--db 'a b.db' --user 'o'\"'\"'hara' --read-only --no-color" in command


def test_what_no_desk_could_open_is_not_served(local: Program, tmp_path: Path) -> None:
    missing = local("--db", str(tmp_path / "none.db"), "serve", "--port", "0")
    assert (missing.code, "none.db" in missing.err) == (3, True)
    unknown = local("serve", "nowhere", "--port", "0")
    assert (unknown.code, "screen 'nowhere' is unknown" in unknown.err) == (2, True)
