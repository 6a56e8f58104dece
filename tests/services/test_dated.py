"""Exchange rates and tax rules: one pattern for both, keyed down to a first day."""

from typing import Any

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.dated import DATED
from orderdesk.domain.errors import NotFound, Refused
from orderdesk.domain.fields import Given
from orderdesk.models.journal import Event
from orderdesk.services import dated
from orderdesk.services.doctor import examine
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of

_event = table_of(Event).c
EVENTS = statement(
    select(_event.version, _event.kind, _event.body, _event.subject_id)
    .where(_event.subject == bindparam("subject"))
    .order_by(_event.id)
)
GIVEN: dict[str, dict[str, Given]] = {
    "rate": {"currency": "eur", "rate": "1.085"},
    "tax_rule": {"country": "de", "tax": "T21"},
}
OTHER: dict[str, dict[str, Given]] = {"rate": {"rate": "1.1"}, "tax_rule": {"tax": "T0"}}
TABLES = {"rate": "exchange_rate", "tax_rule": "tax_rule"}


@pytest.fixture
def desk(desk_of: Any) -> Desk:
    """Give the owner's desk: these tables are not a clerk's."""
    found: Desk = desk_of("owner")
    return found


@pytest.mark.parametrize("kind", DATED)
def test_every_kind_is_added_changed_shown_listed_and_taken_away(desk: Desk, kind: str) -> None:
    made = desk.run(dated.add, kind, GIVEN[kind])
    later = desk.run(dated.add, kind, {**GIVEN[kind], "valid_from": "2027-01-01"})
    changed = desk.run(dated.set_, kind, {**GIVEN[kind], **OTHER[kind]})
    assert changed != made
    assert desk.read(dated.list_, kind) == (changed, later)
    assert desk.read(dated.list_, kind, after=changed) == (later,)
    assert desk.read(dated.list_, kind, limit=1) == (changed,)
    assert desk.read(dated.show, kind, GIVEN[kind]) == changed
    assert desk.read(dated.show, kind, {**GIVEN[kind], "valid_from": "2026-12-31"}) == changed
    assert desk.read(dated.show, kind, {**GIVEN[kind], "valid_from": "2027-01-01"}) == later
    assert desk.run(dated.remove, kind, {**GIVEN[kind], "valid_from": "2027-01-01"}) == later
    assert desk.read(dated.list_, kind) == (changed,)
    rows = desk.read(lambda work: work.run(EVENTS, {"subject": TABLES[kind]}))
    assert [(row.version, row.kind) for row in rows] == [
        (None, "added"),
        (None, "added"),
        (None, "changed"),
        (None, "removed"),
    ]
    assert rows[0].subject_id == rows[2].subject_id != rows[1].subject_id == rows[3].subject_id
    assert desk.read(examine) == []


def test_the_same_again_is_no_change(desk: Desk) -> None:
    desk.run(dated.add, "rate", GIVEN["rate"])
    desk.run(dated.set_, "rate", GIVEN["rate"])
    rows = desk.read(lambda work: work.run(EVENTS, {"subject": "exchange_rate"}))
    assert [row.kind for row in rows] == ["added"]
    assert '"currency":"EUR"' in rows[0].body
    assert '"rate":[null,"1.085"]' in rows[0].body


def test_a_rate_begins_today_and_a_tax_rule_always(desk: Desk) -> None:
    assert desk.run(dated.add, "rate", GIVEN["rate"]).fields["valid_from"] == "2026-11-23"
    made = desk.run(dated.add, "tax_rule", {**GIVEN["tax_rule"], "tax_class": "food"})
    assert made.fields == {
        "country": "DE",
        "region": "",
        "tax_class": "FOOD",
        "valid_from": "",
        "tax": "T21",
    }


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("rate", {"currency": "EUR"}, "rate EUR from 2026-11-23 on: rate is missing"),
        ("rate", {"rate": "1"}, "rate: currency is missing; give it"),
        ("rate", {"currency": "USD", "rate": "1"}, "USD is the company's own"),
        ("rate", {"currency": "EUR", "rate": "0"}, "rate is 0"),
        ("rate", {"currency": "EUR", "rate": "1", "units": "10"}, "units 10 is unknown; known: 1"),
        ("rate", {"currency": "euro", "rate": "1"}, "rate 'euro': currency 'euro' is no curr"),
        ("rate", {"currency": "XYZ", "rate": "1"}, "'XYZ' is no currency of ISO 4217; give its"),
        ("rate", {"currency": "EUR", "rate": "1", "valid_from": "soon"}, "'soon' is not a date"),
        ("tax_rule", {"country": "DE"}, "tax rule DE from always on: tax is missing"),
        ("tax_rule", {"country": " ", "tax": "T21"}, "country is empty; give one"),
        ("tax_rule", {"country": "DE", "tax": "NIX"}, "tax 'NIX' is unknown"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    desk: Desk, kind: str, given: dict[str, Given], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        desk.run(dated.add, kind, given)


def test_what_is_there_is_not_added_and_what_is_not_there_not_changed(desk: Desk) -> None:
    desk.run(dated.add, "rate", GIVEN["rate"])
    with pytest.raises(Refused, match="rate EUR from 2026-11-23 on is there already"):
        desk.run(dated.add, "rate", GIVEN["rate"])
    earlier: dict[str, Given] = {**GIVEN["rate"], "valid_from": "2026-01-01"}
    for service in (dated.set_, dated.remove, dated.show):
        with pytest.raises(NotFound, match="known first days: 2026-11-23"):
            desk.run(service, "rate", earlier)


def test_a_supervisor_may_not(desk_of: Any) -> None:
    for service in (dated.add, dated.set_, dated.remove):
        with pytest.raises(Refused, match="may not change customers, products, prices"):
            desk_of("supervisor").run(service, "rate", GIVEN["rate"])
