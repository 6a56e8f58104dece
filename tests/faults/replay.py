"""Scripts and an import are run again: many at the same time, or killed and begun anew."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from orderdesk.exchange.orders import import_orders
from orderdesk.exchange.runs import Controls
from orderdesk.exchange.sources import inspect
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from tests.faults import repeat
from tests.faults.kill import NUMBERS
from tests.faults.trial import Fault, Trial, must, order_of
from tests.processes import Crew, Diary, Worker, until

ORDERS = 60
_BATCH = 7
"""Orders in one unit of work of the import."""

_FEWEST, _MOST, _REPLAYS_A_KILL = 3, 30, 20
"""Kills of the script, and as many of the import."""


def script(diary: Diary, url: str, name: str, seed: int, orders: int) -> None:
    """Place a list of orders from its beginning, whatever was placed before."""
    desk = Desk(url, "script").open()
    diary.say("began")
    for number in range(orders):
        view = desk.command(f"{name}-{number}", place, order_of(f"{name}-{number}", seed))
        diary.say("placed", number, view.number)
    desk.close()
    diary.say("done")


def take_in(diary: Diary, url: str, file: str) -> None:
    """Import a file of orders from where it was left."""
    desk = Desk(url, "script").open()
    diary.say("began")
    result = import_orders(desk, inspect(file), controls=_controls(diary))
    desk.close()
    diary.say("done", result.accepted, result.rejected)


def _controls(diary: Diary) -> Controls:
    return Controls(progress=lambda now: diary.say("placed", now.accepted), batch=_BATCH)


def run(trial: Trial) -> str:
    """Replay commands at several places at once, and scripts that are killed on their way."""
    return f"{repeat.run(trial)}; {kill(trial)}"


def kill(trial: Trial) -> str:
    """Kill a script and an import on their way, and run them again; each order must be there once.

    Each is killed once for so many replays, but a few times at least.
    """
    each = max(_FEWEST, min(_MOST, trial.n // _REPLAYS_A_KILL))
    with trial.desk() as desk:
        before = len(desk.read(lambda work: work.run(NUMBERS)))
    with Crew(trial.folder / "diaries") as crew:
        kills = _until_through(
            trial,
            each,
            lambda: crew.start("script", script, trial.url, "script", trial.seed, ORDERS),
        )
        placed = Diary(trial.folder / "diaries" / "script.diary").said("placed")
        answers: dict[str, set[str]] = {}
        for number, order in placed:
            answers.setdefault(number, set()).add(order)
        must(all(len(found) == 1 for found in answers.values()), "an id got two answers")
        file = trial.folder / "orders.jsonl"
        _write(file, trial.seed)
        kills += _until_through(
            trial, each, lambda: crew.start("import", take_in, trial.url, str(file))
        )
        must(crew.start("import", take_in, trial.url, str(file)).wait() == 0, "it failed again")
    with trial.desk() as desk:
        numbers = [row.number for row in desk.read(lambda work: work.run(NUMBERS))]
    must(len(numbers) - before == 2 * ORDERS, f"{len(numbers) - before} orders of {2 * ORDERS}")
    trial.laws_hold()
    return f"{kills} kills of a script and an import of {ORDERS} orders each, every order once"


def _until_through(trial: Trial, times: int, start: Callable[[], Worker]) -> int:
    """Start, kill after a while, and start again; let the last one end. Give the kills."""
    kills = 0
    for _ in range(times):
        worker = start()
        begun = len(worker.diary.said("placed"))
        goal = begun + trial.random.randint(1, max(2, 2 * ORDERS // times))
        until(
            lambda goal=goal, worker=worker: (  # type: ignore[misc]
                len(worker.diary.said("placed")) >= goal or not worker.alive
            ),
            "orders",
        )
        kills += worker.alive
        worker.kill()
    must(start().wait() == 0, "it did not come through")
    return kills


def _write(file: Path, seed: int) -> None:
    """Write a file of orders as a customer would send it."""
    with file.open("w", encoding="utf-8") as opened:
        for number in range(ORDERS):
            request = asdict(order_of(f"file-{number}", seed))
            request["lines"] = [_given(line) for line in request["lines"]]
            opened.write(json.dumps(_given(request)) + "\n")


def _given(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value not in (None, (), "")}


FAULT = Fault(
    "commands run again by several scripts at once, and a script and an import that are killed and "
    "run again from the start: one effect",
    run,
    full=1_000,
    short=60,
    counts="replays",
)
