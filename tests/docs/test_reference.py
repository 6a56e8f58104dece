"""The reference of the commands says what they are, all of them, as they are now."""

from typing import Any

import pytest

from scripts.reference import REFERENCE, commands, reference

COMMANDS = list(commands())


def test_the_reference_is_what_the_commands_say_of_themselves() -> None:
    assert REFERENCE.read_text("utf-8") == reference(), "run `python scripts/reference.py`"


@pytest.mark.parametrize(("word", "command"), COMMANDS, ids=[word for word, _ in COMMANDS])
def test_every_command_and_option_is_documented(word: str, command: Any) -> None:
    assert command.help
    assert command.help[0].isupper()
    if hasattr(command, "commands"):
        return
    assert f"orderdesk {word}" in command.epilog or "orderdesk --db" in command.epilog
    assert f" {word.split()[-1]}" in command.epilog
    for parameter in command.params:
        assert parameter.help, f"{word} {parameter.name}"
        assert parameter.help.rstrip()[-1] in ".)", f"{word} {parameter.name}: {parameter.help}"


def test_the_commands_of_the_contract_are_there() -> None:
    there = {word for word, _ in COMMANDS}
    wanted = {
        "open demo doctor": [""],
        "db": "init upgrade info backup restore".split(),
        "customer product": "add set show list import".split(),
        "price": "set show list import".split(),
        "stock": "show receive adjust moves import".split(),
        "credit": "show limit".split(),
        "order": "place import show list amend cancel hold release close-line reopen copy events"
        .split(),
        "warehouse carrier tax terms group reason user unit supplier": "add set show list".split(),
        "note": "add list".split(),
        "config": "show set keys".split(),
        "company": "show set".split(),
    }  # fmt: skip
    for nouns, verbs in wanted.items():
        for noun in nouns.split():
            missing = {f"{noun} {verb}".strip() for verb in verbs} - there
            assert not missing
