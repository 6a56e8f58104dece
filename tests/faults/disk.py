"""A disk that can lose its power: what it must still have, and what it may have of the rest.

What a file was synced with is there. Of what was written since, any sectors may be, in any
combination, for a disk and a kernel write in whatever order they like. A file that was made, or
deleted, may not have been as long as its folder was not synced; of several such changes those that
came first are there first, as file systems with a journal keep it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Final

from tests.faults.recorder import Event

SECTOR: Final = 512
"""Bytes that are written whole or not at all."""

_SHARES: Final = (0.0, 0.1, 0.5, 0.9, 1.0)
"""How much of what was not synced is there nevertheless."""


class _Contents:
    """What a file holds, whatever its name is."""

    def __init__(self, synced: bytes = b"") -> None:
        self._synced = bytearray(synced)
        self._since: list[Event] = []

    def do(self, event: Event) -> None:
        self._since.append(event)

    def sync(self) -> None:
        for event in self._since:
            _apply(self._synced, event, event.at, event.data)
        self._since.clear()

    def as_found(self, chance: random.Random) -> bytes:
        found, share = bytearray(self._synced), chance.choice(_SHARES)
        for event in self._since:
            for at, data in _sectors(event):
                if chance.random() < share:
                    _apply(found, event, at, data)
        return bytes(found)


def _sectors(event: Event) -> Iterator[tuple[int, bytes]]:
    """Give the pieces of a write, each in one sector, and where they go."""
    at, data = event.at, event.data
    yield at, data[: SECTOR - at % SECTOR]
    for done in range(SECTOR - at % SECTOR, len(data), SECTOR):
        yield at + done, data[done : done + SECTOR]


def _apply(contents: bytearray, event: Event, at: int, data: bytes) -> None:
    if event.kind == "truncate":
        del contents[event.at :]
    else:
        contents.extend(bytes(max(0, at - len(contents))))
        contents[at : at + len(data)] = data


class Disk:
    """One folder on it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Name the files that are there, synced long ago."""
        self._synced = {name: _Contents(data) for name, data in files.items()}
        self._now = dict(self._synced)
        self._since: list[tuple[str, _Contents | None]] = []

    def do(self, event: Event) -> None:
        """Take in one event."""
        match event.kind:
            case "create":
                self._change(event.name, _Contents())
            case "delete":
                self._change(event.name, None)
                if event.at:
                    self._sync_folder()
            case "sync":
                self._now[event.name].sync()
                # SQLite syncs the folder with the first sync of a file that it has made.
                if any(name == event.name and made for name, made in self._since):
                    self._sync_folder()
            case "write" | "truncate":
                self._now[event.name].do(event)

    def _change(self, name: str, contents: _Contents | None) -> None:
        _name(self._now, name, contents)
        self._since.append((name, contents))

    def _sync_folder(self) -> None:
        for name, contents in self._since:
            _name(self._synced, name, contents)
        self._since.clear()

    def after_power_cut(self, chance: random.Random) -> dict[str, bytes]:
        """Give the files, by name, as they may be found if the power is cut now."""
        found = dict(self._synced)
        for name, contents in self._since[: chance.randint(0, len(self._since))]:
            _name(found, name, contents)
        return {name: contents.as_found(chance) for name, contents in sorted(found.items())}


def _name(folder: dict[str, _Contents], name: str, contents: _Contents | None) -> None:
    if contents is None:
        folder.pop(name, None)
    else:
        folder[name] = contents
