"""Queues by command: listed, taken, approved, rejected, noted."""

from tests.cli.conftest import Program

HELD = ("order", "place", "--customer", "TIGHT", "--product", "P1", "--quantity", "11", "--json")
KEYS = "id queue subject customer reason details waiting_seconds taken_by".split()


def test_what_waits_is_listed_with_the_keys_of_the_contract(orderdesk: Program) -> None:
    placed = orderdesk(*HELD).json
    orderdesk("order", "hold", "1", "--line", "1", "--reason", "wrong colour?")
    rows = orderdesk("queue", "list", "holds", "--json").rows
    assert rows == orderdesk("queue", "list", "--json").rows
    assert [row["reason"] for row in rows] == ["credit_limit", "manual"]
    first = rows[0]
    assert list(first)[: len(KEYS)] == KEYS
    assert (first["queue"], first["subject"]) == ("holds", placed["number"])
    assert (first["total"], first["entered_by"], first["taken_by"]) == ("110.00", "clerk", None)
    assert orderdesk("queue", "list", "--reason", "manual", "--json").rows[0]["line"] == 1
    assert orderdesk("queue", "list", "--customer", "ACME", "--json").rows == []
    assert orderdesk("queue", "list", "--limit", "1", "--csv").out.count("holds-") == 1
    assert "wrong colour?" in orderdesk("queue", "list").out


def test_an_unknown_queue_is_not_found(local: Program) -> None:
    missing = local("queue", "list", "returns", "--json")
    assert (missing.code, missing.error["code"]) == (3, "unknown_queue")


def test_it_is_taken_approved_and_gone(orderdesk: Program) -> None:
    orderdesk(*HELD)
    supervisor = {"ORDERDESK_USER": "supervisor"}
    [row] = orderdesk("queue", "list", "--json").rows
    taken = orderdesk("queue", "take", row["id"], "--json", **supervisor)
    assert (taken.code, taken.json["taken_by"]) == (0, "supervisor")
    busy = orderdesk("queue", "approve", row["id"], "--json", ORDERDESK_USER="owner")
    assert (busy.code, busy.error["code"]) == (5, "taken")
    approve = ("queue", "approve", row["id"], "--ceiling", "500", "--until", "2026-12-31", "--json")
    rehearsed = orderdesk(*approve, "--dry-run", **supervisor)
    assert rehearsed.json["holds"][0]["released_by"] == "supervisor"
    assert len(orderdesk("queue", "list", "--json").rows) == 1
    first = orderdesk(*approve, "--command-id", "q-1", **supervisor)
    assert first.json["holds"][0]["ceiling"] == "500.00"
    assert orderdesk(*approve, "--command-id", "q-1", **supervisor).json == first.json
    again = orderdesk("queue", "approve", row["id"], "--json", ORDERDESK_USER="owner")
    assert (again.code, again.error["details"]["released_by"]) == (4, "supervisor")
    assert orderdesk("queue", "list", "--json").rows == []


def test_it_is_rejected_with_a_reason_and_noted(orderdesk: Program) -> None:
    orderdesk(*HELD)
    [row] = orderdesk("queue", "list", "--json").rows
    noted = orderdesk("queue", "note", row["id"], "--text", "they pay on Friday", "--json")
    assert (noted.json["subject"], noted.json["key"]) == ("order", row["subject"])
    supervisor = {"ORDERDESK_USER": "supervisor"}
    without = orderdesk("queue", "reject", row["id"], "--json", **supervisor)
    assert (without.code, without.error["code"]) == (4, "no_reason")
    done = orderdesk("queue", "reject", row["id"], "--reason", "half first", "--json", **supervisor)
    [hold] = done.json["holds"]
    assert (hold["rejected_by"], hold["rejection"]) == ("supervisor", "half first")
    assert orderdesk("queue", "list", "--json").rows == []
    shown = orderdesk("queue", "reject", row["id"], "--reason", "no", **supervisor)
    assert shown.code == 4
    assert "supervisor rejected the hold" in shown.err


