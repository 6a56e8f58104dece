"""Sales orders: header, lines, holds, the buyer's own document, and drafts on the way to one."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from orderdesk.models.columns import (
    KEYED,
    STRICT,
    Record,
    byte_words,
    code_key,
    key,
    link,
    partial,
    row_id,
    whole,
    words,
)

_TO_CALL: Final = "open > 0 AND allocated = open AND disposition = 'call when available'"
"""Which lines their customers are to be called about: all that is open of them is there."""

_SHORT: Final = "open - allocated > 0 AND kind = 'product'"
"""Which lines wait for goods: in these words only lists of them are read by their index."""

_SLIPPED_AGAIN: Final = "open > 0 AND slips > 1"
"""Of which lines somebody has to tell their customers, or has told them."""


class BuyerPO(Record, table=True):
    """The buyer's own document: one customer and one number are one row."""

    __tablename__ = "buyer_po"
    __table_args__ = (UniqueConstraint("number", "customer_id"), STRICT)

    id: int | None = row_id()
    customer_id: int = link("customer.id")
    number: str = words()


class SalesOrder(Record, table=True):
    """The seller's confirmation of a purchase."""

    __tablename__ = "sales_order"
    __table_args__ = (
        CheckConstraint("status IN ('confirmed', 'cancelled')", name="order_status"),
        Index("order_of_customer", "customer_id", "id"),
        partial(
            "order_open",
            "id",
            where="stage = 'open'",
        ),
        partial(
            "order_done",
            "id",
            where="stage = 'done'",
        ),
        partial(
            "order_cancelled",
            "id",
            where="status = 'cancelled'",
        ),
        Index("order_entered", "entered_at", "id"),
        partial(
            "order_unexposed",
            "due",
            where="open_value > 0 AND exposed = 0",
        ),
        partial(
            "order_of_buyer_po",
            "buyer_po_id",
            where="buyer_po_id IS NOT NULL",
        ),
        STRICT,
    )

    id: int = key()
    number: str = byte_words(unique=True)
    version: int = whole(1)
    """The number of changes so far; an edit of an older version is a conflict."""
    status: str = words("confirmed")
    stage: str = words("open")
    shipping: str = words("none")
    billing: str = words("none")
    customer_id: int = link("customer.id")
    buyer_po_id: int | None = link("buyer_po.id", null=True)
    contact: str = words()
    ship_to: str = words()
    """An address code of the customer; empty where the order carries an address of its own."""
    ship_address: str = words()
    """JSON of the one-off address, copied onto the document."""
    terms: str = words()
    currency: str = words()
    tax_included: int = whole(0)
    tax_per_line: int = whole(0)
    discount: int = whole(0)
    requested: str = words()
    promised: str | None = words(None, null=True)
    carrier: str = words()
    channel: str = words()
    rep: str = words()
    priority: int = whole(0)
    note: str = words()
    net: int = whole(0)
    tax: int = whole(0)
    total: int = whole(0)
    open_value: int = whole(0)
    """Gross value of what is confirmed and not shipped: this order's part of the exposure."""
    entered_by: str = words()
    entered_at: int = whole()
    due: str = words()
    """Earliest date, ISO, on which something open is wanted; empty where nothing is open."""
    exposed: int = whole(0)
    """This order's part of the customer's exposure now: its open value once it is due within the
    credit horizon, else 0."""
    rate: int = whole(1_000_000_000)
    """What one unit of its currency was worth in the company's when it was placed, billionths."""
    delivery_rule: str = words("partial")
    """partial, line complete or order complete."""
    most_deliveries: int | None = whole(None, null=True)
    """How many deliveries it may come in; None is no bound."""
    warehouse: str = words()
    """Where its lines are served from that name no other warehouse."""


