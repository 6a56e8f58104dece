"""What a nightly run would do on a day: read in one snapshot, so that nothing is changed for it."""

from __future__ import annotations

import json
from datetime import date
from typing import Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.nightly import NightAhead
from orderdesk.domain.paging import every
from orderdesk.models.company import Company
from orderdesk.models.customers import Customer
from orderdesk.models.orders import SalesOrder
from orderdesk.services import calendars, chain, expiring, nightly
from orderdesk.services.credit import exposure
from orderdesk.store.desk import COMMAND
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work

SAID: Final = (
    "Which of these orders would be held and which would pass is not known before they are "
    "checked: one after the other, the oldest first, each by what the others left."
)

_order = table_of(SalesOrder).c
_customer = table_of(Customer).c

_HORIZON: Final = statement(select(table_of(Company).c.credit_horizon))
_ENTERING: Final = statement(
    select(_order.number)
    .where(
        *exposure.ENTERS,
    )
    .order_by(_order.id)
)
_ENDING: Final = statement(
    select(_customer.id, _customer.code)
    .where(
        literal_column("customer.temporary_until IS NOT NULL"),
        _customer.temporary_until < bindparam("today"),
    )
    .order_by(_customer.temporary_until, _customer.id)
)


def ahead(work: Work, day: date) -> NightAhead:
    """Tell what a run for a day would do; it only reads. Raises Refused as `nightly.begin` does."""
    on = day.isoformat()
    before = nightly.begin(work, on)
    last = exposure.horizon(on, work.run(_HORIZON)[0].credit_horizon)
    entering = _stopped(work, before)
    entering += [row.number for row in work.run(_ENTERING, {"last": last})]
    over = list(every(lambda after: nightly.expired(work, after, day)))
    ending = work.run(_ENDING, {"today": on})
    ids = json.dumps([row.id for row in ending])
    open_ = [row.number for row in work.run(nightly.ORDERS_OF, {"customers": ids})]
    held = every(lambda after: nightly.held(work, after))
    checked = {*entering, *over, *open_, *held}
    head = chain.head(work)
    return NightAhead(
        before=date.fromisoformat(before),
        business_date=day,
        entering=tuple(dict.fromkeys(entering)),
        expiring=tuple(over),
        ending=tuple(row.code for row in ending),
        checked=len(checked),
        giving_back=tuple(every(lambda after: nightly.long_held(work, after))),
        reviews=nightly.reviews(work, day),
        event=head.event,
        head=head.head,
        unsealed=head.unsealed,
        said=SAID,
        calendars=calendars.lacking(work, day),
        expiring_goods=expiring.ahead(work, day),
    )


def _stopped(work: Work, day: str) -> list[str]:
    """Give the orders that entered with a day's run, if that did not come to its end."""
    answered = work.one(COMMAND, {"id": nightly.BEGAN.format(day)})
    if answered is None or nightly.is_finished(work, nightly.ENDED.format(day)):
        return []
    found: list[str] = json.loads(answered.answer)["entered"]
    return found
