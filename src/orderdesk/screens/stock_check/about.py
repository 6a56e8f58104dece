"""A product's stock as rows of text: what there is, what can go when, what else is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orderdesk.domain.atp import AtpPart, AtpView
from orderdesk.domain.stock_check import CheckedStock
from orderdesk.domain.text import clean
from orderdesk.screens.columns import column, shortened, wrapped

_PARTS = 3
"""So many parts of a split are told; the command has all."""
_ROWS = 2
_DAYS, _REST = 12, 6
"""How many rows of a part stand beside the table."""


def head(seen: CheckedStock, width: int) -> str:
    """Give the product and what there is of it, in rows of at most so many cells."""
    sold = [
        f"{what} {value:f}"
        for what, value in (("least", seen.least), ("in", seen.multiple))
        if value
    ]
    marks = ["!DISCONTINUED"] if seen.discontinued else []
    first = "   ".join(
        [f"{seen.name}  per {seen.unit}", *sold, f"reorder at {seen.reorder_level:f}", *marks]
    )
    apart = "".join(f"   {each.status} {each.on_hand:f}" for each in seen.apart)
    second = (
        f"On hand {seen.on_hand:f}   Allocated {seen.allocated:f}   Available {seen.available:f}"
        f"   Expected {seen.expected:f}{apart}"
    )
    rows = [first, second]
    if len(seen.warehouses) > 1:
        rows.append(
            "   ".join(
                f"{each.warehouse}: {each.available:f} of {each.on_hand:f} free"
                for each in seen.warehouses
            )
        )
    if seen.alert:
        rows.insert(1, f"!{seen.alert}")
    return "\n".join(shortened(f" {clean(row)}", width) for row in rows)


def answers(view: AtpView, width: int) -> str:
    """Give the three answers: how much on the day, when all of it, what when."""
    wanted = f"{view.quantity:f} {view.unit}"
    if view.available_on >= view.quantity:
        rows = [f"{wanted} on {view.on}: yes; {view.available_on:f} can go that day"]
    else:
        some = f"{view.available_on:f} of them" if view.available_on else "none"
        whole = f"all on {view.complete_on}" if view.complete_on else "nobody knows when all"
        rows = [f"{wanted} on {view.on}: !{some}; {whole}"]
        if len(view.split) > 1 or (view.split and not view.complete_on):
            rows.append(f"in parts: {_split(view.split)}")
    if len(view.warehouses) > 1:
        rows.append(
            "   ".join(
                f"{each.warehouse}: {each.available_on:f}, all {each.complete_on or 'never'}"
                for each in view.warehouses
            )
        )
    return "\n".join(f" {row}" for text in rows for row in wrapped(clean(text), width - 1, _ROWS))


def _split(parts: Sequence[AtpPart]) -> str:
    told = [f"{each.quantity:f} on {each.date}" for each in parts[:_PARTS]]
    more = [f"{len(parts) - _PARTS} more"] if len(parts) > _PARTS else []
    return ", ".join([*told, *more])


def beside(seen: CheckedStock, width: int, shown: str) -> str:
    """Give what stands beside the table on a wide screen: all parts but the one that it shows."""
    sections = (
        ("days", "DAY BY DAY (d)", _DAYS, _days(seen)),
        ("expected", "EXPECTED (e)", _REST, _expected(seen)),
        ("others", "IN ITS PLACE, OR WITH IT (s)", _REST, _others(seen, width)),
    )
    rows: list[str] = []
    for part, title, most, lines in sections:
        if part == shown:
            continue
        found = list(lines)
        rows += ["", title, *(found[:most] or ["none"])]
        if len(found) > most:
            rows.append(f"({len(found) - most} more)")
    return "\n".join(shortened(clean(row), width) for row in rows[1:])


def _days(seen: CheckedStock) -> Iterator[str]:
    widths = (4, 10, -7, -7, -8)
    yield column(("At", "Day", "Comes", "Needed", "Free"), widths)
    for each in seen.days:
        texts = (
            each.warehouse,
            each.date.isoformat(),
            f"{each.comes:f}" if each.comes else "",
            f"{each.needed:f}" if each.needed else "",
            free(each.free),
        )
        yield column(texts, widths)
    if seen.bought_from:
        yield f"any quantity from {seen.bought_from} on"


def free(quantity: object) -> str:
    """Give what is left of a day, marked where something is lacking."""
    text = f"{quantity:f}"
    return f"!{text}" if text.startswith("-") else text


def _expected(seen: CheckedStock) -> Iterator[str]:
    for each in seen.supplies:
        late = "  !late" if each.late else ""
        yield f"{each.due}  {each.quantity:f} at {each.warehouse}  {each.reference}{late}"


def _others(seen: CheckedStock, width: int) -> Iterator[str]:
    for part in seen.parts:
        yield f"{part.quantity:f} of {part.product}  {part.name}, {part.available:f} here"
    for each in seen.others:
        mark = "=" if each.kind == "substitute" else "+"
        rest = f"{each.available:f} {each.unit}"
        widths = (1, 8, max(4, width - 12 - len(rest)), -len(rest))
        yield column((mark, clean(each.product), clean(each.name), rest), widths)
