"""A small company for the tests, put in as plain rows so that no service stands in its way.

Customers: ACME (limit 10,000.00), TIGHT (limit 100.00), CASH (limit 0), FREE (unlimited),
GROUP (in a group with its own list), OLD (archived), STOP (blocked).
Products: P1 (10.00, 100 on hand), P2 (2.50, 5 on hand), P3 (1.2345, kg, none on hand),
LAST (discontinued, 3 on hand), WORK (service, per hour), TEXT (text line), GONE (archived),
TAXED (100.00 at 21 %), FREIGHT, MINIMUM (charges).
"""

from collections.abc import Iterable
from typing import Any

from orderdesk.models.company import CustomerGroup, RoleRight, Tax, User
from orderdesk.models.customers import Address, Customer, CustomerPart
from orderdesk.models.orders import SalesOrder
from orderdesk.models.products import Price, PriceList, Product
from orderdesk.models.stock import Movement, Stock, StockPlace
from orderdesk.store.search import searchable
from orderdesk.store.statements import insertion
from orderdesk.store.work import Work

SUBJECTS = {Customer: "customer", Product: "product", SalesOrder: "order"}
"""Whose version must be the number of their events; each row put in names its id."""

USERS = ("clerk", "clerk2", "supervisor", "script", "senior", "warehouse", "accounts", "admin")

MORE_RIGHTS = ("amend_any", "price_hand", "stock", "supply", "credit", "settings", "masters")
"""What clerks of a company this small may do beside a clerk's own; all other roles are as founded.
"""


def put(work: Work, model: Any, rows: Iterable[dict[str, Any]], *leave_out: str) -> None:
    """Insert rows of a model, its defaults filled in, with the event of each document."""
    target = insertion(model, *leave_out)
    filled = [model(**values).model_dump() for values in rows]
    if filled:
        work.insert(target, [tuple(row[c.name] for c in target.columns) for row in filled])
    if model in SUBJECTS:
        for row in filled:
            work.event(SUBJECTS[model], row["id"], 1, "added", {})


def _product(number: int, code: str, **more: Any) -> dict[str, Any]:
    name = more.pop("name", f"Product {code}")
    return {
        "id": number,
        "code": code,
        "name": name,
        "unit": "ea",
        "search": searchable(name, code),
        **more,
    }


def _customer(number: int, code: str, limit: int | None, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "code": code,
        "name": f"{code.title()} Ltd",
        "search": searchable(f"{code} Ltd", "Pat", "Leeds"),
        "credit_limit": limit,
        "contact": "Pat",
        **more,
    }


PRODUCTS = [
    _product(1, "P1", ean="2000000000015", cost=6_000_000),
    _product(2, "P2"),
    _product(3, "P3", unit="kg"),
    _product(4, "LAST", discontinued=1),
    _product(5, "WORK", kind="service", unit="h"),
    _product(6, "TEXT", kind="text"),
    _product(7, "GONE", archived=1),
    _product(8, "TAXED", tax="T21"),
    _product(9, "FREIGHT", kind="charge", name="Freight"),
    _product(10, "MINIMUM", kind="charge", name="Minimum order charge"),
]
CUSTOMERS = [
    _customer(1, "ACME", 1_000_000, price_list="ACMELIST"),
    _customer(2, "TIGHT", 10_000),
    _customer(3, "CASH", 0),
    _customer(4, "FREE", None),
    _customer(5, "GROUP", None, customer_group="G1"),
    _customer(6, "OLD", None, archived=1),
    _customer(7, "STOP", None, blocked=1),
]
PRICES = [
    (1, "BASE", 0, 10_000_000),
    (1, "BASE", 50_000, 9_000_000),
    (1, "GROUP", 0, 8_000_000),
    (1, "ACMELIST", 20_000, 7_500_000),
    (2, "BASE", 0, 2_500_000),
    (3, "BASE", 0, 1_234_500),
    (4, "BASE", 0, 4_000_000),
    (5, "BASE", 0, 60_000_000),
    (7, "BASE", 0, 1_000_000),
    (8, "BASE", 0, 100_000_000),
]
ON_HAND = [(1, 100_000), (2, 5_000), (3, 0), (4, 3_000), (8, 1_000_000)]


def small_company(work: Work) -> None:
    """Put the company's masters into a database that has just been founded."""
    put(work, User, [{"name": n, "full_name": n, "role": n.rstrip("2")} for n in USERS], "id")
    put(work, RoleRight, [{"role": "clerk", "right_code": right} for right in MORE_RIGHTS])
    put(work, Tax, [{"code": "T21", "name": "21 %", "rate": 210_000}])
    put(
        work,
        PriceList,
        [{"code": c, "name": c} for c in ("GROUP", "ACMELIST")],
    )
    put(work, CustomerGroup, [{"code": "G1", "name": "Group", "price_list": "GROUP"}])
    put(work, Product, PRODUCTS, "id")
    _prices(work)
    _stock(work)
    put(work, Customer, CUSTOMERS, "id")
    _addresses(work)
    put(work, CustomerPart, [{"customer_id": 1, "part": "ACME-77", "product_id": 1}])


def _prices(work: Work) -> None:
    put(
        work,
        Price,
        [
            {
                "product_id": p,
                "price_list": price_list,
                "min_quantity": minimum,
                "valid_from": "",
                "price": price,
            }
            for p, price_list, minimum, price in PRICES
        ],
    )


def _stock(work: Work) -> None:
    put(
        work,
        Stock,
        [{"product_id": p, "warehouse": "01", "on_hand": quantity} for p, quantity in ON_HAND],
    )
    put(
        work,
        StockPlace,
        [
            {
                **{"product_id": p, "warehouse": "01", "bin": "", "lot": "", "status": "free"},
                "on_hand": quantity,
            }
            for p, quantity in ON_HAND
            if quantity
        ],
    )
    put(
        work,
        Movement,
        [
            {
                "product_id": p,
                "warehouse": "01",
                "quantity": quantity,
                "kind": "opening",
                "at": work.now,
                "actor": work.actor,
            }
            for p, quantity in ON_HAND
            if quantity
        ],
        "id",
    )


def _addresses(work: Work) -> None:
    put(
        work,
        Address,
        [
            {
                "customer_id": c["id"],
                "code": code,
                "name": f"{c['name']} {code}",
                "street": "1 Mill Rd",
                "city": "Leeds",
                "country": "UK",
            }
            for c in CUSTOMERS
            for code in ("01", "02")
        ],
    )
