"""Invent what Northwind lacks, from its cleaned files: credit limits, costs, users and so on.

    python scripts/made_up_northwind.py [--target FOLDER]

Reads the CSV files in the folder and writes ``made_up.json`` beside them. Rules make most values
(a limit follows from what the customer bought); the exceptions stand in tables here, each with
what it is there to show. The result is the same bytes on every run. Money is US dollars.
"""

import argparse
import csv
import json
import sys
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from pathlib import Path

Row = dict[str, str]

ABOUT = (
    "Every value in this file is made up for the demo company: Northwind has no credit limits, "
    "terms, groups, taxes, costs, lead times, part numbers, agreed prices, charges, users, second "
    "warehouse, calendars or days on the way, and nothing here is a fact about a real company or "
    "person."
)
COMPANY = {
    "name": "Northwind Traders (demo)",
    "currency": "USD",
    "tax_code": "T0",
    "default_carrier": "3",
    "margin_floor_percent": "10",
    # The open orders ask for dates up to 36 days after the newest was entered; all shall count.
    "credit_horizon_days": 60,
}
TAX_CODES = [
    {"code": "T0", "name": "No tax", "rate_percent": "0"},
    {"code": "T7", "name": "Reduced rate", "rate_percent": "7"},
    {"code": "T20", "name": "Full rate", "rate_percent": "20"},
]
TERMS = [
    {"code": "N30", "name": "Net 30 days", "days": 30},
    {"code": "N14", "name": "Net 14 days", "days": 14},
    {"code": "CASH", "name": "Cash before delivery", "days": 0},
]
REASONS = [
    {"code": code, "name": name, "kind": kind}
    for kind, reasons in {
        "cancel": {
            "TWICE": "Ordered twice",
            "CHANGED": "The buyer changed their mind",
            "LATE": "We cannot deliver in time",
            "NOSTOCK": "No longer made",
            "OTHER": "Another reason",
        },
        "stock": {
            "COUNT": "Stock was counted",
            "DAMAGED": "Damaged in the warehouse",
            "LOST": "Lost",
            "FOUND": "Found",
        },
        "price": {
            "MATCH": "Another seller's price is met",
            "PROMISED": "Promised by the sales rep",
            "GOODWILL": "To make up for something",
        },
    }.items()
    for code, name in reasons.items()
]
WAREHOUSES = [
    {"code": "02", "name": "Second warehouse", "time_zone": "America/New_York", "cut_off": "15:00"},
]
"""Beside the company's own; nothing lies there until something is received or sent there."""

GROUPS = [
    {"code": "EUROPE", "name": "Europe", "list_discount_percent": "0"},
    {"code": "LATAM", "name": "Latin America", "list_discount_percent": "0"},
    {"code": "NORAM", "name": "United States and Canada", "list_discount_percent": "0"},
    {"code": "KEY", "name": "Key accounts", "list_discount_percent": "5"},
]
LATIN_AMERICA = ("Argentina", "Brazil", "Mexico", "Venezuela")
NORTH_AMERICA = ("Canada", "USA")
KEY_ACCOUNTS = ("HUNGO", "QUICK", "SAVEA")
"""Three of the five that bought most, none with an open order: those keep Northwind's prices."""

LIMITS = {
    "ALFKI": "15000.00",  # room for every example of the guides
    "BLAUS": "950.00",  # its open order fits, at more than 90 %: watch
    "ERNSH": "7500.00",  # the first of two open orders fits, the second is held
    "GREAL": "500.00",  # the same, among small amounts
    "QUEEN": "1500.00",  # its one open order is held
    **dict.fromkeys(KEY_ACCOUNTS),  # unlimited
}
TAXED = {"AROUT": "T20", "BSBEV": "T7"}

