"""`orderdesk supply`, and receipts of what was expected, by command."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Program


def test_goods_are_announced_moved_received_and_reversed_by_command(orderdesk: Program) -> None:
    added = orderdesk("supply", "add", "P2", "--quantity", "40", "--due", "2026-12-01",
                      "--reference", "PO 4711", "--json")  # fmt: skip
    assert added.code == 0, added.err
    number = str(added.json["id"])
    assert (added.json["open"], added.json["due"]) == ("40", "2026-12-01")
    moved = orderdesk("supply", "set", number, "-", "--version", "1", "--json",
                      given=json.dumps({"due": "2026-12-08", "quantity": 42}))  # fmt: skip
    assert (moved.json["due"], moved.json["first_due"]) == ("2026-12-08", "2026-12-01")
    again = orderdesk("supply", "move", number, "--due", "2026-12-09", "--dry-run", "--json").json
    assert (again["due"], again["quantity"]) == ("2026-12-09", "42")
    stale = orderdesk("supply", "set", number, "--note", "x", "--version", "1", "--json")
    assert stale.code == 5
    received = orderdesk("stock", "receive", "--supply", number, "--quantity", "12", "--json")
    assert received.json["supply"] == {
        "id": int(number), "quantity": "42", "received": "12", "open": "30", "surplus": "0",
    }  # fmt: skip
    [listed] = orderdesk("supply", "list", "--product", "P2", "--json").rows
    assert (listed["id"], listed["open"], listed["late"]) == (int(number), "30", False)
    shown = orderdesk("stock", "show", "P2", "--json").json
    assert (shown["expected"], shown["supplies"][0]["due"]) == ("30", "2026-12-08")
    back = orderdesk("stock", "reverse", str(received.json["movement"]["id"]), "--json")
    assert (back.json["supply"]["open"], back.json["on_hand"]) == ("42", "5")
    gone = orderdesk("supply", "cancel", number, "--reason", "Sold out", "--json").json
    assert (gone["open"], gone["cancelled"]) == ("0", "42")
    assert orderdesk("supply", "list", "--json").rows == []
    [kept] = orderdesk("supply", "list", "--everything", "--json").rows
    assert kept["id"] == int(number)
    detail = orderdesk("supply", "show", number, "--json").json
    assert [each["kind"] for each in detail["receipts"]] == ["reversal", "receipt"]


def test_people_see_what_is_expected(local: Program) -> None:
    local("supply", "add", "P2", "--quantity", "40", "--due", "2026-11-20")
    listed = local("supply", "list")
    assert "2026-11-20" in listed.out
    assert "yes" in listed.out
    assert "2026-11-20" in local("stock", "show", "P2").out
    assert "2026-11-20" in local("supply", "show", "1").out


def test_a_dry_run_announces_nothing_and_a_command_id_once(local: Program) -> None:
    wanted = ("supply", "add", "P2", "--quantity", "4", "--due", "2026-12-01", "--json")
    assert local(*wanted, "--dry-run").code == 0
    assert local("supply", "list", "--json").rows == []
    first = local(*wanted, "--command-id", "s-1").json
    assert local(*wanted, "--command-id", "s-1").json == first
    assert len(local("supply", "list", "--json").rows) == 1


def test_a_second_file_moves_what_the_first_one_announced(
    orderdesk: Program, tmp_path: Path
) -> None:
    first = tmp_path / "first.csv"
    first.write_text("ASN,Item,Pieces,ETA\nA1,P1,10,2026-12-01\nA2,P2,5,2026-12-02\nA3,NIX,1,x\n")
    mapping = [
        each
        for pair in ("external_key=ASN", "product=Item", "quantity=Pieces", "due=ETA")
        for each in ("--map", pair)
    ]
    done = orderdesk("supply", "import", str(first), *mapping, "--json")
    assert (done.code, done.json["accepted"], done.json["rejected"]) == (6, 2, 1)
    second = tmp_path / "second.jsonl"
    second.write_text('{"external_key": "A1", "due": "2026-12-09"}\n')
    assert orderdesk("supply", "import", str(second), "--json").code == 0
    listed = orderdesk("supply", "list", "--json").rows
    assert [(each["external_key"], each["due"], each["first_due"]) for each in listed] == [
        ("A2", "2026-12-02", "2026-12-02"),
        ("A1", "2026-12-09", "2026-12-01"),
    ]
    arrived = tmp_path / "in.csv"
    rows = [f"{each['product']},,{each['id']}" for each in listed]
    arrived.write_text("\n".join(["product,quantity,supply", *rows, f"P1,1,{listed[0]['id']}"]))
    took = orderdesk("stock", "import", str(arrived), "--json")
    assert (took.json["accepted"], took.json["rejected"]) == (2, 1)
    assert orderdesk("supply", "list", "--json").rows == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("supply", "show", "99"), 3, "supply 99 is unknown"),
        (("supply", "add", "P1", "--quantity", "1"), 4, "due is missing"),
        (("supply", "set", "99", "--due", "2026-12-01"), 3, "supply 99 is unknown"),
        (("stock", "receive",), 4, "product is missing"),
        (("stock", "receive", "--supply", "99"), 3, "supply 99 is unknown"),
        (("stock", "reverse", "99"), 3, "movement 99 is unknown"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_exit_code(
    local: Program, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = local(*arguments)
    assert done.code == code
    assert words in done.err
