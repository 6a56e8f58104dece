"""One connection a thread, made when the thread first needs it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Closing(Protocol):
    """Something that must be closed."""

    def close(self) -> None:
        """Close it; closing twice does no harm."""


T = TypeVar("T", bound=Closing)


class _Held(Generic[T]):
    """What one thread has; closed with the thread's end, for nobody else holds it."""

    def __init__(self, value: T) -> None:
        self.value = value
        self.closed = False

    def close(self) -> None:
        self.closed = True
        self.value.close()

    __del__ = close


class EachThread(Generic[T]):
    """Gives each thread a thing of its own, and closes them all."""

    def __init__(self, make: Callable[[], T]) -> None:
        """Take what makes one; it is called in the thread that needs it."""
        self._make = make
        self._local = threading.local()
        self._all: weakref.WeakSet[_Held[T]] = weakref.WeakSet()

    def get(self) -> T:
        """Give this thread's own, made now if there is none or it was closed."""
        held: _Held[T] | None = getattr(self._local, "held", None)
        if held is None or held.closed:
            held = self._local.held = _Held(self._make())
            self._all.add(held)
        return held.value

    def drop(self) -> None:
        """Close this thread's own; the next `get` makes a new one."""
        if hasattr(self._local, "held"):
            self._local.held.close()

    def close(self) -> None:
        """Close every thread's; no thread may be using its own at this moment."""
        for held in list(self._all):
            held.close()
        self._all.clear()
