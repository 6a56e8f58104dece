"""Each rule that holds an order: what it takes, what it says, and how far a release of it goes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from orderdesk.domain.customers import AddressEntry, CustomerRequest
from orderdesk.domain.orders import (
    AddressRequest,
    AmendRequest,
    LineChange,
    LineRequest,
    OrderView,
)
from orderdesk.services import company
from orderdesk.services.credit import modes
from orderdesk.services.customers import save
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel, close_line, reopen
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.holds import release
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order

Desks = Callable[[str], Desk]


@pytest.fixture
def owner(desk_of: Desks) -> Iterator[Desk]:
    """Give the owner's desk; no law is broken after any of these tests."""
    desk = desk_of("owner")
    yield desk
    assert_laws_hold(desk)


def customer(owner: Desk, code: str, **given: Any) -> None:
    owner.run(save.set_, CustomerRequest(code=code, **given))


def codes(view: OrderView) -> list[tuple[str, int | None, bool]]:
    return [(each.code, each.line, each.released_by is None) for each in view.holds]


def changed(desk: Desk, number: str, **given: Any) -> OrderView:
    return desk.run(amend, AmendRequest(number=number, **given))


def quantity(desk: Desk, number: str, wanted: str, at: int = 1) -> OrderView:
    return changed(desk, number, lines=(LineChange(line=at, quantity=wanted),))


def test_an_order_without_the_po_that_its_customer_needs_is_held(owner: Desk) -> None:
    customer(owner, "FREE", po_required="yes")
    assert codes(owner.run(place, order("FREE", line("P1")))) == [("po_missing", None, True)]
    assert codes(owner.run(place, order("FREE", line("P1"), buyer_po="77"))) == []
    # The edit that mends it lifts nothing.
    assert codes(changed(owner, "1", buyer_po="78")) == [("po_missing", None, True)]


def test_an_order_to_an_address_with_a_part_missing_is_held(desk_of: Desks, owner: Desk) -> None:
    customer(owner, "FREE", addresses=(AddressEntry(code="02", street="", country=""),))
    good = owner.run(place, order("FREE", line("P1")))
    assert good.holds == ()
    bad = owner.run(place, order("FREE", line("P1"), ship_to="02"))
    assert [each.message for each in bad.holds] == ["ship-to 02 of FREE has no street, country"]
    one_line = owner.run(place, order("FREE", line("P1"), line("P2", ship_to="02")))
    assert codes(one_line) == [("address_incomplete", 2, True)]
    one_off = AddressRequest(name="A", street="1 Mill Rd", city="Leeds")
    assert codes(owner.run(place, order("FREE", line("P1"), address=one_off))) == []
    # Another place than the one it was released for holds again.
    customer(owner, "FREE", addresses=(AddressEntry(code="03", name="Shed", city="Leeds"),))
    desk_of("supervisor").run(release, bad.number)
    assert codes(quantity(owner, bad.number, "2")) == [("address_incomplete", None, False)]
    moved = changed(owner, bad.number, ship_to="03")
    assert codes(moved) == [
        ("address_incomplete", None, False),
        ("address_incomplete", None, True),
    ]


def test_a_line_that_repeats_one_on_the_same_po_in_all_is_held(owner: Desk) -> None:
    owner.run(place, order("FREE", line("P1", "5"), buyer_po="77"))
    for repeated, held in (
        (line("P1", "5"), True),
        (line("P1", "4"), False),
        (line("P2", "5"), False),
        (line("P1", "5", requested="2026-11-30"), False),
        (line("P1", "5", ship_to="02"), False),
    ):
        view = owner.run(place, order("FREE", line("WORK"), repeated, buyer_po="77"))
        assert codes(view) == ([("duplicate_line", 2, True)] if held else [])
        owner.run(cancel, view.number)
    assert codes(owner.run(place, order("FREE", line("P1", "5"), buyer_po="78"))) == []
    assert codes(owner.run(place, order("ACME", line("P1", "5"), buyer_po="77"))) == []
    owner.run(company.set_, {"duplicate_days": "0"})
    assert codes(owner.run(place, order("FREE", line("P1", "5"), buyer_po="77"))) == []


def test_an_amendment_that_makes_a_line_a_repeated_one_holds_it(owner: Desk) -> None:
    owner.run(place, order("FREE", line("P1", "5"), buyer_po="77"))
    owner.run(place, order("FREE", line("P1", "4"), buyer_po="77"))
    assert codes(quantity(owner, "2", "5")) == [("duplicate_line", 1, True)]


def test_an_order_below_its_customers_minimum_is_held_where_no_charge_makes_up(
    desk_of: Desks, owner: Desk
) -> None:
    customer(owner, "FREE", minimum_order="50")
    small = owner.run(place, order("FREE", line("P1", "4")))
    assert small.holds[0].details == {"goods": "40.00", "minimum": "50.00", "short": "10.00"}
    assert codes(owner.run(place, order("FREE", line("P1", "5")))) == []
    desk_of("supervisor").run(release, small.number)
    # Less is worse here: it holds again.
    assert codes(quantity(owner, small.number, "3")) == [
        ("minimum_order", None, False),
        ("minimum_order", None, True),
    ]
    customer(owner, "FREE", minimum_charge="5")
    assert codes(owner.run(place, order("FREE", line("P1", "4")))) == []


def test_a_blocked_customers_order_is_held(owner: Desk) -> None:
    assert codes(owner.run(place, order("STOP", line("P1")))) == [("customer_blocked", None, True)]


