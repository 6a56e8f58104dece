"""A queue as a list: what waits in it, or what of it a text means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from orderdesk.domain.errors import Refused
from orderdesk.domain.queues import QueueFilter, QueueItem
from orderdesk.exchange.lists.base import OLDEST_FIRST, DeskList, Sort, given, words_of

if TYPE_CHECKING:
    from typing import Self

    from orderdesk.store.work import Work


class QueueList(DeskList[str, QueueItem]):
    """What waits in one queue, longest first."""

    NAME = "queue"
    COMMAND = "queue list"
    FILTERS: ClassVar[tuple[str, ...]] = ("customer", "subject", "reason")

    def __init__(self, wanted: QueueFilter, sort: str = "") -> None:
        """Make the list of a filter. Raises Refused."""
        self.wanted = wanted
        super().__init__(sort)

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Give the orders it can have."""
        return OLDEST_FIRST

    @property
    def arguments(self) -> Sequence[str]:
        """Give the queue and what narrows it."""
        options = given(*((name, getattr(self.wanted, name)) for name in self.FILTERS))
        return (self.wanted.queue, *options)

    def key_of(self, view: QueueItem) -> str:
        """Give the id of what waits."""
        return view.id

    def narrowed(self, work: Work, text: str) -> Self:
        """Give what waits of an order, of a customer, or for a reason."""
        from orderdesk.services.queues.reading import meant

        rest, words = words_of(text, self.FILTERS)
        named: dict[str, Any] = {**words}
        if rest and named:
            raise Refused("wide_filter", f"give either {rest!r} or {next(iter(named))}, not both")
        queue = self.wanted.queue
        wanted = QueueFilter(queue=queue, **named) if named else meant(work, rest, queue)
        return self.ordering(type(self)(wanted))

    def _page(
        self, work: Work, key: str | None, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[QueueItem], bool]:
        from orderdesk.services.queues.reading import list_

        at = {"before": key or ""} if before else {"after": key}
        page = list_(work, replace(self.wanted, **at, including=including, limit=limit))
        return page.items, page.more
