"""Whole orders typed in one write into a real terminal, with mistakes taken back on the way."""

import random
import sys
from decimal import Decimal
from typing import Final

from orderdesk.services.orders.reading import show
from tests.faults.trial import PRODUCTS, Fault, Trial, must
from tests.terminal import Terminal

_ENTER: Final = b"\r"
_BACKSPACE: Final = b"\x7f"
_F9: Final = b"\x1b[20~"
_CUSTOMERS: Final = ("ACME", "TIGHT", "FREE", "GROUP")
_SIZES: Final = ((80, 24), (120, 40))
_ORDERS: Final = 3
"""Orders in one burst."""


def run(trial: Trial) -> str:
    """Type n bursts of a few orders each; every key must have reached its field."""
    number = 0
    keys = 0
    for turn in range(trial.n):
        columns, rows = _SIZES[turn % len(_SIZES)]
        wanted = [_order(trial.random, f"{turn}-{place}") for place in range(_ORDERS)]
        burst = b"".join(_typed(trial.random, *each) for each in wanted)
        keys += len(burst)
        command = [sys.executable, "-m", "orderdesk", "--db", trial.url, "--user", "clerk"]
        with Terminal([*command, "open", "order-entry"], columns=columns, rows=rows) as terminal:
            terminal.write(burst)
            terminal.wait_for(f"SO-{number + _ORDERS:06} placed")
        for each in wanted:
            number += 1
            _compare(trial, f"SO-{number:06}", *each)
    trial.laws_hold()
    return f"{trial.n} bursts, {number} orders, {keys} bytes typed, every key in its field"


Lines = list[tuple[str, int]]


def _order(chance: random.Random, mark: str) -> tuple[str, str, Lines]:
    """Make up a customer, a buyer PO and lines."""
    lines = [(chance.choice(PRODUCTS), chance.randint(1, 99)) for _ in range(chance.randint(1, 9))]
    return chance.choice(_CUSTOMERS), f"PO{mark}", lines


def _typed(chance: random.Random, customer: str, buyer_po: str, lines: Lines) -> bytes:
    """Give the keys of an order, some of them wrong and taken back."""
    fields = [customer.lower(), buyer_po]
    for product, quantity in lines:
        # A scanner's or an old hand's way, and the ordinary one.
        short = chance.random() < 0.3
        fields += [f"{quantity}*{product}"] if short else [product.lower(), str(quantity)]
    return b"".join(_with_mistakes(chance, field) + _ENTER for field in fields) + _F9 + _F9


def _with_mistakes(chance: random.Random, field: str) -> bytes:
    typed = b""
    for letter in field:
        if chance.random() < 0.1:
            typed += chance.choice("xyz789").encode() + _BACKSPACE
        typed += letter.encode()
    return typed


def _compare(trial: Trial, number: str, customer: str, buyer_po: str, lines: Lines) -> None:
    with trial.desk() as desk:
        order = desk.read(show, number)
    found = [(line.product, line.ordered) for line in order.lines]
    wanted = [(product, Decimal(quantity)) for product, quantity in lines]
    must(order.customer == customer, f"{number}: customer {order.customer}, typed {customer}")
    must(order.buyer_po == buyer_po, f"{number}: buyer PO {order.buyer_po}, typed {buyer_po}")
    must(found == wanted, f"{number}: lines {found}, typed {wanted}")


FAULT = Fault(
    "whole orders typed in one write to a real terminal, mistakes taken back: every key in its "
    "field, every order placed",
    run,
    full=20,
    short=1,
    counts="bursts",
)
