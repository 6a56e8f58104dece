"""What order entry asks of the services.

They are imported when first asked, for the first frame must not wait for them; and only once the
desk is ready, for it imports them in another thread. The customer alone can be asked for earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.screens.columns import many
from orderdesk.screens.link import DeskApp
from orderdesk.screens.order_entry.draft import Draft, Line, read_body
from orderdesk.screens.order_entry.side import Telling
from orderdesk.screens.widgets.choices import Choice, Source

if TYPE_CHECKING:
    from orderdesk.domain.entry import BuyerView, LinePreview, ProductPreview
    from orderdesk.domain.orders import LineRequest, OrderRequest, OrderView
    from orderdesk.domain.search import CustomerHit, ProductHit
    from orderdesk.domain.substitutes import OtherProduct
    from orderdesk.services.orders.entry import Defaults

FEW: Final = 10
"""How many hits are looked at for the one that was meant."""

UNREAD: Final = "\ufffd"
"""What stands for bytes that could not be read: a search would leave it out, and find another."""


def _only(typed: str, hits: Sequence[CustomerHit | ProductHit]) -> str | None:
    """Give the code of the hit whose whole name was typed, or of the only one by name or phone.

    The beginning of a code, or a name that is only similar, is never taken for what was meant.
    """
    named = [hit for hit in hits if hit.name.casefold() == typed.casefold()]
    likely = named or [hit for hit in hits if hit.found_by != "similar"]
    if len(likely) == 1 and likely[0].found_by in ("name", "phone"):
        return likely[0].code
    return None


async def buyer(app: DeskApp, typed: str) -> BuyerView:
    """Give a customer by code, or by a part of the name that only one has."""
    await app.seated.wait()
    from orderdesk.services.orders import buyers

    try:
        return await app.read(buyers.buyer, typed)
    except NotFound:
        await app.ready.wait()
        from orderdesk.services import search

        hits = () if UNREAD in typed else await app.read(search.find_customers, typed, limit=FEW)
        if code := _only(typed, hits):
            return await app.read(buyers.buyer, code)
        if hits:
            raise NotFound(
                "many_customers",
                f"more than one customer fits {typed!r}; {app.key_of('choices')} lists them",
            ) from None
        raise NotFound(
            "unknown_customer",
            f"customer {typed!r} is unknown; {app.key_of('choices')} lists what fits",
        ) from None


async def product(app: DeskApp, customer: str, typed: str, warehouse: str = "") -> ProductPreview:
    """Give a product by code, part number, EAN, or by a part of the name that only one has.

    What is free is that of the warehouse, the company's where none is named.
    """
    await app.ready.wait()
    from orderdesk.services import search
    from orderdesk.services.orders import preview

    try:
        return await app.read(preview.product, customer, typed, warehouse)
    except NotFound:
        hits = (
            ()
            if UNREAD in typed
            else await app.read(search.find_products, typed, customer, limit=FEW)
        )
        if code := _only(typed, hits):
            return await app.read(preview.product, customer, code, warehouse)
        if hits:
            raise NotFound(
                "many_products",
                f"more than one product fits {typed!r}; {app.key_of('choices')} lists them",
            ) from None
        raise NotFound(
            "unknown_product", f"item {typed!r} is unknown; {app.key_of('choices')} lists what fits"
        ) from None


async def line(app: DeskApp, draft: Draft, request: LineRequest, number: int) -> LinePreview:
    """Give what one line of this draft would come to."""
    await app.ready.wait()
    from orderdesk.services.orders import preview

    assert draft.buyer is not None
    asked = (draft.buyer.code, request, number, _header(draft))
    wanting = draft.wanting({request.product}, number - 1)
    seen = await app.read(preview.line, *asked, wanting)
    if seen.parts:
        # Only now is known what a kit is made of; of that too the lines before it take first.
        all_of_it = {seen.product, *(part.product for part in seen.parts)}
        more = draft.wanting(all_of_it, number - 1)
        if more != wanting:
            seen = await app.read(preview.line, *asked, more)
    return seen


async def lines(app: DeskApp, draft: Draft, requests: Sequence[LineRequest]) -> Sequence[Line]:
    """Give lines of this draft with what they would come to now, all in one read."""
    await app.ready.wait()
    from orderdesk.services.orders import preview

    assert draft.buyer is not None
    asked = tuple(requests)
    seen = await app.read(preview.lines, draft.buyer.code, asked, _header(draft))
    return [Line(request, each) for request, each in zip(asked, seen, strict=True)]


def _header(draft: Draft) -> Defaults:
    """Give what a line takes from the draft's header."""
    from orderdesk.domain.numbers import percent_of
    from orderdesk.services.orders.entry import Defaults

    assert draft.buyer is not None
    try:
        discount = percent_of(draft.header.get("discount", "0"))
    except ValueError as error:
        raise Refused("bad_discount", str(error)) from None
    return Defaults(
        ship_to=draft.header.get("ship_to", draft.buyer.ship_to),
        requested=draft.header.get("requested", draft.buyer.requested),
        discount=discount,
        warehouse=draft.header.get("warehouse", ""),
    )