def test_the_most_for_one_order_holds_what_is_over_it(desk_of: Desks, owner: Desk) -> None:
    customer(owner, "FREE", document_most="100")
    assert codes(owner.run(place, order("FREE", line("P1", "10")))) == []
    assert codes(quantity(owner, "1", "11")) == [("document_maximum", None, True)]
    desk_of("supervisor").run(release, "1", None, "150")
    assert codes(quantity(owner, "1", "15")) == [("document_maximum", None, False)]
    assert codes(quantity(owner, "1", "16"))[-1] == ("document_maximum", None, True)


def test_a_review_that_is_overdue_warns_or_holds(owner: Desk) -> None:
    customer(owner, "FREE", review_date="2026-11-22")
    warned = owner.run(place, order("FREE", line("P1")))
    assert (warned.holds, warned.warnings) == ((), ("the credit was to be reviewed by 2026-11-22",))
    assert owner.read(show, warned.number).warnings == ()
    owner.run(modes.set_, "review", "on")
    assert codes(owner.run(place, order("FREE", line("P1")))) == [("review_date", None, True)]
    customer(owner, "FREE", review_date="2026-11-23")
    assert codes(owner.run(place, order("FREE", line("P1")))) == []


def test_a_new_customers_orders_are_looked_at(owner: Desk) -> None:
    owner.run(modes.set_, "new_customer", "on", "10")
    customer(owner, "FREE", since="2026-11-14")
    assert codes(owner.run(place, order("FREE", line("P1")))) == [("new_customer", None, True)]
    customer(owner, "FREE", since="2026-11-13")
    assert codes(owner.run(place, order("FREE", line("P1")))) == []


def test_a_group_has_checks_of_its_own(owner: Desk) -> None:
    customer(owner, "GROUP", credit_limit="10")
    customer(owner, "FREE", credit_limit="10")
    owner.run(modes.set_, "limit", "warn", group="G1")
    for code, held in (("GROUP", False), ("FREE", True)):
        view = owner.run(place, order(code, line("P1", "2")))
        assert (view.held, bool(view.warnings)) == (held, not held)
    owner.run(modes.set_, "limit", "", group="G1")
    assert owner.run(place, order("GROUP", line("P1", "2"))).held


def test_terms_that_give_longer_void_a_release_and_shorter_do_not(
    desk_of: Desks, owner: Desk
) -> None:
    owner.run(place, order("TIGHT", line("P1", "11")))
    desk_of("supervisor").run(release, "1", None, "500")
    assert not changed(owner, "1", terms="CASH").held
    assert changed(owner, "1", terms="N30").holds[-1].released_by is not None
    owner.run(place, order("TIGHT", line("P1"), terms="CASH"))
    desk_of("supervisor").run(release, "2", None, "500")
    assert changed(owner, "2", terms="N30").held


def test_a_release_lasts_until_its_day(desk_of: Desks, owner: Desk) -> None:
    owner.run(place, order("TIGHT", line("P1", "11")))
    view = desk_of("supervisor").run(release, "1", None, "500", "", None, "2026-11-25")
    assert str(view.holds[0].until) == "2026-11-25"
    owner.run(company.set_, {"business_date": "2026-11-25"})
    assert not quantity(owner, "1", "12").held
    owner.run(company.set_, {"business_date": "2026-11-26"})
    assert quantity(owner, "1", "13").held


def test_a_hold_that_stands_takes_the_newest_numbers_and_stays(owner: Desk) -> None:
    owner.run(place, order("TIGHT", line("P1", "12")))
    assert quantity(owner, "1", "11").holds[0].details["exposure"] == "110.00"
    assert codes(quantity(owner, "1", "1")) == [("credit_limit", None, True)]


def test_shrinking_never_holds_though_a_rule_came_up_meanwhile(owner: Desk) -> None:
    owner.run(place, order("FREE", line("P1", "9")))
    customer(owner, "FREE", credit_limit="10", po_required="yes", blocked="yes")
    assert codes(quantity(owner, "1", "8")) == []
    assert len(codes(quantity(owner, "1", "9"))) == 3


@pytest.mark.parametrize("act", ["reopen", "copy", "earlier"])
def test_whatever_raises_exposure_is_checked(owner: Desk, act: str) -> None:
    late = "2027-06-01" if act == "earlier" else None
    owner.run(place, order("TIGHT", line("P1", "9"), requested=late))
    if act == "reopen":
        owner.run(close_line, "1", 1)
        owner.run(place, order("TIGHT", line("P1", "9")))
        assert owner.run(reopen, "1").held
    elif act == "copy":
        assert owner.run(copy, "1").held
    else:
        owner.run(place, order("TIGHT", line("P1", "9")))
        assert changed(owner, "1", requested="2026-12-01").held


def test_an_order_due_behind_the_horizon_counts_only_for_who_has_no_credit_at_all(
    owner: Desk,
) -> None:
    later = line("P1", "11", requested="2027-02-22")
    view = owner.run(place, order("TIGHT", later))
    assert view.holds == ()
    assert "exposure" not in owner.read(events, view.number)[0].changes or (
        owner.read(events, view.number)[0].changes["exposure"] == ["0.00", "0.00"]
    )
    assert owner.run(place, order("CASH", later)).held
    assert owner.run(place, order("TIGHT", line("P1", "11", requested="2027-02-21"))).held


def test_a_release_is_refused_for_a_day_gone_by(desk_of: Desks, owner: Desk) -> None:
    owner.run(place, order("TIGHT", line("P1", "11")))
    with pytest.raises(Exception, match="is over already"):
        desk_of("supervisor").run(release, "1", None, None, "", None, "2026-11-22")


def test_what_is_shown_before_posting_is_what_is_held(owner: Desk) -> None:
    customer(owner, "FREE", po_required="yes")
    request = order("FREE", LineRequest(product="P1", quantity="1"))
    seen = owner.rehearse(place, request)
    assert codes(seen) == codes(owner.run(place, request)) == [("po_missing", None, True)]
