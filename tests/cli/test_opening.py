"""The terminal that the desk is opened on: what is typed before the first frame is not shown."""

import os
import pty
import termios

import pytest

from orderdesk.cli.opening import short_name, unseen_typing


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("/home/pat/main.db", "main.db"),
        ("C?/what?.db", "what?.db"),
        ("postgresql://desk@server/eyes", "eyes"),
        ("postgresql:///eyes?host=%2Frun%2Fdb&port=5433", "eyes"),
        ("postgresql:///eyes?host=/run/db", "eyes"),
        ("postgresql://desk:hush@server", "server"),
    ],
)
def test_the_title_has_the_name_of_the_database_alone(place: str, name: str) -> None:
    assert short_name(place) == name


def _interrupted(terminal: int) -> None:
    with unseen_typing(terminal):
        assert not termios.tcgetattr(terminal)[3] & termios.ECHO
        raise KeyboardInterrupt


def test_a_terminal_shows_nothing_of_what_is_typed_and_is_as_it_was_afterwards() -> None:
    master, slave = pty.openpty()
    try:
        before = termios.tcgetattr(slave)
        assert before[3] & termios.ECHO
        with pytest.raises(KeyboardInterrupt):
            _interrupted(slave)
        assert termios.tcgetattr(slave) == before
    finally:
        os.close(master)
        os.close(slave)
