"""The whole morning in real terminals, and whether the store has what was typed: no more, no less.

The pictures in docs/morning are taken on the way; those that have changed are named, and what was
seen is left beside them in the test's folder. `python -m scripts.morning` makes them anew.
"""

from collections import Counter
from pathlib import Path

import pytest

from orderdesk.domain.errors import NotFound
from orderdesk.domain.orders import OrderView
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from tests.morning.gallery import PICTURES, Critic, Gallery, Nobody
from tests.morning.orders import STORED, Typed
from tests.morning.story import SAMPLE, number, pass_morning

DOCS = PICTURES.parent


def has(order: OrderView) -> Typed:
    """Give an order as it could have been typed."""
    lines = tuple((line.product, f"{line.ordered:f}") for line in order.lines)
    return Typed(order.customer, order.buyer_po, lines, order.entered_by, order.status)


def orders_of(url: str) -> dict[str, OrderView]:
    """Give all orders by number, from the sample's first up to the first number without one."""
    desk = Desk(url, "owner").open()
    found: dict[str, OrderView] = {}
    try:
        for place in range(-SAMPLE, len(STORED) + SAMPLE):
            found[number(place)] = desk.read(show, number(place))
    except NotFound:
        pass
    finally:
        desk.close()
    return found


def stored_as_typed(url: str, folder: Path, gallery: Gallery) -> None:
    """Let the morning pass, and hold what the store has against what was typed."""
    pass_morning(url, folder, gallery)
    orders = orders_of(url)
    typed = {name: order for name, order in orders.items() if name >= number(0)}
    assert len(orders) == SAMPLE + len(STORED)
    assert Counter(map(has, typed.values())) == Counter(STORED)
    (hold,) = orders[number(0)].holds
    assert (hold.code, hold.released_by) == ("credit_limit", "supervisor")
    lines = (orders[number(place)].lines[line] for place, line in ((0, 2), (1, 0), (2, 0)))
    # Ten of the receipt; six less of product 44 than its first buyer had; seven and those six.
    assert [f"{line.allocated:f}" for line in lines] == ["10", "14", "13"]


def test_a_morning_is_stored_as_it_was_typed_and_looks_like_its_pictures(tmp_path: Path) -> None:
    critic = Critic(tmp_path)
    stored_as_typed(str(tmp_path / "demo.db"), tmp_path, critic)
    kept = {path.stem for path in PICTURES.glob("*.svg")}
    assert critic.different == [], f"see {tmp_path}; python -m scripts.morning makes them anew"
    assert set(critic.taken) == kept
    page = (DOCS / "morning.md").read_text(encoding="utf-8")
    assert all(f"(morning/{name}.svg)" in page for name in kept)


@pytest.mark.postgres
def test_a_morning_on_postgresql_is_stored_as_it_was_typed(
    empty_server_url: str, tmp_path: Path
) -> None:
    stored_as_typed(empty_server_url, tmp_path, Nobody())
