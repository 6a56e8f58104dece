"""Orders by command: placed, shown, changed, stopped, followed."""

import json

import pytest

from orderdesk.cli import people
from tests.cli.conftest import Program

PLACE = ("order", "place", "--customer", "ACME", "--product", "P1", "--quantity", "12", "--json")
FULL = {
    "customer": "ACME",
    "buyer_po": "4500012345",
    "channel": "EDI",
    "contact": "Maria",
    "ship_to": "02",
    "requested": "2026-11-27",
    "terms": "CASH",
    "discount": "5",
    "charges": [{"code": "freight", "amount": "12.00"}],
    "note": "Ring twice",
    "lines": [
        {"product": "P1", "quantity": "12"},
        {"product": "P2", "quantity": 10, "price": "9.50", "ship_to": "01", "discount": 0},
    ],
}


def test_one_line_is_ordered_by_options(orderdesk: Program) -> None:
    placed = orderdesk(*PLACE, "--buyer-po", "4711", "--requested", "2026-11-27", "--price", "9.5")
    assert (placed.code, placed.err) == (0, "")
    order = placed.json
    assert (order["number"], order["status"], order["buyer_po"]) == (
        "SO-000001", "confirmed", "4711",
    )  # fmt: skip
    [line] = order["lines"]
    assert (line["ordered"], line["price"], line["price_source"]) == ("12", "9.50", "hand")
    assert orderdesk("order", "show", order["number"], "--json").json == order


def test_a_whole_order_comes_as_json_from_a_pipe_or_a_file(
    orderdesk: Program, tmp_path: object
) -> None:
    piped = orderdesk("order", "place", "-", "--json", given=json.dumps(FULL)).json
    path = f"{tmp_path}/order.json"
    with open(path, "w", encoding="utf-8-sig") as file:
        json.dump(FULL, file)
    filed = orderdesk("order", "place", path, "--json").json
    assert filed["duplicates"] == [piped["number"]]
    assert [order["lines"][1]["backordered"] for order in (piped, filed)] == ["5", "10"]
    for order in (piped, filed):
        assert order["net"] == "221.00"
        assert order["charges"][0]["amount"] == "12.00"
        assert [line["ship_to"] for line in order["lines"]] == ["02", "01"]
        assert all(key in order for key in "holds tax total stage shipping billing".split())


def test_an_order_and_its_lines_name_their_warehouses(orderdesk: Program) -> None:
    orderdesk("warehouse", "add", "02", "--name", "Second")
    placed = orderdesk(*PLACE, "--warehouse", "02").json
    assert (placed["warehouse"], placed["lines"][0]["warehouse"]) == ("02", "02")
    number = placed["number"]
    moved = orderdesk("order", "amend", number, "--line", "1", "--warehouse", "01", "--json").json
    assert (moved["warehouse"], moved["lines"][0]["warehouse"]) == ("02", "01")
    whole = orderdesk("order", "amend", number, "--warehouse", "01", "--json").json
    assert whole["warehouse"] == "01"
    assert orderdesk(*PLACE, "--warehouse", "09").code == 3


def test_what_every_reader_of_an_order_gets_has_the_keys_of_the_contract(
    orderdesk: Program,
) -> None:
    order = orderdesk(*PLACE).json
    for key in (
        "number version customer buyer_po contact ship_to terms requested promised status stage "
        "shipping billing holds currency net tax total charges lines"
    ).split():
        assert key in order
    for key in (
        "line product unit ordered open allocated backordered shipped short_closed list_price "
        "price price_source discount net ship_to warehouse requested promised ship_by note"
    ).split():
        assert key in order["lines"][0]
    [listed] = orderdesk("order", "list", "--json").rows
    assert listed == {key: order[key] for key in listed}
    assert not {"lines", "charges", "holds"} & set(listed)


