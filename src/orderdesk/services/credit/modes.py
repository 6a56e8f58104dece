"""Which credit checks go for whom: read and set, for everyone or for a group of customers."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, delete, select, update

from orderdesk.domain.credit import CHECKS, CheckView
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.numbers import percent_decimal, percent_of, whole_of
from orderdesk.domain.text import fold_code
from orderdesk.models.company import Company, CreditCheck, CustomerGroup
from orderdesk.services import rights
from orderdesk.store.statements import Row, insertion, statement, table_of
from orderdesk.store.work import Work

MODES: Final = ("on", "warn", "off")
SHARES: Final = frozenset({"overdue_share"})
"""Checks whose threshold is a share."""
DAYS: Final = frozenset({"overdue", "new_customer"})
"""Checks whose threshold is days."""
LONGEST: Final = 36_500
"""The most days of a threshold."""

_check = table_of(CreditCheck).c
_company = table_of(Company).c
_group = table_of(CustomerGroup).c
_ROWS: Final = insertion(CreditCheck)
_ALL: Final = statement(select(table_of(CreditCheck)).order_by(_check.customer_group, _check.code))
_DROP: Final = statement(
    delete(table_of(CreditCheck)).where(
        _check.customer_group == bindparam("group"), _check.code == bindparam("code")
    )
)
_VERSION: Final = statement(
    update(table_of(Company)).values(version=_company.version + 1).returning(_company.version)
)
_GROUP: Final = statement(select(_group.code).where(_group.code == bindparam("code")))


def list_(work: Work) -> tuple[CheckView, ...]:
    """Give how every check goes, for everyone first and then for each group with its own."""
    return tuple(_view(row) for row in work.run(_ALL))


def set_(
    work: Work, check: str, mode: str | None = None, threshold: str | None = None, group: str = ""
) -> CheckView:
    """Set how a check goes for a group of customers, or for everyone who has no row of their own.

    The threshold is days, or percent for a share. A mode that is empty takes a group's own row
    away. Raises NotFound and Refused, naming what there is.
    """
    rights.require(work, "settings")
    code, place = check.strip().lower().replace("-", "_"), fold_code(group)
    _check_names(work, code, place)
    known = {(row.customer_group, row.code): row for row in work.run(_ALL)}
    old = known.get((place, code))
    common = old or known.get(("", code))
    wanted = (mode if mode is not None else common.mode if common else "off").strip().lower()
    if wanted not in ("", *MODES) or (not wanted and not place):
        raise Refused("bad_mode", f"mode {mode!r} is unknown; known: {', '.join(MODES)}", mode=mode)
    measure = common.threshold if common else 0
    if threshold is not None:
        measure = _threshold(code, threshold)
    if old is not None and (old.mode, old.threshold) == (wanted, measure):
        return _view(old)
    if old is None and not wanted:
        return CheckView(place, code, wanted, _shown(code, measure))
    if old is not None:
        work.change(_DROP, {"group": place, "code": code}, expect=1)
    if wanted:
        work.insert(_ROWS, [(place, code, wanted, measure)])
    view = CheckView(place, code, wanted, _shown(code, measure))
    was = None if old is None else [old.mode, str(_shown(code, old.threshold))]
    body = {"group": place, "check": code, "now": [was, [wanted, str(view.threshold)]]}
    work.event("company", 1, work.run(_VERSION)[0].version, "credit check", body)
    return view


def _check_names(work: Work, code: str, group: str) -> None:
    names = [name for name, _, _ in CHECKS]
    if code not in names:
        raise NotFound(
            "unknown_check", f"check {code!r} is unknown; known: {', '.join(names)}", check=code
        )
    if group and work.one(_GROUP, {"code": group}) is None:
        raise NotFound(
            "unknown_group",
            f"group {group!r} is unknown; `orderdesk group list` shows them",
            group=group,
        )


def _threshold(code: str, typed: str) -> int:
    try:
        if code in SHARES:
            return percent_of(typed, "threshold")
        if code in DAYS:
            return whole_of(typed, "threshold", LONGEST)
    except ValueError as error:
        raise Refused("bad_value", f"check {code}: {error}") from None
    raise Refused(
        "bad_value", f"check {code}: threshold {typed[:40]!r}: it has no threshold; leave it out"
    )


def _shown(code: str, threshold: int) -> Decimal:
    return percent_decimal(threshold) if code in SHARES else Decimal(threshold)


def _view(row: Row) -> CheckView:
    return CheckView(row.customer_group, row.code, row.mode, _shown(row.code, row.threshold))
