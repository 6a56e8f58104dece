"""The file lies on a network share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orderdesk.domain.errors import Unavailable
from orderdesk.store import files
from orderdesk.store.backup import backup, restore
from orderdesk.store.creation import create
from orderdesk.store.desk import Desk
from orderdesk.store.engine import database
from tests.faults.trial import Fault, Trial, must

KINDS = ("nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse.sshfs", "vboxsf", "glusterfs")
"""File systems that other machines write to as well."""


@contextmanager
def mounted(folder: Path, kind: str) -> Iterator[None]:
    """Make the kernel's list of mounts say that a folder is a share; a real one needs a server."""
    mounts = folder / "mounts"
    mounts.write_text(
        "22 1 252:0 / / rw - ext4 /dev/vda rw\n"
        f"30 22 0:40 / {folder}/share rw - {kind} server:/ rw\n"
    )
    before = files.MOUNTS
    files.MOUNTS = mounts  # type: ignore[misc]
    try:
        yield
    finally:
        files.MOUNTS = before  # type: ignore[misc]


def run(trial: Trial) -> str:
    """Try to make, open, look at and restore a company there; a backup may well go there."""
    share = trial.folder / "share"
    share.mkdir()
    copy = share / "backup.db"
    with trial.desk() as desk:
        backup(desk.database, copy)
    path = share / "desk.db"
    path.write_bytes(trial.path.read_bytes())
    before = sorted(each.name for each in share.iterdir())
    ways: dict[str, Callable[[], object]] = {
        "open": lambda: Desk(path, "clerk").open(),
        "look": lambda: Desk(path, "clerk", read_only=True).open(),
        "make": lambda: create(share / "new.db", lambda made: None),
        "restore": lambda: restore(database(path), copy),
        "link": lambda: Desk(_link(trial.folder, path), "clerk").open(),
    }
    for kind in KINDS:
        with mounted(trial.folder, kind):
            for name, way in ways.items():
                try:
                    way()
                except Unavailable as error:
                    said = error.message
                    must(error.code == "network_share", f"{name} on {kind}: {said}")
                    must("PostgreSQL" in said and kind in said, f"{name} on {kind}: {said}")
                else:
                    must(False, f"{name} on {kind}: not refused")
    must(sorted(each.name for each in share.iterdir()) == before, "something was left there")
    return f"{len(KINDS)} kinds of share, {len(ways)} ways in, all refused naming PostgreSQL"


def _link(folder: Path, path: Path) -> Path:
    link = folder / "link.db"
    link.unlink(missing_ok=True)
    link.symlink_to(path)
    return link


FAULT = Fault(
    "a network share: refused, naming PostgreSQL; nothing is made there",
    run,
    full=1,
    short=1,
    counts="round",
    on_postgres=False,
)
