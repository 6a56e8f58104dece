"""What a line costs: the customer's list, the group's, the base list; breaks, days, and by hand."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import bindparam, case, func, literal_column, select

from orderdesk.domain.days import day_of
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import (
    currency_decimals,
    price_decimal,
    quantity_decimal,
    quantity_of,
)
from orderdesk.domain.prices import FOR_EVER, PriceCandidate, PriceView
from orderdesk.domain.text import fold_code
from orderdesk.models.company import Company, CustomerGroup, Unit
from orderdesk.models.customers import Customer
from orderdesk.models.products import Price, PriceList, Product
from orderdesk.services import rates
from orderdesk.services.rates import worth_on
from orderdesk.store.statements import Row, statement, table_of, text_set
from orderdesk.store.work import Work

_customer = table_of(Customer).c
_group = table_of(CustomerGroup).c
_company = table_of(Company).c
_product = table_of(Product).c
_price = table_of(Price).c
_list = table_of(PriceList).c

SOURCES: Final = ("customer", "group", "base")
"""Where a price may come from, the strongest first."""

_of_customer = _customer.code == bindparam("customer")
_customer_list = select(_customer.price_list).where(_of_customer).scalar_subquery()
_group_list = (
    select(_group.price_list)
    .join(table_of(Customer), _customer.customer_group == _group.code)
    .where(_of_customer)
    .scalar_subquery()
)
_base_list = select(_company.base_list).scalar_subquery()
_today = select(_company.business_date).scalar_subquery()

_foreign = _list.currency != _customer.currency
_rank = case(
    (_price.price_list == _customer_list, literal_column("0")),
    (_price.price_list == _group_list, literal_column("1")),
    else_=literal_column("2"),
).label("rank")
"""How strong a price's source is, by its place in SOURCES."""

PRICES_FOR: Final = statement(
    select(
        _price.product_id,
        _rank,
        _price.min_quantity,
        _price.price,
        _price.price_unit,
        _list.tax_included,
        case((_foreign, _list.currency)).label("currency"),
        case((_foreign, worth_on(_list.currency, _company.business_date))).label("worth"),
        case((_foreign, worth_on(_customer.currency, _company.business_date))).label("into"),
        case((_foreign, _customer.currency)).label("own_currency"),
        case((_foreign, _company.business_date)).label("today"),
    )
    .join_from(table_of(Price), table_of(PriceList), _list.code == _price.price_list)
    .join(table_of(Customer), _of_customer)
    .join(table_of(Company), _company.id == literal_column("1"))
    .where(
        _price.product_id.in_(
            select(_product.id).where(_product.code.in_(select(text_set("products"))))
        ),
        _price.price_list.in_((_customer_list, _group_list, _base_list)),
        _price.valid_from <= _company.business_date,
        _price.valid_to >= _company.business_date,
    )
)
"""Every price that may apply to these product codes for one customer on the business date.

Those of lists in another currency come with it, and with the worth of both on that day; the
others have no currency and cost no look at a rate.
"""

LISTS_FOR: Final = statement(
    select(
        _customer_list.label("customer_list"),
        _group_list.label("group_list"),
        _base_list.label("base_list"),
    )
)
"""The price lists of one customer, the strongest first."""

_currency_of_customer = select(_customer.currency).where(_of_customer).scalar_subquery()
_ASKED: Final = statement(
    select(
        _product.code,
        _product.name,
        _product.unit,
        table_of(Unit).c.decimals,
        func.coalesce(_currency_of_customer, _company.currency).label("currency"),
        select(_customer.code).where(_of_customer).scalar_subquery().label("customer"),
        _today.label("today"),
    )
    .select_from(table_of(Product).join(table_of(Unit), table_of(Unit).c.code == _product.unit))
    .join(table_of(Company), _company.id == 1)
    .where(_product.code == bindparam("product"))
)
_asked_in = func.coalesce(_currency_of_customer, select(_company.currency).scalar_subquery())
_CANDIDATES: Final = statement(
    select(
        *_price,
        _list.currency,
        _list.tax_included,
        worth_on(_list.currency, bindparam("day")).label("worth"),
        worth_on(_asked_in, bindparam("day")).label("into"),
        _asked_in.label("own_currency"),
        _rank,
    )
    .join_from(table_of(Price), table_of(PriceList), _list.code == _price.price_list)
    .where(
        _price.product_id
        == select(_product.id).where(_product.code == bindparam("product")).scalar_subquery(),
        _price.price_list.in_((_customer_list, _group_list, _base_list)),
    )
)


class ListPrice(NamedTuple):
    """What the lists say of one product at one quantity."""

    price: int
    """Millionths per price unit."""
    price_unit: int
    source: str
    tax_included: int = 0
    said: str = ""
    """The list's own price and the rate, where it was converted: 10.00 USD at 0.92."""


def by_product(rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    """Sort the rows of PRICES_FOR by product, the strongest source and highest break first.

    Those in another currency come behind all that are in the customer's.
    """
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.product_id, []).append(row)
    for known in found.values():
        if len(known) > 1:
            known.sort(key=_strength)
    return found


