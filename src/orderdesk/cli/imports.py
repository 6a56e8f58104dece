"""`orderdesk NOUN import FILE`: one pattern for everything that is taken from a file."""

import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from orderdesk.cli import acting, output
from orderdesk.cli.asked import CHANGING, EVERYWHERE, Asked
from orderdesk.cli.command import Command
from orderdesk.cli.errors import PARTLY, Usage, tell
from orderdesk.cli.nouns import build
from orderdesk.cli.progress import progress
from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from orderdesk.exchange.runs import ImportResult, Progress
    from orderdesk.exchange.sources import Source
    from orderdesk.store.desk import Desk

_FORMATS: Final = ("csv", "jsonl", "xlsx")

File = Annotated[
    str, typer.Argument(help="The file; - reads a pipe, of JSON lines.", metavar="FILE")
]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        "--mapping",
        metavar="FIELD=COLUMN",
        help="Which column a field comes from; or a file of JSON or TOML that says so. "
        "May be repeated.",
    ),
]
Form = Annotated[
    str | None,
    typer.Option(
        "--format", help="csv, jsonl or xlsx; else by the file's name, from a pipe jsonl."
    ),
]
Encoding = Annotated[
    str | None, typer.Option(help="Such as utf-8 or cp1252; else it is found out.")
]
Delimiter = Annotated[str | None, typer.Option(help="Between the columns; else it is found out.")]
Sheet = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Of a workbook, by name or number; left out, the first."),
]
RejectFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Where what is refused goes; else beside the file as NAME.rejects-..., "
        "from a pipe into this folder as stdin.rejects-....",
    ),
]
Batch = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, max=10_000, help="How many are done at a time."),
]


@dataclass(frozen=True, slots=True)
class Import:
    """A file to be taken in, and how it is to be read."""

    kind: str
    file: str
    mapping: tuple[str, ...]
    form: str | None
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    rejects: Path | None
    batch: int | None


class Imports(Command):
    """A command that takes in a file: the good ones are done, the others go to a reject file."""

    takes = (*EVERYWHERE, *CHANGING)

    def carry_out(self, asked: Asked, wanted: Any) -> None:
        """Take the file in and print how it went; leave with 6 where some were refused."""
        if asked.read_only:
            raise Unavailable("read_only", "an import writes; leave out --read-only")
        with output.opened(asked) as printer, _source(wanted) as source:
            result = _rehearsed if asked.dry_run else _done
            done = result(asked, wanted, source)
            printer.one(done)
        if done.rejected:
            details = {"rejected": done.rejected, "reject_file": done.reject_file}
            tell("partly_refused", _refusals(done), details, as_json=asked.json)
            raise typer.Exit(PARTLY)


def _refusals(done: "ImportResult") -> str:
    """Say how many were refused, when, and where they are."""
    before = " when it was imported" if done.skipped == done.read else ""
    message = f"{done.rejected} of {done.read} were refused{before}"
    if done.reject_file is not None:
        return f"{message}; they are in {done.reject_file}"
    return (
        f"{message}, and their reject file is gone; "
        "`--dry-run --command-id ANY` names anew what would be refused today"
    )


def import_command(kind: str, words: str, example: str) -> Any:
    """Give a noun's command `import`; `words` say what a file of it holds."""

    def import_(
        file: File,
        mapping: Mapping = None,
        form: Form = None,
        encoding: Encoding = None,
        delimiter: Delimiter = None,
        sheet: Sheet = None,
        rejects: RejectFile = None,
        batch: Batch = None,
    ) -> Import:
        if form is not None and form not in _FORMATS:
            raise Usage(f"--format {form!r} is unknown; give one of {', '.join(_FORMATS)}")
        if form == "xlsx" or (form is None and file.lower().endswith((".xlsx", ".xlsm"))):
            if encoding is not None or delimiter is not None:
                raise Usage("a workbook needs neither --encoding nor --delimiter; leave them out")
            form, delimiter = "xlsx", ","
        elif sheet is not None:
            raise Usage("--sheet is of a workbook (.xlsx), and this is none; leave it out")
        wanted = tuple(mapping or ())
        return Import(kind, file, wanted, form, encoding, delimiter, sheet, rejects, batch)

    return build(import_, "import", Imports, example, f"{words}\n\n{_HELP}")


_HELP: Final = """\
What cannot be taken goes to a reject file, with the reason; the rest is done, and the exit code
is 6. Started again after it was stopped, the import goes on where it was; once finished, it
changes nothing more. With --command-id the same file may be taken in once more."""


@contextlib.contextmanager
def _source(wanted: Import) -> "Iterator[Source]":
    """Give the file with what is known of it; a pipe is kept in a file meanwhile."""
    from orderdesk.exchange import sheets, sources

    book = wanted.form == sheets.XLSX
    if wanted.file != "-" and book:
        with sheets.opened(Path(wanted.file), wanted.sheet) as source:
            yield source
        return
    if wanted.file != "-":
        yield sources.inspect(wanted.file, wanted.form, wanted.encoding)
        return
    form = wanted.form or sources.JSON_LINES
    with tempfile.TemporaryDirectory(prefix="orderdesk-") as folder:
        path = sources.spool(sys.stdin.buffer, Path(folder), form)
        if book:
            with sheets.opened(path, wanted.sheet, named=Path.cwd() / path.name) as source:
                yield source
            return
        yield sources.inspect(path, form, wanted.encoding, named=Path.cwd() / path.name)


def _done(asked: Asked, wanted: Import, source: "Source") -> "ImportResult":
    with acting.opened_desk(asked) as desk:
        if asked.command_id is not None:
            desk.command(asked.command_id, claim, wanted.kind, source.fingerprint)
        return _taken(desk, wanted, source, asked.command_id or "")


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

    name = asked.command_id or ""
    with acting.opened_desk(asked) as desk:
        if not isinstance(desk.database, SqliteDatabase):
            return _taken(desk, wanted, source, name, rehearsal=True)
        with tempfile.TemporaryDirectory(prefix="orderdesk-") as folder:
            copy = Path(folder) / "rehearsal.db"
            backup(desk.database, copy, laws=lambda database: ())
            trial = Desk(str(copy), desk.user).open()
            try:
                return _taken(trial, wanted, source, name, rehearsal=True, on_copy=True)
            finally:
                trial.close()


def _taken(
    desk: "Desk",
    wanted: Import,
    source: "Source",
    name: str,
    *,
    rehearsal: bool = False,
    on_copy: bool = False,
) -> "ImportResult":
    from orderdesk.exchange.runs import Controls

    take = _taker(wanted.kind)
    with progress(source.named.name) as tell_terminal:

        def tell_progress(now: "Progress") -> None:
            tell_terminal(now.records, now.total)

        return take(
            desk,
            source,
            wanted.mapping,
            name=name,
            delimiter=wanted.delimiter,
            rejects=wanted.rejects,
            controls=Controls(
                progress=tell_progress, batch=wanted.batch, rehearsal=rehearsal, on_copy=on_copy
            ),
        )


def _taker(kind: str) -> "Callable[..., ImportResult]":
    if kind == "order":
        from orderdesk.exchange.orders import import_orders

        return import_orders
    from orderdesk.exchange.masters import KINDS, import_records

    def take(desk: "Desk", *more: Any, **named: Any) -> "ImportResult":
        return import_records(desk, KINDS[kind], *more, **named)

    return take
