"""The baseline's dates: what the services know of the way, and the chain in a few plain loops.

It reads the same facts (cut-off, handling, calendars, the carrier's zone) and comes to the same
days, but for goods that are there and one place only.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

DAY: Final = timedelta(days=1)


def _days(code: str) -> str:
    return f"""(SELECT k.week || ' ' || coalesce((SELECT group_concat(x.day || CASE x.is_open
        WHEN 1 THEN '+' ELSE '-' END) FROM calendar_day x WHERE x.calendar = k.code
        AND x.day >= :since), '') FROM calendar k WHERE k.code = {code})"""


FACTS: Final = f"""
    w.time_zone, w.cut_off, w.handling_days,
    (SELECT z.lead_days FROM carrier_zone z
     WHERE z.carrier = coalesce(c.carrier, d.carrier) AND z.warehouse IN ('', w.code)
       AND z.country IN ('', upper(coalesce(nullif(a.country, ''), d.country)))
       AND substr(upper(coalesce(a.postal_code, '')), 1, length(z.postal_prefix)) = z.postal_prefix
     ORDER BY z.warehouse DESC, z.country DESC, length(z.postal_prefix) DESC LIMIT 1),
    {_days("coalesce(w.calendar, d.calendar)")},
    {_days("r.calendar")},
    {_days("coalesce(a.calendar, c.calendar, d.calendar)")}"""
TABLES: Final = """
    JOIN warehouse w ON w.code = d.warehouse
    LEFT JOIN carrier r ON r.code = coalesce(c.carrier, d.carrier)
    LEFT JOIN address a ON a.customer_id = c.id AND a.code = c.ship_to"""
"""What stands behind FACTS, beside a customer c and the company d."""


@lru_cache(maxsize=1_000)
def _calendar(text: str | None, week: int) -> tuple[int, frozenset[str], frozenset[str]]:
    if text is None:
        return week, frozenset(), frozenset()
    bits, _, days = text.partition(" ")
    each = days.split(",") if days else []
    closed = frozenset(day[:-1] for day in each if day[-1] == "-")
    return int(bits), closed, frozenset(day[:-1] for day in each if day[-1] == "+")


def _move(calendar: tuple[int, frozenset[str], frozenset[str]], day: date, days: int) -> date:
    """Give the open day so many open days behind the first from here on, or before the last."""
    week, closed, opened = calendar
    step, left = (DAY, days) if days >= 0 else (-DAY, ~days)
    while True:
        iso = day.isoformat()
        if iso in opened or (week >> day.weekday() & 1 and iso not in closed):
            if not left:
                return day
            left -= 1
        day += step


def dates(facts: tuple[Any, ...], today: str, now: int) -> tuple[str, str, str]:
    """Give promise, ship-by and the day on which goods are needed, for what is wanted today."""
    zone, cut_off, handling, lead, works, drives, takes = facts
    origin, road, dock = _calendar(works, 31), _calendar(drives, 127), _calendar(takes, 31)
    lead = lead or 0
    wanted = date.fromisoformat(today)
    local = datetime.fromtimestamp(now / 1_000_000, UTC).astimezone(ZoneInfo(zone))
    start = local.date()
    if start < wanted:
        start = wanted
    elif local.time() >= time.fromisoformat(cut_off):
        start += DAY
    arrival = _move(road, _move(origin, start, handling), lead)
    promised = _move(dock, max(arrival, wanted), 0)
    ship_by = _move(origin, _move(road, promised, ~lead), ~0)
    needed = _move(origin, _move(road, wanted, ~lead), ~handling)
    return promised.isoformat(), ship_by.isoformat(), needed.isoformat()
