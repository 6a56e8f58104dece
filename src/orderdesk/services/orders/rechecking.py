"""Orders looked at again when nobody changes them: a day has passed, or something was paid."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import bindparam, exists, literal_column, select, update

from orderdesk.domain.times import moment
from orderdesk.domain.tracked import LOT
from orderdesk.models.company import Company
from orderdesk.models.orders import Hold, OrderLine, SalesOrder
from orderdesk.services import rights
from orderdesk.services.allocation import decisions, losing, serving
from orderdesk.services.allocation.decisions import Served
from orderdesk.services.orders import checking, holds, passing
from orderdesk.services.orders.context import read_context
from orderdesk.services.orders.differences import order_changes
from orderdesk.services.orders.rows import (
    HOLDS,
    LINES_OF,
    RECEIVERS,
    OrderRows,
    read_order,
    rows_of,
)
from orderdesk.services.orders.wanted import Wanted
from orderdesk.services.orders.writing import write_head
from orderdesk.store.statements import Row, integer_set, statement, table_of
from orderdesk.store.work import Work

_hold = table_of(Hold).c
_order = table_of(SalesOrder).c
_line = table_of(OrderLine).c

_EXPIRE: Final = statement(
    update(table_of(Hold))
    .where(
        _hold.order_id == bindparam("order"),
        _hold.ceiling.is_not(None),
        _hold.released_until < select(table_of(Company).c.business_date).scalar_subquery(),
    )
    .values(ceiling=literal_column("NULL"))
)
_ALSO_HELD: Final = statement(
    select(_line.order_id)
    .distinct()
    .where(
        _line.product_id.in_(select(integer_set("products"))),
        literal_column("order_line.open > 0"),
        exists().where(
            _hold.order_id == _line.order_id,
            _hold.released_by.is_(literal_column("NULL")),
            _hold.placed_at < bindparam("before"),
        ),
    )
)
"""Orders that want these products and are held as long: none of them gets what another gives."""


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What became of an order that was looked at again."""

    order: str
    held: tuple[str, ...] = ()
    """Codes that hold it from now on."""
    released: tuple[str, ...] = ()
    """Codes that do not any more."""
    kept: tuple[str, ...] = ()
    """Codes that have nothing against it any more, and wait for a person all the same."""


def recheck(work: Work, number: str, cause: str, waiting: tuple[str, ...] = ()) -> Rechecked:
    """Check an order's credit as it stands today, and give what that changed.

    What the credit checks say against it and no release covers holds it; a release that is over
    counts no more, whatever it was of. A hold by a credit check that has nothing against the order
    any more is released by the system, for the cause given, unless one who could not release it
    made that so by hand (`passing`), or somebody rejected it: then it stays until the order is
    changed or a person releases it. Later orders that are held, or are waiting (numbers) for the
    same check, count behind it. Raises NotFound, and Refused for who may neither end the day nor
    set credit.
    """
    rights.require_any(work, "credit", "nightly")
    rows = read_order(work, number, lock=True)
    if rows.order.status == "cancelled" or not any(line.open for line in rows.lines):
        # Nothing is left that a release could be over of: no later run looks here again.
        work.change(_EXPIRE, {"order": rows.order.id})
        return Rechecked(rows.order.number)
    places = {line.ship_to for line in rows.lines if line.ship_to}
    context, _ = read_context(work, rows.customer, rows.products, places)
    wanted = checking.alone(work, rows, context, waiting)
    today = context.buyer.business_date
    over = {
        checking.key(each)
        for each in rows.holds
        if each.ceiling is not None and each.released_until and each.released_until < today
    }
    standing = {checking.key(each) for each in holds.standing(rows)}
    new = [
        each
        for each in wanted
        if checking.key(each) not in standing
        and (_is_credit(each) or checking.key(each) in over)
        and not checking.covered(rows.holds, each, today)
    ]
    against = {checking.key(each) for each in wanted}
    # What somebody rejected waits for a change of the order, whatever becomes of the credit.
    passed = [
        each
        for each in holds.standing(rows)
        if _is_credit(each) and checking.key(each) not in against and not each.rejected_by
    ]
    kept = passing.kept_for_others(work, rows, context.buyer.holder_id, passed)
    if over:
        work.change(_EXPIRE, {"order": rows.order.id})
    passed = [each for each in passed if each not in kept]
    done = _write(work, rows, new, passed, cause)
    return replace(done, kept=tuple(each.code for each in kept))


