"""`orderdesk customer`: who buys from us."""

from typing import Annotated

import typer

from orderdesk.cli.command import Call, Shown, call
from orderdesk.cli.given import (
    ByCode,
    Find,
    Version,
    found_alone,
    options,
    request,
    request_named,
)
from orderdesk.cli.nouns import Noun
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

app = Noun("Add, change, show, list and import customers.")

Code = Annotated[str, typer.Argument(help="The customer's code.", metavar="CODE")]
Customer = Annotated[str, typer.Argument(help="The customer's code.", metavar="CUSTOMER")]
File = Annotated[str | None, typer.Argument(help="JSON; - reads it from a pipe.", metavar="FILE")]
CodeOrFile = Annotated[
    str, typer.Argument(help="The customer's code; or JSON: a file, or -.", metavar="CODE|FILE")
]


@app.changes("""\
orderdesk customer add ACME --name 'Acme Supply' --terms N30 --credit-limit 25000
echo '{"code": "ACME", "name": "Acme Supply",
       "addresses": [{"code": "01", "street": "14 Mill Rd", "city": "Leeds"}],
       "contacts": [{"name": "Pat", "phone": "555 0101"}]}' | orderdesk customer add -""")
@options(FIELDS)
def add(code: CodeOrFile, **given: str | None) -> Call:
    """Add a customer from options, or from JSON with addresses, contacts and part numbers."""
    from orderdesk.services.customers.save import add

    return call(add, request_named(CustomerRequest, code, "code", given))


@app.changes("orderdesk customer set ACME --credit-limit '' --alert 'Asks for Pat'", name="set")
@options(FIELDS)
def set_(code: CodeOrFile, version: Version = None, **given: str | None) -> Call:
    """Change a customer; the rest stays.

    In JSON, the addresses, contacts and part numbers that it names are added or changed too.
    """
    from orderdesk.services.customers.save import set_

    return call(set_, request_named(CustomerRequest, code, "code", given), version)


@app.changes("""\
orderdesk customer address ACME --code 02 --street '3 Dock Rd' --city Hull
orderdesk customer address ACME --code 01 --archived yes""")
@options(
    ADDRESS_FIELDS,
    AddressEntry,
    only=f"code {' '.join(ADDRESS_FIELDS)}",
    code="Of the address: 01, 02, ... Must be given.",
)
def address(
    customer: Customer, file: File = None, version: Version = None, **given: str | None
) -> Call:
    """Add an address to a customer, or change the one of this code; the rest stays."""
    from orderdesk.services.customers.save import set_address

    return call(set_address, customer, request(AddressEntry, file, given), version)


@app.changes("orderdesk customer contact ACME --name Pat --phone '555 0101'")
@options(
    CONTACT_FIELDS,
    ContactEntry,
    only=f"name {' '.join(CONTACT_FIELDS)}",
    name="Who it is. Must be given.",
)
def contact(
    customer: Customer, file: File = None, version: Version = None, **given: str | None
) -> Call:
    """Add somebody to ask for at a customer, or change the one of this name; the rest stays."""
    from orderdesk.services.customers.save import set_contact

    return call(set_contact, customer, request(ContactEntry, file, given), version)


@app.changes("""\
orderdesk customer part ACME --part AC-77 --product 11
orderdesk customer part ACME --part AC-77 --product ''""")
@options(PartEntry, part="The customer's own number. Must be given.")
def part(
    customer: Customer, file: File = None, version: Version = None, **given: str | None
) -> Call:
    """Let a customer order a product by a number of its own; no product takes the number away."""
    from orderdesk.services.customers.save import set_part

    return call(set_part, customer, request(PartEntry, file, given), version)


@app.reads("orderdesk customer show ACME --json")
def show(code: Code) -> Call:
    """Show a customer with addresses, contacts, part numbers and notes."""
    from orderdesk.services.customers.views import show

    return call(show, code)


@app.lists("orderdesk customer list --group RETAIL --csv -o customers.csv", name="list")
def list_(
    find: Find = "",
    group: Annotated[str | None, typer.Option(help="Of this group alone.")] = None,
    blocked: Annotated[bool, typer.Option("--blocked", help="Only those blocked.")] = False,
    archived: Annotated[bool, typer.Option("--archived", help="Only those archived.")] = False,
    sort: ByCode = "",
) -> Shown:
    """List customers by code; of those that a text finds the likeliest first."""
    from orderdesk.exchange.lists.customers import CustomerList

    found_alone(find, group=group, blocked=blocked, archived=archived)
    wanted = CustomerFilter(group=group, blocked=blocked or None, archived=archived)
    columns = "" if find else "code name city phone credit_limit exposure blocked"
    return Shown([CustomerList(wanted, find, sort)], columns)


app.imports(
    "customer",
    "Take in customers: those that are known are changed, the others added.",
    """\
orderdesk customer import customers.csv --map code=Id --map name=Company \\
    --map address.city=City --map contact.name=Contact""",
)
