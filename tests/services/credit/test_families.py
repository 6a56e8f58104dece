"""A family of customers under one limit: who holds it, and what is owed together."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from orderdesk.domain.credit import ItemRequest
from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.services.credit import account, items
from orderdesk.services.customers import save
from orderdesk.services.customers import views as customers
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order


@pytest.fixture
def owner(desk_of: Callable[[str], Desk]) -> Iterator[Desk]:
    """Give the owner's desk, where TIGHT holds the limit for FREE and GROUP."""
    desk = desk_of("owner")
    desk.run(account.set_parent, "FREE", "TIGHT")
    desk.run(account.set_parent, "GROUP", "TIGHT")
    yield desk
    assert_laws_hold(desk)


def test_the_currency_stays_in_a_family_and_while_anything_is_kept_in_it(owner: Desk) -> None:
    """What is paid and what is on order may cancel out."""
    for code in ("FREE", "TIGHT"):
        with pytest.raises(Refused, match="currency stays USD while it shares a credit limit"):
            owner.run(save.set_, CustomerRequest(code=code, currency="EUR"))
    paid = ItemRequest(
        customer="ACME", kind="payment", number="P1", date="2026-10-01", amount="9.60"
    )
    owner.run(items.take_many, [paid])
    total = owner.run(place, order("ACME", line("P1", "1", price="9.60"))).total
    assert (total, owner.read(account.show, "ACME").exposure) == (Decimal("9.60"), 0)
    with pytest.raises(Refused, match="currency stays USD while payments or credits are open"):
        owner.run(save.set_, CustomerRequest(code="ACME", currency="EUR"))
    owner.run(account.set_limit, "CASH", "5", until="2026-12-31")
    with pytest.raises(Refused, match="while a temporary limit goes until 2026-12-31"):
        owner.run(save.set_, CustomerRequest(code="CASH", currency="EUR"))


def test_the_parents_limit_goes_for_all_of_them(owner: Desk) -> None:
    assert owner.run(place, order("FREE", line("P1", "5"))).holds == ()
    assert owner.run(place, order("TIGHT", line("P1", "4"))).holds == ()
    held = owner.run(place, order("GROUP", line("P1", "2")))
    assert [each.code for each in held.holds] == ["credit_limit"]
    assert held.holds[0].details["holder"] == "TIGHT"
    shown = owner.read(account.show, "GROUP")
    assert (shown.exposure, shown.family_exposure, shown.headroom) == (16, 106, -6)
    assert (shown.holder, shown.limit) == ("TIGHT", 100)
    owner.run(cancel, "1")
    assert owner.read(account.show, "TIGHT").family_exposure == 56


def test_a_child_names_its_parent(owner: Desk) -> None:
    assert owner.read(customers.show, "FREE").parent == "TIGHT"
    assert owner.read(customers.show, "TIGHT").parent is None


def test_items_and_edits_of_a_child_move_the_family(owner: Desk) -> None:
    owner.run(place, order("FREE", line("P1")))
    owner.run(items.take_many, [ItemRequest(customer="FREE", number="1", date="", amount="3")])
    owner.run(amend, AmendRequest(number="1", lines=(LineChange(line=1, quantity="2"),)))
    assert owner.read(account.show, "TIGHT").family_exposure == Decimal(23)


def test_who_leaves_a_family_takes_along_what_they_owe(owner: Desk) -> None:
    owner.run(place, order("FREE", line("P1", "5")))
    left = owner.run(account.set_parent, "FREE", None)
    assert (left.holder, left.limit, left.family_exposure) == ("FREE", None, 50)
    assert owner.read(account.show, "TIGHT").family_exposure == 0


@pytest.mark.parametrize(
    ("child", "parent", "words"),
    [
        ("TIGHT", "TIGHT", "nobody is their own parent"),
        ("ACME", "FREE", "FREE has a parent itself, TIGHT"),
        ("TIGHT", "ACME", "TIGHT is a parent itself"),
        ("OLD", "ACME", "ACME pays in USD, OLD in EUR"),
    ],
)
def test_what_is_no_family_is_refused(owner: Desk, child: str, parent: str, words: str) -> None:
    owner.run(save.set_, CustomerRequest(code="OLD", currency="EUR"))
    with pytest.raises(Refused, match=words):
        owner.run(account.set_parent, child, parent)


def test_unknown_and_stale_are_told(owner: Desk) -> None:
    with pytest.raises(NotFound):
        owner.run(account.set_parent, "ACME", "GHOST")
    with pytest.raises(Conflict, match="version 1, you read 9"):
        owner.run(account.set_parent, "ACME", "FREE", 9)


def test_a_temporary_limit_stands_in_until_its_day(owner: Desk) -> None:
    view = owner.run(account.set_limit, "TIGHT", "500", "Fair", None, "2026-11-30")
    assert (view.limit, view.standing_limit) == (500, 100)
    assert str(view.temporary_until) == "2026-11-30"
    assert owner.run(place, order("TIGHT", line("P1", "40"))).holds == ()
    with pytest.raises(Refused, match="is over already"):
        owner.run(account.set_limit, "TIGHT", "500", "", None, "2026-11-22")
    with pytest.raises(Refused, match="is an amount"):
        owner.run(account.set_limit, "TIGHT", None, "", None, "2026-11-30")


def test_of_the_holder_it_is_said_that_the_family_is_over_the_limit(owner: Desk) -> None:
    owner.run(place, order("FREE", line("P1", "15")))
    [reason] = owner.read(account.show, "TIGHT").reasons
    assert reason.message.startswith("exposure 150.00 USD of TIGHT and its family is 50.00 over")
    owner.run(cancel, "1")
    owner.run(place, order("TIGHT", line("P1", "15")))
    [reason] = owner.read(account.show, "TIGHT").reasons
    assert reason.message.startswith("exposure 150.00 USD is 50.00 over")
