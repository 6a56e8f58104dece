"""Customers, products, prices, notes, credit, stock and the small tables by command."""

import json
from pathlib import Path
from typing import Any

import pytest

from orderdesk.cli.main import MASTERS
from tests.cli.conftest import Program

OWNER = ("--user", "owner")


def test_a_customer_is_added_changed_shown_and_listed(orderdesk: Program) -> None:
    added = orderdesk("customer", "add", "new", "--name", "New Ltd", "--terms", "n30",
                      "--credit-limit", "250.50", "--json").json  # fmt: skip
    assert (added["code"], added["credit_limit"], added["terms"]) == ("NEW", "250.50", "N30")
    changed = orderdesk("customer", "set", "NEW", "--credit-limit", "", "--alert", "[M8]", "--json")
    assert (changed.json["credit_limit"], changed.json["alert"]) == (None, "[M8]")
    assert orderdesk("customer", "show", "NEW", "--json").json == changed.json
    stale = orderdesk("customer", "set", "NEW", "--name", "x", "--version", "1", "--json")
    assert stale.code == 5
    codes = [each["code"] for each in orderdesk("customer", "list", "--json").rows]
    assert codes == sorted(codes)
    assert "NEW" in codes
    assert "OLD" not in codes
    assert "OLD" in [e["code"] for e in orderdesk("customer", "list", "--archived", "--json").rows]
    assert [e["code"] for e in orderdesk("customer", "list", "--blocked", "--json").rows] == [
        "STOP"
    ]


def test_a_customer_with_all_that_belongs_to_it_comes_as_json(orderdesk: Program) -> None:
    wanted = {
        "code": "NEW",
        "name": "New Ltd",
        "credit_limit": 100,
        "addresses": [{"code": "01", "street": "1 Mill Rd", "city": "Leeds"}],
        "contacts": [{"name": "Pat", "phone": "555 0101"}],
        "parts": [{"part": "N-1", "product": "P1"}],
    }
    added = orderdesk("customer", "add", "-", "--json", given=json.dumps(wanted)).json
    assert added["addresses"][0]["city"] == "Leeds"
    assert added["contacts"][0]["phone"] == "555 0101"
    assert added["parts"][0]["product"] == "P1"
    more = {"code": "NEW", "addresses": [{"code": "02", "city": "York"}]}
    changed = orderdesk("customer", "set", "-", "--json", given=json.dumps(more)).json
    assert [each["code"] for each in changed["addresses"]] == ["01", "02"]


def test_a_customers_addresses_contacts_and_part_numbers_are_set(orderdesk: Program) -> None:
    def changed(*arguments: str, given: str | None = None) -> Any:
        done = orderdesk("customer", *arguments, "--json", given=given)
        assert done.code == 0, done.err
        return done.json

    place = {"code": "03", "street": "3 Dock Rd", "city": "Hull"}
    first = changed("address", "acme", "--code", "03", "--street", "3 Dock Rd", "--city", "Hull")
    assert place.items() <= first["addresses"][-1].items()
    moved = changed("address", "ACME", "-", given=json.dumps({"code": "03", "city": "York"}))
    assert {**place, "city": "York"}.items() <= moved["addresses"][-1].items()
    assert changed("address", "ACME", "--code", "02", "--archived", "yes")["version"] == 4
    placed = orderdesk("order", "place", "--customer", "ACME", "--product", "P1",
                       "--quantity", "1", "--ship-to", "02", "--json")  # fmt: skip
    assert (placed.code, placed.error["code"]) == (3, "unknown_ship_to")
    assert changed("contact", "ACME", "--name", "Kim", "--phone", "12")["contacts"][-1] == {
        "name": "Kim", "title": "", "phone": "12", "email": "",
    }  # fmt: skip
    assert (
        changed("part", "ACME", "--part", "ac-1", "--product", "p2")["parts"][0]["part"] == "AC-1"
    )
    left = changed("part", "ACME", "--part", "AC-1", "--product", "")["parts"]
    assert [each["part"] for each in left] == ["ACME-77"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("address", "ACME", "--city", "Hull"), 4, "code is missing; add it"),
        (("contact", "ACME", "--phone", "1"), 4, "name is missing; add it"),
        (("part", "ACME", "--part", "X"), 4, "product is missing; add it"),
        (("part", "ACME", "--part", "X", "--product", "NIX"), 3, "product 'NIX' is unknown"),
        (("address", "NOBODY", "--code", "01"), 3, "customer 'NOBODY' is unknown"),
        (("address", "ACME", "--code", "01", "--city", "X", "--version", "7"), 5, "version"),
        (("address", "ACME", "-", "--code", "01"), 2, "give either JSON (-) or options (--code)"),
    ],
)
def test_what_cannot_belong_to_a_customer_is_refused(
    local: Program, arguments: tuple[str, ...], code: int, words: str
) -> None:
    told = local("customer", *arguments)
    assert (told.code, words in told.err) == (code, True), told.err
    assert local("customer", "show", "ACME", "--json").json["version"] == 1


