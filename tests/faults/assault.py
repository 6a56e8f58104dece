"""Bad values thrown at every service, in a process that is watched: it must neither crash nor hang.

Each call ends with a view or with one sentence for people, at once.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from types import GeneratorType
from typing import Any, Final

from orderdesk.domain.counts import CountRequest
from orderdesk.domain.drafts import DraftRequest
from orderdesk.domain.errors import OrderDeskError, Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.queues import QueueFilter
from orderdesk.domain.supplies import SupplyRequest
from orderdesk.domain.transfers import TransferRequest
from orderdesk.services import counts, masters, transfers
from orderdesk.services.orders import drafts
from orderdesk.services.orders.place import place
from orderdesk.services.queues.reading import list_
from orderdesk.services.supplies import announcing
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.faults.attack import (
    DRAFT,
    NEW,
    ORDER,
    QUEUED,
    RECORD,
    SHEET,
    SUPPLY,
    TRANSFER,
    Service,
    Spot,
    services,
)
from tests.faults.grabs import AWAY, second_warehouse
from tests.faults.trial import Trial, must
from tests.processes import Crew, Diary, until

STALLED: Final = 30.0
"""Seconds without a word after which a process hangs; a call takes some milliseconds."""

LONGEST: Final = 1_000
"""Characters of a sentence that people can still read."""

_SHOWN: Final = 12

Bad = Callable[[Spot], Sequence[tuple[str, Any]]]
"""Gives the bad values for a place, each with a name."""


def assault(diary: Diary, url: str, seed: int, n: int, bad: Bad) -> None:
    """Make n of all possible calls, in an order by chance; all where there are fewer."""
    calls = [
        (service, argument, spot, name, value)
        for service in services()
        for argument, spot in service.spots
        for name, value in bad(spot)
    ]
    chance = random.Random(seed)
    chance.shuffle(calls)
    desk = Desk(url, "clerk").open()
    tally = {"done": 0, "refused": 0}
    for number, (service, argument, spot, name, value) in enumerate(calls[:n]):
        what = f"{service.name}({spot.path} = {name})"
        diary.say("next", what)
        outcome = _call(desk, service, argument, spot, value, number)
        if outcome in tally:
            tally[outcome] += 1
        else:
            diary.say("failed", what, outcome)
    for service in services():
        diary.say("next", service.name)
        outcome = _outcome(desk, service, service.arguments, f"calm {service.name}")
        if outcome not in tally:
            diary.say("failed", f"{service.name} afterwards", outcome)
    desk.close()
    diary.say("through", tally["done"], tally["refused"])


def run(trial: Trial, bad: Bad) -> str:
    """Let one process do it, watch it, and let the doctor examine what it leaves."""
    with trial.desk("owner") as desk:
        desk.run(second_warehouse)
    with Crew(trial.folder) as crew:
        worker = crew.start("assault", assault, trial.url, trial.seed, trial.n, bad)
        said = worker.diary
        while worker.alive and not said.said("through"):
            before = _size(said)
            try:
                until(lambda b=before: _size(said) > b or not worker.alive, "a word", STALLED)  # type: ignore[misc]
            except TimeoutError:
                must(False, f"it hangs in {' '.join(said.said('next')[-1])}")
        ended = said.said("through")
        must(ended, f"it died in {' '.join((said.said('next') or [['its beginning']])[-1])}")
    failed = [" ".join(words) for words in said.said("failed")]
    shown = "\n  ".join(failed[:_SHOWN])
    must(not failed, f"{len(failed)} calls did not end as they should:\n  {shown}")
    trial.laws_hold()
    done, refused = ended[0]
    return f"{done} calls done, {refused} refused, {len(services())} services"


def _size(diary: Diary) -> int:
    return diary.path.stat().st_size if diary.path.exists() else 0


def _call(desk: Desk, service: Service, argument: str, spot: Spot, value: Any, number: int) -> str:
    arguments = {**service.arguments, argument: spot.make(value)}
    return _outcome(desk, service, arguments, f"call {number}")


def _outcome(desk: Desk, service: Service, arguments: Any, key: str) -> str:
    """Give done or refused, or in a word what happened instead."""

    def whole(work: Work, /, **given: Any) -> Any:
        found = service.call(work, **given)
        return list(found) if isinstance(found, GeneratorType) else found

    try:
        ready = {name: _fill(desk, value, key, arguments) for name, value in arguments.items()}
        desk.command(key, service.call, **ready) if _answers(service) else desk.run(whole, **ready)
    except OrderDeskError as error:
        return _judge(error)
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]!r}"
    return "done"


def _answers(service: Service) -> bool:
    """Tell whether what the service gives can be kept as the answer to a command."""
    return "Iterator" not in str(service.call.__annotations__.get("return"))


def _judge(error: OrderDeskError) -> str:
    if len(error.message) > LONGEST:
        return f"{error.code}: a sentence of {len(error.message)} characters"
    if not error.message or error.message.splitlines() != [error.message]:
        return f"{error.code}: not one line: {error.message[:200]!r}"
    return "refused"


def _transfer(desk: Desk) -> str:
    asked = TransferRequest(product="TAXED", quantity="1", target=AWAY)
    return desk.run(transfers.send, asked).number


def _sheet(desk: Desk) -> str:
    """Open a sheet of P1; the one that it stands on already is given up."""
    asked = CountRequest(products=("P1",))
    try:
        return desk.run(counts.open_, asked).number
    except Refused as error:
        desk.run(counts.cancel, error.details["sheet"])
    return desk.run(counts.open_, asked).number


def _supply(desk: Desk) -> int:
    asked = SupplyRequest(product="P2", quantity="5", due="2026-12-01")
    return desk.run(announcing.add, asked).id


_MAKING: Final[dict[Any, Callable[[Desk], Any]]] = {
    TRANSFER: _transfer,
    SHEET: _sheet,
    SUPPLY: _supply,
}


def _fill(desk: Desk, value: Any, key: str, arguments: Any) -> Any:
    """Put fresh records where they are asked for."""
    if value == ORDER:
        request = OrderRequest(
            customer="FREE", lines=(LineRequest(product="P1", quantity="1"),) * 2
        )
        return desk.run(place, request).number
    if value == QUEUED:
        held = OrderRequest(customer="CASH", lines=(LineRequest(product="P1", quantity="1"),))
        subject = desk.run(place, held).number
        return desk.read(list_, QueueFilter(subject=subject)).items[0].id
    if value == DRAFT:
        return desk.run(drafts.save, DraftRequest(id=f"draft {key}", body="{}")).id
    if value == RECORD:
        return desk.run(masters.add, arguments["kind"], f"R {key}", arguments["given"]).code
    if isinstance(value, str) and value in _MAKING:
        return _MAKING[value](desk)
    if value == NEW:
        return f"N {key}"
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.init]
        filled = {name: _fill(desk, getattr(value, name), key, arguments) for name in names}
        return replace(value, **filled)
    if isinstance(value, tuple):
        make = getattr(type(value), "_make", tuple)
        return make(_fill(desk, each, key, arguments) for each in value)
    return value
