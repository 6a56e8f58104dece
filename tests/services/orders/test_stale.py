"""Whoever read an older version of an order is told what changed, whatever they want to do."""

from collections.abc import Callable
from typing import Any

import pytest

from orderdesk.domain.errors import Conflict
from orderdesk.services.orders import reading
from orderdesk.services.orders.closing import cancel, close_line, reopen
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.services.orders.asking import line, order

SO1 = "SO-000001"
ACTS: tuple[tuple[Callable[..., Any], dict[str, Any]], ...] = (
    (close_line, {"line": 1, "reason": "gone"}),
    (reopen, {"line": 2, "reason": "back"}),
    (cancel, {"reason": "twice"}),
    (hold, {"line": 1, "reason": "wait"}),
    (release, {"ceiling": "900", "reason": "paid"}),
)


@pytest.mark.parametrize(("act", "asked"), ACTS, ids=[act.__name__ for act, _ in ACTS])
def test_an_act_on_an_older_version_is_a_conflict_that_shows_both_sides(
    desk_of: Callable[[str], Desk], act: Callable[..., Any], asked: dict[str, Any]
) -> None:
    mine, theirs = desk_of("supervisor"), desk_of("script")
    desk_of("clerk").run(place, order("TIGHT", line("P1", "20"), line("P2", "1")))
    read = theirs.run(close_line, SO1, 2, version=1)
    theirs.run(hold, SO1, reason="check the address", version=read.version)
    with pytest.raises(Conflict, match=r"you read 2; in between: script \(held\)") as caught:
        mine.run(act, SO1, **asked, version=read.version)
    assert {name: caught.value.details["yours"][name] for name in asked} == asked
    assert caught.value.details["theirs"]["holds"] == {"manual": [None, "open"]}
    assert mine.read(reading.show, SO1).version == 3


@pytest.mark.parametrize(("act", "asked"), ACTS, ids=[act.__name__ for act, _ in ACTS])
def test_an_act_on_the_version_that_stands_is_done(
    desk_of: Callable[[str], Desk], act: Callable[..., Any], asked: dict[str, Any]
) -> None:
    desk_of("clerk").run(place, order("TIGHT", line("P1", "20"), line("P2", "1")))
    read = desk_of("script").run(close_line, SO1, 2)
    assert desk_of("supervisor").run(act, SO1, **asked, version=read.version).version == 3
