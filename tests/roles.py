"""People as roles of a real PostgreSQL, for one test database; the roles are a whole server's."""

import uuid
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from orderdesk.domain.upkeep import RolesView
from orderdesk.store.desk import Desk
from orderdesk.store.engine import database
from orderdesk.store.roles import set_up


class Roles:
    """The roles of one company's database, named so that no other test has the same."""

    def __init__(self, url: str) -> None:
        """Take the URL of the database, as its owner; no role is made yet."""
        self.url = url
        self.owner = str(make_url(url).username)
        self.prefix = f"t{uuid.uuid4().hex[:12]}_"
        self._password = uuid.uuid4().hex
        self._made: set[str] = set()
        self._role: dict[str, str] = {}

    def set_up(self, *, rehearsal: bool = False) -> RolesView:
        """Run what `db roles` runs, as the owner."""
        there = database(self.url)
        try:
            view = set_up(there, prefix=self.prefix, rehearsal=rehearsal)
        finally:
            there.close()
        if not rehearsal:
            new = [each.role for each in view.people if each.role not in self._made]
            self._made |= {view.group, *new}
            self._role = {each.user: each.role for each in view.people}
            # On somebody else's server roles may need one.
            words = sql.SQL("ALTER ROLE {} PASSWORD {}")
            with self.admin() as admin:
                for role in new:
                    admin.execute(words.format(sql.Identifier(role), sql.Literal(self._password)))
        return view

    def url_of(self, user: str, of: str = "") -> str:
        """Give the URL of the database, or of a copy of it, as the role of a user."""
        url = make_url(of or self.url).set(username=self._role[user], password=self._password)
        return url.render_as_string(hide_password=False)

    def desk(self, user: str) -> Desk:
        """Open the desk as the role of a user, naming nobody."""
        desk = Desk(self.url_of(user), "")
        desk.user = desk.user_of_os("nobody")
        return desk.open()

    def admin(self) -> "psycopg.Connection[Any]":
        """Connect as the owner, past the desk; each statement is committed."""
        return psycopg.connect(_plain(self.url), autocommit=True)

    def connect(self, user: str) -> "psycopg.Connection[Any]":
        """Connect as the role of a user, past the desk."""
        return psycopg.connect(_plain(self.url_of(user)))

    def also(self, *names: str) -> None:
        """Drop these roles too at the end."""
        self._made |= set(names)

    def drop(self, by: str = "") -> None:
        """Drop every role that was made; the database stays.

        `by` is the URL to do so by, where the database is gone already.
        """
        with psycopg.connect(_plain(by or self.url), autocommit=True) as admin:
            there = [name for (name,) in admin.execute("SELECT rolname FROM pg_roles")]
            for name in sorted(self._made & set(there)):
                admin.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(name)))
                admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
