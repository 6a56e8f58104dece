"""Queues as they are read: a page of one, and how much waits in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.holds import HOLDS
from orderdesk.domain.queues import COUNTED, QueueCount, QueueFilter, QueueItem, QueuePage
from orderdesk.domain.text import fold_code
from orderdesk.services import notes
from orderdesk.services.orders.rows import order_row
from orderdesk.services.queues import held, slipped, to_call
from orderdesk.store.statements import Row, Statement
from orderdesk.store.work import Work

PAGE: Final = 1_000
"""The longest page."""


class Queue(NamedTuple):
    """How one queue is read."""

    page: Callable[..., Statement]
    """Gives the statement of a page, by what drives it; see `held.page`."""
    item: Callable[[Work, Row], QueueItem]
    counting: Statement
    reasons: Sequence[str]
    """Why something may wait in it."""
    bound: Mapping[str, Any]
    """Parameters that its statements always have."""


QUEUES: Final = {
    held.NAME: Queue(held.page, held.item, held.COUNT, tuple(HOLDS), {"confirmed": "confirmed"}),
    to_call.NAME: Queue(to_call.page, to_call.item, to_call.COUNT, (to_call.REASON,), {}),
    slipped.NAME: Queue(slipped.page, slipped.item, slipped.COUNT, (slipped.REASON,), {}),
}
"""Every queue by its name."""


def list_(work: Work, filter: QueueFilter | None = None) -> QueuePage:
    """Give one page of a queue, what has waited longest first.

    Raises Refused for a filter that means nothing, and NotFound for an unknown queue, customer,
    order or id.
    """
    asked = filter or QueueFilter()
    queue = _queue(asked.queue)
    if not 1 <= asked.limit <= PAGE:
        raise Refused("bad_limit", f"limit {asked.limit} is out of range; give 1 to {PAGE}")
    if asked.after is not None and asked.before is not None:
        raise Refused("two_keys", "give either after or before, not both")
    driver, values = _driver(work, asked, queue)
    before = asked.before is not None
    if before:
        key = key_of(asked.before)[1] if asked.before else held.LAST
    else:
        key = key_of(asked.after)[1] if asked.after is not None else held.FIRST
    wanted = queue.page(driver, before=before, including=asked.including)
    rows = work.run(wanted, {**queue.bound, **values, "key": key, "count": asked.limit + 1})
    items = [queue.item(work, row) for row in rows[: asked.limit]]
    if before:
        items.reverse()
    return QueuePage(tuple(items), len(rows) > asked.limit)


def counts(work: Work) -> tuple[QueueCount, ...]:
    """Give how much waits in each queue, up to a thousand."""
    found = []
    for name, queue in QUEUES.items():
        waiting = work.run(queue.counting, queue.bound)[0].waiting
        found.append(QueueCount(name, min(waiting, COUNTED), waiting > COUNTED))
    return tuple(found)


def meant(work: Work, text: str, queue: str = held.NAME) -> QueueFilter:
    """Give the filter that a text stands for: an order's number, a customer's code, or a reason.

    A reason need not be typed to its end. An empty text is no filter. Raises NotFound where it is
    nothing of these, and for an unknown queue.
    """
    reasons = _queue(queue).reasons
    asked, typed = QueueFilter(queue=queue), fold_code(text)
    if not typed:
        return asked
    try:
        return replace(asked, subject=order_row(work, typed).number)
    except NotFound:
        pass
    try:
        notes.subject_id(work, "customer", typed)
    except NotFound:
        return replace(asked, reason=_reason(text, reasons))
    return replace(asked, customer=typed)


def one(work: Work, id: str) -> QueueItem | None:
    """Give something as its queue shows it, or None where it does not wait. Raises NotFound."""
    name, number = key_of(id)
    queue = QUEUES[name]
    wanted = queue.page("one", before=False, including=True)
    row = work.one(wanted, {**queue.bound, "one": number, "key": held.FIRST, "count": 1})
    return None if row is None else queue.item(work, row)


def key_of(id: str | None) -> tuple[str, int]:
    """Read the id of something: its queue, and what the queue knows it by.

    Raises NotFound where no id looks like it.
    """
    name, _, digits = (id or "").strip().lower().rpartition("-")
    if name in QUEUES and digits.isascii() and digits.isdigit() and len(digits) <= 18:
        return name, int(digits)
    raise unknown(id)


def with_reason(typed: str | None) -> tuple[str, ...]:
    """Give the queues in which something may wait for a reason, or all without one.

    Raises NotFound, naming all reasons, where it is none of any queue.
    """
    if not typed:
        return tuple(QUEUES)
    reason = _reason(typed, [word for queue in QUEUES.values() for word in queue.reasons])
    return tuple(name for name, queue in QUEUES.items() if reason in queue.reasons)


def unknown(id: str | None) -> NotFound:
    """Say that nothing has this id."""
    return NotFound(
        "unknown_item",
        f"nothing in a queue has the id {id!r}; list what waits with `orderdesk queue list`",
        id=id,
    )


def _queue(name: str) -> Queue:
    queue = QUEUES.get(name.strip().lower())
    if queue is None:
        raise NotFound(
            "unknown_queue",
            f"queue {name!r} is unknown; there is {', '.join(QUEUES)}",
            queue=name,
        )
    return queue


def _driver(work: Work, asked: QueueFilter, queue: Queue) -> tuple[str, dict[str, Any]]:
    """Give what drives a list, and its parameter."""
    given = [name for name in ("reason", "customer", "subject") if getattr(asked, name)]
    if len(given) > 1:
        raise Refused("wide_filter", f"give either {' or '.join(given)}, not both")
    if asked.reason:
        reason = _reason(asked.reason, queue.reasons)
        # Where all of a queue waits for one reason, that narrows nothing.
        return ("reason", {"reason": reason}) if len(queue.reasons) > 1 else ("", {})
    if asked.subject:
        return "subject", {"subject": order_row(work, asked.subject).id}
    if asked.customer:
        code = fold_code(asked.customer)
        return "customer", {"customer": notes.subject_id(work, "customer", code)}
    return "", {}


def _reason(typed: str, known: Sequence[str]) -> str:
    """Give the one reason that begins so. Raises NotFound, naming all, where it is not one."""
    word = "_".join(typed.lower().replace("_", " ").split())
    if word in known:
        return word
    found = [code for code in known if code.startswith(word)]
    if len(found) == 1:
        return found[0]
    raise NotFound(
        "unknown_reason",
        f"{typed!r} is no order, no customer and no one reason; reasons are {', '.join(known)}",
        reason=typed,
        known=list(known),
    )
