"""Laws 1 and 6, of goods between two warehouses, and of the numbers of what is done with stock."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, cast, exists, func, or_, select
from sqlalchemy.sql import literal_column

from orderdesk.domain.doctor import Broken
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.transfers import TRANSIT
from orderdesk.models.company import Series
from orderdesk.models.counts import CountSheet
from orderdesk.models.stock import Movement, Supply
from orderdesk.models.transfers import Transfer
from orderdesk.store.pages import Pages
from orderdesk.store.statements import Statement, statement, table_of
from orderdesk.store.work import Work

_transfer = table_of(Transfer).c
_movement = table_of(Movement).c
_supply = table_of(Supply).c
_series = table_of(Series).c

_ZERO: Final[ColumnElement[int]] = literal_column("0")
_TRANSIT: Final[ColumnElement[str]] = literal_column(f"'{TRANSIT}'")
_WHOLE: Final = BigInteger().with_variant(BigInteger(), "sqlite")


def _moved(place: Any, sign: int = 1) -> ColumnElement[int]:
    """Give what moved at a place for a transfer, in all."""
    summed = select(cast(func.coalesce(func.sum(_movement.quantity), _ZERO), _WHOLE) * sign).where(
        _movement.transfer_id == _transfer.id,
        literal_column("movement.transfer_id IS NOT NULL"),
        _movement.product_id == _transfer.product_id,
        _movement.warehouse == place,
    )
    return summed.scalar_subquery()


def _expected(column: ColumnElement[Any]) -> ColumnElement[int]:
    of_it = (_supply.id == _transfer.supply_id, _supply.transfer_id == _transfer.id)
    found = select(column).where(*of_it).scalar_subquery()
    return func.coalesce(found, literal_column("-1"))


_BALANCES: Final = {
    "on_the_way": ("open", "what is on the way is not the sum of its movements in transit"),
    "left": ("sent", "what was sent and did not come back is not what left its warehouse"),
    "came": ("received", "what was received is not what came to its warehouse"),
    "expected": ("open", "what is on the way is not what is expected of it"),
    "missing": ("lost", "what is lost is not what is neither on the way, received nor back"),
}
"""What must be as each column says, and the words where it is not."""

_transfers = select(
    _transfer.id,
    _transfer.number,
    _transfer.open,
    _transfer.received,
    _transfer.lost,
    (_transfer.quantity - _transfer.returned).label("sent"),
    (_transfer.quantity - _transfer.open - _transfer.received - _transfer.returned).label(
        "missing"
    ),
    _moved(_TRANSIT).label("on_the_way"),
    _moved(_transfer.source, -1).label("left"),
    _moved(_transfer.target).label("came"),
    _expected(_supply.open).label("expected"),
).subquery("sending")
_TRANSFERS: Final = Pages(
    select(_transfers).where(
        or_(*(_transfers.c[name] != _transfers.c[kept] for name, (kept, _) in _BALANCES.items()))
    ),
    {"id": _transfers.c.id},
)
_STRAYS: Final = Pages(
    select(_movement.id, _movement.quantity).where(
        _movement.warehouse == _TRANSIT,
        or_(
            _movement.transfer_id.is_(literal_column("NULL")),
            ~exists().where(
                _transfer.id == _movement.transfer_id,
                _transfer.product_id == _movement.product_id,
            ),
        ),
    ),
    {"id": _movement.id},
)


def _numbers(model: Any, series: str) -> Statement:
    """Declare what the numbers of documents are to be judged by."""
    number = table_of(model).c.id
    return statement(
        select(
            cast(func.count(), _WHOLE).label("count"),
            func.coalesce(func.min(number), _ZERO).label("first"),
            func.coalesce(func.max(number), _ZERO).label("last"),
            select(_series.next_id)
            .where(_series.code == literal_column(f"'{series}'"))
            .scalar_subquery()
            .label("next_id"),
        ).select_from(table_of(model))
    )


_NUMBERS: Final = {
    ("transfer", "transfer"): _numbers(Transfer, "transfer"),
    ("count", "count_sheet"): _numbers(CountSheet, "count"),
}
"""By the series and the table of each kind of document."""


def transfers(work: Work) -> Iterator[Broken]:
    """Give transfers that the ledger, or what is expected, knows otherwise (1)."""
    for row in _TRANSFERS.rows(work):
        for name, (kept, words) in _BALANCES.items():
            stored, expected = getattr(row, kept), getattr(row, name)
            if stored != expected:
                yield Broken(
                    1,
                    f"transfer {row.number}: {words}",
                    "transfer",
                    row.number,
                    str(quantity_decimal(stored)),
                    str(quantity_decimal(expected)),
                )
                # What stands on a wrong balance is wrong with it: the first one is to be mended.
                break
    for row in _STRAYS.rows(work):
        words = f"movement {row.id} is in transit, and of no transfer"
        stored = str(quantity_decimal(row.quantity))
        yield Broken(1, words, "movement", str(row.id), stored, "its transfer")


def numbers(work: Work) -> Iterator[Broken]:
    """Tell whether a transfer or a sheet is missing among the numbers that were given out (6).

    A company may have begun at any number: the first is the smallest that there is.
    """
    for (series, table), asked in _NUMBERS.items():
        row = work.run(asked)[0]
        if row.count and row.count != row.last - row.first + 1:
            words = f"{series}s are missing between rows {row.first} and {row.last}"
            stored, expected = str(row.count), str(row.last - row.first + 1)
            yield Broken(6, words, table, "number", stored, expected)
        if row.count and row.next_id != row.last + 1:
            words = f"the number series of {series}s does not go on behind the last one"
            stored = "nothing" if row.next_id is None else f"row {row.next_id}"
            yield Broken(6, words, "series", series, stored, f"row {row.last + 1}")
