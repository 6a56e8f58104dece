"""One fault tried on one fresh company, and what a fault is."""

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold

SEED: Final = 20_261_123
"""The seed that is used where none is given."""

CUSTOMERS: Final = ("ACME", "TIGHT", "CASH", "FREE", "GROUP", "STOP")
PRODUCTS: Final = ("P1", "P2", "P3", "WORK", "TAXED")


class Broken(AssertionError):
    """What must happen did not."""


@dataclass(frozen=True)
class Trial:
    """A fresh small company, and all that a fault may be done to it with."""

    url: str
    """Of the company: a file, or a PostgreSQL database."""
    folder: Path
    """An empty folder for whatever else is needed."""
    seed: int
    """The same seed does the same things, as far as the machine lets it."""
    n: int
    """How many times: kills, processes, rounds, as the fault says."""

    @property
    def path(self) -> Path:
        """Give the company's file."""
        return Path(self.url)

    @cached_property
    def random(self) -> random.Random:
        """Give the source of everything that is left to chance."""
        return random.Random(self.seed)

    def desk(self, user: str = "clerk") -> "closing[Desk]":
        """Give a desk to be used in a `with`."""
        return closing(Desk(self.url, user).open())

    def laws_hold(self) -> None:
        """Let the doctor examine the company; raise Broken with what it finds."""
        with self.desk() as desk:
            try:
                assert_laws_hold(desk)
            except AssertionError as error:
                raise Broken(f"laws are broken: {error}") from None


class Fault(NamedTuple):
    """A way in which things go wrong, and what must then happen."""

    says: str
    """What is done, and what must happen."""
    run: Callable[[Trial], str]
    """Tries it; gives what was seen in a few words, or raises Broken."""
    full: int
    """How many times when a person asks for it."""
    short: int
    """How many times in CI; a few seconds."""
    counts: str
    """What is counted: kills, processes, rounds."""
    on_postgres: bool = True


def must(true: object, what: str) -> None:
    """Raise Broken, saying what should be so, unless it is."""
    if not true:
        raise Broken(what)


def order_of(key: str, seed: int) -> OrderRequest:
    """Give the order that goes with a command id: always the same one."""
    chance = random.Random(f"{seed} {key}")
    return OrderRequest(
        customer=chance.choice(CUSTOMERS),
        buyer_po=f"PO-{key}",
        lines=tuple(
            LineRequest(product=chance.choice(PRODUCTS), quantity=str(chance.randint(1, 9)))
            for _ in range(chance.randint(1, 6))
        ),
    )
