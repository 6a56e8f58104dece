"""Charges of an order: those asked for, freight, and the minimum order's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import amount_of
from orderdesk.domain.orders import ChargeRequest
from orderdesk.domain.text import fold_code
from orderdesk.services import catalogue
from orderdesk.services.orders import entry, pricing
from orderdesk.services.orders.context import Context, codes_of
from orderdesk.services.orders.entry import Defaults
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

MINIMUM: Final = "MINIMUM"
"""The charge on an order whose goods are worth too little."""
_NONE: Final = dict.fromkeys("promised ship_by first_promised leave_by substitute_for".split())
"""What a charge has nothing of."""


def charge_lines(
    work: Work,
    context: Context,
    asked: tuple[ChargeRequest, ...],
    lines: list[Any],
    defaults: Defaults,
) -> list[tuple[Any, str]]:
    """Give the charge lines with their codes: those asked for, freight, and the minimum order's.

    The customer's own freight stands in where the request names none; the minimum-order charge
    is added where the goods are worth less than the minimum.
    """
    buyer = context.buyer
    wanted = amounts(asked, context.decimals)
    by_hand = frozenset(wanted)
    if buyer.freight:
        wanted.setdefault("FREIGHT", buyer.freight)
    charge = minimum_charge(buyer, sum(line.net for line in lines))
    if charge:
        wanted.setdefault(MINIMUM, charge)
    if not wanted:
        return []
    codes = codes_of(wanted)
    goods = {row.code: row for row in work.run(catalogue.GOODS, {"products": codes})}
    pattern = lines[0]._replace(
        ship_to=defaults.ship_to,
        requested=defaults.requested,
        warehouse=defaults.warehouse or buyer.warehouse,
    )
    return [
        (
            charge_line(
                context,
                goods.get(code),
                code,
                amount,
                pattern._replace(line=position),
                by_hand=code in by_hand,
            ),
            code,
        )
        for position, (code, amount) in enumerate(wanted.items(), len(lines) + 1)
        if amount
    ]


def amounts(asked: Iterable[ChargeRequest], decimals: int) -> dict[str, int]:
    """Give the charges that were asked for, in minor units by code.

    Raises Refused for an amount that is none, and for a charge that is named twice.
    """
    found: dict[str, int] = {}
    for charge in asked:
        code = fold_code(charge.code)
        if code in found:
            raise Refused(
                "charge_twice",
                f"charge {charge.code} is named twice; name it once, with all of its amount",
                charge=charge.code,
            )
        try:
            found[code] = amount_of(charge.amount, decimals, f"charge {charge.code}: amount")
        except ValueError as error:
            raise entry.refusing("", error) from None
    return found


def minimum_charge(buyer: Row, goods: int) -> int:
    """Give the minimum-order charge on goods worth this much, both in minor units; 0 is none."""
    minimum, charge = buyer.company_minimum_order, buyer.company_minimum_charge
    if buyer.minimum_order is not None:
        minimum, charge = buyer.minimum_order, buyer.minimum_charge or 0
    return charge if minimum and goods < minimum else 0


def charge_line(
    context: Context, product: Row | None, code: str, amount: int, pattern: Any, *, by_hand: bool
) -> Any:
    """Make the row of a charge of this amount, in minor units; the rest is as in `pattern`.

    Raises NotFound where there is no such charge.
    """
    if product is None or product.kind != "charge":
        raise NotFound(
            "unknown_charge",
            f"charge {code.lower()!r} is unknown; add it with "
            f"`orderdesk product add {code} --kind charge`",
            charge=code.lower(),
        )
    taxed = pricing.taxed(context, product, pattern.ship_to)
    price = amount * 10 ** (6 - context.decimals)
    return pattern._replace(
        product_id=product.id,
        kind="charge",
        description=product.name,
        unit=product.unit,
        ordered=1_000,
        shipped=0,
        over_shipped=0,
        short_closed=0,
        open=1_000,
        allocated=0,
        list_price=price,
        price=price,
        price_unit=1,
        price_source="hand" if by_hand else "base",
        discount=0,
        net=amount,
        tax=taxed.code,
        tax_rate=taxed.rate,
        tax_reason=taxed.reason,
        price_reason="",
        floor=-1,
        cost=0,
        note="",
        **_NONE,
        entered_unit="",
        entered_quantity=0,
    )
