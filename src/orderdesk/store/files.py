"""What the file of a SQLite database must be before anyone trusts it with orders."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final, NamedTuple

from orderdesk.domain.errors import Unavailable

MOUNTS: Final = Path("/proc/self/mountinfo")

_SHARES: Final = frozenset(
    "nfs nfs4 cifs smb smb2 smb3 smbfs ncpfs afs 9p ceph glusterfs lustre gpfs beegfs vboxsf davfs"
    " fuse.sshfs fuse.glusterfs fuse.s3fs fuse.rclone fuse.davfs2".split()
)


class Identity(NamedTuple):
    """Which file it is, whatever its name."""

    device: int
    inode: int


def identity(path: Path, *, empty: bool = False) -> Identity:
    """Give the identity of the file at this path; raise Unavailable where there is none.

    An empty file is refused too, unless the caller is just making it.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise Unavailable(
            "no_database",
            f"there is no database at {path}; make one with `orderdesk --db {path} db init`",
            path=str(path),
        ) from None
    except OSError as error:
        raise Unavailable(
            "no_access", f"database {path} cannot be reached: {error.strerror}", path=str(path)
        ) from None
    if not stat.S_ISREG(found.st_mode):
        raise Unavailable("not_a_file", f"database {path} is not a file", path=str(path))
    if found.st_size == 0 and not empty:
        raise Unavailable(
            "empty_file",
            f"{path} is an empty file, not a database; remove it and run "
            f"`orderdesk --db {path} db init`, or restore a backup",
            path=str(path),
        )
    return Identity(found.st_dev, found.st_ino)


def create(path: Path) -> None:
    """Make the empty file of a new database, for its owner alone, or for the folder's group.

    Raises Unavailable where something stands there already or the folder cannot be written.
    """
    refuse_share(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        shared = path.parent.stat().st_mode & stat.S_ISGID
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(path, flags, 0o660 if shared else 0o600)
        if shared:
            os.fchmod(handle, 0o660)
        os.close(handle)
    except FileExistsError:
        raise Unavailable(
            "file_exists", f"{path} is there already; nothing was made", path=str(path)
        ) from None
    except OSError as error:
        raise Unavailable(
            "no_access", f"{path} cannot be made: {error.strerror}", path=str(path)
        ) from None


def refuse_unwritable(path: Path) -> None:
    """Raise Unavailable where this user may not change the file, or make files beside it."""
    for place, what in ((path, f"{path} may"), (path.parent, f"the folder of {path} may")):
        if not os.access(place, os.W_OK):
            raise Unavailable(
                "not_writable",
                f"{what} not be written by this user; open the database with --read-only, or ask "
                "its owner",
                path=str(path),
            )


def file_system(path: Path, mounts: str | None = None) -> str:
    """Give the type of the file system that holds the path, or an empty text where unknown.

    The innermost mount point above the path decides; `mounts` is the text of mountinfo(5).
    """
    if mounts is None:
        try:
            mounts = MOUNTS.read_text()
        except OSError:
            return ""
    resolved = os.path.realpath(path)
    best, kind = "", ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        place = before.split(" ")[4].replace("\\040", " ")
        inside = resolved == place or resolved.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, after.split(" ")[0]
    return kind


def refuse_share(path: Path, mounts: str | None = None) -> None:
    """Raise Unavailable where the path lies on a network share."""
    kind = file_system(path, mounts)
    if kind in _SHARES:
        raise Unavailable(
            "network_share",
            f"{path} lies on a network share ({kind}), where several desks on one SQLite file "
            "lose data; put it on a local disk, or use PostgreSQL: --db postgresql://...",
            path=str(path),
            file_system=kind,
        )
