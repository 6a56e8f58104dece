"""Holding an order by the rules: when it is placed, and again whenever it changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from orderdesk.domain.holds import MANUAL
from orderdesk.models.company import Terms
from orderdesk.models.customers import Customer
from orderdesk.models.orders import Hold, OrderLine, SalesOrder
from orderdesk.services import rights
from orderdesk.services.credit import exposure
from orderdesk.services.credit.checks import needs_overdue
from orderdesk.services.credit.checks import overdue as overdue_of
from orderdesk.services.orders import rules
from orderdesk.services.orders.context import Context
from orderdesk.services.orders.rows import HOLDS, HoldRow, OrderRows
from orderdesk.services.orders.wanted import State, Wanted
from orderdesk.store.statements import Row, statement, table_of, text_set
from orderdesk.store.work import Work

_hold = table_of(Hold).c
_order = table_of(SalesOrder).c
_line = table_of(OrderLine).c
_customer = table_of(Customer).c

_whole = BigInteger().with_variant(BigInteger(), "sqlite")

_NET_DAYS: Final = statement(
    select(table_of(Terms).c.net_days).where(table_of(Terms).c.code == bindparam("code"))
)
_EARLIER: Final = statement(
    select(
        _order.number,
        _line.product_id,
        _line.ship_to,
        _line.ordered,
        _line.requested,
    )
    .join_from(table_of(SalesOrder), table_of(OrderLine), _line.order_id == _order.id)
    .where(
        _order.buyer_po_id == bindparam("buyer_po_id"),
        _order.id < bindparam("order_id"),
        _order.entered_at >= bindparam("since"),
        _order.status != literal_column("'cancelled'"),
        _line.ordered > _line.short_closed,
    )
    .order_by(_order.id.desc(), _line.line)
    .limit(literal_column("10000"))
)
"""Lines of the earlier orders on a buyer PO, the newest first."""

_LATER: Final = statement(
    select(cast(func.coalesce(func.sum(_order.exposed), 0), _whole).label("later"))
    .join_from(table_of(SalesOrder), table_of(Customer), _customer.id == _order.customer_id)
    .where(
        exposure.family(_customer),
        _order.id > bindparam("order_id"),
        or_(
            _order.number.in_(select(text_set("waiting"))),
            exists().where(
                _hold.order_id == _order.id, _hold.released_by.is_(literal_column("NULL"))
            ),
        ),
    )
)
"""What those of a family's later orders add to its exposure that are held, or wait for a check."""

_REFRESH: Final = statement(
    update(table_of(Hold))
    .where(_hold.id == bindparam("hold_id"), _hold.released_by.is_(literal_column("NULL")))
    .values(
        message=bindparam("words"),
        details=bindparam("numbers"),
        measure=bindparam("new_measure"),
        net_days=bindparam("days"),
        raised_by=bindparam("by"),
    )
)


def first(work: Work, rows: OrderRows, context: Context) -> None:
    """Put the holds of an order that is being placed, and what only warns, into its rows."""
    products = {line.line: code for line, code in zip(rows.lines, rows.products, strict=True)}
    state = _state(work, context, rows.order, rows.lines, products)
    state.added = rows.order.exposed
    state.owed += state.added
    if rows.duplicates:
        state.earlier = _earlier(work, context.buyer, rows.order)
    rows.holds = [row_of_wanted(work, rows.order, wanted) for wanted in rules.findings(state)]
    rows.warnings = rules.warnings(state)


def again(
    work: Work,
    found: OrderRows,
    context: Context,
    order: Row,
    lines: Sequence[Row],
    products: Mapping[int, str],
) -> tuple[str, ...]:
    """Check an order that is to be so from now on, and give what only warns.

    A rule that is broken holds it: anew where no such hold stands, not at all where one was
    released up to what it measures now, nor where the change made nothing worse. A hold that
    stands takes the newest numbers and stays, whatever they are. Who made something worse cannot
    release what stands, whether or not the rule is broken still.
    """
    before = _state(work, context, found.order, found.lines, products)
    after = replace(before, order=order, lines=lines)
    after.added = order.exposed - found.order.exposed
    after.owed += after.added
    if order.terms != found.order.terms:
        after.net_days = _net_days(work, context.buyer, order.terms)
    if order.buyer_po_id is not None:
        after.earlier = _earlier(work, context.buyer, order)
        if order.buyer_po_id == found.order.buyer_po_id:
            before.earlier = after.earlier
    rose = order.open_value > found.order.open_value or after.added > 0
    worse = rose or after.net_days > before.net_days
    _apply(work, found, before, after, worse)
    return rules.warnings(after)


def alone(
    work: Work, rows: OrderRows, context: Context, waiting: Sequence[str] = ()
) -> list[Wanted]:
    """Give every hold that the rules want on an order as it stands, no change of it at hand.

    Orders placed behind it that are held, or are waiting for this check too, are left out of the
    exposure: they wait for it, not it for them.
    """
    products = {line.line: code for line, code in zip(rows.lines, rows.products, strict=True)}
    state = _state(work, context, rows.order, rows.lines, products)
    asked = {
        "holder_id": context.buyer.holder_id,
        "order_id": rows.order.id,
        "waiting": json.dumps(list(waiting)),
    }
    state.owed -= work.run(_LATER, asked)[0].later
    if rows.order.buyer_po_id is not None:
        state.earlier = _earlier(work, context.buyer, rows.order)
    return rules.findings(state)


