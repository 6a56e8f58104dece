"""The parts of a stock check: the columns of each, its rows, and the list that it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from orderdesk.domain.allocation import ShelfLine
from orderdesk.domain.stock import FREE, MovementView, PlaceView
from orderdesk.domain.stock_check import CheckedStock
from orderdesk.screens import shelf_lines
from orderdesk.screens.stock_check.about import free
from orderdesk.screens.widgets.table import Column

if TYPE_CHECKING:
    from orderdesk.exchange.lists.base import DeskList


class Part(NamedTuple):
    """One table of the screen."""

    title: str
    columns: Sequence[Column]
    empty: str
    """What stands there where it has no rows; an action in braces is its key."""


PARTS: Final = {
    "days": Part(
        "DAY BY DAY",
        (
            Column("At", 5),
            Column("Day", 10),
            Column("Comes", 9, "right"),
            Column("Needed", 9, "right"),
            Column("Free", 10, "right"),
            Column("Promise", 10, "right"),
            Column("Expires", 9, "right"),
        ),
        "A kit lies nowhere itself; {show_others} shows what it is made of.",
    ),
    "who": Part(
        "WHO HAS IT, WHO WAITS",
        (
            *shelf_lines.COLUMNS,
            Column("Open", 7, "right"),
            Column("Has", 7, "right"),
            Column("At", 4),
        ),
        "No open order line wants it.",
    ),
    "expected": Part(
        "EXPECTED",
        (
            Column("Id", 6, "right"),
            Column("Due", 10),
            Column("Still to come", 13, "right"),
            Column("At", 5),
            Column("Paper"),
            Column("", 5),
        ),
        "Nothing is expected.",
    ),
    "others": Part(
        "IN ITS PLACE, OR WITH IT",
        (
            Column("Item", 12),
            Column("Description"),
            Column("Available", 12, "right"),
            Column("", 24),
        ),
        "Nothing stands in for it or goes with it.",
    ),
    "places": Part(
        "WHERE IT LIES",
        (
            Column("At", 5),
            Column("Bin", 10),
            Column("Lot"),
            Column("Status", 10),
            Column("On hand", 9, "right"),
            Column("Allocated", 9, "right"),
            Column("Expires", 10),
        ),
        "It lies nowhere.",
    ),
    "moves": Part(
        "MOVEMENTS",
        (
            Column("When, UTC", 16),
            Column("Kind", 10),
            Column("Quantity", 9, "right"),
            Column("At", 10),
            Column("Why"),
            Column("By", 10),
        ),
        "Nothing has moved yet.",
    ),
}
"""The tables by their names, in the order of the key bar."""

KnownRow = tuple[str, tuple[str, ...]]


def days(seen: CheckedStock) -> list[KnownRow]:
    """Give the rows of what comes and goes day by day."""
    rows: list[KnownRow] = [
        (
            f"{each.warehouse} {each.date}",
            (
                each.warehouse,
                each.date.isoformat(),
                f"{each.comes:f}" if each.comes else "",
                f"{each.needed:f}" if each.needed else "",
                free(each.free),
                f"{each.promisable:f}",
                f"!{each.expires:f}" if each.expires else "",
            ),
        )
        for each in seen.days
    ]
    if seen.bought_from:
        day = seen.bought_from.isoformat()
        rows.append(("bought", ("", day, "bought", "", "", "any", "")))
    return rows


def expected(seen: CheckedStock) -> list[KnownRow]:
    """Give the rows of what is still to come."""
    rows: list[KnownRow] = [
        (
            str(each.id),
            (
                str(each.id),
                each.due.isoformat(),
                f"{each.quantity:f} {seen.unit}",
                each.warehouse,
                each.reference,
                "!late" if each.late else "",
            ),
        )
        for each in seen.supplies
    ]
    later = seen.expected - sum(each.quantity for each in seen.supplies)
    if later:
        said = f"later: supply list --product {seen.product}"
        rows.append(("later", ("", "", f"{later:f} {seen.unit}", "", said, "")))
    return rows


def others(seen: CheckedStock) -> list[KnownRow]:
    """Give the rows of what it is made of, of what stands in for it, and of what goes with it."""
    said = {"substitute": "stands in for it", "complement": "goes with it"}
    made_of: list[KnownRow] = [
        (
            each.product,
            (
                each.product,
                each.name,
                f"{each.available:f} {each.unit}",
                f"{each.quantity:f} of it are in one",
            ),
        )
        for each in seen.parts
    ]
    return made_of + [
        (
            each.product,
            (each.product, each.name, f"{each.available:f} {each.unit}", said[each.kind]),
        )
        for each in seen.others
    ]


def places(found: Sequence[PlaceView], most: int) -> list[KnownRow]:
    """Give the rows of where it lies; where there are `most` of them, there may be more."""
    rows: list[KnownRow] = [
        (
            f"{each.warehouse} {each.bin} {each.lot} {each.status}",
            (
                each.warehouse,
                each.bin or "-",
                each.lot or "-",
                each.status if each.status == FREE else f"!{each.status}",
                f"{each.on_hand:f}",
                "" if each.allocated is None else f"{each.allocated:f}",
                each.expires.isoformat() if each.expires else "",
            ),
        )
        for each in found
    ]
    if len(found) == most:
        said = f"stock places {found[0].product}"
        rows.append(("more", ("", "(more:", f"{said})", "", "", "", "")))
    return rows


def line_cells(each: ShelfLine) -> tuple[str, ...]:
    """Give the cells of an order line."""
    return (
        *shelf_lines.cells_of(each),
        f"{each.open:f}",
        f"{each.allocated:f}" if not each.backordered else f"!{each.allocated:f}",
        each.warehouse,
    )


def move_cells(each: MovementView) -> tuple[str, ...]:
    """Give the cells of an entry of the ledger."""
    return (
        f"{each.at:%Y-%m-%d %H:%M}",
        each.kind,
        f"{each.quantity:+f}",
        f"{each.warehouse} {each.bin}",
        _words(each),
        each.actor,
    )


PAGED: Final[dict[str, Callable[[Any], tuple[str, ...]]]] = {
    "who": line_cells,
    "moves": move_cells,
}
"""The tables that are read page by page, and what gives a row's cells; the others are short."""


def list_of(name: str, seen: CheckedStock, at: str) -> DeskList[Any, Any]:
    """Give a table as a list of its own, at a warehouse where one is named."""
    from orderdesk.exchange.lists import stock

    product, check = seen.product, ("stock", "check", seen.product)
    if name == "who":
        return stock.LineList(product, at)
    if name == "moves":
        return stock.MoveList(product)
    if name == "places":
        return stock.PlaceList(product)
    if name == "expected":
        return stock.SupplyList(product)
    if name == "days":
        where = ("--warehouse", at) if at else ()
        return stock.KnownList(name, (*check, *where), seen.days)
    if seen.parts:
        return stock.KnownList("parts", check, seen.parts)
    return stock.KnownList(name, ("product", "substitutes", product), seen.others)


def _words(each: MovementView) -> str:
    """Give what is said of an entry beside its quantity."""
    lot = f"lot {each.lot}" if each.lot else ""
    status = each.status if each.status != FREE else ""
    return " ".join(word for word in (status, lot, each.reason, each.reference) if word)
