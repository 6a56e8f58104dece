"""People as roles of PostgreSQL: what nobody can do there, whatever program they use.

Each active user gets a role that may log in, and is a member of one group: that group may do what
services need and no more. Triggers hold whatever a role writes to the name of its user. What no
role may do, releasing one's own hold or changing an event, the schema itself refuses.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import psycopg
from psycopg import sql

from orderdesk.domain.errors import Busy, Refused
from orderdesk.domain.upkeep import RoleOfPerson, RolesView
from orderdesk.store import grants
from orderdesk.store.engine import Database
from orderdesk.store.grants import SYSTEM
from orderdesk.store.postgres import PostgresDatabase

TRIES: Final = 8
LONGEST: Final = 63
"""Bytes of a name in PostgreSQL; a longer one would be cut without a word."""
_RACES: Final = ("42710", "XX000")
"""SQLSTATEs of two who make the same role, or change it, at once: perhaps of two companies."""
_LOCK: Final = 0x801E5

_HERE: Final = """
    SELECT current_database(), nspname, pg_get_userbyid(relowner),
        pg_has_role(current_user, relowner, 'USAGE'),
        (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user),
        current_user
    FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE pg_class.oid = 'event'::regclass
"""
_PEOPLE: Final = """
    SELECT u.name, u.archived = 0, p.role
    FROM desk_user u LEFT JOIN person p ON p.name = u.name ORDER BY u.id
"""
_ROLES: Final = """
    SELECT rolname, rolcanlogin, pg_has_role(oid, %(owner)s, 'MEMBER'),
        shobj_description(oid, 'pg_authid') = %(mark)s || rolname,
        EXISTS (SELECT FROM pg_auth_members m
            WHERE m.member = pg_roles.oid AND m.roleid = to_regrole(quote_ident(%(group)s)))
    FROM pg_roles
"""
_OTHER_GROUPS: Final = """
    SELECT DISTINCT r.rolname FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r
        ON r.oid = a.grantee
    WHERE c.oid = 'desk_user'::regclass AND r.rolname LIKE 'orderdesk\\_%%' AND r.rolname <> %s
"""
_PUBLIC_MAKES: Final = """
    SELECT EXISTS (SELECT FROM pg_namespace, aclexplode(nspacl) a
        WHERE nspname = %s AND a.grantee = 0 AND a.privilege_type = 'CREATE')
"""


@dataclass(frozen=True, slots=True)
class _Here:
    """The database as `db roles` finds it."""

    database: str
    schema: str
    owner: str
    may_own: bool
    may_make: bool
    acting: str

    @property
    def group(self) -> str:
        """Give the name of the role that all people here are members of: roles are a server's."""
        return _short(f"orderdesk_{self.database}")

    @property
    def mark(self) -> str:
        """Give how the comment on a role of this database begins; the role's name follows."""
        return f"OrderDesk {self.database}: "


@dataclass(slots=True)
class _Role:
    """A role that is there."""

    can_login: bool
    is_owner: bool
    is_marked: bool
    is_member: bool


def set_up(database: Database, *, prefix: str = "", rehearsal: bool = False) -> RolesView:
    """Make every active user a role of the server, and let roles do what services need alone.

    May be run as often as wanted: what is right already is left. New roles are named as their
    users, behind `prefix`. Raises Refused for a file, and where whoever runs it may not do so;
    Busy where others stay in the way.
    """
    if not isinstance(database, PostgresDatabase):
        raise Refused(
            "no_roles",
            f"{database.url} is a file, and a file has no roles: whoever may write it may do "
            "anything; for roles use PostgreSQL, see docs/administrator.md",
        )
    database.check()
    for tries in range(1, TRIES + 1):
        try:
            return _once(database, prefix, rehearsal)
        except psycopg.Error as error:
            if not (database.is_passing(error) or error.sqlstate in _RACES):
                raise database.sentence(error) or error from error
            if tries == TRIES:
                raise Busy(
                    "busy", f"{database.url} stayed busy; nothing was changed: try again",
                    tries=tries,
                ) from error  # fmt: skip
        time.sleep(random.uniform(0.01, 0.05) * tries)
    raise AssertionError("unreachable")


