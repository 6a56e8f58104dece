"""Expected goods announced, moved, cancelled and taken from sets, on both databases."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyFilter, SupplyRequest, SupplyView
from orderdesk.models.company import Supplier, Warehouse
from orderdesk.models.journal import Event
from orderdesk.services import stock
from orderdesk.services.supplies import announcing, reading
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.company import put
from tests.laws import assert_laws_hold

_event = table_of(Event).c
EVENTS = statement(
    select(_event.kind, _event.version, _event.body)
    .where(_event.subject == "supply", _event.subject_id == bindparam("id"))
    .order_by(_event.id)
)


@pytest.fixture(autouse=True)
def laws_hold(desk: Desk) -> Iterator[None]:
    """No law is broken after any of these tests."""
    desk.run(places)
    yield
    assert_laws_hold(desk)


def places(work: Work) -> None:
    put(work, Warehouse, [{"code": "02"}, {"code": "03", "archived": 1}])
    put(work, Supplier, [{"code": "7", "name": "Seven"}])


def told(desk: Desk, number: int) -> list[tuple[str, int, Any]]:
    rows = desk.read(lambda work: work.run(EVENTS, {"id": number}))
    return [(row.kind, row.version, json.loads(row.body)) for row in rows]


def announced(desk: Desk, product: str = "P2", quantity: str = "40", **more: Any) -> SupplyView:
    more = {"due": "2026-12-01", **more}
    return desk.run(announcing.add, SupplyRequest(product=product, quantity=quantity, **more))


def test_goods_are_announced_and_shown(desk: Desk) -> None:
    made = announced(desk, "2000000000015", "120", supplier="7", reference="PO 4711")
    assert (made.product, made.warehouse, made.supplier) == ("P1", "01", "7")
    assert (made.quantity, made.open, made.received) == (120, 120, 0)
    assert (made.due, made.first_due) == (date(2026, 12, 1), date(2026, 12, 1))
    assert (made.version, made.late, made.entered_by) == (1, False, "clerk")
    shown = desk.read(reading.show, made.id)
    assert (shown.reference, shown.receipts) == ("PO 4711", ())
    [(kind, version, body)] = told(desk, made.id)
    assert (kind, version, body["product"]) == ("added", 1, "P1")
    assert (body["due"], body["quantity"]) == ([None, "2026-12-01"], [None, "120"])


def test_a_day_moves_with_what_stood_before_in_its_event(desk: Desk) -> None:
    made = announced(desk)
    moved = desk.run(announcing.set_, made.id, SupplyRequest(due="2026-12-08"), 1)
    assert (moved.due, moved.first_due) == (date(2026, 12, 8), date(2026, 12, 1))
    assert moved.version == 2
    assert told(desk, made.id)[1:] == [
        ("changed", 2, {"product": "P2", "due": ["2026-12-01", "2026-12-08"]})
    ]


def test_what_changes_nothing_makes_no_version(desk: Desk) -> None:
    made = announced(desk)
    same = desk.run(announcing.set_, made.id, SupplyRequest(due="2026-12-01", quantity="40"))
    assert same.version == 1
    assert len(told(desk, made.id)) == 1


def test_a_stale_change_is_refused_with_both_sides(desk: Desk) -> None:
    made = announced(desk)
    desk.run(announcing.set_, made.id, SupplyRequest(due="2026-12-08"), 1)
    with pytest.raises(Conflict, match="version 2, you read 1") as met:
        desk.run(announcing.set_, made.id, SupplyRequest(due="2026-12-09"), 1)
    assert met.value.details["fields"] == {"due": {"stored": "2026-12-08", "given": "2026-12-09"}}
    with pytest.raises(Conflict, match="you read 1"):
        desk.run(announcing.cancel, made.id, "", 1)


def test_a_quantity_is_all_of_it_with_what_has_come(desk: Desk) -> None:
    made = announced(desk)
    desk.run(stock.receive, ReceiveRequest(supply=str(made.id), quantity="10"))
    more = desk.run(announcing.set_, made.id, SupplyRequest(quantity="50"))
    assert (more.quantity, more.received, more.open) == (50, 10, 40)
    less = desk.run(announcing.set_, made.id, SupplyRequest(quantity="8"))
    assert (less.open, less.surplus) == (0, 2)


def test_what_is_cancelled_is_no_longer_expected_and_can_be_expected_again(desk: Desk) -> None:
    made = announced(desk)
    desk.run(stock.receive, ReceiveRequest(supply=str(made.id), quantity="10"))
    done = desk.run(announcing.cancel, made.id, "Sold out")
    assert (done.open, done.cancelled, done.received, done.surplus) == (0, 30, 10, 0)
    assert told(desk, made.id)[-1] == (
        "cancelled",
        3,
        {"product": "P2", "reason": "Sold out", "open": ["30", "0"], "cancelled": ["0", "30"]},
    )
    with pytest.raises(Refused, match="nothing of it is expected any more"):
        desk.run(announcing.cancel, made.id)
    again = desk.run(announcing.set_, made.id, SupplyRequest(quantity="25"))
    assert (again.open, again.cancelled) == (15, 0)


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (SupplyRequest(quantity="1", due="2026-12-01"), Refused, "product is missing"),
        (SupplyRequest(product="NIX", quantity="1", due="2026-12-01"), NotFound, "'NIX' is unk"),
        (SupplyRequest(product="P1", due="2026-12-01"), Refused, "'P1': quantity is missing"),
        (SupplyRequest(product="P1", quantity="1"), Refused, "'P1': due is missing"),
        (SupplyRequest(product="P1", quantity="0", due="2026-12-01"), Refused, "quantity is 0"),
        (SupplyRequest(product="P1", quantity="1.5", due="2026-12-01"), Refused, "than 0 decimals"),
        (SupplyRequest(product="P1", quantity="1", due="soon"), Refused, "due 'soon' is not a dat"),
        (SupplyRequest(product="WORK", quantity="1", due="2026-12-01"), Refused, "is a service"),
        (SupplyRequest(product="GONE", quantity="1", due="2026-12-01"), Refused, "is archived"),
        (
            SupplyRequest(product="P1", quantity="1", due="2026-12-01", warehouse="99"),
            Refused,
            "warehouse '99' is unknown",
        ),
        (
            SupplyRequest(product="P1", quantity="1", due="2026-12-01", warehouse="03"),
            Refused,
            "warehouse '03' is archived",
        ),
        (
            SupplyRequest(product="P1", quantity="1", due="2026-12-01", supplier="X"),
            Refused,
            "supplier 'X' is unknown; known: 7",
        ),
    ],
)
def test_what_cannot_be_expected_is_refused_by_name(
    desk: Desk, request_: SupplyRequest, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        desk.run(announcing.add, request_)


def test_an_external_key_stands_for_one_announcement(desk: Desk) -> None:
    made = announced(desk, external_key="ASN-1")
    with pytest.raises(Refused, match=f"'ASN-1' belongs to supply {made.id} already"):
        announced(desk, external_key="ASN-1")
    other = announced(desk)
    with pytest.raises(Refused, match="belongs to supply"):
        desk.run(announcing.set_, other.id, SupplyRequest(external_key="ASN-1"))
    kept = desk.run(announcing.set_, made.id, SupplyRequest(external_key="ASN-1", note="x"))
    assert (kept.external_key, kept.note) == ("ASN-1", "x")


def test_goods_of_one_product_never_become_those_of_another(desk: Desk) -> None:
    made = announced(desk)
    with pytest.raises(Refused, match=rf"supply {made.id} is of product 'P2', not 'P1'"):
        desk.run(announcing.set_, made.id, SupplyRequest(product="P1"))
    with pytest.raises(NotFound, match="supply 999 is unknown"):
        desk.run(announcing.set_, 999, SupplyRequest(due="2026-12-08"))
    with pytest.raises(NotFound, match="supply 999 is unknown"):
        desk.read(reading.show, 999)


def test_goods_go_to_another_warehouse_only_while_nothing_has_come(desk: Desk) -> None:
    made = announced(desk)
    assert desk.run(announcing.set_, made.id, SupplyRequest(warehouse="02")).warehouse == "02"
    desk.run(stock.receive, ReceiveRequest(supply=str(made.id), quantity="1"))
    with pytest.raises(Refused, match="1 came in at 02, so its warehouse stays"):
        desk.run(announcing.set_, made.id, SupplyRequest(warehouse="01"))


def test_a_set_adds_what_is_new_and_moves_what_is_known(desk: Desk) -> None:
    first = [
        SupplyRequest(product="P1", quantity="10", due="2026-12-01", external_key="A"),
        SupplyRequest(product="P2", quantity="20", due="2026-12-02", external_key="B"),
        SupplyRequest(product="NIX", quantity="1", due="2026-12-02"),
        SupplyRequest(product="P2", quantity="5", due="2026-12-03"),
        SupplyRequest(product="P1", quantity="1", due="2026-12-03", external_key="a\0"),
    ]
    done = desk.run(announcing.take_many, first)
    assert (done.added, done.changed, done.unchanged) == (3, 0, 0)
    assert [(each.index, each.code) for each in done.refused] == [
        (2, "unknown_product"),
        (4, "bad_value"),
    ]
    second = [
        SupplyRequest(due="2026-12-09", external_key="A"),
        SupplyRequest(product="p2", quantity="20", due="2026-12-02", external_key="B"),
        SupplyRequest(product="P1", due="2026-12-09", external_key="B"),
        SupplyRequest(product="P3", quantity="1", due="2026-12-09", external_key="C"),
        SupplyRequest(quantity="2.5", external_key="C"),
    ]
    done = desk.run(announcing.take_many, second)
    assert (done.added, done.changed, done.unchanged) == (1, 2, 1)
    assert [(each.index, each.code) for each in done.refused] == [(2, "other_product")]
    found = {each.external_key: each for each in desk.read(reading.list_, SupplyFilter())}
    assert (found["A"].due, found["A"].version) == (date(2026, 12, 9), 2)
    assert (found["B"].version, found["C"].quantity, found["C"].version) == (1, Decimal("2.5"), 1)


def test_who_has_no_right_says_nothing_of_what_is_expected(desk_of: Any) -> None:
    accounts = desk_of("accounts")
    with pytest.raises(Refused, match="may not say which goods are expected, and when; roles tha"):
        announced(accounts)
    with pytest.raises(Refused, match="may not say which goods"):
        accounts.run(announcing.take_many, [])
    assert announced(desk_of("warehouse")).open == 40
