"""Every key is documented, and every documented key is one a screen knows."""

from importlib import import_module

import pytest

from orderdesk.app import SCREENS
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.commands import ACTIONS, EVERY_ACTION
from scripts import keys

OTHERS = (
    ("orderdesk.screens.menu", "Menu"),
    ("orderdesk.screens.help", "HelpSheet"),
    ("orderdesk.screens.orders.sheet", "OrderSheet"),
    ("orderdesk.screens.orders.events", "EventSheet"),
    ("orderdesk.screens.customers.sheet", "CustomerSheet"),
    ("orderdesk.screens.backorders.sheet", "BackorderSheet"),
    ("orderdesk.screens.stock_check.why", "Why"),
)
EVERY_SCREEN = [*((module, kind) for module, kind, _ in SCREENS.values()), *OTHERS]


def screen_of(module: str, kind: str) -> type[DeskScreen]:
    found: type[DeskScreen] = getattr(import_module(module), kind)
    return found


def test_the_page_of_keys_is_as_the_program_has_them() -> None:
    assert keys.TARGET.read_text(encoding="utf-8") == keys.document()


@pytest.mark.parametrize(("module", "kind"), EVERY_SCREEN)
def test_a_screen_names_only_keys_it_can_act_on(module: str, kind: str) -> None:
    screen = screen_of(module, kind)
    for name in screen.KEYS:
        assert name in EVERY_ACTION
        assert hasattr(screen, f"action_{name}")


def test_every_action_belongs_to_some_screen() -> None:
    screens = [screen_of(module, kind) for module, kind in EVERY_SCREEN]
    unused = {
        name
        for name in EVERY_ACTION
        if not any(hasattr(screen, f"action_{name}") for screen in screens)
    }
    assert not unused


def test_no_two_keys_that_mean_the_same_everywhere_collide() -> None:
    used = [key for action in ACTIONS.values() for key in action.keys]
    assert len(used) == len(set(used))
