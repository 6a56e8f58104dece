"""The small tables: one pattern for all of them, and the company's settings."""

from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, select

from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.domain.fields import Form, Given
from orderdesk.domain.masters import COMPANY, MASTERS
from orderdesk.models.journal import Event
from orderdesk.services import company, masters
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    """Give the desk of somebody who may change what these tests change."""
    return desk_of("owner")


_event = table_of(Event).c
EVENTS = statement(
    select(_event.version, _event.kind, _event.body, _event.subject_id)
    .where(_event.subject == bindparam("subject"))
    .order_by(_event.id)
)


def events(desk: Desk, subject: str) -> list[tuple[int, str, str]]:
    rows = desk.read(lambda work: work.run(EVENTS, {"subject": subject}))
    return [(row.version, row.kind, row.body) for row in rows]


@pytest.mark.parametrize("kind", MASTERS)
def test_every_kind_is_added_shown_changed_listed_and_archived(desk: Desk, kind: str) -> None:
    made = desk.run(masters.add, kind, " new1 ", {})
    assert made.version == 1
    assert desk.read(masters.show, kind, "new1") == made
    name = "full_name" if kind == "user" else "name"
    changed = desk.run(masters.set_, kind, "new1", {name: "Neu", "archived": "yes"})
    assert (changed.version, changed.fields[name], changed.fields["archived"]) == (2, "Neu", True)
    assert made.code not in [each.code for each in desk.read(masters.list_, kind)]
    assert changed in desk.read(masters.list_, kind, archived=True)
    assert [(version, what) for version, what, _ in events(desk, kind)[-2:]] == [
        (1, "added"),
        (2, "changed"),
    ]
    assert '"archived":[false,true]' in events(desk, kind)[-1][2]


def test_codes_are_written_one_way(desk: Desk) -> None:
    assert desk.run(masters.add, "terms", " n60", {"net_days": 60}).code == "N60"
    assert desk.run(masters.add, "unit", "BOX", {}).code == "box"
    assert desk.run(masters.add, "user", "Ann", {"role": "senior"}).code == "Ann"
    assert desk.read(masters.show, "terms", "n60").fields["net_days"] == 60


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("terms", {"net_days": "soon"}, "terms 'X': net_days 'soon' is not a whole number"),
        ("terms", {"net_days": ""}, "net_days is empty; give one"),
        ("terms", {"days": "3"}, "field 'days' is unknown; known: name, net_days, archived"),
        ("tax", {"rate": "101"}, "rate '101' is more than 100 percent"),
        ("tax", {"archived": "maybe"}, "archived 'maybe' is neither yes nor no; give one of them"),
        ("unit", {"decimals": "4"}, "whole number; give one from 0 to 3"),
        ("warehouse", {"time_zone": "Mars/Base"}, "time_zone 'Mars/Base' is not a time zone"),
        ("warehouse", {"time_zone": "../etc"}, "is not a time zone"),
        ("warehouse", {"time_zone": "Europe"}, "is not a time zone"),
        ("warehouse", {"cut_off": "25:00"}, "cut_off '25:00' is not a time"),
        ("warehouse", {"cut_off": "16:00+02:00"}, "cut_off '16:00\\+02:00' is not a time"),
        ("price_list", {"currency": "EURO"}, "currency 'EURO' is no currency of ISO 4217"),
        ("customer_group", {"price_list": "NIX"}, "price_list 'NIX' is unknown; known: ACMELIST"),
        ("user", {"role": "boss"}, "role 'boss' is unknown; known: accounts, admin"),
        ("user", {"os_user": "owner"}, "os_user 'owner' is mapped to user 'owner'"),
        ("reason", {"name": "a\0b"}, "name has a NUL"),
    ],
)
def test_bad_fields_are_refused_by_name(
    desk: Desk, kind: str, fields: dict[str, str], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        desk.run(masters.add, kind, "x" if kind != "terms" else "X", fields)


@pytest.mark.parametrize("code", ["", "  ", "A" * 41, "A\x1bB", "A\u202eB", "A\0"])
def test_a_code_that_cannot_be_said_is_refused(desk: Desk, code: str) -> None:
    with pytest.raises(Refused):
        desk.run(masters.add, "terms", code, {})


def test_adding_twice_and_changing_nobody_are_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="terms 'N30' is there already"):
        desk.run(masters.add, "terms", "n30", {})
    with pytest.raises(NotFound, match="terms 'N99' is unknown; known: CASH, N30"):
        desk.run(masters.set_, "terms", "N99", {"name": "x"})
    with pytest.raises(Refused, match="no 'planet'; known: warehouse"):
        desk.run(masters.add, "planet", "X", {})