# A second door at the customer's own address, so that no place has to be invented.
SHIP_TOS = [
    {"customer": "ALFKI", "code": "02", "name": "Alfreds Futterkiste, rear entrance"},
    {"customer": "ERNSH", "code": "02", "name": "Ernst Handel, rear entrance"},
]
PART_NUMBERS = [
    {"customer": customer, "part_number": number, "product": product}
    for customer, number, product in (
        ("ALFKI", "AF-100", "11"),
        ("ALFKI", "AF-110", "12"),
        ("ALFKI", "AF-200", "41"),
        ("BONAP", "BA/0038", "38"),
        ("BONAP", "BA/0039", "39"),
        ("QUICK", "QS 7701", "77"),
        ("QUICK", "QS 7501", "75"),
        ("SAVEA", "SV-2-24", "2"),
    )
]
PRICED_CUSTOMER = "SAVEA"
PRICED_PRODUCTS = ("2", "16", "60", "76")
BREAKS = (("1", 6), ("24", 9), ("120", 12))
"""From this quantity on, per cent off the base list."""

MINIMUM_ORDERS = [
    {"customer": customer, "below": below, "charge": charge}
    for customer, below, charge in (
        ("LAZYK", "150.00", "15.00"),
        ("NORTS", "150.00", "15.00"),
        ("RANCH", "100.00", "12.50"),  # its open order is below
    )
]
FREIGHT = [
    {"customer": customer, "amount": amount, "free_from": free_from}
    for customer, amount, free_from in (
        ("AROUT", "18.00", "750.00"),
        ("HUNGC", "35.00", None),
        ("WARTH", "25.00", "1000.00"),
    )
]
CALENDARS = [
    {"code": "US", "name": "United States", "week": "mon-fri", "holidays": "US"},
    {"code": "MON-SAT", "name": "Monday to Saturday", "week": "mon-sat", "holidays": ""},
    {"code": "TUE-FRI", "name": "Tuesday and Friday", "week": "tue fri", "holidays": ""},
]
CARRIER_CALENDAR = "MON-SAT"
RECEIVING = {"ERNSH": "TUE-FRI"}
"""A customer who takes goods in on two days a week."""

HANDLING_DAYS = 1
DAYS_FROM_WAREHOUSE = {"1": (2, 5, 9), "2": (3, 7, 12), "3": (3, 8, 14)}
"""By carrier: within North America, to Latin America, and to everywhere else."""

USERS = ("clerk", "clerk2", "senior", "supervisor", "warehouse", "accounts", "script", "admin")
REPLENISHMENT_DAYS = {
    **dict.fromkeys(NORTH_AMERICA, 7),
    "Brazil": 21,
    **dict.fromkeys(("Australia", "Japan", "Singapore"), 28),
}
DAYS_FROM_EUROPE = 14
CREDIT_DAYS = timedelta(days=60)


def read(folder: Path, name: str) -> list[Row]:
    """Read one of the cleaned files."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bought(orders: list[Row], lines: list[Row]) -> dict[str, list[tuple[date, Decimal]]]:
    """Give customer -> the date and the amount with freight of each order."""
    totals = {order["number"]: Decimal(order["freight"]) for order in orders}
    for line in lines:
        share = 1 - Decimal(line["discount"]) / 100
        totals[line["order"]] += Decimal(line["unit_price"]) * Decimal(line["quantity"]) * share
    history: dict[str, list[tuple[date, Decimal]]] = {}
    for order in orders:
        entry = (date.fromisoformat(order["ordered"]), totals[order["number"]])
        history.setdefault(order["customer"], []).append(entry)
    return history


def credit_limit(history: list[tuple[date, Decimal]]) -> str:
    """Give the limit a cautious clerk would: the best 60 days and a quarter, in steps of 500."""
    if not history:
        return "0.00"
    peak = max(
        sum(amount for day, amount in history if start <= day < start + CREDIT_DAYS)
        for start, _ in history
    )
    steps = (peak * Decimal("1.25") / 500).to_integral_value(ROUND_CEILING)
    return f"{max(steps * 500, Decimal(1000)):.2f}"


def customer_terms(orders: int) -> str:
    """Give the terms code for a customer with this number of past orders."""
    if orders == 0:
        return "CASH"
    return "N14" if orders < 5 else "N30"


def group(code: str, country: str) -> str:
    """Give the customer's group: key account, else by country."""
    if code in KEY_ACCOUNTS:
        return "KEY"
    if country in LATIN_AMERICA:
        return "LATAM"
    return "NORAM" if country in NORTH_AMERICA else "EUROPE"


def standard_cost(product: int, list_price: str) -> str:
    """Give 55 to 75 per cent of the list price, spread over the products by their number."""
    share = Decimal(55 + product * 8 % 21) / 100
    return str((Decimal(list_price) * share).quantize(Decimal("0.01"), ROUND_HALF_UP))


