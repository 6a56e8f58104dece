"""Days that a company closes or opens itself, taken in by sets, as an import brings them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from orderdesk.domain.errors import OrderDeskError, Refused
from orderdesk.domain.fields import Field, Form
from orderdesk.domain.records import Refusal, Taken
from orderdesk.domain.text import fold_code
from orderdesk.domain.working_days import DayRequest
from orderdesk.services import calendars, fields, rights
from orderdesk.store.work import Work

_FIELDS: Final = {
    "day": Field("day", "the day", Form.DATE, required=True),
    "open": Field("open", "whether somebody works on it", Form.FLAG),
    "name": Field("name", "why", Form.TEXT),
}


def take_many(work: Work, requests: Sequence[DayRequest]) -> Taken:
    """Close or open days; each calendar has one event for all of its own.

    What is wrong with one refuses it alone; of several of the same day the last one holds. Raises
    Refused for who may not change calendars.
    """
    rights.require(work, calendars.RIGHT)
    refused: list[Refusal] = []
    by_calendar: dict[str, list[tuple[int, DayRequest]]] = {}
    for index, request in enumerate(requests):
        by_calendar.setdefault(fold_code(request.calendar), []).append((index, request))
    added = changed = unchanged = 0
    for code in sorted(by_calendar):
        try:
            days = _taken(work, code, by_calendar[code], refused)
        except OrderDeskError as error:
            refused += [
                Refusal(index, code, error.code, error.message) for index, _ in by_calendar[code]
            ]
            continue
        added, changed, unchanged = added + days[0], changed + days[1], unchanged + days[2]
    return Taken(added, changed, unchanged, tuple(sorted(refused, key=lambda each: each.index)))


def _taken(
    work: Work, code: str, asked: Sequence[tuple[int, DayRequest]], refused: list[Refusal]
) -> tuple[int, int, int]:
    """Take in the days of one calendar: give how many were added, changed and left as they are.

    Raises NotFound, and what it refuses alone goes to `refused`.
    """
    row = calendars.locked(work, code)
    wanted: list[tuple[str, tuple[int, str, int]]] = []
    for index, request in asked:
        try:
            wanted.append(_day(request, row.code))
        except Refused as error:
            refused.append(Refusal(index, row.code, error.code, error.message))
    if not wanted:
        return 0, 0, 0
    known = calendars.days_between(work, row.code, min(wanted)[0], max(wanted)[0])
    before = {day: (each.is_open, each.name, each.own) for day, each in known.items()}
    now = dict(before)
    added = changed = 0
    for day, new in wanted:
        added += day not in now
        changed += now.get(day, new) != new
        now[day] = new
    calendars.put_days(work, row, known, {d: new for d, new in now.items() if before.get(d) != new})
    return added, changed, len(wanted) - added - changed


def _day(request: DayRequest, code: str) -> tuple[str, tuple[int, str, int]]:
    """Give a day, ISO, with what is to stand on it. Raises Refused."""
    given: dict[str, Any] = {"day": request.day, "open": request.open, "name": request.name}
    found = fields.read(_FIELDS, given, f"calendar {code!r}")
    return str(found["day"]), (int(found.get("open") or 0), str(found.get("name") or ""), 1)
