"""What the nightly run tells of itself."""

from dataclasses import dataclass
from datetime import date
from typing import Any


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
    ended: tuple[str, ...]
    """Customers whose temporary limit is over."""
    gave_back: tuple[dict[str, Any], ...]
    """Held orders that lost stock, with the orders that got it."""
    reviews: tuple[dict[str, Any], ...]
    """Customers whose credit is to be reviewed, with the day."""
    sealed: int
    """Events that were sealed into the chain."""
