"""The kinds of command there are, and how each is carried out.

A command's function only reads its arguments and says what is to be done: it gives a `Call` of
one service, and the kind of command does the rest, the same for all: open the desk, run the
service, print what it gives.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Final, ParamSpec, TypeVar

from typer.core import TyperCommand

from orderdesk.cli import acting, output
from orderdesk.cli.asked import CHANGING, EVERYWHERE, LISTING, Asked, asked_of
from orderdesk.cli.options import options_for

if TYPE_CHECKING:
    from orderdesk.exchange.lists.base import DeskList
    from orderdesk.store.desk import Desk
    from orderdesk.store.work import Work

P = ParamSpec("P")
T = TypeVar("T")

PAGE: Final = 500
"""Rows read in one snapshot of a list."""


@dataclass(frozen=True, slots=True)
class Call:
    """A service to be called with these arguments."""

    service: Callable[..., Any]
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    parts: Mapping[str, str] = field(default_factory=dict)
    """The columns that people see of the parts of what it gives, by the name of the part.

    A part without columns is not shown to people; how columns are named, `columns_of` says.
    """
    changes: bool = True
    """False where a command that may change something is only to show it."""
    new: tuple[str, ...] = ()
    """What of the answer numbers a new row, by name; `more.id` is that of each of `more`."""

    def showing(self, **parts: str) -> "Call":
        """Give the same call with other columns for its parts."""
        return replace(self, parts=parts)

    def numbering(self, *names: str) -> "Call":
        """Give the same call, of which a rehearsal shows these numbers as `-`: it takes none."""
        return replace(self, new=names)


def call(
    service: "Callable[Concatenate[Work, P], T]", *arguments: P.args, **named: P.kwargs
) -> Call:
    """Say that a service is to be called; the types of its arguments are checked here."""
    return Call(service, arguments, named)


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows to be listed page by page, and the columns that people see of them.

    `page` gives the rows behind the last one seen, None at the beginning, and at most as many
    as asked for.
    """

    page: Callable[[Any, Any, int], Sequence[Any]]
    columns: str = ""
    desk_needed: bool = True
    """False where the rows are not in the company's database."""

    def rows(self, desk: Any, limit: int | None) -> Iterator[Any]:
        """Give the rows as they come, all of them or at most `limit`."""
        last, left = None, limit
        while left is None or left > 0:
            wanted = PAGE if left is None else min(PAGE, left)
            page = self.page(desk, last, wanted)
            yield from page
            if len(page) < wanted:
                return
            last = page[-1]
            left = None if left is None else left - len(page)


@dataclass(frozen=True, slots=True)
class Shown:
    """Lists as screens show them, one after another, and the columns that people see of them."""

    lists: "Sequence[DeskList[Any, Any]]"
    columns: str = ""
    desk_needed: ClassVar[bool] = True

    def rows(self, desk: Any, limit: int | None) -> Iterator[Any]:
        """Give the rows as they come, all of them or at most `limit`."""
        left = limit
        for each in self.lists:
            for row in each.every(desk, left):
                yield row
                left = None if left is None else left - 1


def hits(find: "Callable[..., Sequence[Any]]", text: str) -> Listing:
    """Say that what fits a text is to be listed, the best hits first, as many as a search gives."""

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        found: Sequence[Any] = desk.read(find, text) if last is None else ()
        return found[:count]

    return Listing(page)


class Command(TyperCommand):
    """A command with the options of every command beside its own."""

    takes: ClassVar[tuple[str, ...]] = EVERYWHERE

    def __init__(self, name: str | None, *, params: Any = None, **more: Any) -> None:
        super().__init__(name, params=[*(params or ()), *options_for(self.takes)], **more)

    def invoke(self, ctx: Any) -> Any:
        """Run the command's function and carry out what it gives."""
        asked = asked_of(ctx)
        asked.refuse_others(self.takes)
        try:
            self.carry_out(asked, super().invoke(ctx))
        except BrokenPipeError:
            output.leave_quietly()

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Print what the function gave; None says nothing."""
        if wanted is not None:
            with output.opened(asked) as printer:
                printer.one(wanted)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Show the command's own options before those of every command."""
        format_options(self, ctx, formatter, options_for(self.takes))

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Show the example as it is to be typed."""
        if self.epilog:
            with formatter.section("Example"):
                for line in self.epilog.splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


class Reads(Command):
    """A command that shows one thing."""

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Read it in one snapshot and print it."""
        with output.opened(asked) as printer, acting.opened_desk(asked) as desk:
            view = desk.read(wanted.service, *wanted.arguments, **wanted.named)
            printer.one(view, wanted.parts)


class Lists(Command):
    """A command that lists things."""

    takes = (*EVERYWHERE, *LISTING)

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Print the rows as they come."""
        desk_or_none = acting.opened_desk(asked) if wanted.desk_needed else nullcontext()
        with output.opened(asked) as printer, desk_or_none as desk:
            printer.rows(wanted.rows(desk, asked.limit), wanted.columns.split())


class Changes(Command):
    """A command that changes something: once for its id, or not at all when rehearsed."""

    takes = (*EVERYWHERE, *CHANGING)

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Run the service as one unit of work and print what it gives."""
        with output.opened(asked) as printer, acting.opened_desk(asked) as desk:
            if asked.dry_run:
                view = desk.rehearse(wanted.service, *wanted.arguments, **wanted.named)
                for name in wanted.new:
                    view = _unnumbered(view, name)
            else:
                view = desk.command(
                    asked.command_id, wanted.service, *wanted.arguments, **wanted.named
                )
            printer.one(view, wanted.parts)
            self.follow(asked, wanted, desk)

    def follow(self, asked: Asked, wanted: Any, desk: "Desk") -> None:
        """Do what follows from the change, in units of work of its own: nothing, usually."""


def _unnumbered(view: Any, name: str) -> Any:
    """Give an answer with `-` for a number, of each part where `name` leads to parts."""
    if isinstance(view, tuple):
        return tuple(_unnumbered(each, name) for each in view)
    if view is None:
        return None
    first, _, rest = name.partition(".")
    number = _unnumbered(getattr(view, first), rest) if rest else "-"
    return replace(view, **{first: number})


class Either(Changes):
    """A command that shows one thing, or changes it where it is told how."""

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Read it where nothing is to be changed, else change it; print it as it is then."""
        if wanted.changes:
            super().carry_out(asked, wanted)
            return
        with output.opened(asked) as printer, acting.opened_desk(asked) as desk:
            view = desk.read(wanted.service, *wanted.arguments, **wanted.named)
            printer.one(view, wanted.parts)


def format_options(command: Any, ctx: Any, formatter: Any, common: list[Any]) -> None:
    """Write a command's arguments and options, its own before the common ones."""
    mine = [each for each in command.get_params(ctx) if each not in common]
    for title, kind, shown in (
        ("Arguments", "argument", mine),
        ("Options", "option", mine),
        ("Options of many commands", "option", common),
    ):
        records = [each.get_help_record(ctx) for each in shown if each.param_type_name == kind]
        if any(records):
            with formatter.section(title):
                formatter.write_dl([record for record in records if record])
