"""What the side panel says of a product: its price, where it lies, and what it cost before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from orderdesk.domain.days import said
from orderdesk.domain.dispositions import SHIP_AVAILABLE
from orderdesk.domain.substitutes import COMPLEMENT, SUBSTITUTE
from orderdesk.screens.columns import column

if TYPE_CHECKING:
    from orderdesk.domain.entry import EarlierPrice, LinePreview, ProductPreview
    from orderdesk.domain.stock import StockView
    from orderdesk.domain.substitutes import OtherProduct

_STOCK = (6, -8, -10, -9)
_PRICES = (10, -6, -8)
_OTHERS = (12, 20, -8)


def told(seen: ProductPreview) -> str:
    """Say in one sentence what is known of a product that was just taken."""
    price = "no price" if seen.price is None else f"{seen.price:f} ({seen.price_source})"
    alert = f"  !{seen.alert}" if seen.alert else ""
    return f"{seen.code} {seen.description}  {price}  {seen.available:f} free{alert}"


def of_product(seen: ProductPreview) -> list[str]:
    """Say what is known of a product that was just taken."""
    price = "no price" if seen.price is None else f"{seen.price:f} per {seen.unit}"
    return [
        f"{seen.code}  {seen.description}",
        "",
        f"Price   {price}" + (f" ({seen.price_source})" if seen.price_source else ""),
        f"Free    {seen.available:f} {seen.unit}",
        *([f"!{seen.alert}"] if seen.alert else ()),
    ]


def said_of(seen: LinePreview, promised: date | None, today: date, how: str) -> str:
    """Say in one line what became of a line that was taken, what is short of it first.

    `how` names the keys that put another product in its place.
    """
    text = f"{seen.product} {seen.quantity:f} at {seen.price:f} = {seen.net:f}"
    if is_far(seen):
        text = f"{seen.quantity:f} asked, {seen.available:f} free at {seen.warehouse}, "
        text += "none kept so long before its day"
    elif seen.backordered or seen.closed:
        text = f"{seen.quantity:f} asked, {seen.allocated:f} at {seen.warehouse}"
    if seen.backordered:
        text += f", {seen.backordered:f} backordered"
    if seen.closed:
        text += f", {seen.closed:f} closed"
    if seen.has_goods and seen.quantity > seen.closed:
        text += f", {promise_text(promised, today)}"
    if seen.disposition != SHIP_AVAILABLE:
        text += f" ({seen.disposition})"
    if seen.substitutes:
        other = seen.substitutes[0]
        text += f"; instead {other.product} ({other.available:f} free): {how}"
    return text + (f"  !{seen.alert}" if seen.alert else "")


def is_far(seen: LinePreview) -> bool:
    """Tell whether a line waits though there is enough: stock is kept only from nearer days on."""
    return seen.backordered > 0 and seen.available >= seen.quantity


def promise_text(promised: date | None, today: date) -> str:
    """Say for when something is promised."""
    return "not promised yet" if promised is None else f"promised {said(promised, today)}"


def of_line(seen: LinePreview, promised: date | None, today: date) -> list[str]:
    """Say what is known of a line that was picked."""
    return [
        f"{seen.product}  {seen.description}",
        "",
        f"Price   {seen.price:f} per {seen.unit} ({seen.price_source})",
        f"Free    {seen.available:f} {seen.unit}",
        f"Line    {seen.allocated:f} at {seen.warehouse}, {seen.backordered:f} backordered",
        *([f"        {seen.closed:f} closed"] if seen.closed else ()),
        *([f"        {promise_text(promised, today)}"] if seen.has_goods else ()),
        f"Short   {seen.disposition}",
        *([f"!{seen.alert}"] if seen.alert else ()),
    ]


def of_others(others: Sequence[OtherProduct], takes_substitutes: bool) -> Iterator[str]:
    """Say what may stand in for a product, where the customer takes that, and what goes with it."""
    for kind, head in ((SUBSTITUTE, "Instead of it"), (COMPLEMENT, "Goes with it")):
        shown = [each for each in others if each.kind == kind]
        if shown and (kind == COMPLEMENT or takes_substitutes):
            yield ""
            yield head
            for each in shown:
                yield column((each.product, each.name, f"{each.available:f}"), _OTHERS)


def of_stock(stock: StockView) -> Iterator[str]:
    """Say where a product lies, a line a warehouse."""
    if stock.warehouses:
        yield ""
        yield column(("Whse", "On hand", "Allocated", "Free"), _STOCK)
    for place in stock.warehouses:
        numbers = (place.on_hand, place.allocated, place.available)
        yield column((place.warehouse, *(f"{each:f}" for each in numbers)), _STOCK)


def of_price(each: EarlierPrice) -> str:
    """Say of an earlier price when it was, for how much, and on which order."""
    less = f" less {each.discount:f} %" if each.discount else ""
    unit = f" {each.price_unit}" if each.price_unit != 1 else ""
    return f"per{unit} {each.unit}{less}, {each.quantity:f} on {each.day}, {each.number}"


def of_prices(customer: str, earlier: Sequence[EarlierPrice]) -> Iterator[str]:
    """Say what a customer paid before, the last time first."""
    yield ""
    if not earlier:
        yield f"No order of it by {customer} lately"
        return
    yield f"Last prices to {customer}"
    for each in earlier:
        widths = (*_PRICES, len(each.number))
        texts = (str(each.day), f"{each.quantity:f}", f"{each.price:f}", each.number)
        yield column(texts, widths)
        unit = f"per {each.price_unit} {each.unit}" if each.price_unit != 1 else ""
        less = f"less {each.discount:f} %" if each.discount else ""
        if rest := " ".join(text for text in (unit, less) if text):
            yield f"{'':<10} {rest}"
