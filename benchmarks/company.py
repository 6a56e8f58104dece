"""A company of any size, made quickly: whole tables at a time, the same on both databases.

Everything adds up as if the services had done it: exposure and allocations are what the open
orders come to, the ledger gives the stock, every order has its event and its delivered message,
and on SQLite every event its seal.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from sqlmodel import SQLModel

from orderdesk.domain.company import FoundRequest
from orderdesk.models.company import Company, CustomerGroup, Series, Tax
from orderdesk.models.customers import Address, Contact, Customer
from orderdesk.models.journal import Event, Outbox
from orderdesk.models.orders import Hold, OrderLine, SalesOrder
from orderdesk.models.products import Price, PriceList, Product
from orderdesk.models.stock import Movement, Stock, StockPlace
from orderdesk.services.company import found
from orderdesk.store import chain, expressions
from orderdesk.store.creation import create
from orderdesk.store.desk import Desk
from orderdesk.store.engine import Database
from orderdesk.store.schema import MIGRATIONS
from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE, table_of

OWNER = "owner"
TODAY = "2026-11-23"

_ENTERED = 1_760_000_000_000_000
_MINUTE = 60_000_000
_ON_HAND = 1_000_000_000


class Size(NamedTuple):
    """How big a company is."""

    products: int
    customers: int
    orders: int
    lines: int
    """Lines of each order."""
    open_orders: int = 2_000
    """The newest so many orders are open and fully allocated; the others are done."""

    @property
    def name(self) -> str:
        """Give the size as part of a file name."""
        return "-".join(str(number) for number in self)


FULL = Size(products=100_000, customers=20_000, orders=200_000, lines=4)
QUICK = Size(products=5_000, customers=1_000, orders=5_000, lines=4, open_orders=500)


def product_code(number: int) -> str:
    """Give the code of a product by its number, from 1 on."""
    return f"P{number:07d}"


def customer_code(number: int) -> str:
    """Give the code of a customer by its number, from 1 on."""
    return f"C{number:07d}"


def _code(letter: str, number: str) -> str:
    """Give the same codes as SQL that both databases read."""
    return f"'{letter}' || substr(CAST({number} + 10000000 AS text), 2)"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _insert(model: type[SQLModel], source: str, *leave_out: str, **columns: str) -> str:
    """Give an INSERT of everything in `source`; columns not given have the model's defaults."""
    given = {
        column.name: columns.get(column.name)
        or _literal(model.model_fields[column.name].get_default())
        for column in table_of(model).columns
        if column.name not in leave_out
    }
    names = ", ".join(f'"{name}"' for name in given)
    return (
        f"INSERT INTO {table_of(model).name} ({names}) SELECT {', '.join(given.values())} {source}"
    )


def _numbers(count: int) -> str:
    """Give a source of the numbers i from 1 to count."""
    return (
        "FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        f" WHERE i < {count}) SELECT i FROM n) AS numbers"
    )


def _masters(size: Size) -> Iterator[str]:
    yield _insert(Tax, "", code="'T21'", name="'21 %'", rate="210000")
    for code in ("GROUP", "OWN"):
        yield _insert(PriceList, "", code=f"'{code}'", name=f"'{code}'")
    yield _insert(CustomerGroup, "", code="'G1'", name="'Group'", price_list="'GROUP'")
    yield _insert(
        Product,
        _numbers(size.products),
        id="i",
        code=_code("P", "i"),
        name="'Bracket zinc ' || i",
        unit="'ea'",
        tax="CASE WHEN i % 5 = 0 THEN 'T21' END",
        ean="CAST(2000000000000 + i AS text)",
        cost="1000000 + i % 1000 * 1000",
        search=f"' bracket zinc ' || i || ' ' || {_code('p', 'i')} || ' '",
    )


def _prices_and_stock(size: Size) -> Iterator[str]:
    price = {"product_id": "i", "min_quantity": "0", "valid_from": "''"}
    yield _insert(
        Price,
        _numbers(size.products),
        price_list="'BASE'",
        **price,
        price="2000000 + i % 1000 * 10000",
    )
    for listed, share in (("GROUP", 5), ("OWN", 10)):
        yield _insert(
            Price,
            f"{_numbers(size.products)} WHERE i % {share} = 0",
            price_list=f"'{listed}'",
            **price,
            price="1900000 + i % 1000 * 10000",
        )
    where = {"product_id": "i", "warehouse": "'01'"}
    yield _insert(Stock, _numbers(size.products), **where, on_hand=str(_ON_HAND))
    nowhere = {"bin": "''", "lot": "''", "status": "'free'"}
    yield _insert(StockPlace, _numbers(size.products), **where, **nowhere, on_hand=str(_ON_HAND))
    yield _insert(
        Movement,
        _numbers(size.products),
        "id",
        **where,
        quantity=str(_ON_HAND),
        kind="'opening'",
        at=str(_ENTERED),
        actor=f"'{OWNER}'",
    )


