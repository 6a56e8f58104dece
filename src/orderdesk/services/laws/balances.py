"""Laws 1, 2, 3 and 8: kept balances against the ledgers and lines they are the sums of."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, exists, func, or_, select
from sqlalchemy.sql import literal_column

from orderdesk.domain.doctor import Broken
from orderdesk.domain.numbers import amount_decimal, currency_decimals, quantity_decimal
from orderdesk.domain.transfers import TRANSIT
from orderdesk.models.customers import Customer, OpenItem
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.products import Product
from orderdesk.models.stock import Movement, Stock
from orderdesk.store.pages import Pages
from orderdesk.store.statements import Row, table_of
from orderdesk.store.work import Work

CONSTRAINTS: Final = frozenset(
    "on_hand_not_negative never_oversold allocated_is_open line_law line_not_negative"
    " transfer_law transfer_not_negative place_not_negative lot_share_not_negative".split()
)
"""Constraints that these laws stand for."""

_stock = table_of(Stock).c
_movement = table_of(Movement).c
_line = table_of(OrderLine).c
_order = table_of(SalesOrder).c
_customer = table_of(Customer).c
_product = table_of(Product).c
_item = table_of(OpenItem).c

_ZERO: Final[ColumnElement[int]] = literal_column("0")
_FREE: Final[ColumnElement[bool]] = literal_column("movement.status = 'free'")
"""Of goods that can be used: others are in no balance that is promised."""


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    whole = BigInteger().with_variant(BigInteger(), "sqlite")
    return cast(func.coalesce(func.sum(column), _ZERO), whole)


_shelves = (
    select(
        _stock.product_id,
        _stock.warehouse,
        _product.code,
        _stock.on_hand,
        _stock.allocated,
        select(_sum(_movement.quantity))
        .where(
            _movement.product_id == _stock.product_id,
            _movement.warehouse == _stock.warehouse,
            _FREE,
        )
        .scalar_subquery()
        .label("moved"),
        select(_sum(_line.allocated))
        .where(
            _line.product_id == _stock.product_id,
            _line.warehouse == _stock.warehouse,
            literal_column("order_line.open > 0"),
        )
        .scalar_subquery()
        .label("held"),
    )
    .join_from(table_of(Stock), table_of(Product), _product.id == _stock.product_id)
    .subquery("shelf")
)
_SHELVES: Final = Pages(
    select(_shelves).where(
        or_(
            _shelves.c.on_hand != _shelves.c.moved,
            _shelves.c.allocated != _shelves.c.held,
            # What is held is never below zero, so this finds an on hand below zero too.
            _shelves.c.held > _shelves.c.on_hand,
        )
    ),
    {"product_id": _shelves.c.product_id, "warehouse": _shelves.c.warehouse},
)
_no_shelf = ~exists().where(
    _stock.product_id == _movement.product_id, _stock.warehouse == _movement.warehouse
)
_MOVED_NOWHERE: Final = Pages(
    select(
        _movement.product_id,
        _movement.warehouse,
        func.min(_product.code).label("code"),
        _sum(_movement.quantity).label("moved"),
    )
    .join_from(table_of(Movement), table_of(Product), _product.id == _movement.product_id)
    .where(_no_shelf, _FREE, _movement.warehouse != literal_column(f"'{TRANSIT}'"))
    .group_by(_movement.product_id, _movement.warehouse)
    .having(func.sum(_movement.quantity) != _ZERO),
    {"product_id": _movement.product_id, "warehouse": _movement.warehouse},
)
_nowhere = ~exists().where(
    _stock.product_id == _line.product_id, _stock.warehouse == _line.warehouse
)
_most = case((_line.kind == literal_column("'product'"), _line.open), else_=_ZERO)
_LINES: Final = Pages(
    select(
        table_of(OrderLine),
        _order.number,
        _order.status,
        _most.label("most"),
        case((_nowhere, literal_column("1")), else_=_ZERO).label("no_shelf"),
    )
    .join_from(table_of(OrderLine), table_of(SalesOrder), _order.id == _line.order_id)
    .where(
        or_(
            _line.allocated < _ZERO,
            _line.allocated > _most,
            and_(_line.allocated > _ZERO, _nowhere),
            _line.ordered + _line.over_shipped != _line.shipped + _line.open + _line.short_closed,
            _line.ordered < _ZERO,
            _line.over_shipped < _ZERO,
            _line.shipped < _ZERO,
            _line.open < _ZERO,
            _line.short_closed < _ZERO,
            and_(_order.status == literal_column("'cancelled'"), _line.open > _ZERO),
        )
    ),
    {"order_id": _line.order_id, "line": _line.line},
)
_child = table_of(Customer).alias("child").c
_item_open: ColumnElement[bool] = literal_column("open_item.open <> 0")


def _items(sign: int) -> ColumnElement[int]:
    """Give the sum of a customer's open items of one sign."""
    part = _item.open > _ZERO if sign > 0 else _item.open < _ZERO
    summed = select(_sum(_item.open)).where(_item.customer_id == _customer.id, _item_open, part)
    return summed.scalar_subquery()


