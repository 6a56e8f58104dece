"""Looking into a line of a queue: finding and locking it, taking it, and leaving it to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.errors import Conflict, NotFound
from orderdesk.services import rights
from orderdesk.services.orders.rows import OrderRows, read_order
from orderdesk.services.queues import lines
from orderdesk.services.queues.held import is_taken
from orderdesk.store.statements import Row, Statement, insert_or, statement, table_of
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from sqlmodel import SQLModel


def known_of(notes: type[SQLModel]) -> Statement:
    """Declare what reads what a queue has noted of a line; its parameters are those of `of`."""
    noted = table_of(notes).c
    return statement(
        select(table_of(notes)).where(
            noted.order_id == bindparam("order"), noted.line == bindparam("line_no")
        )
    )


def noting(
    notes: type[SQLModel],
    first: dict[str, Any],
    again: dict[str, Any] | None = None,
    *,
    keeping: str = "",
) -> Statement:
    """Declare what notes something of a line, whether anything was noted of it before or not.

    `first` says what stands there the first time; later it takes the place of what stood there,
    but for what is `again` something else, and for the fields (words) that it is `keeping`.
    """
    new, line = insert_or(table_of(notes)), {"order_id": "order", "line": "line_no"}
    taken = {name: new.excluded[name] for name in first if name not in keeping.split()}
    return statement(
        new.values(
            **{name: bindparam(given) for name, given in line.items()}, **first
        ).on_conflict_do_update(
            index_elements=[table_of(notes).c[name] for name in line],
            set_={**taken, **(again or {})},
        )
    )


def taking(notes: type[SQLModel], **blank: str) -> Statement:
    """Declare what notes who looks into a line, from when on; `blank` is what nothing else is."""
    first: dict[str, Any] = {name: literal_column(value) for name, value in blank.items()}
    taken: dict[str, Any] = {"taken_by": bindparam("by"), "taken_at": bindparam("at")}
    return noting(notes, {**first, **taken}, keeping=" ".join(blank))


def locked(work: Work, key: int, queue: str) -> tuple[OrderRows, Row]:
    """Lock the order of the line that a key of a queue stands for; give it and the line.

    That is everybody's work who enters orders, whoever entered this one. Raises NotFound, Refused.
    """
    named = lines.place_of(work, key)
    if named is None:
        raise NotFound(
            "unknown_item",
            f"nothing in the {queue} queue has the id {key}; list it with "
            f"`orderdesk queue list {queue}`",
        )
    rights.require(work, "enter")
    rows = read_order(work, named.number, lock=True)
    return rows, next(each for each in rows.lines if each.line == named.line)


def of(line: Row) -> dict[str, int]:
    """Give the parameters by which the statements of a queue find what is known of a line."""
    return {"order": line.order_id, "line_no": line.line}


def refuse_taken(work: Work, rows: OrderRows, line: Row, known: Row | None, does: str) -> None:
    """Raise Conflict where somebody else looks into a line, and say what they do about it."""
    if known is not None and known.taken_by != work.actor and is_taken(work, known):
        raise Conflict(
            "taken",
            f"{known.taken_by} took order {rows.order.number}, line {line.line}, and {does}; ask "
            "them, or wait ten minutes, when it falls back",
            taken_by=known.taken_by,
        )


def take(work: Work, taking: Statement, rows: OrderRows, line: Row) -> None:
    """Note by a queue's own statement that the acting user looks into a line."""
    work.change(taking, {**of(line), "by": work.actor, "at": work.now})
    body = {"number": rows.order.number, "line": line.line}
    # The order itself stays as it is: nobody who changes it has to read it again for this.
    work.event("order", rows.order.id, None, "taken", body)