def test_a_held_order_is_done_and_says_why(orderdesk: Program) -> None:
    held = orderdesk("order", "place", "--customer", "TIGHT", "--product", "P1",
                     "--quantity", "11", "--json")  # fmt: skip
    assert held.code == 0
    [hold] = held.json["holds"]
    assert hold["code"] == "credit_limit"
    assert hold["released_by"] is None
    number = held.json["number"]
    own = orderdesk("order", "release", number, "--json")
    assert own.code == 4
    done = orderdesk(
        "order", "release", number, "--reason", "Paid", "--json", "--user", "supervisor"
    )
    assert done.json["holds"][0]["released_by"] == "supervisor"
    again = orderdesk("order", "release", number, "--json", "--user", "supervisor")
    assert again.code == 4
    assert "supervisor" in again.error["message"]


def test_an_order_is_stopped_by_hand_and_released_by_somebody_else(orderdesk: Program) -> None:
    number = orderdesk(*PLACE).json["number"]
    stopped = orderdesk("order", "hold", number, "--line", "1", "--reason", "New address", "--json")
    assert [(h["line"], h["message"]) for h in stopped.json["holds"]] == [(1, "New address")]
    code = stopped.json["holds"][0]["code"]
    done = orderdesk("order", "release", number, "--code", code, "--user", "supervisor", "--json")
    assert done.json["holds"][0]["released_by"] == "supervisor"


def test_a_line_is_changed_added_closed_and_opened_again(orderdesk: Program) -> None:
    number = orderdesk(*PLACE).json["number"]
    changed = orderdesk("order", "amend", number, "--line", "1", "--quantity", "20",
                        "--price", "8", "--note", "Blue ones", "--json").json  # fmt: skip
    assert (changed["version"], changed["net"]) == (2, "160.00")
    assert changed["lines"][0]["note"] == "Blue ones"
    added = orderdesk("order", "amend", number, "--product", "P2", "--quantity", "2", "--json").json
    assert [line["product"] for line in added["lines"]] == ["P1", "P2"]
    closed = orderdesk(
        "order", "close-line", number, "--line", "2", "--reason", "No", "--json"
    ).json
    assert (closed["lines"][1]["open"], closed["lines"][1]["short_closed"]) == ("0", "2")
    reopened = orderdesk("order", "reopen", number, "--line", "2", "--json").json
    assert reopened["lines"][1]["open"] == "2"


def test_a_header_is_changed_and_a_stale_version_is_a_conflict(orderdesk: Program) -> None:
    number = orderdesk(*PLACE).json["number"]
    changed = orderdesk("order", "amend", number, "--requested", "2026-12-01", "--contact", "Kim",
                        "--version", "1", "--json").json  # fmt: skip
    assert (changed["requested"], changed["contact"]) == ("2026-12-01", "Kim")
    assert changed["lines"][0]["requested"] == "2026-12-01"
    stale = orderdesk("order", "amend", number, "--contact", "Lou", "--version", "1", "--json")
    assert stale.code == 5


@pytest.mark.parametrize(
    "act",
    ["close-line --line 1", "reopen", "cancel", "hold --reason wait", "release"],
)
def test_every_other_change_of_a_stale_version_is_a_conflict_too(
    orderdesk: Program, act: str
) -> None:
    number = orderdesk(*PLACE).json["number"]
    orderdesk("order", "amend", number, "--contact", "Kim")
    verb, *options = act.split()
    stale = orderdesk("order", verb, number, *options, "--version", "1", "--json")
    assert (stale.code, json.loads(stale.err)["error"]["code"]) == (5, "changed_meanwhile")


def test_many_changes_come_as_json_all_or_none(orderdesk: Program) -> None:
    number = orderdesk(*PLACE).json["number"]
    wanted = {
        "lines": [{"line": 1, "quantity": 5}],
        "add": [{"product": "P2", "quantity": "1"}, {"product": "P1", "quantity": "1"}],
        "reason": "By phone",
    }
    changed = orderdesk("order", "amend", number, "-", "--json", given=json.dumps(wanted)).json
    assert [line["ordered"] for line in changed["lines"]] == ["5", "1", "1"]
    wanted["add"] = [{"product": "NIX", "quantity": "1"}]
    wanted["lines"] = [{"line": 1, "quantity": 6}]
    refused = orderdesk("order", "amend", number, "-", "--json", given=json.dumps(wanted))
    assert refused.code == 3
    assert orderdesk("order", "show", number, "--json").json == changed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--quantity", "5"), "--quantity is of a line; give --line too"),
        (("--remove",), "--remove is of a line; give --line"),
        (("--line", "1", "--product", "P2"), "give either --line"),
        (("--line", "one"), "--line"),
    ],
)
def test_a_change_of_no_line_in_particular_is_refused(
    local: Program, options: tuple[str, ...], words: str
) -> None:
    local(*PLACE)
    told = local("order", "amend", "SO-000001", *options)
    assert told.code == 2
    assert words in told.err


