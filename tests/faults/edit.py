"""One order, and one transfer and its like, are edited in many places at the same time."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from orderdesk.domain.errors import Conflict
from orderdesk.domain.orders import AmendRequest, LineChange, LineRequest, OrderRequest
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.domain.transfers import TransferRequest
from orderdesk.services import transfers
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.services.supplies import announcing
from orderdesk.services.supplies.reading import show as show_supply
from orderdesk.store.desk import Desk
from tests.faults.grabs import AWAY, second_warehouse
from tests.faults.trial import Fault, Trial, must
from tests.processes import Crew, Diary

EDITORS = 4
DISPOSITIONS = ("ship available", "ship complete", "pick up")


def edit(diary: Diary, url: str, number: str, times: int, name: str) -> None:
    """Add one piece to the order, so often, each time to what was read before.

    Where somebody else was first, what they changed must be told; then it is read anew.
    """
    desk = Desk(url, "clerk").open()
    done = 0
    while done < times:
        seen = desk.read(show, number)
        line = LineChange(
            line=1,
            quantity=str(seen.lines[0].ordered + 1),
            requested=f"2026-12-{1 + seen.version % 28:02}",
            disposition=DISPOSITIONS[seen.version % len(DISPOSITIONS)],
            warehouse=("01", AWAY)[seen.version % 2],
        )
        change = AmendRequest(
            number=number, version=seen.version, lines=(line,), contact=f"{name} {done}"
        )
        try:
            desk.run(amend, change)
        except Conflict as error:
            _tells_both(error, seen.version, line)
            diary.say("conflict")
            continue
        done += 1
        diary.say("done", done)
    desk.close()
    diary.say("through")


def _tells_both(error: Conflict, read: int, line: LineChange) -> None:
    """Raise Broken unless a conflict says what the others changed and what was asked for."""
    told = error.details
    must(told["read"] == read < told["version"], f"{told}")
    theirs = told["theirs"]["lines"]["1"]
    # After two edits some fields may be what they were; after one none is.
    alone = {"requested", "warehouse", "disposition"} if told["version"] == read + 1 else set()
    must({"ordered", *alone} <= set(theirs), f"not told what changed: {told}")
    yours = told["yours"]["lines"][0]
    must(yours["quantity"] == line.quantity, f"not told what was asked for: {told}")
    must(yours["disposition"] == line.disposition, f"not told what was asked for: {told}")


def edit_goods(diary: Diary, url: str, supply: int, transfer: str, times: int) -> None:
    """Put expected goods off, and take in a piece of a transfer, each so often."""
    desk = Desk(url, "clerk").open()

    def put_off() -> int:
        seen = desk.read(show_supply, supply)
        due = f"2027-01-{1 + seen.version % 28:02}"
        asked = SupplyRequest(due=due, note=f"{diary.path.stem} {seen.version}")
        desk.run(announcing.set_, supply, asked, seen.version)
        return seen.version

    def take_in() -> int:
        seen = desk.read(transfers.show, transfer)
        desk.run(transfers.receive, transfer, "1", version=seen.version)
        return seen.version

    for act, field in ((put_off, "note"), (take_in, "received")):
        for _ in range(times):
            while not _done(diary, act, field):
                pass
    desk.close()
    diary.say("through")


def _done(diary: Diary, act: Callable[[], Any], field: str) -> bool:
    try:
        act()
    except Conflict as error:
        both = error.details["fields"][field]
        must(both["stored"] != both["given"], f"not told both sides: {error.details}")
        must(error.details["version"] > error.details["read"], f"{error.details}")
        diary.say("conflict")
        return False
    diary.say("done")
    return True


def run(trial: Trial) -> str:
    """Let all of them edit; no edit may be lost, and none made on what was not read."""
    with trial.desk("owner") as desk:
        desk.run(second_warehouse)
    return f"{of_an_order(trial)}; {of_goods(trial)}"


def of_goods(trial: Trial) -> str:
    """Let all of them change the same expected goods and take in the same transfer."""
    edits = EDITORS * trial.n
    with trial.desk() as desk:
        due = SupplyRequest(product="P2", quantity="5", due="2026-12-01")
        supply = desk.run(announcing.add, due).id
        sent = TransferRequest(product="TAXED", quantity=str(edits + 1), target=AWAY)
        number = desk.run(transfers.send, sent).number
    with Crew(trial.folder) as crew:
        editors = [
            crew.start(f"goods-{n}", edit_goods, trial.url, supply, number, trial.n)
            for n in range(EDITORS)
        ]
        for editor in editors:
            editor.wait_for("through")
        conflicts = sum(len(editor.diary.said("conflict")) for editor in editors)
    with trial.desk() as desk:
        way, goods = desk.read(transfers.show, number), desk.read(show_supply, supply)
        must((way.received, way.open) == (edits, 1), f"{way.received} came, {way.open} to come")
        must((way.version, goods.version) == (1 + edits, 1 + edits), "a version too many or few")
    trial.laws_hold()
    return f"{2 * edits} of expected goods and a transfer, {conflicts} conflicts told"


def of_an_order(trial: Trial) -> str:
    """Let all of them edit one order's line."""
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
    "one order, expected goods and a transfer edited at several desks at once: whoever comes "
    "second is told both sides, and no edit is lost",
    run,
    full=100,
    short=5,
    counts="edits a desk",
)
