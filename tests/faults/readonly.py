"""Somebody looks at a company that others write to, come to and leave all the time."""

from pathlib import Path

from orderdesk.domain.errors import Unavailable
from orderdesk.services.doctor import examine
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.faults.kill import COUNT
from tests.faults.trial import Fault, Trial, must, order_of
from tests.processes import Crew, Diary

WRITERS = 3
_STAY = 5
"""Orders that a writer places before it leaves and comes again."""


def come_and_go(diary: Diary, url: str, name: str, seed: int, stop: str) -> None:
    """Open a desk, place a few orders, leave, and again, until told to stop."""
    number = 0
    while not Path(stop).exists():
        desk = Desk(url, "script").open()
        for _ in range(_STAY):
            desk.command(f"{name}-{number}", place, order_of(f"{name}-{number}", seed))
            number += 1
        desk.close()
        diary.say("left", number)
    diary.say("done")


def count(work: Work) -> int:
    """Give how many orders there are."""
    found: int = work.run(COUNT)[0].orders
    return found


def run(trial: Trial) -> str:
    """Look on; each look must see a company without a broken law, and never an older one."""
    stop = trial.folder / "stop"
    seen = 0
    with Crew(trial.folder / "diaries") as crew:
        writers = [
            crew.start(name, come_and_go, trial.url, name, trial.seed, str(stop))
            for name in (f"writer-{place}" for place in range(WRITERS))
        ]
        for _ in range(trial.n):
            looker = Desk(trial.url, "clerk", read_only=True).open()
            broken = looker.read(examine)
            must(not broken, f"a look saw {broken[:3]}")
            found = looker.read(count)
            must(found >= seen, f"a look saw {found} orders after one that saw {seen}")
            seen = found
            _refuse_write(looker, trial.seed)
            looker.close()
        stop.touch()
        for writer in writers:
            writer.wait_for("done")
            must(writer.wait() == 0, "a writer failed")
    _leave_nothing(trial)
    return f"{trial.n} looks at {WRITERS} writers, {seen} orders seen, no write, nothing left"


def _refuse_write(looker: Desk, seed: int) -> None:
    try:
        looker.run(place, order_of("look", seed))
    except Unavailable as error:
        must(error.code == "read_only", error.message)
    else:
        must(False, "a desk that only looks placed an order")


def _leave_nothing(trial: Trial) -> None:
    """Look once more, alone; the folder must stay as it is."""
    with trial.desk():
        pass
    before = sorted(each.name for each in trial.path.parent.iterdir())
    must(f"{trial.path.name}-wal" not in before, "the last writer left its log")
    looker = Desk(trial.url, "clerk", read_only=True).open()
    looker.read(examine)
    looker.close()
    must(sorted(e.name for e in trial.path.parent.iterdir()) == before, "the look left something")


FAULT = Fault(
    "looking on with --read-only while desks write, come and go: every look sees one sound moment, "
    "nothing is written, nothing is left beside the file",
    run,
    full=100,
    short=5,
    counts="looks",
    on_postgres=False,
)
