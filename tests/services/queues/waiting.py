"""What the queue tests put into the queue, and how they let time pass."""

from collections.abc import Callable

from sqlalchemy import bindparam, update

from orderdesk.domain.orders import OrderView
from orderdesk.domain.queues import QueueFilter, QueueItem
from orderdesk.models.orders import Hold, SalesOrder
from orderdesk.services.orders.place import place
from orderdesk.services.queues.reading import list_
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.company import put
from tests.services.orders.asking import line, order

Desks = Callable[[str], Desk]

_hold = table_of(Hold).c
_EARLIER = statement(
    update(table_of(Hold)).values(
        placed_at=_hold.placed_at - bindparam("by", type_=_hold.placed_at.type),
        taken_at=_hold.taken_at - bindparam("by", type_=_hold.placed_at.type),
    )
)


def held(desk: Desk, quantity: str = "11", customer: str = "TIGHT") -> OrderView:
    """Place an order that is held by the credit limit."""
    return desk.run(place, order(customer, line("P1", quantity)))


def pass_minutes(work: Work, minutes: int) -> None:
    """Let everything that waits have been placed, and taken, so many minutes earlier."""
    work.change(_EARLIER, {"by": minutes * 60_000_000})


def waiting(desk: Desk, **asked: object) -> list[QueueItem]:
    """Give what a queue shows."""
    return list(desk.read(list_, QueueFilter(**asked)).items)  # type: ignore[arg-type]


def fill(work: Work, orders: int, waiting: int = 5) -> None:
    """Put in many held orders as plain rows, one in so many of them waiting, the rest released."""
    put(
        work,
        SalesOrder,
        [
            {
                "id": number,
                "number": f"SO-{number:06d}",
                "customer_id": 1 + number % 5,
                "currency": "USD",
                "requested": "2026-11-23",
                "total": 1_000,
                "entered_by": "clerk",
                "entered_at": work.now,
            }
            for number in range(1, orders + 1)
        ],
    )
    put(
        work,
        Hold,
        [
            {
                "order_id": number,
                "customer_id": 1 + number % 5,
                "code": ("credit_limit", "manual", "po_missing")[number % 3],
                "message": "beyond the limit",
                "placed_by": "clerk",
                "placed_at": work.now + number,
                "released_by": "supervisor" if number % waiting else None,
                "released_at": work.now if number % waiting else None,
            }
            for number in range(1, orders + 1)
        ],
        "id",
    )
