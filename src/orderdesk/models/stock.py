"""Stock: the balance by product and warehouse, and the ledger it can be rebuilt from."""

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from orderdesk.models.columns import KEYED, STRICT, code_key, key, link, row_id, whole, words


class Stock(SQLModel, table=True):
    """What lies in a warehouse and what of it is promised to order lines, in thousandths."""

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


class Movement(SQLModel, table=True):
    """One entry of the stock ledger; never changed, never deleted."""

    __tablename__ = "movement"
    __table_args__ = (Index("movement_of", "product_id", "id"), STRICT)

    id: int | None = row_id()
    product_id: int = link("product.id")
    warehouse: str = words()
    quantity: int = whole()
    """Thousandths; more is positive, less is negative."""
    kind: str = words()
    """opening, receipt or adjustment."""
    reason: str = words()
    reference: str = words()
    at: int = whole()
    actor: str = words()
