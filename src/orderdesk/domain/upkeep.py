"""What keeping the database gives: upgrades, backups, restores."""

from dataclasses import dataclass

from orderdesk.domain.doctor import Broken


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeView:
    """A database brought to this program's schema."""

    database: str
    schema_before: int | None
    """None where there was no company yet."""
    schema: int
    backup: str | None
    """The copy made first; None where nothing had to change, or where the server keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupView:
    """A copy of a database as it was at one moment."""

    file: str
    bytes: int
    schema: int
    broken: tuple[Broken, ...] = ()
    """What breaks a law in the copy, and so in the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreView:
    """A database put back from a copy."""

    database: str
    file: str
    """The copy."""
    schema: int
    kept: str | None
    """Where the database that stood there lies now; None where there was none."""
    broken: tuple[Broken, ...] = ()
    """What breaks a law in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOfPerson:
    """A user of the desk, and the role of PostgreSQL that they are."""

    user: str
    role: str
    login: bool
    """Whether the role may sign in: not that of a user who is archived."""
    done: str
    """made, kept, opened (it may sign in again) or closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesView:
    """People as roles of PostgreSQL."""

    database: str
    group: str
    """The role that all of them are members of, and that has what services need."""
    people: tuple[RoleOfPerson, ...]
    said: tuple[str, ...]
    """What whoever made them is to be told, in sentences."""
