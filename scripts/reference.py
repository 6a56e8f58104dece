"""Write docs/commands.md from the commands themselves: `python scripts/reference.py`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer

from orderdesk.cli import main
from orderdesk.cli.asked import CHANGING, EVERYWHERE, LISTING
from orderdesk.cli.options import options_for

REFERENCE: Final = Path(__file__).resolve().parents[1] / "docs" / "commands.md"

HEAD: Final = """\
# The commands

Written from the commands by `python scripts/reference.py`; change it there.

`orderdesk` alone opens the desk. A noun's code or number is the first argument, every other value
an option named as its JSON key; an option may be written with `-` or `_`. Commands that create
something take JSON too: a file, or `-` for a pipe.
"""

EXITS: Final = """\
| exit code | what it means |
| --- | --- |
| 0 | done; an order that is placed but held is done |
| 1 | a fault of ours, told with the path of the log; or `doctor` found something |
| 2 | the command line does not make sense |
| 3 | not found |
| 4 | refused by a rule, for bad data, or because the database cannot be used |
| 5 | changed by somebody else meanwhile, or busy: try again |
| 6 | a batch was partly refused; the reject file is named |

With `--json` an error is one object on stderr: `{"error": {"code", "message", "details"}}`.
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Give every group and command by its full name, such as `order place`."""
    program = typer.main.get_group(main.app)
    for word, lazy in program.commands.items():
        loaded = lazy.load()  # type: ignore[attr-defined]
        yield word, loaded
        yield from _below(word, loaded)


def _below(word: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name, lazy in getattr(group, "commands", {}).items():
        loaded = lazy.load()
        yield f"{word} {name}", loaded
        yield from _below(f"{word} {name}", loaded)


def reference() -> str:
    """Give the text of the whole reference."""
    parts = [HEAD, EXITS]
    for title, names in (
        ("Every command takes", EVERYWHERE),
        ("Commands that list take", LISTING),
        ("Commands that change something take", CHANGING),
    ):
        parts += [f"{title}:\n", _options(options_for(names))]
    for word, command in commands():
        inner = hasattr(command, "commands")
        level = "##" if inner or " " not in word else "###"
        parts.append(f"{level} {word}\n")
        parts.append(_words(command.help) if inner else _section(word, command))
    return "\n".join(parts)


def _section(word: str, command: Any) -> str:
    common = options_for(command.takes)
    mine = [each for each in command.params if each not in common]
    context = typer.Context(command, info_name=f"orderdesk {word}")
    usage = " ".join([f"orderdesk {word}", *command.collect_usage_pieces(context)])
    parts = [_words(command.help), f"    {usage}\n"]
    if mine:
        parts.append(_options(mine))
    example = "\n".join(f"    {line}" for line in command.epilog.splitlines())
    parts.append(f"Example:\n\n{example}\n")
    return "\n".join(parts)


def _options(parameters: list[Any]) -> str:
    rows = ["| | |", "| --- | --- |"]
    for each in parameters:
        context = typer.Context(typer.core.TyperCommand("x"))
        name, words = each.get_help_record(context)
        rows.append(f"| `{_cell(name)}` | {_cell(words)} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _words(help: str) -> str:
    paragraphs = (" ".join(each.split()) for each in help.split("\n\n"))
    return "\n\n".join(each for each in paragraphs if each) + "\n"


if __name__ == "__main__":
    REFERENCE.write_text(reference(), "utf-8")
