"""An order under change: locked, altered in memory, then settled in one go.

Whatever alters an order ends in `settle`: stock that it does not need any more goes to whoever
waits for it, what it needs more comes from what is free, the customer's exposure follows, credit
is checked where it rises, and the event keeps the exact difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import currency_decimals, extend, quantity_decimal
from orderdesk.domain.orders import AddressRequest, OrderView
from orderdesk.domain.products import CARRYING, KIT
from orderdesk.domain.tax import tax
from orderdesk.domain.text import fold_code
from orderdesk.domain.tracked import LOT
from orderdesk.services import availability, rights
from orderdesk.services.allocation import decisions, demand, losing, lots, serving
from orderdesk.services.credit import exposure
from orderdesk.services.orders import allowed, checking, entry, holds, kits, promising, rejection
from orderdesk.services.orders.buyers import check_buyer
from orderdesk.services.orders.context import Context, read_context
from orderdesk.services.orders.differences import amount_text, order_changes
from orderdesk.services.orders.heading import text_of
from orderdesk.services.orders.lasting import return_lots, until, write_arrivals
from orderdesk.services.orders.rows import (
    LINES,
    LINES_OF,
    RECEIVERS,
    LineRow,
    OrderRows,
    read_order,
    rows_of,
)
from orderdesk.services.orders.views import order_view
from orderdesk.services.orders.writing import write_head, write_lines
from orderdesk.store.statements import Row
from orderdesk.store.work import Work


@dataclass(slots=True)
class Change:
    """An order as it was found and as it is to be."""

    found: OrderRows
    context: Context
    order: Row
    """The header as it is to be."""
    lines: dict[int, Row]
    """The lines as they are to be, by their number."""
    products: dict[int, str]
    """The product code of each line."""

    def line(self, number: int) -> Row:
        """Give a line; raise NotFound."""
        if number not in self.lines:
            raise holds.unknown_line(self.found, number)
        return self.lines[number]

    def give_back(self, line: Row) -> None:
        """Let what a new line got at once be free again: it is served with all others."""
        shelf = (line.product_id, line.warehouse)
        self.context.free[shelf] += line.allocated
        if shelf in self.context.most:
            self.context.most[shelf] += line.allocated

    def goods(self, number: int) -> Row:
        """Give the product of a line."""
        return self.context.goods[self.products[number]]


def lock(work: Work, number: str) -> OrderRows:
    """Read an order that is to be changed, locked.

    Raises NotFound, and Refused where it was cancelled or the acting user may not change it.
    """
    rights.ask(work)
    rows = read_order(work, number, lock=True)
    allowed.to_change(work, rows.order)
    if rows.order.status == "cancelled":
        raise Refused(
            "cancelled",
            f"order {rows.order.number} was cancelled and stays so; make a new one of it with "
            f"`orderdesk order copy {rows.order.number}`",
            number=rows.order.number,
        )
    return rows


def prepare(
    work: Work,
    rows: OrderRows,
    products: Iterable[str] = (),
    addresses: Iterable[str] = (),
    elsewhere: AddressRequest | None = None,
    warehouses: Iterable[str] = (),
    carrier: str | None = None,
) -> Change:
    """Lock a locked order's customer and stock, and read what its change is decided on.

    `elsewhere` is the order's own address from now on, where it gets another one, `carrier` who
    carries it then; `warehouses` are those that its change names.
    The lines are read again behind the lock on their stock: until then others may serve them.
    """
    added = list(products)
    standing = {c for line, c in zip(rows.lines, rows.products, strict=True) if line.kind == KIT}
    context, others = read_context(
        work,
        rows.customer,
        [*rows.products, *added],
        {*addresses, *(line.ship_to for line in rows.lines if line.ship_to)},
        [(LINES_OF, {"id": rows.order.id})],
        elsewhere=elsewhere or own_address(rows.order),
        warehouses={*warehouses, rows.order.warehouse, *(line.warehouse for line in rows.lines)}
        - {""},
        carrier=rows.order.carrier if carrier is None else carrier,
        whole=standing - {fold_code(each) for each in added},
    )
    context.decimals = currency_decimals(rows.order.currency)
    context.tax_included = rows.order.tax_included
    rows.lines = [LineRow._make(line[:-1]) for line in others[0]]
    return Change(
        found=rows,
        context=context,
        order=rows.order,
        lines={line.line: line for line in rows.lines},
        products={line.line: line.product for line in others[0]},
    )


def own_address(order: Row) -> AddressRequest | None:
    """Give the address that an order goes to where its customer's list does not have it."""
    return AddressRequest(**json.loads(order.ship_address)) if order.ship_address else None


