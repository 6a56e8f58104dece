"""The event chain: how an event is hashed behind the one before it, and where the chain ends.

The hash of an event is the SHA-256 of a JSON array in UTF-8, without spaces, of the hash before it
and of the columns of its row in their order. So nobody changes, takes out or puts in an event
without changing every hash after it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Final

from orderdesk.store.frozen import frozen
from orderdesk.store.prepared import Row

GENESIS: Final = "0" * 64
"""Stands before the first event."""

EVENTS: Final = frozen("orderdesk.store.expressions:NUMBERED_EVENTS")
SEALS: Final = frozen("orderdesk.store.expressions:SEALS")
HEAD: Final = frozen("orderdesk.store.expressions:HEAD")
"""The newest event, the newest one sealed (0 where there is none), and its hash."""

compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Gives plain values as JSON without spaces: an encoder made once, for each event needs it."""


def link(previous: str, event: Iterable[Any]) -> str:
    """Give the hash of an event, its columns in their order, behind the hash before it."""
    return sha256(compact((previous, *event)).encode()).hexdigest()


def sealed(previous: str, events: Iterable[Row]) -> list[tuple[int, str]]:
    """Give the seals of whole events, one behind the other, as rows of their table."""
    seals = []
    for event in events:
        previous = link(previous, event)
        seals.append((event[0], previous))
    return seals


def numbered(head: Row, events: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Give new events with their ids, behind all that there are and all that were ever sealed."""
    first = max(head.newest, head.sealed) + 1
    return [(number, *event) for number, event in enumerate(events, first)]
