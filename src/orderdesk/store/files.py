"""What the file of a SQLite database must be before anyone trusts it with orders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from orderdesk.domain.errors import Unavailable

LOG: Final = "-wal"
"""What SQLite's write-ahead log is called after the file's own name."""
INDEX: Final = "-shm"
"""And the log's index."""
ROLLBACK: Final = "-journal"
"""And the journal of a file that has no log."""
QUEUE: Final = "-queue"
"""And the file on which our writers queue."""
BESIDE: Final = (LOG, INDEX, ROLLBACK, QUEUE)

NEW: Final = "-new"
"""How the name of a file ends that is not finished yet."""

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
        aim = f" (a link to {os.path.realpath(path)})" if os.path.islink(path) else ""
        raise Unavailable(
            "no_database",
            f"there is no database at {path}{aim}; make one with `orderdesk --db {path} db init`",
            path=str(path),
        ) from None
    except (OSError, ValueError) as error:
        raise _unreachable(path, "cannot be reached", error) from None
    if not stat.S_ISREG(found.st_mode):
        what = "a folder" if stat.S_ISDIR(found.st_mode) else "not a plain file"
        raise Unavailable("not_a_file", f"database {path} is {what}; name a file", path=str(path))
    if found.st_size == 0 and not empty:
        raise Unavailable(
            "empty_file",
            f"{path} is an empty file, not a database; remove it and run "
            f"`orderdesk --db {path} db init`, or restore a backup",
            path=str(path),
        )
    if found.st_nlink > 1:
        _refuse_second_name(path, found)
    return Identity(found.st_dev, found.st_ino)


def _refuse_second_name(path: Path, found: os.stat_result) -> None:
    """Raise Unavailable for a file with two names: each would have a log that the other misses."""
    folder = Path(os.path.realpath(path)).parent
    names = [each for each in folder.iterdir() if _is(each, found)]
    others = [each for each in names if each.name != os.path.basename(os.path.realpath(path))]
    if found.st_nlink == len(names) and all(each.name.endswith(NEW) for each in others):
        for each in others:
            # Left by a start that was killed between two steps, or about to be removed by it.
            each.unlink(missing_ok=True)
        return
    second = f" ({others[0]})" if others else ""
    raise Unavailable(
        "two_names",
        f"{path} has a second name{second}, under which other desks would not see this one's "
        "changes; remove one of the names",
        path=str(path),
        others=[str(each) for each in others],
    )


def _is(path: Path, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(path.lstat(), found)
    except OSError:
        return False


def _unreachable(path: Path, what: str, error: OSError | ValueError) -> Unavailable:
    why = error.strerror if isinstance(error, OSError) else str(error)
    return Unavailable(
        "no_access", f"{path} {what}: {why}; name another file, or ask its owner", path=str(path)
    )


@contextmanager
def making(path: Path) -> Iterator[Path]:
    """Give an empty file beside the path that may take its place; gone afterwards if it did not.

    It is for its owner alone, or in a shared (set-gid) folder for the folder's group. Raises
    Unavailable where something stands at the path's other name or the folder cannot be written.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}{NEW}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove(new)
        shared = path.parent.stat().st_mode & stat.S_ISGID
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(new, flags, 0o660 if shared else 0o600)
        if shared:
            os.fchmod(handle, 0o660)
        os.close(handle)
    except (OSError, ValueError) as error:
        raise _unreachable(path, "cannot be made", error) from None
    try:
        yield new
    finally:
        remove(new)


def refuse_existing(path: Path) -> None:
    """Raise Unavailable where something stands at this path, be it a link to nowhere."""
    if os.path.lexists(path):
        raise Unavailable(
            "file_exists", f"{path} is there already; nothing was made", path=str(path)
        )


def put_in_place(new: Path, path: Path) -> None:
    """Give a finished file its own name; raise Unavailable where somebody else took it."""
    if os.path.exists(f"{new}{LOG}"):
        raise RuntimeError(f"{new} is still open; what stands in its log would be lost")
    refuse_existing(path)
    try:
        os.link(new, path)
    except FileExistsError:
        refuse_existing(path)
    except OSError:
        # A file system without second names.
        os.rename(new, path)
    new.unlink(missing_ok=True)
    sync_folder(path)


def sync_folder(path: Path) -> None:
    """Put the names in the path's folder on the disk, so that a power cut leaves them so."""
    if os.name == "posix":
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(path: Path) -> None:
    """Remove a database file that nobody has open, with all that may lie beside it."""
    for end in ("", *BESIDE):
        path.with_name(path.name + end).unlink(missing_ok=True)


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