def _once(database: PostgresDatabase, prefix: str, rehearsal: bool) -> RolesView:
    connection = database.connect()
    try:
        with connection.transaction(force_rollback=rehearsal):
            here = _Here(*connection.execute(_HERE).fetchone())
            _refuse_others(database, here)
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            return _set_up(connection, here, prefix, database.url)
    finally:
        connection.close()


def _refuse_others(database: PostgresDatabase, here: _Here) -> None:
    if not here.may_own:
        raise Refused(
            "not_owner",
            f"the database role {here.acting} does not own the tables of {database.url}; sign in "
            f"as {here.owner} for this",
            owner=here.owner,
        )
    if not here.may_make:
        raise Refused(
            "may_not_make_roles",
            f"the database role {here.acting} may not make roles; let the server's administrator "
            f"run `ALTER ROLE {here.acting} CREATEROLE`, or run this command",
            role=here.acting,
        )


def _set_up(connection: Any, here: _Here, prefix: str, url: str) -> RolesView:
    _as_owner(connection, here, [(grants.people(here.schema), None)])
    people = connection.execute(_PEOPLE).fetchall()
    done = _make(connection, here, people, prefix)
    groups = [name for (name,) in connection.execute(_OTHER_GROUPS, (here.group,)).fetchall()]
    wanted = [
        *grants.guards(here.schema),
        *grants.none_of(here.schema, (here.group, *groups)),
        *grants.all_of(here.database, here.schema, here.group),
        *(grants.closed(here.schema) if _everybody_makes(connection, here) else ()),
    ]
    _as_owner(connection, here, [(each, None) for each in wanted])
    return RolesView(
        database=url,
        group=here.group,
        people=tuple(done),
        said=tuple(_said(connection, here, done, [name for name, *_ in people])),
    )


def _make(
    connection: Any, here: _Here, people: list[tuple[str, bool, str | None]], prefix: str
) -> list[RoleOfPerson]:
    """Make or change everybody's role, and keep whose it is; `people` as `_PEOPLE` gives them."""
    asked = {"owner": here.owner, "mark": here.mark, "group": here.group}
    roles = {name: _Role(*rest) for name, *rest in connection.execute(_ROLES, asked).fetchall()}
    if here.group not in roles:
        _run(connection, "CREATE ROLE {} NOLOGIN", here.group)
    done: list[RoleOfPerson] = []
    for name, active, known in people:
        if name == SYSTEM or not (active or known in roles):
            continue
        others = {other for user, _, other in people if other and user != name}
        others |= {each.role for each in done}
        role = _role_for(here, roles, others, name, known, prefix)
        if known and known in roles and known != role and _is_ours(roles[known]):
            _give(connection, here, roles, name, known, active=False)
        done.append(_give(connection, here, roles, name, role, active=active))
        if role != known:
            statement = (
                "INSERT INTO {} (role, name) VALUES (%s, %s)"
                " ON CONFLICT (name) DO UPDATE SET role = excluded.role"
            )
            text = sql.SQL(statement).format(sql.Identifier(here.schema, "person"))
            _as_owner(connection, here, [(text, (role, name))])
    return done


def _is_ours(role: _Role) -> bool:
    """Tell whether a role was made here, or given to the group by an administrator."""
    return (role.is_member or role.is_marked) and not role.is_owner


