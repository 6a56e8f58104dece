"""What an event says was changed, as people read it."""

from collections.abc import Iterator, Mapping
from typing import Any


class Changes(dict[str, Any]):
    """The body of an event: a changed field is `[before, after]`, others tell more about it."""

    def __str__(self) -> str:
        """Give it in one line."""
        return "; ".join(f"{path}: {value}" for path, value in flat(self))


def flat(changes: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Give every change by its path, such as `lines 2 quantity`, as `10 -> 12`."""
    for name, value in changes.items():
        path = f"{before} {name}".strip()
        if value == []:
            continue
        if isinstance(value, Mapping):
            yield from flat(value, path)
        elif isinstance(value, list) and len(value) == 2:
            old, new = ("-" if each is None else each for each in value)
            yield path, f"{old} -> {new}"
        else:
            yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
