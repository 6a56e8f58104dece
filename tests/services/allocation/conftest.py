"""Units of work for random days."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Final

import pytest

from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.services.allocation.beside import Unit

NOON: Final = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()) * 1_000_000


class Undone(Exception):
    """Ends a unit of work of which nothing is to stay."""


@pytest.fixture
def unit(desk_of: Callable[[str], Desk]) -> Unit:
    """Give units of work of which nothing stays."""
    desk = desk_of("owner")

    @contextmanager
    def begun() -> Iterator[Work]:
        # No rehearsal: that takes no numbers, and no two orders may have the same one.
        with suppress(Undone), desk.database.write("owner") as work:
            # Promises go by the clock too, where it is ahead of the business date.
            work.now = NOON
            yield work
            raise Undone

    return begun
