"""The run of the allocation: many small units of work, so that no desk waits for it long.

It may be run twice, or again after it was stopped: each piece does what is left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orderdesk.domain.allocation import RunView
from orderdesk.services import nightly
from orderdesk.services.allocation import running
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work


def run(
    desk: Desk,
    products: Sequence[str] = (),
    note: Callable[[str], None] = lambda words: None,
    command_id: str | None = None,
    cause: str = "allocation run",
) -> RunView:
    """Give free stock to the lines that wait for it, of these products or of all.

    The same command id again gives the first answer and does nothing; one that was used for other
    products is refused. `note` is told how far it is. Raises NotFound, and Refused for who may not.
    """
    named = desk.read(running.ids, tuple(products))
    if command_id is None:
        return _run(desk, named, note, cause)
    view = RunView(0, 0, 0)
    if not desk.read(nightly.is_finished, command_id):
        view = _run(desk, named, note, cause)

    def told(work: Work, of: tuple[str, ...]) -> RunView:
        return view

    return desk.command(command_id, told, tuple(products))


def ahead(desk: Desk, products: Sequence[str] = ()) -> RunView:
    """Tell what a run would do, and change nothing. Raises as `run` does."""
    named = desk.read(running.ids, tuple(products))
    served, found = desk.read(running.ahead, named)
    return RunView(served, found, 0)


def _run(desk: Desk, named: tuple[int, ...], note: Callable[[str], None], cause: str) -> RunView:
    after: int | None = 0
    served = products = pieces = 0
    while after is not None:
        done = desk.run(running.piece, after, named, cause)
        served, products, pieces = served + done.served, products + done.products, pieces + 1
        after = done.after
        note(f"{served} lines of {products} products served")
    return RunView(served, products, pieces)
