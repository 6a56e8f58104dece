"""Who has a product's stock, and why a line has what it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.allocation import AheadView, DecisionView, ExplainView, ShelfLine
from orderdesk.domain.available import turns
from orderdesk.domain.backorders import LineKey
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.times import moment
from orderdesk.domain.tracked import LOT
from orderdesk.models.stock import Decision
from orderdesk.services import availability, goods
from orderdesk.services.allocation import lots, shelves, waiting
from orderdesk.services.allocation.ranking import within
from orderdesk.services.allocation.shelves import Which
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

SHOWN: Final = 20
"""How many of those before a line, and of the decisions about it, are told."""
PAGE: Final = 500

_decision = table_of(Decision).c
_DECISIONS: Final = statement(
    select(table_of(Decision))
    .where(_decision.order_id == bindparam("order"), _decision.line == bindparam("line_no"))
    .order_by(_decision.id.desc())
    .limit(literal_column(str(SHOWN)))
)


def show(
    work: Work, product: str, warehouse: str | None = None, after: int = 0, limit: int = PAGE
) -> tuple[ShelfLine, ...]:
    """Give the open lines of a product, the best rank first, those behind the place `after`.

    Over all warehouses where none is named; a rank is that among those that wait at a line's own.
    Raises NotFound for unknown codes.
    """
    row = goods.find(work, [product])[product]
    place = ""
    if warehouse is not None:
        place = goods.place(goods.places(work, [warehouse]), warehouse, archived=True)
    behind = LineKey(after + 1, "", 0)
    return tuple(
        map(shelf_line, shelves.page(work, Which.OPEN, row.id, place, behind, limit=limit))
    )


def shelf_line(row: Row) -> ShelfLine:
    """Give a line by rank as readers get it."""
    return ShelfLine(
        place=row.place,
        rank=row.rank,
        order=row.number,
        line=row.line,
        customer=row.customer,
        priority=row.priority,
        ranked=date.fromisoformat(row.ranked),
        promised=date.fromisoformat(row.promised) if row.promised else None,
        needed=date.fromisoformat(row.needed),
        open=quantity_decimal(row.open),
        allocated=quantity_decimal(row.allocated),
        backordered=quantity_decimal(row.open - row.allocated),
        warehouse=row.warehouse,
    )


def explain(work: Work, order: str, line: int) -> ExplainView:
    """Say why a line has what it has, who is before it, and when it will have all.

    Raises NotFound, and Refused for a line that is never in stock.
    """
    row = waiting.line(work, order, line)
    place = waiting.place(work, row)
    known = availability.known(work, [row.product_id], row.warehouse)[row.product_id]
    before = waiting.ahead(work, row, place.rank, SHOWN) if place else []
    # A lot that does not last for it is free, and still nothing that it could have.
    usable = waiting.lasting(known, row)
    return ExplainView(
        order=row.number,
        line=row.line,
        product=row.product,
        warehouse=row.warehouse,
        wanted=quantity_decimal(row.open),
        allocated=quantity_decimal(row.allocated),
        rank=place.rank if place else None,
        ranked_by=_ranked_by(row),
        ahead=tuple(
            AheadView(
                each.number, each.line, quantity_decimal(each.want), each.rank, _ranked_by(each)
            )
            for each in before
        ),
        ahead_lines=place.rank - 1 if place else 0,
        ahead_quantity=quantity_decimal(place.before if place else 0),
        reason=_too_short(work, row, place) or _reason(row, place, known.free),
        expected_on=_expected(row, turns(usable, [place.before, place.want])[1]) if place else None,
        decisions=_decisions(work, row),
    )


def _ranked_by(row: Row) -> str:
    """Say what puts a line before others, or behind them."""
    day = f"must leave by {row.leave_by}"
    if row.leave_by is None:
        day = f"was never promised, needed on {row.needed}"
    return f"priority {row.priority}, {day}" if row.priority else day


def _too_short(work: Work, row: Row, place: Row | None) -> str:
    """Say that what is free does not last long enough for a line; empty where that is not why."""
    if place is None or row.tracked != LOT or not row.open:
        return ""
    free = lots.left(work, [row.product_id])
    shelf = (row.product_id, row.warehouse)
    until = lots.until(row.arrives, row.business_date, row.shelf_life)
    there, usable = free.all_left(shelf), free.usable(shelf, until)
    if not there or usable >= place.want + place.before:
        return ""
    wanted = f"as it arrives on {max(row.arrives, row.business_date)}"
    if row.shelf_life:
        wanted += f" and its customer wants {row.shelf_life} days of life"
    want, most = quantity_decimal(place.want), quantity_decimal(there)
    lasting = quantity_decimal(usable)
    return (
        f"it lacks {want} {row.unit}: {most} {row.unit} are free, but of lots of which only "
        f"{lasting} {row.unit} last until {until}, {wanted}"
    )


def _expected(row: Row, turn: date | None) -> date | None:
    """Give the day of a line's turn, not before it comes within the allocation horizon."""
    if turn is None or not row.needed:
        return turn
    return max(turn, date.fromisoformat(row.needed) - timedelta(days=row.allocation_horizon))


def _reason(row: Row, place: Row | None, free: int) -> str:
    """Say in a sentence why a line has no more than it has."""
    unit, last = row.unit, within(row.business_date, row.allocation_horizon)
    if not row.open:
        return "nothing of it is open any more"
    if place is None:
        return "it has all that it needs"
    want = quantity_decimal(place.want)
    if row.needed > last:
        return (
            f"its goods are needed on {row.needed}, and what is needed after {last} takes no "
            f"stock yet: it waits for {want} {unit}"
        )
    before = f"{quantity_decimal(place.before)} {unit}"
    rivals = f"{place.rank - 1} lines come before it and want {before}"
    if place.rank == 2:
        rivals = f"1 line comes before it and wants {before}"
    if not free:
        said = f"nothing is free; {rivals}" if place.rank > 1 else "nothing is free; it is next"
    elif place.rank > 1:
        said = f"{quantity_decimal(free)} {unit} are free, but {rivals}"
    else:
        said = (
            f"{quantity_decimal(free)} {unit} are free, but kept for lines that were promised "
            "them; the next run decides anew"
        )
    return f"it lacks {want} {unit}: {said}"


def _decisions(work: Work, row: Row) -> tuple[DecisionView, ...]:
    rows: Sequence[Row] = work.run(_DECISIONS, {"order": row.order_id, "line_no": row.line})
    return tuple(
        DecisionView(
            at=moment(each.at),
            actor=each.actor,
            cause=each.cause,
            quantity=quantity_decimal(each.granted),
            wanted=quantity_decimal(each.wanted),
            free=quantity_decimal(each.free),
            kept=quantity_decimal(each.kept),
            place=each.place,
        )
        for each in rows
    )
