"""The shipped demo company: whole, clean, and the same as its scripts make it."""

import csv
import json
import re
import subprocess
import sys
import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data" / "northwind"
Row = dict[str, str]

PARTY = "code,name,contact,contact_title,address,city,region,postal_code,country,phone,fax"
COLUMNS = {
    "customers": PARTY,
    "ship_tos": "customer,code,name,address,city,region,postal_code,country",
    "categories": "code,name,description",
    "suppliers": PARTY,
    "shippers": "code,name,phone",
    "employees": "code,name,title",
    "products": "code,name,category,supplier,quantity_per_unit,unit_price,on_hand,on_order,"
    "reorder_level,discontinued,ean",
    "orders": "number,customer,employee,ordered,required,shipped,shipper,freight,ship_to",
    "order_lines": "order,product,unit_price,quantity,discount",
}
KEYS = {
    "customers": ["code"],
    "ship_tos": ["customer", "code"],
    "categories": ["code"],
    "suppliers": ["code"],
    "shippers": ["code"],
    "employees": ["code"],
    "products": ["code"],
    "orders": ["number"],
    "order_lines": ["order", "product"],
}
REFERENCES = [
    ("ship_tos", "customer", "customers"),
    ("products", "category", "categories"),
    ("products", "supplier", "suppliers"),
    ("orders", "customer", "customers"),
    ("orders", "employee", "employees"),
    ("orders", "shipper", "shippers"),
    ("order_lines", "order", "orders"),
    ("order_lines", "product", "products"),
]
MAY_BE_EMPTY = {"region", "postal_code", "fax", "shipped"}


def rows(name: str) -> list[Row]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes(name: str) -> set[str]:
    return {row[KEYS[name][-1]] for row in rows(name)}


def made_up() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "made_up.json").read_text(encoding="utf-8"))
    return loaded


def open_orders() -> list[Row]:
    return [order for order in rows("orders") if not order["shipped"]]


