"""What holds an order: one rule a function, one table of them all.

A rule looks at an order as it is to be and gives what it finds against it. The measure of a
finding grows with what is bad about it; a release reaches up to a measure, and what exceeds it
holds again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orderdesk.domain.numbers import amount_decimal, amount_said, quantity_decimal
from orderdesk.services.credit import checks
from orderdesk.services.credit.checks import HOLD, Standing
from orderdesk.services.orders import margins
from orderdesk.services.orders.wanted import Rule, State, Wanted


def findings(state: State) -> list[Wanted]:
    """Give every hold that the rules want on an order; nothing where nothing of it is open.

    The credit checks' verdicts are left in the state, for those that only warn.
    """
    order = state.order
    if order.status == "cancelled" or not any(line.open for line in state.lines):
        return []
    owed = state.owed
    if _has_no_credit(state):
        # Due behind the horizon it is not owed yet, and to be paid in advance all the same.
        owed += order.open_value - order.exposed
    standing = Standing(state.buyer, owed, order.total, state.overdue, state.added)
    state.verdicts = tuple(checks.verdicts(standing))
    return [wanted for rule in RULES for wanted in rule(state)]


def _has_no_credit(state: State) -> bool:
    return bool(state.buyer.credit_limit == 0 or state.buyer.prepay)


def warnings(state: State) -> tuple[str, ...]:
    """Give what the credit checks only warn of, once `findings` has run."""
    return tuple(each.message for each in state.verdicts if each.result != HOLD)


def _blocked(state: State) -> Iterator[Wanted]:
    if state.buyer.blocked:
        code = state.buyer.code
        yield Wanted("customer_blocked", None, f"customer {code} is blocked", {})


def _credit(state: State) -> Iterator[Wanted]:
    """Hold by every credit check that says so; a limit only where the order counts already."""
    order = state.order
    for verdict in state.verdicts:
        counts = order.exposed or _has_no_credit(state)
        if verdict.result == HOLD and (counts or verdict.code not in _BY_EXPOSURE):
            yield Wanted(
                verdict.code,
                None,
                verdict.message,
                verdict.details,
                measure=order.total,
                net_days=state.net_days,
            )


_BY_EXPOSURE: Final = frozenset({"credit_limit"})
"""Checks of the exposure; an order due beyond the horizon does not count in it yet."""


def _no_po(state: State) -> Iterator[Wanted]:
    if state.buyer.po_required and state.order.buyer_po_id is None:
        words = f"customer {state.buyer.code} orders with a buyer PO, and this order has none"
        yield Wanted("po_missing", None, words, {})


def _address(state: State) -> Iterator[Wanted]:
    """Hold an order that goes to an address with a part missing, or its lines that do.

    An address of the order's own was refused where it leads nowhere.
    """
    order = state.order
    for place, missing in state.context.incomplete.items():
        lines = [line.line for line in state.open_lines if line.ship_to == place]
        if not lines:
            continue
        words = f"ship-to {place} of {state.buyer.code} has no {', '.join(missing)}"
        details = {"ship_to": place, "missing": list(missing)}
        for line in [None] if place == order.ship_to else lines:
            yield Wanted("address_incomplete", line, words, details, bound=place)


def _duplicates(state: State) -> Iterator[Wanted]:
    """Hold lines that repeat one of an earlier order on the same buyer PO in every respect."""
    known = {
        (row.product_id, row.ship_to, row.ordered, row.requested): row.number
        for row in reversed(state.earlier)
    }
    for line in state.open_lines if known else ():
        number = known.get((line.product_id, line.ship_to, line.ordered, line.requested))
        if number:
            quantity = str(quantity_decimal(line.ordered))
            words = (
                f"line {line.line} repeats order {number} on the same buyer PO: "
                f"{quantity} {line.unit} of {state.products[line.line]} for {line.requested}"
            )
            details = {"order": number, "quantity": quantity, "requested": line.requested}
            yield Wanted(
                "duplicate_line",
                line.line,
                words,
                details,
                measure=line.ordered,
                bound=f"{line.ship_to} {line.requested}",
            )


def _minimum(state: State) -> Iterator[Wanted]:
    """Hold an order under the customer's minimum value where no charge makes up for it."""
    buyer, decimals = state.buyer, state.context.decimals
    least = buyer.minimum_order
    if not least or buyer.minimum_charge:
        return
    goods = sum(line.net for line in state.lines if line.kind != "charge")
    if goods < least:
        amounts = {"goods": goods, "minimum": least, "short": least - goods}
        details = {name: str(amount_decimal(n, decimals)) for name, n in amounts.items()}
        said = {name: amount_said(n, decimals) for name, n in amounts.items()}
        words = f"goods worth {said['goods']} are less than the minimum of {said['minimum']}"
        yield Wanted("minimum_order", None, words, details, measure=least - goods)


RULES: Final[tuple[Rule, ...]] = (
    _blocked,
    _credit,
    _no_po,
    _address,
    _duplicates,
    _minimum,
    margins.line_margin,
    margins.order_margin,
    margins.discount_right,
)
"""Every rule that may hold an order, in the order their holds are listed."""
