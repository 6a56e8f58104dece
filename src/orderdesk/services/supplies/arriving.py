"""Expected goods that come in, and receipts of them that are taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderdesk.domain.errors import Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.stock import RECEIPT, SupplyTaken
from orderdesk.services.ledger import Move
from orderdesk.services.supplies import rows
from orderdesk.store.statements import Row
from orderdesk.store.work import Work


class Arrival:
    """Expected goods, locked, of which something comes in or goes back in this unit of work."""

    def __init__(self, row: Row) -> None:
        self.row = row
        """As they stand in the table."""
        self.now: dict[str, Any] = row._asdict()
        """As they are to be."""
        self._movements: list[int] = []

    @property
    def open(self) -> int:
        """Give what is still to come, in thousandths."""
        return int(self.now["open"])

    def move(self, quantity: int) -> None:
        """Let so many thousandths come in, or with less than zero go back."""
        self.now["received"] += quantity
        self.now["open"] = rows.still_open(self.now)

    def note(self, movement: int) -> None:
        """Remember an entry of the ledger that this was done with."""
        self._movements.append(movement)

    @property
    def surplus(self) -> int:
        """Give what came beyond what was expected, in thousandths."""
        now = self.now
        return max(0, int(now["received"]) + int(now["cancelled"]) - int(now["quantity"]))

    def take(self, move: Move, where: str) -> Move:
        """Let an entry come in of these goods, and give it as it is entered. Raises Refused."""
        row = self.row
        rows.refuse_transfer(row, where)
        if move.product.id != row.product_id:
            raise Refused(
                "other_product",
                f"{where}supply {row.id} is of product {row.code!r}, not {move.product.code!r}; "
                "receive the other without it",
                product=row.code,
            )
        if move.warehouse != row.warehouse:
            raise Refused(
                "other_warehouse",
                f"{where}supply {row.id} comes in at {row.warehouse}, not {move.warehouse}; "
                f"move it with `orderdesk supply set {row.id} --warehouse {move.warehouse}` first",
                warehouse=row.warehouse,
            )
        if move.kind != RECEIPT:
            raise Refused(
                "expected_opening",
                f"{where}what was there before is never of supply {row.id}; leave one of them out",
            )
        self.move(move.quantity)
        return move._replace(reference=move.reference or row.reference, supply_id=row.id)

    def view(self) -> SupplyTaken:
        """Give the goods as they are now."""
        return SupplyTaken(
            self.row.id,
            quantity_decimal(self.now["quantity"]),
            quantity_decimal(self.now["received"]),
            quantity_decimal(self.now["open"]),
            quantity_decimal(self.surplus),
        )

    def tell(self, work: Work) -> None:
        """Write the event: what came or went back, with which entries, and the surplus."""
        body: dict[str, Any] = {
            "product": self.row.code,
            "movements": self._movements,
            **rows.differences(self.row, self.now),
        }
        if self.surplus:
            body["surplus"] = str(quantity_decimal(self.surplus))
        kind = "received" if self.now["received"] > self.row.received else "reversed"
        work.event(rows.SUBJECT, self.row.id, self.row.version + 1, kind, body)


def lock(work: Work, typed: Iterable[str | None]) -> dict[int, Arrival]:
    """Lock expected goods by their ids as typed, as far as they are there; None is of none."""
    ids = {number for text in typed if (number := _number(text)) is not None}
    return {row.id: Arrival(row) for row in rows.lock(work, ids)} if ids else {}


def of(arrivals: Mapping[int, Arrival], typed: str | None, where: str) -> Arrival | None:
    """Give the expected goods of a receipt; None is of none. Raises NotFound, Refused."""
    if typed is None:
        return None
    number = _number(typed)
    if number is None:
        raise Refused(
            "bad_value",
            f"{where}supply {typed!r} is not a number; `orderdesk supply list` shows them",
        )
    if number not in arrivals:
        raise rows.unknown(number, where)
    return arrivals[number]


def write(work: Work, arrivals: Iterable[Arrival]) -> None:
    """Write what is still to come of these goods."""
    rows.change(work, [(arrival.row, arrival.now) for arrival in arrivals])


def _number(typed: str | None) -> int | None:
    word = (typed or "").strip()
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 15 else None
