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
    way: int = 0
    """Days that its goods are on the way."""
    leave_by: date | None = None
    """By which day they must leave to keep what was promised; None: it never was."""
    has: int = 0

    @property
    def lacks(self) -> int:
        return self.open - self.has

    @property
    def needed(self) -> date:
        """Give the day on which its goods must leave: nobody works on Saturday and Sunday."""
        day = self.requested - self.way * DAY
        return day - max(0, day.weekday() - 4) * DAY

    def promise(self, ship_by: date | None) -> None:
        """Promise it, its goods to leave by a day; an earlier one so far stays."""
        if ship_by is not None:
            self.leave_by = min(self.leave_by or ship_by, ship_by)

    def rank(self) -> tuple[bool, date, int]:
        """Give what puts a line before another: a lower value."""
        return self.leave_by is None, self.leave_by or self.needed, self.number


@dataclass(eq=False)
class Coming:
    """Goods that are expected, in thousandths."""

    due: date
    quantity: int


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
    coming: list[Coming] = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.on_hand - sum(line.has for line in self.lines)

    def near(self, line: Line) -> bool:
        return line.needed <= self.today + self.horizon * DAY

    def left(self, day: date) -> int:
        """Give what is there on a day once all that is needed by then has gone."""
        arrived = sum(
            each.quantity
            for each in self.coming
            if (each.due if each.due >= self.today else self.today + DAY) <= day
        )
        return self.free + arrived - sum(x.lacks for x in self.lines if x.needed <= day)

    def days(self) -> list[date]:
        """Give every day that matters, one after the other."""
        known = [line.needed for line in self.lines] + [each.due for each in self.coming]
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
        if line.has:
            self._assert_others_have_theirs_in_time(line)

    def _assert_others_have_theirs_in_time(self, line: Line) -> None:
        """Check that what a new line took is wanted by nobody before other goods come."""
        for day in self.days():
            own = line.lacks if line.needed <= day else 0
            assert self.left(day) + own >= 0, f"{line} took what is needed on {day}"

    def assert_none_was_served_ahead(self, had: list[int]) -> None:
        """Of what lines got since they had this, nothing was owed to one of a better rank."""
        got = {id(line) for line, before in zip(self.lines, had, strict=False) if line.has > before}
        owed = 0
        for line in sorted(self.lines, key=Line.rank):
            assert not (id(line) in got and owed > self.free), f"{line} was served ahead"
            owed += line.lacks

    def serve(self) -> None:
        """Give what is free to those who wait, the best first; for far ones it is kept."""
        left = self.free
        for line in sorted(self.lines, key=Line.rank):
            want = line.lacks
            if self.near(line):
                line.has += max(0, min(want, left))
            left -= want

    def expect(self, due: date, quantity: int) -> Coming:
        """Let goods be expected on a day."""
        self.coming.append(Coming(due, quantity))
        return self.coming[-1]

    def come(self, expected: Coming, quantity: int) -> None:
        """Let so much of what was expected come, or more; of what came nothing is expected."""
        expected.quantity = max(0, expected.quantity - quantity)
        if not expected.quantity:
            self.coming.remove(expected)
        self.on_hand += quantity
        self.serve()

    def arrive(self, expected: Coming) -> None:
        """Let all of what was expected come."""
        self.come(expected, expected.quantity)

    def assert_nobody_is_passed_over(self) -> None:
        """No line that may take stock lacks some while there is more than its betters want."""
        left = self.free
        for line in sorted(self.lines, key=Line.rank):
            assert not (self.near(line) and line.lacks and left > 0), f"{line} waits, {left} left"
            left -= line.lacks

    def lose(self, quantity: int) -> None:
        """Take what is on hand away, and from the worst line first what nobody has free."""
        self.on_hand -= quantity
        for line in sorted(self.lines, key=Line.rank, reverse=True):
            back = min(line.has, max(0, -self.free))
            line.has -= back

    def change(self, line: Line, act: Callable[[Line], None]) -> None:
        """Change a line, take back what it needs no more, and serve those who wait."""
        before, had, day = line.open, line.has, line.needed
        act(line)
        if line.leave_by is not None:
            line.leave_by = max(line.leave_by, line.needed)
        line.has = min(line.has, line.open)
        if line.needed != day and not self.near(line):
            line.has = 0
        if line.has < had or line.open > before or line.needed != day:
            self.serve()
