"""Another system's customers, open items and open orders come in by files; credit stands then.

Some may owe nothing, some have paid more than they owe, some are over their limits.
"""

import csv
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from tests.cli.conftest import Program

LAST_DAY = "2027-02-21"
"""Of the horizon: ninety days from the business date."""
CASH_ONLY = [f"N{number:02}" for number in range(1, 9)]
CUSTOMERS = [
    *((code, "0") for code in CASH_ONLY),
    ("V01", "5000"),
    ("V02", "20000.00"),
    ("V03", "900"),
    ("W01", "2000"),
    ("W02", "100"),
    ("W03", "100"),
    ("U01", ""),
]
PRODUCTS = {"BRASS": ("12.35", "0.21"), "TEAK": ("148.90", "0"), "WIRE": ("0.0875", "0")}
"""What one costs and its tax."""
ITEMS = [
    ("V01", "invoice", "R-1001", "2026-08-03", "2026-09-02", "3210.55"),
    ("V01", "invoice", "R-1040", "2026-11-02", "2026-12-02", "1480.20"),
    ("V01", "payment", "Z-77", "2026-10-01", "", "1000.00"),
    ("V02", "invoice", "R-1002", "2026-11-10", "2026-12-10", "18000"),
    ("V02", "credit", "G-5", "2026-11-12", "", "250.00"),
    ("V03", "invoice", "R-1003", "2026-11-11", "2026-12-11", "500.00"),
    ("V03", "payment", "Z-78", "2026-11-20", "", "1300.00"),
    ("W01", "invoice", "R-1004", "2026-11-15", "2026-12-15", "1851.10"),
    ("W03", "payment", "Z-79", "2026-11-16", "", "75.00"),
    ("U01", "invoice", "R-1005", "2026-11-17", "2026-12-17", "99999.99"),
    ("N07", "invoice", "R-1006", "2026-11-18", "2026-12-18", "0.01"),
    ("N08", "payment", "Z-80", "2026-11-19", "", "10.00"),
]
ORDERS = [
    ("A1", "V01", "2026-12-01", "BRASS", "40", ""),
    ("A1", "V01", "2026-12-01", "TEAK", "7", ""),
    ("A2", "V02", "2026-10-05", "TEAK", "20", "120.005"),
    ("A3", "V02", "2027-06-01", "TEAK", "100", ""),
    ("A4", "V03", LAST_DAY, "WIRE", "12345.678", ""),
    ("A5", "V03", "2026-11-24", "BRASS", "55", ""),
    ("A6", "W01", "2026-11-30", "TEAK", "1", ""),
    ("A7", "W02", "2027-02-22", "TEAK", "9", ""),
]
OVER = {"V01": "5330.79", "V02": "20150.10", "V03": "1102.14"}
"""V01: 4,690.75 - 1,000.00 + 1,536.30 + 103.74 of tax; V02: 18,000.00 - 250.00 + 2,400.10;
V03: 500.00 - 1,300.00 + 1,080.25 + 679.25 + 142.64 of tax."""

Row = tuple[str, ...]


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def counted(order: str) -> Decimal:
    """Give what an order of the file comes to with its tax, or nothing beyond the horizon."""
    net, taxed = Decimal(0), Decimal(0)
    for key, _, requested, product, quantity, by_hand in ORDERS:
        if key == order and requested <= LAST_DAY:
            price, rate = PRODUCTS[product]
            amount = cents(Decimal(quantity) * Decimal(by_hand or price))
            net += amount
            taxed += amount if Decimal(rate) else 0
    return net + cents(taxed * Decimal("0.21"))


def exposure(customer: str) -> Decimal:
    signs = {"invoice": 1, "payment": -1, "credit": -1}
    items = sum((signs[i[1]] * Decimal(i[5]) for i in ITEMS if i[0] == customer), Decimal(0))
    orders = {order[0] for order in ORDERS if order[1] == customer}
    return items + sum((counted(order) for order in orders), Decimal(0))


