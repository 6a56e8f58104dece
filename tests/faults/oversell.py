"""Many processes want the last pieces at the same moment: to sell, send, count or move them."""

from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.services import stock, transfers
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.faults.grabs import GRABS, grab, second_warehouse
from tests.faults.trial import Fault, Trial, must
from tests.processes import Crew, Diary, until

LEFT = {"LAST": 3, "P2": 5, "P1": 100}
"""Pieces on hand in the small company; LAST is discontinued, so the others may be backordered."""

GRABBED = "P3"
"""The product of the second round, of which there are fewer pieces than are wanted."""
TIMES = 3
"""How often each of them grabs for one."""

_stock, _product = table_of(Stock).c, table_of(Product).c
PROMISED = statement(
    select(_product.code, _stock.on_hand, _stock.allocated).join_from(
        table_of(Stock), table_of(Product), _product.id == _stock.product_id
    )
)


def buy(diary: Diary, url: str, go: str, backwards: bool) -> None:
    """Wait for the start, then take what can be had: the last pieces, in this order or that."""
    desk = Desk(url, "script").open()
    diary.say("ready")
    until(Path(go).exists, "the start")
    for _ in range(2):
        for codes in (["LAST"], ["P1", "P2"][:: -1 if backwards else 1]):
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


def take_away(diary: Diary, url: str, go: str, how: str) -> None:
    """Wait for the start, then grab pieces in one way, and say what became of each."""
    desk = Desk(url, "supervisor" if how == "move" else "clerk").open()
    diary.say("ready")
    until(Path(go).exists, "the start")
    for _ in range(TIMES):
        changed = grab(desk, how, GRABBED)
        diary.say("refused" if changed is None else "grabbed", how, changed or 0)
    desk.close()
    diary.say("done")


def run(trial: Trial) -> str:
    """Let n processes start together; they must get exactly what there was, sold or grabbed."""
    return f"{sell(trial)}; {grab_all(trial)}"


def sell(trial: Trial) -> str:
    """Let all of them order the last pieces."""
    go = trial.folder / "go"
    with Crew(trial.folder) as crew:
        buyers = [
            crew.start(f"buyer-{place}", buy, trial.url, str(go), bool(place % 2))
            for place in range(trial.n)
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
    wanted = {code: min(left, 2 * trial.n) for code, left in LEFT.items()}
    must(sold == wanted, f"sold {sold}, there was {wanted} to sell")
    with trial.desk() as desk:
        for row in desk.read(lambda work: work.run(PROMISED)):
            if row.code in LEFT:
                must(row.allocated == wanted[row.code] * 1_000, f"{row.code}: {row.allocated}")
    trial.laws_hold()
    return f"{trial.n} processes, sold {', '.join(f'{n} {code}' for code, n in sold.items())}"


def grab_all(trial: Trial) -> str:
    """Let them order, send, count, write off, set apart and move pieces."""
    go, ways = trial.folder / "go again", list(GRABS)
    with trial.desk("owner") as desk:
        desk.run(second_warehouse)
        desk.run(stock.receive, ReceiveRequest(product=GRABBED, quantity=str(_pieces(trial))))
    with Crew(trial.folder) as crew:
        workers = [
            crew.start(f"grabber-{n}", take_away, trial.url, str(go), ways[n % len(ways)])
            for n in range(trial.n)
        ]
        for worker in workers:
            worker.wait_for("ready")
        go.touch()
        for worker in workers:
            worker.wait_for("done")
        told = [words for worker in workers for words in worker.diary.said("grabbed")]
    return f"{_pieces(trial)} pieces grabbed: {_judge(trial, told)}"


def _pieces(trial: Trial) -> int:
    return TIMES * trial.n // 2


def _judge(trial: Trial, told: list[list[str]]) -> str:
    """Hold what all were told against what is there; give it in a few words."""
    gone = {how: Decimal(0) for how in GRABS}
    for how, changed in told:
        gone[how] += Decimal(changed)
    done = {how: sum(each == how for each, _ in told) for how in GRABS}
    with trial.desk() as desk:
        shown = desk.read(stock.show, GRABBED)
        on_the_way = sum((each.open for each in desk.read(transfers.list_)), Decimal(0))
    left = next(each for each in shown.warehouses if each.warehouse == "01")
    there = _pieces(trial) + sum(gone.values())
    must(left.on_hand == there, f"{left.on_hand} are there, {there} were left: {gone}")
    must(on_the_way == -gone["send"], f"{on_the_way} on the way, {-gone['send']} were sent")
    sold = min(Decimal(done["order"]), left.on_hand)
    must(left.allocated == sold, f"{left.allocated} are promised, {sold} could be")
    trial.laws_hold()
    ways = ", ".join(f"{-n} by {how}" for how, n in gone.items() if n)
    return f"{ways}, {left.allocated} of {done['order']} orders, {done['move']} moved"


FAULT = Fault(
    "many processes want the last pieces at once, to order, send, count, write off, set apart or "
    "move them: exactly what there was goes",
    run,
    full=64,
    short=8,
    counts="processes",
)
