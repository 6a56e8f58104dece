"""Amending an order: what changes, what follows from it, and what is refused."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import (
    AddressRequest,
    AmendRequest,
    ChargeRequest,
    LineChange,
    LineRequest,
    OrderView,
)
from orderdesk.domain.prices import PriceRequest
from orderdesk.services.orders import reading
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel, close_line
from orderdesk.services.orders.holds import release
from orderdesk.services.orders.place import place
from orderdesk.services.price_lists import set_price
from orderdesk.store.desk import Desk
from tests.services.orders.asking import (
    allocated,
    balances,
    line,
    order,
    these,
    versions_and_events,
)

SO1 = "SO-000001"


def change(number: str, *lines: LineChange, **more: Any) -> AmendRequest:
    return AmendRequest(number=number, lines=lines, **more)


def codes(view: OrderView) -> list[tuple[str, str | None]]:
    return [(hold.code, hold.released_by) for hold in view.holds]


def test_quantity_price_date_place_and_note_of_a_line_change_at_once(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1", "2"), line("P2")))
    asked = LineChange(
        line=1,
        quantity="3",
        price="9",
        discount="10",
        ship_to="02",
        requested="2026-12-01",
        note="top shelf",
    )
    after = desk.run(amend, change(SO1, asked))
    one = after.lines[0]
    assert these(one.ordered, one.price, one.discount, one.net) == (3, 9, 10, Decimal("24.30"))
    assert (one.ship_to, str(one.requested), one.note) == ("02", "2026-12-01", "top shelf")
    assert (after.version, after.total) == (2, Decimal("26.80"))
    assert desk.read(reading.show, SO1) == after


def test_an_order_is_amended_by_its_bare_number(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1")))
    assert desk.run(amend, change("1", note="hello")).note == "hello"


def test_a_new_quantity_is_priced_by_the_break_it_reaches(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1", "10")))
    more = desk.run(amend, change(SO1, LineChange(line=1, quantity="50")))
    assert (more.lines[0].price, more.lines[0].net) == (Decimal("9.00"), Decimal("450.00"))
    fewer = desk.run(amend, change(SO1, LineChange(line=1, quantity="49")))
    assert fewer.lines[0].price == Decimal("10.00")


def test_a_price_by_hand_sticks_through_other_edits_and_goes_back_when_emptied(
    desk: Desk,
) -> None:
    desk.run(place, order("FREE", line("P1", "10", price="9.5")))
    more = desk.run(amend, change(SO1, LineChange(line=1, quantity="60"), note="x"))
    one = more.lines[0]
    assert these(one.price, one.list_price, one.price_source) == (Decimal("9.50"), 9, "hand")
    back = desk.run(amend, change(SO1, LineChange(line=1, price="")))
    assert these(back.lines[0].price, back.lines[0].price_source) == (9, "base")


def test_a_new_header_value_goes_for_the_lines_that_had_the_old_one(desk: Desk) -> None:
    own = line("P2", requested="2026-12-24", ship_to="02", discount="1")
    desk.run(place, order("FREE", line("P1", "2"), own))
    after = desk.run(amend, change(SO1, requested="2026-12-01", ship_to="02", discount="50"))
    first, second = after.lines
    assert these(str(first.requested), first.ship_to, first.discount) == ("2026-12-01", "02", 50)
    assert first.net == Decimal("10.00")
    assert these(str(second.requested), second.ship_to, second.discount) == ("2026-12-24", "02", 1)
    back = LineChange(line=2, requested="", discount="")
    line_2 = desk.run(amend, change(SO1, back)).lines[1]
    assert these(str(line_2.requested), line_2.discount) == ("2026-12-01", 50)


def test_header_texts_terms_and_buyer_po_change(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1"), buyer_po="77"))
    first = desk.run(place, order("FREE", line("P1")))
    after = desk.run(
        amend,
        change(first.number, contact="Kim", note="call first", terms="CASH", buyer_po="77"),
    )
    assert (after.contact, after.note, after.terms) == ("Kim", "call first", "CASH")
    assert (after.buyer_po, after.duplicates) == ("77", (SO1,))
    assert desk.run(amend, change(first.number, buyer_po="")).buyer_po == ""


def test_a_one_off_address_replaces_the_ship_to_and_goes_again(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1")))
    fair = AddressRequest(name="Fair hall 3", street="1 Fair Rd", city="Leeds")
    after = desk.run(amend, change(SO1, address=fair))
    assert after.address is not None
    assert (after.ship_to, after.address["name"], after.lines[0].ship_to) == ("", "Fair hall 3", "")
    back = desk.run(amend, change(SO1, ship_to="01"))
    assert (back.ship_to, back.address, back.lines[0].ship_to) == ("01", None, "01")


def test_more_is_taken_from_free_stock_and_less_serves_who_waits(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P2", "4")))
    waiting = desk.run(place, order("ACME", line("P2", "3")))
    assert these(waiting.lines[0].allocated, waiting.lines[0].backordered) == (1, 2)
    desk.run(amend, change(SO1, LineChange(line=1, quantity="3")))
    served = desk.read(reading.show, waiting.number)
    assert these(served.lines[0].allocated, served.version) == (2, 1)
    more = desk.run(amend, change(SO1, LineChange(line=1, quantity="9")))
    assert these(more.lines[0].allocated, more.lines[0].backordered) == (3, 6)
    assert allocated(desk, "P2") == 5


def test_added_lines_are_priced_and_promised_like_placed_ones(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1", "2"), discount="10"))
    added = (line("P2", "6"), line("2000000000015", "1", price="1"))
    after = desk.run(amend, AmendRequest(number=SO1, add=added))
    assert [(each.line, each.product) for each in after.lines] == [(1, "P1"), (2, "P2"), (3, "P1")]
    two = after.lines[1]
    assert these(two.discount, two.net, two.allocated, two.backordered) == (
        10,
        Decimal("13.50"),
        5,
        1,
    )
    assert after.lines[2].price_source == "hand"


def test_a_removed_line_stays_short_closed_and_can_be_reopened(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1", "2"), line("P2", "5")))
    after = desk.run(amend, change(SO1, LineChange(line=2, remove=True)))
    two = after.lines[1]
    assert these(two.ordered, two.open, two.short_closed, two.net) == (5, 0, 5, 0)
    assert (allocated(desk, "P2"), after.stage, after.total) == (0, "open", Decimal("20.00"))
    with pytest.raises(Refused, match="reopen it together with its new quantity"):
        desk.run(amend, change(SO1, LineChange(line=2, quantity="7")))
    back = desk.run(amend, change(SO1, LineChange(line=2, reopen=True, quantity="4")))
    assert these(back.lines[1].ordered, back.lines[1].open, back.lines[1].short_closed) == (4, 4, 0)
    assert allocated(desk, "P2") == 4


def test_exposure_moves_by_the_change(desk: Desk) -> None:
    desk.run(place, order("ACME", line("P1", "2"), line("TAXED")))
    desk.run(amend, change(SO1, LineChange(line=1, quantity="3"), LineChange(line=2, remove=True)))
    assert balances(desk).exposure["ACME"] == 3000


def test_growing_beyond_the_limit_holds_and_shrinking_neither_holds_nor_releases(
    desk: Desk,
) -> None:
    desk.run(place, order("TIGHT", line("P1", "9")))
    grown = desk.run(amend, change(SO1, LineChange(line=1, quantity="12")))
    assert codes(grown) == [("credit_limit", None)]
    assert grown.holds[0].details["added"] == "30.00"
    again = desk.run(amend, change(SO1, LineChange(line=1, quantity="13")))
    assert codes(again) == [("credit_limit", None)]
    assert again.holds[0].details["exposure"] == "130.00"
    shrunk = desk.run(amend, change(SO1, LineChange(line=1, quantity="1")))
    assert codes(shrunk) == [("credit_limit", None)]


def test_an_order_may_grow_to_the_ceiling_of_its_release_but_not_beyond(
    desk_of: Callable[[str], Desk],
) -> None:
    clerk, supervisor = desk_of("clerk"), desk_of("supervisor")
    clerk.run(place, order("TIGHT", line("P1", "11")))
    supervisor.run(release, SO1, None, "150.00")
    within = clerk.run(amend, change(SO1, LineChange(line=1, quantity="15")))
    assert codes(within) == [("credit_limit", "supervisor")]
    less = clerk.run(amend, change(SO1, LineChange(line=1, quantity="12")))
    assert codes(less) == [("credit_limit", "supervisor")]
    beyond = clerk.run(amend, change(SO1, LineChange(line=1, quantity="16")))
    assert codes(beyond) == [("credit_limit", "supervisor"), ("credit_limit", None)]


def test_longer_terms_are_a_growth_of_credit_too(desk_of: Callable[[str], Desk]) -> None:
    clerk, supervisor = desk_of("clerk"), desk_of("supervisor")
    clerk.run(place, order("TIGHT", line("P1", "11"), terms="CASH"))
    supervisor.run(release, SO1)
    longer = clerk.run(amend, change(SO1, terms="N30"))
    assert codes(longer) == [("credit_limit", "supervisor"), ("credit_limit", None)]
    supervisor.run(release, SO1)
    shorter = clerk.run(amend, change(SO1, terms="CASH"))
    assert all(by for _, by in codes(shorter))


def test_a_stale_version_is_a_conflict_that_shows_both_sides(
    desk_of: Callable[[str], Desk],
) -> None:
    mine, theirs = desk_of("clerk"), desk_of("clerk2")
    mine.run(place, order("FREE", line("P1", "2")))
    theirs.run(amend, change(SO1, LineChange(line=1, quantity="3"), version=1))
    theirs.run(amend, change(SO1, LineChange(line=1, quantity="4"), note="rush"))
    with pytest.raises(Conflict, match=r"you read 1; in between: clerk2 \(amended\)") as caught:
        mine.run(amend, change(SO1, LineChange(line=1, quantity="5"), version=1))
    details = caught.value.details
    assert details["theirs"]["lines"]["1"]["ordered"] == ["2", "4"]
    assert details["theirs"]["note"] == ["", "rush"]
    assert details["yours"]["lines"] == [{"line": 1, "quantity": "5"}]
    assert mine.read(reading.show, SO1).lines[0].ordered == 4


def test_what_changes_nothing_is_no_version(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1", "2")))
    assert desk.run(amend, change(SO1, LineChange(line=1, quantity="2"), note="")).version == 1
    assert versions_and_events(desk) == [(1, 1)]


def test_charges_change_come_and_stay_on_the_order(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1"), charges=(ChargeRequest(code="freight", amount="5"),)))
    after = desk.run(
        amend, AmendRequest(number=SO1, charges=(ChargeRequest(code="FREIGHT", amount="7.50"),))
    )
    assert [(c.code, c.amount) for c in after.charges] == [("freight", Decimal("7.50"))]
    more = (ChargeRequest(code="minimum", amount="3"), ChargeRequest(code="freight", amount="0"))
    after = desk.run(amend, AmendRequest(number=SO1, charges=more))
    assert [(c.code, str(c.amount)) for c in after.charges] == [
        ("freight", "0.00"),
        ("minimum", "3.00"),
    ]
    assert after.total == Decimal("13.00")
    with pytest.raises(NotFound, match="charge 'gift' is unknown"):
        desk.run(amend, AmendRequest(number=SO1, charges=(ChargeRequest(code="gift", amount="1"),)))


def test_the_last_removed_line_takes_charges_and_texts_with_it(desk: Desk) -> None:
    charges = (ChargeRequest(code="freight", amount="5"),)
    desk.run(place, order("FREE", line("P1"), line("TEXT"), charges=charges))
    gone = desk.run(amend, change(SO1, LineChange(line=1, remove=True)))
    assert these(gone.stage, gone.total, gone.charges) == ("done", 0, ())
    assert balances(desk).exposure["FREE"] == 0
    back = desk.run(amend, change(SO1, LineChange(line=1, reopen=True)))
    assert these(back.stage, back.total, back.lines[1].open) == ("open", Decimal("15.00"), 1)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ([LineChange(line=9, quantity="1")], NotFound, "has no line 9; its lines are 1 to 2"),
        ([LineChange(line=1), LineChange(line=1)], Refused, "line 1 is named twice"),
        ([LineChange(line=1, quantity="0")], Refused, "quantity is 0; remove the line instead"),
        ([LineChange(line=1, quantity="1.5")], Refused, "line 1: quantity '1.5' has more than 0"),
        ([LineChange(line=1, price="-1")], Refused, "line 1: price '-1' is negative"),
        ([LineChange(line=1, discount="101")], Refused, "line 1: discount '101' is more than 100"),
        ([LineChange(line=1, requested="soon")], Refused, "line 1: requested date 'soon'"),
        ([LineChange(line=1, ship_to="99")], NotFound, "line 1: ship-to '99'"),
        ([LineChange(line=1, reopen=True)], Refused, "line 1: nothing of it was closed"),
        ([LineChange(line=1, remove=True, quantity="1")], Refused, "removed and changed at once"),
        ([LineChange(line=2, quantity="4")], Refused, "discontinued and only 3 can be had"),
    ],
)
def test_bad_changes_are_refused_by_line_and_change_nothing(
    desk: Desk, changes: list[LineChange], error: type[Exception], words: str
) -> None:
    before = desk.run(place, order("FREE", line("P1", "2"), line("LAST", "3")))
    with pytest.raises(error, match=words):
        desk.run(amend, change(SO1, *changes))
    assert desk.read(reading.show, SO1) == before


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (AmendRequest(number="SO-9"), NotFound, "order 'SO-9' is unknown"),
        (AmendRequest(number=SO1, terms="N99"), NotFound, "terms 'N99'"),
        (AmendRequest(number=SO1, carrier="X"), NotFound, "carrier 'X'"),
        (AmendRequest(number=SO1, requested="x"), Refused, "requested date 'x'"),
        (AmendRequest(number=SO1, discount="x"), Refused, "discount 'x'"),
        (AmendRequest(number=SO1, add=(line("NIX"),)), NotFound, "product 'NIX' is unknown"),
        (AmendRequest(number=SO1, add=(line("GONE"),)), Refused, "'GONE' is archived"),
        (AmendRequest(number=SO1, add=(line("LAST", "4"),)), Refused, "discontinued"),
        (
            AmendRequest(number=SO1, address=AddressRequest(name="A", street="", city="C")),
            Refused,
            "the address has no street",
        ),
        (
            AmendRequest(
                number=SO1, ship_to="02", address=AddressRequest(name="A", street="B", city="C")
            ),
            Refused,
            "either ship_to or address",
        ),
    ],
)
def test_bad_requests_are_refused_and_change_nothing(
    desk: Desk, request_: AmendRequest, error: type[Exception], words: str
) -> None:
    before = desk.run(place, order("FREE", line("P1", "2")))
    with pytest.raises(error, match=words):
        desk.run(amend, request_)
    assert desk.read(reading.show, SO1) == before


def test_a_cancelled_order_is_not_amended_but_copied(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1")))
    desk.run(cancel, SO1)
    with pytest.raises(Refused, match="orderdesk order copy SO-000001"):
        desk.run(amend, change(SO1, note="x"))


def test_a_partly_closed_line_keeps_what_was_closed_when_its_quantity_changes(desk: Desk) -> None:
    desk.run(place, order("FREE", line("P1", "10")))
    desk.run(close_line, SO1, 1, "4")
    more = desk.run(amend, change(SO1, LineChange(line=1, quantity="12"))).lines[0]
    assert these(more.ordered, more.open, more.short_closed) == (12, 8, 4)
    fewer = desk.run(amend, change(SO1, LineChange(line=1, quantity="3"))).lines[0]
    assert these(fewer.ordered, fewer.open, fewer.short_closed) == (3, 0, 3)


def test_placing_and_amending_to_the_same_lines_come_to_the_same_order(desk: Desk) -> None:
    whole = desk.run(place, order("GROUP", line("P1", "7"), line("TAXED", "2"), discount="3"))
    part = desk.run(place, order("GROUP", line("P1", "1")))
    grown = desk.run(
        amend,
        AmendRequest(
            number=part.number,
            lines=(LineChange(line=1, quantity="7"),),
            add=(LineRequest(product="TAXED", quantity="2"),),
            discount="3",
        ),
    )
    assert (grown.net, grown.tax, grown.total) == (whole.net, whole.tax, whole.total)


def test_a_price_by_hand_is_per_as_many_units_as_the_line_was_priced_by(desk: Desk) -> None:
    desk.run(set_price, PriceRequest(product="P2", price="40", price_unit="100"))
    desk.run(place, order("FREE", line("P2", "50")))
    desk.run(set_price, PriceRequest(product="P2", price="0.5"))
    [one] = desk.run(amend, change(SO1, LineChange(line=1, price="38"))).lines
    assert these(one.price, one.list_price, one.price_unit, one.net) == (38, 50, 100, 19)
    [one] = desk.run(amend, change(SO1, LineChange(line=1, quantity="100"))).lines
    assert these(one.price, one.list_price, one.price_unit, one.net) == (38, 50, 100, 38)
