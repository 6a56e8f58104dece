"""A dry run takes no number: what would be new is shown as `-`."""

import pytest

from tests.cli.conftest import Program


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("supply add P2 --quantity 5 --due 2026-12-01", ["id"]),
        ("note add customer FREE --text hello", ["id"]),
        ("stock receive P2 --quantity 3", ["movement.id"]),
        ("stock adjust P2 --quantity -1 --reason lost", ["movement.id"]),
        ("stock status P2 --quantity 1 --to damaged --reason wet", ["movement.id"]),
        ("stock count open --product P2", ["number", "id"]),
        ("stock transfer send P2 --quantity 1 --to 02", ["number", "id", "supply"]),
        ("order place --customer FREE --product P2 --quantity 1", ["number"]),
    ],
)
def test_what_is_rehearsed_has_no_number(local: Program, typed: str, names: list[str]) -> None:
    assert local("warehouse", "add", "02").code == 0
    done = local(*typed.split(), "--dry-run", "--json")
    assert done.code == 0, done.err
    for name in names:
        told = done.json
        for part in name.split("."):
            told = told[part]
        assert told == "-", name
    real = local(*typed.split(), "--json")
    assert real.code == 0, real.err
    assert real.json[names[0].split(".")[0]] != "-"


def test_the_entries_of_every_bin_are_numbered_by_nobody(local: Program) -> None:
    asked = ("stock", "status", "P2", "--quantity", "1", "--to", "damaged", "--reason", "wet")
    done = local(*asked, "--dry-run", "--json")
    assert [each["id"] for each in done.json["more"]] == ["-"]
    assert local("stock", "receive", "P2", "--quantity", "1", "--json").code == 0
    back = local("stock", "reverse", "5", "--dry-run", "--json").json["movement"]
    assert (back["id"], back["reverses"]) == ("-", 5)
