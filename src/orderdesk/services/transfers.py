"""Goods between two warehouses: sent, taken in as they arrive, written off, brought back.

What is on the way is expected at the target, so that it can be promised; in the ledger it is in
transit. Each change moves ledger, balances and what is expected in one unit of work.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, literal_column, select, update

from orderdesk.domain.days import day_of
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import QUANTITY_SCALE, quantity_decimal
from orderdesk.domain.stock import TRANSFER, LineMoved
from orderdesk.domain.text import fold_code
from orderdesk.domain.times import moment
from orderdesk.domain.transfers import (
    ALL_OF_IT,
    TRANSIT,
    Arrived,
    TransferDone,
    TransferRequest,
    TransferView,
    status_of,
)
from orderdesk.models.company import Company, Unit
from orderdesk.models.products import Product
from orderdesk.models.transfers import Transfer
from orderdesk.services import catalogue, fields, goods, ledger, rights, tracking, transit
from orderdesk.services.ledger import Entry, Move
from orderdesk.services.numbering import numbers_of
from orderdesk.services.supplies import rows as supplies
from orderdesk.store.statements import Row, insertion, statement, table_of
from orderdesk.store.work import Work

SERIES: Final = "transfer"
SUBJECT: Final = "transfer"
"""What its events are about."""
RIGHT: Final = "stock"
PAGE: Final = 100
NEWEST: Final = 2**63 - 1

TRANSFERS: Final = insertion(Transfer)
_transfer = table_of(Transfer).c
_product = table_of(Product).c
_company = table_of(Company).c
_unit = table_of(Unit).c

_SHOWN: Final = (
    select(
        *_transfer,
        _product.code,
        _product.name,
        _product.unit,
        _unit.decimals,
        _company.business_date,
    )
    .select_from(table_of(Transfer))
    .join(table_of(Product), _product.id == _transfer.product_id)
    .join(table_of(Unit), _unit.code == _product.unit)
    .join(table_of(Company), _company.id == literal_column("1"))
)
_ONE: Final = statement(_SHOWN.where(_transfer.number == bindparam("number")))
_LOCKED: Final = statement(
    _SHOWN.where(_transfer.number == bindparam("number")).with_for_update(of=table_of(Transfer))
)
_page = _SHOWN.where(_transfer.id < bindparam("before")).order_by(_transfer.id.desc())
_ALL: Final = statement(_page.limit(bindparam("count")))
_OPEN: Final = statement(_page.where(literal_column("transfer.open > 0")).limit(bindparam("count")))
_TODAY: Final = statement(select(_company.business_date))
_CHANGE: Final = statement(
    update(table_of(Transfer))
    .where(_transfer.id == bindparam("transfer"), _transfer.version == bindparam("read"))
    .values(
        version=_transfer.version + 1,
        open=_transfer.open - bindparam("came") - bindparam("gone") - bindparam("back"),
        received=_transfer.received + bindparam("came"),
        lost=_transfer.lost + bindparam("gone"),
        returned=_transfer.returned + bindparam("back"),
    )
)


class _Way(NamedTuple):
    """What is in transit of a transfer, as a shelf has it."""

    on_hand: int


def show(work: Work, number: str) -> TransferView:
    """Give a transfer by its number. Raises NotFound."""
    return TransferView(**_fields(_found(work, number)))


def list_(
    work: Work, before: int = NEWEST, limit: int = PAGE, *, everything: bool = False
) -> tuple[TransferView, ...]:
    """Give transfers that are on the way, or all, the newest first, those older than `before`."""
    found = work.run(_ALL if everything else _OPEN, {"before": before, "count": limit})
    return tuple(TransferView(**_fields(row)) for row in found)


def send(work: Work, request: TransferRequest) -> TransferDone:
    """Send goods from one warehouse to another, where they are expected from now on.

    What is allocated to orders stays. Raises NotFound for unknown codes, and Refused where that
    much is not free.
    """
    rights.require(work, RIGHT)
    product = goods.find(work, [request.product])[request.product]
    goods.check_stocked(product)
    source, target = _ends(work, request)
    named = tracking.named(product, request)
    quantity = tracking.quantity(request.quantity, product, named)
    why = catalogue.reason_of(work, request.reason, "stock")
    words = ledger.words(why, request.reference)
    due = _due(work, request.due)
    shelves = ledger.lock(work, [(product.id, source), (product.id, target)])
    _check_free(product, source, quantity, shelves[product.id, source])
    number = work.number(SERIES)
    transfer = Transfer(
        id=number.id,
        number=number.text,
        product_id=product.id,
        source=source,
        target=target,
        quantity=quantity,
        open=quantity,
        due=due,
        reason=words[0],
        reference=words[1],
        supply_id=_expect(work, product, target, quantity, due, number.id, number.text),
        sent_at=work.now,
        sent_by=work.actor,
    )
    work.insert(TRANSFERS, [tuple(getattr(transfer, c.name) for c in TRANSFERS.columns)])
    move = Move(product, source, 0, TRANSFER, words[0], number.text, transfer_id=number.id)
    moves = []
    for out in tracking.go(work, move, named, quantity, leave_promised=True):
        way = out._replace(warehouse=TRANSIT, bin="", quantity=-out.quantity)
        moves += [out, way]
    entries = ledger.enter(work, moves, {**shelves, (product.id, TRANSIT): _Way(0)})
    body = {"number": number.text, "product": product.code, "from": source, "to": target}
    told = {"quantity": str(quantity_decimal(quantity)), "due": due, "reason": words[0]}
    work.event(SUBJECT, number.id, 1, "sent", {**body, **told, "movements": _ids(entries)})
    return _done(work, number.text, entries)


def receive(
    work: Work,
    number: str,
    quantity: str | None = None,
    *,
    write_off: bool = False,
    reason: str = "",
    goods_in: Arrived = ALL_OF_IT,
    version: int | None = None,
) -> TransferDone:
    """Take in what has arrived of a transfer, left out all of it, and serve who waits there.

    What is missing stays on the way, or with `write_off` is written off with its reason. Of goods
    with lots the one that expires first came, unless `goods_in` names another. Raises NotFound,
    Refused for more than is on the way, and Conflict where another `version` was read.
    """
    rights.require(work, RIGHT)
    row = _locked(work, number)
    came = _came(row, quantity, goods_in)
    _check_version(version, row, {"received": row.received + came, "open": row.open - came})
    if came > row.open:
        most = quantity_decimal(row.open)
        raise Refused(
            "more_than_sent",
            f"quantity {quantity_decimal(came)} is more than the {most} {row.unit} that are on "
            f"the way of {row.number}; take in {most}, and put the rest right with "
            "`orderdesk stock adjust`",
            open=str(most),
        )
    gone = row.open - came if write_off else 0
    if not came and not gone:
        raise Refused("bad_quantity", "quantity is 0; take in at least something, or write it off")
    why = catalogue.reason_of(work, reason, "stock")
    if gone and not why:
        raise Refused("no_reason", "what is written off needs a reason; give it")
    return _move(work, row, came, gone, 0, why, goods_in)


def _check_version(version: int | None, row: Row, given: Mapping[str, int]) -> None:
    """Raise Conflict, with what stands and what would (thousandths), unless this was read."""
    shown = {
        name: [str(quantity_decimal(getattr(row, name))), str(quantity_decimal(quantity))]
        for name, quantity in given.items()
    }
    fields.check_version(version, row, shown, f"transfer {row.number}")


def _came(row: Row, quantity: str | None, arrived: Arrived) -> int:
    """Give how much has arrived of a transfer, in thousandths. Raises Refused."""
    if quantity is not None:
        return goods.quantity(quantity, row)
    if arrived.serials:
        return len(arrived.serials) * QUANTITY_SCALE
    return int(row.open)


def cancel(work: Work, number: str, reason: str = "", version: int | None = None) -> TransferDone:
    """Bring back what is on the way of a transfer to where it was sent from.

    Raises NotFound, Refused where nothing is, and Conflict where another `version` was read.
    """
    rights.require(work, RIGHT)
    row = _locked(work, number)
    _check_version(version, row, {"returned": row.returned + row.open, "open": 0})
    return _move(work, row, 0, 0, row.open, catalogue.reason_of(work, reason, "stock"))


def _move(
    work: Work,
    row: Row,
    came: int,
    gone: int,
    back: int,
    why: str,
    arrived: Arrived = ALL_OF_IT,
) -> TransferDone:
    """Let what is on the way come in, be lost or go back (thousandths), and tell of it."""
    [supply] = supplies.lock(work, [row.supply_id])
    product = goods.find(work, [row.code])[row.code]
    reason = ledger.words(why, row.number)[0]
    way = Move(product, TRANSIT, 0, TRANSFER, reason, row.number, transfer_id=row.id)
    ends = ((row.target, came, row.supply_id), (row.source, back, None), ("", gone, None))
    moves = transit.ended(work, way, row, ends, arrived)
    shelves = ledger.lock(work, [(row.product_id, row.target), (row.product_id, row.source)])
    work.change(
        _CHANGE,
        {"transfer": row.id, "read": row.version, "came": came, "gone": gone, "back": back},
        expect=1,
    )
    now = supply._asdict()
    now["received"] += came
    now["cancelled"] += gone + back
    now["open"] = supplies.still_open(now)
    # First, before stock is given out: what has come is expected no more.
    supplies.change(work, [(supply, now)])
    entries = ledger.enter(work, moves, {**shelves, way.shelf: _Way(row.open)})
    told = {"product": row.code, "movements": _ids(entries)}
    kind = "received" if came else "cancelled" if back else "written off"
    body = {**told, **supplies.differences(supply, now)}
    work.event(supplies.SUBJECT, supply.id, supply.version + 1, kind, body)
    _tell(work, row, kind, {"received": came, "lost": gone, "returned": back}, reason, told)
    return _done(work, row.number, entries)


def _tell(
    work: Work, row: Row, kind: str, moved: dict[str, int], reason: str, told: dict[str, Any]
) -> None:
    """Write the event of a transfer: every balance that changed, before and after."""
    moved["open"] = -sum(moved.values())
    changes = {
        name: [
            str(quantity_decimal(getattr(row, name))),
            str(quantity_decimal(getattr(row, name) + n)),
        ]
        for name, n in moved.items()
        if n
    }
    body = {"number": row.number, **told, "reason": reason, **changes}
    work.event(SUBJECT, row.id, row.version + 1, kind, body)


def _ends(work: Work, request: TransferRequest) -> tuple[str, str]:
    """Give the warehouses that goods leave and go to. Raises NotFound and Refused."""
    known = goods.places(work, [request.source, request.target])
    source = goods.place(known, request.source, archived=True)
    target = goods.place(known, request.target)
    if source == target:
        raise Refused(
            "same_warehouse", f"from and to are both {source}; send it to another warehouse"
        )
    return source, target


def _due(work: Work, typed: str | None) -> str:
    """Give the day on which goods are expected, ISO. Raises Refused."""
    if typed is None:
        today: str = work.run(_TODAY)[0].business_date
        return today
    try:
        return day_of(typed, "due").isoformat()
    except ValueError as error:
        raise Refused("bad_date", str(error), value=typed) from None


def _check_free(product: Row, source: str, quantity: int, shelf: Row) -> None:
    """Raise Refused unless so much is there and allocated to nobody."""
    if not quantity:
        raise Refused("bad_quantity", "quantity is 0; send at least something")
    free = shelf.on_hand - shelf.allocated
    if quantity > free:
        most, held = quantity_decimal(free), quantity_decimal(shelf.allocated)
        cure = f"send at most {most}" if free else "nothing of it can be sent now"
        raise Refused(
            "not_free",
            f"quantity {quantity_decimal(quantity)} is more than is free of product "
            f"{product.code!r} at {source}: {most} {product.unit}, beside {held} that are "
            f"allocated to orders; {cure}",
            product=product.code,
            warehouse=source,
            free=str(most),
        )


def _expect(
    work: Work, product: Row, target: str, quantity: int, due: str, transfer: int, number: str
) -> int:
    """Announce the goods at the target; give the id of what is expected."""
    new = {
        "product_id": product.id,
        "warehouse": target,
        "supplier": None,
        "reference": number,
        "quantity": quantity,
        "open": quantity,
        "due": due,
        "note": "",
        "external_key": None,
        "received": 0,
        "cancelled": 0,
        "transfer_id": transfer,
    }
    [supply] = supplies.add(work, [new])
    body = {"product": product.code, "warehouse": target, "transfer": number, "due": due}
    told = {**body, "quantity": str(quantity_decimal(quantity))}
    work.event(supplies.SUBJECT, supply, 1, "added", told)
    return supply


def _found(work: Work, number: str, *, lock: bool = False) -> Row:
    """Read a transfer by its number, with or without prefix and zeros. Raises NotFound."""
    for typed in numbers_of(work, number, SERIES):
        row = work.one(_LOCKED if lock else _ONE, {"number": typed})
        if row is not None:
            return row
    raise NotFound(
        "unknown_transfer",
        f"transfer {fold_code(number)!r} is unknown; `orderdesk stock transfer list` shows them",
        number=number,
    )


def _locked(work: Work, number: str) -> Row:
    """Lock a transfer of which something is on the way. Raises NotFound, Refused."""
    row = _found(work, number, lock=True)
    if not row.open:
        state = status_of(row.open, row.received, row.returned)
        raise Refused(
            "nothing_on_the_way",
            f"transfer {row.number} is {state}, and nothing of it is on the way any more; "
            f"see it with `orderdesk stock transfer show {row.number}`",
            number=row.number,
        )
    return row


def _ids(entries: list[Entry]) -> list[int]:
    return [entry.id for entry in entries]


def _done(work: Work, number: str, entries: list[Entry]) -> TransferDone:
    served: list[LineMoved] = [line for entry in entries for line in entry.served]
    row = work.one(_ONE, {"number": number})
    return TransferDone(**_fields(row), served=tuple(served))


def _fields(row: Row) -> dict[str, Any]:
    """Give the fields of a view of a row."""
    quantities = ("quantity", "open", "received", "lost", "returned")
    return {
        "number": row.number,
        "version": row.version,
        "status": status_of(row.open, row.received, row.returned),
        "product": row.code,
        "name": row.name,
        "unit": row.unit,
        "source": row.source,
        "target": row.target,
        **{name: quantity_decimal(getattr(row, name)) for name in quantities},
        "due": date.fromisoformat(row.due),
        "late": row.open > 0 and row.due < row.business_date,
        "reason": row.reason,
        "reference": row.reference,
        "supply": row.supply_id,
        "sent_at": moment(row.sent_at),
        "sent_by": row.sent_by,
        "id": row.id,
    }
