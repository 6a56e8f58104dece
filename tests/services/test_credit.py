"""Credit: what a customer may owe and owes, and the limit as accounts set it."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from sqlalchemy import select

from orderdesk.domain.credit import ExposureParts, Overdue
from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.models.journal import Event
from orderdesk.services.credit import account as credit
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import Row, statement, table_of
from tests.laws import assert_laws_hold

_event = table_of(Event).c
EVENTS = statement(
    select(_event.subject_id, _event.version, _event.kind, _event.body)
    .where(_event.subject == "customer", _event.version > 1)
    .order_by(_event.id)
)


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    """Give the desk of one who may set limits."""
    return desk_of("owner")


@pytest.fixture(autouse=True)
def laws_hold(desk: Desk) -> Iterator[None]:
    """No law is broken after any of these tests."""
    yield
    assert_laws_hold(desk)


def events(desk: Desk) -> list[Row]:
    return desk.read(lambda work: work.run(EVENTS))


def order(desk: Desk, customer: str, quantity: str) -> None:
    lines = (LineRequest(product="P1", quantity=quantity),)
    desk.run(place, OrderRequest(customer=customer, lines=lines))


def test_credit_shows_the_exposure_with_its_parts(desk: Desk) -> None:
    order(desk, "TIGHT", "3")
    shown = desk.read(credit.show, "tight")
    zero = Decimal("0.00")
    assert (shown.customer, shown.currency, shown.version) == ("TIGHT", "USD", 1)
    assert (shown.limit, shown.exposure, shown.headroom) == (100, 30, 70)
    assert shown.parts == ExposureParts(zero, zero, Decimal("30.00"), zero)
    assert shown.overdue == Overdue(zero, 0)
    assert (shown.result, shown.reasons, shown.grants) == ("ok", (), ())


@pytest.mark.parametrize(
    ("customer", "quantity", "result", "headroom", "words"),
    [
        ("TIGHT", "8", "ok", "20.00", ""),
        ("TIGHT", "9", "watch", "10.00", "exposure is 90 % of the credit limit"),
        ("TIGHT", "10", "watch", "0.00", "exposure is 100 % of the credit limit"),
        ("TIGHT", "11", "hold", "-10.00", "10.00 over the credit limit of 100.00"),
        ("TIGHT", "300", "hold", "-2600.00", "exposure 2,700.00 USD is 2,600.00 over the credit"),
        ("CASH", "1", "hold", "-10.00", "no credit: the limit is 0"),
        ("FREE", "99", "ok", None, ""),
    ],
)
def test_the_verdict_follows_the_share_of_the_limit(
    desk: Desk, customer: str, quantity: str, result: str, headroom: str | None, words: str
) -> None:
    order(desk, customer, quantity)
    shown = desk.read(credit.show, customer)
    assert shown.result == result
    assert shown.headroom == (None if headroom is None else Decimal(headroom))
    assert [reason.code for reason in shown.reasons] == (["credit_limit"] if words else [])
    assert words in "".join(reason.message for reason in shown.reasons)


def test_a_new_limit_is_told_with_the_one_before(desk: Desk) -> None:
    done = desk.run(credit.set_limit, "TIGHT", "250.5", "asked by sales")
    assert (done.limit, done.version) == (Decimal("250.50"), 2)
    assert desk.read(credit.show, "TIGHT") == done
    assert desk.run(credit.set_limit, "TIGHT", None).limit is None
    first, second = events(desk)
    assert (first.subject_id, first.version, first.kind) == (2, 2, "credit limit set")
    assert json.loads(first.body) == {
        "code": "TIGHT",
        "credit_limit": ["100.00", "250.50"],
        "reason": "asked by sales",
    }
    assert json.loads(second.body)["credit_limit"] == ["250.50", None]


def test_the_same_limit_again_is_no_change(desk: Desk) -> None:
    assert desk.run(credit.set_limit, "TIGHT", "100").version == 1
    assert events(desk) == []


@pytest.mark.parametrize(
    ("customer", "limit", "reason", "version", "error", "words"),
    [
        ("NOBODY", "1", "", None, NotFound, "customer 'NOBODY' is unknown"),
        ("ACME", "-1", "", None, Refused, "customer ACME: limit '-1' is negative"),
        ("ACME", "1.005", "", None, Refused, "limit '1.005' has more than 2 decimals"),
        ("ACME", "NaN", "", None, Refused, "limit 'NaN' is not a plain number"),
        ("ACME", "1", "a\0b", None, Refused, "reason has a NUL"),
        ("ACME", "1", "", 7, Conflict, "version 1, you read 7"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_and_changes_nothing(
    desk: Desk,
    customer: str,
    limit: str,
    reason: str,
    version: int | None,
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        desk.run(credit.set_limit, customer, limit, reason, version)
    assert desk.read(credit.show, "ACME").limit == 10_000
    assert events(desk) == []