@pytest.mark.parametrize("noun", ["customer", "product"])
def test_records_are_found_by_words(orderdesk: Program, noun: str) -> None:
    unit = () if noun == "customer" else ("--unit", "ea")
    orderdesk(noun, "add", "FND", "--name", "Umbrella Stand", *unit)
    hits = orderdesk(noun, "list", "--find", "umbr stan", "--json").rows
    assert [each["code"] for each in hits] == ["FND"]
    assert orderdesk(noun, "list", "--find", "zzzzqq", "--json").rows == []


@pytest.mark.parametrize(
    ("noun", "filters", "said"),
    [
        ("customer", ("--group", "RETAIL"), "--group"),
        ("customer", ("--blocked", "--archived"), "--blocked and --archived"),
        ("product", ("--group", "TOOLS"), "--group"),
        ("product", ("--supplier", "S1", "--kind", "kit"), "--supplier and --kind"),
        ("product", ("--discontinued", "--archived"), "--discontinued and --archived"),
    ],
)
def test_what_a_text_finds_is_not_filtered_and_says_so(
    local: Program, noun: str, filters: tuple[str, ...], said: str
) -> None:
    told = local(noun, "list", "--find", "a", *filters)
    assert (told.code, told.out) == (2, "")
    assert f"--find goes without {said}; leave out the one or the other" in told.err


def test_a_product_is_added_changed_shown_and_listed(orderdesk: Program) -> None:
    added = orderdesk("product", "add", "BLT-M8", "--name", "Bolt [M8]", "--unit", "ea",
                      "--cost", "0.021", "--json").json  # fmt: skip
    assert (added["code"], added["cost"], added["on_hand"]) == ("BLT-M8", "0.021", "0")
    changed = orderdesk("product", "set", "BLT-M8", "--discontinued", "yes", "--json").json
    assert changed["discontinued"] is True
    listed = orderdesk("product", "list", "--discontinued", "--json").rows
    assert [each["code"] for each in listed] == ["BLT-M8", "LAST"]
    assert "Bolt [M8]" in orderdesk("product", "list").out


def test_prices_are_set_shown_and_listed(orderdesk: Program) -> None:
    entry = orderdesk("price", "set", "P2", "--price", "2.25", "--quantity", "100",
                      "--valid-from", "2026-11-01", "--json").json  # fmt: skip
    assert (entry["price"], entry["quantity"], entry["price_list"]) == ("2.25", "100", "BASE")
    shown = orderdesk("price", "show", "P2", "--quantity", "150", "--on", "2026-11-23", "--json")
    assert shown.json["price"] == "2.25"
    assert orderdesk("price", "show", "P1", "--customer", "ACME", "--quantity", "20",
                     "--json").json["source"] == "customer"  # fmt: skip
    listed = orderdesk("price", "list", "--product", "P2", "--json").rows
    assert [each["quantity"] for each in listed] == ["0", "100"]
    assert orderdesk("price", "list", "--on", "soon").code == 2


