"""`orderdesk product kit`, and kits on orders, for scripts and for people."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Program


@pytest.fixture
def pair(orderdesk: Program) -> Program:
    """Give the program where PAIR is a kit of two P1 and one P2 at 20.00."""
    orderdesk("product", "add", "PAIR", "--name", "Pair", "--kind", "kit", "--unit", "ea")
    orderdesk("product", "kit", "PAIR", "--part", "P1", "--quantity", "2")
    orderdesk("product", "kit", "PAIR", "--part", "P2", "--quantity", "1")
    orderdesk("price", "set", "PAIR", "--price", "20")
    return orderdesk


def test_a_kit_is_made_shown_and_changed(pair: Program) -> None:
    shown = pair("product", "kit", "PAIR", "--json").json
    assert (shown["product"], shown["version"]) == ("PAIR", 4)
    assert [(part["product"], part["quantity"]) for part in shown["parts"]] == [
        ("P1", "2"),
        ("P2", "1"),
    ]
    more = ("product", "kit", "PAIR", "--part", "P3", "--quantity", "0.5")
    assert len(pair(*more, "--dry-run", "--json").json["parts"]) == 3
    assert pair("product", "kit", "PAIR", "--json").json == shown
    first = pair(*more, "--command-id", "k-1", "--json").json
    assert pair(*more, "--command-id", "k-1", "--json").json == first
    less = pair("product", "kit", "PAIR", "--remove", "P3", "--version", "5", "--json").json
    assert len(less["parts"]) == 2
    stale = pair("product", "kit", "PAIR", "--remove", "P1", "--version", "5", "--json")
    assert stale.error["code"] == "changed_meanwhile"


@pytest.mark.parametrize(
    "options",
    [
        ("--part", "P1"),
        ("--quantity", "1"),
        ("--unit", "ea"),
        ("--part", "P1", "--quantity", "1", "--remove", "P2"),
    ],
)
def test_half_a_change_is_refused(local: Program, options: tuple[str, ...]) -> None:
    assert local("product", "kit", "PAIR", *options).code == 2


def test_lines_of_an_order_say_which_kit_they_are_parts_of(pair: Program) -> None:
    asked = ("--customer", "FREE", "--product", "PAIR", "--quantity", "3", "--json")
    placed = pair("order", "place", *asked).json
    assert [(line["product"], line["kit_line"], line["net"]) for line in placed["lines"]] == [
        ("PAIR", None, "60.00"),
        ("P1", 1, "0.00"),
        ("P2", 1, "0.00"),
    ]
    for_people = pair("order", "show", placed["number"]).out.splitlines()
    [head] = [row for row in for_people if row.startswith("Line ")]
    assert head.split()[:3] == ["Line", "Part-of", "Product"]
    assert any(row.split()[:3] == ["2", "1", "P1"] for row in for_people)
    plain = ("order", "place", "--customer", "FREE", "--product", "P1", "--quantity", "1")
    assert "Part-of" not in pair(*plain).out
    alone = pair("order", "close-line", placed["number"], "--line", "2", "--json")
    assert alone.error["code"] == "part_of_kit"
    assert pair("stock", "show", "PAIR", "--json").json["available"] == "2"
    atp = pair("stock", "atp", "PAIR", "--quantity", "5", "--json").json
    assert (atp["available_on"], atp["complete_on"]) == ("2", None)


def test_orders_from_a_file_take_kits_apart(pair: Program, tmp_path: Path) -> None:
    lines = [{"product": "P2", "quantity": "1"}, {"product": "PAIR", "quantity": "2"}]
    file = tmp_path / "orders.jsonl"
    file.write_text(json.dumps({"customer": "FREE", "lines": lines}) + "\n")
    done = pair("order", "import", str(file), "--json")
    assert done.code == 0
    shown = pair("order", "show", "SO-000001", "--json").json
    assert [(line["product"], line["kit_line"]) for line in shown["lines"]] == [
        ("P2", None),
        ("PAIR", None),
        ("P1", 2),
        ("P2", 2),
    ]
