"""What credit must come to and what must be held, kept in plain decimals beside the desk.

Written from the contract alone: not a line of the desk's own code is used. It knows two prices,
so that every total is exact, and reckons every balance anew from items and orders.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

PRICES: Final = {"WORK": Decimal(60), "TAXED": Decimal(121)}
"""What one costs, with its tax."""
NET_DAYS: Final = {"CASH": 0, "N30": 30}
HORIZON: Final = timedelta(days=90)
GRANT: Final = timedelta(days=14)
OVERDUE_DAYS: Final = 10
"""Days that an item may be late; set by the story."""
WATCH: Final = Decimal("0.9")
MANUAL: Final = "manual"


class RefusedByRule(Exception):
    """The desk must refuse this with this code, and nothing may change."""


@dataclass
class Item:
    kind: str
    open: Decimal
    due: date


@dataclass
class Customer:
    limit: Decimal | None
    parent: str = ""
    temporary: tuple[Decimal, date] | None = None
    document_most: Decimal | None = None
    review: date | None = None
    prepay: bool = False
    late_holds: bool = True
    """Whether being overdue holds its orders, or only warns."""
    items: dict[str, Item] = field(default_factory=dict)

    @property
    def receivable(self) -> Decimal:
        return sum((i.open for i in self.items.values() if i.kind == "invoice"), Decimal(0))

    @property
    def unapplied(self) -> Decimal:
        return sum((i.open for i in self.items.values() if i.kind != "invoice"), Decimal(0))


@dataclass
class Stop:
    """One hold of an order."""

    code: str
    by: set[str]
    """Who must not release it."""
    days: int
    open: bool = True
    most: Decimal | None = None
    until: date | None = None


@dataclass
class Line:
    product: str
    quantity: Decimal
    wanted: date
    closed: Decimal = Decimal(0)


@dataclass
class Order:
    customer: str
    entered_by: str
    lines: list[Line]
    days: int = 0
    """Of its terms."""
    cancelled: bool = False
    stops: list[Stop] = field(default_factory=list)

    @property
    def value(self) -> Decimal:
        """What is open; nothing ships here, so it is the total too."""
        worth = (PRICES[line.product] * (line.quantity - line.closed) for line in self.lines)
        return sum(worth, Decimal(0))

    @property
    def due(self) -> date | None:
        return min(
            (line.wanted for line in self.lines if line.quantity > line.closed), default=None
        )

    @property
    def held_by(self) -> list[str]:
        return sorted(stop.code for stop in self.stops if stop.open)


@dataclass
class Books:
    """A company's customers and orders, and the day it is there."""

    today: date
    customers: dict[str, Customer]
    orders: list[Order] = field(default_factory=list)

    def counted(self, order: Order) -> Decimal:
        """Give what an order adds to the exposure today."""
        due = order.due
        return order.value if due and due <= self.today + HORIZON else Decimal(0)

    def exposure(self, code: str) -> Decimal:
        orders = sum((self.counted(o) for o in self.orders if o.customer == code), Decimal(0))
        return self.customers[code].receivable - self.customers[code].unapplied + orders

    def holder(self, code: str) -> str:
        return self.customers[code].parent or code

    def family(self, code: str) -> set[str]:
        """Give all for whom a customer holds the limit, itself among them."""
        return {other for other in self.customers if self.holder(other) == code} | {code}

    def owed(self, code: str) -> Decimal:
        family = self.family(self.holder(code))
        return sum((self.exposure(each) for each in family), Decimal(0))

    def limit(self, code: str) -> Decimal | None:
        holder = self.customers[self.holder(code)]
        if holder.temporary and holder.temporary[1] >= self.today:
            return holder.temporary[0]
        return holder.limit

    def late(self, code: str) -> int:
        """Give how many days the oldest open invoice is past due."""
        items = self.customers[code].items.values()
        due = [item.due for item in items if item.kind == "invoice" and item.open]
        return max([0, *((self.today - day).days for day in due)])

    def result(self, code: str) -> str:
        """Give ok, watch or hold: what the credit check says of a customer."""
        customer, limit, owed = self.customers[code], self.limit(code), self.owed(code)
        late = self.late(code) > OVERDUE_DAYS
        over = limit is not None and owed > 0 and (owed > limit or limit == 0)
        review = customer.review is not None and customer.review < self.today
        if over or (late and customer.late_holds) or review or (customer.prepay and owed > 0):
            return "hold"
        near = limit is not None and limit > 0 and owed >= limit * WATCH
        return "watch" if near or late else "ok"

    def against(self, order: Order, owed: Decimal | None = None) -> set[str]:
        """Give the checks that say no to an order as it is."""
        if order.cancelled or not order.due:
            return set()
        code, customer = order.customer, self.customers[order.customer]
        limit, owed = self.limit(code), self.owed(code) if owed is None else owed
        no_credit = limit == 0 or customer.prepay
        if no_credit:
            owed += order.value - self.counted(order)
        over = limit is not None and owed > limit and (no_credit or self.counted(order) > 0)
        most, review = customer.document_most, customer.review
        said = {
            "credit_limit": over,
            "overdue": customer.late_holds and self.late(code) > OVERDUE_DAYS,
            "document_maximum": most is not None and order.value > most,
            "review_date": review is not None and review < self.today,
            "prepay": customer.prepay and owed > 0,
        }
        return {name for name, no in said.items() if no}

    def covered(self, order: Order, code: str) -> bool:
        """Tell whether the last grant of this kind lets the order through as it is."""
        grants = [s for s in order.stops if s.code == code and not s.open and s.most is not None]
        if not grants:
            return False
        last = grants[-1]
        assert last.most is not None
        assert last.until is not None
        return order.value <= last.most and order.days <= last.days and last.until >= self.today

    def place(self, order: Order) -> None:
        self.orders.append(order)
        order.stops = [
            Stop(code, {order.entered_by}, order.days) for code in sorted(self.against(order))
        ]

    def change(self, actor: str, order: Order, alter: Callable[[], None]) -> None:
        """Change an order; what the change makes worse holds it, and nothing lets it go."""
        was = self.against(order)
        value, counted, days = order.value, self.counted(order), order.days
        alter()
        now = self.against(order)
        worse = order.value > value or self.counted(order) > counted or order.days > days
        for stop in order.stops:
            if stop.open and stop.code != MANUAL:
                stop.by |= {actor} if worse else set()
                stop.days = order.days if stop.code in now else stop.days
        for code in sorted(now - set(order.held_by)):
            if (worse or code not in was) and not self.covered(order, code):
                order.stops.append(Stop(code, {actor, order.entered_by}, order.days))

    def cancel(self, actor: str, order: Order) -> None:
        for stop in order.stops:
            stop.open = False
        order.cancelled = True
        for line in order.lines:
            line.closed = line.quantity

    def release(
        self, actor: str, order: Order, most: Decimal | None = None, until: date | None = None
    ) -> None:
        standing = [stop for stop in order.stops if stop.open]
        if not standing:
            raise RefusedByRule("already_released" if order.stops else "not_held")
        others = [stop for stop in standing if actor not in stop.by | {order.entered_by}]
        if not others:
            raise RefusedByRule("own_hold")
        if most is not None and most < order.value:
            raise RefusedByRule("low_ceiling")
        for stop in others:
            stop.open = False
            if stop.code != MANUAL:
                stop.most = order.value if most is None else most
                stop.until = until or self.today + GRANT

    def next_day(self, day: date) -> None:
        """Let a day begin: who enters the horizon, whose grant or limit is over, who may go."""
        before = [order for order in self.orders if self.counted(order)]
        self.today = day
        entered = [o for o in self.orders if self.counted(o) and o not in before]
        for order in entered:
            self.recheck(order, entered)
        for order in self.orders:
            if any(self.is_over(stop) for stop in order.stops):
                self.recheck(order)
        for code, customer in self.customers.items():
            if customer.temporary and customer.temporary[1] < day:
                customer.temporary = None
                family = self.family(code)
                orders = [o for o in self.orders if o.customer in family and self.counted(o)]
                for order in orders:
                    self.recheck(order, orders)
        for order in self.orders:
            if order.held_by:
                self.recheck(order)

    def is_over(self, stop: Stop) -> bool:
        return stop.most is not None and stop.until is not None and stop.until < self.today

    def recheck(self, order: Order, waiting: Iterable[Order] = ()) -> None:
        """Look at an order again: those behind it that do not go either are not counted."""
        if order.cancelled or not order.due:
            return
        place, waits = self.orders.index(order), list(waiting)
        behind = [
            other
            for other in self.orders[place + 1 :]
            if self.holder(other.customer) == self.holder(order.customer)
            and (other.held_by or any(other is each for each in waits))
        ]
        uncounted = sum((self.counted(each) for each in behind), Decimal(0))
        now = self.against(order, self.owed(order.customer) - uncounted)
        new = {c for c in now - set(order.held_by) if not self.covered(order, c)}
        for stop in order.stops:
            if stop.open and stop.code != MANUAL and stop.code not in now:
                stop.open = False
            if self.is_over(stop):
                stop.most = None
        order.stops += [Stop(code, {"system"}, order.days) for code in sorted(new)]
