"""Workbooks taken in by command: real ones, each kind of import, and rejects that can be mended."""

import csv
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from orderdesk.exchange import sheets
from tests.cli.conftest import Program, acting

Rows = list[list[Any]]


@pytest.fixture
def orderdesk(url: str) -> Program:
    """Give the program as the owner, who may take in everything."""
    return acting(url, "owner")


def book(path: Path, **sheets_of: Rows) -> Path:
    """Write a workbook of these sheets."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as found:
        for name, rows in sheets_of.items():
            sheet = found.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(place, column, value)
                    elif value is not None:
                        sheet.write(place, column, value)
    return path


def test_cells_are_read_as_people_see_them(tmp_path: Path) -> None:
    rows: Rows = [
        ["text", "whole", "part", "day", "time", "flag", "none"],
        ["0012", 12, 0.1 + 0.2, date(2026, 3, 1), datetime(2026, 3, 1, 12, 30), True, None],
        [],
        ["Zürich, 2\n4", -1_234_567_890_123, 1e-6, None, None, False, None],
    ]
    with sheets.opened(book(tmp_path / "a.xlsx", One=rows)) as source, source.open() as (text, _):
        read = list(csv.reader(text))
    assert read == [
        ["text", "whole", "part", "day", "time", "flag", "none"],
        ["0012", "12", "0.3", "2026-03-01", "2026-03-01 12:30:00", "1", ""],
        ["", "", "", "", "", "", ""],
        ["Zürich, 2\n4", "-1234567890123", "0.000001", "", "", "0", ""],
    ]


KINDS: dict[str, tuple[Rows, int]] = {
    "customer": ([["code", "name", "credit_limit"], ["NEW1", "New One", 500]], 1),
    "product": ([["code", "name", "unit", "cost"], [4711, "Number", "ea", 1.25]], 1),
    "price": (
        [
            ["product", "price", "price_list", "quantity", "price_unit", "valid_from", "valid_to"],
            ["P1", 38.5, "GROUP", 100, 100, date(2026, 12, 1), date(2026, 12, 31)],
        ],
        1,
    ),
    "stock": ([["product", "quantity"], ["P1", 12], ["P2", 3]], 2),
    "order": (
        [["order", "customer", "product", "quantity"], [1, "ACME", "P1", 2], [1, "ACME", "P2", 1]],
        1,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_taken_in_from_a_workbook(
    orderdesk: Program, tmp_path: Path, kind: str
) -> None:
    rows, accepted = KINDS[kind]
    path = str(book(tmp_path / f"{kind}.xlsx", Data=rows))
    done = orderdesk(kind, "import", path, "--json")
    assert (done.code, done.json["accepted"], done.json["said"]) == (0, accepted, [])
    assert done.json["file"] == f"{kind}.xlsx"
    again = orderdesk(kind, "import", path, "--json")
    assert (again.code, again.json["skipped"]) == (0, accepted)


def test_a_price_of_a_workbook_has_breaks_days_and_a_price_unit(
    orderdesk: Program, tmp_path: Path
) -> None:
    path = str(book(tmp_path / "prices.xlsx", Data=KINDS["price"][0]))
    orderdesk("price", "import", path)
    rows = orderdesk("price", "list", "--product", "P1", "--price-list", "GROUP", "--json").rows
    assert {
        "quantity": "100",
        "price": "38.50",
        "price_unit": 100,
        "valid_from": "2026-12-01",
        "valid_to": "2026-12-31",
    }.items() <= rows[1].items()


def test_a_sheet_is_chosen_by_name_or_number(orderdesk: Program, tmp_path: Path) -> None:
    head = ["Item", "Qty"]
    path = book(tmp_path / "b.xlsx", One=[head, ["P1", 1]], Two=[head, ["P1", 1], ["P2", 1]])
    mapped = ("stock", "import", str(path), "--map", "product=Item", "--map", "quantity=Qty")
    first = orderdesk(*mapped, "--json", "--dry-run")
    assert first.json["accepted"] == 1
    assert "sheet 'One' is read; --sheet names another one: Two" in first.json["said"]
    for wanted in ("Two", "2"):
        done = orderdesk(*mapped, "--json", "--dry-run", "--sheet", wanted)
        assert (done.json["accepted"], done.json["said"]) == (2, [])
    unknown = orderdesk(*mapped, "--json", "--sheet", "Three")
    assert (unknown.code, unknown.error["code"]) == (3, "no_sheet")
    assert "has no sheet 'Three'; it has One, Two" in unknown.error["message"]


def test_what_is_refused_is_csv_that_can_be_mended_and_fed_back(
    orderdesk: Program, tmp_path: Path
) -> None:
    rows: Rows = [["product", "quantity"], ["P1", 1], ["NIX", 2.5], ["P2", 3]]
    done = orderdesk("stock", "import", str(book(tmp_path / "c.xlsx", Data=rows)), "--json")
    assert (done.code, done.json["accepted"], done.json["rejected"]) == (6, 2, 1)
    rejects = Path(done.json["reject_file"])
    assert rejects.parent == tmp_path
    assert rejects.suffix == ".csv"
    text = rejects.read_text()
    assert text.splitlines()[0] == "product,quantity,line,error"
    assert text.splitlines()[1].startswith("NIX,2.5,3,")
    rejects.write_text(text.replace("NIX,2.5", "P1,2"))
    mended = orderdesk("stock", "import", str(rejects), "--json")
    assert (mended.code, mended.json["accepted"]) == (0, 1)


def test_a_workbook_comes_through_a_pipe_too(orderdesk: Program, tmp_path: Path) -> None:
    path = book(tmp_path / "d.xlsx", Data=KINDS["stock"][0])
    done = orderdesk("stock", "import", "-", "--format", "xlsx", "--json", given=path.read_bytes())
    assert (done.code, done.json["accepted"]) == (0, 2)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("broken.xlsx",), 4, "is not a workbook that can be read"),
        (("nix.xlsx",), 3, "there is no file"),
        (("broken.xlsx", "--delimiter", ";"), 2, "needs neither --encoding nor --delimiter"),
        (("plain.csv", "--sheet", "1"), 2, "--sheet is of a workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(
    orderdesk: Program, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    (tmp_path / "broken.xlsx").write_text("no workbook")
    (tmp_path / "plain.csv").write_text("product,quantity\nP1,1\n")
    name, *more = arguments
    done = orderdesk("stock", "import", str(tmp_path / name), *more)
    assert (done.code, words in done.err) == (code, True)


def test_the_reader_of_workbooks_is_imported_only_for_one() -> None:
    program = (
        "import sys, orderdesk.cli.imports, orderdesk.exchange.sheets, orderdesk.exchange.runs\n"
        "sys.exit('python_calamine' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
