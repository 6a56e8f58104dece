"""The one tax function: quotation, order, invoice, credit note and counter all call it.

Amounts are integers in minor units of one currency, each line already rounded; rates are
integers in millionths, zero or more (21 % is 210_000). Half a minor unit rounds away from zero,
so that a credit note is the exact mirror of its invoice; in a price with tax included it is the
net that is rounded, and the tax is the rest.
"""

from collections.abc import Sequence
from typing import NamedTuple

from orderdesk.domain.numbers import RATE_SCALE, half_up


class TaxPart(NamedTuple):
    """What one rate of tax comes to on a document, in minor units."""

    rate: int
    """The rate in millionths."""
    base: int
    """The net amount that the rate applies to."""
    tax: int
    """The tax on it, rounded once (or the sum of its lines' rounded taxes)."""


class Taxed(NamedTuple):
    """A document's amounts in minor units: net + tax = total, and so for the sums of the parts."""

    net: int
    tax: int
    total: int
    parts: tuple[TaxPart, ...]
    """One part a rate, lowest rate first; a rate of zero has its part too."""


def tax(
    lines: Sequence[tuple[int, int]], *, included: bool = False, per_line: bool = False
) -> Taxed:
    """Give the taxes of a document from its lines, each an (amount, rate).

    With `included` the amounts are gross and their sum is the total; else they are net and their
    sum is the net. With `per_line` the tax is rounded on each line, else once for each rate on
    the sum of its lines. `line_taxes` gives what falls to each line.
    """
    amounts: dict[int, int] = {}
    for amount, rate in lines:
        amounts[rate] = amounts.get(rate, 0) + amount
    taxes: dict[int, int] = {}
    if per_line:
        for amount, rate in lines:
            taxes[rate] = taxes.get(rate, 0) + _rounded(amount, rate, included)
    net = whole_tax = 0
    parts = []
    for rate, amount in sorted(amounts.items()):
        rate_tax = taxes[rate] if per_line else _rounded(amount, rate, included)
        base = amount - rate_tax if included else amount
        parts.append(TaxPart(rate, base, rate_tax))
        net += base
        whole_tax += rate_tax
    return Taxed(net, whole_tax, net + whole_tax, tuple(parts))


def line_taxes(
    lines: Sequence[tuple[int, int]], *, included: bool = False, per_line: bool = False
) -> tuple[int, ...]:
    """Give each line's share of the tax that `tax` finds, in the order of the lines.

    The shares of a rate add up to its part's tax exactly: each line has its exact tax (with
    included prices its exact net) rounded down or up, and the leftover minor units go to the
    largest remainders, the earlier line first. With included prices a line's net is its amount
    less its share.
    """
    if per_line:
        return tuple([_rounded(amount, rate, included) for amount, rate in lines])
    places: dict[int, list[int]] = {}
    for place, (_, rate) in enumerate(lines):
        places.setdefault(rate, []).append(place)
    shares = [0] * len(lines)
    for rate, at in places.items():
        factor, scale = (RATE_SCALE, RATE_SCALE + rate) if included else (rate, RATE_SCALE)
        spread = _spread([lines[place][0] * factor for place in at], scale)
        for place, share in zip(at, spread, strict=True):
            shares[place] = lines[place][0] - share if included else share
    return tuple(shares)


def _rounded(amount: int, rate: int, included: bool) -> int:
    """Give the tax on a net amount, or in a gross one."""
    if included:
        # The net is what is rounded: 8.01 at 20 % is 6.675 + 1.335, so 6.68 + 1.33.
        return amount - half_up(amount * RATE_SCALE, RATE_SCALE + rate)
    return half_up(amount * rate, RATE_SCALE)


def _spread(numerators: list[int], denominator: int) -> list[int]:
    """Round fractions down or up so that they add up to their rounded sum."""
    whole = sum(numerators)
    first = next((numerator for numerator in numerators if numerator), 0)
    # Mirrored lines must give mirrored shares, also where the sum is nothing.
    if (whole or first) < 0:
        return [-share for share in _spread([-n for n in numerators], denominator)]
    shares = [numerator // denominator for numerator in numerators]
    leftover = half_up(whole, denominator) - sum(shares)
    # sorted() keeps the order of equals: the earlier line comes first.
    by_remainder = sorted(range(len(shares)), key=lambda place: -(numerators[place] % denominator))
    for place in by_remainder[:leftover]:
        shares[place] += 1
    return shares
