"""What was asked for beside the command itself: the options that every command understands."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orderdesk.cli.errors import Usage

EVERYWHERE: Final = ("db", "user", "read_only", "json", "output", "no_color")
LISTING: Final = ("csv", "limit")
CHANGING: Final = ("dry_run", "command_id")

_FOR: Final = {
    **dict.fromkeys(LISTING, "commands that list"),
    **dict.fromkeys(CHANGING, "commands that change something"),
}


@dataclass(slots=True)
class Asked:
    """The options of every command, as given; nothing is looked up yet."""

    db: str = ""
    user: str = ""
    read_only: bool = False
    json: bool = False
    csv: bool = False
    limit: int | None = None
    output: str = ""
    dry_run: bool = False
    command_id: str | None = None
    no_color: bool = False

    def refuse_others(self, taken: tuple[str, ...]) -> None:
        """Raise Usage where an option was given that this command cannot follow."""
        blank = Asked()
        for name, whom in _FOR.items():
            if name not in taken and getattr(self, name) != getattr(blank, name):
                raise Usage(f"--{name.replace('_', '-')} is for {whom}; leave it out here")
        if self.json and self.csv:
            raise Usage("--json and --csv exclude each other; give one of them")
        if self.output and is_same_file(self.output, self.db or os.environ.get("ORDERDESK_DB", "")):
            raise Usage(f"-o {self.output} is the database itself; name another file")

    @property
    def color(self) -> bool:
        """Whether colours are wanted, as far as options and the environment say."""
        return not self.no_color and not os.environ.get("NO_COLOR")


def is_same_file(one: str, other: str) -> bool:
    """Tell whether two paths name the same file that is there."""
    try:
        return Path(one).samefile(other.removeprefix("sqlite:///"))
    except OSError:
        return False


def asked_of(context: Any) -> Asked:
    """Give what was asked for, as far as it has been read."""
    asked: Asked = context.ensure_object(Asked)
    return asked
