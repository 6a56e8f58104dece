"""What the desk is told while an order is typed, by the rules that place it."""

from typing import Any

import pytest

from orderdesk.domain.errors import NotFound, OrderDeskError, Refused
from orderdesk.domain.orders import AddressRequest
from orderdesk.services.orders import preview
from orderdesk.services.orders.entry import Defaults
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.services.orders.asking import line, order


@pytest.mark.parametrize(
    ("typed", "error", "said"),
    [
        ({"ship_to": "99"}, NotFound, "ship-to '99'"),
        ({"terms": "X"}, NotFound, "terms 'X'"),
        ({"carrier": "X"}, NotFound, "carrier 'X'"),
        ({"requested": "tomorrow"}, Refused, "'tomorrow' is not a date"),
        ({"discount": "half"}, Refused, "discount"),
        ({"address": AddressRequest(name="A", street="", city="B")}, Refused, "no street"),
    ],
)
def test_a_wrong_header_is_told_before_there_is_a_line(
    desk: Desk, typed: dict[str, object], error: type[OrderDeskError], said: str
) -> None:
    with pytest.raises(error, match=said):
        desk.read(preview.header, order("ACME", **typed))


def test_a_right_header_passes(desk: Desk) -> None:
    typed = {"ship_to": "02", "terms": "CASH", "requested": "2026-12-01", "rep": "17"}
    assert desk.read(preview.header, order("acme", **typed)).code == "01"


def test_a_promise_costs_a_trip_where_a_line_is_short_and_nothing_elsewhere(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(sqlite_url, "clerk").open()
    trips: list[int] = []
    run_all = Work.run_all

    def counted(work: Work, asked: list[Any]) -> list[list[Any]]:
        trips.append(len(asked))
        return run_all(work, asked)

    header = Defaults("01", "2026-11-23", 0)
    monkeypatch.setattr(Work, "run_all", counted)
    whole = desk.read(preview.line, "FREE", line("P1", "9"), 1, header)
    in_stock, trips[:] = list(trips), []
    short = desk.read(preview.line, "FREE", line("P2", "9"), 1, header)
    assert (whole.promised is not None, short.promised) == (True, None)
    assert trips == [*in_stock, 3]  # stock, what is expected, what waits
    earlier = tuple(enumerate([line("P2", "4")] * 50, 1))
    trips.clear()
    desk.read(preview.line, "FREE", line("P2", "9"), 51, header, earlier)
    assert trips == [*in_stock, 3]
    desk.close()
