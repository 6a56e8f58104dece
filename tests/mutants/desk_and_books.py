"""The same done to the desk and to the books; after every step both must say the same."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from orderdesk.domain.credit import ItemRequest
from orderdesk.domain.customers import AddressEntry, CustomerRequest
from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.orders import AmendRequest, LineChange, LineRequest, OrderRequest
from orderdesk.exchange import nightly
from orderdesk.models.customers import Customer as CustomerRow
from orderdesk.models.orders import Hold, SalesOrder
from orderdesk.services.credit import account, items
from orderdesk.services.customers import save
from orderdesk.services.orders import closing, copying, holds, place
from orderdesk.services.orders.amend import amend
from orderdesk.store.desk import Desk
from orderdesk.store.statements import Row, statement, table_of
from tests.mutants.books import (
    MANUAL,
    NET_DAYS,
    Books,
    Customer,
    Item,
    Line,
    Order,
    RefusedByRule,
    Stop,
)

TODAY: Final = date(2026, 11, 23)
_customer = table_of(CustomerRow).c
_order = table_of(SalesOrder).c
_hold = table_of(Hold).c
_CUSTOMERS: Final = statement(
    select(
        _customer.code,
        _customer.exposure,
        _customer.family_exposure,
        _customer.receivable,
        _customer.unapplied,
    )
)
_ORDERS: Final = statement(
    select(_order.id, _order.total, _order.exposed, _order.status).order_by(_order.id)
)
_HOLDS: Final = statement(select(_hold.order_id, _hold.code).where(_hold.released_by.is_(None)))


class Caught(AssertionError):
    """Desk and books say different things."""

    def __init__(self, step: str, checks: Mapping[str, str]) -> None:
        self.step = step
        self.checks = checks
        told = "; ".join(f"{name}: {words}" for name, words in checks.items())
        super().__init__(f"{step}: {told}")


def _cents(amount: Decimal) -> int:
    return int(amount * 100)


class Both:
    """The desk beside its books."""

    def __init__(self, desk_of: Callable[[str], Desk]) -> None:
        self._desk_of = desk_of
        self._desks: dict[str, Desk] = {}
        self.books = Books(TODAY, {})
        self.numbers: list[str] = []
        self.steps = 0
        self.made_by: dict[str, int] = {}
        """The place of each order by the step that made it."""

    def desk(self, user: str) -> Desk:
        if user not in self._desks:
            self._desks[user] = self._desk_of(user)
        return self._desks[user]

    def day(self, days: int) -> date:
        """Give the day so many days from where the story begins."""
        return TODAY + timedelta(days=days)

    def do(
        self, step: str, customer: str, change: Callable[[], Any], act: Callable[[], Any]
    ) -> Any:
        """Do the same to both; raise Caught where they refuse differently, or differ behind it."""
        self.steps += 1
        expected, refused, answer = "", "", None
        try:
            change()
        except RefusedByRule as rule:
            expected = str(rule)
        try:
            answer = act()
        except OrderDeskError as error:
            refused = error.code
        if refused != expected:
            words = f"{refused or 'nothing'} refused, not {expected or 'nothing'}"
            raise Caught(step, {"refusal": words})
        self.compare(step, customer)
        return answer

    def compare(self, step: str, customer: str) -> None:
        """Raise Caught unless what the desk keeps, and shows of a customer, is in the books."""
        found = self.desk("owner").read(
            lambda work: work.run_all([(_CUSTOMERS, {}), (_ORDERS, {}), (_HOLDS, {})])
        )
        differences = {
            "balances": _difference(*self._balances(found[0])),
            "orders": _difference(*self._orders(found[1])),
            "holds": _difference(*self._held(found[1], found[2])),
            "shown": _difference(*self._shown(customer)) if customer else "",
        }
        differences = {name: words for name, words in differences.items() if words}
        if differences:
            raise Caught(step, differences)

    def _balances(self, rows: list[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
        books = self.books
        kept = {row.code: tuple(row)[1:5] for row in rows if row.code in books.customers}
        families = {
            code: sum((books.exposure(each) for each in books.family(code)), Decimal(0))
            for code in books.customers
        }
        expected = {
            code: tuple(
                _cents(amount)
                for amount in (
                    books.exposure(code),
                    families[code],
                    customer.receivable,
                    customer.unapplied,
                )
            )
            for code, customer in books.customers.items()
        }
        return kept, expected

    def _orders(self, rows: list[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
        pairs = zip(self.numbers, rows, strict=True)
        kept = {number: (row.total, row.exposed, row.status) for number, row in pairs}
        expected = {
            number: (
                _cents(order.value),
                _cents(self.books.counted(order)),
                "cancelled" if order.cancelled else "confirmed",
            )
            for number, order in zip(self.numbers, self.books.orders, strict=True)
        }
        return kept, expected

    def _held(self, orders: list[Row], held: list[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
        numbers = {row.id: number for number, row in zip(self.numbers, orders, strict=True)}
        kept: dict[str, list[str]] = {number: [] for number in self.numbers}
        for row in held:
            kept[numbers[row.order_id]] = sorted([*kept[numbers[row.order_id]], row.code])
        expected = {n: o.held_by for n, o in zip(self.numbers, self.books.orders, strict=True)}
        return kept, expected

    def _shown(self, code: str) -> tuple[dict[str, Any], dict[str, Any]]:
        view = self.desk("owner").read(account.show, code)
        books, limit = self.books, self.books.limit(code)
        kept = {
            "limit": view.limit,
            "headroom": view.headroom,
            "late": view.overdue.oldest_days,
            "result": view.result,
        }
        expected = {
            "limit": limit,
            "headroom": None if limit is None else limit - books.owed(code),
            "late": books.late(code),
            "result": books.result(code),
        }
        return kept, expected

    def settle(self, step: str, service: Any, *arguments: Any) -> None:
        """Let the owner set something that the books know already."""
        self.do(step, "", lambda: None, lambda: self.desk("owner").run(service, *arguments))

    def customer(self, code: str, limit: str | None, **more: Any) -> None:
        """Add a customer who pays at once, its family and fields as given."""
        known = Customer(None if limit is None else Decimal(limit), more.pop("parent", ""))
        known.document_most = Decimal(more["document_most"]) if "document_most" in more else None
        known.review = date.fromisoformat(more["review_date"]) if "review_date" in more else None
        known.prepay, known.late_holds = "prepay" in more, "group" not in more
        self.books.customers[code] = known
        place_ = AddressEntry(code="01", name=code, street="1 Mill Rd", city="Leeds", country="UK")
        request = CustomerRequest(
            code=code, name=code, credit_limit=limit, terms="CASH", addresses=(place_,), **more
        )
        self.desk("owner").run(save.add, request)
        if known.parent:
            self.desk("owner").run(account.set_parent, code, known.parent)

    def place(
        self,
        step: str,
        customer: str,
        quantity: str,
        product: str = "WORK",
        days: int = 0,
        user: str = "clerk",
    ) -> int:
        """Place an order of one line that is wanted in so many days; give its place."""
        wanted = self.day(days)
        line = LineRequest(product=product, quantity=quantity)
        request = OrderRequest(customer=customer, lines=(line,), requested=wanted.isoformat())
        order = Order(customer, user, [Line(product, Decimal(quantity), wanted)])
        return self._added(step, order, user, place.place, request)

    def copy(self, step: str, at: int, user: str = "clerk") -> int:
        old = self.books.orders[at]
        lines = [
            Line(line.product, line.quantity - line.closed, self.books.today) for line in old.lines
        ]
        order = Order(old.customer, user, lines, old.days)
        return self._added(step, order, user, copying.copy, self.numbers[at])

    def _added(self, step: str, order: Order, user: str, service: Any, asked: Any) -> int:
        def act() -> None:
            self.numbers.append(self.desk(user).run(service, asked).number)

        self.do(step, order.customer, lambda: self.books.place(order), act)
        self.made_by[step] = len(self.numbers) - 1
        return self.made_by[step]

    def quantity(self, step: str, at: int, quantity: str, user: str = "clerk") -> None:
        line = self.books.orders[at].lines[0]
        asked = (LineChange(line=1, quantity=quantity),)
        self._amend(
            step, at, user, lambda: setattr(line, "quantity", Decimal(quantity)), lines=asked
        )

    def more(self, step: str, at: int, quantity: str, days: int, user: str = "clerk") -> None:
        """Add a line of work, wanted in so many days."""
        wanted = self.day(days)
        line = LineRequest(product="WORK", quantity=quantity, requested=wanted.isoformat())
        new = Line("WORK", Decimal(quantity), wanted)
        lines = self.books.orders[at].lines
        self._amend(step, at, user, lambda: lines.append(new), add=(line,))

    def wanted(self, step: str, at: int, days: int, user: str = "clerk") -> None:
        """Move an order to another day."""
        day, order = self.day(days), self.books.orders[at]

        def move() -> None:
            for line in order.lines:
                line.wanted = day

        self._amend(step, at, user, move, requested=day.isoformat())

    def terms(self, step: str, at: int, terms: str, user: str = "clerk") -> None:
        order = self.books.orders[at]
        self._amend(step, at, user, lambda: setattr(order, "days", NET_DAYS[terms]), terms=terms)

    def _amend(
        self, step: str, at: int, user: str, alter: Callable[[], None], **asked: Any
    ) -> None:
        request = AmendRequest(number=self.numbers[at], **asked)
        self._changed(step, at, user, alter, amend, request)

    def close(self, step: str, at: int, user: str = "clerk") -> None:
        line = self.books.orders[at].lines[0]
        alter = lambda: setattr(line, "closed", line.quantity)  # noqa: E731
        self._changed(step, at, user, alter, closing.close_line, self.numbers[at], 1)

    def reopen(self, step: str, at: int, user: str = "clerk") -> None:
        line = self.books.orders[at].lines[0]
        alter = lambda: setattr(line, "closed", Decimal(0))  # noqa: E731
        self._changed(step, at, user, alter, closing.reopen, self.numbers[at])

    def _changed(
        self, step: str, at: int, user: str, alter: Callable[[], None], service: Any, *asked: Any
    ) -> None:
        order = self.books.orders[at]
        change = lambda: self.books.change(user, order, alter)  # noqa: E731
        self.do(step, order.customer, change, lambda: self.desk(user).run(service, *asked))

    def cancel(self, step: str, at: int, user: str = "clerk") -> None:
        order = self.books.orders[at]
        self.do(
            step,
            order.customer,
            lambda: self.books.cancel(user, order),
            lambda: self.desk(user).run(closing.cancel, self.numbers[at]),
        )

    def hold(self, step: str, at: int, user: str = "clerk") -> None:
        order = self.books.orders[at]
        self.do(
            step,
            order.customer,
            lambda: order.stops.append(Stop(MANUAL, {user}, 0)),
            lambda: self.desk(user).run(holds.hold, self.numbers[at], None, "Wait"),
        )

    def release(
        self,
        step: str,
        at: int,
        user: str,
        most: str | None = None,
        days: int | None = None,
    ) -> None:
        """Release all holds of an order, up to a total and until a day."""
        order = self.books.orders[at]
        until = None if days is None else self.day(days)
        last = None if until is None else until.isoformat()
        self.do(
            step,
            order.customer,
            lambda: self.books.release(user, order, None if most is None else Decimal(most), until),
            lambda: self.desk(user).run(
                holds.release, self.numbers[at], None, most, "", None, last
            ),
        )

    def item(
        self,
        step: str,
        customer: str,
        kind: str,
        amount: str,
        days: int = 0,
        *,
        number: str = "",
        left: str = "",
    ) -> None:
        """Take in an item that is due in so many days, or again one that is there by its number."""
        due, known = self.day(days), self.books.customers[customer].items
        number = number or str(len(known) + 1)
        request = ItemRequest(
            customer=customer,
            kind=kind,
            number=number,
            date="2026-10-01",
            due_date=due.isoformat(),
            amount=amount,
            open=left,
        )
        self.do(
            step,
            customer,
            lambda: known.update({number: Item(kind, Decimal(left or amount), due)}),
            lambda: self.desk("owner").run(items.take_many, [request]),
        )

    def limit(self, step: str, customer: str, limit: str, days: int | None = None) -> None:
        """Set a customer's limit for good, or until a day."""
        known = self.books.customers[customer]
        last = None if days is None else self.day(days)

        def change() -> None:
            if last is None:
                known.limit = Decimal(limit)
            else:
                known.temporary = (Decimal(limit), last)

        until = None if last is None else last.isoformat()
        act = lambda: self.desk("owner").run(  # noqa: E731
            account.set_limit, customer, limit, "", None, until
        )
        self.do(step, customer, change, act)

    def parent(self, step: str, customer: str, parent: str) -> None:
        known = self.books.customers[customer]
        self.do(
            step,
            customer,
            lambda: setattr(known, "parent", parent),
            lambda: self.desk("owner").run(account.set_parent, customer, parent or None),
        )

    def next_day(self, step: str, days: int, customer: str = "") -> None:
        day = self.day(days)
        act = lambda: nightly.run(self.desk("owner"), day)  # noqa: E731
        self.do(step, customer, lambda: self.books.next_day(day), act)


def _difference(kept: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    """Say the first thing that is not as expected."""
    for name, wanted in expected.items():
        if kept.get(name) != wanted:
            return f"{name} is {kept.get(name)}, not {wanted}"
    return ""
