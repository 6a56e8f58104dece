"""Who may do what, through the very services that do it."""

from collections.abc import Callable
from typing import Any

import pytest

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import AmendRequest, LineChange, LineRequest, OrderRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.services import company, masters, rights, roles, stock
from orderdesk.services.customers import save
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.company import MORE_RIGHTS

Desks = Callable[[str], Desk]


@pytest.fixture
def sit(desk_of: Desks) -> Desks:
    """Give desks on the small company, whose clerks may do what clerks may by default."""
    for right in MORE_RIGHTS:
        desk_of("owner").run(roles.set_right, "clerk", right, taken=True)
    return desk_of


def order(price: str | None = None, quantity: str = "1", customer: str = "FREE") -> OrderRequest:
    line = LineRequest(product="WORK", quantity=quantity, price=price)
    return OrderRequest(customer=customer, lines=(line,))


def refused(desk: Desk, what: str, roles: str, *call: object) -> None:
    with pytest.raises(Refused) as no:
        desk.run(*call)  # type: ignore[arg-type]
    assert no.value.code == "no_right"
    assert f"may not {what}; roles that may: {roles}" in no.value.message


def test_only_who_may_enters_orders(sit: Desks) -> None:
    able = "clerk, script, senior, supervisor, owner"
    refused(sit("warehouse"), "enter orders", able, place, order())
    with pytest.raises(Refused, match=r"accounts \(role Accounts\) may not enter"):
        sit("accounts").run(place, order())


def test_one_changes_ones_own_order_and_not_that_of_others(sit: Desks) -> None:
    number = sit("clerk").run(place, order()).number
    change = AmendRequest(number=number, lines=(LineChange(line=1, quantity="2"),))
    able = "script, senior, supervisor, owner"
    for act in ((amend, change), (cancel, number)):
        refused(sit("clerk2"), "amend and cancel orders of others", able, *act)
    assert sit("clerk").run(amend, change).version == 2
    assert sit("senior").run(cancel, number).status == "cancelled"


def test_a_price_by_hand_takes_the_right_to_it(sit: Desks) -> None:
    able = "script, senior, supervisor, owner"
    refused(sit("clerk"), "give prices by hand", able, place, order(price="1"))
    number = sit("clerk").run(place, order()).number
    change = AmendRequest(number=number, lines=(LineChange(line=1, price="1"),))
    refused(sit("clerk"), "give prices by hand", able, amend, change)
    assert sit("senior").run(place, order(price="55")).lines[0].price == 55
    back = AmendRequest(number=number, lines=(LineChange(line=1, price=""),))
    assert sit("clerk").run(amend, back)


def test_releases_end_where_the_right_ends(sit: Desks) -> None:
    numbers = [
        sit("clerk").run(place, order(quantity=quantity)).number for quantity in ("833", "834")
    ]
    for number in numbers:
        sit("clerk2").run(hold, number, None, "call them")
    assert not sit("supervisor").run(release, numbers[0]).held
    with pytest.raises(Refused, match=r"up to 50000\.00 USD, and this is 50040\.00 USD; .*: owner"):
        sit("supervisor").run(release, numbers[1])
    assert not sit("owner").run(release, numbers[1]).held


def test_stock_masters_settings_and_users_take_their_rights(sit: Desks) -> None:
    clerk = sit("clerk")
    receipt = ReceiveRequest(product="P1", quantity="1")
    calls: tuple[tuple[Any, ...], ...] = (
        (stock.receive, receipt),
        (stock.receive_many, (receipt,)),
        (masters.add, "carrier", "VAN", {}),
        (masters.set_, "terms", "N30", {"net_days": "9"}),
        (masters.add, "user", "ann", {}),
        (company.set_, {"name": "Mine"}),
        (save.set_, CustomerRequest(code="ACME", phone="1")),
        (roles.set_right, "clerk", "users"),
    )
    for call in calls:
        with pytest.raises(Refused, match=r"clerk .* may not") as no:
            clerk.run(*call)
        assert no.value.code == "no_right"
    assert sit("warehouse").run(stock.receive, receipt).movement
    assert sit("admin").run(company.set_, {"name": "Mine"}).version == 2


def test_a_credit_limit_is_not_master_data(sit: Desks) -> None:
    admin = sit("admin")
    assert admin.run(save.set_, CustomerRequest(code="ACME", phone="1")).version == 2
    able = "accounts, script, owner"
    wanted = CustomerRequest(code="ACME", credit_limit="9999999")
    refused(admin, "set credit limits and take in open items", able, save.set_, wanted)


def test_rights_are_data_and_count_at_once(sit: Desks) -> None:
    admin, clerk = sit("admin"), sit("clerk")
    changed = admin.run(roles.set_right, "clerk", "price-hand")
    assert {each.right for each in changed.rights} == {
        "enter",
        "amend_own",
        "discount",
        "price_hand",
    }
    assert clerk.run(place, order(price="1")).lines[0].price == 1
    assert clerk.read(rights.bound, "discount") == 50_000
    assert admin.run(roles.set_right, "clerk", "discount", "7.5").version > changed.version
    assert clerk.read(rights.bound, "discount") == 75_000
    assert clerk.read(rights.bound, "release") == 0
    assert sit("owner").read(rights.bound, "release") is None
    same = admin.run(roles.set_right, "clerk", "discount", "7.5")
    assert admin.run(roles.set_right, "clerk", "discount", "7.5").version == same.version


def test_bad_rights_are_refused_by_name(sit: Desks) -> None:
    admin = sit("admin")
    with pytest.raises(NotFound, match="role 'boss' is unknown; known: accounts, admin, clerk"):
        admin.run(roles.set_right, "boss", "enter")
    with pytest.raises(NotFound, match="right 'fly' is unknown; known: enter, amend_own"):
        admin.run(roles.set_right, "clerk", "fly")
    with pytest.raises(Refused, match="right 'enter' has no bound"):
        admin.run(roles.set_right, "clerk", "enter", "5")
    with pytest.raises(Refused, match="the owner may do everything"):
        admin.run(roles.set_right, "owner", "enter")


def test_an_owner_is_made_and_changed_by_owners_alone(sit: Desks) -> None:
    with pytest.raises(Refused, match="may neither make nor change an owner"):
        sit("admin").run(masters.set_, "user", "admin", {"role": "owner"})
    with pytest.raises(Refused, match="may neither make nor change an owner"):
        sit("admin").run(masters.set_, "user", "owner", {"archived": "yes"})
    with pytest.raises(Refused, match="user 'owner' is the only owner"):
        sit("owner").run(masters.set_, "user", "owner", {"role": "clerk"})
    sit("owner").run(masters.set_, "user", "senior", {"role": "owner"})
    assert sit("senior").run(masters.set_, "user", "owner", {"role": "clerk"})


def test_an_archived_user_acts_no_more(sit: Desks) -> None:
    clerk = sit("clerk")
    sit("admin").run(masters.set_, "user", "clerk", {"archived": "yes"})
    with pytest.raises(NotFound, match="user 'clerk' is unknown here"):
        clerk.run(place, order())
