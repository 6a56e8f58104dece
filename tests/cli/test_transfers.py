"""Transfers by command: `stock transfer PRODUCT` sends, the other words take in and show."""

from tests.cli.conftest import Program


def test_goods_are_sent_and_taken_in(orderdesk: Program) -> None:
    orderdesk("warehouse", "add", "02", "--name", "Second")
    send = ("stock", "transfer", "P1", "--quantity", "10", "--from", "01", "--to", "02")
    assert orderdesk(*send, "--dry-run", "--json").json["number"] == "-"
    sent = orderdesk(*send, "--json", "--command-id", "van-1").json
    assert (sent["number"], sent["status"], sent["open"]) == ("TR-000001", "sent", "10")
    assert orderdesk(*send, "--json", "--command-id", "van-1").json == sent
    listed = orderdesk("stock", "transfer", "list", "--json").json
    assert listed["number"] == "TR-000001"
    part = ("stock", "transfer", "receive", "1", "--quantity", "4", "--json")
    assert orderdesk(*part).json["status"] == "partly received"
    assert orderdesk("stock", "transfer", "cancel", "1", "--json").json["returned"] == "6"
    assert orderdesk("stock", "transfer", "show", "TR-000001", "--json").json["version"] == 3
    assert orderdesk("stock", "transfer", "list", "--json").out == ""


def test_sending_may_be_said_and_refusals_have_their_codes(orderdesk: Program) -> None:
    orderdesk("warehouse", "add", "02", "--name", "Second")
    said = ("stock", "transfer", "send", "P1", "--to", "02", "--quantity")
    assert orderdesk(*said, "1", "--json").json["number"] == "TR-000001"
    assert orderdesk(*said, "1000").code == 4
    assert orderdesk("stock", "transfer", "show", "9").code == 3
    assert "a command is missing: send, receive" in orderdesk("stock", "transfer").err
