"""Law 3, of kits: what is closed of a kit is closed of its parts, and they have no value."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import and_, select

from orderdesk.domain.doctor import Broken
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.products import KIT
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.store.pages import Pages
from orderdesk.store.statements import table_of
from orderdesk.store.work import Work

_line = table_of(OrderLine).c
_kit = table_of(OrderLine).alias("kit").c
_order = table_of(SalesOrder).c

_PARTS: Final = Pages(
    select(
        _line.order_id,
        _line.line,
        _order.number,
        _line.kit_line,
        _line.ordered,
        _line.short_closed,
        _line.net,
        _kit.kind.label("kit"),
        _kit.ordered.label("kits"),
        _kit.short_closed.label("kits_closed"),
    )
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .outerjoin(_kit.line.table, and_(_kit.order_id == _line.order_id, _kit.line == _line.kit_line))
    .where(_line.kit_line.is_not(None)),
    {"order_id": _line.order_id, "line": _line.line},
)


def parts(work: Work) -> Iterator[Broken]:
    """Give the parts of kits that are not as their kit's line has them (3)."""
    for row in _PARTS.rows(work):
        key = f"{row.number} line {row.line}"
        if row.kit != KIT:
            words, stored, expected = "is a part of no kit", str(row.kit_line), "a kit's line"
        elif row.short_closed * row.kits != row.kits_closed * row.ordered:
            words = "is not closed as its kit is"
            stored = str(quantity_decimal(row.short_closed))
            expected = str(quantity_decimal(row.kits_closed * row.ordered // row.kits))
        elif row.net:
            words, stored, expected = "has a value beside its kit's", str(row.net), "0"
        else:
            continue
        yield Broken(3, f"order {key} {words}", "order_line", key, stored, expected)