def customers(folder: Path) -> dict[str, dict[str, str | None]]:
    """Give code -> credit limit (null = unlimited), terms, group and tax code."""
    history = bought(read(folder, "orders"), read(folder, "order_lines"))
    invented: dict[str, dict[str, str | None]] = {}
    for row in read(folder, "customers"):
        code = row["code"]
        past = history.get(code, [])
        invented[code] = {
            "credit_limit": LIMITS[code] if code in LIMITS else credit_limit(past),
            "terms": customer_terms(len(past)),
            "group": group(code, row["country"]),
            "tax_code": TAXED.get(code, "T0"),
        }
    return invented


def products(folder: Path) -> dict[str, dict[str, str | int]]:
    """Give code -> unit, standard cost of one, replenishment days by the supplier's country."""
    country = {row["code"]: row["country"] for row in read(folder, "suppliers")}
    return {
        row["code"]: {
            "unit": "ea",
            "standard_cost": standard_cost(int(row["code"]), row["unit_price"]),
            "replenishment_days": REPLENISHMENT_DAYS.get(
                country[row["supplier"]], DAYS_FROM_EUROPE
            ),
        }
        for row in read(folder, "products")
    }


def ship_tos(folder: Path) -> list[Row]:
    """Give the further ship-to addresses, each at the customer's own address."""
    own = {row["code"]: row for row in read(folder, "customers")}
    kept = ("address", "city", "region", "postal_code", "country")
    return [
        {**row, **{column: own[row["customer"]][column] for column in kept}} for row in SHIP_TOS
    ]


def customer_prices(folder: Path) -> list[Row]:
    """Give one customer's own price list with its quantity breaks."""
    base = {row["code"]: Decimal(row["unit_price"]) for row in read(folder, "products")}
    return [
        {
            "customer": PRICED_CUSTOMER,
            "product": product,
            "from_quantity": quantity,
            "price": f"{base[product] * (100 - percent) / 100:.2f}",
        }
        for product in PRICED_PRODUCTS
        for quantity, percent in BREAKS
    ]


def zones() -> list[dict[str, str | int]]:
    """Give how many days each carrier takes to each country, and to all others (no country)."""
    return [
        {"carrier": carrier, "country": country, "lead_days": days}
        for carrier, (near, south, far) in DAYS_FROM_WAREHOUSE.items()
        for country, days in (
            *((country, near) for country in NORTH_AMERICA),
            *((country, south) for country in LATIN_AMERICA),
            ("", far),
        )
    ]


def invent(folder: Path) -> dict[str, object]:
    """Give everything that goes into ``made_up.json``, from the files in ``folder``."""
    return {
        "about": ABOUT,
        "company": COMPANY,
        "warehouse": {
            "code": "01",
            "name": "Main warehouse",
            "handling_days": HANDLING_DAYS,
        },
        "calendars": CALENDARS,
        "carrier_calendar": CARRIER_CALENDAR,
        "receiving": RECEIVING,
        "zones": zones(),
        "opening_stock": {"warehouse": "01", "quantity_from": "products.csv on_hand"},
        "tax_codes": TAX_CODES,
        "terms": TERMS,
        "warehouses": WAREHOUSES,
        "reasons": REASONS,
        "groups": GROUPS,
        "users": [{"name": name, "role": name.rstrip("2"), "pin": "1234"} for name in USERS],
        "customers": customers(folder),
        "ship_tos": ship_tos(folder),
        "products": products(folder),
        "part_numbers": PART_NUMBERS,
        "customer_prices": customer_prices(folder),
        "minimum_orders": MINIMUM_ORDERS,
        "freight": FREIGHT,
    }


def main(arguments: list[str]) -> int:
    """Write ``made_up.json`` into the target folder and give the exit code."""
    parser = argparse.ArgumentParser(description="Invent what Northwind lacks.")
    shipped = Path(__file__).resolve().parents[1] / "data" / "northwind"
    parser.add_argument("--target", type=Path, default=shipped, help="folder with the files")
    options = parser.parse_args(arguments)
    text = json.dumps(invent(options.target), ensure_ascii=False, indent=1)
    (options.target / "made_up.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