class Files:
    """The other system's files, as its own columns call things."""

    def __init__(self, folder: Path, program: Program) -> None:
        self._folder = folder
        self._program = program

    def take(self, noun: str, columns: str, rows: Iterable[Row], *more: str) -> int:
        """Import rows; give how many were taken. Columns are `field=Their name`, or a field."""
        fields = [column.partition("=") for column in columns.split()]
        path = self._folder / f"{noun}.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow([theirs or ours for ours, _, theirs in fields])
            writer.writerows(rows)
        mapped = [each for f, _, theirs in fields for each in ("--map", f"{f}={theirs or f}")]
        done = self._program(noun, "import", str(path), *mapped, *more, "--json")
        rejects = [each.read_text() for each in self._folder.glob(f"{noun}.rejects*")]
        assert (done.code, done.err, rejects) == (0, "", [])
        taken: int = done.json["accepted"]
        return taken

    def items(self, *more: str) -> int:
        columns = "customer=Debtor kind=Kind number=Document date=Day due_date=Due amount=Amount"
        return self.take("credit", columns, ITEMS, *more)

    def orders(self, orders: Sequence[Row], *more: str) -> int:
        columns = "order=Number customer=Debtor requested=Wanted product=Item quantity price=Agreed"
        return self.take("order", columns, orders, *more)


@pytest.fixture
def files(orderdesk: Program, tmp_path: Path) -> Files:
    """Give the files, with everything taken in that is there before the probes."""

    def script(*arguments: str) -> object:
        return orderdesk(*arguments, ORDERDESK_USER="script")

    files = Files(tmp_path, script)  # type: ignore[arg-type]
    place = {"name": "Goods in", "street": "1 Mill Rd", "city": "Leeds", "country": "UK"}
    where = [each for field in place for each in ("--map", f"address.{field}:={place[field]}")]
    people = [(code, f"Customer {code}", limit) for code, limit in CUSTOMERS]
    columns = "code=Debtor name=Company credit_limit=Limit"
    assert files.take("customer", columns, people, *where) == len(CUSTOMERS)
    goods = [
        (
            code,
            f"{code.title()} goods",
            "T21" if Decimal(rate) else "T0",
            "kg" if code == "WIRE" else "ea",
        )
        for code, (_, rate) in PRODUCTS.items()
    ]
    assert files.take("product", "code=Item name=Name tax=Tax unit=Unit", goods) == 3
    prices = [(code, price) for code, (price, _) in PRODUCTS.items()]
    assert files.take("price", "product=Item price=Price", prices) == 3
    stock = [(code, "20000") for code in PRODUCTS]
    assert files.take("stock", "product=Item counted=Pieces", stock) == 3
    assert files.items() == len(ITEMS)
    assert files.orders(ORDERS) == 7
    return files


def test_who_is_over_the_limit_owes_exactly_this(orderdesk: Program, files: Files) -> None:
    shown = {code: orderdesk("credit", "show", code, "--json").json for code, _ in CUSTOMERS}
    assert {code: view["exposure"] for code, view in shown.items()} == {
        code: str(cents(exposure(code))) for code, _ in CUSTOMERS
    }
    limits = {code: Decimal(limit) for code, limit in CUSTOMERS if Decimal(limit or 0)}
    over = {code: shown[code]["exposure"] for code in limits if exposure(code) > limits[code]}
    assert over == OVER
    assert {code for code in limits if Decimal(shown[code]["headroom"]) < 0} == set(OVER)
    assert shown["V03"]["parts"] == {
        "receivables": "500.00", "unbilled": "0.00", "open_orders": "1902.14",
        "unapplied": "1300.00",
    }  # fmt: skip
    results = {code: view["result"] for code, view in shown.items() if code in limits}
    assert results == {
        "V01": "hold", "V02": "hold", "V03": "hold", "W01": "watch", "W02": "ok", "W03": "ok",
    }  # fmt: skip
    held = {row["customer"] for row in orderdesk("order", "list", "--held", "--json").rows}
    assert held == set(OVER)


def test_a_probe_of_each_without_credit_is_held_and_of_others_not(
    orderdesk: Program, files: Files
) -> None:
    probed = [*CASH_ONLY, *OVER, "W02", "W03", "U01"]
    probes = [(code, code, "", "BRASS", "1", "") for code in probed]
    assert files.orders(probes) == len(probes)
    rows = orderdesk("order", "list", "--json", "--limit", str(len(probes))).rows
    held = {}
    for row in rows:
        view = orderdesk("order", "show", row["number"], "--json").json
        held[view["customer"]] = [each["code"] for each in view["holds"]]
    credit = {code: ["credit_limit"] for code in (*CASH_ONLY, *OVER)}
    assert held == {**credit, "W02": [], "W03": [], "U01": []}
    assert orderdesk("doctor").code == 0


def test_the_same_items_again_owe_nothing_more(orderdesk: Program, files: Files) -> None:
    assert files.items("--command-id", "again") == len(ITEMS)
    for code, owed in OVER.items():
        assert orderdesk("credit", "show", code, "--json").json["exposure"] == owed
