"""A company whose lists are long: a million products that can be looked up, a million orders.

It is made from a small company by writing its products and orders many times over, under other
codes and numbers, so that everything else stays as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from benchmarks import company
from benchmarks.company import Size
from orderdesk.store.search import searchable
from orderdesk.store.sqlite import SqliteDatabase

SHORT: Final = Size(products=5_000, customers=1_000, orders=3_000, lines=4, open_orders=500)
LONG: Final = 1_000_000
LONG_QUICK: Final = 100_000

_THINGS: Final = (
    "Bracket",
    "Bolt",
    "Washer",
    "Hinge",
    "Bearing",
    "Valve",
    "Gasket",
    "Cable",
    "Clamp",
    "Pulley",
    "Spring",
    "Filter",
    "Handle",
    "Bushing",
    "Coupling",
    "Nozzle",
)
_SORTS: Final = ("zinc", "steel", "brass", "nylon", "black", "short", "long", "M8", "M10", "flat")


def name_of(number: int) -> str:
    """Give the name of a product by its number; a word is shared by many products."""
    thing = _THINGS[number % len(_THINGS)]
    return f"{thing} {_SORTS[number // len(_THINGS) % len(_SORTS)]} {number}"


def short_list() -> Path:
    """Give the file of the small company; read it only."""
    return company.sqlite_company(SHORT)


def long_list(length: int) -> Path:
    """Give the file with so many products and orders, made now or by an earlier run; read only."""
    source = short_list()
    mark = hashlib.sha256(source.name.encode() + Path(__file__).read_bytes()).hexdigest()[:8]
    path = company.room() / f"long-{length}-{mark}.db"
    if path.exists():
        return path
    making = path.with_suffix(f".{os.getpid()}")
    shutil.copyfile(source, making)
    with closing(SqliteDatabase(making).connect()) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA cache_size = -262144")
        connection.create_function("name_of", 1, name_of, deterministic=True)
        connection.create_function("searchable", 1, searchable, deterministic=True)
        connection.execute("BEGIN")
        _lengthen_products(connection, length)
        _lengthen_orders(connection, length)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
    company.remove(path)
    making.rename(path)
    making.with_name(making.name + "-queue").unlink(missing_ok=True)
    return path


def _lengthen_products(connection: Any, length: int) -> None:
    # The index is built at the end, at once: row by row it takes ten times as long.
    (trigger,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'product_search_new'"
    ).fetchone()
    connection.execute("DROP TRIGGER product_search_new")
    new, times = f"id + {SHORT.products} * k", length // SHORT.products - 1
    _repeat(
        connection,
        "product",
        times,
        id=new,
        code=f"'P' || substr({new} + 10000000, 2)",
        ean=f"CAST(2000000000000 + {new} AS text)",
        name=f"name_of({new})",
        search=f"searchable(name_of({new}))",
    )
    _repeat(connection, "stock", times, product_id=f"product_{new}")
    connection.execute("INSERT INTO product_search (product_search) VALUES ('rebuild')")
    connection.execute(trigger)


def _lengthen_orders(connection: Any, length: int) -> None:
    # The copies lie before the originals, so that the newest orders are the small company's.
    new = f"id - {SHORT.orders} * k"
    times = length // SHORT.orders - 1
    shift = SHORT.orders * times
    connection.execute(f"UPDATE sales_order SET id = id + {shift}")
    connection.execute(f"UPDATE order_line SET order_id = order_id + {shift}")
    connection.execute(f"UPDATE hold SET order_id = order_id + {shift}")
    _repeat(
        connection,
        "sales_order",
        times,
        id=new,
        number=f"'SX-' || substr({new} + 10000000, 2)",
        entered_at=f"entered_at - {SHORT.orders * 60_000_000} * k",
        stage="'done'",
        shipping="'full'",
        billing="'full'",
        open_value="0",
    )


def _repeat(connection: Any, table: str, times: int, **changed: str) -> None:
    """Write every row of a table so many times more, with other values in some columns."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})").fetchall()]
    values = ", ".join(changed.get(name, name) for name in names)
    copies = json.dumps(list(range(1, times + 1)))
    connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM"
        f" (SELECT value AS k FROM json_each('{copies}')) CROSS JOIN"
        f" (SELECT * FROM {table}) AS original ORDER BY k"
    )
