"""Which products something waits for: each stands where its first day does, along one index."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, func, literal_column, select

from orderdesk.domain.backorders import COUNTED
from orderdesk.models.stock import Demand
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work

_demand = table_of(Demand).c
_also = table_of(Demand).alias("also").c

BY_DAY: Final[ColumnElement[bool]] = literal_column("demand.day <> ''")
"""In the words of the index."""

FIRST: Final[ColumnElement[bool]] = (
    _demand.day
    == select(func.min(_also.day))
    .where(_also.product_id == _demand.product_id, _also.warehouse == _demand.warehouse)
    .scalar_subquery()
)
"""Of each product at a warehouse only the first day on which something of it is needed."""

COUNT: Final = statement(
    select(func.count().label("waiting")).select_from(
        select(_demand.product_id)
        .where(BY_DAY, FIRST)
        .order_by(_demand.day)
        .limit(literal_column(str(COUNTED + 1)))
        .subquery()
    )
)
"""Counts what waits, but never more than is shown."""


def count(work: Work) -> int:
    """Give of how many products, by warehouse, something waits; at most one more than counted."""
    return int(work.run(COUNT)[0].waiting)