@pytest.mark.parametrize("name", COLUMNS)
def test_each_file_has_its_columns_and_one_row_a_key(name: str) -> None:
    header = (DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == COLUMNS[name]
    keys = [tuple(row[column] for column in KEYS[name]) for row in rows(name)]
    assert len(set(keys)) == len(keys)
    assert all(all(key) for key in keys)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.[cjm]*")), ids=lambda path: path.name)
def test_text_is_utf8_nfc_without_control_characters(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    odd = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")}
    assert odd <= {"\n"}
    assert "\N{NO-BREAK SPACE}" not in text
    assert "\N{REPLACEMENT CHARACTER}" not in text


@pytest.mark.parametrize("name", COLUMNS)
def test_values_are_tidy_and_null_is_an_empty_field(name: str) -> None:
    for row in rows(name):
        for column, value in row.items():
            assert value == " ".join(value.split()), (row, column)
            assert value.upper() not in ("NULL", "NONE"), (row, column)
            assert value or column in MAY_BE_EMPTY, (row, column)


def test_numbers_are_plain_decimals_and_dates_iso() -> None:
    amount, whole = re.compile(r"\d+\.\d\d"), re.compile(r"\d+")
    for product in rows("products"):
        assert amount.fullmatch(product["unit_price"])
        assert product["discontinued"] in ("0", "1")
        assert all(whole.fullmatch(product[c]) for c in ("on_hand", "on_order", "reorder_level"))
    for order in rows("orders"):
        assert amount.fullmatch(order["freight"])
        for column in ("ordered", "required", "shipped"):
            text = order[column]
            assert not text or date.fromisoformat(text).isoformat() == text
    for line in rows("order_lines"):
        assert amount.fullmatch(line["unit_price"])
        assert whole.fullmatch(line["quantity"])
        assert whole.fullmatch(line["discount"])
        assert int(line["discount"]) <= 25


@pytest.mark.parametrize(("name", "column", "target"), REFERENCES)
def test_every_foreign_key_resolves(name: str, column: str, target: str) -> None:
    assert {row[column] for row in rows(name)} <= codes(target)


def test_every_order_has_lines_and_a_ship_to_of_its_customer() -> None:
    ship_tos = {(row["customer"], row["code"]) for row in rows("ship_tos")}
    with_lines = {line["order"] for line in rows("order_lines")}
    for order in rows("orders"):
        assert (order["customer"], order["ship_to"]) in ship_tos
        assert order["number"] in with_lines


def test_ship_to_01_is_the_customers_own_address() -> None:
    own = {row["customer"]: row for row in rows("ship_tos") if row["code"] == "01"}
    for customer in rows("customers"):
        ship_to = own.pop(customer["code"])
        for column in ("name", "address", "city", "region", "postal_code", "country"):
            assert ship_to[column] == customer[column]
    assert not own
    further = [(row["customer"], row["code"]) for row in rows("ship_tos") if row["code"] != "01"]
    assert further == [(c, "02") for c in ("AROUT", "CHOPS", "LAUGB", "RICSU", "WHITC")]


def test_eans_are_in_the_shop_range_with_a_valid_check_digit() -> None:
    eans = [product["ean"] for product in rows("products")]
    assert len(set(eans)) == 77
    for ean in eans:
        assert re.fullmatch(r"20\d{11}", ean)
        digits = [int(digit) for digit in ean]
        assert (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_the_readme_counts_the_rows() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `(\w+)\.csv` \| (\d+) \|", readme, re.M))
    assert stated == {name: str(len(rows(name))) for name in COLUMNS}
    assert len(rows("customers")) == 91
    assert len(rows("orders")) == 830
    assert len(rows("order_lines")) == 2155


def test_the_readme_says_of_everything_made_up_that_it_is() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8").partition("## What is made up")[2]
    listed = re.findall(r"^\| (`[^|]+) \|", readme, re.M)
    assert set(re.findall(r"`(\w+)`", " ".join(listed))) == set(made_up()) - {"about"}


def test_northwinds_known_oddities_are_all_there() -> None:
    assert len(open_orders()) == 21
    assert sum(o["shipped"] > o["required"] for o in rows("orders")) == 37
    listed = {product["code"]: product["unit_price"] for product in rows("products")}
    assert sum(x["unit_price"] != listed[x["product"]] for x in rows("order_lines")) == 658


def test_the_examples_of_the_guides_hold() -> None:
    by_code = {product["code"]: product for product in rows("products")}
    assert by_code["11"]["unit_price"] == "21.00"
    assert [by_code[code]["on_hand"] for code in ("11", "12", "41", "42")] == [
        "22",
        "86",
        "85",
        "26",
    ]
    numbers = {order["number"] for order in open_orders()}
    asked = sum(
        int(line["quantity"])
        for line in rows("order_lines")
        if line["product"] == "11" and line["order"] in numbers
    )
    assert asked == 10, "12 of product 11 are left for the example order"
    alfki = next(row for row in rows("customers") if row["code"] == "ALFKI")
    assert alfki["contact"] == "Maria Anders"
    assert made_up()["customers"]["ALFKI"] == {
        "credit_limit": "15000.00",
        "terms": "N30",
        "group": "EUROPE",
        "tax_code": "T0",
    }
    assert ("ALFKI", "02") in {(s["customer"], s["code"]) for s in made_up()["ship_tos"]}


def test_texts_that_the_sources_broke_are_whole() -> None:
    customers = {row["code"]: row for row in rows("customers")}
    assert customers["BOLID"]["address"] == "C/ Araquil, 67"
    assert (customers["QUEDE"]["address"], customers["QUEDE"]["city"]) == (
        "Rua da Panificadora, 12",
        "Rio de Janeiro",
    )
    assert customers["ANATR"]["postal_code"] == "05021"
    assert customers["LAMAI"]["name"] == "La maison d'Asie"
    assert "VALON" not in customers


def test_both_licences_stand_beside_the_files() -> None:
    mit = (DATA / "LICENSE-sqlite-MIT.txt").read_text(encoding="utf-8")
    mspl = (DATA / "LICENSE-northwind_postgres-MsPL.txt").read_text(encoding="utf-8")
    assert "The MIT License" in mit
    assert "Copyright (c)" in mit
    assert "Microsoft Public License (Ms-PL)" in mspl
    assert "3. Conditions and Limitations" in mspl


def test_made_up_values_say_so_and_name_real_codes() -> None:
    invented = made_up()
    assert next(iter(invented)) == "about"
    assert "made up" in invented["about"]
    assert set(invented["customers"]) == codes("customers")
    assert set(invented["products"]) == codes("products")
    for key in ("ship_tos", "part_numbers", "customer_prices", "minimum_orders", "freight"):
        assert invented[key]
        assert {row["customer"] for row in invented[key]} <= codes("customers")
    for key in ("part_numbers", "customer_prices"):
        assert {row["product"] for row in invented[key]} <= codes("products")
    assert invented["company"]["default_carrier"] in codes("shippers")
    known = {
        key: {row["code"] for row in invented[key]} for key in ("terms", "groups", "tax_codes")
    }
    for customer in invented["customers"].values():
        assert customer["terms"] in known["terms"]
        assert customer["group"] in known["groups"]
        assert customer["tax_code"] in known["tax_codes"]
    assert invented["company"]["tax_code"] in known["tax_codes"]
    calendars = {row["code"] for row in invented["calendars"]}
    assert {invented["carrier_calendar"], *invented["receiving"].values()} <= calendars
    assert set(invented["receiving"]) <= codes("customers")
    assert {row["carrier"] for row in invented["zones"]} == codes("shippers")


def test_made_up_codes_do_not_hide_real_ones() -> None:
    taken = {(row["customer"], row["code"]) for row in rows("ship_tos")}
    assert not taken & {(row["customer"], row["code"]) for row in made_up()["ship_tos"]}
    items = codes("products") | {product["ean"] for product in rows("products")}
    assert not items & {row["part_number"] for row in made_up()["part_numbers"]}


def test_one_user_a_role_and_a_second_clerk() -> None:
    users = {user["name"]: user["role"] for user in made_up()["users"]}
    roles = ("clerk", "senior", "supervisor", "warehouse", "accounts", "script", "admin")
    assert users == {"clerk2": "clerk", **{role: role for role in roles}}


def test_costs_leave_a_margin_and_lie_between_55_and_75_per_cent_of_list() -> None:
    for product in rows("products"):
        invented = made_up()["products"][product["code"]]
        share = Decimal(invented["standard_cost"]) / Decimal(product["unit_price"])
        assert Decimal("0.545") < share < Decimal("0.755")
        assert invented["replenishment_days"] in (7, 14, 21, 28)


def test_credit_limits_hold_three_open_orders_and_let_the_others_pass() -> None:
    lines: dict[str, list[Row]] = {}
    for line in rows("order_lines"):
        lines.setdefault(line["order"], []).append(line)
    limits = {code: c["credit_limit"] for code, c in made_up()["customers"].items()}
    exposure: dict[str, Decimal] = {}
    held: list[tuple[str, str]] = []
    near: list[tuple[str, str]] = []
    for order in open_orders():
        goods = sum(
            Decimal(x["unit_price"]) * int(x["quantity"]) * (100 - int(x["discount"])) / 100
            for x in lines[order["number"]]
        )
        customer = order["customer"]
        exposure[customer] = exposure.get(customer, Decimal()) + goods + Decimal(order["freight"])
        used = exposure[customer] / Decimal(limits[customer])
        if used >= Decimal("0.9"):
            (held if used > 1 else near).append((order["number"], customer))
    assert held == [("11061", "GREAL"), ("11068", "QUEEN"), ("11072", "ERNSH")]
    assert near == [("11058", "BLAUS")]
    assert sorted(c for c in limits if limits[c] is None) == ["HUNGO", "QUICK", "SAVEA"]
    assert sorted(c for c in limits if limits[c] == "0.00") == ["FISSA", "PARIS"]


def test_customer_prices_fall_with_the_quantity_and_below_the_group_price() -> None:
    listed = {product["code"]: Decimal(product["unit_price"]) for product in rows("products")}
    lists: dict[str, list[tuple[int, Decimal]]] = {}
    for row in made_up()["customer_prices"]:
        entry = (int(row["from_quantity"]), Decimal(row["price"]))
        lists.setdefault(row["product"], []).append(entry)
    for product, breaks in lists.items():
        assert [quantity for quantity, _ in breaks] == [1, 24, 120]
        prices = [price for _, price in breaks]
        assert prices == sorted(prices, reverse=True)
        assert prices[0] < listed[product] * Decimal("0.95")


def test_the_made_up_file_is_what_its_script_makes(tmp_path: Path) -> None:
    for path in DATA.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    script = ROOT / "scripts" / "made_up_northwind.py"
    subprocess.run([sys.executable, str(script), "--target", str(tmp_path)], check=True)
    assert (tmp_path / "made_up.json").read_bytes() == (DATA / "made_up.json").read_bytes()
