"""How an order's goods travel: warehouse, carrier and receiving place, and the days each works.

All of it is read by one statement, so that placing an order makes no trip more for it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.types import Text

from orderdesk.domain.calendars import EVERY_DAY, WORKING_WEEK, Calendar, NeverOpen
from orderdesk.domain.orders import AddressRequest
from orderdesk.domain.promising import Origin, Promised, Way, onward, promise
from orderdesk.models.company import (
    CalendarDay,
    Carrier,
    CarrierZone,
    Company,
    Warehouse,
    WorkingCalendar,
)
from orderdesk.models.customers import Address, Customer
from orderdesk.store.statements import Row, Statement, statement, table_of, text_set
from orderdesk.store.work import Work

SINCE: Final = timedelta(days=60)
"""Days of calendars that lie longer back play no part in any promise."""

_A_DAY: Final = 86_400_000_000

_company = table_of(Company).c
_customer = table_of(Customer).c
_address = table_of(Address).c
_warehouse = table_of(Warehouse).c
_carrier = table_of(Carrier).c
_zone = table_of(CarrierZone).c

_GONE: Final[ColumnElement[str]] = literal_column("''", Text)
_MON_FRI: Final = Calendar(WORKING_WEEK)
_ALWAYS: Final = Calendar(EVERY_DAY)


Dates = tuple[str | None, str | None]
"""A promise and the last day on which its goods may leave, ISO; neither where there is none."""


class Start(NamedTuple):
    """A warehouse as the statements give it."""

    warehouse: str
    time_zone: str
    cut_off: str
    handling_days: int
    works: str | None


class Leg(NamedTuple):
    """How goods come to one place, as the statements give it."""

    carrier: str
    lead_days: int | None
    """None where no zone of the carrier holds for the place: no day is reckoned for the way."""
    drives: str | None
    takes: str | None


@dataclass(slots=True)
class Ways:
    """How goods of one order come from one warehouse to each of its places."""

    entered: datetime
    """When the order was entered, in the warehouse's time zone; of a new one, now."""
    today: date
    """The company's business date."""
    start: Start
    legs: dict[str, Leg]
    """By address code; the empty one is an address of the order's own."""
    begins: date
    """The first day on which the order is worked on."""
    day: date
    """The day that it is: the business date, or a later one by the warehouse's clock."""
    word: str = "entered"
    """What was done to the order then."""

    @property
    def origin(self) -> Origin:
        """Give the warehouse, with its cut-off and the days on which it works."""
        return _origin(self.start)

    def changed(self, at: int) -> Ways:
        """Give the ways of what was changed behind its entry, at a time in microseconds UTC."""
        clock = datetime.fromtimestamp(at / 1_000_000, self.entered.tzinfo)
        begins = _begins(self.start, clock, self.day)
        return replace(self, entered=clock, begins=begins, word="changed")

    def leg(self, place: str, *, fetched: bool = False) -> Leg:
        """Give how goods come to a place of the customer's, or are fetched from the warehouse."""
        if fetched:
            return Leg("", 0, None, self.start.works)
        return self.legs.get(place) or next(iter(self.legs.values()))

    def needed(self, place: str, requested: str, *, fetched: bool = False) -> str:
        """Give the day, ISO, on which goods must be in the warehouse to arrive as requested.

        It may lie in the past.
        """
        return _back(self.start, self.leg(place, fetched=fetched), requested)

    def dates(
        self, place: str, requested: str, goods: date | None = None, *, fetched: bool = False
    ) -> Dates:
        """Give promise and ship-by (ISO) of goods that are there on a day, None: now.

        Neither where a calendar on the way is never open.
        """
        return _dates(self.start, self.leg(place, fetched=fetched), self.begins, requested, goods)

    def leaves(self, place: str, promised: str, *, fetched: bool = False) -> str | None:
        """Give the last day, ISO, on which goods may leave to arrive on a day."""
        try:
            road = _way(self.leg(place, fetched=fetched))
            leave = road.calendar.before(date.fromisoformat(promised), road.lead_days)
            return _origin(self.start).calendar.on_or_before(leave).isoformat()
        except NeverOpen:
            return None

    def chain(
        self, place: str, requested: str, goods: date | None = None, *, fetched: bool = False
    ) -> Promised:
        """Give the whole chain, each step with its reason. Raises NeverOpen."""
        leg = self.leg(place, fetched=fetched)
        return promise(
            self.entered,
            _origin(self.start),
            _way(leg),
            _receiving(leg),
            goods=goods,
            wanted=date.fromisoformat(requested),
            today=self.day,
            word=self.word,
        )


