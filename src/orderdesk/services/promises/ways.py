"""How an order's goods travel: warehouse, carrier and receiving place, and the days each works.

All of it is read by one statement, so that placing an order makes no trip more for it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from orderdesk.domain.calendars import EVERY_DAY, WORKING_WEEK, Calendar, NeverOpen
from orderdesk.domain.promising import Origin, Promised, Way, onward, promise
from orderdesk.store.frozen import frozen
from orderdesk.store.prepared import Row, Runnable
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from orderdesk.domain.orders import AddressRequest

SINCE: Final = timedelta(days=60)
"""Days of calendars that lie longer back play no part in any promise."""

_A_DAY: Final = 86_400_000_000

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


_WAYS: Final = frozen("orderdesk.services.promises.journeys:WAYS")
_ELSEWHERE: Final = frozen("orderdesk.services.promises.journeys:ELSEWHERE")


def reads(
    customer: str,
    addresses: Sequence[str],
    carrier: str | None = None,
    elsewhere: AddressRequest | None = None,
    *,
    warehouses: Collection[str] = (),
    now: int,
) -> list[tuple[Runnable, Mapping[str, Any]]]:
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
    found: list[tuple[Runnable, Mapping[str, Any]]] = [
        (_WAYS, {**asked, "addresses": json.dumps(addresses) if addresses else "[]"})
    ]
    if elsewhere is not None:
        where = {"country": elsewhere.country, "postal_code": elsewhere.postal_code}
        found.append((_ELSEWHERE, {**asked, **where}))
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
