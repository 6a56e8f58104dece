"""What credit is judged by is changed in plain SQL only by whose right it is."""

from collections.abc import Iterator

import psycopg
import pytest

from orderdesk.domain.customers import CustomerRequest
from orderdesk.exchange import nightly
from orderdesk.services import company
from orderdesk.services.credit import account, modes
from orderdesk.services.customers import save
from tests.conftest import on_postgres
from tests.exchange.test_passing import TODAY, Desks
from tests.roles import Roles

pytestmark = on_postgres

FORGED = (
    "UPDATE customer SET credit_limit = NULL",
    "UPDATE customer SET parent_id = 1 WHERE id = 2",
    "UPDATE customer SET customer_group = 'G1'",
    "UPDATE customer SET prepay = 1",
    "UPDATE customer SET review_date = '2027-01-01'",
    "UPDATE customer SET document_most = 1",
    "UPDATE customer SET since = '2020-01-01'",
    "UPDATE customer SET temporary_limit = 1, temporary_until = '2027-01-01'",
    "UPDATE credit_check SET mode = 'off'",
    "DELETE FROM credit_check",
    "INSERT INTO credit_check (customer_group, code, mode, threshold)"
    " VALUES ('G1', 'limit', 'off', 0)",
    "UPDATE company SET credit_horizon = 1",
)


@pytest.fixture
def roles(url: str) -> Iterator[Roles]:
    """Give the roles of the company; they are dropped at the end."""
    made = Roles(url)
    made.set_up()
    yield made
    made.drop()


def test_who_has_no_right_changes_nothing_that_credit_is_judged_by(roles: Roles) -> None:
    with roles.connect("warehouse") as connection:
        for forged in FORGED:
            with pytest.raises(psycopg.Error) as error:
                connection.execute(forged)
            assert error.value.diag.constraint_name == "no_right", forged
            connection.rollback()
        connection.execute("UPDATE customer SET exposure = exposure")


def test_who_has_the_right_does_it_by_services_and_the_night_ends_what_is_over(
    roles: Roles, desk_of: Desks
) -> None:
    accounts, clerk, supervisor = (roles.desk(n) for n in ("accounts", "clerk", "supervisor"))
    accounts.run(account.set_limit, "TIGHT", "500", "Fair", None, TODAY.isoformat())
    assert accounts.run(account.set_limit, "FREE", "9").limit == 9
    clerk.run(modes.set_, "overdue", "on")
    clerk.run(company.set_, {"credit_horizon": "30"})
    clerk.run(save.set_, CustomerRequest(code="FREE", since="2026-11-01", group="G1"))
    assert nightly.run(supervisor, TODAY.replace(day=24)).ended == ("TIGHT",)
    for desk in (accounts, clerk, supervisor):
        desk.close()
