"""Notes: on what, for whom, in which order."""

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.notes import NoteRequest
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.services import notes, products
from orderdesk.services.customers import views
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk


def note(subject: str, key: str, text: str = "Call first", **more: str) -> NoteRequest:
    return NoteRequest(subject=subject, key=key, text=text, **more)


def test_a_note_stands_on_its_subject_with_who_and_when(desk: Desk) -> None:
    made = desk.run(notes.add, note("customer", "acme", " Ring twice\nthen wait "))
    assert (made.key, made.text, made.actor) == ("ACME", "Ring twice\nthen wait", "clerk")
    assert (made.audience, made.line) == ("inside", None)
    assert desk.read(notes.list_, "customer", "ACME") == (made,)
    assert desk.read(views.show, "ACME").notes == (made,)
    assert desk.read(notes.list_, "customer", "FREE") == ()
    assert desk.read(products.show, "P1").notes == ()


def test_notes_are_listed_for_one_audience_or_line_in_pages(desk: Desk) -> None:
    number = desk.run(
        place, OrderRequest(customer="ACME", lines=(LineRequest(product="P1", quantity="1"),))
    ).number
    first = desk.run(notes.add, note("order", number, "a", line="1", audience="pick list"))
    second = desk.run(notes.add, note("order", number, "b", audience="Document"))
    third = desk.run(notes.add, note("order", number, "c"))
    assert desk.read(notes.list_, "order", number.lower(), limit=2) == (first, second)
    assert desk.read(notes.list_, "order", number, after=second.id) == (third,)
    assert desk.read(notes.list_, "order", number, audience="document") == (second,)
    assert desk.read(notes.list_, "order", number, line=1) == (first,)


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (note("supplier", "X"), Refused, "subject 'supplier' is unknown; known: customer, product"),
        (note("customer", "NIX"), NotFound, "customer 'NIX' is unknown"),
        (note("customer", "ACME", " "), Refused, "text is empty"),
        (note("customer", "ACME", "x" * 10_001), Refused, "longer than 10000 characters"),
        (note("customer", "ACME", "a\0"), Refused, "text has a NUL"),
        (note("customer", "ACME", audience="all"), Refused, "audience 'all' is unknown; known: in"),
        (note("product", "P1", line="1"), Refused, "only an order has lines"),
        (note("order", "SO-000009"), NotFound, "order 'SO-000009' is unknown"),
    ],
)
def test_a_bad_note_is_refused_by_name(
    desk: Desk, request_: NoteRequest, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        desk.run(notes.add, request_)


def test_a_note_on_a_line_that_is_not_there_is_refused(desk: Desk) -> None:
    order = desk.run(
        place, OrderRequest(customer="ACME", lines=(LineRequest(product="P1", quantity="1"),))
    )
    for line in ("2", "x", "-1", "\u0661"):
        with pytest.raises(NotFound, match="has no line"):
            desk.run(notes.add, note("order", order.number, line=line))
