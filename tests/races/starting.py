"""Several processes that do one thing each at the same moment, and what came of each."""

import json
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

DEADLINE: Final = 60
"""Seconds until a process that has not come to the start has failed."""

# No connection is open yet where these are made, so a fork carries none along.
_METHODS = multiprocessing.get_all_start_methods()
_PROCESSES: Any = multiprocessing.get_context("fork" if "fork" in _METHODS else "spawn")

Act = Callable[[Callable[[], None], Any], Any]
"""Gets ready, calls what it is given to wait for all others, acts, and gives what came of it.

The other argument is what this one works with.
"""


def race(act: Act, givens: Sequence[Any]) -> None:
    """Let a process act with each of these, and print as JSON what came of them, in their order.

    Leaves with words where one fails.
    """
    start, said = _PROCESSES.Barrier(len(givens)), _PROCESSES.SimpleQueue()
    processes = [
        _PROCESSES.Process(target=_run, args=(act, place, given, start, said))
        for place, given in enumerate(givens)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(2 * DEADLINE)
        if process.exitcode != 0:
            sys.exit(f"a process ended with {process.exitcode}")
    answers = dict(said.get() for _ in givens)
    print(json.dumps([answers[place] for place in range(len(givens))]))


def _run(act: Act, place: int, given: Any, start: Any, said: Any) -> None:
    said.put((place, act(lambda: start.wait(DEADLINE), given)))
