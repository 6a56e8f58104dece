"""Bins: the shelves, floors and doors of a warehouse, in the order in which one walks past them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import bindparam, func, literal_column, or_, select, update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Given, among
from orderdesk.domain.lots import BIN_FIELDS, BinView
from orderdesk.models.stock import Bin, StockPlace
from orderdesk.services import fields, goods, rights
from orderdesk.services.masters import subject_id
from orderdesk.store.statements import Row, insertion, statement, table_of, text_set
from orderdesk.store.work import Work

SUBJECT: Final = "bin"
RIGHT: Final = "masters"
PAGE: Final = 200

BINS: Final = insertion(Bin)
_DEFAULTS: Final = Bin(warehouse="", code="").model_dump()
_bin = table_of(Bin).c
_place = table_of(StockPlace).c

_here: Final = (_bin.warehouse == bindparam("place"), _bin.code == bindparam("bin_code"))
_ONE: Final = statement(select(*_bin).where(*_here).with_for_update())
_PAGE: Final = statement(
    select(*_bin)
    .where(
        _bin.warehouse == bindparam("place"),
        _bin.code > bindparam("after"),
        or_(_bin.archived == literal_column("0"), literal_column("1") == bindparam("archived_too")),
    )
    .order_by(_bin.code)
    .limit(bindparam("count"))
)
_KNOWN: Final = statement(
    select(_bin.warehouse, _bin.code, _bin.archived).where(
        _bin.warehouse.in_(select(text_set("places"))), _bin.code.in_(select(text_set("codes")))
    )
)
_CHANGE: Final = statement(
    update(table_of(Bin))
    .where(*_here, _bin.version == bindparam("read"))
    .values(version=_bin.version + 1, **{name: bindparam(f"new_{name}") for name in BIN_FIELDS})
)
_LIES: Final = statement(
    select(func.count().label("places")).where(
        _place.warehouse == bindparam("place"),
        _place.bin == bindparam("bin_code"),
        literal_column("stock_place.bin <> ''"),
    )
)


def add(work: Work, warehouse: str | None, code: str, given: Mapping[str, Given]) -> BinView:
    """Add a bin to a warehouse, None to the company's own. Raises NotFound and Refused."""
    rights.require(work, RIGHT)
    place, code = _named(work, warehouse, code)
    what = _what(place, code)
    if work.one(_ONE, {"place": place, "bin_code": code}) is not None:
        raise Refused("bin_exists", f"{what} is there already; change it with `set`", key=code)
    columns = fields.read(BIN_FIELDS, given, what)
    row = {**_DEFAULTS, **columns, "warehouse": place, "code": code}
    work.insert(BINS, [tuple(row[column.name] for column in BINS.columns)])
    _tell(work, place, code, 1, "added", fields.added(BIN_FIELDS, columns))
    return _read(work, place, code)


def set_(
    work: Work,
    warehouse: str | None,
    code: str,
    given: Mapping[str, Given],
    version: int | None = None,
) -> BinView:
    """Change the given fields of a bin.

    Raises NotFound, Refused, where goods lie in one that is to be archived too, and Conflict where
    another `version` is stored.
    """
    rights.require(work, RIGHT)
    place, code = _named(work, warehouse, code)
    what = _what(place, code)
    row = work.one(_ONE, {"place": place, "bin_code": code})
    if row is None:
        raise _unknown(work, place, code)
    columns = fields.read(BIN_FIELDS, given, what)
    differences = fields.changed(BIN_FIELDS, row, columns)
    fields.check_version(version, row, differences, what)
    if not differences:
        return _view(row)
    if columns.get("archived") and work.run(_LIES, {"place": place, "bin_code": code})[0].places:
        raise Refused(
            "bin_in_use",
            f"{what} is not empty; move what lies there with `orderdesk stock move-bin` first",
            bin=code,
        )
    new = {f"new_{name}": columns.get(name, getattr(row, name)) for name in BIN_FIELDS}
    work.change(_CHANGE, {"place": place, "bin_code": code, "read": row.version, **new}, expect=1)
    _tell(work, place, code, row.version + 1, "changed", differences)
    return _read(work, place, code)


def list_(
    work: Work,
    warehouse: str | None,
    after: str = "",
    limit: int = PAGE,
    *,
    archived: bool = False,
) -> tuple[BinView, ...]:
    """Give the bins of a warehouse by code, those behind the one `after`. Raises NotFound."""
    place = goods.place(goods.places(work, [warehouse]), warehouse, archived=True)
    asked = {"place": place, "after": after, "count": limit, "archived_too": int(archived)}
    return tuple(_view(row) for row in work.run(_PAGE, asked))


def check(work: Work, named: Collection[tuple[str, str]], *, archived: bool = False) -> None:
    """Raise NotFound or Refused unless these are bins of their warehouses, in use as a rule.

    The empty code is no bin, and always right.
    """
    wanted = {each for each in named if each[1]}
    if not wanted:
        return
    asked = {
        "places": json.dumps(sorted({place for place, _ in wanted})),
        "codes": json.dumps(sorted({code for _, code in wanted})),
    }
    known = {(row.warehouse, row.code): row for row in work.run(_KNOWN, asked)}
    for place, code in sorted(wanted):
        row = known.get((place, code))
        if row is None:
            raise _unknown(work, place, code)
        if row.archived and not archived:
            raise Refused(
                "archived_bin",
                f"{_what(place, code)} is archived; name another one",
                bin=code,
                warehouse=place,
            )


def _named(work: Work, warehouse: str | None, code: str) -> tuple[str, str]:
    place = goods.place(goods.places(work, [warehouse]), warehouse, archived=True)
    try:
        return place, fields.code_of(code, "bin")
    except ValueError as error:
        raise Refused("bad_code", str(error)) from None


def _what(place: str, code: str) -> str:
    return f"bin {code!r} of warehouse {place}"


def _unknown(work: Work, place: str, code: str) -> NotFound:
    asked = {"place": place, "after": "", "count": 13, "archived_too": 0}
    others = among([row.code for row in work.run(_PAGE, asked)])
    return NotFound(
        "unknown_bin",
        f"{_what(place, code)} is unknown; known: {others}",
        bin=code,
        warehouse=place,
    )


def _read(work: Work, place: str, code: str) -> BinView:
    return _view(work.run(_ONE, {"place": place, "bin_code": code})[0])


def _tell(
    work: Work, place: str, code: str, version: int, kind: str, body: Mapping[str, object]
) -> None:
    number = subject_id(f"{place} {code}")
    work.event(SUBJECT, number, version, kind, {"warehouse": place, "bin": code, **body})


def _view(row: Row) -> BinView:
    return BinView(
        warehouse=row.warehouse,
        code=row.code,
        version=row.version,
        kind=row.kind,
        sequence=row.sequence,
        note=row.note,
        archived=bool(row.archived),
    )
