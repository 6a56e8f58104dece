"""What becomes of what is short, by its word."""

import pytest

from orderdesk.domain.dispositions import DISPOSITIONS, WORDS, meant


def test_each_disposition_means_what_its_word_says() -> None:
    rules = ("waits", "whole", "on_date", "called", "carried")
    table = {
        word: tuple(rule for rule in rules if getattr(each, rule))
        for word, each in DISPOSITIONS.items()
    }
    assert table == {
        "ship available": ("waits", "carried"),
        "ship complete": ("waits", "whole", "carried"),
        "ship on date": ("waits", "on_date", "carried"),
        "call when available": ("waits", "whole", "called", "carried"),
        "pick up": ("waits",),
        "cancel": ("carried",),
    }


@pytest.mark.parametrize("word", WORDS)
def test_a_disposition_is_meant_by_its_word_in_any_case(word: str) -> None:
    assert meant(f"  {word.upper()} ") == word


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("available", "ship available"),
        ("comp", "ship complete"),
        ("on date", "ship on date"),
        ("call", "call when available"),
        ("pick", "pick up"),
        ("can", "cancel"),
        ("ship  on", "ship on date"),
        # As order entry shows them.
        ("Full", "ship complete"),
        ("part", "ship available"),
        ("date", "ship on date"),
        ("cut", "cancel"),
    ],
)
def test_a_beginning_that_only_one_has_will_do(typed: str, word: str) -> None:
    assert meant(typed) == word


@pytest.mark.parametrize("typed", ["", " ", "ship", "c", "when available", "never"])
def test_anything_else_is_refused_and_all_are_named(typed: str) -> None:
    with pytest.raises(ValueError, match=r"is unknown; known: ship available, .*, cancel"):
        meant(typed)
