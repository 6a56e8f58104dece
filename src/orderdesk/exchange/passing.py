"""Held orders looked at again as soon as something may let them pass, in pieces.

Each order is a unit of work of its own, so that no desk waits for a customer with thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from orderdesk.domain.paging import every
from orderdesk.services import nightly
from orderdesk.services.orders import passing, rechecking
from orderdesk.store.desk import Desk

IN_VAIN: Final = 50
"""Orders of one family that do not pass, one after the other, before the rest waits for the night.

The oldest comes first, and those behind it count it: where many do not pass, the next hardly will.
"""
_NAMES: Final = 1_000
"""Customers that are looked up at a time."""

_CHECKED: Final = "{} checked"
"""The command id under which it is noted that a command's orders were looked at."""


@dataclass(slots=True)
class Passed:
    """What became of held orders that were looked at again."""

    released: list[dict[str, Any]]
    """Orders that passed by themselves, with the codes that held them."""
    kept: list[str]
    """Orders that somebody else must release: who entered them made that so by hand."""
    left: bool = False
    """True where some were left for the night."""

    def said(self) -> Iterator[str]:
        """Say it in sentences."""
        if self.released:
            orders = [f"{each['order']} ({', '.join(each['codes'])})" for each in self.released]
            yield f"released by the system: {_listed(orders)}"
        if self.kept:
            yield (
                "for somebody else to release, since who entered an order does not let it pass "
                f"by another limit: {_listed(self.kept)}"
            )
        if self.left:
            yield "more held orders wait; the next `orderdesk nightly` looks at them"


def pass_on(
    desk: Desk, customers: Iterable[str], cause: str, command_id: str | None = None
) -> Passed:
    """Look again at what is held for credit of customers (codes) and their families.

    The oldest order goes first, and each that passes uses up headroom. With a command id it is
    done once, and made good where it was stopped. Raises Refused for who may not set credit.
    """
    passed = Passed([], [])
    noted = None if command_id is None else _CHECKED.format(command_id)
    if noted is not None and desk.read(nightly.is_finished, noted):
        return passed
    for holder_id in _families(desk, customers):
        _pass_family(desk, holder_id, cause, passed)
    if noted is not None:
        desk.command(noted, passing.note_end)
    return passed


def _families(desk: Desk, customers: Iterable[str]) -> dict[int, None]:
    """Give who holds the limits of customers, each once."""
    codes = iter(dict.fromkeys(customers))
    holders: dict[int, None] = {}
    while some := tuple(islice(codes, _NAMES)):
        holders |= dict.fromkeys(desk.read(passing.families, some))
    return holders


def _pass_family(desk: Desk, holder_id: int, cause: str, passed: Passed) -> None:
    in_vain = 0
    for number in every(lambda after: desk.read(passing.held_of, holder_id, after)):
        if in_vain == IN_VAIN:
            passed.left = True
            return
        done = desk.run(rechecking.recheck, number, cause)
        in_vain = 0 if done.released else in_vain + 1
        if done.released:
            passed.released.append({"order": number, "codes": list(done.released)})
        if done.kept:
            passed.kept.append(number)


def _listed(numbers: list[str]) -> str:
    """Name some orders, and say how many more there are."""
    most = 10
    more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    return ", ".join(numbers[:most]) + more
