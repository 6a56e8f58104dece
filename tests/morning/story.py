"""A morning at the desk: three desks, some commands, and what the store is to have of it all."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyte

from orderdesk.exchange import demo
from tests.morning.clock import CLOCK, Clock
from tests.morning.gallery import Gallery
from tests.morning.orders import (
    BETWEEN,
    CLERK,
    CLERK2,
    DOWN,
    F2,
    F3,
    F9,
    FIRST,
    HELD,
    PARKED,
    SECOND,
    WEB_FILE,
    Typed,
    begun,
    burst,
    keys,
    whole,
)
from tests.terminal import Terminal

MORNING: Final = datetime(2026, 11, 23, 8, 58, tzinfo=UTC)
SMALL: Final = (80, 24)
LARGE: Final = (120, 40)
ROOT: Final = Path(__file__).parents[2]

SAMPLE: Final = 21
"""How many orders the demo has before the morning begins."""

_FIRST: Final = 831
"""The number of the first order that is typed on a fresh demo."""


def number(place: int) -> str:
    """Give the number of an order by its place in the morning, from 0; the sample's are below."""
    return f"SO-{_FIRST + place:06}"


class Morning:
    """The company, its clock, and the desks and commands that work on it."""

    def __init__(self, url: str, folder: Path, gallery: Gallery) -> None:
        """Make the demo company at a URL or file; `folder` is where commands run."""
        demo.make(url, user="owner", today=MORNING.date())
        self._folder = folder
        self._gallery = gallery
        self._clock = Clock(folder / "clock", MORNING)
        self._env: dict[str, str | None] = {
            CLOCK: str(folder / "clock"),
            "ORDERDESK_DB": url,
            "ORDERDESK_USER": None,
            "ORDERDESK_PIN": None,
            "ORDERDESK_PIN_FILE": None,
            "ORDERDESK_CONFIG": str(folder / "none.toml"),
            "COLORTERM": "truecolor",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
            "TZ": "UTC",
        }
        self._desks: list[Terminal] = []

    def at(self, hour: int, minute: int) -> None:
        """Let it be so late."""
        self._clock.put(hour, minute, self._desks)

    def take(self, name: str, terminal: Terminal) -> None:
        """Take a picture."""
        self._gallery.take(name, terminal)

    @contextmanager
    def desk(self, user: str, size: tuple[int, int]) -> Iterator[Terminal]:
        """Open a desk of somebody's; it asks for their PIN."""
        with self._run(("--user", user), size, {}) as terminal:
            terminal.wait_for("SIGN IN")
            self._desks.append(terminal)
            yield terminal
            self._desks.remove(terminal)

    def command(
        self, user: str, *words: str, size: tuple[int, int] = SMALL, code: int = 0, name: str = ""
    ) -> str:
        """Run a command as somebody to its exit code, take its picture, and give what it says."""
        env: dict[str, str | None] = {"ORDERDESK_USER": user, "ORDERDESK_PIN": demo.PIN}
        with self._run(words, size, env) as terminal:
            pyte.Stream(terminal.screen).feed(f"$ orderdesk {' '.join(words)}\r\n")
            assert terminal.wait_for_end() == code, terminal.text()
            if name:
                self.take(name, terminal)
            return terminal.text()

    def _run(
        self, words: tuple[str, ...], size: tuple[int, int], env: dict[str, str | None]
    ) -> Terminal:
        return Terminal(
            [sys.executable, "-m", "tests.morning.clock", *words],
            columns=size[0],
            rows=size[1],
            env=self._env | env,
            folder=self._folder,
        )


def pass_morning(url: str, folder: Path, gallery: Gallery) -> None:
    """Let the whole morning pass on a fresh demo company."""
    morning = Morning(url, folder, gallery)
    with ExitStack() as stack:
        clerk = stack.enter_context(morning.desk("clerk", SMALL))
        clerk2 = stack.enter_context(morning.desk("clerk2", LARGE))
        supervisor = stack.enter_context(morning.desk("supervisor", LARGE))
        first_orders(morning, clerk, clerk2)
        at_once(morning, clerk, clerk2, supervisor)
        parked(morning, clerk2)
        goods_come(morning, supervisor)
        changed(morning, clerk)
    by_command(morning, folder)