def resized(context: Context, line: Row, ordered: int, short_closed: int) -> Row:
    """Give a line with other quantities (thousandths), its open ones and value following."""
    over = max(0, line.shipped - ordered)
    open_ = ordered + over - line.shipped - short_closed
    return valued(
        context,
        line._replace(
            ordered=ordered,
            over_shipped=over,
            short_closed=short_closed,
            open=open_,
            allocated=min(line.allocated, open_),
        ),
    )


def closed(context: Context, line: Row, quantity: int) -> Row:
    """Give a line with this much of what is open short-closed; what waits is closed first."""
    return resized(context, line, line.ordered, line.short_closed + quantity)


def valued(context: Context, line: Row) -> Row:
    """Give a line with its value as its quantities, price and discount make it."""
    net = entry.amount_of_line(
        context,
        line.price,
        line.ordered - line.short_closed,
        line.price_unit,
        line.discount,
        f"line {line.line}: ",
    )
    return line._replace(net=net)


def settle(
    work: Work,
    change: Change,
    kind: str,
    reason: str = "",
) -> OrderView:
    """Write a changed order with all that follows from it, and give it; unchanged, it stays.

    Raises Refused where more is ordered of what cannot be had.
    """
    kits.follow(change)
    _carry(change)
    _move_days(change)
    _move_places(change)
    return_lots(work, change)
    found = change.found
    _check_growth(change)
    order = _totalled(change)
    if order == found.order and [*change.lines.values()] == found.lines:
        return order_view(found)
    why = text_of(reason, "reason")
    buyer = change.context.buyer
    rose = order.exposed - found.order.exposed
    lines = [*change.lines.values()]
    _write_lines(work, change)
    write_arrivals(work, change)
    _move_stock(work, change, f"{order.number} {kind}")
    order = promising.again(work, change, order)
    exposure.move(work, buyer.id, buyer.holder_id, rose)
    rejection.ask_again(work, found)
    warned = checking.again(work, found, change.context, order, lines, change.products)
    after = rows_of(work, write_head(work, order))
    _check_discontinued(work, change, after)
    body: dict[str, Any] = {"number": order.number, **({"reason": why} if why else {})}
    if rose:
        owed, decimals = buyer.exposure, currency_decimals(buyer.currency)
        body["exposure"] = [amount_text(owed, decimals), amount_text(owed + rose, decimals)]
    body |= order_changes(found, after)
    work.event("order", order.id, after.order.version, kind, body, RECEIVERS)
    after.warnings = warned
    return order_view(after)


def _carry(change: Change) -> None:
    """Close charges and texts with the last line they went with, and bring them back with it."""
    was = {line.line: line for line in change.found.lines}
    carrying = [line for line in change.lines.values() if line.kind in CARRYING]
    carried = any(line.open for line in was.values() if line.kind in CARRYING)
    carries = any(line.open for line in carrying)
    if carried == carries or any(line.shipped for line in carrying):
        return
    for line in change.lines.values():
        if line.kind in CARRYING:
            continue
        if not carries and line.open:
            change.lines[line.line] = closed(change.context, line, line.open)
        elif carries and not line.open and (line.price or line.kind == "text"):
            change.lines[line.line] = resized(change.context, line, line.ordered, 0)


def _move_days(change: Change) -> None:
    """Let the day on which goods are needed follow the requested date, the place and the way.

    So does the rank of a line that is wanted later: what is promised to others counts on it only
    then. One that is moved beyond the allocation horizon gives its stock back until its time comes.
    """
    rerouted = promising.is_rerouted(change.found.order, change.order)
    was = {line.line: line for line in change.found.lines}
    for line in change.lines.values():
        if not promising.is_moved(was.get(line.line), line) and not rerouted:
            continue
        ways = change.context.ways[line.warehouse]
        fetched = promising.is_fetched(line)
        needed = ways.needed(line.ship_to, line.requested, fetched=fetched)
        moved = promising.ranked(line, ways.leaves(line.ship_to, line.requested, fetched=fetched))
        if needed != line.needed:
            kept = 0 if needed > change.context.last else line.allocated
            moved = moved._replace(needed=needed, allocated=kept)
        change.lines[line.line] = moved


def _move_places(change: Change) -> None:
    """Let a line that is served from elsewhere by now give back what it had."""
    was = {line.line: line.warehouse for line in change.found.lines}
    for line in change.lines.values():
        if line.warehouse != was.get(line.line, line.warehouse):
            change.lines[line.line] = line._replace(allocated=0)


