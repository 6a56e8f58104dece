"""The rules of credit and holds are wrong at one place, each time at another."""

from collections.abc import Sequence

from tests.faults.trial import Fault, Trial, must
from tests.mutants.trying import caught, caught_in_copy
from tests.mutants.wrong_rules import MUTANTS, Mutant


def run(trial: Trial) -> str:
    """Tell the story with each mistake and then with none; print what caught each."""
    chosen = _spread(trial.n) if "://" not in trial.url else ()
    width = max(len(mutant.name) for mutant in MUTANTS)
    for mutant in chosen:
        with mutant.seeded():
            found = caught_in_copy(trial.path)
        must(found, f"nothing caught {mutant.name!r}")
        assert found is not None
        must(mutant.caught_by in found.checks, f"{mutant.name!r} was caught by {found}")
        print(f"{mutant.name:{width}}  {mutant.caught_by:8}  {found.step}")
    wrong = caught(trial.url)
    must(wrong is None, f"with no mistake seeded: {wrong}")
    trial.laws_hold()
    tried = f"{len(chosen)} wrong rules caught, and " if chosen else ""
    return f"{tried}the right ones pass"


def _spread(count: int) -> Sequence[Mutant]:
    """Give so many mistakes, or all, some of every kind."""
    return MUTANTS[:: max(1, len(MUTANTS) // count)][:count]


FAULT = Fault(
    "a rule of credit or holds is wrong at one place: each wrong version is caught",
    run,
    full=len(MUTANTS),
    short=8,
    counts="wrong rules",
)
