"""The queue of holds: what waits, in which order, page by page, and how much of it."""

import pytest

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.queues import QueueCount, QueueFilter
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.services.queues import reading
from orderdesk.services.queues.reading import counts, list_, meant
from orderdesk.store.desk import Desk
from tests.services.orders.asking import line, order
from tests.services.queues.waiting import Desks, held, pass_minutes, waiting


def test_a_hold_waits_with_its_reason_numbers_and_order(desk: Desk) -> None:
    placed = held(desk)
    desk.run(pass_minutes, 3)
    [item] = waiting(desk)
    assert (item.queue, item.subject, item.customer) == ("holds", placed.number, "TIGHT")
    assert (item.reason, item.line, item.taken_by) == ("credit_limit", None, None)
    assert item.message == placed.holds[0].message
    assert item.details == placed.holds[0].details
    assert (str(item.total), item.currency, item.version) == ("110.00", "USD", 1)
    assert (item.entered_by, item.customer_name) == ("clerk", "Tight Ltd")
    assert 180 <= item.waiting_seconds < 240


def test_what_has_waited_longest_comes_first_and_what_is_decided_is_gone(desk_of: Desks) -> None:
    clerk, supervisor = desk_of("clerk"), desk_of("supervisor")
    numbers = [held(clerk).number for _ in range(4)]
    free = clerk.run(place, order("FREE", line("P1"))).number
    clerk.run(hold, free, None, "call them")
    assert [item.subject for item in waiting(clerk)] == [*numbers, free]
    supervisor.run(release, numbers[1])
    clerk.run(cancel, numbers[2])
    assert [item.subject for item in waiting(clerk)] == [numbers[0], numbers[3], free]


def test_pages_go_on_from_a_key_in_both_directions(desk: Desk) -> None:
    for _ in range(7):
        held(desk)
    ids = [item.id for item in waiting(desk)]
    first = desk.read(list_, QueueFilter(limit=3))
    assert ([item.id for item in first.items], first.more) == (ids[:3], True)
    second = desk.read(list_, QueueFilter(limit=4, after=ids[2]))
    assert ([item.id for item in second.items], second.more) == (ids[3:], False)
    assert [i.id for i in waiting(desk, before=ids[4], limit=2)] == ids[2:4]
    assert [i.id for i in waiting(desk, before=ids[4], including=True, limit=2)] == ids[3:5]
    assert [i.id for i in waiting(desk, after=ids[4], including=True)] == ids[4:]
    assert [i.id for i in waiting(desk, before="", limit=2)] == ids[5:]
    assert desk.read(list_, QueueFilter(before=ids[3], limit=2)).more


def test_a_page_goes_on_from_what_was_decided_meanwhile(desk_of: Desks) -> None:
    clerk = desk_of("clerk")
    for _ in range(4):
        held(clerk)
    items = waiting(clerk)
    desk_of("supervisor").run(release, items[1].subject)
    after = waiting(clerk, after=items[1].id, including=True)
    assert [item.id for item in after] == [items[2].id, items[3].id]


@pytest.mark.parametrize("asked", [{"reason": "manual"}, {"customer": "free"}, {"subject": "2"}])
def test_a_queue_is_narrowed_by_reason_customer_or_order(desk: Desk, asked: dict[str, str]) -> None:
    held(desk)
    number = desk.run(place, order("FREE", line("P1"), line("P2"))).number
    for each in (1, 2):
        desk.run(hold, number, each, f"wait {each}")
    found = waiting(desk, **asked)
    assert [(item.subject, item.line) for item in found] == [(number, 1), (number, 2)]
    assert waiting(desk, **asked, after=found[0].id) == found[1:]
    assert waiting(desk, **asked, before=found[1].id) == found[:1]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", {}),
        (" tight ", {"customer": "TIGHT"}),
        ("1", {"subject": "SO-000001"}),
        ("so-1", {"subject": "SO-000001"}),
        ("Credit Limit", {"reason": "credit_limit"}),
        ("man", {"reason": "manual"}),
    ],
)
def test_a_text_means_an_order_a_customer_or_a_reason(
    desk: Desk, text: str, meaning: dict[str, str]
) -> None:
    held(desk)
    assert desk.read(meant, text) == QueueFilter(**meaning)  # type: ignore[arg-type]


def test_a_text_that_means_nothing_names_the_reasons(desk: Desk) -> None:
    for text in ("nobody", "o"):  # the second begins several
        with pytest.raises(NotFound, match=r"reasons are .*credit_limit"):
            desk.read(meant, text)


BAD = [
    (QueueFilter(queue="nothing"), NotFound, "there is holds"),
    (QueueFilter(limit=0), Refused, "out of range; give 1 to 1000"),
    (QueueFilter(after="holds-1", before="holds-2"), Refused, "not both"),
    (QueueFilter(after="17"), NotFound, "queue list"),
    (QueueFilter(before="holds-x"), NotFound, "queue list"),
    (QueueFilter(after="holds-" + "9" * 30), NotFound, "queue list"),
    (QueueFilter(customer="nobody"), NotFound, "customer 'NOBODY' is unknown"),
    (QueueFilter(subject="SO-9"), NotFound, "order 'SO-9' is unknown"),
    (QueueFilter(subject="1", reason="manual"), Refused, "not both"),
]


@pytest.mark.parametrize(("asked", "kind", "says"), BAD)
def test_a_filter_that_means_nothing_is_refused(
    desk: Desk, asked: QueueFilter, kind: type[Exception], says: str
) -> None:
    with pytest.raises(kind, match=says):
        desk.read(list_, asked)


def test_what_waits_is_counted_but_not_to_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.read(counts)[0] == QueueCount("holds", 0, False)
    for _ in range(3):
        held(desk)
    assert desk.read(counts)[0] == QueueCount("holds", 3, False)
    monkeypatch.setattr(reading, "COUNTED", 2)
    assert desk.read(counts)[0] == QueueCount("holds", 2, True)
