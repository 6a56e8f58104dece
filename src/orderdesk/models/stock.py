"""Stock: the balance by product and warehouse, and the ledger it can be rebuilt from."""

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import SQLModel

from orderdesk.models.columns import (
    KEYED,
    STRICT,
    code_key,
    code_link,
    key,
    link,
    row_id,
    whole,
    words,
)


class Stock(SQLModel, table=True):
    """What lies usable in a warehouse and what of it is promised to order lines, in thousandths."""

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        CheckConstraint("allocated >= 0 AND allocated <= on_hand", name="never_oversold"),
        KEYED,
    )

    product_id: int = key("product.id")
    warehouse: str = code_key("warehouse.code")
    on_hand: int = whole(0)
    allocated: int = whole(0)


class StockApart(SQLModel, table=True):
    """What lies in a warehouse and is not to be used, in thousandths; never part of `stock`."""

    __tablename__ = "stock_apart"
    __table_args__ = (CheckConstraint("on_hand >= 0", name="apart_not_negative"), KEYED)

    product_id: int = key("product.id")
    warehouse: str = code_key("warehouse.code")
    status: str = code_key()
    """quarantine or damaged."""
    on_hand: int = whole(0)


class Movement(SQLModel, table=True):
    """One entry of the stock ledger; never changed, never deleted."""

    __tablename__ = "movement"
    __table_args__ = (
        Index("movement_of", "product_id", "id"),
        Index(
            "movement_of_supply",
            "supply_id",
            sqlite_where=text("supply_id IS NOT NULL"),
            postgresql_where=text("supply_id IS NOT NULL"),
        ),
        Index(
            "movement_of_transfer",
            "transfer_id",
            sqlite_where=text("transfer_id IS NOT NULL"),
            postgresql_where=text("transfer_id IS NOT NULL"),
        ),
        Index(
            "movement_of_count",
            "count_id",
            "product_id",
            sqlite_where=text("count_id IS NOT NULL"),
            postgresql_where=text("count_id IS NOT NULL"),
        ),
        Index(
            "movement_reversed",
            "reverses",
            unique=True,
            sqlite_where=text("reverses IS NOT NULL"),
            postgresql_where=text("reverses IS NOT NULL"),
        ),
        STRICT,
    )

    id: int | None = row_id()
    product_id: int = link("product.id")
    warehouse: str = words()
    """Or `in transit`, where no balance is kept but the transfer's own."""
    quantity: int = whole()
    """Thousandths; more is positive, less is negative."""
    kind: str = words()
    """opening, receipt, reversal, adjustment, transfer or status."""
    reason: str = words()
    reference: str = words()
    at: int = whole()
    actor: str = words()
    supply_id: int | None = whole(None, null=True)
    """The expected goods that came, or were taken back, with it."""
    reverses: int | None = whole(None, null=True)
    """The receipt that it takes back; none is taken back twice."""
    transfer_id: int | None = whole(None, null=True)
    """The transfer that it is of; one is `in transit` between two warehouses."""
    count_id: int | None = whole(None, null=True)
    """The sheet whose count it was made by."""
    status: str = words("free")
    """Of the goods that moved: free, quarantine or damaged."""


class Supply(SQLModel, table=True):
    """Goods that are expected at a warehouse.

    Open is what is still to come: what was announced less what has come and what was cancelled.
    """

    __tablename__ = "supply"
    __table_args__ = (
        CheckConstraint("open >= 0 AND open <= quantity", name="supply_open"),
        Index(
            "supply_expected",
            "product_id",
            "warehouse",
            "due",
            sqlite_where=text("open > 0"),
            postgresql_where=text("open > 0"),
        ),
        Index(
            "supply_due",
            "due",
            "id",
            sqlite_where=text("open > 0"),
            postgresql_where=text("open > 0"),
        ),
        # For lists of all that ever was. The condition keeps it from the statements that look
        # for what is still to come: those want the index that has nothing else.
        Index(
            "supply_of",
            "product_id",
            "id",
            sqlite_where=text("product_id > 0"),
            postgresql_where=text("product_id > 0"),
        ),
        STRICT,
    )

    id: int | None = row_id()
    product_id: int = link("product.id")
    warehouse: str = code_link("warehouse.code", "")
    supplier: str | None = code_link("supplier.code", null=True)
    reference: str = words()
    """The paper that announces it."""
    quantity: int = whole()
    """Thousandths."""
    open: int = whole()
    due: str = words()
    """The day, ISO, on which it is expected now."""
    first_due: str = words()
    """The day on which it was expected first."""
    note: str = words()
    at: int = whole()
    actor: str = words()
    version: int = whole(1)
    external_key: str | None = words(None, null=True, unique=True)
    received: int = whole(0)
    """Thousandths that have come; more than was announced where there was a surplus."""
    cancelled: int = whole(0)
    """Thousandths that nobody expects any more."""
    transfer_id: int | None = whole(None, null=True)
    """The transfer that they are on the way with; None where a supplier sends them."""


class Demand(SQLModel, table=True):
    """What waits for stock, summed by the day on which it is needed; kept with the lines."""

    __tablename__ = "demand"
    __table_args__ = (CheckConstraint("quantity >= 0", name="demand_not_negative"), KEYED)

    product_id: int = key("product.id")
    warehouse: str = code_key()
    day: str = code_key()
    """ISO."""
    quantity: int = whole()
    """Thousandths that are open and not allocated."""


class Decision(SQLModel, table=True):
    """Why a line got stock, lost it or waits; never changed, never deleted."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("decision_of_line", "order_id", "line", "id"),
        Index("decision_of_product", "product_id", "warehouse", "id"),
        STRICT,
    )

    id: int | None = row_id()
    product_id: int = whole()
    warehouse: str = words()
    order_id: int = whole()
    line: int = whole()
    cause: str = words()
    """entry, amendment, receipt 12, nightly run of 2026-03-31, move from SO-000831 ..."""
    priority: int = whole(0)
    ranked: str = words()
    """The date, ISO, that ranked it: the first promise, else the requested one."""
    entered_at: int = whole()
    wanted: int = whole()
    """Thousandths that the line lacked."""
    free: int = whole()
    """What nobody had of the product before this line's turn in this piece of work."""
    granted: int = whole()
    """What it got; below zero what was taken from it."""
    place: int = whole(1)
    """Its place among those of the same stock that were decided on with it, the best rank first."""
    at: int = whole()
    actor: str = words()
    kept: int = whole(0)
    """What of the free stock had to be left for others: for lines of a better rank that are not
    due yet, or for what was promised."""
    promised: int = whole(0)
    """1: it had a promise, which puts it before all lines without one."""
