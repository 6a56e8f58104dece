"""What is ordered in the morning: every order that is typed, and the keys that type it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

ENTER: Final = b"\r"
DOWN: Final = b"\x1b[B"
F2: Final = b"\x1bOQ"
F3: Final = b"\x1bOR"
F9: Final = b"\x1b[20~"

Line = tuple[str, str]
"""A product's code and how many of it."""


@dataclass(frozen=True)
class Typed:
    """An order as the store is to have it: who entered it, for whom, and its lines."""

    customer: str
    buyer_po: str
    lines: tuple[Line, ...]
    user: str = "clerk"
    status: str = "confirmed"

    def changed(self, line: int, quantity: str) -> "Typed":
        """Give it with another quantity on a line, counted from 1."""
        lines = list(self.lines)
        lines[line - 1] = (lines[line - 1][0], quantity)
        return replace(self, lines=tuple(lines))


def keys(*parts: str | bytes) -> bytes:
    """Give the bytes of what is typed: texts end with Enter, bytes are as they are."""
    return b"".join(part if isinstance(part, bytes) else part.encode() + ENTER for part in parts)


def begun(order: Typed) -> bytes:
    """Give the keys of an order up to its last line."""
    return keys(order.customer, order.buyer_po, *(each for line in order.lines for each in line))


def whole(order: Typed) -> bytes:
    """Give the keys of an order from its customer to its second F9."""
    return begun(order) + F9 + F9


def burst(orders: Iterable[Typed]) -> bytes:
    """Give the keys of many orders, as they go out in one write."""
    return b"".join(map(whole, orders))


HELD: Final = Typed("ANATR", "4500", (("40", "12"), ("36", "24"), ("31", "10"), ("59", "6")))
"""Beyond its customer's credit, and of product 31 there is nothing."""
FIRST: Final = Typed("BERGS", "B-101", (("44", "20"), ("63", "12")))
SECOND: Final = Typed("EASTC", "E-201", (("44", "15"),), "clerk2")
"""Both want product 44, of which there are 27: the second gets what the first leaves."""
PARKED: Final = Typed("FOLKO", "F-301", (("58", "10"), ("25", "12"), ("18", "6")), "clerk2")
BETWEEN: Final = Typed("WHITC", "W-401", (("15", "5"),), "clerk2")
"""One is half typed when the other one's buyer calls."""


def _many(user: str, name: str, customers: str, products: str) -> tuple[Typed, ...]:
    """Give an order for each customer, of one to three lines, each line another quantity."""
    codes = products.split()
    return tuple(
        Typed(
            customer,
            f"{name}-{number}",
            tuple(
                (codes[(number + line) % len(codes)], str(1 + (number + 3 * line) % 4))
                for line in range(1 + number % 3)
            ),
            user,
        )
        for number, customer in enumerate(customers.split(), 1)
    )


CLERK: Final = _many("clerk", "A", "KOENE HANAR MEREP PICCO SUPRD GODOS SPLIR VAFFE", "40 75 55 61")
CLERK2: Final = _many("clerk2", "C", "HILAA MAISD OLDWO SEVES TORTU WARTH FRANK", "75 61 22 12 40")
"""What two desks type at once; both want some of the same goods."""
WEB: Final = (
    Typed("QUICK", "WEB-1", (("40", "5"), ("36", "10")), "script"),
    Typed("SAVEA", "WEB-3", (("61", "8"),), "script"),
)
WEB_FILE: Final = """\
order,customer,buyer_po,product,quantity
1,QUICK,WEB-1,40,5
1,QUICK,WEB-1,36,10
2,NOBODY,WEB-2,40,5
3,SAVEA,WEB-3,61,8
"""
"""A file of three orders; the second names a customer that there is not."""

AMENDED: Final = FIRST.changed(2, "10")
STORED: Final = (
    HELD,
    AMENDED,
    SECOND,
    *CLERK,
    *CLERK2,
    PARKED,
    BETWEEN,
    replace(AMENDED, buyer_po="", status="cancelled"),
    *WEB,
)
"""What the store is to have of it all: the twenty that were typed, the copy, and the file's."""
