"""`orderdesk stock atp`: one product and baskets, for scripts and for people."""

import json

import pytest

from tests.cli.conftest import Program


@pytest.fixture
def expecting(orderdesk: Program) -> Program:
    """Give the program where twenty of P2 come on the first of December."""
    orderdesk("supply", "add", "P2", "--quantity", "20", "--due", "2026-12-01")
    return orderdesk


def test_a_product_is_answered_with_the_keys_that_scripts_know(expecting: Program) -> None:
    found = expecting("stock", "atp", "P2", "--quantity", "12", "--on", "2026-11-25", "--json")
    split = [{"date": "2026-11-25", "quantity": "5"}, {"date": "2026-12-01", "quantity": "7"}]
    assert found.json == {
        "product": "P2",
        "name": "Product P2",
        "unit": "ea",
        "quantity": "12",
        "on": "2026-11-25",
        "available_on": "5",
        "complete_on": "2026-12-01",
        "split": split,
        "warehouses": [
            {
                "warehouse": "01",
                "available_on": "5",
                "complete_on": "2026-12-01",
                "split": split,
            }
        ],
    }
    seen = expecting("stock", "atp", "P2", "--quantity", "12").out
    assert "2026-12-01" in seen


def test_a_basket_comes_as_options_or_as_json(expecting: Program) -> None:
    lines = ("--line", "P1:3", "--line", "p2:12:2026-11-30")
    found = expecting("stock", "atp", *lines, "--json").json
    assert found["complete_on"] == "2026-12-01"
    assert [line["complete_on"] for line in found["lines"]] == ["2026-11-23", "2026-12-01"]
    wanted = {
        "lines": [
            {"product": "P1", "quantity": 3},
            {"product": "P2", "quantity": 12, "on": "2026-11-30"},
        ]
    }
    piped = expecting("stock", "atp", "-", "--json", given=json.dumps(wanted))
    assert piped.json == found
    only = expecting("stock", "atp", "-", "--warehouse", "01", "--on", "2026-12-05", "--json",
                     given=json.dumps(wanted)).json  # fmt: skip
    assert only["complete_on"] == "2026-12-05"
    assert "2026-12-01" in expecting("stock", "atp", *lines).out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "product is missing; give its code, or --line for each of a basket"),
        (("P1", "--line", "P1:1"), 2, "give either P1 or --line"),
        (("--line", "P1"), 2, "--line 'P1' is not as it should be; write PRODUCT:QUANTITY or"),
        (("--line", "P1:1", "--quantity", "2"), 2, "write it behind the product: --line 11:12"),
        (("--line", "P1:1", "--line", "NIX:1"), 3, "product 'NIX' is unknown"),
        (("P1", "--on", "soon"), 4, "on 'soon' is not a date"),
        (("WORK",), 4, "product 'WORK' is a service and never in stock"),
    ],
)
def test_what_is_wrong_is_said_with_its_exit_code(
    local: Program, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = local("stock", "atp", *arguments)
    assert done.code == code
    assert words in " ".join(done.err.split())
