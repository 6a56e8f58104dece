"""Days of calendars taken in by sets, and from files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.domain.working_days import CalendarView, DayRequest
from orderdesk.exchange import sources
from orderdesk.exchange.masters import KINDS, import_records
from orderdesk.exchange.runs import Controls, ImportResult
from orderdesk.services import calendar_days, calendars, masters
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold

ROWS = """\
calendar,day,open,name
us,2026-12-24,no,Stocktaking
US,2026-12-26,yes,
XX,2026-12-24,no,
US,24 December,no,
US,2026-12-28,perhaps,
US,2026-12-24,,Party
DE,2026-12-31,no,
"""


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    """Give the owner's desk with the calendars US and DE, whose Christmas is a holiday."""
    desk = desk_of("owner")
    for code in ("US", "DE"):
        desk.run(masters.add, "calendar", code, {})
        desk.run(calendars.fill, code, code, "", ("2026",))
    return desk


def import_(desk: Desk, file: Path, *, rehearsal: bool = False) -> ImportResult:
    source = sources.inspect(file)
    controls = Controls(rehearsal=rehearsal)
    return import_records(desk, KINDS["calendar"], source, controls=controls)


def own(view: CalendarView) -> list[tuple[str, bool, str]]:
    return [(str(each.day), each.open, each.name) for each in view.days if each.own]


def test_the_days_of_a_file_are_closed_and_opened_once(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(ROWS, encoding="utf-8")
    rehearsed = import_(desk, file, rehearsal=True)
    assert (rehearsed.accepted, rehearsed.rejected) == (4, 3)
    assert own(desk.read(calendars.show, "US")) == []
    before = desk.read(calendars.show, "US").version
    done = import_(desk, file)
    assert (done.accepted, done.rejected) == (4, 3)
    seen = desk.read(calendars.show, "US")
    assert own(seen) == [("2026-12-24", False, "Party"), ("2026-12-26", True, "")]
    assert seen.version == before + 1
    assert own(desk.read(calendars.show, "DE")) == [("2026-12-31", False, "")]
    said = Path(str(done.reject_file)).read_text(encoding="utf-8")
    assert "calendar 'XX' is unknown" in said
    assert "calendar 'US': day '24 December'" in said
    assert "calendar 'US': open 'perhaps'" in said
    assert import_(desk, file).skipped == 7
    assert desk.read(calendars.show, "US").version == before + 1
    assert_laws_hold(desk)


def test_a_line_of_json_closes_or_opens_a_day(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "days.jsonl"
    file.write_text(
        '{"calendar": "US", "day": "2026-12-25", "open": true, "name": "Shop"}\n'
        '{"calendar": "US", "day": "2026-12-28"}\n'
        '{"calendar": "US", "day": "2026-12-29", "shut": true}\n',
        encoding="utf-8",
    )
    done = import_(desk, file)
    assert (done.accepted, done.rejected) == (2, 1)
    assert own(desk.read(calendars.show, "US")) == [
        ("2026-12-25", True, "Shop"),
        ("2026-12-28", False, ""),
    ]


def test_what_says_the_same_changes_nothing(desk: Desk) -> None:
    wanted = [
        DayRequest(calendar="US", day="2026-12-25", name="Christmas Day"),
        DayRequest(calendar="US", day="2026-12-28"),
        DayRequest(calendar="US", day="2026-12-28"),
    ]
    done = desk.run(calendar_days.take_many, wanted)
    # A public holiday becomes the company's own day: no country's list takes it away any more.
    assert (done.added, done.changed, done.unchanged) == (1, 1, 1)
    again = desk.run(calendar_days.take_many, wanted)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    assert desk.read(calendars.show, "US").version == 3


def test_who_may_not_change_calendars_imports_none(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    with pytest.raises(Refused, match="may not"):
        desk_of("warehouse").run(calendar_days.take_many, [DayRequest(calendar="US", day="x")])
