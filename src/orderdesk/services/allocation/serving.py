"""Serving the lines that wait for stock, and taking stock back, by rank.

Stock that somebody waits for is never left free, but for what lines beyond the allocation horizon
will need: whatever frees some, a receipt or a cancelled line, serves the waiting lines in the same
unit of work.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, cast, func, select, update
from sqlalchemy.sql import literal_column

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.stock import Stock
from orderdesk.services.allocation import decisions, demand
from orderdesk.services.allocation.decisions import Rank, Served
from orderdesk.services.allocation.demand import Waiting
from orderdesk.services.allocation.ranking import (
    BEST_FIRST,
    OPEN,
    RANKED,
    UNPROMISED,
    WORST_FIRST,
    last_day,
)
from orderdesk.store.statements import Row, integer_set, lock, statement, table_of
from orderdesk.store.work import Work

_stock = table_of(Stock).c
_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c

_TAKE: Final = statement(
    update(table_of(Stock))
    .where(
        _stock.product_id == bindparam("product_id"),
        _stock.warehouse == bindparam("warehouse_code"),
    )
    .values(allocated=_stock.allocated + bindparam("quantity"))
)

LOCK: Final = lock(
    select(_stock.product_id)
    .where(_stock.product_id.in_(select(integer_set("products"))))
    .order_by(_stock.product_id, _stock.warehouse)
    .with_for_update()
)

_RANK: Final = (
    _order.priority,
    UNPROMISED.label("unpromised"),
    RANKED.label("ranked"),
    _order.entered_at,
)
_WHOLE: Final = BigInteger().with_variant(BigInteger(), "sqlite")


def _ahead(quantity: ColumnElement[int], rank: Sequence[ColumnElement[Any]]) -> Any:
    """Give the sum of a quantity over the lines that come earlier at the same shelf."""
    earlier = func.sum(quantity).over(
        partition_by=(_line.product_id, _line.warehouse), order_by=rank, rows=(None, -1)
    )
    return cast(func.coalesce(earlier, 0), _WHOLE)


_wanted = _line.open - _line.allocated
_later: ColumnElement[int] = case(
    (_line.needed > bindparam("last"), literal_column("1", BigInteger)),
    else_=literal_column("0", BigInteger),
)
_ranked = (
    select(
        _line.order_id,
        _order.number,
        _line.line,
        _line.product_id,
        _line.warehouse,
        _line.allocated,
        _line.needed,
        *_RANK,
        _wanted.label("wanted"),
        _later.label("later"),
        _ahead(_wanted, BEST_FIRST).label("ahead"),
        _ahead(_wanted * _later, BEST_FIRST).label("kept"),
        (_stock.on_hand - _stock.allocated).label("available"),
        func.row_number().over(order_by=BEST_FIRST).label("place"),
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
        OPEN,
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
        _ranked.c.needed,
        _ranked.c.priority,
        _ranked.c.unpromised,
        _ranked.c.ranked,
        _ranked.c.entered_at,
        _ranked.c.wanted,
        _ranked.c.kept,
        (_ranked.c.available - _ranked.c.ahead).label("left"),
    )
    .where(_ranked.c.ahead < _ranked.c.available, _ranked.c.later == literal_column("0"))
    .order_by(_ranked.c.place)
    .limit(bindparam("piece"))
)
"""The waiting lines that what is free reaches, the best rank first, with what is left for each.

