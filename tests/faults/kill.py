"""Writers are killed, one or all of them, again and again, in the middle of whatever they do."""

import multiprocessing
from itertools import count
from typing import Final

from sqlalchemy import func, select

from orderdesk.models.journal import Command
from orderdesk.models.orders import SalesOrder
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.faults.trial import Fault, Trial, must, order_of
from tests.processes import PRELOADED, Crew, Diary, Worker, until

WRITERS = 8
WARMED: Final = "tests.faults.warmed"
_ALL_OF_THEM = 0.2
_MOST_BETWEEN = 20
_LINE = len("placed writer-0-100 SO-000800\n")

NUMBERS = statement(select(table_of(SalesOrder).c.number).order_by(table_of(SalesOrder).c.id))
ANSWERED = statement(select(table_of(Command).c.id))
COUNT = statement(select(func.count().label("orders")).select_from(table_of(SalesOrder)))


def keep_placing(diary: Diary, url: str, name: str, seed: int) -> None:
    """Place one order after the other, each with its command id, from where the diary ends."""
    desk = Desk(url, "script").open()
    done = {key for key, _ in diary.said("placed")}
    for number in count():
        key = f"{name}-{number}"
        if key not in done:
            view = desk.command(key, place, order_of(key, seed))
            diary.say("placed", key, view.number)


def run(trial: Trial) -> str:
    """Kill until enough have been killed; then everything acknowledged must be there once."""
    diaries: list[Diary] = []
    # Has no effect where the forerunner stands already, as in a run of many tests.
    multiprocessing.get_context("forkserver").set_forkserver_preload([*PRELOADED, WARMED])
    with Crew(trial.folder) as crew:

        def start(place: int) -> Worker:
            name = f"writer-{place}"
            return crew.start(name, keep_placing, trial.url, name, trial.seed)

        writers = [start(place) for place in range(WRITERS)]
        diaries = [writer.diary for writer in writers]
        kills = 0
        while kills < trial.n:
            goal = written(diaries) + trial.random.randint(1, _MOST_BETWEEN) * _LINE
            until(lambda goal=goal: written(diaries) >= goal, "orders")  # type: ignore[misc]
            everybody = trial.random.random() < _ALL_OF_THEM
            chosen = range(WRITERS) if everybody else [trial.random.randrange(WRITERS)]
            for place in chosen:
                must(writers[place].alive, f"a writer ended by itself: {writers[place].diary.path}")
                writers[place].kill()
            for place in chosen:
                writers[place] = start(place)
            kills += len(chosen)
    return judge(trial, diaries, kills)


def written(diaries: list[Diary]) -> int:
    """Give how many bytes the diaries have, one line for each order acknowledged."""
    return sum(diary.path.stat().st_size for diary in diaries if diary.path.exists())


def judge(trial: Trial, diaries: list[Diary], kills: int) -> str:
    """Hold what the writers were told against what is there, and run their scripts once more."""
    told = {key: number for diary in diaries for key, number in diary.said("placed")}
    with trial.desk("script") as desk:
        numbers = [row.number for row in desk.read(lambda work: work.run(NUMBERS))]
        answered = {row.id for row in desk.read(lambda work: work.run(ANSWERED))}
        must(set(told) <= answered, f"acknowledged and lost: {sorted(set(told) - answered)[:5]}")
        must(len(answered) == len(numbers), f"{len(numbers)} orders, {len(answered)} commands")
        gapless = [f"SO-{place:06}" for place in range(1, len(numbers) + 1)]
        must(numbers == gapless, "the order numbers have a gap or a repeat")
        for key in answered:
            number = desk.command(key, place, order_of(key, trial.seed)).number
            must(told.get(key, number) == number, f"{key} was {told.get(key)}, now {number}")
        again = desk.read(lambda work: work.run(COUNT))[0].orders
        must(again == len(numbers), f"running again made {again - len(numbers)} orders more")
    trial.laws_hold()
    silent = len(answered) - len(told)
    return f"{kills} kills, {len(told)} acknowledged, {silent} only committed, none lost or doubled"


FAULT = Fault(
    "kill -9 one or all of eight writers, again and again: nothing acknowledged is lost, nothing "
    "is doubled when their scripts run again, no law is broken",
    run,
    full=400,
    short=16,
    counts="kills",
)