class OrderLine(Record, table=True):
    """One line of an order; quantities in thousandths of its unit."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("ordered + over_shipped = shipped + open + short_closed", name="line_law"),
        CheckConstraint(
            "ordered >= 0 AND over_shipped >= 0 AND shipped >= 0 AND open >= 0"
            " AND short_closed >= 0",
            name="line_not_negative",
        ),
        CheckConstraint("allocated >= 0 AND allocated <= open", name="allocated_is_open"),
        partial(
            "line_waiting",
            "product_id",
            "warehouse",
            where="open > 0",
        ),
        # Ordered by promise, so that the oldest one of a product is one look.
        partial(
            "line_short",
            "product_id",
            "warehouse",
            "promised",
            where=_SHORT,
        ),
        partial(
            "line_to_call",
            "order_id",
            "line",
            where=_TO_CALL,
        ),
        # What must leave by a day, and what was asked for by one and comes later.
        partial(
            "line_to_leave",
            "ship_by",
            "order_id",
            "line",
            where="open > 0 AND ship_by IS NOT NULL",
        ),
        partial(
            "line_late",
            "requested",
            "order_id",
            "line",
            where="open > 0 AND promised > requested",
        ),
        partial(
            "line_slipped",
            "order_id",
            "line",
            where="open > 0 AND slips > 0",
        ),
        partial(
            "line_to_tell",
            "order_id",
            "line",
            where=_SLIPPED_AGAIN,
        ),
        partial(
            "line_unpromised",
            "order_id",
            "line",
            where="open > 0 AND kind = 'product' AND promised IS NULL",
        ),
        KEYED,
    )

    order_id: int = key("sales_order.id")
    line: int = key()
    product_id: int = link("product.id")
    kind: str = words("product")
    description: str = words()
    unit: str = words()
    ordered: int = whole()
    shipped: int = whole(0)
    over_shipped: int = whole(0)
    short_closed: int = whole(0)
    open: int = whole()
    allocated: int = whole(0)
    list_price: int = whole(0)
    price: int = whole(0)
    price_unit: int = whole(1)
    price_source: str = words("base")
    discount: int = whole(0)
    net: int = whole(0)
    """Value of ordered less short-closed, after discounts, in minor units (gross where the
    order's prices include tax)."""
    tax: str = words()
    tax_rate: int = whole(0)
    cost: int = whole(0)
    ship_to: str = words()
    warehouse: str = words()
    requested: str = words()
    promised: str | None = words(None, null=True)
    ship_by: str | None = words(None, null=True)
    note: str = words()
    tax_reason: str = words()
    """Why its tax is not the product's own: exempt, reverse charge, the rule's place."""
    price_reason: str = words()
    """Reason code of a price by hand; or what a converted price was made of."""
    floor: int = whole(-1)
    """Margin floor when it was priced, in millionths of the net price; -1 is none."""
    disposition: str = words("ship available")
    """What becomes of what is short: see `orderdesk.domain.dispositions`."""
    first_promised: str | None = words(None, null=True)
    """The first promise given, ISO."""
    pinned: int = whole(0)
    """1: the promised date is fixed; nothing recomputes it."""
    slips: int = whole(0)
    """How often the promise moved to a later day."""
    needed: str = words()
    """The day, ISO, on which the goods must be in the warehouse to arrive as requested."""
    entered_unit: str = words()
    """The unit it was ordered in, where that is not the product's own."""
    entered_quantity: int = whole(0)
    """So much of that unit, in thousandths; 0 where it was ordered in the product's own."""
    substitute_for: int | None = link("product.id", null=True)
    """What was ordered, where another product stands in for it."""
    kit_line: int | None = whole(None, null=True)
    """The line of the kit that this one is a part of."""
    leave_by: str | None = words(None, null=True)
    """The day, ISO, by which its goods must leave to keep the first promise, or an earlier one that
    was given since; ranks the line among those that wait. None: it was never promised."""


class LineCall(Record, table=True):
    """Who looks into a line that its customer is to be called about, and how calls of it went."""

    __tablename__ = "line_call"
    __table_args__ = KEYED

    order_id: int = key("sales_order.id")
    line: int = key()
    calls: int = whole(0)
    """How often somebody called in vain."""
    reason: str = words()
    """What came of the last call."""
    called_by: str = words()
    called_at: int | None = whole(None, null=True)
    next_call: str = words()
    """The day, ISO, on which to call again; until then it does not wait in the queue."""
    taken_by: str = words()
    taken_at: int | None = whole(None, null=True)
    """Who looks into it, and since when; it falls back after ten minutes."""


class LineTold(Record, table=True):
    """Who looks into a line that slipped again, and what its customer was told."""

    __tablename__ = "line_told"
    __table_args__ = KEYED

    order_id: int = key("sales_order.id")
    line: int = key()
    slips: int = whole(0)
    """How many of its slips somebody has dealt with."""
    reason: str = words()
    """What came of it the last time."""
    told_by: str = words()
    told_at: int | None = whole(None, null=True)
    taken_by: str = words()
    taken_at: int | None = whole(None, null=True)
    """Who looks into it, and since when; it falls back after ten minutes."""


class Hold(Record, table=True):
    """A stop on an order or one of its lines; released, never deleted."""

    __tablename__ = "hold"
    __table_args__ = (
        Index("hold_of_order", "order_id"),
        partial(
            "hold_standing",
            "order_id",
            where="released_by IS NULL",
        ),
        partial(
            "hold_open",
            "code",
            "id",
            where="released_by IS NULL",
        ),
        partial(
            "hold_of_customer",
            "customer_id",
            "id",
            where="released_by IS NULL",
        ),
        partial(
            "hold_queued",
            "placed_at",
            "id",
            where="released_by IS NULL AND rejected_by = ''",
        ),
        partial(
            "hold_until",
            "released_until",
            where="ceiling IS NOT NULL",
        ),
        STRICT,
    )

    id: int | None = row_id()
    order_id: int = link("sales_order.id")
    line: int | None = whole(None, null=True)
    code: str = words()
    message: str = words()
    details: str = words("{}")
    ceiling: int | None = whole(None, null=True)
    """Released up to this measure; growing past it holds again. Taken away when it expires."""
    placed_by: str = words()
    placed_at: int = whole()
    raised_by: str = words("[]")
    """JSON list of those who raised what it measures while it stood; they cannot release it."""
    released_by: str | None = words(None, null=True)
    released_at: int | None = whole(None, null=True)
    reason: str = words()
    measure: int = whole(0)
    """What the rule measured, in a unit where more is worse."""
    net_days: int = whole(0)
    """Days of payment when it was placed, where the rule is about credit."""
    bound: str = words()
    """What else it is bound to, such as a ship-to; another one holds again."""
    released_until: str | None = words(None, null=True)
    """Last day, ISO, of the release; None is for good."""
    taken_by: str = words()
    taken_at: int | None = whole(None, null=True)
    """Who looks into it, and since when; it falls back after ten minutes."""
    rejected_by: str = words()
    rejected_at: int | None = whole(None, null=True)
    rejection: str = words()
    """Why it was not released; it waits for whoever entered the order to change it."""
    customer_id: int = link("customer.id")
    """The order's, which never changes: what a customer's holds are found by."""


class Draft(Record, table=True):
    """An order being typed: exactly what stands in the fields, complete or not."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("draft_of", "owner", "updated_at"),
        partial(
            "draft_parked",
            "updated_at",
            where="parked = 1",
        ),
        STRICT,
    )

    id: str = code_key()
    owner: str = words()
    customer: str = words()
    lines: int = whole(0)
    body: str = words("{}")
    parked: int = whole(0)
    updated_at: int = whole()
