"""The rules of credit and holds are wrong at one place, each time at another."""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack

from orderdesk.store.desk import Desk
from tests.faults.trial import Fault, Trial, must
from tests.mutants.desk_and_books import Caught
from tests.mutants.story import tell
from tests.mutants.wrong_rules import MUTANTS, Mutant


def run(trial: Trial) -> str:
    """Tell the story with each mistake and then with none; print what caught each."""
    chosen = _spread(trial.n) if "://" not in trial.url else ()
    width = max(len(mutant.name) for mutant in MUTANTS)
    for place, mutant in enumerate(chosen):
        copy = trial.folder / f"{place}.db"
        shutil.copyfile(trial.path, copy)
        with mutant.seeded():
            caught = _caught(str(copy))
        must(caught, f"nothing caught {mutant.name!r}")
        assert caught is not None
        must(mutant.caught_by in caught.checks, f"{mutant.name!r} was caught by {caught}")
        print(f"{mutant.name:{width}}  {mutant.caught_by:8}  {caught.step}")
    wrong = _caught(trial.url)
    must(wrong is None, f"with no mistake seeded: {wrong}")
    trial.laws_hold()
    tried = f"{len(chosen)} wrong rules caught, and " if chosen else ""
    return f"{tried}the right ones pass"


def _spread(count: int) -> Sequence[Mutant]:
    """Give so many mistakes, or all, some of every kind."""
    return MUTANTS[:: max(1, len(MUTANTS) // count)][:count]


def _caught(url: str) -> Caught | None:
    """Tell the story in a company; give what it finds wrong."""
    with ExitStack() as opened:

        def desk_of(user: str) -> Desk:
            desk = Desk(url, user).open()
            opened.callback(desk.close)
            return desk

        try:
            tell(desk_of)
        except Caught as caught:
            return caught
    return None


FAULT = Fault(
    "a rule of credit or holds is wrong at one place: each wrong version is caught",
    run,
    full=len(MUTANTS),
    short=8,
    counts="wrong rules",
)
