"""Which tax a line bears: the one place that decides it.

The first of these that says something: the customer's exemption; its reverse charge; the rule of
the destination and the product's class; the customer's own tax; the product's; the company's.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select

from orderdesk.domain.text import fold_code
from orderdesk.models.company import Tax, TaxRule
from orderdesk.store.statements import Row, statement, table_of, text_set
from orderdesk.store.work import Work

EXEMPT: Final = "exempt"
REVERSE_CHARGE: Final = "reverse charge"

_rule = table_of(TaxRule).c
_tax = table_of(Tax).c

RULES: Final = statement(
    select(_rule.country, _rule.region, _rule.tax_class, _rule.tax, _tax.rate)
    .join_from(table_of(TaxRule), table_of(Tax), _tax.code == _rule.tax)
    .where(_rule.country.in_(select(text_set("countries"))), _rule.valid_from <= bindparam("day"))
    .order_by(_rule.country, _rule.region, _rule.tax_class, _rule.valid_from)
)
"""The rules that have begun by a day, the newest of each place and class last."""


class Place(NamedTuple):
    """Where goods go, as tax rules name it."""

    country: str
    region: str


class Taxed(NamedTuple):
    """The tax that a line bears, and why it is that one."""

    rate: int
    """Millionths."""
    code: str
    reason: str
    """Empty where it is the customer's, product's or company's own."""


Rules = Mapping[tuple[str, str, str], Row]
"""The rule that goes by country, region and tax class."""


def place_of(country: str, region: str, home: str) -> Place:
    """Give a place as rules name it; without a country it lies in the company's own, `home`."""
    return Place(fold_code(country or home), fold_code(region))


def read(work: Work, places: Iterable[Place], day: str) -> Rules:
    """Read the rules that go at these places on a day; where there are no places, none."""
    countries = sorted({place.country for place in places})
    if not countries:
        return {}
    return by_place(work.run(RULES, {"countries": json.dumps(countries), "day": day}))


def by_place(rows: Iterable[Row]) -> Rules:
    """Sort the rows of RULES: of one place and class the newest goes."""
    return {(row.country, row.region, row.tax_class): row for row in rows}


def of_customer(buyer: Row) -> Taxed | None:
    """Give why a customer bears no tax at all on the business date; None where it does."""
    if buyer.tax_exempt_number and (buyer.tax_exempt_until or "9") >= buyer.business_date:
        return Taxed(0, "", EXEMPT)
    if buyer.reverse_charge and buyer.tax_number:
        return Taxed(0, "", REVERSE_CHARGE)
    return None


def tax_of(buyer: Row, product: Row, place: Place | None, rules: Rules) -> Taxed:
    """Give the tax of a product for a customer that bears any, at a place, on the business date.

    `of_customer` has been asked before: it says the same for every line.
    """
    rule = _rule_of(product.tax_class, place, rules) if rules and place else None
    if rule is not None:
        return Taxed(rule.rate, rule.tax, _said(rule))
    if buyer.customer_tax is not None:
        return Taxed(buyer.customer_rate, buyer.customer_tax, "")
    if product.tax is not None:
        return Taxed(product.rate, product.tax, "")
    return Taxed(buyer.company_rate or 0, buyer.company_tax or "", "")


def _rule_of(tax_class: str, place: Place, rules: Rules) -> Row | None:
    """Give the nearest rule: the region before the country, the class before all classes."""
    for region in dict.fromkeys((place.region, "")):
        for kind in dict.fromkeys((tax_class, "")):
            found = rules.get((place.country, region, kind))
            if found is not None:
                return found
    return None


def _said(rule: Row) -> str:
    """Name a rule's place and class: DE, or US CA (FOOD)."""
    place = f"{rule.country} {rule.region}".strip()
    return f"{place} ({rule.tax_class})" if rule.tax_class else place
