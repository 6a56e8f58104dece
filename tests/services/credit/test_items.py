"""Open items taken in: known by customer, kind and number, and the balances follow."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orderdesk.domain.credit import ItemRequest
from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.records import Taken
from orderdesk.exchange.masters import KINDS, import_records
from orderdesk.exchange.sources import inspect
from orderdesk.services import nightly
from orderdesk.services.credit import account, ageing, items, modes
from orderdesk.services.customers import save
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order


@pytest.fixture
def owner(desk_of: Any) -> Iterator[Desk]:
    """Give the owner's desk; no law is broken after any of these tests."""
    desk = desk_of("owner")
    yield desk
    assert_laws_hold(desk)


def item(number: str, amount: str, **given: str) -> ItemRequest:
    return ItemRequest(
        **{"customer": "TIGHT", "number": number, "date": "2026-10-01", "amount": amount, **given}
    )


def take(desk: Desk, *requests: ItemRequest) -> Taken:
    return desk.run(items.take_many, requests)


def parts(desk: Desk, customer: str = "TIGHT") -> tuple[Decimal, Decimal, Decimal]:
    shown = desk.read(account.show, customer)
    return shown.exposure, shown.parts.receivables, shown.parts.unapplied


def test_items_move_what_is_owed_and_what_is_paid(owner: Desk) -> None:
    done = take(owner, item("R1", "50"), item("P1", "20", kind="payment"), item("R2", "9"))
    assert done == Taken(3, 0, 0)
    assert parts(owner) == (39, 59, 20)


def test_a_second_time_updates_and_the_same_changes_nothing(owner: Desk) -> None:
    take(owner, item("R1", "50"), item("R2", "10"))
    assert take(owner, item("R1", "50", open="30"), item("R2", "10")) == Taken(0, 1, 1)
    assert parts(owner) == (40, 40, 0)
    assert take(owner, item("R1", "50", settled_on="2026-11-20")) == Taken(0, 1, 0)
    assert parts(owner) == (10, 10, 0)
    # Another kind of the same number is another item.
    assert take(owner, item("R1", "50", kind="credit")) == Taken(1, 0, 0)
    assert parts(owner) == (-40, 10, 50)


def test_the_same_on_a_later_day_changes_no_day_of_an_item(owner: Desk) -> None:
    """A file that names no days, or not when something was settled, is taken in every night."""
    file = (item("R1", "50", open="0"), item("R2", "10", date=""))
    take(owner, *file)
    today = owner.read(nightly.business_date)
    owner.run(nightly.move_on, "2026-12-24")
    assert take(owner, *file) == Taken(0, 0, 2)
    [left] = owner.read(ageing.ageing, "TIGHT").items
    assert (left.date.isoformat(), left.due_date.isoformat()) == (today, today)


def test_the_last_of_the_same_key_counts(owner: Desk) -> None:
    assert take(owner, item("R1", "50"), item("R1", "60")) == Taken(1, 0, 1)
    assert parts(owner) == (60, 60, 0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"customer": "NOBODY"}, "customer 'NOBODY' is unknown"),
        ({"kind": "gift"}, "kind 'gift' is unknown; known: invoice, payment, credit"),
        ({"amount": "0"}, "amount is missing"),
        ({"amount": "-1"}, "amount '-1' is negative"),
        ({"amount": "1e9"}, "amount '1e9'"),
        ({"number": ""}, "number is missing"),
        ({"open": "51"}, "open 51 is more than the amount of 50"),
        ({"due_date": "31.12.2026"}, "due_date '31.12.2026' is not a date"),
        ({"currency": "EUR"}, "currency 'EUR' is not USD"),
        ({"open": "1", "settled_on": "2026-11-01"}, "is given, and 1 is open"),
    ],
)
def test_a_bad_item_is_refused_by_itself(owner: Desk, given: dict[str, str], words: str) -> None:
    bad = {"number": "R1", "amount": "50", **given}
    done = take(owner, item("R0", "7"), item(**bad))
    assert done.added == 1
    assert [each.index for each in done.refused] == [1]
    assert words in done.refused[0].message
    assert parts(owner) == (7, 7, 0)


def test_what_is_overdue_holds_by_its_days_and_by_its_share(owner: Desk) -> None:
    owner.run(modes.set_, "overdue", "on", "20")
    take(owner, item("R1", "10", due_date="2026-11-03", customer="FREE"))
    assert owner.run(place, order("FREE", line("P1"))).holds == ()
    take(owner, item("R2", "30", due_date="2026-11-02", customer="FREE"))
    held = owner.run(place, order("FREE", line("P1")))
    assert [each.code for each in held.holds] == ["overdue"]
    assert held.holds[0].details["days"] == "21"
    shown = owner.read(account.show, "FREE")
    assert (shown.overdue.amount, shown.overdue.oldest_days) == (40, 21)
    owner.run(modes.set_, "overdue", "off")
    owner.run(modes.set_, "overdue_share", "on", "50")
    take(owner, item("R3", "40", due_date="2026-12-31", customer="FREE"))
    assert owner.run(place, order("FREE", line("P1"))).holds == ()
    take(owner, item("R4", "1", due_date="2026-11-22", customer="FREE"))
    share = owner.run(place, order("FREE", line("P1")))
    assert [each.code for each in share.holds] == ["overdue_share"]


def test_who_pays_in_advance_is_held_until_it_is_paid(owner: Desk) -> None:
    owner.run(save.set_, CustomerRequest(code="FREE", prepay="yes"))
    assert [each.code for each in owner.run(place, order("FREE", line("P1"))).holds] == ["prepay"]
    take(owner, item("P1", "20", kind="payment", customer="FREE"))
    assert owner.run(place, order("FREE", line("P1"))).holds == ()
    assert owner.run(place, order("FREE", line("P1"))).held


def test_no_credit_at_all_passes_what_was_paid_before(owner: Desk) -> None:
    take(owner, item("P1", "20", kind="payment", customer="CASH"))
    assert owner.run(place, order("CASH", line("P1", "2"))).holds == ()
    assert owner.run(place, order("CASH", line("P1"))).held


def test_a_file_of_items_is_taken_in_and_its_bad_rows_are_kept(owner: Desk, tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text(
        "Debtor,number,date,due_date,amount,open,kind\n"
        "TIGHT,R1,2026-10-01,2026-10-31,50.00,20.00,invoice\n"
        "GHOST,R2,2026-10-01,2026-10-31,50.00,,invoice\n"
        "TIGHT,Z1,2026-10-05,,5.00,,payment\n"
    )
    kind, mapping = KINDS["credit"], ["customer=Debtor"]
    done = import_records(owner, kind, inspect(file), mapping)
    assert (done.accepted, done.rejected) == (2, 1)
    assert parts(owner) == (15, 20, 5)
    assert "GHOST" in next(tmp_path.glob("*rejects*")).read_text()
    file.write_text(
        "Debtor,number,date,due_date,amount,open,kind\n"
        "TIGHT,R1,2026-10-01,2026-10-31,50.00,0.00,invoice\n"
    )
    import_records(owner, kind, inspect(file), mapping)
    assert parts(owner) == (-5, 0, 5)
