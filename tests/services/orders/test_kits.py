"""Kits on orders: one line with the value, and below it a line for each part that goes."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import OrderDeskError, Refused
from orderdesk.domain.orders import (
    AmendRequest,
    ChargeRequest,
    LineChange,
    OrderView,
)
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.queues import QueueFilter
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.models.company import ProductGroup
from orderdesk.models.products import Price
from orderdesk.services import goods, kits, products, stock, substitutes
from orderdesk.services.customers import save
from orderdesk.services.orders import closing, preview, promise_reading, reading
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.differences import difference
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.place import place
from orderdesk.services.queues import deciding
from orderdesk.services.queues.reading import list_
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.company import put
from tests.laws import assert_laws_hold
from tests.services.orders.asking import allocated, balances, line, order

Lines = list[tuple[int, str, str, str, int | None]]


@pytest.fixture(autouse=True)
def kits_there(desk: Desk) -> Iterator[None]:
    """KIT is 2 P1, 1 P2 and 0.5 h WORK at 30.00; BOX is 2 KIT and 3 P1 at 55.00."""
    for code in ("KIT", "BOX"):
        asked = ProductRequest(code=code, name=f"Kit {code}", kind="kit", unit="ea")
        desk.run(products.add, asked)
    for code, part, quantity in (
        ("KIT", "P1", "2"),
        ("KIT", "P2", "1"),
        ("KIT", "WORK", "0.5"),
        ("BOX", "KIT", "2"),
        ("BOX", "P1", "3"),
    ):
        desk.run(kits.keep, code, part, quantity)
    ids = {code: desk.read(_id_of, code) for code in ("KIT", "BOX")}
    rows = [
        {"product_id": ids[code], "price_list": "BASE", "min_quantity": 0, "valid_from": "",
         "price": price}
        for code, price in (("KIT", 30_000_000), ("BOX", 55_000_000))
    ]  # fmt: skip
    desk.run(lambda work: put(work, Price, rows))
    yield
    assert_laws_hold(desk)


def _id_of(work: Work, code: str) -> int:
    found: int = goods.find(work, [code])[code].id
    return found


def seen(placed: OrderView) -> Lines:
    """Give each line as number, product, ordered, net, and the line of its kit."""
    return [
        (each.line, each.product, f"{each.ordered:f}", f"{each.net:f}", each.kit_line)
        for each in placed.lines
    ]


def quantities(placed: OrderView) -> list[tuple[str, str, str, str]]:
    """Give product, ordered, open and allocated of each line."""
    return [
        (each.product, f"{each.ordered:f}", f"{each.open:f}", f"{each.allocated:f}")
        for each in placed.lines
    ]


def change(desk: Desk, number: str, *lines: LineChange, **more: object) -> OrderView:
    return desk.run(amend, AmendRequest(number=number, lines=lines, **more))  # type: ignore[arg-type]


def test_a_kit_is_one_line_with_the_value_and_a_line_for_each_part(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("KIT", "2"), line("P1", "1")))
    assert seen(placed) == [
        (1, "KIT", "2", "60.00", None),
        (2, "P1", "4", "0.00", 1),
        (3, "P2", "2", "0.00", 1),
        (4, "WORK", "1", "0.00", 1),
        (5, "P1", "1", "10.00", None),
    ]
    assert [each.price_source for each in placed.lines] == ["base", "kit", "kit", "kit", "base"]
    assert placed.total == Decimal("70.00")
    assert (allocated(desk, "P1"), allocated(desk, "P2")) == (5, 2)
    assert desk.read(reading.show, placed.number) == placed


def test_who_asks_for_the_promise_of_a_kit_is_told_the_lines_of_its_parts(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("KIT", "2")))
    with pytest.raises(Refused, match=r"line 1: a kit goes .* name one of their lines: 2, 3$"):
        desk.read(promise_reading.explain, placed.number, 1)
    with pytest.raises(Refused, match="line 4: no goods of it are open"):
        desk.read(promise_reading.explain, placed.number, 4)


def test_kits_in_kits_are_taken_apart_to_the_last_and_added_up(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("BOX", "1")))
    assert seen(placed) == [
        (1, "BOX", "1", "55.00", None),
        (2, "P1", "7", "0.00", 1),
        (3, "P2", "2", "0.00", 1),
        (4, "WORK", "1", "0.00", 1),
    ]


def test_the_kits_line_has_as_many_whole_kits_as_its_parts_allow(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("KIT", "7")))
    kit, first, second, service = placed.lines
    assert (kit.allocated, kit.backordered) == (5, 2)
    assert (first.allocated, second.allocated, second.backordered) == (14, 5, 2)
    assert (service.allocated, service.backordered) == (0, 0)
    assert kit.promised is None
    assert placed.promised is None
    assert first.promised is not None


def test_the_kit_is_promised_for_the_latest_of_its_parts(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    desk_of("supervisor").run(
        announcing.add,
        SupplyRequest(product="P2", quantity="20", due="2026-12-10"),
    )
    placed = desk.run(place, order("FREE", line("KIT", "7")))
    kit, first, second, _ = placed.lines
    assert first.promised is not None
    assert first.promised < date(2026, 12, 1)
    assert kit.promised == second.promised == placed.promised
    assert second.promised is not None
    assert second.promised >= date(2026, 12, 10)
    desk.run(stock.receive, ReceiveRequest(product="P2", quantity="2"))
    assert desk.read(reading.show, placed.number).lines[0].allocated == 7


def test_what_was_taken_apart_stays_when_the_kit_is_made_otherwise(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("KIT", "2")))
    desk.run(kits.keep, "KIT", "P1", "9")
    desk.run(kits.remove, "KIT", "P2")
    more = change(desk, placed.number, LineChange(line=1, quantity="3"))
    assert quantities(more)[:3] == [
        ("KIT", "3", "3", "3"),
        ("P1", "6", "6", "6"),
        ("P2", "3", "3", "3"),
    ]
    copied = desk.run(copy, placed.number)
    assert quantities(copied)[1] == ("P1", "27", "27", "27")
    assert [each.product for each in copied.lines] == ["KIT", "P1", "WORK"]


def test_the_parts_follow_the_kits_line(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("KIT", "4")))
    asked = LineChange(
        line=1, quantity="2", requested="2026-12-01", ship_to="02", disposition="ship complete"
    )
    now = change(desk, placed.number, asked)
    assert [each.ordered for each in now.lines] == [2, 4, 2, 1]
    assert {(each.requested, each.ship_to, each.disposition) for each in now.lines} == {
        (date(2026, 12, 1), "02", "ship complete")
    }
    assert (allocated(desk, "P1"), allocated(desk, "P2")) == (4, 2)
    later = change(desk, placed.number, requested="2026-12-05", discount="10")
    assert [each.discount for each in later.lines[1:]] == [0, 0, 0]


@pytest.mark.parametrize(
    "asked",
    [
        LineChange(line=2, quantity="1"),
        LineChange(line=2, price="1"),
        LineChange(line=2, remove=True),
        LineChange(line=3, requested="2026-12-01"),
    ],
)
def test_a_part_alone_is_not_amended(desk: Desk, asked: LineChange) -> None:
    placed = desk.run(place, order("FREE", line("KIT", "2")))
    with pytest.raises(Refused, match=r"a part of the kit on line 1 .* change line 1"):
        change(desk, placed.number, asked)


def test_a_part_alone_is_neither_closed_nor_opened_again(desk: Desk) -> None:
    number = desk.run(place, order("FREE", line("KIT", "2"))).number
    with pytest.raises(Refused, match="a part of the kit on line 1"):
        desk.run(closing.close_line, number, 2)
    desk.run(closing.close_line, number, 1)
    with pytest.raises(Refused, match="a part of the kit on line 1"):
        desk.run(closing.reopen, number, 3)


def test_closing_reopening_and_cancelling_the_kit_does_so_with_its_parts(desk: Desk) -> None:
    number = desk.run(place, order("FREE", line("KIT", "4"), line("P3", "1"))).number
    shut = desk.run(closing.close_line, number, 1, "3")
    assert [(int(each.open), int(each.short_closed)) for each in shut.lines[:3]] == [
        (1, 3),
        (2, 6),
        (1, 3),
    ]
    assert shut.lines[0].net == 30
    assert allocated(desk, "P1") == 2
    again = desk.run(closing.reopen, number, 1)
    assert [each.open for each in again.lines[:3]] == [4, 8, 4]
    gone = change(desk, number, LineChange(line=1, remove=True))
    assert [each.open for each in gone.lines[:4]] == [0, 0, 0, 0]
    change(desk, number, LineChange(line=1, reopen=True))
    cancelled = desk.run(closing.cancel, number)
    assert {each.open for each in cancelled.lines} == {0}
    assert allocated(desk, "P1") == 0


def test_a_kit_is_added_to_an_order_and_its_parts_get_stock(desk: Desk) -> None:
    number = desk.run(place, order("FREE", line("P1", "1"))).number
    now = change(desk, number, add=(line("KIT", "2"), line("P2", "1")))
    assert [(each.line, each.product, each.kit_line) for each in now.lines] == [
        (1, "P1", None),
        (2, "KIT", None),
        (3, "P1", 2),
        (4, "P2", 2),
        (5, "WORK", 2),
        (6, "P2", None),
    ]
    assert [each.allocated for each in now.lines] == [1, 2, 4, 2, 0, 1]
    told = desk.read(difference, number, 1).changes["lines"]
    assert told["3"]["kit_line"] == [None, 2]
    assert "kit_line" not in told["2"]
    both = change(desk, number, LineChange(line=2, quantity="1"), add=(line("KIT", "1"),))
    assert [each.kit_line for each in both.lines][6:] == [None, 7, 7, 7]


def test_what_is_short_of_a_kit_that_does_not_wait_is_closed_in_whole_kits(desk: Desk) -> None:
    asked = line("KIT", "7", disposition="cancel")
    placed = desk.run(place, order("FREE", asked, line("P1", "90")))
    assert quantities(placed) == [
        ("KIT", "7", "5", "5"),
        ("P1", "14", "10", "10"),
        ("P2", "7", "5", "5"),
        ("WORK", "3.5", "2.5", "0"),
        ("P1", "90", "90", "86"),
    ]
    assert placed.lines[0].net == 150
    assert placed.warnings == (
        "line 1: 2 of 7 ea of KIT closed, for they are short and its disposition is 'cancel'",
    )


def test_what_is_added_or_grows_of_such_a_kit_is_closed_too(desk: Desk) -> None:
    number = desk.run(place, order("FREE", line("P3", "1"))).number
    now = change(desk, number, add=(line("KIT", "7", disposition="cancel"),))
    assert [each.open for each in now.lines[1:]] == [5, 10, 5, Decimal("2.5")]
    assert len(now.warnings) == 1
    assert allocated(desk, "P1") == 10
    more = change(desk, number, LineChange(line=2, quantity="9"))
    assert [each.open for each in more.lines[1:4]] == [5, 10, 5]
    assert [each.short_closed for each in more.lines[1:4]] == [4, 8, 4]


def test_a_kit_costs_what_its_parts_do(desk: Desk) -> None:
    """KIT costs 12.00 (2 P1 at 6.00); its group wants a margin of 70 %, that is 40.00."""
    rows = [{"code": "KITS", "name": "Kits", "margin_floor": 700_000}]
    desk.run(lambda work: put(work, ProductGroup, rows))
    desk.run(products.set_, ProductRequest(code="KIT", group="KITS"))
    placed = desk.run(place, order("FREE", line("KIT", "2")))
    assert [(hold.code, hold.line) for hold in placed.holds] == [("line_margin", 1)]
    assert placed.holds[0].details["cost"] == "24.00"


def test_the_value_of_a_kit_counts_once_in_credit_and_its_minimum(desk: Desk) -> None:
    placed = desk.run(
        place, order("ACME", line("KIT", "2"), charges=(ChargeRequest(code="freight", amount="5"),))
    )
    assert balances(desk).exposure["ACME"] == 6_500
    assert [charge.line for charge in placed.charges] == [5]
    desk.run(closing.cancel, placed.number)
    assert balances(desk).exposure["ACME"] == 0


def test_nothing_stands_in_for_a_part(desk: Desk) -> None:
    desk.run(substitutes.keep, "P2", "P1")
    desk.run(save.set_, CustomerRequest(code="FREE", substitutes="yes"))
    placed = desk.run(place, order("FREE", line("KIT", "9"), line("P2", "9")))
    offered = [each.line for each in placed.lines if each.substitutes]
    assert offered == [5]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda desk: desk.run(products.set_, ProductRequest(code="P2", archived="yes")),
         "line 2: part 'P2' of kit 'KIT' is archived"),
        (lambda desk: [desk.run(kits.remove, "KIT", code) for code in ("P1", "P2", "WORK")],
         "kit 'KIT' has no parts; add them with"),
    ],
)  # fmt: skip
def test_a_kit_that_cannot_be_made_is_refused_by_the_request(
    desk: Desk, act: Callable[[Desk], object], words: str
) -> None:
    act(desk)
    with pytest.raises(OrderDeskError, match=words):
        desk.run(place, order("FREE", line("P1"), line("KIT")))


def test_errors_count_requests_not_lines(desk: Desk) -> None:
    with pytest.raises(Refused, match="line 2: quantity is 0"):
        desk.run(place, order("FREE", line("KIT"), line("P1", "0")))


def test_a_kit_is_never_in_stock(desk: Desk) -> None:
    with pytest.raises(Refused, match="product 'KIT' is a kit and never in stock"):
        desk.run(stock.receive, ReceiveRequest(product="KIT", quantity="1"))


def test_the_desk_sees_a_kits_parts_and_how_many_can_be_made(desk: Desk) -> None:
    asked = (line("P1", "90"), line("KIT", "7"), line("P2", "1"))
    plain, kit, last = desk.read(preview.lines, "FREE", asked, Defaults("01", "2026-11-23", 0))
    assert (plain.parts, last.allocated) == ((), 0)
    assert [(each.product, each.quantity, each.available) for each in kit.parts] == [
        ("P1", 14, 10),
        ("P2", 7, 5),
        ("WORK", Decimal("3.5"), 0),
    ]
    assert (kit.available, kit.allocated, kit.backordered) == (5, 5, 2)
    assert (kit.net, kit.has_goods, kit.promised) == (Decimal("210.00"), True, None)
    alone = desk.read(
        preview.line, "FREE", asked[1], 2, Defaults("01", "2026-11-23", 0), ((1, line("P1", "98")),)
    )
    assert (alone.available, alone.allocated) == (1, 1)


def test_a_kit_is_called_about_once_all_of_it_is_there_and_goes_whole(desk: Desk) -> None:
    number = desk.run(place, order("FREE", line("KIT", "7", disposition="call"))).number
    assert desk.read(list_, QueueFilter(queue="calling")).items == ()
    desk.run(stock.receive, ReceiveRequest(product="P2", quantity="2"))
    [item] = desk.read(list_, QueueFilter(queue="calling")).items
    assert (item.line, item.details["product"], item.details["quantity"]) == (1, "KIT", "7")
    assert item.message.startswith("7 ea of KIT are there: call")
    with pytest.raises(Refused, match="nobody is to be called about it"):
        desk.run(deciding.take, item.id[:-1] + "3")
    shipped = desk.run(deciding.approve, item.id)
    assert {each.disposition for each in shipped.lines} == {"ship available"}
    assert desk.read(list_, QueueFilter(queue="calling")).items == ()
    assert shipped.number == number


def test_more_of_a_part_than_a_line_can_hold_is_refused(desk: Desk) -> None:
    desk.run(kits.keep, "KIT", "P1", "900000000000")
    with pytest.raises(Refused, match="need more of its part 'P1' than a line can hold; order few"):
        desk.run(place, order("FREE", line("KIT", "900000000")))
