"""The power is cut at any moment while orders are placed.

Two desks of one process place orders by turns through the services. The store's own code runs,
with its own pragmas, statements and commits; only the driver below it is another build of SQLite,
whose file system writes down each write, sync, making and deletion of the company's file, its log
or its journal, and where among them an order was acknowledged. From that stream the disk is made
as it may be found after a power cut at any place in it (see `disk.py`), and opened by the
store as always, with its usual driver. Then every order acknowledged before the cut must be there
once, nothing may be half there, and the desk must go on.

The log is taken in far more often than in daily life, so that cuts meet that too. What this cannot
show is a disk that lies about its syncs. The trial is tried as well: with a setting that is known
to be too weak it must find orders lost.
"""

import pickle
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import select

from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.orders import OrderRequest
from orderdesk.models.orders import BuyerPO, SalesOrder
from orderdesk.services.orders.place import place
from orderdesk.store import driver, sqlite
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.faults.disk import Disk
from tests.faults.recorder import Driver, Event, Record
from tests.faults.trial import Broken, Fault, Trial, must, order_of
from tests.laws import assert_laws_hold
from tests.processes import Crew, Diary

DESKS: Final = 2
_LEAST_ORDERS, _CUTS_AN_ORDER = 24, 4
_ROWS_IN_LOG: Final = 300
"""Rows after which a desk takes in the log: some four orders."""
_CUTS_A_CONTROL: Final = 5
"""One cut with a setting that is too weak for so many with the right one."""
_LEAST_CONTROLS: Final = 6

_order, _buyer = table_of(SalesOrder).c, table_of(BuyerPO).c
NUMBERS = statement(
    select(_order.number, _buyer.number.label("buyer_po"))
    .join_from(table_of(SalesOrder), table_of(BuyerPO), _buyer.id == _order.buyer_po_id)
    .order_by(_order.id)
)


class Setting(NamedTuple):
    """How the file is written."""

    journal: str
    """What the store chooses: `wal` with a library that it trusts, else `delete`."""
    weakened: str = ""
    """A value of `synchronous` put in the place of the store's own."""

    def __str__(self) -> str:
        return f"{self.journal} with {self.weakened}" if self.weakened else self.journal


RIGHT: Final = (Setting("wal"), Setting("delete"))
WRONG: Final = (Setting("wal", "NORMAL"), Setting("delete", "FULL"))


@dataclass
class Found:
    """What came of the cuts of one setting."""

    cuts: int = 0
    at_risk: int = 0
    """Orders that were acknowledged before the cuts, over all of them."""
    lost: int = 0
    """Cuts after which something was lost or broken."""
    example: str = ""


def place_recorded(
    diary: Diary, url: str, setting: Setting, seed: int, orders: int, into: str
) -> None:
    """Place orders at two desks by turns over a recording SQLite; leave the record in a file."""
    record = Record()
    module = Driver(record, setting.weakened)
    driver.load = lambda: module  # type: ignore[assignment]
    driver.trusts_wal = lambda version: setting.journal == "wal"
    sqlite.ROWS_IN_LOG = _ROWS_IN_LOG  # type: ignore[misc]
    desks = [Desk(url, "script").open() for _ in range(DESKS)]
    for number in range(orders):
        key = f"order-{number}"
        view = desks[number % DESKS].command(key, place, order_of(key, seed))
        record.add("told", key, 0, view.number.encode())
    found = desks[0].database.facts()["journal"]
    for desk in desks:
        desk.close()
    Path(into).write_bytes(pickle.dumps(record.events))
    diary.say("journal", found)


