"""Lines that were changed behind the cut-off, or whose day somebody fixed, promised anew."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from orderdesk.domain.orders import AmendRequest, LineChange
from orderdesk.domain.promises import PinRequest, PromiseView
from orderdesk.services import carriers, masters
from orderdesk.services.orders import promise_reading, repromising
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.services.orders.asking import line
from tests.services.orders.test_promised import amended
from tests.services.orders.test_repromising import NOON, owner, taken, told

__all__ = ["owner"]


def renewed(work: Work, at: str, number: str) -> PromiseView:
    work.now = int(datetime.fromisoformat(f"2026-11-02T{at}:00+00:00").timestamp()) * 1_000_000
    return repromising.renew(work, number)


def test_what_was_changed_behind_the_cut_off_is_promised_anew_from_then_on(owner: Desk) -> None:
    made = taken(owner, line("P1", "1"), line("P1", "1"))
    more = AmendRequest(number=made.number, lines=(LineChange(line=1, quantity="2"),))
    days = ["2026-11-05", "2026-11-04"]
    evening = datetime(2026, 11, 2, 17, tzinfo=ZoneInfo("UTC"))
    seen = owner.run(amended, evening, more)
    assert [str(each.promised) for each in seen.lines] == days
    shown = owner.run(renewed, "18:00", made.number)
    assert [str(each.promised) for each in shown.lines] == days
    explained = owner.run(told, made.number, 1, at="18:00")
    assert (explained.reckoned, explained.slipping) == (date(2026, 11, 5), False)
    assert explained.steps[0].why == "changed 17:00 at 01, cut-off 16:00, too late"
    assert owner.run(told, made.number, 2, at="18:00").reckoned == date(2026, 11, 4)
    owner.run(amended, evening, AmendRequest(number=made.number, note="by phone"))
    assert owner.run(told, made.number, 2, at="18:00").reckoned == date(2026, 11, 4)
    owner.run(masters.add, "carrier", "SLOW", {})
    owner.run(carriers.set_zone, "SLOW", {"lead_days": "2"})
    owner.run(amended, evening, AmendRequest(number=made.number, carrier="SLOW"))
    assert owner.run(told, made.number, 2, at="18:00").reckoned == date(2026, 11, 5)


def test_what_is_pinned_keeps_its_day_when_it_is_changed(owner: Desk) -> None:
    made = taken(owner, line("P1", "1"), line("P2", "7"))
    owner.run(repromising.pin, PinRequest(number=made.number, line=1, on="2026-11-25"))
    asked = AmendRequest(
        number=made.number,
        lines=(LineChange(line=1, quantity="2"), LineChange(line=2, quantity="8")),
    )
    seen = owner.run(amended, NOON, asked)
    assert [str(each.promised) for each in seen.lines] == ["2026-11-25", "2026-11-13"]
    assert owner.read(promise_reading.show, made.number).lines[0].pinned


@pytest.mark.parametrize("rule", ["order complete", "partial"])
def test_what_is_pinned_keeps_its_day_where_an_order_goes_together(owner: Desk, rule: str) -> None:
    made = taken(owner, line("P1", "1"), line("P2", "7"))
    owner.run(repromising.pin, PinRequest(number=made.number, line=1))
    most = None if rule == "order complete" else "1"
    asked = AmendRequest(
        number=made.number,
        delivery_rule=rule,
        most_deliveries=most,
        lines=(LineChange(line=2, quantity="8"),),
    )
    seen = owner.run(amended, NOON, asked)
    assert [str(each.promised) for each in seen.lines] == ["2026-11-04", "2026-11-13"]
