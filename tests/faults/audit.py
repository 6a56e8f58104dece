"""The past changed by hand: events edited, taken out, put in, and the whole chain written anew.

So are the rows that goods and promises are kept in; and what is only added to is not to be edited.
"""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from orderdesk.domain.counts import CountRequest
from orderdesk.domain.doctor import Broken as Found
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.domain.transfers import TransferRequest
from orderdesk.services import chain, counts, stock, transfers
from orderdesk.services.doctor import examine
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.services.supplies import announcing
from orderdesk.store.chain import link
from orderdesk.store.desk import Desk
from tests.breaking import break_rows, rewrite_chain
from tests.faults.grabs import AWAY, second_warehouse
from tests.faults.trial import Fault, Trial, must, order_of

COLUMNS = "id, subject, subject_id, version, kind, actor, at, body"


class Past:
    """The events of a company, that are changed in one way after another and put back again."""

    def __init__(self, trial: Trial, desk: Desk) -> None:
        """Read what there is."""
        self.trial = trial
        self.desk = desk
        with closing(desk.database.connect()) as connection:
            self.events = connection.execute(f"SELECT {COLUMNS} FROM event ORDER BY id").fetchall()
            text = "SELECT event_id, hash FROM seal ORDER BY event_id"
            self.seals = dict(connection.execute(text).fetchall())
        self.head = desk.read(chain.head).head

    def found(self, printed: str = "") -> list[Found]:
        """Give what the doctor finds in the chain."""
        tables = ("event", "seal")
        return [b for b in self.desk.read(examine, printed) if b.law == 12 and b.table in tables]

    def put_back(self) -> None:
        """Make the past what it was; then nothing may be found."""
        events = ", ".join(f"({', '.join(map(_literal, event))})" for event in self.events)
        seals = ", ".join(f"({number}, '{each}')" for number, each in self.seals.items())
        break_rows(
            self.desk,
            "DELETE FROM event",
            "DELETE FROM seal",
            f"INSERT INTO event ({COLUMNS}) VALUES {events}",
            f"INSERT INTO seal (event_id, hash) VALUES {seals}",
        )
        must(not self.found(self.head), f"put back, and yet: {self.found(self.head)}")

    def some(self) -> Any:
        """Give one event that has others before and behind it."""
        return self.trial.random.choice(self.events[1:-1])


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def edited(past: Past) -> None:
    """Change one column of one event."""
    event = past.some()
    column = past.trial.random.choice(COLUMNS.split(", ")[1:])
    place = COLUMNS.split(", ").index(column)
    value = 9_999_999 if isinstance(event[place], int) else "forged"
    break_rows(past.desk, f"UPDATE event SET {column} = {_literal(value)} WHERE id = {event[0]}")
    # An edited subject may also be missed elsewhere: the event is told of a document that is not.
    named = [each for each in past.found() if each.key == str(event[0])]
    must(len(named) == 1 and named[0].table == "event", f"{column} of {event[0]}: {named}")
    (found,) = named
    must(found.expected == past.seals[event[0]] != found.stored, f"{found}")


def taken_out(past: Past) -> None:
    """Take out one event, and its seal as well every other time."""
    event = past.some()
    also = past.trial.random.choice((True, False))
    break_rows(
        past.desk,
        f"DELETE FROM event WHERE id = {event[0]}",
        *([f"DELETE FROM seal WHERE event_id = {event[0]}"] if also else []),
    )
    ids = [each[0] for each in past.events]
    named = ids[ids.index(event[0]) + 1] if also else event[0]
    keys = [each.key for each in past.found() if each.table == "event"]
    must(keys == [str(named)], f"{event[0]} taken out, its seal too: {also}; found {keys}")


def put_in(past: Past) -> None:
    """Put in an event in the place of one that moves on, with a seal that fits or with none."""
    random = past.trial.random
    place = random.randrange(1, len(past.events) - 1)
    number = past.events[place][0]
    event = (number, "user", 1, None, "changed", "nobody", 0, "{}")
    seal = link(past.seals[past.events[place - 1][0]], event)
    # What stood there and all behind it move up by one, from the last one on.
    moved = [
        f"UPDATE {table} SET {name} = -{name} - 1 WHERE {name} >= {number}"
        for table, name in (("event", "id"), ("seal", "event_id"))
    ]
    back = [
        f"UPDATE {table} SET {name} = -{name} WHERE {name} < 0"
        for table, name in (("event", "id"), ("seal", "event_id"))
    ]
    break_rows(
        past.desk,
        *moved,
        *back,
        f"INSERT INTO event ({COLUMNS}) VALUES ({', '.join(map(_literal, event))})",
        *random.choice(([], [f"INSERT INTO seal (event_id, hash) VALUES ({number}, '{seal}')"])),
    )
    found = past.found()
    must(found and int(found[0].key) in (number, number + 1), f"put in at {number}: {found[:2]}")


