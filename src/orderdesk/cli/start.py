"""The program `orderdesk`: where it begins.

Opening the desk is what people wait for, and needs no more than a name or two from the command
line: it is read here, and the parser of all commands is imported only for the others.
"""

import gc
import os
import sys
from collections.abc import Sequence
from typing import Final

from orderdesk.cli import errors
from orderdesk.cli.asked import Asked

_NAMED: Final = ("db", "user")
_FLAGS: Final = ("read_only", "no_color")


def desk_asked(words: Sequence[str]) -> tuple[Asked, str | None] | None:
    """Give what a command line that opens the desk asks for, and at which screen.

    None where it is another command, or says anything that only the parser understands.
    """
    asked, names = Asked(), []
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("-"):
            names.append(word)
            continue
        option, equals, value = word.partition("=")
        name = option.removeprefix("--").replace("-", "_")
        if not option.startswith("--") or "_" in option:
            return None
        if name in _FLAGS and not equals:
            setattr(asked, name, True)
        elif name in _NAMED and (equals or left) and (value if equals else left[0]):
            setattr(asked, name, value if equals else left.pop(0))
        else:
            return None
    if names and (names[0] != "open" or len(names) > 2):
        return None
    return asked, names[1] if len(names) == 2 else None


def main() -> None:
    """Run the program."""
    # Nothing that is imported on the way is garbage; whoever stays longer starts collecting.
    gc.disable()
    wanted = None if "_ORDERDESK_COMPLETE" in os.environ else desk_asked(sys.argv[1:])
    if wanted is None:
        from orderdesk.cli.main import main as run

        run()
        return
    from orderdesk.cli.opening import open_desk

    try:
        open_desk(*wanted)
    except Exception as error:
        sys.exit(errors.report(error, as_json=False))
