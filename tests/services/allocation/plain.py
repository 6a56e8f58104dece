"""The rules of sharing out one product, told plainly day by day, without the desk's own code.

Slow on purpose: every answer is found by looking at each day and each line in turn.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass
class Line:
    """One line that wants the product, in thousandths."""

    number: int
    """Its order: a lower one came earlier."""
    open: int
    requested: date
    promised: date | None = None
    has: int = 0

    @property
    def lacks(self) -> int:
        return self.open - self.has

    def rank(self) -> tuple[bool, date, int]:
        """Give what puts a line before another: a lower value."""
        return self.promised is None, self.promised or self.requested, self.number


@dataclass
class Shelf:
    """One product at one warehouse."""

    today: date
    on_hand: int
    horizon: int
    """Days: what is needed later takes nothing yet."""
    bought_within: int
    """Days after which whatever is asked has been bought; 0 is never."""
    lines: list[Line] = field(default_factory=list)
    coming: list[tuple[date, int]] = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.on_hand - sum(line.has for line in self.lines)

    def near(self, line: Line) -> bool:
        return line.requested <= self.today + self.horizon * DAY

    def left(self, day: date) -> int:
        """Give what is there on a day once all that is needed by then has gone."""
        arrived = sum(
            quantity
            for due, quantity in self.coming
            if (due if due >= self.today else self.today + DAY) <= day
        )
        return self.free + arrived - sum(x.lacks for x in self.lines if x.requested <= day)

    def days(self) -> list[date]:
        """Give every day that matters, one after the other."""
        known = [line.requested for line in self.lines] + [due for due, _ in self.coming]
        last = max([self.today + DAY, *known])
        if self.bought_within:
            last = self.today + self.bought_within * DAY
        return [self.today + n * DAY for n in range((last - self.today).days + 1)]

    def promisable(self, day: date) -> int:
        """Give what can go on a day and still leave enough for all others on every later one."""
        return max(0, min(self.left(each) for each in self.days() if each >= day))

    def first_day(self, quantity: int) -> date | None:
        """Give the first day on which so much can go; None where there is none."""
        for day in self.days():
            if self.promisable(day) >= quantity:
                return day
        return self.today + (self.bought_within + 1) * DAY if self.bought_within else None

    def enter(self, line: Line) -> None:
        """Give a new line what can be promised today, if it may take anything yet."""
        waits = any(each.lacks for each in self.lines)
        most = min(self.free, self.promisable(self.today)) if waits else self.free
        if self.near(line):
            line.has = max(0, min(line.open, most))
        self.lines.append(line)

    def serve(self) -> None:
        """Give what is free to those who wait, the best first; for far ones it is kept."""
        left = self.free
        for line in sorted(self.lines, key=Line.rank):
            want = line.lacks
            if self.near(line):
                line.has += max(0, min(want, left))
            left -= want

    def lose(self, quantity: int) -> None:
        """Take what is on hand away, and from the worst line first what nobody has free."""
        self.on_hand -= quantity
        for line in sorted(self.lines, key=Line.rank, reverse=True):
            back = min(line.has, max(0, -self.free))
            line.has -= back

    def change(self, line: Line, act: Callable[[Line], None]) -> None:
        """Change a line, take back what it needs no more, and serve those who wait."""
        before, had, day = line.open, line.has, line.requested
        act(line)
        line.has = min(line.has, line.open)
        if line.requested != day and not self.near(line):
            line.has = 0
        if line.has < had or line.open > before or line.requested != day:
            self.serve()
