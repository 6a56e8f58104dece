"""The cleaning script, on a small source that carries every fault of the real one."""

import csv
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "clean_northwind.py"
PERSON = "CompanyName ContactName ContactTitle Address City Region PostalCode Country Phone Fax"
SHIP = "ShipName ShipAddress ShipCity ShipRegion ShipPostalCode ShipCountry"
Record = tuple[str | int | float | bytes | None, ...]

MIDNIGHT = "00:00:00.000"
ORDERED, DUE, SHIPPED = (f"1996-{day} {MIDNIGHT}" for day in ("07-04", "08-01", "07-16"))
TOULOUSE = ("La maison d-Asie", "C/ Sol, \xa01", "Toulouse", None, "3100", "France")
LYON = ("La maison d-Asie", "2, rue d-Or", "Lyon", None, "69000", "France")
ASIE = ("C/ Sol, 1", "Toulouse", None, "03100", "France", "1", None)
TOKYO = ("9-8 Sekimai\n\nMusashino", "Tokyo", None, "100", "Japan", "1", None)

TABLES: dict[str, tuple[str, str, list[Record]]] = {
    "categories": (
        "Categories",
        "CategoryID CategoryName Description Picture",
        [(1, "Drinks", "Teas, beers", b"\x15\x1c")],
    ),
    "customers": (
        "Customers",
        f"CustomerID {PERSON}",
        [
            ("ASIE", "La maison d'Asie", "Ann", "Owner", *ASIE),
            ("TEST", "IT", "IT", "IT", None, None, None, None, None, None, None),
        ],
    ),
    "employees": (
        "Employees",
        "EmployeeID LastName FirstName Title Photo",
        [(5, "Doe", "Jo", "Rep", b"\x15")],
    ),
    "order_details": (
        "Order Details",
        "OrderID ProductID UnitPrice Quantity Discount",
        [(n, 11, 14.0, 10, 0.15) for n in (1, 2, 3)],
    ),
    "orders": (
        "Orders",
        f"OrderID CustomerID EmployeeID OrderDate RequiredDate ShippedDate ShipVia Freight {SHIP}",
        [
            (1, "ASIE", 5, ORDERED, DUE, None, 3, 32.38, *TOULOUSE),
            (2, "ASIE", 5, ORDERED, DUE, None, 3, 8, *LYON),
            (3, "ASIE", 5, ORDERED, DUE, SHIPPED, 3, 0.1, *LYON),
        ],
    ),
    "products": (
        "Products",
        "ProductID ProductName SupplierID CategoryID QuantityPerUnit UnitPrice UnitsInStock "
        "UnitsOnOrder ReorderLevel Discontinued",
        [(11, "Cafe\u0301", 4, 1, "24 - 250 g  jars", 21, 22, 0, 30, "0")],
    ),
    "shippers": ("Shippers", "ShipperID CompanyName Phone", [(3, "Federal", "1")]),
    "suppliers": (
        "Suppliers",
        f"SupplierID {PERSON} HomePage",
        [(4, "Tokyo", "Y\x07o ", "Manager", *TOKYO, "#DEAD.HTM#")],
    ),
}


def exported(value: object) -> str:
    """Break a value as the exports did: no commas, but apostrophes; NULL; pictures in hex."""
    if value is None:
        return "NULL"
    text = str(value).replace(",", "").replace("\n", " ").replace("\xa0", " ")
    return text.replace(" d-", " d'")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    connection = sqlite3.connect(folder / "northwind_original.db")
    for name, (table, columns, records) in TABLES.items():
        names = columns.split()
        connection.execute(f'CREATE TABLE "{table}" ({", ".join(names)})')
        marks = ", ".join("?" * len(names))
        connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', records)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column[0].lower() + column[1:] for column in names])
            kept = [record for record in records if record[0] != "TEST"]
            writer.writerows([exported(value) for value in record] for record in kept)
    connection.commit()
    connection.close()
    for licence in ("LICENSE-sqlite-MIT.txt", "LICENSE-northwind_postgres-MsPL.txt"):
        (folder / licence).write_text("as is", encoding="utf-8")
    return folder


def clean(source: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), str(source), "--target", str(source.parent / "out")]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def written(source: Path, name: str) -> list[str]:
    return (source.parent / "out" / name).read_text(encoding="utf-8").splitlines()[1:]


def change(source: Path, sql: str) -> None:
    connection = sqlite3.connect(source / "northwind_original.db")
    connection.execute(sql)
    connection.commit()
    connection.close()


def test_the_two_broken_sources_make_one_whole_company(source: Path) -> None:
    done = clean(source)
    assert done.returncode == 0, done.stderr
    assert written(source, "customers.csv") == [
        """ASIE,La maison d'Asie,Ann,Owner,"C/ Sol, 1",Toulouse,,03100,France,1,"""
    ]
    assert written(source, "ship_tos.csv") == [
        """ASIE,01,La maison d'Asie,"C/ Sol, 1",Toulouse,,03100,France""",
        """ASIE,02,La maison d'Asie,"2, rue d'Or",Lyon,,69000,France""",
    ]
    assert written(source, "suppliers.csv") == [
        '4,Tokyo,Yo,Manager,"9-8 Sekimai, Musashino",Tokyo,,100,Japan,1,'
    ]
    assert written(source, "categories.csv") == ['1,Drinks,"Teas, beers"']
    assert written(source, "products.csv") == [
        "11,Café,1,4,24 - 250 g jars,21.00,22,0,30,0,2000000000114"
    ]
    assert written(source, "orders.csv") == [
        "1,ASIE,5,1996-07-04,1996-08-01,,3,32.38,01",
        "2,ASIE,5,1996-07-04,1996-08-01,,3,8.00,02",
        "3,ASIE,5,1996-07-04,1996-08-01,1996-07-16,3,0.10,02",
    ]
    assert written(source, "order_lines.csv") == [f"{n},11,14.00,10,15" for n in (1, 2, 3)]
    assert (source.parent / "out" / "LICENSE-sqlite-MIT.txt").read_text() == "as is"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE Orders SET Freight = 33 WHERE OrderID = 1", "freight is 33 in the database"),
        ("UPDATE Orders SET ShippedDate = '1996-07-09' WHERE OrderID = 1", "shippeddate is"),
        ("UPDATE Products SET UnitPrice = 22", "unitprice is 22 in the database"),
        ('DELETE FROM "Order Details" WHERE OrderID = 2', "is in one source only"),
        ("DELETE FROM Customers WHERE CustomerID = 'ASIE'", "customerid ASIE is not in customers"),
        ("DELETE FROM Shippers", "shipvia 3 is not in shippers"),
        ("DELETE FROM Suppliers", "supplierid 4 is not in suppliers"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(source: Path, sql: str, message: str) -> None:
    change(source, sql)
    done = clean(source)
    assert done.returncode == 1
    assert done.stderr.startswith("Nothing was written. ")
    assert message in done.stderr
    assert not (source.parent / "out").exists()
