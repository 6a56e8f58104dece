"""Who a session on PostgreSQL is, where people are roles of the server."""

from typing import Any, Final

import psycopg

_PERSON: Final = "SELECT name FROM person WHERE role = session_user"
_PEOPLE: Final = "SELECT count(*) FROM person"
_HAS_ROLES: Final = "SELECT to_regclass('person') IS NOT NULL"


def person(connection: Any) -> str | None:
    """Give the user of the desk that a session's role is, or None where it is nobody."""
    if not connection.execute(_HAS_ROLES).fetchone()[0]:
        return None
    found = connection.execute(_PERSON).fetchone()
    return None if found is None else str(found[0])


def roles(connection: Any) -> str:
    """Say whether people are roles here, and who the session's role is."""
    if not connection.execute(_HAS_ROLES).fetchone()[0]:
        return "not in use; `orderdesk db roles` makes each user a role of the server"
    try:
        people = connection.execute(_PEOPLE).fetchone()[0]
    except psycopg.errors.InsufficientPrivilege:
        return "in use; this role is nobody"
    return f"in use by {people} people; this session is {person(connection) or 'no person'}"
