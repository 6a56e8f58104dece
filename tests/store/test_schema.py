"""Upgrades: whole or not at all, with a copy first, and nothing lost on the way."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from orderdesk.domain.errors import Unavailable
from orderdesk.store import driver, schema
from orderdesk.store.desk import Desk
from orderdesk.store.engine import SCHEMA_VERSION
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.schema import upgrade
from orderdesk.store.statements import SQLITE
from scripts import freeze_schema
from tests.laws import assert_laws_hold
from tests.store.writers import increment

NEXT = SCHEMA_VERSION + 1
_TABLES = (
    "SELECT name FROM sqlite_master"
    " WHERE type = 'table' AND name <> 'alembic_version' ORDER BY name"
)
_OTHERS = (
    "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    " ORDER BY name"
)
KNOWING = ("engine", "sqlite_file", "postgres", "schema", "backup")
"""The modules that know the schema's number."""


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make this the next program: one schema later, with a migration that a test writes."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name in KNOWING:
        monkeypatch.setattr(f"orderdesk.store.{name}.SCHEMA_VERSION", NEXT)
    return folder / "versions"


def write(migrations: Path, *statements: str) -> None:
    """Write the next migration."""
    lines = "\n".join(f"    op.get_bind().exec_driver_sql({each!r})" for each in statements)
    last = f"{SCHEMA_VERSION:04}"
    migrations.joinpath("next.py").write_text(
        f"from alembic import op\n\nrevision = '{NEXT:04}'\n"
        f"down_revision = '{last}'\n\n\ndef upgrade() -> None:\n{lines}\n"
    )


def opened(url: str) -> Desk:
    """Give the desk without its own check."""
    return Desk(url, "clerk")


def asked(desk: Desk, question: str) -> Any:
    """Give the answer to a question that has one value."""
    with desk.database.engine().connect() as connection:
        return connection.exec_driver_sql(question).scalar()


def test_an_upgrade_changes_the_schema_and_keeps_every_row(url: str, migrations: Path) -> None:
    write(migrations, "ALTER TABLE customer ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'")
    desk = opened(url)
    customers = asked(desk, "SELECT count(*) FROM customer")
    done = upgrade(desk.database)
    assert (done.schema_before, done.schema) == (SCHEMA_VERSION, NEXT)
    assert asked(desk, "SELECT count(*) FROM customer WHERE colour = 'grey'") == customers
    assert desk.open().run(increment) == 2
    assert upgrade(desk.database).backup is None
    desk.close()


def test_a_file_is_copied_before_its_upgrade(sqlite_url: str, migrations: Path) -> None:
    write(migrations, "ALTER TABLE customer ADD COLUMN colour TEXT")
    desk = opened(sqlite_url)
    done = upgrade(desk.database)
    desk.close()
    assert done.backup is not None
    assert Path(done.backup).name.startswith(f"desk.db.schema-{SCHEMA_VERSION}-")
    copy = opened(done.backup)
    assert copy.database.schema_version() == SCHEMA_VERSION
    assert asked(copy, "SELECT count(*) FROM customer") > 0
    copy.close()


def test_a_database_of_this_schema_is_neither_copied_nor_changed(desk: Desk) -> None:
    done = upgrade(desk.database)
    assert (done.schema_before, done.schema, done.backup) == (SCHEMA_VERSION, SCHEMA_VERSION, None)


def test_rebuilding_a_parent_keeps_its_children(sqlite_url: str, migrations: Path) -> None:
    """With foreign keys on, dropping the old table would take its rows' children along."""
    desk = opened(sqlite_url)
    made = asked(desk, "SELECT sql FROM sqlite_master WHERE name = 'customer_group'")
    write(
        migrations,
        made.replace("customer_group", "rebuilt", 1),
        "INSERT INTO rebuilt SELECT * FROM customer_group",
        "DROP TABLE customer_group",
        "ALTER TABLE rebuilt RENAME TO customer_group",
    )
    grouped = "SELECT count(*) FROM customer WHERE customer_group = 'G1'"
    before = asked(desk, grouped)
    upgrade(desk.database)
    assert before == asked(desk, grouped) == 1
    assert_laws_hold(desk)
    desk.close()


@pytest.mark.parametrize(
    "statements",
    [
        ("ALTER TABLE customer ADD COLUMN colour TEXT", "SELECT nonsense"),
        ("DELETE FROM address",),
        ("DROP TABLE address",),
    ],
    ids=["fails in the middle", "loses rows", "loses a table"],
)
def test_an_upgrade_that_goes_wrong_changes_nothing(
    url: str, migrations: Path, statements: tuple[str, ...]
) -> None:
    desk = opened(url)
    write(migrations, *statements)
    with pytest.raises(Exception, match=r"nonsense|would leave 0 of 14 in table address"):
        upgrade(desk.database)
    assert desk.database.schema_version() == SCHEMA_VERSION
    assert asked(desk, "SELECT count(*) FROM address") == 14
    with pytest.raises(Exception, match="colour"):
        asked(desk, "SELECT colour FROM customer")
    desk.close()


def test_an_upgrade_that_loses_a_trigger_is_refused(url: str, migrations: Path) -> None:
    desk = opened(url)
    if desk.database.dialect.name == "sqlite":
        write(migrations, "DROP TRIGGER event_no_delete")
    else:
        write(migrations, "DROP TRIGGER event_no_change ON event")
    with pytest.raises(Unavailable, match="would leave 0 of 1 in trigger event_no_"):
        upgrade(desk.database)
    assert_laws_hold(desk)
    desk.close()


def test_an_upgrade_that_leaves_orphans_is_refused(sqlite_url: str, migrations: Path) -> None:
    desk = opened(sqlite_url)
    write(migrations, "UPDATE customer SET price_list = 'NIX' WHERE code = 'ACME'")
    with pytest.raises(Unavailable, match="without what they refer to, first in table customer"):
        upgrade(desk.database)
    desk.close()


def test_a_newer_database_is_never_upgraded(url: str, migrations: Path) -> None:
    write(migrations, "ALTER TABLE customer ADD COLUMN colour TEXT")
    desk = opened(url)
    upgrade(desk.database)
    for name in KNOWING:
        sys.modules[f"orderdesk.store.{name}"].SCHEMA_VERSION = SCHEMA_VERSION  # type: ignore[attr-defined]
    with pytest.raises(Unavailable, match="install the newer OrderDesk"):
        upgrade(desk.database)
    desk.close()


def test_the_newest_step_is_that_of_the_models() -> None:
    """After a change of a model, `python -m scripts.freeze_schema` has to be run."""
    for dialect in (SQLITE, POSTGRES):
        assert freeze_schema.newest(dialect) == freeze_schema.frozen(dialect, SCHEMA_VERSION)


def test_all_steps_together_make_what_the_models_say(sqlite_url: str) -> None:
    """A database that was upgraded has the tables, columns, indexes and triggers of a new one."""
    found = []
    statements = [*freeze_schema.tables(SQLITE), *freeze_schema.sqlite_extras()]
    upgraded, at_once = driver.load().connect(sqlite_url), driver.load().connect(":memory:")
    at_once.executescript(";\n".join(statements))
    for connection in (upgraded, at_once):
        tables = [name for (name,) in connection.execute(_TABLES)]
        columns = {
            name: [
                (row[1], row[2], row[3], row[5])
                for row in connection.execute(f"PRAGMA table_xinfo({name})")
            ]
            for name in tables
        }
        found.append((columns, connection.execute(_OTHERS).fetchall()))
        connection.close()
    assert found[0] == found[1]
