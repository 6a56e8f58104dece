"""Calendars: public holidays by country, and the days that a company closes or opens itself.

What somebody put on a day always wins over the public holidays, which are filled in anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    bindparam,
    delete,
    exists,
    literal_column,
    not_,
    select,
    update,
)

from orderdesk.domain.calendars import week_text
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Field, Form, among
from orderdesk.domain.text import stored
from orderdesk.domain.working_days import CalendarView, DayView
from orderdesk.models.company import CalendarDay, Company, WorkingCalendar
from orderdesk.services import fields, masters, rights
from orderdesk.store.statements import Row, insertion, statement, table_of
from orderdesk.store.work import Work

AHEAD: Final = 2
"""How many years ahead of the business date's own the nightly run keeps public holidays."""

RIGHT: Final = "masters"

LAST_YEAR: Final = 2099
"""Public holidays are known no further."""

_calendar = table_of(WorkingCalendar).c
_day = table_of(CalendarDay).c
_ZERO: Final[ColumnElement[int]] = literal_column("0")

_OF_CODE: Final = select(table_of(WorkingCalendar)).where(
    _calendar.code == bindparam("calendar_code")
)
_SEEN: Final = statement(_OF_CODE)
_LOCKED: Final = statement(_OF_CODE.with_for_update(key_share=True))
_DAYS: Final = statement(
    select(table_of(CalendarDay))
    .where(
        _day.calendar == bindparam("calendar_code"),
        _day.day >= bindparam("first"),
        _day.day <= bindparam("last"),
    )
    .order_by(_day.day)
)
_DROP: Final = statement(
    delete(table_of(CalendarDay)).where(
        _day.calendar == bindparam("calendar_code"), _day.day == bindparam("on_day")
    )
)
_CHANGE: Final = statement(
    update(table_of(WorkingCalendar))
    .where(_calendar.code == bindparam("calendar_code"), _calendar.version == bindparam("read"))
    .values(
        country=bindparam("new_country"),
        region=bindparam("new_region"),
        version=_calendar.version + 1,
    )
)
_LACKING: Final = statement(
    select(_calendar.code)
    .where(
        _calendar.country > literal_column("''"),
        _calendar.archived == _ZERO,
        not_(
            exists().where(
                _day.calendar == _calendar.code,
                _day.own == _ZERO,
                _day.day >= bindparam("first"),
                _day.day <= bindparam("last"),
            )
        ),
    )
    .order_by(_calendar.code)
)
_TODAY: Final = statement(select(table_of(Company).c.business_date))
_NEW: Final = insertion(CalendarDay)

_ON: Final = Field("on", "the day", Form.DATE, required=True)


def show(work: Work, code: str, year: str | None = None) -> CalendarView:
    """Give a calendar with its days of a year, or from this year on. Raises NotFound, Refused."""
    shown = masters.show(work, "calendar", code)
    row: Row = work.run(_SEEN, {"calendar_code": shown.code})[0]
    first = _years([year])[0] if year else _this_year(work)
    span = {"first": f"{first}-01-01", "last": f"{first if year else 9999}-12-31"}
    return _view(row, work.run(_DAYS, {"calendar_code": row.code, **span}))


def set_day(
    work: Work,
    code: str,
    on: str,
    *,
    is_open: bool,
    name: str = "",
    version: int | None = None,
) -> CalendarView:
    """Close or open one day (ISO) whatever the week and the holidays say; `name` says why.

    Raises NotFound, Refused, and Conflict where `version` is not the one stored.
    """
    row, day, known = _one_day(work, code, on)
    try:
        why = stored(name, "name")
    except ValueError as error:
        raise Refused("bad_value", f"calendar {row.code!r}: {error}") from None
    new = (int(is_open), why, 1)
    if known is not None and (known.is_open, known.name, known.own) == new:
        return show(work, row.code)
    fields.check_version(version, row, {}, f"calendar {row.code!r}")
    put_days(work, row, {} if known is None else {day: known}, {day: new})
    return show(work, row.code)


def put_days(
    work: Work, row: Row, known: Mapping[str, Row], new: Mapping[str, tuple[int, str, int]]
) -> None:
    """Put days (ISO) of a locked calendar in place of those that are known of it.

    A new one is whether it is open, why, and whether it is the company's own (1).
    """
    if not new:
        return
    gone = [{"calendar_code": row.code, "on_day": day} for day in new if day in known]
    work.change_each(_DROP, gone)
    work.insert(_NEW, [(row.code, day, *each) for day, each in new.items()])
    told = {
        day: [_told(known.get(day)), _said(bool(is_open), why)]
        for day, (is_open, why, _) in sorted(new.items())
    }
    _changed(work, row, {"days": told})


