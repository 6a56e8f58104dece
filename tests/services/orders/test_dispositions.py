"""What becomes of what is short of a line, and what of an order goes together."""

from decimal import Decimal

import pytest

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, ChargeRequest, LineChange, LineRequest, OrderView
from orderdesk.services.customers import save
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import reopen
from orderdesk.services.orders.copying import copy
from orderdesk.services.orders.entry import Defaults
from orderdesk.services.orders.place import place
from orderdesk.services.orders.preview import line as preview
from orderdesk.services.orders.preview import lines as previews
from orderdesk.services.orders.reading import events, show
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import allocated, balances, line, order

FAR = "2099-01-01"


def like(desk: Desk, code: str, **fields: str) -> None:
    """Let a customer be so from now on."""
    desk.run(save.set_, CustomerRequest(code=code, **fields))  # type: ignore[arg-type]


def parts(placed: OrderView, number: int = 1) -> tuple[int, ...]:
    """Give what is open, allocated, backordered and closed of a line."""
    found = placed.lines[number - 1]
    return tuple(
        int(each) for each in (found.open, found.allocated, found.backordered, found.short_closed)
    )


def changed(desk: Desk, placed: OrderView, **change: object) -> OrderView:
    """Change line 1 of an order."""
    asked = LineChange(line=1, **change)  # type: ignore[arg-type]
    return desk.run(amend, AmendRequest(number=placed.number, lines=(asked,)))


def test_a_line_takes_its_customers_disposition_without_a_question(desk: Desk) -> None:
    like(desk, "FREE", disposition="ship complete")
    placed = desk.run(place, order("FREE", line("P2", "9"), line("P1", disposition="pick")))
    assert [each.disposition for each in placed.lines] == ["ship complete", "pick up"]
    assert desk.read(show, placed.number).lines == placed.lines


@pytest.mark.parametrize(
    "disposition", ["ship available", "ship complete", "ship on date", "call", "pick up"]
)
def test_every_disposition_but_one_takes_what_is_there_and_lets_the_rest_wait(
    desk: Desk, disposition: str
) -> None:
    placed = desk.run(place, order("FREE", line("P2", "9", disposition=disposition)))
    assert parts(placed) == (9, 5, 4, 0)
    assert placed.warnings == ()
    assert_laws_hold(desk)


def test_what_is_short_of_a_line_to_cancel_is_closed_at_once_and_said(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("P2", "9", disposition="cancel"), line("P1")))
    assert parts(placed) == (5, 5, 0, 4)
    assert placed.warnings == (
        "line 1: 4 of 9 ea of P2 closed, for they are short and its disposition is 'cancel'",
    )
    assert (placed.lines[0].net, placed.net) == (Decimal("12.50"), Decimal("22.50"))
    assert balances(desk).exposure["FREE"] == 2_250
    assert_laws_hold(desk)


def test_a_line_to_cancel_that_is_all_there_closes_nothing(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("P2", "5", disposition="cancel")))
    assert (parts(placed), placed.warnings) == ((5, 5, 0, 0), ())


def test_lines_to_cancel_share_what_is_there_in_their_order(desk: Desk) -> None:
    like(desk, "FREE", disposition="cancel")
    placed = desk.run(place, order("FREE", line("P2", "3"), line("P2", "3"), line("P2", "3")))
    assert [parts(placed, n)[0] for n in (1, 2, 3)] == [3, 2, 0]
    assert allocated(desk, "P2") == 5
    assert_laws_hold(desk)


def test_an_order_of_which_nothing_is_there_is_done_with_its_charges(desk: Desk) -> None:
    like(desk, "STOP", disposition="cancel")
    asked = order("STOP", line("P3"), charges=(ChargeRequest(code="freight", amount="7"),))
    placed = desk.run(place, asked)
    assert (placed.stage, placed.status, placed.total) == ("done", "confirmed", 0)
    assert (placed.charges, placed.holds) == ((), ())
    assert parts(placed) == (0, 0, 0, 1)
    assert balances(desk).exposure["STOP"] == 0
    assert_laws_hold(desk)


def test_a_service_is_never_short(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("WORK", "3", disposition="cancel")))
    assert parts(placed)[0] == 3


def test_of_a_discontinued_product_a_line_to_cancel_takes_what_is_left(desk: Desk) -> None:
    with pytest.raises(Refused, match="is discontinued and only 3 are left"):
        desk.run(place, order("FREE", line("LAST", "4")))
    placed = desk.run(place, order("FREE", line("LAST", "4", disposition="cancel")))
    assert parts(placed) == (3, 3, 0, 1)


def test_a_far_line_to_cancel_keeps_what_stock_could_give_it(desk: Desk) -> None:
    far = line("P2", "4", disposition="cancel", requested=FAR)
    placed = desk.run(place, order("FREE", far, far))
    assert [parts(placed, n) for n in (1, 2)] == [(4, 0, 4, 0), (1, 0, 1, 3)]
    assert_laws_hold(desk)


def test_what_a_line_to_cancel_grows_by_is_closed_where_it_is_short(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("P2", "3", disposition="cancel")))
    grown = changed(desk, placed, quantity="9")
    assert parts(grown) == (5, 5, 0, 4)
    assert grown.warnings[0].startswith("line 1: 4 of 9 ea of P2 closed")
    assert_laws_hold(desk)


