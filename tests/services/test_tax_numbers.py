"""VAT numbers are checked by the form of their country and kept one way; others stay as typed."""

import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from orderdesk.domain.customers import AddressEntry, CustomerRequest
from orderdesk.domain.errors import Refused
from orderdesk.services.customers import save, tax_numbers, views
from orderdesk.store.desk import Desk

# Numbers that the library's own documentation uses as examples.
GOOD = [
    ("DE 136,695 976", "", "DE136695976"),
    ("de136695976", "FRANCE", "DE136695976"),
    ("136695976", "de", "DE136695976"),
    ("ATU13585627", "", "ATU13585627"),
    ("EL094259216", "", "EL094259216"),
    ("094259216", "GR", "EL094259216"),
    ("XI980780684", "", "XI980780684"),
    ("GB 980 7806 84", "", "GB980780684"),
    ("CHE-107.787.577 IVA", "", "CHE107787577IVA"),
    ("NO 995 525 828 MVA", "", "NO995525828MVA"),
    ("51 824 753 556", "AU", "51824753556"),
    ("94-1234567", "US", "94-1234567"),
    ("94-1234567", "USA", "94-1234567"),
    ("whatever 12", "Germany", "whatever 12"),
]


@pytest.mark.parametrize(("typed", "country", "kept"), GOOD)
def test_a_number_is_kept_one_way(typed: str, country: str, kept: str) -> None:
    assert tax_numbers.checked(typed, country, "customer") == kept
    assert tax_numbers.checked(kept, country, "customer") == kept


@pytest.mark.parametrize(
    ("typed", "country", "words"),
    [
        ("DE136695978", "", "'DE136695978' is not one of DE: its check digit is wrong"),
        ("DE1366959", "", "not one of DE: it has too few or too many characters"),
        ("136695978", "DE", "not one of DE: its check digit is wrong"),
        ("DE13669597X", "", "not one of DE: its letters and digits"),
    ],
)
def test_a_wrong_number_is_refused_by_its_country(typed: str, country: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        tax_numbers.checked(typed, country, "customer")


@pytest.fixture
def desk(desk_of: Any) -> Desk:
    """Give the owner's desk: customers are not changed by a clerk."""
    found: Desk = desk_of("owner")
    return found


def test_a_customer_has_tax_numbers_and_exemptions(desk: Desk) -> None:
    desk.run(
        save.set_,
        CustomerRequest(
            code="ACME",
            tax_number="de 136695976",
            tax_exempt_number="EX-1",
            tax_exempt_until="2026-12-31",
            reverse_charge="yes",
        ),
    )
    shown = desk.read(views.show, "ACME")
    assert (shown.tax_number, shown.reverse_charge) == ("DE136695976", True)
    assert (shown.tax_exempt_number, shown.tax_exempt_until) == ("EX-1", date(2026, 12, 31))
    again = desk.run(save.set_, CustomerRequest(code="ACME", tax_number="DE 136 695 976"))
    assert again.version == shown.version


def test_the_number_goes_by_the_country_that_orders_go_to(desk: Desk) -> None:
    there = (AddressEntry(code="01", country="DE"),)
    with pytest.raises(Refused, match="customer 'ACME': tax_number '136695978' is not one of DE"):
        desk.run(save.set_, CustomerRequest(code="ACME", tax_number="136695978", addresses=there))
    desk.run(save.set_, CustomerRequest(code="ACME", tax_number="136695978"))
    assert desk.read(views.show, "ACME").tax_number == "136695978"


def test_reverse_charge_needs_a_tax_number(desk: Desk) -> None:
    with pytest.raises(Refused, match="reverse_charge needs the customer's tax number"):
        desk.run(save.set_, CustomerRequest(code="ACME", reverse_charge="yes"))
    desk.run(save.set_, CustomerRequest(code="ACME", reverse_charge="yes", tax_number="7"))
    with pytest.raises(Refused, match="reverse_charge needs"):
        desk.run(save.set_, CustomerRequest(code="ACME", tax_number=""))


def test_the_library_of_numbers_is_imported_only_when_one_is_set() -> None:
    program = (
        "import sys, orderdesk.services.customers.save, orderdesk.services.orders.place\n"
        "sys.exit('stdnum' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
