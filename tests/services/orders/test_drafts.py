"""Drafts: kept as typed, owned by one, taken over when parked, placed once."""

from collections.abc import Callable

import pytest

from orderdesk.domain.drafts import DraftRequest
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.services.orders import drafts, reading
from orderdesk.store.desk import Desk
from tests.services.orders.asking import line, order

Desks = Callable[[str], Desk]
BODY = '{"customer": "ac", "lines": [["P1",  "1O"]], "odd": "[/] \\u0000 é"}'


def draft(id: str = "d1", body: str = BODY, **more: object) -> DraftRequest:
    return DraftRequest(id=id, body=body, **more)  # type: ignore[arg-type]


def test_a_draft_is_kept_exactly_as_typed_and_saved_over(desk: Desk) -> None:
    first = desk.run(drafts.save, draft(customer="ac", lines=1))
    assert (first.body, first.owner, first.customer, first.lines) == (BODY, "clerk", "ac", 1)
    desk.run(drafts.save, draft(body="{}", customer="acme", lines=2, known=True))
    (kept,) = desk.read(drafts.list_)
    assert (kept.body, kept.customer, kept.lines, kept.parked) == ("{}", "acme", 2, False)


def test_a_list_has_ones_own_and_what_others_parked(desk_of: Desks) -> None:
    clerk, other = desk_of("clerk"), desk_of("clerk2")
    clerk.run(drafts.save, draft("mine"))
    clerk.run(drafts.save, draft("left"))
    clerk.run(drafts.park, "left")
    other.run(drafts.save, draft("theirs"))
    other.run(drafts.save, draft("parked"))
    other.run(drafts.park, "parked")
    assert [each.id for each in clerk.read(drafts.list_)] == ["left", "mine", "parked"]


def test_a_parked_draft_may_be_taken_over_and_is_then_anothers(desk_of: Desks) -> None:
    clerk, other = desk_of("clerk"), desk_of("clerk2")
    clerk.run(drafts.save, draft())
    for act in (drafts.resume, drafts.park, drafts.drop):
        with pytest.raises(Refused, match="clerk has this draft now; ask them to park it"):
            other.run(act, "d1")
    clerk.run(drafts.park, "d1")
    with pytest.raises(Refused, match="clerk has this draft; take it up first"):
        other.run(drafts.save, draft())
    assert other.run(drafts.resume, "d1").body == BODY
    with pytest.raises(Refused, match="clerk2 has this draft now"):
        clerk.run(drafts.save, draft(known=True))
    with pytest.raises(Refused, match="clerk2 has this draft now"):
        clerk.run(drafts.place_draft, "d1", order("ACME", line("P1")))


def test_ones_own_parked_draft_is_resumed_and_dropped(desk: Desk) -> None:
    desk.run(drafts.save, draft())
    assert desk.run(drafts.park, "d1").parked
    assert not desk.run(drafts.resume, "d1").parked
    assert desk.run(drafts.drop, "d1").body == BODY
    assert desk.read(drafts.list_) == ()
    for act in (drafts.resume, drafts.park, drafts.drop):
        with pytest.raises(NotFound, match="placed or dropped"):
            desk.run(act, "d1")


def test_a_draft_becomes_one_order_however_often_it_is_placed(desk: Desk) -> None:
    request = order("ACME", line("P1"))
    desk.run(drafts.save, draft())
    placed = desk.command("draft:d1", drafts.place_draft, "d1", request)
    assert (placed.number, desk.read(drafts.list_)) == ("SO-000001", ())
    assert desk.command("draft:d1", drafts.place_draft, "d1", request) == placed
    with pytest.raises(NotFound, match="it was placed or dropped; look in the orders"):
        desk.run(drafts.place_draft, "d1", request)
    assert [each.number for each in desk.read(reading.list_).orders] == ["SO-000001"]


def test_a_late_save_does_not_bring_a_placed_draft_back(desk: Desk) -> None:
    desk.run(drafts.save, draft())
    desk.run(drafts.place_draft, "d1", order("ACME", line("P1")))
    with pytest.raises(NotFound, match="placed or dropped"):
        desk.run(drafts.save, draft(known=True))
    assert desk.read(drafts.list_) == ()


def test_an_order_that_is_refused_leaves_its_draft(desk: Desk) -> None:
    desk.run(drafts.save, draft())
    with pytest.raises(NotFound, match="product 'NIX'"):
        desk.run(drafts.place_draft, "d1", order("ACME", line("NIX")))
    assert [each.id for each in desk.read(drafts.list_)] == ["d1"]


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, '"\ud800"'])
def test_what_is_not_json_is_refused(desk: Desk, body: str) -> None:
    with pytest.raises(Refused, match="not JSON"):
        desk.run(drafts.save, draft(body=body))
