"""Drafts saved behind the typing: in order, never waited for but by F9."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from orderdesk.screens.link import DeskApp
from orderdesk.screens.order_entry.draft import Draft

if TYPE_CHECKING:
    from orderdesk.domain.orders import OrderView


class DraftSaver:
    """Writes the newest state of a draft, one write at a time; states in between are skipped."""

    def __init__(self, app: DeskApp) -> None:
        self._app = app
        self._next: tuple[Draft, str] | None = None
        self._task: asyncio.Task[None] | None = None
        self._known: set[str] = set()
        self.error: BaseException | None = None

    def took_up(self, draft: Draft) -> None:
        """Note that this draft was saved before: if it is gone, it must not come back."""
        self._known.add(draft.id)

    def save(self, draft: Draft, row: dict[str, str]) -> None:
        """Remember this state to be written; returns at once."""
        self._next = (draft, draft.body(row))
        if self._task is None:
            self._task = asyncio.create_task(self._write())

    async def _write(self) -> None:
        await self._app.ready.wait()
        from orderdesk.domain.drafts import DraftRequest
        from orderdesk.services.orders import drafts

        try:
            while self._next is not None:
                (draft, body), self._next = self._next, None
                await self._app.write(
                    None,
                    drafts.save,
                    DraftRequest(
                        id=draft.id,
                        customer=draft.header.get("customer", ""),
                        lines=len(draft.lines),
                        body=body,
                        known=draft.id in self._known,
                    ),
                )
                self._known.add(draft.id)
                self.error = None  # what could not be saved before is saved by now
        except Exception as error:
            self.error = error
        finally:
            self._task = None

    async def wait(self) -> None:
        """Wait until everything is written; raise what went wrong meanwhile."""
        while self._task is not None:
            await self._task
        error, self.error = self.error, None
        if error is not None:
            raise error

    async def park(self, draft: Draft, row: dict[str, str]) -> None:
        """Write the draft and leave it for later, for anyone."""
        await self._app.ready.wait()
        from orderdesk.services.orders import drafts

        self.save(draft, row)
        await self.wait()
        await self._app.write(None, drafts.park, draft.id)

    async def post(self, draft: Draft) -> OrderView:
        """Place the order; its draft is gone in the same unit of work, so it is placed once."""
        await self._app.ready.wait()
        from orderdesk.services.orders import drafts

        await self.wait()
        return await self._app.write(
            f"draft:{draft.id}", drafts.place_draft, draft.id, draft.request()
        )
