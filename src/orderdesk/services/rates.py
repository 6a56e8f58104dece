"""What foreign money is worth: the rate of a day, and amounts and prices turned by it.

A worth is an integer: billionths of the company's currency for one unit of another. So a rate of
millionths for 1, 100 or 1000 units is kept to the last digit.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, case, literal_column, select

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import half_up
from orderdesk.models.company import Company, ExchangeRate
from orderdesk.store.statements import table_of

WORTH_SCALE: Final = 1_000_000_000
"""The worth of the company's own currency."""

_rate = table_of(ExchangeRate).c
_company = table_of(Company).c


def worth_on(currency: ColumnElement[str], day: ColumnElement[Any]) -> ColumnElement[int]:
    """Give the worth of a currency on a day, for a statement; NULL where no rate is kept.

    The company's own currency is looked up nowhere.
    """
    own = select(_company.currency).scalar_subquery()
    worth = literal_column(str(WORTH_SCALE), BigInteger)
    return case((currency == own, worth), else_=kept_on(currency, day))


def kept_on(currency: ColumnElement[str], day: ColumnElement[Any]) -> ColumnElement[int]:
    """Give the worth of a foreign currency by its rate of a day; NULL where none is kept."""
    return (
        # 1, 100 and 1000 all divide 1000: nothing is lost.
        select(_rate.rate * (literal_column("1000", BigInteger) // _rate.units))
        .where(_rate.currency == currency, _rate.valid_from <= day)
        .order_by(_rate.valid_from.desc())
        .limit(literal_column("1"))
        .scalar_subquery()
    )


def converted(price: int, worth: int, into: int) -> int:
    """Give a price in millionths of another currency, from and to currencies of these worths."""
    return half_up(price * worth, into)


def cross(worth: int, into: int) -> int:
    """Give what one unit of a currency is worth in another one, in millionths."""
    return half_up(worth * 1_000_000, into)


def missing(currency: str, day: str) -> Refused:
    """Give the error for a currency of which no rate goes on a day (ISO)."""
    return Refused(
        "no_rate",
        f"there is no exchange rate of {currency} for {day}; set one with "
        f"`orderdesk rate add {currency} --valid-from {day} --rate ...`",
        currency=currency,
        day=day,
    )