def test_a_line_that_is_there_is_called_about_and_released(orderdesk: Program) -> None:
    line = ("--product", "P1", "--quantity", "1", "--json", "--disposition", "call when available")
    placed = orderdesk("order", "place", "--customer", "FREE", *line).json
    assert placed["lines"][0]["disposition"] == "call when available"
    orderdesk(*HELD)
    rows = orderdesk("queue", "list", "--json").rows
    assert [row["queue"] for row in rows] == ["holds", "calling"]
    [row] = orderdesk("queue", "list", "calling", "--json").rows
    assert rows[1] == row
    assert list(row)[: len(KEYS)] == KEYS
    assert orderdesk("queue", "list", "--reason", "call_when_available", "--json").rows == [row]
    assert len(orderdesk("queue", "list", "--reason", "credit_limit", "--json").rows) == 1
    assert orderdesk("queue", "take", row["id"], "--json").json["taken_by"] == "clerk"
    call = ("queue", "called", row["id"], "--reason", "busy", "--next", "2099-01-01", "--json")
    assert orderdesk(*call, "--dry-run").json["number"] == placed["number"]
    assert len(orderdesk("queue", "list", "calling", "--json").rows) == 1
    assert (
        orderdesk(*call, "--command-id", "c-1").json == orderdesk(*call, "--command-id", "c-1").json
    )
    assert orderdesk("queue", "list", "calling", "--json").rows == []
    shipped = orderdesk("queue", "approve", row["id"], "--reason", "they called", "--json").json
    assert shipped["lines"][0]["disposition"] == "ship available"


def test_who_told_a_customer_of_slips_says_so(orderdesk: Program) -> None:
    orderdesk("supply", "add", "P2", "--quantity", "9", "--due", "2099-01-05", "--json")
    line = ("--product", "P2", "--quantity", "8", "--json")
    number = orderdesk("order", "place", "--customer", "FREE", *line).json["number"]
    for due in ("2099-02-05", "2099-03-05"):
        orderdesk("supply", "set", "1", "--due", due)
        orderdesk("nightly", ORDERDESK_USER="owner")
    [row] = orderdesk("queue", "list", "promises", "--json").rows
    assert (row["subject"], row["reason"], row["details"]["slips"]) == (number, "slipped", 2)
    assert orderdesk("queue", "list", "--reason", "slipped", "--json").rows == [row]
    assert orderdesk("queue", "take", row["id"], "--json").json["taken_by"] == "clerk"
    told = ("queue", "told", row["id"], "--reason", "next year", "--requested", "2099-04-01")
    assert orderdesk(*told, "--dry-run", "--json").json["number"] == number
    done = orderdesk(*told, "--command-id", "t-1", "--json").json
    assert done["lines"][0]["requested"] == "2099-04-01"
    assert orderdesk(*told, "--command-id", "t-1", "--json").json == done
    assert orderdesk("queue", "list", "promises", "--json").rows == []


def test_nobody_without_the_right_decides(local: Program) -> None:
    local(*HELD)
    no = local("queue", "approve", "holds-1", "--json", ORDERDESK_USER="clerk2")
    assert (no.code, no.error["code"]) == (4, "no_right")


def test_every_decision_is_rehearsed_and_done_once_for_its_command_id(orderdesk: Program) -> None:
    orderdesk(*HELD)
    [row] = orderdesk("queue", "list", "--json").rows
    supervisor = {"ORDERDESK_USER": "supervisor"}
    for step, given in enumerate(
        (
            ("take",),
            ("note", "--text", "they pay on Friday"),
            ("reject", "--reason", "half first"),
        )
    ):
        command = ("queue", given[0], row["id"], *given[1:], "--json", "--command-id", f"q-{step}")
        before = orderdesk("order", "events", "1", "--json").out
        assert orderdesk(*command, "--dry-run", **supervisor).code == 0
        assert orderdesk("order", "events", "1", "--json").out == before
        first = orderdesk(*command, **supervisor)
        assert orderdesk(*command, **supervisor).out == first.out
    reused = orderdesk("queue", "take", row["id"], "--json", "--command-id", "q-2", **supervisor)
    assert (reused.code, reused.error["code"]) == (4, "command_id_reused")
    kinds = [each["kind"] for each in orderdesk("order", "events", "1", "--json").rows]
    assert kinds == ["placed", "taken", "rejected"]


def test_a_ceiling_is_in_the_unit_that_the_hold_measures(orderdesk: Program) -> None:
    for _ in range(2):
        orderdesk(
            "order", "place", "--customer", "FREE", "--product", "P1", "--quantity", "5",
            "--buyer-po", "4500", "--requested", "2026-11-27",
        )  # fmt: skip
    [row] = orderdesk("queue", "list", "--json").rows
    low = orderdesk("queue", "approve", row["id"], "--ceiling", "4", ORDERDESK_USER="supervisor")
    assert low.code == 4
    assert "a quantity of 5; give at least that" in low.err
    done = orderdesk(
        "order", "release", row["subject"], "--code", "duplicate_line", "--ceiling", "8", "--json",
        ORDERDESK_USER="supervisor",
    )  # fmt: skip
    assert done.json["holds"][0]["ceiling"] == "8"