Lines beyond the horizon take nothing yet, but those behind them must leave what they want.
"""

_WOULD_BE_SERVED: Final = statement(
    select(func.count().label("lines"))
    .select_from(_ranked)
    .where(_ranked.c.ahead < _ranked.c.available, _ranked.c.later == literal_column("0"))
)

_promised = (
    select(
        _line.order_id,
        _order.number,
        _line.line,
        _line.allocated,
        _line.needed,
        *_RANK,
        _wanted.label("wanted"),
        _ahead(_line.allocated, WORST_FIRST).label("ahead"),
        func.row_number().over(order_by=WORST_FIRST).label("place"),
    )
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .where(
        _line.product_id == bindparam("product_id"),
        _line.warehouse == bindparam("warehouse"),
        OPEN,
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
        _promised.c.needed,
        _promised.c.priority,
        _promised.c.unpromised,
        _promised.c.ranked,
        _promised.c.entered_at,
        _promised.c.wanted,
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
    last = last_day(work)
    served: list[Served] = []
    while True:
        piece = serve_some(work, products, last, PIECE, passed_over)
        served += piece
        if len(piece) < PIECE:
            return served


def serve_some(
    work: Work,
    products: Iterable[int],
    last: str,
    most: int,
    passed_over: Iterable[int] = (),
) -> list[Served]:
    """Serve at most so many waiting lines of these products, the best rank first.

    `last` is the last day, ISO, of the allocation horizon. Fewer than `most` were served where no
    more can be.
    """
    wanted = json.dumps(sorted(set(products)))
    asked = {
        "products": wanted,
        "passed_over": json.dumps(sorted(passed_over)),
        "last": last,
        "piece": most,
    }
    [rows] = work.run_all([(LOCK, {"products": wanted}), (_NEXT_SERVED, asked)])
    piece = [_served(row, row.product_id, row.warehouse, min(row.wanted, row.left)) for row in rows]
    piece = [
        each._replace(free=row.left + row.kept, kept=row.kept)
        for each, row in zip(piece, rows, strict=True)
    ]
    move(work, piece)
    return piece


def would_serve(work: Work, products: Iterable[int], last: str) -> int:
    """Give how many waiting lines of these products could be served, and change nothing."""
    asked = {"products": json.dumps(sorted(set(products))), "passed_over": "[]", "last": last}
    found: int = work.run(_WOULD_BE_SERVED, asked)[0].lines
    return found


def _served(row: Row, product_id: int, warehouse: str, quantity: int) -> Served:
    return Served(
        row.order_id,
        row.line,
        product_id,
        quantity,
        warehouse,
        row.number,
        row.allocated,
        row.needed,
        Rank(row.priority, 1 - row.unpromised, row.ranked, row.entered_at),
        row.wanted,
    )


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
            _served(row, product_id, warehouse, -min(row.allocated, row.left))._replace(
                free=-row.left
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
        move(work, piece)
        remaining += sum(each.quantity for each in piece)
        lost += piece
    return lost


def give_back(
    work: Work, lines: Iterable[Row], order: Row, free: Mapping[tuple[int, str], int]
) -> list[Served]:
    """Take back what these lines of one order hold; give what each lost.

    `free` is what nobody has of each product (id) at each warehouse. Whoever calls has locked the
    order and the stock, and serves those who wait for it.
    """
    lost: list[Served] = []
    for line in lines:
        if line.allocated:
            shelf = (line.product_id, line.warehouse)
            had = free.get(shelf, 0)
            had -= sum(each.quantity for each in lost if (each.product_id, each.warehouse) == shelf)
            lost.append(decisions.returned(order, line, line.allocated, had))
    move(work, lost)
    return lost


def move(work: Work, piece: Sequence[Served]) -> None:
    """Change what lines hold, in key order, and the balances of stock and demand with them.

    Whoever calls has locked the stock. Raises Conflict where a line would hold more than is open.
    """
    if not piece:
        return
    rows = [
        {"order": each.order_id, "line_no": each.line, "quantity": each.quantity}
        for each in sorted(piece)
    ]
    work.change_all(_GRANT, rows, expect=len(rows))
    take(work, [Taking(each.product_id, each.warehouse, each.quantity) for each in piece])
    demand.keep(
        work,
        [Waiting(each.product_id, each.warehouse, each.needed, -each.quantity) for each in piece],
    )


def note(work: Work, moved: Sequence[Served], cause: str, own: int | None = None) -> None:
    """Keep why lines got stock or lost some, and write the event of each order it happened to.

    The order keeps its version: nobody edited it, and its row is not locked here. `cause` names
    what was changed, such as `receipt 12`. The order with the id `own` has an event of its own.
    """
    decisions.keep(work, moved, cause)
    tell(work, [each for each in moved if each.order_id != own], cause)


def tell(work: Work, moved: Iterable[Served], cause: str) -> None:
    """Write the event of each order that got stock or lost some, and the cause of it."""
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
