"""What is done to a line in the queue of promises: taken, or its customer told."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, literal_column

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, LineChange, OrderView
from orderdesk.models.orders import LineTold
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.differences import refuse_stale
from orderdesk.services.orders.heading import text_of
from orderdesk.services.orders.rows import OrderRows
from orderdesk.services.orders.views import order_view
from orderdesk.services.queues import looking
from orderdesk.services.queues.slipped import NAME, TASK
from orderdesk.store.statements import Row
from orderdesk.store.work import Work

_KNOWN: Final = looking.known_of(LineTold)
_TAKE: Final = looking.taking(LineTold, slips="0", reason="''", told_by="''")
_TELL: Final = looking.noting(
    LineTold,
    {
        "slips": bindparam("dealt_with"),
        "reason": bindparam("why"),
        "told_by": bindparam("by"),
        "told_at": bindparam("at"),
        "taken_by": literal_column("''"),
        "taken_at": literal_column("NULL"),
    },
)


def take(work: Work, key: int) -> None:
    """Note that the acting user looks into a line. Raises as `told` does."""
    rows, line = _waiting(work, key)
    looking.take(work, _TAKE, rows, line)


def told(
    work: Work, key: int, reason: str, requested: str | None, version: int | None
) -> OrderView:
    """Note what the customer of a line was told, and give its order.

    With a `requested` date (ISO) the line is wanted then from now on; of a part the whole kit is.
    Raises NotFound, Refused where nobody is to be told any more, without a reason and for a bad
    date, and Conflict where somebody else has taken it, or where the order has another version by
    now than the one that was read.
    """
    rows, line = _waiting(work, key)
    why = text_of(reason, "reason")
    if not why:
        raise Refused(
            "no_reason", "reason is empty; say what the customer was told, and what they said"
        )
    asked = {"line": line.line, "reason": why, "requested": requested}
    refuse_stale(work, rows.order, version, asked)
    work.change(
        _TELL,
        {
            **looking.of(line),
            "dealt_with": line.slips,
            "why": why,
            "by": work.actor,
            "at": work.now,
        },
    )
    body = {
        "number": rows.order.number,
        "line": line.line,
        "reason": why,
        "promised": line.promised,
        "slips": line.slips,
    }
    work.event("order", rows.order.id, None, "told", body)
    if requested is None or not requested.strip():
        return order_view(rows)
    wanted = LineChange(line=line.kit_line or line.line, requested=requested)
    return amend(work, AmendRequest(number=rows.order.number, lines=(wanted,), reason=why))


def _waiting(work: Work, key: int) -> tuple[OrderRows, Row]:
    """Lock the order of a line whose customer is to be told; give it and the line.

    Raises NotFound, Refused, Conflict.
    """
    rows, line = looking.locked(work, key, NAME)
    known = work.one(_KNOWN, looking.of(line))
    if not line.open or line.slips - (known.slips if known else 0) < TASK:
        raise Refused(
            "not_to_tell",
            f"order {rows.order.number}, line {line.line}: nobody is to be told about it now; see "
            f"how it stands with `orderdesk promise show {rows.order.number}`",
            line=line.line,
        )
    looking.refuse_taken(work, rows, line, known, "tells them")
    return rows, line
