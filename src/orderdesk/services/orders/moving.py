"""Stock that a supervisor moves from one order line to another, and who slips by it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from orderdesk.domain.allocation import MoveRequest, MoveView, SlipView
from orderdesk.domain.available import turns
from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.text import stored
from orderdesk.domain.tracked import LOT
from orderdesk.services import availability, goods, rights
from orderdesk.services.allocation import decisions, lots, serving, waiting
from orderdesk.services.allocation.decisions import Served
from orderdesk.services.orders import slipping
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

RIGHT: Final = "allocation_move"

LOOKED_AT: Final = 1_000
"""Of how many waiting lines, the best ranks first, is said whether they slip."""

_Key = tuple[int, int]


def may(work: Work) -> None:
    """Raise Refused unless the acting user may move stock."""
    rights.require(work, RIGHT)


def move(work: Work, request: MoveRequest) -> MoveView:
    """Move stock from a line to one that lacks it, and say who slips by it and by how long.

    Both orders get an event and keep their versions. Raises NotFound, Refused for who may not move
    stock, without a reason, and where the one has or the other lacks less; Conflict where somebody
    else changed them at the same moment.
    """
    may(work)
    why = _why(request)
    giver = waiting.line(work, request.order, request.line)
    work.run_all([(serving.LOCK, {"products": json.dumps([giver.product_id])})])
    # Read behind the lock on the stock: until then others may serve them.
    giver = waiting.line(work, request.order, request.line)
    taker = waiting.line(work, request.to_order, request.to_line)
    quantity = _quantity(work, request, giver, taker)
    before = _days(work, giver, (giver, taker))
    cause = f"moved from {giver.number} line {giver.line} to {taker.number} line {taker.line}"
    parts = _lots(work, giver, taker, quantity) if giver.tracked == LOT else ()
    moved = [
        _moved(giver, -quantity, 0, tuple((lot, -part) for lot, part in parts)),
        _moved(taker, quantity, quantity, parts),
    ]
    serving.move(work, moved)
    serving.note(work, moved, f"{cause}: {why}")
    after = _days(work, giver, (giver, taker))
    return MoveView(
        order=giver.number,
        line=giver.line,
        to_order=taker.number,
        to_line=taker.line,
        product=giver.product,
        warehouse=giver.warehouse,
        quantity=quantity_decimal(quantity),
        reason=why,
        slips=_slips(work, giver, before, after),
    )


def _why(request: MoveRequest) -> str:
    try:
        why = stored(request.reason, "reason").strip()
    except ValueError as error:
        raise Refused("bad_value", str(error)) from None
    if not why:
        raise Refused("no_reason", "reason is empty; say why the stock is moved with --reason")
    return why


def _quantity(work: Work, request: MoveRequest, giver: Row, taker: Row) -> int:
    """Give how much is to be moved, in thousandths. Raises Refused."""
    if (giver.product_id, giver.warehouse) != (taker.product_id, taker.warehouse):
        raise Refused(
            "other_stock",
            f"line {giver.line} of {giver.number} has {giver.product} at {giver.warehouse}, and "
            f"line {taker.line} of {taker.number} wants {taker.product} at {taker.warehouse}; "
            "name lines of the same stock",
        )
    if (giver.order_id, giver.line) == (taker.order_id, taker.line):
        raise Refused("same_line", "both lines are the same; name another one to move stock to")
    lacks: int = taker.open - taker.allocated
    most: int = min(giver.allocated, lacks)
    if request.quantity is None:
        quantity = most
    else:
        product = goods.find(work, [giver.product])[giver.product]
        quantity = goods.quantity(request.quantity, product)
    if not 0 < quantity <= most:
        raise Refused(
            "bad_quantity",
            f"quantity {quantity_decimal(quantity)} cannot be moved: line {giver.line} of "
            f"{giver.number} has {quantity_decimal(giver.allocated)} {giver.unit}, and line "
            f"{taker.line} of {taker.number} lacks {quantity_decimal(lacks)}; "
            + (f"move at most {quantity_decimal(most)}" if most else "there is nothing to move"),
            most=str(quantity_decimal(most)),
        )
    return quantity


def _lots(work: Work, giver: Row, taker: Row, quantity: int) -> lots.Parts:
    """Give which lots of the giver's the taker gets, the first to expire first. Raises Refused."""
    until = lots.until(taker.arrives, taker.business_date, taker.shelf_life)
    found, left = [], quantity
    for row in lots.of_line(work, giver.order_id, giver.line):
        part = min(left, row.quantity) if row.last_day >= until else 0
        if part:
            left -= part
            found.append((row.lot, part))
    if left:
        most = quantity_decimal(quantity - left)
        raise Refused(
            "lots_too_short",
            f"quantity {quantity_decimal(quantity)} cannot be moved: of what line {giver.line} of "
            f"{giver.number} has, {most} {giver.unit} last until {until}, as line {taker.line} of "
            f"{taker.number} needs; " + (f"move at most {most}" if most else "move none of it"),
            most=str(most),
            until=until,
        )
    return tuple(found)


def _moved(line: Row, quantity: int, free: int, parts: lots.Parts) -> Served:
    return Served(
        line.order_id,
        line.line,
        line.product_id,
        quantity,
        line.warehouse,
        line.number,
        line.allocated,
        line.needed,
        decisions.rank_of(line, line),
        line.open - line.allocated,
        free,
        lots=parts,
    )


def _days(work: Work, shelf: Row, named: Sequence[Row]) -> Mapping[_Key, tuple[Row, date | None]]:
    """Give the lines that wait at a shelf with the day on which each has all that it needs.

    The named ones are among them whatever their rank, today where they wait for nothing.
    """
    queue = waiting.ahead(work, shelf, LOOKED_AT + 1, LOOKED_AT)
    known = availability.known(work, [shelf.product_id], shelf.warehouse)[shelf.product_id]
    found: dict[_Key, tuple[Row, date | None]] = {}
    for each in named:
        key = (each.order_id, each.line)
        found[key] = (each, known.today)
        place = waiting.place(work, each)
        if place is not None:
            usable = waiting.lasting(known, each)
            found[key] = (place, turns(usable, [place.before, place.want])[1])
    for each, day in zip(queue, turns(known, [each.want for each in queue]), strict=True):
        found.setdefault((each.order_id, each.line), (each, day))
    return found


def _slips(
    work: Work,
    shelf: Row,
    before: Mapping[_Key, tuple[Row, date | None]],
    after: Mapping[_Key, tuple[Row, date | None]],
) -> tuple[SlipView, ...]:
    """Give the lines whose day is another one, those that slip first."""
    new = {key: day for key, (_, day) in after.items() if key in before and before[key][1] != day}
    arrivals = slipping.arrivals(work, shelf.product_id, new)
    found = []
    for key, day in new.items():
        row, was = after[key][0], before[key][1]
        days = None if was is None or day is None else (day - was).days
        want, then = quantity_decimal(getattr(row, "want", 0)), arrivals[key]
        found.append(SlipView(row.number, row.line, want, was, day, days, *then, then.breaks))
    return tuple(sorted(found, key=lambda each: (each.after is not None, -(each.days or 0))))
