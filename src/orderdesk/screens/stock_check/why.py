"""Why an order line has what it has, and how the day comes about that it is promised for."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from orderdesk.domain.allocation import ExplainView
from orderdesk.domain.errors import Refused
from orderdesk.domain.promises import PromiseExplained
from orderdesk.domain.text import clean
from orderdesk.screens.columns import wrapped
from orderdesk.screens.same import SaysCommand, typed

_AHEAD = 5
_DECISIONS = 8
"""So many of those before it, and of the decisions about it, are shown."""
_ROWS = 3


class Why(SaysCommand):
    """One order line explained: its stock, its turn, its promise step by step."""

    TITLE_TEXT = "WHY"
    KEYS = ("help", "leave", "reread", "same", "back")

    def __init__(self, order: str, line: int) -> None:
        super().__init__()
        self.order, self.line = order, line
        self._known: tuple[ExplainView, PromiseExplained | str] | None = None

    def room(self) -> ComposeResult:
        """Show it in rows that scroll."""
        yield VerticalScroll(Static("", id="why", markup=False), id="why-room")

    def on_mount(self) -> None:
        """Read it."""
        super().on_mount()
        self.query_one("#why-room").focus()
        self.read_first(self.refresh_live())

    def title_left(self) -> str:
        """Name the line."""
        return f"{self.TITLE_TEXT} {self.order} line {self.line}"

    @property
    def command_here(self) -> str:
        """Give the two commands that say the same: of its stock, and of its promise."""
        return "\n".join(
            typed(noun, "explain", self.order, self.line) for noun in ("allocation", "promise")
        )

    async def refresh_live(self) -> None:
        """Read it again, where the scrolling stands."""
        from orderdesk.services.allocation import explaining
        from orderdesk.services.orders import promise_reading

        with self.failing_softly():
            stock = await self.desk_app.read(explaining.explain, self.order, self.line)
            chain: PromiseExplained | str
            try:
                chain = await self.desk_app.read(promise_reading.explain, self.order, self.line)
            except Refused as error:
                chain = error.message
            self._known = (stock, chain)
            if not self.is_gone:
                self._show()

    def _show(self) -> None:
        if self._known is not None:
            text = told(*self._known, self.size.width)
            self.query_one("#why", Static).update(Content(text))

    def on_resize(self) -> None:
        """Break the rows anew."""
        self._show()


def told(stock: ExplainView, chain: PromiseExplained | str, width: int) -> str:
    """Give all that is known in rows of at most so many cells."""
    sections = (
        (f"STOCK: {stock.product} at {stock.warehouse}", _stock(stock)),
        ("BEFORE IT", _ahead(stock)),
        ("PROMISE", iter([chain]) if isinstance(chain, str) else _chain(chain)),
        ("DECISIONS, THE NEWEST FIRST", _decisions(stock)),
    )
    rows: list[str] = []
    for title, lines in sections:
        found = [row for text in lines for row in _broken(clean(text), width - 1)]
        rows += ["", f" {title}", *(found or ["   none"])]
    return "\n".join(rows[1:])


def _broken(text: str, width: int) -> list[str]:
    """Give a text in rows of at most so many cells, all but the first set in further."""
    first, *more = wrapped(text, width - 5, _ROWS)
    return [f"   {first}", *(f"     {row}" for row in more)]


def _stock(view: ExplainView) -> Iterator[str]:
    yield f"open {view.wanted:f}, has {view.allocated:f}: {view.reason}"
    if view.rank is not None:
        turn = f"all of it on {view.expected_on}" if view.expected_on else "nobody knows when"
        yield f"rank {view.rank} of those that wait, {view.ranked_by}: {turn}"


def _ahead(view: ExplainView) -> Iterator[str]:
    for each in view.ahead[:_AHEAD]:
        waits = f"{each.order} line {each.line} waits for {each.quantity:f}"
        yield f"{each.rank:>3}  {waits}, {each.ranked_by}"
    if view.ahead_lines > _AHEAD:
        yield f"({view.ahead_lines} in all, for {view.ahead_quantity:f})"


def _chain(view: PromiseExplained) -> Iterator[str]:
    first = f", first for {view.first_promised}" if view.first_promised != view.promised else ""
    slips = f", slipped {view.slips} times" if view.slips else ""
    fixed = ", fixed by hand" if view.pinned else ""
    late = "!LATER THAN PROMISED: " if view.slipping else ""
    yield f"{late}promised for {view.promised or 'no day'}{first}{slips}{fixed}"
    yield f"as reckoned now: {view.reckoned or 'nobody knows'}, ship by {view.ship_by or '-'}"
    yield view.goods
    for step in view.steps:
        yield f"{step.day}  {step.what}: {step.why}"


def _decisions(view: ExplainView) -> Iterator[str]:
    for each in view.decisions[:_DECISIONS]:
        yield (
            f"{each.at:%Y-%m-%d %H:%M} {each.quantity:+f} of {each.wanted:f} wanted, "
            f"{each.free:f} free: {each.cause}, by {each.actor}"
        )
