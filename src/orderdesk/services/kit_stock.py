"""How many of a kit can be made of what nobody has of its goods, at each warehouse."""

from __future__ import annotations

import json

from orderdesk.domain.kit_stock import KitStockView
from orderdesk.domain.kits import ONE
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.stock import WarehouseStock
from orderdesk.services import goods, kits, ledger
from orderdesk.store.statements import Row
from orderdesk.store.work import Work


def of_kit(work: Work, kit: Row) -> KitStockView:
    """Give what can be made of a kit, in whole ones: it goes from one warehouse.

    Raises Refused where it has no parts.
    """
    [made] = kits.taken_apart(kits.read(work, [kit.id]), {kit.id: kit}).values()
    found = goods.find(work, [part.code for part in made])
    needs = {
        found[part.code].id: part.quantity for part in made if found[part.code].kind == "product"
    }
    free: dict[str, dict[int, int]] = {}
    for shelf in work.run(ledger.SEEN, {"products": json.dumps(sorted(needs))}):
        free.setdefault(shelf.warehouse, {})[shelf.product_id] = shelf.on_hand - shelf.allocated
    makes = {
        place: min(max(0, there.get(part, 0)) // much for part, much in needs.items()) * ONE
        for place, there in free.items()
    }
    nothing = quantity_decimal(0)
    return KitStockView(
        product=kit.code,
        name=kit.name,
        unit=kit.unit,
        on_hand=nothing,
        allocated=nothing,
        available=quantity_decimal(sum(makes.values())),
        expected=nothing,
        warehouses=tuple(
            WarehouseStock(place, nothing, nothing, quantity_decimal(many))
            for place, many in sorted(makes.items())
        ),
        supplies=(),
        apart=(),
        parts=kits.show(work, kit.code).parts,
    )
