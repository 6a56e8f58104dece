"""The desk on terminals with few colours, none, or a light ground: words and symbols say it all."""

import re
import sys
from collections.abc import Iterable

import pytest
from rich.style import Style

from orderdesk.screens.colourless import colourless
from tests.bursts.test_order_entry import UP, keys
from tests.terminal import Terminal

_SGR = re.compile(rb"\x1b\[([0-9;:]*)m")
_SIXTEEN = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}
LIGHT, DARK = "#e0e0e0", "#121212"
_ATTRIBUTES = {*range(10), 22, 23, 24, 25, 27, 28, 29}


def told_to_the_terminal(raw: bytes) -> Iterable[int]:
    """Give each number by which the terminal was told how to draw."""
    for found in _SGR.finditer(raw):
        yield from (int(number or 0) for number in re.split(rb"[;:]", found[1]))


def entry(url: str, *options: str, **environment: str) -> Terminal:
    command = [sys.executable, "-m", "orderdesk", "--db", url, "--user", "clerk", *options]
    return Terminal([*command, "open", "order-entry"], env=environment)


def short_order(terminal: Terminal) -> None:
    """Type an order of which a line is short, step to it, and type an unknown item."""
    terminal.write(keys("acme", "4500", "p1", "12", "p2", "9999") + UP)
    terminal.wait_for(">  2 P2")
    assert re.search(r"^> +2 P2 .* 9999 .*!", terminal.text(), re.MULTILINE)
    terminal.write(keys("nix"))
    terminal.wait_for("!item 'P2NIX' is unknown")


@pytest.mark.parametrize(
    ("options", "environment"),
    [((), {"NO_COLOR": "1"}), (("--no-color",), {}), ((), {"NO_COLOR": "1", "TERM": "vt100"})],
)
def test_without_colours_none_is_sent_and_the_cursor_is_seen(
    sqlite_url: str, options: tuple[str, ...], environment: dict[str, str]
) -> None:
    with entry(sqlite_url, *options, **environment) as terminal:
        short_order(terminal)
        place = terminal.screen_lines().index(next(filter(_is_item, terminal.screen_lines())))
        row = terminal.screen.buffer[place]
        terminal.wait_for(lambda: any(row[column].reverse for column in range(5, 20)))
        assert terminal.screen.buffer[0][1].reverse
        assert set(told_to_the_terminal(bytes(terminal.raw))) <= _ATTRIBUTES


def _is_item(line: str) -> bool:
    return line.startswith(" Item P2NIX ")


def test_a_terminal_of_sixteen_colours_gets_those(sqlite_url: str) -> None:
    with entry(sqlite_url, TERM="xterm-16color") as terminal:
        short_order(terminal)
        told = set(told_to_the_terminal(bytes(terminal.raw)))
    assert told & _SIXTEEN
    assert told <= _ATTRIBUTES | _SIXTEEN


def test_an_empty_no_color_asks_for_nothing(sqlite_url: str) -> None:
    with entry(sqlite_url, TERM="xterm-16color", NO_COLOR="") as terminal:
        terminal.wait_for("ORDER ENTRY")
        assert set(told_to_the_terminal(bytes(terminal.raw))) & _SIXTEEN


@pytest.mark.parametrize(("theme", "dark"), [("textual-light", False), ("textual-dark", True)])
def test_a_light_ground_is_light(sqlite_url: str, theme: str, dark: bool) -> None:
    with entry(sqlite_url, COLORTERM="truecolor", TEXTUAL_THEME=theme) as terminal:
        short_order(terminal)
        ground = terminal.screen.buffer[9][40].bg
    assert (int(ground[:2], 16) < 128) is dark


@pytest.mark.parametrize(
    ("style", "dark", "reversed_"),
    [
        (f"{LIGHT} on {DARK}", True, None),
        (f"{DARK} on {LIGHT}", True, True),
        (f"{DARK} on {LIGHT}", False, None),
        (f"{LIGHT} on {DARK}", False, True),
        (f"reverse {LIGHT} on {DARK}", True, True),
        (f"reverse {DARK} on {LIGHT}", True, None),
        ("red", True, None),
    ],
)
def test_what_stands_out_is_reversed(style: str, dark: bool, reversed_: bool | None) -> None:
    plain = colourless(Style.parse(f"bold underline {style}"), dark)
    assert (plain.color, plain.bgcolor, plain.bold, plain.underline) == (None, None, True, True)
    assert plain.reverse is reversed_
