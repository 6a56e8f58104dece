"""What of an order and its lines is changed from its sheet."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal, quantity_of
from orderdesk.domain.orders import LineChange, LineRequest, LineView
from orderdesk.domain.substitutes import SUBSTITUTE
from orderdesk.screens.commands import bindings
from orderdesk.screens.lists import LISTS
from orderdesk.screens.order_entry.draft import split_price
from orderdesk.screens.order_entry.known import told
from orderdesk.screens.order_entry.sources import instead, product
from orderdesk.screens.orders.shown import ShownOrder
from orderdesk.screens.widgets.ask import Question

if TYPE_CHECKING:
    from orderdesk.screens.field_help import FieldKind

_HEADER: Final[tuple[tuple[FieldKind, str, int | None], ...]] = (
    ("requested", "Ship", 11),
    ("buyer_po", "PO", 16),
    ("ship_to", "To", 3),
    ("terms", "Terms", 6),
    ("contact", "Contact", 20),
    ("note", "Note", None),
)
"""The header's fields that can be changed, with their labels and widths."""


class AmendedOrder(ShownOrder):
    """An order whose header and lines can be changed, and lines added."""

    BINDINGS = bindings("amend", "goes", "stand_in", "header", "add_line")

    async def action_amend(self) -> None:
        """Change the picked line."""
        line = self.home.picked
        if line is None or self.order is None:
            return
        before = {
            "quantity": f"{line.ordered:f}",
            "price": f"{line.price:f}",
            "discount": f"{line.discount:f}",
            "requested": line.requested.isoformat(),
            "note": line.note,
        }

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.amend import amend

            changed: dict[str, Any] = {k: v for k, v in values.items() if v != before[k]}
            if "price" in changed:
                changed["price"], reason = split_price(changed["price"])
                changed["price_reason"] = reason or None
            change = LineChange(line=line.line, **changed)
            request = self._amendment(lines=(change,))
            await self._do(f"line {line.line} amended", amend, request)

        await self.ask(
            [
                Question(
                    "quantity", "amended_quantity", f"#{line.line} Qty", 8, before["quantity"]
                ),
                Question("price", "price", "Price", 10, before["price"]),
                Question("discount", "line_discount", "Disc", 5, before["discount"]),
                Question("requested", "line_requested", "Ship", 11, before["requested"]),
                Question("note", "line_note", "Note", None, before["note"]),
            ],
            act,
        )

    async def action_header(self) -> None:
        """Change the order's header; lines that had its old date or ship-to follow."""
        order = self.order
        if order is None:
            return
        before = {
            "requested": order.requested.isoformat(),
            "buyer_po": order.buyer_po,
            "ship_to": order.ship_to,
            "terms": order.terms,
            "contact": order.contact,
            "note": order.note,
        }

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.amend import amend

            changed: dict[str, Any] = {k: v for k, v in values.items() if v != before[k]}
            request = self._amendment(**changed)
            await self._do("header amended", amend, request)

        await self.ask(
            [
                Question(name, name, label, width, before[name], list=name if name in LISTS else "")
                for name, label, width in _HEADER
            ],
            act,
        )

    async def action_add_line(self) -> None:
        """Add a line."""
        order = self.order
        if order is None:
            return

        async def meant(typed: str) -> str:
            if not typed:
                raise Refused(
                    "no_item",
                    f"item is empty; type a code, or {self.key_of('choices')} lists what fits",
                )
            seen = await product(self.desk_app, order.customer, typed)
            self.say(told(seen))
            return seen.code

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.amend import amend

            price, reason = split_price(values["price"])
            line = LineRequest(
                product=values["product"],
                quantity=values["quantity"],
                price=price or None,
                price_reason=reason,
            )
            request = self._amendment(add=(line,))
            await self._do("line added", amend, request)

        await self.ask(
            [
                Question("product", "item", "Item", 14, "", True, "item", meant),
                Question("quantity", "quantity", "Qty", 8, "1"),
                Question("price", "price", "Price", 10),
            ],
            act,
        )

    async def action_goes(self) -> None:
        """Change what becomes of what is short of the picked line, and where it ships from."""
        line = self.home.picked
        if line is None or self.order is None:
            return
        before = {"disposition": line.disposition, "warehouse": line.warehouse}

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.amend import amend

            changed: dict[str, Any] = {k: v for k, v in values.items() if v != before[k]}
            request = self._amendment(lines=(LineChange(line=line.line, **changed),))
            await self._do(f"line {line.line} amended", amend, request)

        await self.ask(
            [
                Question(
                    "disposition",
                    "disposition",
                    f"#{line.line} If short",
                    20,
                    before["disposition"],
                    list="disposition",
                ),
                Question(
                    "warehouse", "line_warehouse", "Whse", 6, before["warehouse"], True, "warehouse"
                ),
            ],
            act,
        )

    async def action_stand_in(self) -> None:
        """Choose a product that stands in for what is short of the picked line."""
        line = self.home.picked
        if line is None or self.is_asking():
            return
        from orderdesk.services import substitutes

        with self.failing_softly():
            ordered = line.substitute_for or line.product
            found = await self.desk_app.read(substitutes.of, ordered, line.warehouse)
            others = [
                each for each in found if each.kind == SUBSTITUTE and each.product != line.product
            ]
            if not others:
                raise Refused(
                    "no_substitutes",
                    f"nothing stands in for {ordered}; `orderdesk product substitute` lets one",
                )

            async def picked(value: str | None) -> None:
                self.home.focus()
                if value is not None:
                    await self._ask_how_many(line, ordered, value)

            self.hush()
            await self.choose(instead(others), picked)

    async def _ask_how_many(self, line: LineView, ordered: str, other: str) -> None:
        """Ask how much of a line another product stands in for, and let it."""

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.services.orders.amend import amend

            quantity = _taken(line, values["quantity"])
            left = line.ordered - quantity
            less = (
                LineChange(line=line.line, quantity=f"{left:f}")
                if left
                else LineChange(line=line.line, remove=True)
            )
            more = LineRequest(
                product=other,
                quantity=f"{quantity:f}",
                substitute_for=ordered,
                ship_to=line.ship_to or None,
                warehouse=line.warehouse,
                requested=line.requested.isoformat(),
                disposition=line.disposition,
            )
            request = self._amendment(lines=(less,), add=(more,))
            said = f"{other} stands in for {quantity:f} of line {line.line}"
            await self._do(said, amend, request)

        most = line.backordered or line.open
        label = f"{other} instead of #{line.line}: Qty"
        await self.ask([Question("quantity", "stand_in_quantity", label, 8, f"{most:f}")], act)


def _taken(line: LineView, typed: str) -> Decimal:
    """Read how much of a line another product takes over. Raises Refused."""
    try:
        quantity = quantity_decimal(quantity_of(typed))
    except ValueError as error:
        raise Refused("bad_value", str(error)) from None
    if not 0 < quantity <= line.open:
        raise Refused(
            "bad_quantity",
            f"quantity {quantity} is not open of line {line.line}; give up to {line.open:f}",
        )
    return quantity
