"""Every action of the desk once: its keys, its name, its help.

The key bar, the help sheet, the palette, the user's key file and the documents all come from here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Action:
    """Something a user can tell a screen to do."""

    id: str
    """Its name in the key file; the screen's method is `action_` and this."""
    keys: tuple[str, ...]
    """Default keys, the one on the key bar first."""
    label: str
    """At most six letters, for the key bar."""
    help: str
    """One sentence, for the help sheet and the palette."""
    command: str = ""
    """The command that does the same, where there is one."""

    def binding(self) -> Binding:
        """Give Textual's form of it; its id lets the key file change the keys."""
        return Binding(",".join(self.keys), self.id, self.label, show=False, id=self.id)


_CAPS: Final = {"slash": "/", "equals_sign": "=", "insert": "Ins", "delete": "Del", "escape": "Esc"}


def key_cap(key: str) -> str:
    """Give a key's name as people say it: `f9` is F9, `ctrl+o` is Ctrl+O."""
    if len(key) == 1:
        return key
    if key in _CAPS:
        return _CAPS[key]
    return "+".join(part.capitalize() for part in key.split("+"))


def _table(*actions: Action) -> dict[str, Action]:
    return {action.id: action for action in actions}


ACTIONS: Final = _table(
    Action("help", ("f1", "ctrl+g"), "Help", "Help for this field, and all keys of this screen."),
    Action("park", ("f2", "ctrl+s"), "Park", "Park the draft and start anew; empty: take one up."),
    Action("leave", ("f3",), "Exit", "Leave to the menu; asks once where a draft is open."),
    Action(
        "choices",
        ("f4",),
        "List",
        "List what fits this field; `?` in an empty field too.",
        "product list",
    ),
    Action("reread", ("f5", "ctrl+r"), "Reread", "Read everything again, keeping what was typed."),
    Action("new", ("f6", "ctrl+n"), "New", "Begin anew; the draft is parked."),
    Action("more", ("f7", "ctrl+t"), "More", "Rep and one-off ship-to; where prices come from."),
    Action(
        "repeat",
        ("f8", "ctrl+y"),
        "Dup",
        "Repeat the line above; after an error, take the field and go on.",
    ),
    Action(
        "post",
        ("f9", "ctrl+o"),
        "Post",
        "Check and show total and holds; again: post.",
        "order place",
    ),
    Action(
        "back",
        ("f12", "escape"),
        "Back",
        "One step back; in a burst F12 alone.",
    ),
    Action(
        "undo",
        ("ctrl+u", "u"),
        "Undo",
        "Take back what was typed, then the draft's last edit; u in lists.",
    ),
    Action("lock", ("ctrl+l",), "Lock", "Lock the desk; the PIN opens it again as it was."),
    Action("above", ("up",), "Up", "Pick the line above to change it."),
    Action("below", ("down",), "Down", "Pick the line below to change it."),
)
"""The keys that mean the same on every screen."""

LIST_ACTIONS: Final = _table(
    Action("amend", ("a",), "Amend", "Change the picked line.", "order amend"),
    Action("header", ("h",), "Head", "Change the order's header.", "order amend"),
    Action("add_line", ("i", "insert"), "Add", "Add a line to the order.", "order amend"),
    Action("copy", ("c",), "Copy", "Place it again; prices by hand stay.", "order copy"),
    Action("cancel_order", ("x",), "Cancel", "Cancel the whole order.", "order cancel"),
    Action(
        "close_line",
        ("s", "delete"),
        "Close",
        "Short-close what is open of the line.",
        "order close-line",
    ),
    Action("reopen", ("o",), "Reopen", "Open again what was short-closed.", "order reopen"),
    Action("hold", ("w",), "Hold", "Hold the order by hand, for a reason.", "order hold"),
    Action("release", ("r",), "Release", "Release the order's holds.", "order release"),
    Action(
        "goes",
        ("g",),
        "IfShort",
        "Change what becomes of what is short of the line, and where it ships from.",
        "order amend",
    ),
    Action(
        "stand_in",
        ("b",),
        "Subst",
        "Choose a product that stands in for what is short.",
        "order amend",
    ),
    Action(
        "events", ("e",), "Events", "Show what was done to it, by whom and when.", "order events"
    ),
    Action(
        "differences",
        ("d",),
        "Diff",
        "Show what the changes since a revision came to.",
        "order differences",
    ),
    Action("filter", ("slash", "f"), "Find", "Type what to look for.", "order list"),
    Action("sort", ("z",), "Sort", "Show the list in its next order."),
    Action("csv", ("v",), "CSV", "Write all that is listed to a file, for spreadsheets."),
    Action("same", ("equals_sign",), "Cmd", "Say the command that shows the same."),
)
"""Letters that act on the picked row of a list."""

