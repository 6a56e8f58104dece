"""Every seeded mistake is caught, and where none is seeded nothing is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orderdesk.services.credit import checks
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold
from tests.mutants.seeding import slip
from tests.mutants.story import tell
from tests.mutants.trying import caught_in_copy
from tests.mutants.wrong_rules import MUTANTS, Mutant


def test_the_story_goes_as_the_books_say(desk_of: Callable[[str], Desk]) -> None:
    assert tell(desk_of) > 100
    assert_laws_hold(desk_of("owner"))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_a_wrong_rule_is_caught(mutant: Mutant, sqlite_template: Path) -> None:
    with mutant.seeded():
        found = caught_in_copy(sqlite_template)
    assert found is not None
    assert mutant.caught_by in found.checks


def test_a_mistake_ends_with_its_context() -> None:
    packed = ";".join(("limit,on,0,", "limit,off,0,G1"))
    with slip(checks.modes_of, "row[3])", "row[3], reverse=True)"):
        assert checks.modes_of(packed)["limit"].mode == "on"
    assert checks.modes_of(packed)["limit"].mode == "off"


def test_a_mistake_that_finds_no_place_is_told() -> None:
    with pytest.raises(LookupError, match="overdue_days has 'nowhere' 0 times"):
        slip(checks.overdue_days, "nowhere", "").__enter__()


def test_no_two_mistakes_are_the_same() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 10
    places = {(m.function.__qualname__, m.right, m.wrong) for m in MUTANTS}
    assert len(places) == len(MUTANTS)
