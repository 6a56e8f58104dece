"""The look into a file before anything heavy is imported: certain, or silent."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from orderdesk.services import masters, people
from orderdesk.store.desk import Desk
from orderdesk.store.peek import needs_no_pin


@pytest.fixture
def guarded(sqlite_url: str) -> str:
    """Give a company in which clerk, owner and script have a PIN; two are mapped."""
    desk = Desk(sqlite_url, "owner").open()
    hashed = people.hash_pin("4711")
    for user, mapped in (("clerk", "cleo"), ("script", "cron"), ("owner", "maria")):
        desk.run(people.set_pin, user, hashed)
        desk.run(masters.set_, "user", user, {"os_user": mapped})
    desk.run(masters.set_, "user", "senior", {"os_user": "sam"})
    desk.run(masters.set_, "user", "accounts", {"archived": True})
    desk.close()
    return sqlite_url


@pytest.mark.parametrize(
    ("user", "system_user", "certain"),
    [
        ("senior", "", True),
        ("", "sam", True),
        ("clerk", "", False),
        ("clerk", "cleo", False),
        ("", "cleo", False),
        ("owner", "maria", True),
        ("", "maria", True),
        ("owner", "sam", False),
        ("script", "cron", True),
        ("", "nobody", False),
        ("", "", False),
        ("nobody", "sam", False),
        ("accounts", "", False),
    ],
)
def test_it_is_certain_of_those_without_a_pin_and_those_the_system_vouches_for(
    guarded: str, user: str, system_user: str, certain: bool
) -> None:
    assert needs_no_pin(guarded, user, system_user) is certain
    assert needs_no_pin(f"sqlite:///{guarded}", user, system_user) is certain


def test_it_says_the_same_as_the_desk_that_is_opened_then(guarded: str) -> None:
    for user in ("clerk", "clerk2", "senior", "script", "owner"):
        for system_user in ("cleo", "cron", "maria", "sam", ""):
            desk = Desk(guarded, user).open()
            try:
                people.admit(desk, user, None, system_user=system_user)
                admitted = True
            except Exception:
                admitted = False
            desk.close()
            assert needs_no_pin(guarded, user, system_user) is admitted


def test_what_cannot_be_looked_into_at_once_is_not_certain(tmp_path: Path, guarded: str) -> None:
    assert not needs_no_pin("postgresql://host/shop", "clerk", "")
    assert not needs_no_pin(str(tmp_path / "none.db"), "clerk", "")
    other = tmp_path / "other.db"
    other.write_bytes(b"not a database at all" * 100)
    assert not needs_no_pin(str(other), "clerk", "")
    assert not needs_no_pin("a\0b", "clerk", "")
    newer = sqlite3.connect(guarded)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    assert not needs_no_pin(guarded, "senior", "")


def test_it_waits_for_nobody(guarded: str) -> None:
    busy = sqlite3.connect(guarded, isolation_level=None)
    busy.execute("PRAGMA locking_mode = EXCLUSIVE")
    busy.execute("BEGIN EXCLUSIVE")
    busy.execute("UPDATE desk_user SET version = version")
    found = needs_no_pin(guarded, "clerk", "")
    busy.rollback()
    busy.close()
    assert found is False


def test_it_imports_nothing_heavy() -> None:
    code = (
        "import orderdesk.store.peek, sys; "
        "sys.exit(not {'sqlalchemy', 'pydantic', 'textual'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
