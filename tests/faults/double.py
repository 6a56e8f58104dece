"""The same hold is released twice, and more often, at the same moment."""

from pathlib import Path

from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.queues import QueueFilter
from orderdesk.services.orders.holds import release
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import events, show
from orderdesk.services.queues.deciding import approve
from orderdesk.services.queues.reading import list_
from orderdesk.store.desk import Desk
from tests.faults.trial import Fault, Trial, must
from tests.processes import Crew, Diary, until

RELEASERS = 8
USERS = ("supervisor", "owner")
"""Who may release; none of them entered the orders."""


def release_all(diary: Diary, url: str, user: str, go: str, held: list[tuple[str, str]]) -> None:
    """Wait for the start of each order, release it, and say what came of it.

    Every other one is released from its queue, the rest by the order's number.
    """
    desk = Desk(url, user).open()
    for place_, (number, item) in enumerate(held):
        diary.say("ready", number)
        until(Path(f"{go}-{number}").exists, "the start")
        try:
            desk.run(approve, item) if place_ % 2 else desk.run(release, number)
        except OrderDeskError as error:
            must(error.code == "already_released", f"{error.code}: {error.message}")
            by, at = error.details["released_by"], error.details["released_at"]
            must(by in error.message and at[:10] in error.message, error.message)
            diary.say("told", number, by)
        else:
            diary.say("released", number, user)
    desk.close()
    diary.say("through")


def run(trial: Trial) -> str:
    """Let all release each order at once; one does, and all others are told who and when."""
    with trial.desk() as desk:
        held = [_held(desk) for _ in range(trial.n)]
    go = trial.folder / "go"
    with Crew(trial.folder) as crew:
        releasers = [
            crew.start(
                f"releaser-{n}", release_all, trial.url, USERS[n % len(USERS)], str(go), held
            )
            for n in range(RELEASERS)
        ]
        for number, _ in held:
            for each in releasers:
                until(lambda d=each.diary, n=number: [n] in d.said("ready"), f"{number} ready")  # type: ignore[misc]
            Path(f"{go}-{number}").touch()
        for each in releasers:
            each.wait_for("through")
        did = [words for each in releasers for words in each.diary.said("released")]
        told = [words for each in releasers for words in each.diary.said("told")]
    winners: dict[str, str] = {words[0]: words[1] for words in did}
    must(len(did) == len(winners) == trial.n, f"{len(did)} releases of {trial.n} holds")
    must(len(told) == (RELEASERS - 1) * trial.n, f"{len(told)} were told")
    for number, by in told:
        must(winners[number] == by, f"told {by} released {number}, it was {winners[number]}")
    with trial.desk() as desk:
        for number, _ in held:
            kinds = [event.kind for event in desk.read(events, number)]
            must(kinds == ["placed", "released"], f"{number}: {kinds}")
            stands = desk.read(show, number).holds[0].released_by
            must(stands == winners[number], f"{number} released by {stands}")
    trial.laws_hold()
    return f"{trial.n} holds released once each, {len(told)} told who and when"


def _held(desk: Desk) -> tuple[str, str]:
    """Place an order that is held; give its number and what it is in the queue."""
    line = LineRequest(product="P1", quantity="1")
    number = desk.run(place, OrderRequest(customer="CASH", lines=(line,))).number
    return number, desk.read(list_, QueueFilter(subject=number)).items[0].id


FAULT = Fault(
    "one hold released by many at once: it is released once, and all others are told who and when",
    run,
    full=50,
    short=4,
    counts="holds",
)
