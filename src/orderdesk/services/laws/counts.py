"""Law 1, of counts: a posted sheet moved exactly what its counts were off, any other nothing."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, exists, func, or_, select
from sqlalchemy.sql import literal_column

from orderdesk.domain.doctor import Broken
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.models.counts import CountLine, CountSheet
from orderdesk.models.products import Product
from orderdesk.models.stock import Movement
from orderdesk.store.pages import Pages
from orderdesk.store.statements import table_of
from orderdesk.store.work import Work

_sheet = table_of(CountSheet).c
_line = table_of(CountLine).c
_product = table_of(Product).c
_movement = table_of(Movement).c

_ZERO: Final[ColumnElement[int]] = literal_column("0")
_POSTED: Final = _sheet.status == literal_column("'posted'")
_OPEN: Final = _sheet.status == literal_column("'open'")

_lines = (
    select(
        _line.sheet_id,
        _line.product_id,
        _line.lot,
        _sheet.number,
        _product.code,
        case((_POSTED, func.coalesce(_line.counted, _line.book) - _line.book), else_=_ZERO).label(
            "off"
        ),
        select(
            cast(
                func.coalesce(func.sum(_movement.quantity), _ZERO),
                BigInteger().with_variant(BigInteger(), "sqlite"),
            )
        )
        .where(
            _movement.count_id == _line.sheet_id,
            literal_column("movement.count_id IS NOT NULL"),
            _movement.product_id == _line.product_id,
            _movement.lot == _line.lot,
            _movement.warehouse == _sheet.warehouse,
        )
        .scalar_subquery()
        .label("moved"),
        case(
            (and_(_POSTED, _line.settled == _ZERO), literal_column("1")),
            (and_(_OPEN, _line.is_open == _ZERO), literal_column("1")),
            (and_(~_OPEN, _line.is_open != _ZERO), literal_column("1")),
            (_line.warehouse != _sheet.warehouse, literal_column("1")),
            else_=_ZERO,
        ).label("strange"),
    )
    .join_from(table_of(CountLine), table_of(CountSheet), _sheet.id == _line.sheet_id)
    .join(table_of(Product), _product.id == _line.product_id)
    .subquery("found")
)
_LINES: Final = Pages(
    select(_lines).where(or_(_lines.c.off != _lines.c.moved, _lines.c.strange != _ZERO)),
    {"sheet_id": _lines.c.sheet_id, "product_id": _lines.c.product_id, "lot": _lines.c.lot},
)
_STRAYS: Final = Pages(
    select(_movement.id, _movement.quantity).where(
        literal_column("movement.count_id IS NOT NULL"),
        ~exists().where(
            _line.sheet_id == _movement.count_id,
            _line.product_id == _movement.product_id,
            _line.lot == _movement.lot,
        ),
    ),
    {"id": _movement.id},
)


def counts(work: Work) -> Iterator[Broken]:
    """Give counts that the ledger knows otherwise, and movements of no count (1)."""
    for row in _LINES.rows(work):
        key = f"{row.number} {row.code}" + f" {row.lot}" * bool(row.lot)
        if row.off != row.moved:
            yield Broken(
                1,
                f"count {key}: what it was off is not what it moved",
                "count_line",
                key,
                str(quantity_decimal(row.off)),
                str(quantity_decimal(row.moved)),
            )
        else:
            words = f"count {key}: the line does not stand as its sheet does"
            yield Broken(1, words, "count_line", key, "another state", "its sheet's")
    for row in _STRAYS.rows(work):
        words = f"movement {row.id} is of a count that knows nothing of it"
        stored = str(quantity_decimal(row.quantity))
        yield Broken(1, words, "movement", str(row.id), stored, "its count")
