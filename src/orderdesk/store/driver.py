"""Which SQLite library is used, and whether its write-ahead log can be trusted."""

from functools import cache
from importlib import import_module
from typing import Any, Final

_MENDED: Final = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


@cache
def load() -> Any:
    """Give the DB-API module: `pysqlite3`, which brings a current SQLite, else Python's own.

    One process uses one SQLite library only: two on one file would not see each other's locks.
    """
    try:
        return import_module("pysqlite3.dbapi2")
    except ImportError:
        return import_module("sqlite3")


def trusts_wal(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite is free of the WAL-reset race that corrupts a busy database.

    The race was mended in 3.51.3, and in 3.50.7 and 3.44.6 for those who stay behind.
    """
    newest, *kept = _MENDED
    return version >= newest or any(
        version[:2] == mended[:2] and version >= mended for mended in kept
    )
