"""Counts by command: opened, entered blind, posted."""

from tests.cli.conftest import Program


def test_stock_is_counted_by_commands(orderdesk: Program) -> None:
    count = ("stock", "count")
    sheet = orderdesk(*count, "open", "--product", "P1", "--product", "P2", "--json").json
    assert (sheet["number"], len(sheet["lines"])) == ("CT-000001", 2)
    seen = orderdesk(*count, "enter", "1", "P1", "98", "--json").json
    assert [line["state"] for line in seen["lines"]] == ["counted", "to count"]
    assert seen["lines"][0]["book"] is None
    assert orderdesk(*count, "post", "1", "--reason", "Counted").code == 4
    orderdesk(*count, "enter", "1", "P2", "5")
    assert orderdesk(*count, "list", "--json").json["status"] == "open"
    done = orderdesk(*count, "post", "1", "--reason", "Counted", "--json").json
    assert (done["status"], done["lines"][0]["difference"]) == ("posted", "-2")
    assert orderdesk(*count, "show", "1", "--json").json["lines"] == done["lines"]
    assert orderdesk(*count, "cancel", "1").code == 4
    assert orderdesk(*count, "list", "--everything", "--json").json["number"] == "CT-000001"


def test_a_sheet_that_somebody_else_changed_is_not_posted(orderdesk: Program) -> None:
    count = ("stock", "count")
    orderdesk(*count, "open", "--product", "P1")
    assert orderdesk(*count, "enter", "1", "P1", "99", "--version", "1", "--json").code == 0
    for words in (("enter", "1", "P1", "98"), ("post", "1"), ("cancel", "1")):
        refused = orderdesk(*count, *words, "--version", "1")
        assert (refused.code, "version 2, you read 1" in refused.err) == (5, True), words
    assert orderdesk(*count, "post", "1", "--reason", "Counted", "--version", "2").code == 0
