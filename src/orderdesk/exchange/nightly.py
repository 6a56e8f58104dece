"""The nightly run: every step in pieces, so that no desk waits for it long.

It may be run twice, late, or again after it was stopped: each step does what is left to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final

from orderdesk.domain.chain import ChainView
from orderdesk.domain.nightly import NightAhead, NightlyView
from orderdesk.domain.paging import every
from orderdesk.domain.stock import ExpiredLot
from orderdesk.exchange import allocation
from orderdesk.services import calendars, chain, expiring, night_ahead, nightly
from orderdesk.services.orders import rechecking, repromising
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work

_OWN: Final = "{} began"
"""The command id that binds a caller's own command id to one day as soon as the run begins."""


@dataclass(slots=True)
class _Told:
    """What has been done so far."""

    held: list[dict[str, Any]] = field(default_factory=list)
    released: list[dict[str, Any]] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)
    expired: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    gave_back: tuple[dict[str, Any], ...] = ()
    expired_goods: tuple[ExpiredLot, ...] = ()
    allocated: int = 0
    calendars: tuple[str, ...] = ()
    promised: int = 0
    slipped: list[dict[str, Any]] = field(default_factory=list)


def run(
    desk: Desk,
    on: date,
    note: Callable[[str], None] = lambda words: None,
    command_id: str | None = None,
) -> NightlyView:
    """End the day and begin `on`, and give what was done; `note` is told of each step.

    The same command id again gives the first answer and does nothing; one that was used for
    another day is refused. Raises Refused for who may not end the day, and for a day before the
    business date.
    """

    def answered(work: Work, day: str) -> NightlyView:
        return view

    if command_id is None:
        return _run(desk, on, note)
    if not desk.read(nightly.is_finished, command_id):
        desk.command(_OWN.format(command_id), nightly.begin, on.isoformat())
        view = _run(desk, on, note)
    return desk.command(command_id, answered, on.isoformat())


def ahead(desk: Desk, on: date) -> NightAhead:
    """Tell what a run would do, and change nothing. Raises as `run` does."""
    return desk.read(night_ahead.ahead, on)


def _run(desk: Desk, on: date, note: Callable[[str], None]) -> NightlyView:
    before = desk.read(nightly.begin, on.isoformat())
    told = _Told()
    note("business date")
    # What entered with a run that was stopped has not been checked yet.
    stopped = _entered(desk, before)
    moved = desk.command(nightly.BEGAN.format(on), nightly.move_on, on.isoformat())
    entered = tuple(dict.fromkeys((*stopped, *_entered(desk, on.isoformat()))))
    # Read before anything is checked: a check takes what is over away.
    told.expired = tuple(every(partial(desk.read, nightly.expired)))
    cause = f"nightly run of {on}"
    told.ended = _check_all(desk, told, entered, cause, note)
    note("stock of orders that are held too long")
    told.gave_back = _give_back(desk, cause)
    note("lots whose last day is over")
    told.expired_goods = _expire(desk, cause)
    note("stock for lines that come within the allocation horizon")
    told.allocated = allocation.run(desk, cause=cause).served
    note("public holidays")
    told.calendars = _public_holidays(desk)
    note("promises")
    _promise(desk, told, cause)
    reviews = desk.read(nightly.reviews)
    note("events")
    desk.command(nightly.ENDED.format(on), nightly.finish, on.isoformat())
    # The head that is printed has this run's own events behind it.
    chained = desk.run(chain.seal)
    return _view(told, chained, before, on, len(moved.entered), reviews)


def _view(
    told: _Told,
    chained: ChainView,
    before: str,
    on: date,
    entered: int,
    reviews: tuple[dict[str, str], ...],
) -> NightlyView:
    return NightlyView(
        before=date.fromisoformat(before),
        business_date=on,
        entered=entered,
        checked=len(told.checked),
        held=tuple(told.held),
        released=tuple(told.released),
        expired=told.expired,
        ended=told.ended,
        gave_back=told.gave_back,
        expired_goods=told.expired_goods,
        allocated=told.allocated,
        reviews=reviews,
        sealed=chained.sealed,
        event=chained.event,
        head=chained.head,
        unsealed=chained.unsealed,
        calendars=told.calendars,
        promised=told.promised,
        slips=sum(len(each["lines"]) for each in told.slipped),
        slipped=tuple(told.slipped),
    )


def _expire(desk: Desk, cause: str) -> tuple[ExpiredLot, ...]:
    """Let goods whose last day is over be expired, in pieces."""
    found: list[ExpiredLot] = []
    after: expiring.Key | None = expiring.START
    while after is not None:
        done = desk.run(expiring.piece, after, cause)
        found += done.expired
        after = done.after
    return tuple(found)


def _public_holidays(desk: Desk) -> tuple[str, ...]:
    """Keep the calendars' public holidays ahead; give those that got some."""
    return tuple(desk.run(calendars.keep_ahead, code).code for code in desk.read(calendars.lacking))


def _check_all(
    desk: Desk,
    told: _Told,
    entered: tuple[str, ...],
    cause: str,
    note: Callable[[str], None],
) -> tuple[str, ...]:
    """Check every order that a new day may hold or let pass; give whose temporary limit is over."""
    note("orders that enter the horizon")
    _check(desk, told, entered, f"{cause}: within the credit horizon")
    note("releases and temporary limits that are over")
    # What entered the horizon has been checked for it by now.
    for number in (each for each in told.expired if each not in told.checked):
        _check(desk, told, (number,), f"{cause}: a release is over")
    ended = _end_temporary(desk, told, cause)
    note("orders that are held")
    for number in every(partial(desk.read, nightly.held)):
        _check(desk, told, (number,), f"{cause}: nothing stands against it any more")
    return ended


def _promise(desk: Desk, told: _Told, cause: str) -> None:
    """Promise anew what comes to another day by now, each order in a unit of work of its own."""
    numbers, last = desk.read(repromising.outdated)
    while last:
        for number in numbers:
            done = desk.run(repromising.repromise, number, cause)
            told.promised += bool(done.changed)
            if done.slipped:
                told.slipped.append({"order": number, "lines": list(done.slipped)})
        numbers, last = desk.read(repromising.outdated, last)


def _entered(desk: Desk, on: str) -> tuple[str, ...]:
    """Give the orders that entered with the run of a day, unless it was done to its end."""
    if desk.read(nightly.is_finished, nightly.ENDED.format(on)):
        return ()
    return desk.command(nightly.BEGAN.format(on), nightly.move_on, on).entered


def _check(desk: Desk, told: _Told, numbers: tuple[str, ...], cause: str) -> None:
    """Check orders again, each in a unit of work of its own, the oldest first."""
    for number in numbers:
        done = desk.run(rechecking.recheck, number, cause, numbers)
        told.checked.add(number)
        if done.held:
            told.held.append({"order": number, "codes": list(done.held)})
        if done.released:
            told.released.append({"order": number, "codes": list(done.released)})


def _end_temporary(desk: Desk, told: _Told, cause: str) -> tuple[str, ...]:
    ended: list[str] = []
    while (piece := desk.run(nightly.end_temporary)).customers:
        ended += piece.customers
        _check(desk, told, piece.orders, f"{cause}: a temporary limit is over")
    return tuple(ended)


def _give_back(desk: Desk, cause: str) -> tuple[dict[str, Any], ...]:
    before = desk.read(nightly.grace)
    found = []
    for number in every(partial(desk.read, nightly.long_held)):
        served = desk.run(rechecking.give_back, number, before, f"{cause}: held too long")
        if served:
            found.append({"order": number, "served": list(served)})
    return tuple(found)