def _apply(work: Work, found: OrderRows, before: State, after: State, worse: bool) -> None:
    """Refresh the holds that stand, and place those that the change calls for."""
    was = {(each.code, each.line, each.bound): each for each in rules.findings(before)}
    wanted = rules.findings(after)
    open_ = {key(each): each for each in found.holds if each.released_by is None}
    by_key = {key(each): each for each in wanted}
    for name, hold in open_.items():
        now = by_key.pop(name, None)
        grew = worse or (now is not None and _grew(now, hold))
        raised = _raised(hold, found.order, work.actor) if grew else hold.raised_by
        # Looked at by whoever acts: what was not found before either, their rights may hide.
        # What a cancelled order was held by is released already.
        ended = now is None and name in was and after.order.status != "cancelled"
        if hold.code != MANUAL and (now is not None or ended or raised != hold.raised_by):
            _refresh(work, hold, now, raised, _gone(hold) if ended else hold.message)
    today = after.buyer.business_date
    new = []
    for each in by_key.values():
        known = was.get((each.code, each.line, each.bound))
        caused = known is None or _grew(each, known) or (worse and each.line is None)
        if caused and not covered(found.holds, each, today):
            new.append(row_of_wanted(work, found.order, each)[1:])
    if new:
        work.insert(HOLDS, new)


def covered(holds: Iterable[Row], wanted: Wanted, today: str) -> bool:
    """Tell whether the last release of such a hold reaches as far as what is wanted now."""
    same = [
        each for each in holds
        if key(each) == key(wanted) and each.released_by is not None and each.ceiling is not None
    ]  # fmt: skip
    return bool(same) and reaches(same[-1], wanted, today)


def reaches(released: Row, wanted: Wanted, today: str) -> bool:
    """Tell whether a released hold reaches as far as what is wanted of its kind now."""
    return bool(
        wanted.measure <= released.ceiling
        and wanted.net_days <= released.net_days
        and (released.released_until is None or released.released_until >= today)
    )


def key(hold: Any) -> tuple[str, int | None, str]:
    """Give what makes a hold and what a rule wants the same: code, line, what it is bound to."""
    return hold.code, hold.line, hold.bound


def _grew(now: Any, was: Any) -> bool:
    """Tell whether something is worse than it was, of a hold or of what a rule wants."""
    return bool(now.measure > was.measure or now.net_days > was.net_days)


def _raised(hold: Row, order: Row, actor: str) -> str:
    """Give who made worse what a hold is about, the one who acts now among them."""
    names: list[str] = json.loads(hold.raised_by)
    if actor in (order.entered_by, hold.placed_by, *names):
        return str(hold.raised_by)
    return json.dumps([*names, actor])


def _gone(hold: Row) -> str:
    """Give what a hold says once its rule does not find it any more: it stands all the same."""
    return f"no longer found, and waits for a release; it was: {hold.message}"


def _refresh(work: Work, hold: Row, now: Wanted | None, raised_by: str, words: str) -> None:
    """Write what a hold says now; `words` where its rule does not find it."""
    values = {
        "words": words,
        "numbers": hold.details,
        "new_measure": hold.measure,
        "days": hold.net_days,
    }
    if now is not None:
        values = {
            "words": now.message,
            "numbers": json.dumps(now.details),
            "new_measure": now.measure,
            "days": now.net_days,
        }
    if (*values.values(), raised_by) != (
        hold.message, hold.details, hold.measure, hold.net_days, hold.raised_by,
    ):  # fmt: skip
        work.change(_REFRESH, {"hold_id": hold.id, "by": raised_by, **values}, expect=1)


def row_of_wanted(work: Work, order: Row, wanted: Wanted, by: str = "") -> Any:
    """Make the row of a new hold, placed by the acting user where nobody is named."""
    return HoldRow(
        id=None,
        order_id=order.id,
        customer_id=order.customer_id,
        line=wanted.line,
        code=wanted.code,
        message=wanted.message,
        details=json.dumps(wanted.details),
        placed_by=by or work.actor,
        placed_at=work.now,
        ceiling=None,
        measure=wanted.measure,
        net_days=wanted.net_days,
        bound=wanted.bound,
    )


def _state(
    work: Work, context: Context, order: Row, lines: Sequence[Row], products: Mapping[int, str]
) -> State:
    """Give an order as it stands, with what the checks need of its customer."""
    buyer = context.buyer
    overdue = overdue_of(work, buyer) if needs_overdue(buyer) else 0
    days = _net_days(work, buyer, order.terms)
    mine = rights.mine(work)
    return State(
        context,
        order,
        lines,
        products,
        days,
        buyer.owed,
        overdue,
        discount_most=mine.bound("discount"),
        price_hand=mine.has("price_hand"),
        below_floor=mine.has("price_below_floor"),
    )


def _net_days(work: Work, buyer: Row, terms: str) -> int:
    """Give the days of payment of these terms."""
    if terms == (buyer.terms or buyer.company_terms or ""):
        return buyer.net_days or 0
    known = work.one(_NET_DAYS, {"code": terms}) if terms else None
    return known.net_days if known is not None else 0


def _earlier(work: Work, buyer: Row, order: Row) -> list[Row]:
    """Give the lines of earlier orders on the same buyer PO, as far back as duplicates count."""
    since = work.now - timedelta(days=buyer.duplicate_days) // timedelta(microseconds=1)
    asked = {"buyer_po_id": order.buyer_po_id, "order_id": order.id, "since": since}
    return work.run(_EARLIER, asked)
