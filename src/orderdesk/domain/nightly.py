"""What the nightly run tells of itself."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from orderdesk.domain.stock import ExpiredLot


@dataclass(frozen=True, slots=True)
class NightlyView:
    """What was done to end a day and begin the next."""

    before: date
    business_date: date
    entered: int
    """Orders that count in their customer's exposure from now on."""
    checked: int
    """Orders whose credit was looked at again."""
    held: tuple[dict[str, Any], ...]
    """Orders that are held from now on, with the codes."""
    released: tuple[dict[str, Any], ...]
    """Orders that passed by themselves, with the codes."""
    expired: tuple[str, ...] = field(default=(), kw_only=True)
    """Orders with a release that is over."""
    ended: tuple[str, ...]
    """Customers whose temporary limit is over."""
    gave_back: tuple[dict[str, Any], ...]
    """Held orders that lost stock, with the orders that got it."""
    reviews: tuple[dict[str, str], ...]
    """Customers whose credit is to be reviewed, with the day."""
    sealed: int
    """Events that were sealed into the chain."""
    event: int | None
    """Id of the newest sealed event: the head of the event chain."""
    head: str
    """Its hash, 64 hexadecimal digits; keep it on paper."""
    unsealed: int
    """Events behind it that no seal protects yet."""
    calendars: tuple[str, ...] = ()
    """Calendars that got the public holidays of years to come."""
    expired_goods: tuple[ExpiredLot, ...] = ()
    """Goods whose last day is over: they are used no more."""
    allocated: int = 0
    """How many times a line that came within the allocation horizon, or waited, was given stock."""
    promised: int = 0
    """Orders that are promised for other days by now."""
    slips: int = 0
    """How many lines are promised for a later day than before, or for none."""
    slipped: tuple[dict[str, Any], ...] = ()
    """Their orders, with the lines."""


@dataclass(frozen=True, slots=True)
class NightAhead:
    """What a nightly run would do, as far as it can be known without doing it."""

    before: date
    business_date: date
    entering: tuple[str, ...]
    """Orders that would count in their customer's exposure, and those of a run that was stopped."""
    expiring: tuple[str, ...]
    """Orders with a release that would be over."""
    ending: tuple[str, ...]
    """Customers whose temporary limit would be over."""
    checked: int
    """Orders whose credit would be looked at again."""
    giving_back: tuple[str, ...]
    """Held orders that would give their stock to those who wait for it, if anybody does."""
    reviews: tuple[dict[str, str], ...]
    """Customers whose credit would be due for review, with the day."""
    event: int | None
    """Id of the newest sealed event as it stands now."""
    head: str
    """Its hash."""
    unsealed: int
    """Events that the run would seal, beside its own."""
    said: str
    """What nobody can tell beforehand."""
    calendars: tuple[str, ...] = ()
    """Calendars that would get the public holidays of years to come."""
    expiring_goods: tuple[ExpiredLot, ...] = ()
    """Goods whose last day would be over."""
