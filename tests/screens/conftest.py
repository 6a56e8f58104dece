"""The desk as an app over a fresh small company, with a clock that stands still."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.screens import base
from orderdesk.screens.order_entry import cut_off
from orderdesk.store import work
from orderdesk.store.desk import Desk

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
"""A Monday afternoon, before the cut-off of the small company's warehouse."""


@pytest.fixture
def at_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop every clock that a screen, or what is promised, goes by."""
    monkeypatch.setattr(base, "clock", lambda: "14:02")
    monkeypatch.setattr(cut_off, "now", lambda: NOW)
    stopped = int(NOW.timestamp()) * 1_000_000_000
    monkeypatch.setattr(work, "time", SimpleNamespace(time_ns=lambda: stopped))


@pytest.fixture
def app_at(sqlite_url: str, at_two: None) -> Callable[[str | None], OrderDeskApp]:
    """Give the desk, opened at a screen or at the menu."""

    def opened(screen: str | None = None) -> OrderDeskApp:
        return OrderDeskApp(
            lambda: Desk(sqlite_url, "clerk").open(),
            place="main.db",
            user="clerk",
            screen=screen,
        )

    return opened