def _is_credit(hold: Any) -> bool:
    return hold.code in passing.CREDIT


def _write(
    work: Work, rows: OrderRows, new: list[Wanted], passed: list[Row], cause: str
) -> Rechecked:
    order = rows.order
    if not new and not passed:
        return Rechecked(order.number)
    made = [checking.row_of_wanted(work, order, each, holds.SYSTEM)[1:] for each in new]
    if made:
        work.insert(HOLDS, made)
    holds.release_these(work, passed, cause)
    after = rows_of(work, write_head(work, order))
    body = {"number": order.number, "reason": cause, **order_changes(rows, after)}
    work.event("order", order.id, after.order.version, "checked again", body, RECEIVERS)
    return Rechecked(
        order.number, tuple(each.code for each in new), tuple(each.code for each in passed)
    )


def give_back(work: Work, number: str, before: int, cause: str) -> tuple[str, ...]:
    """Give what an order holds of stock, if it was held since `before`, to those who wait.

    What nobody else waits for comes back to it. Orders that are held as long get nothing of it.
    `before` is in microseconds UTC; gives the numbers of the orders that were served. Raises
    NotFound, and Refused for who may not end the day.
    """
    rights.require(work, "nightly")
    rows = read_order(work, number, lock=True)
    since = [each for each in holds.standing(rows) if each.placed_at < before]
    context, [read] = read_context(
        work,
        rows.customer,
        rows.products,
        (),
        [(LINES_OF, {"id": rows.order.id})],
        warehouses={line.warehouse for line in rows.lines},
    )
    lines = [line for line in read if line.allocated]
    if not since or not lines:
        return ()
    products = {line.product_id for line in lines}
    wanting = work.run(_ALSO_HELD, {"products": json.dumps(sorted(products)), "before": before})
    with_lots = {row.id for row in context.goods.values() if row.tracked == LOT}
    lost = losing.give_back(work, lines, rows.order, context.free, with_lots)
    others = {each.order_id for each in wanting} - {rows.order.id}
    served = serving.serve_waiting(work, products, {*others, rows.order.id})
    kept = serving.serve_waiting(work, products, others)
    given = [*served, *(each for each in kept if each.order_id != rows.order.id)]
    own = _own(lost, [each for each in kept if each.order_id == rows.order.id])
    held = f"{rows.order.number} held"
    decisions.keep(work, lost, cause)
    decisions.keep(work, [*served, *kept], held)
    serving.tell(work, [each for each in own if each.quantity < 0], cause)
    serving.tell(work, [*given, *(each for each in own if each.quantity > 0)], held)
    return tuple(dict.fromkeys(each.order for each in given))


def _own(lost: Iterable[Served], kept: Iterable[Served]) -> list[Served]:
    """Give what giving stock back came to for each line of the order that did."""
    found: dict[int, Served] = {}
    for each in (*lost, *kept):
        had = found.get(each.line)
        found[each.line] = (
            each if had is None else had._replace(quantity=had.quantity + each.quantity)
        )
    return list(found.values())


def working_days_before(now: int, days: int) -> int:
    """Give the moment so many working days before another, both in microseconds UTC.

    Saturdays and Sundays are no working days.
    """
    at = moment(now)
    while days > 0:
        at -= timedelta(days=1)
        if at.weekday() < 5:
            days -= 1
    return int(at.timestamp()) * 1_000_000
