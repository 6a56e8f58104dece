"""Which order lines the stock on hand is promised to.

Who wants the same goods is served by rank: priority, then requested date, then order time, then
number. Stock that somebody waits for is never left free: whatever frees some, a receipt or a
cancelled line, serves the waiting lines in the same unit of work.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, cast, func, select, update
from sqlalchemy.sql import literal_column

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.models.company import Company
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.services import catalogue
from orderdesk.store.statements import Row, integer_set, lock, statement, table_of, text_set
from orderdesk.store.work import Work

_stock = table_of(Stock).c
_product = table_of(Product).c
_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_company = table_of(Company).c

LOCK_FOR: Final = lock(
    select(_stock.product_id)
    .where(
        _stock.product_id.in_(
            select(_product.id).where(_product.code.in_(select(text_set("products"))))
        ),
        _stock.warehouse == select(_company.warehouse).scalar_subquery(),
        select(func.count())
        .select_from(table_of(Product))
        .where(_product.code.in_(select(text_set("products"))))
        .scalar_subquery()
        == bindparam("known", type_=BigInteger()),
    )
    .order_by(_stock.product_id)
    .with_for_update()
)
"""Locks the stock of these products at the company's warehouse until the unit ends.

Nothing is locked unless as many as are `known` of the codes are ours: the stock of those that go
by another name has to be locked in one order with the others, or two desks would wait for each
other.
"""

GOODS: Final = statement(
    catalogue.BY_CODE.add_columns((_stock.on_hand - _stock.allocated).label("available")).outerjoin(
        table_of(Stock),
        and_(
            _stock.product_id == _product.id,
            _stock.warehouse == select(_company.warehouse).scalar_subquery(),
        ),
    )
)
"""Products by their codes, with what is free of each there; None for what is never in stock."""

_TAKE: Final = statement(
    update(table_of(Stock))
    .where(
        _stock.product_id == bindparam("product_id"),
        _stock.warehouse == bindparam("warehouse_code"),
    )
    .values(allocated=_stock.allocated + bindparam("quantity"))
)

_LOCK: Final = lock(
    select(_stock.product_id)
    .where(_stock.product_id.in_(select(integer_set("products"))))
    .order_by(_stock.product_id, _stock.warehouse)
    .with_for_update()
)

_BEST_FIRST: Final = (
    _order.priority.desc(),
    _line.requested,
    _order.entered_at,
    _line.order_id,
    _line.line,
)
_WORST_FIRST: Final = (
    _order.priority,
    _line.requested.desc(),
    _order.entered_at.desc(),
    _line.order_id.desc(),
    _line.line.desc(),
)
_OPEN: Final[ColumnElement[bool]] = literal_column("order_line.open > 0")


def _ahead(quantity: ColumnElement[int], rank: Sequence[ColumnElement[Any]]) -> Any:
    """Give the sum of a quantity over the lines that come earlier at the same shelf."""
    earlier = func.sum(quantity).over(
        partition_by=(_line.product_id, _line.warehouse), order_by=rank, rows=(None, -1)
    )
    return cast(func.coalesce(earlier, 0), BigInteger().with_variant(BigInteger(), "sqlite"))


_wanted = _line.open - _line.allocated
_ranked = (
    select(
        _line.order_id,
        _order.number,
        _line.line,
        _line.product_id,
        _line.warehouse,
        _line.allocated,
        _wanted.label("wanted"),
        _ahead(_wanted, _BEST_FIRST).label("ahead"),
        (_stock.on_hand - _stock.allocated).label("available"),
        func.row_number().over(order_by=_BEST_FIRST).label("place"),
    )
    .select_from(table_of(Stock))
    .join(
        table_of(OrderLine),
        and_(_line.product_id == _stock.product_id, _line.warehouse == _stock.warehouse),
    )
    .join(table_of(SalesOrder), _order.id == _line.order_id)
    .where(
        _stock.product_id.in_(select(integer_set("products"))),
        _stock.on_hand > _stock.allocated,
        _OPEN,
        _line.kind == literal_column("'product'"),
        _line.open > _line.allocated,
        _line.order_id.not_in(select(integer_set("passed_over"))),
    )
    .subquery()
)
_NEXT_SERVED: Final = statement(
    select(
        _ranked.c.order_id,
        _ranked.c.number,
        _ranked.c.line,
        _ranked.c.product_id,
        _ranked.c.warehouse,
        _ranked.c.allocated,
        _ranked.c.wanted,
        (_ranked.c.available - _ranked.c.ahead).label("left"),
    )
    .where(_ranked.c.ahead < _ranked.c.available)
    .order_by(_ranked.c.place)
    .limit(bindparam("piece"))
)
"""The waiting lines that what is free reaches, the best rank first, with what is left for each."""

_promised = (
    select(
        _line.order_id,
        _order.number,
        _line.line,
        _line.allocated,
        _ahead(_line.allocated, _WORST_FIRST).label("ahead"),
        func.row_number().over(order_by=_WORST_FIRST).label("place"),
    )
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .where(
        _line.product_id == bindparam("product_id"),
        _line.warehouse == bindparam("warehouse"),
        _OPEN,
        _line.allocated > literal_column("0"),
    )
    .subquery()
)
_NEXT_LOSING: Final = statement(
    select(
        _promised.c.order_id,
        _promised.c.number,
        _promised.c.line,
        _promised.c.allocated,
        (bindparam("quantity", type_=BigInteger()) - _promised.c.ahead).label("left"),
    )
    .where(_promised.c.ahead < bindparam("quantity", type_=BigInteger()))
    .order_by(_promised.c.place)
    .limit(bindparam("piece"))
)
"""The lines that give back what is lost, the worst rank first."""

_GRANT: Final = statement(
    update(table_of(OrderLine))
    .where(
        _line.order_id == bindparam("order"),
        _line.line == bindparam("line_no"),
        _line.allocated + bindparam("quantity") >= literal_column("0"),
        _line.allocated + bindparam("quantity") <= _line.open,
    )
    .values(allocated=_line.allocated + bindparam("quantity"))
)

PIECE: Final = 500
"""How many lines are read and changed at a time."""


class Taking(NamedTuple):
    """A change of what is promised of one product at one warehouse, in thousandths."""

    product_id: int
    warehouse: str
    quantity: int


class Served(NamedTuple):
    """Stock that went to a waiting line, or with a quantity below zero was taken from one."""

    order_id: int
    line: int
    product_id: int
    quantity: int
    """Thousandths."""
    warehouse: str
    order: str
    """The order's number."""
    before: int
    """What the line had, in thousandths."""


