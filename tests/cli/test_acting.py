"""What a program does about garbage: what it imported stays, and keys are not held up by it."""

import gc
from collections.abc import Iterator

import pytest

from orderdesk.cli import acting


@pytest.fixture
def as_before() -> Iterator[None]:
    """Put the collector back as it was."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    gc.enable()


@pytest.mark.usefixtures("as_before")
def test_what_was_imported_is_not_looked_through_and_the_rest_seldom() -> None:
    gc.disable()
    acting.start_collecting()
    assert gc.isenabled()
    assert gc.get_threshold()[0] == acting.MOST_UNSEEN
    frozen = gc.get_freeze_count()
    assert frozen
    imported = [[number] for number in range(1_000)]
    acting.start_collecting()
    assert gc.get_freeze_count() >= frozen + len(imported)