def _role_for(
    here: _Here,
    roles: dict[str, _Role],
    others: set[str],
    name: str,
    known: str | None,
    prefix: str,
) -> str:
    """Give the name of a person's role: the one they have, else their own, else one of the company.

    Their own comes first where an administrator has given it to the group since. `others` are the
    roles of other people. Raises Refused where none is free.
    """

    def is_free(role: str) -> bool:
        if role not in roles:
            return not role.startswith("pg_") and role not in ("public", "none", here.group)
        return _is_ours(roles[role]) and role not in others

    own = _short(prefix + name)
    wanted = [known] if known else []
    wanted += [own, _short(f"{here.database}_{name}")]
    if own in roles and roles[own].is_member:
        wanted.insert(0, own)
    for role in wanted:
        if is_free(role):
            return role
    raise Refused(
        "role_taken",
        f"the server has a role {wanted[-1]!r} that is not of this company; make it one by "
        f'`GRANT "{here.group}" TO "{wanted[-1]}"`, or give another --prefix',
        role=wanted[-1],
    )


def _give(
    connection: Any, here: _Here, roles: dict[str, _Role], name: str, role: str, *, active: bool
) -> RoleOfPerson:
    """Make or change one person's role."""
    there = roles.get(role)
    done = "kept"
    if there is None:
        _run(connection, "CREATE ROLE {} NOLOGIN", role)
        there = roles[role] = _Role(False, False, False, False)
        done = "made"
    if not there.is_marked:
        comment = sql.SQL("COMMENT ON ROLE {} IS {}")
        connection.execute(comment.format(sql.Identifier(role), sql.Literal(here.mark + role)))
    if there.is_member != active:
        words = "GRANT {} TO {}" if active else "REVOKE {} FROM {}"
        _run(connection, words, here.group, role)
    if there.can_login != active:
        _run(connection, f"ALTER ROLE {{}} {'LOGIN' if active else 'NOLOGIN'}", role)
        if done != "made":
            done = "opened" if active else "closed"
    return RoleOfPerson(user=name, role=role, login=active, done=done)


def _said(
    connection: Any, here: _Here, done: Iterable[RoleOfPerson], names: Iterable[str]
) -> Iterator[str]:
    """Give what whoever runs it must know."""
    if any(each.done == "made" for each in done):
        yield (
            "Roles are made without a password: set each by `\\password ROLE` in psql, or let "
            "pg_hba.conf know people by peer, cert or gss."
        )
    yield (
        f"Who signs in as {here.owner} still acts for everybody: keep that role for upgrades and "
        "`db roles`, and run this again when users are added or archived."
    )
    if SYSTEM in names:
        yield f"User {SYSTEM} gets no role, for by that name rules act; add them by another name."
    if _everybody_makes(connection, here):
        yield (
            f"Everybody may make tables and functions in schema {here.schema}: let the server's "
            f"administrator run `REVOKE CREATE ON SCHEMA {here.schema} FROM PUBLIC`."
        )


def _everybody_makes(connection: Any, here: _Here) -> bool:
    """Tell whether every role may make things in the schema, as before PostgreSQL 15."""
    found: bool = connection.execute(_PUBLIC_MAKES, (here.schema,)).fetchone()[0]
    return found


def _as_owner(
    connection: Any, here: _Here, statements: Iterable[tuple[sql.Composable, Any]]
) -> None:
    """Run statements as the owner of the tables, so that whatever they make is theirs too."""
    if here.owner != here.acting:
        _run(connection, "SET LOCAL ROLE {}", here.owner)
    for text, parameters in statements:
        connection.execute(text, parameters)
    if here.owner != here.acting:
        connection.execute("RESET ROLE")


def _run(connection: Any, words: str, *names: str) -> None:
    connection.execute(sql.SQL(words).format(*map(sql.Identifier, names)))


def _short(name: str) -> str:
    """Give a name that PostgreSQL takes whole: a long one ends in a piece of its hash."""
    raw = name.encode()
    if len(raw) <= LONGEST:
        return name
    end = "_" + sha256(raw).hexdigest()[:8]
    return raw[: LONGEST - len(end)].decode(errors="ignore") + end