def take(work: Work, takings: Iterable[Taking]) -> None:
    """Move the promised stock of each product, in key order so that desks never deadlock.

    The constraint `never_oversold` refuses what would promise more than is on hand.
    """
    together: dict[tuple[int, str], int] = {}
    for product_id, warehouse, quantity in takings:
        key = (product_id, warehouse)
        together[key] = together.get(key, 0) + quantity
    rows = [
        {"product_id": key[0], "warehouse_code": key[1], "quantity": quantity}
        for key, quantity in sorted(together.items())
        if quantity
    ]
    if rows:
        work.change_all(_TAKE, rows)


def serve_waiting(
    work: Work, products: Iterable[int], passed_over: Iterable[int] = ()
) -> list[Served]:
    """Promise what is free of these products to the lines that wait for them, by rank.

    Orders that are passed over get nothing now, though they wait.
    """
    wanted = json.dumps(sorted(set(products)))
    skipped = json.dumps(sorted(passed_over))
    served: list[Served] = []
    while True:
        [rows] = work.run_all(
            [
                (_LOCK, {"products": wanted}),
                (
                    _NEXT_SERVED,
                    {"products": wanted, "passed_over": skipped, "piece": PIECE},
                ),
            ]
        )
        piece = [
            Served(
                row.order_id,
                row.line,
                row.product_id,
                min(row.wanted, row.left),
                row.warehouse,
                row.number,
                row.allocated,
            )
            for row in rows
        ]
        _move(work, piece)
        served += piece
        if len(rows) < PIECE:
            return served


def deallocate(work: Work, product_id: int, warehouse: str, quantity: int) -> list[Served]:
    """Take promised stock back from its lines, the worst rank first; give what each lost.

    For a loss of stock only: the quantity (thousandths) is at most what is promised there, and
    whoever calls has locked that stock.
    """
    lost: list[Served] = []
    remaining = quantity
    while remaining > 0:
        place = {"product_id": product_id, "warehouse": warehouse}
        rows = work.run(_NEXT_LOSING, {**place, "quantity": remaining, "piece": PIECE})
        piece = [
            Served(
                row.order_id,
                row.line,
                product_id,
                -min(row.allocated, row.left),
                warehouse,
                row.number,
                row.allocated,
            )
            for row in rows
        ]
        if not piece:
            raise Refused(
                "allocation_disagrees",
                "more stock is marked as promised than order lines hold; run `orderdesk doctor`",
                product_id=product_id,
                warehouse=warehouse,
            )
        _move(work, piece)
        remaining += sum(each.quantity for each in piece)
        lost += piece
    return lost


def give_back(work: Work, lines: Iterable[Row], order: str) -> list[Served]:
    """Take back what these lines of one order hold; give what each lost.

    Whoever calls has locked the order and the stock, and serves those who wait for it.
    """
    lost = [
        Served(
            line.order_id,
            line.line,
            line.product_id,
            -line.allocated,
            line.warehouse,
            order,
            line.allocated,
        )
        for line in lines
        if line.allocated
    ]
    _move(work, lost)
    return lost


def _move(work: Work, piece: Sequence[Served]) -> None:
    """Change what lines hold, in key order, and the stock's promised balance with them."""
    if not piece:
        return
    rows = [
        {"order": each.order_id, "line_no": each.line, "quantity": each.quantity}
        for each in sorted(piece)
    ]
    work.change_all(_GRANT, rows, expect=len(rows))
    take(work, [Taking(each.product_id, each.warehouse, each.quantity) for each in piece])


def note(work: Work, moved: Iterable[Served], cause: str) -> None:
    """Write the event of each order that got stock, or lost some, by a change of something else.

    The order keeps its version: nobody edited it, and its row is not locked here. `cause` names
    what was changed, such as `receipt 12`.
    """
    orders: dict[int, list[Served]] = {}
    for each in moved:
        orders.setdefault(each.order_id, []).append(each)
    for order_id, lines in orders.items():
        kind = "served" if lines[0].quantity > 0 else "deallocated"
        body = {
            "number": lines[0].order,
            "cause": cause,
            "lines": {str(each.line): {"allocated": _told(each)} for each in sorted(lines)},
        }
        work.event("order", order_id, None, kind, body)


def _told(moved: Served) -> list[str]:
    return [str(quantity_decimal(n)) for n in (moved.before, moved.before + moved.quantity)]
