"""What the faults have found: each as small as it can be told."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest

from orderdesk.domain.customers import CustomerRequest
from orderdesk.domain.drafts import DraftRequest
from orderdesk.domain.errors import Conflict, NotFound, OrderDeskError, Refused
from orderdesk.domain.orders import ChargeRequest, LineRequest, OrderRequest
from orderdesk.services.customers import save
from orderdesk.services.orders import drafts
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work


def order(**given: Any) -> OrderRequest:
    return OrderRequest(
        **{"customer": "ACME", "lines": (LineRequest(product="P1", quantity="1"),), **given}
    )


@pytest.mark.parametrize("bad", ["a\0b", "\ud800", "x\udc00"])
def test_what_no_database_keeps_is_refused_wherever_it_stands(desk: Desk, bad: str) -> None:
    for number in (bad, "SO-000001"):
        with pytest.raises((Refused, NotFound)):
            desk.command(f"id {bad}" if number != bad else None, show, number)
    with pytest.raises((Refused, NotFound)):
        desk.run(place, order(terms=bad))


def test_a_number_that_no_database_keeps_is_refused(desk: Desk) -> None:
    with pytest.raises(OrderDeskError):
        desk.run(drafts.save, DraftRequest(id="d", body="{}", lines=10**400))


def test_a_sum_that_no_database_keeps_is_refused(desk: Desk) -> None:
    line = LineRequest(product="WORK", quantity="999999", price="9999999")
    desk.run(place, order(customer="FREE", lines=(line,) * 5_000))
    for lines in (5_000, 9_999):
        with pytest.raises(Refused, match="larger than can be stored"):
            desk.run(place, order(customer="FREE", lines=(line,) * lines))


def test_a_value_without_end_does_not_drown_the_sentence(desk: Desk) -> None:
    with pytest.raises(NotFound) as caught:
        desk.read(show, "9" * 100_000)
    assert len(caught.value.message) < 1_000
    assert caught.value.message.startswith("order '999")
    assert caught.value.message.endswith("`orderdesk order list`")


def test_a_sentence_is_one_line_without_control_characters(desk: Desk) -> None:
    charges = (ChargeRequest(code="a\r\n\x1b[2Jb\u202e", amount="1"),)
    with pytest.raises(NotFound) as caught:
        desk.run(place, order(charges=charges))
    assert caught.value.message.isprintable()


def test_a_draft_is_found_by_the_name_it_was_stored_by(desk: Desk) -> None:
    saved = desk.run(drafts.save, DraftRequest(id=" a\u0301 ", body="{}"))
    again = desk.run(drafts.save, DraftRequest(id="\u00e1", body="[]", known=True))
    assert saved.id == again.id == "\u00e1"


def test_an_external_key_is_found_by_what_was_stored(desk: Desk) -> None:
    desk.run(save.add, CustomerRequest(code="NEW", name="New", external_key="a\u0301"))
    with pytest.raises(Refused, match="belongs to 'NEW'"):
        desk.run(save.add, CustomerRequest(code="NEWER", name="Newer", external_key="a\u0301"))


def test_two_desks_that_make_the_same_record_at_once_are_told(
    desk: Desk, desk_of: Callable[[str], Desk]
) -> None:
    """On PostgreSQL both have seen that there is none; on SQLite they come one by one."""
    other = desk_of("clerk2")
    met = Barrier(2)
    outcomes: list[str] = []
    tries: list[str] = []

    def add(work: Work, name: str) -> None:
        tries.append(name)
        if desk.database.dialect.name == "postgresql" and len(tries) <= 2:
            met.wait(30)
        save.add(work, CustomerRequest(code="SAME", name=name))

    def at(a_desk: Desk, name: str) -> None:
        try:
            a_desk.run(add, name)
            outcomes.append("made")
        except (Conflict, Refused) as error:
            outcomes.append(type(error).__name__)

    threads = [Thread(target=at, args=each) for each in ((desk, "One"), (other, "Two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["Conflict", "made"], ["Refused", "made"])
