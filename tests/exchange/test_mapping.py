"""Mappings: how they are written, and what they make of a file's columns."""

from pathlib import Path

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.exchange.mapping import Field, Plan, plan, read_mapping

OURS = ("order", "customer", "product", "quantity", "price", "note")
HEADER = ("No", "Cust", "Item", "quantity", "Cost", "error", "line", "Colour")


def bound(*texts: str, header: tuple[str, ...] = HEADER) -> Plan:
    return plan(read_mapping(texts), header, lambda name: name in OURS, ("product", "quantity"))


def taken(texts: tuple[str, ...], *cells: str) -> dict[str, str]:
    found = bound(*texts)
    row = dict(zip(HEADER, cells, strict=False))
    return found.take([row.get(column, "") for column in found.columns])


@pytest.mark.parametrize(
    "texts",
    [
        ("product=Item", "customer:=ACME"),
        ('{"product": "Item", "customer": {"value": "ACME"}}',),
        ('product = "Item"\ncustomer = { value = "ACME" }',),
    ],
)
def test_a_mapping_is_written_in_three_ways(texts: tuple[str, ...]) -> None:
    assert read_mapping(texts) == {"product": Field(column="Item"), "customer": Field(value="ACME")}


def test_a_mapping_comes_from_a_file_and_a_later_one_wins(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('product = "Item"\nline.note = "Remark"\n', encoding="utf-8")
    (tmp_path / "m.json").write_text('{"order": "No"}', encoding="utf-8")
    found = read_mapping([str(tmp_path / "m.toml"), str(tmp_path / "m.json"), "product=Other"])
    assert found == {
        "product": Field(column="Other"),
        "line.note": Field(column="Remark"),
        "order": Field(column="No"),
    }
    with pytest.raises(NotFound, match="no mapping file"):
        read_mapping([str(tmp_path / "nix.toml")])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("product", "neither NAME=COLUMN"),
        ("=Item", "neither NAME=COLUMN"),
        ("{nix", "not JSON"),
        ("a = \nb", "not TOML"),
        ('{"product": ["Item"]}', "not a column's name"),
        ('{"product": {"column": "Item", "colour": "red"}}', "'colour' is unknown"),
        ('{"product": {"column": "Item", "value": "1"}}', "it has a column and a value; give one"),
        ('{"product": {"column": "Item", "default": ["1"]}}', "default is no text; write it"),
        ('{"price": {"column": "Cost", "decimal": "-"}}', "is another sign; give ',' or '.'"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_mapping([text])


def test_a_column_called_as_a_field_needs_no_mapping_and_the_others_are_named() -> None:
    found = bound("product=Item", "order=No")
    assert set(zip(found.names, found.columns, strict=True)) == {
        ("product", "Item"),
        ("order", "No"),
        ("quantity", "quantity"),
    }
    assert found.unused == ("Cust", "Cost", "Colour")


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("product=Nix",), "no column 'Nix'; it has No, Cust"),
        (("produkt=Item",), "field 'produkt' is unknown"),
        ((), "no column is called 'product'"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(
    texts: tuple[str, ...], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        bound(*texts)


def test_records_that_name_their_values_have_no_header_to_fit() -> None:
    found = bound("product=Item", "quantity=Pieces", header=())
    assert found.columns == ("Item", "Pieces")


def test_texts_are_taken_without_space_around_and_empty_ones_not_at_all() -> None:
    texts = ("product=Item", "customer=Cust", "note:=by file")
    assert taken(texts, "1", "", " P1 ", "2") == {
        "product": "P1",
        "quantity": "2",
        "note": "by file",
    }


@pytest.mark.parametrize(
    ("settings", "text", "wanted"),
    [
        ('cut = ".0"', "17850.0", "17850"),
        ('cut = ".0"', "17850", "17850"),
        ('cut = ".0", default = "WALKIN"', "", "WALKIN"),
        ('date = "%d/%m/%Y"', "27/11/2026", "2026-11-27"),
        ('date = "%Y-%m-%d %H:%M:%S"', "2010-12-01 08:26:00", "2010-12-01"),
        ('decimal = ","', "1.234,50", "1234.50"),
        ('decimal = ","', "9,5", "9.5"),
        ('decimal = "."', "1,234.50", "1234.50"),
    ],
)
def test_a_text_is_changed_as_the_mapping_says(settings: str, text: str, wanted: str) -> None:
    texts = ("product=Item", f'note = {{ column = "Cost", {settings} }}\n#')
    assert taken(texts, "", "", "P1", "2", text)["note"] == wanted


@pytest.mark.parametrize(
    ("settings", "text", "words"),
    [
        ('date = "%d/%m/%Y"', "11/27/2026", "note '11/27/2026' is not a date written as %d/%m/%Y"),
        ('decimal = ","', "1.5", "note '1.5' is not a number with ',' as its decimal sign"),
    ],
)
def test_a_text_that_is_not_as_the_mapping_says_is_an_error(
    settings: str, text: str, words: str
) -> None:
    texts = ("product=Item", f'note = {{ column = "Cost", {settings} }}\n#')
    with pytest.raises(ValueError, match=words):
        taken(texts, "", "", "P1", "2", text)
