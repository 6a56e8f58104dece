"""Lots: goods of a product that came together, and until when they may be used."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, bindparam, cast, func, literal_column, select, update

from orderdesk.domain.days import day_of
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Given
from orderdesk.domain.lots import LOT_FIELDS, LotView
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.text import fold_code, stored
from orderdesk.models.company import Company
from orderdesk.models.stock import Lot, StockPlace
from orderdesk.services import fields, goods, rights
from orderdesk.services.allocation import serving
from orderdesk.services.masters import subject_id
from orderdesk.store.statements import Row, insertion, integer_set, statement, table_of, text_set
from orderdesk.store.work import Work

SUBJECT: Final = "lot"
RIGHT: Final = "stock"
PAGE: Final = 100

LOTS: Final = insertion(Lot)
_lot = table_of(Lot).c
_place = table_of(StockPlace).c

_KNOWN: Final = statement(
    select(*_lot).where(
        _lot.product_id.in_(select(integer_set("products"))),
        _lot.code.in_(select(text_set("codes"))),
    )
)
_TODAY: Final = statement(select(table_of(Company).c.business_date))
_lies = (
    select(
        cast(
            func.coalesce(func.sum(_place.on_hand), literal_column("0")),
            BigInteger().with_variant(BigInteger(), "sqlite"),
        )
    )
    .where(
        _place.product_id == _lot.product_id,
        _place.lot == _lot.code,
        literal_column("stock_place.lot <> ''"),
    )
    .scalar_subquery()
)
_shown = select(*_lot, _lies.label("on_hand"))
_PAGE: Final = statement(
    _shown.where(_lot.product_id == bindparam("product"), _lot.code > bindparam("after"))
    .order_by(_lot.code)
    .limit(bindparam("count"))
)
_ONE: Final = statement(
    _shown.where(_lot.product_id == bindparam("product"), _lot.code == bindparam("lot_code"))
)
_LOCKED: Final = statement(
    select(*_lot)
    .where(_lot.product_id == bindparam("product"), _lot.code == bindparam("lot_code"))
    .with_for_update()
)
_CHANGE: Final = statement(
    update(table_of(Lot))
    .where(
        _lot.product_id == bindparam("product"),
        _lot.code == bindparam("lot_code"),
        _lot.version == bindparam("read"),
    )
    .values(
        version=_lot.version + 1,
        **{
            name: bindparam(f"new_{name}", type_=_lot[name].type)
            for name in ("expires", "supplier_lot", "note")
        },
    )
)


class NewLot(NamedTuple):
    """A lot as a receipt tells of it."""

    product: Row
    code: str
    expires: str | None = None
    """ISO; None where the receipt does not say."""
    supplier_lot: str = ""


def day(typed: str | None, where: str = "") -> str | None:
    """Give a last day, ISO; None stays. Raises Refused."""
    try:
        return None if typed is None else day_of(typed, "expires").isoformat()
    except ValueError as error:
        raise Refused("bad_date", f"{where}{error}", field="expires") from None


def today(work: Work) -> str:
    """Give the company's business date, ISO."""
    found: str = work.run(_TODAY)[0].business_date
    return found


def know(work: Work, coming: Sequence[tuple[str, NewLot]]) -> None:
    """Keep the lots of what comes in, each with the place of its request as an error says it.

    Raises Refused where one has another last day than it is said to have, or is over.
    """
    asked = {
        "products": json.dumps(sorted({new.product.id for _, new in coming})),
        "codes": json.dumps(sorted({new.code for _, new in coming})),
    }
    known: dict[tuple[int, str], Any] = {
        (row.product_id, row.code): row for row in work.run(_KNOWN, asked)
    }
    now = today(work)
    added: dict[tuple[int, str], tuple[NewLot, str]] = {}
    for where, new in coming:
        key = (new.product.id, new.code)
        had = known.get(key)
        if had is None:
            known[key] = had = new
            added[key] = new, _words(new.supplier_lot, where)
        _check(new, had.expires, now, where)
    for (product, code), (new, text) in added.items():
        row = Lot(
            product_id=product, code=code, expires=new.expires, received=now, supplier_lot=text
        )
        work.insert(LOTS, [tuple(getattr(row, column.name) for column in LOTS.columns)])
        body = {"product": new.product.code, "lot": code, "expires": [None, new.expires]}
        work.event(SUBJECT, _subject(new.product.code, code), 1, "added", body)


