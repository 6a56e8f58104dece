"""Making and upgrading the schema: alembic, on a connection of the store's own.

On SQLite foreign keys are off while tables are rebuilt, or a rebuilt parent would take its
children with it; everything is one transaction, and afterwards every reference is checked.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from orderdesk.domain.errors import Busy, Unavailable
from orderdesk.domain.upkeep import UpgradeView
from orderdesk.store.backup import backup
from orderdesk.store.engine import APPLICATION_ID, SCHEMA_VERSION, Database
from orderdesk.store.sqlite import SqliteDatabase

MIGRATIONS: Final = Path(__file__).parent / "migrations"

GIVEN_UP: Final[frozenset[str]] = frozenset()
"""Tables and triggers that a migration takes away on purpose, as `table NAME`, `trigger NAME`."""

_SQLITE_NAMES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
    " AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE '%~_search~_%' ESCAPE '~'",
    "SELECT name FROM sqlite_master WHERE type = 'trigger'",
)
_POSTGRES_NAMES: Final = (
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
    "SELECT DISTINCT tgname FROM pg_trigger WHERE NOT tgisinternal",
)
_KNOWN: Final = text("SELECT to_regclass('schema_version')")


def upgrade(database: Database) -> UpgradeView:
    """Bring the schema to this program's version; a company's file is copied first.

    Raises Unavailable where the schema is newer than this program, where the upgrade would lose
    something, and where it cannot be done; then nothing was changed. Busy where writers stay.
    """
    found = database.schema_version()
    if found is not None and found > SCHEMA_VERSION:
        database.check()
    kept = None
    if found is not None and found < SCHEMA_VERSION and isinstance(database, SqliteDatabase):
        kept = _name_for_copy(database, found)
        backup(database, kept)
    if found != SCHEMA_VERSION:
        _upgrade(database)
    return UpgradeView(
        database=database.url,
        schema_before=found,
        schema=SCHEMA_VERSION,
        backup=None if kept is None else str(kept),
    )


def _name_for_copy(database: SqliteDatabase, schema: int) -> Path:
    path = database.path
    name = f"{path.name}.schema-{schema}-{time.strftime('%Y%m%d-%H%M%S')}"
    names = (name, *(f"{name}-{place}" for place in range(2, 100)))
    # Whoever was killed and began anew within the second has made one of this second already.
    return next(each for each in map(path.with_name, names) if not os.path.lexists(each))


def _upgrade(database: Database) -> None:
    engine = database.engine()
    try:
        with engine.connect() as connection:
            _migrate(connection)
    except DBAPIError as error:
        driver_error = error.orig or error
        if database.is_passing(driver_error):
            raise Busy(
                "busy", f"{database.url} is in use; nothing was changed: try again", tries=1
            ) from error
        raise database.sentence(driver_error) or error from error
    finally:
        engine.dispose()


def _migrate(connection: Connection) -> None:
    # Imported where it is needed: an eighth of what a program takes that finds its company there.
    from alembic import command
    from alembic.config import Config

    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Outside a transaction, or SQLite ignores it: straight to the driver.
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys = OFF")
    with connection.begin():
        if not sqlite and connection.execute(_KNOWN).scalar():
            # Writers look at this table when they commit: from here on they wait.
            connection.execute(text("LOCK TABLE schema_version IN ACCESS EXCLUSIVE MODE"))
        before = _inventory(connection)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _refuse_loss(before, _inventory(connection))
        if sqlite:
            _refuse_broken_references(connection)
            connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
            connection.execute(text(f"PRAGMA user_version = {SCHEMA_VERSION}"))
        else:
            connection.execute(text("CREATE TABLE IF NOT EXISTS schema_version (version bigint)"))
            connection.execute(text("DELETE FROM schema_version"))
            connection.execute(text(f"INSERT INTO schema_version VALUES ({SCHEMA_VERSION})"))


def _inventory(connection: Connection) -> dict[str, int]:
    """Give the number of rows of each table of ours, and each trigger as a thing there once."""
    sqlite = connection.dialect.name == "sqlite"
    tables, triggers = _SQLITE_NAMES if sqlite else _POSTGRES_NAMES
    found = {f"trigger {name}": 1 for name in connection.execute(text(triggers)).scalars()}
    for name in connection.execute(text(tables)).scalars().all():
        found[f"table {name}"] = connection.execute(
            text(f"SELECT count(*) FROM {name}")
        ).scalar_one()
    return found


def _refuse_loss(before: dict[str, int], after: dict[str, int]) -> None:
    """Raise Unavailable where rows of a table, or a trigger, did not come through an upgrade."""
    for name, count in before.items():
        if after.get(name, 0) < count and name not in GIVEN_UP:
            raise Unavailable(
                "upgrade_would_lose",
                f"the upgrade would leave {after.get(name, 0)} of {count} in {name}; nothing was "
                "changed: keep using the older program, and report this",
                what=name,
            )


def _refuse_broken_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    if broken:
        raise Unavailable(
            "broken_references",
            f"the upgrade would leave {len(broken)} rows without what they refer to, "
            f"first in table {broken[0][0]}; nothing was changed: run `orderdesk doctor`",
        )
