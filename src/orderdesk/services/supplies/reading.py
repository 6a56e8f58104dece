"""Expected goods shown and listed."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, literal_column, or_, select, tuple_

from orderdesk.domain.errors import Refused
from orderdesk.domain.fields import Field, Form
from orderdesk.domain.supplies import SupplyDetail, SupplyFilter, SupplyView
from orderdesk.models.company import Company
from orderdesk.models.stock import Movement, Supply
from orderdesk.services import fields, goods, ledger
from orderdesk.services.supplies import rows
from orderdesk.store.statements import Statement, integer_set, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 200
RECEIPTS: Final = 100
"""How many receipts expected goods are shown with."""

_UNTIL: Final = Field("until", "a day", Form.DATE)
_FOR_EVER: Final = "9999-12-31"

_supply = table_of(Supply).c
_movement = table_of(Movement).c

_TODAY: Final = statement(select(table_of(Company).c.business_date))
_RECEIPTS: Final = statement(
    select(table_of(Movement))
    .where(
        _movement.supply_id == bindparam("supply"),
        literal_column("movement.supply_id IS NOT NULL"),
    )
    .order_by(_movement.id.desc())
    .limit(RECEIPTS)
)


def _page(*more: ColumnElement[bool], by_day: bool) -> Statement:
    """Declare a page of a list: by the day on which goods are expected, or as they were entered."""
    key: list[Any] = [_supply.due, _supply.id] if by_day else [_supply.id]
    after = [bindparam(f"after_{column.name}", type_=column.type) for column in key]
    return statement(
        rows.SHOWN.where(
            tuple_(*key) > tuple_(*after) if by_day else _supply.id > after[0],
            _supply.due <= bindparam("until"),
            or_(bindparam("any_place") == 1, _supply.warehouse == bindparam("place")),
            *more,
        )
        .order_by(*key)
        .limit(bindparam("count"))
    )


_open: Final[ColumnElement[bool]] = literal_column("supply.open > 0")
_of_product: Final = _supply.product_id == bindparam("product")
OPEN: Final = _page(_open, by_day=True)
OPEN_OF: Final = _page(_open, _of_product, by_day=True)
ALL: Final = _page(by_day=False)
ALL_OF: Final = _page(_of_product, literal_column("supply.product_id > 0"), by_day=False)

EXPECTED: Final = statement(
    rows.SHOWN.where(_supply.product_id.in_(select(integer_set("products"))), _open).order_by(
        _supply.due, _supply.id
    )
)
"""All that is still to come of these products, the next first."""


def show(work: Work, number: int) -> SupplyDetail:
    """Give expected goods with what came in of them. Raises NotFound."""
    row = work.one(rows.ONE, {"supply": number})
    if row is None:
        raise rows.unknown(number)
    receipts = work.run(_RECEIPTS, {"supply": number})
    return SupplyDetail(
        **rows.fields_of(row),
        receipts=tuple(
            ledger.view(row.code, each.id, each, each.at, each.actor) for each in receipts
        ),
    )


def list_(
    work: Work,
    wanted: SupplyFilter,
    *,
    after_due: str = "",
    after_id: int = 0,
    limit: int = PAGE,
) -> tuple[SupplyView, ...]:
    """Give expected goods, the next first, behind the day (ISO) and the id of the last one seen.

    With `everything` they come in the order in which they were entered. Raises NotFound, Refused.
    """
    if wanted.late and wanted.everything:
        raise Refused("one_of_two", "what has come is never late; give either late or everything")
    place, product = None, 0
    if wanted.warehouse is not None:
        known = goods.places(work, [wanted.warehouse])
        place = goods.place(known, wanted.warehouse, archived=True)
    if wanted.product is not None:
        product = goods.find(work, [wanted.product])[wanted.product].id
    of = wanted.product is not None
    page = (ALL_OF if of else ALL) if wanted.everything else (OPEN_OF if of else OPEN)
    found = work.run(
        page,
        {
            "after_due": after_due,
            "after_id": after_id,
            "until": _until(work, wanted),
            "any_place": int(place is None),
            "place": place or "",
            "product": product,
            "count": limit,
        },
    )
    return tuple(map(rows.shown, found))


def _until(work: Work, wanted: SupplyFilter) -> str:
    """Give the last day of a list, ISO. Raises Refused."""
    until = _FOR_EVER
    if wanted.until is not None:
        try:
            until = str(fields.value_of(_UNTIL, wanted.until))
        except ValueError as error:
            raise Refused("bad_value", str(error), field="until") from None
    if wanted.late:
        today = date.fromisoformat(work.run(_TODAY)[0].business_date)
        until = min(until, date.fromordinal(today.toordinal() - 1).isoformat())
    return until
