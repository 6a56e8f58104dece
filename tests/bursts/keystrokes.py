"""Bursts of keys, as events for an app and as bytes for a terminal."""

from collections.abc import Iterable, Sequence

from textual.events import Key

BYTES = {
    "enter": b"\r",
    "backspace": b"\x7f",
    "tab": b"\t",
    "escape": b"\x1b",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "f4": b"\x1bOS",
    "f6": b"\x1b[17~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "ctrl+o": b"\x0f",
}


def keys(*names: str) -> list[Key]:
    """Give key events; a name is a character, or Textual's word for a key."""
    return [Key(name, "\r" if name == "enter" else None) for name in names]


def as_bytes(names: Iterable[str]) -> bytes:
    """Give what a terminal sends for these keys."""
    return b"".join(BYTES.get(name) or name.encode() for name in names)


def typed(*parts: str | Sequence[str]) -> list[str]:
    """Give the names of keys for texts, each a str, and named keys, each in a list."""
    return [name for part in parts for name in part]


ENTER = ["enter"]
BACKSPACE = ["backspace"]


def long_burst(lines: int) -> tuple[list[str], list[tuple[str, ...]]]:
    """Give an order of so many lines as keys, with all a burst may meet, and what it enters."""
    burst = typed("acme", ENTER, "4500", ENTER)
    entered: list[tuple[str, ...]] = []
    for number in range(1, lines + 1):
        if number % 4 == 0:
            # A list in the middle, with a letter too much: BOX-10 is first, then Down.
            burst += typed(["f4"], "bx", BACKSPACE, "o", ["down"], ENTER, ENTER)
            item = "BOX-20"
        elif number % 7 == 0:
            burst += typed(["f6"], f"note{number}", ENTER, "capx", BACKSPACE, ENTER)
            entered.append(("note", f"note{number}"))
            item = "cap"
        else:
            burst += typed("ax", BACKSPACE, f"b{number}", ENTER)
            item = f"ab{number}"
        burst += typed(f"{number}", ENTER)
        entered.append((item, str(number)))
    return [*burst, "f9"], [*entered, ("posted", "acme", "4500")]