def test_a_long_price_list_is_given_whole(
    orderdesk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orderdesk.cli import command

    whole = orderdesk("price", "list", "--json").rows
    monkeypatch.setattr(command, "PAGE", 3)
    assert orderdesk("price", "list", "--json").rows == whole
    assert len(whole) > 6


def test_notes_are_kept_and_listed(orderdesk: Program) -> None:
    made = orderdesk("note", "add", "customer", "acme", "--text", "Closed on Mondays",
                     "--audience", "pick list", "--json").json  # fmt: skip
    assert (made["key"], made["audience"]) == ("ACME", "pick list")
    piped = json.dumps({"subject": "customer", "key": "ACME", "text": "Second"})
    orderdesk("note", "add", "-", given=piped)
    listed = orderdesk("note", "list", "customer", "ACME", "--json").rows
    assert [each["text"] for each in listed] == ["Closed on Mondays", "Second"]
    only = orderdesk("note", "list", "customer", "ACME", "--audience", "inside", "--json").rows
    assert [each["text"] for each in only] == ["Second"]
    assert orderdesk("note", "add", "customer", "--text", "x").code == 2
    assert orderdesk("note", "add", "customer", "NOBODY", "--text", "x").code == 3


def test_credit_is_shown_and_limited(orderdesk: Program) -> None:
    orderdesk("order", "place", "--customer", "ACME", "--product", "P1", "--quantity", "2")
    shown = orderdesk("credit", "show", "ACME", "--json").json
    assert (shown["limit"], shown["exposure"], shown["headroom"]) == (
        "10000.00", "20.00", "9980.00",
    )  # fmt: skip
    assert shown["parts"] == {
        "receivables": "0.00", "unbilled": "0.00", "open_orders": "20.00", "unapplied": "0.00",
    }  # fmt: skip
    assert shown["overdue"] == {"amount": "0.00", "oldest_days": 0}
    assert (shown["result"], shown["reasons"], shown["grants"]) == ("ok", [], [])
    for option in ("--limit", "--amount"):
        limited = orderdesk("credit", "limit", "ACME", option, "15", "--reason", "Late", "--json")
        assert (limited.json["limit"], limited.json["result"]) == ("15.00", "hold")
    free = orderdesk("credit", "limit", "ACME", "--unlimited", "--json").json
    assert (free["limit"], free["headroom"], free["result"]) == (None, None, "ok")
    assert orderdesk("credit", "limit", "ACME").code == 2


def test_stock_is_shown_received_adjusted_and_followed(orderdesk: Program) -> None:
    shown = orderdesk("stock", "show", "P1", "--json").json
    assert (shown["on_hand"], shown["allocated"], shown["available"]) == ("100", "0", "100")
    assert shown["expected"] == "0"
    assert shown["warehouses"] == [
        {
            "warehouse": "01",
            "on_hand": "100",
            "allocated": "0",
            "available": "100",
            "expected": "0",
        }
    ]
    orderdesk("order", "place", "--customer", "FREE", "--product", "P3", "--quantity", "5")
    came = orderdesk("stock", "receive", "P3", "--quantity", "2.5", "--reference", "PO 1", "--json")
    assert came.json["served"] == [{"order": "SO-000001", "line": 1, "quantity": "2.5"}]
    assert came.json["movement"]["reference"] == "PO 1"
    given = json.dumps({"product": "P3", "quantity": 1})
    assert orderdesk("stock", "receive", "-", "--json", given=given).json["on_hand"] == "3.5"
    told = orderdesk("stock", "receive", "P3", "--quantity", "1").out
    assert "Received   1 kg at warehouse 01 (movement " in told
    assert "1 line that waited got of it" in told
    assert "kind receipt" not in told
    lost = orderdesk(
        "stock", "adjust", "P3", "--quantity", "-1.5", "--reason", "LOST", "--json"
    ).json
    assert (lost["on_hand"], lost["movement"]["quantity"]) == ("3", "-1.5")
    assert orderdesk("stock", "adjust", "P3", "--counted", "9", "--json").json["on_hand"] == "9"
    moves = orderdesk("stock", "moves", "P3", "--json").rows
    assert [each["quantity"] for each in moves] == ["6", "-1.5", "1", "1", "2.5"]
    assert len(orderdesk("stock", "moves", "P3", "--json", "--limit", "2").rows) == 2
    assert orderdesk("stock", "adjust", "P3").code == 4


@pytest.mark.parametrize("word", MASTERS)
def test_every_small_table_follows_one_pattern(orderdesk: Program, word: str) -> None:
    code = "zz9"
    needed = {
        "warehouse": ("--time-zone", "Europe/Berlin", "--cut-off", "15:00"),
        "tax": ("--rate", "19"),
        "terms": ("--net-days", "14"),
        "unit": ("--decimals", "2"),
        "price-list": ("--currency", "EUR"),
        "user": ("--role", "clerk"),
    }.get(word, ())
    named = "--full-name" if word == "user" else "--name"
    added = orderdesk(word, "add", code, named, "First", *needed, "--json", *OWNER)
    assert (added.code, added.err) == (0, "")
    key = named.removeprefix("--").replace("-", "_")
    assert added.json[key] == "First"
    changed = orderdesk(word, "set", code, named, "Second", "--version", "1", "--json", *OWNER)
    assert (changed.json[key], changed.json["version"]) == ("Second", 2)
    assert orderdesk(word, "show", code, "--json", *OWNER).json == changed.json
    listed = orderdesk(word, "list", "--json", *OWNER).rows
    assert changed.json in listed
    orderdesk(word, "set", code, "--archived", "yes", *OWNER)
    shown = [each["code"] for each in orderdesk(word, "list", "--json", *OWNER).rows]
    every = [each["code"] for each in orderdesk(word, "list", "--archived", "--json", *OWNER).rows]
    assert changed.json["code"] not in shown
    assert changed.json["code"] in every
    assert orderdesk(word, "add", code, *needed, *OWNER).code == 4
    assert orderdesk(word, "show", "nix", *OWNER).code == 3


def test_a_master_record_comes_as_json(orderdesk: Program, tmp_path: Path) -> None:
    path = tmp_path / "tax.json"
    path.write_text('{"code": "T7", "name": "7 %", "rate": 7.0}')
    assert orderdesk("tax", "add", str(path), "--json").json["rate"] == "7"
    for text, words in (
        ('{"code": "T8", "colour": "red"}', "'colour' is unknown"),
        ('{"code": "T8", "name": ["x"]}', "name is a list or an object"),
        ('{"name": "x"}', "code"),
    ):
        refused = orderdesk("tax", "add", "-", given=text)
        assert refused.code == 4
        assert words in refused.err
    both = orderdesk("terms", "add", "-", "--net-days", "8", given="{}")
    assert (both.code, "give either JSON (-) or options (--net-days)" in both.err) == (2, True)


def test_the_company_is_shown_and_changed(orderdesk: Program) -> None:
    shown = orderdesk("company", "show", "--json").json
    assert (shown["name"], shown["currency"]) == ("Small Company", "USD")
    changed = orderdesk("company", "set", "--minimum-order", "50", "--json", *OWNER).json
    assert (changed["minimum_order"], changed["version"]) == ("50.00", shown["version"] + 1)


def test_a_product_says_in_which_units_and_quantities_it_is_sold(orderdesk: Program) -> None:
    orderdesk("unit", "add", "case", "--name", "Case", *OWNER)
    given = orderdesk("product", "unit", "P1", "--unit", "case", "--contains", "12", "--json")
    assert given.json["units"] == [{"unit": "case", "contains": "12"}]
    changed = orderdesk("product", "set", "P1", "--least", "12", "--multiple", "6", "--json").json
    assert (changed["least"], changed["multiple"]) == ("12", "6")
    taken = orderdesk("product", "unit", "P1", "--unit", "case", "--contains", "", "--json")
    assert taken.json["units"] == []
    refused = orderdesk("product", "unit", "P1", "--unit", "case", "--contains", "x", "--json")
    assert (refused.code, refused.error["code"]) == (4, "bad_value")
