"""Available to promise: what of a product, or of a basket, can go when, and from where.

Each product costs one look at its balances, one range of what is expected and one of what waits by
day, however many order lines want it. Lines of a basket that want the same product take what the
ones before them have left. Of a kit as many whole ones can go as the scarcest of its goods allows.
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
from orderdesk.domain.available import (
    Answers,
    Known,
    Levels,
    Part,
    kits,
    less,
    of_levels,
    together,
)
from orderdesk.domain.errors import Refused
from orderdesk.domain.fields import Field, Form
from orderdesk.domain.kits import ONE
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.products import KIT
from orderdesk.models.company import Company, Warehouse
from orderdesk.services import availability, fields, goods
from orderdesk.services import kits as made_of
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

    __slots__ = ("horizon", "levels")

    def __init__(self, levels: Levels, horizon: date | None) -> None:
        self.levels = levels
        self.horizon = horizon

    def answers(self, quantity: int, asked: date, *, last: bool) -> Answers:
        """Answer for a line, and unless it is the last of its product keep its part for it."""
        found = of_levels(self.levels, self.horizon, quantity, asked)
        if not last:
            self.take(found.split)
        return found

    def take(self, split: Iterable[tuple[date, int]]) -> None:
        """Keep parts of it, by day, for a line."""
        self.levels = less(self.levels, self.horizon, split)


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
        # Where there is one place it is all there is, and its goods are kept with it.
        total = places[0]
        if len(places) > 1:
            total = _place("", self.all.answers(quantity, asked, last=last))
        elif not last:
            self.all.levels = next(iter(self.places.values())).levels
        return _view(wanted, places, total)

    def at(self, place: str) -> _Shelf:
        """Give what of it is at a place."""
        return self.places.get(place) or _Shelf([(self.all.levels[0][0], 0)], self.all.horizon)


class _Kit:
    """A kit of a basket: what its goods make of it, at each place that has some of them."""

    def __init__(self, parts: Sequence[tuple[_Goods, int]]) -> None:
        self._parts = parts
        self._places = sorted({place for part, _ in parts for place in part.places})

    def answer(self, line: _Wanted, *, last: bool) -> AtpView:
        """Give the three answers for a line: the least that any part allows."""
        known = {place: self._at(place) for place in self._places}
        found = {
            place: of_levels(levels, horizon, line.quantity, line.asked)
            for place, (levels, horizon) in known.items()
        }
        places = tuple(_place(name, each) for name, each in found.items())
        total, whole = places[0], next(iter(found.values()))
        if len(places) > 1:
            # A kit goes from one place: what lies elsewhere of a part makes none here.
            everywhere = together([levels for levels, _ in known.values()])
            horizon = next(iter(known.values()))[1]
            whole = of_levels(everywhere, horizon, line.quantity, line.asked)
            total = _place("", whole)
        if not last:
            for part, needs in self._parts:
                part.all.take(_of_part(whole, needs))
                for place, each in found.items():
                    if place in part.places:
                        part.places[place].take(_of_part(each, needs))
        return _view(line, places, total)

    def _at(self, place: str) -> tuple[Levels, date | None]:
        shelves = [(part.at(place), needs) for part, needs in self._parts]
        return kits([Part(each.levels, each.horizon, needs) for each, needs in shelves])


def _of_part(answers: Answers, needs: int) -> list[tuple[date, int]]:
    """Give what kits, by day, take of a part of which one needs so much."""
    return [(day, quantity * needs // ONE) for day, quantity in answers.split]


def _view(line: _Wanted, places: tuple[PlaceAtp, ...], total: PlaceAtp) -> AtpView:
    return AtpView(
        line.row.code,
        line.row.name,
        line.row.unit,
        quantity_decimal(line.quantity),
        line.asked,
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
    made = _made(work, [each.row for each in wanted])
    parts = {part.id: part for each in made.values() for part, _ in each}
    plain = {each.row.id: each.row for each in wanted if each.row.id not in made}
    known = availability.everywhere(work, {*plain, *parts}, always)
    stocked = {
        row.id: _Goods(
            row, {place: each for place, each in known[row.id].items() if place in places}
        )
        for row in (plain | parts).values()
    }
    shelves: dict[int, _Goods | _Kit] = {**stocked}
    shelves |= {
        kit: _Kit([(stocked[part.id], needs) for part, needs in each]) for kit, each in made.items()
    }
    left = Counter(number for each in wanted for number in _used(each.row.id, made))
    answers = []
    for line in wanted:
        used = _used(line.row.id, made)
        left.subtract(used)
        last = not any(left[number] for number in used)
        answers.append(shelves[line.row.id].answer(line, last=last))
    return answers


_Made = Mapping[int, Sequence[tuple[Row, int]]]
"""The goods of kits (ids), with how much of each is in one, thousandths."""


def _used(product: int, made: _Made) -> list[int]:
    """Give the goods (ids) that a line of a product takes."""
    return [part.id for part, _ in made[product]] if product in made else [product]


def _made(work: Work, rows: Iterable[Row]) -> _Made:
    """Give what the kits among products are made of. Raises Refused for one without goods."""
    wanted = {row.id: row for row in rows if row.kind == KIT}
    if not wanted:
        return {}
    apart = made_of.taken_apart(made_of.read(work, wanted), wanted)
    found = goods.find(work, {part.code for each in apart.values() for part in each})
    made = {
        kit: [
            (found[part.code], part.quantity) for part in each if found[part.code].kind == "product"
        ]
        for kit, each in apart.items()
    }
    for kit, each in made.items():
        if not each:
            raise Refused(
                "not_stocked",
                f"kit {wanted[kit].code!r} has no goods, only services; name one with goods",
                product=wanted[kit].code,
            )
    return made


def _read(request: AtpRequest, product: Row, on: str, where: str) -> _Wanted:
    """Read a line. Raises Refused."""
    if product.kind != KIT:
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
