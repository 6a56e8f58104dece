"""What the tests stand on: a small company on each of the two databases, copied for every test."""

import fcntl
import os
import shutil
import uuid
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


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of the small company, made once for all workers."""
    base = tmp_path_factory.getbasetemp()
    room = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    path = room / "small-company.db"
    with (room / "small-company.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            found_small_company(str(path))
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """Give the URL of a fresh copy of the small company, on each database in turn."""
    if request.param == "sqlite":
        path = tmp_path / "desk.db"
        shutil.copyfile(sqlite_template, path)
        path.chmod(0o600)
        yield str(path)
        return
    server = server_or_skip()
    template = server.template("small_company", found_small_company)
    name = f"t_{uuid.uuid4().hex}_{server.run}"
    server.create_from_template(template, name)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Give a fresh copy of the small company on SQLite alone."""
    path = tmp_path / "desk.db"
    shutil.copyfile(sqlite_template, path)
    path.chmod(0o600)
    return str(path)


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
