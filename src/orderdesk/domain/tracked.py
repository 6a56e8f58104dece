"""How goods are told apart: by lot, piece by piece, or not at all."""

from typing import Final

LOT: Final = "lot"
"""How a product is tracked whose goods are kept apart by when they came or expire."""
SERIAL: Final = "serial"
"""How one is tracked of which every piece has a number of its own."""
TRACKED: Final = ("", LOT, SERIAL)

FOREVER: Final = "9999-12-31"
"""The last day of goods that never expire, ISO."""
