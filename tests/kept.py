"""Companies of the schemas before this one, kept as files, and what they hold row by row."""

import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, inspect, text

from orderdesk.domain.errors import Unavailable
from orderdesk.store.engine import SCHEMA_VERSION, database

KEPT: Final = Path(__file__).parent / "store" / "kept"
SCHEMAS: Final = tuple(range(1, SCHEMA_VERSION))
"""All that came before this one: of each a company is kept, for both databases."""
NOT_OURS: Final = ("_search", "sqlite_", "alembic_version", "schema_version")
"""Parts of names of tables that hold nothing of the company itself."""

Rows = dict[str, "Counter[tuple[Any, ...]]"]
Columns = dict[str, list[str]]


def restore(url: str, schema: int) -> None:
    """Make the company of this schema at a file that is not there, or in an empty database."""
    if "://" in url:
        script = gzip.decompress((KEPT / f"schema_{schema}.sql.gz").read_bytes()).decode()
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute(script)
        return
    path = Path(url)
    path.write_bytes(gzip.decompress((KEPT / f"schema_{schema}.db.gz").read_bytes()))
    path.chmod(0o600)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Give a bare connection, whatever the schema is."""
    found = database(url)
    engine = found.engine()
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
        found.close()


def schema_of(url: str) -> int | None:
    """Give the schema of a company that may be older than this program."""
    found = database(url)
    try:
        return found.schema_version()
    finally:
        found.close()


def refusal(url: str) -> str:
    """Give the sentence that the program refuses to open the company with, or nothing."""
    found = database(url)
    try:
        found.check()
    except Unavailable as error:
        return error.message
    finally:
        found.close()
    return ""


def columns(url: str) -> Columns:
    """Give the names of every table's columns."""
    with connected(url) as connection:
        seen = inspect(connection)
        return {
            table: [column["name"] for column in seen.get_columns(table)]
            for table in sorted(seen.get_table_names())
            if not any(part in table for part in NOT_OURS)
        }


def rows(url: str, wanted: Columns) -> Rows:
    """Give all rows of these tables, as far as they have these columns."""
    with connected(url) as connection:
        return {
            table: Counter(
                tuple(row)
                for row in connection.execute(text(f"SELECT {', '.join(names)} FROM {table}"))
            )
            for table, names in wanted.items()
        }


def value(url: str, question: str) -> Any:
    """Give the answer to a question that has one value."""
    with connected(url) as connection:
        return connection.execute(text(question)).scalar()