def test_an_order_is_cancelled_and_copied(orderdesk: Program) -> None:
    number = orderdesk(*PLACE).json["number"]
    cancelled = orderdesk("order", "cancel", number, "--reason", "Ordered twice", "--json").json
    assert cancelled["status"] == "cancelled"
    copied = orderdesk("order", "copy", number, "--requested", "2026-12-24", "--json").json
    assert (copied["number"], copied["requested"]) == ("SO-000002", "2026-12-24")
    assert copied["lines"][0]["ordered"] == "12"


def test_what_happened_to_an_order_is_listed(orderdesk: Program) -> None:
    number = orderdesk(*PLACE).json["number"]
    orderdesk("order", "amend", number, "--contact", "Kim", "--reason", "Moved")
    events = orderdesk("order", "events", number, "--json").rows
    assert [each["version"] for each in events] == [1, 2]
    assert events[1]["changes"]["contact"] == ["Pat", "Kim"]
    assert events[0]["actor"] == "clerk"
    for how in ((), ("--csv",)):
        assert "contact: Pat -> Kim" in orderdesk("order", "events", number, *how).out
    assert len(orderdesk("order", "events", number, "--json", "--limit", "1").rows) == 1


def test_orders_are_listed_newest_first_by_what_is_asked(orderdesk: Program) -> None:
    for customer in ("ACME", "FREE", "ACME"):
        orderdesk(
            *("order", "place", "--customer", customer, "--product", "P1", "--quantity", "1"),
            *("--buyer-po", "77"),
        )
    every = [each["number"] for each in orderdesk("order", "list", "--json").rows]
    assert every == ["SO-000003", "SO-000002", "SO-000001"]

    def numbers(*options: str) -> list[str]:
        return [each["number"] for each in orderdesk("order", "list", "--json", *options).rows]

    assert numbers("--limit", "2") == every[:2]
    assert numbers("--customer", "acme") == ["SO-000003", "SO-000001"]
    assert numbers("--status", "cancelled") == []
    assert numbers("--buyer-po", "77", "--customer", "FREE") == ["SO-000002"]
    unknown = orderdesk("order", "list", "--customer", "NOBODY", "--json")
    assert (unknown.code, unknown.out) == (3, "")
    table = orderdesk("order", "list", "--csv").out.splitlines()
    assert table[0].startswith("number,version,customer,")
    assert len(table) == 4


