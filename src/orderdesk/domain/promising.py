"""The chain from an order to the day on which its goods arrive, each step with its reason.

Start = the later of the cut-off rule and the day on which the goods are there; then handling on the
warehouse's working days, the carrier's days on the way, the customer's next open day. Ship-by is
counted back from the promise: the last day on which the goods may leave.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from orderdesk.domain.calendars import EVERY_DAY, Calendar

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where goods are shipped from."""

    code: str
    time_zone: str
    """IANA name, such as America/Chicago."""
    cut_off: time
    """Orders entered before it, by the warehouse's own clock, are worked on the same day."""
    handling_days: int
    """Working days from the start to the day of shipping."""
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Way:
    """How goods travel from a warehouse to a place."""

    carrier: str
    lead_days: int
    """Days on the way, counted in days on which the carrier drives."""
    calendar: Calendar = field(default_factory=lambda: Calendar(EVERY_DAY))


class Step(NamedTuple):
    """One link of the chain: a day, and why it is this one."""

    what: str
    day: date
    why: str


@dataclass(frozen=True, slots=True)
class Promised:
    """What can be promised, and how it came about."""

    ship: date
    """The first day on which the goods can leave."""
    promised: date
    """The day on which they arrive."""
    ship_by: date
    """The last day on which they may leave to arrive as promised."""
    steps: tuple[Step, ...]


def cut_off_day(
    entered: datetime, origin: Origin, today: date | None = None, word: str = "entered"
) -> Step:
    """Give the first day on which an order is worked on; `entered` is an aware time.

    Entered before the warehouse's cut-off, in its own time zone: the same day; at or after it: the
    next working day. What was entered before `today` and has not gone is worked on from then on,
    at whatever hour one asks: only entry is cut off. `word` says what was done then.
    """
    local = entered.astimezone(ZoneInfo(origin.time_zone))
    first = _by_clock(local, origin, word)
    if today is None or first.day >= today:
        return first
    since = f"{word} {local:%Y-%m-%d %H:%M} at {origin.code}, still to go on {today}"
    return Step("start", origin.calendar.on_or_after(today), since)


def _by_clock(local: datetime, origin: Origin, word: str) -> Step:
    day = local.date()
    clock = f"{local:%H:%M} at {origin.code}, cut-off {origin.cut_off:%H:%M}"
    if not origin.calendar.is_open(day):
        return Step("start", origin.calendar.on_or_after(day), f"{day} is no working day")
    if local.time() < origin.cut_off:
        return Step("start", day, f"{word} {clock}")
    return Step("start", origin.calendar.on_or_after(day + _DAY), f"{word} {clock}, too late")


def promise(
    entered: datetime,
    origin: Origin,
    way: Way,
    receiving: Calendar,
    *,
    goods: date | None = None,
    wanted: date | None = None,
    today: date | None = None,
    word: str = "entered",
) -> Promised:
    """Give the promise for goods that are there on `goods` (None: now), wanted by `wanted`.

    `today` is the day that it is by now, where that may be later than the day of entry; `word` says
    what was done then. Raises NeverOpen where a calendar in the chain has no open day.
    """
    first = cut_off_day(entered, origin, today, word)
    found = onward(first.day, origin, way, receiving, goods=goods, wanted=wanted)
    return replace(found, steps=(first, *found.steps))


def onward(
    start: date,
    origin: Origin,
    way: Way,
    receiving: Calendar,
    *,
    goods: date | None = None,
    wanted: date | None = None,
) -> Promised:
    """Give the rest of a promise, from the first day on which the order is worked on.

    Raises NeverOpen where a calendar in the chain has no open day.
    """
    steps = []
    if goods is not None and goods > start:
        start = origin.calendar.on_or_after(goods)
        steps.append(Step("goods", start, f"the goods are there on {goods}"))
    ship = origin.calendar.after(start, origin.handling_days)
    if origin.handling_days:
        steps.append(
            Step("ship", ship, _days(origin.handling_days, f"working day at {origin.code}"))
        )
    arrival = way.calendar.after(ship, way.lead_days)
    steps.append(
        Step("arrival", arrival, _days(way.lead_days, f"day with {way.carrier or 'nobody'}"))
    )
    if wanted is not None and wanted > arrival:
        arrival = wanted
        steps.append(Step("wanted", arrival, "asked for, and later than it could be"))
    promised = receiving.on_or_after(arrival)
    if promised != arrival:
        steps.append(Step("window", promised, f"the customer takes nothing in on {arrival}"))
    ship_by = origin.calendar.on_or_before(way.calendar.before(promised, way.lead_days))
    steps.append(Step("ship by", ship_by, f"counted back from {promised}"))
    return Promised(ship, promised, ship_by, tuple(steps))


def _days(count: int, what: str) -> str:
    first, _, rest = what.partition("day")
    return f"{count} {first}day{'' if count == 1 else 's'}{rest}"
