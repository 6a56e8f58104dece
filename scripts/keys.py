"""Write docs/keys.md from the table of actions; a test fails where it is stale."""

from pathlib import Path
from typing import Final

from orderdesk.screens.commands import (
    ACTIONS,
    CUSTOMER_ACTIONS,
    LIST_ACTIONS,
    PROMISE_ACTIONS,
    QUEUE_ACTIONS,
    STOCK_ACTIONS,
    Action,
    key_cap,
)

TARGET: Final = Path(__file__).parents[1] / "docs/keys.md"

_FIXED: Final = (
    ("Enter, Ctrl+J", "Accept the field and follow the fixed path."),
    ("Tab, Shift+Tab", "The next and the previous field."),
    ("Ctrl+P", "Find every action and every screen by its name."),
)


def _rows(actions: dict[str, Action]) -> list[str]:
    return [
        f"| {', '.join(key_cap(key) for key in action.keys)} | `{action.id}` | {action.help} |"
        f" {f'`orderdesk {action.command}`' if action.command else ''} |"
        for action in actions.values()
    ]


_SECTIONS: Final = (
    ("In lists and on an order", LIST_ACTIONS),
    ("In queues", QUEUE_ACTIONS),
    ("On a customer", CUSTOMER_ACTIONS),
    ("In promises", PROMISE_ACTIONS),
    ("On a product and the lines that want it", STOCK_ACTIONS),
)


def document() -> str:
    """Give the whole page."""
    head = ["| key | name | does | command |", "| --- | --- | --- | --- |"]
    rows = [
        "# Keys",
        "",
        "Made from the program by `python scripts/keys.py`. The names are for the key file:",
        "`orderdesk config keys` shows it, and each key can be changed there.",
        "",
        "## On every screen",
        "",
        *head,
        *(f"| {keys} | | {does} | |" for keys, does in _FIXED),
        *_rows(ACTIONS),
        "",
    ]
    for title, actions in _SECTIONS:
        rows += [f"## {title}", "", *head, *_rows(actions), ""]
    return "\n".join(rows)


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
