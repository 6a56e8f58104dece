"""What there is to sell and whom to: the lowest floor of the services."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.types import Text

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.text import fold_code, stored
from orderdesk.models.company import (
    Carrier,
    Company,
    CreditCheck,
    ProductGroup,
    Reason,
    Tax,
    TaxRule,
    Terms,
    Unit,
)
from orderdesk.models.customers import Address, Customer, CustomerPart, OpenItem
from orderdesk.models.products import Product
from orderdesk.services import rates
from orderdesk.store.statements import Row, statement, table_of, text_set
from orderdesk.store.work import Work

_company = table_of(Company).c
_customer = table_of(Customer).c
_address = table_of(Address).c
_part = table_of(CustomerPart).c
_product = table_of(Product).c
_unit = table_of(Unit).c
_tax = table_of(Tax).c
_line_tax = table_of(Tax).alias("line_tax").c
_holder = table_of(Customer).alias("holder")
_check = table_of(CreditCheck).c
_item = table_of(OpenItem).c
_terms = table_of(Terms).c

_rule = table_of(TaxRule)
_group = table_of(ProductGroup).c
_GONE: Final[ColumnElement[str]] = literal_column("''", Text)


def _text(words: str) -> ColumnElement[str]:
    return literal_column(f"'{words}'", Text)


_missing: ColumnElement[str] = (
    case((_address.name == _GONE, _text("name ")), else_=_GONE)
    + case((_address.street == _GONE, _text("street ")), else_=_GONE)
    + case((_address.city == _GONE, _text("city ")), else_=_GONE)
    + case((_address.country == _GONE, _text("country ")), else_=_GONE)
)
"""What an address lacks, as words."""

TEMPORARY: Final = and_(
    _holder.c.temporary_limit.is_not(None),
    _holder.c.temporary_until >= _company.business_date,
)
"""Whether the temporary limit of whoever holds the limit goes today."""

HOLDER: Final = _holder
"""Who holds the credit limit: the customer's parent, else the customer."""

CURRENCY_RATE: Final = case(
    (
        _customer.currency != _company.currency,
        rates.kept_on(_customer.currency, _company.business_date),
    )
).label("currency_rate")
"""What the customer's currency is worth today in the company's, billionths; None in its own."""

CREDIT: Final = (
    case((TEMPORARY, _holder.c.temporary_limit), else_=_holder.c.credit_limit).label(
        "credit_limit"
    ),
    _holder.c.id.label("holder_id"),
    _holder.c.code.label("holder_code"),
    _holder.c.family_exposure.label("owed"),
    _customer.receivable,
    _customer.exposure,
    _customer.document_most,
    _customer.review_date,
    _customer.prepay,
    _customer.since,
    _company.business_date,
    _company.watch_share,
    _company.credit_horizon,
    case(
        (
            _customer.receivable > literal_column("0"),
            select(func.min(_item.due_date))
            .where(
                _item.customer_id == _customer.id,
                literal_column("open_item.open <> 0"),
                _item.open > literal_column("0"),
            )
            .scalar_subquery(),
        )
    ).label("oldest_due"),
    CURRENCY_RATE,
    select(
        func.aggregate_strings(
            _check.code
            + _text(",")
            + _check.mode
            + _text(",")
            + cast(_check.threshold, Text())
            + case((_check.customer_group == _GONE, _text(",0")), else_=_text(",1")),
            ";",
        )
    )
    .where(_check.customer_group.in_((_GONE, func.coalesce(_customer.customer_group, _GONE))))
    .scalar_subquery()
    .label("checks"),
)
"""What the credit checks look at, of a customer joined with `HOLDER` and the company."""


def _by_destination(column: ColumnElement[str]) -> ColumnElement[str]:
    """Give where the customer's orders go, in a company that has tax rules; NULL in others."""
    there = (
        select(column)
        .where(_address.customer_id == _customer.id, _address.code == _customer.ship_to)
        .scalar_subquery()
    )
    kept = exists().where(_rule.c.country > _GONE)
    return case((kept, func.coalesce(there, _GONE)))


_BUYER: Final = (
    select(
        *CREDIT,
        _customer.id,
        _customer.code,
        _customer.name,
        _customer.currency,
        _customer.ship_to,
        _customer.contact,
        _customer.rep,
        _customer.po_required,
        _customer.blocked,
        _customer.archived,
        _customer.freight,
        _customer.tax_number,
        _customer.tax_exempt_number,
        _customer.tax_exempt_until,
        _customer.reverse_charge,
        _customer.alert,
        _customer.tax.label("customer_tax"),
        select(_tax.rate)
        .where(_tax.code == _customer.tax)
        .scalar_subquery()
        .label("customer_rate"),
        select(_line_tax.rate)
        .where(_line_tax.code == _company.tax)
        .scalar_subquery()
        .label("company_rate"),
        _company.tax.label("company_tax"),
        _company.country.label("company_country"),
        _by_destination(_address.country).label("country"),
        _by_destination(_address.region).label("region"),
        _company.currency.label("company_currency"),
        _company.duplicate_days,
        _company.allocation_horizon,
        _company.price_reason,
        _company.warehouse,
        _company.tax_per_line,
        _company.terms.label("company_terms"),
        _company.carrier.label("company_carrier"),
        _customer.terms,
        _customer.carrier,
        _customer.minimum_order,
        _customer.minimum_charge,
        _customer.disposition,
        _customer.delivery_rule,
        _customer.most_deliveries,
        _customer.substitutes,
        _customer.shelf_life,
        _company.minimum_order.label("company_minimum_order"),
        _company.minimum_charge.label("company_minimum_charge"),
        select(_terms.net_days)
        .where(_terms.code == func.coalesce(_customer.terms, _company.terms))
        .scalar_subquery()
        .label("net_days"),
        select(_missing)
        .where(_address.customer_id == _customer.id, _address.code == _customer.ship_to)
        .scalar_subquery()
        .label("missing"),
    )
    .select_from(table_of(Customer))
    .join(_holder, _holder.c.id == func.coalesce(_customer.parent_id, _customer.id))
    .join(table_of(Company), literal_column("1") == literal_column("1"))
    .where(_customer.code == bindparam("customer"))
)
BUYER: Final = statement(_BUYER.with_for_update(of=(table_of(Customer), _holder)))
"""A customer as an order needs it, with the company's defaults, locked until the unit ends.

Whoever holds the customer's credit limit is locked behind the customer: every desk locks in this
order, so none waits for another in a ring.
"""

