"""What each role may do: shown and changed as data."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import among
from orderdesk.domain.numbers import (
    amount_decimal,
    amount_of,
    currency_decimals,
    percent_decimal,
    percent_of,
)
from orderdesk.domain.people import RightView, RoleView
from orderdesk.domain.rights import OWNER, RIGHTS
from orderdesk.models.company import Company, Role, RoleRight
from orderdesk.services import rights
from orderdesk.services.masters import subject_id
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_role = table_of(Role).c
_right = table_of(RoleRight).c

_ROLES: Final = statement(select(table_of(Role)).order_by(_role.code))
_LOCKED: Final = statement(
    select(table_of(Role)).where(_role.code == bindparam("role")).with_for_update(key_share=True)
)
_RIGHTS: Final = statement(select(table_of(RoleRight)))
_CURRENCY: Final = statement(select(table_of(Company).c.currency))
_GIVE: Final = statement(
    insert(table_of(RoleRight)).values(
        role=bindparam("in_role"), right_code=bindparam("given"), most=bindparam("limit")
    )
)
_TAKE: Final = statement(
    delete(table_of(RoleRight)).where(
        _right.role == bindparam("in_role"), _right.right_code == bindparam("given")
    )
)
_VERSION: Final = statement(
    update(table_of(Role))
    .where(_role.code == bindparam("changed"))
    .values(version=_role.version + 1)
)


def list_(work: Work) -> tuple[RoleView, ...]:
    """Give every role with what it may do, by code."""
    currency = work.run(_CURRENCY)[0].currency
    given = work.run(_RIGHTS)
    return tuple(_view(role, given, currency) for role in work.run(_ROLES))


def show(work: Work, role: str) -> RoleView:
    """Give a role with what it may do. Raises NotFound."""
    code = role.strip().lower()
    known = list_(work)
    for each in known:
        if each.role == code:
            return each
    raise _unknown(code, [each.role for each in known])


def set_right(
    work: Work, role: str, right: str, most: str | None = None, *, taken: bool = False
) -> RoleView:
    """Let a role do something, up to `most` or without bound; or, where `taken`, no longer.

    `most` is percent or an amount in the company's currency, as the right says. Raises NotFound
    for an unknown role or right, and Refused for what is not a bound, and for the owner's role,
    which may do everything.
    """
    rights.require(work, "users")
    code, name = role.strip().lower(), right.strip().lower().replace("-", "_")
    row = work.one(_LOCKED, {"role": code})
    if row is None:
        raise _unknown(code, [each.code for each in work.run(_ROLES)])
    if code == OWNER:
        raise Refused("owner_role", "the owner may do everything; change another role")
    if name not in RIGHTS:
        raise NotFound(
            "unknown_right", f"right {name!r} is unknown; known: {', '.join(RIGHTS)}", right=name
        )
    before = show(work, code)
    limit = _bound(name, most, work.run(_CURRENCY)[0].currency)
    work.change(_TAKE, {"in_role": code, "given": name})
    if not taken:
        work.change(_GIVE, {"in_role": code, "given": name, "limit": limit}, expect=1)
    rights.forget(work)
    after = show(work, code)
    if after.rights == before.rights:
        return before
    work.change(_VERSION, {"changed": code}, expect=1)
    body = {"code": code, name: [_told(before, name), _told(after, name)]}
    work.event("role", subject_id(code), row.version + 1, "rights changed", body)
    return show(work, code)


def _bound(right: str, typed: str | None, currency: str) -> int | None:
    """Read how far a right goes: millionths, or minor units; None is without bound."""
    if typed is None or not typed.strip():
        return None
    kind = RIGHTS[right].bound
    if not kind:
        raise Refused("no_bound", f"right {right!r} has no bound; leave out most", right=right)
    try:
        if kind == "percent":
            return percent_of(typed, "most")
        return amount_of(typed, currency_decimals(currency), "most")
    except ValueError as error:
        raise Refused("bad_value", f"right {right!r}: {error}", right=right) from None


def _told(role: RoleView, right: str) -> Any:
    """Give what a role may do as an event keeps it: no, yes, or how far."""
    for each in role.rights:
        if each.right == right:
            return True if each.most is None else each.most
    return False


def _view(role: Row, given: list[Row], currency: str) -> RoleView:
    bounds = {row.right_code: row.most for row in given if row.role == role.code}
    if role.code == OWNER:
        bounds = dict.fromkeys(RIGHTS)
    return RoleView(
        role.code,
        role.name,
        role.version,
        tuple(
            RightView(code, _shown(code, bounds[code], currency), right.says)
            for code, right in RIGHTS.items()
            if code in bounds
        ),
    )


def _shown(right: str, most: int | None, currency: str) -> str | None:
    if most is None:
        return None
    if RIGHTS[right].bound == "percent":
        return str(percent_decimal(most))
    return str(amount_decimal(most, currency_decimals(currency)))


def _unknown(code: str, known: list[str]) -> NotFound:
    return NotFound("unknown_role", f"role {code!r} is unknown; known: {among(known)}", role=code)