def _customers(size: Size) -> Iterator[str]:
    yield _insert(
        Customer,
        _numbers(size.customers),
        id="i",
        code=_code("C", "i"),
        name="'Mill & Dock ' || i",
        customer_group="CASE WHEN i % 4 = 0 THEN 'G1' END",
        price_list="CASE WHEN i % 20 = 0 THEN 'OWN' END",
        credit_limit="100000000000",
        contact="'Pat'",
        phone="'+44 20 ' || (70000000 + i)",
        phone_digits="CAST(442070000000 + i AS text)",
        search="' mill dock ' || i || ' leeds pat 44207' || (70000000 + i) || ' '",
    )
    for code in ("01", "02"):
        yield _insert(
            Address,
            _numbers(size.customers),
            customer_id="i",
            code=f"'{code}'",
            name="'Mill & Dock ' || i",
            street="i || ' Mill Rd'",
            city="'Leeds'",
            country="'UK'",
        )
    yield _insert(
        Contact,
        _numbers(size.customers),
        "id",
        customer_id="i",
        name="'Pat'",
        phone_digits="CAST(442080000000 + i AS text)",
    )


def _added(noun: str, count: int) -> str:
    """Give the events that tell of new records."""
    return _insert(
        Event,
        _numbers(count),
        "id",
        subject=f"'{noun}'",
        subject_id="i",
        version="1",
        kind="'added'",
        actor=f"'{OWNER}'",
        at=str(_ENTERED),
    )


def _orders(size: Size) -> Iterator[str]:
    is_open = f"id > {size.orders - size.open_orders}"
    yield _insert(
        SalesOrder,
        _numbers(size.orders).replace("SELECT i FROM n)", "SELECT i, i AS id FROM n)"),
        id="i",
        number="'SO-' || substr(CAST(i + 10000000 AS text), 2)",
        stage=f"CASE WHEN {is_open} THEN 'open' ELSE 'done' END",
        shipping=f"CASE WHEN {is_open} THEN 'none' ELSE 'delivered' END",
        billing=f"CASE WHEN {is_open} THEN 'none' ELSE 'paid' END",
        customer_id=f"CAST(i AS bigint) * 7919 % {size.customers} + 1",
        contact="'Pat'",
        ship_to="'01'",
        terms="'N30'",
        currency="'USD'",
        requested=f"'{TODAY}'",
        channel="'phone'",
        net=str(1_000 * size.lines),
        total=str(1_000 * size.lines),
        open_value=f"CASE WHEN {is_open} THEN {1_000 * size.lines} ELSE 0 END",
        entered_by=f"'{OWNER}'",
        entered_at=f"{_ENTERED} + CAST(i AS bigint) * {_MINUTE}",
        due=f"CASE WHEN {is_open} THEN '{TODAY}' ELSE '' END",
        exposed=f"CASE WHEN {is_open} THEN {1_000 * size.lines} ELSE 0 END",
    )


def _lines_and_events(size: Size) -> Iterator[str]:
    is_open = f"id > {size.orders - size.open_orders}"
    each_line = " UNION ALL ".join(f"SELECT {line} AS j" for line in range(1, size.lines + 1))
    yield _insert(
        OrderLine,
        f"FROM sales_order CROSS JOIN ({each_line}) AS each_line ORDER BY id, j",
        order_id="id",
        line="j",
        product_id=f"(id * 31 + j * 7919) % {size.products} + 1",
        description="'Bracket zinc'",
        unit="'ea'",
        ordered="1000",
        shipped=f"CASE WHEN {is_open} THEN 0 ELSE 1000 END",
        open=f"CASE WHEN {is_open} THEN 1000 ELSE 0 END",
        allocated=f"CASE WHEN {is_open} THEN 1000 ELSE 0 END",
        list_price="10000000",
        price="10000000",
        net="1000",
        ship_to="'01'",
        warehouse="'01'",
        requested=f"'{TODAY}'",
        needed=f"'{TODAY}'",
    )
    change = {
        "subject": "'order'",
        "subject_id": "id",
        "version": "1",
        "kind": "'placed'",
        "at": "entered_at",
        "body": "'{\"number\":\"' || number || '\"}'",
    }
    by_id = "FROM sales_order ORDER BY sales_order.id"
    yield _insert(Event, by_id, "id", **change, actor=f"'{OWNER}'")
    yield _insert(Outbox, by_id, **change, receiver="'customer'", delivered_at="entered_at + 1")


