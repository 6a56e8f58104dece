"""Every statement of the house, hot or cold, gives what its ordinary Core form gives."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from sqlalchemy import BigInteger, Connection, Integer
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import cloned_traverse, iterate

import orderdesk
from orderdesk.domain.orders import ChargeRequest, LineRequest, OrderRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.services import laws, masters
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store import integrity
from orderdesk.store.desk import Desk
from orderdesk.store.expressions import OUTBOX
from orderdesk.store.pages import Pages
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.statements import DECLARED, SQLITE, Insertion, Statement

_SOURCE = Path(str(orderdesk.__file__)).parents[1]

for _path in sorted((_SOURCE / "orderdesk").rglob("*.py")):
    _names = _path.relative_to(_SOURCE).with_suffix("").parts
    if {"exchange", "services", "store"} & set(_names) and "migrations" not in _names:
        importlib.import_module(".".join(_names))

STATEMENTS = [each for each in DECLARED if isinstance(each, Statement)]
OF_LAWS = {
    pages._next
    for module in iter_modules(laws.__path__, "orderdesk.services.laws.")
    for pages in vars(importlib.import_module(module.name)).values()
    if isinstance(pages, Pages)
}
"""What the doctor goes through, to look whether the laws hold."""
INSERTIONS = [each for each in DECLARED if isinstance(each, Insertion)]

SAMPLES: dict[str, Any] = {
    "products": '["P1", "P2"]',
    "names": '["ACME-77", "2000000000015"]',
    "addresses": '["01"]',
    "customer": "ACME",
    "code": "ACME",
    "series": "order",
    "name": "clerk",
    "number": "SO-000001",
    "order": "SO-000001",
    "buyer_po": "4500",
    "id": 1,
    "warehouse": "01",
    "warehouse_code": "01",
    "subject": "order",
    "limit": 50,
    "count": 50,
    "after": "",
    "prefix": "A",
    "behind": "Z",
    "trigrams": '" product"',
    "mirrored": "'product':*",
    "codes": '["P1", "ACME"]',
    "keys": '["N30", "01", "BASE", "ea", "T21", "G1", "clerk"]',
    "key": "P1",
    "terms_code": "N30",
    "tax_code": "T21",
    "unit_code": "ea",
    "price_list_code": "BASE",
    "customer_group_code": "G1",
    "user_code": "clerk",
    "first": "2",
    "last": "3",
    "day": "2026-11-23",
    "os_user": "owner",
    "ids": "[1]",
    "eans": '["2000000000015"]',
    "list": "BASE",
    "product": "P1",
    "piece": 50,
    "place": "01",
    "most": 50,
    "key_day": "",
    "actor": "clerk",
    "after_id": 0,
    "after_key_id": 0,
    "after_key_code": "",
    "after_key_order_id": 0,
    "after_key_product_id": 0,
    "after_key_warehouse": "",
    "after_product_id": 0,
    "after_warehouse": "",
    "after_due": "",
    "after_bin": "",
    "after_lot": "",
    "after_status": "",
    "after_day": "",
    "after_key_line": 0,
    "status": "free",
    "state": "free",
    "today": "2026-11-23",
    "supply": 1,
    "until": "9999-12-31",
}
"""What stands in the small company, by the names that statements give their parameters."""


def parameters(wanted: Statement) -> dict[str, Any]:
    """Give a value for every name that the caller would give one for."""
    found = {}
    for element in iterate(wanted.clause):  # type: ignore[arg-type]
        if isinstance(element, BindParameter) and element.required:
            whole = isinstance(element.type, Integer | BigInteger)
            sample = SAMPLES.get(element.key, 1 if whole else "ACME")
            if whole and not isinstance(sample, int):
                sample = 1
            if not whole and not isinstance(sample, str):
                sample = str(sample)
            found[element.key] = sample
    return found


@pytest.fixture
def busy_desk(desk: Desk) -> Desk:
    """Give the clerk's desk with an order or two on it."""
    lines = (LineRequest(product="P1", quantity="2"), LineRequest(product="P3", quantity="1"))
    charges = (ChargeRequest(code="freight", amount="12"),)
    desk.run(place, OrderRequest(customer="ACME", buyer_po="4500", lines=lines, charges=charges))
    desk.run(
        place, OrderRequest(customer="TIGHT", lines=(LineRequest(product="P1", quantity="1"),) * 20)
    )
    # By the name that a parameter has where nothing better is known.
    for noun in ("supplier", "carrier", "calendar"):
        desk.run(masters.add, noun, "ACME", {"name": "Acme"})
    # More than there is: some of it waits, and some is to come.
    desk.run(
        announcing.add, SupplyRequest(product="P1", quantity="5", due="2026-11-30", warehouse="01")
    )
    desk.run(
        place, OrderRequest(customer="FREE", lines=(LineRequest(product="P1", quantity="500"),))
    )
    return desk


