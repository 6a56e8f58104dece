"""The event chain: what is written is sealed, and whatever is done to a sealed event is found."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from orderdesk.domain.chain import ChainView
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.models.journal import Event, Seal
from orderdesk.services import chain
from orderdesk.services.doctor import examine
from orderdesk.services.laws.chain import chain as law
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.store.backup import backup, restore
from orderdesk.store.chain import GENESIS, link
from orderdesk.store.desk import Desk
from orderdesk.store.sqlite import SqliteWork
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work
from tests.breaking import break_rows, rewrite_chain
from tests.conftest import found_small_company, on_sqlite
from tests.laws import assert_laws_hold

ORDER = OrderRequest(customer="FREE", lines=(LineRequest(product="P1", quantity="2"),))
EVENTS = statement(select(table_of(Event)).order_by(table_of(Event).c.id))
SEALS = statement(select(table_of(Seal)).order_by(table_of(Seal).c.event_id))
COLUMNS = "subject, subject_id, version, kind, actor, at, body"


def rows(desk: Desk, wanted: Any) -> list[Any]:
    return desk.read(lambda work: work.run(wanted))


def named(desk: Desk, printed: str = "") -> list[tuple[int, str, str]]:
    """Give law, table and key of what the doctor finds."""
    return [(each.law, each.table, each.key) for each in desk.read(examine, printed)]


@pytest.fixture
def sealed(desk: Desk) -> Desk:
    """Give a company of a few orders, all of whose events are sealed."""
    for _ in range(3):
        desk.run(place, ORDER)
    desk.run(cancel, "SO-000002")
    assert desk.run(chain.seal).unsealed == 0
    return desk


def test_each_event_is_hashed_behind_the_one_before_it(sealed: Desk) -> None:
    previous = "0" * 64
    for event, seal in zip(rows(sealed, EVENTS), rows(sealed, SEALS), strict=True):
        text = json.dumps([previous, *event], separators=(",", ":"), ensure_ascii=False)
        assert seal == (event.id, hashlib.sha256(text.encode()).hexdigest())
        previous = seal.hash


def test_the_head_is_the_newest_event_that_is_sealed(sealed: Desk) -> None:
    newest, seal = rows(sealed, EVENTS)[-1], rows(sealed, SEALS)[-1]
    found = sealed.read(chain.head)
    assert found.at is not None
    assert (found.head, found.event, found.unsealed) == (seal.hash, newest.id, 0)
    assert found.at.timestamp() == pytest.approx(newest.at / 1e6)


def test_a_chain_may_be_sealed_at_any_time_and_again(desk: Desk) -> None:
    for _ in range(3):
        desk.run(place, ORDER)
        before = desk.read(chain.head)
        after = desk.run(chain.seal)
        assert after.sealed == before.unsealed
        assert desk.run(chain.seal) == ChainView(
            head=after.head, event=after.event, at=after.at, sealed=0, unsealed=0
        )
    assert_laws_hold(desk)


@on_sqlite
def test_sqlite_seals_events_as_they_are_written(desk: Desk) -> None:
    desk.run(place, ORDER)
    newest = rows(desk, EVENTS)[-1]
    assert newest.kind == "placed"
    assert desk.read(chain.head).event == newest.id
    assert desk.run(chain.seal).sealed == 0


@on_sqlite
def test_an_event_that_was_taken_back_leaves_no_link(desk: Desk) -> None:
    before = desk.read(chain.head)
    desk.rehearse(place, ORDER)

    def refused(work: Work) -> None:
        with work.savepoint():
            work.event("user", 1, 3, "changed", {})
            raise Refused("no", "no")

    def half(work: Work) -> None:
        work.event("user", 1, 2, "changed", {})
        with pytest.raises(Refused):
            refused(work)

    with pytest.raises(Refused):
        desk.run(refused)
    assert desk.read(chain.head) == before
    desk.run(half)
    assert desk.read(chain.head).event == (before.event or 0) + 1
    assert_laws_hold(desk)


def test_events_that_come_in_bulk_are_chained(desk: Desk) -> None:
    def many(work: Work) -> None:
        for version in range(2, 2_502):
            work.event("user", 1, version, "changed", {"n": version})
            if version % 1_000 == 0:
                work.write_events()

    desk.run(many)
    assert desk.run(chain.seal).unsealed == 0
    assert len(rows(desk, SEALS)) == len(rows(desk, EVENTS)) > 2_500
    assert_laws_hold(desk)


@pytest.mark.parametrize("head", [True, False])
def test_a_printed_head_is_found_for_ever(sealed: Desk, head: bool) -> None:
    printed = sealed.read(chain.head).head
    sealed.run(place, ORDER)
    sealed.run(chain.seal)
    assert named(sealed, printed if head else printed[:12]) == []


def test_an_event_that_was_taken_out_is_named(sealed: Desk) -> None:
    placed = rows(sealed, EVENTS)[-3].id
    break_rows(sealed, f"DELETE FROM event WHERE id = {placed}", "DELETE FROM outbox")
    assert (12, "event", str(placed)) in named(sealed)


def test_the_last_event_taken_out_is_named_and_its_number_never_given_again(sealed: Desk) -> None:
    last = rows(sealed, EVENTS)[-1].id
    break_rows(sealed, f"DELETE FROM event WHERE id = {last}", "DELETE FROM outbox")
    sealed.run(place, ORDER)
    sealed.run(chain.seal)
    assert rows(sealed, EVENTS)[-1].id == last + 1
    assert (12, "event", str(last)) in named(sealed)


def test_an_event_taken_out_with_its_seal_breaks_the_next_one(sealed: Desk) -> None:
    gone = rows(sealed, EVENTS)[-2].id
    break_rows(
        sealed,
        f"DELETE FROM event WHERE id = {gone}",
        f"DELETE FROM seal WHERE event_id = {gone}",
        "DELETE FROM outbox",
    )
    assert (12, "event", str(gone + 1)) in named(sealed)


def test_an_event_put_in_among_sealed_ones_is_named(sealed: Desk) -> None:
    first = rows(sealed, EVENTS)[0].id
    put = f"INSERT INTO event (id, {COLUMNS}) VALUES"
    break_rows(sealed, f"{put} ({first - 5}, 'user', 1, NULL, 'changed', 'x', 0, '{{}}')")
    (found,) = sealed.read(examine)
    assert (found.law, found.table, found.key) == (12, "event", str(first - 5))
    assert (found.stored, found.expected) == ("no seal", "a seal")


def test_an_event_put_in_with_a_seal_of_its_own_is_named(sealed: Desk) -> None:
    first = rows(sealed, EVENTS)[0]
    event = (first.id - 5, "user", 1, None, "changed", "x", 0, "{}")
    forged = link(GENESIS, event)
    break_rows(
        sealed,
        f"INSERT INTO event (id, {COLUMNS}) VALUES ({first.id - 5}, 'user', 1, NULL, 'changed',"
        " 'x', 0, '{}')",
        f"INSERT INTO seal (event_id, hash) VALUES ({first.id - 5}, '{forged}')",
    )
    assert named(sealed) == [(12, "event", str(first.id))]


@on_sqlite
def test_an_event_put_behind_the_chain_was_not_written_by_the_desk(sealed: Desk) -> None:
    last = rows(sealed, EVENTS)[-1].id
    put = f"INSERT INTO event ({COLUMNS}) VALUES ('user', 1, NULL, 'changed', 'x', 0, '{{}}')"
    break_rows(sealed, put)
    assert named(sealed) == [(12, "event", str(last + 1))]
    sealed.run(chain.seal)
    sealed.run(place, ORDER)
    assert named(sealed) == [(12, "event", str(last + 1))]


def test_a_chain_written_anew_disagrees_with_what_was_printed(sealed: Desk) -> None:
    printed = sealed.read(chain.head).head
    changed = rows(sealed, EVENTS)[-2].id
    break_rows(sealed, f"UPDATE event SET actor = 'nobody' WHERE id = {changed}")
    rewrite_chain(sealed)
    assert named(sealed) == []
    (found,) = sealed.read(examine, printed)
    assert (found.law, found.table, found.key) == (12, "seal", printed)
    assert "does not contain the head that was printed" in found.message


def test_a_seal_written_over_is_named(sealed: Desk) -> None:
    last = rows(sealed, EVENTS)[-1].id
    break_rows(sealed, f"UPDATE seal SET hash = '{'a' * 64}' WHERE event_id = {last}")
    (found,) = sealed.read(examine)
    assert (found.table, found.key, found.expected) == ("event", str(last), "a" * 64)


def test_seals_are_never_changed(sealed: Desk) -> None:
    with closing(sealed.database.connect()) as connection:
        for text in ("UPDATE seal SET hash = ''", "DELETE FROM seal"):
            with pytest.raises(Exception, match="seal rows are never changed"):
                connection.execute(text)


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20
)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
CHANGES = st.one_of(
    st.tuples(st.sampled_from(["subject", "kind", "actor", "body"]), TEXTS),
    st.tuples(st.sampled_from(["subject_id", "at"]), NUMBERS),
    st.tuples(st.just("version"), NUMBERS | st.none()),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give a company whose events are changed, examined and put back again and again."""
    path = tmp_path_factory.mktemp("chain") / "desk.db"
    found_small_company(str(path))
    desk = Desk(str(path), "clerk").open()
    desk.run(place, ORDER)
    yield desk
    desk.close()


