"""Goods on their way from one warehouse to another."""

from sqlalchemy import CheckConstraint

from orderdesk.models.columns import STRICT, Record, code_link, link, own_id, partial, whole, words


class Transfer(Record, table=True):
    """One product sent from one warehouse to another; quantities in thousandths."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("quantity = open + received + lost + returned", name="transfer_law"),
        CheckConstraint(
            "open >= 0 AND received >= 0 AND lost >= 0 AND returned >= 0",
            name="transfer_not_negative",
        ),
        partial(
            "transfer_open",
            "id",
            where="open > 0",
        ),
        STRICT,
    )

    id: int = own_id()
    number: str = words(unique=True)
    version: int = whole(1)
    product_id: int = link("product.id")
    source: str = code_link("warehouse.code", "")
    target: str = code_link("warehouse.code", "")
    quantity: int = whole()
    """What was sent."""
    open: int = whole()
    """What is still on the way."""
    received: int = whole(0)
    lost: int = whole(0)
    """What was written off."""
    returned: int = whole(0)
    """What came back to where it was sent from."""
    due: str = words()
    """The day, ISO, on which it is expected."""
    reason: str = words()
    reference: str = words()
    supply_id: int = link("supply.id")
    """What is expected of it at the target."""
    sent_at: int = whole()
    sent_by: str = words()
