"""Reasons: checked where the company keeps some of that kind, any words where it keeps none."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AmendRequest, LineChange, LineRequest
from orderdesk.domain.stock import AdjustRequest
from orderdesk.services import masters, stock, stock_check
from orderdesk.services.orders import reading
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel, close_line, reopen
from orderdesk.services.orders.holds import hold
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.services.orders.asking import line, order

Act = Callable[[Desk, str], Any]
SO1 = "SO-000001"


def changed(reason: str, **change: Any) -> AmendRequest:
    return AmendRequest(number=SO1, lines=(LineChange(line=1, **change),), reason=reason)


def added(reason: str) -> AmendRequest:
    more = LineRequest(product="P2", quantity="1", price="2")
    return AmendRequest(number=SO1, add=(more,), reason=reason)


def counted(reason: str) -> AdjustRequest:
    return AdjustRequest(product="P1", counted="90", reason=reason)


def told(desk: Desk, kind: str) -> str:
    """Give the reason that the last change of the order, or of stock, carries."""
    if kind == "stock":
        return desk.read(stock_check.moves, "P1").entries[0].reason
    reason: str = desk.read(reading.events, SO1)[-1].changes["reason"]
    return reason


CHECKED: Mapping[str, tuple[str, Act]] = {
    "cancel": ("cancel", lambda desk, why: desk.run(cancel, SO1, why)),
    "close a line": ("cancel", lambda desk, why: desk.run(close_line, SO1, 1, reason=why)),
    "price": ("price", lambda desk, why: desk.run(amend, changed(why, price="9"))),
    "price of a new line": ("price", lambda desk, why: desk.run(amend, added(why))),
    "stock": ("stock", lambda desk, why: desk.run(stock.adjust, counted(why))),
}
FREE: Mapping[str, Act] = {
    "quantity": lambda desk, why: desk.run(amend, changed(why, quantity="3")),
    "back to the lists": lambda desk, why: desk.run(amend, changed(why, quantity="3", price="")),
    "hold": lambda desk, why: desk.run(hold, SO1, None, why),
}


@pytest.fixture
def kept(desk: Desk) -> Desk:
    """Give a desk with an order, whose company keeps a reason of each kind and an archived one."""
    desk.run(place, order("FREE", line("P1", "2")))
    for kind in ("cancel", "price", "stock"):
        name = f"A {kind} reason"
        desk.run(masters.add, "reason", f"{kind}1", {"name": name, "kind": kind})
    desk.run(masters.add, "reason", "OLD", {"name": "Old", "kind": "any"})
    desk.run(masters.set_, "reason", "OLD", {"archived": "yes"})
    return desk


@pytest.mark.parametrize("name", CHECKED)
def test_an_unknown_reason_is_refused_and_the_known_ones_are_named(kept: Desk, name: str) -> None:
    kind, act = CHECKED[name]
    for reason in ("whim", "OLD", "hold1"):
        with pytest.raises(
            Refused, match=rf"reason '{reason}' is unknown.*: {kind.upper()}1;"
        ) as no:
            act(kept, reason)
        assert no.value.details["known"] == [f"{kind.upper()}1"]
    assert kept.read(reading.show, SO1).version == 1


@pytest.mark.parametrize("typed", [" {}1", "A {} Reason"])
@pytest.mark.parametrize("name", CHECKED)
def test_a_reason_is_named_by_its_code_or_its_name_and_kept_as_its_code(
    kept: Desk, name: str, typed: str
) -> None:
    kind, act = CHECKED[name]
    act(kept, typed.format(kind))
    assert told(kept, kind) == f"{kind.upper()}1"


@pytest.mark.parametrize("name", CHECKED)
def test_a_reason_for_anything_serves(kept: Desk, name: str) -> None:
    kind, act = CHECKED[name]
    kept.run(masters.add, "reason", "OTHER", {"name": "Other", "kind": "any"})
    act(kept, "other")
    assert told(kept, kind) == "OTHER"


@pytest.mark.parametrize("name", CHECKED)
def test_no_reason_is_needed(kept: Desk, name: str) -> None:
    CHECKED[name][1](kept, "")


@pytest.mark.parametrize("name", CHECKED)
def test_a_company_that_keeps_no_reasons_takes_any_words(desk: Desk, name: str) -> None:
    desk.run(place, order("FREE", line("P1", "2")))
    CHECKED[name][1](desk, "Ordered twice")


@pytest.mark.parametrize("name", FREE)
def test_other_changes_take_any_words(kept: Desk, name: str) -> None:
    FREE[name](kept, "in any words")


def test_what_was_closed_is_opened_again_for_any_reason(kept: Desk) -> None:
    kept.run(close_line, SO1, 1)
    kept.run(reopen, SO1, None, "in any words")
    assert kept.read(reading.events, SO1)[-1].changes["reason"] == "in any words"
