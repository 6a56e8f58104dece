"""Files that are no company's database, each wrong in its own way."""

import os
from collections.abc import Callable
from pathlib import Path

from orderdesk.store import driver


def foreign(path: Path) -> None:
    connection = driver.load().connect(str(path))
    connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()


WRONG: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "missing": (lambda path: None, "no_database", "there is no database at {path}; make one"),
    "missing link": (
        lambda path: path.symlink_to("nowhere.db"),
        "no_database",
        "there is no database at {path} (a link to",
    ),
    "empty": (Path.touch, "empty_file", "{path} is an empty file, not a database; remove it"),
    "text": (
        lambda path: path.write_text("Dear Sir or Madam, " * 100),
        "foreign_file",
        "{path} is not a SQLite database; name another file",
    ),
    "foreign": (
        foreign,
        "foreign_file",
        "{path} is a SQLite database of another program; name another file",
    ),
    "folder": (Path.mkdir, "not_a_file", "database {path} is a folder; name a file"),
    "pipe": (os.mkfifo, "not_a_file", "database {path} is not a plain file; name a file"),
    "under a file": (
        lambda path: path.parent.touch(),
        "no_access",
        "Not a directory; name another file",
    ),
}
"""How each is made, the code of its refusal, and what the sentence says."""
