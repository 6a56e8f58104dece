"""`orderdesk bin`, `stock places`, `stock lot` and what names lots and pieces, from the shell."""

import json
from pathlib import Path

from tests.cli.conftest import Program


def test_lots_and_bins_from_the_shell(orderdesk: Program) -> None:
    orderdesk("product", "set", "P3", "--tracked", "lot")
    assert orderdesk("bin", "add", "A1", "--kind", "picking", "--json").json["kind"] == "picking"
    taken = orderdesk(
        "stock", "receive", "P3", "--quantity", "7", "--lot", "L1",
        "--expires", "2999-01-31", "--bin", "A1", "--json",
    )  # fmt: skip
    assert taken.json["movement"]["lot"] == "L1"
    places = orderdesk("stock", "places", "P3", "--csv").out
    assert "A1,L1,free,7" in places
    changed = orderdesk("stock", "lot", "set", "P3", "L1", "--expires", "2999-02-28", "--json")
    assert changed.json["expires"] == "2999-02-28"
    assert "2999-02-28" in orderdesk("stock", "lot", "list", "P3").out
    moved = orderdesk("stock", "move-bin", "P3", "--from", "A1", "--quantity", "2", "--json")
    assert moved.json["on_hand"] == "7"
    assert "A1" in orderdesk("bin", "list").out


def test_pieces_come_from_a_file(orderdesk: Program, tmp_path: Path) -> None:
    orderdesk("product", "add", "P9", "--name", "Drill", "--unit", "ea", "--tracked", "serial")
    names = tmp_path / "serials.txt"
    names.write_text("S1\nS2\n\n", encoding="utf-8")
    given = orderdesk("stock", "receive", "P9", "--serial", "S3", "--serials", str(names), "--json")
    assert given.json["on_hand"] == "3"
    sheet = orderdesk("stock", "count", "open", "--product", "P9", "--json").json["number"]
    counted = orderdesk("stock", "count", "enter", sheet, "P9", "--serials", str(names), "--json")
    assert [line["lot"] for line in counted.json["lines"]] == ["S1", "S2", "S3"]
    nothing = orderdesk("stock", "count", "enter", sheet, "P9")
    assert (nothing.code, "give how much lies there" in nothing.err) == (2, True)
    file = tmp_path / "in.json"
    file.write_text(json.dumps({"product": "P9", "serials": ["S1"]}), encoding="utf-8")
    twice = orderdesk("stock", "receive", str(file))
    assert (twice.code, "lies at 01 already" in twice.err) == (4, True)
