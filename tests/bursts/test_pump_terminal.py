"""The key pump behind a real terminal: each burst is one write."""

import sys

from tests.bursts.keystrokes import ENTER, as_bytes, long_burst, typed
from tests.terminal import Terminal

DESK = [sys.executable, "-m", "tests.bursts.small_desk"]


def test_a_long_order_typed_in_one_write_lands_in_its_fields() -> None:
    burst, entered = long_burst(70)
    with Terminal(DESK) as terminal:
        terminal.wait_for("ready")
        terminal.write(as_bytes(burst))
        last = " ".join(" ".join(entry) for entry in entered[-3:])
        terminal.wait_for(f"{len(entered)}: {last}")


def test_after_an_error_the_rest_waits_for_f8_and_never_posts() -> None:
    with Terminal(DESK, columns=120, rows=40) as terminal:
        terminal.wait_for("ready")
        burst = typed("acme", ENTER, "4500", ENTER, "?ab", ENTER)
        rest = typed("12", ENTER) + 40 * typed("cd", ENTER, "3", ENTER) + ["f9", "ctrl+o"]
        terminal.write(as_bytes(burst + rest))
        terminal.wait_for(f"item ?ab is unknown; {len(rest)} keys kept")
        terminal.write(as_bytes(typed("ab", ENTER, ["f8"], "ef", ENTER, "4", ENTER)))
        terminal.wait_for("42: cd 3 cd 3 ef 4")
        terminal.wait_for("none kept")
        assert "posted" not in terminal.text()