_named: ColumnElement[str] = func.coalesce(
    bindparam("carrier", type_=Text()), _customer.carrier, _company.carrier
)
"""Who carries."""


def _text(words: str) -> ColumnElement[str]:
    return literal_column(f"'{words}'", Text)


def _days(code: Any) -> ColumnElement[str]:
    """Give a calendar as one text: its week, then the days on which that does not hold."""
    calendar = table_of(WorkingCalendar).alias().c
    day = table_of(CalendarDay).alias().c
    exceptions = (
        select(
            func.aggregate_strings(
                day.day + case((day.is_open > literal_column("0"), _text("+")), else_=_text("-")),
                ",",
            )
        )
        .where(day.calendar == calendar.code, day.day >= bindparam("since"))
        .scalar_subquery()
    )
    words = cast(calendar.week, Text()) + _text(" ") + func.coalesce(exceptions, _GONE)
    return select(words).where(calendar.code == code).scalar_subquery()


def _lead(country: Any, postal_code: Any) -> ColumnElement[Any]:
    """Give the days on the way by the most exact zone of the carrier; NULL where none holds."""
    begins = func.substr(
        func.upper(func.coalesce(postal_code, _GONE)),
        literal_column("1"),
        func.length(_zone.postal_prefix),
    )
    there = func.upper(func.coalesce(func.nullif(country, _GONE), _company.country))
    return (
        select(_zone.lead_days)
        .where(
            _zone.carrier == _named,
            _zone.warehouse.in_((_GONE, _warehouse.code)),
            _zone.country.in_((_GONE, there)),
            begins == _zone.postal_prefix,
        )
        # Of two beginnings of one postal code the longer one comes later in any order of texts.
        .order_by(_zone.warehouse.desc(), _zone.country.desc(), _zone.postal_prefix.desc())
        .limit(literal_column("1"))
        .scalar_subquery()
    )


def _facts(country: Any, postal_code: Any, receiving: Any, *more: Any) -> Select[Any]:
    """Give the select of what a chain is made of; the tables are joined by whoever asks."""
    works = func.coalesce(_warehouse.calendar, _company.calendar)
    takes = func.coalesce(receiving, _customer.calendar, _company.calendar)
    return select(
        _company.business_date,
        _warehouse.code.label("warehouse"),
        _warehouse.time_zone,
        _warehouse.cut_off,
        _warehouse.handling_days,
        func.coalesce(_named, _GONE).label("carrier"),
        _lead(country, postal_code).label("lead_days"),
        _days(works).label("works"),
        _days(_carrier.calendar).label("drives"),
        _days(takes).label("takes"),
        *more,
    )


_FROM: Final = (
    table_of(Customer)
    .join(table_of(Company), literal_column("1") == literal_column("1"))
    .join(
        table_of(Warehouse),
        or_(
            _warehouse.code == _company.warehouse,
            _warehouse.code.in_(select(text_set("warehouses"))),
        ),
    )
    .outerjoin(table_of(Carrier), _carrier.code == _named)
)
WAYS: Final = statement(
    _facts(
        _address.country, _address.postal_code, _address.calendar,
        _address.code.label("place"),
    )
    .select_from(
        _FROM.outerjoin(
            table_of(Address),
            (_address.customer_id == _customer.id)
            & or_(
                _address.code == _customer.ship_to,
                _address.code.in_(select(text_set("addresses"))),
            ),
        )
    )
    .where(_customer.code == bindparam("customer"))
)  # fmt: skip
"""How goods come to a customer's usual address, and to the others that are named."""

ELSEWHERE: Final = statement(
    _facts(
        bindparam("country", type_=Text()), bindparam("postal_code", type_=Text()),
        literal_column("NULL", Text), _GONE.label("place"),
    )
    .select_from(_FROM)
    .where(_customer.code == bindparam("customer"))
)  # fmt: skip
"""How goods come to an address that the customer's list does not have."""


