"""`rate` and `tax-rule`: from options or JSON, listed by key, and an order that goes by them."""

import json

import pytest

from tests.cli.conftest import Program, acting


@pytest.fixture
def orderdesk(url: str) -> Program:
    """Give the program as the owner, whose tables these are."""
    return acting(url, "owner")


def test_rates_are_added_changed_shown_listed_and_taken_away(orderdesk: Program) -> None:
    made = orderdesk("rate", "add", "eur", "--rate", "1.085", "--json")
    first = {
        "kind": "rate",
        "currency": "EUR",
        "valid_from": "2026-11-23",
        "rate": "1.085",
        "units": 1,
    }
    assert made.json == first
    jpy = {"currency": "JPY", "valid_from": "2026-01-01", "rate": "0.65", "units": "100"}
    assert orderdesk("rate", "add", "-", "--json", given=json.dumps(jpy)).json["units"] == 100
    assert orderdesk("rate", "set", "EUR", "--rate", "1.1", "--json").json["rate"] == "1.10"
    shown = orderdesk("rate", "show", "JPY", "--valid-from", "2026-05-01", "--json").json
    assert (shown["valid_from"], shown["rate"]) == ("2026-01-01", "0.65")
    assert [each["currency"] for each in orderdesk("rate", "list", "--json").rows] == ["EUR", "JPY"]
    assert orderdesk("rate", "remove", "EUR").code == 0
    gone = orderdesk("rate", "show", "EUR", "--json")
    assert (gone.code, gone.error["code"]) == (3, "unknown_rate")
    twice = orderdesk("rate", "add", "-", "--rate", "1", given=json.dumps(jpy))
    assert (twice.code, "give either JSON" in twice.err) == (2, True)


def test_an_order_goes_by_tax_rule_rate_and_price_reason(orderdesk: Program) -> None:
    orderdesk("tax-rule", "add", "uk", "--tax", "T21")
    rules = orderdesk("tax-rule", "list", "--csv").out.splitlines()
    assert rules[1].endswith("UK,,,,T21")
    orderdesk("reason", "add", "MATCH", "--name", "Matched", "--kind", "price")
    orderdesk("rate", "add", "EUR", "--rate", "1.25")
    assert orderdesk("customer", "set", "FREE", "--currency", "EUR").code == 0
    asked = ("--customer", "FREE", "--product", "P1", "--quantity", "1")
    placed = orderdesk("order", "place", *asked, "--json").json
    line = placed["lines"][0]
    assert (line["price"], line["price_reason"]) == ("8.00", "10.00 USD at 0.80")
    assert (line["tax_rate"], line["tax_reason"], placed["tax"]) == ("21", "UK", "1.68")
    by_hand = ("--price", "7", "--price-reason", "matched")
    amended = orderdesk("order", "amend", placed["number"], "--line", "1", *by_hand, "--json").json
    assert amended["lines"][0]["price_reason"] == "MATCH"
    lost = orderdesk("order", "amend", placed["number"], "--price-reason", "MATCH")
    assert (lost.code, "--price-reason is of a line; give --line" in lost.err) == (2, True)
