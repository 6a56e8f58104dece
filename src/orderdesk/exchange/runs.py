"""Taking in a file, however long: in units of work, and from where it was left.

Each unit takes some hundred records and moves the run's row on, so a run that was killed goes on
after what it had done, and one that is finished says so and changes nothing. Which run it is
follows from the file's content and how it is read. What cannot be taken goes to the reject file.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select, update

from orderdesk.domain.errors import Conflict, OrderDeskError
from orderdesk.exchange.outcomes import Outcome, refused
from orderdesk.exchange.records import CsvRecords, Record, Records, count, records
from orderdesk.exchange.rejects import Rejects, reject_file_of
from orderdesk.exchange.sources import Source
from orderdesk.models.journal import ImportRun
from orderdesk.store.desk import Desk
from orderdesk.store.statements import insertion, statement, table_of
from orderdesk.store.work import Spoilt, Work

BATCH: Final = 200
"""Requests in one unit of work, where their kind has no number of its own: others wait for it."""
BATCH_RECORDS: Final = 2_000

_run = table_of(ImportRun).c
_OF_ID = select(table_of(ImportRun)).where(_run.id == bindparam("id"))
_STATE: Final = statement(_OF_ID)
_LOCKED_STATE: Final = statement(_OF_ID.with_for_update())
_NEW: Final = insertion(ImportRun)
_ADVANCE: Final = statement(
    update(table_of(ImportRun))
    .where(_run.id == bindparam("run"), _run.done == bindparam("before"))
    .values(
        done=bindparam("new_done"),
        accepted=bindparam("new_accepted"),
        rejected=bindparam("new_rejected"),
        held=bindparam("new_held"),
        finished=bindparam("new_finished"),
    )
    .returning(_run.id)
)


Take = Callable[[Work, Sequence[Any]], Sequence[Outcome]]
"""Takes requests in one unit of work, and tells of each what became of it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the records of one open file become requests."""

    groups: Iterator[list[Record]]
    """The records of one request at a time."""
    build: Callable[[list[Record]], Any]
    """Makes a request of them; raises ValueError or OrderDeskError."""
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be taken in as one kind of thing."""

    kind: str
    source: Source
    read: Callable[[Records], Reading]
    take: Take
    manner: str
    """All that decides how the file is read; with its content it tells runs apart."""
    delimiter: str | None = None
    batch: int = BATCH

    def run_id(self) -> str:
        """Give the id of this run."""
        told = "\0".join((self.kind, self.source.form, self.source.encoding, self.manner))
        return hashlib.sha256(f"{told}\0{self.source.fingerprint}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How an import stands, at its end or where it was stopped."""

    run: str
    kind: str
    file: str
    read: int = 0
    """Requests read from the file, accepted or not."""
    accepted: int = 0
    rejected: int = 0
    held: int = 0
    """Of the accepted ones, those placed with an open hold."""
    repeated: int = 0
    """Those that were there already by their external key; nothing was changed."""
    skipped: int = 0
    """Of the read ones, those that an earlier start had dealt with."""
    finished: bool = False
    rehearsal: bool = False
    reject_file: str | None = None
    reasons: dict[str, int] = field(default_factory=dict)
    """How often each error code was met by this start."""
    said: tuple[str, ...] = ()
    """What the one who sent the file should know, in sentences."""
    released: tuple[dict[str, Any], ...] = ()
    """Held orders that passed for what was taken in, with the codes that held them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is."""

    read: int
    accepted: int
    rejected: int
    held: int
    records: int
    """Records of the file that were read."""
    total: int
    """Records of the file."""


@dataclass(slots=True)
class Controls:
    """What the one who started an import wants to see and say meanwhile."""

    progress: Callable[[Progress], None] = lambda progress: None
    """Called after each unit of work, in the thread of the import."""
    stop: Callable[[], bool] = lambda: False
    """Asked after each unit of work; True ends the import there, to go on another time."""
    batch: int | None = None
    """Requests in one unit of work; None is what suits their kind."""
    rehearsal: bool = False
    """Undo each unit of work and remember no run."""
    on_copy: bool = False
    """The rehearsal has a copy of the database to itself: no unit of work needs to be undone."""


class _Item(NamedTuple):
    """One request, or why there is none."""

    records: list[Record]
    request: Any
    error: Outcome | None


def state_of(work: Work, run: str) -> ImportResult | None:
    """Give how far a run is, or None where it never began."""
    row = work.one(_STATE, {"id": run})
    if row is None:
        return None
    return ImportResult(
        run=row.id,
        kind=row.kind,
        file=row.file,
        read=row.done,
        accepted=row.accepted,
        rejected=row.rejected,
        held=row.held,
        repeated=row.done - row.accepted - row.rejected,
        skipped=row.done,
        finished=bool(row.finished),
    )


def take_in(
    desk: Desk, job: Job, reject_file: Path | None = None, controls: Controls | None = None
) -> ImportResult:
    """Take in a file and give how it went; called again, it goes on where it was.

    Raises Refused where the file or its mapping cannot be used at all: then nothing was changed;
    and Conflict where somebody else is taking in the same file.
    """
    controls = controls or Controls()
    run = job.run_id()
    start = desk.read(state_of, run) or ImportResult(run, job.kind, job.source.named.name)
    start = replace(start, said=job.source.said, rehearsal=controls.rehearsal)
    if start.finished:
        return _imported_before(start, reject_file or reject_file_of(job.source.named, run[:6]))
    mark = "rehearsal" if controls.rehearsal else run[:6]
    path = reject_file or reject_file_of(job.source.named, mark)
    total = count(job.source, job.delimiter)
    with records(job.source, job.delimiter) as found:
        reading = job.read(found)
        delimiter = found.delimiter if isinstance(found, CsvRecords) else ","
        rejects = Rejects(path, job.source, found.names, delimiter)
        with closing(rejects):
            ended = _Run(desk, job, rejects, controls, total).go(start, reading)
    unused = ", ".join(reading.unused)
    return replace(
        ended,
        reject_file=str(path) if path.exists() else None,
        said=(*ended.said, f"columns not used: {unused}") if unused else ended.said,
    )


def _imported_before(start: ImportResult, rejects: Path) -> ImportResult:
    """Give how an import ended that was finished before, with its reject file if it is there."""
    again = f"{start.file} was imported before, in the same way; nothing was changed"
    kept = start.rejected and rejects.exists()
    return replace(start, said=(*start.said, again), reject_file=str(rejects) if kept else None)


class _Run:
    """One start of an import."""

    def __init__(
        self, desk: Desk, job: Job, rejects: Rejects, controls: Controls, total: int
    ) -> None:
        self._desk = desk
        self._job = job
        self._rejects = rejects
        self._controls = controls
        self._total = total
        self._records = 0
        self._bold = True

    def go(self, start: ImportResult, reading: Reading) -> ImportResult:
        """Take one unit after the other, from the first request that is not done."""
        self._rejects.begin(self._skip(reading.groups, start.read))
        if not start.skipped and not self._controls.rehearsal:
            self._desk.run(_begin, start)
        now = start
        for items in self._batches(reading):
            self._rejects.mark()
            now = self._unit(now, items)
            self._records += sum(len(item.records) for item in items)
            self._controls.progress(
                Progress(now.read, now.accepted, now.rejected, now.held, self._records, self._total)
            )
            if self._controls.stop():
                return now
        if self._controls.rehearsal:
            return replace(now, finished=True)
        return self._desk.run(_finish, now)

    def _unit(self, now: ImportResult, items: list[_Item]) -> ImportResult:
        """Take some requests boldly; once more with care where that was spoilt.

        Care stays until a unit has met nothing that is refused.
        """
        if self._bold:
            with suppress(Spoilt):
                return self._taken(now, items)
            self._bold = False
        then = self._taken(now, items)
        self._bold = then.rejected == now.rejected
        return then

    def _taken(self, now: ImportResult, items: list[_Item]) -> ImportResult:
        asked = (now, items, self._job.take, self._rejects, self._bold)
        if not self._controls.rehearsal or self._controls.on_copy:
            return self._desk.run(take_unit, *asked)
        try:
            return self._desk.run(_rehearse_unit, *asked)
        except _Undone as undone:
            return undone.then

    def _skip(self, groups: Iterator[list[Record]], done: int) -> int:
        """Pass over what is done, and give the last line of it."""
        last = 0
        for group in islice(groups, done):
            self._records += len(group)
            last = group[-1].line
        return last

    def _batches(self, reading: Reading) -> Iterator[list[_Item]]:
        batch: list[_Item] = []
        size, most = 0, self._controls.batch or self._job.batch
        for group in reading.groups:
            batch.append(_item(group, reading.build))
            size += len(group)
            if len(batch) >= most or size >= BATCH_RECORDS:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch


def _item(group: list[Record], build: Callable[[list[Record]], Any]) -> _Item:
    for record in group:
        if record.error is not None:
            return _Item(group, None, Outcome("bad_record", record.error))
    try:
        return _Item(group, build(group), None)
    except OrderDeskError as error:
        return _Item(group, None, refused(error))
    except ValueError as error:
        return _Item(group, None, Outcome("bad_record", str(error)))


def take_unit(
    work: Work, now: ImportResult, items: Sequence[_Item], take: Take, rejects: Rejects, bold: bool
) -> ImportResult:
    """Take some requests and move the run on, in one unit of work; give how it stands then."""
    work.bold = bold
    rejects.rewind()
    if not now.rehearsal:
        state = work.one(_LOCKED_STATE, {"id": now.run})
        if state is None or state.done != now.read:
            raise _under_way(now)
    taken = iter(take(work, [item.request for item in items if item.error is None]))
    outcomes = [item.error or next(taken) for item in items]
    for item, outcome in zip(items, outcomes, strict=True):
        if outcome.code:
            rejects.write(item.records, outcome.message)
    rejected = sum(1 for outcome in outcomes if outcome.code)
    repeated = sum(1 for outcome in outcomes if outcome.repeated)
    if rejected:
        rejects.sync()
    reasons = Counter(now.reasons)
    reasons.update(outcome.code for outcome in outcomes if outcome.code)
    then = replace(
        now,
        read=now.read + len(items),
        accepted=now.accepted + len(items) - rejected - repeated,
        rejected=now.rejected + rejected,
        repeated=now.repeated + repeated,
        held=now.held + sum(1 for outcome in outcomes if outcome.held),
        reasons=dict(reasons),
    )
    if not now.rehearsal:
        _advance(work, now.read, then)
    return then


class _Undone(OrderDeskError):
    """Ends a unit of work that was only rehearsed, so that nothing of it stays."""

    def __init__(self, then: ImportResult) -> None:
        super().__init__("rehearsed", "everything was undone")
        self.then = then


def _rehearse_unit(
    work: Work, now: ImportResult, items: Sequence[_Item], take: Take, rejects: Rejects, bold: bool
) -> ImportResult:
    """Take some requests as in earnest, their events too, and undo it all."""
    then = take_unit(work, now, items, take, rejects, bold)
    work.write_events()
    raise _Undone(then)


def _begin(work: Work, start: ImportResult) -> None:
    """Note that a run begins; one that was killed before its first unit is there already."""
    if work.one(_LOCKED_STATE, {"id": start.run}) is None:
        row = (start.run, start.kind, start.file, 0, 0, 0, 0, 0, work.actor, work.now)
        work.insert(_NEW, [row])


def _finish(work: Work, now: ImportResult) -> ImportResult:
    """Note that a run has come to its end."""
    then = replace(now, finished=True)
    _advance(work, now.read, then)
    return then


def _advance(work: Work, before: int, then: ImportResult) -> None:
    """Move a run on from where this start knows it to be. Raises Conflict where it is not."""
    moved = work.one(
        _ADVANCE,
        {
            "run": then.run,
            "before": before,
            "new_done": then.read,
            "new_accepted": then.accepted,
            "new_rejected": then.rejected,
            "new_held": then.held,
            "new_finished": int(then.finished),
        },
    )
    if moved is None:
        raise _under_way(then)


def _under_way(now: ImportResult) -> Conflict:
    return Conflict(
        "import_under_way",
        f"somebody else is importing {now.file} at this moment; let them finish",
        run=now.run,
    )


def manner_of(value: Any) -> str:
    """Write down how a file is read, as text that is the same for the same manner."""
    return json.dumps(value, sort_keys=True, default=str)
