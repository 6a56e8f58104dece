"""The doctor: one row broken on purpose, and exactly its law is named, with what should stand."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from orderdesk.domain.orders import (
    AmendRequest,
    ChargeRequest,
    LineChange,
    LineRequest,
    OrderRequest,
)
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest
from orderdesk.services import stock
from orderdesk.services.credit import account as credit
from orderdesk.services.doctor import examine, findings
from orderdesk.services.laws import balances, chain, demand, documents, journal
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel, close_line, reopen
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.store import integrity
from orderdesk.store.desk import Desk
from orderdesk.store.pages import Pages
from orderdesk.store.statements import SQLITE
from tests.breaking import break_rows, rewrite_chain
from tests.laws import assert_laws_hold

DeskOf = Callable[[str], Desk]


def order(customer: str, *lines: tuple[str, str], **more: object) -> OrderRequest:
    wanted = tuple(LineRequest(product=p, quantity=q) for p, q in lines)
    return OrderRequest(customer=customer, lines=wanted, **more)  # type: ignore[arg-type]


@pytest.fixture
def company(desk_of: DeskOf) -> Desk:
    """Give a company with three orders, of which the second was held and released."""
    desk = desk_of("clerk")
    freight = (ChargeRequest(code="freight", amount="12.00"),)
    desk.run(place, order("FREE", ("P1", "12"), ("TAXED", "1"), charges=freight))
    desk.command("second", place, order("TIGHT", ("P1", "11")))
    desk.run(place, order("ACME", ("P2", "9")))
    desk_of("supervisor").run(release, "SO-000002", reason="paid by card")
    return desk


def test_nothing_is_broken_after_a_day_at_the_desk(company: Desk, desk_of: DeskOf) -> None:
    assert_laws_hold(company)
    company.run(stock.receive, ReceiveRequest(product="P2", quantity="2"))
    company.run(amend, AmendRequest(number="SO-000001", lines=(LineChange(line=1, quantity="90"),)))
    company.run(close_line, "SO-000001", 2)
    company.run(reopen, "SO-000001", 2)
    company.run(hold, "SO-000003", None, "call first")
    company.run(cancel, "SO-000002")
    company.run(stock.adjust, AdjustRequest(product="P1", counted="80"))
    desk_of("accounts").run(credit.set_limit, "TIGHT", "50")
    company.run(place, order("CASH", ("P3", "0.5"), ("WORK", "1"), ("TEXT", "1")))
    assert_laws_hold(company)


def test_policy_lets_people_release_their_own_where_the_event_says_so(
    company: Desk, desk_of: DeskOf
) -> None:
    break_rows(company, "UPDATE company SET self_release = 1")
    supervisor = desk_of("supervisor")
    supervisor.run(place, order("TIGHT", ("P1", "1")))
    supervisor.run(release, "SO-000004")
    break_rows(company, "UPDATE company SET self_release = 0")
    assert_laws_hold(company)


def test_a_series_may_begin_at_any_number_and_anew_with_another_prefix(desk: Desk) -> None:
    break_rows(desk, "UPDATE series SET next_number = 10248, next_id = 10248")
    desk.run(place, order("FREE", ("P1", "1")))
    desk.run(place, order("FREE", ("P1", "1")))
    assert_laws_hold(desk)
    break_rows(desk, "UPDATE series SET prefix = 'SO-27-', next_number = 1")
    assert_laws_hold(desk)
    assert desk.run(place, order("FREE", ("P1", "1"))).number == "SO-27-000001"
    assert_laws_hold(desk)


MOVEMENT = (
    "INSERT INTO movement (product_id, warehouse, quantity, kind, reason, reference, at, actor)"
)
EVENT = "INSERT INTO event (subject, subject_id, version, kind, actor, at, body)"
LINE = ("order_line", "line_law")
NOT_NEGATIVE = ("order_line", "line_not_negative")
OPEN = ("order_line", "allocated_is_open")
OVERSOLD = ("stock", "never_oversold")
BELOW = ("stock", "on_hand_not_negative")


class Wreck(NamedTuple):
    """What is done to the rows, and what the doctor must say of it."""

    sql: tuple[str, ...]
    without: tuple[tuple[str, str], ...]
    """Constraints in its way."""
    found: tuple[int, str, str, str, str]
    """Law, table, key, stored and expected."""


WRECKS = {
    "1 balance": Wreck(
        ("UPDATE stock SET on_hand = 101000 WHERE product_id = 1",),
        (),
        (1, "stock", "P1 at 01", "101", "100"),
    ),
    "1 ledger": Wreck(
        ("UPDATE movement SET quantity = 90000 WHERE product_id = 1",),
        (),
        (1, "stock", "P1 at 01", "100", "90"),
    ),
    "1 below zero": Wreck(
        (
            "UPDATE stock SET on_hand = -1000 WHERE product_id = 3",
            f"{MOVEMENT} VALUES (3, '01', -1000, 'adjustment', '', '', 0, 'x')",
        ),
        (BELOW, OVERSOLD),
        (1, "stock", "P3 at 01", "-1", "0"),
    ),
    "1 no balance": Wreck(
        ("DELETE FROM stock WHERE product_id = 4",),
        (),
        (1, "stock", "LAST at 01", "0", "3"),
    ),
    "2 promised balance": Wreck(
        ("UPDATE stock SET allocated = allocated + 1000 WHERE product_id = 1",),
        (),
        (2, "stock", "P1 at 01", "24", "23"),
    ),
    "2 demand": Wreck(
        ("UPDATE demand SET quantity = 3000 WHERE product_id = 2",),
        (),
        (2, "demand", "P2 at 01 on 2026-11-23", "3", "4"),
    ),
    "2 demand of nobody": Wreck(
        ("INSERT INTO demand VALUES (1, '01', '2026-12-01', 1000)",),
        (),
        (2, "demand", "P1 at 01 on 2026-12-01", "1", "0"),
    ),
    "2 demand missing": Wreck(
        ("DELETE FROM demand",), (), (2, "demand", "P2 at 01 on 2026-11-23", "0", "4")
    ),
    "2 beyond open": Wreck(
        (
            "UPDATE order_line SET allocated = 13000 WHERE order_id = 1 AND line = 1",
            "UPDATE stock SET allocated = 24000 WHERE product_id = 1",
        ),
        (OPEN,),
        (2, "order_line", "SO-000001 line 1", "13", "12"),
    ),
    "2 below zero": Wreck(
        (
            "UPDATE order_line SET allocated = -1000 WHERE order_id = 3",
            "UPDATE stock SET allocated = -1000 WHERE product_id = 2",
        ),
        (OPEN, OVERSOLD),
        (2, "order_line", "SO-000003 line 1", "-1", "0"),
    ),
    "2 beyond on hand": Wreck(
        (
            "UPDATE stock SET on_hand = 4000 WHERE product_id = 2",
            f"{MOVEMENT} VALUES (2, '01', -1000, 'adjustment', '', '', 0, 'x')",
        ),
        (OVERSOLD,),
        (2, "stock", "P2 at 01", "5", "4"),
    ),
    "2 of a charge": Wreck(
        ("UPDATE order_line SET allocated = 1000 WHERE kind = 'charge'",),
        (),
        (2, "order_line", "SO-000001 line 3", "1", "0"),
    ),
    "2 nowhere": Wreck(
        (
            "UPDATE order_line SET warehouse = '09' WHERE order_id = 3",
            "UPDATE stock SET allocated = 0 WHERE product_id = 2",
        ),
        (),
        (2, "order_line", "SO-000003 line 1", "5", "0"),
    ),
    "3 sum": Wreck(
        ("UPDATE order_line SET over_shipped = 1000 WHERE order_id = 1 AND line = 1",),
        (LINE,),
        (3, "order_line", "SO-000001 line 1", "12", "13"),
    ),
    "3 below zero": Wreck(
        ("UPDATE order_line SET over_shipped = -1000, open = 8000 WHERE order_id = 3",),
        (NOT_NEGATIVE,),
        (3, "order_line", "SO-000003 line 1", "-1", "0"),
    ),
    "3 cancelled": Wreck(
        ("UPDATE sales_order SET status = 'cancelled' WHERE id = 3",),
        (),
        (3, "order_line", "SO-000003 line 1", "9", "0"),
    ),
    "6 gap": Wreck(
        (
            "DELETE FROM hold WHERE order_id = 2",
            "DELETE FROM order_line WHERE order_id = 2",
            "DELETE FROM sales_order WHERE id = 2",
            "DELETE FROM event WHERE subject = 'order' AND subject_id = 2",
            "DELETE FROM outbox WHERE subject = 'order' AND subject_id = 2",
            "UPDATE stock SET allocated = allocated - 11000 WHERE product_id = 1",
            "UPDATE customer SET exposure = 0, family_exposure = 0 WHERE code = 'TIGHT'",
        ),
        (),
        (6, "sales_order", "SO-000003", "SO-000003", "SO-000002"),
    ),
    "6 out of turn": Wreck(
        ("UPDATE sales_order SET number = 'SO-000007' WHERE id = 2",),
        (),
        (6, "sales_order", "SO-000007", "SO-000007", "SO-000002"),
    ),
    "6 series ahead": Wreck(
        ("UPDATE series SET next_number = 5 WHERE code = 'order'",),
        (),
        (6, "series", "order", "SO-000005, row 4", "SO-000004, row 4"),
    ),
    "6 series behind": Wreck(
        ("UPDATE series SET next_id = 3 WHERE code = 'order'",),
        (),
        (6, "series", "order", "SO-000004, row 3", "SO-000004, row 4"),
    ),
    "6 series gone": Wreck(
        ("DELETE FROM series WHERE code = 'order'",),
        (),
        (6, "series", "order", "nothing", "SO-000004, row 4"),
    ),
    "8 exposure": Wreck(
        ("UPDATE customer SET exposure = exposure + 1 WHERE code = 'TIGHT'",),
        (),
        (8, "customer", "TIGHT", "110.01", "110.00"),
    ),
    "8 line": Wreck(
        ("UPDATE order_line SET net = net + 1 WHERE order_id = 1 AND line = 1",),
        (),
        (8, "order_line", "SO-000001 line 1", "120.01", "120.00"),
    ),
    "8 net": Wreck(
        ("UPDATE sales_order SET net = net - 1 WHERE id = 1",),
        (),
        (8, "sales_order", "SO-000001", "231.99", "232.00"),
    ),
    "8 tax": Wreck(
        ("UPDATE sales_order SET tax = 0 WHERE id = 1",),
        (),
        (8, "sales_order", "SO-000001", "0.00", "21.00"),
    ),
    "8 total": Wreck(
        ("UPDATE sales_order SET total = total + 100 WHERE id = 1",),
        (),
        (8, "sales_order", "SO-000001", "254.00", "253.00"),
    ),
    "8 open value": Wreck(
        (
            "UPDATE sales_order SET open_value = 0, exposed = 0 WHERE id = 2",
            "UPDATE customer SET exposure = 0, family_exposure = 0 WHERE code = 'TIGHT'",
        ),
        (),
        (8, "sales_order", "SO-000002", "0.00", "110.00"),
    ),
    "9 released own": Wreck(
        ("UPDATE hold SET released_by = 'clerk'",),
        (),
        (
            9,
            "hold",
            "SO-000002 hold 1 (credit_limit)",
            "clerk",
            "none of clerk, or policy in the event",
        ),
    ),
    "9 released by who raised it": Wreck(
        ("UPDATE hold SET raised_by = '[\"clerk2\", \"supervisor\"]'",),
        (),
        (
            9,
            "hold",
            "SO-000002 hold 1 (credit_limit)",
            "supervisor",
            "none of clerk, clerk2, supervisor, or policy in the event",
        ),
    ),
    "9 no cause": Wreck(
        ("UPDATE hold SET released_by = 'system', reason = ''",),
        (),
        (9, "hold", "SO-000002 hold 1 (credit_limit)", "system", "a reason"),
    ),
    "9 no time": Wreck(
        ("UPDATE hold SET released_at = NULL",),
        (),
        (9, "hold", "SO-000002 hold 1 (credit_limit)", "supervisor at None", "both"),
    ),
    "12 order": Wreck(
        ("UPDATE sales_order SET version = 3 WHERE id = 2",),
        (),
        (12, "sales_order", "SO-000002", "3", "2"),
    ),
    "12 customer": Wreck(
        ("DELETE FROM event WHERE subject = 'customer' AND subject_id = 1",),
        (),
        (12, "customer", "ACME", "1", "0"),
    ),
    "12 product": Wreck(
        ("UPDATE event SET version = 2 WHERE subject = 'product' AND subject_id = 1",),
        (),
        (12, "product", "P1", "1", "2"),
    ),
    "12 company": Wreck(
        ("UPDATE company SET version = 2",),
        (),
        (12, "company", "Small Company", "2", "1"),
    ),
    "12 gone": Wreck(
        (f"{EVENT} VALUES ('order', 99, 1, 'placed', 'x', 0, '{{}}')",),
        (),
        (12, "event", "order 99 version 1", "order 99 version 1", "its document"),
    ),
    "13": Wreck(
        ("DELETE FROM outbox", "INSERT INTO outbox (subject_id, version, subject, receiver, kind,"
         " at, body) VALUES (1, 7, 'order', 'customer', 'placed', 0, '{}')"),
        (),
        (13, "outbox", "order 1 version 7 to customer", "no event", "its event"),
    ),
    "14 answer": Wreck(
        ("UPDATE command SET answer = '{\"number\": '",),
        (),
        (14, "command", "second", '{"number": ', "JSON"),
    ),
    "14 request": Wreck(
        ("UPDATE command SET request_hash = 'x'",),
        (),
        (14, "command", "second", "x", "a SHA-256 hash"),
    ),
    "0 reference": Wreck(
        ("UPDATE product SET unit = 'xx' WHERE id = 1",),
        (),
        (0, "product", "1", "xx", "unit is in unit.code"),
    ),
    "0 constraint": Wreck(
        ("UPDATE price SET price = -1 WHERE product_id = 2",),
        (("price", "price_not_negative"),),
        (0, "price", "2 BASE 0 ", "price_not_negative", "price >= 0 AND price_unit > 0"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("wreck", WRECKS.values(), ids=WRECKS.keys())
def test_a_broken_row_is_named_with_what_should_stand_there(company: Desk, wreck: Wreck) -> None:
    break_rows(company, *wreck.sql, without=wreck.without)
    rewrite_chain(company)  # else it would name the event that was broken as well
    found = company.read(examine)
    assert [(b.law, b.table, b.key, b.stored, b.expected) for b in found] == [wreck.found]
    assert found[0].message


def test_every_broken_row_is_named(company: Desk) -> None:
    break_rows(company, "UPDATE product SET version = 7", "UPDATE stock SET on_hand = on_hand + 1")
    assert [each.law for each in company.read(examine)] == [1] * 5 + [12] * 10


def test_the_doctor_works_on_what_is_open_for_reading_only(company: Desk, url: str) -> None:
    break_rows(company, "UPDATE customer SET exposure = 1 WHERE code = 'OLD'")
    reader = Desk(url, "clerk", read_only=True).open()
    assert [each.key for each in reader.read(examine)] == ["OLD"]
    reader.close()


def test_what_is_found_can_be_told_one_by_one(company: Desk) -> None:
    break_rows(company, "UPDATE product SET version = 7")
    with company.database.read("clerk") as work:
        first = next(findings(work))
    assert (first.law, first.key) == (12, "P1")


def test_every_law_reads_in_the_order_of_a_key_and_keeps_nothing(sqlite_url: str) -> None:
    database = Desk(sqlite_url, "clerk").database
    connection = database.connect()
    found = [
        (name, each)
        for module in (balances, chain, demand, documents, journal)
        for name, each in vars(module).items()
        if isinstance(each, Pages) and name != "_MOVED_NOWHERE"
    ]
    found += [(each.subject, each.broken) for each in journal._DOCUMENTS]
    found += [(each.promise, each.broken) for each in integrity._REFERENCES]
    for name, each in found:
        sql = each._next.prepared(SQLITE).sql
        values = {f"after_{key}": start for key, start in each._start.items()}
        steps = [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
        assert not [step for step in steps if "TEMP" in step or "AUTOMATIC" in step], name
    connection.close()
    database.close()
