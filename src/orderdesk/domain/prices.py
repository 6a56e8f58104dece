"""What the floors say to each other about prices."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Final, NamedTuple

from orderdesk.domain.fields import Given
from orderdesk.domain.orders import STRICT_KEYS

PRICE_UNITS: Final = (1, 100, 1000)
"""A price is per this many of the product's unit."""

ALWAYS: Final = ""
"""The first day of a price that was never without effect."""

FOR_EVER: Final = "9999-12-31"
"""The last day of a price that nobody ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRequest:
    """A product's price in one list, from a quantity and a day on."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    product: str
    """Our code."""
    price: Given
    """In the list's currency, at most six decimals."""
    price_list: str = ""
    """Left out, the company's base list."""
    quantity: Given = "0"
    """The price holds from this quantity on, in the product's unit."""
    price_unit: Given = 1
    """1, 100 or 1000."""
    valid_from: str = ALWAYS
    """ISO date of the first day; empty is always."""
    valid_to: str = ""
    """ISO date of the last day; empty is until the next price begins."""


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """One price of one list."""

    product: str
    price_list: str
    quantity: Decimal
    valid_from: date | None
    valid_to: date | None
    price: Decimal
    price_unit: int
    currency: str
    tax_included: bool


@dataclass(frozen=True, slots=True)
class PriceCandidate(PriceEntry):
    """A price that was looked at, the strongest list first."""

    source: str
    """customer, group or base."""
    reason: str
    """`chosen`, or why it was not."""


@dataclass(frozen=True, slots=True)
class PriceView:
    """What a customer pays for a quantity of a product on a day, and why."""

    product: str
    name: str
    unit: str
    customer: str | None
    quantity: Decimal
    on: date
    currency: str
    price: Decimal | None
    """None where no list has one."""
    price_unit: int
    price_list: str | None
    source: str | None
    tax_included: bool
    candidates: tuple[PriceCandidate, ...]


class PriceTerms(NamedTuple):
    """What a price says, but for its product, list, quantity and first day."""

    valid_to: str
    """Last day, ISO."""
    price: int
    """Millionths of the list's currency."""
    price_unit: int


PriceSeries = dict[str, PriceTerms]
"""The prices of one product, list and quantity break by their first days; no two on one day."""


def fit_in(series: PriceSeries, first: str, terms: PriceTerms) -> PriceTerms:
    """Put a price among the others of its series, and give it as it stands there.

    A price holds for exactly its days:

    - one that begins on the same day as one that stands takes its place;
    - an earlier one that reaches into the new days ends the day before them, and goes on after
      them where the new price has a last day, as a special offer has;
    - a price without a last day ends the day before the next one that is planned already.

    Raises ValueError where a last day lies beyond the beginning of a planned one.
    """
    planned = min((each for each in series if each > first), default=None)
    if planned is not None and terms.valid_to >= planned:
        if terms.valid_to != FOR_EVER:
            raise ValueError(
                f"another price begins on {planned}, before valid_to {terms.valid_to}; end this "
                "one before that day, or change the other one"
            )
        terms = terms._replace(valid_to=_day(planned, -1))
    for start, standing in list(series.items()):
        if start < first and standing.valid_to >= first:
            series[start] = standing._replace(valid_to=_day(first, -1))
            if terms.valid_to < standing.valid_to:
                series.setdefault(_day(terms.valid_to, 1), standing)
    series[first] = terms
    return terms


def _day(text: str, change: int) -> str:
    return (date.fromisoformat(text) + timedelta(days=change)).isoformat()