def _strength(row: Row) -> tuple[bool, int, int]:
    return row.currency is not None, row.rank, -row.min_quantity


def choose(entries: Iterable[Row], quantity: int) -> ListPrice | None:
    """Give the price at this quantity (thousandths), or None where no list has one.

    The strongest list of which a break is reached decides, by its highest one. Where that is none
    in the customer's currency, the strongest of the others is converted. Raises Refused where there
    is no rate for it.
    """
    for row in entries:
        if row.min_quantity <= quantity:
            price, said = row.price, ""
            if row.currency is not None:
                price, said = _converted(row, row.today)
            return ListPrice(price, row.price_unit, SOURCES[row.rank], row.tax_included, said)
    return None


def _converted(row: Row, day: str) -> tuple[int, str]:
    """Give a price in the customer's currency (millionths), and what it was made of."""
    if row.worth is None or not row.into:
        raise rates.missing(row.currency if row.worth is None else row.own_currency, day)
    own = price_decimal(row.price, currency_decimals(row.currency))
    rate = price_decimal(rates.cross(row.worth, row.into))
    return rates.converted(row.price, row.worth, row.into), f"{own} {row.currency} at {rate}"


def show(
    work: Work,
    product: str,
    *,
    customer: str | None = None,
    quantity: str = "1",
    on: str | None = None,
) -> PriceView:
    """Give what a customer pays for a quantity of a product on a day, why, and what else there is.

    Without a customer it is what everybody pays; without a day (ISO), what holds on the business
    date. Raises NotFound, Refused.
    """
    names = {"product": fold_code(product), "customer": fold_code(customer or "")}
    of = work.one(_ASKED, names)
    if of is None:
        raise _unknown("product", names["product"])
    if customer is not None and of.customer is None:
        raise _unknown("customer", names["customer"])
    try:
        asked_for = quantity_of(quantity, decimals=of.decimals)
        day = day_of(on or of.today, "on").isoformat()
    except ValueError as error:
        raise Refused("bad_value", f"price of {of.code!r}: {error}") from None
    return _view(of, work.run(_CANDIDATES, {**names, "day": day}), day, asked_for)


def _view(of: Row, rows: Iterable[Row], day: str, asked_for: int) -> PriceView:
    """Choose among all prices of a product as `choose` does, and say of each why or why not."""
    ordered = sorted(rows, key=lambda r: (r.rank, -r.min_quantity, r.valid_from))
    fitting = [row for row in ordered if _reason(row, day, asked_for) == ""]
    chosen = min(fitting, key=lambda row: bool(row.currency != of.currency), default=None)
    price, said = None, ""
    if chosen is not None and chosen.currency == of.currency:
        price = chosen.price
    elif chosen is not None:
        price, said = _converted(chosen, day)
    decimals = currency_decimals(of.currency)
    return PriceView(
        product=of.code,
        name=of.name,
        unit=of.unit,
        customer=of.customer,
        quantity=quantity_decimal(asked_for),
        on=date.fromisoformat(day),
        currency=of.currency,
        price=None if price is None else price_decimal(price, decimals),
        price_unit=chosen.price_unit if chosen else 1,
        price_list=chosen.price_list if chosen else None,
        source=SOURCES[chosen.rank] if chosen else None,
        tax_included=bool(chosen and chosen.tax_included),
        candidates=tuple(
            _candidate(of.code, row, _why(row, chosen, said, of.currency, day, asked_for))
            for row in ordered
        ),
    )


def _unknown(noun: str, code: str) -> NotFound:
    return NotFound(
        f"unknown_{noun}",
        f"{noun} {code!r} is unknown; search with `orderdesk {noun} list`",
        **{noun: code},
    )


def _reason(row: Row, day: str, quantity: int) -> str:
    """Say why a price does not hold; empty where it does."""
    if row.valid_from > day:
        return f"begins on {row.valid_from}"
    if row.valid_to < day:
        return f"ended on {row.valid_to}"
    if row.min_quantity > quantity:
        return f"from {quantity_decimal(row.min_quantity)} on"
    return ""


def _why(row: Row, chosen: Row | None, said: str, currency: str, day: str, quantity: int) -> str:
    if row is chosen:
        return f"chosen: {said}" if said else "chosen"
    reason = _reason(row, day, quantity)
    if reason or chosen is None:
        return reason
    if row.currency != currency == chosen.currency:
        return f"in {row.currency}"
    return f"{SOURCES[chosen.rank]} price from {quantity_decimal(chosen.min_quantity)} on holds"


def _candidate(product: str, row: Row, reason: str) -> PriceCandidate:
    return PriceCandidate(
        product=product,
        price_list=row.price_list,
        quantity=quantity_decimal(row.min_quantity),
        valid_from=date.fromisoformat(row.valid_from) if row.valid_from else None,
        valid_to=date.fromisoformat(row.valid_to) if row.valid_to != FOR_EVER else None,
        price=price_decimal(row.price, currency_decimals(row.currency)),
        price_unit=row.price_unit,
        currency=row.currency,
        tax_included=bool(row.tax_included),
        source=SOURCES[row.rank],
        reason=reason,
    )
