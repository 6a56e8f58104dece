"""What the workers of the store's tests do, each in a process of its own."""

from pathlib import Path

from sqlalchemy import create_engine, select, text, update
from sqlalchemy.sql import bindparam

from orderdesk.domain.errors import OrderDeskError
from orderdesk.models.company import Series
from orderdesk.store import driver
from orderdesk.store.desk import Desk
from orderdesk.store.engine import database
from orderdesk.store.statements import statement, table_of
from orderdesk.store.turns import Turns
from orderdesk.store.work import Work
from tests.processes import Diary, become_nobody, until

_series = table_of(Series).c

READ = statement(
    select(_series.next_number).where(_series.code == bindparam("series")).with_for_update()
)
LOOK = statement(select(_series.next_number).where(_series.code == bindparam("series")))
WRITE = statement(
    update(table_of(Series))
    .where(_series.code == bindparam("series"))
    .values(next_number=bindparam("number"))
)


def increment(work: Work) -> int:
    """Read a number, then write the next one: what every counter in a service comes down to."""
    row = work.one(READ, {"series": "order"})
    assert row is not None
    number: int = row.next_number + 1
    work.change(WRITE, {"series": "order", "number": number}, expect=1)
    return number


def increment_by_recipe(diary: Diary, url: str, times: int) -> None:
    """Count up through the desk."""
    desk = Desk(url, "clerk")
    for _ in range(times):
        desk.run(increment)
    desk.close()


def increment_by_default(diary: Diary, url: str, times: int) -> None:
    """Count up as a library's default transaction does it."""
    if url.startswith("postgresql"):
        engine = create_engine(url)
    else:
        engine = create_engine(f"sqlite:///{url}", module=driver.load())
    for _ in range(times):
        with engine.begin() as connection:
            found = connection.execute(text("SELECT next_number FROM series")).scalar_one()
            connection.execute(text("UPDATE series SET next_number = :n"), {"n": found + 1})


def hold_turn(diary: Diary, path: str, go_on: str) -> None:
    """Take the turn before a file and keep it until another file is there."""
    with Turns(Path(path)).turn():
        diary.say("inside")
        until(Path(go_on).exists, go_on)
    diary.say("done")


def take_turn(diary: Diary, path: str, visits: str, name: str) -> None:
    """Take the turn before a file, and note it in a diary that all share."""
    with Turns(Path(path)).turn():
        Diary(Path(visits)).say(name)
    diary.say("done")


def hold_transaction(diary: Diary, url: str, go_on: str) -> None:
    """Write in a transaction and keep it open until a file is there."""
    held = database(url)
    with held.write("clerk") as work:
        increment(work)
        diary.say("inside")
        until(Path(go_on).exists, go_on)
    diary.say("done")


def hold_snapshot(diary: Diary, url: str, go_on: str) -> None:
    """Write once, then keep reading one moment until a file is there."""
    held = Desk(url, "clerk").open()
    held.run(increment)

    def read(work: Work) -> None:
        work.one(LOOK, {"series": "order"})
        diary.say("inside")
        until(Path(go_on).exists, go_on)

    held.read(read)
    held.close()
    diary.say("done")


def look(diary: Diary, url: str, read_only: bool) -> None:
    """Open a desk as somebody without rights and say what it shows, or why it does not."""
    become_nobody()
    desk = Desk(url, "clerk", read_only=read_only)
    try:
        desk.open()
        row = desk.read(lambda work: work.one(LOOK, {"series": "order"}))
        diary.say("shows", row and row.next_number)
    except OrderDeskError as error:
        diary.say("refused", error.code, error.message)
    desk.close()


def die_in_a_transaction(diary: Diary, url: str) -> None:
    """Write so much in one transaction that it reaches the disk, and wait there to be killed."""
    connection = database(url).connect()
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE series SET next_number = 99")
    for number in range(2_000):
        connection.execute(
            "INSERT INTO reason (code, name, kind, archived, version) VALUES (?, ?, 'any', 0, 1)",
            (f"R{number}", "x" * 500),
        )
    diary.say("written")
    until(lambda: False, "the end")
