"""What the acting user may do to orders: enter, change their own or anybody's, release holds."""

from __future__ import annotations

from collections.abc import Iterable

from orderdesk.domain.numbers import currency_decimals, half_up
from orderdesk.domain.orders import LineChange, LineRequest
from orderdesk.services import rights
from orderdesk.services.rates import WORTH_SCALE
from orderdesk.store.statements import Row
from orderdesk.store.work import Work


def to_enter(work: Work, lines: Iterable[LineRequest]) -> None:
    """Raise Refused unless the acting user may enter an order of these lines."""
    rights.require(work, "enter")
    to_price(work, lines)


def to_price(work: Work, lines: Iterable[LineRequest | LineChange]) -> None:
    """Raise Refused where a line has a price by hand that the acting user may not give."""
    if any(line.price and line.price.strip() for line in lines):
        rights.require(work, "price_hand")


def to_change(work: Work, order: Row) -> None:
    """Raise Refused unless the acting user may change this order: their own, or one of others."""
    if order.entered_by == work.actor:
        rights.require_any(work, "amend_any", "amend_own")
    else:
        rights.require(work, "amend_any")


def to_release(work: Work, order: Row, most: int) -> None:
    """Raise Refused unless the acting user may release holds of an order up to `most`.

    That is in minor units of the order's currency; the right is bounded in the company's.
    """
    rights.require(work, "release", _worth(work, order, most))


def _worth(work: Work, order: Row, amount: int) -> int:
    """Give an amount of an order in minor units of the company's currency."""
    to = currency_decimals(rights.mine(work).currency)
    shift = to - currency_decimals(order.currency)
    scaled = amount * order.rate * 10 ** max(0, shift)
    return half_up(scaled, WORTH_SCALE * 10 ** max(0, -shift))
