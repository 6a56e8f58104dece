"""Only a SQLite with the WAL-reset race is to be had."""

import sys
from pathlib import Path

from orderdesk.services.orders.place import place
from orderdesk.store import driver
from orderdesk.store.desk import Desk
from tests.faults.trial import Fault, Trial, must, order_of
from tests.processes import Crew, Diary

WRITERS = 4


def use_vulnerable_library() -> None:
    """Leave this process Python's own SQLite, and no trust in its log."""
    for name in [each for each in sys.modules if each.partition(".")[0] == "pysqlite3"]:
        del sys.modules[name]
    sys.modules["pysqlite3"] = None  # type: ignore[assignment]
    driver.load.cache_clear()
    if driver.trusts_wal(driver.load().sqlite_version_info):
        driver.trusts_wal = lambda version: False


def place_without_log(diary: Diary, url: str, name: str, seed: int, orders: int) -> None:
    """Place orders with a vulnerable library, and tell what the desk says of it."""
    use_vulnerable_library()
    desk = Desk(url, "script").open()
    for number in range(orders):
        view = desk.command(f"{name}-{number}", place, order_of(f"{name}-{number}", seed))
        must(not Path(f"{url}-wal").exists(), "there is a log beside the file")
        diary.say("placed", view.number)
    facts = desk.database.facts()
    desk.close()
    diary.say("library", facts["library"])
    diary.say("journal", facts["journal"], facts["journal_reason"])
    diary.say("done")


def run(trial: Trial) -> str:
    """Let several processes write without a log, one of them killed; no law may be broken."""
    with Crew(trial.folder) as crew:
        killed = crew.start("killed", place_without_log, trial.url, "killed", trial.seed, 10**6)
        writers = [
            crew.start(name, place_without_log, trial.url, name, trial.seed, trial.n)
            for name in (f"writer-{place}" for place in range(WRITERS))
        ]
        killed.wait_for("placed")
        killed.kill()
        for writer in writers:
            writer.wait_for("done")
        said = " ".join(writers[0].diary.said("journal")[0])
        library = " ".join(writers[0].diary.said("library")[0])
    must(said.startswith("delete"), f"the journal is {said}")
    must("WAL-reset race" in said and "install" in said, f"the desk does not say why: {said}")
    must(trial.path.read_bytes()[18] == 1, "the file's head asks for a log")
    trial.laws_hold()
    return f"{WRITERS} writers of {trial.n} orders with {library}: no log, and it is said why"


FAULT = Fault(
    "a SQLite with the WAL-reset race: no log is used, `db info` says why, nothing is damaged",
    run,
    full=200,
    short=10,
    counts="orders a writer",
    on_postgres=False,
)
