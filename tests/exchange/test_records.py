"""Records of CSV and JSON-lines files, each with the line it begins on."""

from pathlib import Path

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.exchange import records as reading
from orderdesk.exchange.records import Record, count, object_of, records
from orderdesk.exchange.sources import inspect


def read(
    folder: Path, text: str, name: str = "a.csv", delimiter: str | None = None
) -> list[Record]:
    (folder / name).write_text(text, encoding="utf-8", newline="")
    with records(inspect(folder / name), delimiter) as found:
        return list(found)


def columns(folder: Path, text: str, *names: str, file: str = "a.csv") -> list[tuple[str, ...]]:
    (folder / file).write_text(text, encoding="utf-8", newline="")
    with records(inspect(folder / file)) as found:
        get = found.getter(names)
        return [tuple(get(record.raw)) for record in found]


def test_each_row_knows_the_line_it_begins_on(tmp_path: Path) -> None:
    text = 'a,b\n1,"two\nlines"\n\n,\n3,4\r\n5,6'
    assert [(row.line, row.raw) for row in read(tmp_path, text)] == [
        (2, ["1", "two\nlines"]),
        (6, ["3", "4"]),
        (7, ["5", "6"]),
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_header_tells_what_parts_the_cells(tmp_path: Path, sign: str) -> None:
    assert columns(tmp_path, f"a{sign} b \n1{sign}2\n", "b", "a") == [("2", "1")]


def test_a_told_separator_wins(tmp_path: Path) -> None:
    assert read(tmp_path, "a,x;b\n1,x;2\n", delimiter=";")[0].raw == ["1,x", "2"]


def test_one_column_is_read_too(tmp_path: Path) -> None:
    assert columns(tmp_path, "a,b\n1,2\n", "b") == [("2",)]
    assert columns(tmp_path, "a\n1\n", "a") == [("1",)]


@pytest.mark.parametrize("row", ["1", "1,2,3"])
def test_a_row_of_another_width_has_its_complaint(tmp_path: Path, row: str) -> None:
    first, second = read(tmp_path, f"a,b\n{row}\n1,2\n")
    assert first.error is not None
    assert "the header 2" in first.error
    assert second == Record(3, ["1", "2"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "first line is empty"),
        ("\n1\n", "first line is empty"),
        ("a,b,a\n", "'a' stands twice"),
    ],
)
def test_a_file_whose_columns_cannot_be_told_is_refused(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        read(tmp_path, text)


def test_a_quote_that_never_closes_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n1,"' + "open\n" * 40_000, encoding="utf-8")
    with pytest.raises(Refused, match=r"line 3.*quote that never closes"):
        count(inspect(path))


def test_text_that_the_told_encoding_cannot_read_is_refused(tmp_path: Path) -> None:
    for name in ("a.csv", "a.jsonl"):
        (tmp_path / name).write_bytes(b"{\n" + b"x\n" * 9_000 + b"\xff\n")
        with pytest.raises(Refused, match="cannot be read"):
            count(inspect(tmp_path / name, encoding="utf-8"))


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_utf16_without_its_byte_order_mark_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"a,b\n1,2\n")
    with pytest.raises(Refused, match=r"line 1.*name the file's encoding"):
        count(inspect(tmp_path / name, encoding="utf-16"))


def test_a_header_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"name,caf\xe9\n1,2\n")
    with pytest.raises(Refused, match=r"line 1.*name the file's encoding"):
        count(inspect(tmp_path / "a.csv", encoding="utf-8"))
    with pytest.raises(Refused, match=r"line 1.*quote that never closes"):
        read(tmp_path, '"a,b\n1,2\n')


@pytest.mark.parametrize("delimiter", [";;", "\\t", "\n", '"'])
def test_a_separator_that_cannot_be_one_is_refused(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(Refused, match="parts no columns; give one character"):
        read(tmp_path, "a,b\n1,2\n", delimiter=delimiter)


def test_records_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n\n3,4\n", encoding="utf-8")
    assert count(inspect(tmp_path / "a.csv")) == 2


def test_json_lines_are_given_as_they_are(tmp_path: Path) -> None:
    found = read(tmp_path, '{"a": 1}\n\n  \n[broken\n', "a.jsonl")
    assert found == [Record(1, '{"a": 1}\n'), Record(4, "[broken\n")]


def test_a_line_without_end_is_passed_over_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST", 10)
    first, second = read(tmp_path, '{"a": "' + "x" * 35 + '"}\n{}\n', "a.jsonl")
    assert first.error is not None
    assert "more than 10 characters" in first.error
    assert second == Record(2, "{}\n")


def test_values_of_json_are_taken_as_they_are_written(tmp_path: Path) -> None:
    text = '{"a": 9.50, "b": null, "c": true, "d": "x", "e": 1e400}\n'
    assert columns(tmp_path, text, "a", "b", "c", "d", "e", "f", file="a.jsonl") == [
        ("9.50", "", "1", "x", "1e400", "")
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nix", "not JSON"),
        ("[1]", "not a JSON object"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_object_is_told(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        object_of(text)


def test_a_list_is_no_value_of_a_column(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a is a list or an object"):
        columns(tmp_path, '{"a": [1]}\n', "a", file="a.jsonl")


def test_the_position_grows_with_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 50_000, encoding="utf-8")
    with records(inspect(path)) as found:
        assert found.position() < 50_000
        assert len(list(found)) == 50_000
        assert found.position() == path.stat().st_size
