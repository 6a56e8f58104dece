"""Every list at the desk is narrowed, sorted and written out by the same keys."""

import asyncio
import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from orderdesk.app import OrderDeskApp
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.screens import listed
from orderdesk.screens.commands import EVERY_ACTION
from orderdesk.screens.finding import FindingScreen
from orderdesk.screens.listed import ListingScreen
from orderdesk.screens.menu import Menu
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from tests.cli.conftest import run
from tests.screens.typing import done, message_after, rows_of, type_keys
from tests.services.orders.asking import line, order

Opener = Callable[[str | None], OrderDeskApp]

UNPROMISED = EVERY_ACTION["show_unpromised"].keys[0]
SCREENS = ("orders", "customers", "backorders", "promises", "queues")
"""The screens that are a list."""


@pytest.fixture
def full(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app_at: Opener
) -> Opener:
    """Give the desk over a company with rows in every list, started in a folder of its own."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for quantity in ("11", "12", "13"):
        done(sqlite_url, "clerk", place, order("TIGHT", line("P1", quantity)))
    for product in ("P2", "P3"):
        done(sqlite_url, "clerk", place, order("ACME", line(product, "1000"), buyer_po="=4500"))
    expected = SupplyRequest(product="P1", quantity="5", due="2026-12-10")
    done(sqlite_url, "warehouse", announcing.add, expected)
    return app_at


def listing(app: OrderDeskApp) -> FindingScreen[Any, Any]:
    assert isinstance(app.screen, FindingScreen)
    return app.screen


def keys_of(app: OrderDeskApp) -> list[Any]:
    """Give the keys of all that the table holds, in its order."""
    screen = listing(app)
    assert screen.listed is not None
    return [screen.listed.key_of(view) for view in screen._pages.views.values()]  # type: ignore[union-attr]


@pytest.mark.parametrize("screen", SCREENS)
def test_every_list_has_the_same_keys_on_its_bar(full: Opener, screen: str) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        bar = " ".join(rows_of(app)[-2:])
        assert "/:Find z:Sort v:CSV =:Cmd F12Back" in " ".join(bar.split())

    message_after(full(screen), look=look)


@pytest.mark.parametrize("screen", SCREENS)
def test_sort_turns_a_list_round_and_back_and_says_so(full: Opener, screen: str) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        shown = listing(app)
        await type_keys(app, pilot, "down", UNPROMISED if screen == "promises" else "")
        usual, first = keys_of(app), shown.listed
        assert first is not None
        assert len(usual) >= 2
        assert first.sort.said in rows_of(app)[1]
        await type_keys(app, pilot, "z")
        assert keys_of(app) == usual[::-1]
        assert shown.listed is not None
        assert shown.listed.command == f"{first.command} --sort {first.sorts[1].word}"
        assert first.sorts[1].said in rows_of(app)[1]
        await type_keys(app, pilot, "z")
        assert keys_of(app) == usual

    message_after(full(screen), look=look)


def test_what_a_text_finds_has_one_order(full: Opener) -> None:
    said = message_after(full("orders"), "tight", "down", "z")
    assert said == "this list has one order: likeliest first"


def test_a_list_is_narrowed_by_names_as_its_command_is(full: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert len(keys_of(app)) == 2

    keys = ("customer:acme stage:open", "down", "equals_sign")
    said = message_after(full("orders"), *keys, look=look)
    assert said == "orderdesk order list --customer acme --stage open"


def test_what_means_nothing_is_said_on_enter_and_not_before(full: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert listing(app).message == ""
        await type_keys(app, pilot, "⏎")
        assert listing(app).find.has_focus

    said = message_after(full("orders"), "stage:ajar", look=look)
    assert "stage 'ajar' is unknown" in said


@pytest.mark.parametrize("screen", ["promises", "queues"])
def test_lists_beside_a_panel_are_found_in_the_same_way(full: Opener, screen: str) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        shown = listing(app)
        assert shown.table.has_focus
        number = "1" if screen == "queues" else "4"
        await type_keys(app, pilot, "slash", f"so-{number}")
        assert shown.find.has_focus
        assert len(keys_of(app)) == 1
        await type_keys(app, pilot, "⏎")
        assert shown.table.has_focus
        await type_keys(app, pilot, "f12")
        assert len(keys_of(app)) == {"queues": 3, "promises": 2}[screen]
        assert shown.table.has_focus
        await type_keys(app, pilot, "f", "f12")
        assert shown.table.has_focus

    message_after(full(screen), UNPROMISED if screen == "promises" else "", look=look)


# A file -------------------------------------------------------------------------------------


async def at_rest(app: OrderDeskApp) -> None:
    """Wait until a file is written."""
    await app.workers.wait_for_complete()


def message_at_rest(app: OrderDeskApp, *keys: str) -> str:
    """Give the last message after these keys and after a file was written."""
    said = []

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        await at_rest(app)
        assert isinstance(app.screen, ListingScreen)
        said.append(app.screen.message)

    message_after(app, *keys, look=look)
    return said[0]


@pytest.mark.parametrize(
    ("screen", "keys", "name", "command"),
    [
        ("orders", "", "orders", ("order", "list")),
        ("orders", "acme", "orders", ("order", "list", "--find", "acme")),
        ("customers", "", "customers", ("customer", "list")),
        ("backorders", "", "backorders", ("stock", "backorders")),
        ("queues", "", "queue", ("queue", "list", "holds")),
        ("promises", UNPROMISED, "promises", ("promise", "list", "unpromised")),
    ],
)
def test_a_file_has_just_what_the_command_prints(
    full: Opener,
    sqlite_url: str,
    screen: str,
    keys: str,
    name: str,
    command: tuple[str, ...],
) -> None:
    said = message_at_rest(full(screen), keys, "down", "z", "v", "⏎")
    rows = list(csv.reader(Path(f"{name}.csv").read_text("utf-8").splitlines()))
    assert said.endswith(f"{len(rows) - 1} rows in {Path(f'{name}.csv').absolute()}")
    sort = () if "--find" in command else ("--sort", _second(command))
    acting = {"ORDERDESK_DB": sqlite_url, "ORDERDESK_USER": "clerk"}
    told = run(*command, *sort, "--csv", **acting).out
    aged = rows[0].index("waiting_seconds") if name == "queue" else None
    assert _without(rows, aged) == _without(list(csv.reader(told.splitlines())), aged)


def _second(command: tuple[str, ...]) -> str:
    words = {"order": "oldest", "customer": "z-a", "stock": "latest"}
    return words.get(command[0], "newest")


def _without(rows: list[list[str]], at: int | None) -> list[list[str]]:
    """Leave out a column that grows with the clock."""
    return [[cell for place, cell in enumerate(row) if place != at] for row in rows]


def test_no_cell_is_a_formula(full: Opener) -> None:
    message_at_rest(full("orders"), "down", "v", "⏎")
    assert ",'=4500," in Path("orders.csv").read_text("utf-8")


def test_a_file_that_is_there_is_left_alone(full: Opener) -> None:
    Path("mine.csv").write_text("mine", "utf-8")
    Path("orders.csv").write_text("mine too", "utf-8")
    assert "is there already" in message_at_rest(full("orders"), "down", "v", "mine.csv⏎")
    assert Path("mine.csv").read_text("utf-8") == "mine"
    assert message_at_rest(full("orders"), "down", "v", "⏎").endswith("orders-2.csv")
    assert "No such file" in message_at_rest(full("orders"), "down", "v", "nowhere/x.csv⏎")
    assert "file is empty" in message_at_rest(full("orders"), "down", "v", "backspace", "⏎")


def test_f12_stops_a_file_and_nothing_of_it_stays(
    full: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "CHUNK", 1)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        screen = listing(app)
        seen: list[str] = []

        async def slow(call: Callable[[], Any]) -> Any:
            if not seen:
                seen.append(screen.message)
                await screen.step_back()
            return call()

        monkeypatch.setattr(app, "in_reads", slow)
        await type_keys(app, pilot, "⏎")
        await at_rest(app)
        assert screen.message == "stopped; orders.csv was not written"
        assert isinstance(app.screen, FindingScreen)

    message_after(full("orders"), "down", "v", look=look)
    assert list(Path().iterdir()) == []


def test_the_menu_says_which_file_was_left_unwritten(
    full: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "CHUNK", 1)

    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        left: list[bool] = []

        async def slow(call: Callable[[], Any]) -> Any:
            left.append(True)
            # The worker waits here until the screen is gone, and goes with it.
            await asyncio.Event().wait()

        monkeypatch.setattr(app, "in_reads", slow)
        await type_keys(app, pilot, "⏎", "f3")
        assert left
        assert isinstance(app.screen, Menu)
        assert app.screen.message == "stopped; orders.csv was not written"

    message_after(full("orders"), "down", "v", look=look)
    assert list(Path().iterdir()) == []


def test_while_a_file_is_written_the_desk_goes_on(full: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        screen = listing(app)
        screen._writing = "orders.csv"
        await type_keys(app, pilot, "v")
        assert "being written already" in screen.message
        await type_keys(app, pilot, "z")
        assert screen.listed is not None
        assert screen.listed.sort.word == "oldest"

    message_after(full("orders"), "down", look=look)


def test_a_place_that_cannot_be_read_is_told_and_no_part_stays(
    full: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(self: Any, view: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orderdesk.exchange.tables.CsvTable.add", full_disk)
    said = message_at_rest(full("orders"), "down", "v", "⏎")
    assert said.endswith("orders.csv could not be written: No space left on device")
    assert list(Path().iterdir()) == []


def test_a_desk_in_a_browser_writes_no_files(full: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OrderDeskApp, "is_web", True)
    assert "writes no files" in message_after(full("orders"), "down", "v")


def test_help_says_what_a_list_cannot_do_now(full: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        await type_keys(app, pilot, "f1")
        assert "this list has one order: likeliest first" in " ".join(
            " ".join(rows_of(app)).split()
        )
        await type_keys(app, pilot, "f12")

    message_after(full("orders"), "tight", "down", look=look, size=(120, 60))


def test_the_three_keys_are_the_same_in_every_list() -> None:
    keys = {name: EVERY_ACTION[name].keys for name in ("filter", "sort", "csv", "same")}
    assert keys == {
        "filter": ("slash", "f"),
        "sort": ("z",),
        "csv": ("v",),
        "same": ("equals_sign",),
    }


# A product's lists, and documents -----------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "command"),
    [
        ("d", "stock check P1"),
        ("w", "allocation show P1"),
        ("e", "supply list --product P1"),
        ("s", "product substitutes P1"),
        ("l", "stock places P1"),
        ("m", "stock moves P1"),
    ],
)
def test_each_part_of_a_stock_check_is_a_list_of_its_own(
    full: Opener, sqlite_url: str, letter: str, command: str
) -> None:
    said = message_after(full("stock-check"), "p1⏎", "down", letter, "equals_sign")
    assert said == f"orderdesk {command}"
    message_at_rest(full("stock-check"), "p1⏎", "down", letter, "v", "part.csv⏎")
    rows = Path("part.csv").read_text("utf-8")
    if letter in "weslm":
        acting = {"ORDERDESK_DB": sqlite_url, "ORDERDESK_USER": "clerk"}
        assert rows == run(*command.split(), "--csv", **acting).out
    else:
        assert rows.startswith("warehouse,date,comes,")


def test_movements_turn_round_and_lines_by_rank_do_not(full: Opener) -> None:
    async def look(app: OrderDeskApp, pilot: Pilot[None]) -> None:
        assert "MOVEMENTS   oldest first" in "\n".join(rows_of(app))
        await type_keys(app, pilot, "equals_sign")

    said = message_after(full("stock-check"), "p1⏎", "down", "mz", look=look)
    assert said == "orderdesk stock moves P1 --sort oldest"
    said = message_after(full("stock-check"), "p1⏎", "down", "wz")
    assert said == "this list has one order: by rank, best first"
    assert "nothing is listed yet" in message_after(full("stock-check"), "ctrl+p", "spreadsheets⏎")


def test_the_lines_that_wait_are_a_list_too(full: Opener, sqlite_url: str) -> None:
    keys = ("p2⏎", "down")
    said = message_after(full("backorders"), *keys, "equals_sign")
    assert said == "orderdesk allocation waiting P2 --warehouse 01"
    assert "one order" in message_after(full("backorders"), *keys, "z")
    assert "1 row in" in message_at_rest(full("backorders"), *keys, "v", "⏎")
    acting = {"ORDERDESK_DB": sqlite_url, "ORDERDESK_USER": "clerk"}
    told = run("allocation", "waiting", "P2", "--warehouse", "01", "--csv", **acting).out
    assert Path("waiting.csv").read_text("utf-8") == told


@pytest.mark.parametrize(
    ("screen", "keys", "command"),
    [
        ("orders", ("so-1⏎",), "order show SO-000001"),
        ("orders", ("so-1⏎", "e"), "order events SO-000001"),
        ("customers", ("acme⏎",), "customer show ACME"),
        ("customers", ("acme⏎", "c"), "credit show ACME"),
        (
            "orders",
            ("so-4⏎", "y"),
            "allocation explain SO-000004 1\norderdesk promise explain SO-000004 1",
        ),
    ],
)
def test_every_document_names_the_command_that_shows_it(
    full: Opener, screen: str, keys: tuple[str, ...], command: str
) -> None:
    assert message_after(full(screen), *keys, "equals_sign") == f"orderdesk {command}"
