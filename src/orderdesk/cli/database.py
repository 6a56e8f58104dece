"""`orderdesk db`: the company's database itself."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from orderdesk.cli import acting
from orderdesk.cli.asked import Asked, asked_of
from orderdesk.cli.command import Noun
from orderdesk.cli.given import options, request
from orderdesk.domain.company import FoundRequest

app = Noun("Make, upgrade, describe, back up and restore the database.")


def _facts(asked: Asked) -> dict[str, Any]:
    from orderdesk.store.engine import SCHEMA_VERSION

    database = acting.database_asked(asked)
    try:
        schema = database.schema_version()
        return {**database.facts(), "schema": schema, "program_schema": SCHEMA_VERSION}
    finally:
        database.close()


@app.does("orderdesk --db shop.db db init --name 'Corner Shop' --currency EUR")
@options(
    FoundRequest,
    only="name currency country time_zone business_date",
    name="The company's name.",
    currency="Of its prices and books, three letters of ISO 4217; else USD.",
    country="Where it is.",
    business_date="The day to begin with (2026-03-31); else today.",
)
def init(context: typer.Context, **given: str | None) -> dict[str, Any]:
    """Make a new company's database; whoever does so is its owner.

    Nothing that is there already is touched.
    """
    from orderdesk.services.company import found
    from orderdesk.store.creation import create
    from orderdesk.store.desk import Desk
    from orderdesk.store.engine import Database

    asked = asked_of(context)
    given["name"] = given["name"] or "My Company"
    given["business_date"] = given["business_date"] or _today(given["time_zone"] or "UTC")
    founding = request(FoundRequest, None, given)
    owner = acting.named_user(asked) or acting.system_user() or "owner"

    def first_rows(database: Database) -> None:
        desk = Desk(database, owner)
        desk.run(found, founding)
        desk.close()

    create(acting.where(asked), first_rows)
    return {"company": founding.name, "owner": owner, **_facts(asked)}


def _today(zone: str) -> str:
    try:
        return datetime.now(ZoneInfo(zone)).date().isoformat()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Founding says what is wrong with the zone.
        return datetime.now().astimezone().date().isoformat()


@app.does("orderdesk --db shop.db db info --json")
def info(context: typer.Context) -> dict[str, Any]:
    """Say which database this is and how it is driven."""
    return _facts(asked_of(context))


@app.does("orderdesk --db shop.db db upgrade")
def upgrade(context: typer.Context) -> dict[str, Any]:
    """Bring the database to this program's version."""
    from orderdesk.store.engine import SCHEMA_VERSION
    from orderdesk.store.schema import upgrade

    database = acting.database_asked(asked_of(context))
    try:
        found = upgrade(database)
    finally:
        database.close()
    return {"database": database.url, "schema_before": found, "schema": SCHEMA_VERSION}