@settings(max_examples=80)
@given(place=st.integers(0, 1_000), change=CHANGES)
def test_any_column_of_any_event_that_is_changed_is_found(
    kept: Desk, place: int, change: tuple[str, str | int | None]
) -> None:
    column, value = change
    with closing(kept.database.connect()) as connection:
        cursor = connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        work = SqliteWork(cursor, "x")
        before = work.run(EVENTS)
        number = before[place % len(before)].id
        cursor.execute("DROP TRIGGER event_no_update")
        cursor.execute(f"UPDATE OR IGNORE event SET {column} = ? WHERE id = ?", (value, number))
        touched = [str(number)] if work.run(EVENTS) != before else []
        assert [each.key for each in law(work)] == touched
        connection.rollback()


@pytest.mark.parametrize("column", ["id", *COLUMNS.split(", ")])
def test_an_event_edited_by_hand_is_named(sealed: Desk, column: str) -> None:
    event = rows(sealed, EVENTS)[-2]
    value = 77 if isinstance(getattr(event, column), int) else "'other'"
    break_rows(sealed, f"UPDATE event SET {column} = {value} WHERE id = {event.id}")
    found = [each for each in sealed.read(examine) if each.table == "event"]
    assert str(event.id) in [each.key for each in found]
    seal = next(seal for seal in rows(sealed, SEALS) if seal.event_id == event.id)
    assert seal.hash in [each.expected for each in found]


def test_one_that_is_edited_is_named_alone(sealed: Desk) -> None:
    event = rows(sealed, EVENTS)[-2]
    break_rows(sealed, f"UPDATE event SET actor = 'x' WHERE id = {event.id}")
    (found,) = sealed.read(examine)
    assert found.message.startswith(f"event {event.id} (placed, order 3) is not what was sealed")
    assert found.stored not in (found.expected, "")


@on_sqlite
def test_a_backup_and_what_is_restored_from_it_have_the_whole_chain(
    sealed: Desk, url: str, tmp_path: Path
) -> None:
    head = sealed.read(chain.head)
    copy = tmp_path / "copy.db"
    backup(sealed.database, copy)
    sealed.run(place, ORDER)
    sealed.close()
    restore(sealed.database, copy)
    back = Desk(url, "clerk").open()
    assert back.read(chain.head) == head
    assert named(back, head.head) == []
    back.run(place, ORDER)
    assert named(back, head.head) == []
    back.close()
