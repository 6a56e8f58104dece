"""What rules look at, and what they find: an order's state, and the holds it calls for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from orderdesk.domain.products import CARRYING
from orderdesk.services.credit.checks import Verdict
from orderdesk.services.orders.context import Context
from orderdesk.store.statements import Row


class Wanted(NamedTuple):
    """A hold that a rule wants on an order, or on a line of it."""

    code: str
    """One of `domain.holds.HOLDS`."""
    line: int | None
    message: str
    details: Mapping[str, Any]
    """Decimal texts and names."""
    measure: int = 0
    """What is bad when it grows; its unit is the hold's."""
    net_days: int = 0
    """Days of payment; longer ones void a release. 0 where the rule is not about credit."""
    bound: str = ""
    """What it is bound to besides, such as a ship-to: a release does not reach to another one."""


@dataclass(slots=True)
class State:
    """An order as the rules look at it."""

    context: Context
    """The customer's row, and what was read of products and addresses."""
    order: Row
    lines: Sequence[Row]
    products: Mapping[int, str]
    """The product code of each line."""
    net_days: int
    """Of the order's terms."""
    owed: int
    """Exposure of whoever holds the limit, this order included, in minor units."""
    overdue: int = 0
    """What the customer should have paid by now, where a check asks for it."""
    added: int = 0
    """How much the change at hand adds to what is owed."""
    earlier: Sequence[Row] = ()
    """Lines of earlier orders on the same buyer PO, where there are any."""
    discount_most: int | None = None
    """How far the acting person's right to give discounts goes, in millionths; None is any."""
    price_hand: bool = True
    """Whether they may give prices by hand: then those are no discount."""
    below_floor: bool = False
    """Whether they may sell below the margin floor."""
    verdicts: tuple[Verdict, ...] = ()
    """What the credit checks say; filled in by `findings`."""

    @property
    def buyer(self) -> Row:
        """Give the customer's row."""
        return self.context.buyer

    @property
    def open_lines(self) -> Iterator[Row]:
        """Give the lines of goods and services that something is open of."""
        return (line for line in self.sold_lines if line.open)

    @property
    def sold_lines(self) -> Iterator[Row]:
        """Give the lines of goods and services, open or not; a kit's parts are in its own line."""
        return (line for line in self.lines if line.kind in CARRYING and line.kit_line is None)


Rule = Callable[[State], Iterable[Wanted]]
