"""The order being typed: what stands in the header and the lines, apart from any screen.

Orders and previews are imported when first made: the first frame has none.
"""

from __future__ import annotations

import json
import uuid
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.numbers import amount_decimal, currency_decimals

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from orderdesk.domain.entry import BuyerView, LinePreview
    from orderdesk.domain.orders import LineRequest, OrderRequest
    from orderdesk.domain.promising import Origin
    from orderdesk.domain.substitutes import OtherProduct

HEADER: Final = (
    "customer",
    "buyer_po",
    "requested",
    "ship_to",
    "carrier",
    "terms",
    "rep",
    "warehouse",
    "discount",
    "contact",
    "note",
)
"""The header's fields, as an order request names them."""

ADDRESS: Final = (
    "address_name",
    "address_street",
    "address_city",
    "address_region",
    "address_postal_code",
    "address_country",
)
"""The fields of a one-off ship-to, in the order in which they are typed."""

_NEEDED: Final = ADDRESS[:3]


@dataclass(frozen=True, slots=True)
class Totals:
    """What the draft comes to, in its currency."""

    net: Decimal
    tax: Decimal
    total: Decimal
    headroom: Decimal | None
    """Credit that is left after it; None is unlimited."""


@dataclass(slots=True)
class Line:
    """One line of the draft: what was typed, and what it would come to."""

    request: LineRequest
    seen: LinePreview


@dataclass(frozen=True, slots=True)
class Edit:
    """What stood in a draft before it was edited."""

    said: str
    """What was done, in words."""
    field: str
    """Where it was done; a line's edits begin at the item."""
    header: Mapping[str, str]
    lines: Sequence[Line]
    buyer: BuyerView | None
    ships_from: Origin | None


UNDONE: Final = 100
"""So many edits can be taken back."""


@dataclass(slots=True)
class Draft:
    """One order on its way, from the first key to the number."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    header: dict[str, str] = field(default_factory=dict)
    """Only what was typed; what is left out takes its default when the order is placed."""
    lines: list[Line] = field(default_factory=list)
    buyer: BuyerView | None = None
    ships_from: Origin | None = None
    """The warehouse that the header names; None where it names none."""
    at: int | None = None
    """Index of the line that stands in the entry row to be changed; None adds a new one."""
    edits: deque[Edit] = field(default_factory=lambda: deque(maxlen=UNDONE))
    """What was done to it since it was begun or taken up, the last behind."""

    def before(self, said: str, field: str = "item") -> Edit:
        """Give what stands now, to be put back once something was done."""
        header, lines = dict(self.header), tuple(self.lines)
        return Edit(said, field, header, lines, self.buyer, self.ships_from)

    def put_back(self, edit: Edit) -> None:
        """Let header and lines be what they were before an edit."""
        self.header, self.lines = dict(edit.header), list(edit.lines)
        self.buyer, self.ships_from = edit.buyer, edit.ships_from

    @property
    def picked(self) -> Line | None:
        """Give the line that is being changed, if one is."""
        return None if self.at is None else self.lines[self.at]

    @property
    def above(self) -> Line | None:
        """Give the line above the entry row, or above the line that is being changed."""
        here = len(self.lines) if self.at is None else self.at
        return self.lines[here - 1] if here else None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing has been entered."""
        return not self.lines and not any(self.header.values())

    @property
    def is_one_off(self) -> bool:
        """Tell whether it goes to an address of its own."""
        return any(name in self.header for name in ADDRESS)

    @property
    def is_rare(self) -> bool:
        """Tell whether it has something in a field that few orders need."""
        return self.is_one_off or "rep" in self.header or "warehouse" in self.header

    def set(self, name: str, value: str) -> None:
        """Keep what was typed into a header field."""
        if value:
            self.header[name] = value
        else:
            self.header.pop(name, None)

    def wanting(self, products: Container[str], before: int) -> tuple[tuple[int, LineRequest], ...]:
        """Give the lines before this index that want one of these products, with their numbers.

        Products are named by their codes; a kit's line wants its parts.
        """
        return tuple(
            (number, line.request)
            for number, line in enumerate(self.lines[:before], 1)
            if line.seen.product in products
            or any(part.product in products for part in line.seen.parts)
        )

    @property
    def origin(self) -> Origin | None:
        """Give the warehouse that it ships from, once there is a customer."""
        if "warehouse" in self.header and self.ships_from is not None:
            return self.ships_from
        return self.buyer.origin if self.buyer else None

    def promises(self) -> list[date | None]:
        """Give what each line is promised for, with those that go together with it."""
        from orderdesk.domain.delivery_rules import shared_days

        buyer = self.buyer
        alone = {
            number: line.seen.promised
            for number, line in enumerate(self.lines)
            if line.seen.has_goods and line.seen.quantity > line.seen.closed
        }
        if buyer is not None:
            alone = shared_days(buyer.delivery_rule, buyer.most_deliveries, alone)
        return [alone.get(number) for number in range(len(self.lines))]

    @property
    def substitutes(self) -> Sequence[OtherProduct]:
        """Give what could stand in for the line that is being changed, where it is short."""
        return () if self.picked is None else self.picked.seen.substitutes

    def ordered(self, item: str) -> str | None:
        """Give what was asked for where this item stands in for the line being changed."""
        line = self.picked
        if line is None:
            return None
        if any(other.product == item for other in self.substitutes):
            return line.request.substitute_for or line.seen.product
        return line.request.substitute_for if item == line.request.product else None

    def keep(self, request: LineRequest, seen: LinePreview) -> int:
        """Put a line in its place; give its number."""
        line = Line(request, seen)
        if self.at is None:
            self.lines.append(line)
            return len(self.lines)
        self.lines[self.at] = line
        number, self.at = self.at + 1, None
        return number

    def drop_line(self) -> Line:
        """Take out the line that is being changed; give it."""
        assert self.at is not None
        line, self.at = self.lines.pop(self.at), None
        return line

    def totals(self) -> Totals:
        """Give the totals by the one tax function; freight and charges come with the review."""
        from orderdesk.domain.tax import tax

        currency = self.buyer.currency if self.buyer else ""
        decimals = currency_decimals(currency)
        taxed = tax([line.seen.amount for line in self.lines])
        total = amount_decimal(taxed.total, decimals)
        headroom = self.buyer.headroom if self.buyer else None
        return Totals(
            net=amount_decimal(taxed.net, decimals),
            tax=amount_decimal(taxed.tax, decimals),
            total=total,
            headroom=None if headroom is None else headroom - total,
        )

    def request(self) -> OrderRequest:
        """Give the order as it will be placed."""
        from orderdesk.domain.orders import OrderRequest

        return OrderRequest(
            lines=tuple(line.request for line in self.lines), channel="phone", **self._values()
        )

    def heading(self) -> OrderRequest:
        """Give the order without lines, and without an address that is not finished yet."""
        from orderdesk.domain.orders import OrderRequest

        values = self._values()
        if not all(self.header.get(name) for name in _NEEDED):
            values.pop("address", None)
        return OrderRequest(lines=(), **values)

    def _values(self) -> dict[str, Any]:
        from orderdesk.domain.orders import AddressRequest

        values: dict[str, Any] = {k: v for k, v in self.header.items() if k in HEADER and v}
        if self.is_one_off:
            typed = {name: self.header.get(name, "") for name in ADDRESS}
            values["address"] = AddressRequest(
                **{name.removeprefix("address_"): value for name, value in typed.items()}
            )
            values.pop("ship_to", None)
        return values

    def body(self, row: dict[str, str]) -> str:
        """Give everything typed as JSON, the unfinished entry row too, to be saved."""
        lines = [
            {k: v for k, v in asdict(line.request).items() if v is not None} for line in self.lines
        ]
        return json.dumps({"header": self.header, "lines": lines, "row": row}, ensure_ascii=False)

    def moved(self, step: int) -> int | None:
        """Give the index of the line above (-1) or below (+1) the one being changed."""
        here = len(self.lines) if self.at is None else self.at
        there = here + step
        if there < 0:
            return 0 if self.lines else None
        return there if there < len(self.lines) else None


