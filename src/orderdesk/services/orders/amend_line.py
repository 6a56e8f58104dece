"""What an amendment makes of one line."""

from __future__ import annotations

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import percent_of, price_of, quantity_decimal, quantity_of
from orderdesk.domain.orders import LineChange
from orderdesk.services import prices
from orderdesk.services.orders import changing, entry, kits, pricing, quantities, warehouses
from orderdesk.services.orders.changing import Change
from orderdesk.services.orders.heading import text_of
from orderdesk.store.statements import Row


def amended(change: Change, asked: LineChange) -> Row:
    """Give a line as the request wants it. Raises NotFound and Refused, naming the line."""
    line = change.line(asked.line)
    where = f"line {asked.line}: "
    kits.refuse_part(line, where)
    if asked.remove:
        return _removed(change, line, asked, where)
    if asked.reopen:
        if not line.short_closed:
            raise Refused(
                "nothing_closed", f"{where}nothing of it was closed; there is nothing to reopen"
            )
        line = changing.resized(change.context, line, line.ordered, 0)
    if asked.quantity is not None:
        line = _requantified(change, line, asked.quantity, where)
    if asked.price is not None:
        line = _priced(change, line, asked.price, where)
    if asked.price_reason is not None:
        said = pricing.reason(change.context, asked.price_reason, line.price_source, where)
        line = line._replace(price_reason=said)
    elif asked.price is not None and line.price_source == "hand":
        pricing.refuse_unreasoned(change.context, line.price_reason, where)
    line = line._replace(**_details(change, asked, where))
    return changing.valued(change.context, line)


def _removed(change: Change, line: Row, asked: LineChange, where: str) -> Row:
    if asked != LineChange(line=asked.line, remove=True, note=asked.note):
        raise Refused("removed_too", f"{where}it cannot be removed and changed at once; choose one")
    if not line.open:
        raise Refused("nothing_open", f"{where}nothing of it is open; there is nothing to remove")
    if asked.note is not None:
        line = line._replace(note=text_of(asked.note, f"{where}note"))
    return changing.closed(change.context, line, line.open)


def _requantified(change: Change, line: Row, typed: str, where: str) -> Row:
    """Give the line with another quantity, priced anew where the lists priced it."""
    quantity = _quantity(change, line, typed, where)
    if quantity == line.ordered:
        return line
    if quantity < line.shipped:
        raise Refused(
            "below_shipped",
            f"{where}quantity {typed} is less than the {quantity_decimal(line.shipped)} "
            f"{line.unit} that have shipped; give at least that",
            shipped=str(quantity_decimal(line.shipped)),
        )
    if line.short_closed and not line.open:
        raise Refused(
            "line_closed", f"{where}it was closed; reopen it together with its new quantity"
        )
    short_closed = min(line.short_closed, quantity - line.shipped)
    line = changing.resized(change.context, line, quantity, short_closed)
    line = line._replace(entered_unit="", entered_quantity=0)
    if line.kind == "charge":
        return line
    if line.price_source == "hand":
        return line._replace(list_price=_beside(change, line, line.list_price))
    listed = prices.choose(change.context.prices.get(line.product_id, ()), quantity)
    if listed is None:
        return line
    _check_currency(change, where)
    pricing.agree_on_tax(change.context, listed, where)
    return line._replace(
        list_price=listed.price,
        price=listed.price,
        price_unit=listed.price_unit,
        price_source=listed.source,
        price_reason=listed.said,
    )


def _quantity(change: Change, line: Row, typed: str, where: str) -> int:
    """Read a quantity in the product's own unit; one that changes must be one it is sold in."""
    product = change.goods(line.line)
    try:
        quantity = quantity_of(typed, f"{where}quantity", decimals=product.decimals)
    except ValueError as error:
        raise entry.refusing("", error) from None
    if not quantity and line.ordered:
        raise Refused("bad_quantity", f"{where}quantity is 0; remove the line instead")
    if quantity != line.ordered:
        quantities.check_sold(product, quantity, where)
    return quantity


def _priced(change: Change, line: Row, typed: str, where: str) -> Row:
    """Give the line with a price by hand, or with the lists' where nothing was typed."""
    try:
        by_hand = price_of(typed, f"{where}price") if typed.strip() else None
    except ValueError as error:
        raise entry.refusing("", error) from None
    if by_hand is not None:
        # Per as many units as the line is priced, for that is how the clerk was shown it.
        return line._replace(
            list_price=_beside(change, line, by_hand),
            price=by_hand,
            price_source="hand",
            price_reason="",
        )
    _check_currency(change, where)
    priced = pricing.priced(change.context, change.goods(line.line), line.ordered, None, where)
    return line._replace(
        list_price=priced.list_price,
        price=priced.price,
        price_unit=priced.price_unit,
        price_source=priced.source,
        price_reason=priced.said,
    )


def _beside(change: Change, line: Row, otherwise: int) -> int:
    """Give the list price to stand beside a line's price by hand, per as many units as that.

    Where no list has one it is `otherwise`; all are in millionths.
    """
    listed = pricing.listed_beside(change.context.prices, line.product_id, line.ordered)
    if listed is None:
        return otherwise
    return pricing.per(listed.price, listed.price_unit, line.price_unit)


def _check_currency(change: Change, where: str) -> None:
    """Raise Refused where the customer's price lists are in another currency by now."""
    order, buyer = change.order, change.context.buyer
    if order.currency != buyer.currency:
        raise Refused(
            "other_prices",
            f"{where}the order is in {order.currency}, and the price lists of {buyer.code} are "
            f"in {buyer.currency} by now; give the price by hand",
        )


def _details(change: Change, asked: LineChange, where: str) -> dict[str, object]:
    """Give the line's other new values; an empty text takes the header's."""
    order = change.order
    found: dict[str, object] = {}
    if asked.note is not None:
        found["note"] = text_of(asked.note, f"{where}note")
    if asked.ship_to is not None:
        found["ship_to"] = (
            entry.ship_to(change.context, asked.ship_to, where) if asked.ship_to else order.ship_to
        )
    if asked.warehouse is not None:
        found["warehouse"] = warehouses.chosen(
            change.context.warehouses, asked.warehouse or None, order.warehouse, where
        )
    if asked.requested is not None:
        found["requested"] = (
            entry.day_of(asked.requested, f"{where}requested date")
            if asked.requested
            else order.requested
        )
    if asked.disposition is not None:
        found["disposition"] = entry.disposition_of(change.context, asked.disposition, where)
    if asked.discount is not None:
        try:
            found["discount"] = (
                percent_of(asked.discount, f"{where}discount") if asked.discount else order.discount
            )
        except ValueError as error:
            raise entry.refusing("", error) from None
    return found
