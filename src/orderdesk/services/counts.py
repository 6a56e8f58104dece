"""Counting stock: sheets that do not tell what the books say, recounts, and what is made of them.

A line's books are frozen at the moment at which its count is entered: what moves between then and
the posting stays, for only the difference is posted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import bindparam, literal_column, select, update

from orderdesk.domain.counts import (
    CANCELLED,
    COUNTED,
    OPEN,
    POSTED,
    RECOUNT,
    TO_COUNT,
    CountLineView,
    CountRequest,
    CountSummary,
    CountView,
    is_doubtful,
)
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import currency_decimals, quantity_decimal
from orderdesk.domain.stock import ADJUSTMENT
from orderdesk.domain.text import fold_code
from orderdesk.domain.times import moment
from orderdesk.models.company import Company, ProductGroup
from orderdesk.models.counts import CountLine, CountSheet
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.services import catalogue, count_lines, fields, goods, ledger, rights
from orderdesk.services.ledger import Entry, Move
from orderdesk.services.numbering import numbers_of
from orderdesk.store.statements import Row, insertion, statement, table_of, text_set
from orderdesk.store.work import Work

SERIES: Final = "count"
SUBJECT: Final = "count"
"""What the events of sheets are about."""
RIGHT: Final = "stock"
PAGE: Final = 100
NEWEST: Final = 2**63 - 1

SHEETS: Final = insertion(CountSheet)
_sheet = table_of(CountSheet).c
_line = table_of(CountLine).c
_product = table_of(Product).c
_stock = table_of(Stock).c
_company = table_of(Company).c

_ONE: Final = statement(select(table_of(CountSheet)).where(_sheet.number == bindparam("number")))
_LOCKED: Final = statement(
    select(table_of(CountSheet)).where(_sheet.number == bindparam("number")).with_for_update()
)
_page = select(table_of(CountSheet)).where(_sheet.id < bindparam("before"))
_ALL: Final = statement(_page.order_by(_sheet.id.desc()).limit(bindparam("count")))
_OPEN: Final = statement(
    _page.where(literal_column("count_sheet.status = 'open'"))
    .order_by(_sheet.id.desc())
    .limit(bindparam("count"))
)
_LINES: Final = statement(
    select(table_of(CountLine), _product.code, _product.name, _product.unit, _product.cost)
    .join_from(table_of(CountLine), table_of(Product), _product.id == _line.product_id)
    .where(_line.sheet_id == bindparam("sheet"))
    .order_by(_product.code, _line.lot)
)
_TAKEN: Final = statement(
    select(_sheet.number, _product.code)
    .join_from(table_of(CountLine), table_of(CountSheet), _sheet.id == _line.sheet_id)
    .join(table_of(Product), _product.id == _line.product_id)
    .where(
        _line.warehouse == bindparam("place"),
        literal_column("count_line.is_open = 1"),
        _product.code.in_(select(text_set("codes"))),
    )
    .order_by(_product.code)
    .limit(1)
)
_GROUP: Final = statement(
    select(table_of(ProductGroup).c.code).where(
        table_of(ProductGroup).c.code == bindparam("group_code")
    )
)
_OF_GROUP: Final = statement(
    select(_product.code)
    .join_from(table_of(Product), table_of(Stock), _stock.product_id == _product.id)
    .where(
        _product.product_group == bindparam("group_code"),
        _stock.warehouse == bindparam("place"),
        _product.kind == literal_column("'product'"),
    )
    .order_by(_product.code)
)
_TOLERANCE: Final = statement(
    select(_company.count_percent, _company.count_value, _company.currency)
)
_ENTER: Final = statement(
    update(table_of(CountLine))
    .where(
        _line.sheet_id == bindparam("sheet"),
        _line.product_id == bindparam("product"),
        _line.lot == bindparam("of_lot"),
    )
    .values(
        counted=bindparam("found"),
        book=bindparam("books"),
        doubted=bindparam("off", type_=_line.doubted.type),
        tries=_line.tries + literal_column("1"),
        settled=bindparam("goes"),
        counted_by=bindparam("who"),
    )
)
_TOUCH: Final = statement(
    update(table_of(CountSheet))
    .where(_sheet.id == bindparam("sheet"), _sheet.version == bindparam("read"))
    .values(version=_sheet.version + 1)
)
_CLOSE: Final = statement(
    update(table_of(CountSheet))
    .where(_sheet.id == bindparam("sheet"), _sheet.version == bindparam("read"))
    .values(
        version=_sheet.version + 1,
        status=bindparam("state"),
        reason=bindparam("why"),
        closed_at=bindparam("at", type_=_sheet.closed_at.type),
        closed_by=bindparam("who"),
    )
)
_CLOSE_LINES: Final = statement(
    update(table_of(CountLine))
    .where(_line.sheet_id == bindparam("sheet"))
    .values(is_open=literal_column("0"))
)


def show(work: Work, number: str) -> CountView:
    """Give a sheet by its number, blind while it is open. Raises NotFound."""
    return _view(work, _found(work, number))


def list_(
    work: Work, before: int = NEWEST, limit: int = PAGE, *, everything: bool = False
) -> tuple[CountSummary, ...]:
    """Give the sheets that are open, or all, the newest first, those older than `before`."""
    found = work.run(_ALL if everything else _OPEN, {"before": before, "count": limit})
    return tuple(CountSummary(**_fields(row)) for row in found)


def open_(work: Work, request: CountRequest) -> CountView:
    """Open a sheet. Raises NotFound, and Refused for what is on an open sheet already."""
    rights.require(work, RIGHT)
    place = goods.place(goods.places(work, [request.warehouse]), request.warehouse, archived=True)
    found = goods.find(work, [*request.products, *_of_group(work, request.group, place)])
    products = {row.id: row for row in found.values()}
    for row in products.values():
        goods.check_stocked(row)
    if not products:
        raise Refused(
            "nothing_to_count",
            f"nothing is to be counted at {place}; name products, or a group that lies there",
        )
    codes = json.dumps(sorted(row.code for row in products.values()))
    taken = work.one(_TAKEN, {"place": place, "codes": codes})
    if taken is not None:
        raise Refused(
            "counted_already",
            f"product {taken.code!r} is on sheet {taken.number} at {place} already; post or "
            "cancel that one first",
            sheet=taken.number,
        )
    number = work.number(SERIES)
    sheet = CountSheet(
        id=number.id,
        number=number.text,
        warehouse=place,
        opened_at=work.now,
        opened_by=work.actor,
    )
    work.insert(SHEETS, [tuple(getattr(sheet, c.name) for c in SHEETS.columns)])
    count_lines.open_(work, number.id, place, products.values())
    body = {"number": number.text, "warehouse": place, "products": json.loads(codes)}
    work.event(SUBJECT, number.id, 1, "opened", body)
    return _view(work, _found(work, number.text))


def enter(
    work: Work,
    number: str,
    product: str,
    quantity: str,
    lot: str | None = None,
    serials: tuple[str, ...] = (),
    version: int | None = None,
) -> CountView:
    """Enter what was found of a product; where it is far off, it is to be counted again.

    Of goods with lots that is one lot, of pieces all that are there, by their numbers. A count that
    is made again goes if it is near the books, or off by what the one before was. Raises NotFound,
    Refused, and Conflict where another `version` was read.
    """
    rights.require(work, RIGHT)
    sheet = _open_sheet(work, number)
    row = goods.find(work, [product])[product]
    lines = _lines(work, sheet)
    ledger.lock(work, [(row.id, sheet.warehouse)])
    counts = list(count_lines.entered(work, sheet, lines, row, (quantity, lot, serials)))
    count_lines.check_version(version, sheet, lines, row, counts)
    before = {line.lot: count_lines.off(line) for line in lines if line.product_id == row.id}
    for name, found, book in counts:
        _enter(work, sheet, row, name, (found, book), before.get(name))
    work.change(_TOUCH, {"sheet": sheet.id, "read": sheet.version}, expect=1)
    after = [line for line in _lines(work, sheet) if line.product_id == row.id]
    again = any(not line.settled for line in after if line.lot in {name for name, *_ in counts})
    counted = sum(found for _, found, _ in counts)
    told = {"product": row.code, "counted": str(quantity_decimal(counted)), "again": again}
    if lot is not None or serials:
        told["lots"] = [name for name, found, _ in counts if found]
    work.event(SUBJECT, sheet.id, sheet.version + 1, "counted", {"number": sheet.number, **told})
    return _view(work, _found(work, sheet.number))


def _enter(
    work: Work, sheet: Row, row: Row, lot: str, count: tuple[int, int], before: int | None
) -> None:
    """Enter what was found on one line, beside what the books say, both in thousandths.

    `before` is by how much the count before this one was off: two that agree are believed.
    """
    found, book = count
    off = found - book
    again = before != off and _doubtful(work, found, book, row.cost)
    work.change(
        _ENTER,
        {
            "sheet": sheet.id,
            "product": row.id,
            "of_lot": lot,
            "found": found,
            "books": book,
            "off": off if again else None,
            "goes": int(not again),
            "who": work.actor,
        },
        expect=1,
    )


def post(work: Work, number: str, reason: str = "", version: int | None = None) -> CountView:
    """Change the books by what every count of a sheet was off, and the promises with them.

    Raises NotFound, Refused while something is to be counted, or where less than nothing would be
    left, and Conflict where another `version` was read.
    """
    rights.require(work, RIGHT)
    sheet = _open_sheet(work, number, version, POSTED)
    why = catalogue.reason_of(work, reason, "stock")
    if not why:
        raise Refused("no_reason", "a count that changes the books needs a reason; give it")
    lines = _lines(work, sheet)
    waits = [line.code for line in lines if not line.settled]
    if waits:
        named = [count_lines.named(line) for line in lines if not line.settled]
        raise Refused(
            "not_counted",
            f"sheet {sheet.number} is not done: {', '.join(named[:10])} "
            f"{'is' if len(waits) == 1 else 'are'} to be counted; enter what is there",
            products=waits,
        )
    off = [line for line in lines if line.counted != line.book]
    entries = _adjust(work, sheet, off, why)
    _close(work, sheet, POSTED, why, [entry.id for entry in entries])
    served = tuple(each for entry in entries for each in entry.served)
    lost = tuple(each for entry in entries for each in entry.deallocated)
    return replace(_view(work, _found(work, sheet.number)), served=served, deallocated=lost)


def cancel(work: Work, number: str, reason: str = "", version: int | None = None) -> CountView:
    """Give a sheet up; the books stay. Raises NotFound, Refused, Conflict (another `version`)."""
    rights.require(work, RIGHT)
    sheet = _open_sheet(work, number, version, CANCELLED)
    _close(work, sheet, CANCELLED, catalogue.reason_of(work, reason, "stock"), [])
    return _view(work, _found(work, sheet.number))


def _adjust(work: Work, sheet: Row, lines: Sequence[Row], why: str) -> list[Entry]:
    """Enter the differences in the ledger; what is lost of what was allocated is taken back."""
    shelves = ledger.lock(work, [(line.product_id, sheet.warehouse) for line in lines])
    products = goods.find(work, [line.code for line in lines])
    words = ledger.words(why, sheet.number)
    moves: list[Move] = []
    for line in sorted(lines, key=lambda line: (int(line.product_id), line.lot)):
        product = products[line.code]
        move = Move(product, sheet.warehouse, 0, ADJUSTMENT, *words, count_id=sheet.id)
        moves += count_lines.adjusting(work, move, line)
    lost = ledger.lose(work, moves, shelves)
    return ledger.enter(work, moves, shelves, lost) if moves else []


def _close(work: Work, sheet: Row, state: str, why: str, movements: list[int]) -> None:
    closing = {"state": state, "why": why, "at": work.now, "who": work.actor}
    work.change(_CLOSE, {"sheet": sheet.id, "read": sheet.version, **closing}, expect=1)
    work.change(_CLOSE_LINES, {"sheet": sheet.id})
    body = {"number": sheet.number, "reason": why, "movements": movements}
    work.event(SUBJECT, sheet.id, sheet.version + 1, state, body)


def _of_group(work: Work, group: str | None, place: str) -> list[str]:
    """Give the products of a group that have a balance at a warehouse. Raises NotFound."""
    if group is None:
        return []
    code = fold_code(group)
    if work.one(_GROUP, {"group_code": code}) is None:
        raise NotFound(
            "unknown_product_group",
            f"group {code!r} is unknown; `orderdesk product-group list` shows them",
            group=code,
        )
    return [row.code for row in work.run(_OF_GROUP, {"group_code": code, "place": place})]


def _doubtful(work: Work, found: int, book: int, cost: int) -> bool:
    bounds = work.run(_TOLERANCE)[0]
    value = bounds.count_value * 10 ** (6 - currency_decimals(bounds.currency))
    return is_doubtful(found, book, cost, bounds.count_percent, value)


def _found(work: Work, number: str, *, lock: bool = False) -> Row:
    """Read a sheet by its number, with or without prefix and zeros. Raises NotFound."""
    for typed in numbers_of(work, number, SERIES):
        row = work.one(_LOCKED if lock else _ONE, {"number": typed})
        if row is not None:
            return row
    raise NotFound(
        "unknown_sheet",
        f"sheet {fold_code(number)!r} is unknown; `orderdesk stock count list` shows them",
        number=number,
    )


def _open_sheet(work: Work, number: str, version: int | None = None, state: str = OPEN) -> Row:
    """Lock a sheet that is open, to bring it to a state. Raises NotFound, Refused, Conflict."""
    row = _found(work, number, lock=True)
    fields.check_version(version, row, {"status": [row.status, state]}, f"sheet {row.number}")
    if row.status != OPEN:
        raise Refused(
            "sheet_closed",
            f"sheet {row.number} was {row.status}; open another one with `orderdesk stock count "
            "open`",
            number=row.number,
        )
    return row


def _lines(work: Work, sheet: Row) -> list[Row]:
    return work.run(_LINES, {"sheet": sheet.id})


def _view(work: Work, sheet: Row) -> CountView:
    posted = sheet.status == POSTED
    lines = tuple(_line_view(row, posted=posted) for row in _lines(work, sheet))
    return CountView(**_fields(sheet), lines=lines)


def _line_view(row: Row, *, posted: bool) -> CountLineView:
    state = COUNTED if row.settled else RECOUNT if row.tries else TO_COUNT
    return CountLineView(
        row.code,
        row.name,
        row.unit,
        state,
        None if row.counted is None else quantity_decimal(row.counted),
        row.tries,
        row.counted_by,
        quantity_decimal(row.book) if posted else None,
        quantity_decimal(row.counted - row.book) if posted else None,
        lot=row.lot,
    )


def _fields(sheet: Row) -> dict[str, Any]:
    names = ("number", "version", "status", "warehouse", "reason", "opened_by", "closed_by", "id")
    return {
        **{name: getattr(sheet, name) for name in names},
        "opened_at": moment(sheet.opened_at),
        "closed_at": None if sheet.closed_at is None else moment(sheet.closed_at),
    }
