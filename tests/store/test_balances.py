"""Balances: what they come to, that empty ones go, and that nothing is taken from none."""

import pytest
from sqlalchemy import select

from orderdesk.domain.errors import Conflict
from orderdesk.models.stock import Demand
from orderdesk.store.balances import Balances
from orderdesk.store.desk import Desk
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work

BALANCES = Balances(Demand, "quantity")
ALL = statement(select(table_of(Demand)))

ONE = (7, "01", "2026-03-16")
OTHER = (7, "02", "2026-03-16")


def moved(work: Work, *changes: dict[tuple[int, str, str], int]) -> dict[tuple[int, str, str], int]:
    for each in changes:
        BALANCES.move(work, each)
    rows = work.run(ALL)
    return {(row.product_id, row.warehouse, row.day): row.quantity for row in rows}


def test_a_balance_is_the_sum_of_what_moved_it(desk: Desk) -> None:
    assert desk.rehearse(moved, {ONE: 5, OTHER: 2}, {ONE: 4, OTHER: -1}) == {ONE: 9, OTHER: 1}


def test_an_empty_balance_goes(desk: Desk) -> None:
    assert desk.rehearse(moved, {ONE: 5, OTHER: 2}, {ONE: -5}) == {OTHER: 2}


def test_what_does_not_move_makes_none(desk: Desk) -> None:
    assert desk.rehearse(moved, {ONE: 0}) == {}


def test_nothing_is_taken_where_nothing_is(desk: Desk) -> None:
    with pytest.raises(Conflict):
        desk.rehearse(moved, {ONE: -1})
