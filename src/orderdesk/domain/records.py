"""What is said of many records at once: how a set of them was taken in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One record of a set that was not taken in, and why."""

    index: int
    """Its place in the set, from 0."""
    key: str
    """Its code, as far as it could be read."""
    code: str
    """The error's code."""
    message: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a set of records."""

    added: int
    changed: int
    unchanged: int
    refused: tuple[Refusal, ...] = ()
