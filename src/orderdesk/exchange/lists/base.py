"""A list of the desk: what narrows it, the orders it has, its pages, its command.

Screens show it, commands print it, and either writes it out: all of them read the same pages. An
order stands here only where an index gives it, one way or the other.
"""

from __future__ import annotations

import re
import shlex
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Generic, NamedTuple, TypeVar

from orderdesk.domain.errors import Refused

if TYPE_CHECKING:
    from typing import Self

    from orderdesk.store.desk import Desk
    from orderdesk.store.work import Work

K = TypeVar("K")
V = TypeVar("V")

PAGE: Final = 500
"""Rows read in one snapshot where a list is read to its end."""

_WORD: Final = re.compile(r'(?<!\S)([A-Za-z][A-Za-z_-]*):("[^"]*"|\S*)')


class Sort(NamedTuple):
    """An order that a list can have."""

    word: str
    """What `--sort` calls it."""
    said: str
    """What screens say of it."""
    backwards: bool = False
    """Whether it is the list's own order from its end."""


LIKELIEST: Final = (Sort("likeliest", "likeliest first"),)
"""What a text finds has this order alone."""
NEWEST_FIRST: Final = (Sort("newest", "newest first"), Sort("oldest", "oldest first", True))
OLDEST_FIRST: Final = (Sort("oldest", "oldest first"), Sort("newest", "newest first", True))
EARLIEST_FIRST: Final = (
    Sort("earliest", "earliest first"),
    Sort("latest", "latest first", True),
)
BY_CODE: Final = (Sort("a-z", "by code, A to Z"), Sort("z-a", "by code, Z to A", True))
BY_RANK: Final = (Sort("rank", "by rank, best first"),)


@dataclass(frozen=True, slots=True)
class Found(Generic[V]):
    """Some rows of a list that follow each other, in its order."""

    items: Sequence[V]
    more: bool
    """Are there others beyond these, in the direction that was asked for?"""


class DeskList(ABC, Generic[K, V]):
    """One list as it was asked for."""

    NAME: str
    """What a file of it is called."""
    COMMAND: ClassVar[str]
    """The words of the command that prints it."""
    FILTERS: ClassVar[tuple[str, ...]] = ()
    """What it can be narrowed by, each by an index: the names of the command's options."""

    def __init__(self, sort: str = "") -> None:
        """Make the list in the order that `sort` names, or in its first one. Raises Refused."""
        self.sort = sort_of(sort, self.sorts)

    @property
    @abstractmethod
    def sorts(self) -> tuple[Sort, ...]:
        """Give the orders it can have, the usual one first."""

    @property
    def arguments(self) -> Sequence[str]:
        """Give what stands behind the command's words for just this list."""
        return ()

    @abstractmethod
    def key_of(self, view: V) -> K:
        """Give where a row stands."""

    @abstractmethod
    def _page(
        self, work: Work, key: K | None, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[V], bool]:
        """Read a page as `page` does, in the list's own order."""

    def narrowed(self, work: Work, text: str) -> Self:
        """Give the list of what a text means: words to look for, and `name:value` for a filter.

        Raises Refused and NotFound for what means nothing.
        """
        if text.strip():
            raise Refused("not_narrowed", "nothing narrows this list; leave the words out")
        return self

    def page(
        self,
        work: Work,
        key: K | None = None,
        *,
        before: bool = False,
        including: bool = False,
        limit: int = PAGE,
    ) -> Found[V]:
        """Give at most so many rows behind a key, or with `before` those just before it.

        They come in the order of the list either way. None stands before the first row, and with
        `before` behind the last. With `including` the key's own row comes with them.
        """
        flip = self.sort.backwards
        items, more = self._page(work, key, before=before != flip, including=including, limit=limit)
        return Found(items[::-1] if flip else items, more)

    def sorted(self, sort: Sort) -> Self:
        """Give the same list in another order."""
        other = copy(self)
        other.sort = sort
        return other

    def ordering(self, other: Self) -> Self:
        """Give another list in the order of this one, where it can have that."""
        return other.sorted(self.sort) if self.sort in other.sorts else other

    def every(self, desk: Desk, limit: int | None = None) -> Iterator[V]:
        """Give the rows as they come, all or at most so many; one page is in memory."""
        key, left = None, limit
        while left is None or left > 0:
            found = desk.read(self.page, key, limit=PAGE if left is None else min(PAGE, left))
            yield from found.items
            if not found.more or not found.items:
                return
            key = self.key_of(found.items[-1])
            left = None if left is None else left - len(found.items)

    @property
    def command(self) -> str:
        """Give the command that prints the same."""
        usual = self.sort == self.sorts[0]
        order = () if usual else ("--sort", self.sort.word)
        return shlex.join(["orderdesk", *self.COMMAND.split(), *self.arguments, *order])


def sort_of(word: str, sorts: Sequence[Sort]) -> Sort:
    """Give the order of this name, or the first one for none. Raises Refused."""
    known = {each.word: each for each in sorts}
    wanted = word.strip().lower()
    if not wanted:
        return sorts[0]
    if wanted not in known:
        only = " or ".join(known)
        raise Refused("unknown_sort", f"sort {word!r} is not one of this list's: give {only}")
    return known[wanted]


def words_of(text: str, names: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Split a text into what is looked for and what narrows it, such as `stage:open`.

    A value with spaces stands between quotation marks. What stands before a colon and is no name
    of these belongs to the text. Raises Refused for an empty value.
    """
    known, given = set(names), {}
    for found in _WORD.finditer(text):
        name = found[1].lower().replace("_", "-")
        if name not in known:
            continue
        given[name] = found[2].strip('"').strip()
        if not given[name]:
            raise Refused("no_value", f"{name}: has no value; type it right behind the colon")
    rest = _WORD.sub(
        lambda found: "" if found[1].lower().replace("_", "-") in known else found[0], text
    )
    return " ".join(rest.split()), given


def is_meant(name: str, word: str) -> bool:
    """Read yes or no. Raises Refused."""
    said = {"yes": True, "y": True, "no": False, "n": False}.get(word.lower())
    if said is None:
        raise Refused("bad_filter", f"{name}:{word} is neither yes nor no; say {name}:yes")
    return said


def around(
    views: Sequence[V],
    key_of: Callable[[V], K],
    key: K | None,
    *,
    before: bool,
    including: bool,
    limit: int,
) -> tuple[Sequence[V], bool]:
    """Give the next of a few known rows behind a key, or before it; tell whether there are more.

    None is either end. A key that is not among them stands before all.
    """
    keys = [key_of(each) for each in views]
    if key is None:
        shown = views
    elif key not in keys:
        shown = () if before else views
    else:
        at = keys.index(key)
        shown = views[: at + including] if before else views[at + (not including) :]
    more = len(shown) > limit
    # The next before a key are those nearest to it, which stand last.
    return (shown[len(shown) - limit :] if before and more else shown[:limit]), more


def given(*options: tuple[str, str | bool | None]) -> list[str]:
    """Give options as they are typed in a command: those that say something."""
    typed: list[str] = []
    for name, value in options:
        if value is True:
            typed.append(f"--{name}")
        elif value:
            typed += [f"--{name}", str(value)]
    return typed
