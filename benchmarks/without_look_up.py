"""The desk with a dumb item field: the same screen, keys and field, but nothing is looked up."""

from typing import Any

from orderdesk.cli.start import main
from orderdesk.screens.order_entry.side import SidePanel


def _nothing(panel: SidePanel, text: str, source: Any) -> None:
    """Take what was typed and look nothing up."""


if __name__ == "__main__":
    SidePanel.look_up = _nothing  # type: ignore[method-assign, assignment]
    main()
