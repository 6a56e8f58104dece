"""A list as long as one likes, that tells how it was read."""

from orderdesk.screens.widgets.window import Page, Row


class Numbers:
    """The rows of the whole numbers below `size`, less those in `gone`; the number is the key."""

    def __init__(self, size: int, *, first: int = 0) -> None:
        self.size = size
        self.first = first
        self.gone: set[int] = set()
        self.reads: list[int] = []
        """How many rows each read gave."""

    async def fetch(
        self, key: int | None, *, before: bool, limit: int, including: bool
    ) -> Page[int]:
        """Give a page, as `PageSource` says."""
        if before:
            end = self.size if key is None else key + including
            found = (n for n in range(end - 1, self.first - 1, -1) if n not in self.gone)
        else:
            start = self.first if key is None else max(self.first, key + (not including))
            found = (n for n in range(start, self.size) if n not in self.gone)
        numbers = [n for n, _ in zip(found, range(limit + 1), strict=False)]
        more, numbers = len(numbers) > limit, numbers[:limit]
        self.reads.append(len(numbers))
        if before:
            numbers.reverse()
        return Page([self.row(n) for n in numbers], more)

    def row(self, number: int) -> Row[int]:
        """Give the row of a number."""
        return Row(number, (f"#{number}", f"Row {number}", str(number * 10)))
