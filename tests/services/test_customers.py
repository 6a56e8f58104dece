"""Customers: one at a desk, many from a file, and all that belongs to them."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.customers import (
    ADDRESS_FIELDS,
    CONTACT_FIELDS,
    FIELDS,
    AddressEntry,
    ContactEntry,
    CustomerFilter,
    CustomerRequest,
    PartEntry,
)
from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.records import Taken
from orderdesk.models.customers import Customer
from orderdesk.models.journal import Event
from orderdesk.services.customers import save, views
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work

_event = table_of(Event).c
_customer = table_of(Customer).c
EVENTS = statement(
    select(_event.version, _event.kind, _event.body)
    .join_from(table_of(Event), table_of(Customer), _customer.id == _event.subject_id)
    .where(_event.subject == "customer", _customer.code == bindparam("code"))
    .order_by(_event.id)
)
SEARCH = statement(select(_customer.search).where(_customer.code == bindparam("code")))


def events(desk: Desk, code: str) -> list[tuple[int, str]]:
    rows = desk.read(lambda work: work.run(EVENTS, {"code": code}))
    return [(row.version, row.kind) for row in rows]


def search_of(desk: Desk, code: str) -> str:
    def read(work: Work) -> str:
        row = work.one(SEARCH, {"code": code})
        assert row is not None
        return str(row.search)

    return desk.read(read)


def customer(code: str = "NEW", **more: Any) -> CustomerRequest:
    return CustomerRequest(code=code, **{"name": "Neue Möbel GmbH", **more})


def test_requests_have_just_the_fields_of_their_tables() -> None:
    own = {"code", "addresses", "contacts", "parts"}
    assert {f.name for f in fields(CustomerRequest)} - own == set(FIELDS)
    assert {f.name for f in fields(AddressEntry)} - {"code"} == set(ADDRESS_FIELDS)
    assert {f.name for f in fields(ContactEntry)} - {"name"} == set(CONTACT_FIELDS)


def test_a_customer_is_added_with_all_that_belongs_to_it(desk: Desk) -> None:
    made = desk.run(
        save.add,
        customer(
            " new ",
            group="g1",
            terms="n30",
            credit_limit="1500",
            phone="030-007 43 21",
            alert="Pays late",
            addresses=(
                AddressEntry(code="05", name="Dock", city="Köln", country="Germany"),
                AddressEntry(code="06", city="Bonn"),
            ),
            contacts=(ContactEntry(name="Eva Ø", phone="+49 171 555"),),
            parts=(PartEntry(part="x-1", product="p1"),),
        ),
    )
    assert (made.code, made.version, made.group, made.currency) == ("NEW", 1, "G1", "USD")
    assert (made.credit_limit, made.ship_to, made.city) == (Decimal("1500.00"), "05", "Köln")
    assert [place.code for place in made.addresses] == ["05", "06"]
    assert [(part.part, part.product) for part in made.parts] == [("X-1", "P1")]
    assert made.contacts[0].name == "Eva Ø"
    assert search_of(desk, "NEW") == " neue mobel gmbh new koln bonn eva o 0300074321 49171555 "
    assert events(desk, "NEW") == [(1, "added")]
    assert desk.read(views.show, "new") == made


def test_a_new_customer_can_order_at_once(desk: Desk) -> None:
    desk.run(save.add, customer(addresses=(AddressEntry(code="A", city="Rome"),)))
    placed = desk.run(
        place, OrderRequest(customer="NEW", lines=(LineRequest(product="P1", quantity="1"),))
    )
    assert placed.ship_to == "A"


def test_a_change_makes_one_version_and_one_event(desk: Desk) -> None:
    changed = desk.run(
        save.set_,
        CustomerRequest(
            code="ACME",
            name="Acme Supply",
            blocked="yes",
            addresses=(AddressEntry(code="01", city="York"), AddressEntry(code="03", city="Hull")),
            parts=(PartEntry(part="ACME-77", product="P2"),),
        ),
        1,
    )
    assert (changed.version, changed.blocked, changed.city) == (2, True, "York")
    assert [place.code for place in changed.addresses] == ["01", "02", "03"]
    assert changed.parts[0].product == "P2"
    assert search_of(desk, "ACME") == " acme supply pat york leeds hull "
    row = desk.read(lambda work: work.run(EVENTS, {"code": "ACME"}))[-1]
    assert (row.version, row.kind) == (2, "changed")
    assert row.body == (
        '{"name":["Acme Ltd","Acme Supply"],"blocked":[false,true],'
        '"address 01 city":["Leeds","York"],"address 03 city":[null,"Hull"],'
        '"part ACME-77":["P1","P2"]}'
    )


def test_only_what_changes_is_a_change(desk: Desk) -> None:
    before = events(desk, "ACME")
    same = desk.run(save.set_, CustomerRequest(code="ACME", name="Acme Ltd", credit_limit="10000"))
    assert same.version == 1
    assert events(desk, "ACME") == before


def test_a_limit_can_be_taken_away(desk: Desk) -> None:
    changed = desk.run(save.set_, CustomerRequest(code="ACME", credit_limit="", freight=7))
    assert (changed.credit_limit, changed.freight) == (None, Decimal("7.00"))


def test_a_stale_change_is_a_conflict_that_shows_both_values(desk: Desk) -> None:
    desk.run(save.set_, CustomerRequest(code="ACME", phone="1"), 1)
    with pytest.raises(Conflict, match="phone is '1' now, you gave '2'"):
        desk.run(save.set_, CustomerRequest(code="ACME", phone="2"), 1)
    with pytest.raises(Conflict, match="version 2, you read 1"):
        desk.run(save.set_address, "ACME", AddressEntry(code="01", city="X"), 1)


def test_addresses_contacts_and_parts_are_changed_one_by_one(desk: Desk) -> None:
    desk.run(save.set_address, "acme", AddressEntry(code="02", archived=True))
    desk.run(save.set_contact, "acme", ContactEntry(name="Kim", phone="0113 22"))
    desk.run(save.set_contact, "acme", ContactEntry(name="KIM", title="Buyer"))
    after = desk.run(save.set_part, "acme", PartEntry(part="acme-77", product=""))
    assert after.version == 5
    assert [place.archived for place in after.addresses] == [False, True]
    assert [(c.name, c.title, c.phone) for c in after.contacts] == [("Kim", "Buyer", "0113 22")]
    assert after.parts == ()
    assert search_of(desk, "ACME").endswith(" kim 011322 ")


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (customer("ACME"), "customer 'ACME' is there already"),
        (CustomerRequest(code="NEW"), "customer 'NEW': name is missing"),
        (customer(""), "customer is missing; give a code"),
        (customer(name="  "), "name is empty; give one"),
        (customer(name="a\0"), "name has a NUL"),
        (customer(group="G9"), "group 'G9' is unknown; known: G1"),
        (customer(credit_limit="-5"), "credit_limit '-5' is negative"),
        (customer(credit_limit="0.001"), "more than 2 decimals"),
        (customer(currency="JPY", credit_limit="0.1"), "more than 0 decimals"),
        (customer(currency="dollar"), "currency 'dollar' is no currency of ISO 4217"),
        (customer(disposition="maybe"), "disposition 'maybe' is unknown; known: ship available"),
        (customer(delivery_rule="maybe"), "delivery_rule 'maybe' is unknown; known: partial"),
        (customer(most_deliveries="0"), "most_deliveries '0' is not a whole number; give one"),
        (customer(ship_to="01"), "ship_to '01' is not an address in use; known: none"),
        (
            customer(ship_to="02", addresses=(AddressEntry(code="01"),)),
            "ship_to '02' is not an address in use; known: 01",
        ),
        (customer(addresses=(AddressEntry(code=" "),)), "address is missing"),
        (customer(contacts=(ContactEntry(name=" "),)), "a contact has no name"),
        (customer(name="x" * 2001), "name is longer than 2000"),
    ],
)
def test_a_bad_customer_is_refused_by_name(
    desk: Desk, request_: CustomerRequest, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        desk.run(save.add, request_)
    with pytest.raises(NotFound):
        desk.read(views.show, "NEW")


def test_unknown_customers_and_products_are_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound, match="customer 'NIX' is unknown"):
        desk.run(save.set_, CustomerRequest(code="nix", name="X"))
    with pytest.raises(NotFound, match="part 'A': product 'NIX' is unknown"):
        desk.run(save.set_part, "ACME", PartEntry(part="a", product="NIX"))


def test_the_address_that_orders_go_to_is_not_archived(desk: Desk) -> None:
    with pytest.raises(Refused, match="ship_to '01' is not an address in use; known: 02"):
        desk.run(save.set_address, "ACME", AddressEntry(code="01", archived="yes"))
    moved = CustomerRequest(
        code="ACME", ship_to="02", addresses=(AddressEntry(code="01", archived="yes"),)
    )
    assert desk.run(save.set_, moved).ship_to == "02"


def test_the_currency_stays_while_orders_are_open(desk: Desk) -> None:
    desk.run(save.set_, CustomerRequest(code="FREE", currency="eur"))
    with pytest.raises(Refused, match="credit_limit is in USD; give it in the new currency too"):
        desk.run(save.set_, CustomerRequest(code="ACME", currency="JPY"))
    desk.run(place, OrderRequest(customer="ACME", lines=(LineRequest(product="P1", quantity="1"),)))
    with pytest.raises(Refused, match="currency stays USD while orders or invoices are open"):
        desk.run(save.set_, CustomerRequest(code="ACME", currency="EUR"))


def test_many_are_added_in_one_go(desk: Desk) -> None:
    several = [
        customer(f"N{number:03}", addresses=(AddressEntry(code="01", city=f"City {number}"),))
        for number in range(120)
    ]
    assert desk.run(save.add_many, several) == Taken(120, 0, 0)
    assert desk.read(views.show, "N119").city == "City 119"
    assert events(desk, "N119") == [(1, "added")]
    with pytest.raises(Refused, match="N007"):
        desk.run(save.add_many, [customer("OK"), customer("N007")])
    with pytest.raises(NotFound):
        desk.read(views.show, "OK")


def test_a_second_import_changes_what_the_first_one_added(desk: Desk) -> None:
    first = [customer("A1", external_key="k1"), customer("A2", external_key="k2")]
    assert desk.run(save.upsert_many, first) == Taken(2, 0, 0)
    second = [
        CustomerRequest(external_key="k1", name="Other"),
        customer("A2", external_key="k2"),
        customer("A3", external_key="k3"),
    ]
    assert desk.run(save.upsert_many, second) == Taken(1, 1, 1)
    assert desk.read(views.show, "A1").name == "Other"
    assert events(desk, "A1") == [(1, "added"), (2, "changed")]


def test_bad_ones_in_an_import_are_refused_by_themselves(desk: Desk) -> None:
    taken = desk.run(
        save.upsert_many,
        [
            customer("B1", external_key="b1"),
            customer("B2", group="NIX", addresses=(AddressEntry(code="1"),)),
            customer("", external_key="new"),
            customer("B3", addresses=(AddressEntry(code="1", archived=True),), ship_to="1"),
            customer("B1", name="Twice"),
            customer("A" * 50),
            customer("B9", external_key="b1"),
        ],
    )
    assert (taken.added, taken.changed) == (1, 1)
    assert [(each.index, each.code) for each in taken.refused] == [
        (1, "unknown_group"),
        (2, "missing_code"),
        (3, "unknown_ship_to"),
        (5, "bad_code"),
        (6, "external_key_taken"),
    ]
    assert desk.read(views.show, "B1").name == "Twice"


def test_customers_are_listed_in_pages_by_code(desk: Desk) -> None:
    desk.run(save.add, customer("a_b"))
    desk.run(save.add, customer("ÄB"))
    desk.run(save.add, customer("A-B"))
    first = desk.read(views.list_, CustomerFilter(), limit=4)
    rest = desk.read(views.list_, CustomerFilter(), after=first[-1].code)
    codes = [each.code for each in (*first, *rest)]
    assert codes == ["A-B", "ACME", "A_B", "CASH", "FREE", "GROUP", "STOP", "TIGHT", "ÄB"]


def test_customers_are_listed_by_what_they_are(desk: Desk) -> None:
    def codes(**wanted: Any) -> list[str]:
        return [each.code for each in desk.read(views.list_, CustomerFilter(**wanted))]

    assert codes(group="g1") == ["GROUP"]
    assert codes(blocked=True) == ["STOP"]
    assert codes(archived=True) == ["OLD"]
    assert "OLD" in codes(archived=None)
    assert "OLD" not in codes()


def test_customers_are_listed_by_words_in_pages(desk: Desk) -> None:
    several = [customer(f"N{number}", name=f"Nut & Bolt {number}") for number in range(5)]
    desk.run(save.add_many, several)
    desk.run(save.set_, CustomerRequest(code="N3", blocked=True))
    wanted = CustomerFilter(text="bolt nu")
    first = desk.read(views.list_, wanted, limit=3)
    rest = desk.read(views.list_, wanted, after=first[-1].code, limit=3)
    assert [each.code for each in (*first, *rest)] == ["N0", "N1", "N2", "N3", "N4"]
    blocked = desk.read(views.list_, CustomerFilter(text="nut", blocked=True))
    assert [each.code for each in blocked] == ["N3"]
    assert desk.read(views.list_, CustomerFilter(text="nothing like it")) == ()
    with pytest.raises(Refused, match="text '% x' has no word of two letters"):
        desk.read(views.list_, CustomerFilter(text="% x"))


def test_a_customer_says_what_a_shortage_does_and_how_its_orders_come(desk: Desk) -> None:
    rules = {"disposition": "Cancel", "delivery_rule": "order complete", "substitutes": "yes"}
    desk.run(save.set_, CustomerRequest(code="ACME", most_deliveries="2", **rules))  # type: ignore[arg-type]
    shown = desk.read(views.show, "ACME")
    assert (shown.disposition, shown.delivery_rule) == ("cancel", "order complete")
    assert (shown.most_deliveries, shown.substitutes) == (2, True)
    desk.run(save.set_, CustomerRequest(code="ACME", most_deliveries=""))
    assert desk.read(views.show, "ACME").most_deliveries is None
