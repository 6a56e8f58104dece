"""Sessions of a PostgreSQL that wait for each other."""

from typing import Any

DEADLINE = 60
"""Seconds until what was waited for has failed."""

_WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def somebody_waits(watcher: Any) -> bool:
    """Tell by a connection whether a session of its database waits for a lock."""
    return bool(watcher.execute(_WAITING).fetchone()[0])
