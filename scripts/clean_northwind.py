"""Clean the Northwind sample into the files of the demo company.

    python scripts/clean_northwind.py SOURCE [--target FOLDER]

SOURCE holds ``northwind_original.db`` (SQLite), the CSV exports of the same tables, and the two
licences. Neither is whole: the exports lost every comma and split some house numbers off, the
database lost the apostrophes of the orders and has two test customers. So the database is the
base, the exports mend it, and every number must be the same in both. The result is the same
bytes on every run. ``made_up_northwind.py`` comes after it.
"""

import argparse
import csv
import shutil
import sqlite3
import sys
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]
"""One record: column name in small letters -> text, empty where the source has nothing."""

LICENCES = ("LICENSE-sqlite-MIT.txt", "LICENSE-northwind_postgres-MsPL.txt")
TABLES = {
    "categories": ("Categories", ("categoryid",)),
    "customers": ("Customers", ("customerid",)),
    "employees": ("Employees", ("employeeid",)),
    "order_details": ("Order Details", ("orderid", "productid")),
    "orders": ("Orders", ("orderid",)),
    "products": ("Products", ("productid",)),
    "shippers": ("Shippers", ("shipperid",)),
    "suppliers": ("Suppliers", ("supplierid",)),
}
"""Name of the export -> table of the database, and the columns that make its key."""
AGREED = {
    "orders": "customerid employeeid orderdate requireddate shippeddate shipvia freight",
    "order_details": "unitprice quantity discount",
    "products": "supplierid categoryid unitprice unitsinstock unitsonorder reorderlevel "
    "discontinued",
}
"""Columns in which the two sources must agree, for there is no way to tell who is right."""

ADDRESS = {
    "address": "address",
    "city": "city",
    "region": "region",
    "postal_code": "postalcode",
    "country": "country",
}
PARTY = {
    "name": "companyname",
    "contact": "contactname",
    "contact_title": "contacttitle",
    **ADDRESS,
    "phone": "phone",
    "fax": "fax",
}
"""Our column -> Northwind's, for customers and suppliers."""


def tidy(text: str) -> str:
    """Give ``text`` as one clean line in Unicode NFC.

    Line ends become a comma and a space; other control characters go; runs of any kind of space
    become one; the export's word NULL becomes nothing.
    """
    parts = [part.strip().rstrip(",") for part in unicodedata.normalize("NFC", text).splitlines()]
    line = ", ".join(part for part in parts if part)
    kept = "".join(c for c in line if c.isspace() or unicodedata.category(c)[0] != "C")
    clean = " ".join(kept.split())
    return "" if clean == "NULL" else clean


def restore_apostrophes(text: str, export: str) -> str:
    """Give the database's ``text`` with the apostrophes of ``export`` where it has hyphens.

    The export lacks commas. Where the two differ in anything else, ``text`` comes back unchanged.
    """
    mended = []
    rest = iter(export.replace(",", ""))
    for char in text:
        other = char if char == "," else next(rest, "")
        if other != char and (char, other) != ("-", "'"):
            return text
        mended.append(other)
    return text if next(rest, "") else "".join(mended)


def ean13(product: int) -> str:
    """Give a made-up EAN-13 for a product number, in the range kept for use inside a shop (20)."""
    body = f"20{product:010d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-weighted % 10}"


def plain(number: str) -> str:
    """Give a number without exponent or needless zeros: ``1E+1`` -> ``10``, ``0.50`` -> ``0.5``."""
    return f"{Decimal(number).normalize():f}"


def money(number: str) -> str:
    """Give an amount in US dollars with two decimals; raises ValueError rather than round."""
    amount = Decimal(number)
    if amount != round(amount, 2):
        raise ValueError(f"{number} has more than two decimals; look at the source.")
    return f"{amount:.2f}"


def read_database(source: Path) -> dict[str, list[Row]]:
    """Read the tables of the SQLite file, each in the order of its key."""
    uri = (source / "northwind_original.db").resolve().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        tables = {}
        for name, (table, key) in TABLES.items():
            records = connection.execute(f'SELECT * FROM "{table}" ORDER BY {", ".join(key)}')
            tables[name] = [_tidy_row(dict(record)) for record in records]
        return tables
    finally:
        connection.close()


