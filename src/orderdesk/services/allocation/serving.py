"""Serving the lines that wait for stock, and taking stock back, by rank.

Stock that somebody waits for is never left free, but for what lines beyond the allocation horizon
will need: whatever frees some, a receipt or a cancelled line, serves the waiting lines in the same
unit of work.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.sql import literal_column

from orderdesk.domain.numbers import quantity_decimal
from orderdesk.models.orders import OrderLine
from orderdesk.models.stock import Stock
from orderdesk.services.allocation import by_lot, decisions, demand, lots
from orderdesk.services.allocation.decisions import Rank, Served
from orderdesk.services.allocation.demand import Waiting
from orderdesk.services.allocation.ranking import (
    BEST_FIRST,
    LATER,
    LINE,
    WANTED,
    Horizon,
    ahead,
    horizon,
    servable,
)
from orderdesk.store.statements import Row, integer_set, lock, statement, table_of
from orderdesk.store.work import Work

_stock = table_of(Stock).c
_line = table_of(OrderLine).c

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

_ranked = servable(
    *LINE,
    LATER.label("later"),
    ahead(WANTED, BEST_FIRST).label("ahead"),
    ahead(WANTED * LATER, BEST_FIRST).label("kept"),
    (_stock.on_hand - _stock.allocated).label("available"),
    func.row_number().over(order_by=BEST_FIRST).label("place"),
).subquery()
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
    wanted = list(products)
    now = horizon(work, wanted)
    served: list[Served] = []
    while True:
        piece = serve_some(work, wanted, now, PIECE, passed_over)
        served += piece
        if len(piece) < PIECE:
            return served


def serve_some(
    work: Work,
    products: Iterable[int],
    now: Horizon,
    most: int,
    passed_over: Iterable[int] = (),
) -> list[Served]:
    """Serve at most so many waiting lines of these products, the best rank first.

    Fewer than `most` were served where no more can be.
    """
    wanted = set(products)
    over = sorted(passed_over)
    if now.by_lot & wanted:
        work.run_all([(LOCK, {"products": json.dumps(sorted(now.by_lot & wanted))})])
        piece = by_lot.plan(work, now.by_lot & wanted, now, most, over)
        move(work, piece)
        if len(piece) == most or not wanted - now.by_lot:
            return piece
        return piece + _serve_plain(work, wanted - now.by_lot, now.last, most - len(piece), over)
    return _serve_plain(work, wanted, now.last, most, over)


def _serve_plain(
    work: Work, products: Iterable[int], last: str, most: int, passed_over: Sequence[int]
) -> list[Served]:
    """Serve lines of products without lots: any piece is as good as another."""
    wanted = json.dumps(sorted(products))
    asked = {
        "products": wanted,
        "passed_over": json.dumps(passed_over),
        "last": last,
        "piece": most,
    }
    [rows] = work.run_all([(LOCK, {"products": wanted}), (_NEXT_SERVED, asked)])
    piece = [
        served_of(row, row.product_id, row.warehouse, min(row.wanted, row.left)) for row in rows
    ]
    piece = [
        each._replace(free=row.left + row.kept, kept=row.kept)
        for each, row in zip(piece, rows, strict=True)
    ]
    move(work, piece)
    return piece


def would_serve(work: Work, products: Iterable[int], now: Horizon) -> int:
    """Give how many waiting lines of these products could be served, and change nothing."""
    wanted = set(products)
    lots = by_lot.plan(work, wanted & now.by_lot, now, None) if wanted & now.by_lot else []
    plain = json.dumps(sorted(wanted - now.by_lot))
    asked = {"products": plain, "passed_over": "[]", "last": now.last}
    found: int = work.run(_WOULD_BE_SERVED, asked)[0].lines
    return found + len(lots)


def served_of(row: Row, product_id: int, warehouse: str, quantity: int) -> Served:
    """Give what a line gets, or with a quantity below zero loses, by its row with its rank."""
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
    shares = [share for each in piece for share in lots.shares_of(each)]
    if shares:
        lots.keep(work, shares)


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
