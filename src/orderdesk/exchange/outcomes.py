"""What became of each request of an import."""

from __future__ import annotations

from typing import Final, NamedTuple

from orderdesk.domain.errors import OrderDeskError


class Outcome(NamedTuple):
    """What became of one request."""

    code: str = ""
    """Of the error; empty where it was taken."""
    message: str = ""
    held: bool = False
    repeated: bool = False
    """True where it had been taken before, by an external key: nothing was changed."""


def refused(error: OrderDeskError) -> Outcome:
    """Give what became of a request that met this error."""
    return Outcome(error.code, error.message)


TAKEN: Final = Outcome()
HELD: Final = Outcome(held=True)
REPEATED: Final = Outcome(repeated=True)