def read_body(body: str) -> tuple[dict[str, str], list[LineRequest], dict[str, str]]:
    """Read a saved draft: header, lines, entry row."""
    from orderdesk.domain.orders import LineRequest

    saved = json.loads(body)
    return saved["header"], [LineRequest(**line) for line in saved["lines"]], saved["row"]


def split_item(text: str) -> tuple[str | None, str]:
    """Split what stands in the item field: `12*11` is twelve of item 11."""
    quantity, star, item = text.partition("*")
    if star and item.strip():
        return quantity.strip(), item.strip()
    return None, text.strip()


def pasted_lines(text: str) -> list[tuple[str, str]]:
    """Read pasted rows of item and quantity, split by tab, semicolon, comma or space.

    A row of one word is one piece; `12*11` works too.
    """
    rows = []
    for line in text.splitlines():
        for separator in ("\t", ";", ",", " "):
            if separator in line.strip():
                item, _, quantity = line.strip().partition(separator)
                rows.append((item.strip(), quantity.strip()))
                break
        else:
            quantity_before, item = split_item(line)
            if item:
                rows.append((item, quantity_before or "1"))
    return rows


def by_hand(request: LineRequest) -> str:
    """Give a line's price by hand, its reason behind it, as it is typed."""
    return f"{request.price or ''} {request.price_reason}".strip()


def typed_of(request: LineRequest) -> dict[str, str]:
    """Give what stands in the entry row's fields for a line."""
    return {
        "item": request.product,
        "quantity": request.quantity,
        "unit": request.unit or "",
        "price": by_hand(request),
        "line_discount": request.discount or "",
        "line_requested": request.requested or "",
        "disposition": request.disposition or "",
        "line_warehouse": request.warehouse or "",
    }


def split_price(text: str) -> tuple[str, str]:
    """Give a price by hand and its reason, as they stand in one field.

    What goes on with a digit is no reason but a number that was meant otherwise.
    """
    price, _, reason = text.strip().partition(" ")
    reason = reason.strip()
    return (text, "") if reason[:1].isdigit() else (price, reason)
