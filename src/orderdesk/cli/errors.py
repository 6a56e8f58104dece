"""Every error as an exit code and one sentence, or with --json as one object, on stderr."""

import contextlib
import errno
import sys
from typing import Any, Final

from orderdesk.domain.errors import (
    Busy,
    Conflict,
    NotFound,
    OrderDeskError,
    Refused,
    Unavailable,
)
from orderdesk.domain.text import clean

DONE: Final = 0
FAULT: Final = 1
USAGE: Final = 2
REFUSED: Final = 4
PARTLY: Final = 6
"""A batch was partly refused."""


_REFUSALS: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
"""What an operating system says when it is not a fault of ours."""


class Usage(OrderDeskError):
    """The command line itself does not make sense."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__("usage", message, **details)


_CODES: Final[dict[type[OrderDeskError], int]] = {
    Usage: USAGE,
    NotFound: 3,
    Refused: REFUSED,
    Unavailable: REFUSED,
    Conflict: 5,
    Busy: 5,
}

_BY_WORD: Final = {"no_server": 5, "no_database": 3}
"""Exit codes of errors that differ from the others of their kind."""


def exit_code(error: OrderDeskError) -> int:
    """Give the exit code of an error raised on purpose.

    A server that does not answer may answer later; a database that is not there is not found.
    """
    if error.code in _BY_WORD:
        return _BY_WORD[error.code]
    return next(code for kind, code in _CODES.items() if isinstance(error, kind))


def report(error: BaseException, *, as_json: bool) -> int:
    """Tell an error on stderr and give the exit code; a fault of ours is logged in full."""
    if isinstance(error, OrderDeskError):
        tell(error.code, error.message, dict(error.details), as_json=as_json)
        return exit_code(error)
    if isinstance(error, OSError) and error.errno in _REFUSALS:
        what = f"{error.filename}: " if error.filename else ""
        message = f"{what}{error.strerror}; nothing more was written"
        tell("system_refused", message, {}, as_json=as_json)
        return REFUSED
    from typer.exceptions import TyperException

    if isinstance(error, TyperException):
        tell("usage", usage_sentence(error), {}, as_json=as_json)
        return USAGE
    from orderdesk.cli.log import log_fault

    path = log_fault(error)
    where = f"the details are in {path}" if path else "no log could be written"
    name = type(error).__name__
    tell("fault", f"a fault in OrderDesk itself ({name}); {where}", {}, as_json=as_json)
    return FAULT


def usage_sentence(error: Any) -> str:
    """Give a parser's complaint as one sentence with where to read on."""
    said = error.format_message().strip()
    said = " ".join(said.split())
    context = getattr(error, "ctx", None)
    if context is None:
        return said
    return f"{said.rstrip('.')}; see `{context.command_path} --help`"


def tell(code: str, message: str, details: dict[str, Any], *, as_json: bool) -> None:
    """Print one error on stderr, never the password of a URL that it is about."""
    from orderdesk.cli.log import without_passwords

    message = without_passwords(message)
    if as_json:
        from orderdesk.cli.values import json_line

        details = {
            name: without_passwords(value) if isinstance(value, str) else value
            for name, value in details.items()
        }
        body = {"code": code, "message": message, "details": details}
        say(json_line({"error": body}))
    else:
        say(f"orderdesk: {clean(message)}")


def say(words: str) -> None:
    """Print one line of words for people on stderr, quietly where nobody reads it."""
    with contextlib.suppress(OSError):
        print(words, file=sys.stderr, flush=True)
