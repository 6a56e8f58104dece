"""Carriers: how many days each takes to where."""

from collections.abc import Callable

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.services import carriers, masters
from orderdesk.store.desk import Desk
from tests.services.test_masters import events


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    """Give the owner's desk, with a carrier TRUCK."""
    desk = desk_of("owner")
    desk.run(masters.add, "carrier", "TRUCK", {})
    return desk


def test_a_zone_is_added_changed_listed_and_removed(desk: Desk) -> None:
    made = desk.run(
        carriers.set_zone, "truck", {"country": "Germany", "postal_prefix": "10", "lead_days": 2}
    )
    assert (made.carrier, made.warehouse, made.country) == ("TRUCK", "", "GERMANY")
    everywhere = desk.run(carriers.set_zone, "TRUCK", {"lead_days": "9"})
    assert desk.read(carriers.zones, "TRUCK") == (everywhere, made)
    assert desk.read(carriers.zones, "TRUCK", after=everywhere, limit=1) == (made,)
    key = {"country": "GERMANY", "postal_prefix": "10"}
    assert desk.run(carriers.set_zone, "TRUCK", {**key, "lead_days": "3"}).lead_days == 3
    assert desk.run(carriers.set_zone, "TRUCK", {**key, "lead_days": "3"}).lead_days == 3
    assert desk.run(carriers.remove_zone, "TRUCK", key).lead_days == 3
    assert desk.read(carriers.zones, "TRUCK") == (everywhere,)
    told = [body.partition('"lead_days":')[2] for _, _, body in events(desk, "carrier_zone")]
    assert told == ["[null,2]}", "[null,9]}", "[2,3]}", "[3,null]}"]


def test_what_makes_no_zone_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="lead_days is missing"):
        desk.run(carriers.set_zone, "TRUCK", {"country": "USA"})
    with pytest.raises(Refused, match="needs its country"):
        desk.run(carriers.set_zone, "TRUCK", {"postal_prefix": "98", "lead_days": "1"})
    with pytest.raises(Refused, match="warehouse '77' is unknown; known: 01"):
        desk.run(carriers.set_zone, "TRUCK", {"warehouse": "77", "lead_days": "1"})
    with pytest.raises(NotFound, match="carrier 'VAN' is unknown"):
        desk.run(carriers.set_zone, "VAN", {"lead_days": "1"})
    with pytest.raises(NotFound, match="zone USA of carrier 'TRUCK' is unknown"):
        desk.run(carriers.remove_zone, "TRUCK", {"country": "USA"})


def test_who_may_not_change_masters_changes_no_zone(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    with pytest.raises(Refused, match="may not"):
        desk_of("warehouse").run(carriers.set_zone, "TRUCK", {"lead_days": "1"})
