"""Dispositions: what becomes of the part of a line that is short, and when a line may go.

A line takes its customer's unless it names another. Every rule below reads the one table.
"""

from dataclasses import dataclass
from typing import Final

SHIP_AVAILABLE: Final = "ship available"
SHIP_COMPLETE: Final = "ship complete"
SHIP_ON_DATE: Final = "ship on date"
CALL: Final = "call when available"
PICK_UP: Final = "pick up"
CANCEL: Final = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """What a disposition means for what is short of a line."""

    word: str
    brief: str
    """Four letters at most, for narrow columns."""
    says: str
    """One sentence for those who choose."""
    waits: bool = True
    """What is short is backordered; False: it is short-closed at entry."""
    whole: bool = False
    """The line goes only when all of it is there, and is promised for that day alone."""
    on_date: bool = False
    """It leaves on its own day, never before."""
    called: bool = False
    """The customer is called when all of it is there; it goes once they said so."""
    carried: bool = True
    """A carrier takes it; False: the customer fetches it, and no days on the way count."""


_ALL: Final = (
    Disposition(
        word=SHIP_AVAILABLE,
        brief="part",
        says="What is there goes at once, the rest follows as it comes.",
    ),
    Disposition(
        word=SHIP_COMPLETE,
        brief="full",
        says="Stock is kept as it comes, and the line goes when all of it is there.",
        whole=True,
    ),
    Disposition(
        word=SHIP_ON_DATE,
        brief="date",
        says="What is there on its day goes on that day and never before; the rest follows.",
        on_date=True,
    ),
    Disposition(
        word=CALL,
        brief="call",
        says="Stock is kept as it comes; when all is there, we call, and it goes if they say so.",
        whole=True,
        called=True,
    ),
    Disposition(
        word=PICK_UP,
        brief="pick",
        says="The customer fetches what is there: no carrier, no days on the way.",
        carried=False,
    ),
    Disposition(
        word=CANCEL,
        brief="cut",
        says="What is short at entry is closed at once; only what is there is ordered.",
        waits=False,
    ),
)

DISPOSITIONS: Final = {each.word: each for each in _ALL}
"""What each disposition means, by its word. All of them take stock as it comes, by rank."""

WORDS: Final = tuple(DISPOSITIONS)


def meant(text: str) -> str:
    """Give the disposition that a text stands for: its word or its beginning, without `ship` too.

    `complete`, `call` and `pick` will do, and what narrow columns show, such as `full`. Raises
    ValueError, naming all, where it is not one.
    """
    typed = " ".join(text.lower().split())
    if typed in DISPOSITIONS:
        return typed
    found = [word for word in WORDS if typed and word.startswith(typed)]
    found = found or [word for word in WORDS if typed and word.startswith(f"ship {typed}")]
    found = found or [each.word for each in _ALL if each.brief == typed]
    if len(found) != 1:
        raise ValueError(f"disposition {text!r} is unknown; known: {', '.join(WORDS)}")
    return found[0]
