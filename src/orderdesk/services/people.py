"""PINs: set, checked, their wrong tries counted; and who may sit at a desk.

A PIN is kept as its Argon2 hash and nowhere else: it is in no event, no error and no log. It is
hashed and checked outside of units of work, for that takes longer than most of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select, update

from orderdesk.domain.errors import Refused
from orderdesk.domain.people import (
    MOST_TRIES,
    SCRIPT,
    PersonView,
    Sitter,
    is_known_by_system,
    pin_of,
    unknown_user,
)
from orderdesk.domain.text import fold_code
from orderdesk.models.company import Company, User
from orderdesk.services import owners, rights
from orderdesk.services.sitting import sitting
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from orderdesk.store.desk import Desk

_user = table_of(User).c
PERSON: Final = statement(
    select(
        _user.id,
        _user.name,
        _user.role,
        _user.os_user,
        _user.version,
        _user.pin_hash,
        _user.pin_tries,
        _user.locked_at,
        select(table_of(Company).c.lock_minutes).scalar_subquery().label("lock_minutes"),
    ).where(_user.name == bindparam("user"), _user.archived == 0)
)
LISTED: Final = 50
"""A list of users never has more than this many."""

_SITTERS: Final = statement(
    select(_user.name, _user.full_name, _user.role)
    .where(
        _user.archived == 0,
        _user.role != SCRIPT,
    )
    .order_by(_user.name)
)
_SET: Final = statement(
    update(table_of(User))
    .where(_user.name == bindparam("user"), _user.archived == 0)
    .values(pin_hash=bindparam("hashed"), pin_tries=0, locked_at=None, version=_user.version + 1)
    .returning(_user.id, _user.role, _user.version)
)
_WRONG: Final = statement(
    update(table_of(User))
    .where(_user.name == bindparam("user"), _user.locked_at.is_(None))
    .values(pin_tries=_user.pin_tries + 1)
    .returning(_user.id, _user.pin_tries, _user.version)
)
_LOCK: Final = statement(
    update(table_of(User))
    .where(_user.name == bindparam("user"))
    .values(locked_at=bindparam("at"), version=_user.version + 1)
)
_RIGHT: Final = statement(
    update(table_of(User))
    .where(_user.name == bindparam("user"), _user.locked_at.is_(None))
    .values(pin_tries=0)
    .returning(_user.id)
)


@dataclass(frozen=True, slots=True)
class Vacant:
    """A desk that is open, and at which nobody has signed in yet."""

    desk: Desk
    """Its user is who was named or mapped, and is empty where nobody was."""
    system_user: str
    """Who the operating system says it is."""
    in_browser: bool = False
    """Whether somebody sits elsewhere, of whom the operating system knows nothing."""


@cache
def _hasher() -> PasswordHasher:
    """Give what hashes: 19 MiB and two rounds, a fortieth of a second.

    Source: OWASP Password Storage Cheat Sheet, Argon2id.
    """
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_pin(typed: str) -> str:
    """Give a new PIN as it is stored; an empty one is no PIN. Raises Refused."""
    if not typed.strip():
        return ""
    try:
        return _hasher().hash(pin_of(typed))
    except ValueError as error:
        raise Refused("bad_pin", str(error)) from None


def set_pin(work: Work, user: str, hashed: str) -> PersonView:
    """Give a user another PIN, as `hash_pin` made it, or none; a locked user is unlocked by it.

    One's own PIN takes no right; that of an owner takes an owner. Raises NotFound and Refused.
    """
    person = _person(work, user)
    if user != work.actor:
        rights.require(work, "users")
        owners.check(work, person, {})
    done = work.run(_SET, {"user": user, "hashed": hashed})[0]
    what = "pin set" if hashed else "pin removed"
    work.event("user", done.id, done.version, what, {"code": user})
    return PersonView(user, done.role, done.version, bool(hashed), False)


def sitters(work: Work, typed: str) -> tuple[Sitter, ...]:
    """Give the users, at most `LISTED`, that may sit at a desk and have what was typed in them."""
    # Compared here, for SQLite folds no letters but those of ASCII; nothing typed is a wild card.
    part = fold_code(typed)
    fitting = (row for row in work.run(_SITTERS) if part in fold_code(row.name))
    return tuple(Sitter(row.name, row.full_name, row.role) for row in islice(fitting, LISTED))


def admit(desk: Desk, user: str, pin: str | None, *, system_user: str = "") -> None:
    """Let a user act at a desk, who then is its user; a user with a PIN needs it.

    Not where the database knows them by itself, nor where the operating system vouches for them:
    `system_user` is who that says it is. A wrong PIN is counted in a unit of work of its own.
    Raises NotFound, and Refused where the database knows somebody else to sit here, and where the
    PIN is missing (`pin_needed`), wrong, or was wrong too often.
    """
    is_known = desk.refuse_other(user)
    person = desk.read(_person, user)
    if not is_known:
        is_known = is_known_by_system(person.role, person.os_user, system_user)
    if person.pin_hash and not is_known:
        _check(desk, person, pin)
    desk.user = user


def check_pin(desk: Desk, user: str, pin: str) -> None:
    """Check the PIN of whoever sits at a desk, whoever vouches for them. Raises as `admit`."""
    _check(desk, desk.read(_person, user), pin)


def take_over(desk: Desk, user: str, pin: str) -> Desk:
    """Give a desk of another user over the connections of a locked one.

    That takes a PIN, whoever vouches for them: a user without one could be taken by anybody who
    walks up. Raises as `admit`.
    """
    return _by_pin_alone(desk, user, pin, "a locked desk is taken over by PIN alone; unlock it")


def sit_in_browser(desk: Desk, user: str, pin: str) -> Desk:
    """Give a desk of a user who sits in a browser over the same connections, likewise.

    Raises as `admit`.
    """
    return _by_pin_alone(desk, user, pin, "in a browser a PIN alone tells who it is; set one")


def _by_pin_alone(desk: Desk, user: str, pin: str, cure: str) -> Desk:
    other = desk.for_user(user)
    other.refuse_other(user)
    if not other.read(sitting, user).has_pin:
        raise Refused(
            "no_pin",
            f"user {user!r} has no PIN, and {cure}; or sign in as somebody else",
            user=user,
        )
    check_pin(other, user, pin)
    return other


def _check(desk: Desk, person: Row, pin: str | None) -> None:
    if person.locked_at is not None:
        raise _locked(person.name)
    if not pin:
        raise Refused(
            "pin_needed",
            f"user {person.name!r} has a PIN; give it in ORDERDESK_PIN, or in a file that "
            "ORDERDESK_PIN_FILE names",
            user=person.name,
        )
    if not _fits(person.pin_hash, pin):
        left = MOST_TRIES if desk.database.read_only else desk.run(_count_wrong, person.name)
        raise _wrong(person.name, left)
    if person.pin_tries and not desk.database.read_only:
        desk.run(_forget_wrong, person.name)
    elif desk.read(_person, person.name).locked_at is not None:
        # Others may have tried until it was locked while this PIN was being checked.
        raise _locked(person.name)


def _fits(hashed: str, pin: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, pin.strip())
    except (VerificationError, InvalidHashError):
        return False


def _count_wrong(work: Work, user: str) -> int:
    """Count a wrong PIN, and lock the user out with the last one; give how many tries are left."""
    rows = work.run(_WRONG, {"user": user})
    if not rows:
        return 0
    left: int = max(0, MOST_TRIES - rows[0].pin_tries)
    if not left:
        work.change(_LOCK, {"user": user, "at": work.now}, expect=1)
        body = {"code": user, "wrong_pins": rows[0].pin_tries}
        work.event("user", rows[0].id, rows[0].version + 1, "locked", body)
    return left


def _forget_wrong(work: Work, user: str) -> None:
    """Begin to count anew: the PIN was right. Raises Refused where the user was locked by then."""
    if not work.run(_RIGHT, {"user": user}):
        raise _locked(user)


def _wrong(user: str, left: int) -> Refused:
    if not left:
        return _locked(user)
    tries = "one try is" if left == 1 else f"{left} tries are"
    return Refused(
        "wrong_pin", f"the PIN of user {user!r} is wrong; {tries} left", user=user, left=left
    )


def _locked(user: str) -> Refused:
    return Refused(
        "user_locked",
        f"user {user!r} is locked after {MOST_TRIES} wrong PINs; an administrator unlocks them "
        f"by a new PIN: `orderdesk user pin {user}`",
        user=user,
    )


def _person(work: Work, user: str) -> Row:
    row = work.one(PERSON, {"user": user})
    if row is None:
        raise unknown_user(user)
    return row