BUYER_SEEN: Final = statement(_BUYER)
"""The same for those who only look."""

BY_CODE: Final = (
    select(
        _product.id,
        _product.code,
        _product.name,
        _product.kind,
        _product.unit,
        _unit.decimals,
        _product.tax,
        _tax.rate,
        _product.tax_class,
        _product.cost,
        select(_group.margin_floor)
        .where(_group.code == _product.product_group)
        .scalar_subquery()
        .label("floor"),
        _product.discontinued,
        _product.archived,
        _product.alert,
        _product.least,
        _product.multiple,
        _product.tracked,
    )
    .select_from(table_of(Product))
    .join(table_of(Unit), _unit.code == _product.unit)
    .outerjoin(table_of(Tax), _tax.code == _product.tax)
    .where(_product.code.in_(select(text_set("products"))))
)
"""The select behind `GOODS`, for those who need more beside it."""

GOODS: Final = statement(BY_CODE)
"""Products by their codes, as an order line needs them."""

ADDRESSES: Final = statement(
    select(_address.code, _missing.label("missing"), _address.country, _address.region)
    .join_from(table_of(Address), table_of(Customer), _customer.id == _address.customer_id)
    .where(
        _customer.code == bindparam("customer"),
        _address.code.in_(select(text_set("addresses"))),
        _address.archived == literal_column("0"),
    )
)
"""Which of these address codes the customer has, and where and how complete each is."""

_OTHER_NAMES: Final = statement(
    union_all(
        select(_part.part.label("name"), _product.code, literal_column("0").label("rank"))
        .join_from(table_of(CustomerPart), table_of(Product), _product.id == _part.product_id)
        .join(table_of(Customer), _customer.id == _part.customer_id)
        .where(_customer.code == bindparam("customer"), _part.part.in_(select(text_set("names")))),
        select(_product.ean.label("name"), _product.code, literal_column("1").label("rank")).where(
            _product.ean.is_not(None), _product.ean.in_(select(text_set("names")))
        ),
    )
)

_KNOWN_TERMS: Final = statement(
    select(table_of(Terms).c.code).where(
        table_of(Terms).c.code == bindparam("code"), table_of(Terms).c.archived == 0
    )
)
_KNOWN_CARRIER: Final = statement(
    select(table_of(Carrier).c.code).where(
        table_of(Carrier).c.code == bindparam("code"), table_of(Carrier).c.archived == 0
    )
)

_reason = table_of(Reason).c
_REASONS: Final = statement(
    select(_reason.code, _reason.name)
    .where(
        _reason.kind.in_((bindparam("kind"), literal_column("'any'"))),
        _reason.archived == literal_column("0"),
    )
    .order_by(_reason.code)
)


def reason_of(work: Work, typed: str, kind: str) -> str:
    """Give the code of a reason for this kind of act, named by its code or its name; empty stays.

    A company that keeps no reasons of the kind takes any words. Raises Refused, naming those that
    it keeps.
    """
    try:
        words = stored(typed, "reason")
    except ValueError as error:
        raise Refused("bad_value", str(error)) from None
    known = work.run(_REASONS, {"kind": kind}) if words else []
    if not known:
        return words
    for row in known:
        if row.code == fold_code(words) or row.name.casefold() == words.casefold():
            code: str = row.code
            return code
    codes = [row.code for row in known]
    raise Refused(
        "unknown_reason",
        f"reason {words!r} is unknown for this; known: {', '.join(codes)}; "
        "`orderdesk reason list` says what they mean",
        reason=words,
        known=codes,
    )


def other_names(work: Work, customer: str, names: Iterable[str]) -> Mapping[str, str]:
    """Find products by the customer's own part numbers, then by EAN; give name -> our code."""
    wanted = json.dumps(list(names))
    rows: list[Row] = work.run(_OTHER_NAMES, {"customer": customer, "names": wanted})
    return {row.name: row.code for row in sorted(rows, key=lambda row: -row.rank)}


def check_terms(work: Work, code: str) -> None:
    """Raise NotFound unless these are payment terms of the company."""
    if work.one(_KNOWN_TERMS, {"code": code}) is None:
        raise NotFound(
            "unknown_terms",
            f"terms {code!r} are unknown; `orderdesk terms list` shows them",
            terms=code,
        )


def check_carrier(work: Work, code: str) -> None:
    """Raise NotFound unless this is a carrier of the company."""
    if work.one(_KNOWN_CARRIER, {"code": code}) is None:
        raise NotFound(
            "unknown_carrier",
            f"carrier {code!r} is unknown; `orderdesk carrier list` shows them",
            carrier=code,
        )
