"""Rows of a file as orders: which rows make one, what they say of it, and of each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from orderdesk.domain.orders import AddressRequest, ChargeRequest, LineRequest, OrderRequest
from orderdesk.exchange.mapping import Plan
from orderdesk.exchange.records import Record, Records
from orderdesk.services.orders.entry import MAX_LINES

KEY: Final = "order"
"""The field whose column groups consecutive rows into one order."""
EXTERNAL: Final = "external_key"
"""The field that makes an order one of a kind: the same key again changes nothing."""

HEADER: Final = (
    "customer buyer_po channel contact ship_to requested terms carrier rep discount warehouse"
    " delivery_rule most_deliveries note".split()
)
LINE: Final = {
    "product": "product",
    "quantity": "quantity",
    "unit": "unit",
    "price": "price",
    "price_reason": "price_reason",
    "line.discount": "discount",
    "line.ship_to": "ship_to",
    "line.warehouse": "warehouse",
    "line.requested": "requested",
    "disposition": "disposition",
    "substitute_for": "substitute_for",
    "line.note": "note",
}
"""Fields of a row that belong to its line, with their names in the request."""
ADDRESS: Final = tuple(f"address.{name}" for name in AddressRequest.__slots__)
CHARGE: Final = "charges."
"""`charges.freight` is the amount of the charge `freight`."""
FIELDS: Final = (KEY, EXTERNAL, *HEADER, *LINE, *ADDRESS)
"""Every field a column may be mapped to, beside the charges."""
REQUIRED: Final = ("customer", "product", "quantity")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedOrder(OrderRequest):
    """An order of a file, with what may stand beside it there."""

    external_key: str | None = None
    line: int | None = None
    """From a reject file; left aside, as `error` is."""
    error: str | None = None


def is_field(name: str) -> bool:
    """Tell whether a column may be mapped to this name."""
    return name in FIELDS or (name.startswith(CHARGE) and len(name) > len(CHARGE))


class Rows:
    """The rows of one file as orders."""

    def __init__(self, plan: Plan, records: Records) -> None:
        """Join a mapping with the records it is for."""
        self._records = records
        self._line = plan.part(lambda name: name in LINE)
        self._head = plan.part(lambda name: name not in LINE)
        self._line_texts = records.getter(self._line.columns)
        self._head_texts = records.getter(self._head.columns)
        column = dict(zip(plan.names, plan.columns, strict=True)).get(KEY)
        self._key_text = None if column is None else records.getter((column,))

    def groups(self) -> Iterator[list[Record]]:
        """Give the rows of one order after the other; without a key each row is an order.

        A row whose order cannot be told may belong to the one before it or to the one behind:
        both are handed back with it, or an order would be placed without one of its lines.
        """
        if self._key_text is None:
            yield from ([record] for record in self._records)
            return
        group: list[Record] = []
        key, error = "", ""
        for found in self._records:
            mine, record = self._keyed(found)
            if not mine:
                error = f"the row on line {record.line} may belong to this order: {record.error}"
            elif mine != key:
                if group:
                    yield group
                group, key = [], mine
                if error:
                    record, error = record._replace(error=error), ""
            if len(group) == MAX_LINES:
                too_many = f"order {key!r} has more than {MAX_LINES} lines; split it"
                yield [group[0]._replace(error=too_many), *group[1:]]
                group, record = [], record._replace(error=too_many)
            group.append(record)
        if group:
            yield group

    def _keyed(self, record: Record) -> tuple[str, Record]:
        """Give what groups a row, or an empty text and the row with its complaint."""
        if record.error is not None or self._key_text is None:
            return "", record
        try:
            key = self._key_text(record.raw)[0].strip()
        except ValueError as error:
            return "", record._replace(error=str(error))
        return key, record if key else record._replace(error="the order's key is empty")

    def order(self, group: Sequence[Record]) -> ImportedOrder:
        """Make an order of its rows. Raises ValueError, naming the line of the file."""
        header: dict[str, str] = {}
        before: Sequence[str] | None = None
        lines = []
        record = group[0]
        try:
            for record in group:
                texts = self._head_texts(record.raw)
                # Most rows repeat what the row above says of the whole order.
                if texts != before:
                    _join(header, self._head.take(texts))
                    before = texts
                lines.append(_line(self._line.take(self._line_texts(record.raw))))
        except ValueError as error:
            raise ValueError(f"line {record.line} of the file: {error}") from None
        return _order(header, tuple(lines))


def _line(row: Mapping[str, str]) -> LineRequest:
    for name in ("product", "quantity"):
        if name not in row:
            raise ValueError(f"{name} is empty; fill it in")
    return LineRequest(**{LINE[name]: text for name, text in row.items()})


def _join(header: dict[str, str], row: Mapping[str, str]) -> None:
    """Add what a row says of the whole order; it may not say two things."""
    for name, text in row.items():
        known = header.setdefault(name, text)
        if known != text:
            raise ValueError(
                f"{name} {text!r} differs from {known!r} above in the same order; "
                "give the order one, or the rows another key"
            )


def _order(header: Mapping[str, str], lines: tuple[LineRequest, ...]) -> ImportedOrder:
    if "customer" not in header:
        raise ValueError("customer is empty; fill it in")
    return ImportedOrder(
        lines=lines,
        charges=_charges(header),
        address=_address(header),
        external_key=header.get(EXTERNAL),
        **{name: header[name] for name in HEADER if name in header},  # type: ignore[arg-type]
    )


def _charges(header: Mapping[str, str]) -> tuple[ChargeRequest, ...]:
    return tuple(
        ChargeRequest(code=name.removeprefix(CHARGE), amount=text)
        for name, text in header.items()
        if name.startswith(CHARGE)
    )


def _address(header: Mapping[str, str]) -> AddressRequest | None:
    parts = {name.partition(".")[2]: header[name] for name in ADDRESS if name in header}
    if not parts:
        return None
    for name in ("name", "street", "city"):
        if name not in parts:
            raise ValueError(f"address.{name} is empty; an address needs it")
    return AddressRequest(**parts)
