"""Numbers of orders and other documents as people type them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select

from orderdesk.domain.text import fold_code
from orderdesk.models.company import Series
from orderdesk.store.statements import statement, table_of
from orderdesk.store.work import Work

_series = table_of(Series).c

_NUMBERING: Final = statement(
    select(_series.prefix, _series.width).where(_series.code == bindparam("series"))
)


def numbers_of(work: Work, text: str, series: str = "order") -> list[str]:
    """Give the numbers of a series that a text may mean: `831` and `so-831` mean SO-000831 too."""
    typed = fold_code(text)
    numbers = [typed]
    for prefix, width in work.run(_NUMBERING, {"series": series}):
        digits = typed.removeprefix(fold_code(prefix))
        if digits.isascii() and digits.isdigit():
            numbers.append(f"{prefix}{digits.lstrip('0').zfill(width)}")
    return list(dict.fromkeys(numbers))
