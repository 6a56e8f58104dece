"""Making and upgrading the schema: alembic, on a connection of the store's own.

On SQLite foreign keys are off while tables are rebuilt, or a rebuilt parent would take its
children with it; everything is one transaction, and afterwards every reference is checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from orderdesk.domain.errors import Unavailable
from orderdesk.store.engine import APPLICATION_ID, SCHEMA_VERSION, Database

MIGRATIONS: Final = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> int | None:
    """Bring the schema to this program's version; give the version found, None where new.

    Raises Unavailable where the schema is newer than this program.
    """
    found = database.schema_version()
    if found is not None and found > SCHEMA_VERSION:
        database.check()
    if found == SCHEMA_VERSION:
        return found
    engine = database.engine()
    try:
        with engine.connect() as connection:
            _migrate(connection)
    finally:
        engine.dispose()
    return found


def _migrate(connection: Any) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Outside a transaction, or SQLite ignores it: straight to the driver.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
    with connection.begin():
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if sqlite:
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            if broken:
                raise Unavailable(
                    "broken_references",
                    f"the upgrade would leave {len(broken)} rows without what they refer to, "
                    f"first in table {broken[0][0]}; nothing was changed: run `orderdesk doctor`",
                )
            connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
            connection.execute(text(f"PRAGMA user_version = {SCHEMA_VERSION}"))
        else:
            connection.execute(text("CREATE TABLE IF NOT EXISTS schema_version (version bigint)"))
            connection.execute(text("DELETE FROM schema_version"))
            connection.execute(text(f"INSERT INTO schema_version VALUES ({SCHEMA_VERSION})"))
