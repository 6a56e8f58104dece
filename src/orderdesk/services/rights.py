"""What the acting user may do: read once in a unit of work, and asked by every service.

The checks stand in the services, so that screens, commands and imports share them. The role
`owner` may do everything; all others what the rows of their role say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, bindparam, select

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import amount_decimal, currency_decimals, percent_decimal
from orderdesk.domain.people import unknown_user
from orderdesk.domain.rights import OWNER, RIGHTS
from orderdesk.models.company import Company, Role, RoleRight, User
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_KEY: Final = "rights"
_NONE: Final = 0
"""The bound of a right that a role does not have."""

_user = table_of(User).c
_role = table_of(Role).c
_right = table_of(RoleRight).c

_MINE: Final = statement(
    select(
        _user.role,
        _role.name,
        _right.right_code,
        _right.most,
        select(table_of(Company).c.currency).scalar_subquery().label("currency"),
    )
    .select_from(table_of(User))
    .join(table_of(Role), _role.code == _user.role)
    .outerjoin(table_of(RoleRight), _right.role == _user.role)
    .where(and_(_user.name == bindparam("actor"), _user.archived == 0))
)
_WHO_MAY: Final = statement(
    select(_right.role, _right.most)
    .select_from(table_of(RoleRight))
    .join(table_of(Role), _role.code == _right.role)
    .where(_right.right_code == bindparam("right"), _role.archived == 0)
    .order_by(_right.role)
)


@dataclass(frozen=True, slots=True)
class Rights:
    """What one user may do."""

    user: str
    role: str
    role_name: str
    currency: str
    """The company's, in whose minor units amounts are bounded."""
    bounds: dict[str, int | None]
    """Minor units or millionths by right; None is without bound."""

    def bound(self, right: str) -> int | None:
        """Give how far a right goes; None is without bound, 0 not at all."""
        if self.role == OWNER:
            return None
        return self.bounds.get(right, _NONE)

    def has(self, right: str) -> bool:
        """Tell whether the right is there at all."""
        return self.role == OWNER or right in self.bounds


def ask(work: Work) -> None:
    """Begin to read what the acting user may do: for free where another read follows."""
    if _KEY not in work.memory:
        work.memory[_KEY] = work.ask(_MINE, {"actor": work.actor})


def mine(work: Work) -> Rights:
    """Give what the acting user may do. Raises NotFound where nobody of that name acts here."""
    ask(work)
    known = work.memory[_KEY]
    if not isinstance(known, Rights):
        known = work.memory[_KEY] = _rights(work.actor, known)
    return known


def forget(work: Work) -> None:
    """Read anew when asked next: roles or rights were changed in this unit of work."""
    work.memory.pop(_KEY, None)


def _rights(actor: str, answer: Callable[[], list[Row]]) -> Rights:
    rows = answer()
    if not rows:
        raise unknown_user(actor)
    first = rows[0]
    bounds = {row.right_code: row.most for row in rows if row.right_code is not None}
    return Rights(actor, first.role, first.name, first.currency, bounds)


def bound(work: Work, right: str) -> int | None:
    """Give how far the acting user's right goes; None is without bound, 0 not at all.

    In millionths where the right is bounded by a percentage, in minor units of the company's
    currency where it is bounded by an amount.
    """
    return mine(work).bound(right)


def require(work: Work, right: str, most: int | None = None) -> None:
    """Raise Refused unless the acting user may do this, and up to `most` where it is bounded."""
    own = mine(work)
    if own.role == OWNER:
        return
    if right in own.bounds:
        limit = own.bounds[right]
        if limit is None or most is None or most <= limit:
            return
    raise _refusal(work, own, right, most)


def require_any(work: Work, *rights: str) -> None:
    """Raise Refused unless the acting user has one of these rights."""
    own = mine(work)
    if not any(own.has(right) for right in rights):
        raise _refusal(work, own, rights[-1], None)


def shown(right: str, limit: int | None, currency: str) -> str:
    """Give a bound in words to stand behind the right: ` up to 5 %`, or nothing."""
    if limit is None:
        return ""
    return f" up to {_measure(right, limit, currency)}"


def _measure(right: str, value: int, currency: str) -> str:
    if RIGHTS[right].bound == "percent":
        return f"{percent_decimal(value):f} %"
    return f"{amount_decimal(value, currency_decimals(currency)):f} {currency}"


def _refusal(work: Work, own: Rights, right: str, most: int | None) -> Refused:
    """Say who may not do what, how far they may go, and which roles go far enough."""
    does = RIGHTS[right].says
    rows = work.run(_WHO_MAY, {"right": right})
    able = [
        f"{row.role}{shown(right, row.most, own.currency)}"
        for row in rows
        if row.role != OWNER and (row.most is None or most is None or row.most >= most)
    ]
    roles = ", ".join([*able, OWNER])
    who = f"{own.user} (role {own.role_name})"
    limit = own.bounds.get(right)
    if right in own.bounds and limit is not None and most is not None:
        said = (
            f"{who} may {does}{shown(right, limit, own.currency)}, and this is "
            f"{_measure(right, most, own.currency)}"
        )
    else:
        said = f"{who} may not {does}"
    return Refused(
        "no_right",
        f"{said}; roles that may: {roles}",
        right=right,
        role=own.role,
        roles=[*(row.role for row in rows if row.role != OWNER), OWNER],
    )
