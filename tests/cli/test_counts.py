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
