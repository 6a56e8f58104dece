"""What the tests stand on: a small company on each of the two databases, copied for every test."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from orderdesk.domain.company import FoundRequest
from orderdesk.services.company import found
from orderdesk.store.creation import create
from orderdesk.store.desk import Desk
from tests import company, postgres

# How long an example takes is the machine's business, and no rule of the desk.
settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

OWNER = "owner"
TODAY = "2026-11-23"

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
DATABASES = ("sqlite", POSTGRES)
"""What a fixture that is for each database in turn is parametrized by."""

on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("url", [POSTGRES], indirect=True)
"""Mark a test of the company on one database alone."""


def found_small_company(url: str) -> None:
    """Make the small company of `tests.company` at a URL or file."""

    def first_rows(database: object) -> None:
        desk = Desk(database, OWNER)  # type: ignore[arg-type]
        desk.run(found, FoundRequest(name="Small Company", business_date=TODAY))
        desk.run(company.small_company)
        desk.close()

    create(url, first_rows)


def server_or_skip() -> postgres.Server:
    """Give the run's PostgreSQL; without one skip the test, or fail it where one must be."""
    try:
        return postgres.server()
    except postgres.PostgresUnavailable as why:
        if os.environ.get("ORDERDESK_REQUIRE_POSTGRES"):
            pytest.fail(f"the PostgreSQL half cannot run: {why}")
        pytest.skip(f"no PostgreSQL: {why}")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[str], object]) -> Path:
    """Give the file of a company that is made once for all workers of the run."""
    base = factory.getbasetemp()
    room = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    path = room / f"{name}.db"
    with (room / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            make(str(path))
    return path


def copy_of(template: Path, folder: Path, name: str = "desk.db") -> str:
    """Give the path of a fresh copy of a company's file in a folder."""
    path = folder / name
    shutil.copyfile(template, path)
    path.chmod(0o600)
    return str(path)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of the small company, made once for all workers."""
    return made_once(tmp_path_factory, "small-company", found_small_company)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """Give the URL of a fresh copy of the small company, on each database in turn."""
    if request.param == "sqlite":
        yield copy_of(sqlite_template, tmp_path)
        return
    server = server_or_skip()
    with server.copied(server.template("small_company", found_small_company)) as copy:
        yield copy


@pytest.fixture
def empty_server_url() -> Iterator[str]:
    """Give the URL of a database on PostgreSQL in which nothing is yet."""
    with server_or_skip().copied() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Give a fresh copy of the small company on SQLite alone."""
    return copy_of(sqlite_template, tmp_path)


@pytest.fixture
def desk_of(url: str) -> Iterator[Callable[[str], Desk]]:
    """Give desks on the same company by the name of who sits there."""
    opened: list[Desk] = []

    def sit(user: str) -> Desk:
        desk = Desk(url, user).open()
        opened.append(desk)
        return desk

    yield sit
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    """Give the clerk's desk."""
    return desk_of("clerk")
