"""Nights and runs of the allocation are killed again and again while desks and goods go on."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any, Final

from sqlalchemy import select, update

from orderdesk.domain.errors import Busy, Refused
from orderdesk.domain.orders import AmendRequest, LineChange, LineRequest, OrderRequest
from orderdesk.domain.stock import AdjustRequest, ReceiveRequest
from orderdesk.exchange import allocation
from orderdesk.exchange import nightly as nights
from orderdesk.models.company import Company
from orderdesk.models.journal import Command
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.services import nightly, stock
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.closing import cancel
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.conftest import TODAY
from tests.faults.trial import Fault, Trial, must
from tests.processes import Crew, Diary, Worker, until
from tests.services.allocation.looking import assert_replayed, decided

DESKS = 2
PRODUCTS: Final = ("P1", "P2", "P3")
_DAYS = 60
"""How far ahead goods are asked for; they take stock from a day before."""
_RUNS_A_NIGHT = 4
_MOST_ENDED = 3
_DAYS_ON = 1
_STAY = 20
"""Turns that a desk's order stays for. Without an end the company grew with the time that a trial
took, and each night with the company: on a busy machine they outgrew every deadline, and long
before that nothing was free that a run could have shared out."""
_ACTS = 5
"""What a desk does in one turn, at most."""
STEP = "step"
"""What the runner says of each step of a night as it begins."""
_MOST_BETWEEN = 12
"""Lines in all diaries between two kills, at most."""
_LAST_DAY = date.fromisoformat(TODAY) + timedelta(days=_DAYS + 30)

_stock, _product = table_of(Stock).c, table_of(Product).c
ANSWERED = statement(select(table_of(Command).c.id))
TODAYS = statement(select(table_of(Company).c.business_date))
NEAR = statement(update(table_of(Company)).values(allocation_horizon=1))
ON_HAND = statement(
    select(_product.code, _stock.on_hand).join_from(
        table_of(Stock), table_of(Product), _product.id == _stock.product_id
    )
)

Act = Callable[[Desk], Any]


def orders(name: str, turn: int, seed: int) -> list[tuple[str, Act]]:
    """Give what a desk does in one turn, by its command ids: always the same."""
    this, over = f"{name} {turn}", f"{name} {turn - _STAY}"
    chance = random.Random(f"{seed} {this} change")
    change = LineChange(line=1, quantity=str(chance.randint(1, 9)), requested=_day(chance))

    def placing(key: str) -> Act:
        asked = _order(key, seed)
        return lambda desk: desk.command(key, place, asked)

    def amending(desk: Desk) -> Any:
        number = placing(f"{this} first")(desk).number
        return desk.command(f"{this} amend", amend, AmendRequest(number=number, lines=(change,)))

    def cancelling(of: str, key: str) -> Act:
        return lambda desk: desk.command(key, cancel, placing(of)(desk).number, "")

    steps = [
        (f"{this} first", placing(f"{this} first")),
        (f"{this} second", placing(f"{this} second")),
        (f"{this} amend", amending),
        (f"{this} cancel", cancelling(f"{this} second", f"{this} cancel")),
        (f"{over} over", cancelling(f"{over} first", f"{over} over")),
    ]
    return steps if turn >= _STAY else steps[:-1]


def _order(key: str, seed: int) -> OrderRequest:
    chance = random.Random(f"{seed} {key}")
    lines = tuple(
        LineRequest(product=code, quantity=str(chance.randint(1, 9)), requested=_day(chance))
        for code in chance.sample(PRODUCTS, chance.randint(1, 3))
    )
    return OrderRequest(customer=chance.choice(("ACME", "FREE", "GROUP")), lines=lines)


def goods(name: str, turn: int, seed: int) -> list[tuple[str, Act]]:
    """Give what the warehouse does in one turn: goods come, and some are not there after all."""
    this = f"{name} {turn}"
    chance = random.Random(f"{seed} {this}")
    more = ReceiveRequest(product=chance.choice(PRODUCTS), quantity=str(chance.randint(1, 6)))
    less = AdjustRequest(product=chance.choice(PRODUCTS), quantity="-1", reason="found")
    return [
        (f"{this} more", lambda desk: desk.command(f"{this} more", stock.receive, more)),
        (f"{this} less", lambda desk: desk.command(f"{this} less", stock.adjust, less)),
    ]


def _day(chance: random.Random) -> str:
    return (date.fromisoformat(TODAY) + timedelta(days=chance.randint(0, _DAYS))).isoformat()


def keep_on(diary: Diary, url: str, name: str, seed: int, turns: Callable[..., Any]) -> None:
    """Do one turn after the other; what the diary has is done, what it has not may be."""
    desk = Desk(url, "clerk").open()
    done = {" ".join(key) for key in diary.said("done")}
    for turn in count(len(done) // _ACTS):
        for key, act in turns(name, turn, seed):
            if key in done:
                continue
            try:
                act(desk)
            except Refused as error:
                must(turns is goods, f"{key}: {error.message}")
                diary.say("refused", key)
            except Busy:
                # What another program keeps from the machine is no fault; it may be done later.
                diary.say("busy", key)
            else:
                diary.say("done", key)


def keep_sharing(diary: Diary, url: str) -> None:
    """End one day after the other, and share stock out between two of them."""
    desk = Desk(url, "script").open()
    diary.say("opened")
    while True:
        with suppress(Busy):
            _end_day(diary, desk)


def _end_day(diary: Diary, desk: Desk) -> None:
    day = today(desk)
    if not desk.read(nightly.is_finished, nightly.ENDED.format(day)):
        diary.say("night", nights.run(desk, day, partial(diary.say, STEP)).allocated)
    for _ in range(_RUNS_A_NIGHT):
        diary.say("run", allocation.run(desk).served)
    if day < _LAST_DAY:
        desk.run(nightly.move_on, (day + timedelta(days=_DAYS_ON)).isoformat())


def today(desk: Desk) -> date:
    """Give the company's business date."""
    return date.fromisoformat(desk.read(lambda work: work.run(TODAYS))[0].business_date)


