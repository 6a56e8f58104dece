"""What waits, who gets what when, and a product checked: by command, as the screens show it."""

import pytest

from tests.cli.conftest import Program


@pytest.fixture
def waiting(orderdesk: Program) -> Program:
    """Give the program where 5 P2 lie, two lines want 7, and 4 come."""
    orderdesk("supply", "add", "P2", "--quantity", "4", "--due", "2026-12-10")
    for quantity in ("4", "3"):
        placed = ("order", "place", "--customer", "FREE", "--product", "P2")
        assert orderdesk(*placed, "--quantity", quantity).code == 0
    return orderdesk


def test_what_waits_is_listed_product_by_product(waiting: Program) -> None:
    [row] = waiting("stock", "backorders", "--json").rows
    assert row["product"] == "P2"
    assert (row["waiting"], row["free"], row["needed"], row["late"]) == (
        "2",
        "0",
        "2026-11-23",
        False,
    )
    assert row["expected_on"] == "2026-12-10"
    assert waiting("stock", "backorders", "--find", "p2", "--json").rows == [row]
    assert waiting("stock", "backorders", "--find", "p1", "--json").rows == []
    assert "2026-12-10" in waiting("stock", "backorders").out
    assert waiting("stock", "backorders", "--csv").out.startswith("product,name,unit")


def test_each_line_says_what_it_gets_when(waiting: Program) -> None:
    [row] = waiting("allocation", "waiting", "P2", "--json").rows
    assert (row["order"], row["rank"], row["complete_on"]) == ("SO-000002", 1, "2026-12-10")
    assert row["gets"] == [{"date": "2026-12-10", "quantity": "2"}]
    assert "SO-000002" in waiting("allocation", "waiting", "P2").out
    assert waiting("allocation", "waiting", "NO").code == 3


def test_a_product_is_checked_for_a_quantity_and_a_day(waiting: Program) -> None:
    asked = ("stock", "check", "P2", "--quantity", "2", "--on", "2026-12-12")
    found = waiting(*asked, "--json").json
    assert found["days"] == [
        {
            "warehouse": "01",
            "date": "2026-11-23",
            "comes": "0",
            "needed": "2",
            "expires": "0",
            "free": "-2",
            "promisable": "0",
        },
        {
            "warehouse": "01",
            "date": "2026-12-10",
            "comes": "4",
            "needed": "0",
            "expires": "0",
            "free": "2",
            "promisable": "2",
        },
    ]
    answers = waiting("stock", "atp", "P2", "--quantity", "2", "--on", "2026-12-12", "--json").json
    assert found["asked"] == answers
    assert "2026-12-10" in waiting(*asked).out
    assert waiting("stock", "check", "NO").code == 3
