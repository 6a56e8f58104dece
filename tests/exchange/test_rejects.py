"""The reject file: complete whenever an import was killed."""

from dataclasses import replace
from pathlib import Path

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.exchange.records import Record
from orderdesk.exchange.rejects import Rejects, reject_file_of
from orderdesk.exchange.sources import inspect


def test_a_file_left_empty_by_a_killed_start_gets_its_head_yet(tmp_path: Path) -> None:
    given = tmp_path / "sales.csv"
    given.write_text("customer,product\nNOBODY,P1\n", "utf-8")
    rejected = tmp_path / "rejected.csv"
    rejected.touch()
    rejects = Rejects(rejected, inspect(given), ["customer", "product"], ",")
    rejects.begin(1)
    rejects.write([Record(2, ["NOBODY", "P1"])], "customer 'NOBODY' is unknown")
    rejects.close()
    assert rejected.read_text("utf-8").splitlines()[0] == "customer,product,line,error"


def test_a_workbook_is_never_taken_for_its_own_rejects(tmp_path: Path) -> None:
    book, copy = tmp_path / "book.xlsx", tmp_path / "book.csv"
    book.write_bytes(b"a workbook")
    copy.write_text("a,b\n1,2\n")
    source = replace(inspect(copy), named=book)
    for path in (book, copy):
        with pytest.raises(Refused, match="is the file to import"):
            Rejects(path, source, ["a", "b"], ",")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sales", "sales.rejects-1a2b3c"),
        ("sales.gz", "sales.rejects-1a2b3c"),
        ("sales.csv", "sales.rejects-1a2b3c.csv"),
        ("sales.2026.jsonl.gz", "sales.2026.rejects-1a2b3c.jsonl"),
        ("sales.xlsx", "sales.rejects-1a2b3c.csv"),
    ],
)
def test_a_reject_file_is_named_after_its_input(tmp_path: Path, name: str, expected: str) -> None:
    assert reject_file_of(tmp_path / name, "1a2b3c") == tmp_path / expected
