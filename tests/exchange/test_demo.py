"""The demo company: as its README says, made once, and whole or not at all."""

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from orderdesk.domain.errors import Refused, Unavailable
from orderdesk.domain.orders import ChargeRequest, LineRequest, OrderRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.exchange import demo, nightly
from orderdesk.exchange.demo import DemoView, make
from orderdesk.exchange.northwind import Northwind
from orderdesk.exchange.resources import data_folder
from orderdesk.services import company, people, stock
from orderdesk.services.customers import views as customers
from orderdesk.services.orders.place import place
from orderdesk.services.orders.rows import OrderRows, read_order
from orderdesk.services.products import show as show_product
from orderdesk.services.sitting import sitting
from orderdesk.store.desk import Desk
from tests.conftest import DATABASES, copy_of, found_small_company, made_once, server_or_skip
from tests.laws import assert_laws_hold
from tests.services.allocation.looking import assert_replayed, decided

TODAY = date(2026, 11, 23)
OPEN = range(810, 831)


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a place where no company is yet, on each database in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "demo.db")
    url: str = request.getfixturevalue("empty_server_url")
    return url


@pytest.fixture(params=DATABASES)
def fresh(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give a copy of a demo that was just made, on each database in turn."""
    if request.param == "sqlite":
        yield copy_of(made_once(tmp_path_factory, "demo", made), tmp_path, "demo.db")
        return
    server = server_or_skip()
    with server.copied(server.template("demo", made)) as url:
        yield url


def made(where: str, **more: Any) -> DemoView:
    return make(where, user="maker", today=TODAY, **more)


@pytest.fixture
def sit(fresh: str) -> Iterator[Callable[[str], Desk]]:
    """Give desks at a demo that was just made."""
    opened: list[Desk] = []

    def sit(user: str) -> Desk:
        opened.append(Desk(fresh, user).open())
        return opened[-1]

    yield sit
    for desk in opened:
        desk.close()


def open_orders(desk: Desk) -> list[OrderRows]:
    return [desk.read(read_order, f"SO-{number:06d}") for number in OPEN]


def northwind(name: str) -> list[dict[str, str]]:
    path = data_folder() / "northwind" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cents(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


EXAMPLE = OrderRequest(
    customer="ALFKI",
    buyer_po="4500012345",
    contact="Maria Anders",
    ship_to="01",
    requested="2026-11-27",
    terms="N30",
    discount="0",
    charges=(ChargeRequest(code="freight", amount="12.00"),),
    lines=(
        LineRequest(product="11", quantity="12"),
        LineRequest(product="41", quantity="10", unit="ea", price="9.50", ship_to="02"),
    ),
)


def test_the_first_new_order_is_the_one_of_the_guide(sit: Callable[[str], Desk]) -> None:
    placed = sit("script").run(place, EXAMPLE)
    assert (placed.number, placed.net, placed.tax, placed.total) == (
        "SO-000831",
        Decimal("359.00"),
        Decimal("0.00"),
        Decimal("359.00"),
    )
    assert [line.backordered for line in placed.lines] == [0, 0]
    assert placed.holds == ()


def test_the_open_orders_are_northwinds_own(sit: Callable[[str], Desk]) -> None:
    found = {rows.order.note.rpartition(" ")[2]: rows for rows in open_orders(sit("clerk"))}
    waiting = {row["number"]: row for row in northwind("orders") if not row["shipped"]}
    assert list(found) == sorted(waiting)
    for number, rows in found.items():
        lines = [row for row in northwind("order_lines") if row["order"] == number]
        net = sum(
            cents(
                Decimal(row["unit_price"])
                * Decimal(row["quantity"])
                * (100 - Decimal(row["discount"]))
                / 100
            )
            for row in lines
        )
        assert rows.order.total == net + cents(Decimal(waiting[number]["freight"]))
        assert rows.customer == waiting[number]["customer"]


def test_the_newest_order_is_yesterdays_and_the_company_works_today(
    sit: Callable[[str], Desk],
) -> None:
    desk = sit("clerk")
    days = [date.fromtimestamp(rows.order.entered_at / 1_000_000) for rows in open_orders(desk)]
    assert max(days) == TODAY - timedelta(days=1)
    assert days == sorted(days)
    assert desk.read(company.show).fields["business_date"] == TODAY.isoformat()


def test_a_price_that_no_list_has_is_kept_by_hand(sit: Callable[[str], Desk]) -> None:
    data = Northwind(data_folder() / "northwind", TODAY)
    order = data.open_orders()[0]
    others = replace(order, prices=("1.23", *order.prices[1:]))
    asked = sit("clerk").read(demo._priced, others)
    assert [line.price for line in asked.lines] == ["1.23", *[None] * (len(order.prices) - 1)]


def test_nothing_in_it_breaks_a_law(sit: Callable[[str], Desk]) -> None:
    desk = sit("senior")
    assert_laws_hold(desk)
    desk.run(place, EXAMPLE)
    assert_laws_hold(desk)


def test_three_orders_do_not_fit_their_limits(sit: Callable[[str], Desk]) -> None:
    held = [rows.customer for rows in open_orders(sit("clerk")) if rows.holds]
    assert held == ["GREAL", "QUEEN", "ERNSH"]


def test_discontinued_products_sell_while_stock_lasts(sit: Callable[[str], Desk]) -> None:
    desk = sit("clerk")
    short = [
        line
        for rows in open_orders(desk)
        for line, product in zip(rows.lines, rows.products, strict=True)
        if product in ("17", "24", "28", "53") and line.open > line.allocated
    ]
    assert len(short) == 6
    lines = (LineRequest(product="17", quantity="1"),)
    with pytest.raises(Refused, match="discontinued and none are left; order another product"):
        desk.run(place, OrderRequest(customer="ALFKI", lines=lines))
    assert desk.read(show_product, "24").discontinued
    assert not desk.read(show_product, "11").discontinued


def test_customers_have_what_was_agreed_with_them(sit: Callable[[str], Desk]) -> None:
    desk = sit("clerk")
    alfki = desk.read(customers.show, "ALFKI")
    assert (alfki.credit_limit, alfki.terms) == (Decimal("15000.00"), "N30")
    assert [place.code for place in alfki.addresses] == ["01", "02"]
    assert [person.title for person in alfki.contacts] == ["Sales Representative"]
    assert {part.part: part.product for part in alfki.parts}["AF-100"] == "11"
    assert desk.read(customers.show, "HUNGC").freight == Decimal("35.00")
    lazyk = desk.read(customers.show, "LAZYK")
    assert (lazyk.minimum_order, lazyk.minimum_charge) == (Decimal(150), Decimal(15))
    assert "no freight from 750.00" in desk.read(customers.show, "AROUT").alert
    request = OrderRequest(customer="SAVEA", lines=(LineRequest(product="2", quantity="24"),))
    line = desk.run(place, request).lines[0]
    assert (line.price, line.price_source) == (Decimal("17.29"), "customer")


def test_the_guides_product_has_exactly_twelve_left(sit: Callable[[str], Desk]) -> None:
    assert sit("clerk").read(stock.show, "11").available == 12


def test_there_is_one_user_a_role_and_the_maker_is_the_owner(empty: str) -> None:
    view = made(empty)
    assert view.users == {
        "maker": "owner",
        "clerk": "clerk",
        "clerk2": "clerk",
        "senior": "senior",
        "supervisor": "supervisor",
        "warehouse": "warehouse",
        "accounts": "accounts",
        "script": "script",
        "admin": "admin",
    }
    desk = Desk(empty, "")
    assert desk.user_of_os("maker") == "maker"
    desk.close()
    assert any("public sample" in words for words in view.said)


def test_every_user_but_the_owner_has_the_pin(fresh: str) -> None:
    view = made(fresh)
    desk = Desk(fresh, "maker").open()
    for user in view.users:
        assert desk.read(sitting, user).has_pin == (user != "maker")
    with pytest.raises(Refused, match="has a PIN"):
        people.admit(desk, "clerk", None)
    people.admit(desk, "clerk", view.pin)
    assert desk.user == "clerk"
    assert any(view.pin in words for words in view.said)
    desk.close()


def test_a_maker_called_as_a_role_is_the_owner_all_the_same(empty: str) -> None:
    view = make(empty, user="admin", today=TODAY)
    assert view.users["admin"] == "owner"
    desk = Desk(empty, "admin").open()
    assert not desk.has_pin
    desk.close()


def test_a_second_making_changes_nothing(empty: str) -> None:
    steps: list[tuple[int, int]] = []
    assert made(empty, progress=lambda done, total: steps.append((done, total))).made
    assert steps[-1] == (len(steps), len(steps))
    desk = Desk(empty, "senior").open()
    placed = desk.run(place, EXAMPLE)
    again = make(empty, user="somebody", today=TODAY + timedelta(days=9))
    assert (again.made, again.users["maker"]) == (False, "owner")
    assert "somebody" not in again.users
    assert desk.read(read_order, placed.number).order.version == 1
    desk.close()


class Killed(BaseException):
    """What a killed process leaves behind: nothing more happens."""


@pytest.mark.parametrize("after", [0, 1, 3, 12])
def test_a_killed_making_leaves_nothing_or_is_gone_on_with(
    empty: str, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    def killed(done: int, total: int) -> None:
        if done == after:
            raise Killed

    with monkeypatch.context() as patched:
        if after == 0:
            patched.setattr(demo._Steps, "run", lambda steps, desk: killed(0, 0))
        with pytest.raises(Killed):
            made(empty, progress=killed)
    if "://" not in empty:
        with pytest.raises(Unavailable):
            Desk(empty, "clerk").open()
        assert list(Path(empty).parent.glob("*")) == []
    assert make(empty, user="maker", today=TODAY + timedelta(days=1)).made
    desk = Desk(empty, "clerk").open()
    assert len(open_orders(desk)) == len(OPEN)
    assert_laws_hold(desk)
    desk.close()


def test_another_company_is_never_taken_for_the_demo(empty: str) -> None:
    found_small_company(empty)
    with pytest.raises(Refused, match="holds another company"):
        made(empty)


def test_a_demo_that_is_there_is_opened_without_what_only_makes_one() -> None:
    code = "import orderdesk.exchange.demo, sys; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_northwinds_orders_share_what_is_short_and_the_decisions_come_to_the_same(
    sit: Callable[[str], Desk],
) -> None:
    owner, warehouse, script = sit("maker"), sit("warehouse"), sit("script")
    lacks = Counter[str]()
    for rows in open_orders(owner):
        for line, product in zip(rows.lines, rows.products, strict=True):
            if line.kind == "product" and line.open > line.allocated:
                lacks[product] += 1
    assert len(lacks) == 17
    assert max(lacks.values()) > 1
    # What is needed later than in a week takes stock only as the nights come to it.
    owner.run(company.set_, {"allocation_horizon": "7"})
    codes = [row["code"] for row in northwind("products")]
    assert len(codes) == 77
    served = 0
    for code in codes:
        came = warehouse.run(stock.receive, ReceiveRequest(product=code, quantity="40"))
        served += len(came.served)
    at_night = [nightly.run(script, TODAY + timedelta(days=days)).allocated for days in (4, 11, 30)]
    assert served > 0
    assert sum(at_night) > 0
    causes = {row.cause.partition(" ")[0] for row in decided(owner)}
    assert {"entry", "receipt", "nightly"} <= causes
    assert_replayed(owner)
    assert_laws_hold(owner)
