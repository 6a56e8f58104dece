"""Every error a user can meet, as data: a code, one clear sentence, and the numbers behind it.

Faces map these classes in one place each: the commands to exit codes, the desk to its message line.
"""

from collections.abc import Mapping
from typing import Any, Final

from orderdesk.domain.text import clean

_LONGEST: Final = 600
"""Characters of a sentence that is shown as it is."""


class OrderDeskError(Exception):
    """The root of every error that OrderDesk raises on purpose."""

    def __init__(self, code: str, message: str, **details: Any) -> None:
        # Whatever was typed stands in it literally, on one line and without control characters.
        message = clean(message)
        if len(message) > _LONGEST:
            # A value without end, as typed, must not drown the sentence around it and its cure.
            message = f"{message[: _LONGEST // 2]} ... {message[-_LONGEST // 2 :]}"
        super().__init__(message)
        self.code = code
        """A short, stable word for scripts, such as `unknown_product`."""
        self.message = message
        """One sentence that names the field, the value and the cure."""
        self.details: Mapping[str, Any] = details
        """The numbers and names behind the sentence, plain JSON values."""


class NotFound(OrderDeskError):
    """What was asked for does not exist."""


class Refused(OrderDeskError):
    """A rule or bad data stands against it; nothing was changed."""


class Conflict(OrderDeskError):
    """Somebody else changed it in the meantime; nothing was changed."""


class Busy(OrderDeskError):
    """The database stayed locked by somebody else; the same call may be tried again."""


class Unavailable(OrderDeskError):
    """The database cannot be opened or written: missing, foreign, newer, full, read-only."""