def test_a_stale_change_is_a_conflict_that_shows_both_values(desk: Desk) -> None:
    desk.run(masters.set_, "terms", "N30", {"name": "Mine"}, 1)
    with pytest.raises(Conflict, match="name is 'Mine' now, you gave 'Yours'") as refused:
        desk.run(masters.set_, "terms", "N30", {"name": "Yours"}, 1)
    assert refused.value.details["fields"] == {"name": {"stored": "Mine", "given": "Yours"}}
    assert desk.read(masters.show, "terms", "N30").version == 2


def test_a_change_to_the_same_values_is_no_change(desk: Desk) -> None:
    before = events(desk, "terms")
    assert desk.run(masters.set_, "terms", "N30", {"net_days": "030"}).version == 1
    assert events(desk, "terms") == before


def test_what_is_archived_cannot_be_named_anew(desk: Desk) -> None:
    desk.run(masters.set_, "price_list", "GROUP", {"archived": True})
    with pytest.raises(Refused, match="price_list 'GROUP' is archived"):
        desk.run(masters.add, "customer_group", "G2", {"price_list": "group"})
    desk.run(masters.set_, "customer_group", "G1", {"name": "keeps its archived list"})


def test_the_companys_default_is_not_archived(desk: Desk) -> None:
    with pytest.raises(Refused, match="price list 'BASE' is the company's base_list"):
        desk.run(masters.set_, "price_list", "BASE", {"archived": "yes"})


def test_lists_come_in_pages(desk: Desk) -> None:
    for number in range(5):
        desk.run(masters.add, "supplier", f"S{number}", {})
    first = desk.read(masters.list_, "supplier", limit=3)
    rest = desk.read(masters.list_, "supplier", after=first[-1].code, limit=3)
    assert [each.code for each in (*first, *rest)] == ["S0", "S1", "S2", "S3", "S4"]


def test_an_added_record_is_the_same_for_the_same_command(desk: Desk) -> None:
    first = desk.command("id-1", masters.add, "tax", "T7", {"rate": "7.5"})
    assert desk.command("id-1", masters.add, "tax", "T7", {"rate": "7.5"}) == first
    assert first.fields["rate"] == "7.5"


def test_the_companys_settings_are_shown_and_changed(desk: Desk) -> None:
    before = desk.read(company.show)
    assert (before.fields["currency"], before.fields["watch_share"]) == ("USD", "90")
    given: dict[str, Given] = {
        "minimum_order": "50",
        "minimum_charge": "7.5",
        "tax": "t21",
        "tax_per_line": True,
    }
    after = desk.run(company.set_, given, 1)
    assert after.version == 2
    assert (after.fields["minimum_order"], after.fields["tax"]) == ("50.00", "T21")
    assert events(desk, "company")[-1] == (
        2,
        "changed",
        '{"tax":["T0","T21"],"tax_per_line":[false,true],"minimum_order":["0.00","50.00"],'
        '"minimum_charge":["0.00","7.50"]}',
    )
    with pytest.raises(Conflict, match="version 2, you read 1"):
        desk.run(company.set_, {"name": "Other"}, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"business_date": "today"}, "business_date 'today' is not a date"),
        ({"base_list": "NIX"}, "base_list 'NIX' is unknown"),
        ({"currency": "EUR"}, "field 'currency' is unknown"),
        ({"name": " "}, "name is empty; give one"),
        ({"minimum_order": "0.001"}, "more than 2 decimals"),
    ],
)
def test_bad_settings_are_refused(desk: Desk, given: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        desk.run(company.set_, given)


def test_every_reference_names_a_kind_there_is() -> None:
    for fields in (COMPANY, *(master.fields for master in MASTERS.values())):
        for field in fields.values():
            assert (field.form is Form.REFERENCE) == (field.refers in MASTERS)
