"""What the floors say to each other about goods on their way between warehouses.

Requests hold quantities as typed, in the product's unit; views hold exact decimals of it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final

from orderdesk.domain.orders import STRICT_KEYS
from orderdesk.domain.stock import LineMoved

TRANSIT: Final = "in transit"
"""Where goods are in the ledger between two warehouses; no warehouse can be called so, for codes
are upper case."""

SENT: Final = "sent"
PARTLY: Final = "partly received"
RECEIVED: Final = "received"
CANCELLED: Final = "cancelled"
LOST: Final = "lost"


def status_of(open: int, received: int, returned: int) -> str:
    """Give how far a transfer is, from what is on the way, has come and has gone back."""
    if open:
        return PARTLY if received else SENT
    if received:
        return RECEIVED
    return CANCELLED if returned else LOST


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequest:
    """Goods to be sent from one warehouse to another."""

    __pydantic_config__: ClassVar = STRICT_KEYS

    product: str
    """Our code or an EAN."""
    quantity: str = ""
    """More than zero, and no more than is free; with serials left out, as many as they are."""
    source: str | None = None
    """The warehouse that it leaves; left out, the company's own."""
    target: str | None = None
    """The warehouse that it goes to; left out, the company's own."""
    due: str | None = None
    """ISO date on which it is expected there; left out, today."""
    reason: str = ""
    """A reason of kind stock, by its code or name; any words where the company keeps none."""
    reference: str = ""
    bin: str | None = None
    """The bin that they leave; left out, any."""
    lot: str | None = None
    """The lot, of a product that is tracked by lot; left out, the one that expires first."""
    serials: tuple[str, ...] = ()
    """The pieces by their numbers, of a product that is tracked by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Which goods of a transfer have arrived, and where they are put."""

    bin: str | None = None
    lot: str | None = None
    serials: tuple[str, ...] = ()


ALL_OF_IT: Final = Arrived()
"""Nothing was said of which goods arrived."""


@dataclass(frozen=True, slots=True)
class TransferView:
    """Goods sent from one warehouse to another, and what became of them."""

    number: str
    version: int
    status: str
    """sent, partly received, received, cancelled, or lost where all was written off."""
    product: str
    name: str
    unit: str
    source: str
    target: str
    quantity: Decimal
    """What was sent."""
    open: Decimal
    """What is still on the way."""
    received: Decimal
    lost: Decimal
    """What was written off."""
    returned: Decimal
    """What came back to where it was sent from."""
    due: date
    late: bool
    """Something is on the way, and its day has passed."""
    reason: str
    reference: str
    supply: int
    """The expected goods that it is at the target."""
    sent_at: datetime
    sent_by: str
    id: int
    """Its place in the list of all transfers, the oldest first."""


@dataclass(frozen=True, slots=True)
class TransferDone(TransferView):
    """A transfer after a change, with what that did to the orders."""

    served: tuple[LineMoved, ...] = ()
    """Lines that waited and were served, the best rank first."""
