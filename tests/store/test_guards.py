"""What PostgreSQL refuses whoever asks, even the role that owns the tables."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.services import company
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement
from orderdesk.store.work import Work
from tests.conftest import on_postgres
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order

pytestmark = on_postgres

Desks = Callable[[str], Desk]

RELEASED = "UPDATE hold SET released_by = '{}', released_at = 1, reason = '{}'"


def write(work: Work, sql: str) -> None:
    """Write what no service writes."""
    work.change(statement(text(sql)))


def refused(desk: Desk, sql: str) -> str:
    """Give the code of what is said against a statement."""
    with pytest.raises(Refused) as error:
        desk.run(write, sql)
    return error.value.code


def held(desk: Desk) -> str:
    """Place an order that is held by the credit limit."""
    return desk.run(place, order("TIGHT", line("P1", "50"))).number


@pytest.mark.parametrize("table", ["event", "movement", "seal"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {0} SET {1} = {1}"])
def test_a_row_of_a_ledger_is_neither_changed_nor_taken_out(
    desk: Desk, table: str, act: str
) -> None:
    key = "event_id" if table == "seal" else "id"
    desk.run(write, "INSERT INTO seal (event_id, hash) VALUES (1, 'x')")
    assert refused(desk, act.format(table, key)) == "append_only"


@pytest.mark.parametrize("by", ["clerk", "clerk2", "senior"])
def test_who_entered_placed_or_raised_it_releases_nothing(desk_of: Desks, by: str) -> None:
    clerk = desk_of("clerk")
    number = held(clerk)
    desk_of("clerk2").run(hold, number, reason="ask first")
    more = LineChange(line=1, quantity="60")
    desk_of("senior").run(amend, AmendRequest(number=number, lines=(more,)))
    of = f" WHERE code = '{'manual' if by == 'clerk2' else 'credit_limit'}'"
    supervisor = desk_of("supervisor")
    assert refused(supervisor, RELEASED.format(by, "") + of) == "self_release"
    assert refused(supervisor, "UPDATE hold SET raised_by = '[]'") == "stays"


def test_company_policy_lets_people_release_what_they_entered(desk_of: Desks) -> None:
    held(desk_of("clerk"))
    desk_of("owner").run(company.set_, {"self_release": "yes"})
    desk_of("owner").run(write, RELEASED.format("clerk", ""))


def test_a_release_by_the_system_names_its_cause(desk: Desk) -> None:
    held(desk)
    assert refused(desk, RELEASED.format("system", "")) == "no_cause"
    desk.run(write, RELEASED.format("system", "paid"))


def test_what_was_written_stays(desk_of: Desks) -> None:
    clerk, supervisor = desk_of("clerk"), desk_of("supervisor")
    number = held(clerk)
    supervisor.run(release, number)
    for what in (
        "released_by = 'clerk2'",
        "released_by = NULL, released_at = NULL",
        "ceiling = ceiling + 1",
        "released_until = '2099-01-01'",
        "code = 'manual'",
        "placed_by = 'system'",
        "bound = 'x'",
    ):
        assert refused(supervisor, f"UPDATE hold SET {what}") == "stays"
    supervisor.run(write, "UPDATE hold SET ceiling = NULL")
    assert refused(supervisor, "UPDATE sales_order SET entered_by = 'clerk2'") == "stays"
    clerk.run(cancel, number)
    assert refused(supervisor, "UPDATE sales_order SET status = 'confirmed'") == "stays"
    assert_laws_hold(clerk)


def test_a_hold_is_not_put_in_released_by_who_entered_the_order(desk: Desk) -> None:
    held(desk)
    released = """{{"id": 99, "placed_by": "system", "released_by": "{}", "released_at": 1}}"""
    copied = f"INSERT INTO hold SELECT (jsonb_populate_record(h, '{released}')).* FROM hold h"
    assert refused(desk, copied.format("clerk")) == "self_release"
    desk.run(write, copied.format("supervisor"))