def written_anew(past: Past) -> None:
    """Change an event and seal all behind it anew: only the head that was printed tells of it."""
    event = past.some()
    break_rows(past.desk, f"UPDATE event SET actor = 'nobody' WHERE id = {event[0]}")
    rewrite_chain(past.desk)
    must(not past.found(), f"a chain that agrees with itself: {past.found()}")
    (found,) = past.found(past.head[: past.trial.random.choice((12, 64))])
    must("does not contain the head that was printed" in found.message, found.message)


_STOCK = "UPDATE stock SET allocated = allocated - {}"
EDITS: tuple[tuple[str, str], ...] = (
    ("stock_place", "UPDATE stock_place SET on_hand = on_hand + {} WHERE product_id = 1"),
    ("demand", "UPDATE demand SET quantity = quantity + {}"),
    ("supply", "UPDATE supply SET received = received + {}, open = open - {} WHERE received > 0"),
    ("transfer", "UPDATE transfer SET received = received + {}, open = open - {}"),
    ("count_line", "UPDATE count_line SET counted = counted + {}"),
    ("stock", f"{_STOCK} WHERE product_id = 8 AND warehouse = '01'"),
    ("movement", "UPDATE movement SET quantity = quantity + {} WHERE transfer_id IS NOT NULL"),
)
"""What somebody may do by hand to each table of goods, by its name, within what it may hold at all;
so much more (thousandths) is undone by so much less."""

ADDED_TO = ("event", "seal", "movement", "decision")
"""Tables of which no row is ever changed."""


def of_goods(trial: Trial, desk: Desk) -> None:
    """Change what lies where, what is expected, in transit, counted and waited for, by hand."""
    for table, statement in EDITS:
        must(not desk.read(examine), f"before {table} is changed: {desk.read(examine)}")
        break_rows(desk, statement.replace("{}", "1000"))
        found = desk.read(examine)
        must(found, f"{table} was changed by hand, and the doctor finds nothing")
        break_rows(desk, statement.replace("{}", "(-1000)"))
    for table in ADDED_TO:
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {_FIRST[table]} = 7"):
            _refused(desk, statement)
    must(not desk.read(examine), f"put back, and yet: {desk.read(examine)}")


_FIRST = {"event": "actor", "seal": "hash", "movement": "reason", "decision": "granted"}


def _refused(desk: Desk, statement: str) -> None:
    with closing(desk.database.connect()) as connection:
        try:
            connection.execute(statement)
        except Exception as error:
            must("never" in str(error) or "append" in str(error), f"{statement}: {error}")
        else:
            must(False, f"{statement}: it was done")


def _goods(desk: Desk) -> None:
    """Let goods be expected, come, be sent, counted and waited for."""
    desk.run(second_warehouse)
    expected = SupplyRequest(product="P2", quantity="9", due="2026-12-01")
    supply = desk.run(announcing.add, expected).id
    desk.run(stock.receive, ReceiveRequest(quantity="2", supply=str(supply)))
    desk.run(transfers.send, TransferRequest(product="TAXED", quantity="5", target=AWAY))
    sheet = desk.run(counts.open_, CountRequest(products=("P1",))).number
    desk.run(counts.enter, sheet, "P1", "99")
    desk.run(counts.post, sheet, "counted")
    lines = (LineRequest(product="P3", quantity="4"), LineRequest(product="TAXED", quantity="4"))
    desk.run(place, OrderRequest(customer="FREE", lines=lines))


WAYS: tuple[Callable[[Past], None], ...] = (edited, taken_out, put_in, written_anew)


def run(trial: Trial) -> str:
    """Change the past in each way so often; what was touched must be named every time."""
    with trial.desk("owner") as desk:
        for number in range(4):
            desk.run(place, order_of(f"audit-{number}", trial.seed))
        desk.run(cancel, "SO-000002")
        _goods(desk)
        desk.run(chain.seal)
        of_goods(trial, desk)
        past = Past(trial, desk)
        for _ in range(trial.n):
            for way in WAYS:
                way(past)
                past.put_back()
        desk.run(place, order_of("after", trial.seed))
        desk.run(chain.seal)
        must(not past.found(past.head), "a desk that goes on breaks its own chain")
    trial.laws_hold()
    told = f"{len(EDITS)} tables of goods changed by hand"
    return f"{told}, {trial.n * len(WAYS)} changes of {len(past.events)} events, each named"


FAULT = Fault(
    "an event is edited, taken out or put in by hand, or the chain written anew: the doctor names "
    "the event, or says that the head that was printed is gone; it finds what of goods is "
    "changed by hand",
    run,
    full=50,
    short=4,
    counts="rounds",
)
