"""What the floors say to each other about stock.

Requests hold quantities as typed, in the product's unit; views hold exact decimals of it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final

from orderdesk.domain.orders import STRICT_KEYS

OPENING: Final = "opening"
RECEIPT: Final = "receipt"
REVERSAL: Final = "reversal"
ADJUSTMENT: Final = "adjustment"
TRANSFER: Final = "transfer"
STATUS: Final = "status"
MOVE: Final = "move"
"""From one bin to another."""

FREE: Final = "free"
"""The status of goods that can be used: only they are allocated, sent and counted."""
STATUSES: Final = (FREE, "quarantine", "damaged")
"""What people say of goods."""
EXPIRED: Final = "expired"
"""The status of goods whose last day is over; the nightly run says so."""

PlaceKey = tuple[str, str, str, str]
"""Warehouse, bin, lot and status of a place, in the order in which places are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveRequest:
    """Goods that came in."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    product: str = ""
    """Our code or an EAN; it may be left out with `supply`."""
    quantity: str = ""
    """More than zero; with `supply` left out, all that is still to come of it, and with serials as
    many as there are."""
    warehouse: str | None = None
    """Left out, the company's own, or where the goods were expected."""
    supply: str | None = None
    """The id of expected goods that these are of."""
    reference: str = ""
    """The paper they came with."""
    reason: str = ""
    opening: bool = False
    """They were there before the desk began to keep count."""
    bin: str | None = None
    """The bin that they are put in; left out, none."""
    lot: str | None = None
    """The lot, of a product that is tracked by lot."""
    serials: tuple[str, ...] = ()
    """The pieces by their numbers, of a product that is tracked by them."""
    expires: str | None = None
    """ISO date: the last day on which the lot may be used."""
    supplier_lot: str = ""
    """What the supplier calls the lot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustRequest:
    """Stock put right: by how much it is off, or how much was counted; one of the two."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    product: str
    quantity: str | None = None
    """More (12) or less (-12) than the books say."""
    counted: str | None = None
    """What lies there now."""
    warehouse: str | None = None
    reason: str = ""
    """A reason of kind stock, by its code or name; any words where the company keeps none."""
    reference: str = ""
    bin: str | None = None
    """The bin in which it is; left out, any, and none for what is more."""
    lot: str | None = None
    """The lot, of a product that is tracked by lot; left out, what is less goes from the one that
    expires first."""
    serials: tuple[str, ...] = ()
    """The pieces by their numbers, of a product that is tracked by them."""
    expires: str | None = None
    """ISO date: the last day on which a lot that is new may be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRequest:
    """Goods that are from now on of another status."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    product: str
    """Our code or an EAN."""
    quantity: str = ""
    """More than zero; with serials left out, as many as they are."""
    before: str = FREE
    """What they are now: free, quarantine, damaged or expired."""
    after: str = FREE
    """What they are from now on: free, quarantine or damaged."""
    warehouse: str | None = None
    """Left out, the company's own."""
    reason: str = ""
    """A reason of kind stock, by its code or name; any words where the company keeps none."""
    reference: str = ""
    bin: str | None = None
    """The bin in which they are; left out, any."""
    lot: str | None = None
    """The lot, of a product that is tracked by lot; left out, the one that expires first."""
    serials: tuple[str, ...] = ()
    """The pieces by their numbers, of a product that is tracked by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BinMoveRequest:
    """Goods that go from one bin of a warehouse to another."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    product: str
    """Our code or an EAN."""
    quantity: str = ""
    """Left out, all that lies there."""
    bin: str = ""
    """The bin that they leave; left out, what lies in none."""
    to: str = ""
    """The bin that they are put in; left out, none."""
    warehouse: str | None = None
    """Left out, the company's own."""
    lot: str | None = None
    """The lot, of a product that is tracked by lot; left out, any."""
    serials: tuple[str, ...] = ()
    """The pieces by their numbers, of a product that is tracked by them."""
    status: str = FREE
    """What the goods are: free, quarantine, damaged or expired."""
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ApartStock:
    """What lies in one warehouse and is not to be used."""

    warehouse: str
    status: str
    """quarantine, damaged or expired."""
    on_hand: Decimal


