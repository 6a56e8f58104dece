"""People as roles of PostgreSQL: made once, kept, closed; and what a role does and cannot do."""

import subprocess
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.engine import make_url

from orderdesk.domain.errors import NotFound, Refused, Unavailable
from orderdesk.services import chain, masters, people
from orderdesk.services.orders.holds import release
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.engine import database
from orderdesk.store.roles import set_up
from orderdesk.store.statements import statement
from orderdesk.store.work import Work
from tests import postgres
from tests.company import USERS
from tests.conftest import found_small_company, on_postgres
from tests.laws import assert_laws_hold
from tests.processes import until
from tests.roles import Roles
from tests.services.orders.asking import line, order

pytestmark = on_postgres

Desks = Callable[[str], Desk]


@pytest.fixture
def roles(url: str) -> Iterator[Roles]:
    """Give the roles of the company, not made yet; they are dropped at the end."""
    made = Roles(url)
    yield made
    made.drop()


def may_sign_in(roles: Roles, user: str) -> bool:
    """Tell whether a user's role lets them in."""
    try:
        roles.connect(user).close()
    except psycopg.OperationalError:
        return False
    return True


def test_every_user_becomes_a_role_once(roles: Roles) -> None:
    first, second = roles.set_up(), roles.set_up()
    assert {each.user for each in first.people} == {"owner", *USERS}
    assert {each.done for each in first.people} == {"made"}
    assert {each.done for each in second.people} == {"kept"}
    assert [each.role for each in first.people] == [each.role for each in second.people]
    assert any("without a password" in each for each in first.said)
    assert not any("without a password" in each for each in second.said)
    with roles.connect("clerk") as connection:
        asked = "SELECT pg_has_role(%s, 'MEMBER'), pg_has_role(%s, 'MEMBER')"
        owner = make_url(roles.url).username
        assert connection.execute(asked, (first.group, owner)).fetchone() == (True, False)


def test_a_rehearsal_makes_nothing(roles: Roles) -> None:
    view = roles.set_up(rehearsal=True)
    assert len(view.people) == len(USERS) + 1
    with roles.admin() as admin:
        asked = "SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s)"
        names = [view.group, *(each.role for each in view.people)]
        assert admin.execute(asked, (names,)).fetchone() == (0,)
        assert admin.execute("SELECT to_regclass('person')").fetchone() == (None,)


def test_an_archived_user_is_let_in_no_more_until_they_are_back(
    roles: Roles, desk_of: Desks
) -> None:
    roles.set_up()
    owner = desk_of("owner")
    with roles.connect("senior") as connection:
        for archived, done in (("yes", "closed"), ("no", "opened")):
            owner.run(masters.set_, "user", "senior", {"archived": archived})
            [senior] = [each for each in roles.set_up().people if each.user == "senior"]
            assert (senior.done, senior.login) == (done, archived == "no")
            assert may_sign_in(roles, "senior") == senior.login
            if archived == "yes":
                # Even a session that goes on does nothing any more.
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute("SELECT * FROM sales_order")
                connection.rollback()


def test_a_role_of_somebody_else_is_not_taken_until_the_administrator_gives_it(
    roles: Roles,
) -> None:
    with roles.admin() as admin:
        theirs = f"{roles.prefix}clerk"
        roles.also(theirs)
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(theirs)))
        first = roles.set_up()
        [clerk] = [each.role for each in first.people if each.user == "clerk"]
        assert clerk != theirs
        assert may_sign_in(roles, "clerk")
        assert clerk.startswith(str(make_url(roles.url).database)[:40])
        give = sql.SQL("GRANT {} TO {}")
        admin.execute(give.format(sql.Identifier(first.group), sql.Identifier(theirs)))
    [given] = [each for each in roles.set_up().people if each.user == "clerk"]
    assert (given.role, given.done) == (theirs, "kept")
    with roles.admin() as admin:
        asked = "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s"
        assert admin.execute(asked, (clerk,)).fetchone() == (False,)


def test_only_the_owner_of_the_tables_may_make_roles(roles: Roles) -> None:
    roles.set_up()
    there = database(roles.url_of("owner"))
    with pytest.raises(Refused) as error:
        set_up(there)
    there.close()
    assert error.value.code == "not_owner"


def test_an_owner_who_is_no_superuser_needs_the_right_to_make_roles(url: str) -> None:
    server = postgres.server()
    name = f"t_{uuid.uuid4().hex}_{server.run}"
    owner, password = f"o{uuid.uuid4().hex[:12]}", uuid.uuid4().hex
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False),
        autocommit=True,
    ) as admin:
        quoted = sql.Identifier(owner)
        admin.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(quoted, sql.Literal(password))
        )
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), quoted))
        there = make_url(server.url(name)).set(username=owner, password=password)
        roles = Roles(there.render_as_string(hide_password=False))
        try:
            found_small_company(roles.url)
            with pytest.raises(Refused) as error:
                roles.set_up()
            assert error.value.code == "may_not_make_roles"
            admin.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(quoted))
            assert len(roles.set_up().people) == len(USERS) + 1
            assert {each.done for each in roles.set_up().people} == {"kept"}
            clerk = roles.desk("clerk")
            assert clerk.run(place, order("ACME", line("P1", "1"))).number == "SO-000001"
            clerk.close()
        finally:
            server.drop(name)
            roles.drop(by=url)
            admin.execute(sql.SQL("DROP ROLE {}").format(quoted))


