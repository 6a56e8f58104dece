"""Many processes want the last pieces at the same moment: to sell, send, count or move them."""

import multiprocessing
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.prices import PriceRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.models.transfers import Transfer
from orderdesk.services import price_lists, products, stock
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.faults.grabs import GRABS, grab, second_warehouse
from tests.faults.trial import Fault, Trial, must
from tests.processes import DEADLINE, Crew, Diary, until

LEFT = {"LAST": 3, "P2": 5, "P1": 100}
"""Pieces on hand in the small company; LAST is discontinued, so the others may be backordered."""

FEWEST: Final = 8
MOST: Final = 64
"""Processes."""
SALES: Final = 4
"""How often each of them orders the last pieces."""
TIMES: Final = 3
"""How often each of them grabs for a piece of the same product."""
_ROUND: Final = 300.0
"""Seconds that a round of all processes may take; each waits for the last one."""

_stock, _product = table_of(Stock).c, table_of(Product).c
PROMISED = statement(
    select(_product.code, _stock.on_hand, _stock.allocated).join_from(
        table_of(Stock), table_of(Product), _product.id == _stock.product_id
    )
)

ON_THE_WAY = statement(select(table_of(Transfer).c.open).where(table_of(Transfer).c.open > 0))


def buy(diary: Diary, url: str, go: str, backwards: bool) -> None:
    """Wait for the start, then take what can be had: the last pieces, in this order or that."""
    desk = Desk(url, "script").open()
    diary.say("ready")
    until(Path(go).exists, "the start")
    for codes in (["LAST"], ["P1", "P2"][:: -1 if backwards else 1]) * (SALES // 2):
        lines = tuple(LineRequest(product=code, quantity="1") for code in codes)
        try:
            view = desk.run(place, OrderRequest(customer="FREE", lines=lines))
        except Refused as error:
            must(error.code == "discontinued", error.message)
            diary.say("refused")
            continue
        for line in view.lines:
            diary.say("got", line.product, line.allocated)
    desk.close()
    diary.say("done")


def take_away(diary: Diary, url: str, start: Any, how: str, rounds: int) -> None:
    """Grab pieces of one product after the other in one way, each time together with all others.

    Says what became of each try.
    """
    desk = Desk(url, "supervisor" if how == "move" else "clerk").open()
    diary.say("ready")
    for number in range(rounds):
        start.wait(_ROUND)
        for _ in range(TIMES):
            changed = grab(desk, how, product(number))
            if changed is not None:
                diary.say("grabbed", product(number), how, changed)
    desk.close()
    diary.say("done")


def product(number: int) -> str:
    """Give the code of a round's product."""
    return f"G{number}"


def run(trial: Trial) -> str:
    """Let many processes start together, n tries in all; they must get exactly what there was."""
    processes = max(FEWEST, min(MOST, trial.n // (SALES + 2 * TIMES)))
    each = -(-(trial.n - SALES * processes) // processes)
    rounds = max(1, -(-each // TIMES))
    return f"{sell(trial, processes)}; {grab_all(trial, processes, rounds)}"


def sell(trial: Trial, processes: int) -> str:
    """Let all of them order the last pieces."""
    go = trial.folder / "go"
    with Crew(trial.folder) as crew:
        buyers = [
            crew.start(f"buyer-{place}", buy, trial.url, str(go), bool(place % 2))
            for place in range(processes)
        ]
        for buyer in buyers:
            buyer.wait_for("ready")
        go.touch()
        for buyer in buyers:
            buyer.wait_for("done")
        sold = dict.fromkeys(LEFT, 0)
        for buyer in buyers:
            for code, pieces in buyer.diary.said("got"):
                sold[code] += int(pieces)
    wanted = {code: min(left, SALES // 2 * processes) for code, left in LEFT.items()}
    must(sold == wanted, f"sold {sold}, there was {wanted} to sell")
    with trial.desk() as desk:
        for row in desk.read(lambda work: work.run(PROMISED)):
            if row.code in LEFT:
                must(row.allocated == wanted[row.code] * 1_000, f"{row.code}: {row.allocated}")
    trial.laws_hold()
    said = ", ".join(f"{n} {code}" for code, n in sold.items())
    return f"{processes} processes, {SALES * processes} tries to order, sold {said}"


def grab_all(trial: Trial, processes: int, rounds: int) -> str:
    """Let them order, send, count, write off, set apart and move pieces, a product a round."""
    ways = list(GRABS)
    with trial.desk("owner") as desk:
        desk.run(second_warehouse)
        for number in range(rounds):
            _stocked(desk, product(number), _pieces(processes))
    start = multiprocessing.get_context("forkserver").Barrier(processes)
    with Crew(trial.folder) as crew:
        workers = [
            crew.start(f"grabber-{n}", take_away, trial.url, start, ways[n % len(ways)], rounds)
            for n in range(processes)
        ]
        for worker in workers:
            worker.wait_for("done", DEADLINE + rounds * _ROUND)
        told = [words for worker in workers for words in worker.diary.said("grabbed")]
    tries, pieces = processes * rounds * TIMES, _pieces(processes)
    found = _judge(trial, told, rounds, pieces)
    return f"{tries} tries to grab {rounds * pieces} pieces: {found}"


def _stocked(desk: Desk, code: str, pieces: int) -> None:
    desk.run(products.add, ProductRequest(code=code, name=f"Product {code}", unit="ea"))
    desk.run(price_lists.set_price, PriceRequest(product=code, price="1"))
    desk.run(stock.receive, ReceiveRequest(product=code, quantity=str(pieces)))


def _pieces(processes: int) -> int:
    """Give how many there are of a round's product: half of what is wanted."""
    return TIMES * processes // 2


def _judge(trial: Trial, told: list[list[str]], rounds: int, pieces: int) -> str:
    """Hold what all were told against what is there; give it in a few words."""
    gone = dict.fromkeys(GRABS, Decimal(0))
    done = dict.fromkeys(GRABS, 0)
    by_product: dict[str, list[tuple[str, Decimal]]] = {}
    for code, how, changed in told:
        by_product.setdefault(code, []).append((how, Decimal(changed)))
        gone[how] += Decimal(changed)
        done[how] += 1
    allocated = Decimal(0)
    with trial.desk() as desk:
        for number in range(rounds):
            allocated += _right(desk, product(number), pieces, by_product.get(product(number), []))
        rows = desk.read(lambda work: work.run(ON_THE_WAY))
    on_the_way = sum(row.open for row in rows)
    must(on_the_way == -gone["send"] * 1_000, f"{on_the_way} on the way, {-gone['send']} were sent")
    trial.laws_hold()
    ways = ", ".join(f"{-n} by {how}" for how, n in gone.items() if n)
    return f"{ways}, {allocated} of {done['order']} orders, {done['move']} tries to move"


def _right(desk: Desk, code: str, pieces: int, told: list[tuple[str, Decimal]]) -> Decimal:
    """Give how many pieces of a product are promised; raise Broken unless that is what was told."""
    shown = desk.read(stock.show, code)
    left = next(each for each in shown.warehouses if each.warehouse == "01")
    there = pieces + sum(changed for _, changed in told)
    must(left.on_hand == there, f"{left.on_hand} {code} are there, {there} were left: {told}")
    sold = min(Decimal(sum(how == "order" for how, _ in told)), left.on_hand)
    must(left.allocated == sold, f"{left.allocated} {code} are promised, {sold} could be")
    return left.allocated


FAULT = Fault(
    "many processes want the last pieces at once, to order, send, count, write off, set apart or "
    "move them: exactly what there was goes",
    run,
    full=2_000,
    short=80,
    counts="tries",
)