def _holds_and_balances(size: Size) -> Iterator[str]:
    yield _insert(
        Hold,
        "FROM sales_order WHERE stage = 'open' AND sales_order.id % 10 = 0 ORDER BY sales_order.id",
        "id",
        order_id="id",
        customer_id="customer_id",
        code="'credit_limit'",
        message="'over the credit limit'",
        placed_by="'system'",
        placed_at="entered_at",
    )
    yield (
        "UPDATE customer SET exposure = moved.value, family_exposure = moved.value"
        " FROM (SELECT customer_id, sum(open_value) AS value FROM sales_order"
        " WHERE stage = 'open' GROUP BY customer_id) AS moved"
        " WHERE moved.customer_id = customer.id"
    )
    yield (
        "UPDATE stock SET allocated = moved.quantity FROM (SELECT product_id, sum(allocated) AS"
        " quantity FROM order_line WHERE open > 0 GROUP BY product_id) AS moved"
        " WHERE moved.product_id = stock.product_id"
    )
    series, company = table_of(Series).name, table_of(Company).name
    yield (
        f"UPDATE {series} SET next_number = {size.orders + 1}, next_id = {size.orders + 1},"
        " width = 7 WHERE code = 'order'"
    )
    yield f"UPDATE {company} SET tax = 'T0', carrier = NULL"


def _filling(size: Size) -> Iterator[str]:
    yield from _masters(size)
    yield from _prices_and_stock(size)
    yield from _customers(size)
    yield _added("product", size.products)
    yield _added("customer", size.customers)
    yield from _orders(size)
    yield from _lines_and_events(size)
    yield from _holds_and_balances(size)


def _first_rows(database: Database) -> None:
    desk = Desk(database, OWNER)
    desk.run(found, FoundRequest(name="Benchmark", business_date=TODAY))
    desk.close()


def _seal(connection: Any) -> None:
    """Seal the events that were filled in, behind those of the founding."""
    head = chain.HEAD.prepared(SQLITE)
    newest = connection.execute(head.sql).fetchone()
    after, previous = newest[1], newest[2]
    names = ", ".join(column.name for column in expressions.NUMBERED_EVENTS.columns)
    text = f"SELECT {names} FROM event WHERE id > ? ORDER BY id LIMIT 10000"
    while page := connection.execute(text, (after,)).fetchall():
        seals = chain.sealed(previous, page)
        connection.executemany(chain.SEALS.sql(SQLITE), seals)
        after, previous = seals[-1]


def room() -> Path:
    """Give the folder where companies are kept between runs; made for this user alone."""
    folder = Path(tempfile.gettempdir()) / f"orderdesk-benchmarks-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def sqlite_company(size: Size) -> Path:
    """Give the file of a company of this size, made now or by an earlier run; copy it to use it."""
    steps = sorted((MIGRATIONS / "versions").glob("*_sqlite.sql"))
    schema = b"".join(step.read_bytes() for step in steps)
    made_by = Path(__file__).read_bytes()
    mark = hashlib.sha256(schema + made_by).hexdigest()[:8]
    path = room() / f"company-{size.name}-{mark}.db"
    if path.exists():
        return path
    making = path.with_suffix(f".{os.getpid()}")
    create(making, _first_rows)
    with closing(SqliteDatabase(making).connect()) as connection:
        # Nobody needs this file if the machine fails now: no log, no syncs, no checks row by row.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for text in _filling(size):
            connection.execute(text)
        _seal(connection)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
    making.with_name(making.name + "-queue").unlink(missing_ok=True)
    making.rename(path)
    return path


def sqlite_copy(size: Size, name: str) -> Path:
    """Give a fresh copy of a company of this size, for one side of a comparison."""
    path = room() / f"{name}-{os.getpid()}.db"
    remove(path)
    shutil.copyfile(sqlite_company(size), path)
    path.chmod(0o600)
    return path


def remove(path: Path) -> None:
    """Remove a database file with what lies beside it."""
    for end in ("", "-wal", "-shm", "-journal", "-queue"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def fill_postgres(url: str, size: Size) -> None:
    """Make a company of this size in an empty PostgreSQL database."""
    create(url, _first_rows)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET session_replication_role = replica")  # no checks row by row
        for text in _filling(size):
            connection.execute(text)
        connection.execute("VACUUM ANALYZE")
