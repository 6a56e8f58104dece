"""One order is edited in many places at the same time."""

from decimal import Decimal

from orderdesk.domain.errors import Conflict
from orderdesk.domain.orders import AmendRequest, LineChange, LineRequest, OrderRequest
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.store.desk import Desk
from tests.faults.trial import Fault, Trial, must
from tests.processes import Crew, Diary

EDITORS = 4


def edit(diary: Diary, url: str, number: str, times: int, name: str) -> None:
    """Add one piece to the order, so often, each time to what was read before.

    Where somebody else was first, what they changed must be told; then it is read anew.
    """
    desk = Desk(url, "clerk").open()
    done = 0
    while done < times:
        seen = desk.read(show, number)
        more = str(seen.lines[0].ordered + 1)
        change = AmendRequest(
            number=number,
            version=seen.version,
            lines=(LineChange(line=1, quantity=more),),
            contact=f"{name} {done}",
        )
        try:
            desk.run(amend, change)
        except Conflict as error:
            must(error.details["read"] == seen.version, f"{error.details}")
            must(error.details["version"] > seen.version, f"{error.details}")
            must("lines" in str(error.details["theirs"]), f"not told what changed: {error.details}")
            diary.say("conflict")
            continue
        done += 1
        diary.say("done", done)
    desk.close()
    diary.say("through")


def run(trial: Trial) -> str:
    """Let all of them edit; no edit may be lost, and none made on what was not read."""
    with trial.desk() as desk:
        line = LineRequest(product="P2", quantity="1")
        number = desk.run(place, OrderRequest(customer="FREE", lines=(line,))).number
    with Crew(trial.folder) as crew:
        editors = [
            crew.start(name, edit, trial.url, number, trial.n, name)
            for name in (f"editor-{place}" for place in range(EDITORS))
        ]
        for editor in editors:
            editor.wait_for("through")
        conflicts = sum(len(editor.diary.said("conflict")) for editor in editors)
    edits = EDITORS * trial.n
    with trial.desk() as desk:
        order = desk.read(show, number)
        must(order.lines[0].ordered == Decimal(1 + edits), f"{order.lines[0].ordered} pieces")
        must(order.version == 1 + edits, f"version {order.version} after {edits} edits")
        told = desk.read(events, number)
        must([event.version for event in told] == list(range(1, edits + 2)), "events have a gap")
    trial.laws_hold()
    return f"{EDITORS} desks, {edits} edits, {conflicts} conflicts told, none lost"


FAULT = Fault(
    "one order edited at several desks at once: whoever comes second is told what changed, and no "
    "edit is lost",
    run,
    full=100,
    short=5,
    counts="edits a desk",
)
