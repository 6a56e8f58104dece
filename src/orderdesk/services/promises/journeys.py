"""What a way is made of, as Core expressions; `ways` runs their frozen texts."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.types import Text

from orderdesk.models.company import (
    CalendarDay,
    Carrier,
    CarrierZone,
    Company,
    Warehouse,
    WorkingCalendar,
)
from orderdesk.models.customers import Address, Customer
from orderdesk.store.statements import statement, table_of, text_set

_company = table_of(Company).c
_customer = table_of(Customer).c
_address = table_of(Address).c
_warehouse = table_of(Warehouse).c
_carrier = table_of(Carrier).c
_zone = table_of(CarrierZone).c

_GONE: Final[ColumnElement[str]] = literal_column("''", Text)

_named: ColumnElement[str] = func.coalesce(
    bindparam("carrier", type_=Text()), _customer.carrier, _company.carrier
)
"""Who carries."""


def _text(words: str) -> ColumnElement[str]:
    return literal_column(f"'{words}'", Text)


def _days(code: Any) -> ColumnElement[str]:
    """Give a calendar as one text: its week, then the days on which that does not hold."""
    calendar = table_of(WorkingCalendar).alias().c
    day = table_of(CalendarDay).alias().c
    exceptions = (
        select(
            func.aggregate_strings(
                day.day + case((day.is_open > literal_column("0"), _text("+")), else_=_text("-")),
                ",",
            )
        )
        .where(day.calendar == calendar.code, day.day >= bindparam("since"))
        .scalar_subquery()
    )
    words = cast(calendar.week, Text()) + _text(" ") + func.coalesce(exceptions, _GONE)
    return select(words).where(calendar.code == code).scalar_subquery()


def _lead(country: Any, postal_code: Any) -> ColumnElement[Any]:
    """Give the days on the way by the most exact zone of the carrier; NULL where none holds."""
    begins = func.substr(
        func.upper(func.coalesce(postal_code, _GONE)),
        literal_column("1"),
        func.length(_zone.postal_prefix),
    )
    there = func.upper(func.coalesce(func.nullif(country, _GONE), _company.country))
    return (
        select(_zone.lead_days)
        .where(
            _zone.carrier == _named,
            _zone.warehouse.in_((_GONE, _warehouse.code)),
            _zone.country.in_((_GONE, there)),
            begins == _zone.postal_prefix,
        )
        # Of two beginnings of one postal code the longer one comes later in any order of texts.
        .order_by(_zone.warehouse.desc(), _zone.country.desc(), _zone.postal_prefix.desc())
        .limit(literal_column("1"))
        .scalar_subquery()
    )


def _facts(country: Any, postal_code: Any, receiving: Any, *more: Any) -> Select[Any]:
    """Give the select of what a chain is made of; the tables are joined by whoever asks."""
    works = func.coalesce(_warehouse.calendar, _company.calendar)
    takes = func.coalesce(receiving, _customer.calendar, _company.calendar)
    return select(
        _company.business_date,
        _warehouse.code.label("warehouse"),
        _warehouse.time_zone,
        _warehouse.cut_off,
        _warehouse.handling_days,
        func.coalesce(_named, _GONE).label("carrier"),
        _lead(country, postal_code).label("lead_days"),
        _days(works).label("works"),
        _days(_carrier.calendar).label("drives"),
        _days(takes).label("takes"),
        *more,
    )


_FROM: Final = (
    table_of(Customer)
    .join(table_of(Company), literal_column("1") == literal_column("1"))
    .join(
        table_of(Warehouse),
        or_(
            _warehouse.code == _company.warehouse,
            _warehouse.code.in_(select(text_set("warehouses"))),
        ),
    )
    .outerjoin(table_of(Carrier), _carrier.code == _named)
)
WAYS: Final = statement(
    _facts(
        _address.country, _address.postal_code, _address.calendar,
        _address.code.label("place"),
    )
    .select_from(
        _FROM.outerjoin(
            table_of(Address),
            (_address.customer_id == _customer.id)
            & or_(
                _address.code == _customer.ship_to,
                _address.code.in_(select(text_set("addresses"))),
            ),
        )
    )
    .where(_customer.code == bindparam("customer"))
)  # fmt: skip
"""How goods come to a customer's usual address, and to the others that are named."""

ELSEWHERE: Final = statement(
    _facts(
        bindparam("country", type_=Text()), bindparam("postal_code", type_=Text()),
        literal_column("NULL", Text), _GONE.label("place"),
    )
    .select_from(_FROM)
    .where(_customer.code == bindparam("customer"))
)  # fmt: skip
"""How goods come to an address that the customer's list does not have."""
