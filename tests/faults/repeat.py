"""Several scripts run the same commands at the same time, again and again."""

import hashlib
import random
from typing import Any, Final

from pydantic import TypeAdapter

from orderdesk.services.orders.reading import events
from orderdesk.store.desk import Desk
from tests.faults.kill import NUMBERS
from tests.faults.reallocate import ANSWERED, came, goods, on_hand, orders
from tests.faults.trial import Trial, must
from tests.processes import Crew, Diary

SCRIPTS: Final = 4
"""Processes."""
TURNS: Final = 12
"""Of a desk and of a warehouse: five commands each, which can be run in any order."""

_ORDERS_A_TURN: Final = 2
_KINDS: Final = (["placed", "amended"], ["placed", "cancelled"])
"""What becomes of the two orders of a turn."""
_LONGEST: Final = 3_600.0
"""Seconds that all of it may take."""


def run_again(diary: Diary, url: str, name: str, seed: int, tries: int) -> None:
    """Run the same commands so often at least, in an order of one's own.

    Each must answer as before; what it answered is said at the end.
    """
    desk = Desk(url, "clerk").open()
    chance = random.Random(f"{seed} {name}")
    acts = [
        act
        for turn in range(TURNS)
        for act in (*orders("turn", turn, seed), goods("turn", turn, seed)[0])
    ]
    answers: dict[str, str] = {}
    done = 0
    while done < tries:
        for key, act in chance.sample(acts, len(acts)):
            answer = _digest(act(desk))
            must(answers.setdefault(key, answer) == answer, f"{key} got two answers")
            done += 1
    desk.close()
    for key, answer in answers.items():
        diary.say("answer", answer, key)
    diary.say("done", done)


def _digest(view: Any) -> str:
    return hashlib.sha256(TypeAdapter(type(view)).dump_json(view)).hexdigest()


def run(trial: Trial) -> str:
    """Let all of them run the commands; each must have one effect and one answer."""
    with trial.desk() as desk:
        opening = on_hand(desk)
    with Crew(trial.folder / "again") as crew:
        scripts = [
            crew.start(name, run_again, trial.url, name, trial.seed, trial.n // SCRIPTS)
            for name in (f"script-{place}" for place in range(SCRIPTS))
        ]
        done = [int(each.wait_for("done", _LONGEST)[0]) for each in scripts]
        told = {tuple(words) for each in scripts for words in each.diary.said("answer")}
    keys = {" ".join(words[1:]) for words in told}
    must(len(told) == len(keys), "one id got two answers")
    with trial.desk() as desk:
        _one_effect(desk, keys, opening, trial.seed)
    trial.laws_hold()
    return f"{sum(done)} replays of {len(keys)} commands by {SCRIPTS} scripts, one effect each"


def _one_effect(desk: Desk, keys: set[str], opening: dict[str, int], seed: int) -> None:
    commands = {row.id for row in desk.read(lambda work: work.run(ANSWERED))}
    must(commands == keys, f"{len(commands)} commands were answered, {len(keys)} were told")
    numbers = [row.number for row in desk.read(lambda work: work.run(NUMBERS))]
    must(len(numbers) == _ORDERS_A_TURN * TURNS, f"{len(numbers)} orders")
    known = {kind for kinds in _KINDS for kind in kinds}
    for number in numbers:
        kinds = [event.kind for event in desk.read(events, number) if event.kind in known]
        must(kinds in _KINDS, f"{number}: {kinds}")
    wanted, more = dict(opening), came(keys, seed)
    for code, quantity in more.items():
        wanted[code] = wanted.get(code, 0) + quantity
    must(on_hand(desk) == wanted, f"on hand {on_hand(desk)}, should be {wanted}")
