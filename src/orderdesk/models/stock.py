"""Stock: the balance by product and warehouse, and the ledger it can be rebuilt from."""

from sqlalchemy import CheckConstraint, Index

from orderdesk.models.columns import (
    KEYED,
    STRICT,
    Record,
    code_key,
    code_link,
    key,
    link,
    partial,
    row_id,
    whole,
    words,
)


class Stock(Record, table=True):
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


class StockPlace(Record, table=True):
    """What lies at one place of a warehouse: of one lot, in one bin, of one status; thousandths."""

    __tablename__ = "stock_place"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="place_not_negative"),
        partial(
            "place_of_bin",
            "warehouse",
            "bin",
            where="bin <> ''",
        ),
        partial(
            "place_of_lot",
            "product_id",
            "lot",
            where="lot <> ''",
        ),
        KEYED,
    )

    product_id: int = key("product.id")
    warehouse: str = code_key("warehouse.code")
    bin: str = code_key()
    """Empty: in none."""
    lot: str = code_key()
    """The lot, or the serial number of the one piece; empty where the product has none."""
    status: str = code_key()
    """free, quarantine, damaged or expired; the free ones together are the balance in `stock`."""
    on_hand: int = whole(0)


class Bin(Record, table=True):
    """A shelf, floor or door of a warehouse where goods lie."""

    __tablename__ = "bin"
    __table_args__ = (
        CheckConstraint("kind IN ('storage', 'picking', 'receiving')", name="bin_kind"),
        KEYED,
    )

    warehouse: str = code_key("warehouse.code")
    code: str = code_key()
    kind: str = words("storage")
    sequence: int = whole(0)
    """In which order one walks past them; the lowest is emptied first."""
    note: str = words()
    archived: int = whole(0)
    version: int = whole(1)


class Lot(Record, table=True):
    """Goods of a product that came together, or the one piece with a serial number."""

    __tablename__ = "lot"
    __table_args__ = (
        partial(
            "lot_expires",
            "expires",
            "product_id",
            "code",
            where="expires IS NOT NULL",
        ),
        KEYED,
    )

    product_id: int = key("product.id")
    code: str = code_key()
    expires: str | None = words(None, null=True)
    """The last day, ISO, on which it may be used."""
    received: str = words()
    """The day, ISO, on which it first came."""
    supplier_lot: str = words()
    """What the supplier calls it."""
    note: str = words()
    version: int = whole(1)


class LotAllocation(Record, table=True):
    """What an order line has of a lot, in thousandths; of products with lots only."""

    __tablename__ = "lot_allocation"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="lot_share_not_negative"),
        Index("lots_of_line", "order_id", "line"),
        KEYED,
    )

    product_id: int = key("product.id")
    warehouse: str = code_key("warehouse.code")
    lot: str = code_key()
    order_id: int = key("sales_order.id")
    line: int = key()
    quantity: int = whole()


class Movement(Record, table=True):
    """One entry of the stock ledger; never changed, never deleted."""

    __tablename__ = "movement"
    __table_args__ = (
        Index("movement_of", "product_id", "id"),
        partial(
            "movement_of_supply",
            "supply_id",
            where="supply_id IS NOT NULL",
        ),
        partial(
            "movement_of_transfer",
            "transfer_id",
            where="transfer_id IS NOT NULL",
        ),
        partial(
            "movement_of_count",
            "count_id",
            "product_id",
            where="count_id IS NOT NULL",
        ),
        partial(
            "movement_of_lot",
            "product_id",
            "lot",
            "id",
            where="lot <> ''",
        ),
        partial(
            "movement_reversed",
            "reverses",
            unique=True,
            where="reverses IS NOT NULL",
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
    """Of the goods that moved: free, quarantine, damaged or expired."""
    bin: str = words()
    """Where in the warehouse; empty is in no bin."""
    lot: str = words()
    """Of which lot, or the serial number of the piece."""


class Supply(Record, table=True):
    """Goods that are expected at a warehouse.

    Open is what is still to come: what was announced less what has come and what was cancelled.
    """

    __tablename__ = "supply"
    __table_args__ = (
        CheckConstraint("open >= 0 AND open <= quantity", name="supply_open"),
        partial(
            "supply_expected",
            "product_id",
            "warehouse",
            "due",
            where="open > 0",
        ),
        partial(
            "supply_due",
            "due",
            "id",
            where="open > 0",
        ),
        # For lists of all that ever was. The condition keeps it from the statements that look
        # for what is still to come: those want the index that has nothing else.
        partial(
            "supply_of",
            "product_id",
            "id",
            where="product_id > 0",
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


class Demand(Record, table=True):
    """What waits for stock, summed by the day on which it is needed; kept with the lines."""

    __tablename__ = "demand"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="demand_not_negative"),
        # For the list of what waits, by its first day. The condition keeps it from the statements
        # that look for one product's: those want the primary key.
        partial(
            "demand_by_day",
            "day",
            "product_id",
            "warehouse",
            where="day <> ''",
        ),
        KEYED,
    )

    product_id: int = key("product.id")
    warehouse: str = code_key()
    day: str = code_key()
    """ISO."""
    quantity: int = whole()
    """Thousandths that are open and not allocated."""


class Decision(Record, table=True):
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
    """The day, ISO, that ranked it: by which its goods must leave as promised, else on which they
    are needed. In rows of schema 2 the first promise, else the requested day."""
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
