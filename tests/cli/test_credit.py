"""Credit and the night by command, as accounts and scripts run them."""

import json
from pathlib import Path

from tests.cli.conftest import Program

OWNER = ("--user", "owner", "--json")


def test_open_items_come_from_a_file_and_move_the_exposure(
    orderdesk: Program, tmp_path: Path
) -> None:
    file = tmp_path / "items.jsonl"
    rows = [
        {"customer": "TIGHT", "number": "R1", "date": "2026-10-01", "amount": 95},
        {"customer": "TIGHT", "kind": "payment", "number": "Z1", "date": "", "amount": "5.00"},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert orderdesk("credit", "import", str(file), *OWNER).json["accepted"] == 2
    shown = orderdesk("credit", "show", "TIGHT", *OWNER).json
    assert shown["parts"] == {
        "receivables": "95.00", "unbilled": "0.00", "open_orders": "0.00", "unapplied": "5.00",
    }  # fmt: skip
    assert shown["overdue"] == {"amount": "95.00", "oldest_days": 53}
    assert [each["code"] for each in shown["reasons"]] == ["credit_limit", "overdue"]


def test_a_payment_and_another_limit_let_held_orders_pass(
    orderdesk: Program, tmp_path: Path
) -> None:
    place = ("order", "place", "--customer", "TIGHT", "--product", "P1", "--quantity")
    orderdesk(*place, "11")
    orderdesk(*place, "5")
    file = tmp_path / "items.csv"
    file.write_text("customer,kind,number,date,amount\nTIGHT,payment,Z1,2026-11-23,10\n")
    done = orderdesk("credit", "import", str(file), *OWNER).json
    assert done["released"] == [{"order": "SO-000001", "codes": ["credit_limit"]}]
    limit = ("credit", "limit", "TIGHT", "--limit", "150", "--command-id", "L1", *OWNER)
    told = orderdesk(*limit, "--dry-run")
    assert "a dry run does not look at which held orders would pass" in told.err
    assert orderdesk("order", "show", "2", *OWNER).json["holds"][0]["released_by"] is None
    raised = orderdesk(*limit)
    assert raised.json["limit"] == "150.00"
    assert raised.err == "released by the system: SO-000002 (credit_limit)\n"
    assert orderdesk("order", "show", "2", *OWNER).json["holds"][0]["released_by"] == "system"
    again = orderdesk(*limit)
    assert (again.out, again.err) == (raised.out, "")


def test_who_entered_an_order_is_told_that_another_limit_does_not_do(orderdesk: Program) -> None:
    line = ("--product", "P1", "--quantity", "11", "--user", "owner")
    orderdesk("order", "place", "--customer", "TIGHT", *line)
    raised = orderdesk("credit", "limit", "TIGHT", "--limit", "150", *OWNER)
    assert "for somebody else to release" in raised.err


def test_a_look_ahead_says_what_is_left_and_when_more_comes(orderdesk: Program) -> None:
    asked = ("credit", "what-if", "TIGHT", "--amount", "120")
    ahead = orderdesk(*asked, "--on", "2026-12-01", *OWNER).json
    assert (ahead["exposure"], ahead["headroom"], ahead["result"]) == ("120.00", "-20.00", "hold")
    seen = orderdesk("credit", "burn-down", "TIGHT", *OWNER).json
    assert (seen["late_days"], seen["steps"], seen["free_on"]) == (0, [], "2026-11-23")


def test_a_grant_has_a_ceiling_and_a_day_and_the_night_ends_it(orderdesk: Program) -> None:
    line = ("--product", "P1", "--quantity", "11")
    orderdesk("order", "place", "--customer", "TIGHT", *line)
    granted = orderdesk(
        "credit", "grant", "1", "--ceiling", "200", "--until", "2026-11-24",
        "--user", "supervisor", "--json",
    ).json  # fmt: skip
    assert (granted["holds"][0]["ceiling"], granted["holds"][0]["until"]) == (
        "200.00",
        "2026-11-24",
    )
    [grant] = orderdesk("credit", "show", "TIGHT", *OWNER).json["grants"]
    assert (grant["order"], grant["until"]) == ("SO-000001", "2026-11-24")
    assert orderdesk("nightly", "--on", "2026-11-24", *OWNER).json["held"] == []
    done = orderdesk("nightly", "--on", "2026-11-25", *OWNER).json
    assert done["held"] == [{"order": "SO-000001", "codes": ["credit_limit"]}]
    assert (done["before"], done["business_date"]) == ("2026-11-24", "2026-11-25")
    assert orderdesk("nightly", "--on", "2026-11-24", *OWNER).code == 4
    assert orderdesk("nightly", "--on", "soon", *OWNER).code == 2


def test_the_night_is_rehearsed_and_its_report_has_the_head(orderdesk: Program) -> None:
    night = ("nightly", "--on", "2026-11-24", "--command-id", "N1")
    told = orderdesk(*night, "--dry-run", *OWNER).json
    assert (told["business_date"], told["checked"]) == ("2026-11-24", 0)
    assert "not known before they are checked" in told["said"]
    assert orderdesk("credit", "show", "TIGHT", *OWNER).json["business_date"] == "2026-11-23"
    done = orderdesk(*night, *OWNER).json
    assert (len(done["head"]), done["unsealed"]) == (64, 0)
    assert orderdesk(*night, *OWNER).json == done
    shown = orderdesk(*night, "--user", "owner")
    assert f"Head           {done['head']}" in shown.out
    assert f"Event          {done['event']}" in shown.out
    refused = orderdesk(*night[:1], "--on", "2026-11-25", *night[3:], *OWNER)
    assert (refused.code, refused.error["code"]) == (4, "command_id_reused")
    assert orderdesk("nightly", "--on", "2026-11-25", "--user", "senior").code == 4


def test_limits_families_and_checks_are_set(orderdesk: Program) -> None:
    limit = ("credit", "limit", "TIGHT", "--limit", "500", "--until", "2026-12-31")
    shown = orderdesk(*limit, *OWNER).json
    assert (shown["limit"], shown["standing_limit"]) == ("500.00", "100.00")
    family = orderdesk("credit", "parent", "FREE", "--parent", "TIGHT", *OWNER).json
    assert (family["holder"], family["limit"]) == ("TIGHT", "500.00")
    assert orderdesk("credit", "parent", "FREE", "--alone", *OWNER).json["limit"] is None
    assert orderdesk("credit", "parent", "FREE", *OWNER).code == 2
    check = ("credit", "check", "overdue", "--mode", "on", "--threshold", "14", "--group", "G1")
    assert orderdesk(*check, *OWNER).json["threshold"] == "14"
    listed = orderdesk("credit", "checks", *OWNER).rows
    assert [(each["check"], each["mode"]) for each in listed if each["group"]] == [
        ("overdue", "on")
    ]
    assert orderdesk("credit", "check", "luck", "--mode", "on", *OWNER).code == 3
    assert orderdesk("credit", "check", "review", "--threshold", "3", *OWNER).code == 4
