"""What people may do in PostgreSQL, and the guards that hold what they write to their names.

The statements alone; `roles` runs them. The guards that need no roles are in the schema itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from psycopg import sql
from sqlalchemy import Table

from orderdesk.domain.holds import HOLDS
from orderdesk.store.tables import every_table

SYSTEM: Final = "system"
"""Who places and releases by a rule: no person can be that."""

ONLY_ADDED: Final = ("event", "movement", "seal", "command", "note", "decision")
"""Tables whose rows are written once."""
NUMBERED: Final = ("event", "movement")
"""Of these, tables whose rows take the next number and no other."""
ONLY_CHANGED: Final = ("company", "series")
"""Tables that have all their rows from the beginning."""
TAKEN_OUT: Final = (
    "calendar_day",
    "carrier_zone",
    "credit_check",
    "customer_part",
    "demand",
    "draft",
    "exchange_rate",
    "kit_part",
    "lot_allocation",
    "product_unit",
    "role_right",
    "stock_place",
    "substitute",
    "tax_rule",
)
"""Tables that services take rows out of."""
ONLY_READ: Final = ("person", "schema_version", "alembic_version")

OWN_NAMES: Final = (
    ("event", "actor", "INSERT", ""),
    ("movement", "actor", "INSERT", ""),
    ("command", "actor", "INSERT", ""),
    ("decision", "actor", "INSERT", ""),
    ("supply", "actor", "INSERT", ""),
    ("transfer", "sent_by", "INSERT", ""),
    ("count_sheet", "opened_by", "INSERT", ""),
    ("count_sheet", "closed_by", "UPDATE", ""),
    ("count_line", "counted_by", "UPDATE", ""),
    ("line_call", "called_by", "INSERT", ""),
    ("line_call", "called_by", "UPDATE", ""),
    ("line_call", "taken_by", "INSERT", ""),
    ("line_call", "taken_by", "UPDATE", ""),
    ("line_told", "told_by", "INSERT", ""),
    ("line_told", "told_by", "UPDATE", ""),
    ("line_told", "taken_by", "INSERT", ""),
    ("line_told", "taken_by", "UPDATE", ""),
    ("note", "actor", "INSERT", ""),
    ("import_run", "actor", "INSERT", ""),
    ("import_run", "actor", "UPDATE", ""),
    ("sales_order", "entered_by", "INSERT", ""),
    ("draft", "owner", "INSERT", ""),
    ("draft", "owner", "UPDATE", ""),
    ("hold", "placed_by", "INSERT", SYSTEM),
    ("hold", "released_by", "UPDATE", SYSTEM),
    ("hold", "rejected_by", "UPDATE", ""),
    ("hold", "taken_by", "UPDATE", ""),
)
"""Table and column that hold who acts, when it is written, and what else may stand there."""

_CREDIT: Final = "{" + ",".join(sorted(kind.code for kind in HOLDS.values() if kind.credit)) + "}"
_SCRIPT: Final = Path(__file__).with_name("roles.sql")


def people(schema: str) -> sql.Composable:
    """Give what makes the table of who is which role, if it is not there."""
    return sql.SQL(_statements(schema)[0])


def guards(schema: str) -> Iterator[sql.Composable]:
    """Give what holds each name that is written to whoever writes it, and four eyes to rights."""
    for each in _statements(schema)[1:]:
        yield sql.SQL(each)
    quoted = sql.Identifier(schema).as_string()
    for table, column, act, other in OWN_NAMES:
        others = f"NEW.{column} <> '{other}'"
        if act == "UPDATE":
            others += f" AND NEW.{column} IS DISTINCT FROM OLD.{column}"
        yield sql.SQL(
            f"CREATE OR REPLACE TRIGGER {table}_own_{column}_{act.lower()} BEFORE {act}"
            f" ON {quoted}.{table} FOR EACH ROW WHEN ({others} AND NEW.{column}"
            f" IS DISTINCT FROM {quoted}.acting_name(NEW.{column}))"
            f" EXECUTE FUNCTION {quoted}.refuse_other_name('{column}')"
        )


def _statements(schema: str) -> list[str]:
    text = _SCRIPT.read_text(encoding="utf-8")
    text = text.replace("@schema@", sql.Identifier(schema).as_string())
    return text.replace("@credit@", _CREDIT).rstrip().split("\n--\n")


def none_of(schema: str, groups: Iterable[str]) -> Iterator[sql.Composable]:
    """Give what takes every right on the company's tables from these groups."""
    for group in groups:
        for what in ("TABLES", "SEQUENCES"):
            words = sql.SQL(f"REVOKE ALL ON ALL {what} IN SCHEMA {{}} FROM {{}}")
            yield words.format(sql.Identifier(schema), sql.Identifier(group))


def all_of(database: str, schema: str, group: str) -> Iterator[sql.Composable]:
    """Give what lets a group do what services do, and no more."""
    to = sql.Identifier(group)
    rights = {table.name: _rights(table) for table in every_table()}
    for name, words in {**rights, **dict.fromkeys(ONLY_READ, sql.SQL("SELECT"))}.items():
        yield sql.SQL("GRANT {} ON {} TO {}").format(words, sql.Identifier(schema, name), to)
    inside = sql.Identifier(schema)
    yield sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}").format(inside, to)
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(inside, to)
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), to)


def closed(schema: str) -> Iterator[sql.Composable]:
    """Give what lets nobody but the owner make tables and functions in the schema."""
    yield sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC").format(sql.Identifier(schema))


def _rights(table: Table) -> sql.Composable:
    if table.name in NUMBERED:
        names = [sql.Identifier(c.name) for c in table.columns if c.name != "id"]
        return sql.SQL("SELECT, INSERT ({})").format(sql.SQL(", ").join(names))
    words = ["SELECT"]
    words += ["INSERT"] if table.name not in ONLY_CHANGED else []
    words += ["UPDATE"] if table.name not in ONLY_ADDED else []
    words += ["DELETE"] if table.name in TAKEN_OUT else []
    return sql.SQL(", ".join(words))
