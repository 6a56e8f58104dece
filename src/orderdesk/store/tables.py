"""Every table of the house, for those who look at all of them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from orderdesk import models
from orderdesk.models.columns import metadata

if TYPE_CHECKING:
    from sqlalchemy import Table


def every_table() -> list[Table]:
    """Give all tables, those first that others refer to, whichever models were read before."""
    for each in iter_modules(models.__path__):
        import_module(f"{models.__name__}.{each.name}")
    return metadata.sorted_tables
