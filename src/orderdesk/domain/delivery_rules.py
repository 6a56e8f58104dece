"""Delivery rules: what of an order goes together, and in how many deliveries it may come.

An order takes its customer's rule and bound unless it names others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from orderdesk.domain.dispositions import DISPOSITIONS

PARTIAL: Final = "partial"
LINE_COMPLETE: Final = "line complete"
ORDER_COMPLETE: Final = "order complete"

RULES: Final[Mapping[str, str]] = {
    PARTIAL: "What is there goes; the rest follows.",
    LINE_COMPLETE: "A line goes only when all of it is there.",
    ORDER_COMPLETE: "Nothing goes before all of the order is there.",
}
"""What each rule means, by its word."""

MOST: Final = 9_999
"""The greatest bound on deliveries: every line by itself."""


def rule_of(text: str) -> str:
    """Give the rule that a text is the beginning of.

    Raises ValueError, naming all, where it is none.
    """
    typed = " ".join(text.lower().split())
    found = [rule for rule in RULES if typed and rule.startswith(typed)]
    if len(found) != 1:
        raise ValueError(f"delivery_rule {text!r} is unknown; known: {', '.join(RULES)}")
    return found[0]


def most_of(text: str) -> int | None:
    """Give the bound on deliveries that a text says; an empty one is none. Raises ValueError."""
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 4 and 1 <= int(typed) <= MOST):
        raise ValueError(
            f"most_deliveries {text!r} is not a whole number; give one from 1 to {MOST}; "
            "leave it empty for "
            "as many as it takes"
        )
    return int(typed)


def shared_days(
    rule: str, most: int | None, days: Mapping[int, date | None]
) -> dict[int, date | None]:
    """Give the day on which each line can go, from the day on which it could go by itself.

    Lines that must go together share the latest of their days: all of them under `order complete`
    or one delivery; else the latest as many as the bound on deliveries wants. None is no day yet:
    lines that share it have none.
    """
    known = sorted({day for day in days.values() if day is not None})
    several = len(known) + any(day is None for day in days.values())
    bound = 1 if rule == ORDER_COMPLETE else most
    if bound is None or several <= bound:
        return dict(days)
    alone = known[: bound - 1]
    last = None if any(day is None for day in days.values()) else known[-1]
    return {line: day if day in alone else last for line, day in days.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a line of goods or services still has to deliver; quantities in thousandths."""

    line: int
    open: int
    """Not shipped yet."""
    deliverable: int
    """There for it, and on no delivery so far."""
    underway: int = 0
    """On deliveries that have not shipped."""
    disposition: str
    day: date
    """When it leaves if it goes on its day: its ship-by, else the day it is wanted on."""


def may_ship(
    rule: str, most: int | None, made: int, parts: Sequence[Part], today: date
) -> dict[int, int]:
    """Give how much of each line may go on a delivery today, thousandths; what may not is left out.

    `made` is how many deliveries the order has had, those underway among them. The last delivery
    that the bound allows takes all that is open, or waits; beyond the bound nothing goes.
    """
    going = {part.line: part.deliverable for part in parts if _may(rule, part, today)}
    if most is not None and made >= most:
        return {}
    last = rule == ORDER_COMPLETE or (most is not None and made == most - 1)
    if last and any(part.open > part.underway + going.get(part.line, 0) for part in parts):
        return {}
    return going


def _may(rule: str, part: Part, today: date) -> bool:
    """Tell whether anything of a line may go today, as far as it goes by the line alone."""
    means = DISPOSITIONS[part.disposition]
    if not part.deliverable or means.called or (means.on_date and today < part.day):
        return False
    whole = means.whole or rule == LINE_COMPLETE
    return not whole or part.deliverable == part.open
