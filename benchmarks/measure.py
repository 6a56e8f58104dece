"""How two sides are compared: in one process, by turns, and by the median of their ratios."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderdesk.cli.acting import MOST_UNSEEN


@dataclass(frozen=True, slots=True)
class Measure:
    """One ratio with what it must reach."""

    name: str
    value: float
    target: float
    aim: float | None = None
    """What it should reach one day, where the target is less."""
    at_least: bool = False
    """True where more is better."""

    @property
    def reached(self) -> bool:
        """Tell whether the target is met."""
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def strain(self) -> float:
        """Give the share of its bound that is used up; above 1 the target is missed."""
        if not self.target:
            return 0.0 if self.reached else float(self.value) + 1.0
        return self.target / self.value if self.at_least else self.value / self.target

    def __str__(self) -> str:
        bound = "at least" if self.at_least else "at most"
        aim = "" if self.aim is None else f", aim {self.aim:g}"
        word = "ok" if self.reached else "MISSED"
        return f"{self.name:<28} {self.value:8.3f}   {bound} {self.target:g}{aim}   {word}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a benchmark found: its measures, and absolute numbers beside them."""

    measures: Sequence[Measure]
    absolute: Mapping[str, Any] = field(default_factory=dict)
    """Numbers whose names say their units, or short words."""

    @property
    def reached(self) -> bool:
        """Tell whether every target is met."""
        return all(measure.reached for measure in self.measures)

    def as_json(self, name: str) -> str:
        """Give one line of JSON; `ratio` and `target` are those of the measure nearest its bound.

        The target is a most, or with `at_least` true a least.
        """
        worst = max(self.measures, key=lambda measure: measure.strain)
        return json.dumps(
            {
                "name": name,
                "ratio": round(worst.value, 4),
                "target": worst.target,
                "reach_aim": worst.aim,
                "at_least": worst.at_least,
                "measure": worst.name,
                "reached": self.reached,
                "ratios": {measure.name: round(measure.value, 4) for measure in self.measures},
                **self.absolute,
            }
        )


@dataclass(slots=True)
class Times:
    """What one side took in each round, in milliseconds a call."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def by_turns(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    rounds: int,
    calls: int = 1,
    warm_up: int = 1,
) -> tuple[Times, Times]:
    """Call both sides by turns, `calls` times a round, the first one alternating.

    Rounds beyond the first `warm_up` count.
    """
    # As the program itself does: what was imported is not looked through for garbage again, and
    # what is new only seldom.
    gc.collect()
    gc.freeze()
    gc.set_threshold(MOST_UNSEEN)
    mine, other = Times(), Times()
    for number in range(rounds + warm_up):
        turns = [(ours, mine), (theirs, other)]
        for side, times in turns if number % 2 else reversed(turns):
            wall, cpu = time.perf_counter_ns(), time.process_time_ns()
            for _ in range(calls):
                side()
            took = time.perf_counter_ns() - wall, time.process_time_ns() - cpu
            if number >= warm_up:
                times.wall.append(took[0] / 1e6 / calls)
                times.cpu.append(took[1] / 1e6 / calls)
    return mine, other


def ratio(mine: Sequence[float], other: Sequence[float]) -> float:
    """Give the median of the ratios round by round, so that a slow minute weighs on both sides."""
    return statistics.median(a / b for a, b in zip(mine, other, strict=True))


def median(values: Sequence[float]) -> float:
    """Give the median, to microseconds where the values are milliseconds."""
    return round(statistics.median(values), 3)