def _grown(change: Change) -> list[Row]:
    """Give the lines of which more is open than was found."""
    was = {line.line: line.open for line in change.found.lines}
    return [line for line in change.lines.values() if line.open > was.get(line.line, 0)]


def _check_growth(change: Change) -> None:
    """Raise Refused where more is ordered of what is not sold, or by whom nothing is sold to."""
    grown = _grown(change)
    if grown:
        check_buyer(change.context.buyer)
    for line in grown:
        product = change.goods(line.line)
        if product.archived:
            raise Refused(
                "archived_product",
                f"line {line.line}: product {product.code!r} is archived; no more of it is sold",
                product=product.code,
            )


def _check_discontinued(work: Work, change: Change, after: OrderRows) -> None:
    """Raise Refused where more was ordered of a discontinued product than stock can serve.

    A line beyond the allocation horizon waits for its time; there must be enough for all then.
    """
    grown = {line.line for line in _grown(change)}
    for line in after.lines:
        product = change.goods(line.line)
        if line.kind != "product" or not product.discontinued or line.line not in grown:
            continue
        short = line.open - line.allocated
        if short and line.needed > change.context.last:
            [known] = availability.known(work, [line.product_id], line.warehouse).values()
            short = max(0, -known.left())
        if short:
            most = quantity_decimal(line.ordered - line.short_closed - short)
            raise Refused(
                "discontinued",
                f"line {line.line}: product {product.code!r} is discontinued and only {most} can "
                f"be had in all; order {most} or fewer",
                product=product.code,
                available=str(most),
            )


def _totalled(change: Change) -> Row:
    """Give the header with the totals and the stage that its lines make."""
    order, lines = change.order, list(change.lines.values())
    included, per_line = bool(order.tax_included), bool(order.tax_per_line)
    whole = tax([(line.net, line.tax_rate) for line in lines], included=included, per_line=per_line)
    waiting = tax(
        [(_open_net(change.context, line), line.tax_rate) for line in lines],
        included=included,
        per_line=per_line,
    )
    order = order._replace(
        net=whole.net,
        tax=whole.tax,
        total=whole.total,
        open_value=waiting.total,
        stage="open" if any(line.open or line.shipped for line in lines) else "done",
        due=exposure.due_of(lines),
    )
    return order._replace(exposed=exposure.exposed_of(change.context.buyer, order))


def _open_net(context: Context, line: Row) -> int:
    """Give the value of what is open: the line's, less what its shipped part comes to."""
    net: int = line.net if line.open else 0
    if net and line.shipped:
        net -= extend(
            line.price,
            line.shipped,
            price_unit=line.price_unit,
            discount=line.discount,
            decimals=context.decimals,
        )
    return net


def _write_lines(work: Work, change: Change) -> None:
    was = {line.line: line for line in change.found.lines}
    lines = change.lines.values()
    write_lines(
        work,
        [(was[line.line], line) for line in lines if line.line in was and line != was[line.line]],
    )
    added = [line for line in lines if line.line not in was]
    if added:
        work.insert(LINES, added)


def _move_stock(work: Work, change: Change, cause: str) -> None:
    """Give back what lines need no more, then serve whoever waits, these lines among them."""
    was = {line.line: line for line in change.found.lines}
    returned, waiting, moved = [], [], set()
    with_lots = {row.id for row in change.context.goods.values() if row.tracked == LOT}
    for line in change.lines.values():
        before = was.get(line.line)
        if line == before:
            continue
        waiting += demand.of_change(before, line)
        less = 0 if before is None else before.allocated - line.allocated
        if before is not None and less > 0:
            shelf = (before.product_id, before.warehouse)
            free = change.context.free.get(shelf, 0)
            gone = decisions.returned(change.order, before, less, free)
            if before.product_id in with_lots:
                gone = losing.lots_back(work, gone, until(change, line))
            returned.append(gone)
            change.context.free[shelf] = free + less
        if line.kind == "product" and (less > 0 or _wants(before, line)):
            moved.add(line.product_id)
    serving.take(
        work,
        [serving.Taking(each.product_id, each.warehouse, each.quantity) for each in returned],
    )
    demand.keep(work, waiting)
    if with_lots:
        lots.keep(work, [share for each in returned for share in lots.shares_of(each)])
    served = serving.serve_waiting(work, moved) if moved else []
    serving.note(work, [*returned, *served], cause, own=change.order.id)


def _wants(before: Row | None, line: Row) -> bool:
    """Tell whether a line may get more than before.

    More of it is open, its day has come, or it is served from elsewhere.
    """
    if before is None or line.open > before.open:
        return True
    return bool(line.needed != before.needed or line.warehouse != before.warehouse)