def days_between(work: Work, code: str, first: str, last: str) -> dict[str, Row]:
    """Give the days of a calendar on which its week does not hold, by day, both ends (ISO) with."""
    asked = {"calendar_code": code, "first": first, "last": last}
    return {row.day: row for row in work.run(_DAYS, asked)}


def drop_day(work: Work, code: str, on: str, version: int | None = None) -> CalendarView:
    """Let a day (ISO) be again as the week and the public holidays say.

    Raises NotFound, also where nobody put anything on that day, and Conflict as `set_day` does.
    """
    row, day, known = _one_day(work, code, on)
    if known is None or not known.own:
        raise NotFound(
            "no_own_day",
            f"calendar {row.code!r}: nobody closed or opened {day} by hand; "
            f"`orderdesk calendar show {row.code}` lists what is there",
            day=day,
        )
    fields.check_version(version, row, {}, f"calendar {row.code!r}")
    work.change(_DROP, {"calendar_code": row.code, "on_day": day})
    public = _public(row.country, row.region, [int(day[:4])]).get(day) if row.country else None
    if public is not None:
        work.insert(_NEW, [(row.code, day, 0, public, 0)])
    after = None if public is None else _said(False, public)
    return _changed(work, row, {"days": {day: [_told(known), after]}})


def fill(
    work: Work,
    code: str,
    country: str,
    region: str = "",
    years: Sequence[str] = (),
    version: int | None = None,
) -> CalendarView:
    """Let a calendar be closed on the public holidays of a country, or of a region of it.

    `country` is a code of ISO 3166 (US), `region` one of ISO 3166-2 without it (CA); an empty
    country takes all public holidays away. Without `years` it is this one and the two behind it.
    Raises NotFound, Refused, and Conflict where `version` is not the one stored.
    """
    row = locked(work, code)
    fields.check_version(version, row, {}, f"calendar {row.code!r}")
    this = _this_year(work)
    wanted = _years(years) or list(range(this, this + AHEAD + 1))
    country, region = country.strip().upper(), region.strip().upper()
    found = _public(country, region, wanted) if country else {}
    moved = (country, region) != (row.country, row.region)
    # The holidays of another country go, also those of years that are not named.
    span = (f"{this}-01-01", "9999-12-31") if moved or not country else None
    return _filled(work, row, country, region, found, wanted, span)


def lacking(work: Work, on: date | None = None) -> tuple[str, ...]:
    """Give the calendars whose public holidays are not there two years ahead of a day.

    Left out, of the business date.
    """
    year = (on.year if on else _this_year(work)) + AHEAD
    return tuple(
        row.code for row in work.run(_LACKING, {"first": f"{year}-01-01", "last": f"{year}-12-31"})
    )


def keep_ahead(work: Work, code: str) -> CalendarView:
    """Fill in the public holidays of a calendar up to two years ahead, as the nightly run does.

    `code` is one that `lacking` gave. Raises Refused for who may not end the day.
    """
    rights.require(work, "nightly")
    row: Row = work.run(_LOCKED, {"calendar_code": code})[0]
    this = _this_year(work)
    years = range(this, this + AHEAD + 1)
    found = _public(row.country, row.region, years)
    return _filled(work, row, row.country, row.region, found, years, None)


def _filled(
    work: Work,
    row: Row,
    country: str,
    region: str,
    found: Mapping[str, str],
    years: Iterable[int],
    span: tuple[str, str] | None,
) -> CalendarView:
    """Put public holidays in place of those of the same years, and of a span of days, if any."""
    spans = [(f"{year}-01-01", f"{year}-12-31") for year in years]
    if span is not None:
        spans.append(span)
    was: dict[str, Row] = {}
    for first, last in spans:
        asked = {"calendar_code": row.code, "first": first, "last": last}
        was |= {known.day: known for known in work.run(_DAYS, asked)}
    old = {day: known.name for day, known in was.items() if not known.own}
    new = {day: name for day, name in found.items() if day not in was or not was[day].own}
    body: dict[str, Any] = {
        day: [
            _said(False, old[day]) if day in old else None,
            _said(False, new[day]) if day in new else None,
        ]
        for day in sorted(old.keys() | new.keys())
        if old.get(day) != new.get(day)
    }
    if not body and (country, region) == (row.country, row.region):
        return show(work, row.code)
    work.change_each(_DROP, [{"calendar_code": row.code, "on_day": day} for day in old])
    if new:
        work.insert(_NEW, [(row.code, day, 0, name, 0) for day, name in new.items()])
    changes: dict[str, Any] = {"days": body}
    if country != row.country:
        changes["country"] = [row.country, country]
    if region != row.region:
        changes["region"] = [row.region, region]
    return _changed(work, row._replace(country=country, region=region), changes)