QUEUE_ACTIONS: Final = _table(
    Action(
        "approve",
        ("a",),
        "Approve",
        "Release the hold; Enter takes the ceiling and the day.",
        "queue approve",
    ),
    Action("reject", ("r",), "Reject", "Leave it held, for a reason to mend.", "queue reject"),
    Action("next", ("n",), "Next", "Go on to the next that waits."),
    Action("take", ("t",), "Take", "Tell others that you look into it.", "queue take"),
    Action("open_order", ("o",), "Order", "Open the order's sheet.", "order show"),
    Action("note", ("m",), "Note", "Note something on the order or line.", "queue note"),
    Action("show_holds", ("h",), "Holds", "Show the orders that are held.", "queue list"),
    Action("show_calls", ("c",), "Calls", "Show the lines to call about.", "queue list"),
    Action("show_promises", ("p",), "Promises", "Show what slipped twice.", "queue list"),
    Action("told", ("d",), "Told", "They were told that it slipped.", "queue told"),
    Action("next_queue", ("g",), "Queue", "Go on to the next queue.", "queue list"),
    Action("ships", ("s",), "Ships", "They were called and want it: it ships.", "queue approve"),
    Action("waits", ("w",), "Waits", "Called in vain: call again on a day.", "queue called"),
    Action("cancels", ("x",), "Cancel", "They want it no more: close it.", "order close-line"),
)
"""Letters that act on what is picked in a queue."""

PROMISE_ACTIONS: Final = _table(
    Action(
        "show_risk",
        ("r",),
        "Risk",
        "What should have left, and what must leave soon and is not all there.",
        "promise list",
    ),
    Action(
        "show_late",
        ("l",),
        "Late",
        "What is promised for a later day than it was asked for.",
        "promise list",
    ),
    Action(
        "show_slipped",
        ("s",),
        "Slipped",
        "What is promised for a later day than before.",
        "promise list",
    ),
    Action(
        "show_unpromised",
        ("d",),
        "NoDay",
        "What has no promise, for nobody knows when it comes.",
        "promise list",
    ),
    Action("pin", ("p",), "Pin", "Fix the day that the line is promised for.", "promise pin"),
    Action(
        "renew", ("a",), "Anew", "Promise the order anew, as things stand now.", "promise renew"
    ),
)
"""Letters about what is promised."""

CUSTOMER_ACTIONS: Final = _table(
    Action("customer_orders", ("o",), "Orders", "List all orders of the customer.", "order list"),
    Action("credit_check", ("c",), "Credit", "Check the customer's credit.", "credit show"),
    Action(
        "what_if",
        ("i",),
        "If",
        "Say what the credit would be after an amount on a day.",
        "credit what-if",
    ),
    Action("set_limit", ("l",), "Limit", "Set another credit limit.", "credit limit"),
    Action("note_customer", ("m",), "Note", "Note something on the customer.", "note add"),
)
"""Letters that act on a customer."""

STOCK_ACTIONS: Final = _table(
    Action(
        "ask_atp",
        ("a",),
        "Ask",
        "Type a quantity, a day, a warehouse: what can go when.",
        "stock atp",
    ),
    Action("show_days", ("d",), "Days", "What comes and goes day by day.", "stock check"),
    Action("show_who", ("w",), "Who", "Who has it and who waits, by rank.", "allocation show"),
    Action("show_expected", ("e",), "Expect", "What is still to come, and when.", "supply list"),
    Action(
        "show_others", ("s",), "Subst", "What stands in for it, or goes with it.", "stock check"
    ),
    Action("show_places", ("l",), "Lots", "In which bins it lies, of which lots.", "stock places"),
    Action(
        "show_moves", ("m",), "Moves", "What came in and went out, newest first.", "stock moves"
    ),
    Action(
        "why",
        ("y",),
        "Why",
        "Why the line has what it has, and how its day comes about.",
        "allocation explain",
    ),
    Action("check_stock", ("k",), "Stock", "Check the product of the line.", "stock check"),
    Action(
        "move_stock",
        ("m",),
        "Move",
        "Pick from whom the line gets stock; who slips is said first.",
        "allocation move",
    ),
    Action("run_allocation", ("r",), "Run", "Share out what is free of it.", "allocation run"),
)
"""Letters about a product's stock and the lines that want it."""

EVERY_ACTION: Final = {
    **ACTIONS,
    **LIST_ACTIONS,
    **QUEUE_ACTIONS,
    **CUSTOMER_ACTIONS,
    **PROMISE_ACTIONS,
    **STOCK_ACTIONS,
}


DEFAULT_KEYS: Final = {each.id: each.keys for each in EVERY_ACTION.values()}
"""The desk's own keys of every action."""


def bindings(*ids: str) -> list[BindingType]:
    """Give the bindings of these actions, for a screen's BINDINGS."""
    return [EVERY_ACTION[each].binding() for each in ids]


def key_name(action: str, keymap: dict[str, str]) -> str:
    """Give what is printed on the first key of an action, as the user has it."""
    keys = keymap.get(action, EVERY_ACTION[action].keys[0])
    return key_cap(keys.split(",")[0])


def with_keys(text: str, keymap: dict[str, str]) -> str:
    """Give a text of ours with the key of every action that it has in braces: `{choices}` is F4."""
    return re.sub(r"\{(\w+)\}", lambda found: key_name(found[1], keymap), text)


def key_bar(ids: Iterable[str], keymap: dict[str, str] | None = None) -> str:
    """Give one line that names the keys of these actions, as the user has them."""
    changed = keymap or {}
    parts = []
    for each in ids:
        action = EVERY_ACTION[each]
        cap = key_name(each, changed)
        parts.append(f"{cap}{action.label}" if len(cap) > 1 else f"{cap}:{action.label}")
    return " ".join(parts)
