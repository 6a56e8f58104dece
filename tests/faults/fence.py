"""Programs of the schema before have a company open while it is upgraded."""

import sys
from contextlib import closing

from sqlalchemy import text

from orderdesk.domain.errors import Busy, Unavailable
from orderdesk.store.engine import SCHEMA_VERSION, database
from orderdesk.store.schema import upgrade
from tests import kept
from tests.faults.migrate import company
from tests.faults.trial import Fault, Trial, must
from tests.processes import Crew, Diary, until
from tests.store.writers import increment

OLD = SCHEMA_VERSION - 1
WRITERS = 3
KNOWING = ("engine", "sqlite_file", "postgres", "schema", "backup", "peek")
"""The modules of the store that know the schema's number."""

_MOST_BEFORE = 30


def believe(schema: int) -> None:
    """Make this process a program of another schema."""
    for name in KNOWING:
        sys.modules[f"orderdesk.store.{name}"].SCHEMA_VERSION = schema  # type: ignore[attr-defined]


def keep_writing(diary: Diary, url: str) -> None:
    """As the program before this one: open the company and write until it is refused."""
    __import__("orderdesk.store.peek")
    believe(OLD)
    with closing(database(url)) as found:
        try:
            found.check()
            diary.say("opened")
            while True:
                _write(diary, found)
        except Unavailable as error:
            diary.say("refused", error.code, error.message)


def _write(diary: Diary, found: object) -> None:
    try:
        with found.write("clerk") as work:  # type: ignore[attr-defined]
            number = increment(work)
    except Exception as error:
        # An upgrade may take the place of a writer that is in its way: that one tries again.
        if not found.is_passing(error):  # type: ignore[attr-defined]
            raise
    else:
        diary.say("wrote", number)


def run(trial: Trial) -> str:
    """Upgrade while old programs write: they are refused, and nothing they were told is lost."""
    written = 0
    for turn in range(trial.n):
        written += _once(trial, turn)
    return f"{trial.n} upgrades under {WRITERS} old programs, {written} writes before, none after"


def _once(trial: Trial, turn: int) -> int:
    url = company(trial, OLD, f"turn-{turn}")
    begun = _count(url)
    with Crew(trial.folder / f"turn-{turn}") as crew:
        writers = [crew.start(f"writer-{n}", keep_writing, url) for n in range(WRITERS)]
        for writer in writers:
            writer.wait_for("opened")
        goal = trial.random.randint(1, _MOST_BEFORE)
        until(lambda: sum(len(w.diary.said("wrote")) for w in writers) >= goal, "writes")
        _upgrade(url)
        for writer in writers:
            _judge(writer.wait_for("refused"))
        late = crew.start("late", keep_writing, url)
        _judge(late.wait_for("refused"))
        must(not late.diary.said("opened"), "an old program opened a newer company")
        numbers = [int(n) for w in writers for (n,) in w.diary.said("wrote")]
    must(len(set(numbers)) == len(numbers), "two writes were told the same number")
    must(_count(url) == begun + len(numbers), f"{_count(url) - begun} of {len(numbers)} writes")
    must(not kept.refusal(url), kept.refusal(url))
    return len(numbers)


def _upgrade(url: str) -> None:
    """Upgrade, again where writers were in its way."""
    with closing(database(url)) as found:

        def done() -> bool:
            try:
                upgrade(found)
            except Busy:
                return False
            return True

        until(done, "an upgrade between writers")


def _judge(refusal: list[str]) -> None:
    code, sentence = refusal[0], " ".join(refusal[1:])
    must(code == "newer_schema", f"refused by {code}: {sentence}")
    must("install the newer OrderDesk" in sentence, sentence)


def _count(url: str) -> int:
    with kept.connected(url) as connection:
        found: int = connection.execute(
            text("SELECT next_number FROM series WHERE code = 'order'")
        ).scalar_one()
        return found


FAULT = Fault(
    "a company is upgraded while older programs write to it: they are refused at their next "
    "write, and when they open it",
    run,
    full=30,
    short=1,
    counts="upgrades",
)