def reads(
    customer: str,
    addresses: Sequence[str],
    carrier: str | None = None,
    elsewhere: AddressRequest | None = None,
    *,
    warehouses: Collection[str] = (),
    now: int,
) -> list[tuple[Statement, Mapping[str, Any]]]:
    """Give what is to be read to know a customer's ways; `of` makes them of the answers.

    Without a carrier it is the customer's or else the company's. The ways begin at the company's
    warehouse and at those that are named. `now` is in microseconds UTC.
    """
    asked = {
        "customer": customer,
        "carrier": carrier,
        "warehouses": json.dumps(list(warehouses)) if warehouses else "[]",
        "since": _since(now // _A_DAY),
    }
    found: list[tuple[Statement, Mapping[str, Any]]] = [
        (WAYS, {**asked, "addresses": json.dumps(addresses) if addresses else "[]"})
    ]
    if elsewhere is not None:
        where = {"country": elsewhere.country, "postal_code": elsewhere.postal_code}
        found.append((ELSEWHERE, {**asked, **where}))
    return found


def of(work: Work, answers: Iterable[list[Row]], entered: int | None = None) -> dict[str, Ways]:
    """Give the ways that were read, by warehouse; `entered` (UTC microseconds) left out, now."""
    found: dict[str, Ways] = {}
    for rows in answers:
        for row in rows:
            ways = found.get(row.warehouse)
            if ways is None:
                ways = found[row.warehouse] = _ways(work.now, row, entered)
            leg = Leg(row.carrier, row.lead_days, row.drives, row.takes)
            ways.legs[row.place or ""] = leg
    return found


def _ways(now: int, row: Row, entered: int | None) -> Ways:
    start = Start(row.warehouse, row.time_zone, row.cut_off, row.handling_days, row.works)
    today = date.fromisoformat(row.business_date)
    clock = datetime.fromtimestamp(now / 1_000_000, ZoneInfo(start.time_zone))
    day = max(today, clock.date())
    since = clock if entered is None else datetime.fromtimestamp(entered / 1_000_000, clock.tzinfo)
    return Ways(since, today, start, {}, _begins(start, since, day), day)


@lru_cache(maxsize=10)
def _since(day: int) -> str:
    """Give the day from which on calendars are read, ISO, by the day since 1970."""
    return (date(1970, 1, 1) + timedelta(days=day) - SINCE).isoformat()


@lru_cache(maxsize=1_000)
def _calendar(text: str) -> Calendar:
    """Read a calendar from the text that the statements give."""
    week, _, days = text.partition(" ")
    exceptions = days.split(",") if days else []
    return Calendar(
        int(week),
        frozenset(day[:-1] for day in exceptions if day.endswith("-")),
        frozenset(day[:-1] for day in exceptions if day.endswith("+")),
    )


@lru_cache(maxsize=1_000)
def _origin(start: Start) -> Origin:
    return Origin(
        start.warehouse,
        start.time_zone,
        time.fromisoformat(start.cut_off),
        start.handling_days,
        _MON_FRI if start.works is None else _calendar(start.works),
    )


@lru_cache(maxsize=1_000)
def _way(leg: Leg) -> Way:
    drives = _ALWAYS if leg.drives is None else _calendar(leg.drives)
    return Way(leg.carrier, leg.lead_days or 0, drives)


def _receiving(leg: Leg) -> Calendar:
    return _MON_FRI if leg.takes is None else _calendar(leg.takes)


def _begins(start: Start, entered: datetime, today: date) -> date:
    """Give the first day on which an order is worked on; where none is ever open, today."""
    origin = _origin(start)
    day = entered.date()
    if entered.time() >= origin.cut_off and origin.calendar.is_open(day):
        day += timedelta(days=1)
    day = max(day, today)
    try:
        return origin.calendar.on_or_after(day)
    except NeverOpen:
        return day


# The same days are asked for again and again: by every line, and by the orders of a day.
@lru_cache(maxsize=10_000)
def _dates(start: Start, leg: Leg, begins: date, requested: str, goods: date | None) -> Dates:
    wanted = date.fromisoformat(requested)
    try:
        found = onward(
            begins, _origin(start), _way(leg), _receiving(leg), goods=goods, wanted=wanted
        )
    except NeverOpen:
        return None, None
    return found.promised.isoformat(), found.ship_by.isoformat()


@lru_cache(maxsize=10_000)
def _back(start: Start, leg: Leg, requested: str) -> str:
    origin, way = _origin(start), _way(leg)
    try:
        ship = way.calendar.before(date.fromisoformat(requested), way.lead_days)
        return origin.calendar.before(ship, origin.handling_days).isoformat()
    except NeverOpen:
        return requested
