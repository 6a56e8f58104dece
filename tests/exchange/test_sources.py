"""What a file is: its encoding, its fingerprint, and what it is refused for."""

import gzip
from pathlib import Path

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.exchange.sources import inspect, spool


def written(folder: Path, content: bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "encoding", "text"),
    [
        (b"name\nplain\n", "utf-8-sig", "name\nplain\n"),
        ("name\nCafé\n".encode("utf-8-sig"), "utf-8-sig", "name\nCafé\n"),
        ("name\nCafé €\n".encode("cp1252"), "cp1252", "name\nCafé €\n"),
        ("name\nCafé\x81\n".encode("latin-1"), "latin-1", "name\nCafé\x81\n"),
        ("name\nCafé\n".encode("utf-16"), "utf-16", "name\nCafé\n"),
    ],
)
def test_the_encoding_is_found_and_a_byte_order_mark_is_no_part_of_the_text(
    tmp_path: Path, content: bytes, encoding: str, text: str
) -> None:
    source = inspect(written(tmp_path, content))
    assert source.encoding == encoding
    with source.open() as (found, _):
        assert found.read() == text


def test_another_encoding_than_utf8_is_said_with_its_first_line(tmp_path: Path) -> None:
    source = inspect(written(tmp_path, b"name\nplain\nCaf\xe9\nCaf\xe9\n"))
    assert "line 3" in source.said[0]
    assert "Windows-1252" in source.said[0]
    assert inspect(written(tmp_path, "Café".encode())).said == ()


def test_a_character_cut_off_by_the_end_is_not_utf8(tmp_path: Path) -> None:
    assert inspect(written(tmp_path, b"name\nCaf\xc3")).encoding == "cp1252"


def test_the_encoding_can_be_told(tmp_path: Path) -> None:
    path = written(tmp_path, b"name\nCaf\x82\n")
    with inspect(path, encoding="cp437").open() as (found, _):
        assert found.read() == "name\nCafé\n"


@pytest.mark.parametrize("name", ["nix", "hex", "zlib", "rot13", "undefined", "caf\udcff"])
def test_what_is_no_encoding_of_text_is_refused_with_the_cure(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as refused:
        inspect(written(tmp_path, b"name\n"), encoding=name)
    assert refused.value.code == "unknown_encoding"
    assert "is no encoding of text; try utf-8, cp1252 or latin-1" in refused.value.message


def test_a_packed_file_has_the_fingerprint_of_its_content(tmp_path: Path) -> None:
    plain = inspect(written(tmp_path, b"name\n1\n"))
    packed = inspect(written(tmp_path, gzip.compress(b"name\n1\n"), "orders.csv.gz"))
    assert packed.fingerprint == plain.fingerprint
    assert packed.form == "csv"
    with packed.open() as (found, _):
        assert found.read() == "name\n1\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("orders.xlsx", b"PK", "no known format"),
        ("orders", b"", "no known format"),
        ("orders.csv", b"PK\x03\x04\0\0", "not a text file"),
        ("orders.csv.gz", gzip.compress(b"name\n" * 99)[:-9], "damaged gzip file"),
    ],
    ids=["ending", "no ending", "spreadsheet", "damaged"],
)
def test_what_is_no_text_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = written(tmp_path, content, name)
    with pytest.raises(Refused, match=words):
        inspect(path)


def test_a_missing_file_is_not_found_and_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no file"):
        inspect(tmp_path / "nix.csv")
    with pytest.raises(Refused, match="cannot be read"):
        inspect(tmp_path, form="csv")


def test_a_stream_is_kept_in_a_file_of_its_form(tmp_path: Path) -> None:
    with (written(tmp_path, b"{}\n")).open("rb") as stream:
        path = spool(stream, tmp_path, "jsonl")
    assert inspect(path).form == "jsonl"
    assert path.read_bytes() == b"{}\n"