def test_an_added_line_to_cancel_closes_what_is_short(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("P2", "3")))
    more = (line("P2", "3", disposition="cancel"), line("P1"))
    grown = desk.run(amend, AmendRequest(number=placed.number, add=more))
    assert [parts(grown, n) for n in (1, 2)] == [(3, 3, 0, 0), (2, 2, 0, 1)]
    assert_laws_hold(desk)


def test_a_line_that_waits_may_be_told_to_wait_no_more(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("P2", "9")))
    cut = changed(desk, placed, disposition="cancel")
    assert parts(cut) == (5, 5, 0, 4)
    [_, event] = desk.read(events, placed.number)
    assert event.changes["lines"]["1"]["disposition"] == ["ship available", "cancel"]
    assert_laws_hold(desk)


def test_what_a_line_to_cancel_lost_waits_once_it_is_opened_again(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("P2", "9", disposition="cancel")))
    assert parts(desk.run(reopen, placed.number, 1)) == (9, 5, 4, 0)
    shut = desk.run(place, order("FREE", line("P2", "9", disposition="cancel"), line("P1")))
    opened = changed(desk, shut, reopen=True, note="they wait")
    assert parts(opened) == (9, 0, 9, 0)
    assert_laws_hold(desk)


def test_an_empty_disposition_goes_back_to_the_customers(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("P2", "9", disposition="call")))
    like(desk, "FREE", disposition="pick up")
    assert changed(desk, placed, disposition="").lines[0].disposition == "pick up"


def test_an_unknown_disposition_is_refused_with_its_line(desk: Desk) -> None:
    with pytest.raises(Refused, match="line 2: disposition 'never' is unknown; known: ship"):
        desk.run(place, order("FREE", line("P1"), line("P1", disposition="never")))
    placed = desk.run(place, order("FREE", line("P1")))
    with pytest.raises(Refused, match="line 1: disposition 'ship' is unknown; known: "):
        changed(desk, placed, disposition="ship")


def test_the_preview_says_what_would_be_closed(desk: Desk) -> None:
    header = Defaults("01", "2026-11-23", 0)
    asked = LineRequest(product="P2", quantity="9", disposition="cancel")
    seen = desk.read(preview, "FREE", asked, 1, header)
    assert (seen.disposition, seen.quantity, seen.allocated) == ("cancel", 9, 5)
    assert (seen.closed, seen.backordered, seen.net) == (4, 0, Decimal("12.50"))
    [one, two] = desk.read(previews, "FREE", (asked, asked), header)
    assert (one.closed, two.closed) == (4, 9)


def test_an_order_copies_its_customers_delivery_rule_or_names_its_own(desk: Desk) -> None:
    like(desk, "FREE", delivery_rule="line complete", most_deliveries="3")
    usual = desk.run(place, order("FREE", line("P1")))
    assert (usual.delivery_rule, usual.most_deliveries) == ("line complete", 3)
    own = order("FREE", line("P1"), delivery_rule="Order", most_deliveries="")
    other = desk.run(place, own)
    assert (other.delivery_rule, other.most_deliveries) == ("order complete", None)
    like(desk, "FREE", delivery_rule="partial", most_deliveries="")
    assert desk.read(show, usual.number).delivery_rule == "line complete"


def test_the_delivery_rule_is_amended_and_told(desk: Desk) -> None:
    placed = desk.run(place, order("FREE", line("P1")))
    assert (placed.delivery_rule, placed.most_deliveries) == ("partial", None)
    asked = AmendRequest(number=placed.number, delivery_rule="order complete", most_deliveries="2")
    after = desk.run(amend, asked)
    assert (after.delivery_rule, after.most_deliveries, after.version) == ("order complete", 2, 2)
    change = desk.read(events, placed.number)[-1].changes
    assert change["delivery_rule"] == ["partial", "order complete"]
    assert change["most_deliveries"] == [None, 2]
    again = desk.run(amend, AmendRequest(number=placed.number, most_deliveries=""))
    assert (again.delivery_rule, again.most_deliveries) == ("order complete", None)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"delivery_rule": "some"}, "delivery_rule 'some' is unknown; known: partial, line"),
        ({"most_deliveries": "0"}, "most_deliveries '0' is not a whole number; give one"),
    ],
)
def test_a_bad_delivery_rule_is_refused(desk: Desk, given: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        desk.run(place, order("FREE", line("P1"), **given))
    placed = desk.run(place, order("FREE", line("P1")))
    with pytest.raises(Refused, match=words):
        desk.run(amend, AmendRequest(number=placed.number, **given))  # type: ignore[arg-type]


def test_a_copy_keeps_dispositions_and_the_delivery_rule(desk: Desk) -> None:
    asked = order(
        "FREE", line("P1", disposition="call"), delivery_rule="order", most_deliveries="4"
    )
    copied = desk.run(copy, desk.run(place, asked).number)
    assert copied.lines[0].disposition == "call when available"
    assert (copied.delivery_rule, copied.most_deliveries) == ("order complete", 4)
