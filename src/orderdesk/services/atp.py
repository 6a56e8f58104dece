"""Available to promise: what of a product, or of a basket, can go when, and from where.

Each product costs one look at its balances, one range of what is expected and one of what waits by
day, however many order lines want it. Lines of a basket that want the same product take what the
ones before them have left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import literal_column, select

from orderdesk.domain.atp import (
    AtpPart,
    AtpRequest,
    AtpView,
    BasketRequest,
    BasketView,
    PlaceAtp,
    PlaceComplete,
)
from orderdesk.domain.available import Answers, Known, Levels, less, of_levels, together
from orderdesk.domain.errors import Refused
from orderdesk.domain.fields import Field, Form
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.models.company import Company, Warehouse
from orderdesk.services import availability, fields, goods
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

MOST: Final = 1_000
"""Lines of a basket."""

_ON: Final = Field("on", "the day on which it is to go", Form.DATE)

_company = table_of(Company).c
_warehouse = table_of(Warehouse).c

_PLACES: Final = statement(
    select(_warehouse.code, _company.warehouse.label("home"), _company.business_date)
    .select_from(table_of(Company))
    .outerjoin(table_of(Warehouse), _warehouse.archived == literal_column("0"))
)


class _Wanted(NamedTuple):
    """A line as it is asked for."""

    row: Row
    """The product's."""
    quantity: int
    """Thousandths."""
    asked: date


class _Shelf:
    """What can be promised of one product at one place, less what earlier lines take."""

    __slots__ = ("_horizon", "levels")

    def __init__(self, levels: Levels, horizon: date | None) -> None:
        self.levels = levels
        self._horizon = horizon

    def answers(self, quantity: int, asked: date, *, last: bool) -> Answers:
        """Answer for a line, and unless it is the last of its product keep its part for it."""
        found = of_levels(self.levels, self._horizon, quantity, asked)
        if not last:
            self.levels = less(self.levels, self._horizon, found.split)
        return found


class _Goods:
    """One product of a basket: what can be promised of it, over all places and at each."""

    def __init__(self, row: Row, known: Mapping[str, Known]) -> None:
        self.row = row
        [horizon] = {each.horizon for each in known.values()}
        levels = {place: each.available() for place, each in known.items()}
        self.places = {place: _Shelf(each, horizon) for place, each in levels.items()}
        self.all = _Shelf(together(list(levels.values())), horizon)

    def answer(self, wanted: _Wanted, *, last: bool) -> AtpView:
        """Give the three answers for a line."""
        quantity, asked = wanted.quantity, wanted.asked
        places = tuple(
            _place(name, shelf.answers(quantity, asked, last=last))
            for name, shelf in self.places.items()
        )
        # Where there is one place it is all there is.
        total = places[0]
        if len(places) > 1:
            total = _place("", self.all.answers(quantity, asked, last=last))
        return AtpView(
            self.row.code,
            self.row.name,
            self.row.unit,
            quantity_decimal(quantity),
            asked,
            total.available_on,
            total.complete_on,
            total.split,
            places,
        )


def product(work: Work, request: AtpRequest, warehouse: str | None = None) -> AtpView:
    """Give the three answers for one product, from one warehouse or from all.

    Raises NotFound, and Refused for what is never in stock.
    """
    [line] = _answers(work, [request], None, warehouse, lambda place: "")
    return line


def basket(work: Work, request: BasketRequest) -> BasketView:
    """Give the three answers for each line of a basket, and when all of it can go.

    Raises NotFound and Refused, naming the line, counted from 1.
    """
    if not request.lines:
        raise Refused("no_lines", "lines is empty; say what is wanted")
    if len(request.lines) > MOST:
        raise Refused("too_many_lines", f"a basket has at most {MOST} lines; ask for fewer")
    lines = _answers(
        work, request.lines, request.on, request.warehouse, lambda place: f"line {place}: "
    )
    places = sorted({each.warehouse for line in lines for each in line.warehouses})
    return BasketView(
        _latest(line.complete_on for line in lines),
        tuple(PlaceComplete(place, _whole(lines, place)) for place in places),
        tuple(lines),
    )


def _answers(
    work: Work,
    requests: Sequence[AtpRequest],
    on: str | None,
    warehouse: str | None,
    where: Callable[[int], str],
) -> list[AtpView]:
    """Answer for each line; those before take from those behind them."""
    rows = work.run(_PLACES)
    company = rows[0]
    places, always = {row.code for row in rows}, company.home
    if warehouse is not None or always is None:
        always = goods.place(goods.places(work, [warehouse]), warehouse)
        places = {always}
    found = goods.find(work, [each.product for each in requests])
    wanted = [
        _read(each, found[each.product], on or company.business_date, where(number))
        for number, each in enumerate(requests, 1)
    ]
    known = availability.everywhere(work, {each.row.id for each in wanted}, always)
    left = Counter(each.row.id for each in wanted)
    shelves: dict[int, _Goods] = {}
    answers = []
    for line in wanted:
        number = line.row.id
        if number not in shelves:
            at = {place: each for place, each in known[number].items() if place in places}
            shelves[number] = _Goods(line.row, at)
        left[number] -= 1
        answers.append(shelves[number].answer(line, last=not left[number]))
    return answers


def _read(request: AtpRequest, product: Row, on: str, where: str) -> _Wanted:
    """Read a line. Raises Refused."""
    goods.check_stocked(product, where)
    quantity = goods.quantity(request.quantity, product, where)
    if not quantity:
        raise Refused("bad_quantity", f"{where}quantity is 0; ask for at least something")
    try:
        day = str(fields.value_of(_ON, request.on or on))
    except ValueError as error:
        raise Refused("bad_value", f"{where}{error}", field="on") from None
    return _Wanted(product, quantity, date.fromisoformat(day))


def _whole(lines: Sequence[AtpView], warehouse: str) -> date | None:
    """Give when all lines can go from one warehouse; None where one never can."""
    found = [
        next((each.complete_on for each in line.warehouses if each.warehouse == warehouse), None)
        for line in lines
    ]
    return _latest(found)


def _latest(days: Iterable[date | None]) -> date | None:
    found = list(days)
    known = [day for day in found if day is not None]
    return max(known) if len(known) == len(found) else None


def _place(name: str, found: Answers) -> PlaceAtp:
    parts = tuple([AtpPart(day, quantity_decimal(quantity)) for day, quantity in found.split])
    return PlaceAtp(name, quantity_decimal(found.on_day), found.all_on, parts)
