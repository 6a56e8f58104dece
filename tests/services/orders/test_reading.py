"""Reading orders: one, many by page and filter, what happened to one, and finding one."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update

from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.orders import AmendRequest, LineChange, OrderFilter, OrderPage
from orderdesk.models.orders import SalesOrder
from orderdesk.services.orders import reading
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel, close_line
from orderdesk.services.orders.differences import difference
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.services.orders.asking import line, order

_order = table_of(SalesOrder).c
_EARLIER = statement(update(table_of(SalesOrder)).where(_order.id <= 2).values(entered_at=0))


def numbers(page: OrderPage) -> list[int]:
    return [int(each.number.removeprefix("SO-")) for each in page.orders]


@pytest.fixture
def many(desk: Desk) -> Desk:
    """Give seven orders of every kind.

    1 ACME P1; 2 FREE P1 and P2, PO 77; 3 TIGHT, held; 4 ACME, cancelled; 5 FREE P2, closed;
    6 FREE P1 twice, PO 77; 7 STOP, held twice.
    """
    desk.run(place, order("ACME", line("P1")))
    desk.run(place, order("FREE", line("P1"), line("P2"), buyer_po="77"))
    desk.run(place, order("TIGHT", line("TAXED")))
    desk.run(place, order("ACME", line("P1"), buyer_po="88"))
    desk.run(place, order("FREE", line("P2")))
    desk.run(place, order("FREE", line("P1", "2"), line("P1", "3"), buyer_po="77"))
    desk.run(place, order("STOP", line("P3")))
    desk.run(cancel, "4")
    desk.run(close_line, "5", 1)
    desk.run(hold, "7", None, "wait")
    return desk


FILTERS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [7, 6, 5, 4, 3, 2, 1]),
    ({"customer": "acme"}, [4, 1]),
    ({"status": "cancelled"}, [4]),
    ({"status": "confirmed", "customer": "ACME"}, [1]),
    ({"stage": "open"}, [7, 6, 3, 2, 1]),
    ({"stage": "done"}, [5, 4]),
    ({"held": True}, [7, 3]),
    ({"held": True, "customer": "STOP"}, [7]),
    ({"buyer_po": "77"}, [6, 2]),
    ({"buyer_po": "77", "number": "so-000006"}, [6]),
    ({"product": "p1"}, [6, 2, 1]),
    ({"product": "P2"}, [2]),
    ({"product": "P2", "customer": "FREE"}, [5, 2]),
    ({"product": "P1", "from_day": "1990-01-01"}, [6, 4, 2, 1]),
    ({"product": "P1", "held": True}, []),
    ({"number": "SO-00000"}, [7, 6, 5, 4, 3, 2, 1]),
    ({"number": "so-000003"}, [3]),
    ({"number": "SO-1"}, []),
    ({"to_day": "1999-12-31"}, []),
    ({"from_day": "2000-01-01", "stage": "done"}, [5, 4]),
]


def test_a_filter_finds_what_it_says_newest_first(many: Desk) -> None:
    for asked, found in FILTERS:
        page = many.read(reading.list_, OrderFilter(**asked))
        assert (asked, numbers(page)) == (asked, found)


LISTS: list[dict[str, Any]] = [
    {},
    {"customer": "FREE"},
    {"held": True},
    {"product": "P1"},
    {"number": "SO-"},
    {"from_day": "1960-01-01"},
    {"stage": "open"},
]


def pages_down(desk: Desk, asked: dict[str, Any]) -> Iterator[OrderPage]:
    after: int | None = None
    while True:
        page = desk.read(reading.list_, OrderFilter(**asked, limit=2, after=after))
        yield page
        after = page.after
        assert page.more is (after is not None)
        if after is None:
            return


def pages_up(desk: Desk, asked: dict[str, Any]) -> Iterator[OrderPage]:
    before = 0
    while True:
        page = desk.read(reading.list_, OrderFilter(**asked, limit=2, before=before))
        yield page
        if not page.more:
            return
        before = page.orders[0].id


def test_pages_follow_each_other_without_gap_or_repeat_both_ways(many: Desk) -> None:
    for asked in LISTS:
        whole = many.read(reading.list_, OrderFilter(**asked)).orders
        down = [order for page in pages_down(many, asked) for order in page.orders]
        assert (asked, tuple(down)) == (asked, whole)
        up = [order for page in [*pages_up(many, asked)][::-1] for order in page.orders]
        assert (asked, tuple(up)) == (asked, whole)
        key = whole[1].id
        again = many.read(reading.list_, OrderFilter(**asked, after=key, including=True))
        assert again.orders == whole[1:]
        above = many.read(reading.list_, OrderFilter(**asked, before=key, including=True))
        assert above.orders == whole[:2]


def test_days_are_those_of_entry_and_their_pages_go_by_time(many: Desk) -> None:
    many.run(lambda work: work.change(_EARLIER))
    assert numbers(many.read(reading.list_, OrderFilter(to_day="1970-01-01"))) == [2, 1]
    later = OrderFilter(from_day="1970-01-02", limit=3)
    page = many.read(reading.list_, later)
    assert numbers(page) == [7, 6, 5]
    rest = OrderFilter(from_day="1970-01-02", limit=3, after=page.after)
    assert numbers(many.read(reading.list_, rest)) == [4, 3]


def test_a_stream_gives_every_order_in_pages(many: Desk) -> None:
    def streamed(work: Work, asked: OrderFilter | None) -> list[str]:
        return [each.number for each in reading.stream(work, asked)]

    assert len(many.read(streamed, None)) == 7
    some = many.read(streamed, OrderFilter(customer="FREE", limit=1))
    assert some == ["SO-000006", "SO-000005", "SO-000002"]


def test_a_list_tells_which_orders_are_held(many: Desk) -> None:
    held = {each.number for each in many.read(reading.list_).orders if each.held}
    assert held == {"SO-000003", "SO-000007"}


MEANINGLESS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"customer": "NOBODY"}, NotFound, "customer 'NOBODY' is unknown"),
    ({"product": "NIX"}, NotFound, "product 'NIX' is unknown"),
    ({"status": "gone"}, Refused, "status 'gone' is unknown; it is confirmed or cancelled"),
    ({"stage": "x"}, Refused, "stage 'x' is unknown; it is open or done"),
    ({"from_day": "x"}, Refused, "from_day 'x' is not a date"),
    ({"product": "P1", "stage": "done"}, Refused, "name a customer, a buyer PO or days too"),
    ({"limit": 0}, Refused, "limit 0 is out of range; give 1 to 1000"),
    ({"after": 1, "before": 1}, Refused, "either after or before"),
]


def test_a_filter_that_means_nothing_is_refused(desk: Desk) -> None:
    for asked, error, words in MEANINGLESS:
        with pytest.raises(error, match=words):
            desk.read(reading.list_, OrderFilter(**asked))


TEXTS: list[tuple[str, list[int]]] = [
    ("3", [3]),
    ("so-3", [3]),
    ("SO-000003", [3]),
    ("so-00000", [7, 6, 5, 4, 3, 2, 1]),
    ("acme", [4, 1]),
    ("77", [6, 2]),
    ("p2", [2]),
    ("2000000000015", [6, 2, 1]),
    ("tight l", [3]),
    ("", [7, 6, 5, 4, 3, 2, 1]),
    ("nothing", []),
]


def test_one_text_finds_by_number_customer_buyer_po_or_product(many: Desk) -> None:
    for text, found in TEXTS:
        orders = many.read(reading.find, text)
        shown = [int(each.number.removeprefix("SO-")) for each in orders]
        assert (text, shown) == (text, found)
        assert many.read(reading.find, text, 1) == orders[:1]


def test_an_order_is_shown_by_its_number_however_typed(many: Desk) -> None:
    shown = many.read(reading.show, "SO-000002")
    assert many.read(reading.show, "2") == many.read(reading.show, " so-2 ") == shown
    with pytest.raises(NotFound, match="order '9' is unknown; look it up"):
        many.read(reading.show, "9")


@pytest.fixture
def changed(desk_of: Callable[[str], Desk]) -> Desk:
    """Give a desk with an order of five versions."""
    clerk, other = desk_of("clerk"), desk_of("supervisor")
    clerk.run(place, order("TIGHT", line("P1", "11"), line("P2")))
    clerk.run(amend, AmendRequest(number="1", lines=(LineChange(line=1, quantity="12"),)))
    other.run(release, "1", None, None, "ok")
    other.run(close_line, "1", 2)
    clerk.run(amend, AmendRequest(number="1", lines=(LineChange(line=1, quantity="11"),)))
    return clerk


def test_events_tell_who_did_what_and_the_numbers_before_and_after(changed: Desk) -> None:
    happened = changed.read(reading.events, "1")
    assert [(each.version, each.kind, each.actor) for each in happened] == [
        (1, "placed", "clerk"),
        (2, "amended", "clerk"),
        (3, "released", "supervisor"),
        (4, "line closed", "supervisor"),
        (5, "amended", "clerk"),
    ]
    assert happened[1].changes["lines"] == {
        "1": {
            "ordered": ["11", "12"],
            "open": ["11", "12"],
            "allocated": ["11", "12"],
            "net": ["110.00", "120.00"],
        }
    }
    assert happened[1].changes["total"] == ["112.50", "122.50"]
    assert happened[1].changes["exposure"] == ["112.50", "122.50"]


def test_differences_between_versions_add_up(changed: Desk) -> None:
    for before, after in pairwise(changed.read(reading.events, "1")):
        assert before.version is not None
        step = changed.read(difference, "1", before.version, after.version).changes
        assert step == {
            name: value
            for name, value in after.changes.items()
            if isinstance(value, list | dict) and name != "exposure"
        }
    whole = changed.read(difference, "1", 1)
    assert (whole.by, whole.before, whole.after) == (("clerk", "supervisor"), 1, 5)
    assert whole.changes == {
        "net": ["112.50", "110.00"],
        "total": ["112.50", "110.00"],
        "open_value": ["112.50", "110.00"],
        "lines": {
            "2": {
                "short_closed": ["0", "1"],
                "open": ["1", "0"],
                "allocated": ["1", "0"],
                "net": ["2.50", "0.00"],
            }
        },
        "holds": {"credit_limit": ["open", "released"]},
    }
    for versions in ((0, 1), (3, 2), (1, 6)):
        with pytest.raises(Refused, match="has the versions 1 to 5"):
            changed.read(difference, "1", *versions)
