"""Law 2, lot by lot: what lines have of lots is what they are allocated, and it is there."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import BigInteger, and_, case, cast, func, or_, select
from sqlalchemy.sql import literal_column

from orderdesk.domain.doctor import Broken
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.tracked import LOT
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.models.stock import LotAllocation, StockPlace
from orderdesk.store.pages import Pages
from orderdesk.store.statements import table_of
from orderdesk.store.work import Work

_share = table_of(LotAllocation).c
_place = table_of(StockPlace).c
_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_product = table_of(Product).c

_WHOLE: Final = BigInteger().with_variant(BigInteger(), "sqlite")
_ZERO: Final = literal_column("0", BigInteger)

_lines = (
    select(
        _line.order_id,
        _line.line,
        _order.number,
        case((_product.tracked == LOT, _line.allocated), else_=_ZERO).label("allocated"),
        select(cast(func.coalesce(func.sum(_share.quantity), _ZERO), _WHOLE))
        .where(
            _share.order_id == _line.order_id,
            _share.line == _line.line,
            _share.product_id == _line.product_id,
            _share.warehouse == _line.warehouse,
        )
        .scalar_subquery()
        .label("shared"),
        select(cast(func.coalesce(func.sum(_share.quantity), _ZERO), _WHOLE))
        .where(_share.order_id == _line.order_id, _share.line == _line.line)
        .scalar_subquery()
        .label("all_shared"),
    )
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .join(table_of(Product), _product.id == _line.product_id)
    .where(
        or_(
            and_(_product.tracked == LOT, _line.allocated > _ZERO),
            select(_share.lot)
            .where(_share.order_id == _line.order_id, _share.line == _line.line)
            .exists(),
        )
    )
    .subquery("shared")
)
_LINES: Final = Pages(
    select(_lines).where(
        or_(_lines.c.allocated != _lines.c.shared, _lines.c.shared != _lines.c.all_shared)
    ),
    {"order_id": _lines.c.order_id, "line": _lines.c.line},
)
_KEY: Final = ("product_id", "warehouse", "lot")
_lots = (
    select(
        *(_share[name] for name in _KEY),
        cast(func.sum(_share.quantity), _WHOLE).label("shared"),
        select(cast(func.coalesce(func.sum(_place.on_hand), _ZERO), _WHOLE))
        .where(
            _place.product_id == _share.product_id,
            _place.warehouse == _share.warehouse,
            _place.lot == _share.lot,
            _place.status == literal_column("'free'"),
        )
        .scalar_subquery()
        .label("on_hand"),
    )
    .group_by(*(_share[name] for name in _KEY))
    .subquery("lot")
)
_LOTS: Final = Pages(
    select(_lots, _product.code)
    .join_from(_lots, table_of(Product), _product.id == _lots.c.product_id)
    .where(_lots.c.shared > _lots.c.on_hand),
    {name: _lots.c[name] for name in _KEY},
)


def shares(work: Work) -> Iterator[Broken]:
    """Give lines whose lots are not what they are allocated, and lots that are not there (2)."""
    for row in _LINES.rows(work):
        key = f"{row.number} line {row.line}"
        words = f"order {key}: what it has of lots is not what is allocated to it"
        yield _broken(words, key, row.all_shared, row.allocated)
    for row in _LOTS.rows(work):
        key = f"{row.code} at {row.warehouse}, lot {row.lot}"
        words = f"stock of {key}: lines have more of it than is free there"
        yield _broken(words, key, row.shared, row.on_hand)


def _broken(words: str, key: str, stored: int, expected: int) -> Broken:
    had, right = quantity_decimal(stored), quantity_decimal(expected)
    return Broken(2, words, "lot_allocation", key, str(had), str(right))
