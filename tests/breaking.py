"""Breaking a database on purpose, past every guard that the desk itself has against it."""

from orderdesk.store import chain, expressions
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteDatabase

_GUARDS = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN"
    " ('event', 'movement', 'seal')"
)


def break_rows(desk: Desk, *statements: str, without: tuple[tuple[str, str], ...] = ()) -> None:
    """Run raw SQL with references, constraints and the ledgers' guards out of the way.

    `without` names the constraints, as (table, name), that must go for it on PostgreSQL, where
    they cannot be switched off; on SQLite all are.
    """
    connection = desk.database.connect()
    try:
        if isinstance(desk.database, SqliteDatabase):
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("PRAGMA ignore_check_constraints = ON")
            guards = connection.execute(_GUARDS).fetchall()
            for name, _ in guards:
                connection.execute(f"DROP TRIGGER {name}")
            for each in statements:
                connection.execute(each)
            for _, sql in guards:
                connection.execute(sql)
            return
        connection.execute("SET session_replication_role = replica")
        for table, name in without:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for each in statements:
            connection.execute(each)
    finally:
        connection.close()


def rewrite_chain(desk: Desk) -> None:
    """Seal all events anew as far as they were sealed, as one would who hides what was changed."""
    connection = desk.database.connect()
    names = ", ".join(column.name for column in expressions.NUMBERED_EVENTS.columns)
    head = connection.execute("SELECT max(event_id) FROM seal").fetchone()[0]
    if head is not None:
        last = "" if isinstance(desk.database, SqliteDatabase) else f"WHERE id <= {head}"
        rows = connection.execute(f"SELECT {names} FROM event {last} ORDER BY id").fetchall()
        seals = chain.sealed(chain.GENESIS, rows)
        values = ", ".join(f"({number}, '{each}')" for number, each in seals)
        break_rows(desk, "DELETE FROM seal", f"INSERT INTO seal (event_id, hash) VALUES {values}")
    connection.close()
