"""How much of a product a line orders: the unit it was asked for in, and whether it is sold so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal, quantity_of
from orderdesk.domain.orders import LineRequest
from orderdesk.services import conversions
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from orderdesk.services.orders.context import Context


class Ordered(NamedTuple):
    """A quantity in the product's own unit, and as it was asked for; all in thousandths."""

    quantity: int
    unit: str = ""
    """The other unit that it was asked for in; empty where that was its own."""
    entered: int = 0


def read_units(work: Work, context: Context, requests: Iterable[LineRequest]) -> None:
    """Learn the other units of the products of which lines name one. Raises nothing."""
    named = [(each, context.product(each.product)) for each in requests if each.unit]
    asked = {product.id for each, product in named if _other(each, product)}
    if asked:
        context.units = conversions.read(work, asked)


def read(context: Context, request: LineRequest, product: Row, where: str) -> Ordered:
    """Read a line's quantity, and check that it is sold so. Raises Refused."""
    unit = _other(request, product) if request.unit else ""
    if unit:
        entered, quantity = conversions.own_quantity(
            context.units, product, unit, request.quantity, where
        )
        found = Ordered(quantity, unit, entered)
    else:
        try:
            found = Ordered(quantity_of(request.quantity, decimals=product.decimals))
        except ValueError as error:
            raise Refused("bad_value", f"{where}{error}") from None
    if found.quantity <= 0:
        raise Refused("bad_quantity", f"{where}quantity is 0; order at least something")
    check_sold(product, found.quantity, where)
    return found


def check_sold(product: Row, quantity: int, where: str) -> None:
    """Raise Refused unless a product is sold in this quantity (thousandths of its own unit).

    The sentence names the nearest quantities that it is sold in.
    """
    step, least = product.multiple or 1, product.least
    if quantity >= least and quantity % step == 0:
        return
    smallest = -(-max(least, 1) // step) * step
    below = quantity // step * step
    above = max(smallest, below + step)
    words = []
    if product.multiple:
        words.append(f"in multiples of {quantity_decimal(step)} {product.unit} only")
    if least:
        words.append(f"from {quantity_decimal(least)} {product.unit} on")
    near = [each for each in (below, above) if each >= smallest]
    shown = " or ".join(str(quantity_decimal(each)) for each in near)
    raise Refused(
        "not_sold_so",
        f"{where}product {product.code!r} is sold {', and '.join(words)}; order {shown}, not "
        f"{quantity_decimal(quantity)}",
        product=product.code,
        quantities=[str(quantity_decimal(each)) for each in near],
    )


def _other(request: LineRequest, product: Row) -> str:
    """Give the unit that a line names, where it is not the product's own."""
    named = (request.unit or "").strip().lower()
    return "" if named == product.unit else named
