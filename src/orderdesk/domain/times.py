"""Times: whole microseconds UTC in the database, aware datetimes at the edges."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment(microseconds: int) -> datetime:
    """Give the time of a stored count of microseconds since 1970, UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)
