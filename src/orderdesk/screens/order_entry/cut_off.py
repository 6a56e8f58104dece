"""How long an order can still be posted to be worked on today: counted down without reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from orderdesk.domain.calendars import NeverOpen
from orderdesk.domain.days import said
from orderdesk.domain.promising import Origin, cut_off_day


def now() -> datetime:
    """Give the moment, by the machine's clock."""
    return datetime.now(UTC)


def countdown(origin: Origin, business_date: str) -> Sequence[str]:
    """Say when goods in stock ship if the order is posted now; wordings, the longest first.

    Nothing where the warehouse is never open.
    """
    return wordings(origin, date.fromisoformat(business_date), now())


def wordings(origin: Origin, business_date: date, at: datetime) -> Sequence[str]:
    """Say it for an aware time; an order is never worked on before the business date."""
    local = at.astimezone(ZoneInfo(origin.time_zone))
    if local.date() < business_date:
        local = datetime.combine(business_date, time(), local.tzinfo)
    try:
        start = cut_off_day(local, origin).day
        ships = origin.calendar.after(start, origin.handling_days)
    except NeverOpen:
        return ()
    if start != local.date():
        day = said(ships, local.date())
        if origin.handling_days:
            return (f"ships {day}", day)
        return (f"ships next working day, {day}", f"ships {day}", day)
    end = datetime.combine(start, origin.cut_off, local.tzinfo)
    left = clock(end.astimezone(UTC) - local.astimezone(UTC))
    day = "today" if ships == start else said(ships, start)
    # A day of the week is enough where there is little room, for it is one of the next seven.
    short = day.partition(" ")[0] if ships - start < timedelta(days=7) else day
    return (
        f"ships {day} if posted in {left}",
        f"ships {day}, {left} left",
        f"ships {short}, {left} left",
        f"{left} left",
    )


def clock(left: timedelta) -> str:
    """Say a time that is left in hours and minutes, the last minute begun as one: `0:42`."""
    minutes = -(-int(left.total_seconds()) // 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def fitted(left: str, told: Sequence[str], room: int) -> str:
    """Give what stands at the left of a title with the longest wording behind it that fits."""
    for each in told:
        if cell_len(whole := f"{left}   {each}") <= room:
            return whole
    return left