def over(work: Work, product: int, lot: str) -> str | None:
    """Give the last day, ISO, of a lot of a product (id) if it is over; None if it is not."""
    row = work.run(_ONE, {"product": product, "lot_code": lot})
    last: str | None = row[0].expires if row else None
    return last if last is not None and last < today(work) else None


def list_(work: Work, product: str, after: str = "", limit: int = PAGE) -> tuple[LotView, ...]:
    """Give the lots of a product by their codes, those behind the one `after`. Raises NotFound."""
    row = goods.find(work, [product])[product]
    found = work.run(_PAGE, {"product": row.id, "after": after, "count": limit})
    now = _now(work)
    return tuple(_view(row, lot, now) for lot in found)


def set_(
    work: Work,
    product: str,
    lot: str,
    given: Mapping[str, Given],
    version: int | None = None,
) -> LotView:
    """Change what is known of a lot: its last day, what the supplier calls it, the note.

    Lines that wait are served of it where it keeps long enough for them by now; what lines have of
    it stays theirs until it is over.

    Raises NotFound, Refused, and Conflict where another `version` is stored.
    """
    rights.require(work, RIGHT)
    row = goods.find(work, [product])[product]
    code = fold_code(lot)
    what = f"lot {code!r} of product {row.code!r}"
    # The stock first, as whoever receives or moves it does.
    work.run_all([(serving.LOCK, {"products": json.dumps([row.id])})])
    had = work.one(_LOCKED, {"product": row.id, "lot_code": code})
    if had is None:
        raise NotFound(
            "unknown_lot",
            f"{what} is unknown; `orderdesk stock lot list {row.code}` shows them",
            lot=code,
        )
    columns = fields.read(LOT_FIELDS, given, what)
    differences = fields.changed(LOT_FIELDS, had, columns)
    fields.check_version(version, had, differences, what)
    if differences:
        new = {name: columns.get(name, getattr(had, name)) for name in LOT_FIELDS}
        work.change(
            _CHANGE,
            {
                "product": row.id,
                "lot_code": code,
                "read": had.version,
                **{f"new_{name}": value for name, value in new.items()},
            },
            expect=1,
        )
        body = {"product": row.code, "lot": code, **differences}
        work.event(SUBJECT, _subject(row.code, code), had.version + 1, "changed", body)
    if "expires" in differences:
        # What keeps longer may be what somebody waits for.
        serving.note(work, serving.serve_waiting(work, [row.id]), f"lot {code}")
    return _view(row, work.run(_ONE, {"product": row.id, "lot_code": code})[0], _now(work))


def _now(work: Work) -> date:
    return date.fromisoformat(today(work))


def _check(new: NewLot, expires: str | None, now: str, where: str) -> None:
    """Raise Refused unless goods of a lot may come in."""
    what = f"{where}lot {new.code!r} of product {new.product.code!r}"
    if new.expires is not None and new.expires != expires:
        said = "has no last day" if expires is None else f"expires {expires}"
        raise Refused(
            "other_expiry",
            f"{what} {said} and not {new.expires}; leave out --expires, or change the lot with "
            f"`orderdesk stock lot set {new.product.code} {new.code} --expires {new.expires}`",
            expires=expires,
        )
    if expires is not None and expires < now:
        raise Refused(
            "lot_expired",
            f"{what} expired on {expires}: no more of it is taken in; give another lot",
            expires=expires,
        )


def _words(text: str, where: str) -> str:
    try:
        return stored(text, "supplier_lot")
    except ValueError as error:
        raise Refused("bad_value", f"{where}{error}", field="supplier_lot") from None


def _subject(product: str, lot: str) -> int:
    return subject_id(f"{product} {lot}")


def _view(product: Row, row: Row, now: date) -> LotView:
    expires = None if row.expires is None else date.fromisoformat(row.expires)
    return LotView(
        product=product.code,
        code=row.code,
        version=row.version,
        expires=expires,
        days=None if expires is None else (expires - now).days,
        received=date.fromisoformat(row.received),
        supplier_lot=row.supplier_lot,
        note=row.note,
        on_hand=quantity_decimal(row.on_hand),
        unit=product.unit,
    )
