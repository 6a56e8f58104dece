"""Lists as screens show them and commands print them: orders, filters, pages, the command."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import OrderFilter
from orderdesk.domain.queues import QueueFilter
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.exchange.lists.backorders import BackorderList, WaitingList
from orderdesk.exchange.lists.base import DeskList, around, words_of
from orderdesk.exchange.lists.customers import CustomerList
from orderdesk.exchange.lists.orders import OrderList
from orderdesk.exchange.lists.promises import PromiseList
from orderdesk.exchange.lists.queues import QueueList
from orderdesk.exchange.lists.stock import KnownList, LineList, MoveList, PlaceList, SupplyList
from orderdesk.services import stock
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from tests.services.orders.asking import line, order
from tests.services.queues.waiting import held


@pytest.fixture
def full(desk: Desk, desk_of: Callable[[str], Desk]) -> Desk:
    """Give a company with five orders or more in each of its lists."""
    for _ in range(3):
        held(desk)
    for _ in range(5):
        desk.run(place, order("FREE", line("P3", "2")))
        desk.run(place, order("ACME", line("P2", "4"), buyer_po="4500"))
    desk.run(cancel, "4", "not wanted")
    warehouse = desk_of("warehouse")
    for due in ("2027-01-10", "2027-01-11", "2027-01-12"):
        warehouse.run(announcing.add, SupplyRequest(product="P3", quantity="1", due=due))
        warehouse.run(stock.receive, ReceiveRequest(product="P1", quantity="1"))
    return desk


LISTS: dict[str, Callable[[], DeskList[Any, Any]]] = {
    "order list": OrderList,
    "order list --customer FREE": lambda: OrderList(OrderFilter(customer="FREE")),
    "order list --stage open": lambda: OrderList(OrderFilter(stage="open")),
    "customer list": CustomerList,
    "queue list holds": lambda: QueueList(QueueFilter(queue="holds")),
    "promise list unpromised": lambda: PromiseList("unpromised"),
    "stock backorders": BackorderList,
    "stock moves P1": lambda: MoveList("P1"),
    "allocation show P2": lambda: LineList("P2"),
    "allocation waiting P2": lambda: WaitingList("P2"),
}


@pytest.mark.parametrize("command", LISTS)
def test_every_order_of_a_list_reads_the_same_rows_page_by_page_either_way(
    full: Desk, command: str
) -> None:
    """So a table shows what a file has, and a command prints it."""
    wanted = LISTS[command]()
    assert wanted.command == f"orderdesk {command}"
    usual = list(wanted.every(full))
    assert len(usual) >= 2
    for sort in wanted.sorts:
        other = wanted.sorted(sort)
        rows = usual[::-1] if sort.backwards else usual
        keys = [other.key_of(row) for row in rows]
        assert [other.key_of(row) for row in other.every(full)] == keys
        for at, key in enumerate(keys):
            after = full.read(other.page, key, limit=2)
            assert [other.key_of(row) for row in after.items] == keys[at + 1 : at + 3]
            assert after.more == (at + 3 < len(keys))
            here = full.read(other.page, key, including=True, limit=2)
            assert [other.key_of(row) for row in here.items] == keys[at : at + 2]
            back = full.read(other.page, key, before=True, limit=2)
            assert [other.key_of(row) for row in back.items] == keys[max(0, at - 2) : at]
        end = full.read(other.page, None, before=True, limit=2)
        assert [other.key_of(row) for row in end.items] == keys[-2:]


def test_a_limit_ends_a_list(full: Desk) -> None:
    assert [each.number[-2:] for each in OrderList(sort="oldest").every(full, 2)] == ["01", "02"]
    assert list(OrderList().every(full, 0)) == []


def numbers(desk: Desk, text: str) -> list[int]:
    """Give the orders that a text leaves of all."""
    wanted = desk.read(OrderList().narrowed, text)
    return [int(each.number[-2:]) for each in wanted.every(desk)]


def test_orders_are_narrowed_by_words_and_by_names(full: Desk) -> None:
    assert numbers(full, "") == [*range(13, 0, -1)]
    assert numbers(full, "customer:free") == [12, 10, 8, 6, 4]
    assert numbers(full, "held:yes") == [13, 11, 9, 7, 3, 2, 1]
    assert numbers(full, "status:cancelled") == [4]
    assert numbers(full, "free stage:open") == [12, 10, 8, 6]
    assert numbers(full, "buyer_po:4500 number:SO-00001") == [13, 11]
    assert numbers(full, "P2 customer:FREE") == []
    assert numbers(full, "so-5") == [5]


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("held:maybe", Refused, "say held:yes"),
        ("stage:ajar", Refused, "open or done"),
        ("customer:", Refused, "customer: has no value"),
        ("customer:NOBODY", NotFound, "NOBODY"),
        ("free customer:NOBODY", NotFound, "NOBODY"),
    ],
)
def test_what_narrows_to_nothing_known_says_so(
    full: Desk, text: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        numbers(full, text)


def test_the_command_says_what_narrows_and_in_which_order(full: Desk) -> None:
    wanted = full.read(OrderList(sort="oldest").narrowed, 'buyer-po:"PO 7" held:yes')
    assert wanted.command == "orderdesk order list --buyer-po 'PO 7' --held --sort oldest"
    assert full.read(wanted.narrowed, "acme").command == "orderdesk order list --find acme"
    queue = full.read(QueueList(QueueFilter(queue="holds")).narrowed, "credit")
    assert queue.command == "orderdesk queue list holds --reason credit_limit"
    promised = full.read(PromiseList("unpromised").narrowed, "so-4")
    assert promised.command == "orderdesk promise list unpromised --order SO-4"


def test_promises_are_narrowed_by_order_customer_and_product(full: Desk) -> None:
    def orders(text: str) -> set[str]:
        wanted = full.read(PromiseList("unpromised").narrowed, text)
        return {each.customer for each in wanted.every(full)}

    every = orders("")
    assert every
    for name in every:
        assert orders(name) == {name}
    assert orders("product:p2") == orders("P2") <= every
    with pytest.raises(NotFound, match="no order, no customer and no product"):
        orders("nothing")
    with pytest.raises(Refused, match="not both"):
        orders("acme product:p2")


def test_only_orders_that_a_list_has_are_taken(full: Desk) -> None:
    with pytest.raises(Refused, match="give newest or oldest"):
        OrderList(sort="cheapest")
    with pytest.raises(Refused, match="give likeliest"):
        OrderList(find="acme", sort="oldest")


def test_a_text_is_split_into_words_and_names() -> None:
    assert words_of('a "b" c:d customer:"x y" C:1', ["customer"]) == (
        'a "b" c:d C:1',
        {"customer": "x y"},
    )
    assert words_of("x-customer:1", ["customer"]) == ("x-customer:1", {})


def test_a_row_that_is_gone_stands_before_all_that_are_known() -> None:
    def shown(key: str | None, **how: bool) -> list[str]:
        flags = {"before": False, "including": False, **how}
        return list(around(["a", "b", "c"], str, key, limit=3, **flags)[0])

    assert shown(None) == shown(None, before=True) == ["a", "b", "c"]
    assert shown("b") == ["c"]
    assert shown("b", including=True) == ["b", "c"]
    assert shown("b", before=True) == ["a"]
    assert shown("x", including=True) == ["a", "b", "c"]
    assert shown("x", before=True) == []


def test_the_known_rows_before_a_key_are_those_nearest_to_it() -> None:
    def shown(key: str | None, limit: int, before: bool = True) -> tuple[list[str], bool]:
        rows, more = around(
            ["a", "b", "c", "d"], str, key, before=before, including=False, limit=limit
        )
        return list(rows), more

    assert shown("d", 2) == (["b", "c"], True)
    assert shown("d", 3) == (["a", "b", "c"], False)
    assert shown(None, 1) == (["d"], True)
    assert shown("a", 2, before=False) == (["b", "c"], True)
    assert shown(None, 4, before=False) == (["a", "b", "c", "d"], False)


def test_lists_of_one_product_are_read_on_to_their_ends(full: Desk) -> None:
    coming = SupplyList("P3", "01")
    assert coming.command == "orderdesk supply list --product P3 --warehouse 01"
    assert [each.due.day for each in coming.every(full)] == [10, 11, 12]
    assert [each.warehouse for each in PlaceList("P1").every(full)] == ["01"]
    known = KnownList("days", ["stock", "check", "P1"], [json, pytest])
    assert list(known.every(full)) == [json, pytest]
    assert known.command == "orderdesk stock check P1"
