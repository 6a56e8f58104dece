"""The commands on PostgreSQL, where people are roles: who acts is who signed in to the server."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement
from orderdesk.store.work import Work
from tests.cli.conftest import Program, Ran, run
from tests.company import USERS
from tests.conftest import on_postgres
from tests.roles import Roles

pytestmark = on_postgres

As = Callable[..., Ran]


def write(work: Work, changed: str) -> None:
    """Write what no service writes."""
    work.change(statement(text(changed)))


@pytest.fixture
def as_(url: str) -> Iterator[As]:
    """Give the program as the role of a user, whom nothing else names."""
    roles = Roles(url)
    roles.set_up()

    def program(who: str, *arguments: str, **environment: str) -> Ran:
        acting = {"ORDERDESK_DB": roles.url_of(who), "ORDERDESK_USER": "", **environment}
        return run(*arguments, **acting)

    yield program
    roles.drop()


def done(ran: Ran) -> Ran:
    """Give what ran, which must have done what it was asked for."""
    assert ran.code == 0, ran.err
    return ran


def place(as_: As, who: str = "clerk", customer: str = "TIGHT", quantity: str = "50") -> str:
    """Place an order and give its number."""
    asked = ("--customer", customer, "--product", "P1", "--quantity", quantity)
    ran = done(as_(who, "order", "place", *asked, "--json"))
    number: str = ran.json["number"]
    return number


def test_a_days_work_is_done_by_roles(as_: As, tmp_path: Path) -> None:
    held = place(as_)
    shown = done(as_("accounts", "order", "show", held, "--json")).json
    assert (shown["entered_by"], [each["code"] for each in shown["holds"]]) == (
        "clerk",
        ["credit_limit"],
    )
    mine = as_("clerk", "order", "release", held, "--json")
    assert (mine.code, mine.error["code"]) == (4, "own_hold")
    done(as_("supervisor", "order", "release", held))
    done(as_("warehouse", "stock", "receive", "P2", "--quantity", "10"))
    done(as_("clerk", "order", "cancel", place(as_), "--reason", "twice"))
    file = tmp_path / "orders.jsonl"
    wanted = {"customer": "ACME", "lines": [{"product": "P1", "quantity": "1"}]}
    file.write_text(json.dumps(wanted) + "\n")
    done(as_("script", "order", "import", str(file)))
    done(as_("admin", "user", "add", "newcomer", "--role", "clerk"))
    night = done(as_("script", "nightly", "--on", "2026-11-24", "--json")).json
    assert night["business_date"] == "2026-11-24"
    assert done(as_("admin", "db", "seal", "--json")).json["unsealed"] == 0
    done(as_("clerk", "doctor"))


def test_who_may_not_end_the_day_seals_nothing(as_: As) -> None:
    place(as_)
    refused = as_("clerk", "db", "seal", "--json")
    assert (refused.code, refused.error["code"]) == (4, "no_right")


def test_the_night_releases_nothing_for_who_entered_it_unless_a_script_runs_it(
    as_: As, desk_of: Callable[[str], Desk]
) -> None:
    held = place(as_, "supervisor")
    desk_of("owner").run(write, "UPDATE customer SET credit_limit = NULL WHERE code = 'TIGHT'")
    night = done(as_("supervisor", "nightly", "--on", "2026-11-24", "--json")).json
    assert night["released"] == []
    night = done(as_("script", "nightly", "--on", "2026-11-25", "--json")).json
    assert [each["order"] for each in night["released"]] == [held]
    shown = done(as_("clerk", "order", "show", held, "--json")).json
    assert shown["holds"][0]["released_by"] == "system"


def test_the_session_decides_who_acts(as_: As) -> None:
    for given in ({"ORDERDESK_USER": "supervisor"}, {}):
        option = () if given else ("--user", "supervisor")
        refused = as_("clerk", *option, "order", "list", "--json", **given)
        assert (refused.code, refused.error["code"]) == (4, "not_you")
    done(as_("clerk", "--user", "clerk", "order", "list"))


def test_info_tells_whether_people_are_roles(orderdesk: Program, as_: As) -> None:
    people = len(USERS) + 1
    told = as_("clerk", "db", "info", "--json").json["roles"]
    assert told == f"in use by {people} people; this session is clerk"
    told = orderdesk("db", "info", "--json").json["roles"]
    assert told == f"in use by {people} people; this session is no person"


def test_info_names_the_command_where_nobody_is_a_role(orderdesk: Program) -> None:
    assert "orderdesk db roles" in orderdesk("db", "info", "--json").json["roles"]


def test_the_command_makes_them_and_a_dry_run_does_not(orderdesk: Program, url: str) -> None:
    roles = Roles(url)
    asked = ("db", "roles", "--prefix", roles.prefix, "--json")
    planned = orderdesk(*asked, "--dry-run").json
    assert "not in use" in orderdesk("db", "info", "--json").json["roles"]
    roles.also(planned["group"], *(each["role"] for each in planned["people"]))
    assert orderdesk(*asked).json == planned
    again = orderdesk(*asked).json
    assert {each["done"] for each in again["people"]} == {"kept"}
    assert {each["role"] for each in again["people"]} == {
        f"{roles.prefix}{name}" for name in ("owner", *USERS)
    }
    roles.drop()
