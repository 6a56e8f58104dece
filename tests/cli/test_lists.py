"""Commands that list take the filters, the orders and the texts of the screens."""

import pytest

from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.cli.conftest import Program
from tests.services.orders.asking import line, order
from tests.services.queues.waiting import held


@pytest.fixture
def full(desk: Desk, orderdesk: Program) -> Program:
    """Give the program on a company with three holds, two lines to call about, two backorders."""
    for _ in range(3):
        held(desk)
    for product in ("P2", "P3"):
        desk.run(place, order("ACME", line(product, "1000")))
        desk.run(place, order("FREE", line("P1", "2", disposition="call")))
    return orderdesk


def column(program: Program, name: str, *words: str) -> list[object]:
    """Give one field of the rows that a command prints."""
    return [row[name] for row in program(*words, "--json").rows]


def test_orders_are_sorted_found_and_filtered(full: Program) -> None:
    newest = column(full, "number", "order", "list")
    assert newest == sorted(map(str, newest), reverse=True)
    assert column(full, "number", "order", "list", "--sort", "oldest") == newest[::-1]
    assert (
        column(full, "number", "order", "list", "--sort", "oldest", "--limit", "1") == newest[-1:]
    )
    assert column(full, "customer", "order", "list", "--find", "acme") == ["ACME", "ACME"]
    assert full("order", "list", "--find", "acme", "--stage", "done", "--json").rows == []
    assert column(full, "number", "order", "list", "--find", "so-4") == ["SO-000004"]


def test_queues_turn_round_one_by_one(full: Program) -> None:
    usual = column(full, "id", "queue", "list")
    assert [str(each).rpartition("-")[0] for each in usual] == ["holds"] * 3 + ["calling"] * 2
    turned = column(full, "id", "queue", "list", "--sort", "newest")
    assert turned == [*usual[2::-1], *usual[:2:-1]]
    assert column(full, "id", "queue", "list", "--limit", "4") == usual[:4]


def test_promises_are_filtered(full: Program) -> None:
    every = column(full, "order", "promise", "list", "unpromised")
    assert len(every) == 2
    for name, value, kept in (
        ("--order", str(every[0]), every[:1]),
        ("--customer", "acme", every),
        ("--customer", "FREE", []),
        ("--product", "P3", every[1:]),
    ):
        assert column(full, "order", "promise", "list", "unpromised", name, value) == kept
    assert full("promise", "list", "unpromised", "--customer", "NOBODY").code == 3


def test_customers_and_backorders_turn_round(full: Program) -> None:
    codes = column(full, "code", "customer", "list")
    assert column(full, "code", "customer", "list", "--sort", "z-a") == codes[::-1]
    short = column(full, "product", "stock", "backorders")
    assert column(full, "product", "stock", "backorders", "--sort", "latest") == short[::-1]


def test_an_order_that_a_list_does_not_have_is_refused_with_those_it_has(full: Program) -> None:
    refused = full("order", "list", "--sort", "cheapest")
    assert refused.code == 4
    assert "newest or oldest" in refused.err
    assert full("order", "list", "--find", "acme", "--sort", "oldest").code == 4
