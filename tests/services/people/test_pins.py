"""PINs: asked for, counted, and shown to nobody."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.models.company import User
from orderdesk.models.journal import Event
from orderdesk.services import masters, people
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.laws import assert_laws_hold

Desks = Callable[[str], Desk]

EVENTS = statement(select(table_of(Event).c.kind, table_of(Event).c.body))
USERS = statement(select(table_of(User)))


@pytest.fixture
def desk(desk_of: Desks) -> Desk:
    """Give the clerk's desk, whose PIN is 4711."""
    desk_of("admin").run(people.set_pin, "clerk", people.hash_pin("4711"))
    return desk_of("clerk")


def code_of(desk: Desk, pin: str | None, **more: str) -> str:
    with pytest.raises(Refused) as no:
        people.admit(desk, "clerk", pin, **more)
    assert "4711" not in no.value.message
    assert not pin or pin not in no.value.message
    return no.value.code


def test_a_user_with_a_pin_needs_it_and_one_without_does_not(desk: Desk) -> None:
    assert code_of(desk, None) == code_of(desk, "") == "pin_needed"
    assert code_of(desk, "4712") == "wrong_pin"
    people.admit(desk, "clerk", "4711")
    people.admit(desk, "clerk2", None)
    assert desk.user == "clerk2"
    with pytest.raises(NotFound, match="'nobody' is unknown"):
        people.admit(desk, "nobody", "4711")


def test_five_wrong_ones_in_a_row_lock_the_user_until_a_new_pin(desk: Desk, desk_of: Desks) -> None:
    for _ in range(4):
        assert code_of(desk, "0000") == "wrong_pin"
    people.admit(desk, "clerk", "4711")
    codes = [code_of(desk, "0000") for _ in range(5)]
    assert codes == ["wrong_pin"] * 4 + ["user_locked"]
    assert code_of(desk, "4711") == "user_locked"
    desk_of("admin").run(people.set_pin, "clerk", people.hash_pin("9876"))
    people.admit(desk, "clerk", "9876")
    assert_laws_hold(desk)


def test_one_try_in_between_does_not_undo_the_others(desk: Desk) -> None:
    people.admit(desk, "clerk", "4711")
    assert code_of(desk, "0000") == "wrong_pin"
    row = next(row for row in desk.read(lambda work: work.run(USERS)) if row.name == "clerk")
    assert (row.pin_tries, row.locked_at, row.version) == (1, None, 2)


def test_the_pin_stands_nowhere_but_hashed(desk: Desk) -> None:
    code_of(desk, "0000")
    rows = desk.read(lambda work: work.run(USERS))
    assert next(row.pin_hash for row in rows if row.name == "clerk").startswith("$argon2id$")
    assert "4711" not in str(rows)
    events = str(desk.read(lambda work: work.run(EVENTS)))
    assert "pin set" in events
    assert "4711" not in events
    assert "argon2" not in events
    assert "argon2" not in str(desk.read(masters.show, "user", "clerk"))


def test_the_system_vouches_for_owners_and_scripts_alone(desk: Desk, desk_of: Desks) -> None:
    owner = desk_of("owner")
    for user, mapped in (("script", "robot"), ("supervisor", "chief")):
        owner.run(masters.set_, "user", user, {"os_user": mapped})
    for user in ("owner", "script", "supervisor"):
        owner.run(people.set_pin, user, people.hash_pin("1111"))
    people.admit(desk, "owner", None, system_user="owner")
    people.admit(desk, "script", None, system_user="robot")
    for user, system in (("owner", "robot"), ("script", ""), ("supervisor", "chief")):
        with pytest.raises(Refused, match="has a PIN"):
            people.admit(desk, user, None, system_user=system)


def test_ones_own_pin_takes_no_right_and_that_of_an_owner_takes_an_owner(
    desk: Desk, desk_of: Desks
) -> None:
    assert desk.run(people.set_pin, "clerk", people.hash_pin("2222")).has_pin
    with pytest.raises(Refused, match="may not add and change users"):
        desk.run(people.set_pin, "clerk2", people.hash_pin("2222"))
    with pytest.raises(Refused, match="neither make nor change an owner"):
        desk_of("admin").run(people.set_pin, "owner", people.hash_pin("2222"))
    assert not desk_of("admin").run(people.set_pin, "clerk", "").has_pin


@pytest.mark.parametrize("bad", ["123", "x" * 65, "12\u202e34"])
def test_what_is_no_pin_is_refused_without_being_told(bad: str) -> None:
    with pytest.raises(Refused) as no:
        people.hash_pin(bad)
    assert bad not in no.value.message


def test_who_may_sit_here_is_found_by_what_was_typed_and_no_wild_card(desk: Desk) -> None:
    """The scripts' own users never sit at a desk."""
    everybody = [each.user for each in desk.read(people.sitters, "")]
    assert {"clerk", "senior"} <= set(everybody)
    assert [each.user for each in desk.read(people.sitters, "SENI")] == ["senior"]
    assert all(each.role != "script" for each in desk.read(people.sitters, ""))
    for typed in ("%", "_", "x" * 100_000):
        assert desk.read(people.sitters, typed) == ()


def test_who_may_sit_here_is_found_whatever_the_case_of_a_letter(desk_of: Desks) -> None:
    desk_of("owner").run(masters.add, "user", "Élise", {"full_name": "Élise", "role": "clerk"})
    for typed in ("éli", "ÉLI", "E\u0301li"):
        assert [each.user for each in desk_of("clerk").read(people.sitters, typed)] == ["Élise"]
