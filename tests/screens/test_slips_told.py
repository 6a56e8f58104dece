"""What is said of a move of stock, in the room that there is beside the table."""

from datetime import date
from decimal import Decimal

from orderdesk.domain.allocation import MoveView, SlipView
from orderdesk.screens.backorders import about

LOSES = SlipView(
    order="SO-000832",
    line=12,
    quantity=Decimal(8),
    before=date(2026, 11, 23),
    after=date(2026, 12, 22),
    days=29,
    promised=date(2026, 12, 10),
    arrives=date(2027, 1, 8),
    breaks=True,
)


def test_a_promise_that_breaks_is_said_to_the_last_word_beside_the_table() -> None:
    move = MoveView(
        order="SO-000832",
        line=12,
        to_order="SO-000833",
        to_line=11,
        product="44",
        warehouse="01",
        quantity=Decimal(8),
        reason="",
        slips=(LOSES,),
    )
    said = about.laid(about.slips(move), 43, 32)
    assert " ".join(said.split()).endswith(
        "!29 days later, then waits for 8; !BREAKS the promise of 2026-12-10, arrives 2027-01-08"
    )
