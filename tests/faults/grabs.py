"""All ways in which pieces of a product go: ordered, sent, counted off, set apart, moved.

Each gives by how much what lies free at the company's own warehouse changed, in pieces.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from orderdesk.domain.allocation import MoveRequest
from orderdesk.domain.counts import CountRequest, CountView
from orderdesk.domain.errors import Conflict, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.stock import AdjustRequest, StatusRequest
from orderdesk.domain.transfers import TransferRequest
from orderdesk.models.company import Warehouse
from orderdesk.services import counts, statuses, stock, transfers
from orderdesk.services.allocation import explaining
from orderdesk.services.orders import moving
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.company import put

Grab = Callable[[Desk, str], Decimal]

NOTHING: Final = Decimal(0)
AWAY: Final = "02"
"""The warehouse that goods are sent to."""
REFUSALS: Final = frozenset(
    {"not_free", "not_there", "below_zero", "counted_already", "bad_quantity", "changed_meanwhile"}
)
"""Of a piece that is not there any more, or that somebody else has at this moment."""


def second_warehouse(work: Work) -> None:
    """Add the warehouse that goods are sent to."""
    put(work, Warehouse, [{"code": AWAY}])


def order(desk: Desk, product: str) -> Decimal:
    """Order a piece; it takes it, or waits for it."""
    lines = (LineRequest(product=product, quantity="1"),)
    desk.run(place, OrderRequest(customer="FREE", lines=lines))
    return NOTHING


def send(desk: Desk, product: str) -> Decimal:
    """Send a piece to the other warehouse."""
    desk.run(transfers.send, TransferRequest(product=product, quantity="1", target=AWAY))
    return Decimal(-1)


def adjust(desk: Desk, product: str) -> Decimal:
    """Write a piece off."""
    desk.run(stock.adjust, AdjustRequest(product=product, quantity="-1", reason="broken"))
    return Decimal(-1)


def set_apart(desk: Desk, product: str) -> Decimal:
    """Put a piece into quarantine."""
    asked = StatusRequest(product=product, quantity="1", after="quarantine", reason="wet")
    desk.run(statuses.status, asked)
    return Decimal(-1)


def count(desk: Desk, product: str) -> Decimal:
    """Count a piece less than the books say on a sheet, twice where it is asked again."""
    sheet = desk.run(counts.open_, CountRequest(products=(product,)))
    try:
        for _ in range(3):
            found = max(NOTHING, desk.read(stock.show, product).on_hand - 1)
            sheet = desk.run(counts.enter, sheet.number, product, str(found))
            if sheet.lines[0].state == "counted":
                posted: CountView = desk.run(counts.post, sheet.number, "counted")
                return posted.lines[0].difference or NOTHING
    except Refused:
        desk.run(counts.cancel, sheet.number)
        raise
    desk.run(counts.cancel, sheet.number)
    return NOTHING


def move(desk: Desk, product: str) -> Decimal:
    """Move what one line has to another one that waits, as a supervisor does."""
    lines = desk.read(explaining.show, product, "01")
    having = [line for line in lines if line.allocated]
    waiting = [line for line in lines if line.backordered]
    if having and waiting:
        one, other = having[-1], waiting[0]
        asked = MoveRequest(
            order=one.order,
            line=one.line,
            to_order=other.order,
            to_line=other.line,
            reason="asked by phone",
        )
        desk.run(moving.move, asked)
    return NOTHING


GRABS: Final[dict[str, Grab]] = {
    "order": order,
    "send": send,
    "count": count,
    "apart": set_apart,
    "adjust": adjust,
    "move": move,
}


def grab(desk: Desk, how: str, product: str) -> Decimal | None:
    """Grab a piece in one of these ways; None where it was refused, as it is when none is left."""
    try:
        return GRABS[how](desk, product)
    except (Refused, Conflict) as error:
        if error.code not in REFUSALS:
            raise
        return None
