"""The status of goods by command."""

from tests.cli.conftest import Program


def test_goods_are_set_apart_and_let_free(orderdesk: Program) -> None:
    apart = ("stock", "status", "P1", "--quantity", "4", "--reason", "Wet", "--json")
    done = orderdesk(*apart, "--to", "quarantine").json
    assert (done["on_hand"], done["apart"][0]["on_hand"]) == ("96", "4")
    assert orderdesk(*apart, "--from", "quarantine").json["on_hand"] == "100"
    assert orderdesk(*apart, "--from", "quarantine").code == 4