_customers = select(
    _customer.id,
    _customer.code,
    _customer.currency,
    _customer.exposure,
    _customer.family_exposure,
    _customer.receivable,
    _customer.unapplied,
    _items(1).label("owes"),
    (-_items(-1)).label("paid"),
    (
        _customer.receivable
        - _customer.unapplied
        + select(_sum(_order.exposed)).where(_order.customer_id == _customer.id).scalar_subquery()
    ).label("formula"),
    (
        _customer.exposure
        + select(_sum(_child.exposure)).where(_child.parent_id == _customer.id).scalar_subquery()
    ).label("family"),
).subquery("buyer")
_BALANCES: Final = {
    "receivable": ("owes", "what is open of the invoices"),
    "unapplied": ("paid", "what is open of payments and credits"),
    "exposure": ("formula", "receivable + the value of open orders that are due - unapplied"),
    "family_exposure": ("family", "the exposure of the customer and those whose parent it is"),
}
"""Each kept balance of a customer, what it must be, and that in words."""
_CUSTOMERS: Final = Pages(
    select(_customers).where(
        or_(*(_customers.c[name] != _customers.c[other] for name, (other, _) in _BALANCES.items()))
    ),
    {"id": _customers.c.id},
)


def shelves(work: Work) -> Iterator[Broken]:
    """Give stock that is not the sum of its ledger (1), or not promised as its lines hold (2)."""
    for row in _SHELVES.rows(work):
        place = f"{row.code} at {row.warehouse}"
        if row.on_hand != row.moved:
            yield _shelf(
                1, place, "on hand is not the sum of its movements", row.on_hand, row.moved
            )
        elif row.on_hand < 0:
            yield _shelf(1, place, "on hand is below zero", row.on_hand, 0)
        if row.allocated != row.held:
            words = "allocated is not what its order lines hold"
            yield _shelf(2, place, words, row.allocated, row.held)
        elif row.held > max(0, row.on_hand):
            words = "more is promised to order lines than is on hand"
            yield _shelf(2, place, words, row.held, max(0, row.on_hand))
    for row in _MOVED_NOWHERE.rows(work):
        words = "there are movements and no balance"
        yield _shelf(1, f"{row.code} at {row.warehouse}", words, 0, row.moved)


def _shelf(law: int, place: str, words: str, stored: int, expected: int) -> Broken:
    return Broken(
        law, f"stock of {place}: {words}", "stock", place, _quantity(stored), _quantity(expected)
    )


def lines(work: Work) -> Iterator[Broken]:
    """Give order lines that hold stock they may not hold (2) or do not add up (3)."""
    for row in _LINES.rows(work):
        for law, words, stored, expected in _wrong(row):
            key = f"{row.number} line {row.line}"
            yield Broken(
                law, f"order {key}: {words}", "order_line", key,
                _quantity(stored), _quantity(expected),
            )  # fmt: skip


def _wrong(row: Row) -> Iterator[tuple[int, str, int, int]]:
    """Give what is wrong with one line: the law, the words, what is stored and expected."""
    if row.allocated < 0:
        yield 2, "allocated is below zero", row.allocated, 0
    elif row.allocated > row.most:
        yield 2, "more stock is allocated than is open", row.allocated, row.most
    elif row.allocated and row.no_shelf:
        yield 2, "stock is allocated where none ever lay", row.allocated, 0
    whole = row.ordered + row.over_shipped
    parts = row.shipped + row.open + row.short_closed
    if whole != parts:
        yield 3, "shipped + open + short-closed is not ordered + over-shipped", parts, whole
    for name in ("ordered", "over_shipped", "shipped", "open", "short_closed"):
        if getattr(row, name) < 0:
            yield 3, f"{name} is below zero", getattr(row, name), 0
    if row.status == "cancelled" and row.open > 0:
        yield 3, "the order is cancelled and the line still open", row.open, 0


def exposures(work: Work) -> Iterator[Broken]:
    """Give customers whose balances are not what their items and open orders make (8)."""
    for row in _CUSTOMERS.rows(work):
        decimals = currency_decimals(row.currency)
        for name, (other, words) in _BALANCES.items():
            stored, expected = getattr(row, name), getattr(row, other)
            if stored != expected:
                yield Broken(
                    8,
                    f"customer {row.code}: {name} is not {words}",
                    "customer",
                    row.code,
                    str(amount_decimal(stored, decimals)),
                    str(amount_decimal(expected, decimals)),
                )
                # What stands on a wrong balance is wrong with it: the first one is to be mended.
                break


def _quantity(thousandths: int) -> str:
    return str(quantity_decimal(thousandths))
