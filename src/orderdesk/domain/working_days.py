"""What the floors say to each other about calendars, their days, and how carriers drive."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from orderdesk.domain.fields import Field, Form, by_name
from orderdesk.domain.orders import STRICT_KEYS

ZONE: Final = by_name(
    Field("warehouse", "from where; left out, from every one without a zone of its own", Form.WORD),
    Field("country", "to where, as addresses write it; left out, everywhere", Form.WORD),
    Field("postal_prefix", "how the postal code begins; left out, the whole country", Form.WORD),
    Field("lead_days", "days on the way, of those on which it drives", Form.WHOLE, highest=365),
)
"""What is given of a carrier's zone."""


@dataclass(frozen=True, slots=True)
class DayView:
    """One day on which a calendar's week does not hold."""

    day: date
    open: bool
    name: str
    """Why: the holiday's name, stocktaking."""
    own: bool
    """True: put there by somebody; False: a public holiday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRequest:
    """A day that is to be closed or opened, whatever the week and the public holidays say."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    calendar: str
    """Its code."""
    day: str
    """ISO."""
    open: str | bool = "no"
    """Whether somebody works on it: yes or no; left out, no."""
    name: str = ""
    """Why."""


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The days on which somebody works, drives or takes goods in."""

    code: str
    name: str
    version: int
    week: str
    """mon-fri, tue thu, ..."""
    country: str
    """Whose public holidays are closed, ISO 3166; empty keeps none."""
    region: str
    archived: bool
    days: tuple[DayView, ...]
    """From the year of the company's business date on, unless another year was asked for."""


@dataclass(frozen=True, slots=True)
class ZoneView:
    """How long a carrier takes from a warehouse to a part of the world."""

    carrier: str
    warehouse: str
    """Empty: from every warehouse that has no zone of its own."""
    country: str
    """As addresses write it; empty is everywhere."""
    postal_prefix: str
    """How the postal code begins; empty is the whole country."""
    lead_days: int
    """Days on the way, counted in those on which the carrier drives."""