def test_two_who_make_the_roles_at_once_do_each_other_no_harm(roles: Roles) -> None:
    roles.also(*(each.role for each in roles.set_up(rehearsal=True).people))
    with ThreadPoolExecutor(4) as pool:
        views = list(pool.map(lambda _: roles.set_up(), range(4)))
    assert len({tuple(each.role for each in view.people) for view in views}) == 1


def test_the_session_says_who_sits_here_and_no_pin_is_asked(roles: Roles, desk_of: Desks) -> None:
    desk_of("clerk").run(people.set_pin, "clerk", people.hash_pin("4711"))
    roles.set_up()
    clerk = roles.desk("clerk")
    assert (clerk.user, clerk.has_pin) == ("clerk", False)
    people.admit(clerk, "clerk", None)
    with pytest.raises(Refused) as error:
        people.admit(clerk, "supervisor", None)
    assert error.value.code == "not_you"
    with pytest.raises(Refused) as error:
        people.take_over(clerk, "supervisor", "4711")
    assert error.value.code == "not_you"
    clerk.close()
    with pytest.raises(Refused) as error:
        Desk(roles.url_of("clerk"), "supervisor").open()
    assert error.value.code == "not_you"
    assert "clerk" in error.value.message


def test_the_owner_of_the_tables_still_acts_for_everybody(roles: Roles, desk_of: Desks) -> None:
    roles.set_up()
    number = desk_of("clerk").run(place, order("TIGHT", line("P1", "50"))).number
    assert desk_of("supervisor").run(release, number).holds[0].released_by == "supervisor"
    nobody = Desk(roles.url, "")
    with pytest.raises(NotFound):
        nobody.user_of_os("nobody")
    nobody.close()


def test_a_member_of_the_group_who_is_nobody_writes_nothing(roles: Roles) -> None:
    group = roles.set_up().group
    stranger, password = f"{roles.prefix}x", uuid.uuid4().hex
    roles.also(stranger)
    with roles.admin() as admin:
        words = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE {}")
        admin.execute(
            words.format(sql.Identifier(stranger), sql.Literal(password), sql.Identifier(group))
        )
    there = make_url(roles.url).set(username=stranger, password=password)
    desk = Desk(there.render_as_string(hide_password=False), "clerk").open()
    with pytest.raises(Refused) as error:
        desk.run(place, order("ACME", line("P1", "1")))
    assert error.value.code == "not_you"
    assert "nobody here" in error.value.message
    desk.close()


def test_a_desk_hears_of_what_other_roles_commit(roles: Roles) -> None:
    roles.set_up()
    clerk, supervisor = roles.desk("clerk"), roles.desk("supervisor")
    before = supervisor.database.changes()
    clerk.run(place, order("ACME", line("P1", "1")))
    until(lambda: supervisor.database.changes() != before, "the change")
    clerk.close()
    supervisor.close()


def write(work: Work, forged: str) -> None:
    """Write what no service writes."""
    work.change(statement(text(forged)))


@pytest.fixture
def copy(url: str, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Give what dumps a database and restores it as another one, whose URL it gives."""
    server = postgres.server()
    name = f"t_{uuid.uuid4().hex}_{server.run}"
    programs = postgres.installed() / "bin"
    asked: dict[str, Any] = {"check": True, "capture_output": True, "text": True}

    def copied(of: str) -> str:
        old, new = (
            make_url(each).set(drivername="postgresql").render_as_string(hide_password=False)
            for each in (of, server.url(name))
        )
        file = tmp_path / "company.dump"
        subprocess.run([programs / "pg_dump", "--format=custom", f"--file={file}", old], **asked)
        server.create_from_template("template0", name)
        restore: list[str | Path] = [
            programs / "pg_restore",
            "--exit-on-error",
            f"--dbname={new}",
            file,
        ]
        subprocess.run(restore, **asked)
        return server.url(name)

    yield copied
    server.drop(name)


def test_a_copy_by_pg_dump_keeps_the_chain_the_guards_and_the_people(
    roles: Roles, desk_of: Desks, copy: Callable[[str], str]
) -> None:
    roles.set_up()
    clerk = roles.desk("clerk")
    clerk.run(place, order("TIGHT", line("P1", "50")))
    clerk.close()
    head = desk_of("owner").run(chain.seal).head
    there = copy(roles.url)
    owner = Desk(there, "owner").open()
    assert owner.read(chain.head).head == head
    assert_laws_hold(owner)
    for forged in ("UPDATE event SET actor = 'x'", "UPDATE hold SET released_by = 'clerk'"):
        with pytest.raises(Refused):
            owner.run(write, forged)
    owner.close()
    # Whoever was a person of the company is one of its copy, until the copy has its own.
    wanted = order("ACME", line("P1", "1"))
    first = Desk(roles.url_of("clerk", there), "clerk").open()
    assert first.run(place, wanted).entered_by == "clerk"
    new = Roles(there)
    try:
        assert {each.done for each in new.set_up().people} == {"made"}
        with pytest.raises(Unavailable):
            first.run(place, wanted)
        own = new.desk("clerk")
        assert own.run(place, wanted).entered_by == "clerk"
        own.close()
    finally:
        first.close()
        new.drop()
