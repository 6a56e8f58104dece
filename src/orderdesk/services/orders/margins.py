"""The rules about price: margin floors, of a line and of the whole order, and discounts.

The cost is the product's standard cost when the line was priced, and the floor that of its group
then; both stand on the line. Whoever may sell below the floor is not held by it, and whoever may
give prices by hand is held for none above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orderdesk.domain.numbers import (
    PRICE_SCALE,
    QUANTITY_SCALE,
    RATE_SCALE,
    amount_decimal,
    amount_said,
    half_up,
    percent_decimal,
)
from orderdesk.services.orders.wanted import State, Wanted
from orderdesk.services.rates import WORTH_SCALE
from orderdesk.store.statements import Row

_SHOWN: Final = 100
"""Shares are shown in hundredths of a percent, as millionths."""


def net_of(line: Row, *, included: bool) -> int:
    """Give a line's value without tax, in minor units."""
    if not included:
        return int(line.net)
    return half_up(line.net * RATE_SCALE, RATE_SCALE + line.tax_rate)


def cost_of(line: Row, rate: int, decimals: int) -> int:
    """Give what a line's goods cost, in minor units of the order's currency.

    `rate` is what one unit of that is worth in the company's currency, in billionths.
    """
    quantity = line.ordered - line.short_closed
    return half_up(
        line.cost * quantity * 10**decimals * WORTH_SCALE, PRICE_SCALE * QUANTITY_SCALE * rate
    )


def least_of(line: Row, rate: int, decimals: int) -> int:
    """Give the least value without tax that leaves a line its floor, in minor units."""
    quantity = line.ordered - line.short_closed
    return half_up(
        line.cost * quantity * 10**decimals * WORTH_SCALE * RATE_SCALE,
        PRICE_SCALE * QUANTITY_SCALE * rate * (RATE_SCALE - line.floor),
    )


def line_margin(state: State) -> Iterator[Wanted]:
    """Hold each line whose value is less than its cost over one less its floor."""
    if state.below_floor:
        return
    order, decimals = state.order, state.context.decimals
    for line in state.open_lines:
        if line.floor < 0 or not line.cost:
            continue
        net = net_of(line, included=bool(order.tax_included))
        least = least_of(line, order.rate, decimals)
        if net >= least:
            continue
        cost = cost_of(line, order.rate, decimals)
        amounts = {"net": net, "cost": cost, "least": least, "short": least - net}
        details = {name: str(amount_decimal(n, decimals)) for name, n in amounts.items()}
        said = {name: amount_said(n, decimals) for name, n in amounts.items()}
        details |= {"margin": _margin(net, cost), "floor": str(percent_decimal(line.floor))}
        words = (
            f"line {line.line}: {said['net']} for what costs {said['cost']} leaves "
            f"{details['margin']} %; the floor is {details['floor']} %, that is {said['least']}"
        )
        yield Wanted("line_margin", line.line, words, details, measure=least - net)


def order_margin(state: State) -> Iterator[Wanted]:
    """Hold an order worth less than the floors of its lines come to.

    Where one line alone has a floor, its own hold says it all.
    """
    if state.below_floor:
        return
    order, decimals = state.order, state.context.decimals
    lines = [line for line in state.sold_lines if line.floor >= 0 and line.cost]
    if len(lines) < 2:
        return
    net = sum(net_of(line, included=bool(order.tax_included)) for line in lines)
    least = sum(least_of(line, order.rate, decimals) for line in lines)
    if net >= least:
        return
    cost = sum(cost_of(line, order.rate, decimals) for line in lines)
    amounts = {"net": net, "cost": cost, "least": least, "short": least - net}
    details = {name: str(amount_decimal(n, decimals)) for name, n in amounts.items()}
    said = {name: amount_said(n, decimals) for name, n in amounts.items()}
    details["margin"] = _margin(net, cost)
    words = (
        f"{said['net']} for what costs {said['cost']} leaves {details['margin']} %; the "
        f"floors of the lines come to {said['least']}"
    )
    yield Wanted("order_margin", None, words, details, measure=least - net)


def discount_right(state: State) -> Iterator[Wanted]:
    """Hold what is cheaper than the acting person may give it.

    The order's own discount holds the order, once; a line's own, or a price by hand below the
    list's of somebody who may give none, holds the line.
    """
    most = state.discount_most
    if most is None:
        return
    whole = state.order.discount
    alike = [line for line in state.open_lines if _given(state, line) == whole]
    if whole > most and alike:
        yield _wanted(None, whole, most, "the order's discount")
    for line in state.open_lines:
        given = _given(state, line)
        if given > most and given != whole:
            yield _wanted(line.line, given, most, f"line {line.line}: a discount")


def _given(state: State, line: Row) -> int:
    """Give how far a line is below its list price, in millionths, as far as rights bound it."""
    discount: int = line.discount
    by_hand = line.price_source == "hand" and line.price < line.list_price
    if state.price_hand or not by_hand:
        return discount
    left = half_up(line.price * (RATE_SCALE - discount), line.list_price)
    return max(0, RATE_SCALE - left)


def _wanted(line: int | None, given: int, most: int, what: str) -> Wanted:
    shown = _shown(given)
    allowed = str(percent_decimal(most))
    words = f"{what} of {shown} % is more than the {allowed} % of who gave it"
    return Wanted(
        "discount_right", line, words, {"discount": shown, "most": allowed}, measure=given
    )


def _shown(millionths: int) -> str:
    """Give a share in percent with two decimals at most."""
    return str(percent_decimal(half_up(millionths, _SHOWN) * _SHOWN))


def _margin(net: int, cost: int) -> str:
    """Give what is left of a value over its cost, in percent; nothing is left of nothing."""
    return _shown(half_up((net - cost) * RATE_SCALE, net)) if net else "0"
