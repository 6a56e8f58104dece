"""Cycle counts: sheets of what is to be counted in a warehouse, and what was found."""

from sqlalchemy import CheckConstraint

from orderdesk.models.columns import (
    KEYED,
    STRICT,
    Record,
    code_key,
    code_link,
    key,
    own_id,
    partial,
    whole,
    words,
)


class CountSheet(Record, table=True):
    """One count of some products in one warehouse."""

    __tablename__ = "count_sheet"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'posted', 'cancelled')", name="count_status"),
        partial(
            "count_open",
            "id",
            where="status = 'open'",
        ),
        STRICT,
    )

    id: int = own_id()
    number: str = words(unique=True)
    version: int = whole(1)
    warehouse: str = code_link("warehouse.code", "")
    status: str = words("open")
    reason: str = words()
    """Why the books were changed."""
    opened_at: int = whole()
    opened_by: str = words()
    closed_at: int | None = whole(None, null=True)
    """When it was posted or cancelled."""
    closed_by: str = words()


class CountLine(Record, table=True):
    """One product of a sheet; quantities in thousandths."""

    __tablename__ = "count_line"
    __table_args__ = (
        partial(
            "counted_once",
            "warehouse",
            "product_id",
            "lot",
            unique=True,
            where="is_open = 1",
        ),
        KEYED,
    )

    sheet_id: int = key("count_sheet.id")
    product_id: int = key("product.id")
    lot: str = code_key()
    """Of a product with lots the one that is counted, of one with serial numbers the piece."""
    warehouse: str = words()
    """The sheet's: a product is on one open sheet of a warehouse alone."""
    is_open: int = whole(1)
    counted: int | None = whole(None, null=True)
    """What was found last."""
    book: int = whole(0)
    """What the books said at that moment."""
    doubted: int | None = whole(None, null=True)
    """By how much an earlier count was off, that is to be made again."""
    tries: int = whole(0)
    """How often it was counted."""
    settled: int = whole(0)
    """1: the last count goes; 0: it is to be counted, or counted again."""
    counted_by: str = words()
