"""The owners of a company: made and changed by owners alone, and never none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, literal_column, select

from orderdesk.domain.errors import Refused
from orderdesk.domain.rights import OWNER
from orderdesk.models.company import User
from orderdesk.services import rights
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

_user = table_of(User).c
_OTHERS: Final = statement(
    select(_user.name)
    .where(
        _user.role == literal_column(f"'{OWNER}'"),
        _user.archived == literal_column("0"),
        _user.name != bindparam("user"),
    )
    .order_by(_user.id)
    .limit(1)
    .with_for_update(key_share=True)
)
"""Another owner, locked: were they unmade at the same moment, none would be left."""


def check(work: Work, user: Row | None, columns: Mapping[str, Any]) -> None:
    """Raise Refused where a change makes or changes an owner, and no owner acts; or leaves none.

    `user` is the row as it stands, None where it is new; `columns` what it is given.
    """
    was = user is not None and user.role == OWNER
    role = columns.get("role", user.role if user is not None else "")
    if not was and role != OWNER:
        return
    own = rights.mine(work)
    if own.role != OWNER:
        raise Refused(
            "owner_only",
            f"{own.user} (role {own.role_name}) may neither make nor change an owner; ask an owner",
            role=own.role,
        )
    stays = role == OWNER and not columns.get("archived")
    if user is not None and was and not stays and work.one(_OTHERS, {"user": user.name}) is None:
        raise Refused(
            "last_owner",
            f"user {user.name!r} is the only owner; make somebody else an owner first",
            user=user.name,
        )
