"""What a record's fields are called, and what may stand in them.

One table of fields serves the service that reads them, the command that has an option for each,
and the error that lists the known ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

Given = str | int | bool | Decimal | None
"""A value as a request carries it, mostly as typed; None leaves the field as it is."""

Shown = str | int | bool | None
"""A value as a view shows it, plain JSON: numbers with decimals are decimal text."""


class Form(StrEnum):
    """How the text of a field becomes what is stored."""

    TEXT = "text"
    AMOUNT = "amount"
    """In the record's currency."""
    PRICE = "price"
    """With at most six decimals."""
    PERCENT = "percent"
    FLAG = "flag"
    """yes or no."""
    WHOLE = "whole number"
    QUANTITY = "quantity"
    DATE = "date"
    """ISO: 2026-03-31."""
    TIME = "time of day"
    """24 hours: 16:00."""
    ZONE = "time zone"
    """An IANA name: Europe/Berlin."""
    WEEK = "days of the week"
    """mon-fri, or tue thu; empty is every day."""
    CURRENCY = "currency"
    """Three letters of ISO 4217."""
    CHOICE = "choice"
    REFERENCE = "code"
    """The code of a master record."""
    WORD = "code or nothing"
    """A code of no table; empty means every other one."""
    DAY = "first day"
    """ISO: 2026-03-31; empty is always."""
    OWN_CODE = "own code"
    """A code among those that belong to the record itself."""
    EAN = "EAN"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record."""

    name: str
    """Option, JSON key and CSV column."""
    says: str
    """What it is, for the help text."""
    form: Form = Form.TEXT
    refers: str = ""
    """Of a REFERENCE: the kind of master record."""
    choices: tuple[str, ...] = ()
    required: bool = False
    """It may not be empty."""
    nullable: bool = False
    """Emptied, it is stored as nothing at all: no limit, the default of the company."""
    lowest: int = 0
    highest: int = 999_999
    """Of a WHOLE number, as `lowest`."""
    stored_as: str = ""
    """The column, where it has another name."""

    @property
    def column(self) -> str:
        """Give the name of the column."""
        return self.stored_as or self.name


def by_name(*fields: Field) -> Mapping[str, Field]:
    """Give the fields by their names, in their order."""
    return {field.name: field for field in fields}


def among(names: Iterable[str], most: int = 12) -> str:
    """Give the names as an error lists them: all where they are few, else the first ones."""
    listed = list(names)
    if not listed:
        return "none yet"
    return ", ".join(listed[:most]) + (", ..." if len(listed) > most else "")
