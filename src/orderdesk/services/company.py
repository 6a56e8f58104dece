"""The company: its first rows, and its settings."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from orderdesk.domain.company import FoundRequest
from orderdesk.domain.credit import CHECKS
from orderdesk.domain.errors import Refused
from orderdesk.domain.fields import Field, Form, Given, by_name
from orderdesk.domain.masters import COMPANY as SETTINGS
from orderdesk.domain.masters import MasterView
from orderdesk.domain.numbers import currency_decimals
from orderdesk.domain.rights import RIGHTS, ROLES
from orderdesk.models.company import (
    Company,
    CreditCheck,
    Role,
    RoleRight,
    Series,
    Tax,
    Terms,
    Unit,
    User,
    Warehouse,
)
from orderdesk.models.products import PriceList
from orderdesk.services import fields, masters, rights
from orderdesk.services.credit import exposure
from orderdesk.store.statements import Row, insertion, row_of, statement, table_of
from orderdesk.store.work import Work

BASE_LIST: Final = "BASE"
WAREHOUSE: Final = "01"

_ROWS: Final = {
    model: (insertion(model, *left_out), row_of(model), left_out)
    for model, left_out in (
        (Unit, ()),
        (PriceList, ()),
        (Warehouse, ()),
        (Terms, ()),
        (Tax, ()),
        (Company, ()),
        (CreditCheck, ()),
        (Role, ()),
        (RoleRight, ()),
        (Series, ()),
        (User, ("id",)),
    )
}
_company = table_of(Company).c
COMPANY: Final = statement(select(table_of(Company)))
_LOCKED: Final = statement(select(table_of(Company)).with_for_update(key_share=True))
_CHANGE: Final = statement(
    update(table_of(Company))
    .where(_company.id == 1, _company.version == bindparam("read"))
    .values(
        version=_company.version + 1,
        **{field.column: bindparam(f"new_{field.column}") for field in SETTINGS.values()},
    )
)


_FOUNDED: Final = {
    **{name: SETTINGS[name] for name in ("name", "country", "business_date")},
    **by_name(
        Field("currency", "of its prices and books", Form.CURRENCY, required=True),
        Field("time_zone", "of its first warehouse", Form.ZONE, required=True),
    ),
}


def found(work: Work, request: FoundRequest) -> None:
    """Put a new company's first rows into an empty schema; whoever does so is its owner.

    Raises Refused, naming what a company cannot have.
    """
    given = fields.read(_FOUNDED, {name: getattr(request, name) for name in _FOUNDED}, "company")
    try:
        owner = fields.code_of(work.actor, "user", "as typed")
    except ValueError as error:
        raise Refused("bad_code", str(error)) from None

    def add(model: Any, **values: Any) -> None:
        insertion_of, row, left_out = _ROWS[model]
        filled = row(**{**model(**values).model_dump(), **values})
        work.insert(
            insertion_of,
            [tuple(v for k, v in filled._asdict().items() if k not in left_out)],
        )

    add(Unit, code="ea", name="each", decimals=0)
    add(Unit, code="kg", name="kilogram", decimals=3)
    add(Unit, code="h", name="hour", decimals=2)
    add(PriceList, code=BASE_LIST, name="Base prices", currency=given["currency"])
    add(Warehouse, code=WAREHOUSE, name="Main warehouse", time_zone=given["time_zone"])
    add(Terms, code="N30", name="30 days net", net_days=30)
    add(Terms, code="CASH", name="Cash", net_days=0)
    add(Tax, code="T0", name="No tax", rate=0)
    add(
        Company,
        id=1,
        name=given["name"],
        currency=given["currency"],
        country=given["country"],
        business_date=given["business_date"],
        base_list=BASE_LIST,
        warehouse=WAREHOUSE,
        terms="N30",
        tax="T0",
    )
    add(Series, code="order", prefix="SO-", width=6, next_number=1, next_id=1)
    add(Series, code="transfer", prefix="TR-", width=6, next_number=1, next_id=1)
    add(Series, code="count", prefix="CT-", width=6, next_number=1, next_id=1)
    _found_rules(add, currency_decimals(str(given["currency"])))
    add(User, name=owner, full_name=owner, role="owner", os_user=request.os_user or owner)
    work.event("company", 1, 1, "founded", {"name": [None, given["name"]]})


def _found_rules(add: Callable[..., None], decimals: int) -> None:
    """Put in who may do what, and what customers are checked for."""
    for code, (name, own) in ROLES.items():
        add(Role, code=code, name=name)
        for right, most in own.items():
            add(RoleRight, role=code, right_code=right, most=_bound(right, most, decimals))
    for check, mode, threshold in CHECKS:
        add(CreditCheck, customer_group="", code=check, mode=mode, threshold=threshold)


def _bound(right: str, most: int | None, decimals: int) -> int | None:
    """Give a right's bound as it is stored: amounts in minor units."""
    return most * 10**decimals if most is not None and RIGHTS[right].bound == "amount" else most


def show(work: Work) -> MasterView:
    """Give the company's settings."""
    return _view(work.one(COMPANY))


def set_(work: Work, given: Mapping[str, Given], version: int | None = None) -> MasterView:
    """Change the given settings, and give all of them as they are then.

    Raises Refused, and Conflict where `version` is not the one stored.
    """
    rights.require(work, "settings")
    row: Row = work.one(_LOCKED)
    decimals = currency_decimals(row.currency)
    columns = fields.read(SETTINGS, given, "company", decimals)
    differences = fields.changed(SETTINGS, row, columns, decimals)
    fields.check_version(version, row, differences, "the company")
    if not differences:
        return _view(row)
    touched = {SETTINGS[name].column: columns[SETTINGS[name].column] for name in differences}
    masters.check_references(work, SETTINGS, touched, "company")
    new = row._replace(**touched, version=row.version + 1)
    values = {f"new_{f.column}": getattr(new, f.column) for f in SETTINGS.values()}
    work.change(_CHANGE, {"read": row.version, **values})
    work.event("company", 1, new.version, "changed", differences)
    last = exposure.horizon(new.business_date, new.credit_horizon)
    if last != exposure.horizon(row.business_date, row.credit_horizon):
        exposure.enter(work, last)
        exposure.leave(work, last)
    return _view(new)


def _view(row: Row) -> MasterView:
    shown = fields.shown(SETTINGS, row, currency_decimals(row.currency))
    return MasterView("company", row.name, row.version, {**shown, "currency": row.currency})
