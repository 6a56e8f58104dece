"""The process that owns the tests' PostgreSQL: it starts the server and ends it after its users.

`tests/postgres.py` runs this file as a program of its own. Every user holds a shared lock on one
file; the guard waits for the exclusive one. The kernel gives it when the last user has gone, by
whatever way: the end of the run, Ctrl+C or a kill. Nothing outlives the run, nothing polls.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final, NoReturn

USERS: Final = "users"
"""The file that users of the server hold a shared lock on."""
READY: Final = "ready"
"""The file that is there while the server takes connections."""
DATA: Final = "data"
"""The folder of the cluster, with the socket in it."""
OWNER: Final = "orderdesk"
"""The database role that the tests connect as; it may do everything, there is no password."""

START_WITHIN: Final = 60.0
"""Seconds."""
_STOP_WITHIN: Final = 10.0
_PR_SET_PDEATHSIG: Final = 1

_COMMON: Final = {
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_FAST: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
}
_DURABLE: Final = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
}


def main(folder: Path, install: Path, durable: bool, start_lock: int) -> NoReturn:
    """Start the server in `folder`, print ready or what went wrong, and see it to its end."""
    if os.fork():
        os._exit(0)  # the guard is nobody's child, so nobody has to wait for it
    os.setsid()  # Ctrl+C in the terminal is for the tests; they let go, and so it ends
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    process = None
    try:
        process = _start(folder, install, durable)
        (folder / READY).write_text(str(os.getpid()))
        _say("ready")
        os.close(start_lock)
        _wait_for_users(folder)
    except (OSError, subprocess.SubprocessError, RuntimeError, KeyError) as error:
        _say(f"{error}\n{_log_of(folder)}")
    finally:
        (folder / READY).unlink(missing_ok=True)
        if process is not None:
            _stop(process)
        # While the lock is still held: whoever waits for it then finds the folder gone.
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


def _start(folder: Path, install: Path, durable: bool) -> "subprocess.Popen[bytes]":
    """Make a cluster and give its server once it takes connections."""
    data = folder / DATA
    data.mkdir(mode=0o700)
    who = _who()
    if who:
        os.chown(data, who["user"], who["group"])
        install = _reachable(install, folder, who)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    how: dict[str, Any] = {**who, "cwd": data, "env": {**environment, "LC_ALL": "C"}}
    with (folder / "log").open("wb") as log:
        how |= {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        init: list[str | Path] = [
            install / "bin/initdb",
            "-D",
            data,
            "-U",
            OWNER,
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        # The same order of text on every machine, whatever locales it has.
        init += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        init += [] if durable else ["--no-sync"]
        subprocess.run(init, check=True, timeout=START_WITHIN, **how)
        settings = {**_COMMON, **(_DURABLE if durable else _FAST)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        postgres: list[str | Path] = [install / "bin/postgres", "-D", data, "-k", data, *options]
        process: subprocess.Popen[bytes] = subprocess.Popen(
            postgres, preexec_fn=_end_with_parent(), **how
        )
    try:
        _wait_until_ready(process, data)
    except BaseException:
        _stop(process)
        raise
    return process


def _who() -> dict[str, Any]:
    """Give the user to run as: PostgreSQL refuses root, so root runs it as nobody."""
    if os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(install: Path, folder: Path, who: dict[str, Any]) -> Path:
    """Give an installation that this user may read: the wheel's own, else a copy in `folder`."""
    try:
        subprocess.run(
            [install / "bin/initdb", "--version"], check=True, capture_output=True, cwd="/", **who
        )
    except (PermissionError, subprocess.CalledProcessError):
        package = install.parent
        copy = folder / "install" / package.name
        leave = shutil.ignore_patterns("*.a", "include")
        shutil.copytree(install, copy / install.name, ignore=leave, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # found by their relative place
        if libraries.is_dir():
            shutil.copytree(libraries, copy.with_name(libraries.name))
        for path in (copy.parent, *copy.parent.rglob("*")):
            path.chmod(0o755)
        return copy / install.name
    return install


def _end_with_parent() -> Any:
    """Give what makes the server end even when its guard is killed (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, int(signal.SIGQUIT))


def _wait_until_ready(process: "subprocess.Popen[bytes]", data: Path) -> None:
    """Return once the server says in its own file that it takes connections."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("PostgreSQL ended while starting")
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            lines = []
        if len(lines) > 7 and lines[7].strip() == "ready":
            return
        time.sleep(0.005)
    raise RuntimeError(f"PostgreSQL was not ready within {START_WITHIN:.0f} s")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the server at once: its data goes too, so there is nothing to tidy."""
    process.send_signal(signal.SIGQUIT)
    try:
        process.wait(_STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for_users(folder: Path) -> None:
    """Return when nobody uses the server any more; nobody can begin to until the guard ends."""
    users = os.open(folder / USERS, os.O_RDWR)
    fcntl.flock(users, fcntl.LOCK_EX)


def _say(answer: str) -> None:
    """Print the one answer and let go of the pipe, for the starter reads it to its end."""
    sys.stdout.write(answer)
    sys.stdout.flush()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _log_of(folder: Path) -> str:
    """Give the last lines that PostgreSQL wrote."""
    try:
        return "\n".join((folder / "log").read_text(errors="replace").splitlines()[-20:])
    except OSError:
        return ""


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "durable", int(sys.argv[4]))
