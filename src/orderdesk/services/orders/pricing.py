"""What one line costs, by which list, and which tax it bears."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import half_up
from orderdesk.domain.orders import LineChange, LineRequest
from orderdesk.services import catalogue, prices, taxes
from orderdesk.services.prices import ListPrice
from orderdesk.services.taxes import Taxed
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from orderdesk.services.orders.context import Context


class Priced(NamedTuple):
    """A line's price and where it is from."""

    list_price: int
    """Millionths per price unit, as the others."""
    price: int
    price_unit: int
    source: str
    said: str = ""
    """What a converted price was made of."""


def priced(
    context: Context, product: Row, quantity: int, by_hand: int | None, where: str
) -> Priced:
    """Give what a line costs at this quantity (thousandths); a price by hand wins.

    Raises Refused where no list has a price and none was given, or no rate to convert it by.
    """
    if by_hand is not None:
        listed = listed_beside(context.prices, product.id, quantity)
        # Per as many units as the list prices, for that is how the clerk was shown it.
        if listed is None:
            return Priced(by_hand, by_hand, 1, "hand")
        return Priced(listed.price, by_hand, listed.price_unit, "hand")
    listed = prices.choose(context.prices.get(product.id, ()), quantity)
    if listed is not None:
        agree_on_tax(context, listed, where)
        return Priced(listed.price, listed.price, listed.price_unit, listed.source, listed.said)
    if product.kind == "text":
        return Priced(0, 0, 1, "base")
    raise Refused(
        "no_price",
        f"{where}product {product.code!r} has no price for this customer in "
        f"{context.buyer.currency}; give one by hand or set one with `orderdesk price set`",
        product=product.code,
    )


def listed_beside(
    listed: Mapping[int, Sequence[Row]], product_id: int, quantity: int
) -> ListPrice | None:
    """Give the list price to stand beside one by hand; None where none can be told.

    `listed` is what the lists say by product id, the quantity is in thousandths.
    """
    try:
        return prices.choose(listed.get(product_id, ()), quantity)
    except Refused:
        return None


def per(price: int, units: int, price_unit: int) -> int:
    """Give a price for so many units as one for a `price_unit` of them, both in millionths."""
    return half_up(price * price_unit, units)


def agree_on_tax(context: Context, listed: ListPrice, where: str) -> None:
    """Let the first list price say whether the order's prices include tax.

    Raises Refused for a later one of the other kind: one document cannot be both.
    """
    if context.tax_included is None:
        context.tax_included = listed.tax_included
    if context.tax_included != listed.tax_included:
        kinds = ("without", "with") if listed.tax_included else ("with", "without")
        raise Refused(
            "mixed_prices",
            f"{where}the order's prices are {kinds[0]} tax, this one's {listed.source} list is "
            f"{kinds[1]}; give the price by hand, or order it apart",
        )


def read_reasons(
    work: Work, context: Context, requests: Iterable[LineRequest | LineChange]
) -> None:
    """Learn the codes of the reasons that lines give for their prices. Raises Refused."""
    for typed in {each.price_reason for each in requests if each.price_reason}:
        context.reasons[typed] = catalogue.reason_of(work, typed, "price")


def reason(context: Context, typed: str, source: str, where: str) -> str:
    """Give the code of a price's reason.

    Raises Refused for a reason where the price is not by hand, and for none where the company
    wants one.
    """
    if typed and source != "hand":
        raise Refused(
            "reason_without_price",
            f"{where}price_reason is for a price by hand, and the lists price this line; give "
            "the price too, or leave the reason out",
            price_reason=typed,
        )
    found = context.reasons.get(typed, typed)
    if source == "hand":
        refuse_unreasoned(context, found, where)
    return found


def refuse_unreasoned(context: Context, reason: str, where: str) -> None:
    """Raise Refused where a price by hand has no reason, and the company wants one."""
    if context.buyer.price_reason and not reason:
        raise Refused(
            "no_price_reason",
            f"{where}a price by hand needs a reason here; give price_reason, at the desk behind "
            "the price, such as `9.50 MATCH`, or leave the price out",
        )


def taxed(context: Context, product: Row, ship_to: str) -> Taxed:
    """Give the tax of a product that goes to an address of the order's customer."""
    if context.tax_free is not None:
        return context.tax_free
    place = context.places.get(ship_to)
    if place is None and context.places:
        place = taxes.place_of("", "", context.buyer.company_country)
    return taxes.tax_of(context.buyer, product, place, context.rules)


def retaxed(context: Context, line: Row, product: Row) -> Row:
    """Give a line that goes elsewhere by now with the tax of its new place."""
    if not context.rules and line.tax_reason in ("", taxes.EXEMPT, taxes.REVERSE_CHARGE):
        return line
    now = taxed(context, product, line.ship_to)
    return line._replace(tax=now.code, tax_rate=now.rate, tax_reason=now.reason)
