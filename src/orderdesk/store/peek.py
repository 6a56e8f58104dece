"""A look into a SQLite file, before anything heavy is imported, whether a PIN will be asked for.

The desk's first frame does not wait for the models, and the first key must not wait for them
either; but a key that may belong to a PIN must not be shown anywhere. So this one question is
asked at once, by the file's own recipe and a plain statement.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any, Final

from orderdesk.domain.errors import OrderDeskError
from orderdesk.store.engine import SCHEMA_VERSION
from orderdesk.store.sqlite_file import SqliteFile

_NAMED: Final = "SELECT pin_hash, role, os_user FROM desk_user WHERE name = ? AND archived = 0"
_MAPPED: Final = "SELECT pin_hash, role, os_user FROM desk_user WHERE os_user = ? AND archived = 0"


def needs_no_pin(where: str, user: str, system_user: str) -> bool:
    """Tell whether it is certain that nobody will be asked for a PIN at this database.

    `user` is who was named, or empty: then it is who `system_user` is mapped to. False too where
    it cannot be told at once: on PostgreSQL, and where anything is in the way.
    """
    scheme, found, rest = where.partition("://")
    if found and scheme != "sqlite":
        return False
    try:
        file = SqliteFile(Path(rest[1:] if found else where).expanduser().absolute())
        file.know()
        with closing(file.open("mode=rw", _at_once)) as connection:
            if file.schema_version(connection) != SCHEMA_VERSION:
                return False
            asked = (_NAMED, user) if user else (_MAPPED, system_user)
            row = connection.execute(asked[0], asked[1:]).fetchone()
    except (OrderDeskError, OSError, ValueError):
        return False
    except Exception as error:
        if isinstance(error, file.module.Error):
            return False
        raise
    if row is None or not row[0]:
        return row is not None
    # Where there is a PIN, the first frame can wait for this.
    from orderdesk.domain.people import is_known_by_system

    return is_known_by_system(row[1], row[2], system_user)


def _at_once(connection: Any) -> None:
    """Wait for nobody's lock."""
    connection.execute("PRAGMA busy_timeout = 0")
