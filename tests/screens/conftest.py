"""The desk as an app over a fresh small company, with a clock that stands still."""

from collections.abc import Callable

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.screens import base
from orderdesk.store.desk import Desk


@pytest.fixture
def app_at(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str | None], OrderDeskApp]:
    """Give the desk, opened at a screen or at the menu."""
    monkeypatch.setattr(base, "clock", lambda: "14:02")

    def opened(screen: str | None = None) -> OrderDeskApp:
        return OrderDeskApp(
            lambda: Desk(sqlite_url, "clerk").open(),
            place="main.db",
            user="clerk",
            screen=screen,
        )

    return opened
