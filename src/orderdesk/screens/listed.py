"""Screens with a list in view: its order, its command, and a file of just what is listed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from orderdesk.domain.errors import OrderDeskError, Refused
from orderdesk.screens.asking import AskingScreen
from orderdesk.screens.base import DeskScreen
from orderdesk.screens.commands import bindings
from orderdesk.screens.link import DeskApp
from orderdesk.screens.same import SaysCommand
from orderdesk.screens.widgets.ask import Question
from orderdesk.screens.widgets.window import Cell, K, Page, Row

if TYPE_CHECKING:
    from orderdesk.exchange.lists.base import DeskList, Sort
    from orderdesk.exchange.tables import CsvTable

V = TypeVar("V")

CHUNK: Final = 500
"""Rows that are written before it is told how many there are."""


class Pages(Generic[K, V]):
    """The pages of a list for a table, and what was read last of each row."""

    def __init__(
        self,
        app: DeskApp,
        listed: DeskList[K, V],
        cells: Callable[[V], tuple[Cell, ...]],
        text: str = "",
    ) -> None:
        """Take the list, what gives a row's cells, and the text that narrows it."""
        self._app, self._cells, self._text = app, cells, text
        self.listed = listed
        """The list; narrowed by the text once its first page is read."""
        self.views: dict[K, V] = {}
        """What was read last of each row."""

    async def fetch(self, key: K | None, *, before: bool, limit: int, including: bool) -> Page[K]:
        """Read one page."""
        await self._app.ready.wait()
        if text := self._text:
            # In the snapshot of the page, for it costs a read of its own otherwise.
            narrowed, found = await self._app.read(_narrowed, self.listed, text, key, before, limit)
            self.listed, self._text = narrowed, ""
        else:
            found = await self._app.read(
                self.listed.page, key, before=before, including=including, limit=limit
            )
        rows = []
        for view in found.items:
            place = self.listed.key_of(view)
            self.views[place] = view
            rows.append(Row(place, self._cells(view)))
        return Page(rows, found.more)


def _narrowed(work: Any, listed: Any, text: str, key: Any, before: bool, limit: int) -> Any:
    """Give a list of what a text means, and its first page or last."""
    narrowed = listed.narrowed(work, text)
    return narrowed, narrowed.page(work, key, before=before, including=True, limit=limit)


class ListingScreen(AskingScreen, SaysCommand):
    """A screen whose list can be sorted, written to a file, and had from a command."""

    BINDINGS = bindings("sort", "csv")

    _writing = ""
    """The name of the file that is being written; empty where none is."""
    _stops = False
    _progress = ""

    @property
    @abstractmethod
    def listed(self) -> DeskList[Any, Any] | None:
        """Give the list that is in view, just as it is; None where there is none."""

    @abstractmethod
    async def list_in(self, order: Sort) -> None:
        """Show the list in another order."""

    @property
    def command_here(self) -> str:
        """Give the command that prints the list."""
        return "" if self.listed is None else self.listed.command

    def why_not(self, action: str) -> str:
        """Say why the list cannot be sorted or written out now."""
        if action in ("sort", "csv") and self.listed is None:
            return "nothing is listed yet; find something first"
        if action == "sort" and self.listed is not None and len(self.listed.sorts) == 1:
            return f"this list has one order: {self.listed.sort.said}"
        if action == "csv" and self._writing:
            return f"a list is being written already; {self.key_of('back')} stops that"
        if action == "csv" and self.app.is_web:
            # The file would lie where the desk is served from, which is nobody's folder here.
            return "a desk in a browser writes no files; = names the command that does"
        return super().why_not(action)

    async def action_sort(self) -> None:
        """Show the list in its next order."""
        listed = self.listed
        if listed is None:
            self.is_barred("sort")
        elif len(listed.sorts) == 1:
            self.say(self.why_not("sort"))
        elif not self.is_asking():
            with self.doing(self.action_sort):
                after = listed.sorts.index(listed.sort) + 1
                await self.list_in(listed.sorts[after % len(listed.sorts)])

    # A file of it ---------------------------------------------------------------------------

    async def action_csv(self) -> None:
        """Ask for a file, and write all that is listed into it, with the columns of the command."""
        listed = self.listed
        if self.is_barred("csv") or self.is_asking() or listed is None:
            return

        async def act(values: Mapping[str, str]) -> None:
            from orderdesk.exchange.tables import CsvTable, written

            path, stack = _new_file(values["file"]), ExitStack()
            try:
                stream = stack.enter_context(written(path))
            except OSError as error:
                raise Refused(
                    "not_written", f"{path} cannot be written: {error.strerror}"
                ) from None
            self._writing, self._stops = path.name, False
            table = CsvTable(stream)
            self.run_worker(self._write(listed.every(self.desk_app.desk), table, path, stack))

        await self.ask([Question("file", "csv_file", "CSV to", None, _free_name(listed.NAME))], act)

    async def _write(
        self, rows: Iterator[Any], table: CsvTable, path: Path, stack: ExitStack
    ) -> None:
        """Write the rows as they are read; the file takes its name when all are in it."""
        try:
            with stack:
                while await self.desk_app.in_reads(lambda: _more(rows, table)):
                    self._tell_progress(
                        f"{table.rows:,} rows into {path.name}; {self.key_of('back')} stops"
                    )
                    if self._stops:
                        raise Refused("stopped", _stopped(path.name))
            self._tell_progress(f"{table.rows:,} {'row' if table.rows == 1 else 'rows'} in {path}")
        except OrderDeskError as error:
            self.warn(error.message)
        except OSError as error:
            self.warn(f"{path} could not be written: {error.strerror}")
        # Not where the screen was left before: that tells of the file then.
        self._writing, self._progress = "", ""

    def _tell_progress(self, text: str) -> None:
        """Say how far it is, unless something else stands there that is to be read."""
        if not self.is_gone and self.message in ("", self._progress):
            self._progress = text
            self.say(text)

    async def action_leave(self) -> None:
        """Leave to the menu, where it is said that the file that was being written is not."""
        await super().action_leave()
        below = self.app.screen
        if self._writing and self.is_gone and isinstance(below, DeskScreen):
            below.warn(_stopped(self._writing))

    async def step_back(self) -> None:
        """Stop the file that is being written, or go one step back."""
        if self._writing:
            self._stops = True
        else:
            await super().step_back()


def _stopped(name: str) -> str:
    return f"stopped; {name} was not written"


def _more(rows: Iterator[Any], table: CsvTable) -> bool:
    """Write some rows; tell whether there may be others."""
    before = table.rows
    for row in islice(rows, CHUNK):
        table.add(row)
    return table.rows == before + CHUNK


def _free_name(name: str) -> str:
    """Give a name of a file that is not there yet, for the folder where the desk was started."""
    number, free = 1, f"{name}.csv"
    while Path(free).exists():
        number += 1
        free = f"{name}-{number}.csv"
    return free


def _new_file(typed: str) -> Path:
    """Give the whole path of a file to be made. Raises Refused where it is there already."""
    if not typed:
        raise Refused("no_file", "file is empty; type a name such as orders.csv")
    path = Path(typed).expanduser().absolute()
    if path.exists():
        raise Refused("file_exists", f"{path} is there already; type another name")
    return path