def around(app: DeskApp, buyer: BuyerView, product: str) -> Telling:
    """Give what reads where a product lies, what it cost before, and what goes with it."""

    async def told() -> Sequence[str]:
        from orderdesk.screens.order_entry import known
        from orderdesk.services import stock, substitutes
        from orderdesk.services.orders import history

        lies = await app.read(stock.show, product)
        earlier = await app.read(history.earlier_prices, buyer.code, product)
        others = await app.read(substitutes.of, product, buyer.warehouse)
        return [
            *known.of_stock(lies),
            *known.of_others(others, buyer.substitutes),
            *known.of_prices(buyer.code, earlier),
        ]

    return told


def earlier(app: DeskApp, customer: str, product: str) -> Source:
    """Give what reads the last prices of a product to a customer, as a list to pick from."""

    async def prices(text: str) -> Sequence[Choice]:
        from orderdesk.screens.order_entry import known
        from orderdesk.services.orders import history

        found = await app.read(history.earlier_prices, customer, product)
        return [
            Choice(f"{each.price:f}", known.of_price(each))
            for each in found
            if f"{each.price:f}".startswith(text)
        ]

    return prices


def instead(others: Sequence[OtherProduct]) -> Source:
    """Give what could stand in for a short line, as a list to choose from."""

    async def choices(text: str) -> Sequence[Choice]:
        return [
            Choice(each.product, f"{each.name}  {each.available:f} {each.unit} free")
            for each in others
            if text.lower() in f"{each.product} {each.name}".lower()
        ]

    return choices


def units_of(app: DeskApp, product: str) -> Source:
    """Give the units that a product is ordered in, as a list to choose from."""

    async def choices(text: str) -> Sequence[Choice]:
        from orderdesk.services import products

        try:
            found = await app.read(products.show, product)
        except NotFound:
            return ()
        units = [Choice(found.unit, "its own unit")]
        units += [Choice(each.unit, f"{each.contains} {found.unit}") for each in found.units]
        return [each for each in units if text.lower() in f"{each.value} {each.text}".lower()]

    return choices


def lying(app: DeskApp, product: str) -> Source:
    """Give the warehouses that have a product, as a list to choose from, most free first."""

    async def choices(text: str) -> Sequence[Choice]:
        from orderdesk.services import stock

        try:
            found = await app.read(stock.show, product)
        except NotFound:
            return ()
        places = sorted(found.warehouses, key=lambda each: (-each.available, each.warehouse))
        return [
            Choice(each.warehouse, f"{each.available:f} {found.unit} free, {each.on_hand:f} there")
            for each in places
            if text.lower() in each.warehouse.lower()
        ]

    return choices


async def check_heading(app: DeskApp, draft: Draft) -> None:
    """Raise what is wrong with the draft's header; the draft knows its warehouse then."""
    await app.ready.wait()
    from orderdesk.services.orders import preview

    draft.ships_from = await app.read(preview.header, draft.heading())


async def rehearse(app: DeskApp, request: OrderRequest) -> OrderView:
    """Give the order as it would be placed now."""
    await app.ready.wait()
    from orderdesk.services.orders.place import place

    return await app.rehearse(place, request)


async def drafts(app: DeskApp, text: str) -> Sequence[Choice]:
    """Give the drafts that wait to be taken up."""
    await app.ready.wait()
    from orderdesk.services.orders import drafts as saved

    return [
        Choice(
            each.id,
            f"{each.customer or '-':<12} {many(each.lines, 'line')}  "
            f"{each.updated_at.astimezone():%d %b %H:%M}  {each.owner}",
            is_named=False,
        )
        for each in await app.read(saved.list_)
        if text.lower() in f"{each.customer} {each.owner}".lower()
    ]


async def resume(app: DeskApp, draft_id: str) -> tuple[Draft, dict[str, str]]:
    """Take a saved draft up; give it with what stood in the entry row."""
    from orderdesk.services.orders import drafts as saved

    found = await app.write(None, saved.resume, draft_id)
    header, requests, row = read_body(found.body)
    draft = Draft(id=found.id, header=header)
    if "customer" in header:
        draft.buyer = await buyer(app, header["customer"])
        if "warehouse" in header:
            # What became wrong of the header meanwhile is told by its review, as for any draft.
            with suppress(NotFound, Refused):
                await check_heading(app, draft)
        draft.lines.extend(await lines(app, draft, requests))
    return draft, row