def read_exports(source: Path) -> dict[str, list[Row]]:
    """Read the CSV exports of the same tables."""
    tables = {}
    for name in TABLES:
        with (source / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            tables[name] = [_tidy_row(dict(record)) for record in csv.DictReader(file)]
    return tables


def _tidy_row(record: dict[str, object]) -> Row:
    """Clean one record; repr gives the shortest text of a float, which is the number typed."""
    return {
        column.lower(): "" if value is None else tidy(str(value))
        for column, value in record.items()
    }


def keyed(name: str, rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    """Give the rows of one table by the text of their key."""
    return {tuple(row[column] for column in TABLES[name][1]): row for row in rows}


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return Decimal(one) == Decimal(other)
    except ArithmeticError:
        return False


def compare(tables: dict[str, list[Row]], exports: dict[str, list[Row]]) -> None:
    """Raise ValueError at the first number, date or key in which the two sources differ."""
    for name, columns in AGREED.items():
        ours, theirs = keyed(name, tables[name]), keyed(name, exports[name])
        if ours.keys() != theirs.keys():
            odd = sorted(ours.keys() ^ theirs.keys())
            raise ValueError(f"{name} {odd[0]} is in one source only; look at the source.")
        for key, row in ours.items():
            for column in columns.split():
                if not _same(row[column], theirs[key][column]):
                    raise ValueError(
                        f"{name} {key}: {column} is {row[column]} in the database and "
                        f"{theirs[key][column]} in the export; look at the source."
                    )


def refuse_strays(tables: dict[str, list[Row]]) -> None:
    """Raise ValueError if a row names a customer, product or the like that does not exist."""
    codes = {name: {row[TABLES[name][1][0]] for row in rows} for name, rows in tables.items()}
    references = (
        ("orders", "customerid", "customers"),
        ("orders", "employeeid", "employees"),
        ("orders", "shipvia", "shippers"),
        ("orders", "orderid", "order_details"),
        ("order_details", "orderid", "orders"),
        ("order_details", "productid", "products"),
        ("products", "categoryid", "categories"),
        ("products", "supplierid", "suppliers"),
    )
    for name, column, target in references:
        for row in tables[name]:
            if row[column] not in codes[target]:
                raise ValueError(f"{name}: {column} {row[column]} is not in {target}.")


def mend(tables: dict[str, list[Row]], exports: dict[str, list[Row]]) -> None:
    """Change ``tables`` in place: test customers out, apostrophes of the orders back in."""
    known = keyed("customers", exports["customers"])
    tables["customers"] = [row for row in tables["customers"] if (row["customerid"],) in known]
    exported = keyed("orders", exports["orders"])
    for row in tables["orders"]:
        for column in ("shipname", "shipaddress"):
            row[column] = restore_apostrophes(row[column], exported[(row["orderid"],)][column])


def _place(address: Row) -> tuple[str, ...]:
    """Tell two addresses apart; the orders lost the zeros in front of some postal codes."""
    return tuple(
        address[column].lstrip("0") if column == "postal_code" else address[column]
        for column in ADDRESS
    )


def ship_tos(customers: list[Row], orders: list[Row]) -> tuple[list[Row], dict[str, str]]:
    """Give each customer's distinct ship-to addresses, and order number -> ship-to code.

    01 is the customer's own address; further ones follow in the order of first use. A name that
    the orders spell in another way makes no new address: the customer's own spelling stays.
    """
    found: dict[str, list[Row]] = {}
    for row in customers:
        own = {ours: row[theirs] for ours, theirs in ADDRESS.items()}
        code = row["customerid"]
        found[code] = [{"customer": code, "code": "01", "name": row["companyname"], **own}]
    used = {}
    for order in orders:
        code = order["customerid"]
        asked = {ours: order[f"ship{theirs}"] for ours, theirs in ADDRESS.items()}
        known = {_place(address): address["code"] for address in found[code]}
        if _place(asked) not in known:
            number = f"{len(found[code]) + 1:02d}"
            known[_place(asked)] = number
            found[code].append(
                {"customer": code, "code": number, "name": order["shipname"], **asked}
            )
        used[order["orderid"]] = known[_place(asked)]
    return [address for code in sorted(found) for address in found[code]], used


def _parties(rows: list[Row], key: str) -> list[Row]:
    return [{"code": row[key], **{o: row[t] for o, t in PARTY.items()}} for row in rows]


def _products(rows: list[Row]) -> list[Row]:
    return [
        {
            "code": row["productid"],
            "name": row["productname"],
            "category": row["categoryid"],
            "supplier": row["supplierid"],
            "quantity_per_unit": row["quantityperunit"],
            "unit_price": money(row["unitprice"]),
            "on_hand": plain(row["unitsinstock"]),
            "on_order": plain(row["unitsonorder"]),
            "reorder_level": plain(row["reorderlevel"]),
            "discontinued": row["discontinued"],
            "ean": ean13(int(row["productid"])),
        }
        for row in rows
    ]


def _orders(rows: list[Row], used: dict[str, str]) -> list[Row]:
    return [
        {
            "number": row["orderid"],
            "customer": row["customerid"],
            "employee": row["employeeid"],
            "ordered": row["orderdate"][:10],
            "required": row["requireddate"][:10],
            "shipped": row["shippeddate"][:10],
            "shipper": row["shipvia"],
            "freight": money(row["freight"]),
            "ship_to": used[row["orderid"]],
        }
        for row in rows
    ]


def _order_lines(rows: list[Row]) -> list[Row]:
    return [
        {
            "order": row["orderid"],
            "product": row["productid"],
            "unit_price": money(row["unitprice"]),
            "quantity": plain(row["quantity"]),
            "discount": plain(str(Decimal(row["discount"]) * 100)),
        }
        for row in rows
    ]


def shape(tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Give the rows of each file to write, in our columns, from the mended tables."""
    addresses, used = ship_tos(tables["customers"], tables["orders"])
    return {
        "customers": _parties(tables["customers"], "customerid"),
        "ship_tos": addresses,
        "categories": [
            {"code": r["categoryid"], "name": r["categoryname"], "description": r["description"]}
            for r in tables["categories"]
        ],
        "suppliers": _parties(tables["suppliers"], "supplierid"),
        "shippers": [
            {"code": r["shipperid"], "name": r["companyname"], "phone": r["phone"]}
            for r in tables["shippers"]
        ],
        "employees": [
            {
                "code": r["employeeid"],
                "name": f"{r['firstname']} {r['lastname']}",
                "title": r["title"],
            }
            for r in tables["employees"]
        ],
        "products": _products(tables["products"]),
        "orders": _orders(tables["orders"], used),
        "order_lines": _order_lines(tables["order_details"]),
    }


def clean(source: Path) -> dict[str, list[Row]]:
    """Give the rows of each file to write, from the folder with the two sources.

    Raises ValueError, OSError or sqlite3.Error where a source is missing or does not fit.
    """
    tables, exports = read_database(source), read_exports(source)
    compare(tables, exports)
    mend(tables, exports)
    refuse_strays(tables)
    return shape(tables)


def write(target: Path, files: dict[str, list[Row]]) -> None:
    """Write each file as CSV: UTF-8, a header, line feeds, quotes only where they are needed."""
    target.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def main(arguments: list[str]) -> int:
    """Clean SOURCE into the target folder, print the counts, give the exit code."""
    parser = argparse.ArgumentParser(description="Clean the Northwind sample.")
    parser.add_argument("source", type=Path, help="folder with the database, exports, licences")
    shipped = Path(__file__).resolve().parents[1] / "data" / "northwind"
    parser.add_argument("--target", type=Path, default=shipped, help="folder to write to")
    options = parser.parse_args(arguments)
    try:
        files = clean(options.source)
    except (OSError, ValueError, sqlite3.Error) as error:
        print(f"Nothing was written. {error}", file=sys.stderr)
        return 1
    write(options.target, files)
    for licence in LICENCES:
        shutil.copyfile(options.source / licence, options.target / licence)
    for name, rows in files.items():
        print(f"{name}.csv: {len(rows)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
