"""What a line costs: the customer's list, the group's, the base list; breaks, days, and by hand."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select

from orderdesk.models.company import Company, CustomerGroup
from orderdesk.models.customers import Customer
from orderdesk.models.products import Price, PriceList, Product
from orderdesk.store.statements import Row, statement, table_of, text_set

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

PRICES_FOR: Final = statement(
    select(
        _price.product_id,
        _price.price_list,
        _price.min_quantity,
        _price.price,
        _price.price_unit,
        _list.tax_included,
        _customer_list.label("customer_list"),
        _group_list.label("group_list"),
    )
    .join_from(table_of(Price), table_of(PriceList), _list.code == _price.price_list)
    .where(
        _price.product_id.in_(
            select(_product.id).where(_product.code.in_(select(text_set("products"))))
        ),
        _price.price_list.in_((_customer_list, _group_list, _base_list)),
        _list.currency == select(_customer.currency).where(_of_customer).scalar_subquery(),
        _price.valid_from <= _today,
        _price.valid_to >= _today,
    )
)
"""Every price that may apply to these product codes for one customer on the business date."""


class ListPrice(NamedTuple):
    """What the lists say of one product at one quantity."""

    price: int
    """Millionths per price unit."""
    price_unit: int
    source: str


def by_product(rows: Iterable[Row]) -> Mapping[int, list[tuple[Any, ...]]]:
    """Sort the rows of PRICES_FOR by product, the strongest source and highest break first."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        if row.price_list == row.customer_list:
            rank = 0
        else:
            rank = 1 if row.price_list == row.group_list else 2
        entry = (rank, -row.min_quantity, row.price, row.price_unit)
        found.setdefault(row.product_id, []).append(entry)
    for entries in found.values():
        if len(entries) > 1:
            entries.sort()
    return found


def choose(entries: Iterable[tuple[Any, ...]], quantity: int) -> ListPrice | None:
    """Give the price at this quantity (thousandths), or None where no list has one.

    The strongest list that has the product at all decides, by its highest break that is reached.
    """
    for rank, minimum, price, price_unit in entries:
        if -minimum <= quantity:
            return ListPrice(price, price_unit, SOURCES[rank])
    return None
