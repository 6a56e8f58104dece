"""The terminal that the desk is drawn on: whatever bytes it sends, the desk goes on."""

import codecs
from functools import partial
from typing import Any

from textual.drivers import linux_driver


class Terminal(linux_driver.LinuxDriver):
    """Textual's own driver, which takes a byte that is not UTF-8 for a fault and ends the app.

    Such bytes come from a terminal that is set to another encoding (`ä` of Latin-1), from a line
    with noise, or from a scanner. Here each becomes U+FFFD: it is seen, no code has it, and what
    was typed around it stays.
    """

    def run_input_thread(self) -> None:
        """Read what is typed, until the desk ends."""
        vars(linux_driver)["getincrementaldecoder"] = _forgiving
        super().run_input_thread()


def _forgiving(encoding: str) -> Any:
    """Give what makes a decoder of this encoding that raises nothing."""
    return partial(codecs.getincrementaldecoder(encoding), "replace")
