"""Which credit checks go for whom."""

from collections.abc import Callable

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.services import masters
from orderdesk.services.company import show
from orderdesk.services.credit import modes
from orderdesk.store.desk import Desk

Desks = Callable[[str], Desk]


@pytest.mark.parametrize("typed", ["99999999999", "36501", "-1", "1.5", "soon"])
def test_a_threshold_is_taken_as_typed_or_refused(desk_of: Desks, typed: str) -> None:
    desk = desk_of("admin")
    with pytest.raises(Refused, match=f"threshold '{typed}' is not .*; give one from 0 to 36500"):
        desk.run(modes.set_, "overdue", threshold=typed)
    assert desk.run(modes.set_, "overdue", threshold="36500").threshold == 36_500


def test_what_is_so_already_is_no_change(desk_of: Desks) -> None:
    desk = desk_of("admin")
    desk.run(modes.set_, "overdue", mode="warn", threshold="30")
    version = desk.read(show).version
    assert desk.run(modes.set_, "overdue", threshold="30").mode == "warn"
    assert desk.read(show).version == version


def test_a_row_that_a_group_does_not_have_is_taken_away_without_a_change(desk_of: Desks) -> None:
    desk = desk_of("admin")
    desk.run(masters.add, "customer_group", "SHOPS", {})
    version = desk.read(show).version
    assert desk.run(modes.set_, "overdue", mode="", group="SHOPS").mode == ""
    assert desk.read(show).version == version
