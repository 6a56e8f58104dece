"""A product that is short, as rows of text: what there is and comes, who gets what, who slips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from orderdesk.domain.allocation import MoveView, ShelfLine, SlipView
from orderdesk.domain.backorders import ShelfView, WaitingLine
from orderdesk.domain.text import clean
from orderdesk.screens.columns import shortened, wrapped

_COMING = 2
"""So many days on which something comes stand in the head; the panel has more."""
_ROWS = 4
"""So many rows a text takes at most: what a move does to one line has room beside the table."""


def head(seen: ShelfView, width: int) -> str:
    """Give the product, what there is of it, and what comes next."""
    coming = "   ".join(
        f"{each.quantity:f} on {each.due}{' !late' if each.late else ''}"
        for each in seen.supplies[:_COMING]
    )
    more = len(seen.supplies) - _COMING
    rows = [
        f"{seen.name}  per {seen.unit}   at {seen.warehouse}",
        f"On hand {seen.on_hand:f}   Allocated {seen.allocated:f}   Free {seen.free:f}"
        f"   Waiting {seen.waiting:f}   Expected {seen.expected:f}",
        f"Comes: {coming}{f'   and {more} more' if more > 0 else ''}"
        if coming
        else "Comes: !nothing is expected; `orderdesk supply add` announces it",
    ]
    return "\n".join(shortened(f" {clean(row)}", width) for row in rows)


def share(line: ShelfLine | None) -> Iterator[str]:
    """Say what the picked line gets when."""
    if line is None:
        return
    name = f"{line.order} line {line.line}, {line.customer}"
    if not isinstance(line, WaitingLine):
        yield f"{name}: has {line.allocated:f} of {line.open:f} open"
        return
    parts = ", ".join(f"{each.quantity:f} on {each.date}" for each in line.gets) or "nothing"
    yield f"{name}: has {line.allocated:f} of {line.open:f}, gets {parts}"
    lacks = line.backordered - sum(each.quantity for each in line.gets)
    if lacks:
        yield f"!nobody knows when the {'other ' if line.gets else ''}{lacks:f} come"


def slips(view: MoveView) -> Iterator[str]:
    """Say who would have the goods later, or sooner, than without a move."""
    yield (
        f"MOVE {view.quantity:f} FROM {view.order} line {view.line}"
        f" TO {view.to_order} line {view.to_line}:"
    )
    for each in view.slips:
        days = "" if each.days is None else _days(each.days)
        yield (
            f"{each.order} line {each.line}: {_day(each.before)} -> {_day(each.after)}{days}"
            f", then waits for {each.quantity:f}{_promise(each)}"
        )
    if not view.slips:
        yield "nobody has the goods on another day"


def _promise(slip: SlipView) -> str:
    """Say whether what a line was promised is kept."""
    if slip.promised is None:
        return f"; no promise, arrives {_day(slip.arrives)}"
    if slip.breaks:
        return f"; !BREAKS the promise of {slip.promised}, arrives {_day(slip.arrives)}"
    return f"; the promise of {slip.promised} holds"


def _day(day: date | None) -> str:
    return "unknown" if day is None else day.isoformat()


def _days(days: int) -> str:
    count = f"{abs(days)} day{'s' if abs(days) != 1 else ''}"
    return f", !{count} later" if days > 0 else f", {count} sooner"


def laid(texts: Iterable[str], width: int, most: int) -> str:
    """Give texts in at most so many rows; the last says how many there are more."""
    rows = [row for text in texts for row in wrapped(clean(text), width, _ROWS)]
    if len(rows) > most:
        rows = [*rows[: most - 1], f"({len(rows) - most + 1} more rows)"]
    return "\n".join(rows)


def supply(seen: ShelfView) -> Iterator[str]:
    """Give a row for each day on which something comes."""
    yield "COMES"
    for each in seen.supplies:
        late = "  !late" if each.late else ""
        yield f"{each.due}  {each.quantity:f}  {each.reference}{late}"
    if not seen.supplies:
        yield "nothing"
    yield ""
