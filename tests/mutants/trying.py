"""The story told in a copy of a company's file, which is thrown away behind it."""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from orderdesk.store.desk import Desk
from tests.mutants.desk_and_books import Caught
from tests.mutants.story import tell

_MEMORY: Final = Path("/dev/shm")
"""Nothing here outlives a test, so that a disk has nothing to keep."""


def caught(url: str) -> Caught | None:
    """Tell the story in a company; give what it finds wrong."""
    with ExitStack() as opened:

        def desk_of(user: str) -> Desk:
            desk = Desk(url, user).open()
            opened.callback(desk.close)
            return desk

        try:
            tell(desk_of)
        except Caught as found:
            return found
    return None


def caught_in_copy(company: Path) -> Caught | None:
    """Tell the story in a copy of a company's file; give what it finds wrong."""
    room = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=room, prefix="orderdesk-mutant-") as folder:
        copy = Path(folder) / "desk.db"
        shutil.copyfile(company, copy)
        copy.chmod(0o600)
        return caught(str(copy))
