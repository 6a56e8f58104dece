"""Queues: what waits for somebody, the reason and the numbers on one screen, a key to decide."""

from __future__ import annotations

from orderdesk.screens.queues.calls import DecidedCalls
from orderdesk.screens.queues.holds import DecidedHolds
from orderdesk.screens.queues.slips import DecidedSlips
from orderdesk.screens.queues.sources import CALLING


class Queues(DecidedHolds, DecidedCalls, DecidedSlips):
    """Every queue, a letter for each; it begins with what is held."""


class Calls(Queues):
    """The same, begun with the lines to call about."""

    QUEUE = CALLING
