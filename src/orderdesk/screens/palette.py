"""The palette: every action and every screen by its name, on a list that takes typing ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from inspect import isawaitable
from typing import Any, Final, NamedTuple

from textual.app import ComposeResult

from orderdesk.screens.base import DeskScreen
from orderdesk.screens.commands import (
    CUSTOMER_ACTIONS,
    EVERY_ACTION,
    LIST_ACTIONS,
    PROMISE_ACTIONS,
    QUEUE_ACTIONS,
    STOCK_ACTIONS,
    Action,
    key_cap,
)
from orderdesk.screens.widgets.choices import Choice, ChoiceList

_ENTRY: Final = ("order entry", "order entry")
_ORDER: Final = ("an order", "an order's sheet: Orders, pick it, Enter")
_CUSTOMER: Final = ("a customer", "a customer's sheet: Customers, pick it, Enter")
_CREDIT: Final = ("credit check", "the credit check")
_QUEUES: Final = ("queues", "the queues")
_STOCK: Final = ("stock check", "the stock check")
_SHORT: Final = ("backorders", "a product's sheet: Backorders, pick it, Enter")
_PROMISES: Final = ("promises", "the promises")
_LISTS: Final = ("lists", "every list")


class Entry(NamedTuple):
    """One thing to choose."""

    id: str
    title: str
    """Its name, with its key where it has one."""
    help: str
    do: Callable[[], Any]
    """Does it, on the screen below."""
    place: str = ""
    """Where it is done; empty for here."""
    why_not: str = ""
    """Why it cannot be done now."""


def entries(
    screen: DeskScreen, others: Mapping[str, tuple[str, Callable[[], Any]]]
) -> Iterator[Entry]:
    """Give what can be done here, then the other screens, then what is done elsewhere.

    `others` gives a title and what opens it for the name of each screen.
    """
    keymap = screen.desk_app.keymap_of_user
    titles = {each.id: _title(each, keymap) for each in EVERY_ACTION.values()}
    here = [each for each in EVERY_ACTION.values() if screen.offers(each.id)]
    for action in here:
        do = getattr(screen, f"action_{action.id}")
        why = screen.why_not(action.id)
        yield Entry(action.id, titles[action.id], action.help, do, why_not=why)
    for name, (title, opens) in others.items():
        yield Entry(f"open {name}", title, f"Open the screen {name}.", opens)
    yield Entry("quit", "Quit", "Leave the desk; drafts stay saved.", screen.desk_app.action_quit)
    for action in EVERY_ACTION.values():
        if action not in here:
            (place, way), title = _place(action.id), titles[action.id]
            said = f"{title} is not done here; it is on {way}"
            yield Entry(action.id, title, action.help, partial(screen.say, said), place)


def _title(action: Action, keymap: Mapping[str, str]) -> str:
    keys = keymap.get(action.id, ",".join(action.keys)).split(",")
    return f"{action.label} ({key_cap(keys[0])})"


def _place(action: str) -> tuple[str, str]:
    """Say where an action can be done, and how one gets there."""
    if action in ("filter", "sort", "csv", "same"):
        return _LISTS
    if action in ("what_if", "set_limit"):
        return _CREDIT
    if action in ("move_stock", "run_allocation"):
        return _SHORT
    for actions, place in (
        (LIST_ACTIONS, _ORDER),
        (QUEUE_ACTIONS, _QUEUES),
        (CUSTOMER_ACTIONS, _CUSTOMER),
        (PROMISE_ACTIONS, _PROMISES),
        (STOCK_ACTIONS, _STOCK),
    ):
        if action in actions:
            return place
    return _ENTRY


def _said(entry: Entry) -> str:
    return f"NOT NOW: {entry.why_not}" if entry.why_not else entry.help


class Palette(DeskScreen):
    """Type a part of a name or of what it does; Enter does it on the screen below."""

    TITLE_TEXT = "FIND AN ACTION OR A SCREEN"
    KEYS = ("back",)

    def __init__(self, listed: Sequence[Entry]) -> None:
        super().__init__()
        self._listed = {each.id: each for each in listed}

    def room(self) -> ComposeResult:
        """Give the whole room to the list."""
        yield ChoiceList("", self._fitting, self._picked)

    async def _fitting(self, text: str) -> Sequence[Choice]:
        """Give what has every typed word in it, first that which has them in its name."""
        words = text.casefold().split()
        found = []
        for each in self._listed.values():
            if all(word in f"{each.title} {each.help}".casefold() for word in words):
                named = all(word in each.title.casefold() for word in words)
                found.append((not named, each))
        found.sort(key=lambda one: one[0])
        return [
            Choice(each.id, f"{each.title:<12} {_said(each)}", is_named=False, more=each.place)
            for _, each in found
        ]

    async def _picked(self, chosen: str | None) -> None:
        """Go back to the screen below and do it there; no key passes before that is done."""
        self.desk_app.busy_begin()
        do = self._listed[chosen].do if chosen else lambda: None
        self.app.call_later(partial(self._do_below, do))

    async def action_leave(self) -> None:
        """Close the palette; F3 once more leaves the screen."""
        await self.desk_app.leave_screen()

    async def _do_below(self, do: Callable[[], Any]) -> None:
        try:
            await self.desk_app.leave_screen()
            done = do()
            if isawaitable(done):
                await done
        finally:
            self.desk_app.busy_end()
