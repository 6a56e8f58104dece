"""The straight way to the desk: it means what the parser of all commands means."""

import subprocess
import sys

import pytest

from orderdesk.cli import desk, main, opening
from orderdesk.cli.asked import Asked
from orderdesk.cli.start import desk_asked

STRAIGHT = [
    [],
    ["open"],
    ["open", "order-entry"],
    ["--db", "shop.db", "open", "orders"],
    ["open", "orders", "--db=shop.db", "--user", "mia"],
    ["--user=mia", "open", "--no-color", "--read-only"],
    ["--db", "one.db", "open", "--db", "two.db"],
    ["open", "no-such-screen"],
    ["--db", "--user", "open"],
    ["--read-only"],
]
"""Command lines that open the desk and that are read without the parser."""

OTHERS = [
    ["--help"],
    ["open", "--help"],
    ["open", "orders", "more"],
    ["demo"],
    ["order", "open"],
    ["open", "--json"],
    ["--db"],
    ["--db=", "open"],
    ["open", "--user", ""],
    ["open", "--", "orders"],
    ["open", "-o", "file"],
    ["--read-only=yes", "open"],
    ["--read_only", "open"],
    ["--unknown", "open"],
]
"""Command lines that only the parser understands."""


@pytest.mark.parametrize("words", STRAIGHT, ids=" ".join)
def test_the_straight_way_asks_for_what_the_parser_asks_for(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Asked, str | None]] = []

    def note(asked: Asked, screen: str | None = None) -> None:
        opened.append((asked, screen))

    monkeypatch.setattr(desk, "open_desk", note)
    monkeypatch.setattr(opening, "open_desk", note)
    monkeypatch.setattr("sys.argv", ["orderdesk", *words])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 0
    assert opened == [desk_asked(words)]


@pytest.mark.parametrize("words", OTHERS, ids=" ".join)
def test_whatever_else_is_left_to_the_parser(words: list[str]) -> None:
    assert desk_asked(words) is None


def test_the_straight_way_imports_no_parser() -> None:
    program = (
        "import sys; sys.argv = ['orderdesk', 'open', 'orders'];"
        "from orderdesk.cli.start import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n"
        "    print(end.code, 'typer' in sys.modules, 'pydantic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input="", capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["2", "False", "False"]
    assert "needs a terminal" in done.stderr
