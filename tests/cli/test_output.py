"""What is printed: JSON, CSV and tables; nothing from the data acts, and nothing is lost."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orderdesk.cli import output, values
from orderdesk.cli.asked import Asked
from orderdesk.exchange.values import csv_cell
from tests.cli.conftest import Program

HOSTILE = [
    "[/]",
    "[@click=app.quit]x[/]",
    "[bold]BOLT [M8] 30MM[/bold]",
    "a\\[/",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[31mred",
    "\x9b31mred",
    "gpj.\u202etxt\u202c",
    "tab\there",
    "two\nlines\r\nthree",
    "\u200b=1+1",
    "null\u2028line",
]


@dataclass(frozen=True, slots=True)
class View:
    name: str
    price: Decimal = Decimal("1.50")
    at: datetime | None = None
    lines: tuple[Any, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)


def printed(asked: Asked, *views: Any, columns: str = "") -> None:
    with output.opened(asked) as printer:
        printer.rows(views, columns.split())


def test_json_is_one_object_a_line_with_decimals_as_text_and_times_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    view = View(
        "Ünïts",
        Decimal("1E+3"),
        datetime(2026, 3, 31, 1, 30, tzinfo=east),
        (View("x"), {"on": date(2026, 3, 31), "none": None, "yes": True, "n": 3}),
        {"role": "clerk"},
    )
    line = values.json_line(view)
    assert "\n" not in line
    assert "Ünïts" in line
    assert json.loads(line) == {
        "name": "Ünïts",
        "price": "1000",
        "at": "2026-03-30T23:30:00+00:00",
        "lines": [
            {"name": "x", "price": "1.50", "at": None, "lines": []},
            {"on": "2026-03-31", "none": None, "yes": True, "n": 3},
        ],
        "role": "clerk",
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_json_keeps_hostile_text_and_sends_none_of_it(text: str) -> None:
    line = values.json_line(View(text))
    assert line.isprintable()
    assert json.loads(line)["name"] == text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["people", "csv"])
def test_tables_show_hostile_text_literally_without_what_acts(
    text: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(Asked(csv=kind == "csv"), View(text), View("plain"))
    shown = capsys.readouterr().out
    assert len(shown.splitlines()) == 3
    assert not any(sign in shown for sign in "\x1b\x9b\x07\u202e\u202c\t\r\u2028\u200b")
    for part in ("[/]", "[@click=app.quit]", "BOLT [M8] 30MM", "a\\[/"):
        assert (part in shown) == (part in text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("\u200b=1+1", "'=1+1"),
        ("\x1b=1+1", "'=1+1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("-5", "-5"),
        ("-12.50", "-12.50"),
        (Decimal("-12.50"), "-12.50"),
        (-3, "-3"),
        (True, "yes"),
        (None, ""),
        ("plain", "plain"),
        (date(2026, 3, 31), "2026-03-31"),
    ],
)
def test_csv_guards_what_a_spreadsheet_would_run_and_leaves_numbers_alone(
    value: Any, expected: str
) -> None:
    assert csv_cell(value) == expected


def test_csv_has_a_header_and_one_row_each_without_nested_parts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    view = View('say "hi", all', Decimal("-1.5"), datetime(2026, 3, 31, tzinfo=UTC), (View("x"),))
    printed(Asked(csv=True), view, View("b"))
    assert list(csv.reader(io.StringIO(capsys.readouterr().out))) == [
        ["name", "price", "at"],
        ['say "hi", all', "-1.5", "2026-03-31T00:00:00+00:00"],
        ["b", "1.50", ""],
    ]


def test_rows_are_printed_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    seen = []

    def views() -> Iterator[View]:
        for number in range(3):
            seen.append(capsys.readouterr().out.count("\n"))
            yield View(str(number))

    with output.opened(Asked(json=True)) as printer:
        printer.rows(views())
    assert seen == [0, 1, 1]


def test_a_long_table_keeps_its_columns_and_loses_no_cell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    views = [View(f"name {number}" + "x" * (number // 100)) for number in range(450)]
    printed(Asked(), *views, columns="name price")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:1]] == [["Name", "Price"]]
    assert sum(line.startswith("name ") for line in lines) == 450
    assert not any(line.endswith(" ") for line in lines)


def test_wide_characters_keep_a_table_straight(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.cells import cell_len

    printed(Asked(), View("日本語"), View("abc"), columns="name price")
    ends = {cell_len(line) for line in capsys.readouterr().out.splitlines()}
    assert len(ends) == 1


def test_one_thing_is_shown_with_its_parts_below(capsys: pytest.CaptureFixture[str]) -> None:
    with output.opened(Asked()) as printer:
        printer.one(View("[M8]", lines=(View("first"), View("second"))))
    assert capsys.readouterr().out.splitlines() == [
        "Name   [M8]",
        "Price  1.50",
        "",
        "Lines",
        "Name    Price",
        "first    1.50",
        "second   1.50",
    ]


def test_a_part_with_parts_of_its_own_comes_below_them(capsys: pytest.CaptureFixture[str]) -> None:
    with output.opened(Asked()) as printer:
        asked = {"on": "2026-12-01", "split": [{"quantity": 3, "date": "2026-12-02"}]}
        view = {"asked": asked, "name": "P2", "days": [{"free": 5}]}
        printer.one(view, {"asked.split": "date quantity"})
    assert capsys.readouterr().out.splitlines() == [
        "Name  P2",
        "",
        "Days",
        "Free",
        "   5",
        "",
        "Asked",
        "On  2026-12-01",
        "",
        "Split",
        "Date        Quantity",
        "2026-12-02         3",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (7_542, "2 h 5 min"),
        (86_400, "1 d"),
        (86_400 * 3 + 3_600 * 4 + 59, "3 d 4 h"),
    ],
)
def test_a_time_in_seconds_is_said_as_people_say_it_and_is_a_number_for_scripts(
    capsys: pytest.CaptureFixture[str], seconds: int, said: str
) -> None:
    item = {"subject": "SO-1", "waiting_seconds": seconds}
    with output.opened(Asked()) as printer:
        printer.rows([item], "subject waiting_seconds".split())
        printer.one(item)
    _, row, _, shown = capsys.readouterr().out.splitlines()
    assert row.split(maxsplit=1) == ["SO-1", said]
    assert shown.split(maxsplit=1) == ["Waiting", said]
    assert json.loads(values.json_line(item)) == item


def test_hostile_text_goes_in_and_comes_out_as_it_was(orderdesk: Program) -> None:
    name = "[/] [@click=app.quit] \x1b]52;c;eA==\x07 \u202e =1+1"
    given = json.dumps({"code": "H1", "name": name})
    added = orderdesk("carrier", "add", "-", "--json", given=given)
    assert added.json["name"] == name
    assert orderdesk("carrier", "show", "H1", "--json").json["name"] == name
    for form in ((), ("--csv",)):
        shown = orderdesk("carrier", "list", *form).out
        assert "[/] [@click=app.quit]" in shown
        assert not any(sign in shown for sign in "\x1b\x07\u202e")


def test_a_path_that_is_a_folder_is_refused(local: Program, tmp_path: Path) -> None:
    told = local("unit", "list", "-o", str(tmp_path))
    assert told.code == 2
    assert "cannot be written" in told.err
