"""Exact numbers: scaled integers inside, decimal text at the edges, never a float.

| what | unit of the integer | example |
| --- | --- | --- |
| amount | minor unit of its currency | 12.50 USD is 1250 |
| price | millionth of a currency unit, per price unit | 1.2345 is 1_234_500 |
| quantity | thousandth of the product's unit | 2.5 kg is 2_500 |
| rate (tax, discount) | millionth; people and files say percent | 21 % is 210_000 |

Every integer has at most fifteen digits, so that sums of them stay inside 64 bits.
"""

from decimal import Decimal
from functools import lru_cache
from typing import Final

AMOUNT_LIMIT: Final = 10**15
"""No single amount, price or quantity reaches this many of its own units."""

PRICE_SCALE: Final = 1_000_000
QUANTITY_SCALE: Final = 1_000
RATE_SCALE: Final = 1_000_000

_PRICE_DIGITS: Final = 6
_QUANTITY_DIGITS: Final = 3
_PERCENT_DIGITS: Final = 4
_MAX_TEXT: Final = 40

_STEPS: Final = tuple(Decimal(1).scaleb(-decimals) for decimals in range(4))
"""The smallest amount of a currency, by its decimals."""

_KEPT: Final = 4_096
"""How many decimals are kept: the same few prices, quantities and rates come on every line."""

# ISO 4217 minor units that are not two.
_DECIMALS: Final = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


def currency_decimals(currency: str) -> int:
    """Give how many decimals amounts in this ISO 4217 currency have: 0, 2 or 3."""
    return _DECIMALS.get(currency, 2)


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero; the denominator is positive."""
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((denominator - 2 * numerator) // (2 * denominator))


def extend(
    price: int, quantity: int, *, price_unit: int = 1, discount: int = 0, decimals: int = 2
) -> int:
    """Give price x quantity / price unit, less the discount, rounded to minor units.

    Raises ValueError when the amount has more than fifteen digits.
    """
    amount = half_up(
        price * quantity * (RATE_SCALE - discount) * 10**decimals,
        PRICE_SCALE * QUANTITY_SCALE * RATE_SCALE * price_unit,
    )
    if not -AMOUNT_LIMIT < amount < AMOUNT_LIMIT:
        raise ValueError("the amount of a line has more than fifteen digits; give less")
    return amount


def _scaled(text: str, digits: int, what: str, *, signed: bool) -> int:
    """Read plain decimal text as an integer of 10**-digits; refuse everything else."""
    shown = text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + "..."
    body = text.strip()
    negative = body.startswith("-")
    body = body[1:] if negative else body
    whole, point, fraction = body.partition(".")
    plain = (whole + fraction).isascii() and (whole + fraction).isdigit()
    if len(text) > _MAX_TEXT or not plain or (point and not fraction):
        raise ValueError(f"{what} {shown!r} is not a plain number; give one such as 12 or 12.5")
    if negative and not signed:
        raise ValueError(f"{what} {shown!r} is negative; give zero or more")
    fraction = fraction.rstrip("0")
    if len(fraction) > digits:
        raise ValueError(f"{what} {shown!r} has {_too_many(digits)}")
    value = int((whole or "0") + fraction.ljust(digits, "0"))
    if value >= AMOUNT_LIMIT:
        raise ValueError(
            f"{what} {shown!r} has more than {15 - digits} digits before the point; give fewer"
        )
    return -value if negative else value


def _too_many(decimals: int) -> str:
    cure = f"at most {decimals}" if decimals else "a whole number"
    return f"more than {decimals} decimals; give {cure}"


def _plain(value: Decimal | int | str) -> str:
    """Give the text of a number as typed, without an exponent."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if not value.is_finite() or abs(value.adjusted()) > _MAX_TEXT:
        return str(value)
    return f"{value:f}"


def amount_of(
    value: Decimal | int | str, decimals: int, what: str = "amount", *, signed: bool = False
) -> int:
    """Turn an amount as typed into minor units. Raises ValueError with one clear sentence."""
    return _scaled(_plain(value), decimals, what, signed=signed)


def price_of(value: Decimal | int | str, what: str = "price") -> int:
    """Turn a price as typed (at most six decimals) into millionths."""
    return _scaled(_plain(value), _PRICE_DIGITS, what, signed=False)


def quantity_of(
    value: Decimal | int | str, what: str = "quantity", *, signed: bool = False, decimals: int = 3
) -> int:
    """Turn a quantity as typed into thousandths; a unit may allow fewer than three decimals."""
    if isinstance(value, str) and len(value) <= 9 and value.isascii() and value.isdigit():
        return int(value) * QUANTITY_SCALE
    thousandths = _scaled(_plain(value), _QUANTITY_DIGITS, what, signed=signed)
    if thousandths % 10 ** (_QUANTITY_DIGITS - decimals):
        raise ValueError(f"{what} {str(value)!r} has {_too_many(decimals)}")
    return thousandths


def whole_of(text: str, what: str, highest: int, lowest: int = 0) -> int:
    """Read a whole number as typed, from the lowest up to the highest. Raises ValueError."""
    word = text.strip()
    is_number = word.isascii() and word.isdigit() and len(word) <= 9
    if not is_number or not lowest <= int(word) <= highest:
        raise ValueError(
            f"{what} {text[:40]!r} is not a whole number; give one from {lowest} to {highest}"
        )
    return int(word)


def percent_of(value: Decimal | int | str, what: str = "discount") -> int:
    """Turn a percentage as typed (5 means 5 %) into millionths, from 0 to 100 %."""
    rate = _scaled(_plain(value), _PERCENT_DIGITS, what, signed=False)
    if rate > RATE_SCALE:
        raise ValueError(f"{what} {str(value)!r} is more than 100 percent; give 100 or less")
    return rate


def amount_decimal(minor: int, decimals: int) -> Decimal:
    """Give an amount with exactly its currency's decimals."""
    return _STEPS[decimals] * minor


def amount_said(minor: int, decimals: int) -> str:
    """Give an amount as it stands in a sentence: its thousands apart."""
    return f"{amount_decimal(minor, decimals):,f}"


@lru_cache(_KEPT)
def price_decimal(millionths: int, decimals: int = 2) -> Decimal:
    """Give a price with its currency's decimals, and more only where it has more."""
    step: int = 10 ** (_PRICE_DIGITS - decimals)
    if millionths % step == 0:
        return _STEPS[decimals] * (millionths // step)
    return Decimal(millionths).scaleb(-_PRICE_DIGITS).normalize()


@lru_cache(_KEPT)
def quantity_decimal(thousandths: int) -> Decimal:
    """Give a quantity without trailing zeros and never with an exponent."""
    whole, rest = divmod(thousandths, QUANTITY_SCALE)
    return Decimal(whole) if not rest else Decimal(thousandths).scaleb(-3).normalize()


@lru_cache(_KEPT)
def percent_decimal(millionths: int) -> Decimal:
    """Give a rate as a percentage without trailing zeros: 210_000 is 21."""
    whole, rest = divmod(millionths, 10_000)
    return Decimal(whole) if not rest else Decimal(millionths).scaleb(-4).normalize()
