"""Many processes want the last pieces at the same moment."""

from pathlib import Path

from sqlalchemy import select

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import LineRequest, OrderRequest
from orderdesk.models.products import Product
from orderdesk.models.stock import Stock
from orderdesk.services.orders.place import place
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from tests.faults.trial import Fault, Trial, must
from tests.processes import Crew, Diary, until

LEFT = {"LAST": 3, "P2": 5, "P1": 100}
"""Pieces on hand in the small company; LAST is discontinued, so the others may be backordered."""

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


def run(trial: Trial) -> str:
    """Let n processes start together; they must get exactly what there was."""
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


FAULT = Fault(
    "many processes want the last pieces at once: exactly what there was is sold",
    run,
    full=64,
    short=8,
    counts="processes",
)
