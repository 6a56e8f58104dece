"""The demo company: made through the same services that a real one is run by.

It is made in steps, each a unit of work with its command id. A SQLite file takes its name when
all are done; on PostgreSQL a making that was killed is gone on with by the next one.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy import bindparam, select, update

from orderdesk.domain.errors import Refused, Unavailable
from orderdesk.domain.orders import OrderRequest
from orderdesk.domain.records import Refusal
from orderdesk.exchange.northwind import MASTERS, Northwind, OpenOrder
from orderdesk.exchange.resources import data_folder
from orderdesk.models.company import Company, Series, User
from orderdesk.services import (
    calendars,
    carriers,
    company,
    masters,
    people,
    price_lists,
    prices,
    products,
    stock,
)
from orderdesk.services.customers import save as customers
from orderdesk.services.orders import repromising
from orderdesk.services.orders.place import SERIES, place
from orderdesk.store.creation import create
from orderdesk.store.desk import COMMAND, Desk
from orderdesk.store.engine import database
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work

PIN: Final = "1234"

SAID: Final = (
    "This is a public sample: Northwind, a wholesaler that Microsoft invented. Nobody in it is "
    "real.",
    "Made up for the demo, for Northwind has none: credit limits, terms, groups, taxes, costs, "
    "lead times, EANs, part numbers, agreed prices, charges, a second warehouse, calendars, days "
    "on the way and users.",
    "The 21 orders that Northwind never shipped are open; their dates are moved so that the "
    "newest is yesterday's.",
    "Its users (clerk, clerk2, senior, supervisor, warehouse, accounts, script, admin) have the "
    f"PIN {PIN}; you are its owner and need none.",
)
"""What whoever makes the demo is told."""

_DAY: Final = 86_400_000_000
_LAST: Final = "demo agreements"

_series = table_of(Series).c
_user = table_of(User).c
_BEGIN_AT: Final = statement(
    update(table_of(Series))
    .where(_series.code == bindparam("series"), _series.next_number == 1)
    .values(next_number=bindparam("first"), next_id=bindparam("first"))
)
_COMPANY: Final = statement(select(table_of(Company).c.name, table_of(Company).c.business_date))
_USERS: Final = statement(select(_user.name, _user.role).order_by(_user.id))

Progress = Callable[[int, int], None]
"""Is told how many steps are done, and of how many."""


@dataclass(frozen=True, slots=True)
class DemoView:
    """The demo company, just made or there already."""

    made: bool
    """False where it was there and nothing was changed."""
    database: str
    company: str
    users: dict[str, str]
    """Role by name; whoever made it is its owner."""
    pin: str
    said: tuple[str, ...]
    """What whoever makes it is to be told, in sentences."""


def make(
    where: str | Path,
    progress: Progress | None = None,
    *,
    user: str = "",
    today: date | None = None,
) -> DemoView:
    """Make the demo company at a URL or file; where it is there, change nothing and say so.

    `user`, left out the operating system's user, becomes its owner; `today` its business date.
    Raises Refused where another company is there, and whatever stands against making a database.
    """
    user = user or _system_user()
    folder = data_folder() / "northwind"
    steps = _Steps(folder, today or date.today(), progress or (lambda done, total: None))
    try:
        create(where, lambda new: steps.make(Desk(new, user)))
        made = True
    except Unavailable as error:
        if error.code not in ("file_exists", "company_exists"):
            raise
        made = _go_on(Desk(database(where), user), steps)
    desk = Desk(database(where), user)
    view = desk.read(_view, made, desk.database.url)
    desk.close()
    return view


def _go_on(desk: Desk, steps: _Steps) -> bool:
    """Finish what was begun; give False where it was whole. Raises Refused for any other."""
    try:
        desk.database.check()
        begun, whole, day = desk.read(_state)
        if not begun:
            raise Refused(
                "other_company",
                f"{desk.database.url} holds another company; name another place with --db",
            )
        if not whole:
            steps.day = day or steps.day
            steps.run(desk)
        return not whole
    finally:
        desk.close()


def _state(work: Work) -> tuple[bool, bool, date | None]:
    """Tell whether the demo was begun here, whether it is whole, and on which day."""
    found = work.one(_COMPANY)
    if found is None:
        return True, False, None
    begun, ended = (work.one(COMMAND, {"id": name}) for name in ("demo company", _LAST))
    return begun is not None, ended is not None, date.fromisoformat(found.business_date)


def _view(work: Work, made: bool, url: str) -> DemoView:
    return DemoView(
        made=made,
        database=url,
        company=work.run(_COMPANY)[0].name,
        users={row.name: row.role for row in work.run(_USERS)},
        pin=PIN,
        said=SAID,
    )


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "owner"


Step = Callable[[Work], None]


class _Steps:
    """Everything that makes the demo, in its order."""

    def __init__(self, folder: Path, day: date, progress: Progress) -> None:
        self._folder = folder
        self.day = day
        self._progress = progress

    def make(self, desk: Desk) -> None:
        """Do all of them, and leave the desk."""
        try:
            self.run(desk)
        finally:
            desk.close()

    def run(self, desk: Desk) -> None:
        """Do the steps that are not done."""
        data = Northwind(self._folder, self.day)
        orders = data.open_orders()
        # The company was there before its first order.
        opened = orders[0].at - _DAY
        steps = [*_before(data, opened), *_orders(orders), *_after(data, orders[-1].at)]
        for done, (name, step) in enumerate(steps, 1):
            desk.command(f"demo {name}", step)
            self._progress(done, len(steps))


def _before(data: Northwind, at: int) -> Iterator[tuple[str, Step]]:
    """Give the steps up to the first order; they happened at `at`, microseconds UTC."""
    hashed = people.hash_pin(PIN)

    def founded(work: Work) -> None:
        work.now = at
        company.found(work, data.company())
        for kind in MASTERS:
            rows = dict(data.masters(kind))
            there = masters.known(work, {kind: set(rows)})[kind]
            for code, fields in rows.items():
                if code not in there:
                    masters.add(work, kind, code, fields)
                    if kind == "user":
                        people.set_pin(work, code, hashed)
        company.set_(work, data.settings())
        _set_ways(work, data)
        first = data.first_number()
        work.change(_BEGIN_AT, {"series": SERIES, "first": first}, expect=1)

    def goods(work: Work) -> None:
        work.now = at
        products.add_many(work, data.products())
        _check(price_lists.set_many(work, data.prices()).refused)
        stock.receive_many(work, data.stock())

    def buyers(work: Work) -> None:
        work.now = at
        customers.add_many(work, data.customers())

    yield "company", founded
    yield "products", goods
    yield "customers", buyers


def _set_ways(work: Work, data: Northwind) -> None:
    """Say when goods are handled and how long carriers take."""
    for code, country in data.holidays().items():
        calendars.fill(work, code, country)
    masters.set_(work, "warehouse", *data.warehouse())
    for carrier, zone in data.zones():
        carriers.set_zone(work, carrier, zone)


def _check(refused: Sequence[Refusal]) -> None:
    """Raise Refused where the files have something that the services do not take."""
    for refusal in refused:
        raise Refused(
            refusal.code,
            f"the demo's files are damaged ({refusal.message}); install OrderDesk again",
        )


def _orders(orders: list[OpenOrder]) -> Iterator[tuple[str, Step]]:
    """Give one step for each open order, by number."""
    for order in orders:

        def placed(work: Work, order: OpenOrder = order) -> None:
            work.now = order.at
            place(work, _priced(work, order))

        yield f"order {order.number}", placed


def _priced(work: Work, order: OpenOrder) -> OrderRequest:
    """Give the order with Northwind's prices by hand where the lists have others."""
    lines = []
    for line, asked in zip(order.request.lines, order.prices, strict=True):
        customer, quantity = order.request.customer, line.quantity
        listed = prices.show(work, line.product, customer=customer, quantity=quantity).price
        lines.append(line if listed == Decimal(asked) else replace(line, price=asked))
    return replace(order.request, lines=tuple(lines))


def _after(data: Northwind, at: int) -> Iterator[tuple[str, Step]]:
    """Give what the open orders, which are Northwind's own, know nothing of yet."""

    def ended(work: Work) -> None:
        work.now = at
        _check(products.upsert_many(work, data.discontinued()).refused)
        # What waits for one of them waits for goods that nobody buys any more.
        for number in repromising.outdated(work)[0]:
            repromising.repromise(work, number, "not made any more")

    def agreed(work: Work) -> None:
        work.now = at
        _check(customers.upsert_many(work, data.agreements()).refused)

    yield "discontinued", ended
    yield "agreements", agreed
