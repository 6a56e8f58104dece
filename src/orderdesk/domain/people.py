"""What the floors say to each other about people: roles with their rights, PINs, who sits here."""

from dataclasses import dataclass
from typing import Final

from orderdesk.domain.errors import NotFound
from orderdesk.domain.rights import OWNER
from orderdesk.domain.text import clean

SCRIPT: Final = "script"
"""The role of programs that run unattended."""

MOST_TRIES: Final = 5
"""Wrong PINs in a row after which a user is locked out."""

SHORTEST_PIN: Final = 4
LONGEST_PIN: Final = 64


@dataclass(frozen=True, slots=True)
class RightView:
    """One thing that a role may do."""

    right: str
    most: str | None
    """Percent, or an amount in the company's currency; None is without bound."""
    says: str


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role and all that it may do."""

    role: str
    name: str
    version: int
    rights: tuple[RightView, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """A user as far as their PIN goes; the PIN itself is shown to nobody."""

    user: str
    role: str
    version: int
    has_pin: bool
    locked: bool


@dataclass(frozen=True, slots=True)
class Sitting:
    """What a desk needs to know of who sits at it."""

    user: str
    has_pin: bool
    lock_minutes: int
    """Minutes without a key after which the desk locks itself; 0 is never."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody who may sit at a desk."""

    user: str
    full_name: str
    role: str


def is_known_by_system(role: str, os_user: str | None, system_user: str) -> bool:
    """Tell whether the operating system vouches for a user, so that no PIN is asked for.

    It does for the owner and for scripts, where the system's user is mapped to them.
    Source: interface.md, who acts.
    """
    return bool(system_user) and os_user == system_user and role in (OWNER, SCRIPT)


def pin_of(typed: str) -> str:
    """Check a new PIN and give it as it is kept. Raises ValueError, never with the PIN in it."""
    pin = typed.strip()
    if not SHORTEST_PIN <= len(pin) <= LONGEST_PIN:
        raise ValueError(f"the PIN has not {SHORTEST_PIN} to {LONGEST_PIN} characters; give others")
    if clean(pin) != pin:
        raise ValueError("the PIN has characters that cannot be seen; give another")
    return pin


def unknown_user(name: str) -> NotFound:
    """Give the error for a user that nobody is."""
    return NotFound(
        "unknown_user",
        f"user {name!r} is unknown here; name one with --user, or let an administrator run "
        f"`orderdesk user add {name}`",
        user=name,
    )
