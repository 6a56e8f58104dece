"""The few kinds of column that every table is made of.

Hot statements run on the driver itself, past SQLAlchemy's type processors, so a column is an
integer or a short text and nothing else: amounts, prices, quantities and rates are the scaled
integers of `orderdesk.domain.numbers`; dates are ISO text; times are microseconds UTC; yes and
no are 1 and 0. On SQLite every table is STRICT, so a float or a text can never slip in.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Index, Integer, Text, text
from sqlalchemy.ext.declarative import DeferredReflection
from sqlmodel import Field, SQLModel

WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer on both databases (INTEGER on SQLite, as STRICT tables and rowids want)."""

STRICT: Final = {"sqlite_strict": True}
"""Table options of every table."""

KEYED: Final = {"sqlite_strict": True, "sqlite_with_rowid": False}
"""Table options where the primary key is the way in: the rows lie in its order."""


class Record(DeferredReflection, SQLModel):
    """A table of the house.

    Statements are made of tables alone, so nothing is mapped or validated before it is asked for:
    that would be half of what a desk needs to read its models.
    """

    model_config = {"defer_build": True}


metadata = SQLModel.metadata
"""All tables of the house; each models file adds its own."""


def row_id() -> Any:
    """Give the surrogate key of a table, handed out by the database."""
    return Field(default=None, primary_key=True, sa_type=WHOLE)


def own_id() -> Any:
    """Give a whole-number key that whoever writes the row knows: the database hands out none."""
    return Field(primary_key=True, sa_type=WHOLE, sa_column_kwargs={"autoincrement": False})


def key(target: str | None = None) -> Any:
    """Give a whole-number part of a primary key, a foreign key too where a target is named."""
    return Field(primary_key=True, sa_type=WHOLE, **_reference(target))


def code_key(target: str | None = None) -> Any:
    """Give a text part of a primary key: small tables are keyed by the code people say."""
    return Field(primary_key=True, sa_type=Text, **_reference(target))


def whole(default: int | None = 0, *, null: bool = False) -> Any:
    """Give an integer column: an amount, price, quantity, rate, count, time or flag."""
    return Field(default=default, sa_type=WHOLE, nullable=null)


def link(target: str, *, null: bool = False) -> Any:
    """Give an integer column that refers to another table's row."""
    return Field(default=None, sa_type=WHOLE, nullable=null, foreign_key=target)


def words(default: str | None = "", *, null: bool = False, unique: bool = False) -> Any:
    """Give a text column."""
    return Field(default=default, sa_type=Text, nullable=null, unique=unique)


def byte_words(*, unique: bool = False) -> Any:
    """Give a text column in byte order, whatever the language of the database.

    Ranges over its index find what begins with a text.
    """
    kind = Text(collation="C").with_variant(Text(), "sqlite")
    return Field(default="", sa_type=kind, unique=unique)


def code_link(target: str, default: str | None = None, *, null: bool = False) -> Any:
    """Give a text column that refers to another table's code."""
    return Field(default=default, sa_type=Text, nullable=null, foreign_key=target)


def _reference(target: str | None) -> dict[str, Any]:
    return {"foreign_key": target} if target else {}


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Give an index over the rows of which the condition is true, on both databases.

    PostgreSQL's part is added where the schema is written (`scripts/freeze_schema.py`): naming it
    here would make every desk load that dialect.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(where), info={"partial": True})
