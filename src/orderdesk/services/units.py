"""Other units of products, such as a box of twelve: which are kept, and how they change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from sqlalchemy import bindparam, delete, update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Field, Form, by_name
from orderdesk.domain.products import CARRYING
from orderdesk.domain.units import UnitEntry, UnitView, ratio_of, ratio_text
from orderdesk.models.products import ProductUnit
from orderdesk.services import fields, masters
from orderdesk.services.conversions import Units, read
from orderdesk.services.records import Entry
from orderdesk.store.statements import Row, insertion, statement, table_of
from orderdesk.store.work import Work

_FIELDS: Final = by_name(
    Field("unit", "another unit", Form.REFERENCE, refers="unit", required=True)
)

_unit = table_of(ProductUnit).c

_NEW: Final = insertion(ProductUnit)
_this = (_unit.product_id == bindparam("product"), _unit.unit == bindparam("code"))
_CHANGE: Final = statement(
    update(table_of(ProductUnit))
    .where(*_this)
    .values(numerator=bindparam("above"), denominator=bindparam("below"))
)
_REMOVE: Final = statement(delete(table_of(ProductUnit)).where(*_this))


def of(work: Work, product: Row) -> tuple[UnitView, ...]:
    """Give the other units of a product, as readers get them."""
    known = read(work, [product.id]).values()
    return tuple(
        UnitView(each.unit, ratio_text(each.numerator, each.denominator)) for each in known
    )


class Kept:
    """Other units that a set of products is to have: checked entry by entry, written at once."""

    def __init__(self, work: Work, entries: Iterable[Entry]) -> None:
        """Read what these products have of those that their requests name, where one names any."""
        given = [entry for entry in entries if entry.request.units]
        self._known: Units = {}
        self._found: Mapping[str, Mapping[str, int]] | None = None
        self._work = work
        self._taken: list[tuple[Entry, str, Fraction | None]] = []
        if given:
            self._known = read(work, [e.row.id for e in given if e.row is not None])
            codes = {each.unit.strip().lower() for e in given for each in e.request.units}
            self._found = masters.known(work, {"unit": codes})

    def take(self, entry: Entry) -> None:
        """Read an entry's other units into its changes. Raises NotFound and Refused."""
        changes: dict[str, list[str | None]] = {}
        ratios: dict[str, Fraction | None] = {}
        for each in entry.request.units:
            code, ratio, change = self._read(entry, each)
            if code in ratios:
                raise Refused("unit_twice", f"{entry.what}: unit {code!r} is named twice; choose")
            ratios[code] = ratio
            if change[0] != change[1]:
                changes[code] = change
        if changes:
            entry.body = {**entry.body, "units": changes}
        self._taken += [(entry, code, ratios[code]) for code in changes]

    def _read(
        self, entry: Entry, asked: UnitEntry
    ) -> tuple[str, Fraction | None, list[str | None]]:
        """Give a unit's code with what one of it is, and what changes, `[before, after]`."""
        code = str(fields.read(_FIELDS, {"unit": asked.unit}, entry.what)["unit"])
        known = None if entry.row is None else self._known.get((entry.row.id, code))
        was = None if known is None else ratio_text(known.numerator, known.denominator)
        if not asked.contains.strip():
            if known is None:
                raise NotFound(
                    "unknown_unit",
                    f"{entry.what} is not ordered in {code!r}; there is nothing to take away",
                )
            return code, None, [was, None]
        ratio = self._ratio(entry, code, asked.contains)
        return code, ratio, [was, ratio_text(ratio.numerator, ratio.denominator)]

    def _ratio(self, entry: Entry, code: str, contains: str) -> Fraction:
        what, kind = entry.what, entry.now("kind", "product")
        if code == entry.now("unit"):
            raise Refused("own_unit", f"{what} is counted in {code!r} itself; name another unit")
        if kind not in CARRYING:
            raise Refused("no_units", f"{what} is a {kind}; only goods and services have units")
        masters.check_references(self._work, _FIELDS, {"unit": code}, what, self._found)
        try:
            return ratio_of(contains)
        except ValueError as error:
            raise Refused("bad_value", f"{what}: {error}", field="contains") from None

    def write(self, entries: Iterable[Entry]) -> None:
        """Write what was taken of the entries that are left; each has its product's id by now."""
        left = {id(entry) for entry in entries}
        new, changed = [], []
        for entry, code, ratio in self._taken:
            if id(entry) not in left:
                continue
            key = {"product": entry.id, "code": code}
            if ratio is None:
                self._work.change(_REMOVE, key)
            elif entry.row is None or (entry.id, code) not in self._known:
                new.append((entry.id, code, ratio.numerator, ratio.denominator))
            else:
                changed.append({**key, "above": ratio.numerator, "below": ratio.denominator})
        if new:
            self._work.insert(_NEW, new)
        if changed:
            self._work.change_each(_CHANGE, changed)
