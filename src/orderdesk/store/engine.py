"""One URL, two databases: which one it names, and the recipe of a connection to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orderdesk.domain.errors import Conflict, OrderDeskError, Refused, Unavailable

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from orderdesk.store.prepared import Named
    from orderdesk.store.work import Work

APPLICATION_ID = 0x4F444B31
"""`ODK1`: marks a SQLite file as an order desk's."""

SCHEMA_VERSION = 3
"""The schema that this program reads and writes."""


class Database(ABC):
    """A database that may hold a company; knows its dialect, never what is in it."""

    dialect: Named
    url: str
    """The database's address without a password, for people."""
    read_only: bool

    @abstractmethod
    def connect(self) -> Any:
        """Give a new driver connection by the recipe of this dialect."""

    @abstractmethod
    def engine(self) -> Engine:
        """Give a SQLAlchemy engine over the same recipe, for migrations and tests."""

    @abstractmethod
    def check(self) -> None:
        """Raise Unavailable unless this is an order desk's database of today's schema."""

    @abstractmethod
    def schema_version(self) -> int | None:
        """Give the schema version found, or None where there is no company yet."""

    def person(self) -> str | None:
        """Give the user that the database itself knows the session to be; None where it cannot."""
        return None

    @abstractmethod
    def write(self, actor: str, *, rehearsal: bool = False) -> AbstractContextManager[Work]:
        """Open a unit of work that commits at its edge; a rehearsal is always undone."""

    @abstractmethod
    def read(self, actor: str) -> AbstractContextManager[Work]:
        """Open one snapshot to read from."""

    @abstractmethod
    def is_passing(self, error: BaseException) -> bool:
        """Tell whether the same unit of work may succeed when it is run again."""

    @abstractmethod
    def sentence(self, error: BaseException) -> OrderDeskError | None:
        """Give the driver's error as one sentence for people, where it is not a fault of ours."""

    @abstractmethod
    def changes(self) -> int:
        """Give a number that differs once somebody has committed; any thread may ask.

        Raises Unavailable where the database cannot be asked any more, Busy where not just now.
        """

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """Give what `db info` says of this database."""

    @abstractmethod
    def close(self) -> None:
        """Close every thread's connections; no call may be under way."""


def database(url: str | Path, *, read_only: bool = False) -> Database:
    """Give the database that a URL or a file path names; nothing is opened yet.

    Raises Unavailable where the URL names neither a SQLite file nor PostgreSQL.
    """
    text = str(url)
    if "\0" in text:
        raise Unavailable("no_access", f"database {text!r} has a NUL in its name; name another")
    scheme, found, rest = text.partition("://")
    if not found or scheme == "sqlite":
        path = Path(text if not found else rest[1:]).expanduser().absolute()
        if read_only:
            from orderdesk.store.readonly import ReadOnlyDatabase

            return ReadOnlyDatabase(path)
        from orderdesk.store.sqlite import SqliteDatabase

        return SqliteDatabase(path)
    if scheme in ("postgresql", "postgresql+psycopg", "postgres"):
        from orderdesk.store.postgres import PostgresDatabase

        return PostgresDatabase("postgresql://" + rest, read_only=read_only)
    raise Unavailable(
        "unknown_database",
        f"database {text!r} is of an unknown kind; give a file, sqlite:///FILE or postgresql://...",
    )


def taken(where: str) -> Conflict:
    """Give the error for a value that another record has already, met only when writing it."""
    return Conflict(
        "taken_meanwhile",
        f"another record has the same value already ({where}), perhaps since a moment ago; nothing "
        "was changed: read it again, or give another value",
        where=where,
    )


def too_large() -> Refused:
    """Give the error for a number, or a sum, beyond what either database can keep."""
    return Refused(
        "too_large",
        "a number, or a sum that it goes into, is larger than can be stored; give a smaller one",
    )


def check_schema(found: int | None, place: str) -> None:
    """Raise Unavailable unless the schema version found is the one this program knows."""
    if found is None:
        raise Unavailable(
            "no_company", f"{place} holds no company yet; make one with `orderdesk db init`"
        )
    if found > SCHEMA_VERSION:
        raise Unavailable(
            "newer_schema",
            f"{place} has schema {found}, newer than this program's {SCHEMA_VERSION}; "
            "install the newer OrderDesk",
            found=found,
            known=SCHEMA_VERSION,
        )
    if found < SCHEMA_VERSION:
        raise Unavailable(
            "older_schema",
            f"{place} has schema {found}, older than this program's {SCHEMA_VERSION}; "
            "run `orderdesk db upgrade`",
            found=found,
            known=SCHEMA_VERSION,
        )
