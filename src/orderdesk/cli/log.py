"""The log: JSON lines in a rotating file in the user's state folder, without secrets."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

SIZE: Final = 1_000_000
"""Bytes after which the file is turned over."""
KEPT: Final = 3

_SECRETS: Final = re.compile(
    r"(?P<url>://[^:/@\s]*:)[^@\s]*(?=@)|(?P<name>(?<![a-z])(?:(?:ssl)?password|passwd|pin)\w*['\"]?\s*[=:]\s*)\S+",
    re.IGNORECASE,
)
_PASSWORDS: Final = re.compile(
    r"(?P<url>/[^:/@\s]*:)[^@\s]*(?=@)|(?P<name>(?<![a-z])(?:ssl)?password=)[^&\s]+",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """Give the text with passwords in URLs and named passwords and PINs blotted out."""
    return _SECRETS.sub(lambda found: f"{found['url'] or found['name']}***", text)


def without_passwords(text: str) -> str:
    """Give a text for people with the passwords of URLs and of libpq's words blotted out.

    A URL may be misspelt: what stands before its `@` is blotted out in any.
    """
    return _PASSWORDS.sub(lambda found: f"{found['url'] or found['name']}***", text)


class JsonLines(logging.Formatter):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the record as one line."""
        body = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            body["trace"] = without_secrets("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(body)


class _Later(logging.Handler):
    """Opens the log for the first record that there is."""

    def emit(self, record: logging.LogRecord) -> None:
        """Give the record to the log."""
        start()
        logging.getLogger("orderdesk").handle(record)


def start_when_needed() -> None:
    """Let the program log into its file, which is opened when there is something to log."""
    logger = logging.getLogger("orderdesk")
    if not logger.handlers:
        logger.addHandler(_Later())


def log_path() -> Path:
    """Give the path of the log file."""
    from platformdirs import user_state_path

    return user_state_path("orderdesk", appauthor=False) / "orderdesk.log"


def start() -> Path | None:
    """Let the program log into its file; give its path, or None where it cannot be written."""
    from logging.handlers import RotatingFileHandler

    logger = logging.getLogger("orderdesk")
    path = log_path()
    if logger.handlers and not any(isinstance(each, _Later) for each in logger.handlers):
        return path
    logger.handlers.clear()
    logger.propagate = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = RotatingFileHandler(
            path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        return None
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return path


def log_fault(error: BaseException) -> Path | None:
    """Log a fault of ours with its trace; give the path of the log, or None without one."""
    path = start()
    if path is not None:
        logging.getLogger("orderdesk").error("fault", exc_info=error)
    return path
