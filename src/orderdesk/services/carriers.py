"""Carriers: how many days each takes from a warehouse to a part of the world.

Of several zones that hold for a place the most exact one goes: first by warehouse, then by
country, then by the longest beginning of the postal code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, tuple_, update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Field, Form, Given, by_name
from orderdesk.domain.working_days import ZONE, ZoneView
from orderdesk.models.company import CarrierZone
from orderdesk.services import fields, masters, rights
from orderdesk.store.statements import Row, insertion, statement, table_of
from orderdesk.store.work import Work

PAGE: Final = 200

_zone = table_of(CarrierZone).c
_KEY: Final = ("warehouse", "country", "postal_prefix")

_OF_KEY: Final = (
    _zone.carrier == bindparam("carrier_code"),
    *(_zone[name] == bindparam(f"key_{name}") for name in _KEY),
)
_ROW: Final = statement(select(table_of(CarrierZone)).where(*_OF_KEY).with_for_update())
_PAGE: Final = statement(
    select(table_of(CarrierZone))
    .where(
        _zone.carrier == bindparam("carrier_code"),
        tuple_(*(_zone[name] for name in _KEY))
        > tuple_(*(bindparam(f"key_{name}", type_=_zone[name].type) for name in _KEY)),
    )
    .order_by(*(_zone[name] for name in _KEY))
    .limit(bindparam("count"))
)
_FIRST: Final = statement(
    select(table_of(CarrierZone))
    .where(_zone.carrier == bindparam("carrier_code"))
    .order_by(*(_zone[name] for name in _KEY))
    .limit(bindparam("count"))
)
_SET: Final = statement(
    update(table_of(CarrierZone)).where(*_OF_KEY).values(lead_days=bindparam("new_days"))
)
_REMOVE: Final = statement(delete(table_of(CarrierZone)).where(*_OF_KEY))
_NEW: Final = insertion(CarrierZone)


def set_zone(work: Work, carrier: str, given: Mapping[str, Given]) -> ZoneView:
    """Say how long a carrier takes to a part of the world: a new zone, or the days of a known one.

    Raises NotFound, Refused.
    """
    code, columns, what = _read(work, carrier, given)
    if "lead_days" not in columns:
        raise Refused("missing_field", f"{what}: lead_days is missing; give it", field="lead_days")
    if columns["warehouse"]:
        warehouse = {"warehouse": columns["warehouse"]}
        reference = by_name(Field("warehouse", "", Form.REFERENCE, refers="warehouse"))
        masters.check_references(work, reference, warehouse, what)
    key = _parameters(code, columns)
    known = work.one(_ROW, key)
    days = columns["lead_days"]
    if known is None:
        work.insert(_NEW, [(code, *(columns[name] for name in _KEY), days)])
    elif known.lead_days != days:
        work.change(_SET, {**key, "new_days": days}, expect=1)
    else:
        return _view(known)
    _note(work, code, columns, [None if known is None else known.lead_days, days])
    return _view(CarrierZone(carrier=code, **columns))


def remove_zone(work: Work, carrier: str, given: Mapping[str, Given]) -> ZoneView:
    """Take away the zone of exactly this key, and give what it was. Raises NotFound, Refused."""
    code, columns, what = _read(work, carrier, given)
    key = _parameters(code, columns)
    known = work.one(_ROW, key)
    if known is None:
        raise NotFound(
            "unknown_zone", f"{what} is unknown; `orderdesk carrier zones {code}` lists them all"
        )
    work.change(_REMOVE, key, expect=1)
    _note(work, code, columns, [known.lead_days, None])
    return _view(known)


def zones(
    work: Work, carrier: str, *, after: ZoneView | None = None, limit: int = PAGE
) -> tuple[ZoneView, ...]:
    """Give a carrier's zones by key, from the one behind `after` on. Raises NotFound."""
    code = masters.show(work, "carrier", carrier).code
    asked: dict[str, Any] = {"carrier_code": code, "count": limit}
    if after is None:
        return tuple(_view(row) for row in work.run(_FIRST, asked))
    last = {f"key_{name}": getattr(after, name) for name in _KEY}
    return tuple(_view(row) for row in work.run(_PAGE, {**asked, **last}))


def _read(work: Work, carrier: str, given: Mapping[str, Given]) -> tuple[str, dict[str, Any], str]:
    rights.require(work, "masters")
    code = masters.show(work, "carrier", carrier).code
    columns: dict[str, Any] = {
        **dict.fromkeys(_KEY, ""),
        **fields.read(ZONE, given, f"zone of carrier {code!r}"),
    }
    if columns["postal_prefix"] and not columns["country"]:
        raise Refused(
            "missing_field",
            f"zone of carrier {code!r}: a postal_prefix needs its country; give --country too",
            field="country",
        )
    where = " ".join(columns[name] for name in _KEY if columns[name]) or "everywhere"
    return code, columns, f"zone {where} of carrier {code!r}"


def _parameters(code: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {"carrier_code": code, **{f"key_{name}": columns[name] for name in _KEY}}


def _note(work: Work, code: str, columns: Mapping[str, Any], days: list[int | None]) -> None:
    key = {name: columns[name] for name in _KEY}
    number = masters.subject_id(" ".join((code, *key.values())))
    work.event("carrier_zone", number, None, "zone", {"carrier": code, **key, "lead_days": days})


def _view(row: Row | CarrierZone) -> ZoneView:
    return ZoneView(row.carrier, row.warehouse, row.country, row.postal_prefix, row.lead_days)
