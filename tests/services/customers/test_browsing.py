"""The list of customers that people scroll: pages before and behind any code."""

from orderdesk.domain.customers import CustomerFilter
from orderdesk.services.customers.views import page
from orderdesk.store.desk import Desk

HERE = CustomerFilter(archived=False)
IN_ORDER = ["ACME", "CASH", "FREE", "GROUP", "STOP", "TIGHT"]
"""Every customer that is not archived."""


def codes(
    desk: Desk, key: str | None, *, before: bool = False, including: bool = False
) -> list[str]:
    found = desk.read(page, HERE, key, before=before, limit=3, including=including)
    return [each.code for each in found]


def test_pages_follow_each_other_either_way_and_leave_out_who_is_archived(desk: Desk) -> None:
    assert codes(desk, None) == IN_ORDER[:3]
    assert codes(desk, "FREE") == IN_ORDER[3:]
    assert codes(desk, "GROUP", including=True) == IN_ORDER[3:]
    assert codes(desk, "GROUP", before=True) == IN_ORDER[:3]
    assert codes(desk, "GROUP", before=True, including=True) == IN_ORDER[1:4]
    assert codes(desk, None, before=True) == IN_ORDER[3:]


def test_a_code_that_nobody_has_stands_between_its_neighbours(desk: Desk) -> None:
    assert codes(desk, "D", including=True) == IN_ORDER[2:5]
    assert codes(desk, "d", before=True) == IN_ORDER[:2]


def test_a_row_says_who_is_blocked_and_where_they_are(desk: Desk) -> None:
    (found,) = desk.read(page, HERE, "STOP", limit=1, including=True)
    assert (found.blocked, found.city) == (True, "Leeds")
