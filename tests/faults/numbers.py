"""Absurd numbers wherever a service takes a number, or a text that may be read as one."""

import functools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from tests.faults import assault
from tests.faults.attack import Spot
from tests.faults.trial import Fault

TEXTS: Final = (
    "1e999999",
    "1E400",
    "-1e999999",
    "1e-999999",
    "9" * 15,
    "9" * 16,
    "9" * 5_000,
    "0." + "0" * 5_000 + "1",
    "999999999999.999",
    "999999999.999999",
    "0.0001",
    "0.0000001",
    "NaN",
    "-NaN",
    "sNaN",
    "Infinity",
    "-Infinity",
    "-1",
    "-0",
    "-0.001",
    "0",
    "00012",
    "+1",
    "1_0",
    "1,5",
    "1.000,00",
    "1 000",
    "\u0663",
    "\uff11\uff12",
    "\u00bd",
    "\u00b2",
    "0x10",
    "0b1",
    "1e3",
    "1.",
    ".5",
    ".",
    "--1",
    "1-1",
    "12abc",
    "True",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "0001-01-01",
    "99:99",
)
WHOLES: Final = (
    -1,
    0,
    2**31,
    2**31 - 1,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    2**64,
    10**15,
    10**400,
    -(10**400),
)
OTHERS: Final = (
    True,
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    Decimal("1e999999"),
    Decimal("1e-999999"),
    Decimal("999999999999999"),
    Decimal("-0.0001"),
)


def absurd(spot: Spot) -> Sequence[tuple[str, Any]]:
    """Give every absurd number that the field's type admits."""
    found: list[Any] = []
    if spot.kind in ("text", "given"):
        found += TEXTS
    if spot.kind in ("whole", "given"):
        found += WHOLES
    if spot.kind == "given":
        found += OTHERS
    return [(f"{each!s:.40}", each) for each in found]


FAULT = Fault(
    "absurd numbers in every field of every service: refused at once with one sentence, or exact",
    functools.partial(assault.run, bad=absurd),
    full=100_000,
    short=400,
    counts="calls at most",
)
