"""Which warehouse a line is served from: the one it names, else the order's, else the company's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from orderdesk.domain.text import fold_code
from orderdesk.services import goods
from orderdesk.store.statements import Row


class _Asking(Protocol):
    """A request for an order or one of its lines."""

    @property
    def warehouse(self) -> str | None:
        """Give the warehouse as typed."""


def named(*requests: _Asking) -> set[str]:
    """Give the codes of all warehouses that these requests name."""
    return {fold_code(each.warehouse) for each in requests if each.warehouse is not None} - {""}


def chosen(known: Mapping[str | None, Row], typed: str | None, default: str, where: str) -> str:
    """Give the code of a warehouse that was typed, or the default where none was.

    `known` are those that were read of the ones that are named, `where` begins an error. Raises
    NotFound, and Refused for one that is archived.
    """
    if typed is None:
        return default
    return goods.place(known, fold_code(typed), where)


def by_code(rows: Iterable[Row]) -> dict[str | None, Row]:
    """Give warehouses by their codes."""
    return {row.code: row for row in rows}