def run(trial: Trial) -> str:
    """Kill until enough have been killed; then the next night must end what was begun."""
    with trial.desk("owner") as desk:
        desk.run(lambda work: work.change(NEAR, {}))
        opening = on_hand(desk)
    with Crew(trial.folder / "diaries") as crew:

        def start(name: str) -> Worker:
            if name == "runner":
                return crew.start(name, keep_sharing, trial.url)
            turns = goods if name == "goods" else orders
            return crew.start(name, keep_on, trial.url, name, trial.seed, turns)

        names = ("runner", "goods", *(f"desk-{place}" for place in range(DESKS)))
        workers = {name: start(name) for name in names}
        diaries = {name: worker.diary for name, worker in workers.items()}
        begun = 1
        for _ in range(trial.n):
            _settled(workers["runner"], begun, trial.random.randint(0, _MOST_ENDED))
            goal = _written(diaries) + trial.random.randint(1, _MOST_BETWEEN)
            until(lambda goal=goal: _written(diaries) >= goal, "work")  # type: ignore[misc]
            # The runner most of all: it is what is tried here.
            name = trial.random.choice(("runner", "runner", *names))
            must(workers[name].alive, f"{name} ended by itself: {diaries[name].lines()[-1:]}")
            workers[name].kill()
            begun += name == "runner"
            workers[name] = start(name)
    return judge(trial, diaries, opening)


def _settled(runner: Worker, begun: int, ended: int) -> None:
    """Wait until the runner is at work again, and has brought so many nights and runs to an end.

    A night may take long on a busy machine; a step of it that does not end is given up.
    """
    words: list[str] = []

    def goes_on() -> bool:
        said = len(words)
        words[:] = [line[0] for line in runner.diary.lines()]
        return len(words) > said or not runner.alive

    def at_work() -> bool:
        behind = [at for at, word in enumerate(words) if word == "opened"][begun - 1 :]
        return bool(behind) and sum(word != STEP for word in words[behind[0] :]) > ended

    goes_on()
    while not at_work():
        until(goes_on, "the runner")
        must(runner.alive, f"the runner ended by itself: {runner.diary.lines()[-1:]}")


def _written(diaries: dict[str, Diary]) -> int:
    return sum(len(diary.lines()) for diary in diaries.values())


def judge(trial: Trial, diaries: dict[str, Diary], opening: dict[str, int]) -> str:
    """End what was begun; hold it against what everybody was told, and against its decisions."""
    told = {" ".join(key) for diary in diaries.values() for key in diary.said("done")}
    with trial.desk("script") as desk:
        answered = {row.id for row in desk.read(lambda work: work.run(ANSWERED))}
        must(told <= answered, f"acknowledged and lost: {sorted(told - answered)[:5]}")
        day = today(desk)
        nights.run(desk, day)
        must(desk.read(nightly.is_finished, nightly.ENDED.format(day)), f"{day} is not ended")
        left = allocation.ahead(desk)
        must(not left.served, f"after the night {left.served} lines could still be served")
        more = came(answered, trial.seed)
        expected = {code: opening[code] + more.get(code, 0) for code in opening}
        must(on_hand(desk) == expected, f"{on_hand(desk)} on hand, {expected} came")
        assert_replayed(desk)
        shared = sum(row.cause.startswith(("nightly", "allocation run")) for row in decided(desk))
    trial.laws_hold()
    ended = len(diaries["runner"].said("night"))
    runs = len(diaries["runner"].said("run"))
    return (
        f"{trial.n} kills, {len(told)} acts acknowledged and none lost, {ended} nights and {runs} "
        f"runs to their end, {shared} lines served by them, all decisions replayed"
    )


def came(answered: set[str], seed: int) -> dict[str, int]:
    """Give what came of each product in all, thousandths, by the commands that were done."""
    found: dict[str, int] = {}
    for key in answered:
        name, _, what = key.rpartition(" ")
        if what in ("more", "less"):
            chance = random.Random(f"{seed} {name}")
            more, pieces, less = chance.choice(PRODUCTS), chance.randint(1, 6), None
            less = chance.choice(PRODUCTS)
            code, quantity = (more, pieces) if what == "more" else (less, -1)
            found[code] = found.get(code, 0) + quantity * 1_000
    return found


def on_hand(desk: Desk) -> dict[str, int]:
    """Give the thousandths on hand of each product."""
    return {row.code: row.on_hand for row in desk.read(lambda work: work.run(ON_HAND))}


FAULT = Fault(
    "nights and runs of the allocation are killed again and again while orders and goods come: "
    "nothing acknowledged is lost, the next run ends what was begun, every decision can be made "
    "again from its row",
    run,
    full=200,
    short=6,
    counts="kills",
)