@dataclass(frozen=True, slots=True)
class PlaceView:
    """What lies at one place of a warehouse."""

    product: str
    warehouse: str
    bin: str
    """Empty: in none."""
    lot: str
    """Or the serial number of the piece; empty where the product has none."""
    status: str
    """free, quarantine, damaged or expired."""
    on_hand: Decimal
    unit: str
    allocated: Decimal | None = None
    """What order lines have of the lot in this warehouse; None where there are no lots."""
    expires: date | None = None
    """The last day on which it may be used."""
    days: int | None = None
    """How many days that is from the company's today; below zero, it is over."""
    received: date | None = None
    """When the lot first came."""
    supplier_lot: str = ""
    kind: str = ""
    """Of the bin: storage, picking or receiving."""


@dataclass(frozen=True, slots=True)
class ExpiredLot:
    """Goods whose last day is over."""

    product: str
    warehouse: str
    bin: str
    lot: str
    expires: date
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class WarehouseStock:
    """What lies in one warehouse."""

    warehouse: str
    on_hand: Decimal
    allocated: Decimal
    available: Decimal
    expected: Decimal = Decimal(0)
    """Still to come."""


@dataclass(frozen=True, slots=True)
class ExpectedGoods:
    """Goods that are still to come."""

    id: int
    """What `orderdesk supply show` knows them by."""
    warehouse: str
    due: date
    quantity: Decimal
    """What is still to come of them."""
    reference: str
    late: bool
    """Their day has passed."""


@dataclass(frozen=True, slots=True)
class StockView:
    """What there is of a product, over all warehouses and in each."""

    product: str
    name: str
    unit: str
    on_hand: Decimal
    allocated: Decimal
    """Allocated to order lines."""
    available: Decimal
    """On hand and allocated to nobody."""
    expected: Decimal
    """Still to come from suppliers."""
    warehouses: tuple[WarehouseStock, ...]
    supplies: tuple[ExpectedGoods, ...]
    """What is still to come, the next first; at most fifty."""
    apart: tuple[ApartStock, ...]
    """What lies there and is not to be used; it is in no other number."""


@dataclass(frozen=True, slots=True)
class MovementView:
    """One entry of the stock ledger."""

    id: int
    product: str
    warehouse: str
    quantity: Decimal
    """More is positive, less is negative."""
    kind: str
    """opening, receipt, reversal, adjustment, transfer, status or move."""
    reason: str
    reference: str
    at: datetime
    actor: str
    supply: int | None = None
    """The expected goods that came, or were taken back, with it."""
    reverses: int | None = None
    """The entry that it takes back."""
    status: str = FREE
    """Of the goods that moved: free, quarantine, damaged or expired."""
    bin: str = ""
    lot: str = ""
    """Or the serial number of the piece."""


@dataclass(frozen=True, slots=True)
class LineMoved:
    """An order line whose allocated stock a movement changed."""

    order: str
    line: int
    quantity: Decimal
    """What it got, or lost."""


@dataclass(frozen=True, slots=True)
class SupplyTaken:
    """Expected goods as a receipt, or one that was taken back, left them."""

    id: int
    quantity: Decimal
    """What was announced."""
    received: Decimal
    open: Decimal
    """What is still to come."""
    surplus: Decimal
    """What came beyond what was expected."""


@dataclass(frozen=True, slots=True)
class StockChangeView(StockView):
    """Stock after a movement, with what the movement did to the orders."""

    movement: MovementView | None
    """None where a count found what the books say."""
    served: tuple[LineMoved, ...] = ()
    """Lines that waited and were served, the best rank first."""
    deallocated: tuple[LineMoved, ...] = ()
    """Lines whose stock was lost, the worst rank first."""
    supply: SupplyTaken | None = None
    """The expected goods that it was of."""
    more: tuple[MovementView, ...] = ()
    """The other entries, where there are several: one for each bin and lot."""
    received: str = ""
    """Of a receipt, for people: what came, where it was put, and how many lines got of it."""


@dataclass(frozen=True, slots=True)
class ReceivedView:
    """What a set of receipts did."""

    movements: int
    served: int
    """How many times a waiting line was given stock."""
