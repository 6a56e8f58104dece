"""What the orders screens ask of the services, imported once the desk is open."""

from __future__ import annotations

from collections.abc import Sequence

from orderdesk.domain.orders import OrderFilter, OrderSummary
from orderdesk.screens.link import DeskApp
from orderdesk.screens.widgets.table import Column
from orderdesk.screens.widgets.window import Page, Row

COLUMNS = (
    Column("Order", 10),
    Column("Date", 10),
    Column("Customer", 8),
    Column("Name"),
    Column("PO", 12),
    Column("Status", 9),
    Column("Total", 12, "right"),
)


def state_of(order: OrderSummary) -> str:
    """Say in one word how an order stands."""
    if order.held:
        return "!held"
    return order.status if order.status == "cancelled" else order.stage


def _row(order: OrderSummary) -> Row[int]:
    return Row(
        order.id,
        (
            order.number,
            order.entered_at.date().isoformat(),
            order.customer,
            order.customer_name,
            order.buyer_po,
            state_of(order),
            f"{order.total:,f}",
        ),
    )


class OrderPages:
    """All orders, newest first, or those that fit what was typed."""

    def __init__(self, app: DeskApp, text: str) -> None:
        self._app = app
        self._text = text

    async def fetch(
        self, key: int | None, *, before: bool, limit: int, including: bool
    ) -> Page[int]:
        """Read one page; found orders are one page, for only the best fifty are shown."""
        await self._app.ready.wait()
        from orderdesk.services.orders import reading

        if self._text:
            found: Sequence[OrderSummary] = await self._app.read(reading.find, self._text)
            rows = [_row(order) for order in found]
            if key is not None:
                rows = [
                    r
                    for r in rows
                    if (r.key > key if before else r.key < key) or (including and r.key == key)
                ]
            return Page(rows, more=False)
        asked = (
            OrderFilter(limit=limit, before=key or 0, including=including)
            if before
            else OrderFilter(limit=limit, after=key, including=including)
        )
        page = await self._app.read(reading.list_, asked)
        return Page([_row(order) for order in page.orders], more=page.more)