def test_a_long_list_is_given_whole(local: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from orderdesk.cli import command

    monkeypatch.setattr(command, "PAGE", 2)
    for _ in range(5):
        local("order", "place", "--customer", "FREE", "--product", "P1", "--quantity", "1")
    numbers = [each["id"] for each in local("order", "list", "--json").rows]
    assert numbers == [5, 4, 3, 2, 1]
    assert len(local("order", "list", "--json", "--limit", "3").rows) == 3
    assert len(local("order", "list").out.splitlines()) == 6


def test_an_order_is_found_without_prefix_and_zeros(orderdesk: Program) -> None:
    orderdesk(*PLACE)
    assert orderdesk("order", "show", "1", "--json").json["number"] == "SO-000001"
    told = orderdesk("order", "show", "4711", "--json")
    assert told.code == 3
    assert "4711" in told.error["message"]


def test_people_see_an_order_as_a_page(local: Program) -> None:
    local("order", "place", "-", given=json.dumps(FULL))
    shown = local("order", "show", "SO-000001").out.splitlines()
    assert any(line.split() == ["Customer", "ACME"] for line in shown)
    heads = [line.split()[:3] for line in shown if line.startswith("Line ")]
    assert ["Line", "Code", "Description"] in heads
    assert ["Line", "Product", "Description"] in heads
    assert not any(line.startswith("Id ") for line in shown)


@pytest.mark.parametrize(
    ("width", "more"),
    [
        (72, ""),
        (80, "Unit"),
        (200, "Closed Unit Promised Discount Requested Ship Whse Source Shipped Disposition"),
    ],
)
def test_the_lines_of_an_order_fit_a_terminal_and_use_its_room(
    local: Program, monkeypatch: pytest.MonkeyPatch, width: int, more: str
) -> None:
    local("order", "place", "-", given=json.dumps(FULL))
    monkeypatch.setattr(people, "_PIPED_WIDTH", width)
    shown = local("order", "show", "1").out.splitlines()
    assert max(map(len, shown)) <= width
    [head] = [line for line in shown if line.startswith("Line  Product")]
    main = "Line Product Description Ordered Open Alloc Back Price Net"
    assert set(head.split()) - {"to"} == {*main.split(), *more.split()}
    first = shown[shown.index(head) + 1].split()
    assert first[:2] == ["1", "P1"]


def test_events_tell_of_stock_that_came_meanwhile(orderdesk: Program) -> None:
    placed = orderdesk("order", "place", "--customer", "ACME", "--product", "P3", "--quantity", "2")
    assert placed.code == 0
    orderdesk("stock", "receive", "P3", "--quantity", "1.5")
    first, served = orderdesk("order", "events", "1", "--json").rows
    assert (first["version"], served["version"], served["kind"]) == (1, None, "served")
    assert served["changes"]["lines"] == {"1": {"allocated": ["0", "1.5"]}}
    assert len(orderdesk("order", "events", "1", "--json", "--limit", "1").rows) == 1
    assert "receipt 5" in orderdesk("order", "events", "1").out


def test_a_line_and_an_order_say_how_what_is_short_is_dealt_with(orderdesk: Program) -> None:
    line = ("--product", "P2", "--quantity", "9", "--disposition", "cancel")
    rule = ("--delivery-rule", "order complete", "--most-deliveries", "1", "--json")
    placed = orderdesk("order", "place", "--customer", "FREE", *line, *rule).json
    [first] = placed["lines"]
    assert (first["disposition"], first["open"], first["short_closed"]) == ("cancel", "5", "4")
    assert (placed["delivery_rule"], placed["most_deliveries"]) == ("order complete", 1)
    assert placed["warnings"][0].startswith("line 1: 4 of 9 ea of P2 closed")
    amend = ("order", "amend", placed["number"])
    other = orderdesk(*amend, "--line", "1", "--disposition", "pick up", "--json").json
    assert other["lines"][0]["disposition"] == "pick up"
    more = orderdesk(
        *amend, "--product", "P1", "--quantity", "1", "--disposition", "call", "--json"
    ).json
    assert more["lines"][1]["disposition"] == "call when available"
    assert orderdesk(*amend, "--most-deliveries", "", "--json").json["most_deliveries"] is None
    alone = orderdesk(*amend, "--disposition", "call")
    assert alone.code == 2
    assert "--disposition is of a line; give --line" in alone.err


def test_one_product_stands_in_for_another(orderdesk: Program) -> None:
    pair = ("product", "substitute", "P2", "--by", "P1")
    kept = orderdesk(*pair, "--json", "--command-id", "s-1").json
    assert [other["product"] for other in kept["others"]] == ["P1"]
    assert "P1" in orderdesk(*pair, "--rank", "2", "--dry-run").out
    assert orderdesk("product", "substitutes", "P2", "--json").rows == kept["others"]
    orderdesk("customer", "set", "FREE", "--substitutes", "yes")
    place = ("order", "place", "--customer", "FREE", "--json")
    one = ("--product", "P1", "--quantity", "1")
    short = orderdesk(*place, "--product", "P2", "--quantity", "9").json
    assert short["lines"][0]["substitutes"][0]["available"] == "100"
    taken = orderdesk(*place, *one, "--substitute-for", "P2").json
    assert taken["lines"][0]["substitute_for"] == "P2"
    amend = ("order", "amend", short["number"], "--json", "--substitute-for", "P2")
    assert orderdesk(*amend, *one).json["lines"][1]["substitute_for"] == "P2"
    assert orderdesk(*amend, "--line", "1").code == 2
    assert orderdesk(*pair, "--remove", "--json").json["others"] == []