def _public(country: str, region: str, years: Iterable[int]) -> dict[str, str]:
    """Give the public holidays of a country or region: name by ISO day. Raises Refused."""
    # A large package, which nobody needs who does not ask for holidays.
    import holidays

    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        raise Refused(
            "unknown_country",
            f"country {country!r} is none whose public holidays are known; give two letters of "
            "ISO 3166, such as US, or close days by hand with `orderdesk calendar day`",
            country=country,
        )
    if region and region not in known[country]:
        raise Refused(
            "unknown_region",
            f"region {region!r} of {country} is unknown; known: {among(known[country], 60)}",
            region=region,
        )
    found = holidays.country_holidays(
        country, subdiv=region or None, years=list(years), language="en_US"
    )
    wanted = set(years)
    return {day.isoformat(): str(name) for day, name in found.items() if day.year in wanted}


def _years(typed: Sequence[str]) -> list[int]:
    """Read years as they are typed: 2026, or 2026-2028. Raises Refused."""
    found: set[int] = set()
    for each in " ".join(typed).replace(",", " ").split():
        first, _, last = each.partition("-")
        last = last or first
        if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
            raise _bad_year(each)
        if not 1970 <= int(first) <= int(last) <= LAST_YEAR:
            raise _bad_year(each)
        found |= set(range(int(first), int(last) + 1))
    return sorted(found)


def _bad_year(typed: str) -> Refused:
    return Refused(
        "bad_value",
        f"years {typed[:40]!r} is not a year from 1970 to {LAST_YEAR}; "
        "give such as 2027 or 2027-2029",
        field="years",
    )


def locked(work: Work, code: str) -> Row:
    """Lock a calendar that is to be changed. Raises NotFound, Refused."""
    rights.require(work, RIGHT)
    shown = masters.show(work, "calendar", code)
    row: Row = work.run(_LOCKED, {"calendar_code": shown.code})[0]
    return row


def _one_day(work: Work, code: str, on: str) -> tuple[Row, str, Row | None]:
    """Lock a calendar; give it with a day as ISO and what stands on it."""
    row = locked(work, code)
    try:
        day = str(fields.value_of(_ON, on))
    except ValueError as error:
        raise Refused("bad_value", f"calendar {row.code!r}: {error}", field="on") from None
    known = work.run(_DAYS, {"calendar_code": row.code, "first": day, "last": day})
    return row, day, known[0] if known else None


def _changed(work: Work, row: Row, body: Mapping[str, Any]) -> CalendarView:
    """Give a calendar its next version and its event, and show it."""
    values = {"new_country": row.country, "new_region": row.region}
    work.change(_CHANGE, {"calendar_code": row.code, "read": row.version, **values}, expect=1)
    number = masters.subject_id(row.code)
    work.event("calendar", number, row.version + 1, "days", {"code": row.code, **body})
    return show(work, row.code)


def _told(known: Row | None) -> str | None:
    return None if known is None else _said(bool(known.is_open), known.name)


def _said(is_open: bool, name: str) -> str:
    """Say what stands on a day, as an event keeps it."""
    word = "open" if is_open else "closed"
    return f"{word}: {name}" if name else word


def _this_year(work: Work) -> int:
    return int(work.run(_TODAY)[0].business_date[:4])


def _view(row: Row, days: Sequence[Row]) -> CalendarView:
    return CalendarView(
        code=row.code,
        name=row.name,
        version=row.version,
        week=week_text(row.week),
        country=row.country,
        region=row.region,
        archived=bool(row.archived),
        days=tuple(
            DayView(date.fromisoformat(d.day), bool(d.is_open), d.name, bool(d.own)) for d in days
        ),
    )
