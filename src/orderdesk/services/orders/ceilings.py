"""How far the releases of holds reach: each in the unit that its hold measures."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from orderdesk.domain.errors import Refused
from orderdesk.domain.holds import HOLDS as KINDS
from orderdesk.domain.numbers import (
    amount_decimal,
    amount_of,
    currency_decimals,
    percent_decimal,
    percent_of,
    quantity_decimal,
    quantity_of,
)
from orderdesk.services.orders import entry
from orderdesk.store.statements import Row

TOTAL = "total"


class Ceilings(NamedTuple):
    """How far the release of some holds of an order reaches."""

    total: int
    """The order's, in minor units, for the right to release and for what is measured by it."""
    other: int | None
    """In the unit of the others; None is as far as each measures now."""
    said: str | None
    """As the event says it; None where nothing that could grow is released."""

    def of(self, hold: Row) -> int:
        """Give the ceiling of one of the holds."""
        if unit_of(hold) == TOTAL:
            return self.total
        measure: int = hold.measure
        return measure if self.other is None else self.other


def unit_of(hold: Row) -> str:
    """Give what a hold measures: total, amount, quantity, percent, or nothing."""
    return KINDS[hold.code].unit if hold.code in KINDS else ""


def shown(unit: str, measure: int, decimals: int) -> Decimal:
    """Give a measure in its unit; `decimals` are the order's currency's."""
    if unit == "quantity":
        return quantity_decimal(measure)
    if unit == "percent":
        return percent_decimal(measure)
    return amount_decimal(measure, decimals)


def read(order: Row, chosen: list[Row], typed: str | None, *, named: bool) -> Ceilings:
    """Read a ceiling as typed, in the unit of the holds that are released.

    Where one is measured by the order's total, that is what is meant, and what is measured
    otherwise is released as it stands; else it is meant in the holds' own unit, if they were
    `named` and have one. Raises Refused for what they cannot be released up to.
    """
    decimals = currency_decimals(order.currency)
    units = {unit_of(each) for each in chosen} - {""}
    if typed is None or TOTAL in units:
        total = order.total if typed is None else _read(TOTAL, typed, decimals)
        if total < order.total:
            raise _low(typed, f"the order's total of {amount_decimal(order.total, decimals)}")
        grows = any(unit_of(each) == TOTAL for each in chosen)
        return Ceilings(total, None, str(amount_decimal(total, decimals)) if grows else None)
    codes = ", ".join(dict.fromkeys(each.code for each in chosen))
    if not units:
        raise Refused(
            "no_ceiling",
            f"{codes}: nothing of it can grow, so it takes no ceiling; leave {typed} out",
            ceiling=typed,
        )
    if len(units) > 1 or not named:
        raise Refused(
            "no_total",
            f"{codes}: not measured by the order's total; name one hold, and give the ceiling "
            f"{typed} in what that measures, or leave it out",
            ceiling=typed,
        )
    unit = units.pop()
    other = _read(unit, typed, decimals)
    for each in chosen:
        if unit_of(each) == unit and other < each.measure:
            now = shown(unit, each.measure, decimals)
            raise _low(typed, f"what the hold {each.code!r} measures now, {_words(unit)} of {now}")
    return Ceilings(order.total, other, str(shown(unit, other, decimals)))


def _read(unit: str, typed: str, decimals: int) -> int:
    try:
        if unit == "quantity":
            return quantity_of(typed, "ceiling")
        if unit == "percent":
            return percent_of(typed, "ceiling")
        return amount_of(typed, decimals, "ceiling")
    except ValueError as error:
        raise entry.refusing("", error) from None


def _words(unit: str) -> str:
    return {"quantity": "a quantity", "percent": "a percentage"}.get(unit, "an amount short")


def _low(typed: str | None, least: str) -> Refused:
    return Refused(
        "low_ceiling", f"ceiling {typed} is below {least}; give at least that, or leave it out"
    )
