"""The disk that loses its power keeps what was synced, and all else only perhaps."""

import random

from tests.faults.disk import SECTOR, Disk
from tests.faults.recorder import Event

OLD = b"o" * (4 * SECTOR)
NEW = b"n" * (4 * SECTOR)


def after_cuts(*events: Event) -> list[dict[str, bytes]]:
    """Give what may be found after these events, as a hundred cuts would show it."""
    disk = Disk({"desk.db": OLD})
    for event in events:
        disk.do(event)
    return [disk.after_power_cut(random.Random(seed)) for seed in range(100)]


def test_what_was_synced_is_there() -> None:
    found = after_cuts(Event("write", "desk.db", 0, NEW), Event("sync", "desk.db"))
    assert found == [{"desk.db": NEW}] * 100


def test_of_what_was_not_synced_any_sectors_may_be_there() -> None:
    found = [each["desk.db"] for each in after_cuts(Event("write", "desk.db", 100, NEW[:1000]))]
    assert OLD in found
    assert OLD[:100] + NEW[:1000] + OLD[1100:] in found
    assert OLD[:100] + NEW[: SECTOR - 100] + OLD[SECTOR:] in found
    assert len(set(found)) == 2**3


def test_a_file_may_be_as_long_as_before_until_it_was_synced() -> None:
    lengths = {len(each["desk.db"]) for each in after_cuts(Event("truncate", "desk.db", SECTOR))}
    assert lengths == {SECTOR, 4 * SECTOR}
    grown = after_cuts(Event("write", "desk.db", 5 * SECTOR, NEW[:SECTOR]))
    assert {len(each["desk.db"]) for each in grown} == {4 * SECTOR, 6 * SECTOR}


def test_a_file_that_was_made_is_there_once_it_was_synced() -> None:
    made = (Event("create", "desk.db-wal"), Event("write", "desk.db-wal", 0, NEW))
    assert {len(each) for each in after_cuts(*made)} == {1, 2}
    synced = after_cuts(*made, Event("sync", "desk.db-wal"))
    assert {each["desk.db-wal"] for each in synced} == {NEW}


def test_a_deleted_file_comes_back_until_its_folder_was_synced() -> None:
    journal = (
        Event("create", "desk.db-journal"),
        Event("write", "desk.db-journal", 0, NEW),
        Event("sync", "desk.db-journal"),
    )
    found = after_cuts(*journal, Event("delete", "desk.db-journal", 0))
    assert {each.get("desk.db-journal") for each in found} == {NEW, None}
    found = after_cuts(*journal, Event("delete", "desk.db-journal", 1))
    assert {each.get("desk.db-journal") for each in found} == {None}
