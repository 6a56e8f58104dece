"""What orders must come to, reckoned in plain decimals and without a line of the desk's own code.

It knows the prices, limits and stock of the small company by heart. Nothing ever ships here, so
what is open is what was ordered less what was closed.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

TODAY: Final = "2026-11-23"
LIMITS: Final = {"ACME": Decimal(10_000), "TIGHT": Decimal(100), "FREE": None}
ON_HAND: Final = {
    "P1": Decimal(100),
    "P2": Decimal(5),
    "P3": Decimal(0),
    "LAST": Decimal(3),
    "TAXED": Decimal(1000),
}
PRICES: Final = {"P2": Decimal("2.5"), "P3": Decimal("1.2345"), "LAST": Decimal(4)}
TAXED: Final = Decimal(100)


class RefusedByRule(Exception):
    """The desk must refuse this, and nothing may have changed."""


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def listed(customer: str, product: str, quantity: Decimal) -> Decimal:
    """Give the lists' price of one."""
    if product == "TAXED":
        return TAXED
    if product != "P1":
        return PRICES[product]
    if customer == "ACME" and quantity >= 20:
        return Decimal("7.5")
    return Decimal(9) if quantity >= 50 else Decimal(10)


@dataclass
class Line:
    product: str
    ordered: Decimal
    price: Decimal
    by_hand: bool
    requested: str
    closed: Decimal = Decimal(0)
    allocated: Decimal = Decimal(0)

    @property
    def open(self) -> Decimal:
        return self.ordered - self.closed


@dataclass
class Order:
    customer: str
    lines: dict[int, Line] = field(default_factory=dict)
    requested: str = TODAY
    cancelled: bool = False
    held: bool = False
    ceiling: Decimal | None = None
    version: int = 1

    @property
    def total(self) -> Decimal:
        nets = {n: cents(line.open * line.price) for n, line in self.lines.items()}
        taxed = sum(nets[n] for n, line in self.lines.items() if line.product == "TAXED")
        return sum(nets.values(), Decimal(0)) + cents(taxed * Decimal("0.21"))


@dataclass
class Company:
    """All orders, by their place in the order they came."""

    orders: list[Order] = field(default_factory=list)

    def exposure(self, customer: str) -> Decimal:
        return sum((o.total for o in self.orders if o.customer == customer), Decimal(0))

    def lines_of(self, product: str) -> list[Line]:
        """Give the lines of a product, those to be served first before the others."""
        ranked = [
            (line.requested, place, number, line)
            for place, order in enumerate(self.orders)
            for number, line in order.lines.items()
            if line.product == product
        ]
        return [line for *_, line in sorted(ranked, key=lambda each: each[:3])]

    def serve(self) -> None:
        """Give back what is not open any more, and what is free to the first who wait."""
        for product in {line.product for order in self.orders for line in order.lines.values()}:
            lines = self.lines_of(product)
            for line in lines:
                line.allocated = min(line.allocated, line.open)
            free = ON_HAND[product] - sum(line.allocated for line in lines)
            for line in lines:
                grant = min(free, line.open - line.allocated)
                line.allocated += grant
                free -= grant
            if product == "LAST" and any(line.allocated < line.open for line in lines):
                raise RefusedByRule

    def changed(self, place: int, before: "Company") -> None:
        """Serve who waits, and hold an order that grew beyond its customer's limit."""
        self.serve()
        order, limit = self.orders[place], LIMITS[self.orders[place].customer]
        was = before.orders[place].total if place < len(before.orders) else Decimal(0)
        beyond = limit is not None and self.exposure(order.customer) > limit
        released = order.ceiling is not None and order.total <= order.ceiling
        if order.total > was and beyond and not released:
            order.held = True

    def copy(self) -> "Company":
        return deepcopy(self)
