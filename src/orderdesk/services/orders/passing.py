"""Held orders that pass by themselves: which there are, and for whom the system passes none.

Whoever entered an order, or let it grow while it was held, and then changes by hand what its
credit is judged by, does not let it through by that: it waits for somebody else. What comes in
from outside, payments and open items, is no such act.
"""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, literal_column, or_, select

from orderdesk.domain.holds import HOLDS as KINDS
from orderdesk.domain.paging import OrdersFound, orders_found
from orderdesk.domain.people import SCRIPT
from orderdesk.domain.rights import OWNER
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer
from orderdesk.models.journal import Event
from orderdesk.models.orders import Hold, SalesOrder
from orderdesk.services import rights
from orderdesk.services.credit import exposure
from orderdesk.services.orders.holds import barred
from orderdesk.services.orders.rows import OrderRows
from orderdesk.store.statements import Row, statement, table_of, text_set
from orderdesk.store.work import Work

PAGE: Final = 200
"""How many held orders are looked for at a time."""

CREDIT: Final = frozenset(kind.code for kind in KINDS.values() if kind.credit)
"""Holds that end by themselves."""

_OF_CUSTOMER: Final = frozenset(
    "credit_limit temporary_limit temporary_until parent group document_most review_date prepay"
    " since currency".split()
)
_OF_COMPANY: Final = frozenset(
    "check credit_horizon watch_share business_date".split(),
)
"""What changes by hand touch a customer's credit, as their events name it."""

_customer = table_of(Customer).c
_order = table_of(SalesOrder).c
_hold = table_of(Hold).c
_event = table_of(Event).c

_FAMILIES: Final = statement(
    select(func.coalesce(_customer.parent_id, _customer.id).label("holder_id"))
    .distinct()
    .where(_customer.code.in_(select(text_set("customers"))))
    .order_by(literal_column("holder_id"))
)
_HELD: Final = statement(
    select(_hold.order_id.label("id"), _order.number)
    .distinct()
    .join_from(table_of(Hold), table_of(SalesOrder), _order.id == _hold.order_id)
    .where(
        _hold.customer_id.in_(select(_customer.id).where(exposure.family(_customer))),
        literal_column("hold.released_by IS NULL"),
        _hold.code.in_(select(text_set("codes"))),
        _hold.order_id > bindparam("after"),
    )
    .order_by(_hold.order_id)
    .limit(literal_column(str(PAGE)))
)
_POLICY: Final = statement(select(table_of(Company).c.self_release))
_ACTS: Final = statement(
    select(_event.subject, _event.actor, _event.at, _event.kind, _event.body).where(
        _event.at >= bindparam("since"),
        _event.version > literal_column("0"),
        or_(
            and_(
                _event.subject == literal_column("'customer'"),
                _event.subject_id.in_((bindparam("customer_id"), bindparam("holder_id"))),
            ),
            and_(
                _event.subject == literal_column("'company'"),
                _event.subject_id == literal_column("1"),
            ),
        ),
    )
)


def families(work: Work, customers: tuple[str, ...]) -> tuple[int, ...]:
    """Give who holds the limits of these customers, by id; codes of nobody are left out."""
    rows = work.run(_FAMILIES, {"customers": json.dumps(customers)})
    return tuple(row.holder_id for row in rows)


def held_of(work: Work, holder_id: int, after: int = 0) -> OrdersFound:
    """Give a page of the orders of a family that are held for credit, the oldest first."""
    asked = {"holder_id": holder_id, "codes": json.dumps(sorted(CREDIT)), "after": after}
    return orders_found(work.run(_HELD, asked))


def note_end(work: Work) -> bool:
    """Note that held orders were looked at again, under the command id of what let them pass."""
    rights.require_any(work, "credit", "nightly")
    return True


def kept_for_others(work: Work, rows: OrderRows, holder_id: int, passed: list[Row]) -> list[Row]:
    """Give those of the holds that have nothing against their order any more but must not end so.

    Somebody who cannot release them changed the customer's credit by hand since they were placed,
    or they act now and the database itself knows that: it then lets the system release nothing for
    them (decision 20). Company policy may allow both.
    """
    if not passed or work.run(_POLICY)[0].self_release:
        return []
    asked = {
        "since": min(each.placed_at for each in passed),
        "customer_id": rows.order.customer_id,
        "holder_id": holder_id,
    }
    acts = [act for act in work.run(_ACTS, asked) if _touches_credit(act)]
    wary = work.is_person() and rights.mine(work).role not in (OWNER, SCRIPT)
    return [
        each
        for each in passed
        if any(act.at >= each.placed_at and act.actor in barred(rows.order, each) for act in acts)
        or (wary and work.actor in barred(rows.order, each))
    ]


def _touches_credit(act: Any) -> bool:
    names = json.loads(act.body).keys()
    if act.kind in ("temporary limit ended", "business date"):
        return False
    return bool(names & (_OF_CUSTOMER if act.subject == "customer" else _OF_COMPANY))