def cut(trial: Trial, setting: Setting, cuts: int) -> Found:
    """Record orders with one setting, cut the power so many times, and judge what is left."""
    room = trial.folder / f"{setting}".replace(" ", "-")
    room.mkdir()
    company = trial.path.read_bytes()
    url = room / trial.path.name
    url.write_bytes(company)
    orders, record = max(_LEAST_ORDERS, cuts // _CUTS_AN_ORDER), room / "record"
    with Crew(room) as crew:
        worker = crew.start(
            "desks", place_recorded, str(url), setting, trial.seed, orders, str(record)
        )
        journal = worker.wait_for("journal")[0]
    must(journal == setting.journal, f"the journal is {journal}, not {setting.journal}")
    events: list[Event] = pickle.loads(record.read_bytes())
    disk = Disk({url.name: company})
    found = Found()
    chance = random.Random(f"{trial.seed} {setting}")
    for told, key in _cuts(events, disk, cuts, chance):
        found.cuts += 1
        found.at_risk += len(told)
        files = disk.after_power_cut(chance)
        try:
            judge(room / "found", url.name, files, told, order_of(key, trial.seed), key)
        except (Broken, OrderDeskError) as error:
            found.lost += 1
            found.example = found.example or f"cut {found.cuts}: {error}"
    return found


def _cuts(
    events: list[Event], disk: Disk, cuts: int, chance: random.Random
) -> Iterator[tuple[dict[str, str], str]]:
    """Play the events on the disk, and stop where the power is to be cut.

    Half of the cuts come just after an order was acknowledged. Gives what was acknowledged so far,
    and the command id that was under way or next.
    """
    after = [place for place, event in enumerate(events, 1) if event.kind == "told"]
    places = sorted(
        chance.choice(after) if number % 2 else chance.randint(1, len(events))
        for number in range(cuts)
    )
    told: dict[str, str] = {}
    done = 0
    for place_ in places:
        for event in events[done:place_]:
            if event.kind == "told":
                told[event.name] = event.data.decode()
            else:
                disk.do(event)
        done = place_
        yield told, f"order-{len(told)}"


def judge(
    folder: Path,
    name: str,
    files: dict[str, bytes],
    told: dict[str, str],
    next_: OrderRequest,
    key: str,
) -> None:
    """Open what is left as a desk does; all that was told must be there, whole, and it goes on."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for each, contents in files.items():
        (folder / each).write_bytes(contents)
    with closing(Desk(str(folder / name), "script").open()) as desk:
        for more in (0, 1):
            if more:
                desk.command(key, place, next_)
            rows = desk.read(lambda work: work.run(NUMBERS))
            there = {row.buyer_po.removeprefix("PO-"): row.number for row in rows}
            lost = sorted(each for each in told if there.get(each) != told[each])
            must(not lost, f"acknowledged and lost: {', '.join(lost[:3])}")
            gapless = [f"SO-{place:06}" for place in range(1, len(rows) + 1)]
            must([row.number for row in rows] == gapless, "the order numbers have a gap")
            must(len(there) == len(rows) <= len(told) + 1, f"{len(rows)} orders")
            try:
                assert_laws_hold(desk)
            except AssertionError as error:
                raise Broken(f"laws are broken: {error}") from None


def run(trial: Trial) -> str:
    """Cut the power with the right settings, which must lose nothing, and with weak ones."""
    said = []
    for setting in RIGHT:
        found = cut(trial, setting, trial.n // len(RIGHT))
        must(not found.lost, f"{setting}: {found.lost} of {found.cuts} cuts lost: {found.example}")
        said.append(f"{found.cuts} cuts in {setting}, none lost")
    for setting in WRONG:
        found = cut(trial, setting, max(_LEAST_CONTROLS, trial.n // _CUTS_A_CONTROL // len(WRONG)))
        must(found.lost, f"{setting}: none of {found.cuts} cuts lost an order: it sees nothing")
        said.append(f"{setting} lost in {found.lost} of {found.cuts}")
    return "; ".join(said)


FAULT = Fault(
    "the power is cut at any moment, with any part of what was not synced on the disk: every "
    "acknowledged order is there once, nothing is half there",
    run,
    full=1_000,
    short=30,
    counts="power cuts",
    on_postgres=False,
)
