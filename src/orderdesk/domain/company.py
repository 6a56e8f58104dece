"""What the floors say to each other about the company itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRequest:
    """A company to be made in an empty database."""

    name: str
    business_date: str
    """ISO; the day the company works on."""
    currency: str = "USD"
    country: str = ""
    time_zone: str = "UTC"
    """Of its first warehouse, an IANA name."""
    os_user: str | None = None
    """The operating system's user who is its owner; None where it is called the same."""