def first_orders(morning: Morning, clerk: Terminal, clerk2: Terminal) -> None:
    """Sign in; one order is held, and two want more of the same than there is."""
    morning.take("sign-in", clerk)
    clerk.write(keys(demo.PIN))
    clerk.wait_for("Order entry")
    morning.take("menu", clerk)
    clerk.write(b"e" + begun(HELD))
    clerk.wait_for("Lines 4")
    morning.take("order-entry", clerk)
    clerk.write(F9)
    clerk.wait_for("F9 posts")
    morning.take("review", clerk)
    clerk.write(F9)
    clerk.wait_for(f"{number(0)} placed")
    morning.at(9, 4)
    clerk.write(whole(FIRST))
    clerk.wait_for(f"{number(1)} placed")
    morning.at(9, 7)
    clerk2.write(keys(demo.PIN) + b"e" + whole(SECOND))
    clerk2.wait_for(f"{number(2)} placed")


def at_once(morning: Morning, clerk: Terminal, clerk2: Terminal, supervisor: Terminal) -> None:
    """Type fifteen orders at two desks in two writes, and meanwhile release and move at a third."""
    morning.at(9, 20)
    supervisor.write(keys(demo.PIN) + b"w")
    supervisor.wait_for(number(0))
    supervisor.write(DOWN * 3)
    supervisor.wait_for(f"> 22 min {number(0)}")
    morning.take("queue", supervisor)
    clerk.write(burst(CLERK) + F3)
    clerk2.write(burst(CLERK2) + F3)
    supervisor.write(b"a" + keys("", ""))
    supervisor.wait_for(f"{number(0)} credit limit approved")
    supervisor.write(F3 + b"b" + keys("44"))
    supervisor.wait_for("BACKORDERS 44 at 01")
    supervisor.write(b"m" + keys(""))
    supervisor.wait_for("Move")
    morning.take("move", supervisor)
    supervisor.write(keys("6", "By phone with Berglunds"))
    supervisor.wait_for("6 moved from")
    # Keys have their effect in turn: whoever is back at the menu has posted all.
    for desk in (clerk, clerk2):
        desk.wait_for("Order entry")


def parked(morning: Morning, clerk2: Terminal) -> None:
    """Put half an order aside for another buyer, take it up again and post it."""
    morning.at(9, 41)
    half = len(PARKED.lines) - 1
    clerk2.write(b"e" + begun(Typed(PARKED.customer, PARKED.buyer_po, PARKED.lines[:half])))
    clerk2.wait_for(f"Lines {half}")
    clerk2.write(F2 + whole(BETWEEN))
    clerk2.wait_for(f"{number(18)} placed")
    clerk2.write(F2)
    clerk2.wait_for(PARKED.customer)
    morning.take("parked", clerk2)
    clerk2.write(keys("", *PARKED.lines[half]))
    clerk2.wait_for(f"Lines {half + 1}")
    morning.take("resumed", clerk2)
    clerk2.write(F9 + F9)
    clerk2.wait_for(f"{number(19)} placed")


def goods_come(morning: Morning, supervisor: Terminal) -> None:
    """Take a receipt in, which serves whoever waits for it, and look at what is left."""
    morning.at(10, 15)
    morning.command("warehouse", "stock", "receive", "31", "--quantity", "40", name="receipt")
    supervisor.write(F3 + b"s" + keys("31", "10"))
    supervisor.wait_for("Gorgonzola")
    morning.take("stock-check", supervisor)


def changed(morning: Morning, clerk: Terminal) -> None:
    """Amend an order, copy it, and cancel the copy."""
    morning.at(10, 30)
    clerk.write(b"o" + keys("B-101", ""))
    clerk.wait_for(f"ORDER {number(1)}")
    clerk.write(DOWN + b"a")
    clerk.wait_for("#2 Qty")
    morning.take("amend", clerk)
    clerk.write(b"10" + F9)
    clerk.wait_for("line 2 amended")
    clerk.write(b"c" + keys(""))
    clerk.wait_for(f"{number(20)} placed as a copy of {number(1)}")
    morning.at(10, 32)
    clerk.write(b"x" + keys("TWICE"))
    clerk.wait_for(f"{number(20)} cancelled")
    clerk.write(b"e")
    clerk.wait_for("cancel")
    morning.take("events", clerk)


def by_command(morning: Morning, folder: Path) -> None:
    """Take a file in, end the day, and examine the books."""
    (folder / "web.csv").write_text(WEB_FILE, encoding="utf-8")
    morning.at(11, 0)
    morning.command("script", "order", "import", "web.csv", code=6, name="import")
    morning.at(18, 0)
    morning.command("owner", "nightly", "--on", "2026-11-24", size=(80, 56), name="nightly")
    assert "All laws hold" in morning.command("owner", "doctor")
