"""The terminal that the desk is opened on: what is typed before the first frame is not shown."""

import os
import pty
import termios

import pytest

from orderdesk.cli.opening import unseen_typing


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
