"""Small tables whose rows go from a day on: exchange rates, and taxes by destination."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from orderdesk.domain.fields import Field, Form, Shown, by_name

DAY: Final = "valid_from"
"""The part of a key that says from which day on a row goes."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One kind of record that goes from a day on."""

    kind: str
    noun: str
    """As a sentence calls it."""
    word: str
    """What its commands are called by."""
    key: Mapping[str, Field]
    """What tells its records apart, the day last; the first part must be given."""
    fields: Mapping[str, Field]
    """What else a record says."""

    @property
    def all_fields(self) -> Mapping[str, Field]:
        """Give the key and what else a record says."""
        return {**self.key, **self.fields}


@dataclass(frozen=True, slots=True)
class DatedView:
    """A record that goes from a day on."""

    kind: str
    fields: dict[str, Shown]


RATE: Final = Dated(
    "rate",
    "rate",
    "rate",
    key=by_name(
        Field("currency", "three letters", Form.CURRENCY, required=True),
        Field(DAY, "its first day; left out, the company's today", Form.DATE, required=True),
    ),
    fields=by_name(
        Field("rate", "what `units` of it are worth in ours", Form.PRICE, required=True),
        Field("units", "1, 100 or 1000 of the foreign currency", Form.WHOLE, required=True),
    ),
)
TAX_RULE: Final = Dated(
    "tax_rule",
    "tax rule",
    "tax-rule",
    key=by_name(
        Field("country", "the destination, as addresses write it", Form.WORD, required=True),
        Field("region", "of it; left out, all of the country", Form.WORD),
        Field("tax_class", "of products; left out, all without a rule of their own", Form.WORD),
        Field(DAY, "its first day (2026-03-31); left out, always", Form.DAY),
    ),
    fields=by_name(
        Field("tax", "the tax that goes there", Form.REFERENCE, refers="tax", required=True)
    ),
)
DATED: Final[Mapping[str, Dated]] = {each.kind: each for each in (RATE, TAX_RULE)}
"""Every kind of record that goes from a day on, by its name."""
