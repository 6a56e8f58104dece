"""`orderdesk NOUN import FILE`: one pattern for everything that is taken from a file."""

import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from orderdesk.cli import acting, output
from orderdesk.cli.asked import CHANGING, EVERYWHERE, Asked
from orderdesk.cli.command import Command
from orderdesk.cli.errors import PARTLY, Usage, tell
from orderdesk.cli.nouns import build
from orderdesk.cli.progress import progress

if TYPE_CHECKING:
    from orderdesk.exchange.runs import ImportResult, Progress
    from orderdesk.exchange.sources import Source
    from orderdesk.store.desk import Desk

_FORMATS: Final = ("csv", "jsonl")


@dataclass(frozen=True, slots=True)
class Import:
    """A file to be taken in, and how it is to be read."""

    kind: str
    file: str
    mapping: tuple[str, ...]
    form: str | None
    encoding: str | None
    delimiter: str | None
    rejects: Path | None
    batch: int | None


class Imports(Command):
    """A command that takes in a file: the good ones are done, the others go to a reject file."""

    takes = (*EVERYWHERE, *CHANGING)

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Take the file in and print how it went; leave with 6 where some were refused."""
        with output.opened(asked) as printer, _source(wanted) as (source, rejects):
            result = _rehearsed if asked.dry_run else _done
            done = result(asked, replace(wanted, rejects=rejects), source)
            printer.one(done)
        if done.rejected:
            message = f"{done.rejected} of {done.read} were refused; they are in {done.reject_file}"
            details = {"rejected": done.rejected, "reject_file": done.reject_file}
            tell("partly_refused", message, details, as_json=asked.json)
            raise typer.Exit(PARTLY)


def import_command(kind: str, words: str, example: str) -> Any:
    """Give a noun's command `import`; `words` say what a file of it holds."""

    def import_(
        file: Annotated[str, typer.Argument(help="The file; - reads a pipe.", metavar="FILE")],
        mapping: Annotated[
            list[str] | None,
            typer.Option(
                "--map",
                "--mapping",
                metavar="FIELD=COLUMN",
                help="Which column a field comes from; or a file of JSON or TOML that says so. "
                "May be repeated.",
            ),
        ] = None,
        form: Annotated[
            str | None, typer.Option("--format", help="csv or jsonl; else by the file's name.")
        ] = None,
        encoding: Annotated[
            str | None, typer.Option(help="Such as utf-8 or cp1252; else it is found out.")
        ] = None,
        delimiter: Annotated[
            str | None, typer.Option(help="Between the columns; else it is found out.")
        ] = None,
        rejects: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Where what is refused goes.")
        ] = None,
        batch: Annotated[
            int | None,
            typer.Option(metavar="N", min=1, max=10_000, help="How many are done at a time."),
        ] = None,
    ) -> Import:
        if form is not None and form not in _FORMATS:
            raise Usage(f"--format {form!r} is unknown; give one of {', '.join(_FORMATS)}")
        wanted = tuple(mapping or ())
        return Import(kind, file, wanted, form, encoding, delimiter, rejects, batch)

    return build(import_, "import", Imports, example, f"{words}\n\n{_HELP}")


_HELP: Final = """\
What cannot be taken goes to a reject file, with the reason; the rest is done, and the exit code
is 6. Started again after it was stopped, the import goes on where it was; once finished, it
changes nothing more. With --command-id the same file may be taken in once more."""


@contextlib.contextmanager
def _source(wanted: Import) -> "Iterator[tuple[Source, Path | None]]":
    """Give the file with what is known of it, and where its rejects go if not beside it."""
    from orderdesk.exchange import sources

    if wanted.file != "-":
        yield sources.inspect(wanted.file, wanted.form, wanted.encoding), wanted.rejects
        return
    form = wanted.form or "jsonl"
    with tempfile.TemporaryDirectory(prefix="orderdesk-") as folder:
        path = sources.spool(sys.stdin.buffer, Path(folder), form)
        source = sources.inspect(path, form, wanted.encoding)
        yield source, wanted.rejects or Path.cwd() / f"stdin.rejects.{form}"


def _done(asked: Asked, wanted: Import, source: "Source") -> "ImportResult":
    with acting.opened_desk(asked) as desk:
        if asked.command_id is not None:
            desk.command(asked.command_id, claim, wanted.kind, source.fingerprint)
        return _taken(desk, wanted, source, asked.command_id or "", rehearsal=False)


def claim(work: Any, kind: str, fingerprint: str) -> str:
    """Bind a command id to one file: the desk refuses it for another one."""
    return fingerprint


def _rehearsed(asked: Asked, wanted: Import, source: "Source") -> "ImportResult":
    """Take the file in on a copy of the company's file, so that no desk waits for it.

    On PostgreSQL each unit of work is undone instead.
    """
    from orderdesk.store.backup import backup
    from orderdesk.store.desk import Desk
    from orderdesk.store.sqlite import SqliteDatabase

    rejects = wanted.rejects or source.path.with_name(f"{source.path.name}.rejects-rehearsal")
    wanted = replace(wanted, rejects=rejects)
    with acting.opened_desk(asked) as desk:
        if not isinstance(desk.database, SqliteDatabase):
            return _taken(desk, wanted, source, asked.command_id or "", rehearsal=True)
        with tempfile.TemporaryDirectory(prefix="orderdesk-") as folder:
            copy = Path(folder) / "rehearsal.db"
            backup(desk.database, copy, laws=lambda database: ())
            trial = Desk(str(copy), desk.user).open()
            try:
                done = _taken(trial, wanted, source, asked.command_id or "", rehearsal=False)
            finally:
                trial.close()
    return replace(done, rehearsal=True)


def _taken(
    desk: "Desk", wanted: Import, source: "Source", name: str, *, rehearsal: bool
) -> "ImportResult":
    from orderdesk.exchange.runs import Controls

    take = _taker(wanted.kind)
    with progress(source.path.name) as tell_terminal:

        def tell_progress(now: "Progress") -> None:
            tell_terminal(now.records, now.total)

        return take(
            desk,
            source,
            wanted.mapping,
            name=name,
            delimiter=wanted.delimiter,
            rejects=wanted.rejects,
            controls=Controls(progress=tell_progress, batch=wanted.batch, rehearsal=rehearsal),
        )


def _taker(kind: str) -> "Callable[..., ImportResult]":
    if kind == "order":
        from orderdesk.exchange.orders import import_orders

        return import_orders
    from orderdesk.exchange.masters import KINDS, import_records

    def take(desk: "Desk", *more: Any, **named: Any) -> "ImportResult":
        return import_records(desk, KINDS[kind], *more, **named)

    return take