@pytest.fixture
def connection(busy_desk: Desk) -> Iterator[Connection]:
    """Give an ordinary connection to the same company."""
    engine = busy_desk.database.engine()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def ordinarily(connection: Connection, wanted: Statement, values: dict[str, Any]) -> Any:
    """Run the Core expression as SQLAlchemy would; give its rows, its count, or its error."""
    # Core keeps the names of columns in an UPDATE for itself, so every name gets another.
    clause = cloned_traverse(wanted.clause, {}, {"bindparam": _rename})  # type: ignore[call-overload]
    renamed = {f"given_{name}": value for name, value in values.items()}
    with connection.begin() as transaction:
        try:
            result = connection.execute(clause, renamed)
            found: Any = [tuple(r) for r in result] if result.returns_rows else result.rowcount
        except DBAPIError as error:
            found = type(error.orig).__name__
        transaction.rollback()
    return found


def _rename(parameter: BindParameter[Any]) -> None:
    if parameter.required:
        parameter.key = f"given_{parameter.key}"


def directly(
    connection: Connection, dialect: Dialect, wanted: Statement, values: dict[str, Any]
) -> Any:
    """Run the prepared text on the driver; give its rows, its count, or its error."""
    sql, row = wanted.prepared(dialect)
    with connection.begin() as transaction:
        cursor = connection.connection.cursor()
        try:
            cursor.execute(sql, values)
            found: Any = cursor.fetchall() if row else cursor.rowcount
        except connection.dialect.dbapi.Error as error:  # type: ignore[union-attr]
            found = type(error).__name__
        cursor.close()
        transaction.rollback()
    return found


# The one row of the company stands beside every row that needs it, without a condition.
@pytest.mark.filterwarnings("ignore:SELECT statement has a cartesian product")
def test_every_statement_gives_what_its_ordinary_form_gives(connection: Connection) -> None:
    dialect = SQLITE if connection.dialect.name == "sqlite" else POSTGRES
    gave_rows = faultless = 0
    for wanted in STATEMENTS:
        values = parameters(wanted)
        expected = ordinarily(connection, wanted, values)
        assert directly(connection, dialect, wanted, values) == expected, str(wanted.clause)
        gave_rows += bool(expected)
        faultless += wanted in OF_LAWS and not expected
    # Values that find nothing would compare nothing; what looks for faults finds none here.
    checks = len(integrity._REFERENCES) + len(integrity._CONSTRAINTS) + faultless
    assert gave_rows > (len(STATEMENTS) - checks) // 2


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES], ids=["sqlite", "postgresql"])
def test_no_statement_waits_for_its_parameters_to_be_spelled_out(dialect: Dialect) -> None:
    for wanted in STATEMENTS:
        assert "POSTCOMPILE" not in wanted.prepared(dialect).sql
    for target in INSERTIONS:
        assert "POSTCOMPILE" not in target.sql(dialect)


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES], ids=["sqlite", "postgresql"])
def test_every_parameter_is_a_type_that_the_bare_driver_takes(dialect: Dialect) -> None:
    for wanted in STATEMENTS:
        for element in iterate(wanted.clause):  # type: ignore[arg-type]
            if isinstance(element, BindParameter):
                assert element.type.bind_processor(dialect) is None, str(wanted.clause)


def test_whole_rows_come_back_as_they_went_in(busy_desk: Desk) -> None:
    rows = [
        (77, 1, "order", "customer", "placed", 5, json.dumps({"name": "Åse 'x' \\ \" [/]"}), None),
        (78, 2, "order", "customer", "placed", 9_007_199_254_740_993, "{}", 6),
    ]
    with busy_desk.database.write("clerk") as work:
        work.insert(OUTBOX, rows)
    names = ", ".join(column.name for column in OUTBOX.columns)
    with busy_desk.database.engine().connect() as connection:
        found = connection.exec_driver_sql(
            f"SELECT {names} FROM outbox WHERE subject_id IN (77, 78) ORDER BY subject_id"
        )
        assert [tuple(row) for row in found] == rows


def test_an_insertion_without_rows_inserts_nothing(busy_desk: Desk) -> None:
    with busy_desk.database.write("clerk") as work:
        work.insert(OUTBOX, [])
