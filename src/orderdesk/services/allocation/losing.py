"""Stock that lines lose: it is gone, the worst rank first, or their order gives it back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.sql import literal_column

from orderdesk.domain.errors import Refused
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.services.allocation import by_lot, decisions, lots
from orderdesk.services.allocation.by_lot import Going
from orderdesk.services.allocation.decisions import Served
from orderdesk.services.allocation.ranking import OPEN, RANK, WANTED, WORST_FIRST, ahead
from orderdesk.services.allocation.serving import PIECE, move, served_of
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c

_promised = (
    select(
        _line.order_id,
        _order.number,
        _line.line,
        _line.allocated,
        _line.needed,
        *RANK,
        WANTED.label("wanted"),
        ahead(_line.allocated, WORST_FIRST).label("ahead"),
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
            served_of(row, product_id, warehouse, -min(row.allocated, row.left))._replace(
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


def deallocate_lots(work: Work, going: Sequence[Going]) -> list[Served]:
    """Take back what lines have of lots that go, the worst rank first; give what each lost.

    Whoever calls has locked the stock.
    """
    together: dict[tuple[int, int], Served] = {}
    for each in by_lot.lose(work, going):
        had = together.get((each.order_id, each.line))
        if had is not None:
            each = had._replace(quantity=had.quantity + each.quantity, lots=had.lots + each.lots)
        together[each.order_id, each.line] = each
    lost = list(together.values())
    move(work, lost)
    return lost


def give_back(
    work: Work,
    lines: Iterable[Row],
    order: Row,
    free: Mapping[tuple[int, str], int],
    with_lots: Collection[int] = (),
) -> list[Served]:
    """Take back what these lines of one order hold; give what each lost.

    `free` is what nobody has of each product (id) at each warehouse, `with_lots` are the products
    that have some. Whoever calls has locked the order and the stock, and serves those who wait.
    """
    lost: list[Served] = []
    now = dict(free)
    for line in lines:
        if line.allocated:
            shelf = (line.product_id, line.warehouse)
            had = now.get(shelf, 0)
            now[shelf] = had + line.allocated
            gone = decisions.returned(order, line, line.allocated, had)
            if line.product_id in with_lots:
                gone = lots_back(work, gone)
            lost.append(gone)
    move(work, lost)
    return lost


def lots_back(work: Work, moved: Served, until: str = "") -> Served:
    """Give what a line gives back with the lots of which it does: see `lots.given_back`."""
    parts = lots.given_back(
        work, moved.order_id, moved.line, moved.warehouse, -moved.quantity, until
    )
    return moved._replace(lots=parts)
