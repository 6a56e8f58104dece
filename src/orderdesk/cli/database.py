"""`orderdesk db`: the company's database itself."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from orderdesk.cli import acting
from orderdesk.cli.asked import Asked, asked_of
from orderdesk.cli.given import options, request
from orderdesk.cli.nouns import Noun
from orderdesk.cli.progress import progress
from orderdesk.domain.chain import ChainView
from orderdesk.domain.company import FoundRequest
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.upkeep import BackupView, RestoreView, RolesView, UpgradeView

if TYPE_CHECKING:
    from orderdesk.store.engine import Database

app = Noun("Make, upgrade, describe, back up and restore the database.")

File = Annotated[Path, typer.Argument(help="The backup.", metavar="FILE")]


@contextlib.contextmanager
def _database(context: typer.Context) -> "Iterator[Database]":
    database = acting.database_asked(asked_of(context))
    acting.start_collecting()
    try:
        yield database
    finally:
        database.close()


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

    asked = asked_of(context)
    if asked.read_only:
        raise Unavailable("read_only", "making a database writes; leave out --read-only")
    given["name"] = given["name"] or "My Company"
    given["business_date"] = given["business_date"] or _today(given["time_zone"] or "UTC")
    founding = request(FoundRequest, None, given, os_user=acting.system_user() or None)
    owner = acting.named_user(asked) or acting.system_user() or "owner"

    def first_rows(database: "Database") -> None:
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
def upgrade(context: typer.Context) -> UpgradeView:
    """Bring the database to this program's version; a file is copied first."""
    from orderdesk.store.schema import upgrade

    with _database(context) as database:
        return upgrade(database)


@app.does("orderdesk --db shop.db db seal --json")
def seal(context: typer.Context) -> ChainView:
    """Seal the events that are not sealed yet, and print the head of their chain.

    On SQLite events are sealed as they are written, and the head alone is told. Keep it where
    nobody can change it, on paper: `orderdesk doctor --head` holds the chain against it.
    """
    from orderdesk.services.chain import seal
    from orderdesk.store.desk import Desk

    with _database(context) as database:
        database.check()
        return Desk(database, "sealer").run(seal)


@app.does("orderdesk --db postgresql://desk@dbhost/shop db roles --dry-run")
def roles(
    context: typer.Context,
    prefix: Annotated[
        str, typer.Option(metavar="TEXT", help="How the names of new roles begin.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do it all, print the result, and undo it.")
    ] = False,
) -> RolesView:
    """Make every user a role of the PostgreSQL server, who acts as nobody else.

    Run it as the role that owns the company's tables, and again when users are added or archived.
    A role does what the desk does and no more: it changes no event, writes no other name than its
    own, and releases no hold of its own.
    """
    from orderdesk.store.roles import set_up

    with _database(context) as database:
        return set_up(database, prefix=prefix, rehearsal=dry_run)


@app.does("orderdesk --db shop.db db backup shop-monday.db")
def backup(context: typer.Context, file: File) -> BackupView:
    """Copy the database to a new file while the desks go on, and examine the copy."""
    from orderdesk.cli.doctor import examined
    from orderdesk.store.backup import backup

    with _database(context) as database, progress("pages") as told:
        return backup(database, file, laws=examined, progress=told)


@app.does("orderdesk --db shop.db db restore shop-monday.db")
def restore(context: typer.Context, file: File) -> RestoreView:
    """Put a backup in the database's place; what stood there is kept beside it."""
    from orderdesk.cli.doctor import examined
    from orderdesk.store.backup import restore

    with _database(context) as database, progress("pages") as told:
        return restore(database, file, laws=examined, progress=told)
